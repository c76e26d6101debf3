//! Which fields an environment reads under a strategy: what a release gives beside them is dead.
//!
//! In: a [`Plan`]. Out: the names of the fields that what is emitted depends on. Requirements and lint statements do not count:
//! they look at a field, but nothing comes of it. Where it is not plain what a name stands for, the field counts as read.

use std::collections::HashSet;
use std::sync::Arc;

use crate::env::{Definition, Item, LetDef, Module, Plan, Slot};
use crate::syntax::ast::{self, Expr, ExprKind};
use crate::syntax::visit;

/// The fields that are read.
#[derive(Debug, Default)]
pub struct Reads {
    settings: HashSet<Arc<str>>,
    version: HashSet<Arc<str>>,
}

impl Reads {
    /// What `plan` reads.
    pub fn of(plan: &Plan) -> Reads {
        let mut walk = Walk { plan, reads: Reads::default(), seen: HashSet::new() };
        for emit in plan.version.emits.iter().chain(&plan.body.emits) {
            for value in &emit.definition.item.values {
                walk.expr(value, &emit.definition.module, Place::Part);
            }
        }
        walk.reads
    }

    /// Whether the setting `name` is read.
    pub fn setting(&self, name: &str) -> bool {
        self.settings.contains(name)
    }

    /// Whether the version field `name` is read.
    pub fn version(&self, name: &str) -> bool {
        self.version.contains(name)
    }
}

/// What bare names stand for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    /// What the plan declares, then the module's own.
    Part,
    /// The module's own.
    Module,
}

struct Walk<'p> {
    plan: &'p Plan,
    reads: Reads,
    /// Bodies that were gone into, by their places in memory.
    seen: HashSet<(*const Expr, Place)>,
}

impl Walk<'_> {
    fn expr(&mut self, expr: &Expr, module: &Arc<Module>, place: Place) {
        if !self.seen.insert((std::ptr::from_ref(expr), place)) {
            return;
        }
        visit::walk(expr, &mut |inner| match &inner.kind {
            ExprKind::Name(name) => self.name(name, module, place),
            ExprKind::Field { base, name, .. } => self.field(base, &name.text, module),
            ExprKind::Object(entries) => {
                for entry in entries {
                    if let ast::Entry::Shorthand(name) = entry {
                        self.name(&name.text, module, place);
                    }
                }
            }
            _ => {}
        });
    }

    fn name(&mut self, name: &str, module: &Arc<Module>, place: Place) {
        let slot = if place == Place::Part { self.plan.body_slot(name) } else { None };
        match slot {
            Some(Slot::Let(at)) => self.let_(&self.plan.body.lets[at].clone()),
            Some(Slot::Fragment(at)) => {
                let fragment = self.plan.body.fragments[at].effective().clone();
                self.fragment(&fragment.item, &fragment.module, Place::Part);
            }
            Some(Slot::Field(_)) | None => self.item(module, name),
        }
    }

    fn item(&mut self, module: &Arc<Module>, name: &str) {
        match module.items.get(name) {
            Some(Item::Let(let_)) => {
                let let_ = Arc::clone(let_);
                let_.value.iter().for_each(|value| self.expr(value, module, Place::Module));
            }
            Some(Item::Fragment(fragment)) => self.fragment(&Arc::clone(fragment), module, Place::Module),
            Some(Item::Param(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_)) | None => {}
        }
    }

    fn fragment(&mut self, fragment: &ast::Fragment, module: &Arc<Module>, place: Place) {
        let defaults = fragment.params.iter().filter_map(|param| param.default.as_ref());
        fragment.body.iter().chain(defaults).for_each(|body| self.expr(body, module, place));
    }

    fn let_(&mut self, let_: &LetDef) {
        if let Some((value, module)) = let_.value() {
            self.expr(value, module, Place::Part);
        }
    }

    fn field(&mut self, base: &Expr, name: &str, module: &Arc<Module>) {
        match &base.kind {
            ExprKind::Name(word) if &**word == "settings" => self.settings_field(name),
            ExprKind::Name(word) => match module.imports.get(word) {
                Some(library) => self.item(&Arc::clone(library), name),
                None => self.version_field(name),
            },
            ExprKind::Index { .. } | ExprKind::Call { .. } | ExprKind::If { .. } => self.version_field(name),
            // A field of a field: of an object, not of a version.
            _ => {}
        }
    }

    fn settings_field(&mut self, name: &str) {
        match self.plan.settings_slot(name) {
            Some(Slot::Field(at)) if self.reads.settings.insert(name.into()) => {
                self.default(&self.plan.settings.fields[at].clone());
            }
            Some(Slot::Let(at)) => self.let_(&self.plan.settings.lets[at].clone()),
            Some(Slot::Field(_) | Slot::Fragment(_)) | None => {}
        }
    }

    fn version_field(&mut self, name: &str) {
        match self.plan.version_slot(name) {
            Some(Slot::Field(at)) if self.reads.version.insert(name.into()) => {
                self.default(&self.plan.version.fields[at].clone());
            }
            Some(Slot::Let(at)) => self.let_(&self.plan.version.lets[at].clone()),
            Some(Slot::Field(_) | Slot::Fragment(_)) | None => {}
        }
    }

    fn default(&mut self, field: &Definition<ast::Field>) {
        field.item.default.iter().for_each(|default| self.expr(default, &field.module, Place::Part));
    }
}
