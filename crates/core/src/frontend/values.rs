//! Releases of values.yaml: every key sets the field that declares its path.

use std::sync::Arc;

use super::places::{ValuesPath, ValuesPaths, join, settings_places, version_places};
use super::{Release, Version, Weight};
use crate::helm_values;
use crate::library::Plan;
use crate::types::{Coercion, Type, coerce};
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest, quoted};
use relc_syntax::source::{Sources, Span};

/// The keys of a values file that the compiler itself reads.
#[derive(Clone, Debug)]
pub struct Header {
    /// `environment`.
    pub environment: Name,
    /// `application.strategy`.
    pub strategy: Option<Name>,
    /// `application.metadata.name`, if set.
    pub name: Option<Name>,
}

/// Returns the header of `values`; `None` if it sets no environment or has no application.
pub fn header(values: &Value, sources: &Sources, out: &mut Diagnostics) -> Option<Header> {
    let ValueKind::Object(_) = &values.data else {
        let found = if values.is_null() { "nothing is said here" } else { &format!("this is {}", values.describe()) };
        let message = format!("values are an object with `environment` and `application`, and {found}");
        out.push(Diagnostic::error(Code::WrongType, values.span, message));
        return None;
    };
    let environment = required(values, "environment", "environment: NAME", out);
    let application = required(values, "application", "application:", out);
    let environment = name(environment?, "environment", sources, out)?;
    if environment.text.is_empty() {
        let error = Diagnostic::error(Code::MissingField, environment.span, "`environment` says nothing");
        out.push(error.help("name the release's environment: `environment: NAME`"));
        return None;
    }
    let application = application?;
    let strategy = match application.get("strategy").filter(is_said) {
        Some(strategy) => Some(name(strategy, "application.strategy", sources, out)?),
        None => None,
    };
    let given = application.get("metadata").and_then(|metadata| metadata.get("name")).filter(is_said);
    let given = match given {
        Some(given) => Some(name(given, "application.metadata.name", sources, out)?),
        None => None,
    };
    Some(Header { environment, strategy, name: given })
}

/// Returns true if a string is set: the chart's templates treat an empty one as missing.
fn is_said(value: &&Value) -> bool {
    value.as_str() != Some("")
}

fn required<'v>(values: &'v Value, key: &str, example: &str, out: &mut Diagnostics) -> Option<&'v Value> {
    if let Some(value) = values.get(key) {
        return Some(value);
    }
    let object = values.as_object()?;
    let near = object.entries.iter().find(|entry| nearest(&entry.key, [key]).is_some());
    out.push(match near {
        Some(entry) => Diagnostic::error(Code::UnknownKey, entry.key_span, format!("unknown key `{}`", entry.key))
            .help(format!("did you mean `{key}`?"))
            .fix(Applicability::Unsafe, entry.key_span, key),
        None => {
            let message = format!("`{key}` is missing");
            let place = object.entries.first().map_or(values.span.at_start(), |first| first.key_span);
            Diagnostic::error(Code::MissingField, place, message)
                .help(format!("say it at the top of the file: `{example}`"))
        }
    });
    None
}

fn name(value: &Value, path: &str, sources: &Sources, out: &mut Diagnostics) -> Option<Name> {
    let value = coerce(value, &Type::STRING, &Coercion::declared(sources, path), out);
    value.as_str().map(|text| Name { text: text.into(), span: value.span })
}

/// Creates the release for `values`, using the paths that the plan's fields declare.
pub fn settings_and_versions(
    values: &Value,
    header: &Header,
    release_name: Name,
    plan: &Plan,
    out: &mut Diagnostics,
) -> Release {
    let versions_at = version_places(plan);
    let settings_at = settings_places(plan);
    let mut reading = Reading { found: Vec::new(), misplaced_versions: false, others: &versions_at, out };
    reading.walk(values, &settings_at, "");
    reading.others = &settings_at;
    let settings = std::mem::take(&mut reading.found);
    let application = values.get("application");
    let versions = application.and_then(|application| application.get("versions"));
    let span = application.map_or(values.span.at_start(), |application| header_span(values, application));
    let versions = match versions.map(|versions| (versions, versions.as_list())) {
        Some((_, Some(list))) => {
            list.iter().enumerate().map(|(at, element)| reading.version(&element.value, at, &versions_at)).collect()
        }
        Some((versions, None)) => {
            reading.wrong_type("application.versions", "a list", versions);
            reading.misplaced_versions = true;
            Vec::new()
        }
        None => Vec::new(),
    };
    let misplaced_versions = reading.misplaced_versions;
    let (environment, strategy) = (header.environment.clone(), header.strategy.clone());
    Release {
        name: release_name,
        environment,
        strategy,
        settings,
        versions,
        misplaced_versions,
        names: Vec::new(),
        span,
    }
}

/// Returns the span of the key `application`, if it exists.
fn header_span(values: &Value, application: &Value) -> Span {
    let entry = values.as_object().and_then(|object| object.entry("application"));
    entry.map_or(application.span, |entry| entry.key_span)
}

