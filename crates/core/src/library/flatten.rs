//! Flattens a part or environment with everything that it extends: abstract fields are filled, and replacements
//! applied.

mod replace;

pub use replace::by_strategy;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::model::{Clash, Definition, EmitDef, Environment, FragmentDef, Layer, LetDef, Members, StrategyDef};
use super::{Catalog, Item, Module};
use relc_syntax::ast::{self, Name, Statement, WeightMode};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics, nearest, quoted};
use relc_syntax::source::Span;

/// Flattens the part or environment `part` of `module`. Mistakes in its own declarations are reported; those in what it
/// extends are reported when that is flattened itself.
pub fn flatten(module: &Arc<Module>, part: &Arc<ast::Part>) -> (Environment, Diagnostics) {
    flatten_with(module, part, &[])
}

/// Flattens an environment together with the parts that the statements `applied` apply to it, each in its module.
pub fn flatten_with(
    module: &Arc<Module>,
    part: &Arc<ast::Part>,
    applied: &[(Arc<Module>, Arc<ast::Apply>)],
) -> (Environment, Diagnostics) {
    let mut order = Order::default();
    order.visit(module, part);
    let mut reached = vec![order.parts.len()];
    for (module, apply) in applied {
        order.extended(module, None, &apply.part);
        reached.push(order.parts.len());
    }
    let declaration = definition(module, part, &label(module, part));
    let environment = Environment {
        declaration,
        base: Layer::default(),
        strategies: Vec::new(),
        watches: Vec::new(),
        applied: applied.to_vec(),
        clashes: Vec::new(),
    };
    let mut union = Union { environment, out: Mistakes::default() };
    for (module, part) in &order.parts[..reached[0]] {
        union.add_part(module, part);
    }
    for ((_, apply), added) in applied.iter().zip(reached.windows(2)) {
        union.apply(apply, &order.parts[added[0]..added[1]]);
    }
    for ((_, apply), added) in applied.iter().zip(reached.windows(2)) {
        union.holes_of(&apply.part, &order.parts[added[0]..added[1]]);
    }
    let mut out = order.out;
    // What a part that isn't found declares is not missing.
    let is_kept = |found: &Diagnostic| found.code != Code::InvalidDeclaration;
    let all_found = out.is_empty();
    union
        .out
        .found
        .into_vec()
        .into_iter()
        .filter(|found| all_found || is_kept(found))
        .for_each(|found| out.push(found));
    (union.environment, out)
}

/// Returns the displayed name of a part, `istio.routed`, or of an environment.
fn label(module: &Module, part: &ast::Part) -> Arc<str> {
    match module.items.get(&part.name.text) {
        Some(Item::Part(_)) => format!("{}.{}", module.name, part.name.text).into(),
        _ => Arc::clone(&part.name.text),
    }
}

fn definition<T>(module: &Arc<Module>, item: &Arc<T>, part: &Arc<str>) -> Definition<T> {
    Definition { item: Arc::clone(item), module: Arc::clone(module), part: Arc::clone(part), replaced: None }
}

/// Largest number of parts, each of which extends the next.
const MAX_HEIGHT: usize = 128;

/// Orders parts: what is extended comes first, each part once.
#[derive(Default)]
struct Order {
    parts: Vec<(Arc<Module>, Arc<ast::Part>)>,
    /// The parts that are done or in progress, by their addresses.
    reached: FxHashSet<*const ast::Part>,
    /// The parts in progress, each with the span of the name by which it is extended.
    open: Vec<(Arc<ast::Part>, Span)>,
    out: Diagnostics,
}

impl Order {
    fn visit(&mut self, module: &Arc<Module>, part: &Arc<ast::Part>) {
        if self.open.len() > MAX_HEIGHT {
            return self.too_high();
        }
        if !self.reached.insert(Arc::as_ptr(part)) {
            return;
        }
        for name in &part.extends {
            self.open.push((Arc::clone(part), name.span));
            self.extended(module, Some(part), name);
            self.open.pop();
        }
        self.parts.push((Arc::clone(module), Arc::clone(part)));
    }
}

impl Order {
    /// Adds the part or environment that `name` refers to.
    fn extended(&mut self, module: &Arc<Module>, by: Option<&ast::Part>, name: &Name) {
        match find_part(module, by, name) {
            Ok((_, extended)) if self.reached.contains(&Arc::as_ptr(&extended)) => self.circle(&extended),
            Ok((module, extended)) => self.visit(&module, &extended),
            // The failed import was reported.
            Err(_) if module.lacks(&name.text) => {}
            Err(error) => self.out.push(*error),
        }
    }

