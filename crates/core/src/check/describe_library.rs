//! Describes a library for authors of environments: its types, fragments and lets, and the members of its parts, with their
//! documentation.

use serde::Serialize;

use crate::library::Catalog;
use relc_syntax::ast::{self, Body, Fragment, Item, Let, Part, Statement, TypeDef};
use relc_syntax::source::{Sources, Span};

/// A library.
#[derive(Clone, Debug, Serialize)]
pub struct DescribedLibrary {
    /// Its name, as imports write it.
    pub name: String,
    /// Its documentation.
    pub documentation: String,
    /// Its types, fragments and documented lets.
    pub declarations: Vec<Declaration>,
    /// Its parts.
    pub parts: Vec<DescribedPart>,
    /// The environments that it declares.
    pub environments: Vec<String>,
}

/// A part of a library.
#[derive(Clone, Debug, Serialize)]
pub struct DescribedPart {
    /// The name, after that of the library.
    pub name: String,
    /// Its documentation.
    pub documentation: String,
    /// What it extends, as it is written.
    pub extends: Vec<String>,
    /// Its fields, abstract fields, documented lets, fragments and strategies.
    pub members: Vec<Declaration>,
    /// The names of its lint rules.
    pub rules: Vec<String>,
}

/// A declaration.
#[derive(Clone, Debug, Serialize)]
pub struct Declaration {
    /// The name, with its parameters and type: `v.port: int`, `watch(of)`.
    pub name: String,
    /// The kind of declaration, such as `fragment`.
    pub what: String,
    /// The code of a type, or the default of an abstract field.
    pub code: Option<String>,
    /// Its documentation.
    pub documentation: String,
}

/// Describes the library `name`.
pub fn describe_library(catalog: &Catalog, name: &str) -> Option<DescribedLibrary> {
    let (module, _) = catalog.library(name)?;
    let tree = catalog.tree(module.file)?;
    let sources = catalog.sources();
    let code = Code(&sources);
    let parts = tree.items.iter().filter_map(|item| match item {
        Item::Part(part) => Some(code.part(name, part)),
        _ => None,
    });
    let environments = tree.items.iter().filter_map(|item| match item {
        Item::Environment(environment) => Some(environment.name.text.to_string()),
        _ => None,
    });
    Some(DescribedLibrary {
        name: name.to_owned(),
        documentation: tree.doc.clone().unwrap_or_default(),
        declarations: tree.items.iter().filter_map(|item| code.declaration(item)).collect(),
        parts: parts.collect(),
        environments: environments.collect(),
    })
}

/// The sources of the library, for code that is quoted.
struct Code<'s>(&'s Sources);

impl Code<'_> {
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

    fn declaration(&self, item: &Item) -> Option<Declaration> {
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

    fn definition(&self, item: &TypeDef) -> Declaration {
        declaration(item.name.text.to_string(), "type", Some(self.of(item.ty.span)), item.doc.as_ref())
    }

    fn fragment(&self, prefix: &str, item: &Fragment) -> Declaration {
        let parameters = item.params.iter().map(|parameter| {
            let default =
                parameter.default.as_ref().map_or_else(String::new, |value| format!(" = {}", self.of(value.span)));
            format!("{}: {}{default}", parameter.name.text, self.of(parameter.ty.span))
        });
        let result = item.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", self.of(ty.span)));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let name = format!("{prefix}{}({parameters}){result}", item.name.text);
        declaration(name, if item.open { "abstract fragment" } else { "fragment" }, None, item.doc.as_ref())
    }

    fn value(&self, prefix: &str, item: &Let) -> Declaration {
        let ty = item.ty.as_ref().map_or_else(String::new, |ty| format!(": {}", self.of(ty.span)));
        let name = format!("{prefix}{}{ty}", item.name.text);
        let default = item.value.as_ref().filter(|_| item.open).map(|value| self.of(value.span));
        declaration(name, if item.open { "abstract field" } else { "let" }, default, item.doc.as_ref())
    }

    fn field(&self, prefix: &str, item: &ast::Field) -> Declaration {
        let name = format!("{prefix}{}: {}", item.name.text, self.of(item.ty.span));
        let default = item.default.as_ref().map(|value| self.of(value.span));
        declaration(name, "field", default, item.doc.as_ref())
    }

    fn part(&self, library: &str, part: &Part) -> DescribedPart {
        let mut members = Vec::new();
        self.members(&mut members, "", &part.body);
        let mut rules = Vec::new();
        part.lints(&mut |lint| rules.push(lint.name.text.to_string()));
        DescribedPart {
            name: format!("{library}.{}", part.name.text),
            documentation: part.doc.clone().unwrap_or_default(),
            extends: part.extends.iter().map(|name| name.text.to_string()).collect(),
            members,
            rules,
        }
    }

    fn members(&self, found: &mut Vec<Declaration>, prefix: &str, body: &Body) {
        for statement in &body.statements {
            match statement {
                Statement::Settings(body, _) => self.members(found, "settings.", body),
                Statement::Version(body, _) => self.members(found, "v.", body),
                Statement::Let(item) if item.open || item.doc.is_some() => found.push(self.value(prefix, item)),
                Statement::Fragment(item) => found.push(self.fragment(prefix, item)),
                Statement::Field(item) => found.push(self.field(prefix, item)),
                Statement::Strategy(item) => {
                    found.push(declaration(item.name.text.to_string(), "strategy", None, item.doc.as_ref()));
                }
                Statement::Let(_)
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

fn declaration(name: String, what: &str, code: Option<String>, doc: Option<&String>) -> Declaration {
    Declaration { name, what: what.to_owned(), code, documentation: doc.cloned().unwrap_or_default() }
}
