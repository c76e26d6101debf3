//! Messages about values that can't be coerced.

use super::{Checker, Step};
use crate::types::{Type, quoted};
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl Checker<'_, '_> {
    /// Returns the path from the field's name, or from the manifest's root.
    pub(super) fn path(&self) -> String {
        let steps: String = self.path.iter().map(|step| self.written_step(step)).collect();
        steps.trim_start_matches('.').to_owned()
    }

    /// Returns a step as written in a path: `.containers`, `["a b"]`, `[0]`.
    fn written_step(&self, step: &Step) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match step {
            Step::Root => self.cx.root.clone(),
            Step::Key(key) if !key.is_empty() && key.chars().all(is_word) => format!(".{key}"),
            Step::Key(key) => format!("[\"{key}\"]"),
            Step::At(at) => format!("[{at}]"),
        }
    }

    /// Returns the last key of the path.
    pub(super) fn last_step(&self) -> String {
        let written = self.path.iter().rev().map(|step| self.written_step(step));
        let last = { written }.find(|step| !step.starts_with('[')).unwrap_or_default();
        last.trim_start_matches('.').to_owned()
    }

    /// Returns the context for the end of a message: ` of the Deployment `hello-0``.
    pub(super) fn of_manifest(&self) -> String {
        match self.cx.manifest {
            Some((kind, "")) => format!(" of the {kind}"),
            Some((kind, name)) => format!(" of the {kind} `{name}`"),
            None => String::new(),
        }
    }

    /// Returns the path as a subject: `` `spec.replicas` ``, or the manifest itself.
    pub(super) fn subject(&self) -> String {
        match (self.path().as_str(), self.cx.manifest) {
            ("", Some((kind, name))) => format!("the {kind} `{name}`"),
            (path, _) => format!("`{path}`{}", self.of_manifest()),
        }
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong(&mut self, value: &Value, ty: &Type) -> Value {
        self.wrong_type(value, &ty.present().to_string(), takes(ty))
    }

    pub(super) fn wrong_type(&mut self, value: &Value, wanted: &str, takes: Takes) -> Value {
        let written = self.cx.sources.text(value.span);
        let found = match (&value.data, takes) {
            // It is redundant to report that it is a number if one is expected.
            (ValueKind::Float(_), Takes::Number) => format!("`{written}`"),
            _ => value.describe().to_owned(),
        };
        let message = format!("{} takes {wanted}, and this is {found}", self.subject());
        let error = Diagnostic::error(code(value, written, takes), value.span, message);
        let file = self.cx.sources.file(value.span.file).name();
        let error = match self.rewrite(value, written, takes) {
            // A flag has no quotes of its own.
            Some(_) if file.starts_with("--set-string") => {
                error.help("give it with `--set`: `--set-string` takes everything as a text")
            }
            Some(_) if file.starts_with("--set") => {
                error.help("give it with `--set-string`, which takes everything as a text")
            }
            Some((text, help)) => error.help(help).fix(Applicability::Unsafe, value.span, text),
            None if wanted.starts_with("a list") => error.help("make it a list of one: `[…]`"),
            None => error,
        };
        self.out.push(error);
        Value::new(ValueKind::Error, value.span)
    }

    /// Returns the value rewritten as the expected type, if that is obvious: a quoted number without quotes, or a
    /// number with quotes.
    fn rewrite(&self, value: &Value, written: &str, takes: Takes) -> Option<(String, String)> {
        match (&value.data, takes) {
            (ValueKind::String(text), Takes::Number) => {
                let number = text.trim();
                number.parse::<f64>().ok().filter(|n| n.is_finite())?;
                Some((number.to_owned(), format!("write it without quotes: `{number}`")))
            }
            (ValueKind::String(text), Takes::Bool) if matches!(&**text, "true" | "false") => {
                Some((text.to_string(), format!("write it without quotes: `{text}`")))
            }
            (ValueKind::Bool(truth), Takes::Text) if written != truth.to_string() => {
                let help = format!("YAML 1.1, which Helm reads, takes `{written}` for {truth}: write it in quotes");
                Some((format!("\"{written}\""), help))
            }
            (ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_), Takes::Text) => {
                Some((format!("\"{written}\""), format!("write it in quotes: `\"{written}\"`")))
            }
            _ => None,
        }
    }

    pub(super) fn out_of_bounds(
        &mut self,
        value: &Value,
        found: &str,
        min: Option<String>,
        max: Option<String>,
    ) -> Value {
        // Bounds that only express the integer's width are mentioned where they matter.
        let min = min.filter(|min| *min != i32::MIN.to_string() && *min != i64::MIN.to_string());
        let bounds = match (min, max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("of at least {min}"),
            (None, Some(max)) => format!("of at most {max}"),
            (None, None) => "in its bounds".to_owned(),
        };
        let message = format!("{} takes a number {bounds}, and this is {found}", self.subject());
        self.out.push(Diagnostic::error(Code::OutOfRange, value.span, message));
        Value::new(ValueKind::Error, value.span)
    }

    /// Reports an undeclared key; `deeper` is the path of a declaration of the key at another level.
    pub(super) fn unknown_key(&mut self, entry: &Entry, known: &[&str], deeper: Option<String>) {
        let path = self.path();
        let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        let message = format!("unknown key `{}`{place}{}", entry.key, self.of_manifest());
        let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
        let error = match (nearest(&entry.key, known.iter().copied()), deeper) {
            (Some(near), _) => error.help(format!("did you mean `{near}`?")).fix(
                Applicability::Unsafe,
                entry.key_span,
                self.requoted(entry.key_span, near),
            ),
            (None, Some(deeper)) => error.help(format!("it belongs to `{deeper}`")),
            (None, None) if known.is_empty() => error.help("no key can stand here"),
            (None, None) if known.len() <= 12 => {
                error.help(format!("the keys here are {}", quoted(known.iter().copied())))
            }
            (None, None) => error,
        };
        self.out.push(error);
    }

    /// Reports missing required keys.
    pub(super) fn missing_keys(&mut self, value: &Value, missing: &[&str]) {
        let Some(first) = missing.first() else { return };
        let message = format!("{} needs {}", self.subject(), quoted(missing.iter().copied()));
        let error = Diagnostic::error(Code::MissingField, short_span(value), message);
        self.out.push(error.help(format!("give `{first}: …`")));
    }
}

