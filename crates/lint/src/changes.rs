//! The edits of a fix that consists of several changes of a release, which are made one after the other.

use super::Subject;
use crate::fix;
use relc_core::edit::{
    self,
    assign::{ReleaseName, WrittenRelease},
    write,
};
use relc_core::nodes::Tree;
use relc_core::value::{Entry, Value};
use relc_syntax::ast::Field;
use relc_syntax::diagnostic::{Applicability, Edit, Fix};
use relc_syntax::source::{FileId, Span, Syntax};

/// The path of the settings in values files, for [`Field::place`].
const SETTINGS: &str = "application.";

/// A change of a release.
#[derive(Clone, Debug)]
pub(crate) enum Change<'c> {
    /// The value at this place becomes another one; of a key, its name.
    Set(Span, &'c Value),
    /// The entry or element whose key or value is at this place is removed.
    Remove(Span),
    /// The version at this position, or the release, gets a value at the path from one of its fields.
    Add(Option<usize>, Vec<&'c str>, &'c Value),
}

/// Returns the edits of all changes, or `None` if one of them can't be made. Where they touch each other, each is made in the text
/// that the earlier ones yield.
pub(crate) fn edits(subject: &Subject<'_>, changes: &[Change<'_>]) -> Option<Vec<Edit>> {
    let mut all = Vec::new();
    for change in changes {
        let file = file_of(subject, change)?;
        all.extend(edits_of(subject, change, &subject.tree(file), &Some)?);
    }
    all.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let apart = all.windows(2).all(|pair| fix::apart(&pair[0], &pair[1]));
    if all.is_empty() || apart { Some(all).filter(|all| !all.is_empty()) } else { in_sequence(subject, changes) }
}

/// Returns the edits by which the version at `version`, or the release, has `value` in the field `to` instead of in `from`: its key
/// is renamed, so that comments stay.
pub(crate) fn moved(
    subject: &Subject<'_>,
    version: Option<usize>,
    from: &Entry,
    to: &str,
    value: &Value,
) -> Option<Vec<Edit>> {
    let tree = subject.tree(from.key_span.file);
    let (old, new) = (field_path(subject, version, &from.key)?, field_path(subject, version, to)?);
    let (Some((name, parent)), Some((_, old_parent))) = (new.split_last(), old.split_last()) else { return None };
    if tree.syntax == Syntax::Yaml && parent != old_parent {
        return edits(subject, &[Change::Add(version, vec![to], value), Change::Remove(from.key_span)]);
    }
    let mut edits = edit::rename(&tree, from.key_span, name)?;
    if value.span != from.value.span {
        edits.extend(edit::set(&tree, from.value.span, value)?);
    }
    Some(edits)
}

/// The file that a change is made in.
fn file_of(subject: &Subject<'_>, change: &Change<'_>) -> Option<FileId> {
    match change {
        Change::Set(at, _) | Change::Remove(at) => Some(at.file),
        Change::Add(Some(version), ..) => Some(subject.release.versions.get(*version)?.span.file),
        Change::Add(None, ..) => Some(subject.release.span.file),
    }
}

/// Returns the edits of one change in `tree`, in which the places of the release are those that `now` returns.
fn edits_of(
    subject: &Subject<'_>,
    change: &Change<'_>,
    tree: &Tree<'_>,
    now: &dyn Fn(Span) -> Option<Span>,
) -> Option<Vec<Edit>> {
    match change {
        Change::Set(at, value) => {
            let at = now(*at)?;
            let key = value.as_str().and_then(|name| edit::rename(tree, at, name));
            key.or_else(|| edit::set(tree, at, value))
        }
        Change::Remove(at) => {
            // The first element of a YAML list starts where the list does, so the value of a field is removed by its key.
            let key = subject.fields().find(|entry| entry.value.span == *at).map(|entry| entry.key_span);
            edit::remove(tree, now(key.unwrap_or(*at))?)
        }
        Change::Add(version, path, value) => {
            let (field, below) = path.split_first()?;
            let mut steps = field_path(subject, *version, field)?;
            steps.extend(below.iter().map(|step| (*step).to_owned()));
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            written(subject, tree, now)?.assign_field(*version, &steps, &write::value(value, tree.syntax)?)
        }
    }
}

