//! The flattened environment: what a part or environment says together with all that it extends.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Module;
use relc_syntax::ast::{self, WeightMode};
use relc_syntax::source::Span;

/// The strategy of a release that names none.
pub const NO_STRATEGY: &str = "none";

/// A statement, the module in whose scope its names are read, and the part that says it.
#[derive(Debug)]
pub struct Definition<T> {
    /// The statement.
    pub item: Arc<T>,
    /// The module that it stands in.
    pub module: Arc<Module>,
    /// The part or environment that it stands in, as people call it: `istio.routed`, `deployment`.
    pub part: Arc<str>,
}

impl<T> Clone for Definition<T> {
    fn clone(&self) -> Self {
        Definition { item: Arc::clone(&self.item), module: Arc::clone(&self.module), part: Arc::clone(&self.part) }
    }
}

/// A let: its declaration, and what fills or replaces it.
#[derive(Clone, Debug)]
pub struct LetDef {
    /// Where the name is declared; its annotation is the type.
    pub declaration: Definition<ast::Let>,
    /// The let that fills the hole or replaces the value.
    pub fill: Option<Definition<ast::Let>>,
}

impl LetDef {
    /// The name.
    pub fn name(&self) -> &Arc<str> {
        &self.declaration.item.name.text
    }

    /// The value and the module in whose scope it is read; none in a hole that is not filled.
    pub fn value(&self) -> Option<(&ast::Expr, &Arc<Module>)> {
        let fill = self.fill.as_ref().and_then(|fill| Some((fill.item.value.as_ref()?, &fill.module)));
        fill.or_else(|| Some((self.declaration.item.value.as_ref()?, &self.declaration.module)))
    }

    /// The annotation and the module in whose scope it is read.
    pub fn annotation(&self) -> Option<(&ast::TypeExpr, &Arc<Module>)> {
        let own = self.declaration.item.ty.as_ref().map(|ty| (ty, &self.declaration.module));
        own.or_else(|| self.fill.as_ref().and_then(|fill| Some((fill.item.ty.as_ref()?, &fill.module))))
    }
}

/// A fragment: its declaration, and what fills or replaces it.
#[derive(Clone, Debug)]
pub struct FragmentDef {
    /// Where the name is declared; its signature holds.
    pub declaration: Definition<ast::Fragment>,
    /// The fragment that fills the hole or replaces the body.
    pub fill: Option<Definition<ast::Fragment>>,
}

impl FragmentDef {
    /// The fragment whose body counts, with its module.
    pub fn effective(&self) -> &Definition<ast::Fragment> {
        self.fill.as_ref().unwrap_or(&self.declaration)
    }
}

/// An `emit` or `track` statement.
#[derive(Clone, Debug)]
pub struct EmitDef {
    /// The statement.
    pub definition: Definition<ast::Emit>,
    /// Whether it tracks.
    pub track: bool,
}

/// What one scope declares: the settings, a version, or the environment itself.
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
    /// Requirements, in their order.
    pub requires: Vec<Definition<ast::Require>>,
    /// Lint statements, in their order.
    pub lints: Vec<Definition<ast::Lint>>,
}

/// The three scopes of a body.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// `settings { … }`: read as `settings.x`.
    pub settings: Members,
    /// `version { … }`: read as `v.x`.
    pub version: Members,
    /// The body itself: read by bare name.
    pub body: Members,
}

/// A strategy and what it adds.
#[derive(Clone, Debug)]
pub struct StrategyDef {
    /// The statement.
    pub definition: Definition<ast::Strategy>,
    /// What its body declares.
    pub layer: Layer,
}

impl StrategyDef {
    /// The name.
    pub fn name(&self) -> &Arc<str> {
        &self.definition.item.name.text
    }

    /// How weights are read.
    pub fn weights(&self) -> WeightMode {
        self.definition.item.weights.map_or(WeightMode::None, |(mode, _)| mode)
    }
}

/// A part or environment with all that it extends.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its declaration.
    pub declaration: Definition<ast::Part>,
    /// What holds under every strategy.
    pub base: Layer,
    /// The strategies, in their order.
    pub strategies: Vec<StrategyDef>,
    /// The kinds that the controller watches.
    pub watches: Vec<Definition<ast::Watch>>,
}

impl Environment {
    /// The name.
    pub fn name(&self) -> &Arc<str> {
        &self.declaration.item.name.text
    }

    /// The strategy `name`.
    pub fn strategy(&self, name: &str) -> Option<&StrategyDef> {
        self.strategies.iter().find(|strategy| &**strategy.name() == name)
    }

    /// The names of the strategies.
    pub fn strategy_names(&self) -> impl Iterator<Item = &str> {
        self.strategies.iter().map(|strategy| &**strategy.name())
    }
}

/// An environment under one strategy (or under none yet): one flat scope, ready to be evaluated or checked.
#[derive(Debug)]
pub struct Plan {
    /// The environment.
    pub environment: Arc<Environment>,
    /// The chosen strategy.
    pub strategy: Option<StrategyDef>,
    /// What the settings declare.
    pub settings: Members,
    /// What a version declares.
    pub version: Members,
    /// What the environment declares.
    pub body: Members,
    settings_index: Index,
    version_index: Index,
    body_index: Index,
}

type Index = FxHashMap<Arc<str>, Slot>;

/// Where a name of a scope leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// A field, by its position.
    Field(usize),
    /// A let, by its position.
    Let(usize),
    /// A fragment, by its position.
    Fragment(usize),
}

impl Plan {
    /// The environment's base, and above it the layer of `strategy`.
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

    /// What `settings.name` is.
    pub fn settings_slot(&self, name: &str) -> Option<Slot> {
        self.settings_index.get(name).copied()
    }

    /// What `v.name` is, beside what every version has.
    pub fn version_slot(&self, name: &str) -> Option<Slot> {
        self.version_index.get(name).copied()
    }

    /// What the bare `name` is.
    pub fn body_slot(&self, name: &str) -> Option<Slot> {
        self.body_index.get(name).copied()
    }
}

impl Members {
    /// Adds what another scope of the same kind declares, behind what is here.
    pub fn extend(&mut self, other: Members) {
        self.fields.extend(other.fields);
        self.lets.extend(other.lets);
        self.fragments.extend(other.fragments);
        self.emits.extend(other.emits);
        self.requires.extend(other.requires);
        self.lints.extend(other.lints);
    }

    /// Where `name` is declared here, if it is, with the words for what it is.
    pub fn declared(&self, name: &str) -> Option<(Span, &'static str, &Arc<str>)> {
        Some(match self.slot(name)? {
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

    /// What `name` is here.
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
