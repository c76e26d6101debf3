//! docs/reference/library.md is generated from the declarations of the standard library and their documentation.

use std::fmt::Write as _;

use relc_core::library::Catalog;
use relc_syntax::ast::{Body, Fragment, Item, Let, Name, Part, Statement, TypeDef};
use relc_syntax::source::{Sources, Span};

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

fn page(catalog: &Catalog) -> String {
    let sources = catalog.sources();
    let mut out = HEAD.to_owned();
    for library in catalog.libraries() {
        let (module, _) = catalog.library(library).expect("its name is known");
        let tree = catalog.tree(module.file).expect("a library has a tree");
        let declares = |item: &Item| !matches!(item, Item::Import(_) | Item::Environment(_));
        if !tree.items.iter().any(declares) {
            continue;
        }
        heading(&mut out, "##", library, tree.doc.as_ref());
        let text = Text(&sources);
        table(&mut out, &tree.items.iter().filter_map(|item| text.declaration(item)).collect::<Vec<_>>());
        for item in &tree.items {
            if let Item::Part(part) = item {
                text.part(&mut out, library, part);
            }
        }
    }
    out
}

fn heading(out: &mut String, level: &str, name: &str, doc: Option<&String>) {
    let _ = writeln!(out, "\n{level} `{name}`");
    let description = prose(doc);
    if !description.is_empty() {
        let _ = writeln!(out, "\n{description}");
    }
}

/// A row: the declaration, its kind, and its documentation.
type Row = (String, String, String);

fn table(out: &mut String, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    out.push_str("\n| name | declaration | description |\n|---|---|---|\n");
    for (name, declaration, description) in rows {
        let _ = writeln!(out, "| `{}` | {declaration} | {description} |", name.replace('|', "\\|"));
    }
}

fn prose(doc: Option<&String>) -> String {
    let doc = doc.map_or("", |doc| doc.split("\n\n").next().unwrap_or(""));
    doc.lines().map(str::trim).collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// The sources of the library, for code that is quoted.
struct Text<'s>(&'s Sources);

impl Text<'_> {
    /// Returns the code at `span`, on one line.
    fn of(&self, span: Span) -> String {
        let text = &self.0.file(span.file).text()[span.range()];
        text.lines().map(str::trim).fold(String::new(), |code, line| {
            let open = code.is_empty() || code.ends_with(['{', '[', '(', ',']);
            // A newline separates fields, like a comma.
            let between = match (code.is_empty(), open || line.starts_with(['}', ']', ')'])) {
                (true, _) => "",
                (false, true) => " ",
                (false, false) => ", ",
            };
            code + between + line
        })
    }

    fn declaration(&self, item: &Item) -> Option<Row> {
        match item {
            Item::Type(item) => Some(self.definition(item)),
            Item::Fragment(item) => Some(self.fragment("", item)),
            Item::Let(item) => item.doc.is_some().then(|| self.value("", item)),
            Item::Import(_)
            | Item::Release(_)
            | Item::Param(_)
            | Item::Part(_)
            | Item::Environment(_)
            | Item::Apply(_) => None,
        }
    }

    fn definition(&self, item: &TypeDef) -> Row {
        let declaration = format!("type `{}`", self.of(item.ty.span).replace('|', "\\|"));
        (item.name.text.to_string(), declaration, prose(item.doc.as_ref()))
    }

    fn fragment(&self, prefix: &str, item: &Fragment) -> Row {
        let parameters = item.params.iter().map(|parameter| {
            let default =
                parameter.default.as_ref().map_or_else(String::new, |value| format!(" = {}", self.of(value.span)));
            format!("{}: {}{default}", parameter.name.text, self.of(parameter.ty.span))
        });
        let result = item.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", self.of(ty.span)));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let name = format!("{prefix}{}({parameters}){result}", item.name.text);
        let declaration = if item.open { "abstract fragment" } else { "fragment" };
        (name, declaration.to_owned(), prose(item.doc.as_ref()))
    }

    fn value(&self, prefix: &str, item: &Let) -> Row {
        let ty = item.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", self.of(ty.span)));
        let default = item.value.as_ref().filter(|_| item.open);
        let default = default.map_or_else(String::new, |value| format!(", by default `{}`", self.of(value.span)));
        let declaration = if item.open { format!("abstract field{default}") } else { "let".to_owned() };
        (format!("{prefix}{}{ty}", item.name.text), declaration, prose(item.doc.as_ref()))
    }

    fn part(&self, out: &mut String, library: &str, part: &Part) {
        heading(out, "###", &format!("{library}.{}", part.name.text), part.doc.as_ref());
        if !part.extends.is_empty() {
            let _ = writeln!(out, "\nExtends {}.", list(&part.extends));
        }
        let mut rows = Vec::new();
        self.members(&mut rows, "", &part.body);
        table(out, &rows);
        let mut rules = Vec::new();
        part.lints(&mut |lint| rules.push(format!("[`{0}`](../rules.md#{0})", lint.name.text)));
        if !rules.is_empty() {
            let _ = writeln!(out, "\nRules: {}.", rules.join(", "));
        }
    }

    /// Adds the abstract fields, fragments and strategies in `body`, and its documented lets.
    fn members(&self, rows: &mut Vec<Row>, prefix: &str, body: &Body) {
        for statement in &body.statements {
            match statement {
                Statement::Settings(body, _) => self.members(rows, "settings.", body),
                Statement::Version(body, _) => self.members(rows, "v.", body),
                Statement::Let(item) if item.open || item.doc.is_some() => rows.push(self.value(prefix, item)),
                Statement::Fragment(item) => rows.push(self.fragment(prefix, item)),
                Statement::Strategy(item) => {
                    rows.push((item.name.text.to_string(), "strategy".to_owned(), prose(item.doc.as_ref())));
                }
                Statement::Let(_)
                | Statement::Field(_)
                | Statement::Emit(_)
                | Statement::Track(_)
                | Statement::Require(_)
                | Statement::Lint(_)
                | Statement::Watch(_)
                | Statement::Mutate(_)
                | Statement::Replace(..) => {}
            }
        }
    }
}

fn list(names: &[Name]) -> String {
    names.iter().map(|name| format!("`{}`", name.text)).collect::<Vec<_>>().join(", ")
}
