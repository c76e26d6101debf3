//! Declarations of definition files that nothing refers to.

use std::collections::HashSet;
use std::sync::Arc;

use crate::hir::{Definition, Names};
use crate::library::{Catalog, Item, Module};
use relc_syntax::ast::{self, Name, Statement};
use relc_syntax::diagnostic::{Diagnostic, Diagnostics, Severity};
use relc_syntax::source::{FileId, Span};

/// The rule that reports them.
pub const RULE: &str = "unused-declaration";

/// Lets of an environment that relc itself reads.
const READ_BY_RELC: [&str; 3] = ["guarantees", "registered", "traffic"];

/// What the user's definition files refer to.
struct Used {
    /// The names in declarations that something else refers to.
    declared: HashSet<Span>,
    /// Fields that are read of values of which it isn't known what they are.
    unknown: HashSet<Arc<str>>,
    /// Declarations that fill or replace another one, whose uses are theirs.
    further: HashSet<Span>,
}

/// Reports what `file` declares and no definition file of the user refers to.
pub(super) fn check(file: FileId, module: &Arc<Module>, catalog: &Catalog, out: &mut Diagnostics) {
    let used = Used::of(catalog);
    for item in module.items.values() {
        let (what, name, doc) = match item {
            Item::Let(item) => ("let", &item.name, &item.doc),
            Item::Type(item) => ("type", &item.name, &item.doc),
            Item::Fragment(item) => ("fragment", &item.name, &item.doc),
            Item::Part(item) => ("part", &item.name, &item.doc),
            Item::Param(_) | Item::Environment(_) => continue,
        };
        // What is documented is for other files.
        if doc.is_none() {
            used.report(what, name, out);
        }
    }
    let parts = catalog.tree(file).into_iter().flat_map(|tree| &tree.items);
    for item in parts {
        if let ast::Item::Part(part) | ast::Item::Environment(part) = item {
            used.members(&part.body, out);
        }
    }
}

impl Used {
    fn of(catalog: &Catalog) -> Used {
        let mut used = Used { declared: HashSet::new(), unknown: HashSet::new(), further: HashSet::new() };
        for file in catalog.users() {
            let (Some(tree), Some((module, _))) = (catalog.tree(file), catalog.module(file)) else { continue };
            let names = Names::of(tree, &module, &[]);
            let sources = catalog.sources();
            let text = sources.file(file).text();
            for reference in names.references() {
                match (&reference.definition, reference.definition.declared()) {
                    (Definition::Key(None) | Definition::Member | Definition::Function, _) => {
                        used.unknown.extend(text.get(reference.range.clone()).map(Arc::from));
                    }
                    (_, Some(declared)) if declared.file != file || declared.range() != reference.range => {
                        used.declared.insert(declared);
                        used.further.insert(Span::new(file, reference.range.start, reference.range.end));
                    }
                    _ => {}
                }
            }
        }
        used
    }

    /// Reports the fields, lets and fragments of a body. One that fills or replaces another has the uses of that one.
    fn members(&self, body: &ast::Body, out: &mut Diagnostics) {
        for statement in &body.statements {
            match statement {
                Statement::Settings(body, _) | Statement::Version(body, _) => self.members(body, out),
                Statement::Strategy(strategy) => self.members(&strategy.body, out),
                // Another field gets the value of one that moved.
                Statement::Field(field) if field.moved.is_none() => self.report("field", &field.name, out),
                Statement::Let(let_) if !let_.open => self.report("let", &let_.name, out),
                Statement::Fragment(fragment) if !fragment.open => self.report("fragment", &fragment.name, out),
                _ => {}
            }
        }
    }

    fn report(&self, what: &str, name: &Name, out: &mut Diagnostics) {
        let is_read = |known: &&str| what == "let" && **known == *name.text;
        if READ_BY_RELC.iter().any(is_read) {
            return;
        }
        let is_used = self.declared.contains(&name.span) || self.unknown.contains(&name.text);
        if name.text.is_empty() || is_used || self.further.contains(&name.span) {
            return;
        }
        let message = format!("the {what} `{}` is never used", name.text);
        let finding = Diagnostic::lint(RULE, Severity::Info, name.span, message);
        out.push(finding.help("remove it, or use it"));
    }
}
