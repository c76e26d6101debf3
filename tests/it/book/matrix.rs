//! The tables of docs/reference/environments.md that compare environments: where a release can move with `--on`, and how long each
//! file is.
//!
//! `<!-- moves HEADLINE -->` is before the table of the environments whose versions have this headline, and `<!-- lengths -->` before
//! that of their lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relc_core::check::describe::fields;
use relc_core::compile::{self, Environments, Input, Options};
use relc_core::library::Catalog;
use relc_syntax::diagnostic::Severity;

use crate::compiled::{Memory, compile, text};

/// Returns the table for a marker of this module.
pub fn table_for(line: &str) -> Option<String> {
    if line == "<!-- lengths -->" {
        return Some(lengths());
    }
    let headline = line.strip_prefix("<!-- moves ")?.strip_suffix(" -->")?;
    Some(table(headline, &by_headline(Catalog::builtin())[headline]))
}

/// Every group of several environments has its table.
#[test]
fn moves_are_listed() {
    let page =
        std::fs::read_to_string(super::root().join("docs/reference/environments.md")).expect("the page is there");
    for (headline, environments) in by_headline(Catalog::builtin()) {
        let marker = format!("<!-- moves {headline} -->");
        assert!(environments.len() == 1 || page.contains(&marker), "no table has the environments with `{headline}`");
    }
}

/// The environments, by the field that a version's bare value sets.
fn by_headline(catalog: &Catalog) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in catalog.environment_names() {
        let found = catalog.environment(name).expect("its name is known");
        let fields = fields(&found.environment.base, &catalog.sources());
        let headline = fields.into_iter().find(|field| field.headline).expect("each has a headline").name;
        all.entry(headline).or_default().push(name.to_owned());
    }
    all
}

fn table(headline: &str, names: &[String]) -> String {
    let mut out = "| from |".to_owned();
    for to in names {
        let _ = write!(out, " `{to}` |");
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(names.len()));
    for from in names {
        let _ = write!(out, "| `{from}` |");
        for to in names {
            let cell = if from == to { String::new() } else { carried(headline, from, to) };
            let _ = write!(out, " {cell} |");
        }
        out.push('\n');
    }
    out
}

/// The strategies with which a release moves from one environment to another as it is.
fn carried(headline: &str, from: &str, to: &str) -> String {
    let found = Catalog::builtin().environment(from).expect("its name is known");
    let all: Vec<&str> = found.environment.strategy_names().collect();
    let moving: Vec<&str> = all.iter().copied().filter(|strategy| moves(headline, from, strategy, to)).collect();
    match moving.len() {
        0 => "–".to_owned(),
        all_of_them if all_of_them == all.len() => "all".to_owned(),
        _ => moving.join(", "),
    }
}

/// Returns true if a release of `from` builds with `--on` on `to` as well.
fn moves(headline: &str, from: &str, strategy: &str, to: &str) -> bool {
    builds(&release(headline, from, strategy), Some(to))
}

fn builds(release: &str, on: Option<&str>) -> bool {
    let options = Options { on: on.map(str::to_owned), ..Options::default() };
    let compiled = compile(Input::Rel(text("shop.rel", release)), &options, &Memory::default());
    !compiled.diagnostics.iter().any(|found| found.severity == Severity::Error)
}

/// A release as a user writes it first: two versions with weights or a match, or what the environment takes of them.
fn release(headline: &str, environment: &str, strategy: &str) -> String {
    let (settings, first, second) = match headline {
        "image" => ("port: 8080", "\"registry.example/shop:1\"", "\"registry.example/shop:2\""),
        "storageUri" => ("modelFormat: \"sklearn\"", "\"s3://models/shop/1\"", "\"s3://models/shop/2\""),
        _ => ("gateway: \"infra/main\"", "\"shop-1\"", "\"shop-2\""),
    };
    let versions: &[String] = &match strategy {
        "none" => vec![format!("v1 {first}\n  v2 {second}"), format!("v1 {first}")],
        "blue-green" => {
            vec![format!("v1 80% {first}\n  v2 20% {second}"), format!("v1 0% {first}\n  v2 100% {second}")]
        }
        "mirror" => vec![format!("v1 {first}\n  v2 20 {second}")],
        _ => vec![format!("v1 {first}\n  v2 {second} when header traffic is \"test\"")],
    };
    // Some routers reach a release by its hosts alone.
    let mut releases =
        [settings.to_owned(), format!("{settings}, hosts: [\"shop.example.com\"]")].into_iter().flat_map(|settings| {
            let release = move |versions| {
                format!("release shop on {environment} {strategy} {{ {settings} }} <\n  {versions}\n>\n")
            };
            versions.iter().map(release)
        });
    releases.find(|release| builds(release, None)).expect("an environment takes one of the releases")
}

fn lengths() -> String {
    let catalog = Catalog::builtin();
    let headlines = by_headline(catalog);
    let mut out = "| environment | file | lines | guarantees |\n|---|---|---|---|\n".to_owned();
    for name in catalog.environment_names() {
        let file = relc_stdlib::FILES.iter().find(|file| file.environments.contains(&name)).expect("its file is known");
        let headline = headlines.iter().find(|(_, names)| names.iter().any(|own| own == name)).expect("it has one").0;
        let _ = writeln!(
            out,
            "| `{name}` | `{}.rel` | {} | {} |",
            file.name,
            length(file.text),
            guarantees(headline, name)
        );
    }
    out
}

/// The lines of a file without comments and rules.
fn length(text: &str) -> usize {
    let mut rule = None;
    let own = |line: &&str| {
        let indent = line.len() - line.trim_start().len();
        match (rule, line.trim_start()) {
            (Some(depth), "}") if depth == indent => rule = None,
            (Some(_), _) => {}
            (None, start) if start.starts_with("lint ") && start.ends_with('{') => rule = Some(indent),
            (None, start) => return !start.is_empty() && !start.starts_with("//"),
        }
        false
    };
    text.lines().filter(own).count()
}

/// What the route of an environment guarantees: under all strategies, or each.
fn guarantees(headline: &str, environment: &str) -> String {
    let catalog = Catalog::builtin();
    let found = catalog.environment(environment).expect("its name is known");
    let mut all: Vec<(String, Vec<&str>)> = Vec::new();
    for strategy in found.environment.strategy_names().filter(|strategy| *strategy != "none") {
        let declared = declared_guarantees(&release(headline, environment, strategy));
        match all.iter_mut().find(|(known, _)| *known == declared) {
            Some((_, strategies)) => strategies.push(strategy),
            None => all.push((declared, vec![strategy])),
        }
    }
    match &all[..] {
        [] => "no route".to_owned(),
        [(one, _)] => one.clone(),
        several => {
            let each = several.iter().map(|(declared, strategies)| format!("{}: {declared}", strategies.join(", ")));
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

fn declared_guarantees(release: &str) -> String {
    let catalog = Catalog::builtin();
    let loaded = compile::load(Input::Rel(text("shop.rel", release)), &Options::default(), catalog, &Memory::default());
    let environments = Environments::new(catalog);
    let analysis = loaded.analyze(0, &environments);
    let subject = analysis.subject(&loaded).expect("the release is right");
    let Some(declared) = subject.evaluator.release_let("guarantees") else {
        // What a route guarantees by default, which doesn't know what is ready.
        assert!(!subject.routes().is_dynamic(), "{release}");
        return "answered, shares, copies".to_owned();
    };
    let names: Vec<&str> = declared.as_list().expect("a list").iter().filter_map(|one| one.value.as_str()).collect();
    if names.is_empty() { "left to the controller".to_owned() } else { names.join(", ") }
}
