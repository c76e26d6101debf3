//! Invariants of ARCHITECTURE.md that no other test module checks.

use std::collections::BTreeSet;

use relc_core::compile::{Input, Options};
use relc_core::library::{Catalog, Item};
use relc_lint::Document;
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};

use crate::compiled::{Memory, compile, lint, text};
use crate::place::Place;
use crate::rules::{documents, runnable};

const GOOD: &str = "release good on deployment < v1 \"nginx:1.27\" >\n";

/// No half output: an error in the last of many releases prevents the first from being written.
#[test]
fn an_error_in_one_release_keeps_all_from_being_written() {
    let many: String = (0..500).map(|at| GOOD.replace("good", &format!("good{at}"))).collect();
    let place =
        Place::new(&[("a.rel", &*many), ("z.rel", "release bad on deployment < v1 \"nginx:1.27\" { prot: 80 } >\n")]);
    let printed = place.run(&["build", "a.rel", "z.rel"]);
    assert_eq!((printed.code, printed.out.as_str()), (Some(1), ""), "{}", printed.err);
    place.run(&["build", "a.rel", "-o", "out"]).good();
    let before = place.names("out");
    let written = place.run(&["build", "a.rel", "z.rel", "-o", "out"]);
    assert_eq!(written.code, Some(1), "{}", written.err);
    assert_eq!(place.names("out"), before);
}

/// Rules change nothing: diagnostics of lint rules don't prevent a build.
#[test]
fn a_finding_of_a_lint_rule_keeps_nothing_from_being_built() {
    let requirements = requirements();
    let refuses = |finding: &Diagnostic| match &finding.code {
        Topic::Code(_) => true,
        Topic::Rule(name) => requirements.contains(&**name),
    };
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (name, document) in documents() {
        let document = Document::of_comment(&document);
        for example in runnable(&document, "Bad").filter(|example| example.language == "rel") {
            let input = || Input::Rel(text("example.rel", example.code));
            let found = lint(input(), &Options::default(), &Memory::default()).diagnostics;
            if found.iter().any(|finding| finding.severity == Severity::Error && refuses(finding)) {
                continue;
            }
            tried += 1;
            let built = compile(input(), &Options::default(), &Memory::default());
            if built.documents.is_empty() {
                let errors: Vec<&str> = built.diagnostics.iter().map(|found| &*found.message).collect();
                wrong.push(format!("{name}: {errors:?}\n{}", example.code));
            }
        }
    }
    assert!(tried > 20 && wrong.is_empty(), "{tried} were tried\n{}", wrong.join("\n"));
}

/// Returns the names of the environments' requirements.
fn requirements() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let catalog = Catalog::builtin();
    for (module, _) in catalog.libraries().filter_map(|library| catalog.library(library)) {
        for item in module.items.values() {
            if let Item::Part(part) | Item::Environment(part) = item {
                part.lints(&mut |lint| {
                    if lint.required {
                        names.insert(lint.name.text.to_string());
                    }
                });
            }
        }
    }
    names
}
