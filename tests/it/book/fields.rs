//! The tables of fields in docs/reference/environments.md agree with the declarations.
//!
//! `<!-- fields PART of ENVIRONMENT -->` is before a table of the fields that `PART` declares, as in `ENVIRONMENT`, and
//! `<!-- end -->` after it. Every part that declares a field has its table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use relc_core::check::describe::{Field, Of, fields};
use relc_core::library::{Catalog, Environment};
use relc_syntax::source::Sources;

#[test]
fn fields_are_listed() {
    let catalog = Catalog::builtin();
    let mut missing = parts(catalog);
    check_tables("docs/reference/environments.md", &mut |line| {
        let Some((part, environment)) = marker(line) else { return super::matrix::table_for(line) };
        let found = catalog.environment(environment).expect("the environment of a marker exists");
        missing.remove(part);
        Some(table(part, &found.environment, &catalog.sources()))
    });
    assert!(missing.is_empty(), "no table has the fields of {missing:?}");
}

/// Compares each table of a page, from its marker to `<!-- end -->`, with the one that `table` makes for the marker.
pub fn check_tables(page: &str, table: &mut dyn FnMut(&str) -> Option<String>) {
    let path = super::root().join(page);
    let page = std::fs::read_to_string(&path).expect("the page is there");
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        if let Some(table) = table(line) {
            out.push_str(&table);
            let _ = lines.by_ref().find(|line| *line == "<!-- end -->");
            out.push_str("<!-- end -->\n");
        }
    }
    if std::env::var_os("RELC_BLESS").is_some() {
        std::fs::write(&path, &out).expect("the page can be written");
    }
    let difference = similar::TextDiff::from_lines(&page, &out).unified_diff().to_string();
    assert!(page == out, "{difference}\n`RELC_BLESS=1 cargo test book` writes the tables of the page");
}

fn marker(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("<!-- fields ")?.strip_suffix(" -->")?.split_once(" of ")
}

/// Returns the parts that declare a field of some environment.
fn parts(catalog: &Catalog) -> BTreeSet<String> {
    let environments = catalog.environment_names().into_iter();
    let environments = environments.map(|name| catalog.environment(name).expect("its name is known"));
    let sources = catalog.sources();
    environments.flat_map(|found| fields(&found.environment.base, &sources)).map(|field| field.part).collect()
}

fn table(part: &str, environment: &Environment, sources: &Sources) -> String {
    let mut out =
        "| field | of | type | default | path in values.yaml | description |\n|---|---|---|---|---|---|\n".to_owned();
    for field in fields(&environment.base, sources).into_iter().filter(|field| field.part == part) {
        let of = match field.of {
            Of::Settings => "settings",
            Of::Shared => "version, or settings for all",
            Of::Version => "version",
        };
        let code = |text: &str| format!("`{}`", text.replace('|', "\\|"));
        let default = field.default.as_deref().map_or_else(String::new, code);
        let place = field.place.as_deref().map_or_else(|| "none".to_owned(), code);
        let (name, ty) = (code(&field.name), code(&field.ty));
        let _ = writeln!(out, "| {name} | {of} | {ty} | {default} | {place} | {} |", about(&field));
    }
    out
}

fn about(field: &Field) -> String {
    let headline = if field.headline { "Headline. " } else { "" };
    let deprecated = field.deprecated.as_ref().map_or_else(String::new, |why| format!("Deprecated: {why}. "));
    format!("{headline}{deprecated}{}", field.documentation)
}
