//! A text that the editor shows, and the place that it has among the files on disk.

use std::ops::Range;
use std::path::{Path, PathBuf};

use lsp_types::Url;

use super::convert::Lines;
use relc_project::files::is_directory;
use relc_project::overlay::absolute;
use relc_syntax::source::Syntax;

/// A file, open in the editor or read from disk, or another text that the editor shows.
pub struct Document {
    /// The URL by which the client knows it.
    pub url: Url,
    /// Its place among the files.
    pub place: Place,
    /// The text.
    pub text: String,
    /// The version of the text, as counted by the client.
    pub version: i32,
    /// The lines of the text.
    pub lines: Lines,
}

/// The place of a text among the files on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The path of the file, or the one that the text would have: what it names is relative to that.
    pub path: PathBuf,
    /// Its language.
    pub syntax: Syntax,
    /// What the text is of the file at this path.
    pub role: Role,
}

/// What a text is of the file at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The file itself: its text replaces that on disk.
    File,
    /// Another revision of a file in an existing directory, such as the old side of a diff. It is never used for the file.
    Revision,
    /// A text without a file, such as a new one.
    Unsaved,
}

impl Place {
    /// Returns the place of the text at `url`, whose language the client calls `language`; `folder` is where a text without a path is.
    /// Returns `None` for a language that relc doesn't know.
    pub fn of(url: &Url, language: &str, folder: &Path) -> Option<Place> {
        let name = url.path().rsplit('/').next().unwrap_or("");
        let ending = Syntax::of_name(name);
        let syntax = syntax(ending, language)?;
        // Some schemes have the path of a file, and others anything.
        let is_file = url.scheme() == "file";
        let path = url.to_file_path().ok().map(|path| absolute(&path));
        let path = path.filter(|path| is_file || path.parent().is_some_and(is_directory));
        let role = match &path {
            Some(_) if is_file && ending == Some(syntax) => Role::File,
            Some(_) if !is_file => Role::Revision,
            Some(_) | None => Role::Unsaved,
        };
        let path = match path {
            Some(path) => path,
            None if name.is_empty() => folder.join("untitled"),
            None => folder.join(name),
        };
        // The rest of relc knows languages by the ending.
        let path = match (ending == Some(syntax), syntax) {
            (true, _) => path,
            (false, Syntax::Rel) => with_ending(path, ".rel"),
            (false, Syntax::Yaml) => with_ending(path, ".yaml"),
        };
        Some(Place { path, syntax, role })
    }
}

/// Returns the language of a text by its ending and the client's name of its language. In doubt, the name decides, except for YAML,
/// which clients call by many.
fn syntax(ending: Option<Syntax>, language: &str) -> Option<Syntax> {
    match (ending, language) {
        (Some(ending), _) => Some(ending),
        (None, "relc" | "rel") => Some(Syntax::Rel),
        (None, language) => {
            language.split(['.', '-']).any(|word| matches!(word, "yaml" | "helm")).then_some(Syntax::Yaml)
        }
    }
}

fn with_ending(path: PathBuf, ending: &str) -> PathBuf {
    let mut path = path.into_os_string();
    path.push(ending);
    path.into()
}

impl Document {
    /// Returns the path of its file, or the one that it would have.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// Returns the name of its file.
    pub fn name(&self) -> String {
        self.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns its language.
    pub fn syntax(&self) -> Syntax {
        self.place.syntax
    }

    /// Returns true if it is the file at its path.
    pub fn is_file(&self) -> bool {
        self.place.role == Role::File
    }

    /// Returns true if it is an old revision, whose mistakes nobody can fix.
    pub fn is_revision(&self) -> bool {
        self.place.role == Role::Revision
    }

    /// Returns the range of these bytes.
    pub fn range(&self, range: Range<usize>) -> lsp_types::Range {
        self.lines.range(&self.text, range)
    }

    /// Returns the bytes of this range.
    pub fn bytes(&self, range: lsp_types::Range) -> Range<usize> {
        let offset = |position| self.lines.offset(&self.text, position);
        let (start, end) = (offset(range.start), offset(range.end));
        start..end.max(start)
    }
}
