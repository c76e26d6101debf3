//! The JSON Schema of values files against relc itself: validators accept what relc accepts, and both reject unknown
//! keys and values of the wrong type.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use rayon::prelude::*;
use relc_core::compile::{Input, Options};
use relc_core::helm_values;
use relc_core::json_schema;
use relc_core::library::Catalog;
use relc_syntax::diagnostic::{Code, Severity, Topic};
use relc_syntax::source::FileId;
use serde_json::{Value as Json, json};

use crate::compiled::{Memory, compile_in, named, text};
use crate::one_in;

/// The schema of all environments, and that of each.
struct Schemas<'c> {
    catalog: &'c Catalog,
    all: Validator,
    each: BTreeMap<String, Validator>,
}

impl Schemas<'_> {
    fn new(catalog: &Catalog) -> Schemas<'_> {
        let validator = |schema: &Json| {
            jsonschema::draft202012::meta::validate(schema).expect("it is a schema");
            jsonschema::validator_for(schema).expect("its references and patterns are read")
        };
        let each = catalog.environment_names().into_iter().map(|name| {
            let schema = json_schema::of_environment(catalog, name).expect("its name is known");
            (name.to_owned(), validator(&schema))
        });
        Schemas { catalog, all: validator(&json_schema::of_all(catalog)), each: each.collect() }
    }

    /// Returns the error of the schemas for `values`, which must be the same.
    fn refuses(&self, values: &Json) -> Option<String> {
        let errors = |schema: &Validator| {
            let errors: Vec<String> =
                schema.iter_errors(values).map(|error| format!("{}: {error}", error.instance_path())).collect();
            (!errors.is_empty()).then(|| errors.join("; "))
        };
        let all = errors(&self.all);
        if let Some(own) = values.get("environment").and_then(Json::as_str).and_then(|name| self.each.get(name)) {
            assert_eq!(all.is_some(), errors(own).is_some(), "the schema of the environment differs: {values}");
        }
        all
    }
}

/// A values file: the merged values, and the options of its run.
struct Case {
    name: String,
    values: Json,
    options: Options,
}

/// Returns every valid values file of the tests, those of the pages, and a collection next to the repository, if it exists.
fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["tests/conformance", "tests/ui", "../shared/oracle"] {
        walk(&root.join(folder), &mut paths);
    }
    paths.sort();
    paths.iter().filter_map(|path| case(path)).collect()
}