/// Returns the code for a value of the wrong type: mistakes that YAML makes easy have codes of their own.
fn code(value: &Value, written: &str, takes: Takes) -> Code {
    match (&value.data, takes) {
        (ValueKind::Bool(truth), Takes::Text) if !written.is_empty() && written != truth.to_string() => {
            Code::Yaml11Boolean
        }
        (ValueKind::Int(_) | ValueKind::Float(_), Takes::Text) => Code::NumericString,
        _ => Code::WrongType,
    }
}

/// Returns the span for reporting that something is missing in `value`: an object's first key rather than all of its
/// lines.
fn short_span(value: &Value) -> Span {
    match &value.data {
        ValueKind::Object(object) => match object.entries.first() {
            Some(first) if first.key_span.file == value.span.file && value.span.start <= first.key_span.start => {
                // The opening brace is the shortest span; block YAML has none, so its first key is used.
                if value.span.start == first.key_span.start {
                    first.key_span
                } else {
                    Span { end: value.span.start + 1, ..value.span }
                }
            }
            _ => value.span,
        },
        _ => value.span,
    }
}

/// The scalar type that a position accepts, for rewriting a value of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Text,
    Number,
    Bool,
    Other,
}

fn takes(ty: &Type) -> Takes {
    match ty {
        Type::String(_) | Type::Enum(_) => Takes::Text,
        Type::Int { .. } | Type::Number { .. } => Takes::Number,
        Type::Bool => Takes::Bool,
        Type::Optional(inner) | Type::Partial(inner) => takes(inner),
        Type::Union(branches) => branches.first().map_or(Takes::Other, takes),
        _ => Takes::Other,
    }
}
