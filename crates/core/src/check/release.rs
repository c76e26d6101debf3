//! Checks a release's values against the fields that its environment declares.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::TypedPlan;
use super::weights::weights;
use crate::eval::{TypedRelease, TypedVersion};
use crate::frontend::{Hints, MOST_HELPED, Release, Unread, Version, is_plural};
use crate::helm_values::{self, header::HeaderKey};
use crate::library::{Definition, FieldSlot, Members};
use crate::types::{Coercion, Type, coerce, quoted, synonyms};
use crate::value::{Entry, Value, ValueKind};
use relc_syntax::ast;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};
use relc_syntax::source::{Sources, Span, Syntax};

/// Checks `release`, whose namespace is `namespace` unless its settings set another.
pub fn release(
    release: &Release,
    prepared: &TypedPlan,
    syntax: Syntax,
    namespace: Value,
    sources: &Sources,
    hints: &Hints<'_>,
) -> (TypedRelease, Diagnostics) {
    let mut check = Check {
        prepared,
        syntax,
        sources,
        names: &release.names,
        unread: &release.unread,
        hints,
        out: Diagnostics::default(),
    };
    let given = check.release(release, namespace);
    (given, check.out)
}

struct Check<'a> {
    prepared: &'a TypedPlan,
    syntax: Syntax,
    sources: &'a Sources,
    names: &'a [Arc<str>],
    unread: &'a Unread,
    hints: &'a Hints<'a>,
    out: Diagnostics,
}

/// The fields of one scope and their types.
#[derive(Clone, Copy)]
struct Fields<'a> {
    members: &'a Members,
    types: &'a [Type],
    what: &'static str,
}

