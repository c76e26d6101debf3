//! Releases of values.yaml: every key sets the field that declares its path.

use std::sync::Arc;

use super::places::{ValuesPath, ValuesPaths, join, settings_places, version_places};
use super::{Hints, MOST_HELPED, Release, Unread, Version, Weight, is_plural};
use crate::helm_values;
use crate::helm_values::header::{APPLICATION, HeaderKey, HeaderScope, MARKS, next_keys, top_keys};
use crate::types::{Coercion, Type, coerce, synonyms};
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
    if let Some(foreign) = foreign(values) {
        out.push(foreign);
        return None;
    }
    let environment = match inner_environment(values) {
        Some(environment) => Some(environment),
        None => required(values, HeaderKey::Environment.path(), "environment: NAME", out),
    };
    let application = required(values, APPLICATION, "application:", out);
    let environment = name(environment?, HeaderKey::Environment, sources, out)?;
    if environment.text.is_empty() {
        let error = Diagnostic::error(Code::MissingField, environment.span, "`environment` is empty");
        out.push(error.help("set the release's environment: `environment: NAME`"));
        return None;
    }
    application?;
    let mut header = Header { environment, strategy: None, name: None };
    for key in HeaderKey::of(HeaderScope::Release) {
        let field = match key {
            HeaderKey::Strategy => &mut header.strategy,
            HeaderKey::Name => &mut header.name,
            // The environment is read above, and `settings_and_versions` reads the rest.
            HeaderKey::Environment | HeaderKey::Versions | HeaderKey::Weight => continue,
        };
        if let Some(value) = key.value(values).filter(is_said) {
            *field = Some(name(value, key, sources, out)?);
        }
    }
    Some(header)
}

/// Reports the language or kind of a values file that has none of a release's keys.
fn foreign(values: &Value) -> Option<Diagnostic> {
    let expected = "the values of a release have `environment` and `application` at the top";
    let ValueKind::Object(object) = &values.data else {
        let error = |message: &str| Some(Diagnostic::error(Code::WrongType, values.span, message).help(expected));
        return match &values.data {
            ValueKind::Error => None,
            ValueKind::Null => error("this file is empty"),
            _ => error(&format!("this file is not a values file: it contains {}", values.describe())),
        };
    };
    let has = |key: &str| object.entries.iter().any(|entry| &*entry.key == key || nearest(&entry.key, [key]).is_some());
    let first = object.entries.first()?;
    if let (Some(kind), Some(_)) = (values.get("kind").and_then(Value::as_str), values.get("apiVersion")) {
        let message = format!("this file is a Kubernetes {kind}, not the values of a release");
        return Some(Diagnostic::error(Code::WrongType, first.key_span, message).help(expected));
    }
    if top_keys().any(has) {
        return None;
    }
    let message = "these are not the values of a release: neither `environment` nor `application` is set";
    let help = "values of another chart are not for relc; those of a release set both keys";
    Some(Diagnostic::error(Code::MissingField, first.key_span, message).help(help))
}

/// Returns true if a string is set: to the templates of the chart an empty one is not.
fn is_said(value: &&Value) -> bool {
    value.as_str() != Some("")
}

/// Returns `values` with the required keys of a release under their right names, if one of them is misspelled, which is
/// reported: the rest of the file is checked all the same.
pub fn repaired(values: &Value, out: &mut Diagnostics) -> Option<Value> {
    let is_whole = HeaderKey::of(HeaderScope::Release).all(|key| !key.is_required() || key.value(values).is_some());
    if is_whole || foreign(values).is_some() {
        return None;
    }
    let mut repaired = values.clone();
    let before = out.len();
    repair(&mut repaired, &mut Vec::new(), out);
    (out.len() > before).then_some(repaired)
}

