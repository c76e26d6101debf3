//! The flattened environment: the declarations of a part or environment and of everything that it extends.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Module;
use relc_syntax::ast::{self, WeightMode};
use relc_syntax::diagnostic::{Code, Diagnostic, quoted};
use relc_syntax::source::Span;
use relc_syntax::visit;

/// The strategy of a release that sets none.
pub const NO_STRATEGY: &str = "none";

/// A statement, the module in whose scope its names are resolved, and the part that contains it.
#[derive(Debug)]
pub struct Definition<T> {
    /// The statement.
    pub item: Arc<T>,
    /// The module that contains it.
    pub module: Arc<Module>,
    /// The displayed name of the part or environment that contains it: `istio.routed`, `deployment`.
    pub part: Arc<str>,
    /// What it replaces, or fills although that has a default: the meaning of `super` in it.
    pub replaced: Option<Arc<Definition<T>>>,
}

impl<T> Definition<T> {
    /// Iterates over this definition and what it replaces, one after another.
    pub fn chain(&self) -> impl Iterator<Item = &Definition<T>> {
        std::iter::successors(Some(self), |definition| definition.replaced.as_deref())
    }

    /// Returns the first declaration, which everything after it replaces.
    pub fn origin(&self) -> &Definition<T> {
        self.chain().last().unwrap_or(self)
    }
}

impl<T> Clone for Definition<T> {
    fn clone(&self) -> Self {
        Definition {
            item: Arc::clone(&self.item),
            module: Arc::clone(&self.module),
            part: Arc::clone(&self.part),
            replaced: self.replaced.clone(),
        }
    }
}

/// A let: its declaration, and the let that fills or replaces it.
#[derive(Clone, Debug)]
pub struct LetDef {
    /// The declaration; its annotation is the type.
    pub declaration: Definition<ast::Let>,
    /// The let that fills the abstract let or replaces the value.
    pub fill: Option<Definition<ast::Let>>,
}

impl LetDef {
    /// Returns the name.
    pub fn name(&self) -> &Arc<str> {
        &self.declaration.item.name.text
    }

    /// Returns the value and the module in whose scope it is resolved; `None` for an unfilled abstract let.
    pub fn value(&self) -> Option<(&ast::Expr, &Arc<Module>)> {
        let fill = self.fill.as_ref().and_then(|fill| Some((fill.item.value.as_deref()?, &fill.module)));
        fill.or_else(|| Some((self.declaration.item.value.as_deref()?, &self.declaration.module)))
    }

    /// Returns the let with the effective value.
    pub fn effective(&self) -> &Definition<ast::Let> {
        self.fill.as_ref().unwrap_or(&self.declaration)
    }

    /// Returns the annotation and the module in whose scope it is resolved.
    pub fn annotation(&self) -> Option<(&ast::TypeExpr, &Arc<Module>)> {
        let own = self.declaration.item.ty.as_ref().map(|ty| (ty, &self.declaration.module));
        own.or_else(|| self.fill.as_ref().and_then(|fill| Some((fill.item.ty.as_ref()?, &fill.module))))
    }
}

/// A fragment: its declaration, and the fragment that fills or replaces it.
#[derive(Clone, Debug)]
pub struct FragmentDef {
    /// The declaration, which determines the signature.
    pub declaration: Definition<ast::Fragment>,
    /// The fragment that fills the abstract fragment or replaces the body.
    pub fill: Option<Definition<ast::Fragment>>,
}

impl FragmentDef {
    /// Returns the fragment with the effective body, and its module.
    pub fn effective(&self) -> &Definition<ast::Fragment> {
        self.fill.as_ref().unwrap_or(&self.declaration)
    }
}

/// The lint statements that the pieces of an effective lint are from: a replacing lint keeps what it doesn't state.
#[derive(Clone, Copy, Debug)]
pub struct LintPieces<'d> {
    /// Its loops.
    pub loops: &'d Definition<ast::Lint>,
    /// Its test.
    pub test: &'d Definition<ast::Lint>,
    /// Its message, help and fix.
    pub report: &'d Definition<ast::Lint>,
    /// The path of its findings.
    pub at: &'d Definition<ast::Lint>,
}

