//! An environment as a tree of keys, from the paths that its fields declare.

use serde_json::{Map, Value as Json, json};

use super::field::Stands;
use super::{Defs, item, paragraphs};
use crate::check::TypedPlan;
use crate::frontend::{ValuesPath, ValuesPaths, settings_places, version_places};
use crate::helm_values::header::{self, APPLICATION, HeaderKey, HeaderType};
use crate::library::{Environment, FieldSlot, Found, NO_STRATEGY, StrategyDef};
use relc_syntax::ast::WeightMode;

/// The description of what is below `application`.
pub const RELEASE: &str = "The release: its strategy, its versions, and what they have in common.";

/// The description of `global`, which Helm adds to the values of a dependency chart.
const GLOBAL: &str = "What Helm passes to every chart that another one depends on. Nothing reads it here.";

/// Returns the schema of values for the environment: one tree of keys if all strategies have the same fields, otherwise
/// one for each.
pub fn tree(found: &Found, defs: &mut Defs) -> Json {
    let environment = &*found.environment;
    let mut trees: Vec<(&StrategyDef, Json)> = Vec::new();
    for strategy in &environment.strategies {
        let prepared = TypedPlan::new(found.plan(Some(strategy.name())), &std::sync::Arc::default());
        let scope = SchemaScope { environment, prepared: &prepared, side: Side::Settings };
        trees.push((strategy, scope.object(&settings_places(&prepared.plan), defs).json));
    }
    let differ = trees.windows(2).any(|pair| pair[0].1 != pair[1].1);
    let mut tree = match trees.first() {
        Some((_, first)) if !differ => first.clone(),
        _ => head(environment),
    };
    let mut conditions: Vec<Json> = environment.strategies.iter().filter_map(percentages).collect();
    if differ {
        conditions.extend(trees.into_iter().map(|(strategy, tree)| under(strategy, tree)));
    }
    if !conditions.is_empty() {
        tree["allOf"] = conditions.into();
    }
    match &environment.declaration.item.doc {
        Some(doc) => described(&paragraphs(doc), tree),
        None => tree,
    }
}

/// Returns the schema of the header, which determines the tree to use.
fn head(environment: &Environment) -> Json {
    let strategy = HeaderKey::Strategy.key();
    let mut application = json!({ "type": "object", "properties": { strategy: strategies(environment) } });
    if environment.strategy(NO_STRATEGY).is_none() {
        application["required"] = json!([strategy]);
    }
    json!({
        "type": "object",
        "required": header::top_keys().collect::<Vec<_>>(),
        "properties": { (HeaderKey::Environment.path()): { "const": &**environment.name() }, APPLICATION: application },
    })
}

/// Applies `then` if the release's strategy is `strategy`, set or by default.
fn under(strategy: &StrategyDef, then: Json) -> Json {
    let (name, path) = (&**strategy.name(), HeaderKey::Strategy.path());
    let condition = match name == NO_STRATEGY {
        true => at(path, json!({ "enum": [name, "", null] })),
        false => required_at(path, json!({ "const": name })),
    };
    json!({ "if": condition, "then": then })
}

/// The schema of what has `schema` at a path of keys, if it has these keys.
fn at(path: &str, schema: Json) -> Json {
    path.rsplit('.').fold(schema, |below, key| json!({ "properties": { key: below } }))
}

/// The schema of what has `schema` at a path of keys.
pub fn required_at(path: &str, schema: Json) -> Json {
    path.rsplit('.').fold(schema, |below, key| json!({ "properties": { key: below }, "required": [key] }))
}

/// Returns the schema of independent percentages, whose value has no effect on the primary. Validators of older drafts,
/// such as that of Helm up to 3.18.4, ignore both keywords and check nothing; `items` would apply to the primary there,
/// too.
fn percentages(strategy: &StrategyDef) -> Option<Json> {
    let bound = at(HeaderKey::Weight.path(), json!({ "maximum": 100 }));
    let versions = json!({ "prefixItems": [true], "unevaluatedItems": bound });
    (strategy.weights == WeightMode::Each).then(|| under(strategy, at(HeaderKey::Versions.path(), versions)))
}

/// Returns the schema of strategies. A missing strategy, or an empty string as in the chart, means [`NO_STRATEGY`] if
/// the environment has it.
fn strategies(environment: &Environment) -> Json {
    let names: Vec<&str> = environment.strategy_names().collect();
    let line = |strategy: &StrategyDef| item(strategy.name(), strategy.definition.item.doc.as_deref());
    let lines: Vec<String> = environment.strategies.iter().map(line).collect();
    let description = format!("{}\n\n{}", HeaderKey::Strategy.doc(), lines.join("\n"));
    if names.contains(&NO_STRATEGY) {
        let names: Vec<Json> = names.into_iter().map(Json::from).chain(["".into(), Json::Null]).collect();
        json!({ "description": description, "enum": names, "default": NO_STRATEGY })
    } else {
        json!({ "description": description, "enum": names })
    }
}

