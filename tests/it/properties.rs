//! Properties of every release: random ones over every environment and strategy, with hostile strings wherever strings
//! are allowed.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Service};
use proptest::prelude::*;
use proptest::test_runner::Config;
use relc_core::compile::{Input, Options};
use relc_core::library::Catalog;
use serde_json::{Map, Value as Json, json};

use crate::canon::Routemap;
use crate::compiled::{Compiled, Memory, compile, named, text};
use crate::yaml::{Reader, documents};

/// A release that both front ends can express.
#[derive(Clone, Debug)]
struct Model {
    environment: String,
    strategy: String,
    gateway: Option<String>,
    namespace: Option<String>,
    labels: Map<String, Json>,
    annotations: Map<String, Json>,
    versions: Vec<Version>,
}

#[derive(Clone, Debug)]
struct Version {
    weight: Option<u32>,
    name: Option<String>,
    annotations: Map<String, Json>,
    /// A string for the environment's own fields.
    text: String,
    /// A number for them.
    number: u16,
    matched: bool,
}

/// Generates strings that a YAML parser, a template or a page could misinterpret.
fn hostile() -> impl Strategy<Value = String> {
    let known = [
        "",
        " ",
        "on",
        "y",
        "No",
        "null",
        "~",
        "1e3",
        "0123",
        "1_000",
        "0x1f",
        "1:30",
        "2026-01-31",
        ".inf",
        "<<",
        "=",
        "-",
        "- a",
        "a: b",
        "# c",
        "a #b",
        "{{ .Weights }}",
        "{{",
        "}}",
        "{{- end }}",
        "{{/*",
        "<script>",
        "</",
        "<!--",
        "a<b",
        "&amp;",
        "'",
        "\"",
        "\\",
        "`",
        "a\nb",
        "\na",
        "a\n",
        "\n",
        "\t",
        "a\tb",
        "\r\n",
        "é",
        "漢字",
        "😀",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{7f}",
        "\u{1}",
        "*a",
        "&a",
        "!a",
        "!!str a",
        "%a",
        "@a",
        "|",
        ">",
        "? a",
        "[a",
        "{a",
        "{a}",
        "---",
        "...",
        "true",
    ];
    prop_oneof![
        4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "[ -~]{0,12}",
        1 => "\\PC{0,6}",
    ]
}

fn environments() -> Vec<(String, String)> {
    let catalog = Catalog::builtin();
    let pairs = |name: &str| {
        let environment = &catalog.environment(name).unwrap().environment;
        environment.strategy_names().map(|strategy| (name.to_owned(), strategy.to_owned())).collect::<Vec<_>>()
    };
    catalog.environment_names().into_iter().flat_map(pairs).collect()
}

fn texts(keys: &'static [&'static str]) -> impl Strategy<Value = Map<String, Json>> {
    prop::collection::btree_map(prop::sample::select(keys), hostile(), 0..3)
        .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), Json::from(value))).collect())
}

fn version() -> impl Strategy<Value = Version> {
    let name = prop::option::weighted(0.2, "[a-z][a-z0-9-]{0,20}[a-z0-9]");
    let weight = prop::option::of(prop_oneof![Just(0), 0..=100_u32, Just(1)]);
    (weight, name, texts(&["note", "on", "a.b/c"]), hostile(), 1..=9999_u16, any::<bool>()).prop_map(
        |(weight, name, annotations, text, number, matched)| Version {
            weight,
            name,
            annotations,
            text,
            number,
            matched,
        },
    )
}

fn model() -> impl Strategy<Value = Model> {
    let labels = prop::sample::select(vec!["on", "y", "0123", "1e3", "null", "", "1.10", "a_b"]);
    let labels = prop::collection::btree_map(prop::sample::select(vec!["team", "y", "a.b/c"]), labels, 0..3)
        .prop_map(|map| map.into_iter().map(|(key, value)| (key.to_owned(), Json::from(value))).collect());
    (
        prop::sample::select(environments()),
        prop::option::of(hostile()),
        prop::option::of("[a-z]{1,8}"),
        labels,
        texts(&["description", "y", "<<", "a.b/c"]),
        prop::collection::vec(version(), 1..=8),
    )
        .prop_map(|((environment, strategy), gateway, namespace, labels, annotations, versions)| {
            let mut model = Model { environment, strategy, gateway, namespace, labels, annotations, versions };
            // The chart treats an empty string as missing, and so does a values file. A `/` is after a namespace, which must be valid.
            model.gateway = model.gateway.take().filter(|gateway| !gateway.is_empty() && !gateway.contains('/'));
            // Duplicate objects are rejected, and a strategy may interpret a weight as a percentage: both have tests of
            // their own.
            for (at, version) in model.versions.iter_mut().enumerate() {
                version.name = version.name.take().map(|name| format!("{name}-v{at}"));
            }
            within_one_object(&mut model);
            model
        })
}

