//! Strings against patterns, lengths and formats.

use super::{Changed, Checker, quantity, repair};
use crate::types::{Pattern, StringType};
use crate::value::{Value, ValueKind};
use relc_schema::StringNode;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic};

impl Checker<'_, '_> {
    /// Checks a string against a refined type, which it must match as a whole.
    pub(super) fn string(&mut self, value: &Value, text: &str, refined: Option<&StringType>) -> Changed {
        let refined = refined?;
        if let Some(value) = self.length(value, text, refined.min, refined.max) {
            return Some(value);
        }
        match &refined.pattern {
            Some((pattern, regex)) if !regex.is_match(text) => {
                let fits = |text: &str| {
                    let length = text.chars().count() as u64;
                    regex.is_match(text)
                        && refined.min.is_none_or(|min| length >= min)
                        && refined.max.is_none_or(|max| length <= max)
                };
                let rule =
                    refined.doc.as_deref().map_or_else(|| format!("a string that matches `{pattern}`"), noun_phrase);
                Some(self.invalid(value, text, &rule, &fits))
            }
            _ => None,
        }
    }

    /// Reports a string that `fits` refuses; `rule` is what it takes, as a noun phrase. The nearest string that fits is the help.
    pub(super) fn invalid(&mut self, value: &Value, text: &str, rule: &str, fits: &dyn Fn(&str) -> bool) -> Value {
        if let Some(name) = self.wrong_release_name(value, text, fits) {
            return self.invalid(&name, text, rule, fits);
        }
        // What a person wrote of it can be changed; what an environment adds to it cannot.
        let own = self.written(value, text).unwrap_or(text).to_owned();
        let repaired = repair::nearest(&own, &|own_repaired| fits(&text.replacen(&own, own_repaired, 1)));
        let shown = if own.is_empty() { "an empty string".to_owned() } else { format!("`{own}`") };
        let reason =
            repaired.as_ref().map_or_else(|| format!("expected {rule}"), |repaired| repair::reason(&own, repaired));
        let message = format!("{shown} is not a valid value for {}: {reason}", self.subject());
        let error = self.made_of(value, text, Diagnostic::error(Code::OutOfRange, value.span, message));
        let error = match repaired {
            _ if let Some((help, fix)) = self.variable(value, &own) => match fix {
                Some(fix) => error.help(help).fix(Applicability::Unsafe, value.span, fix),
                None => error.help(help),
            },
            None if !own.is_empty() && text.contains(&format!("{own}\n")) => {
                error.help(format!("write it on the line of its key, without a line break: `{own}`"))
            }
            Some(repaired) => {
                let error = error.help(format!("did you mean `{repaired}`? Expected: {rule}"));
                let written = self.cx.sources.text(value.span);
                // The place may be of an expression that makes the string.
                match written.contains(&own) {
                    true => error.fix(Applicability::Unsafe, value.span, written.replacen(&own, &repaired, 1)),
                    false => error,
                }
            }
            None => error,
        };
        self.out.push(error);
        Value::new(ValueKind::Error, value.span)
    }

    /// Returns `text` at the place of the release's name, if another name would make it fit.
    fn wrong_release_name(&self, value: &Value, text: &str, fits: &dyn Fn(&str) -> bool) -> Option<Value> {
        let release = self.cx.release.filter(|release| release.span != value.span)?;
        let name = release.as_str().filter(|name| text.contains(name) && self.written(release, text) == Some(name))?;
        fits(&text.replacen(name, "x", 1)).then(|| Value::string(text, release.span))
    }

    /// Returns the replacement of a variable of another language, such as `${TAG}`.
    /// The second text is that of the whole value, where nothing else needs to change.
    fn variable(&self, value: &Value, text: &str) -> Option<(String, Option<String>)> {
        let file = self.cx.sources.file(value.span.file).name();
        if !file.ends_with(".rel") {
            let (_, _, name) = placeholder(text)?;
            let help =
                format!("values files have no variables: write the value of `{name}` itself, or pass it with `--set`");
            return Some((help, None));
        }
        // An interpolation after a `$` has its value in `text`.
        let written = self.cx.sources.text(value.span);
        let (start, end, name) = placeholder(written)?;
        let name = if self.is_declared(&name) { name } else { name.to_lowercase().replace('_', "-") };
        let whole = format!("{}{{{name}}}{}", &written[..start], &written[end..]);
        if self.is_declared(&name) {
            return Some((format!("write `{whole}`"), Some(whole)));
        }
        Some((format!("declare `param {name}: string` at the top of the file, and write `{whole}`"), None))
    }

    fn is_declared(&self, name: &str) -> bool {
        self.cx.names.iter().any(|known| &**known == name)
    }

    /// The text that a person wrote, where the value's is made from it.
    fn written(&self, value: &Value, text: &str) -> Option<&str> {
        let written = self.cx.sources.text(value.span);
        // A single quote is a part of the string.
        let unquoted = ['"', '\''].iter().find_map(|quote| written.strip_prefix(*quote)?.strip_suffix(*quote));
        let written = unquoted.unwrap_or(written);
        (written != text && !written.is_empty() && text.contains(written)).then_some(written)
    }

    fn made_of(&self, value: &Value, text: &str, error: Diagnostic) -> Diagnostic {
        match self.written(value, text) {
            Some(_) => error.label(format!("makes `{text}`")),
            None => error,
        }
    }

