//! Edits of releases from the command line, which are checked before the file is written: `relc set`, `relc promote`.

mod promote;
mod rename;
mod set;

pub use promote::Promote;
pub use set::Set;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;

use super::Outcome;
use super::console::{Console, look};
use super::diff::{self, ReleaseDiff};
use super::flags::CompileFlags;
use super::preview::table::{self, Compiled};
use super::report::{failure, note, print};
use relc_core::compile::{self, Environments, LoadedInput, Options, Releases, Unnamed};
use relc_core::edit::assign::{ReleaseName, WrittenRelease};
use relc_core::library::Catalog;
use relc_core::nodes::Tree;
use relc_project::driver::ReadFailure;
use relc_project::fix::{difference, is_read_only, write};
use relc_project::inputs::{self, InputPaths, Task, is_rel};
use relc_project::overlay::Overlay;
use relc_routing::Routing;
use relc_syntax::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use relc_syntax::source::{FileId, Syntax};

/// Flags of all edits.
#[derive(Args)]
pub struct ReviseFlags {
    /// A `.rel` file or a values file.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Print the change without writing the file.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    compile: CompileFlags,
}

/// What an edit may do to versions that serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Care {
    /// It may replace their pods, which is reported.
    Lenient,
    /// It must not.
    Strict,
}

/// A file that is edited.
struct Draft {
    paths: InputPaths,
    options: Options,
    catalog: Catalog,
    /// The displayed name of the file.
    file: String,
    syntax: Syntax,
    before: String,
    text: String,
    releases: Vec<DraftRelease>,
}

/// A release of the file.
struct DraftRelease {
    name: String,
    labels: Vec<Option<String>>,
    headline: Option<String>,
    /// The fields of a version.
    fields: Vec<String>,
    /// The routes before the edit, if the release has no errors.
    routing: Option<Routing>,
}

impl DraftRelease {
    /// The labels of the versions, or their positions.
    fn version_names(&self) -> Vec<String> {
        let name = |(at, label): (usize, &Option<String>)| label.clone().unwrap_or_else(|| at.to_string());
        self.labels.iter().enumerate().map(name).collect()
    }
}

impl Draft {
    fn open(flags: &ReviseFlags) -> Result<Draft, String> {
        let paths = InputPaths { paths: vec![flags.file.clone()], ..InputPaths::default() };
        if flags.file.is_dir() {
            return Err(format!("`{}` is a directory: name one file", flags.file.display()));
        }
        let catalog = flags.compile.environments.search().catalog(&paths)?;
        let options = flags.compile.release.options();
        let options = Options { releases: Releases::Optional, unnamed: Unnamed::Allowed, ..options };
        let file = flags.file.display().to_string();
        let read = inputs::read(&Task::Named(flags.file.clone()), &options, &Overlay::default());
        let read = read.map_err(|failure| match failure {
            ReadFailure::Failed(message) => message,
            ReadFailure::NotAnInput => format!("`{file}` is not a release file or values file"),
            ReadFailure::InvalidText(_) => format!("`{file}` is not valid text"),
        })?;
        let loaded = compile::load(read.input, &read.options, &catalog, &read.loader);
        let releases = releases(&loaded, &Environments::new(&catalog));
        let before = loaded.sources.file(loaded.main_file()).text().to_owned();
        let syntax = if is_rel(&flags.file) { Syntax::Rel } else { Syntax::Yaml };
        if releases.is_empty() {
            return Err(format!("`{file}` has no release that can be read: `relc check {file}` shows its errors"));
        }
        let text = before.clone();
        Ok(Draft { paths, options, catalog, file, syntax, before, text, releases })
    }

    /// Returns the release with this name, or the only one.
    fn release(&self, name: Option<&str>) -> Result<usize, String> {
        let names: Vec<&str> = self.releases.iter().map(|release| release.name.as_str()).collect();
        match (name, names.as_slice()) {
            (Some(name), _) => { names.iter().position(|known| *known == name) }
                .ok_or_else(|| format!("no release named `{name}` in `{}`; it has {}", self.file, names.join(", "))),
            (None, [_]) => Ok(0),
            (None, _) => Err(format!("`{}` has several releases: name one of {}", self.file, names.join(", "))),
        }
    }

