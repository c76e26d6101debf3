//! Which fields an environment reads under a strategy: other values of a release have no effect.
//!
//! In: a [`Plan`]. Out: the names of the fields on which the emitted objects depend. Requirements and lint statements
//! don't count, as they don't affect the output. If a name is ambiguous, the field is treated as read.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::eval::{self, Evaluator};
use crate::hir::{Builtin, Resolution, SUPER, Scope, Site, VersionField};
use crate::library::{Definition, Item, LetDef, Module, Plan, Slot};
use crate::value::ValueKind;
use relc_syntax::ast::{self, BinaryOp, Expr, ExprKind};
use relc_syntax::visit::{self, Deeper};

/// The fields that are read.
#[derive(Debug, Default)]
pub struct FieldUsage {
    settings: BTreeSet<Arc<str>>,
    version: BTreeSet<Arc<str>>,
    when: bool,
    rivals: Vec<Rivals>,
}

/// The version fields on both sides of a `??`: those on the right are not read while those on the left are set.
#[derive(Debug)]
struct Rivals {
    /// Empty if the left side may exist without a field.
    left: Vec<Arc<str>>,
    right: BTreeSet<Arc<str>>,
}

impl FieldUsage {
    /// Finds the fields that `plan` reads.
    pub fn of(plan: &Plan) -> FieldUsage {
        let mut walk = Walk::new(plan, None);
        walk.emits();
        walk.reads
    }

    /// Returns true if the setting `name` is read.
    pub fn setting(&self, name: &str) -> bool {
        self.settings.contains(name)
    }

    /// Returns true if the `when` of a version is read.
    pub fn when(&self) -> bool {
        self.when
    }

    /// Returns true if the version field `name` is read.
    pub fn version(&self, name: &str) -> bool {
        self.version.contains(name)
    }

    /// Returns true if a field that is `given` may be hidden by one that `is_there`; if not, [`LiveFields`] has no
    /// hidden field either.
    pub fn may_hide(&self, is_there: impl Fn(&str) -> bool, given: impl Fn(&str) -> bool) -> bool {
        let mut rivals = self.rivals.iter();
        rivals.any(|Rivals { left, right }| {
            (left.is_empty() || left.iter().any(|name| is_there(name))) && right.iter().any(|name| given(name))
        })
    }
}

/// The fields of one version that are read for a release, and those that are not read because others are set.
#[derive(Debug, Default)]
pub struct LiveFields {
    reads: FieldUsage,
    /// Fields after a `??` whose left side is set, with the field on the left.
    hidden: HashMap<Arc<str>, Arc<str>>,
}

impl LiveFields {
    /// Finds the fields that `plan` reads of the version at `at` of the release of `evaluator`.
    pub fn of(plan: &Plan, evaluator: &Evaluator<'_>, at: usize) -> LiveFields {
        let mut walk = Walk::new(plan, Some((evaluator, at)));
        walk.emits();
        let live = LiveFields { reads: walk.reads, hidden: walk.hidden };
        // An expression that can't be evaluated by itself, as it depends on a loop variable, is treated as read.
        evaluator.take_diagnostics();
        live
    }

    /// Returns the field that is read instead of the field `name`, if `name` is not read.
    pub fn hidden(&self, name: &str) -> Option<&str> {
        self.hidden.get(name).filter(|_| !self.reads.version(name)).map(|instead| &**instead)
    }
}

struct Walk<'p> {
    plan: &'p Plan,
    /// The evaluator for the left sides of `??`, and the version.
    live: Option<(&'p Evaluator<'p>, usize)>,
    reads: FieldUsage,
    hidden: HashMap<Arc<str>, Arc<str>>,
    rivalry: Rivalry,
    /// Bodies that were gone into, by their places in memory.
    seen: HashSet<(*const Expr, Site)>,
}

/// The recording of both sides of each `??`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rivalry {
    Noted,
    Passed,
}

/// Returns true if `expr` is absent whenever the field at its start is.
fn is_path(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } => {
            matches!(base.kind, ExprKind::Name(_)) || is_path(base)
        }
        _ => false,
    }
}