/// If all versions are in one object, they have fewer fields, which depend on each other.
fn within_one_object(model: &mut Model) {
    match (model.environment.as_str(), model.strategy.as_str()) {
        ("argo-rollouts", strategy) => {
            model.versions.truncate(if strategy == "none" { 1 } else { 2 });
            let number = model.versions[0].number;
            let weights = model.versions.iter_mut().enumerate();
            for (at, version) in weights {
                version.weight = version.weight.filter(|_| strategy == "canary" && at > 0);
                (version.name, version.number) = (None, number);
            }
        }
        ("flagger", strategy) => {
            model.versions.truncate(2);
            let number = model.versions[0].number;
            for (at, version) in model.versions.iter_mut().enumerate() {
                let is_used = at > 0 && (strategy == "mirror" || strategy == "canary" && version.weight != Some(0));
                version.weight = version.weight.filter(|_| is_used);
                (version.name, version.number) = (None, number);
            }
        }
        ("kserve-standard", strategy) => {
            model.gateway = None;
            model.versions.truncate(if strategy == "none" { 1 } else { 8 });
            for (at, version) in model.versions.iter_mut().enumerate() {
                version.name = Some(format!("v{at}"));
                version.weight = (at > 0).then_some(version.weight.unwrap_or(0) / 8);
            }
        }
        ("inference-gateway", strategy) => {
            model.gateway.get_or_insert_with(|| "main".to_owned());
            model.versions.truncate(if strategy == "none" { 1 } else { 8 });
            model.versions.iter_mut().for_each(|version| version.name = None);
        }
        // It is reached by its hosts alone.
        ("deployment-traefik", _) => model.gateway = None,
        // A copy needs a Host of its own.
        ("knative-istio", "mirror") => model.versions.truncate(2),
        ("knative", _) => {
            model.gateway = None;
            for (at, version) in model.versions.iter_mut().enumerate() {
                version.name = version.name.take().map(|name| format!("hello-{name}"));
                version.weight = (at > 0).then_some(version.weight.unwrap_or(0) / 8);
            }
        }
        _ => {}
    }
}

impl Model {
    /// Returns the fields of a version in the environment, except for its metadata.
    fn fields(&self, version: &Version, primary: bool) -> Map<String, Json> {
        let mut fields = Map::new();
        let mut put = |key: &str, value: Json| drop(fields.insert(key.to_owned(), value));
        if self.environment.starts_with("kserve") {
            put("storageUri", json!(format!("gs://{}", version.text)));
            put("modelFormat", json!(format!("m{}", version.text)));
        } else if self.environment.starts_with("inference") {
            put("pool", json!(format!("pool-{}", version.number)));
        } else {
            put("image", json!("nginx:1"));
            put("port", json!(version.number));
            put("env", json!({ "A": version.text }));
        }
        let declares = |field: &str| {
            let found = Catalog::builtin().environment(&self.environment).unwrap();
            found.plan(Some(&self.strategy)).version_slot(field).is_some()
        };
        // Each router rejects the matches of the other router, with a suggestion.
        let gateway = declares("matches");
        if version.matched && !primary && !gateway && declares("match") {
            put(
                "match",
                json!([{ "headers": { "x": { "exact": version.text } } }, { "uri": { "prefix": version.text } }]),
            );
        }
        if version.matched && !primary && gateway && declares("matches") {
            let value = if version.text.is_empty() { "a" } else { &version.text };
            put("matches", json!([{ "headers": [{ "name": "x", "type": "Exact", "value": value }] }]));
        }
        fields
    }

    /// Returns the hosts of a release that needs them.
    fn hosts(&self) -> Option<Json> {
        (self.environment == "deployment-traefik").then(|| json!(["shop.example.com"]))
    }

