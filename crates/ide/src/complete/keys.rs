//! Keys of objects, and labels of versions.

use std::collections::BTreeSet;
use std::ops::Range;

use super::shape::{self, value};
use super::{Candidate, CandidateKind, NOBODYS, Shape, plain, shaped, usual};
use crate::context::{CursorScope, FieldPath, ReleaseContext, releases};
use crate::fields::{FieldInfo, header_keys, is_map, members, reference, shown};
use crate::fields::{keys as known_keys, value as known_value};
use crate::{FileContext, compiled};
use relc_core::check::TypedPlan;
use relc_core::nodes::Node;
use relc_core::types::{ELEMENT, Type};
use relc_syntax::source::Syntax;

/// Returns the keys that can be at the end of a path, next to `others`.
pub(super) fn keys(
    page: &FileContext<'_>,
    way: &FieldPath,
    others: &[String],
    written: &ReleaseContext,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let prepared = written.prepared.as_deref();
    let mut known = match prepared {
        Some(prepared) => known_keys(prepared, way, page.syntax),
        None if page.syntax == Syntax::Yaml => header_keys(way),
        None => Vec::new(),
    };
    known.retain(|known| !others.contains(&known.name) && !written.is_headline(way, &known.name));
    let place = place(page.syntax, way);
    known.sort_by_key(|known| (usual::rank(&place, &known.name), !known.required, weight(known)));
    // Where the value is there already, only the key is written.
    let has_value = page.text[range.end..].trim_start_matches([' ', '\t']).starts_with(':');
    let found: Vec<Candidate> = known.into_iter().map(|known| key(page, prepared, known, has_value, range)).collect();
    let own = prepared.map_or_else(Vec::new, |prepared| of_map(page, prepared, way, others, has_value, range));
    found.into_iter().chain(own).collect()
}

/// The place of a path's keys, for what is usual there.
fn place(syntax: Syntax, way: &FieldPath) -> String {
    match (way.keys.iter().rfind(|key| *key != ELEMENT), way.scope) {
        (Some(key), _) => key.clone(),
        (None, CursorScope::Settings) if syntax == Syntax::Yaml => "@values".to_owned(),
        (None, CursorScope::Settings) => "@settings".to_owned(),
        (None, CursorScope::Version) => "@version".to_owned(),
    }
}

/// The order of keys that are equally usual: whole objects of Kubernetes are last, and before them what has no type of its own.
fn weight(known: &FieldInfo) -> u8 {
    match &known.ty {
        Some(Type::Partial(_)) => 2,
        Some(Type::Optional(inner)) if matches!(**inner, Type::Partial(_)) => 2,
        Some(_) => 0,
        None => 1,
    }
}

/// A key with the shape of its value, or alone where the value is there already.
pub(super) fn key(
    page: &FileContext<'_>,
    prepared: Option<&TypedPlan>,
    known: FieldInfo,
    has_value: bool,
    range: &Range<usize>,
) -> Candidate {
    // A field with its own documentation doesn't need more; a key of a Kubernetes object leads to where it is explained.
    let reference = || reference(prepared?, known.ty.as_ref()?);
    let documentation = known.documentation.clone().or_else(reference);
    let detail = known.ty.as_ref().map(shown).unwrap_or_default();
    let name = &known.name;
    if has_value {
        return Candidate { documentation, ..plain(name, CandidateKind::Field, &detail, name.clone(), range) };
    }
    let sources = page.environments.catalog().sources();
    let default = known.default.map(|span| sources.text(span));
    let value = match &known.ty {
        Some(ty) => value(ty, default, &members(ty, page.syntax), page.syntax),
        None if page.syntax == Syntax::Yaml => header_value(name),
        None => Shape::default().text("{ ").hole([]).text(" }"),
    };
    let colon = if value.filled().starts_with('\n') { ":" } else { ": " };
    let shape = Shape::default().text(&format!("{name}{colon}")).then(value);
    let text = format!("{name}{colon}");
    Candidate { documentation, text, ..shaped(name, CandidateKind::Field, &detail, name, shape, range) }
}

/// The value of a key that relc reads itself from values files.
fn header_value(name: &str) -> Shape {
    use relc_core::helm_values::header::{HeaderKey, HeaderType};
    match HeaderKey::named(name).map(HeaderKey::value_type) {
        Some(HeaderType::Environment | HeaderType::Strategy | HeaderType::String | HeaderType::Weight) => {
            Shape::default().hole([])
        }
        Some(HeaderType::Versions) => Shape::default().text("\n- ").hole([]),
        None => Shape::default().text("\n  ").hole([]),
    }
}

