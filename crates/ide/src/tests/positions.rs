//! What is offered first at positions where people complete.

use super::*;

/// Asserts what is offered first, in this order.
fn first(text: &str, syntax: Syntax, wanted: &[&str]) {
    let found = labels(text, syntax);
    let start: Vec<&str> = found.iter().take(wanted.len()).map(String::as_str).collect();
    assert_eq!(start, wanted, "at {text}\namong {found:?}");
}

fn never(text: &str, syntax: Syntax, unwanted: &[&str]) {
    let found = labels(text, syntax);
    for unwanted in unwanted {
        assert!(found.iter().all(|label| label != unwanted), "{unwanted} is among {found:?} at {text}");
    }
}

/// A version of a release, with what is before its end.
fn version(text: &str) -> String {
    format!("release a on deployment-istio canary {{ names: labels }} <\n  v1 \"x:1\"\n  v2 \"x:2\" {text}\n>\n")
}

#[test]
fn what_is_wanted_first_is_first_in_release_files() {
    let rel = |text: &str, wanted: &[&str]| first(text, Syntax::Rel, wanted);
    rel("release a on ‸", &["deployment-istio", "deployment"]);
    rel("release a ‸", &["on"]);
    rel("release a on deployment-istio ‸", &["blue-green", "canary", "mirror", "none", "< … >"]);
    rel("release a on deployment-istio ‸ <\n  \"x\"\n>\n", &["blue-green", "canary", "mirror", "none"]);
    rel("release a on deployment-istio canary ‸", &["< … >", "{ … } < … >"]);
    rel("release a on deployment { ‸ } < v1 \"x\" >", &["names", "namespace", "port"]);
    rel(&version("{ ‸ }"), &["port", "env", "resources", "readiness"]);
    rel(&version("‸"), &["{ … }", "when"]);
    rel(&version("{ port: 80 } ‸"), &["when"]);
    rel(&version("wh‸"), &["{ … }", "when"]);
    rel(&version("when ‸"), &["header", "query", "path", "method"]);
    rel(&version("{ resources: ‸ }"), &["{ … }"]);
    rel(&version("{ resources: { ‸ } }"), &["requests", "limits"]);
    rel(&version("{ resources: { limits: { ‸ } } }"), &["cpu", "memory"]);
    rel(&version("{ resources: { limits: { cpu: ‸ } } }"), &["100m"]);
    rel(&version("{ resources: { limits: { memory: \"‸\" } } }"), &["128Mi"]);
    rel(&version("{ readiness: ‸ }"), &["/healthz", "/readyz", "{ … }"]);
    rel(&version("{ readiness: { ‸ } }"), &["httpGet", "tcpSocket", "exec"]);
    rel(&version("{ readiness: { httpGet: { ‸ } } }"), &["path", "port"]);
    rel(&version("{ env: ‸ }"), &["{ … }"]);
    let container = |text: &str| {
        version(&format!(
            "{{ deploymentSpecification: {{ spec: {{ template: {{ spec: {{ containers: [{{ {text} }}] }} }} }} }} }}"
        ))
    };
    rel(&container("‸"), &["image", "name", "ports", "env", "resources"]);
    rel(&container("imagePullPolicy: ‸"), &["IfNotPresent", "Always", "Never"]);
    rel(&container("imagePullPolicy: \"Al‸\""), &["IfNotPresent", "Always", "Never"]);
    rel(&container("readinessProbe: { ‸ }"), &["httpGet"]);
    rel(&container("env: [{ ‸ }]"), &["name", "value", "valueFrom"]);
    rel("release a on deployment-istio canary <\n  ‸\n>\n", &["stable", "next"]);
    rel("part p extends base ‸", &["{ … }"]);
    rel("import ‸\n", &["\"common.rel\""]);
    // What an import and an environment need is filled in.
    let filled = |label: &str| {
        let found = ask("‸", Syntax::Rel, |page, offset| complete(page, offset, &list));
        found.into_iter().find(|found| found.label == label).expect("a declaration").filled()
    };
    assert_eq!(filled("import"), "import \"common.rel\" as common");
    assert_eq!(filled("environment"), "environment name {\n  \n}");
}

