//! Commands: what a file becomes, as a text that the client shows.

use lsp_types::{ExecuteCommandParams, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::structure::{MANIFESTS, TRAFFIC};
use crate::Reports;
use crate::document::Document;
use crate::files::Files;
use relc_core::codegen::{Format, Stream};
use relc_core::compile::{Options, Releases, Unnamed};
use relc_project::driver::{self, Event, Run, Trace};
use relc_project::files::page;
use relc_project::inputs::{self, InputPaths, Task};

/// A text that a command makes of a file.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// The title.
    pub title: String,
    /// The language of the text.
    pub language_id: String,
    /// The text.
    pub text: String,
    /// For each line of the text that comes from the file, the file's line, both from 0.
    pub lines: Vec<(usize, usize)>,
}

/// Returns what a command makes.
///
/// # Errors
/// An unknown command, or a file with errors.
pub fn execute(files: &Files, reports: &Reports, params: &ExecuteCommandParams) -> Result<Made, String> {
    let url = params.arguments.first().and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
    let url = url.ok_or("the first argument of a command is the URL of a file")?;
    let document = files.get(&url).ok_or("the file is not open")?;
    match params.command.as_str() {
        MANIFESTS => manifests(files, document),
        TRAFFIC => {
            let catalog = files.catalog(document.path())?;
            let paths = InputPaths { paths: vec![document.path().to_owned()], ..InputPaths::default() };
            let text = (reports.traffic)(&paths, &catalog, &files.texts(document))?;
            Ok(Made {
                title: format!("Traffic of {}", document.name()),
                language_id: "plaintext".to_owned(),
                text,
                lines: Vec::new(),
            })
        }
        other => Err(format!("relc does not know the command `{other}`")),
    }
}

/// Returns the manifests of a file, with the lines that they come from.
pub fn manifests(files: &Files, document: &Document) -> Result<Made, String> {
    let catalog = files.catalog(document.path())?;
    let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..Options::default() };
    let texts = files.texts(document);
    let task = [Task::Named(document.path().to_owned())];
    let run = Run { catalog: &catalog, format: Format::Yaml, trace: Trace::Comments };
    let (mut stream, mut traced, mut failed) = (Stream::new(Format::Yaml), String::new(), None);
    driver::run(&task, &run, |task| inputs::read(task, &options, &texts), &mut |event| match event {
        Event::Release(release) => {
            traced.push_str(stream.join());
            traced.push_str(&release.text);
        }
        Event::Report(_, report) if report.errors > 0 => failed = Some("the file has errors".to_owned()),
        Event::Report(..) => {}
        Event::Failed(message) => failed = Some(message),
    });
    if let Some(message) = failed {
        return Err(message);
    }
    let name = document.path().display().to_string();
    let (mut text, mut lines) = (String::new(), Vec::new());
    for (at, line) in traced.lines().enumerate() {
        let (content, comment) = line.rsplit_once(" # ").unwrap_or((line, ""));
        // The location of the value is after that of its field.
        let origin = comment.split(" ← ").filter_map(|origin| line_in(origin, &name)).last();
        lines.extend(origin.map(|origin| (at, origin)));
        text.push_str(if comment.is_empty() { line } else { content.trim_end() });
        text.push('\n');
    }
    Ok(Made { title: format!("Manifests of {}", document.name()), language_id: "yaml".to_owned(), text, lines })
}

/// Returns the line, from 0, of a location `FILE:LINE:COLUMN` in the file `name`.
fn line_in(location: &str, name: &str) -> Option<usize> {
    let (line, _) = location.trim().strip_prefix(name)?.strip_prefix(':')?.split_once(':')?;
    line.parse::<usize>().ok()?.checked_sub(1)
}

/// Writes a text to the user's cache, for clients that show files only.
pub fn written(made: &Made) -> Option<Url> {
    let ending = if made.language_id == "yaml" { "yaml" } else { "txt" };
    let name: String =
        made.title.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    Url::from_file_path(page(&format!("shown/{name}.{ending}"), &made.text)?).ok()
}
