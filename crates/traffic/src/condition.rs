//! Conditions of a rule on a request's path, method, host, headers and query.

use std::fmt;

use regex::Regex;

use crate::request::Request;
use crate::samples::{self, Shape};

/// The part of a request that a condition tests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The path, without the query.
    Path,
    /// The method.
    Method,
    /// The host.
    Host,
    /// `http` or `https`.
    Scheme,
    /// The port that the client connects to.
    Port,
    /// A header, by its name in lower case.
    Header(String),
    /// A query parameter.
    Query(String),
    /// The client's labels or namespace, which no request shows.
    Client,
}

impl Field {
    /// The field's value in `request`.
    pub fn of(&self, request: &Request) -> Option<String> {
        match self {
            Field::Path => Some(request.path.clone()),
            Field::Method => Some(request.method.clone()),
            Field::Host => Some(request.host.clone()),
            Field::Scheme => Some(request.scheme.clone()),
            Field::Port => Some(request.port.to_string()),
            Field::Header(name) => request.header(name),
            Field::Query(name) => request.parameter(name).map(str::to_owned),
            Field::Client => None,
        }
    }

    /// Sets the field of `request`; a header or parameter without a value is removed.
    pub fn set(&self, request: &mut Request, value: Option<&str>) {
        let text = || value.unwrap_or_default().to_owned();
        match self {
            Field::Path => request.path = text(),
            Field::Method => request.method = text(),
            Field::Host => request.host = text(),
            Field::Scheme => request.scheme = text(),
            Field::Port => request.port = text().parse().unwrap_or(request.port),
            Field::Header(name) => {
                request.headers.retain(|(header, _)| header != name);
                request.headers.extend(value.map(|value| (name.clone(), value.to_owned())));
            }
            Field::Query(name) => {
                request.query.retain(|(key, _)| key != name);
                request.query.extend(value.map(|value| (name.clone(), value.to_owned())));
            }
            Field::Client => {}
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Field::Path => out.write_str("path"),
            Field::Method => out.write_str("method"),
            Field::Host => out.write_str("host"),
            Field::Scheme => out.write_str("scheme"),
            Field::Port => out.write_str("port"),
            Field::Header(name) => write!(out, "header {name}"),
            Field::Query(name) => write!(out, "query {name}"),
            Field::Client => out.write_str("client"),
        }
    }
}

/// The comparison of a value.
#[derive(Clone, Debug)]
pub enum Test {
    /// It is there, whatever it is.
    Present,
    /// It is this text.
    Exact(String),
    /// It is this text, in any case.
    ExactAnyCase(String),
    /// It starts with this text.
    Prefix(String),
    /// It starts with this text, in any case.
    PrefixAnyCase(String),
    /// It is this path, or one below it: whole segments are compared. Without a slash at the end.
    Below(String),
    /// All of it matches this expression, in RE2's syntax. Absent where the expression can't be compiled; then nothing matches.
    Regex(String, Option<Box<Regex>>),
}

impl Test {
    /// A regular expression that all of a value must match.
    pub fn regex(pattern: &str) -> Test {
        let whole = Regex::new(&format!("^(?:{pattern})$"));
        Test::Regex(pattern.to_owned(), whole.ok().map(Box::new))
    }

    /// Returns true if `value` passes.
    pub fn passes(&self, value: &str) -> bool {
        match self {
            Test::Present => true,
            Test::Exact(text) => value == text,
            Test::ExactAnyCase(text) => value.eq_ignore_ascii_case(text),
            Test::Prefix(text) => value.starts_with(text.as_str()),
            Test::PrefixAnyCase(text) => value.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text)),
            Test::Below(text) => {
                value.strip_prefix(text.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            Test::Regex(_, regex) => regex.as_ref().is_some_and(|regex| regex.is_match(value)),
        }
    }

    /// The same test without a regular expression, where there is one: `v2` is exact, `/api/.*` is a prefix.
    pub(crate) fn plain(&self) -> Option<Test> {
        let Test::Regex(pattern, Some(_)) = self else { return Some(self.clone()) };
        match samples::shape(pattern) {
            Shape::Exact(text) => Some(Test::Exact(text)),
            Shape::Prefix(text) => Some(Test::Prefix(text)),
            Shape::Other => None,
        }
    }
}

impl PartialEq for Test {
    fn eq(&self, other: &Test) -> bool {
        match (self, other) {
            (Test::Present, Test::Present) => true,
            (Test::Exact(a), Test::Exact(b)) | (Test::ExactAnyCase(a), Test::ExactAnyCase(b)) => a == b,
            (Test::Prefix(a), Test::Prefix(b)) | (Test::PrefixAnyCase(a), Test::PrefixAnyCase(b)) => a == b,
            (Test::Below(a), Test::Below(b)) | (Test::Regex(a, _), Test::Regex(b, _)) => a == b,
            _ => false,
        }
    }
}

/// A condition on one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The field to compare.
    pub field: Field,
    /// The comparison.
    pub test: Test,
    /// True if the test must fail. A missing field is then compared as an empty one.
    pub negated: bool,
}

impl Condition {
    /// The condition that `field` passes `test`.
    pub fn new(field: Field, test: Test) -> Condition {
        Condition { field, test, negated: false }
    }

    /// Returns true if a field with this value meets the condition.
    pub fn holds(&self, value: Option<&str>) -> bool {
        if !self.negated {
            return value.is_some_and(|value| self.test.passes(value));
        }
        match (value, &self.test) {
            (None, Test::Present) => true,
            (value, test) => !test.passes(value.unwrap_or_default()),
        }
    }

    /// Returns true if `request` meets it.
    pub fn meets(&self, request: &Request) -> bool {
        self.holds(self.field.of(request).as_deref())
    }

    /// Says why `request` does not meet it.
    pub fn mismatch(&self, request: &Request) -> String {
        if self.field == Field::Client {
            return format!("{self}, which is not known here");
        }
        match self.field.of(request) {
            Some(value) => format!("{} is `{value}`, not {}", self.field, self.wanted()),
            None => format!("{} is missing, must be {}", self.field, self.wanted()),
        }
    }

    fn wanted(&self) -> String {
        let text = match &self.test {
            Test::Present => "set".to_owned(),
            Test::Exact(text) => format!("`{text}`"),
            Test::ExactAnyCase(text) => format!("`{text}` in any case"),
            Test::Prefix(text) => format!("`{text}*`"),
            Test::PrefixAnyCase(text) => format!("`{text}*` in any case"),
            Test::Below(text) => format!("`{text}` or below"),
            Test::Regex(pattern, _) => format!("a match of `{pattern}`"),
        };
        if self.negated { format!("anything except {text}") } else { text }
    }
}

/// In the fewest words: `/beta*`, `traffic: test`, `?v=3`, `POST`.
impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            out.write_str("not ")?;
        }
        let value = match &self.test {
            Test::Present => "*".to_owned(),
            Test::Exact(text) | Test::ExactAnyCase(text) => text.clone(),
            Test::Prefix(text) | Test::PrefixAnyCase(text) => format!("{text}*"),
            Test::Below(text) => format!("{}/**", text.trim_end_matches('/')),
            Test::Regex(pattern, _) => format!("~{pattern}"),
        };
        match &self.field {
            Field::Path | Field::Method => out.write_str(&value),
            Field::Header(name) => write!(out, "{name}: {value}"),
            Field::Query(name) => write!(out, "?{name}={value}"),
            Field::Host | Field::Scheme | Field::Port | Field::Client => write!(out, "{} {value}", self.field),
        }
    }
}