/// The keys of a map, which are the user's own: those that maps of its name have elsewhere in the file, and the usual ones.
fn of_map(
    page: &FileContext<'_>,
    prepared: &TypedPlan,
    way: &FieldPath,
    others: &[String],
    has_value: bool,
    range: &Range<usize>,
) -> Vec<Candidate> {
    let Some(name) = way.keys.last() else { return Vec::new() };
    let Some(ty) = known_value(prepared, way, page.syntax).and_then(|known| known.ty).filter(is_map) else {
        return Vec::new();
    };
    let mut found = BTreeSet::new();
    keys_below(page.text, page.root(), name, &mut found);
    // The word at the position itself is being written.
    let here = page.text.get(range.clone()).unwrap_or("");
    let plainly = |key: &str| key.trim_matches(['"', '\'']).to_owned();
    found.retain(|key| !key.contains(NOBODYS) && *key != here);
    let known = known_keys(prepared, way, page.syntax);
    let is_declared = |key: &str| known.iter().any(|known| known.name == key);
    let quoted = |key: &&str| match page.syntax {
        Syntax::Rel if key.contains(['.', '/']) => format!("\"{key}\""),
        Syntax::Rel | Syntax::Yaml => (*key).to_owned(),
    };
    let usual = usual::below(name).map(|key| (quoted(&key), "a usual key"));
    let elsewhere = found.into_iter().map(|key| (key.to_owned(), "a key elsewhere"));
    let colon = if has_value { "" } else { ": " };
    let value = relc_core::types::step(&ty, "a").map(|ty| value(&ty, None, &members(&ty, page.syntax), page.syntax));
    let candidate = |(key, what): (String, &str)| {
        let label = plainly(&key);
        let begin = format!("{key}{colon}");
        match &value {
            Some(value) if !has_value => {
                let shape = Shape::default().text(&begin).then(value.clone());
                Candidate { text: begin, ..shaped(&label, CandidateKind::Field, what, &label, shape, range) }
            }
            _ => plain(&label, CandidateKind::Field, what, begin, range),
        }
    };
    let all = elsewhere.chain(usual).filter(|(key, _)| !others.contains(&plainly(key)) && !is_declared(&plainly(key)));
    let mut seen = BTreeSet::new();
    all.filter(|(key, _)| seen.insert(plainly(key))).map(candidate).collect()
}

fn keys_below<'t>(text: &'t str, node: &Node, name: &str, found: &mut BTreeSet<&'t str>) {
    for child in &node.children {
        let key = |node: &Node| node.key.and_then(|span| text.get(span.range()));
        if key(child).is_some_and(|key| key.trim_matches(['"', '\'']) == name) {
            found.extend(child.children.iter().filter_map(key));
        }
        keys_below(text, child, name, found);
    }
}

/// The labels that other releases of the file have, and the one that follows those of this one, as `v2` follows `v1`.
pub(super) fn labels(page: &FileContext<'_>, written: &ReleaseContext, range: &Range<usize>) -> Vec<Candidate> {
    let own: Vec<&str> = { written.versions.iter() }
        .filter_map(|version| version.label.as_ref().map(|label| &*label.text))
        .filter(|label| !label.contains(NOBODYS))
        .collect();
    let mut found: BTreeSet<String> = own.iter().filter_map(|label| following(label)).collect();
    for version in releases(page.ast()).flat_map(|release| &release.versions) {
        found.extend(version.label.iter().map(|label| label.text.to_string()));
    }
    found.retain(|label| !own.contains(&label.as_str()) && page.text.get(range.clone()) != Some(label));
    let mut found: Vec<String> = found.into_iter().collect();
    if found.is_empty() {
        found.extend(usual::below("@label").filter(|label| !own.contains(label)).map(str::to_owned));
    }
    // A version needs more than a label.
    let after = page.text[range.end..].split('\n').next().unwrap_or("").trim();
    let is_alone = after.is_empty() || after.starts_with('>') || after.starts_with("//");
    let candidate = |label: String| plain(&label, CandidateKind::Label, "label", label.clone(), range);
    let found: Vec<Candidate> = found.into_iter().map(candidate).collect();
    match found.first() {
        Some(first) if is_alone => with_version(page, first, written.index)
            .map_or_else(Vec::new, |rest| found.iter().map(|found| labelled(found, &rest)).collect()),
        _ => found,
    }
}

/// Returns the rest of a version that the release takes after a label: its image, with a weight, the fields of the version before it
/// or a `when` where these are needed.
fn with_version(page: &FileContext<'_>, label: &Candidate, index: usize) -> Option<Shape> {
    let image = |weight: &str| {
        let shape = Shape::default().text(" ");
        let shape = if weight.is_empty() { shape } else { shape.hole([weight]).text("% ") };
        shape.text("\"").hole(["image"]).text("\"")
    };
    let before = releases(page.ast()).nth(index)?.versions.iter().rev().find_map(|version| version.fields.as_ref());
    let fields = before.and_then(|fields| page.text.get(fields.span.range())).map(|fields| format!(" {fields}"));
    let rests = ["", "10"].into_iter().flat_map(|weight| {
        let fields = fields.as_ref().map(|fields| image(weight).text(fields));
        [Some(image(weight)), fields].into_iter().flatten()
    });
    let when = image("").text(" when header ").hole(["traffic"]).text(" is \"").hole(["test"]).text("\"");
    let missing = |rest: &Shape| compiled::missing_with(page, &labelled(label, rest), index);
    let taken = rests.chain([when]).filter_map(|rest| Some((missing(&rest)?, rest)));
    taken.min_by_key(|(missing, _)| *missing).map(|(_, rest)| rest)
}

fn labelled(label: &Candidate, rest: &Shape) -> Candidate {
    let shape = Shape::default().text(&label.text).then(rest.clone());
    Candidate { shape: Some(shape), ..label.clone() }
}

/// The label after one that ends in a number.
fn following(label: &str) -> Option<String> {
    let stem = label.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u64 = label[stem.len()..].parse().ok()?;
    Some(format!("{stem}{}", number.checked_add(1)?))
}

/// Returns true if values of a type have keys.
pub(super) fn has_keys(ty: &Type) -> bool {
    shape::takes_object(ty)
}