    /// Returns the release as values.yaml, in JSON syntax.
    fn values(&self) -> String {
        let mut versions = Vec::new();
        for (at, version) in self.versions.iter().enumerate() {
            let mut fields = self.fields(version, at == 0);
            let mut metadata = json!({ "annotations": version.annotations });
            if let Some(name) = &version.name {
                metadata["name"] = json!(name);
            }
            fields.insert("metadata".to_owned(), metadata);
            if let Some(weight) = version.weight {
                fields.insert("weight".to_owned(), json!(weight));
            }
            versions.push(Json::Object(fields));
        }
        let mut metadata = json!({ "labels": self.labels, "annotations": self.annotations });
        if let Some(namespace) = &self.namespace {
            metadata["namespace"] = json!(namespace);
        }
        let mut application = json!({ "strategy": self.strategy, "metadata": metadata, "versions": versions });
        if let Some(hosts) = self.hosts() {
            application["hosts"] = hosts;
        }
        let mut values = json!({ "environment": self.environment, "application": application });
        if let Some(gateway) = &self.gateway {
            values["gateway"] = json!(gateway);
        }
        ascii(&values, "{")
    }

    /// Returns the release in the language.
    fn release(&self) -> String {
        let mut settings = json!({ "labels": self.labels, "annotations": self.annotations });
        if let Some(namespace) = &self.namespace {
            settings["namespace"] = json!(namespace);
        }
        if let Some(gateway) = &self.gateway {
            settings["gateway"] = json!(gateway);
        }
        if let Some(hosts) = self.hosts() {
            settings["hosts"] = hosts;
        }
        let settings = ascii(&settings, "\\{");
        let mut out = format!("release hello on {} {} {settings} <\n", self.environment, self.strategy);
        for (at, version) in self.versions.iter().enumerate() {
            let mut fields = self.fields(version, at == 0);
            fields.insert("annotations".to_owned(), Json::Object(version.annotations.clone()));
            if let Some(name) = &version.name {
                fields.insert("name".to_owned(), json!(name));
            }
            let weight = version.weight.map_or_else(String::new, |weight| format!("{weight} "));
            out.push_str(&format!("  {weight}{}\n", ascii(&Json::Object(fields), "\\{")));
        }
        out + ">\n"
    }
}

