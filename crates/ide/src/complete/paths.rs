//! Paths of files, where one is being written.

use super::{Candidate, CandidateKind, Listed, plain};
use crate::FileContext;
use relc_syntax::source::Syntax;

/// The files that can be named, where the path of one is being written.
pub(super) fn paths(
    page: &FileContext<'_>,
    offset: usize,
    list: &dyn Fn(&str) -> Vec<Listed>,
) -> Option<Vec<Candidate>> {
    if page.syntax == Syntax::Yaml {
        return None;
    }
    let line = page.text[..offset].rsplit('\n').next().unwrap_or("");
    let (before, written) = line.rsplit_once('"')?;
    let before = before.trim_end();
    let endings: &[&str] = match () {
        () if before.ends_with("file(") => &[".yaml", ".yml", ".json"],
        () if before == "import" => &[".rel"],
        () if before.ends_with("from") => &[".yaml", ".yml", ".json"],
        () => return None,
    };
    let (directory, _) = written.rsplit_once('/').unwrap_or(("", written));
    let start = offset - (written.len() - written.rfind('/').map_or(0, |at| at + 1));
    let end = offset + page.text[offset..].find(['"', '\n']).unwrap_or(0);
    let fits = |found: &Listed| found.is_directory || endings.iter().any(|ending| found.name.ends_with(ending));
    let candidate = |found: Listed| {
        let (kind, what, name) = match found.is_directory {
            true => (CandidateKind::Directory, "directory", format!("{}/", found.name)),
            false => (CandidateKind::File, "file", found.name),
        };
        plain(&name, kind, what, name.clone(), &(start..end))
    };
    Some(list(directory).into_iter().filter(fits).map(candidate).collect())
}
