//! Messages that are reported in more than one place.

use std::sync::Arc;

use super::assignable::{Mismatch, Why};
use super::checker::Checker;
use super::inferred::{Inferred, Stage};
use crate::types::{Type, quoted};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl Checker<'_> {
    /// Returns the path from the root: `spec.template`, or a parameter's name.
    pub(super) fn place(&self) -> String {
        self.path.concat().trim_start_matches('.').to_owned()
    }

    /// The last key of the place.
    pub(super) fn last_step(&self) -> String {
        let last = self.path.iter().rev().find(|step| !step.starts_with('['));
        last.map_or(String::new(), |step| step.trim_start_matches('.').to_owned())
    }

    /// Returns the receiver of the current value, for the end of a sentence.
    pub(super) fn taker(&self) -> String {
        match self.place().as_str() {
            "" => "this value".to_owned(),
            place => format!("`{place}`"),
        }
    }

    /// Why what is written under `span` does not fit here.
    pub(super) fn misfit(&self, misfit: &Mismatch, known: &Inferred, span: Span) -> Diagnostic {
        let shown = self.shown(span);
        let inner = misfit.path.as_str();
        let place = format!("{}{inner}", self.place());
        let place = place.trim_start_matches('.');
        let subject = if place.is_empty() { "this value".to_owned() } else { format!("`{place}`") };
        let of = |what: &str| {
            if inner.is_empty() { what.to_owned() } else { format!("`{}` of {what}", inner.trim_start_matches('.')) }
        };
        match &misfit.why {
            Why::Sort { wanted, found } => {
                let is_one_of = inner.is_empty() && matches!(known.ty.present(), Type::Union(_));
                let verb = if is_one_of { "can be" } else { "is" };
                let message = format!("{subject} takes {wanted}, and {} {verb} {found}", of(&shown));
                let error = Diagnostic::error(Code::WrongType, span, message);
                let is_text = matches!(wanted, Type::String(_)) || is_string(wanted);
                let path = shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`'));
                match (path, found) {
                    (Some(path), _) if is_one_of && is_text => {
                        error.help(format!("write `text({path})`, which is absent if it isn't a string"))
                    }
                    (Some(path), Type::String(_)) if is_one_of => {
                        error.help(format!("write `object({path})`, which is absent if it isn't an object"))
                    }
                    // A string in a string would need other quotes.
                    (Some(path), Type::Int { .. } | Type::Number { .. } | Type::Bool)
                        if is_text && inner.is_empty() && !path.contains(['"', '`']) =>
                    {
                        error.help(format!("write `\"{{{path}}}\"`"))
                    }
                    _ => error,
                }
            }
            Why::Absent if known.stage == Stage::Guarded => {
                let message =
                    format!("{subject} is required, and whether {shown} is present is known only at run time");
                Diagnostic::error(Code::RunTimeValue, span, message)
            }
            Why::Absent => {
                let required = match (place, inner) {
                    ("", _) => "a value is required here".to_owned(),
                    // A name alone is a let's, a parameter's or a fragment's, not a field's.
                    (_, "") if self.path.len() == 1 => format!("{subject} needs a value"),
                    _ => format!("{subject} is required"),
                };
                absent_here(&of(&shown), &required, span)
            }
            Why::Lacks(name) => {
                let message = format!("{subject} needs `{name}`, and {} has none", of(&shown));
                Diagnostic::error(Code::MissingField, span, message)
            }
            Why::Has { name, known } => {
                let message = format!("{subject} has no field `{name}`, and {} has", of(&shown));
                let error = Diagnostic::error(Code::UnknownKey, span, message);
                match nearest(name, known.iter().map(|name| &**name)) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                }
            }
            Why::Short(needs) => few_elements(&subject, *needs, span),
            Why::Member { member, members } => {
                let message = format!(
                    "{} may be `{member}`, and {subject} is one of {}",
                    of(&shown),
                    quoted(members.iter().map(|m| &**m))
                );
                Diagnostic::error(Code::OutOfRange, span, message)
            }
        }
    }
}

/// Returns true for the strings of a schema.
fn is_string(ty: &Type) -> bool {
    matches!(ty, Type::Schema(node) if matches!(node.node(), relc_schema::Node::String(_)))
}

/// Creates the error for a value that only the controller knows where `taker` needs it now.
pub(super) fn run_value(shown: &str, taker: &str, span: Span) -> Diagnostic {
    let message = if shown == "this" {
        format!("this value is known only at run time, and {taker} needs it when the release is built")
    } else {
        format!("{shown} is known only at run time, and {taker} needs its value when the release is built")
    };
    let error = Diagnostic::error(Code::RunTimeValue, span, message);
    match taker {
        "`emit`" | "`track`" => error.help(
            "pass it to `routemap`, whose objects the controller writes, or emit `settled(…)` of it, which relc writes",
        ),
        "this value" => {
            error.help("only what `routemap` takes can contain it, as in `emit routemap(weighted: true, route: …)`")
        }
        _ => error,
    }
}

/// `shown` may be absent where `needed` says that it cannot.
pub(super) fn absent_here(shown: &str, needed: &str, span: Span) -> Diagnostic {
    let message = format!("{shown} may be absent, and {needed}");
    let error = Diagnostic::error(Code::MaybeAbsent, span, message);
    match shown.strip_prefix('`').and_then(|shown| shown.strip_suffix('`')) {
        Some(path) if path.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '?' | '[' | ']')) => {
            error.help(format!("set a default: `{path} ?? …`; or write `{path}!` if it must be set"))
        }
        _ => error.help("set a default with `??`"),
    }
}

pub(super) fn few_elements(subject: &str, needs: u64, span: Span) -> Diagnostic {
    let elements = if needs == 1 { "one element".to_owned() } else { format!("{needs} elements") };
    let message = format!("{subject} needs at least {elements}, and this list may have fewer");
    Diagnostic::error(Code::OutOfRange, span, message)
        .help("add an element that has no condition, or wrap the list: `nonempty(…)`")
}

/// A word that is none of an enum's members.
pub(super) fn no_member(key: &str, word: &str, members: &[Arc<str>], span: Span) -> Diagnostic {
    let known = quoted(members.iter().map(|member| &**member));
    let message = match key {
        "" | "case" => format!("`{word}` is not one of {known}"),
        key => format!("`{word}` is not a valid value for `{key}`: expected one of {known}"),
    };
    suggest(Diagnostic::error(Code::OutOfRange, span, message), word, members.iter().map(|m| &**m), span)
}

/// Offers the nearest of `known`.
pub(super) fn suggest<'n>(
    error: Diagnostic,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
    span: Span,
) -> Diagnostic {
    match nearest(name, known) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, span, near),
        None => error,
    }
}

/// Offers the text `meant` in place of the one at `span`.
pub(super) fn suggest_as(error: Diagnostic, meant: &str, span: Span) -> Diagnostic {
    error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, span, meant)
}

pub(super) fn arity(name: &str, takes: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::InvalidExpression, span, format!("`{name}` takes {takes}"))
}