impl<'p> Walk<'p> {
    fn new(plan: &'p Plan, live: Option<(&'p Evaluator<'p>, usize)>) -> Self {
        let rivalry = if live.is_none() { Rivalry::Noted } else { Rivalry::Passed };
        Walk { plan, live, reads: FieldUsage::default(), hidden: HashMap::new(), rivalry, seen: HashSet::new() }
    }

    fn emits(&mut self) {
        let version = self.plan.version.emits.iter().map(|emit| (emit, Site::Version));
        for (emit, site) in version.chain(self.plan.body.emits.iter().map(|emit| (emit, Site::Body))) {
            for value in &emit.definition.item.values {
                self.expr(value, &emit.definition.module, site);
            }
        }
        for (members, site) in [(&self.plan.version, Site::Version), (&self.plan.body, Site::Body)] {
            members.mutations.iter().for_each(|mutation| self.expr(&mutation.item.value, &mutation.module, site));
        }
    }

    fn expr(&mut self, expr: &Expr, module: &Arc<Module>, site: Site) {
        if !self.seen.insert((std::ptr::from_ref(expr), site)) {
            return;
        }
        visit::walk_some(expr, &mut |inner| {
            match &inner.kind {
                ExprKind::Name(name) => self.name(name, module, site),
                ExprKind::Field { base, name, .. } => self.field(base, &name.text, module, site),
                ExprKind::Object(entries) => {
                    for entry in entries {
                        if let ast::Entry::Shorthand(name) = entry {
                            self.name(&name.text, module, site);
                        }
                    }
                }
                ExprKind::Binary { op: BinaryOp::Coalesce, left, right } if site == Site::Version => {
                    if self.is_there(left, module) {
                        self.expr(left, module, site);
                        self.hide(left, right, module);
                        return Deeper::No;
                    }
                    if self.rivalry == Rivalry::Noted {
                        self.note_rivals(left, right, module);
                    }
                }
                _ => {}
            }
            Deeper::Yes
        });
    }