fn repair(value: &mut Value, path: &mut Vec<&'static str>, out: &mut Diagnostics) {
    let ValueKind::Object(object) = &mut value.data else { return };
    for next in next_keys(HeaderKey::of(HeaderScope::Release), path).into_iter().filter(|next| next.is_required) {
        let is_there = object.entries.iter().any(|entry| &*entry.key == next.name);
        let is_meant = |key: &str| key == next.name || !is_there && nearest(key, [next.name]).is_some();
        let entries = &mut Arc::make_mut(object).entries;
        let Some(entry) = entries.iter_mut().find(|entry| is_meant(&entry.key)) else { continue };
        if &*entry.key != next.name {
            let place = if path.is_empty() { String::new() } else { format!(" in `{}`", path.join(".")) };
            let message = format!("unknown key `{}`{place}", entry.key);
            let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
            let error = error.help(format!("did you mean `{}`?", next.name));
            out.push(error.fix(Applicability::Unsafe, entry.key_span, next.name));
            entry.key = next.name.into();
        }
        path.push(next.name);
        repair(&mut entry.value, path, out);
        path.pop();
    }
}

/// Returns an environment that is set below `application`, where it is an unknown key.
fn inner_environment(values: &Value) -> Option<&Value> {
    let key = HeaderKey::Environment.path();
    if values.get(key).is_some() {
        return None;
    }
    values.get(APPLICATION)?.get(key)
}

fn required<'v>(values: &'v Value, key: &str, example: &str, out: &mut Diagnostics) -> Option<&'v Value> {
    if let Some(value) = values.get(key) {
        return Some(value);
    }
    let object = values.as_object()?;
    if let Some(empty) = object.entry(key) {
        let error = Diagnostic::error(Code::MissingField, empty.key_span, format!("`{key}` is empty"));
        let help = match key == APPLICATION {
            true => "write its keys below it, indented by 2 spaces: `metadata`, `strategy`, `versions`".to_owned(),
            false => format!("write a value after it: `{example}`"),
        };
        out.push(error.help(help));
        return None;
    }
    let place = object.entries.first().map_or(values.span.at_start(), |first| first.key_span);
    let error = Diagnostic::error(Code::MissingField, place, format!("`{key}` is missing"));
    let is_mark = |entry: &&Entry| MARKS.iter().any(|mark| *entry.key == *mark.key());
    let below: Vec<&str> = match object.entries.iter().any(|entry| is_mark(&entry)) {
        true => {
            object.entries.iter().map(|entry| &*entry.key).filter(|key| !top_keys().any(|top| top == *key)).collect()
        }
        false => Vec::new(),
    };
    out.push(match key == APPLICATION && !below.is_empty() {
        true => error.help(format!("write {} below a key `{key}:`, indented by 2 spaces", quoted(below))),
        false => error.help(format!("add `{example}` at the top of the file")),
    });
    None
}

fn name(value: &Value, key: HeaderKey, sources: &Sources, out: &mut Diagnostics) -> Option<Name> {
    let is_number = matches!(value.data, ValueKind::Int(_) | ValueKind::Float(_));
    let is_boolean = matches!(value.data, ValueKind::Bool(_));
    if is_number || is_boolean && matches!(key, HeaderKey::Environment | HeaderKey::Strategy) {
        // No environment, strategy or release is named by a number, even in quotes, and only a release by a boolean.
        let (written, path) = (sources.text(value.span), key.path());
        let message = format!("`{written}` is not a valid value for `{path}`: expected a name");
        let code = if is_number { Code::NumericString } else { Code::WrongType };
        let help = match key {
            _ if is_number => "write a name that begins with a letter",
            HeaderKey::Environment => "write the name of an environment",
            _ => "write the name of a strategy",
        };
        out.push(Diagnostic::error(code, value.span, message).help(help));
        return None;
    }
    let written = sources.text(value.span).trim_matches(['"', '\'', ' ']);
    match &value.data {
        // Its quote is not closed, which was reported: what is written is most likely the name.
        ValueKind::Error if !written.is_empty() && !written.contains(char::is_whitespace) => {
            return Some(Name { text: written.into(), span: value.span });
        }
        // `strategy: { canary: … }`, as in an Argo Rollout.
        ValueKind::Object(object)
            if let [only] = object.entries.as_slice()
                && only.value.as_object().is_some() =>
        {
            let message = format!("`{}` must be a string, but this is an object", key.path());
            let error = Diagnostic::error(Code::WrongType, only.key_span, message);
            let help = format!("write `{}: {}`; what is below it has no equivalent here", key.key(), only.key);
            out.push(error.help(help));
            return None;
        }
        _ => {}
    }
    let value = coerce(value, &Type::STRING, &Coercion::declared(sources, key.path()), out);
    value.as_str().map(|text| Name { text: text.into(), span: value.span })
}