impl Definition<ast::Lint> {
    /// Returns the statements that the pieces of this lint are from.
    pub fn pieces(&self) -> LintPieces<'_> {
        let item = &self.item;
        let first = |has: fn(&ast::Lint) -> bool| self.chain().find(|lint| has(&lint.item)).unwrap_or(self);
        let reads_super = || match item.test.as_deref() {
            Some(ast::LintTest::When(test) | ast::LintTest::Unique(test)) => visit::mentions(test, "super"),
            None => true,
        };
        let is_whole = !item.loops.is_empty() || (item.report.message.is_some() && !reads_super());
        LintPieces {
            loops: if is_whole { self } else { first(|lint| !lint.loops.is_empty()) },
            test: first(|lint| lint.test.is_some()),
            report: first(|lint| lint.report.message.is_some()),
            at: if is_whole { self } else { first(|lint| lint.report.at.is_some()) },
        }
    }

    /// Returns the documentation: its own, or that of the lint that it replaces.
    pub fn doc(&self) -> Option<&str> {
        self.chain().find_map(|lint| lint.item.doc.as_deref())
    }
}

/// An `emit` or `track` statement.
#[derive(Clone, Debug)]
pub struct EmitDef {
    /// The statement.
    pub definition: Definition<ast::Emit>,
    /// True if it is `track`.
    pub track: bool,
}

/// The declarations of one scope: the settings, a version, or the environment itself.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// Fields, in their order.
    pub fields: Vec<Definition<ast::Field>>,
    /// Lets, in their order.
    pub lets: Vec<LetDef>,
    /// Fragments, in their order.
    pub fragments: Vec<FragmentDef>,
    /// `emit` and `track`, in their order.
    pub emits: Vec<EmitDef>,
    /// Changes of emitted objects, in their order.
    pub mutations: Vec<Definition<ast::Mutate>>,
    /// Requirements, in their order.
    pub requires: Vec<Definition<ast::Require>>,
    /// Lint statements, in their order.
    pub lints: Vec<Definition<ast::Lint>>,
    /// The fields that a let replaces: releases can't set them.
    pub fixed: Vec<Definition<ast::Field>>,
    /// The names of all that were added, and of some that were replaced since.
    names: FxHashSet<Arc<str>>,
}

/// The three scopes of a body.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// `settings { … }`, accessed as `settings.x`.
    pub settings: Members,
    /// `version { … }`, accessed as `v.x`.
    pub version: Members,
    /// The body itself, accessed by bare name.
    pub body: Members,
}

/// A strategy and its declarations.
#[derive(Clone, Debug)]
pub struct StrategyDef {
    /// The statement.
    pub definition: Definition<ast::Strategy>,
    /// How it interprets weights.
    pub weights: WeightMode,
    /// The declarations of its body.
    pub layer: Layer,
}

impl StrategyDef {
    /// Returns the name.
    pub fn name(&self) -> &Arc<str> {
        &self.definition.item.name.text
    }
}

/// A part or environment with everything that it extends.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its declaration.
    pub declaration: Definition<ast::Part>,
    /// The declarations for every strategy.
    pub base: Layer,
    /// The strategies, in their order.
    pub strategies: Vec<StrategyDef>,
    /// The kinds that the controller watches.
    pub watches: Vec<Definition<ast::Watch>>,
    /// The statements that applied parts to it, each with its module.
    pub applied: Vec<(Arc<Module>, Arc<ast::Apply>)>,
    /// The statements that apply parts of the library which don't fit it.
    pub clashes: Vec<Clash>,
}

/// What an applied part adds from the library and the environment declares already.
#[derive(Clone, Debug)]
pub struct Clash {
    /// The statement that applies the part.
    pub apply: Arc<ast::Apply>,
    /// The part of the library: `kube.container`.
    pub part: Arc<str>,
    /// The names that both declare.
    pub names: Vec<Arc<str>>,
}

