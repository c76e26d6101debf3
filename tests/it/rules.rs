//! Rules agree with their documentation: each has the required sections, its bad examples are flagged by it and its
//! good ones by nothing, and the registry contains each under the name of its file.

use relc_core::compile::{Input, Manifest, Options};
use relc_core::library::{Catalog, Item};
use relc_lint::document::Example;
use relc_lint::registry::{page, rules};
use relc_lint::{Check, Document, RULES, rule_of};
use relc_syntax::diagnostic::{Code, Diagnostic, Fix, Severity};

use crate::compiled::{Memory, lint, text};

/// Returns each rule's name and documentation, wherever it is declared.
pub fn documents() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        RULES.iter().map(|rule| (rule.name.to_owned(), rule.document().text().to_owned())).collect();
    let catalog = Catalog::builtin();
    for library in catalog.libraries() {
        let Some((module, _)) = catalog.library(library) else { continue };
        for item in module.items.values() {
            if let Item::Part(part) | Item::Environment(part) = item {
                part.lints(&mut |lint| {
                    let doc = lint.doc.clone().unwrap_or_default();
                    all.push((lint.name.text.to_string(), doc));
                });
            }
        }
    }
    all
}

#[test]
fn each_rule_is_documented() {
    for (name, text) in documents() {
        let document = Document::of_comment(&text);
        assert!(document.summary().ends_with('.'), "{name}: the summary is a sentence");
        for section in ["What", "Why", "Bad", "Good", "Source"] {
            assert!(
                document.section(section).is_some_and(|text| !text.is_empty()),
                "{name}: `## {section}` is missing"
            );
        }
        assert!(!document.examples("Bad").is_empty(), "{name}: a bad example is missing");
        assert!(!document.examples("Good").is_empty(), "{name}: a good example is missing");
    }
}

/// The doc comment of a replacing rule is above `replace`.
#[test]
fn a_replaced_rule_is_documented() {
    let text = "import kube\n\nenvironment quiet extends kube.application {\n  /// Nothing is said.\n  \
                replace lint positional-name info {\n    when 1 > 2\n    \"never\"\n  }\n  strategy none {}\n}\n";
    let (module, _) = Catalog::with(&[("quiet", text)]).library("quiet").unwrap();
    let Some(Item::Environment(part)) = module.items.values().next() else { panic!("an environment") };
    let mut docs = Vec::new();
    part.lints(&mut |lint| docs.push(lint.doc.clone().unwrap_or_default()));
    assert_eq!(docs, ["Nothing is said."]);
}