/// Returns `schema` with a description as its first key.
fn described(description: &str, schema: Json) -> Json {
    let mut described = json!({ "description": description });
    if let (Some(described), Json::Object(schema)) = (described.as_object_mut(), schema) {
        described.extend(schema);
    }
    described
}

/// Returns true if `places` contains the header's key `wanted` directly.
fn holds(places: &ValuesPaths, wanted: HeaderKey) -> bool {
    places.keys.values().any(|place| matches!(place, ValuesPath::Header(header) if *header == wanted))
}

/// The scope whose keys are processed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Settings,
    Version,
}

/// The fields that paths name.
#[derive(Clone, Copy)]
struct SchemaScope<'a> {
    environment: &'a Environment,
    prepared: &'a TypedPlan,
    side: Side,
}

/// The schema of a key, and whether the key is required.
struct Key {
    json: Json,
    needed: bool,
}

impl SchemaScope<'_> {
    /// Returns the schema of an object with exactly the keys in `places`.
    fn object(self, places: &ValuesPaths, defs: &mut Defs) -> Key {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (key, place) in &places.keys {
            let found = self.key(place, defs);
            if found.needed {
                required.push(key.to_string());
            }
            properties.insert(key.to_string(), found.json);
        }
        if holds(places, HeaderKey::Environment) {
            properties.insert("global".to_owned(), json!({ "description": GLOBAL }));
        }
        let needed = !required.is_empty();
        let ty = if needed && self.side == Side::Settings { json!("object") } else { json!(["object", "null"]) };
        let mut json = json!({ "type": ty, "properties": properties, "additionalProperties": false });
        if needed {
            json["required"] = required.into();
        }
        Key { json, needed }
    }

    fn key(self, place: &ValuesPath, defs: &mut Defs) -> Key {
        match place {
            ValuesPath::Field(name) | ValuesPath::Deprecated(name) => self.field(name, defs),
            ValuesPath::Header(header) => self.header(*header, defs),
            ValuesPath::Below(places) => {
                let below = self.object(places, defs);
                if holds(places, HeaderKey::Versions) {
                    return Key { json: described(RELEASE, below.json), ..below };
                }
                below
            }
        }
    }

    /// Returns the schema of the field for a key, which is looked up like a release's keys.
    fn field(self, name: &str, defs: &mut Defs) -> Key {
        let TypedPlan { plan, settings, version, .. } = self.prepared;
        let found = match self.side {
            Side::Settings => plan.settings_field(name),
            Side::Version => plan.version_field(name).map(FieldSlot::Version),
        };
        let (field, ty, stands) = match found {
            Some(FieldSlot::Setting(at)) => (&plan.settings.fields[at].item, &settings[at], Stands::Alone),
            Some(FieldSlot::Version(at)) => {
                let field = &plan.version.fields[at].item;
                let stands = match (field.shared, self.side) {
                    (false, _) => Stands::Alone,
                    (true, Side::Settings) => Stands::ForAll,
                    (true, Side::Version) => Stands::ForOne,
                };
                (field, &version[at], stands)
            }
            // Paths name only fields.
            None => return Key { json: json!({}), needed: false },
        };
        let needed = stands.is_needed(field, ty);
        Key { json: defs.field(field, ty, stands), needed }
    }

    fn header(self, header: HeaderKey, defs: &mut Defs) -> Key {
        let environment = self.environment;
        match header.value_type() {
            HeaderType::Environment => {
                let part = &environment.declaration.item;
                let doc = item(&part.name.text, part.doc.as_deref());
                let description = format!("{}\n\n{doc}", header.doc());
                Key { json: json!({ "description": description, "const": *part.name.text }), needed: true }
            }
            HeaderType::Strategy => {
                Key { json: strategies(environment), needed: environment.strategy(NO_STRATEGY).is_none() }
            }
            HeaderType::Versions => {
                let scope = SchemaScope { side: Side::Version, ..self };
                let version = scope.object(&version_places(&self.prepared.plan), defs).json;
                let json = json!({ "description": header.doc(), "type": "array", "minItems": 1, "items": version });
                Key { json, needed: true }
            }
            HeaderType::String => Key {
                json: json!({ "description": header.doc(), "type": ["string", "null"] }),
                needed: header.is_required(),
            },
            HeaderType::Weight => Key { json: super::field::weight(environment), needed: false },
        }
    }
}