#[test]
fn keys_and_values_of_literals_are_offered_in_definitions() {
    let part = |text: &str| format!("import kube\npart p {{\n  version {{\n    emit {text}\n  }}\n}}\n");
    let rel = |text: &str, wanted: &[&str]| first(&part(text), Syntax::Rel, wanted);
    rel("kube.Deployment { ‸ }", &["metadata", "spec"]);
    rel("kube.Deployment { metadata: v.metadata, sp‸ }", &["spec"]);
    rel(
        "kube.Deployment {\n      metadata: v.metadata\n      spec: {\n        ‸\n      }\n    }",
        &["replicas", "selector", "template"],
    );
    rel("kube.Deployment { spec: { template: { spec: { containers: [{ ‸ }] } } } }", &["image", "name", "ports"]);
    rel("kube.Deployment { spec: { template: { spec: { containers: [if true: { ‸ }] } } } }", &["image", "name"]);
    rel("kube.Deployment { spec: { template: { spec: { restartPolicy: ‸ } } } }", &["Always", "OnFailure", "Never"]);
    rel("kube.Service { spec: { ‸ports: [] } }", &["selector"]);
    // The keys of what a literal contains only.
    never(&part("kube.ConfigMap { data: { a: merge({ ‸ }, {}) } }"), Syntax::Rel, &["metadata"]);
    never(&part("kube.ConfigMap { metadata: v.metadata, ‸ }"), Syntax::Rel, &["metadata", "kind", "let", "emit"]);
    first("import kube\nfragment f() = kube.Service { spec: { type: ‸ } }\n", Syntax::Rel, &["ClusterIP"]);
}