/// Creates the release for `values`, using the paths that the plan's fields declare.
pub fn settings_and_versions(
    values: &Value,
    header: &Header,
    release_name: Name,
    hints: &Hints<'_>,
    out: &mut Diagnostics,
) -> Release {
    let plan = hints.plan;
    let versions_at = version_places(plan);
    let settings_at = settings_places(plan);
    let mut reading = Reading {
        found: Vec::new(),
        unread: Unread::default(),
        misspelled: Vec::new(),
        misspelled_weight: None,
        misplaced: Vec::new(),
        own: &settings_at,
        others: &versions_at,
        hints,
        out,
    };
    reading.walk(values, &settings_at, "");
    (reading.own, reading.others) = (&versions_at, &settings_at);
    let mut settings = reading.take();
    let application = values.get(APPLICATION);
    let versions = HeaderKey::Versions.value(values);
    let span = application.map_or(values.span.at_start(), |application| header_span(values, application));
    let versions = match versions.map(|versions| (versions, versions.as_list())) {
        Some((_, Some(list))) => {
            list.iter().enumerate().map(|(at, element)| reading.version(&element.value, at, &versions_at)).collect()
        }
        Some((versions, None)) => {
            reading.not_a_list(versions);
            reading.unread.keys.push(HeaderKey::Versions);
            Vec::new()
        }
        None => Vec::new(),
    };
    if application.is_some_and(|application| application.as_object().is_none()) {
        reading.unread.keys.push(HeaderKey::Versions);
    }
    let unread = reading.unread;
    settings.extend(reading.misplaced);
    let (environment, strategy) = (header.environment.clone(), header.strategy.clone());
    Release { name: release_name, environment, strategy, settings, versions, unread, names: Vec::new(), span }
}

/// Returns the span of the key `application`, if it exists.
fn header_span(values: &Value, application: &Value) -> Span {
    let entry = values.as_object().and_then(|object| object.entry(APPLICATION));
    entry.map_or(application.span, |entry| entry.key_span)
}

struct Reading<'o> {
    found: Vec<Entry>,
    unread: Unread,
    /// Error values for the fields of the scope that misspelled keys mean.
    misspelled: Vec<Entry>,
    /// The key of a version that its weight is misspelled as.
    misspelled_weight: Option<Span>,
    /// Error values for the settings, and for fields of all versions, that unknown keys in the other scope mean.
    misplaced: Vec<Entry>,
    /// The paths of the scope that is read.
    own: &'o ValuesPaths,
    /// The paths of the other scope: those of versions while settings are read, and the reverse.
    others: &'o ValuesPaths,
    hints: &'o Hints<'o>,
    out: &'o mut Diagnostics,
}

