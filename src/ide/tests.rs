//! What is said at a place, by examples. `‸` is the place.

use super::*;

const AT: &str = "‸";

/// Asks `question` at the place that `text` marks.
fn ask<R>(text: &str, syntax: Syntax, question: impl FnOnce(&Page<'_>, usize) -> R) -> R {
    let offset = text.find(AT).expect("the text marks a place");
    let text = text.replace(AT, "");
    question(&Page { syntax, text: &text, catalog: Catalog::builtin() }, offset)
}

fn labels(text: &str, syntax: Syntax) -> Vec<String> {
    ask(text, syntax, complete).into_iter().map(|candidate| candidate.label).collect()
}

fn has(text: &str, syntax: Syntax, wanted: &[&str]) {
    let found = labels(text, syntax);
    for wanted in wanted {
        assert!(found.iter().any(|label| label == wanted), "{wanted} is not among {found:?} at {text}");
    }
}

#[test]
fn a_header_takes_environments_and_strategies() {
    has("release a on ‸", Syntax::Rel, &["deployment", "knative-istio"]);
    has("release a on depl‸ < \"x\" >", Syntax::Rel, &["deployment-istio"]);
    has("release a on deployment-istio ‸ <\n  \"x\"\n>\n", Syntax::Rel, &["canary", "mirror"]);
    has("‸", Syntax::Rel, &["release", "let"]);
}

#[test]
fn fields_are_those_of_the_scope_at_any_depth() {
    has("release a on deployment { ‸ } < \"x\" >", Syntax::Rel, &["namespace", "names", "port", "replicas"]);
    has("release a on deployment <\n  v1 \"x\" { ‸ }\n>\n", Syntax::Rel, &["port", "env", "readiness"]);
    let deep = "release a on deployment <\n  v1 \"x\" { deploymentSpecification: { spec: { template: { spec: { containers: [{ im‸ }] } } } } }\n>\n";
    has(deep, Syntax::Rel, &["image", "imagePullPolicy"]);
    // What is there already is not offered again.
    let labels = labels("release a on deployment <\n  v1 \"x\" { port: 80, ‸ }\n>\n", Syntax::Rel);
    assert!(!labels.contains(&"port".to_owned()), "{labels:?}");
}

#[test]
fn a_broken_file_completes() {
    has("let x = {\n\nrelease a on deployment <\n  v1 \"x\" { por‸\n", Syntax::Rel, &["port"]);
    has(
        "release a on deployment-istio canary <\n  v1 \"x\" { resources: { ‸\n>\nrelease b on\n",
        Syntax::Rel,
        &["limits"],
    );
}

#[test]
fn values_of_enums_are_offered() {
    has("release a on deployment { names: ‸ } < \"x\" >", Syntax::Rel, &["labels"]);
    let deep = "release a on deployment <\n  v1 \"x\" { resources: {}, deploymentSpecification: { spec: { strategy: { type: ‸ } } } }\n>\n";
    has(deep, Syntax::Rel, &["Recreate", "RollingUpdate"]);
}

#[test]
fn a_value_is_no_place_for_keys() {
    let text = "let one = 80\nrelease a on deployment { port: ‸ } < \"x\" >\n";
    assert_eq!(labels(text, Syntax::Rel), ["one"]);
}

#[test]
fn values_files_complete() {
    has("environment: ‸\napplication:\n  versions: []\n", Syntax::Yaml, &["kserve"]);
    has("environment: deployment-istio\napplication:\n  strategy: ‸\n", Syntax::Yaml, &["canary"]);
    has("environment: deployment\napplication:\n  versions:\n  - image: x\n    ‸\n", Syntax::Yaml, &["port", "env"]);
    has("environment: deployment\napplication:\n  ‸\n  versions: []\n", Syntax::Yaml, &["strategy", "port"]);
}

#[test]
fn a_field_tells_its_type_its_default_and_what_it_is_for() {
    let told = |text| ask(text, Syntax::Rel, hover).expect("something is said").text;
    let port = told("release a on deployment < v1 \"x\" { po‸rt: 80 } >");
    assert!(port.contains("**port**: a whole number, 1 to 65535") && port.contains("Default: `80`"), "{port}");
    assert!(told("release a on depl‸oyment < \"x\" >").contains("Strategies: `none`"));
    let deep = told("release a on deployment < v1 \"x\" { resources: { li‸mits: { cpu: \"1\" } } } >");
    assert!(deep.contains("**limits**"), "{deep}");
    let share = told("release a on deployment-istio blue-green <\n  v1 30% \"x\"\n  v‸2 \"y\"\n>\n");
    assert!(share.contains("70%"), "{share}");
    let yaml = ask("environment: deployment\napplication:\n  versions:\n  - im‸age: x\n", Syntax::Yaml, hover);
    assert!(yaml.expect("something is said").text.contains("**image**"));
}

#[test]
fn names_lead_to_their_declarations() {
    let to = |text| ask(text, Syntax::Rel, definition);
    let Some(Target::There(span)) = to("release a on deployment < v1 \"x\" { po‸rt: 80 } >") else {
        panic!("no place")
    };
    assert_eq!(Catalog::builtin().sources().text(span), "port");
    let text = "let tag = \"1\"\nrelease a on deployment < v1 \"x:{t‸ag}\" >\n";
    assert_eq!(to(text), Some(Target::Here(4..7)));
    let file = to("release a on deployment { env: file(\"e‸nv.json\") } < \"x\" >");
    assert_eq!(file, Some(Target::File("env.json".to_owned())));
}

#[test]
fn a_name_is_known_at_all_of_its_places() {
    let text = "let po‸rt = 80\nlet o = { port }\nrelease a on deployment { port: port } < \"x\" >\n";
    let (name, places) = ask(text, Syntax::Rel, occurrences).expect("it is a name");
    assert_eq!((name.as_str(), places.len()), ("port", 3));
    assert_eq!(places.iter().filter(|place| place.shorthand).count(), 1);
    // What a loop calls so is something else.
    let shadowed = "let x‸ = 1\nlet l = [for x in [1]: x]\n";
    assert!(ask(shadowed, Syntax::Rel, occurrences).is_none());
}

#[test]
fn a_percent_that_is_left_is_shown() {
    let text = "release a on deployment-istio blue-green <\n  v1 30% \"x\"\n  v2 \"y\"\n>\n‸";
    let hints = ask(text, Syntax::Rel, |page, _| hints(page));
    assert_eq!(hints.iter().map(|hint| hint.text.as_str()).collect::<Vec<_>>(), [" 70%"]);
}

#[test]
fn a_file_has_an_outline_and_folds() {
    let text = "let a = 1\nrelease b on deployment <\n  v1 \"x\"\n>\n‸";
    let symbols = ask(text, Syntax::Rel, |page, _| symbols(page));
    assert_eq!(symbols.iter().map(|symbol| symbol.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(symbols[1].children[0].name, "v1");
    assert_eq!(ask(text, Syntax::Rel, |page, _| folds(page)).len(), 1);
}
