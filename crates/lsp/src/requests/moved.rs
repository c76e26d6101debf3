//! The edits for files that are renamed or moved: in those that name them, and in themselves.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use lsp_types::{RenameFilesParams, TextEdit, Url, WorkspaceEdit};

use crate::document::Document;
use crate::files::Files;
use crate::path;
use relc_ide as ide;
use relc_project::overlay::absolute;

/// Returns the edits that keep the paths in all `.rel` files valid.
pub fn will_rename(files: &Files, params: &RenameFilesParams) -> Option<WorkspaceEdit> {
    let url = |text: &str| Url::parse(text).ok().as_ref().and_then(path).map(|path| absolute(&path));
    let moves: Vec<(PathBuf, PathBuf)> =
        params.files.iter().filter_map(|file| Some((url(&file.old_uri)?, url(&file.new_uri)?))).collect();
    let mut changes: HashMap<Url, Vec<TextEdit>> = HashMap::new();
    for document in files.all_rel_files() {
        let edits = edits(files, &document, &moves);
        if !edits.is_empty() {
            changes.insert(document.url.clone(), edits);
        }
    }
    (!changes.is_empty()).then(|| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

fn edits(files: &Files, document: &Document, moves: &[(PathBuf, PathBuf)]) -> Vec<TextEdit> {
    let Some(folder) = document.path().parent() else { return Vec::new() };
    let moved = |path: &Path| moved(path, moves);
    let new_folder = moved(document.path()).and_then(|path| path.parent().map(Path::to_owned));
    let links = files.with_context(document, |context| Some(ide::links(context))).unwrap_or_default();
    let edit = |link: ide::Link| {
        let target = absolute(&folder.join(&link.path));
        let new_target = moved(&target);
        // Nothing changes for a path between files that stay.
        if new_target.is_none() && new_folder.is_none() {
            return None;
        }
        let from = new_folder.as_deref().unwrap_or(folder);
        let new_text = relative(from, new_target.as_deref().unwrap_or(&target));
        (new_text != link.path).then(|| TextEdit { range: document.range(link.range), new_text })
    };
    links.into_iter().filter_map(edit).collect()
}

/// Returns the new path of a file that is moved, or is in a folder that is.
fn moved(path: &Path, moves: &[(PathBuf, PathBuf)]) -> Option<PathBuf> {
    moves.iter().find_map(|(old, new)| {
        let below = path.strip_prefix(old).ok()?;
        Some(if below == Path::new("") { new.clone() } else { new.join(below) })
    })
}

/// Returns the path of `file` from `folder`, with `/`. Both are whole paths.
fn relative(folder: &Path, file: &Path) -> String {
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = file.components().skip(common).filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_to_its_folder() {
        for (folder, file, expected) in [
            ("/a/b", "/a/b/c.rel", "c.rel"),
            ("/a/b", "/a/c.rel", "../c.rel"),
            ("/a", "/a/b/c.rel", "b/c.rel"),
            ("/x/y", "/a.rel", "../../a.rel"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(file)), expected);
        }
    }
}