impl Clash {
    /// Returns the error of an `apply` statement that has the clashes `all`, each with the name of its environment. The part can be
    /// applied to the environments `fitting`.
    pub fn error(all: &[(&str, &Clash)], fitting: &[&str]) -> Option<Diagnostic> {
        let (_, first) = all.first()?;
        let part = &first.apply.part;
        let mut names: Vec<&str> = all.iter().flat_map(|(_, clash)| &clash.names).map(|name| &**name).collect();
        names.sort_unstable();
        names.dedup();
        let environments: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let message = format!(
            "`{}` can't be applied to {}: it extends `{}`, and both declare {}",
            part.text,
            some(&environments),
            first.part,
            some(&names)
        );
        let help = match fitting {
            [] => format!("remove `{}` after `extends`", first.part),
            fitting => format!("apply it to {} only, or remove `{}` after `extends`", some(fitting), first.part),
        };
        Some(Diagnostic::error(Code::DuplicateName, part.span, message).help(help))
    }
}

/// Lists the first of `names`.
pub fn some(names: &[&str]) -> String {
    const SHOWN: usize = 4;
    match names.len().saturating_sub(SHOWN) {
        0 | 1 => quoted(names.iter().copied()),
        more => format!("{} and {more} more", quoted(names[..SHOWN].iter().copied())),
    }
}

impl Environment {
    /// Returns the name.
    pub fn name(&self) -> &Arc<str> {
        &self.declaration.item.name.text
    }

    /// Returns the strategy `name`.
    pub fn strategy(&self, name: &str) -> Option<&StrategyDef> {
        self.strategies.iter().find(|strategy| &**strategy.name() == name)
    }

    /// Returns the names of the strategies.
    pub fn strategy_names(&self) -> impl Iterator<Item = &str> {
        self.strategies.iter().map(|strategy| &**strategy.name())
    }
}

/// An environment under one strategy, or none: one flat scope, ready for evaluation and checking.
#[derive(Debug)]
pub struct Plan {
    /// The environment.
    pub environment: Arc<Environment>,
    /// The chosen strategy.
    pub strategy: Option<StrategyDef>,
    /// The declarations of the settings.
    pub settings: Members,
    /// The declarations of a version.
    pub version: Members,
    /// The declarations of the environment.
    pub body: Members,
    settings_index: Index,
    version_index: Index,
    body_index: Index,
}

type Index = FxHashMap<Arc<str>, Slot>;

/// The declaration that a name of a scope refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A field, by index.
    Field(usize),
    /// A let, by index.
    Let(usize),
    /// A fragment, by index.
    Fragment(usize),
}

/// A field that a release sets, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldSlot {
    /// A setting.
    Setting(usize),
    /// A field of a version.
    Version(usize),
}

impl Plan {
    /// Returns the way in which weights are interpreted.
    pub fn weights(&self) -> WeightMode {
        self.strategy.as_ref().map_or(WeightMode::None, |strategy| strategy.weights)
    }

    /// Creates a plan from the environment's base and the layer of `strategy`.
    pub fn new(environment: Arc<Environment>, strategy: Option<&str>) -> Plan {
        let strategy = strategy.and_then(|name| environment.strategy(name)).cloned();
        let mut all = environment.base.clone();
        if let Some(strategy) = &strategy {
            all.settings.extend(strategy.layer.settings.clone());
            all.version.extend(strategy.layer.version.clone());
            all.body.extend(strategy.layer.body.clone());
        }
        Plan {
            settings_index: all.settings.index(),
            version_index: all.version.index(),
            body_index: all.body.index(),
            environment,
            strategy,
            settings: all.settings,
            version: all.version,
            body: all.body,
        }
    }

    /// Resolves `settings.name`.
    pub fn settings_slot(&self, name: &str) -> Option<Slot> {
        self.settings_index.get(name).copied()
    }

    /// Resolves `v.name`, except members that every version has.
    pub fn version_slot(&self, name: &str) -> Option<Slot> {
        self.version_index.get(name).copied()
    }

