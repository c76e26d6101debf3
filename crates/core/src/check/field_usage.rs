//! Which fields an environment reads under a strategy: what a release gives beside them is dead.
//!
//! In: a [`Plan`]. Out: the names of the fields that what is emitted depends on. Requirements and lint statements do not count:
//! they look at a field, but nothing comes of it. Where it is not plain what a name stands for, the field counts as read.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::eval::{self, Evaluator};
use crate::hir::{Builtin, Resolution, Scope, Site};
use crate::library::{Definition, Item, LetDef, Module, Plan, Slot};
use crate::value::ValueKind;
use relc_syntax::ast::{self, BinaryOp, Expr, ExprKind};
use relc_syntax::visit::{self, Deeper};

/// The fields that are read.
#[derive(Debug, Default)]
pub struct FieldUsage {
    settings: BTreeSet<Arc<str>>,
    version: BTreeSet<Arc<str>>,
    rivals: Vec<Rivals>,
}

/// The version fields on both sides of a `??`: those of the right are not read while those of the left are there.
#[derive(Debug)]
struct Rivals {
    /// None where the left side may be there without a field.
    left: Vec<Arc<str>>,
    right: BTreeSet<Arc<str>>,
}

impl FieldUsage {
    /// What `plan` reads.
    pub fn of(plan: &Plan) -> FieldUsage {
        let mut walk = Walk::new(plan, None);
        walk.emits();
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

    /// Whether a field that is `given` may be hidden behind one that `is_there`; where not, no [`LiveFields`] says so either.
    pub fn may_hide(&self, is_there: impl Fn(&str) -> bool, given: impl Fn(&str) -> bool) -> bool {
        let mut rivals = self.rivals.iter();
        rivals.any(|Rivals { left, right }| {
            (left.is_empty() || left.iter().any(|name| is_there(name))) && right.iter().any(|name| given(name))
        })
    }
}

/// The fields of one version that are read for a release, and those that are not as others are there.
#[derive(Debug, Default)]
pub struct LiveFields {
    reads: FieldUsage,
    /// Fields behind a `??` whose left side is there, with the field that it is of.
    hidden: HashMap<Arc<str>, Arc<str>>,
}

impl LiveFields {
    /// What `plan` reads of the version at `at` of the release that `evaluator` evaluates.
    pub fn of(plan: &Plan, evaluator: &Evaluator<'_>, at: usize) -> LiveFields {
        let mut walk = Walk::new(plan, Some((evaluator, at)));
        walk.emits();
        let live = LiveFields { reads: walk.reads, hidden: walk.hidden };
        // What cannot be evaluated here alone, as it needs a loop's variable, counts as read.
        evaluator.take_diagnostics();
        live
    }

    /// The field that is read in place of the field `name`, where none is read of that.
    pub fn hidden(&self, name: &str) -> Option<&str> {
        self.hidden.get(name).filter(|_| !self.reads.version(name)).map(|instead| &**instead)
    }
}

struct Walk<'p> {
    plan: &'p Plan,
    /// What evaluates the left sides of `??`, and for which version.
    live: Option<(&'p Evaluator<'p>, usize)>,
    reads: FieldUsage,
    hidden: HashMap<Arc<str>, Arc<str>>,
    rivalry: Rivalry,
    /// Bodies that were gone into, by their places in memory.
    seen: HashSet<(*const Expr, Site)>,
}

/// Whether both sides of each `??` are noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rivalry {
    Noted,
    Passed,
}

/// Whether `expr` is absent where the field that it begins with is.
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

    /// Whether the version at hand has a value for `expr`, known now.
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

    /// What `right` reads is not read, as the field that `left` looks at is there.
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

    /// The version fields that `expr` names itself.
    fn fields_of(&self, expr: &Expr) -> Vec<Arc<str>> {
        let mut fields = Vec::new();
        visit::walk(expr, &mut |inner| {
            if let ExprKind::Field { base, name, .. } = &inner.kind
                && matches!(base.kind, ExprKind::Name(_))
                && matches!(self.plan.version_slot(&name.text), Some(Slot::Field(_)))
            {
                fields.push(Arc::clone(&name.text));
            }
        });
        fields
    }

    /// The version fields that `expr` reads, through lets and fragments too.
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
                let fragment = plan.body.fragments[at].effective();
                self.fragment(&fragment.item, &fragment.module, Site::Body);
            }
            Some(Resolution::Item(_)) => self.item(module, name),
            Some(
                Resolution::Local(())
                | Resolution::Builtin(_)
                | Resolution::Member(Slot::Field(_))
                | Resolution::Library(_)
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
        if let Some((value, module)) = let_.value() {
            self.expr(value, module, site);
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
            // A field of a field: of an object, not of a version.
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
        match plan.version_slot(name) {
            Some(Slot::Field(at)) if self.reads.version.insert(name.into()) => {
                self.default(&plan.version.fields[at]);
            }
            Some(Slot::Let(at)) => self.let_(&plan.version.lets[at], Site::Version),
            Some(Slot::Field(_) | Slot::Fragment(_)) | None => {}
        }
    }

    fn default(&mut self, field: &Definition<ast::Field>) {
        field.item.default.iter().for_each(|default| self.expr(default, &field.module, Site::Body));
    }
}
