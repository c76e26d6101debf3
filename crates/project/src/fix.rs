//! `relc lint --fix` and `--diff`: fixes, applied to the texts, then written to the files or shown.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use crate::overlay::Overlay;
use crate::read::reason_to_write;
use relc_lint::fix::{FixPolicy, apply};
use relc_syntax::diagnostic::{Diagnostic, Fix};
use relc_syntax::source::Sources;

/// The fixes of a run, by the files that they change.
#[derive(Default)]
pub struct Fixes {
    files: BTreeMap<String, File>,
}

struct File {
    text: String,
    fixes: Vec<OfferedFix>,
}

/// A fix with the finding that offers it.
#[derive(Clone)]
pub struct OfferedFix {
    /// The finding without its position, which other fixes move.
    pub finding: Finding,
    fix: Fix,
}

/// The rule and the message of a finding.
pub type Finding = (String, String);

/// Returns the rule and the message of a diagnostic.
pub fn finding(diagnostic: &Diagnostic) -> Finding {
    (diagnostic.code.name().to_owned(), diagnostic.message.clone())
}

/// A file before and after its fixes.
#[derive(Clone)]
pub struct Fixed {
    /// The file's name.
    pub name: String,
    /// The text before the fixes.
    pub before: String,
    /// The text after the fixes.
    pub after: String,
    /// The number of fixes that were applied.
    pub count: usize,
    /// All fixes.
    pub fixes: Vec<OfferedFix>,
}

impl Fixes {
    /// Collects the wanted fixes of an input's diagnostics. Fixes of flags are dropped, as they have no file.
    pub fn add(&mut self, sources: &Sources, findings: &[Diagnostic], (wanted, texts): (FixPolicy, &Overlay)) {
        for finding in findings {
            let Some(fix) = finding.fix.as_ref().filter(|fix| wanted.takes(fix)) else { continue };
            let Some(first) = fix.edits.first() else { continue };
            let source = sources.file(first.span.file);
            let one_file = fix.edits.iter().all(|edit| edit.span.file == first.span.file);
            let is_file = || texts.get(source.name()).is_some() || Path::new(source.name()).is_file();
            if one_file && is_file() {
                let file = self.files.entry(source.name().to_owned());
                let file = file.or_insert_with(|| File { text: source.text().to_owned(), fixes: Vec::new() });
                file.fixes.push(OfferedFix { finding: self::finding(finding), fix: fix.clone() });
            }
        }
    }

    /// Applies the fixes that are `wanted`, by file and finding, and returns the files that change.
    pub fn apply(self, wanted: impl Fn(&str, &Finding) -> bool) -> impl Iterator<Item = Fixed> {
        self.files.into_iter().filter_map(move |(name, file)| {
            let fixes = file.fixes.into_iter().filter(|offered| wanted(&name, &offered.finding)).collect();
            let fixed = Fixed { name, after: file.text.clone(), before: file.text, count: 0, fixes: Vec::new() };
            let fixed = fixed.with(fixes);
            (fixed.count > 0 && fixed.after != fixed.before).then_some(fixed)
        })
    }
}

impl Fixed {
    /// Returns the file with these fixes of it.
    #[must_use]
    pub fn with(&self, fixes: Vec<OfferedFix>) -> Fixed {
        let edits: Vec<&Fix> = fixes.iter().map(|offered| &offered.fix).collect();
        let (after, count) = apply(&self.before, &edits);
        Fixed { name: self.name.clone(), before: self.before.clone(), after, count, fixes }
    }

    /// Writes the file atomically.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write(&self) -> Result<(), String> {
        write(&self.name, &self.after)
    }

    /// Returns true if the file is read-only, which means that it must not be changed. (Replacing a file doesn't
    /// require write permission for it.)
    pub fn is_read_only(&self) -> bool {
        is_read_only(&self.name)
    }

    /// Returns the change in the format of [`difference`].
    pub fn diff(&self) -> String {
        difference(&self.name, &self.before, &self.after)
    }
}

/// Returns true if the file `name` is read-only.
pub fn is_read_only(name: &str) -> bool {
    fs::metadata(name).is_ok_and(|metadata| metadata.permissions().readonly())
}

/// Returns the change of the file `name` in the format of `diff -u`, which `patch -p1` and `git apply` accept.
pub fn difference(name: &str, before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let (old, new) = match Path::new(name).is_absolute() {
        true => (name.to_owned(), name.to_owned()),
        false => (format!("a/{name}"), format!("b/{name}")),
    };
    diff.unified_diff().header(&old, &new).to_string()
}

/// Writes the file `name` atomically.
///
/// # Errors
/// The file can't be written.
pub fn write(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(name);
    // Replaces the target of a link, not the link.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = real.parent().unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(directory).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(metadata) = fs::metadata(&real) {
            fs::set_permissions(file.path(), metadata.permissions())?;
        }
        file.persist(&real).map_err(|error| error.error)
    });
    written.map(|_| ()).map_err(|error| format!("cannot write `{name}`: {}", reason_to_write(path, &error)))
}
