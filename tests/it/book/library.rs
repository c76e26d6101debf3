//! docs/reference/library.md is generated from the declarations of the standard library and their documentation.

use std::fmt::Write as _;

use relc_core::check::describe_library::{Declaration, DescribedPart, describe_library};
use relc_core::library::Catalog;
use relc_core::typeck::{self, Lets};
use relc_syntax::diagnostic::Severity;

const HEAD: &str = "# Library

This page lists the types, fragments and parts of relc's library, for authors of environments. Import a library by its name: `import kube`. The fields that \
parts declare are in [Environments](environments.md), and [The language](language.md#parts-and-abstract-fields) describes how parts work.

Members of a version are written as `v.NAME`, members of the settings as `settings.NAME`, and other members by their name.
";

#[test]
fn the_library_is_listed() {
    let path = super::root().join("docs/reference/library.md");
    let page = page(Catalog::builtin());
    if std::env::var_os("RELC_BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "`RELC_BLESS=1 cargo test book` writes the page of the library");
}

/// Each fragment of a library has an example, which the type checker accepts in the scope of a version.
#[test]
fn each_fragment_of_a_library_has_an_example_that_is_valid() {
    let builtin = Catalog::builtin();
    let mut wrong = Vec::new();
    let mut count = 0;
    for library in builtin.libraries() {
        let described = describe_library(builtin, library).expect("its name is known");
        for fragment in described.declarations.iter().filter(|one| one.what == "fragment") {
            let example = fragment.documentation.lines().find_map(|line| line.trim().strip_prefix("Example: `"));
            let Some(example) = example.and_then(|example| example.strip_suffix('`')) else {
                wrong.push(format!("{library}.{} has no example", fragment.name));
                continue;
            };
            count += 1;
            let text =
                format!("import {library}\npart example {{\n  version {{\n    let example = {example}\n  }}\n}}\n");
            wrong.extend(mistakes(&text).into_iter().map(|mistake| format!("{library}: `{example}`: {mistake}")));
        }
    }
    assert!(count > 15 && wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!mistakes("part example {\n  version {\n    let example = v.nothing\n  }\n}\n").is_empty());
}

/// Returns the errors of a definition file.
fn mistakes(text: &str) -> Vec<String> {
    let catalog = Catalog::with(&[("example", text)]);
    let (module, mut found) = catalog.library("example").expect("it is there");
    found.extend(typeck::file(&module, Lets::AreDefinitions, &catalog.sources()));
    let errors = found.into_vec().into_iter();
    errors.filter(|found| found.severity == Severity::Error).map(|found| found.message).collect()
}

fn page(catalog: &Catalog) -> String {
    let mut out = HEAD.to_owned();
    for library in catalog.libraries() {
        let described = describe_library(catalog, library).expect("its name is known");
        if described.declarations.is_empty() && described.parts.is_empty() {
            continue;
        }
        heading(&mut out, "##", library, &described.documentation);
        table(&mut out, &described.declarations);
        described.parts.iter().for_each(|described| part(&mut out, described));
    }
    out
}

fn heading(out: &mut String, level: &str, name: &str, doc: &str) {
    let _ = writeln!(out, "\n{level} `{name}`");
    let description = prose(doc);
    if !description.is_empty() {
        let _ = writeln!(out, "\n{description}");
    }
}

fn part(out: &mut String, part: &DescribedPart) {
    heading(out, "###", &part.name, &part.documentation);
    if !part.extends.is_empty() {
        let extends: Vec<String> = part.extends.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(out, "\nExtends {}.", extends.join(", "));
    }
    // The pages of environments list the fields.
    let members: Vec<Declaration> = part.members.iter().filter(|member| member.what != "field").cloned().collect();
    table(out, &members);
    let rules: Vec<String> = part.rules.iter().map(|rule| format!("[`{rule}`](../rules.md#{rule})")).collect();
    if !rules.is_empty() {
        let _ = writeln!(out, "\nRules: {}.", rules.join(", "));
    }
}

fn table(out: &mut String, rows: &[Declaration]) {
    if rows.is_empty() {
        return;
    }
    out.push_str("\n| name | declaration | description |\n|---|---|---|\n");
    for Declaration { name, what, code, documentation } in rows {
        let code = code.as_ref().map(|code| code.replace('|', "\\|"));
        let declaration = match code {
            Some(code) if what == "type" => format!("type `{code}`"),
            Some(code) => format!("{what}, by default `{code}`"),
            None => what.clone(),
        };
        let _ = writeln!(out, "| `{}` | {declaration} | {} |", name.replace('|', "\\|"), prose(documentation));
    }
}

/// Returns the first paragraph on one line.
fn prose(doc: &str) -> String {
    let doc = doc.split("\n\n").next().unwrap_or("");
    doc.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
