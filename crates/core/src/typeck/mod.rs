//! Definition files, checked as a whole and without a release: names, types, kinds' schemas, stages, circles, the union of
//! each part and environment, and where their fields stand.
//!
//! In: a linked [`Module`]. Out: what is wrong in its file. Each part is checked once, against the declared types of its
//! holes; each strategy with its own settings. The standard library is checked by the tests, so that a build only parses
//! it; what a user's file defines is checked when it is opened, where a file of releases costs a look at the names it declares.
//!
//! The files, in the order in which to read them: `known` and `fits` say what is known of a value and where it can stand;
//! `scope` which names are seen; `checker` what each declared name is; `infer` and `expect` type expressions without and
//! with a type expected; `literal` (and `made`), `access`, `calls`, `functions`, `condition` and `stage` are parts of that; `declare` goes through
//! declarations; `graph` finds circles; `place` looks at values.yaml; `messages` words what is said more than once; `objects`
//! tells the kinds that are made.

mod access;
mod assignable;
mod calls;
mod checker;
mod condition;
mod declare;
mod emitted;
mod expect;
mod functions;
mod graph;
mod infer;
mod inferred;
mod list_builder;
mod literal;
mod manifest_kind;
mod messages;
mod place;
mod scope;
mod stage;
mod written;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::hir::Site;
use crate::library::{Environment, Item, Layer, Module, Plan, StrategyDef, flatten};
use checker::Checker;
use declare::{Kind, Own};
use graph::Node;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Sources, Span};

pub use declare::LOSSY;
pub use manifest_kind::{ManifestKind, objects};

/// The role of a file's lets and parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lets {
    /// Definitions, as everything else in it.
    AreDefinitions,
    /// Values of releases, which are evaluated with them: a word in them may be a member of what is expected there.
    AreValues,
}

/// Returns the diagnostics of the definitions in `module`'s file, in the order of their spans. Those of the parser and the
/// linker are not repeated.
pub fn file(module: &Arc<Module>, lets: Lets, sources: &Sources) -> Diagnostics {
    let is_value = |item: &Item| matches!(item, Item::Let(_) | Item::Param(_)) && lets == Lets::AreValues;
    if module.items.values().all(is_value) {
        return Diagnostics::default();
    }
    with_room(|| whole_file(module, lets, sources))
}

/// Expressions nest, and what they refer to nests behind them: more than the stack of a thread that happens to be here
/// may hold.
fn with_room<T: Send>(work: impl Fn() -> T + Sync) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        match builder.spawn_scoped(scope, &work) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(_) => work(),
        }
    })
}

/// Room for as many levels as [`checker`] goes down, with the frames of a build without optimizations.
const STACK: usize = 32 << 20;

fn whole_file(module: &Arc<Module>, lets: Lets, sources: &Sources) -> Diagnostics {
    let mut found = items(module, lets, sources);
    let mut too_high: FxHashSet<&str> = FxHashSet::default();
    for item in module.items.values() {
        let (Item::Part(part) | Item::Environment(part)) = item else { continue };
        let (own, environment) = self::part(module, part, sources);
        if own.iter().any(|found| found.code == Code::NestingTooDeep) {
            too_high.insert(&part.name.text);
        }
        found.extend(own);
        if let (Item::Environment(_), Some(environment)) = (item, environment) {
            whole(&environment, &part.name, &mut found);
        }
    }
    // A part that extends one with too many parts has too many only because of that.
    let follows =
        |found: &Diagnostic| found.code == Code::NestingTooDeep && too_high.contains(sources.text(found.span));
    let found = found.into_vec().into_iter().filter(|found| !follows(found)).collect();
    in_order(found, module.file)
}

/// Each finding of the file once.
fn in_order(found: Diagnostics, file: FileId) -> Diagnostics {
    let mut list: Vec<Diagnostic> = found.into_vec();
    list.retain(|diagnostic| diagnostic.span.file == file);
    list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    let mut out = Diagnostics::default();
    for diagnostic in list {
        out.push(diagnostic);
    }
    out
}

/// Checks the declarations of the file outside of parts.
fn items(module: &Arc<Module>, lets: Lets, sources: &Sources) -> Diagnostics {
    let mut checker = Checker::new(sources, module.file, None);
    for item in module.items.values() {
        checker.item(item, module, lets);
    }
    checker.cycles(|node| match node {
        Node::File(file, _, name) if *file == module.file.0 => module.items.get(name).map(|item| item.name().span),
        Node::File(..) | Node::Settings(_) | Node::Version(_) | Node::Tracked | Node::Objects | Node::Body(_) => None,
    });
    checker.finish()
}

