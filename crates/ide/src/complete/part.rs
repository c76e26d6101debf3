//! Completion in a part or an environment.

use std::ops::Range;

use super::{Candidate, CandidateKind, NOBODYS, Shape, plain, shaped};
use crate::FileContext;
use crate::context::touches;
use crate::names::part_at;
use relc_core::eval::{FUNCTIONS, Function};
use relc_core::hir::{Builtin, ReleaseField, Resolution, Scope, Site, Sort, VersionField};
use relc_core::library::{Item, Members, Module, Plan};
use relc_syntax::ast::{self, Body, Statement};
use relc_syntax::keywords::STATEMENTS;
use relc_syntax::visit::{Visitor, walk_statement};

/// Returns the candidates in a part: statements, or what can be in an expression. `is_value` and `is_statement` tell which of them can be
/// there.
pub(super) fn in_part(
    page: &FileContext<'_>,
    before: &str,
    range: &Range<usize>,
    is_value: &dyn Fn() -> bool,
    is_statement: &dyn Fn() -> bool,
) -> Option<Vec<Candidate>> {
    let plan = part_at(page, range.start)?;
    let block = Block::at(page, range.start);
    let line = before.rsplit('\n').next().unwrap_or("").trim_end_matches([' ', '\t']);
    let begins = line.trim().is_empty() || line.ends_with('{');
    Some(match () {
        // A list or an object continues on the next line.
        () if begins && is_statement() => statements(block, range),
        () if is_value() => expressions(page, &plan, range),
        () => Vec::new(),
    })
}

/// Returns true if the parser read the word of nobody as the name of a let in a part.
pub(super) fn is_statement(file: &ast::File) -> bool {
    struct Finder(bool);
    impl<'a> Visitor<'a> for Finder {
        fn statement(&mut self, statement: &'a Statement) {
            self.0 |= matches!(statement, Statement::Let(found) if *found.name.text == *NOBODYS);
            walk_statement(self, statement);
        }
    }
    let mut finder = Finder(false);
    file.items.iter().for_each(|item| finder.item(item));
    finder.0
}

/// Returns what can be in an expression of a part.
fn expressions(page: &FileContext<'_>, plan: &Plan, range: &Range<usize>) -> Vec<Candidate> {
    if let Some((owner, _)) = page.text[range.clone()].rsplit_once('.') {
        return inside(page, plan, owner, range);
    }
    let module = &plan.environment.declaration.module;
    let imports = module.imports.keys().map(|name| {
        let shape = Shape::default().text(&format!("{name}.")).hole([]);
        shaped(name, CandidateKind::Module, "library", name, shape, range)
    });
    let said = |kind| move |(name, what): (&str, &str)| plain(name, kind, what, name.to_owned(), range);
    let locals = page.names().locals_at(range.start).map(|local| (&*local.name.text, "a name of this declaration"));
    let in_version = Block::at(page, range.start).in_version;
    let variables = Builtin::ALL.iter().filter(|builtin| match builtin {
        Builtin::Version => in_version,
        Builtin::Versions | Builtin::Others => !in_version,
        Builtin::Primary | Builtin::Release | Builtin::Settings => true,
    });
    let variables = variables.map(|builtin| (builtin.word(), builtin.doc()));
    let values = locals.chain(variables).map(said(CandidateKind::Value));
    let is_value = |found: &Candidate| matches!(found.kind, CandidateKind::Value | CandidateKind::Function);
    let items = of_items(module, "", range).into_iter().filter(is_value);
    let function = |function: &Function| Candidate {
        documentation: Some(function.doc.to_owned()),
        ..plain(function.name, CandidateKind::Function, &function.shown(), function.name.to_owned(), range)
    };
    let members = of_members(&plan.body, "", range).into_iter();
    values.chain(members).chain(items).chain(imports).chain(FUNCTIONS.iter().map(function)).collect()
}

/// The block that a position is in.
#[derive(Clone, Copy, Default)]
struct Block {
    in_settings: bool,
    in_version: bool,
    in_strategy: bool,
    in_emit: bool,
}

impl Block {
    fn at(page: &FileContext<'_>, offset: usize) -> Block {
        let mut block = Block::default();
        for item in &page.ast().items {
            if let ast::Item::Part(part) | ast::Item::Environment(part) = item {
                block.enter(&part.body, offset);
            }
        }
        block
    }

    fn enter(&mut self, body: &Body, offset: usize) {
        for statement in &body.statements {
            match statement {
                Statement::Settings(_, span) => self.in_settings |= touches(*span, offset),
                Statement::Version(body, span) if touches(*span, offset) => {
                    self.in_version = true;
                    self.enter(body, offset);
                }
                Statement::Emit(emit) => self.in_emit |= touches(emit.span, offset),
                Statement::Strategy(strategy) if touches(strategy.span, offset) => {
                    self.in_strategy = true;
                    self.enter(&strategy.body, offset);
                }
                _ => {}
            }
        }
    }
}