impl Reading<'_> {
    fn walk(&mut self, value: &Value, places: &ValuesPaths, path: &str) {
        let object = match &value.data {
            ValueKind::Object(object) => object,
            ValueKind::Null | ValueKind::Error => return,
            _ => return self.wrong_type(path, places, value),
        };
        for entry in &object.entries {
            let below = join(path, &entry.key);
            match places.keys.get(&entry.key) {
                Some(ValuesPath::Field(name) | ValuesPath::Deprecated(name)) => {
                    self.found.push(Entry { key: Arc::clone(name), ..entry.clone() });
                }
                Some(ValuesPath::Header(_)) => {}
                Some(ValuesPath::Below(places)) => self.walk(&entry.value, places, &below),
                None => self.unknown(entry, &object.entries, places, path),
            }
        }
    }

    fn wrong_type(&mut self, path: &str, places: &ValuesPaths, value: &Value) {
        let message = format!("`{path}` must be an object, but this is {}", value.describe());
        let error = Diagnostic::error(Code::WrongType, value.span, message);
        let is_version = path.starts_with(HeaderKey::Versions.path()) && path.ends_with(']');
        let headline = self.hints.plan.version.fields.iter().find(|field| field.item.headline);
        self.out.push(match (headline, value.as_str()) {
            (Some(headline), Some(text)) if is_version => {
                let name = &headline.item.name.text;
                let fixed = format!("{{ {name}: \"{text}\" }}");
                error.help(format!("write `{name}: {text}`")).fix(Applicability::Unsafe, value.span, fixed)
            }
            (_, Some(text)) if places.keys.contains_key("name") => {
                let key = path.rsplit('.').next().unwrap_or(path);
                let fixed = format!("{{ name: {text} }}");
                error.help(format!("write `{key}: {fixed}`")).fix(Applicability::Unsafe, value.span, fixed)
            }
            _ if value.as_list().is_some_and(|list| list.iter().all(|element| element.value.as_object().is_some())) => {
                error.help("write its keys without `- `")
            }
            _ => error,
        });
    }

    /// Versions that are not a list; those of an object have labels, which values have not.
    fn not_a_list(&mut self, versions: &Value) {
        let message = format!("`application.versions` must be a list, but this is {}", versions.describe());
        let error = Diagnostic::error(Code::WrongType, versions.span, message);
        let labels: Vec<&str> = match &versions.data {
            ValueKind::Error => return,
            ValueKind::Object(object) => object.entries.iter().map(|entry| &*entry.key).collect(),
            _ => Vec::new(),
        };
        let are_labels = versions.as_object().is_some_and(|o| o.entries.iter().all(|e| e.value.as_object().is_some()));
        self.out.push(match are_labels && !labels.is_empty() {
            true => error.help(format!("begin each version with `- ` in place of its name: {}", quoted(labels))),
            false => error.help("begin each version with `- `, such as `- image: …`"),
        });
    }

    fn unknown(&mut self, entry: &Entry, siblings: &[Entry], places: &ValuesPaths, path: &str) {
        let place = if path.is_empty() { "at the top of the file".to_owned() } else { format!("in `{path}`") };
        let message = format!("unknown key `{}` {place}", entry.key);
        let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
        let known: Vec<&str> = places.current().collect();
        let near = nearest(&entry.key, known.iter().copied());
        let near = near.or_else(|| synonyms::of_key(&entry.key, &known));
        let all = self.all(places, path);
        let same = { all.iter() }.find(|(key, _)| *key == entry.key).map(|(_, path)| path.as_str());
        let deeper = || synonyms::path_of_key(&entry.key, &known).map(|path| format!("move it to `{path}`"));
        let hint = || deeper().or_else(|| wrapped(entry, places)).or_else(|| self.hints.help(&entry.key));
        // The very name of another environment's field is not misspelled.
        let is_helped = self.out.len() < MOST_HELPED;
        let is_kept = |near: &&str| same.is_some() || is_plural(near, &entry.key);
        let near = near.filter(|near| is_kept(near) || !(is_helped && self.hints.is_of_another(&entry.key)));
        let hint = if is_helped && same.is_none() && near.is_none() { hint() } else { None };
        let far = if hint.is_none() { self.nearest_path(&entry.key, near, &all) } else { None };
        // Another key at another level can be nearer: `gatway` next to `gateways`.
        let near = near.filter(|_| far.is_none());
        let path = same.or(far);
        self.mark(entry, near, path, places);
        self.out.push(match (same, near, hint, far) {
            (Some(path), ..) => error.help(move_to(path, true)),
            (None, Some(near), ..) if let Some(fixed) = self.hints.in_other_number(near, entry) => {
                let whole = entry.key_span.to(entry.value.span);
                error.help(format!("did you mean `{fixed}`?")).fix(Applicability::Unsafe, whole, fixed)
            }
            (None, Some(near), ..) if siblings.iter().any(|sibling| *sibling.key == *near) => {
                error.help(format!("did you mean `{near}`? It is set already: remove one of them"))
            }
            (None, Some(near), ..) if is_plural(near, &entry.key) && entry.value.as_list().is_some() => {
                error.help(format!("did you mean `{near}`?"))
            }
            (None, Some(near), ..) => {
                error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, entry.key_span, near)
            }
            (None, None, Some(hint), _) => error.help(hint),
            (None, None, None, Some(path)) => error.help(move_to(path, false)),
            (None, None, None, None) => error.help(format!("the keys here are {}", quoted(known))),
        });
    }

    /// Sets what an unknown key means to an error value: the field or key of the header `near` it, or the one at another `path`.
    fn mark(&mut self, entry: &Entry, near: Option<&str>, path: Option<&str>, places: &ValuesPaths) {
        let name = near.unwrap_or(&entry.key);
        let of_header = HeaderKey::of(HeaderScope::Release).filter(|key| key.keys().any(|key| key == name));
        self.unread.keys.extend(of_header);
        if path.is_none() && HeaderKey::Weight.keys().any(|key| key == name) {
            self.misspelled_weight = Some(entry.key_span);
        }
        let value = Value::new(ValueKind::Error, entry.key_span);
        let field = |key: Arc<str>| Entry { key, value, ..entry.clone() };
        match (path, near.and_then(|near| places.field(near))) {
            (Some(path), _) => {
                let below = path.split_once("].").map_or(path, |(_, below)| below);
                match self.own.field(below) {
                    Some(name) => self.misspelled.push(field(name)),
                    None => self.misplaced.extend(self.others.field(below).map(field)),
                }
            }
            (None, name) => self.misspelled.extend(name.map(field)),
        }
    }

    /// Every key that is not at the place at hand: below, or on the other side.
    fn all(&self, places: &ValuesPaths, path: &str) -> Vec<(Arc<str>, String)> {
        let mut all = Vec::new();
        places.all(path, &mut all);
        all.retain(|(key, _)| !places.keys.contains_key(key));
        let in_version = path.starts_with(&format!("{}[", HeaderKey::Versions.path()));
        let prefix = if in_version { String::new() } else { format!("{}[]", HeaderKey::Versions.path()) };
        self.others.all(&prefix, &mut all);
        if !in_version && !path.is_empty() {
            settings_places(self.hints.plan).all("", &mut all);
            all.retain(|(_, at)| *at != join(path, at.rsplit('.').next().unwrap_or(at)));
        }
        all
    }

    /// Returns the path of the key in `all` that `key` is most likely to be, if it is nearer than `near`, which is allowed
    /// where `key` is.
    fn nearest_path<'k>(&self, key: &str, near: Option<&str>, all: &'k [(Arc<str>, String)]) -> Option<&'k str> {
        let others = all.iter().map(|(key, _)| &**key).filter(|name| Some(*name) != near);
        if let Some(near) = near {
            let found = nearest(key, others.chain([near])).filter(|found| *found != near)?;
            return { all.iter() }.find(|(key, _)| &**key == found).map(|(_, path)| path.as_str());
        }
        let names: Vec<&str> = all.iter().map(|(key, _)| &**key).collect();
        let near = nearest(key, names.iter().copied()).or_else(|| synonyms::of_key(key, &names))?;
        { all.iter() }.find(|(key, _)| &**key == near).map(|(_, path)| path.as_str())
    }

    fn version(&mut self, value: &Value, at: usize, places: &ValuesPaths) -> Version {
        let path = format!("{}[{at}]", HeaderKey::Versions.path());
        let weight = HeaderKey::Weight.value(value).map(|weight| self.weight(weight, &path));
        self.walk(value, places, &path);
        let fields = self.take();
        let misspelled = self.misspelled_weight.take().map(|span| Weight { value: None, percent: false, span });
        let weight = weight.or(misspelled);
        Version { label: None, weight, headline: None, fields, when: None, span: first_key(value) }
    }

    /// Returns the fields of a scope that was read, with an error value for each that is only misspelled.
    fn take(&mut self) -> Vec<Entry> {
        let mut fields = std::mem::take(&mut self.found);
        for entry in std::mem::take(&mut self.misspelled) {
            if fields.iter().all(|known| known.key != entry.key) {
                fields.push(entry);
            }
        }
        fields
    }

    fn weight(&mut self, value: &Value, path: &str) -> Weight {
        let number = weight_number(value);
        if number.is_none() && !matches!(value.data, ValueKind::Error) {
            let shown = match &value.data {
                ValueKind::Int(number) => format!("`{number}`"),
                ValueKind::Float(number) => format!("`{number}`"),
                ValueKind::String(text) => format!("`{text}`"),
                _ => value.describe().to_owned(),
            };
            let max = u32::MAX;
            let message =
                format!("{shown} is not a valid value for `{path}.weight`: expected a whole number from 0 to {max}");
            let error = Diagnostic::error(Code::WeightNotUint, value.span, message);
            let digits = value
                .as_str()
                .map(|text| text.trim().trim_end_matches('%').trim())
                .filter(|text| text.parse::<u32>().is_ok());
            self.out.push(match digits {
                None if let Some(number) = before_comment(value) => error
                    .help(format!("write `{number}`: a comment begins with a space and `#`"))
                    .fix(Applicability::Unsafe, value.span, number),
                Some(digits) => error
                    .help(format!("write `{digits}` without quotes and `%`: weights are relative"))
                    .fix(Applicability::Unsafe, value.span, digits),
                None if number_of(value).is_some_and(|number| number < 0.0) => {
                    let positive = shown.trim_matches('`').trim_start_matches('-').to_owned();
                    let is_whole = positive.parse::<u32>().is_ok();
                    let help = if is_whole {
                        format!("write `{positive}`, or `0` for no traffic")
                    } else {
                        "write `0` for no traffic".to_owned()
                    };
                    error.help(help)
                }
                None => error.help(match scaled(&shown) {
                    Some((number, scale)) => {
                        format!(
                            "weights are relative: write `{number}` here, and multiply the remaining weights by {scale}"
                        )
                    }
                    None => "write a whole number, such as `50`: weights are relative".to_owned(),
                }),
            });
        }
        Weight { value: number, percent: false, span: value.span }
    }
}