/// A part or environment: its union, and what it says itself, under no strategy and under each of its own. Without a union
/// nothing more can be said of it.
fn part(module: &Arc<Module>, part: &Arc<ast::Part>, sources: &Sources) -> (Diagnostics, Option<Arc<Environment>>) {
    let (environment, mut found) = flatten(module, part);
    let environment = Arc::new(environment);
    let label = Arc::clone(&environment.declaration.part);
    let kind = match module.items.get(&part.name.text) {
        Some(Item::Environment(_)) => Kind::Environment,
        _ => Kind::Part,
    };
    let own = Own { module, part: &label, kind };
    // What an unknown part would have brought is not missed again.
    let unknown = |found: &Diagnostic| {
        [Code::UnknownName, Code::Cycle, Code::NestingTooDeep].into_iter().any(|code| found.code == code)
    };
    if found.iter().any(unknown) || part.extends.iter().any(|name| module.lacks(&name.text)) {
        return (found, None);
    }
    let base = Plan::new(Arc::clone(&environment), None);
    found.extend(under(&base, &environment.base, own, sources));
    found.extend(watches(&environment, own, sources));
    for strategy in environment.strategies.iter().filter(|strategy| own.is(&strategy.definition)) {
        let clashes = clashes(&environment, strategy);
        if !clashes.is_empty() {
            // What a name means is not known then.
            found.extend(clashes);
            continue;
        }
        let plan = Plan::new(Arc::clone(&environment), Some(strategy.name()));
        found.extend(under(&plan, &strategy.layer, own, sources));
    }
    (found, Some(environment))
}

/// Checks the declarations in `layer` within `plan`.
fn under(plan: &Plan, layer: &Layer, own: Own<'_>, sources: &Sources) -> Diagnostics {
    let strategies: Vec<String> = plan.environment.strategy_names().map(str::to_owned).collect();
    let mut checker = Checker::new(sources, own.module.file, Some(plan));
    // The environments that extend a part have strategies of their own.
    checker.strategies = Some(&strategies[..]).filter(|_| own.kind == Kind::Environment);
    checker.members(&layer.settings, Site::Settings, own);
    checker.members(&layer.version, Site::Version, own);
    checker.members(&layer.body, Site::Body, own);
    checker.cover();
    checker.namespaces(own);
    checker.images(own);
    checker.cycles(|node| own_place(plan, node, own));
    for (members, node) in [
        (&plan.settings, Node::Settings as fn(Arc<str>) -> Node),
        (&plan.version, Node::Version),
        (&plan.body, Node::Body),
    ] {
        checker.fills_nothing(members, own, node);
    }
    checker.finish()
}

/// Returns the span at which the current part declares or fills `node`.
fn own_place(plan: &Plan, node: &Node, own: Own<'_>) -> Option<Span> {
    let (members, name) = match node {
        Node::Settings(name) => (&plan.settings, name),
        Node::Version(name) => (&plan.version, name),
        Node::Body(name) => (&plan.body, name),
        Node::Tracked => {
            let emits = plan.version.emits.iter();
            let own_emit = { emits }.find(|emit| own.is(&emit.definition)).map(|emit| emit.definition.item.span);
            let mut mutations = plan.version.mutations.iter().chain(&plan.body.mutations);
            let own_mutation = || mutations.find(|mutation| own.is(mutation)).map(|mutation| mutation.item.span);
            return own_emit.or_else(own_mutation);
        }
        Node::Objects => {
            let mut mutations = plan.body.mutations.iter();
            let emits = plan.body.emits.iter();
            let own_mutation = mutations.find(|mutation| own.is(mutation)).map(|mutation| mutation.item.span);
            return { emits }
                .find(|emit| own.is(&emit.definition))
                .map(|emit| emit.definition.item.span)
                .or(own_mutation);
        }
        Node::File(..) => return None,
    };
    let field = members.fields.iter().find(|field| field.item.name.text == *name && own.is(field));
    let let_ = members.lets.iter().find(|let_| let_.name() == name).and_then(|let_| {
        let fill = let_.fill.as_ref().filter(|fill| own.is(fill));
        fill.or_else(|| Some(&let_.declaration).filter(|declaration| own.is(declaration)))
    });
    let fragment = members.fragments.iter().find(|fragment| fragment.declaration.item.name.text == *name);
    let fragment = fragment.map(|fragment| fragment.effective()).filter(|effective| own.is(effective));
    field
        .map(|field| field.item.name.span)
        .or_else(|| let_.map(|let_| let_.item.name.span))
        .or_else(|| fragment.map(|fragment| fragment.item.name.span))
}