struct Reading<'o> {
    found: Vec<Entry>,
    misplaced_versions: bool,
    /// The paths of the other scope: those of versions while settings are read, and the reverse.
    others: &'o ValuesPaths,
    out: &'o mut Diagnostics,
}

/// The key of the list of versions.
const VERSIONS: &str = "versions";

impl Reading<'_> {
    fn walk(&mut self, value: &Value, places: &ValuesPaths, path: &str) {
        let object = match &value.data {
            ValueKind::Object(object) => object,
            ValueKind::Null | ValueKind::Error => return,
            _ => return self.wrong_type(path, "an object", value),
        };
        for entry in &object.entries {
            let below = join(path, &entry.key);
            match places.keys.get(&entry.key) {
                Some(ValuesPath::Field(name) | ValuesPath::Deprecated(name)) => {
                    self.found.push(Entry { key: Arc::clone(name), ..entry.clone() });
                }
                Some(ValuesPath::Header(_)) => {}
                Some(ValuesPath::Below(places)) => self.walk(&entry.value, places, &below),
                None => self.unknown(entry, places, path),
            }
        }
    }

    fn wrong_type(&mut self, path: &str, wanted: &str, value: &Value) {
        let message = format!("`{path}` takes {wanted}, and this is {}", value.describe());
        self.out.push(Diagnostic::error(Code::WrongType, value.span, message));
    }

    fn unknown(&mut self, entry: &Entry, places: &ValuesPaths, path: &str) {
        let place = if path.is_empty() { "at the top of the file".to_owned() } else { format!("in `{path}`") };
        let message = format!("unknown key `{}` {place}", entry.key);
        let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
        let known: Vec<&str> = places.current().collect();
        let near = nearest(&entry.key, known.iter().copied());
        self.misplaced_versions |= &*entry.key == VERSIONS || near == Some(VERSIONS);
        self.out.push(match (near, self.elsewhere(&entry.key, places, path)) {
            (_, Some(path)) if !path.contains('.') => error.help("it stands at the top of the file"),
            (_, Some(path)) => error.help(format!("it belongs to `{path}`")),
            (Some(near), None) => {
                error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, entry.key_span, near)
            }
            (None, None) => error.help(format!("the keys here are {}", quoted(known))),
        });
    }

    /// Returns another path of a key with this name: further down, or in the other scope.
    fn elsewhere(&self, key: &str, places: &ValuesPaths, path: &str) -> Option<String> {
        let mut found = Vec::new();
        places.find(key, path, &mut found);
        let in_version = path.starts_with("application.versions[");
        self.others.find(key, if in_version { "" } else { "application.versions[]" }, &mut found);
        found.into_iter().next()
    }

    fn version(&mut self, value: &Value, at: usize, places: &ValuesPaths) -> Version {
        let path = format!("application.versions[{at}]");
        let weight = value.get("weight").map(|weight| self.weight(weight, &path));
        self.walk(value, places, &path);
        let fields = std::mem::take(&mut self.found);
        Version { label: None, weight, headline: None, fields, when: None, span: first_key(value) }
    }

    fn weight(&mut self, value: &Value, path: &str) -> Weight {
        let number = weight_number(value);
        if number.is_none() && !matches!(value.data, ValueKind::Error) {
            let message = format!("`{path}.weight` takes a whole number from 0 to {}", u32::MAX);
            let found = match &value.data {
                ValueKind::Int(number) => format!("this is {number}"),
                ValueKind::Float(number) => format!("this is {number}"),
                _ => format!("this is {}", value.describe()),
            };
            let error = Diagnostic::error(Code::WeightNotUint, value.span, message).label(found);
            let digits = value
                .as_str()
                .map(|text| text.trim().trim_end_matches('%').trim())
                .filter(|text| text.parse::<u32>().is_ok());
            self.out.push(match digits {
                Some(digits) => error
                    .help(format!("write `{digits}` without quotes and sign: weights are relative"))
                    .fix(Applicability::Unsafe, value.span, digits),
                None => error.help("weights are relative: 30 and 70, or 3 and 7"),
            });
        }
        Weight { value: number, percent: false, span: value.span }
    }
}

/// Parses a weight: an integer, possibly quoted, as the chart renders it without quotes.
fn weight_number(value: &Value) -> Option<u32> {
    let pasted = value.as_str().and_then(helm_values::pasted_number);
    match pasted.as_ref().unwrap_or(&value.data) {
        ValueKind::Int(number) => u32::try_from(*number).ok(),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is whole and in range")]
        ValueKind::Float(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) => {
            Some(*number as u32)
        }
        _ => None,
    }
}

/// Returns the span for diagnostics of a version: its first key.
fn first_key(value: &Value) -> Span {
    let first = value.as_object().and_then(|object| object.entries.first());
    first.map_or(value.span, |entry| entry.key_span)
}
