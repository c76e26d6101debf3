//! The values of a release inside a manifest, such as a HelmRelease of Flux or an Application of Argo CD.
//!
//! In: a YAML file. Out: its values, or those that a manifest in it contains, as an object or as a string with YAML in it. All
//! spans are positions in the file.

use crate::helm_values::{
    self,
    header::{APPLICATION, HeaderKey},
};
use crate::value::{Value, ValueKind};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::FileId;

/// The number of keys above the values of a release in a manifest.
const DEPTH: usize = 6;

/// Reads the values in `text`, the text of `file`. A file with several manifests contains those of the first release.
pub fn read(file: FileId, text: &str) -> (Option<Value>, Diagnostics) {
    let (value, diagnostics) = helm_values::read(file, text);
    if value.as_ref().is_some_and(|value| !is_manifest(value)) || !may_contain(text) {
        return (value, diagnostics);
    }
    let documents = helm_values::documents(file, text);
    let found = documents.iter().filter(|document| is_manifest(document)).find_map(|document| below(document, DEPTH));
    match found {
        Some(found) if found.as_str().is_some() => helm_values::read(file, &only(text, found)),
        // The errors of one document are those of the file; that it has several is none.
        Some(found) if documents.len() > 1 => (Some(found.clone()), Diagnostics::default()),
        Some(found) => (Some(found.clone()), diagnostics),
        None => (value, diagnostics),
    }
}

/// Returns true if a text has both keys of a release's values and those of a manifest.
fn may_contain(text: &str) -> bool {
    ["apiVersion", "kind", HeaderKey::Environment.key(), APPLICATION].iter().all(|key| text.contains(key))
}

fn is_manifest(document: &Value) -> bool {
    document.get("apiVersion").is_some() && document.get("kind").is_some()
}

/// Returns the object with the keys of a release below `value`, or the string that contains them.
fn below(value: &Value, depth: usize) -> Option<&Value> {
    let entries = match &value.data {
        ValueKind::Object(object) => &object.entries,
        ValueKind::List(elements) => {
            let depth = depth.checked_sub(1)?;
            return elements.iter().find_map(|element| below(&element.value, depth));
        }
        ValueKind::String(text) => {
            let has =
                |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
            return Some(value).filter(|_| has(HeaderKey::Environment.key()) && has(APPLICATION));
        }
        _ => return None,
    };
    if HeaderKey::Environment.value(value).is_some() && value.get(APPLICATION).and_then(Value::as_object).is_some() {
        return Some(value);
    }
    let depth = depth.checked_sub(1)?;
    entries.iter().find_map(|entry| below(&entry.value, depth))
}

/// Returns `text` with everything outside of a block string replaced by spaces, so that positions don't change.
fn only(text: &str, block: &Value) -> String {
    let (start, end) = (block.span.start as usize, block.span.end as usize);
    // The header of the block, `|`, is on the line before it.
    let first = if text[start..].starts_with(['|', '>']) {
        text[start..].find('\n').map_or(end, |newline| start + newline + 1)
    } else {
        text[..start].rfind('\n').map_or(0, |newline| newline + 1)
    };
    let blank = |text: &str| text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect::<String>();
    format!("{}{}{}", blank(&text[..first]), &text[first..end.max(first)], blank(&text[end.max(first)..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLICATION_OF_ARGO: &str = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n      \
         values: |\n        environment: deployment\n        application:\n          versions: []\n  project: x\n";

    #[test]
    fn a_block_of_yaml_keeps_its_positions() {
        let (value, diagnostics) = read(FileId(0), APPLICATION_OF_ARGO);
        assert!(diagnostics.is_empty());
        let value = value.expect("values");
        let environment = value.get("environment").expect("an environment");
        assert_eq!(&APPLICATION_OF_ARGO[environment.span.range()], "deployment");
        assert!(value.get("spec").is_none());
    }

    #[test]
    fn the_first_release_of_several_manifests_is_read() {
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{ name: x }}\n---\n{APPLICATION_OF_ARGO}");
        let (value, _) = read(FileId(0), &text);
        assert!(value.is_some_and(|value| value.get("application").is_some()));
    }
}
