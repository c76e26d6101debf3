//! Converts a release of a `.rel` file to an equivalent values file.
//!
//! In: a loaded file. Out: the text of a values file, verified: both are built, and a text with different manifests is rejected.
//! Settings are written where their fields declare it. Comments are not kept.

use std::sync::Arc;

use super::{writer, yaml};
use relc_core::codegen::{Format, Stream};
use relc_core::compile::{self, Environments, Input, LoadedInput, Options, Subject, Text};
use relc_core::helm_values::header::{HeaderKey, SETTINGS};
use relc_core::library::{Catalog, NoFiles};
use relc_core::value::{Entry, Value, ValueKind};
use relc_syntax::ast::WeightMode;
use relc_syntax::diagnostic::{Diagnostic, Diagnostics, Severity};
use relc_syntax::source::Span;

/// The result of exporting a release.
pub enum Exported {
    /// The text of a values file, and the namespace that it must be built with to be equivalent, if its environment has no setting
    /// for the namespace.
    Text(String, Option<String>),
    /// The release has errors.
    Invalid(Vec<Diagnostic>),
    /// What the release sets that values files can't express.
    NotExpressible(String),
}

/// Converts release `index` of `opened`, which was loaded with `namespace`.
pub fn export(
    opened: &LoadedInput,
    index: usize,
    namespace: Option<&str>,
    environments: &Environments<'_>,
    catalog: &Catalog,
) -> Exported {
    let errors = |found: &Diagnostics| -> Vec<Diagnostic> {
        found.iter().filter(|found| found.severity == Severity::Error).cloned().collect()
    };
    let mut wrong = errors(&opened.diagnostics);
    if index >= opened.len() {
        return Exported::Invalid(wrong);
    }
    let analysis = opened.analyze(index, environments);
    let built = &analysis.built;
    wrong.extend(errors(&built.diagnostics));
    let Some(subject) = analysis.subject(opened).filter(|_| wrong.is_empty()) else { return Exported::Invalid(wrong) };
    let values = match values(&subject, namespace) {
        Ok(values) => values,
        Err(field) => return Exported::NotExpressible(format!("`{field}` has no key in values files")),
    };
    let text = Stream::piece(Format::Yaml, &[values]);
    let text = text.strip_prefix("---\n").unwrap_or(&text).to_owned();
    let documents = yaml(&built.documents);
    let is_equivalent = |namespace: Option<String>| {
        let again = Input::Values(vec![Text { name: "the exported values".to_owned(), text: text.clone() }]);
        let again = compile::load(again, &Options { namespace, ..Options::default() }, catalog, &NoFiles);
        yaml(&again.build(0, environments).documents) == documents
    };
    let namespaces = [None, namespace.map(str::to_owned)];
    match namespaces.into_iter().find(|namespace| is_equivalent(namespace.clone())) {
        Some(namespace) => Exported::Text(text, namespace),
        None => Exported::NotExpressible("values files build other manifests for this release".to_owned()),
    }
}

/// Returns the values of a release, with its namespace if the release doesn't set it.
///
/// # Errors
/// The name of a field that has no key in values files.
fn values(subject: &Subject<'_>, namespace: Option<&str>) -> Result<Value, String> {
    let (release, plan) = (subject.release, &subject.prepared.plan);
    let mut top = Values { entries: Vec::new(), span: release.span };
    top.put(HeaderKey::Environment.path(), top.string(&release.environment.text));
    top.put(HeaderKey::Name.path(), top.string(&release.name.text));
    if let Some(strategy) = &release.strategy {
        top.put(HeaderKey::Strategy.path(), top.string(&strategy.text));
    }
    let namespace = namespace.and_then(|namespace| writer::namespace_setting(subject, namespace));
    for entry in namespace.into_iter().chain(writer::settings(subject)) {
        let named = |name: &str| *name == *entry.key;
        let own = plan.settings.fields.iter().find(|field| named(&field.item.name.text));
        let shared = plan.version.fields.iter().find(|field| named(&field.item.name.text));
        let path = match own {
            Some(field) => field.item.place(SETTINGS),
            None => shared.and_then(|field| field.item.place("")).map(|path| format!("{SETTINGS}{path}")),
        };
        top.put(&path.ok_or_else(|| entry.key.to_string())?, entry.value);
    }
    let versions = (0..release.versions.len()).map(|at| version(subject, at)).collect::<Result<Vec<_>, _>>()?;
    top.put(HeaderKey::Versions.path(), Value::list(versions, release.span));
    Ok(top.finish())
}

fn version(subject: &Subject<'_>, at: usize) -> Result<Value, String> {
    let (version, plan) = (&subject.release.versions[at], &subject.prepared.plan);
    let mut found = Values { entries: Vec::new(), span: version.span };
    if let Some(weight) = weight(subject, at) {
        found.put(HeaderKey::Weight.path(), Value::new(ValueKind::Int(i64::from(weight)), version.span));
    }
    let headline = plan.version.fields.iter().find(|field| field.item.headline);
    let headline = headline
        .zip(version.headline.clone())
        .map(|(field, value)| Entry::new(Arc::clone(&field.item.name.text), version.span, value));
    for entry in headline.into_iter().chain(writer::fields(subject, at)) {
        let field = plan.version.fields.iter().find(|field| *field.item.name.text == *entry.key);
        let path = field.and_then(|field| field.item.place(""));
        found.put(&path.ok_or_else(|| entry.key.to_string())?, entry.value);
    }
    Ok(found.finish())
}

/// Returns the weight of a version. Values files have no version that gets the rest of 100%, so its share is computed.
fn weight(subject: &Subject<'_>, at: usize) -> Option<u32> {
    let versions = &subject.release.versions;
    let is_set = versions.iter().any(|version| version.weight.is_some());
    let shares = subject.shares().filter(|_| is_set && subject.weights() == WeightMode::Split);
    let share = shares.and_then(|shares| shares.get(at).map(|share| share.weight));
    share.or_else(|| versions[at].weight.as_ref().and_then(|weight| weight.value))
}

/// An object of a values file.
struct Values {
    entries: Vec<Entry>,
    span: Span,
}

impl Values {
    fn string(&self, text: &str) -> Value {
        Value::string(text, self.span)
    }

    /// Sets the value at a path of keys.
    fn put(&mut self, path: &str, value: Value) {
        put(&mut self.entries, path, value, self.span);
    }

    fn finish(self) -> Value {
        Value::object(self.entries, self.span)
    }
}

fn put(entries: &mut Vec<Entry>, path: &str, value: Value, span: Span) {
    let Some((first, rest)) = path.split_once('.') else { return entries.push(Entry::new(path, span, value)) };
    let known = entries.iter().position(|entry| &*entry.key == first);
    let at = known.unwrap_or(entries.len());
    if known.is_none() {
        entries.push(Entry::new(first, span, Value::object(Vec::new(), span)));
    }
    if let ValueKind::Object(object) = &mut entries[at].value.data {
        put(&mut Arc::make_mut(object).entries, rest, value, span);
    }
}