/// Returns a number with decimals as a whole one, and the factor: 505 and 10 for `50.5`.
fn scaled(shown: &str) -> Option<(String, String)> {
    let number = shown.trim_matches(['`', '%']);
    let (whole, decimals) = number.split_once('.')?;
    let scaled = format!("{whole}{decimals}");
    scaled.parse::<u32>().ok()?;
    let scaled = scaled.trim_start_matches('0').to_owned();
    (!scaled.is_empty()).then(|| (scaled, format!("1{}", "0".repeat(decimals.len()))))
}

/// Returns the number before a comment that YAML reads as a part of the value: `50#half`, `50 // half`.
fn before_comment(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    let at = text.find('#').or_else(|| text.find("//"))?;
    let number = text[..at].trim_end();
    number.parse::<u32>().is_ok().then_some(number)
}

/// Help for a key whose value has the keys that belong where it is itself.
fn wrapped(entry: &Entry, places: &ValuesPaths) -> Option<String> {
    let object = entry.value.as_object()?;
    let is_known =
        !object.entries.is_empty() && object.entries.iter().all(|entry| places.keys.contains_key(&entry.key));
    is_known.then(|| format!("remove `{}:`, and move the keys below it one level up", entry.key))
}

/// Returns the path below a version, if `path` is in one.
fn below_version(path: &str) -> Option<&str> {
    path.strip_prefix(HeaderKey::Versions.path())?.strip_prefix("[].")
}

/// Help for a key that goes to `path`, where it has the name that was written, or another.
fn move_to(path: &str, is_named: bool) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    match below_version(path) {
        Some(below) => format!("set `{below}` in each version"),
        None if is_named && !path.contains('.') => {
            let next = if key == HeaderKey::Environment.path() { APPLICATION } else { HeaderKey::Environment.path() };
            format!("move it to the top level of the file, next to `{next}`")
        }
        None if is_named => format!("move it to `{path}`"),
        None if !path.contains('.') => format!("did you mean `{key}`, at the top level of the file?"),
        None => format!("did you mean `{path}`?"),
    }
}

/// Returns the weight in `value`: a whole number, also in quotes, as the chart pastes it without them.
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

fn number_of(value: &Value) -> Option<f64> {
    match value.data {
        #[expect(clippy::cast_precision_loss, reason = "only the sign is used")]
        ValueKind::Int(number) => Some(number as f64),
        ValueKind::Float(number) => Some(number),
        _ => None,
    }
}

/// Returns the span for diagnostics of a version: its first key.
fn first_key(value: &Value) -> Span {
    let first = value.as_object().and_then(|object| object.entries.first());
    first.map_or(value.span, |entry| entry.key_span)
}
