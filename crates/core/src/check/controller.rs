//! The controller's configuration for the environments in use: the kinds to watch, and the access to their objects.
//!
//! In: flattened [`Environment`]s. Out: each kind that one of them has a `watch` for, once, in order of occurrence, and
//! conflicts between environments. The kinds that the controller watches by default are in the let `registered`.

use std::sync::Arc;

use crate::eval::{EvalState, Evaluator, Files, Scope};
use crate::library::{Environment, Plan, Watched};
use crate::typeck::objects;
use crate::types::{Type, written};
use crate::value::Value;
use relc_schema::SchemaRef;
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{Sources, Span};

/// The let with the kinds that the controller watches by default, as returned by the function `watch`.
const REGISTERED: &str = "registered";

/// A kind that the controller uses.
#[derive(Clone, Debug)]
pub struct ResourceType {
    /// Its configuration.
    pub watched: Watched,
    /// The controller's access to its objects.
    pub access: Access,
    /// True if the controller watches the kind by default.
    pub registered: bool,
    /// The span of the `watch` statement.
    pub place: Span,
}

/// A controller's access to the objects of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// It watches them, and adds a finalizer.
    Watches,
    /// It writes them, too: no environment emits such an object, so it must be a route.
    Writes,
}

/// Returns the controller's configuration for all of `environments`.
pub fn resource_types(environments: &[Arc<Environment>], sources: &Sources) -> (Vec<ResourceType>, Diagnostics) {
    let mut all: Vec<ResourceType> = Vec::new();
    let mut out = Diagnostics::default();
    let types: Vec<_> = environments.iter().flat_map(|environment| of(environment, sources, &mut out)).collect();
    for one in types {
        match all.iter_mut().find(|known| known.watched.short == one.watched.short) {
            Some(known) if known.watched == one.watched => {
                known.access = known.access.max(one.access);
                known.registered &= one.registered;
            }
            Some(known) => out.push(other_kind(known, &one)),
            None => all.push(one),
        }
    }
    (all, out)
}

fn of(environment: &Arc<Environment>, sources: &Sources, out: &mut Diagnostics) -> Vec<ResourceType> {
    let made = made(environment, sources);
    let registered = registered(environment, sources);
    let mut types = Vec::new();
    for watch in &environment.watches {
        let Type::Schema(kind) = written::resolve(&watch.item.ty, &watch.module, &mut Diagnostics::default()).ty else {
            continue; // What it is instead is said where the file is checked.
        };
        let watched = Watched::new(&watch.item, &kind);
        if watched.resource.is_empty() {
            let message = format!("the plural of {} is not known", kind.schema().kind);
            let help = format!("write it after the type: `watch {} … \"PLURAL\"`", watched.short);
            out.push(Diagnostic::error(Code::MissingField, watch.item.span, message).help(help));
            continue;
        }
        let access = if made.contains(&kind) { Access::Watches } else { Access::Writes };
        let registered = registered.contains(&watched);
        types.push(ResourceType { watched, access, registered, place: watch.item.short.span });
    }
    types
}

/// Returns the kinds of the objects that the environment emits under any of its strategies.
fn made(environment: &Arc<Environment>, sources: &Sources) -> Vec<SchemaRef> {
    let strategies = environment.strategies.iter().map(|strategy| (Some(&**strategy.name()), &strategy.layer));
    let layers = std::iter::once((None, &environment.base)).chain(strategies);
    layers
        .flat_map(|(strategy, layer)| objects(&Plan::new(Arc::clone(environment), strategy), layer, sources))
        .map(|made| made.kind)
        .collect()
}

/// Returns the kinds that the environment lists as default. There is no release, so the list may only use declarations
/// of its file.
fn registered(environment: &Environment, sources: &Sources) -> Vec<Watched> {
    let lets = &environment.base.body.lets;
    let Some(list) = lets.iter().find(|definition| &**definition.name() == REGISTERED) else { return Vec::new() };
    let Some((value, module)) = list.value() else { return Vec::new() };
    let definitions = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    let state = EvalState::default();
    let evaluator = Evaluator::new(None, None, &NoFiles, definitions, &state);
    let list = evaluator.eval(value, &Scope::module(module));
    list.as_list().unwrap_or_default().iter().map(|element| entry(&element.value)).collect()
}

fn entry(value: &Value) -> Watched {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let field = |name: &str| value.get(name).map(text).unwrap_or_default();
    let conditions = value.get("conditions").and_then(Value::as_list).unwrap_or_default();
    Watched {
        short: field("short"),
        group: field("group"),
        version: field("version"),
        resource: field("resource"),
        conditions: conditions.iter().map(|element| text(&element.value)).collect(),
    }
}

/// Reports that two environments use one name for different kinds.
fn other_kind(known: &ResourceType, other: &ResourceType) -> Diagnostic {
    let said = |kind: &ResourceType| {
        let Watched { group, version, resource, conditions, .. } = &kind.watched;
        let ready = if conditions.is_empty() { String::new() } else { format!(", ready by {}", conditions.join(", ")) };
        format!("{resource} of `{group}/{version}`{ready}").replace("`/", "`")
    };
    let short = &other.watched.short;
    let message = format!("`{short}` is {} here, and {} elsewhere", said(other), said(known));
    Diagnostic::error(Code::DuplicateName, other.place, message)
        .related(known.place, "also declared here")
        .help("rename one of them: a controller knows one kind by a short name")
}

/// A loader without files, as definitions name none.
struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &Name) -> Result<Value, Box<Diagnostic>> {
        let message = "a definition reads no file";
        Err(Box::new(Diagnostic::error(Code::UnreadableFile, path.span, message)))
    }
}
