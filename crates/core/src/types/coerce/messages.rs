//! Messages about values that can't be coerced.

use super::{Checker, Entered, Step, repair};
use crate::types::{Type, quoted, synonyms};
use crate::value::{Entry, Object, Value, ValueKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};
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
        let takes = match takes(ty) {
            // Quotes alone don't make it valid.
            Takes::Text if !self.is_valid_in_quotes(value, ty) => Takes::Other,
            takes => takes,
        };
        self.wrong_type(value, &ty.present().to_string(), takes, ty)
    }

    fn is_valid_in_quotes(&self, value: &Value, ty: &Type) -> bool {
        self.is_valid(self.cx.sources.text(value.span), value.span, ty)
    }

    fn is_valid(&self, text: &str, span: Span, ty: &Type) -> bool {
        let mut found = Diagnostics::default();
        super::validate(&Value::string(text, span), ty, self.cx, &mut found);
        !found.has_errors()
    }

    /// Returns the string that is meant by a number, where quotes alone don't make it one: `"10s"` for `10`.
    fn meant_by_number(&self, value: &Value, written: &str, ty: &Type) -> Option<String> {
        let is_number = matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_)) && takes(ty) == Takes::Text;
        let text = is_number.then(|| repair::nearest(written, &|text| self.is_valid(text, value.span, ty)))??;
        let is_time = text.ends_with('s') && text.starts_with(|c: char| c.is_ascii_digit());
        is_time.then(|| format!("\"{text}\""))
    }

    /// Reports a value of another type than `ty`, which a message calls `wanted`.
    pub(super) fn wrong_type(&mut self, value: &Value, wanted: &str, takes: Takes, ty: &Type) -> Value {
        let written = self.cx.sources.text(value.span);
        let message = match &value.data {
            ValueKind::List(_) | ValueKind::Object(_) => {
                format!("{} must be {wanted}, but this is {}", self.subject(), value.describe())
            }
            _ if written.is_empty() || written.contains('\n') || written.chars().count() > 60 => {
                format!("{} must be {wanted}, but this is {}", self.subject(), value.describe())
            }
            _ => format!("`{written}` is not a valid value for {}: expected {wanted}", self.subject()),
        };
        let error = Diagnostic::error(code(value, written, takes), value.span, message);
        let file = self.cx.sources.file(value.span.file).name();
        let error = match self.rewrite(value, written, takes) {
            // A flag has no quotes of its own.
            Some(_) if file.starts_with("--set-string") => {
                error.help("pass it with `--set`: `--set-string` reads every value as a string")
            }
            Some(_) if file.starts_with("--set") => {
                error.help("pass it with `--set-string`, which reads every value as a string")
            }
            Some((text, help)) => error.help(help).fix(Applicability::Unsafe, value.span, text),
            None if let Some(meant) = self.meant_by_number(value, written, ty) => {
                error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, value.span, meant)
            }
            None => match self.reshaped(value, ty) {
                Some((text, whole)) => {
                    let error = error.help(format!("write `{}: {text}`", self.last_step()));
                    if whole { error.fix(Applicability::Unsafe, value.span, text) } else { error }
                }
                None => match other_form(value, written, takes, ty) {
                    Some(help) => error.help(help),
                    None => error,
                },
            },
        };
        self.out.push(error);
        Value::new(ValueKind::Error, value.span)
    }

    /// The same in the right sort, where that is plain: a number in quotes, a string without.
    fn rewrite(&self, value: &Value, written: &str, takes: Takes) -> Option<(String, String)> {
        match (&value.data, takes) {
            (ValueKind::String(text), Takes::Number) => {
                let number = text.trim().trim_end_matches([',', ';']);
                if number.len() < text.trim().len() && number.parse::<f64>().is_ok_and(f64::is_finite) {
                    let mark = &text.trim()[number.len()..];
                    return Some((number.to_owned(), format!("write `{number}`, without `{mark}`")));
                }
                if number.parse::<f64>().is_ok_and(f64::is_finite) {
                    return Some((number.to_owned(), format!("write `{number}` without quotes")));
                }
                let before_comment =
                    number.split(['#']).next().and_then(|text| text.split("//").next()).unwrap_or("").trim();
                if before_comment.len() < number.len() && before_comment.parse::<f64>().is_ok_and(f64::is_finite) {
                    let help = format!("write `{before_comment}`: a comment begins with a space and `#`");
                    return Some((before_comment.to_owned(), help));
                }
                let digits = digits(number)?;
                let help = format!("did you mean `{digits}`?");
                Some((digits, help))
            }
            (ValueKind::String(text), Takes::Bool) => {
                let meant = match text.to_lowercase().as_str() {
                    "true" | "yes" | "on" | "y" | "1" => "true",
                    "false" | "no" | "off" | "n" | "0" => "false",
                    _ => return None,
                };
                Some((meant.to_owned(), format!("write `{meant}` without quotes")))
            }
            (ValueKind::Int(number @ (0 | 1)), Takes::Bool) => {
                let meant = if *number == 1 { "true" } else { "false" };
                Some((meant.to_owned(), format!("write `{meant}`")))
            }
            (ValueKind::Bool(truth), Takes::Text) if written != truth.to_string() => {
                let help = format!(
                    "Helm reads YAML 1.1, in which `{written}` means `{truth}`; for a string, write `\"{written}\"`"
                );
                Some((format!("\"{written}\""), help))
            }
            (ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_), Takes::Text) => {
                Some((format!("\"{written}\""), format!("write it as a string: `\"{written}\"`")))
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
            (Some(min), Some(max)) => format!("it must be from {min} to {max}"),
            (Some(min), None) => format!("it must be at least {min}"),
            (None, Some(max)) => format!("it must be at most {max}"),
            (None, None) => "it is out of range".to_owned(),
        };
        let message = format!("`{found}` is not a valid value for {}: {bounds}", self.subject());
        self.out.push(Diagnostic::error(Code::OutOfRange, value.span, message));
        Value::new(ValueKind::Error, value.span)
    }

    /// A key that is not declared here; `deeper` is where it could go instead, as help.
    pub(super) fn unknown_key(
        &mut self,
        entry: &Entry,
        object: &Object,
        known: &[&str],
        deeper: Option<String>,
    ) -> Entered {
        let path = self.path();
        let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        let message = format!("unknown key `{}`{place}{}", entry.key, self.of_manifest());
        let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
        let near = nearest(&entry.key, known.iter().copied()).or_else(|| synonyms::of_key(&entry.key, known));
        let deeper = deeper.or_else(|| {
            let path = synonyms::path_of_key(&entry.key, known)?;
            Some(format!(
                "move it to `{}`",
                format!("{path_here}.{path}", path_here = self.path()).trim_start_matches('.')
            ))
        });
        let error = match (near, deeper) {
            (Some(near), _) if object.entry(near).is_some() => {
                error.help(format!("did you mean `{near}`? It is set already: remove one of them"))
            }
            (Some(near), _) => error.help(format!("did you mean `{near}`?")).fix(
                Applicability::Unsafe,
                entry.key_span,
                self.requoted(entry.key_span, near),
            ),
            (None, Some(deeper)) => error.help(deeper),
            (None, None) if known.is_empty() => error.help("remove it: no key is allowed here"),
            (None, None) if known.len() <= 12 => {
                error.help(format!("the keys here are {}", quoted(known.iter().copied())))
            }
            (None, None) => error.help("remove it, or check its name in the documentation of this kind"),
        };
        self.out.push(error);
        near.map_or(Entered::Unknown, |near| Entered::Misspelled(near.into()))
    }

    /// Reports missing required keys.
    pub(super) fn missing_keys(&mut self, value: &Value, missing: &[&str]) {
        let Some(first) = missing.first() else { return };
        let are = if missing.len() == 1 { "is" } else { "are" };
        let message = format!("{} {are} missing in {}", quoted(missing.iter().copied()), self.subject());
        let error = Diagnostic::error(Code::MissingField, short_span(value), message);
        self.out.push(error.help(format!("add `{first}: …`")));
    }
}

