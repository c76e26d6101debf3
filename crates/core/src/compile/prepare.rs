//! Environments, looked up by name and prepared once for all releases of a run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::definitions::reach;
use crate::check::TypedPlan;
use crate::library::{Catalog, Environment, Layer, Members, Module, NO_STRATEGY};
use crate::typeck::{self, Lets};
use crate::types::{quoted, synonyms};
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest};

/// The environments of a catalog, prepared on demand.
pub struct Environments<'c> {
    catalog: &'c Catalog,
    prepared: Remembered,
}

/// The prepared environments of a catalog, to be kept between runs.
#[derive(Clone, Default)]
pub struct Remembered(Arc<Mutex<HashMap<Key, Ready>>>);

/// A prepared environment, and the diagnostics of its definition, which every release that uses it reports.
type Ready = (Arc<TypedPlan>, Arc<Diagnostics>);

/// The names of an environment and a strategy.
type Key = (Arc<str>, Arc<str>);

impl<'c> Environments<'c> {
    /// Creates the environments of `catalog`.
    pub fn new(catalog: &'c Catalog) -> Self {
        Environments::remembering(catalog, Remembered::default())
    }

    /// Creates the environments of `catalog`, some of which are already prepared.
    pub fn remembering(catalog: &'c Catalog, prepared: Remembered) -> Self {
        Environments { catalog, prepared }
    }