#[test]
fn bad_examples_are_flagged_and_good_ones_are_not() {
    let mut wrong = Vec::new();
    for (name, document) in documents() {
        let document = Document::of_comment(&document);
        for (section, flagged) in [("Bad", true), ("Good", false)] {
            for example in runnable(&document, section) {
                let found = findings(example.language, example.code);
                let of_rule = |finding: &&Diagnostic| finding.code.name() == name;
                // Infos of other rules don't matter for an example.
                let matters = |finding: &&Diagnostic| finding.severity > Severity::Info || of_rule(finding);
                let fits = if flagged { found.iter().any(|f| of_rule(&f)) } else { !found.iter().any(|f| matters(&f)) };
                if !fits {
                    let found: Vec<String> = found.iter().map(said).collect();
                    wrong.push(format!("{name}, {section}, {}:\n{}found: {found:#?}", example.language, example.code));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fix_of_a_bad_example_removes_its_finding() {
    let mut wrong = Vec::new();
    for (name, document) in documents() {
        let document = Document::of_comment(&document);
        for example in runnable(&document, "Bad") {
            let of_rule = |found: &[Diagnostic]| found.iter().filter(|f| f.code.name() == name).count();
            let found = findings(example.language, example.code);
            for fix in found.iter().filter(|f| f.code.name() == name).filter_map(|f| f.fix.as_ref()) {
                let fixed = applied(example.code, fix);
                let left = findings(example.language, &fixed);
                let broken = left.iter().any(|f| f.severity == Severity::Error && f.code.name() != name);
                if broken || of_rule(&left) >= of_rule(&found) {
                    let left: Vec<String> = left.iter().map(said).collect();
                    wrong.push(format!("{name}, {}:\n{fixed}found: {left:#?}", example.language));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Applies the edits of `fix`, last first, so that earlier positions stay valid.
fn applied(text: &str, fix: &Fix) -> String {
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// Returns the examples that can be run.
pub fn runnable<'d>(document: &'d Document<'_>, section: &str) -> impl Iterator<Item = Example<'d>> {
    let shown = ["console", "definition"];
    document.examples(section).into_iter().filter(move |example| !shown.contains(&example.language))
}

/// Returns the diagnostics of an example.
fn findings(language: &str, code: &str) -> Vec<Diagnostic> {
    let input = match language {
        "rel" => Input::Rel(text("example.rel", code)),
        "yaml" => Input::Values(vec![text("values.yaml", code)]),
        other => panic!("examples are `rel`, `yaml`, `console` or `definition`, and this is `{other}`"),
    };
    lint(input, &Options::default(), &Memory::default()).diagnostics
}

fn said(finding: &Diagnostic) -> String {
    format!("{} ({}): {}", finding.code.name(), finding.severity.name(), finding.message)
}

#[test]
fn rules_are_sorted_and_named_as_their_files() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for rule in RULES.iter().filter(|rule| !matches!(rule.check, Check::Validation)) {
        let path = format!("{}/crates/lint/src/rules/{}.rs", env!("CARGO_MANIFEST_DIR"), rule.name.replace('-', "_"));
        let file = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(file, rule.source, "{}: its text is not that of {path}", rule.name);
    }
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/crates/lint/src/rules")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.trim_end_matches(".rs").replace('_', "-");
        assert!(name == "mod" || names.contains(&name.as_str()), "{file} is not in rules/mod.rs");
    }
}

#[test]
fn each_code_has_a_rule_of_its_name() {
    for code in Code::ALL {
        let rule = rule_of(*code).unwrap_or_else(|| panic!("{} is explained nowhere", code.name()));
        let codes = rule.check.codes();
        assert!(codes[0].name() == rule.name, "{} is not {}", codes[0].name(), rule.name);
    }
}

#[test]
fn gateways_are_looked_for_among_other_manifests() {
    let release = |gateway: &str| {
        let code =
            format!("release hello on deployment-istio canary {{ gateway: \"{gateway}\" }} < \"a/hello:1.4\" >\n");
        Input::Rel(text("hello.rel", &code))
    };
    let gateway = |namespace: Option<&str>| {
        let namespace = namespace.map_or_else(String::new, |namespace| format!(", namespace: {namespace}"));
        let text =
            format!("{{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {{ name: main{namespace} }} }}");
        manifests(&text).remove(0)
    };
    let dangling = |name: &str, manifests: Vec<Manifest>| {
        let options = Options { manifests: Some(manifests.into()), ..Options::default() };
        let linted = lint(release(name), &options, &Memory::default());
        linted.diagnostics.iter().any(|finding| finding.code.name() == "dangling-gateway")
    };
    assert!(dangling("istio-system/mian", vec![gateway(Some("istio-system"))]));
    assert!(dangling("other/main", vec![gateway(Some("istio-system"))]));
    assert!(!dangling("istio-system/main", vec![gateway(Some("istio-system"))]));
    assert!(!dangling("other/main", vec![gateway(None)]), "its namespace is not known");
    assert!(!dangling("main", vec![gateway(Some("istio-system"))]));
    assert!(!dangling("other/main", Vec::new()), "no Gateway is among the manifests");
}

/// The manifests of a stream.
fn manifests(stream: &str) -> Vec<Manifest> {
    let documents = relc_core::helm_values::documents(relc_syntax::source::FileId(0), stream);
    documents.iter().flat_map(Manifest::of).collect()
}

#[test]
fn gateways_that_exclude_a_release_are_found() {
    let istio = |hosts: &str| {
        format!(
            "{{ apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {{ name: main, namespace: infra }}, spec: {{ servers: [{{ hosts: \
             {hosts} }}] }} }}"
        )
    };
    let listeners = |listeners: &str| {
        format!(
            "{{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {{ name: main, namespace: infra }}, spec: {{ listeners: \
             {listeners} }} }}"
        )
    };
    let excluded = |environment: &str, settings: &str, gateway: &str| {
        let code = format!(
            "release hello on {environment} canary {{ gateway: \"infra/main\", namespace: \"web\", {settings} }} < \"a/hello:1.4\" >\n"
        );
        let options = Options { manifests: Some(manifests(gateway).into()), ..Options::default() };
        let linted = lint(Input::Rel(text("hello.rel", &code)), &options, &Memory::default());
        linted.diagnostics.iter().any(|finding| finding.code.name() == "gateway-excludes-release")
    };
    let own = "hosts: [\"hello.example.com\"]";
    for (hosts, settings, is_excluded) in [
        ("['*']", "", false),
        ("['*.example.com']", "", true),
        ("['*.example.com']", own, false),
        ("['web/hello.example.com']", own, false),
        ("['other/hello.example.com']", own, true),
        ("['./hello.example.com']", own, true),
        ("['hello.web.svc.cluster.local']", "", false),
        ("['helloxexample.com']", own, true),
        ("[]", own, true),
    ] {
        for environment in ["deployment-istio", "argo-rollouts"] {
            assert_eq!(excluded(environment, settings, &istio(hosts)), is_excluded, "{environment} {hosts} {settings}");
        }
    }
    for (list, settings, is_excluded) in [
        ("[{ name: a, allowedRoutes: { namespaces: { from: All } } }]", "", false),
        ("[{ name: a }]", "", true),
        ("[{ name: a, allowedRoutes: { namespaces: { from: Selector } } }]", "", false),
        ("[{ name: a, hostname: '*.example.com', allowedRoutes: { namespaces: { from: All } } }]", "", true),
        ("[{ name: a, hostname: '*.example.com', allowedRoutes: { namespaces: { from: All } } }]", own, false),
        ("[{ name: a, allowedRoutes: { namespaces: { from: All } } }]", "listener: \"b\"", true),
    ] {
        for (environment, router) in [("deployment-gtw", ""), ("argo-rollouts", "router: gateway, ")] {
            let settings = format!("{router}{settings}");
            assert_eq!(
                excluded(environment, &settings, &listeners(list)),
                is_excluded,
                "{environment} {list} {settings}"
            );
        }
    }
}

#[test]
fn the_book_lists_the_rules_that_there_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");
    let page = page(&rules(Catalog::builtin()));
    if std::env::var_os("RELC_BLESS").is_some() {
        std::fs::write(path, &page).expect("the book can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/rules.md is not of these rules; `RELC_BLESS=1 cargo test rules` writes it");
}