/// Returns a number in which letters were written for digits: `8O80`, `l2`.
fn digits(text: &str) -> Option<String> {
    let digit = |c: char| match c {
        'O' | 'o' => '0',
        'l' | 'I' => '1',
        other => other,
    };
    let digits: String = text.chars().map(digit).collect();
    let is_number = digits.chars().all(|c| c.is_ascii_digit()) && text.contains(|c: char| c.is_ascii_digit());
    is_number.then_some(digits)
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

/// Returns help for a value that no other writing makes right.
fn other_form(value: &Value, written: &str, takes: Takes, ty: &Type) -> Option<String> {
    match (&value.data, takes) {
        (ValueKind::Float(number), Takes::Number) if number.fract() != 0.0 && !written.is_empty() => {
            let (below, above) = (number.floor(), number.ceil());
            Some(if below > 0.0 { format!("write `{below}` or `{above}`") } else { format!("write `{above}`") })
        }
        (ValueKind::Bool(false), _) if matches!(ty, Type::Union(_)) => Some("remove it".to_owned()),
        (ValueKind::List(elements), Takes::Number | Takes::Text) => {
            let first = match &elements.first()?.value.data {
                ValueKind::Int(number) => number.to_string(),
                ValueKind::String(text) => format!("\"{text}\""),
                _ => return None,
            };
            Some(format!("write one of them: `{first}`"))
        }
        // Some of the elements have no plain value, such as `valueFrom`.
        (ValueKind::List(elements), _) => {
            let name = elements.iter().find_map(|element| element.value.get("name")?.as_str())?;
            Some(format!("write a map, such as `{{ {name}: \"VALUE\" }}`: only plain values are possible here"))
        }
        _ => None,
    }
}
