//! `--set` and `--set-string`, as Helm reads them (`pkg/strvals`, checked against Helm 3.18).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::value::{Element, Entry, Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Span};

/// Largest index of a list (strvals' `MaxIndex`).
const MAX_INDEX: usize = 65_536;

/// Deepest name (strvals' `MaxNestedNameLevel`, or the smaller limit of nested values).
const MAX_STEPS: usize = 30;

/// The parsing of the strings after `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// `--set`: `true`, `false`, `null` and integers are scalars.
    Scalars,
    /// `--set-string`: everything is a string.
    Strings,
}

/// An assignment `name=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    path: Vec<Step>,
    value: Value,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(Arc<str>, Span),
    Index(usize, Span),
}

/// Parses a flag, `a.b=1,c[0]=x`, up to the first error.
pub fn parse(file: FileId, text: &str, typed: Typed) -> (Vec<Assignment>, Diagnostics) {
    let mut reader = Reader { file, text, at: 0, typed };
    let mut assignments = Vec::new();
    let mut out = Diagnostics::default();
    while reader.at < text.len() {
        match reader.assignment() {
            Ok(assignment) => assignments.push(assignment),
            Err(error) => {
                out.push(*error);
                break;
            }
        }
    }
    (assignments, out)
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
    typed: Typed,
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl Reader<'_> {
    fn span(&self, start: usize) -> Span {
        Span::new(self.file, start, self.at)
    }

    fn error(&self, span: Span, message: impl Into<String>, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(Code::InvalidSet, span, message).help(help))
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Reads up to one of `stops`; `\` escapes a character.
    fn run(&mut self, stops: &[char]) -> String {
        let mut run = String::new();
        while let Some(c) = self.peek() {
            if stops.contains(&c) {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' {
                if let Some(escaped) = self.peek() {
                    self.at += escaped.len_utf8();
                    run.push(escaped);
                }
            } else {
                run.push(c);
            }
        }
        run
    }

    fn assignment(&mut self) -> Read<Assignment> {
        let mut path = Vec::new();
        loop {
            self.step(&mut path)?;
            if path.len() > MAX_STEPS {
                let message = format!("the name has more than {MAX_STEPS} steps");
                return Err(self.error(self.span(0), message, "shorten it"));
            }
            match self.peek() {
                Some('.') => self.at += 1,
                Some('[') => {}
                Some('=') => break,
                _ => {
                    let start = path.first().map_or(0, |step| step.span().start as usize);
                    let message = format!("`{}` has no value", &self.text[start..self.at]);
                    return Err(self.error(self.span(start), message, "write `name=value`"));
                }
            }
        }
        self.at += 1;
        let value = self.value()?;
        if self.peek() == Some(',') {
            self.at += 1;
        }
        Ok(Assignment { path, value })
    }

    fn step(&mut self, path: &mut Vec<Step>) -> Read<()> {
        let start = self.at;
        if self.peek() == Some('[') && !path.is_empty() {
            self.at += 1;
            let digits = self.run(&[']']);
            if self.peek() != Some(']') {
                return Err(self.error(self.span(start), "this `[` is never closed", "write `name[0]=value`"));
            }
            self.at += 1;
            let span = self.span(start);
            let index = digits.parse::<usize>().ok().filter(|index| *index <= MAX_INDEX);
            let index = index.ok_or_else(|| {
                let message = format!("an index is a number from 0 to {MAX_INDEX}, and this is `{digits}`");
                self.error(span, message, "count from 0")
            })?;
            path.push(Step::Index(index, span));
            return Ok(());
        }
        let key = self.run(&['.', '[', '=', ',']);
        if key.is_empty() {
            return Err(self.error(
                self.span(start),
                "a name is missing here",
                "write `name=value`, or `\\,` for a comma in a value",
            ));
        }
        path.push(Step::Key(key.into(), self.span(start)));
        Ok(())
    }

    fn value(&mut self) -> Read<Value> {
        let start = self.at;
        if self.peek() != Some('{') {
            let text = self.run(&[',']);
            return Ok(self.typed(&text, start));
        }
        self.at += 1;
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let text = self.run(&[',', '}']);
            values.push(self.typed(&text, start));
            match self.peek() {
                Some('}') => break,
                Some(_) => self.at += 1,
                None => return Err(self.error(self.span(start), "this list is never closed", "write `name={a,b}`")),
            }
        }
        self.at += 1;
        Ok(Value::list(values, self.span(start)))
    }

    fn typed(&self, text: &str, start: usize) -> Value {
        let span = self.span(start);
        let data = match (self.typed, text) {
            (Typed::Strings, text) => ValueKind::String(text.into()),
            (Typed::Scalars, "true") => ValueKind::Bool(true),
            (Typed::Scalars, "false") => ValueKind::Bool(false),
            (Typed::Scalars, "null") => ValueKind::Null,
            (Typed::Scalars, text) => whole(text).map_or_else(|| ValueKind::String(text.into()), ValueKind::Int),
        };
        Value::new(data, span)
    }
}

/// Parses an integer without a leading zero; in strvals all other numbers are strings.
fn whole(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.starts_with('0') { None } else { text.parse().ok() }
}

impl Step {
    fn span(&self) -> Span {
        match self {
            Step::Key(_, span) | Step::Index(_, span) => *span,
        }
    }
}

/// Applies the assignments to `base`, one after the other: in place, with lists extended by `null`.
pub fn apply(base: Value, assignments: &[Assignment]) -> Value {
    put_all(base, &assignments.iter().map(|assignment| (&assignment.path[..], &assignment.value)).collect::<Vec<_>>())
}

/// What is left of an assignment below some value.
type Below<'a> = (&'a [Step], &'a Value);

/// Assigns keys that follow each other together, so that each is looked up once.
fn put_all(mut base: Value, assignments: &[Below<'_>]) -> Value {
    let is_key = |(path, _): &Below<'_>| matches!(path, [Step::Key(..), ..]);
    for run in assignments.chunk_by(|one, other| is_key(one) && is_key(other)) {
        base = match run {
            [(path, value)] => put(base, path, value),
            run => put_keys(base, run),
        };
    }
    base
}

fn put_keys(base: Value, run: &[Below<'_>]) -> Value {
    let mut by_key: FxHashMap<&str, Vec<(Span, Below<'_>)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (path, value) in run {
        let Some((Step::Key(key, span), rest)) = path.split_first() else { continue };
        by_key.entry(key).or_insert_with(|| {
            order.push((key, *span));
            Vec::new()
        });
        by_key.entry(key).or_default().push((*span, (rest, *value)));
    }
    let first = order.first().map_or(base.span, |(_, span)| *span);
    let (mut entries, place) = match base.data {
        ValueKind::Object(object) => (Arc::unwrap_or_clone(object).entries, base.span),
        _ => (Vec::new(), first),
    };
    for entry in &mut entries {
        if let Some(assigned) = by_key.remove(&*entry.key) {
            put_entry(entry, &assigned);
        }
    }
    for (key, span) in order {
        if let Some(assigned) = by_key.remove(&**key) {
            let mut entry = Entry::new(Arc::clone(key), span, Value::null(span));
            put_entry(&mut entry, &assigned);
            entries.push(entry);
        }
    }
    Value::object(entries, place)
}

/// Assigns to an entry, whose key is where it was set last.
fn put_entry(entry: &mut Entry, assigned: &[(Span, Below<'_>)]) {
    let below: Vec<Below<'_>> = assigned.iter().map(|(_, below)| *below).collect();
    entry.key_span = assigned.last().map_or(entry.key_span, |(span, _)| *span);
    let value = std::mem::replace(&mut entry.value, Value::null(entry.key_span));
    entry.value = put_all(value, &below);
}

fn put(base: Value, path: &[Step], value: &Value) -> Value {
    let Some((step, rest)) = path.split_first() else { return value.clone() };
    match step {
        Step::Key(key, span) => {
            let (mut entries, place) = match base.data {
                ValueKind::Object(object) => (Arc::unwrap_or_clone(object).entries, base.span),
                _ => (Vec::new(), *span),
            };
            match entries.iter_mut().find(|entry| entry.key == *key) {
                Some(entry) => {
                    let below = std::mem::replace(&mut entry.value, Value::null(*span));
                    entry.value = put(below, rest, value);
                    entry.key_span = *span;
                }
                None => entries.push(Entry::new(Arc::clone(key), *span, put(Value::null(*span), rest, value))),
            }
            Value::object(entries, place)
        }
        Step::Index(index, span) => {
            let (mut elements, place) = match base.data {
                ValueKind::List(elements) => (Arc::unwrap_or_clone(elements), base.span),
                _ => (Vec::new(), *span),
            };
            while elements.len() <= *index {
                elements.push(Element { guard: None, value: Value::null(*span) });
            }
            let below = std::mem::replace(&mut elements[*index].value, Value::null(*span));
            elements[*index].value = put(below, rest, value);
            Value::new(ValueKind::List(Arc::new(elements)), place)
        }
    }
}