/// Returns ASCII JSON; `brace` replaces a brace in a string.
fn ascii(value: &Json, brace: &str) -> String {
    match value {
        Json::String(text) => {
            let quoted = serde_json::to_string(text).unwrap();
            let mut out = String::new();
            for c in quoted.chars() {
                match c {
                    '{' => out.push_str(brace),
                    ' '..='~' => out.push(c),
                    _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
                }
            }
            out
        }
        Json::Array(list) => {
            format!("[{}]", list.iter().map(|value| ascii(value, brace)).collect::<Vec<_>>().join(", "))
        }
        Json::Object(map) => {
            // A key has no interpolations, so its braces are not escaped.
            let entry =
                |(key, value): (&String, &Json)| format!("{}: {}", ascii(&json!(key), "{"), ascii(value, brace));
            format!("{{{}}}", map.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn built(input: Input) -> Compiled {
    compile(input, &named("hello", "default"), &Memory::default())
}

/// Few cases in each run of the suite; `PROPTEST_CASES` sets the number.
fn config() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_releases_hold(model in model()) {
        let compiled = built(Input::Values(vec![text("values.yaml", &model.values())]));
        prop_assert!(!compiled.documents.is_empty(), "{:?}\n{}", compiled.brief(), model.values());
        let yaml = compiled.yaml();
        let again = built(Input::Values(vec![text("values.yaml", &model.values())])).yaml();
        prop_assert_eq!(&yaml, &again);
        let release = built(Input::Rel(text("release.rel", &model.release())));
        prop_assert!(!release.documents.is_empty(), "{:?}\n{}", release.brief(), model.release());
        prop_assert_eq!(&yaml, &release.yaml());
        if let Err(why) = holds(&yaml) {
            prop_assert!(false, "{why}\n{yaml}");
        }
    }
}

/// With `--on`, a release is built as if it named that environment itself.
#[test]
fn a_release_elsewhere_is_as_if_it_were_written_there() {
    let names = Catalog::builtin().environment_names();
    let mut carried = 0;
    for case in crate::conformance::cases() {
        let own = names.iter().filter(|name| {
            [format!(" on {name} "), format!("environment: {name}\n")].iter().any(|at| case.text.contains(at))
        });
        let Some(own) = own.max_by_key(|name| name.len()) else { continue };
        for other in &names {
            let written = case.text.replacen(&format!(" on {own} "), &format!(" on {other} "), 1);
            let written = written.replacen(&format!("environment: {own}\n"), &format!("environment: {other}\n"), 1);
            let there = compile(case.input(&written), &case.options, &Memory::default());
            let options = Options { on: Some((*other).to_owned()), ..case.options.clone() };
            let taken = compile(case.input(&case.text), &options, &Memory::default());
            assert_eq!(there.yaml(), taken.yaml(), "{} on {other}", case.name());
            let codes =
                |compiled: &Compiled| compiled.diagnostics.iter().map(|d| d.code.name().to_owned()).collect::<Vec<_>>();
            assert_eq!(codes(&there), codes(&taken), "{} on {other}", case.name());
            carried += usize::from(other != own && !taken.documents.is_empty());
        }
    }
    assert!(carried > 50, "{carried} releases go to another environment");
}

/// Checks the properties of every stream of manifests.
fn holds(yaml: &str) -> Result<(), String> {
    for object in read(yaml)? {
        no_null(&object, "")?;
        as_kubernetes_reads(&object)?;
        let Some(text) = object["data"]["strSpec"].as_str() else { continue };
        read(text)?.iter().try_for_each(|spec| no_null(spec, "strSpec"))?;
        let routemap = Routemap::read(text)?;
        for ready in 0..1_usize << routemap.len() {
            let weights = routemap.weights(ready);
            let go = routemap.routes(&weights, Reader::Go)?;
            for reader in [Reader::Yaml11, Reader::Core12] {
                if routemap.routes(&weights, reader)? != go {
                    return Err(format!("{reader:?} reads another route for {weights:?}"));
                }
            }
            for (name, route) in go {
                no_null(&route, name)?;
                shares(&route).map_err(|why| format!("{why} in {name} for {weights:?}"))?;
            }
        }
    }
    Ok(())
}

/// Parses the documents, on which every parser must agree.
fn read(text: &str) -> Result<Vec<Json>, String> {
    let go = documents(text, Reader::Go)?;
    for reader in [Reader::Yaml11, Reader::Core12] {
        if documents(text, reader)? != go {
            return Err(format!("{reader:?} reads something else than Go"));
        }
    }
    Ok(go)
}

fn no_null(value: &Json, path: &str) -> Result<(), String> {
    match value {
        Json::Null => Err(format!("null at {path}")),
        Json::Array(list) => list.iter().try_for_each(|value| no_null(value, &format!("{path}[]"))),
        Json::Object(map) => map.iter().try_for_each(|(key, value)| no_null(value, &format!("{path}.{key}"))),
        Json::Bool(_) | Json::Number(_) | Json::String(_) => Ok(()),
    }
}

fn as_kubernetes_reads(object: &Json) -> Result<(), String> {
    let read = match object["kind"].as_str() {
        Some("Deployment") => serde_json::from_value::<Deployment>(object.clone()).map(drop),
        Some("Service") if object["apiVersion"] == "v1" => serde_json::from_value::<Service>(object.clone()).map(drop),
        Some("ConfigMap") => serde_json::from_value::<ConfigMap>(object.clone()).map(drop),
        _ => Ok(()),
    };
    read.map_err(|error| error.to_string())
}

/// Checks that each of several destinations has a weight, and that some destination gets traffic; a list is never
/// empty.
fn shares(route: &Json) -> Result<(), String> {
    let spec = &route["spec"];
    // A TraefikService is one rule: either weighted destinations, or one with its copies.
    let one = ["weighted", "mirroring"].into_iter().filter_map(|kind| spec.get(kind)).map(std::slice::from_ref);
    let several = ["http", "rules", "routes"].into_iter().filter_map(|key| spec[key].as_array().map(Vec::as_slice));
    let rules = several.chain(one).find(|rules| !rules.is_empty()).ok_or("a route without rules")?;
    for rule in rules {
        let mut keys = ["route", "backendRefs", "services"].into_iter();
        let targets = keys.find_map(|key| rule[key].as_array().map(Vec::as_slice));
        let targets = targets.or_else(|| rule.get("name").map(std::slice::from_ref));
        let targets = targets.filter(|targets| !targets.is_empty()).ok_or("a rule without destinations")?;
        let weights: Vec<u64> = targets.iter().filter_map(|target| target["weight"].as_u64()).collect();
        // The only destination of a rule gets all traffic, whatever its weight.
        if targets.len() > 1 && (weights.len() != targets.len() || weights.iter().sum::<u64>() == 0) {
            return Err(format!("{} destinations have the weights {weights:?}", targets.len()));
        }
    }
    Ok(())
}
