//! `routes: static`: the route that the controller would write with all versions ready, and nothing for the controller.

use relc_core::codegen::{self, Form, to_json};
use relc_core::compile::Input;

use crate::compiled::{Compiled, Memory, compile, named, text};

/// Environments and strategies, with the weights of the versions and their specifications. A version without a weight has 50.
const CASES: &[(&str, &[(u64, &str)])] = &[
    ("deployment-istio blue-green", &[(30, "\"hello:1\""), (70, "\"hello:2\"")]),
    ("deployment-istio blue-green", &[(20, "\"hello:1\""), (0, "\"hello:2\""), (80, "\"hello:3\"")]),
    ("deployment-istio canary", &[(1, "\"hello:1\""), (1, "\"hello:2\" when header a is \"b\"")]),
    ("deployment-istio mirror", &[(50, "\"hello:1\""), (20, "\"hello:2\"")]),
    ("deployment-gtw blue-green", &[(30, "\"hello:1\""), (70, "\"hello:2\"")]),
    ("deployment-gtw canary", &[(1, "\"hello:1\""), (1, "\"hello:2\" when header a is \"b\"")]),
    ("knative-istio blue-green", &[(30, "\"hello:1\""), (70, "\"hello:2\"")]),
    ("knative-istio canary", &[(1, "\"hello:1\""), (1, "\"hello:2\" when header a is \"b\"")]),
    ("knative-istio mirror", &[(50, "\"hello:1\""), (20, "\"hello:2\"")]),
    (
        "kserve blue-green",
        &[
            (30, "\"gs://models/1\" { modelFormat: \"sklearn\" }"),
            (70, "\"gs://models/2\" { modelFormat: \"sklearn\" }"),
        ],
    ),
    (
        "kserve canary",
        &[(1, "\"gs://models/1\" { modelFormat: \"sklearn\" }"), (1, "\"gs://models/2\" { modelFormat: \"sklearn\" }")],
    ),
    (
        "kserve-modelmesh-istio blue-green",
        &[
            (30, "\"gs://models/1\" { modelFormat: \"sklearn\" }"),
            (70, "\"gs://models/2\" { modelFormat: \"sklearn\" }"),
        ],
    ),
    (
        "kserve-modelmesh-istio canary",
        &[(1, "\"gs://models/1\" { modelFormat: \"sklearn\" }"), (1, "\"gs://models/2\" { modelFormat: \"sklearn\" }")],
    ),
];

fn release(environment: &str, routes: &str, versions: &[(u64, &str)]) -> Compiled {
    let has_weights = !environment.ends_with("canary");
    let is_mirror = environment.ends_with("mirror");
    let version = |(at, (weight, version)): (usize, &(u64, &str))| {
        let weight = if has_weights && !(is_mirror && at == 0) { format!("{weight}% ") } else { String::new() };
        format!("  v{at} {weight}{version}\n")
    };
    let versions: String = versions.iter().enumerate().map(version).collect();
    let source = format!("release hello on {environment} {{ routes: {routes} }} <\n{versions}>\n");
    let compiled = compile(Input::Rel(text("hello.rel", &source)), &named("hello", "default"), &Memory::default());
    assert!(!compiled.documents.is_empty(), "{source}\n{}", compiled.brief().join("\n"));
    compiled
}

#[test]
fn a_static_route_is_that_of_the_controller_with_all_versions_ready() {
    for (environment, versions) in CASES {
        let dynamic = release(environment, "dynamic", versions);
        let templates: Vec<_> = dynamic.made.iter().filter(|made| made.form == Form::Template).collect();
        let [template] = templates.as_slice() else { panic!("{environment}: {} templates", templates.len()) };
        let weights: Vec<Option<u64>> = versions.iter().map(|(weight, _)| Some(*weight)).collect();
        let weights = codegen::weights(&weights, &vec![true; versions.len()]);
        let wanted = to_json(&codegen::evaluate(&template.tree, &weights));
        let written = release(environment, "static", versions);
        let documents: Vec<_> = written.documents.iter().map(to_json).collect();
        assert!(documents.contains(&wanted), "{environment}\n{wanted:#}\n{}", written.yaml());
    }
}

#[test]
fn a_static_route_needs_nothing_of_the_controller() {
    for (environment, versions) in CASES {
        let written = release(environment, "static", versions).yaml();
        assert!(!written.contains("iter8") && !written.contains("kind: ConfigMap"), "{environment}\n{written}");
    }
}