    /// Reports that the first part extends too many, one after another.
    fn too_high(&mut self) {
        let Some((part, span)) = self.open.first() else { return };
        let message = format!("`{}` extends more than {MAX_HEIGHT} parts, one after another", part.name.text);
        self.out.push(Diagnostic::error(Code::NestingTooDeep, *span, message));
    }

    /// Reports that `part` extends itself, if it does: each cycle once, wherever it is entered.
    fn circle(&mut self, part: &Arc<ast::Part>) {
        // A part that is done is no cycle.
        let Some(start) = self.open.iter().position(|(open, _)| Arc::ptr_eq(open, part)) else { return };
        let steps = &self.open[start..];
        let first = (0..steps.len()).min_by_key(|at| steps[*at].1).unwrap_or(0);
        let turned = steps[first..].iter().chain(&steps[..first]);
        let names: Vec<String> = turned.map(|(part, _)| format!("`{}`", part.name.text)).collect();
        let message = format!("{} extends itself: {} → {}", names[0], names.join(" → "), names[0]);
        self.out.push(Diagnostic::error(Code::Cycle, steps[first].1, message));
    }
}

/// Resolves `extends name` in the declaration of `by` in `module`: a part or environment of its own, a library's part, or an environment of
/// another file.
fn find_part(
    module: &Arc<Module>,
    by: Option<&ast::Part>,
    name: &Name,
) -> Result<(Arc<Module>, Arc<ast::Part>), Box<Diagnostic>> {
    match module.find_part(by, &name.text) {
        (_, Some((module, part))) => Ok((Arc::clone(module), Arc::clone(part))),
        (Some(library), None) => Err(Box::new(unknown_part(name, library))),
        (None, None) => Err(Box::new(unknown_parent(module, name))),
    }
}

/// Returns the error for a part after `apply` that isn't found.
pub fn unknown_applied(module: &Arc<Module>, apply: &ast::Apply) -> Option<Diagnostic> {
    let error = find_part(module, None, &apply.part).err()?;
    (!module.lacks(&apply.part.text)).then_some(*error)
}

/// Reports a name after `extends` that neither the file nor an imported library declares.
fn unknown_parent(module: &Module, name: &Name) -> Diagnostic {
    if let Some((library, part)) = name.text.split_once('.')
        && part.starts_with(|c: char| c.is_ascii_lowercase())
    {
        let message = format!("library `{library}` is not imported");
        let help = format!("add `import {library}` at the top of the file");
        return Diagnostic::error(Code::UnknownName, name.span, message).help(help);
    }
    let error =
        Diagnostic::error(Code::UnknownName, name.span, format!("part or environment `{}` not found", name.text));
    if let Some(library) = module.imports.get(&name.text) {
        let parts = parts(library).into_iter().map(|part| format!("{}.{part}", name.text)).collect::<Vec<_>>();
        let help = format!("write the name of one of its parts: {}", quoted(parts.iter().map(String::as_str)));
        let message = format!("`{}` is a library, not a part", name.text);
        return Diagnostic::error(Code::UnknownName, name.span, message).help(help);
    }
    let environments = Catalog::builtin().environment_names();
    let known = module.items.keys().map(|key| &**key).chain(environments);
    let own = || nearest(&name.text, known).map(str::to_owned);
    match imported_part(module, &name.text).or_else(own) {
        Some(meant) => error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, name.span, meant),
        None => error.help("declare it with `part`, or import the library that declares it and write `library.part`"),
    }
}

/// Returns the part `name` of an imported library, with the library's name.
fn imported_part(module: &Module, name: &str) -> Option<String> {
    let (library, _) = module.imports.iter().find(|(_, imported)| imported.part(name).is_some())?;
    Some(format!("{library}.{name}"))
}

/// Returns the names of a library's parts.
fn parts(library: &Module) -> Vec<&str> {
    let parts = library.items.values().filter(|item| matches!(item, Item::Part(_) | Item::Environment(_)));
    parts.map(|item| &*item.name().text).collect()
}

fn unknown_part(name: &Name, library: &Module) -> Diagnostic {
    let known = parts(library);
    let message = format!("part `{}` not found", name.text);
    let wanted = name.text.rsplit('.').next().unwrap_or("");
    let error = Diagnostic::error(Code::UnknownName, name.span, message);
    match nearest(wanted, known.iter().copied()) {
        Some(near) => {
            let meant = format!("{}.{near}", library.name);
            error.help(format!("did you mean `{meant}`?")).fix(Applicability::Unsafe, name.span, meant)
        }
        None => error.help(format!("the parts of `{}` are {}", library.name, quoted(known.iter().copied()))),
    }
}

