//! The error for a kind without an embedded schema, with the kind that was probably meant.

use std::collections::BTreeSet;

use crate::library::ProjectKinds;
use relc_schema::builtin_kinds;
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};

/// Returns the error for the kind `kind` of `api_version`, in a project with the kinds `project`.
pub fn unknown_kind(api_version: &Name, kind: &Name, project: &ProjectKinds) -> Diagnostic {
    let span = api_version.span.to(kind.span);
    let message = format!("no schema found for {} {}", api_version.text, kind.text);
    let error = Diagnostic::error(Code::UnknownKind, span, message);
    let from = format!("kind {:?} {:?} from \"FILE.yaml\"", &*api_version.text, &*kind.text);
    let of_project = || meant_of(project, &format!("{} {}", api_version.text, kind.text));
    match of_project().or_else(|| meant(&api_version.text, &kind.text)) {
        Some((near_version, near_kind)) => {
            let near = format!("{near_version:?} {near_kind:?}");
            let help = format!(
                "did you mean `kind {near}`? To use another schema, add it with `relc schema add`, or name its file: `{from}`"
            );
            error.help(help).fix(Applicability::Unsafe, span, near)
        }
        None => error.help(format!("add its schema with `relc schema add`, or name the file that has it: `{from}`")),
    }
}

/// Returns the kind of a project that was probably meant.
fn meant_of<'p>(project: &'p ProjectKinds, wanted: &str) -> Option<(&'p str, &'p str)> {
    let names: Vec<String> = project.names().map(|(version, kind)| format!("{version} {kind}")).collect();
    let near = nearest(wanted, names.iter().map(String::as_str))?;
    project.names().find(|(version, kind)| format!("{version} {kind}") == near)
}

/// Returns the embedded kind that was probably meant: of the same name in another version or group, or of a similar name.
fn meant(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let same_name: Vec<(&str, &str)> = builtin_kinds().filter(|(_, known)| known.eq_ignore_ascii_case(kind)).collect();
    let newest = |of: &str| {
        let of_group = same_name.iter().copied().filter(|(version, _)| group(version) == of);
        of_group.max_by_key(|(version, _)| (is_stable(version), *version))
    };
    let groups: BTreeSet<&str> = same_name.iter().map(|(version, _)| group(version)).collect();
    // A name that only one group has needs no group to be found by.
    let near =
        nearest(group(api_version), groups.iter().copied()).or(groups.first().copied().filter(|_| groups.len() == 1));
    newest(group(api_version)).or_else(|| newest(near?)).or_else(|| similar(api_version, kind))
}

/// Returns the embedded kind whose version and name are similar, in the same group if it has one.
fn similar(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let written = |(version, kind): (&str, &str)| format!("{version} {kind}");
    let (mut in_group, mut elsewhere) = (Vec::new(), Vec::new());
    for known in builtin_kinds() {
        let list = if group(known.0) == group(api_version) { &mut in_group } else { &mut elsewhere };
        list.push(written(known));
    }
    let wanted = written((api_version, kind));
    let near = |list: &[String]| nearest(&wanted, list.iter().map(String::as_str)).map(str::to_owned);
    let near = near(&in_group).or_else(|| near(&elsewhere))?;
    builtin_kinds().find(|known| written(*known) == near)
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn is_stable(api_version: &str) -> bool {
    !api_version.contains("alpha") && !api_version.contains("beta")
}
