//! Descriptions of environments, for their users.
//!
//! In: a flattened [`Environment`] and the texts of its files. Out: its fields, strategies, objects, watched kinds and
//! lint rules, as strings. `relc env` prints them, and the reference page of environments is tested against them.

use std::sync::Arc;

use serde::Serialize;

use crate::helm_values::header::SETTINGS;
use crate::library::{Definition, Environment, Layer, Plan};
use crate::typeck::{ManifestKind, objects};
use crate::types::{Type, written};
use relc_schema::SchemaRef;
use relc_syntax::ast::{self, WeightMode};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::Sources;

/// The description of an environment.
#[derive(Clone, Debug, Serialize)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub documentation: String,
    /// The file that declares it.
    pub source: String,
    /// Its strategies, in their order.
    pub strategies: Vec<Strategy>,
    /// The fields of every strategy: those of the settings, then those of a version.
    pub fields: Vec<Field>,
    /// The objects that every strategy emits.
    pub objects: Vec<Object>,
    /// The kinds that the controller must watch.
    pub watches: Vec<Watch>,
    /// The lint rules of the environment and of what it extends.
    pub lints: Vec<Lint>,
}

/// A strategy.
#[derive(Clone, Debug, Serialize)]
pub struct Strategy {
    /// Its name.
    pub name: String,
    /// The way it interprets weights: `split`, `percent`, `each` or `none`.
    pub weights: &'static str,
    /// Its documentation.
    pub documentation: String,
    /// The fields that it adds.
    pub fields: Vec<Field>,
    /// The objects that it adds.
    pub objects: Vec<Object>,
}

/// The scope in which a field is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// In the settings.
    Settings,
    /// In a version.
    Version,
    /// In a version, or in the settings for all versions.
    Shared,
}

/// A field.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The scope in which it is set.
    pub of: Of,
    /// True if a version's bare value sets it.
    pub headline: bool,
    /// The type, as written.
    #[serde(rename = "type")]
    pub ty: String,
    /// The default, as written.
    pub default: Option<String>,
    /// The path in values.yaml: from the root of the file for settings, from the version for versions.
    pub place: Option<String>,
    /// The reason for its deprecation.
    pub deprecated: Option<String>,
    /// The documentation, on one line.
    pub documentation: String,
    /// The part that declares it: `istio.routed`.
    pub part: String,
}

/// A kind of emitted object.
#[derive(Clone, Debug, Serialize)]
pub struct Object {
    /// Its group and version.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// True if a version depends on it.
    pub tracked: bool,
    /// True if there is one for each version.
    #[serde(rename = "perVersion")]
    pub per_version: bool,
}

/// A kind that the controller must watch.
#[derive(Clone, Debug, Serialize)]
pub struct Watch {
    /// Its short name.
    pub short: String,
    /// Its group and version.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// The conditions that make an object ready.
    pub ready: Vec<String>,
}

/// A lint rule.
#[derive(Clone, Debug, Serialize)]
pub struct Lint {
    /// Its name.
    pub name: String,
    /// `error`, `warning` or `info`.
    pub level: &'static str,
    /// The first sentence or two of its documentation.
    pub summary: String,
}

/// Describes `environment`.
pub fn describe(environment: &Arc<Environment>, sources: &Sources) -> Described {
    let declaration = &environment.declaration;
    let strategies = environment.strategies.iter().map(|strategy| {
        let plan = Plan::new(Arc::clone(environment), Some(strategy.name()));
        Strategy {
            name: strategy.name().to_string(),
            weights: weights(strategy.weights),
            documentation: strategy.definition.item.doc.clone().unwrap_or_default(),
            fields: fields(&strategy.layer, sources),
            objects: all(objects(&plan, &strategy.layer, sources)),
        }
    });
    let base = Plan::new(Arc::clone(environment), None);
    Described {
        name: environment.name().to_string(),
        documentation: declaration.item.doc.clone().or_else(|| declaration.module.doc.clone()).unwrap_or_default(),
        source: sources.file(declaration.module.file).name().to_owned(),
        strategies: strategies.collect(),
        fields: fields(&environment.base, sources),
        objects: all(objects(&base, &environment.base, sources)),
        watches: environment.watches.iter().filter_map(watch).collect(),
        lints: lints(environment),
    }
}

/// Returns the first line of a doc comment.
pub fn summary(documentation: &str) -> &str {
    documentation.lines().next().unwrap_or("").trim()
}

/// Returns the fields of a layer: those of the settings, then those of a version.
pub fn fields(layer: &Layer, sources: &Sources) -> Vec<Field> {
    let settings = layer.settings.fields.iter().map(|definition| field(definition, Of::Settings, sources));
    let version =
        layer.version.fields.iter().map(|definition| {
            field(definition, if definition.item.shared { Of::Shared } else { Of::Version }, sources)
        });
    settings.chain(version).collect()
}

fn field(definition: &Definition<ast::Field>, of: Of, sources: &Sources) -> Field {
    let item = &definition.item;
    let place = item.place(match of {
        Of::Settings => SETTINGS,
        Of::Version | Of::Shared => "",
    });
    Field {
        name: item.name.text.to_string(),
        of,
        headline: item.headline,
        ty: sources.text(item.ty.span).to_owned(),
        default: item.default.as_ref().map(|default| sources.text(default.span).to_owned()),
        place,
        deprecated: item.deprecated.as_ref().map(|why| why.text.to_string()),
        documentation: item.doc.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
        part: definition.part.to_string(),
    }
}

fn weights(mode: WeightMode) -> &'static str {
    match mode {
        WeightMode::Split => "split",
        WeightMode::Percent => "percent",
        WeightMode::Each => "each",
        WeightMode::None => "none",
    }
}

fn all(made: Vec<ManifestKind>) -> Vec<Object> {
    let object = |made: ManifestKind| {
        let (api_version, kind) = kind(&made.kind);
        Object { api_version, kind, tracked: made.tracked, per_version: made.per_version }
    };
    made.into_iter().map(object).collect()
}

fn kind(kind: &SchemaRef) -> (String, String) {
    (kind.schema().api_version.clone(), kind.schema().kind.clone())
}

fn watch(watch: &Definition<ast::Watch>) -> Option<Watch> {
    let Type::Schema(ty) = written::resolve(&watch.item.ty, &watch.module, &mut Diagnostics::default()).ty else {
        return None;
    };
    let (api_version, kind) = kind(&ty);
    let ready = watch.item.ready.iter().map(|condition| condition.text.to_string()).collect();
    Some(Watch { short: watch.item.short.text.to_string(), api_version, kind, ready })
}

fn lints(environment: &Environment) -> Vec<Lint> {
    let layers = std::iter::once(&environment.base).chain(environment.strategies.iter().map(|known| &known.layer));
    let members = layers.flat_map(|layer| [&layer.settings, &layer.version, &layer.body]);
    let mut lints: Vec<Lint> = members.flat_map(|members| &members.lints).map(of_lint).collect();
    lints.sort_by(|a, b| a.name.cmp(&b.name));
    lints
}

fn of_lint(lint: &Definition<ast::Lint>) -> Lint {
    let doc = lint.doc().unwrap_or_default();
    let lint = &lint.item;
    let summary = doc.split("\n## ").next().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
    Lint { name: lint.name.text.to_string(), level: lint.level.name(), summary }
}