    /// Checks a string against a schema, whose pattern may match anywhere.
    pub(super) fn schema_string(&mut self, value: &Value, text: &str, node: &StringNode) -> Changed {
        if let Some(value) = self.length(value, text, node.min, node.max) {
            return Some(value);
        }
        node.pattern.as_ref().and_then(|pattern| self.pattern(value, text, pattern))
    }

    /// Checks a string against a schema's pattern. A pattern that neither engine supports accepts everything; the API
    /// server checks it.
    pub(super) fn pattern(&mut self, value: &Value, text: &str, pattern: &str) -> Changed {
        let known = Pattern::known(pattern);
        if known.is_match(text) {
            return None;
        }
        let rule = format!("a string that matches `{pattern}`");
        Some(self.invalid(value, text, &rule, &|text| known.is_match(text)))
    }

    /// Reports a string that is too short or too long; returns `None` if it is neither.
    fn length(&mut self, value: &Value, text: &str, min: Option<u64>, max: Option<u64>) -> Changed {
        if min.is_none() && max.is_none() {
            return None;
        }
        let length = text.chars().count() as u64;
        let (code, bound) = match (min, max) {
            (_, Some(max)) if length > max => {
                (Code::NameTooLong, format!("too long for {}: at most {max}", self.subject()))
            }
            (Some(min), _) if length < min => {
                (Code::OutOfRange, format!("too short for {}: at least {min}", self.subject()))
            }
            _ => return None,
        };
        let shown = if text.chars().count() > 80 {
            format!("{}…", text.chars().take(60).collect::<String>())
        } else {
            text.to_owned()
        };
        let message = match text {
            "" => format!("{} must not be empty", self.subject()),
            _ => format!("`{shown}` is {bound} characters are allowed, and it has {length}"),
        };
        let error = Diagnostic::error(code, value.span, message);
        let over = max.map_or(0, |max| length.saturating_sub(max));
        self.out.push(match self.written(value, text).map(|written| written.chars().count() as u64) {
            _ if over == 0 => error,
            None => error.help(format!("shorten it by {over}")),
            Some(own) if own <= over => {
                error.help(format!("this has {own} characters; {} more are added to it", length - own))
            }
            Some(own) => {
                let help = format!(
                    "shorten it from {own} to {} characters; {} more are added to it",
                    own - over,
                    length - own
                );
                error.help(help)
            }
        });
        Some(Value::new(ValueKind::Error, value.span))
    }

    /// A string that is not a quantity.
    pub(super) fn not_a_quantity(&mut self, value: &Value, text: &str) -> Value {
        let message = format!("`{text}` is not a valid quantity for {}", self.subject());
        let error = Diagnostic::error(Code::OutOfRange, value.span, message);
        let step = self.last_step();
        self.out.push(match quantity::nearest(text, &step) {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(
                Applicability::Unsafe,
                value.span,
                self.requoted(value.span, &near),
            ),
            None => error.help(format!("write a number with a unit, such as `{}`", quantity::example(&step))),
        });
        Value::new(ValueKind::Error, value.span)
    }

    /// A quantity whose unit belongs to another resource.
    pub(super) fn odd_unit(&mut self, value: &Value, text: &str) {
        let step = self.last_step();
        let Some((meaning, meant)) = quantity::odd_unit(text, &step) else { return };
        let message = format!("`{text}` of {} means {meaning}", self.subject());
        let warning = Diagnostic::warning(Code::OutOfRange, value.span, message);
        let text = match value.as_str() {
            Some(_) => self.requoted(value.span, &meant),
            None => format!("\"{meant}\""),
        };
        self.out.push(warning.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, value.span, text));
    }
}

/// Returns the documentation of a type as it goes into a sentence: `a time such as …`.
fn noun_phrase(doc: &str) -> String {
    let doc = doc.trim_end().trim_end_matches('.');
    let article = ["A ", "An ", "The "].into_iter().find(|article| doc.starts_with(article));
    article.map_or_else(|| doc.to_owned(), |article| article.to_lowercase() + &doc[article.len()..])
}

/// Finds a variable of another language in a string, `${TAG}`, `$TAG`, `{{ .Values.tag }}` or `<tag>`: its start, its end, and
/// its name.
fn placeholder(text: &str) -> Option<(usize, usize, String)> {
    for (open, close) in [("{{", "}}"), ("${", "}"), ("%{", "}"), ("#{", "}"), ("@{", "}"), ("$(", ")"), ("<", ">")] {
        let Some(start) = text.find(open) else { continue };
        let inside = start + open.len();
        let Some(length) = text[inside..].find(close) else { continue };
        let name = text[inside..inside + length].rsplit('.').next().unwrap_or("").trim();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_name) {
            return Some((start, inside + length + close.len(), name.to_owned()));
        }
    }
    let start = text.find('$')?;
    let rest = &text[start + 1..];
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (length > 0).then(|| (start, start + 1 + length, rest[..length].to_owned()))
}

/// Returns true if `text` has the format of an RFC 3339 time.
pub(super) fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mark = |at: usize, marks: &[u8]| bytes.get(at).is_some_and(|c| marks.contains(c));
    let digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18];
    let shape = digits.into_iter().all(digit)
        && mark(4, b"-")
        && mark(7, b"-")
        && mark(10, b"Tt ")
        && mark(13, b":")
        && mark(16, b":");
    shape && (text.ends_with(['Z', 'z']) || text.len() >= 25)
}