/// Returns the statements, each as it begins. Those that can't be at the position are syntax errors, and not offered.
fn statements(block: Block, range: &Range<usize>) -> Vec<Candidate> {
    let statement = |word: &&'static str| {
        let begin = Shape::default().text(&format!("{word} "));
        let shape = match *word {
            "settings" | "version" => begin.text("{\n  ").hole([]).text("\n}"),
            "strategy" => begin.hole(["new-name"]).text(" {\n  ").hole([]).text("\n}"),
            "let" => begin.hole(["new-name"]).text(" = ").hole(["\"\""]),
            "open" => begin.text("let ").hole(["new-name"]).text(": ").hole(["string"]),
            "fragment" => begin.hole(["new-name"]).text("() = ").hole(["\"\""]),
            "require" => begin.hole([]).text(" \"").hole(["message"]).text("\""),
            "lint" => begin
                .hole(["new-name"])
                .text(" ")
                .hole(["warn", "error", "info"])
                .text(" {\n  when ")
                .hole([])
                .text("\n  \"")
                .hole(["message"])
                .text("\"\n}"),
            "headline" | "shared" => begin.hole(["new-name"]).text(": ").hole(["string"]),
            "deprecated" => {
                begin.text("\"").hole(["reason"]).text("\" ").hole(["new-name"]).text(": ").hole(["string"])
            }
            "mutate" => begin.hole(["object"]).text(": ").hole([]).text(" = ").hole(["object"]),
            "watch" => begin.hole(["new-name"]).text(" ").hole([]).text(" \"").hole(["plural"]).text("\""),
            "replace" => begin.text("let ").hole([]).text(" = ").hole(["\"\""]),
            _ => begin.hole([]),
        };
        shaped(word, CandidateKind::Word, "begins a statement", word, shape, range)
    };
    let is_possible = |word: &&&'static str| match **word {
        "watch" | "strategy" => !block.in_strategy,
        "headline" | "shared" => !block.in_settings,
        _ => true,
    };
    STATEMENTS.iter().filter(is_possible).map(statement).collect()
}

/// The names that can follow `owner.`.
fn inside(page: &FileContext<'_>, plan: &Plan, owner: &str, range: &Range<usize>) -> Vec<Candidate> {
    let before = format!("{owner}.");
    let block = Block::at(page, range.start);
    // What is emitted can't depend on all that is.
    let of_version = || {
        let is_known = |field: &&VersionField| {
            !(block.in_version && block.in_emit && matches!(field, VersionField::Objects | VersionField::Tracked))
        };
        let every = VersionField::ALL.iter().filter(is_known).map(|field| (field.word(), field.doc()));
        of_members(&plan.version, &before, range).into_iter().chain(fields(every, &before, range)).collect()
    };
    let local = page.names().locals_at(range.start).rfind(|local| *local.name.text == *owner).map(|local| local.sort);
    let scope = Scope::new(&plan.environment.declaration.module, Some(plan), Site::Version);
    match scope.resolve(owner, local) {
        Some(Resolution::Local(Sort::Version) | Resolution::Builtin(Builtin::Version | Builtin::Primary)) => {
            of_version()
        }
        Some(Resolution::Builtin(Builtin::Settings)) => of_members(&plan.settings, &before, range),
        Some(Resolution::Builtin(Builtin::Release)) => {
            let every = ReleaseField::ALL.iter();
            let every = every.filter(|field| !(block.in_emit && matches!(field, ReleaseField::Objects)));
            fields(every.map(|field| (field.word(), field.doc())), &before, range).collect()
        }
        Some(Resolution::Library(library)) => of_module(library, owner, range),
        Some(
            Resolution::Local(Sort::Versions | Sort::Other)
            | Resolution::Builtin(Builtin::Versions | Builtin::Others)
            | Resolution::Member(_)
            | Resolution::Item(_)
            | Resolution::Replaced(_)
            | Resolution::Unread,
        )
        | None => Vec::new(),
    }
}

/// Fields of the language, each with its documentation.
fn fields<'f>(
    fields: impl Iterator<Item = (&'f str, &'f str)>,
    before: &str,
    range: &Range<usize>,
) -> impl Iterator<Item = Candidate> {
    fields.map(move |(name, what)| {
        let name = format!("{before}{name}");
        plain(&name, CandidateKind::Field, what, name.clone(), range)
    })
}

fn of_members(members: &Members, before: &str, range: &Range<usize>) -> Vec<Candidate> {
    let candidate = |name: &str, kind, what: &str, doc: &Option<String>| Candidate {
        documentation: doc.clone(),
        ..plain(&format!("{before}{name}"), kind, what, format!("{before}{name}"), range)
    };
    let fields = members.fields.iter().map(|field| {
        candidate(&field.item.name.text, CandidateKind::Field, &format!("field of {}", field.part), &field.item.doc)
    });
    let lets = members.lets.iter().map(|known| {
        let item = &known.declaration;
        candidate(&item.item.name.text, CandidateKind::Value, &format!("let of {}", item.part), &item.item.doc)
    });
    let fragments = members.fragments.iter().map(|known| {
        let item = &known.declaration;
        candidate(&item.item.name.text, CandidateKind::Function, &format!("fragment of {}", item.part), &item.item.doc)
    });
    fields.chain(lets).chain(fragments).collect()
}

/// Returns the declarations of a library, by their qualified names.
pub(super) fn of_module(module: &Module, name: &str, range: &Range<usize>) -> Vec<Candidate> {
    of_items(module, &format!("{name}."), range)
}

pub(super) fn of_items(module: &Module, before: &str, range: &Range<usize>) -> Vec<Candidate> {
    let candidate = |item: &Item| {
        let (kind, what, doc) = match item {
            Item::Let(item) => (CandidateKind::Value, "let", &item.doc),
            Item::Param(item) => (CandidateKind::Value, "param", &item.doc),
            Item::Type(item) => (CandidateKind::Type, "type", &item.doc),
            Item::Fragment(item) => (CandidateKind::Function, "fragment", &item.doc),
            Item::Part(item) => (CandidateKind::Module, "part", &item.doc),
            Item::Environment(item) => (CandidateKind::Environment, "environment", &item.doc),
        };
        let name = format!("{before}{}", item.name().text);
        let detail = format!("{what} of {}", module.name);
        Candidate { documentation: doc.clone(), ..plain(&name, kind, &detail, name.clone(), range) }
    };
    module.items.values().map(candidate).collect()
}