/// The release as it is written in `tree`.
fn written<'t>(
    subject: &Subject<'_>,
    tree: &'t Tree<'t>,
    now: &dyn Fn(Span) -> Option<Span>,
) -> Option<WrittenRelease<'t>> {
    let label = |label: &relc_syntax::ast::Name| label.text.to_string();
    let labels = subject.release.versions.iter().map(|version| version.label.as_ref().map(label)).collect();
    let headline = subject.prepared.plan.version.fields.iter().find(|field| field.item.headline);
    let headline = headline.map(|field| field.item.name.text.to_string());
    let name = ReleaseName::At(match subject.syntax {
        Syntax::Rel => now(subject.release.name.span)?,
        Syntax::Yaml => subject.release.name.span,
    });
    WrittenRelease::new(tree, name, labels, headline).ok()
}

/// The path of the field `name` in the release's file: from the version, or for settings in values files from the root. `None` if it
/// has none.
fn field_path(subject: &Subject<'_>, version: Option<usize>, name: &str) -> Option<Vec<String>> {
    if subject.syntax == Syntax::Rel {
        return Some(vec![name.to_owned()]);
    }
    let plan = &subject.prepared.plan;
    let members = if version.is_some() { &plan.version } else { &plan.settings };
    let (fields, shared) = (members.fields.iter(), plan.version.fields.iter().filter(|field| field.item.shared));
    let is_named = |field: &&Field| *field.name.text == *name;
    let path = match fields.map(|field| &*field.item).find(is_named) {
        Some(field) => field.place(if version.is_some() { "" } else { SETTINGS })?,
        None => format!("{SETTINGS}{}", shared.map(|field| &*field.item).find(is_named)?.place("")?),
    };
    Some(path.split('.').map(str::to_owned).collect())
}

/// Returns the edit that makes the changes one after the other, if all are in one file.
fn in_sequence(subject: &Subject<'_>, changes: &[Change<'_>]) -> Option<Vec<Edit>> {
    let file = file_of(subject, changes.first()?)?;
    let mut earlier: Vec<Vec<Edit>> = Vec::new();
    let original = subject.tree(file);
    let mut text = original.text.to_owned();
    for change in changes {
        if file_of(subject, change)? != file {
            return None;
        }
        let tree = Tree::parse(file, &text, original.syntax);
        let now = |span: Span| earlier.iter().try_fold(span, |span, edits| shifted(span, edits));
        let edits = Fix { applicability: Applicability::Safe, edits: edits_of(subject, change, &tree, &now)? };
        text = fix::apply(&text, &[&edits]).0;
        earlier.push(edits.edits);
    }
    Some(vec![difference(&original, &text)])
}

/// Returns where `span` is after `edits`; `None` if one of them removed a part of it.
fn shifted(span: Span, edits: &[Edit]) -> Option<Span> {
    let (mut start, mut end) = (i64::from(span.start), i64::from(span.end));
    for edit in edits.iter().filter(|edit| edit.span.file == span.file) {
        let grown = edit.text.len() as i64 - i64::from(edit.span.end - edit.span.start);
        if edit.span.end <= span.start {
            start += grown;
            end += grown;
        } else if span.start <= edit.span.start && edit.span.end <= span.end {
            end += if edit.span.start == span.end { 0 } else { grown };
        } else if edit.span.start < span.end {
            return None;
        }
    }
    Some(Span::new(span.file, usize::try_from(start).ok()?, usize::try_from(end).ok()?))
}

/// The one edit that turns the text of `tree` into `text`.
fn difference(tree: &Tree<'_>, text: &str) -> Edit {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    // The end first: lines are added after a line, as by an edit of their own, and not before the next one.
    let end = same(&mut tree.text.chars().rev().zip(text.chars().rev()));
    let (old, new) = (&tree.text[..tree.text.len() - end], &text[..text.len() - end]);
    let start = same(&mut old.chars().zip(new.chars()));
    Edit { span: Span::new(tree.file, start, old.len()), text: new[start..].to_owned() }
}