struct Union {
    environment: Environment,
    out: Mistakes,
}

/// The mistakes in the declarations of a union.
#[derive(Default)]
struct Mistakes {
    found: Diagnostics,
    /// The names that two parts declare, where the second does, with that part.
    twice: Vec<(Name, Arc<str>)>,
}

impl Mistakes {
    fn push(&mut self, mistake: Diagnostic) {
        self.found.push(mistake);
    }

    fn misplaced(&mut self, what: &str, span: Span) {
        let message = format!("`{what}` is not allowed in a strategy");
        self.push(Diagnostic::error(Code::Misplaced, span, message).help("move it to the body of the environment"));
    }
}

/// The scope of a layer to which a statement belongs.
#[derive(Clone, Copy, PartialEq)]
enum MergeSite {
    Settings,
    Version,
    Body,
}

/// The current part, of which definitions are derived.
struct Within<'a> {
    module: &'a Arc<Module>,
    part: &'a Arc<str>,
    /// Inside of a strategy: its name, and the layer of its environment, which it can't replace.
    strategy: Option<(&'a str, &'a Layer)>,
}

impl Union {
    /// Adds the parts of an `apply` statement. What those of the library declare in addition to the environment's own declarations
    /// is one mistake, that of the statement.
    fn apply(&mut self, apply: &Arc<ast::Apply>, parts: &[(Arc<Module>, Arc<ast::Part>)]) {
        let before = std::mem::take(&mut self.out);
        parts.iter().for_each(|(module, part)| self.add_part(module, part));
        let Mistakes { found, twice } = std::mem::replace(&mut self.out, before);
        let is_standard = |span: Span| parts.iter().any(|(module, _)| module.is_standard() && module.file == span.file);
        found.into_vec().into_iter().filter(|found| !is_standard(found.span)).for_each(|found| self.out.push(found));
        let (clashing, own): (Vec<_>, Vec<_>) = twice.into_iter().partition(|(name, _)| is_standard(name.span));
        self.out.twice.extend(own);
        if let Some((_, part)) = clashing.first() {
            let part = Arc::clone(part);
            let names = clashing.into_iter().map(|(name, _)| name.text).collect();
            self.environment.clashes.push(Clash { apply: Arc::clone(apply), part, names });
        }
    }

    /// Reports the abstract fields that the parts of an `apply` statement have and the environment doesn't define.
    fn holes_of(&mut self, applied: &Name, parts: &[(Arc<Module>, Arc<ast::Part>)]) {
        let Layer { settings, version, body } = &self.environment.base;
        let lets = [settings, version, body].into_iter().flat_map(|members| &members.lets);
        let lets = lets.filter(|let_| let_.value().is_none() && let_.declaration.item.open);
        let lets = lets.map(|let_| (&let_.declaration.item.name, &let_.declaration.part));
        let fragments = body.fragments.iter().filter(|fragment| fragment.effective().item.body.is_none());
        let fragments = fragments.map(|fragment| (&fragment.declaration.item.name, &fragment.declaration.part));
        let is_applied = |part: &Arc<str>| parts.iter().any(|(module, known)| label(module, known) == *part);
        let open: Vec<_> = lets.chain(fragments).filter(|(_, part)| is_applied(part)).collect();
        let Some((_, part)) = open.first() else { return };
        let names = quoted(open.iter().map(|(name, _)| &*name.text));
        let message = match open.len() {
            1 => format!("the abstract field {names} of `{part}` isn't defined"),
            _ => format!("the abstract fields {names} of `{part}` aren't defined"),
        };
        let error = Diagnostic::error(Code::UndefinedAbstractField, applied.span, message);
        let error = open.iter().fold(error, |error, (name, _)| error.related(name.span, "declared here"));
        self.out.push(error.help("declare it with a default, or apply the part to environments that define it"));
    }

    fn add_part(&mut self, module: &Arc<Module>, part: &Arc<ast::Part>) {
        if part.body.statements.is_empty() {
            return;
        }
        let name = label(module, part);
        let within = Within { module, part: &name, strategy: None };
        for statement in &part.body.statements {
            self.add(&within, statement);
        }
    }

    fn add(&mut self, within: &Within<'_>, statement: &Statement) {
        match statement {
            Statement::Watch(watch) => self.watch(within, watch),
            Statement::Strategy(strategy) => self.strategy(within, strategy),
            Statement::Replace(inner, _) if matches!(**inner, Statement::Strategy(_)) => {
                if let Statement::Strategy(strategy) = &**inner {
                    self.replace_strategy(within, strategy);
                }
            }
            member => add_to_layer(&mut self.environment.base, within, MergeSite::Body, member, &mut self.out),
        }
    }