    /// Returns true if the current version has a value for `expr` at build time.
    fn is_there(&self, expr: &Expr, module: &Arc<Module>) -> bool {
        let Some((evaluator, at)) = self.live else { return false };
        match evaluator.eval(expr, &eval::Scope::part(module, Some(at))).data {
            ValueKind::Null
            | ValueKind::Word(_)
            | ValueKind::Residual(_)
            | ValueKind::Guarded(_)
            | ValueKind::Error => false,
            ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) | ValueKind::String(_) => true,
            ValueKind::List(_) | ValueKind::Object(_) | ValueKind::Version(_) => true,
        }
    }

    /// Marks the fields of `right` as hidden, as the field of `left` is set.
    fn hide(&mut self, left: &Expr, right: &Expr, module: &Arc<Module>) {
        let Some(instead) = self.fields_of(left).pop() else { return };
        for field in self.read_by(right, module) {
            self.hidden.entry(field).or_insert_with(|| Arc::clone(&instead));
        }
    }

    fn note_rivals(&mut self, left: &Expr, right: &Expr, module: &Arc<Module>) {
        let fields = self.fields_of(left);
        if !fields.is_empty() {
            let left = if is_path(left) { fields } else { Vec::new() };
            self.reads.rivals.push(Rivals { left, right: self.read_by(right, module) });
        }
    }

    /// Returns the version fields that `expr` names directly.
    fn fields_of(&self, expr: &Expr) -> Vec<Arc<str>> {
        let mut fields = Vec::new();
        visit::walk(expr, &mut |inner| {
            if let ExprKind::Field { base, name, .. } = &inner.kind
                && matches!(base.kind, ExprKind::Name(_))
                && self.plan.version_field(&name.text).is_some()
            {
                fields.push(Arc::clone(&name.text));
            }
        });
        fields
    }

    /// Returns the version fields that `expr` reads, including through lets and fragments.
    fn read_by(&self, expr: &Expr, module: &Arc<Module>) -> BTreeSet<Arc<str>> {
        let mut walk = Walk::new(self.plan, None);
        walk.rivalry = Rivalry::Passed;
        walk.expr(expr, module, Site::Version);
        walk.reads.version
    }

    fn name(&mut self, name: &str, module: &Arc<Module>, site: Site) {
        let plan = self.plan;
        match Scope::new(module, Some(plan), site).resolve::<()>(name, None) {
            Some(Resolution::Member(Slot::Let(at))) => self.let_(&plan.body.lets[at], Site::Body),
            Some(Resolution::Member(Slot::Fragment(at))) => {
                for fragment in live(plan.body.fragments[at].effective(), |item| item.body.as_deref()) {
                    self.fragment(&fragment.item, &fragment.module, Site::Body);
                }
            }
            Some(Resolution::Item(_)) => self.item(module, name),
            Some(
                Resolution::Local(())
                | Resolution::Builtin(_)
                | Resolution::Member(Slot::Field(_))
                | Resolution::Library(_)
                | Resolution::Replaced(_)
                | Resolution::Unread,
            )
            | None => {}
        }
    }

    fn item(&mut self, module: &Arc<Module>, name: &str) {
        match module.items.get(name) {
            Some(Item::Let(let_)) => let_.value.iter().for_each(|value| self.expr(value, module, Site::File)),
            Some(Item::Fragment(fragment)) => self.fragment(fragment, module, Site::File),
            Some(Item::Param(_) | Item::Type(_) | Item::Part(_) | Item::Environment(_)) | None => {}
        }
    }

    fn fragment(&mut self, fragment: &ast::Fragment, module: &Arc<Module>, site: Site) {
        let defaults = fragment.params.iter().filter_map(|param| param.default.as_ref());
        fragment.body.as_deref().into_iter().chain(defaults).for_each(|body| self.expr(body, module, site));
    }

    fn let_(&mut self, let_: &LetDef, site: Site) {
        for definition in live(let_.effective(), |item| item.value.as_deref()) {
            definition.item.value.as_deref().into_iter().for_each(|value| self.expr(value, &definition.module, site));
        }
    }

    fn field(&mut self, base: &Expr, name: &str, module: &Arc<Module>, site: Site) {
        match &base.kind {
            ExprKind::Name(word) => match Scope::new(module, Some(self.plan), site).resolve::<()>(word, None) {
                Some(Resolution::Builtin(Builtin::Settings)) => self.settings_field(name),
                Some(Resolution::Library(library)) => self.item(library, name),
                _ => self.version_field(name),
            },
            ExprKind::Index { .. } | ExprKind::Call { .. } | ExprKind::If { .. } | ExprKind::Unwrap(_) => {
                self.version_field(name);
            }
            ExprKind::Binary { .. } | ExprKind::Case { .. } => self.version_field(name),
            // A field of an object, not of a version.
            _ => {}
        }
    }

    fn settings_field(&mut self, name: &str) {
        let plan = self.plan;
        match plan.settings_slot(name) {
            Some(Slot::Field(at)) if self.reads.settings.insert(name.into()) => {
                self.default(&plan.settings.fields[at]);
            }
            Some(Slot::Let(at)) => self.let_(&plan.settings.lets[at], Site::Body),
            Some(Slot::Field(_) | Slot::Fragment(_)) | None => {}
        }
    }

    fn version_field(&mut self, name: &str) {
        let plan = self.plan;
        self.reads.when |= VersionField::of(name) == Some(VersionField::When);
        match plan.version_slot(name) {
            Some(Slot::Field(at)) if self.reads.version.insert(name.into()) => {
                self.default(&plan.version.fields[at]);
            }
            Some(Slot::Let(at)) => self.let_(&plan.version.lets[at], Site::Version),
            Some(Slot::Field(_) | Slot::Fragment(_)) | None => {}
        }
    }

    fn default(&mut self, field: &Definition<ast::Field>) {
        for field in live(field, |item| item.default.as_ref()) {
            field.item.default.iter().for_each(|default| self.expr(default, &field.module, Site::Body));
        }
    }
}

/// Returns `definition` and what it refers to as `super`.
fn live<T>(definition: &Definition<T>, value: fn(&T) -> Option<&Expr>) -> impl Iterator<Item = &Definition<T>> {
    let mut goes_on = true;
    definition.chain().take_while(move |known| {
        // What has no value of its own has that of what it replaces.
        let reads = value(&known.item).is_none_or(|value| visit::mentions(value, SUPER));
        std::mem::replace(&mut goes_on, reads)
    })
}