    /// Finds the field that the key `name` sets among a release's settings: a setting, or a field of every version.
    pub fn settings_field(&self, name: &str) -> Option<FieldSlot> {
        match self.settings_slot(name) {
            Some(Slot::Field(at)) => Some(FieldSlot::Setting(at)),
            Some(Slot::Let(_) | Slot::Fragment(_)) | None => self.version_field(name).map(FieldSlot::Version),
        }
    }

    /// Finds the field that the key `name` sets in a version.
    pub fn version_field(&self, name: &str) -> Option<usize> {
        match self.version_slot(name)? {
            Slot::Field(at) => Some(at),
            Slot::Let(_) | Slot::Fragment(_) => None,
        }
    }

    /// Resolves the bare `name`.
    pub fn body_slot(&self, name: &str) -> Option<Slot> {
        self.body_index.get(name).copied()
    }
}

impl Members {
    /// Returns the module that declares the member in `slot`.
    pub fn module(&self, slot: Slot) -> &Arc<Module> {
        match slot {
            Slot::Field(at) => &self.fields[at].module,
            Slot::Let(at) => &self.lets[at].declaration.module,
            Slot::Fragment(at) => &self.fragments[at].declaration.module,
        }
    }

    /// Appends the declarations of another scope of the same kind.
    pub fn extend(&mut self, other: Members) {
        self.fields.extend(other.fields);
        self.lets.extend(other.lets);
        self.fragments.extend(other.fragments);
        self.emits.extend(other.emits);
        self.mutations.extend(other.mutations);
        self.requires.extend(other.requires);
        self.lints.extend(other.lints);
        self.fixed.extend(other.fixed);
        self.names.extend(other.names);
    }

    /// Adds a field.
    pub fn add_field(&mut self, field: Definition<ast::Field>) {
        self.names.insert(Arc::clone(&field.item.name.text));
        self.fields.push(field);
    }

    /// Adds a let.
    pub fn add_let(&mut self, let_: LetDef) {
        self.names.insert(Arc::clone(let_.name()));
        self.lets.push(let_);
    }

    /// Adds a fragment.
    pub fn add_fragment(&mut self, fragment: FragmentDef) {
        self.names.insert(Arc::clone(&fragment.declaration.item.name.text));
        self.fragments.push(fragment);
    }

    /// Returns false if nothing of this name was added: most names are new, and the search for one reads them all.
    pub fn may_have(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Returns the declaration of `name`, if there is one, with a description of it.
    pub fn declared(&self, name: &str) -> Option<(Span, &'static str, &Arc<str>)> {
        let slot = if self.may_have(name) { self.slot(name) } else { None };
        Some(match slot? {
            Slot::Field(at) => (self.fields[at].item.name.span, "field", &self.fields[at].part),
            Slot::Let(at) => {
                let declaration = &self.lets[at].declaration;
                (declaration.item.name.span, "let", &declaration.part)
            }
            Slot::Fragment(at) => {
                let declaration = &self.fragments[at].declaration;
                (declaration.item.name.span, "fragment", &declaration.part)
            }
        })
    }

    /// Resolves `name`.
    pub fn slot(&self, name: &str) -> Option<Slot> {
        let field = self.fields.iter().position(|field| *field.item.name.text == *name).map(Slot::Field);
        let let_ = || self.lets.iter().position(|known| **known.name() == *name).map(Slot::Let);
        let fragment = || self.fragments.iter().position(|known| *known.declaration.item.name.text == *name);
        field.or_else(let_).or_else(|| fragment().map(Slot::Fragment))
    }

    fn index(&self) -> Index {
        let fields = self.fields.iter().enumerate().map(|(i, f)| (&f.item.name.text, Slot::Field(i)));
        let lets = self.lets.iter().enumerate().map(|(i, l)| (l.name(), Slot::Let(i)));
        let fragments =
            self.fragments.iter().enumerate().map(|(i, f)| (&f.declaration.item.name.text, Slot::Fragment(i)));
        fields.chain(lets).chain(fragments).map(|(name, slot)| (Arc::clone(name), slot)).collect()
    }
}