    fn watch(&mut self, within: &Within<'_>, watch: &Arc<ast::Watch>) {
        let known = self.environment.watches.iter().find(|known| known.item.short.text == watch.short.text);
        if let Some(known) = known {
            let message = match known.part == *within.part {
                true => format!("`{}` is watched twice", watch.short.text),
                false => format!("`{}` and `{}` both watch `{}`", known.part, within.part, watch.short.text),
            };
            let error = Diagnostic::error(Code::DuplicateName, watch.short.span, message);
            self.out.push(error.related(known.item.short.span, "also watched here"));
        } else {
            self.environment.watches.push(definition(within.module, watch, within.part));
        }
    }

    fn strategy(&mut self, within: &Within<'_>, strategy: &Arc<ast::Strategy>) {
        if let Some(known) = self.environment.strategy(&strategy.name.text) {
            let error = both_declare(&known.definition.part, within.part, "strategy", &strategy.name);
            self.out.push(error.related(known.definition.item.name.span, "first declared here"));
            return;
        }
        let built = self.build_strategy(within, strategy, None);
        self.environment.strategies.push(built);
    }

    fn replace_strategy(&mut self, within: &Within<'_>, strategy: &Arc<ast::Strategy>) {
        let mut known = self.environment.strategies.iter();
        match known.position(|known| *known.name() == strategy.name.text) {
            Some(at) => {
                let replaced = self.environment.strategies[at].clone();
                self.environment.strategies[at] = self.build_strategy(within, strategy, Some(replaced));
            }
            None => {
                let names: Vec<&str> = self.environment.strategy_names().collect();
                let error = replace::nothing_to_replace("strategy", &strategy.name, &names);
                self.out.push(error);
            }
        }
    }

    fn build_strategy(
        &mut self,
        within: &Within<'_>,
        strategy: &Arc<ast::Strategy>,
        replaced: Option<StrategyDef>,
    ) -> StrategyDef {
        let (mut layer, mut weights) = (Layer::default(), strategy.weights.map(|(mode, _)| mode));
        let mut definition = definition(within.module, strategy, within.part);
        if let Some(replaced) = replaced.filter(|_| strategy.extends_super) {
            weights = weights.or(Some(replaced.weights));
            layer = replaced.layer;
            definition = replace::of(&replaced.definition, definition);
        }
        let Union { environment, out } = self;
        let within = &Within { strategy: Some((&strategy.name.text, &environment.base)), ..*within };
        for statement in &strategy.body.statements {
            match statement {
                Statement::Watch(watch) => out.misplaced("watch", watch.span),
                Statement::Strategy(inner) => out.misplaced("strategy", inner.span),
                member => add_to_layer(&mut layer, within, MergeSite::Body, member, out),
            }
        }
        let weights = weights.unwrap_or(WeightMode::None);
        StrategyDef { definition, weights, layer }
    }
}

fn add_to_layer(layer: &mut Layer, within: &Within<'_>, place: MergeSite, statement: &Statement, out: &mut Mistakes) {
    match statement {
        Statement::Settings(body, span) => {
            nested(layer, within, (place, MergeSite::Settings), body, *span, out);
        }
        Statement::Version(body, span) => {
            nested(layer, within, (place, MergeSite::Version), body, *span, out);
        }
        Statement::Replace(inner, span) => replace::in_layer(layer, within, place, inner, *span, out),
        member => {
            let members = match place {
                MergeSite::Settings => &mut layer.settings,
                MergeSite::Version => &mut layer.version,
                MergeSite::Body => &mut layer.body,
            };
            add_member(members, within, place, member, out);
        }
    }
}

fn nested(
    layer: &mut Layer,
    within: &Within<'_>,
    (outer, inner): (MergeSite, MergeSite),
    body: &ast::Body,
    span: Span,
    out: &mut Mistakes,
) {
    if outer != MergeSite::Body {
        out.push(Diagnostic::error(Code::Misplaced, span, "`settings` and `version` cannot be nested"));
        return;
    }
    for statement in &body.statements {
        add_to_layer(layer, within, inner, statement, out);
    }
}