    /// Calls `work` with a release as it is written now.
    fn with<T>(
        &self,
        release: usize,
        work: impl FnOnce(&WrittenRelease<'_>) -> Result<T, String>,
    ) -> Result<T, String> {
        let tree = Tree::parse(FileId(0), &self.text, self.syntax);
        let DraftRelease { name, labels, headline, .. } = &self.releases[release];
        let written = WrittenRelease::new(&tree, ReleaseName::Text(name), labels.clone(), headline.clone());
        let written = written.map_err(|message| format!("cannot edit `{}`: {message}", self.file))?;
        work(&written).map_err(|message| format!("cannot edit `{}`: {message}", self.file))
    }

    /// Sets or removes a value of a release.
    fn assign(&mut self, release: usize, path: &[&str], text: Option<&str>) -> Result<(), String> {
        self.edit(release, |written| written.assign(path, text))
    }

    /// Makes edits of a release.
    fn edit(
        &mut self,
        release: usize,
        edits: impl FnOnce(&WrittenRelease<'_>) -> Result<Vec<Edit>, String>,
    ) -> Result<(), String> {
        let edits = self.with(release, edits)?;
        let edits = Fix { applicability: Applicability::Unsafe, edits };
        self.text = relc_lint::fix::apply(&self.text, &[&edits]).0;
        Ok(())
    }

    /// Compiles the file with this text.
    fn compiled(&self, text: &str) -> Result<Vec<Compiled>, String> {
        let texts = Overlay::default();
        texts.put(&self.file, text);
        table::compiled(&self.paths, &self.options, &self.catalog, &texts)
    }

    /// Makes the safe fixes of rules that find something now, and nothing before.
    fn tidy(&mut self) -> Result<(), String> {
        let known: Vec<Diagnostic> = self.findings(&self.before)?;
        let new = self.findings(&self.text)?;
        let is_new = |finding: &&Diagnostic| !known.iter().any(|earlier| earlier.code.name() == finding.code.name());
        let fixes = new.iter().filter(is_new).filter_map(|finding| finding.fix.as_ref());
        let safe: Vec<&Fix> = fixes.filter(|fix| fix.applicability == Applicability::Safe).collect();
        self.text = relc_lint::fix::apply(&self.text, &safe).0;
        Ok(())
    }

    /// What rules find in the file with this text.
    fn findings(&self, text: &str) -> Result<Vec<Diagnostic>, String> {
        let texts = Overlay::default();
        texts.put(&self.file, text);
        let task = Task::Named(PathBuf::from(&self.file));
        let read = inputs::read(&task, &self.options, &texts).map_err(|_| format!("cannot read `{}`", self.file))?;
        let loaded = compile::load(read.input, &read.options, &self.catalog, &read.loader);
        let environments = Environments::new(&self.catalog);
        let mut found = Vec::new();
        for index in 0..loaded.len() {
            let mut analysis = loaded.analyze(index, &environments);
            relc_lint::lint(&loaded, &mut analysis);
            found.extend(analysis.built.diagnostics.into_vec());
        }
        let main = loaded.main_file();
        found.retain(|finding| {
            finding.fix.as_ref().is_none_or(|fix| fix.edits.iter().all(|edit| edit.span.file == main))
        });
        Ok(found)
    }

    /// Returns true if the file has errors as it is now.
    fn has_errors(&self) -> Result<bool, String> {
        Ok(self.compiled(&self.text)?.iter().any(|compiled| !compiled.errors.is_empty()))
    }

    /// Writes the file and prints the change, if it has no errors and loses no requests; a `Strict` edit changes nothing that serves.
    fn finish(self, flags: &ReviseFlags, care: Care) -> Result<Outcome, String> {
        if self.text == self.before {
            note("note", &format!("`{}` doesn't change", self.file));
            return Ok(Outcome::Done);
        }
        let mut console = Console::new(flags.compile.messages);
        let mut routings = Vec::new();
        for compiled in self.compiled(&self.text)? {
            console.errors(&compiled.sources, compiled.errors);
            routings.extend(compiled.routings);
        }
        let has_errors = console.has_errors();
        console.finish();
        if has_errors {
            return Ok(Outcome::Errors);
        }
        let pairs = self.releases.iter().zip(&routings);
        let diffs: Vec<ReleaseDiff> =
            pairs.filter_map(|(old, new)| ReleaseDiff::new(Some(old.routing.as_ref()?), Some(new))).collect();
        let mut reasons: Vec<String> = diffs.iter().flat_map(diff::losses).collect();
        if care == Care::Strict {
            reasons.extend(diffs.iter().flat_map(diff::disturbances));
        }
        if !reasons.is_empty() {
            reasons.iter().for_each(|reason| failure(reason));
            failure(&format!("`{}` is not changed", self.file));
            return Ok(Outcome::Errors);
        }
        let look = look(flags.compile.messages.color.color, std::io::stdout().is_terminal());
        let change = difference(&self.file, &self.before, &self.text);
        let effects = diff::human::effects(&diffs, look);
        if !flags.dry_run {
            if is_read_only(&self.file) {
                return Err(format!("`{}` is read-only", self.file));
            }
            write(&self.file, &self.text)?;
        }
        Ok(print(&format!("{change}{effects}")))
    }
}

/// The releases of an input whose environments are known.
fn releases(loaded: &LoadedInput, environments: &Environments<'_>) -> Vec<DraftRelease> {
    let mut found = Vec::new();
    for index in 0..loaded.len() {
        let analysis = loaded.analyze(index, environments);
        let Some(subject) = analysis.subject(loaded) else { continue };
        let routing = (!analysis.built.documents.is_empty()).then(|| Routing::new(&subject));
        let label = |version: &relc_core::frontend::Version| version.label.as_ref().map(|label| label.text.to_string());
        let fields = &subject.prepared.plan.version.fields;
        let headline = fields.iter().find(|field| field.item.headline).map(|field| field.item.name.text.to_string());
        found.push(DraftRelease {
            name: subject.release.name.text.to_string(),
            labels: subject.release.versions.iter().map(label).collect(),
            headline,
            fields: fields.iter().map(|field| field.item.name.text.to_string()).collect(),
            routing,
        });
    }
    found
}