#[test]
fn what_is_there_is_not_offered_again() {
    never("release a ‸", Syntax::Rel, &["deployment", "deployment-istio"]);
    // The headline sets `image`.
    never(&version("{ ‸ }"), Syntax::Rel, &["image"]);
    has("release a on deployment < v1 { ‸ } >\n", Syntax::Rel, &["image"]);
    never("release a on deployment-istio ‸ canary <\n  \"x\"\n>\n", Syntax::Rel, &["mirror"]);
    // The primary gets what no other version gets, and has no `when`.
    never("release a on deployment-istio canary <\n  v1 \"x\" ‸\n>\n", Syntax::Rel, &["when"]);
    // Two versions are the most that this environment takes.
    let two = "release a on argo-rollouts canary <\n  stable \"x:1\"\n  next \"x:2\" when header traffic is \"test\"\n  ‸\n>\n";
    assert_eq!(labels(two, Syntax::Rel), Vec::<String>::new());
    for text in
        ["let a = \"‸\"\n", "// release a on ‸\n", "release a on deployment < v1 \"x‸\" { port: 80 } >\n", "release ‸"]
    {
        assert_eq!(labels(text, Syntax::Rel), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn types_are_offered_where_types_are() {
    for text in [
        "import kube\npart p {\n  version { size: ‸ }\n}\n",
        "import kube\npart p {\n  settings {\n    size: ‸\n  }\n}\n",
        "import kube\nparam tag: ‸\n",
        "import kube\nlet a: ‸ = 1\n",
        "import kube\nlet a: ku‸\n",
        "import kube\ntype Size = ‸\n",
        "import kube\ntype Size = string | ‸\n",
        "import kube\ntype Size = Map<‸>\n",
        "import kube\ntype Size = [‸]\n",
        "import kube\nfragment f(of: ‸) = of\n",
        "import kube\npart p {\n  fragment f(): ‸ = 1\n}\n",
    ] {
        has(text, Syntax::Rel, &["string", "int", "kube.Port"]);
        never(text, Syntax::Rel, &["merge", "versions", "true"]);
    }
}

#[test]
fn names_are_offered_where_they_fit() {
    let lets = "let tag = \"1\"\nlet port = 80\nlet labels = { team: \"a\" }\n";
    let at = |text: &str| labels(&format!("{lets}{text}"), Syntax::Rel);
    assert_eq!(at("release a on deployment { port: ‸ } < v1 \"x\" >\n"), ["port"]);
    assert!(at("release a on deployment { labels: ‸ } < v1 \"x\" >\n").contains(&"labels".to_owned()));
    assert_eq!(at("release a on deployment < v1 \"x:{‸}\" >\n"), ["tag", "port", "labels"]);
    let found = at("let b = ‸\n");
    assert!(
        found.starts_with(&["tag".to_owned(), "port".to_owned()]) && found.contains(&"merge".to_owned()),
        "{found:?}"
    );
    assert!(!found.contains(&"b".to_owned()), "it would depend on itself");
    never("let a = b\nlet b = ‸\n", Syntax::Rel, &["a", "b"]);
}

#[test]
fn what_is_wanted_first_is_first_in_values_files() {
    let yaml = |text: &str, wanted: &[&str]| first(text, Syntax::Yaml, wanted);
    yaml("‸", &["environment", "application"]);
    yaml("env‸", &["environment", "application"]);
    yaml("environment: ‸", &["deployment-istio", "deployment"]);
    yaml("environment:‸", &["deployment-istio"]);
    yaml("environment: deployment\n‸", &["application"]);
    yaml(
        "environment: deployment-istio\napplication:\n  ‸",
        &["metadata", "strategy", "versions", "port", "resources"],
    );
    yaml("environment: deployment-istio\napplication:\n  strategy: ‸\n", &["blue-green", "canary", "mirror", "none"]);
    yaml("environment: deployment-istio\napplication:\n  versions:\n  - ‸", &["image", "port", "env"]);
    let head = "environment: deployment-istio\napplication:\n  strategy: blue-green\n  versions:\n  - image: x:1\n";
    yaml(&format!("{head}    ‸"), &["port", "env", "resources", "readiness"]);
    has(&format!("{head}    ‸"), Syntax::Yaml, &["weight"]);
    never(&format!("{head}    ‸"), Syntax::Yaml, &["image", "strategy"]);
    // Where editors put the cursor after `- image: x`.
    yaml(&format!("{head}  ‸"), &["port", "env"]);
    has(&format!("{head}  ‸\n"), Syntax::Yaml, &["metadata"]);
    yaml(&format!("{head}    resources:\n      ‸"), &["requests", "limits"]);
    yaml(&format!("{head}    resources:\n      limits:\n        ‸"), &["cpu", "memory"]);
    yaml(&format!("{head}    resources: {{ ‸ }}"), &["requests", "limits"]);
    yaml(&format!("{head}    readiness:\n      ‸"), &["httpGet"]);
    yaml(
        &format!(
            "{head}    deploymentSpecification:\n      spec:\n        template:\n          spec:\n            containers:\n            - ‸"
        ),
        &["image", "name"],
    );
    yaml(
        &format!(
            "{head}    deploymentSpecification:\n      spec:\n        template:\n          spec:\n            containers:\n            - name: a\n              imagePullPolicy: ‸"
        ),
        &["IfNotPresent"],
    );
    // The keys below `application` are in another column.
    let misplaced = labels("environment: deployment\napplication:\n  metadata: { name: a }\n ‸", Syntax::Yaml);
    assert_eq!(misplaced, Vec::<String>::new());
    // A key between others.
    never("environment: deployment\napplication:\n  ‸\n  versions: []\n", Syntax::Yaml, &["versions"]);
}

#[test]
fn a_broken_values_file_completes() {
    let head = "environment: deployment-istio\napplication:\n  strategy: blue-green\n";
    for broken in [
        format!("{head}  versions:\n  - image: x:1\n    ‸\n  - image: \"y\n    port: [1, 2\n"),
        format!("{head}  metadata: {{ name: \"a\" \n  versions:\n  - image: x:1\n    ‸\n")
            .replace("{ name: \"a\" ", "a: b: c"),
        format!("oops\n\t- x\n{head}  versions:\n  - image: x:1\n    ‸\n"),
        format!("{head}  versions:\n  - image: x:1\n    po‸\n   env: {{}}\n"),
    ] {
        has(&broken, Syntax::Yaml, &["port", "weight"]);
    }
    has("environment: ‸\napplication:\n  - a: b\n c: d\n", Syntax::Yaml, &["deployment"]);
}

#[test]
fn every_item_is_explained() {
    for (text, syntax) in [
        ("release a on ‸", Syntax::Rel),
        ("release a on deployment { ‸ } < v1 \"x\" >", Syntax::Rel),
        ("release a on deployment { names: ‸ } < v1 \"x\" >", Syntax::Rel),
        ("let a = ‸\n", Syntax::Rel),
        ("‸", Syntax::Rel),
        ("environment: deployment\napplication:\n  versions:\n  - ‸", Syntax::Yaml),
    ] {
        for found in ask(text, syntax, |page, offset| complete(page, offset, &list)) {
            let is_explained = found.documentation.as_ref().is_some_and(|text| !text.is_empty());
            assert!(is_explained, "{} at {text}", found.label);
        }
    }
}

#[test]
fn keys_of_values_files_are_explained() {
    let text = "environment: deployment-istio\napplication:\n  strategy: blue-green\n  versions:\n  - image: x\n    weight: 10\n";
    for (key, words) in [
        ("environment:", "The environment"),
        ("strategy:", "The way in which traffic is split"),
        ("versions:", "The versions"),
        ("weight:", "The weight of the version"),
        ("application:", "Contains `"),
    ] {
        let at = text.find(key).expect("it is there") + 2;
        let marked = format!("{}{AT}{}", &text[..at], &text[at..]);
        let found = ask(&marked, Syntax::Yaml, hover).unwrap_or_else(|| panic!("no hover of {key}")).text;
        assert!(found.contains(words), "{key}: {found}");
    }
}