/// Names that a strategy declares although they are declared around it.
fn clashes(environment: &Environment, strategy: &StrategyDef) -> Diagnostics {
    let mut out = Diagnostics::default();
    let layers = [
        (&environment.base.settings, &strategy.layer.settings),
        (&environment.base.version, &strategy.layer.version),
        (&environment.base.body, &strategy.layer.body),
    ];
    for (base, own) in layers {
        let fields = own.fields.iter().map(|field| &field.item.name);
        let lets = own.lets.iter().map(|let_| &let_.declaration.item.name);
        let fragments = own.fragments.iter().map(|fragment| &fragment.declaration.item.name);
        for name in fields.chain(lets).chain(fragments) {
            let Some((first, what, part)) = base.declared(&name.text) else { continue };
            let message = format!("the strategy `{}` declares `{}` again", strategy.name(), name.text);
            let error = Diagnostic::error(Code::DuplicateName, name.span, message);
            let help = crate::library::by_strategy(what, strategy.name());
            out.push(error.related(first, format!("a {what} of `{part}`")).help(help));
        }
    }
    out
}

/// Checks that each watched kind is a kind, and is watched once.
fn watches(environment: &Environment, own: Own<'_>, sources: &Sources) -> Diagnostics {
    let mut checker = Checker::new(sources, own.module.file, None);
    for (at, watch) in environment.watches.iter().enumerate().filter(|(_, watch)| own.is(watch)) {
        let ty = checker.ty(&watch.item.ty, &watch.module).ty;
        let crate::types::Type::Schema(kind) = &ty else {
            if !matches!(ty, crate::types::Type::Error) {
                let message = format!("`watch` takes a kind, and this is {ty}");
                checker.report(Diagnostic::error(Code::WrongType, watch.item.ty.span, message));
            }
            continue;
        };
        if !kind.is_root() {
            let message = format!("`watch` takes a kind, and this is {ty}");
            checker.report(Diagnostic::error(Code::WrongType, watch.item.ty.span, message));
            continue;
        }
        let mut ignored = Diagnostics::default();
        let same = environment.watches[..at].iter().find(|known| {
            let ty = crate::types::written::resolve(&known.item.ty, &known.module, &mut ignored).ty;
            matches!(ty, crate::types::Type::Schema(other) if other == *kind)
        });
        if let Some(known) = same {
            let message = format!("a {} is already watched, as `{}`", kind.schema().kind, known.item.short.text);
            let error = Diagnostic::error(Code::DuplicateName, watch.item.short.span, message);
            checker.report(error.related(known.item.short.span, "watched here"));
        }
    }
    checker.finish()
}

/// Checks the rules for environments only: no abstract field is left open, and the paths of fields are valid, under every
/// strategy.
fn whole(environment: &Arc<Environment>, name: &ast::Name, out: &mut Diagnostics) {
    unfilled(environment, name, out);
    let base = Plan::new(Arc::clone(environment), None);
    let mut found = Diagnostics::default();
    place::check(&base, name.span, &mut found);
    for strategy in environment.strategy_names() {
        place::check(&Plan::new(Arc::clone(environment), Some(strategy)), name.span, &mut found);
    }
    out.extend(found);
}

fn unfilled(environment: &Environment, name: &ast::Name, out: &mut Diagnostics) {
    let base = &environment.base;
    let of = |members: &crate::library::Members, whose: &str| -> Vec<(String, Span, Arc<str>)> {
        let lets = members.lets.iter().filter(|let_| let_.value().is_none() && let_.declaration.item.open);
        let lets = lets.map(|let_| (let_.name(), &let_.declaration.part, let_.declaration.item.name.span));
        let fragments = members.fragments.iter().filter(|fragment| fragment.effective().item.body.is_none());
        let fragments = fragments.map(|fragment| &fragment.declaration);
        let fragments = fragments.map(|hole| (&hole.item.name.text, &hole.part, hole.item.name.span));
        lets.chain(fragments).map(|(hole, part, span)| (format!("`{hole}`{whose}"), span, Arc::clone(part))).collect()
    };
    let holes =
        [of(&base.version, " for each version"), of(&base.settings, " in the settings"), of(&base.body, "")].concat();
    let Some((_, _, part)) = holes.first() else { return };
    let names: Vec<&str> = holes.iter().map(|(hole, ..)| hole.as_str()).collect();
    let declared = if holes.len() == 1 { format!(" (declared in `{part}`)") } else { String::new() };
    let message = format!("`{}` doesn't define {}{declared}", name.text, names.join(", "));
    let mut error = Diagnostic::error(Code::UndefinedAbstractField, name.span, message);
    for (_, span, part) in &holes {
        error = error.related(*span, format!("declared in `{part}`"));
    }
    out.push(error.help("define it: add a `let` or `fragment` with this name and type"));
}
