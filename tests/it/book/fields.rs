//! The tables of fields in docs/environments.md are those that the environments declare.
//!
//! `<!-- fields PART of ENVIRONMENT -->` stands before a table of what `PART` declares, as `ENVIRONMENT` has it, and
//! `<!-- end -->` behind it. Every part that declares a field has its table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use relc::env::{Catalog, Definition, Environment};
use relc::source::Sources;
use relc::syntax::ast::{Field, FieldPlace};

#[test]
fn fields_are_listed() {
    let path = super::root().join("docs/environments.md");
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let catalog = Catalog::builtin();
    let mut missing = parts(catalog);
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        if let Some((part, environment)) = marker(line) {
            let found = catalog.environment(environment).expect("the environment of a marker exists");
            out.push_str(&table(part, &found.environment, &catalog.sources()));
            missing.remove(part);
            let _ = lines.by_ref().find(|line| *line == "<!-- end -->");
            out.push_str("<!-- end -->\n");
        }
    }
    assert!(missing.is_empty(), "no table has the fields of {missing:?}");
    if std::env::var_os("RELC_BLESS").is_some() {
        std::fs::write(&path, &out).expect("the page can be written");
    }
    let difference = similar::TextDiff::from_lines(&page, &out).unified_diff().to_string();
    assert!(page == out, "{difference}\n`RELC_BLESS=1 cargo test book` takes the fields as they are now");
}

fn marker(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("<!-- fields ")?.strip_suffix(" -->")?.split_once(" of ")
}

/// The parts that declare a field of some environment.
fn parts(catalog: &Catalog) -> BTreeSet<String> {
    let environments = catalog.environment_names().into_iter();
    let environments =
        environments.map(|name| catalog.environment(name).expect("its name is known").environment.clone());
    environments
        .flat_map(|environment| fields(&environment).map(|(_, field)| field.part.to_string()).collect::<Vec<_>>())
        .collect()
}

/// Fields with whether they are of a version.
fn fields(environment: &Environment) -> impl Iterator<Item = (bool, &Definition<Field>)> {
    let settings = environment.base.settings.fields.iter().map(|field| (false, field));
    settings.chain(environment.base.version.fields.iter().map(|field| (true, field)))
}

fn table(part: &str, environment: &Environment, sources: &Sources) -> String {
    let mut out =
        "| field | of | type | default | place in values.yaml | about |\n|---|---|---|---|---|---|\n".to_owned();
    for (version, definition) in fields(environment).filter(|(_, field)| &*field.part == part) {
        let field = &definition.item;
        let of = match (version, field.shared) {
            (false, _) => "settings",
            (true, true) => "version, or settings for all",
            (true, false) => "version",
        };
        let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
        let default = field.default.as_ref().map_or_else(String::new, |default| code(sources.text(default.span)));
        let _ = writeln!(
            out,
            "| {} | {of} | {} | {default} | {} | {} |",
            code(&field.name.text),
            code(sources.text(field.ty.span)),
            place(field, version),
            about(field)
        );
    }
    out
}

fn place(field: &Field, version: bool) -> String {
    match (&field.at, version) {
        (FieldPlace::Nowhere(_), _) => "none".to_owned(),
        (FieldPlace::At(path), _) => format!("`{}`", path.text),
        (FieldPlace::Named, false) => format!("`application.{}`", field.name.text),
        (FieldPlace::Named, true) => format!("`{}`", field.name.text),
    }
}

fn about(field: &Field) -> String {
    let doc = field.doc.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let headline = if field.headline { "Headline. " } else { "" };
    let deprecated = field.deprecated.as_ref().map_or_else(String::new, |why| format!("Deprecated: {}. ", why.text));
    format!("{headline}{deprecated}{doc}")
}