/// Collects the values files below `folder`, except fixtures that are directories, or flags.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    if paths.iter().any(|path| path.ends_with("main.yaml") || path.ends_with("main.rel")) {
        return;
    }
    for path in paths {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

fn case(path: &Path) -> Option<Case> {
    let written = fs::read_to_string(path).unwrap();
    if written.lines().next().unwrap_or("").contains("--set") {
        return None;
    }
    let options = named("hello", "default");
    Some(Case { name: path.display().to_string(), values: read(&written)?, options })
}

/// The values of a file as Helm reads them.
fn read(text: &str) -> Option<Json> {
    let (value, diagnostics) = helm_values::read(FileId(0), text);
    let mut json = String::new();
    relc_core::codegen::json(&value.filter(|_| diagnostics.is_empty())?, &mut json);
    Some(serde_json::from_str(&json).unwrap())
}

/// Returns the codes of relc's errors in values, and the errors.
fn errors(catalog: &Catalog, values: &Json, options: &Options) -> (Vec<Code>, Vec<String>) {
    let input = Input::Values(vec![text("values.yaml", &values.to_string())]);
    let compiled = compile_in(catalog, input, options, &Memory::default());
    let errors = compiled.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
    errors
        .map(|error| match error.code {
            Topic::Code(code) => (code, error.message),
            // A rule that a build checks, too: a requirement of the environment.
            Topic::Rule(_) => (Code::Requirement, error.message),
        })
        .unzip()
}

/// The codes of errors that the schema must find as well.
const SEEN: &[Code] = &[
    Code::UnknownKey,
    Code::WrongType,
    Code::Yaml11Boolean,
    Code::NumericString,
    Code::UnknownEnvironment,
    Code::UnknownStrategy,
    Code::UnsupportedStrategy,
    Code::NoVersions,
    Code::WeightNotUint,
    Code::ConflictingKeys,
];

/// Returns a difference between relc and the schema on `values`, in the errors that the schema can find.
fn disagree(schemas: &Schemas<'_>, values: &Json, options: &Options) -> Option<String> {
    let (codes, messages) = errors(schemas.catalog, values, options);
    match schemas.refuses(values) {
        Some(why) if codes.is_empty() => Some(format!("relc accepts it, and the schema does not: {why}")),
        None if codes.iter().any(|code| SEEN.contains(code)) => {
            Some(format!("the schema accepts it, and relc does not: {messages:?}"))
        }
        Some(_) | None => None,
    }
}

#[test]
fn values_files_are_judged_as_relc_judges_them() {
    let schemas = Schemas::new(Catalog::builtin());
    let cases = cases();
    let good = cases.iter().filter(|case| errors(schemas.catalog, &case.values, &case.options).0.is_empty()).count();
    assert!(good > 90 && cases.len() - good > 30, "{good} of {} are good", cases.len());
    let wrong = cases.par_iter().filter_map(|case| {
        let why = disagree(&schemas, &case.values, &case.options)?;
        Some(format!("{}: {why}", case.name))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each key is misspelled, and each value replaced by others, at every depth.
#[test]
fn mutated_values_are_judged_as_relc_judges_them() {
    let schemas = Schemas::new(Catalog::builtin());
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.name.contains("conformance")).collect();
    assert!(cases.len() >= 55);
    let mutated: Vec<(&Case, Json)> = { cases.iter() }
        .flat_map(|case| mutations(&case.values).into_iter().map(move |mutated| (case, mutated)))
        .step_by(one_in(4))
        .collect();
    let refused = mutated.par_iter().filter(|(_, values)| schemas.refuses(values).is_some()).count();
    assert!(refused * 3 > mutated.len(), "{refused} of {} are refused", mutated.len());
    let wrong: Vec<String> = { mutated.par_iter() }
        .filter_map(|(case, values)| {
            Some(format!("{}: {}\n{values}", case.name, disagree(&schemas, values, &case.options)?))
        })
        .collect();
    assert!(wrong.is_empty(), "{}\n{} of {}", wrong.join("\n"), wrong.len(), mutated.len());
}

fn mutations(values: &Json) -> Vec<Json> {
    let mut pointers = Vec::new();
    collect(values, "", &mut pointers);
    let others = [
        json!(null),
        json!(true),
        json!("x y"),
        json!("80"),
        json!(""),
        json!(1.5),
        json!(-1),
        json!({ "x": 1 }),
        json!(["x"]),
    ];
    let mut found = Vec::new();
    for (at, pointer) in pointers.iter().enumerate() {
        found.extend(misspelt(values, pointer));
        // Three of the other values each, so that all are tried in turn.
        for other in (0..3).map(|step| &others[(at * 3 + step) % others.len()]) {
            let mut mutated = values.clone();
            *mutated.pointer_mut(pointer).unwrap() = other.clone();
            found.push(mutated);
        }
    }
    found
}

/// Collects the pointers of all values inside.
fn collect(value: &Json, pointer: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Json)> = match value {
        Json::Object(object) => {
            object.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Json::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Vec::new(),
    };
    for (step, value) in below {
        let pointer = format!("{pointer}/{step}");
        found.push(pointer.clone());
        collect(value, &pointer, found);
    }
}

fn misspelt(values: &Json, pointer: &str) -> Option<Json> {
    let mut mutated = values.clone();
    let (parent, key) = pointer.rsplit_once('/')?;
    let key = key.replace("~1", "/").replace("~0", "~");
    let object = mutated.pointer_mut(parent)?.as_object_mut()?;
    let value = object.shift_remove(&key)?;
    object.insert(format!("{key}s"), value);
    Some(mutated)
}

/// An environment with features that the library's environments don't have: fields of a strategy, and required ones.
const SHOP: &str = r#"
/// What the shop runs on.
environment shop {
  settings {
    owner: string length 2..20
    /// How much is
    /// kept.
    keep: { days: int, place: hot | cold }? at "store.keep"
  }
  version {
    headline image: string matching "[a-z]+"
    shared size: small | large = small
    shared speed: number 0.5..2.5 = 1
    codes: [int | bool]?
  }
  /// One at a time.
  strategy plain {}
  strategy twice weights each {
    settings { pause: int 1.. }
    version { tag: string?, require v.primary or v.weight <= 100 "a percentage" }
  }
}
"#;

/// Values of `shop` below `application`, and whether they are valid.
const SOLD: &[(&str, bool)] = &[
    ("{ strategy: plain, owner: me, versions: [{ image: a }] }", true),
    ("{ owner: me, versions: [{ image: a }] }", false),
    ("{ strategy: none, owner: me, versions: [{ image: a }] }", false),
    ("{ strategy: plain, versions: [{ image: a }] }", false),
    ("{ strategy: plain, owner: null, versions: [{ image: a }] }", false),
    ("{ strategy: plain, owner: m, versions: [{ image: a }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: A }] }", false),
    ("{ strategy: plain, owner: me, versions: [] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: a, size: large, speed: 2, codes: [1, true, null] }] }", true),
    ("{ strategy: plain, owner: me, size: large, speed: '2', versions: [{ image: a, size: null }] }", true),
    ("{ strategy: plain, owner: me, versions: [{ image: a, codes: [a] }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: a, size: middle }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: a, speed: 3 }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: a, tag: b }] }", false),
    ("{ strategy: plain, owner: me, pause: 1, versions: [{ image: a }] }", false),
    ("{ strategy: plain, owner: me, versions: [{ image: a, weight: 200 }, { image: a, weight: 200 }] }", true),
    ("{ strategy: twice, owner: me, versions: [{ image: a }] }", false),
    ("{ strategy: twice, owner: me, pause: '0x10', versions: [{ image: a, tag: b }] }", true),
    ("{ strategy: twice, owner: me, pause: 0, versions: [{ image: a }] }", false),
    (
        "{ strategy: twice, owner: me, pause: 1, versions: [{ image: a, weight: 200 }, { image: a, weight: 100 }] }",
        true,
    ),
    ("{ strategy: twice, owner: me, pause: 1, versions: [{ image: a }, { image: a, weight: 101 }] }", false),
];

#[test]
fn strategies_have_fields_of_their_own() {
    let catalog = Catalog::with(&[("shop", SHOP)]);
    let schemas = Schemas::new(&catalog);
    for (application, right) in SOLD {
        let values = read(&format!("environment: shop\napplication: {application}\n")).expect("it is YAML");
        let options = named("hello", "default");
        let (_, messages) = errors(&catalog, &values, &options);
        let refused = schemas.refuses(&values);
        assert_eq!(
            (messages.is_empty(), refused.is_none()),
            (*right, *right),
            "{application}: {messages:?}, {refused:?}"
        );
    }
    let stores =
        [("{ keep: { days: 3, place: hot } }", true), ("{ keep: { days: 3 } }", false), ("{ kept: {} }", false)];
    for (store, right) in stores {
        let values = format!("environment: shop\nstore: {store}\napplication: {}\n", SOLD[0].0);
        let refused = schemas.refuses(&read(&values).expect("it is YAML"));
        assert_eq!(refused.is_none(), right, "{store}: {refused:?}");
    }
}

/// Returns what `relc schema` with these arguments prints on each stream in `folder`, and its exit code.
fn printed(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let run =
        Command::new(env!("CARGO_BIN_EXE_relc")).arg("schema").args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&run.stdout), text(&run.stderr), run.status.code())
}

#[test]
fn environments_of_ones_own_have_their_schema() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    fs::create_dir(folder.path().join("broken")).unwrap();
    write("relc.toml", "environments = [\"own\"]\n");
    write("own/shop.rel", SHOP);
    write("broken/bad.rel", "environment bad {\n  version { a: intt }\n  strategy none {}\n}\n");
    let (out, said, code) = printed(folder.path(), &["shop"]);
    let schema: Json = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!((&schema["description"], &*said, code), (&json!("What the shop runs on."), "", Some(0)));
    let (out, said, code) = printed(folder.path(), &["shp"]);
    assert_eq!((&*out, &*said), ("", "error: environment `shp` not found; did you mean `shop`?\n"));
    assert_eq!(code, Some(2));
    let (out, said, code) = printed(folder.path(), &["--env-path", "broken"]);
    assert!(out.is_empty() && said.starts_with("broken/bad.rel:2:16: error["), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn fields_are_described() {
    let schema = json_schema::of_environment(&Catalog::with(&[("shop", SHOP)]), "shop").expect("it is there");
    assert_eq!(schema["description"], "What the shop runs on.");
    let plain = &schema["allOf"][1]["then"]["properties"];
    assert_eq!(plain["store"]["properties"]["keep"]["description"], "How much is kept.");
    let version = &plain["application"]["properties"]["versions"]["items"]["properties"];
    assert_eq!((&version["size"]["default"], &version["speed"]["default"]), (&json!("small"), &json!(1)));
    let all = json_schema::of_all(Catalog::builtin());
    let mut described = 0;
    for name in Catalog::builtin().environment_names() {
        every(&all["$defs"][name], &mut |schema| {
            described += usize::from(schema["description"].is_string());
            if let Some(default) = schema.get("default") {
                let mut alone = schema.clone();
                // Most need no other schema, and reading them all again takes most of the test's time.
                if alone.to_string().contains("\"$ref\"") {
                    alone["$defs"] = all["$defs"].clone();
                }
                assert!(jsonschema::is_valid(&alone, default), "{schema}");
            }
        });
    }
    assert!(described > 150, "{described}");
}

/// Calls `each` for every property of an environment, except those that only contain others.
fn every(schema: &Json, each: &mut dyn FnMut(&Json)) {
    let below = schema.get("properties").and_then(Json::as_object);
    for property in below.into_iter().flat_map(|properties| properties.values()) {
        each(property);
        every(property, each);
        if let Some(items) = property.get("items") {
            every(items, each);
        }
    }
}