fn add_member(members: &mut Members, within: &Within<'_>, place: MergeSite, statement: &Statement, out: &mut Mistakes) {
    match statement {
        Statement::Let(let_) => add_let(members, within, let_, out),
        Statement::Require(require) => members.requires.push(definition(within.module, require, within.part)),
        Statement::Field(field) if place != MergeSite::Body => {
            if free(members, within, "field", &field.name, out) {
                members.add_field(definition(within.module, field, within.part));
            }
        }
        Statement::Fragment(fragment) if place == MergeSite::Body => add_fragment(members, within, fragment, out),
        Statement::Emit(emit) if place != MergeSite::Settings => {
            members.emits.push(EmitDef { definition: definition(within.module, emit, within.part), track: false });
        }
        Statement::Track(emit) if place == MergeSite::Version => {
            members.emits.push(EmitDef { definition: definition(within.module, emit, within.part), track: true });
        }
        Statement::Mutate(mutate) if place != MergeSite::Settings => {
            members.mutations.push(definition(within.module, mutate, within.part));
        }
        Statement::Lint(lint) => add_lint(members, within, lint, out),
        // The parser reports a statement that is not allowed in its position.
        Statement::Field(_)
        | Statement::Fragment(_)
        | Statement::Emit(_)
        | Statement::Track(_)
        | Statement::Mutate(_)
        | Statement::Replace(..)
        | Statement::Watch(_)
        | Statement::Strategy(_)
        | Statement::Settings(..)
        | Statement::Version(..) => {}
    }
}

fn add_lint(members: &mut Members, within: &Within<'_>, lint: &Arc<ast::Lint>, out: &mut Mistakes) {
    if let Some(known) = members.lints.iter().find(|known| known.item.name.text == lint.name.text) {
        let error = both_declare(&known.part, within.part, "lint", &lint.name);
        out.push(error.related(known.item.name.span, "first declared here"));
        out.twice.push((lint.name.clone(), Arc::clone(within.part)));
    } else {
        members.lints.push(definition(within.module, lint, within.part));
    }
}

fn add_let(members: &mut Members, within: &Within<'_>, let_: &Arc<ast::Let>, out: &mut Mistakes) {
    let is_known = members.may_have(&let_.name.text);
    let known = members.lets.iter_mut().find(|known| is_known && *known.name() == let_.name.text);
    match known {
        Some(hole) if hole.declaration.item.open && hole.fill.is_none() && !let_.open => {
            hole.fill = Some(replace::of(&hole.declaration, definition(within.module, let_, within.part)));
        }
        _ => {
            if free(members, within, "let", &let_.name, out) {
                let declaration = definition(within.module, let_, within.part);
                members.add_let(LetDef { declaration, fill: None });
            }
        }
    }
}

fn add_fragment(members: &mut Members, within: &Within<'_>, fragment: &Arc<ast::Fragment>, out: &mut Mistakes) {
    let is_known = members.may_have(&fragment.name.text);
    let mut known = members.fragments.iter_mut();
    match known.find(|known| is_known && known.declaration.item.name.text == fragment.name.text) {
        Some(hole) if hole.declaration.item.open && hole.fill.is_none() && !fragment.open => {
            hole.fill = Some(replace::of(&hole.declaration, definition(within.module, fragment, within.part)));
        }
        _ => {
            if free(members, within, "fragment", &fragment.name, out) {
                let declaration = definition(within.module, fragment, within.part);
                members.add_fragment(FragmentDef { declaration, fill: None });
            }
        }
    }
}

/// Returns true if `name` is not declared in this scope; reports the conflict otherwise.
fn free(members: &Members, within: &Within<'_>, what: &str, name: &Name, out: &mut Mistakes) -> bool {
    let Some((span, other, part)) = members.declared(&name.text) else { return true };
    let error = if other == what && part != within.part {
        both_declare(part, within.part, what, name)
    } else {
        Diagnostic::error(Code::DuplicateName, name.span, format!("`{}` is declared twice", name.text))
    };
    out.push(error.related(span, format!("first declared here, in `{part}`")));
    out.twice.push((name.clone(), Arc::clone(within.part)));
    false
}

fn both_declare(first: &str, second: &str, what: &str, name: &Name) -> Diagnostic {
    let message = match first == second {
        true => format!("{what} `{}` is declared twice", name.text),
        false => format!("`{first}` and `{second}` both declare {what} `{}`", name.text),
    };
    let error = Diagnostic::error(Code::DuplicateName, name.span, message);
    match what {
        _ if first == second => error.help("remove one of them, or rename it"),
        "field" => error.help(format!("to change its type or default, write `replace {}: …`", name.text)),
        _ => error.help(format!("to override it, write `replace {what} {}`", name.text)),
    }
}