    /// Returns the catalog.
    pub fn catalog(&self) -> &'c Catalog {
        self.catalog
    }

    /// Returns the environment `name` under `strategy`. If it doesn't exist, reports an error and returns the one most
    /// likely intended, so that the rest of the release can be checked; nothing is built then.
    pub fn prepare(&self, name: &Name, strategy: Option<&Name>, out: &mut Diagnostics) -> Option<Arc<TypedPlan>> {
        if name.text.is_empty() {
            return None; // What stands in its place was reported.
        }
        let strategy_text = strategy.map_or_else(|| NO_STRATEGY.into(), |strategy| Arc::clone(&strategy.text));
        let key = (Arc::clone(&name.text), strategy_text);
        if let Some(known) = self.prepared.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            let (prepared, wrong) = known;
            out.extend((**wrong).clone());
            return Some(Arc::clone(prepared));
        }
        let Some(found) = self.catalog.environment(&name.text) else {
            out.push(self.unknown_environment(name, strategy));
            let near = nearest(&name.text, self.candidates(strategy))?;
            return self.prepare(&Name { text: near.into(), span: name.span }, strategy, out);
        };
        let mut wrong = found.diagnostics.clone();
        wrong.extend(self.definition(&found.environment));
        if found.environment.strategy(&key.1).is_none() {
            out.extend(wrong);
            out.push(self.unknown_strategy(&found.environment, name, strategy));
            let near = nearest(&key.1, found.environment.strategy_names());
            return Some(Arc::new(TypedPlan::new(found.plan(near), self.catalog.cluster())));
        }
        let prepared = Arc::new(TypedPlan::new(found.plan(Some(&key.1)), self.catalog.cluster()));
        wrong.extend(prepared.diagnostics.clone());
        out.extend(wrong.clone());
        let ready = (Arc::clone(&prepared), Arc::new(wrong));
        self.prepared.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, ready);
        Some(prepared)
    }

    /// Returns the errors in the user's definition files of `environment`; the standard library is already checked.
    fn definition(&self, environment: &Environment) -> Diagnostics {
        let mut modules: Vec<&Arc<Module>> = Vec::new();
        reach(&environment.declaration.module, &mut modules);
        environment.applied.iter().for_each(|(module, _)| reach(module, &mut modules));
        let mut out = Diagnostics::default();
        for module in modules.into_iter().filter(|module| self.catalog.is_users(module.file)) {
            out.extend(typeck::file(module, Lets::AreDefinitions, &self.catalog.sources()));
        }
        out
    }

    /// Returns the environments that can be meant with `strategy`: those that have it, if one has.
    fn candidates(&self, strategy: Option<&Name>) -> Vec<&'c str> {
        let mut known = self.catalog.environment_names();
        let with = strategy.map_or_else(Vec::new, |strategy| self.environments_with(&strategy.text));
        known.retain(|known| with.is_empty() || with.iter().any(|other| other == known));
        known
    }

    fn unknown_environment(&self, name: &Name, strategy: Option<&Name>) -> Diagnostic {
        let known = self.catalog.environment_names();
        let message = format!("environment `{}` not found", name.text);
        let error = Diagnostic::error(Code::UnknownEnvironment, name.span, message);
        match nearest(&name.text, self.candidates(strategy)) {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, name.span, near),
            None => match named_alike(&name.text, &self.candidates(strategy)).as_slice() {
                [] => error.help(format!("the environments are {}", quoted(known))),
                alike => error.help(format!("did you mean {}?", one_of(alike))),
            },
        }
    }

    fn unknown_strategy(&self, environment: &Environment, at: &Name, strategy: Option<&Name>) -> Diagnostic {
        let known: Vec<&str> = environment.strategy_names().collect();
        let list = quoted(known.iter().copied());
        let Some(strategy) = strategy else {
            if known.is_empty() {
                let message = format!("`{}` declares no strategy", environment.name());
                return Diagnostic::error(Code::UnknownStrategy, at.span, message)
                    .help("declare one in the environment: `strategy NAME { … }`");
            }
            let message = format!("`{}` needs a strategy", environment.name());
            return Diagnostic::error(Code::UnknownStrategy, at.span, message).help(format!("it has {list}"));
        };
        let elsewhere = self.environments_with(&strategy.text);
        if !elsewhere.is_empty() {
            let message = format!("`{}` has no strategy `{}`", environment.name(), strategy.text);
            let others = quoted(elsewhere.iter().map(String::as_str));
            let error = Diagnostic::error(Code::UnsupportedStrategy, strategy.span, message);
            return error.help(format!("it has {list}; `{}` is a strategy of {others}", strategy.text));
        }
        let message = format!("strategy `{}` not found", strategy.text);
        let error = Diagnostic::error(Code::UnknownStrategy, strategy.span, message);
        let near =
            nearest(&strategy.text, known.iter().copied()).or_else(|| synonyms::of_value(&strategy.text, &known));
        match near {
            Some(near) => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, strategy.span, near),
            None => error.help(format!("`{}` has {list}", environment.name())),
        }
    }

    /// The names of the environments that have a field `name`, of a setting or a version.
    pub fn with_field(&self, name: &str) -> Vec<String> {
        let has = |members: &Members| members.fields.iter().any(|field| &*field.item.name.text == name);
        let layer = |layer: &Layer| has(&layer.settings) || has(&layer.version);
        let names = self.catalog.environment_names().into_iter().filter(|environment| {
            self.catalog.environment(environment).is_some_and(|found| {
                layer(&found.environment.base)
                    || found.environment.strategies.iter().any(|strategy| layer(&strategy.layer))
            })
        });
        names.map(str::to_owned).collect()
    }

    fn environments_with(&self, strategy: &str) -> Vec<String> {
        let names = self.catalog.environment_names();
        let has = |name: &&str| {
            self.catalog.environment(name).is_some_and(|found| found.environment.strategy(strategy).is_some())
        };
        names.into_iter().filter(has).map(str::to_owned).collect()
    }
}

/// The names of which `name` is a whole word.
fn named_alike<'n>(name: &str, known: &[&'n str]) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let is_alike = |word: &str| {
        word == name || word.strip_suffix('s') == Some(&name) || name.len() > 3 && word.starts_with(&*name)
    };
    known.iter().copied().filter(|known| known.split('-').any(is_alike)).collect()
}

/// Joins names as alternatives: `` `a`, `b` or `c` ``.
fn one_of(names: &[&str]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} or `{last}`", quoted(most.iter().copied())),
        names => quoted(names.iter().copied()),
    }
}