impl<'a> Check<'a> {
    fn settings(&self) -> Fields<'a> {
        Fields { members: &self.prepared.plan.settings, types: &self.prepared.settings, what: "setting" }
    }

    fn version_fields(&self) -> Fields<'a> {
        Fields { members: &self.prepared.plan.version, types: &self.prepared.version, what: "field" }
    }

    fn release(&mut self, release: &Release, namespace: Value) -> TypedRelease {
        let mut shared: Vec<Option<Value>> = vec![None; self.prepared.version.len()];
        let mut settings: Vec<Option<Value>> = vec![None; self.prepared.settings.len()];
        for entry in &release.settings {
            self.setting(entry, &release.settings, &mut settings, &mut shared);
        }
        self.carry(self.version_fields(), &mut shared);
        let versions = self.versions(release, &mut settings, &shared);
        self.carry(self.settings(), &mut settings);
        self.required(self.settings(), &mut settings, release.span, &release.name.text);
        let plan = &self.prepared.plan;
        let strategy = plan.strategy.as_ref().map_or_else(|| "none".into(), |strategy| Arc::clone(strategy.name()));
        let strategy_span = release.strategy.as_ref().map_or(release.span, |strategy| strategy.span);
        TypedRelease {
            name: Value::string(Arc::clone(&release.name.text), release.name.span),
            namespace,
            strategy: Value::string(strategy, strategy_span),
            settings,
            versions,
            syntax: self.syntax,
            span: release.span,
        }
    }

    fn setting(
        &mut self,
        entry: &Entry,
        siblings: &[Entry],
        settings: &mut [Option<Value>],
        shared: &mut [Option<Value>],
    ) {
        match self.prepared.plan.settings_field(&entry.key) {
            Some(FieldSlot::Setting(at)) => settings[at] = Some(self.value(self.settings(), at, &entry.value)),
            // The front end has reported an error value that is misplaced here.
            Some(FieldSlot::Version(at))
                if self.prepared.plan.version.fields[at].item.shared
                    || matches!(entry.value.data, ValueKind::Error) =>
            {
                shared[at] = Some(self.value(self.version_fields(), at, &entry.value));
            }
            Some(FieldSlot::Version(at)) => {
                let field = &self.prepared.plan.version.fields[at].item.name;
                let message = format!("`{}` is a field of a version, not a setting", entry.key);
                let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
                // `name: labels` is more likely `names: labels`.
                let names = self.prepared.plan.settings.fields.iter().map(|field| &*field.item.name.text);
                let near = nearest(&entry.key, names).filter(|near| is_plural(near, &entry.key));
                let help = match near {
                    Some(near) => {
                        format!("did you mean `{near}`? `{}` goes into the braces of each version", entry.key)
                    }
                    None => "move it into the braces of each version".to_owned(),
                };
                self.out.push(error.related(field.span, "declared here").help(help));
                shared[at] = Some(misplaced(entry));
            }
            None => match self.unknown(self.settings(), entry, siblings) {
                Some(FieldSlot::Setting(at)) => settings[at] = settings[at].take().or(Some(misplaced(entry))),
                Some(FieldSlot::Version(at)) => shared[at] = shared[at].take().or(Some(misplaced(entry))),
                None => {}
            },
        }
    }

    /// Sets each field that another one moved to (`deprecated use`), and that isn't set, to the value of that one.
    fn carry(&mut self, fields: Fields<'_>, given: &mut [Option<Value>]) {
        for (old, field) in fields.members.fields.iter().enumerate() {
            let Some(new) = &field.item.moved else { continue };
            let is_new = |field: &Definition<ast::Field>| field.item.name.text == new.text;
            let Some(new) = fields.members.fields.iter().position(is_new) else { continue };
            if let Some(value) = given[old].clone().filter(|value| !value.is_null())
                && given[new].as_ref().is_none_or(Value::is_null)
            {
                given[new] = Some(self.value(fields, new, &value));
            }
        }
    }

    fn value(&mut self, fields: Fields<'_>, at: usize, value: &Value) -> Value {
        if value.is_null() {
            return value.clone();
        }
        let field = &fields.members.fields[at].item;
        let path = match (&field.at, self.syntax) {
            (ast::FieldPlace::At(place), Syntax::Yaml) => &place.text,
            _ => &field.name.text,
        };
        let cx = Coercion::declared(self.sources, path).names(self.names);
        let ty = &fields.types[at];
        let pasted = match self.syntax {
            Syntax::Yaml => pasted(value, ty),
            Syntax::Rel => None,
        };
        coerce(pasted.as_ref().unwrap_or(value), ty, &cx, &mut self.out)
    }

    /// Returns true if the environment replaces the field `name` by `null`.
    fn is_without(&self, name: &str) -> bool {
        let plan = &self.prepared.plan;
        let lets = [&plan.settings, &plan.version, &plan.body].into_iter().flat_map(|members| &members.lets);
        let mut values = lets.filter(|def| **def.name() == *name).filter_map(|def| def.value());
        values.any(|(value, _)| matches!(value.kind, ast::ExprKind::Null))
    }

    /// Reports a key that is not a field of the scope. Returns the field that is probably meant.
    fn unknown(&mut self, fields: Fields<'_>, entry: &Entry, siblings: &[Entry]) -> Option<FieldSlot> {
        let plan = &self.prepared.plan;
        let environment = plan.environment.name();
        let message = format!("`{environment}` has no {} `{}`", fields.what, entry.key);
        let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
        if let Some(at) =
            plan.version.fixed.iter().chain(&plan.settings.fixed).find(|f| *f.item.name.text == *entry.key)
        {
            let message = match self.is_without(&entry.key) {
                true => format!("`{environment}` does not support `{}`", entry.key),
                false => format!("`{}` can't be set: `{environment}` sets it itself", entry.key),
            };
            let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
            self.out.push(error.related(at.item.name.span, "declared here").help("remove it"));
            return None;
        }
        if let Some(strategy) = self.strategy_with(fields.what, &entry.key) {
            // If the strategy that is meant is not known, it may be that one.
            if plan.strategy.is_some() && !self.unread.may_have(HeaderKey::Strategy) {
                let what = fields.what;
                let help = format!("it is a {what} of the strategy `{strategy}`: remove it, or change the strategy");
                self.out.push(error.help(help));
            }
            return None;
        }
        if let Some(fixed) = self.spread(entry) {
            let help = format!("to set all its fields, write `{fixed}`");
            self.out.push(error.help(help).fix(Applicability::Unsafe, entry.key_span, fixed));
            return None;
        }
        if &*entry.key == "when" {
            let help = "write `when` after the braces of the version: `{ … } when header NAME is \"VALUE\"`";
            self.out.push(error.help(help));
            return None;
        }
        let shared = plan.version.fields.iter().filter(|field| fields.what == "setting" && field.item.shared);
        let current = fields.members.fields.iter().chain(shared).filter(|field| field.item.deprecated.is_none());
        let known: Vec<&str> = current.map(|field| &*field.item.name.text).collect();
        let near = nearest(&entry.key, known.iter().copied()).or_else(|| synonyms::of_key(&entry.key, &known));
        // The very name of another environment's field is not misspelled.
        let is_helped = self.out.len() < MOST_HELPED;
        let near =
            near.filter(|near| is_plural(near, &entry.key) || !(is_helped && self.hints.is_of_another(&entry.key)));
        let elsewhere = match fields.what {
            "field" => plan.settings_slot(&entry.key).is_some(),
            _ => false,
        };
        self.out.push(match near {
            _ if let Some(help) = self.header_help(fields, entry) => error.help(help),
            _ if elsewhere => error.help("it is a setting: move it into the braces before `<`"),
            Some(near) if siblings.iter().any(|sibling| *sibling.key == *near) => {
                error.help(format!("did you mean `{near}`? It is set already: remove one of them"))
            }
            Some(near) if is_plural(near, &entry.key) => match self.hints.in_other_number(near, entry) {
                Some(fixed) => {
                    let whole = entry.key_span.to(entry.value.span);
                    error.help(format!("did you mean `{fixed}`?")).fix(Applicability::Unsafe, whole, fixed)
                }
                None if entry.value.as_list().is_some() => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, entry.key_span, near),
            },
            Some(near) => {
                error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, entry.key_span, near)
            }
            None if fields.what == "field" && &*entry.key == "weight" => {
                let weight = self.sources.text(entry.value.span);
                error.help(format!("write the weight after the label of the version: `label {weight} \"image\"`"))
            }
            None if let Some(path) = synonyms::path_of_key(&entry.key, &known) => {
                error.help(format!("move it to `{path}`"))
            }
            // The search in all schemas and environments takes long, and a report shows the first errors only.
            None if self.out.len() >= MOST_HELPED => error,
            None => match self.hints.help(&entry.key) {
                Some(help) => error.help(help),
                None => error.help(format!("the {}s are {}", fields.what, quoted(known))),
            },
        });
        match near {
            _ if elsewhere => plan.settings_field(&entry.key),
            Some(near) if fields.what == "field" => plan.version_field(near).map(FieldSlot::Version),
            near => plan.settings_field(near?),
        }
    }

    /// Help for a part of a release or version that is written as a field of its braces.
    fn header_help(&self, fields: Fields<'_>, entry: &Entry) -> Option<String> {
        let text = entry.value.as_str().or(match &entry.value.data {
            ValueKind::Word(word) => Some(&**word),
            _ => None,
        })?;
        let environment = self.prepared.plan.environment.name();
        match (self.syntax, fields.what, &*entry.key) {
            (Syntax::Rel, "setting", "strategy") => {
                Some(format!("write the strategy after the environment: `on {environment} {text}`"))
            }
            (Syntax::Rel, "setting", "environment") => {
                Some(format!("write the environment after `on`: `release NAME on {text}`"))
            }
            (Syntax::Rel, "field", "label") => {
                Some(format!("write the label before the weight and the image: `{text} …`"))
            }
            _ => None,
        }
    }

    /// How the name of an object among the fields, without a value of its own, sets the object's fields.
    fn spread(&self, entry: &Entry) -> Option<String> {
        let text = self.sources.file(entry.key_span.file).text();
        let rest = text.get(entry.key_span.end as usize..)?.trim_start();
        let is_bare = self.syntax == Syntax::Rel && rest.starts_with([',', '}', '\n']);
        (is_bare && entry.value.as_object().is_some()).then(|| format!("...{}", entry.key))
    }

    /// How the weight that a version sets as a field is written, in place of everything before its braces.
    fn weight_before(&self, version: &Version, entry: &Entry) -> Option<String> {
        if self.syntax != Syntax::Rel || &*entry.key != "weight" || version.weight.is_some() {
            return None;
        }
        let weight = self.sources.text(entry.value.span).trim_matches('"');
        let label = version.label.as_ref().map_or(String::new(), |label| format!("{} ", label.text));
        let headline = version.headline.as_ref().map_or("", |headline| self.sources.text(headline.span));
        Some(format!("{label}{weight} {headline}").trim_end().to_owned())
    }

    fn strategy_with(&self, what: &str, key: &str) -> Option<&Arc<str>> {
        let strategies = self.prepared.plan.environment.strategies.iter();
        let found = { strategies }.find(|strategy| {
            let members = if what == "setting" { &strategy.layer.settings } else { &strategy.layer.version };
            members.fields.iter().any(|field| &*field.item.name.text == key)
        });
        found.map(|strategy| strategy.name())
    }

    /// Reports missing fields without a default, and sets them to error values.
    fn required(&mut self, fields: Fields<'_>, given: &mut [Option<Value>], span: Span, whose: &str) {
        for ((field, ty), given) in fields.members.fields.iter().zip(fields.types).zip(given) {
            let needed = field.item.default.is_none() && !ty.is_optional() && !matches!(ty, Type::Error);
            if needed && given.as_ref().is_none_or(Value::is_null) {
                *given = Some(Value::new(ValueKind::Error, span));
                if self.unread.is_any {
                    continue;
                }
                let name = &field.item.name;
                let message = format!("`{}` is missing in `{whose}`", name.text);
                let error = Diagnostic::error(Code::MissingField, span, message);
                self.out.push(
                    error
                        .related(name.span, "declared here, without a default")
                        .help(format!("add `{}: …`", name.text)),
                );
            }
        }
    }

    fn versions(
        &mut self,
        release: &Release,
        settings: &mut [Option<Value>],
        shared: &[Option<Value>],
    ) -> Vec<TypedVersion> {
        if release.versions.is_empty() && !self.unread.may_have(HeaderKey::Versions) {
            let message = format!("`{}` has no versions", release.name.text);
            let help = match self.syntax {
                Syntax::Rel => "add at least one between `<` and `>`: `< \"image:tag\" >`",
                Syntax::Yaml => "add at least one to the list `application.versions`",
            };
            self.out.push(Diagnostic::error(Code::NoVersions, release.span, message).help(help));
        }
        self.labels(release);
        let weights = weights(&release.versions, self.prepared.plan.weights(), self.unread, &mut self.out);
        let pairs = release.versions.iter().zip(weights).enumerate();
        let mut typed = Vec::with_capacity(release.versions.len());
        for (at, (version, weight)) in pairs {
            let fields = self.fields(version, settings, shared);
            typed.push(self.version(version, at, weight, fields));
        }
        typed
    }

    fn labels(&mut self, release: &Release) {
        let mut known: FxHashMap<&str, Span> = FxHashMap::default();
        for label in release.versions.iter().filter_map(|version| version.label.as_ref()) {
            let first = *known.entry(&label.text).or_insert(label.span);
            if first != label.span {
                let message = format!("the label `{}` is used twice", label.text);
                let error = Diagnostic::error(Code::DuplicateVersion, label.span, message);
                self.out.push(error.related(first, "first used here").help("change one of the two labels"));
            }
        }
    }

    /// The fields that a version sets, in the order of the plan, with those that are set for all versions.
    fn fields(
        &mut self,
        version: &Version,
        settings: &mut [Option<Value>],
        shared: &[Option<Value>],
    ) -> Vec<Option<Value>> {
        let mut fields: Vec<Option<Value>> = vec![None; self.prepared.version.len()];
        self.headline(version, &mut fields);
        for entry in &version.fields {
            match self.prepared.plan.version_field(&entry.key) {
                Some(slot) if fields[slot].is_some() => {
                    let message = format!("`{}` is set twice: it is also the value before the braces", entry.key);
                    self.out.push(
                        Diagnostic::error(Code::DuplicateKey, entry.key_span, message).help("remove one of them"),
                    );
                }
                Some(slot) => fields[slot] = Some(self.value(self.version_fields(), slot, &entry.value)),
                None if let Some(fixed) = self.weight_before(version, entry) => {
                    let message = "the weight of a version goes before its fields";
                    let error = Diagnostic::error(Code::UnknownKey, entry.key_span, message);
                    self.out.push(error.help(format!("write `{fixed} {{ … }}`, without `weight`")));
                }
                None => match self.unknown(self.version_fields(), entry, &version.fields) {
                    Some(FieldSlot::Setting(at)) => settings[at] = settings[at].take().or(Some(misplaced(entry))),
                    Some(FieldSlot::Version(at)) => fields[at] = fields[at].take().or(Some(misplaced(entry))),
                    None => {}
                },
            }
        }
        self.carry(self.version_fields(), &mut fields);
        for ((field, shared), ty) in fields.iter_mut().zip(shared).zip(&self.prepared.version) {
            // As in the chart, a version's `null` unsets a shared value.
            let put_aside = field.is_some() && ty.is_optional();
            if field.as_ref().is_none_or(Value::is_null) && !put_aside {
                field.clone_from(shared);
            }
        }
        fields
    }

    fn version(&mut self, version: &Version, at: usize, weight: u32, mut fields: Vec<Option<Value>>) -> TypedVersion {
        let whose = version.label.as_ref().map_or_else(|| format!("version {at}"), |label| label.text.to_string());
        self.required(self.version_fields(), &mut fields, version.span, &whose);
        let when = self.when(version, at);
        // A default weight has the strategy's span: `given` distinguishes it from one set in the release.
        let strategy = self.prepared.plan.strategy.as_ref().map(|strategy| strategy.definition.item.name.span);
        let weight_span = version.weight.as_ref().map_or(strategy.unwrap_or(version.span), |weight| weight.span);
        TypedVersion {
            label: version.label.clone(),
            weight: Value::new(ValueKind::Int(i64::from(weight)), weight_span),
            when,
            fields,
            span: version.span,
        }
    }

    fn headline(&mut self, version: &Version, fields: &mut [Option<Value>]) {
        let Some(value) = &version.headline else { return };
        let declared = self.prepared.plan.version.fields.iter().position(|field: &Definition<_>| field.item.headline);
        match declared {
            Some(at) => fields[at] = Some(self.value(self.version_fields(), at, value)),
            None => {
                let message =
                    format!("a version on `{}` has no value before its braces", self.prepared.plan.environment.name());
                self.out.push(
                    Diagnostic::error(Code::Misplaced, value.span, message).help("set its fields in braces: `{ … }`"),
                );
            }
        }
    }

    fn when(&mut self, version: &Version, at: usize) -> Option<Value> {
        let when = version.when.as_ref()?;
        if at == 0 {
            let message =
                "`when` is not allowed on the first version, which gets every request that no other version gets";
            let error = Diagnostic::error(Code::InvalidWhen, when.span, message);
            self.out.push(error.help("move the `when` to another version, or move this version further down"));
            return None;
        }
        Some(when.value.clone())
    }
}

/// The value of a field that a misspelled or misplaced key means: an error value, as the key is reported.
fn misplaced(entry: &Entry) -> Value {
    Value::new(ValueKind::Error, entry.key_span)
}

/// Converts a string of values.yaml as the chart's templates do: they render a number without its quotes, and treat an
/// empty string as absent. Returns `None` if the string is unchanged.
fn pasted(value: &Value, ty: &Type) -> Option<Value> {
    let text = value.as_str()?;
    match ty.present() {
        Type::Int { .. } | Type::Number { .. } => {
            helm_values::pasted_number(text).map(|number| Value::new(number, value.span))
        }
        Type::String(_) if text.is_empty() => Some(Value::null(value.span)),
        _ => None,
    }
}
