//! Every rule that there is: those that hold for all environments, and those that environments declare.

use std::borrow::Cow;

use super::{Check, Document, Fixes, RULES};
use crate::diagnostic::{Code, Severity};
use crate::env::{Catalog, Item};
use crate::syntax::ast;

/// A rule, as people are told of it.
#[derive(Clone, Debug)]
pub struct KnownRule {
    /// Its name.
    pub name: String,
    /// Its level where no configuration says otherwise.
    pub level: Severity,
    /// What its findings offer.
    pub fixes: Fixes,
    /// Who speaks.
    pub origin: Origin,
    /// Its documentation.
    pub document: Document<'static>,
}

/// Who finds what a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The compiler, under these codes.
    Compiler(&'static [Code]),
    /// Every environment's linter.
    Linter,
    /// What extends this part or environment.
    Environment(String),
}

/// Every rule, sorted by name. Reads every file of `catalog`.
pub fn known(catalog: &Catalog) -> Vec<KnownRule> {
    let mut rules: Vec<KnownRule> = RULES
        .iter()
        .map(|rule| KnownRule {
            name: rule.name.to_owned(),
            level: rule.level,
            fixes: rule.fixes,
            origin: match rule.check {
                Check::Compiler(codes) | Check::Both(codes, _) => Origin::Compiler(codes),
                Check::Release(_) | Check::Values(_) | Check::Elsewhere => Origin::Linter,
            },
            document: rule.document(),
        })
        .collect();
    for library in catalog.libraries() {
        let Some((module, _)) = catalog.library(library) else { continue };
        for item in module.items.values() {
            let part = match item {
                Item::Part(part) => (format!("{library}.{}", part.name.text), part),
                Item::Environment(part) => (part.name.text.to_string(), part),
                Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Fragment(_) => continue,
            };
            part.1.lints(&mut |lint| rules.push(declared(&part.0, lint)));
        }
    }
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    rules
}

fn declared(part: &str, lint: &ast::Lint) -> KnownRule {
    let fixes = match &lint.fix {
        None => Fixes::Never,
        Some(fix) if fix.unsafe_ => Fixes::Unsafe,
        Some(_) => Fixes::Safe,
    };
    KnownRule {
        name: lint.name.text.to_string(),
        level: lint.level,
        fixes,
        origin: Origin::Environment(part.to_owned()),
        document: Document::new(Cow::Owned(lint.doc.clone().unwrap_or_default())),
    }
}
