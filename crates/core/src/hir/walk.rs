//! The walk over a file that fills its table.

use std::sync::Arc;

use super::names::{Definition, LocalScope, Names, Reference, ReleaseFields};
use super::scope::{Resolution, Scope, Site, VersionMember, version_member};
use super::sort::{self, Sort};
use crate::hir::{Builtin, ReleaseField, SUPER};
use crate::library::{Environment, FieldSlot, Module, Plan, flatten};
use crate::types::{BUILTIN_TYPES, ELEMENT, Type, record_field, step};
use relc_syntax::ast::{
    self, Arg, Element, Entry, Expr, ExprKind, Guard, GuardHead, ImportWhat, Item, Key, Name, Statement, TypeExpr,
    TypeExprKind, TypeStep,
};
use relc_syntax::source::Span;
use relc_syntax::visit::{self, Visitor};

pub(super) fn names(file: &ast::File, module: &Arc<Module>, releases: &[Option<ReleaseFields<'_>>]) -> Names {
    let found = Names::default();
    let mut walk = Walk {
        module,
        releases: releases.iter(),
        part: None,
        site: Site::File,
        locals: Vec::new(),
        replaced: None,
        found,
    };
    file.items.iter().for_each(|item| walk.item(item));
    walk.found.references.sort_by_key(|reference| reference.range.start);
    walk.found
}

struct Walk<'a> {
    module: &'a Arc<Module>,
    releases: std::slice::Iter<'a, Option<ReleaseFields<'a>>>,
    /// The part at hand with all that it extends, under the strategy at hand.
    part: Option<Plan>,
    site: Site,
    /// The local scopes around the current expression.
    locals: Vec<LocalScope>,
    /// The meaning of `super`.
    replaced: Option<Definition>,
    found: Names,
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Import(import) => self.import(&import.what),
            Item::Release(release) => self.release(release),
            Item::Let(item) => self.note(item.name.span, Definition::Let(Arc::clone(item))),
            Item::Param(item) => self.note(item.name.span, Definition::Param(Arc::clone(item))),
            Item::Type(item) => self.note(item.name.span, Definition::Type(Arc::clone(item))),
            Item::Fragment(item) => self.note(item.name.span, Definition::Fragment(Arc::clone(item))),
            Item::Part(part) | Item::Environment(part) => self.part(part),
            Item::Apply(apply) => self.extended(None, &apply.part),
        }
        if !matches!(item, Item::Release(_)) {
            visit::walk_item(self, item);
        }
        self.part = None;
        self.site = Site::File;
    }

    fn fragment(&mut self, item: &'a ast::Fragment) {
        self.binding(|this| {
            for (param, local) in item.params.iter().zip(sort::parameters(item)) {
                visit::walk_parameter(this, param);
                this.bind(local);
            }
            visit::walk_result(this, item);
        });
    }

    fn statement(&mut self, statement: &'a Statement) {
        let site = self.site;
        match statement {
            Statement::Settings(..) => self.site = Site::Settings,
            Statement::Version(..) => self.site = Site::Version,
            Statement::Field(field) => self.note(field.name.span, Definition::Field(Arc::clone(field))),
            Statement::Let(item) => self.declare(&item.name, Definition::Let(Arc::clone(item))),
            Statement::Fragment(item) => self.declare(&item.name, Definition::Fragment(Arc::clone(item))),
            Statement::Strategy(item) => return self.strategy(item),
            Statement::Lint(lint) => return self.lint(lint),
            // What is replaced is of any scope.
            Statement::Replace(inner, _) => {
                let sites: &[Site] = match site {
                    Site::File | Site::Body => &[Site::Body, Site::Version, Site::Settings],
                    Site::Settings => &[Site::Settings],
                    Site::Version => &[Site::Version],
                };
                let name = match &**inner {
                    Statement::Let(item) => Some(&item.name),
                    Statement::Fragment(item) => Some(&item.name),
                    Statement::Field(item) => Some(&item.name),
                    _ => None,
                };
                let known = |site: &Site| Some((*site, self.member(*site, &name?.text)?));
                if let Some((found, replaced)) = sites.iter().find_map(known) {
                    self.site = found;
                    self.replaced = Some(replaced);
                }
            }
            Statement::Mutate(item) => {
                self.ty(&item.ty);
                return self.binding(|this| {
                    this.bind(LocalScope::new(&item.name, Sort::Other, item.span));
                    this.expr(&item.value);
                });
            }
            Statement::Emit(_) | Statement::Track(_) | Statement::Require(_) | Statement::Watch(_) => {}
        }
        visit::walk_statement(self, statement);
        self.site = site;
        if matches!(statement, Statement::Replace(..)) {
            self.replaced = None;
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                let definition = self.resolved(name).unwrap_or(Definition::Member);
                self.note(start_of(expr.span, name), definition);
            }
            ExprKind::Field { base, name, .. } => {
                let definition = self.inside(base, &name.text).unwrap_or(Definition::Key(None));
                self.note(name.span, definition);
                self.expr(base);
            }
            ExprKind::Call { callee, args } => self.call(callee, args),
            ExprKind::Case { arms, .. } => {
                arms.iter().for_each(|(member, _)| self.note(member.span, Definition::Member));
                visit::walk_expr(self, expr);
            }
            ExprKind::File(path) => self.note(path.span, Definition::File(Arc::clone(&path.text))),
            _ => visit::walk_expr(self, expr),
        }
    }

    fn entry(&mut self, entry: &'a Entry) {
        if let Entry::Shorthand(name) = entry {
            let definition = self.resolved(&name.text).unwrap_or(Definition::Member);
            let range = start_of(name.span, &name.text).range();
            self.found.references.push(Reference { range, definition, shorthand: true });
        }
        visit::walk_entry(self, entry);
    }

    fn guard(&mut self, guard: &'a Guard) {
        self.binding(|this| {
            this.head(&guard.head, guard.span);
            visit::walk_guarded(this, guard);
        });
    }

    fn ty(&mut self, ty: &'a TypeExpr) {
        match &ty.kind {
            TypeExprKind::Path { library, name, steps } => {
                self.type_path(library.as_ref(), name);
                for step in steps {
                    if let TypeStep::Field(name) = step {
                        self.note(name.span, Definition::Key(None));
                    }
                }
            }
            TypeExprKind::Record(fields) => {
                fields.iter().for_each(|(name, _)| self.note(name.span, Definition::Key(Some(name.span))));
            }
            TypeExprKind::Kind { from: Some(from), .. } => {
                self.note(from.span, Definition::File(Arc::clone(&from.text)));
            }
            TypeExprKind::Member(_) => self.note(ty.span, Definition::Member),
            _ => {}
        }
        visit::walk_type(self, ty);
    }
}

/// The text of a name: the span of one may go on after it, to where the parser looked.
fn start_of(span: Span, name: &str) -> Span {
    let start = span.start as usize;
    Span::new(span.file, start, start + name.len())
}

impl Walk<'_> {
    fn note(&mut self, span: Span, definition: Definition) {
        self.found.references.push(Reference { range: span.range(), definition, shorthand: false });
    }

    fn scope(&self) -> Scope<'_> {
        Scope::new(self.module, self.part.as_ref(), self.site)
    }

    fn bind(&mut self, local: LocalScope) {
        self.note(local.name.span, Definition::Local(local.name.clone()));
        self.found.locals.push(local.clone());
        self.locals.push(local);
    }

    /// Goes on with `then`; the names that it binds are bound in it only.
    fn binding(&mut self, then: impl FnOnce(&mut Self)) {
        let before = self.locals.len();
        then(self);
        self.locals.truncate(before);
    }

    /// Binds the variables of a loop, to the end of `around`.
    fn head(&mut self, head: &GuardHead, around: Span) {
        match head {
            GuardHead::If(condition) => self.expr(condition),
            GuardHead::For { vars, ty, iter, condition } => {
                ty.iter().for_each(|ty| self.ty(ty));
                self.expr(iter);
                let sorts = sort::of_variables(self.sort(iter), vars.len());
                for (name, sort) in vars.iter().zip(sorts) {
                    // What is iterated doesn't see the variables.
                    let range = iter.span.range().end..around.range().end;
                    self.bind(LocalScope { range, ..LocalScope::new(name, sort, around) });
                }
                condition.iter().for_each(|condition| self.expr(condition));
            }
        }
    }

    fn import(&mut self, what: &ImportWhat) {
        match what {
            ImportWhat::Libraries(imports) => imports.iter().for_each(|import| {
                let local = import.local();
                [Some(&import.library), import.alias.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|name| self.library(name, local));
            }),
            ImportWhat::File { path, alias } => {
                self.note(path.span, Definition::File(Arc::clone(&path.text)));
                self.library(alias, alias);
            }
        }
    }

    /// Notes `name`, which refers to the module that is imported as `local`.
    fn library(&mut self, name: &Name, local: &Name) {
        if let Some(library) = self.module.imports.get(&local.text) {
            self.note(name.span, Definition::Library(Arc::clone(library)));
        }
    }

    /// Begins a part: its body is walked next.
    fn part(&mut self, part: &Arc<ast::Part>) {
        self.note(part.name.span, Definition::Part(Arc::clone(part)));
        part.extends.iter().for_each(|name| self.extended(Some(part), name));
        self.part = Some(Plan::new(Arc::new(flatten(self.module, part).0), None));
        self.site = Site::Body;
    }

    /// `istio.routed`, or the name of an environment or part.
    fn extended(&mut self, by: Option<&ast::Part>, name: &Name) {
        let (library, found) = self.module.find_part(by, &name.text);
        let dot = library.map_or(0, |_| name.text.find('.').map_or(0, |dot| dot + 1));
        let start = name.span.start as usize;
        if let Some(library) = library {
            let span = Span::new(name.span.file, start, start + dot - 1);
            self.note(span, Definition::Library(Arc::clone(library)));
        }
        if let Some((_, part)) = found {
            let span = Span::new(name.span.file, start + dot, start + name.text.len());
            self.note(span, Definition::Part(Arc::clone(part)));
        }
    }

    /// The name in a declaration of a part: of what it fills or replaces, or its own.
    fn declare(&mut self, name: &Name, itself: Definition) {
        let declared = self.member(self.site, &name.text).unwrap_or(itself);
        self.note(name.span, declared);
    }

    /// The member `name` of the part at hand.
    fn member(&self, site: Site, name: &str) -> Option<Definition> {
        let plan = self.part.as_ref()?;
        let (members, slot) = match site {
            Site::Settings => (&plan.settings, plan.settings_slot(name)),
            Site::Version => (&plan.version, plan.version_slot(name)),
            Site::Body | Site::File => (&plan.body, plan.body_slot(name)),
        };
        slot.map(|slot| Definition::of_member(members, slot))
    }

    fn strategy(&mut self, item: &Arc<ast::Strategy>) {
        self.note(item.name.span, Definition::Strategy(Arc::clone(item)));
        let environment = self.part.as_ref().map(|plan| Arc::clone(&plan.environment));
        let plan = |environment: Arc<Environment>| Plan::new(environment, Some(&*item.name.text));
        let around = std::mem::replace(&mut self.part, environment.map(plan));
        visit::walk_body(self, &item.body);
        self.part = around;
    }

    /// A lint statement: its loops are written after the path, which sees their variables.
    fn lint(&mut self, item: &ast::Lint) {
        self.binding(|this| {
            item.loops.iter().for_each(|head| this.head(head, item.span));
            visit::walk_lint(this, item);
        });
    }

    fn release(&mut self, release: &ast::Release) {
        let fields = self.releases.next().copied().flatten();
        if let Some(ReleaseFields { plan, .. }) = fields {
            self.header(release, &plan.environment);
        }
        release.settings.iter().for_each(|settings| self.fields(settings, fields, Site::Settings));
        for version in &release.versions {
            version.label.iter().for_each(|label| self.note(label.span, Definition::Label));
            version.headline.iter().for_each(|headline| self.expr(headline));
            version.fields.iter().for_each(|values| self.fields(values, fields, Site::Version));
            version.when.iter().for_each(|when| visit::walk_when(self, when));
        }
    }

    /// The environment and strategy of a release, where they are those that it names.
    fn header(&mut self, release: &ast::Release, environment: &Environment) {
        if environment.name() == &release.environment.text {
            let declaration = Arc::clone(&environment.declaration.item);
            self.note(release.environment.span, Definition::Part(declaration));
        }
        let strategy = release.strategy.as_ref();
        if let Some((name, known)) = strategy.and_then(|name| Some((name, environment.strategy(&name.text)?))) {
            self.note(name.span, Definition::Strategy(Arc::clone(&known.definition.item)));
        }
    }

    /// The fields that a release sets.
    fn fields(&mut self, object: &Expr, fields: Option<ReleaseFields<'_>>, site: Site) {
        let ExprKind::Object(entries) = &object.kind else { return self.expr(object) };
        for entry in entries {
            match entry {
                Entry::Pair { key: Key::Plain(key), value, .. } => {
                    match fields.and_then(|fields| fields.find(site, &key.text)) {
                        Some((field, ty)) => {
                            self.note(key.span, Definition::Field(field));
                            self.value(value, ty);
                        }
                        None => self.expr(value),
                    }
                }
                Entry::Pair { .. } | Entry::Shorthand(_) | Entry::Spread(_) | Entry::Guard(_) => self.entry(entry),
            }
        }
    }

    /// A value of a release where a value of `ty` is expected.
    fn value(&mut self, value: &Expr, ty: &Type) {
        match &value.kind {
            ExprKind::Object(entries) => entries.iter().for_each(|entry| match entry {
                Entry::Pair { key: Key::Plain(key), value, .. } => {
                    let declared = record_field(ty, &key.text).map(|field| field.span);
                    self.note(key.span, Definition::Key(declared));
                    self.below(value, step(ty, &key.text).as_ref());
                }
                other => self.entry(other),
            }),
            ExprKind::List(elements) => {
                let inner = step(ty, ELEMENT);
                elements.iter().for_each(|element| match element {
                    Element::Value(value) => self.below(value, inner.as_ref()),
                    other => visit::walk_element(self, other),
                });
            }
            _ => self.expr(value),
        }
    }

    fn below(&mut self, value: &Expr, ty: Option<&Type>) {
        match ty {
            Some(ty) => self.value(value, ty),
            None => self.expr(value),
        }
    }

    /// The meaning of a bare name.
    fn resolved(&self, name: &str) -> Option<Definition> {
        if let Some(replaced) = self.replaced.as_ref().filter(|_| name == SUPER) {
            return Some(replaced.clone());
        }
        let local = self.locals.iter().rfind(|local| *local.name.text == *name);
        Some(match self.scope().resolve(name, local)? {
            Resolution::Local(local) => Definition::Local(local.name.clone()),
            Resolution::Builtin(builtin) => Definition::Builtin(builtin),
            Resolution::Member(slot) => Definition::of_member(&self.part.as_ref()?.body, slot),
            Resolution::Item(item) => Definition::of_item(item),
            Resolution::Library(library) => Definition::Library(Arc::clone(library)),
            Resolution::Replaced(_) | Resolution::Unread => return None,
        })
    }

    fn sort(&self, expr: &Expr) -> Sort {
        sort::sort(expr, self.scope(), &self.locals)
    }

    /// The meaning of `name` in `base.name`.
    fn inside(&self, base: &Expr, name: &str) -> Option<Definition> {
        if self.sort(base) == Sort::Version {
            return match version_member(self.part.as_ref(), name)? {
                VersionMember::Builtin(field) => Some(Definition::VersionField(field)),
                VersionMember::Declared(_) => self.member(Site::Version, name),
            };
        }
        let ExprKind::Name(base) = &base.kind else { return None };
        match self.resolved(base)? {
            Definition::Library(library) => library.items.get(name).map(Definition::of_item),
            Definition::Builtin(Builtin::Settings) => self.member(Site::Settings, name),
            Definition::Builtin(Builtin::Release) => ReleaseField::of(name).map(Definition::ReleaseField),
            _ => None,
        }
    }

    fn call(&mut self, callee: &Expr, args: &[Arg]) {
        let called = match &callee.kind {
            ExprKind::Name(name) => {
                let called = self
                    .scope()
                    .callee(name, false)
                    .map(|callee| Definition::Fragment(Arc::clone(callee.declaration())));
                let meant = called.clone().or_else(|| self.resolved(name)).unwrap_or(Definition::Function);
                self.note(start_of(callee.span, name), meant);
                called
            }
            ExprKind::Field { base, name, .. } => {
                self.expr(base);
                let called = self.inside(base, &name.text);
                called.iter().for_each(|called| self.note(name.span, called.clone()));
                called
            }
            _ => {
                self.expr(callee);
                None
            }
        };
        for Arg { name, value } in args {
            if let (Some(name), Some(Definition::Fragment(fragment))) = (name, &called)
                && let Some(parameter) = fragment.params.iter().find(|parameter| parameter.name.text == name.text)
            {
                self.note(name.span, Definition::Local(parameter.name.clone()));
            }
            self.expr(value);
        }
    }

    /// `kube.Port`, `Port`.
    fn type_path(&mut self, library: Option<&Name>, name: &Name) {
        let module = self.module;
        let imported = library.and_then(|name| module.imports.get(&name.text));
        if let (Some(name), Some(imported)) = (library, imported) {
            self.note(name.span, Definition::Library(Arc::clone(imported)));
        }
        let declared = if library.is_some() { imported } else { Some(module) };
        let declared = declared.and_then(|module| module.items.get(&name.text)).map(Definition::of_item);
        let builtin = || BUILTIN_TYPES.iter().find(|(known, _)| library.is_none() && *known == &*name.text);
        if let Some(definition) = declared.or_else(|| Some(Definition::BuiltinType(builtin()?.1))) {
            self.note(name.span, definition);
        }
    }
}

impl<'f> ReleaseFields<'f> {
    /// Finds the field that a release sets as `name` in its settings or in a version, and its type.
    fn find(self, site: Site, name: &str) -> Option<(Arc<ast::Field>, &'f Type)> {
        let version = |at: usize| (&self.plan.version.fields[at].item, &self.version[at]);
        let (field, ty) = match site {
            Site::Version => version(self.plan.version_field(name)?),
            Site::Settings | Site::Body | Site::File => match self.plan.settings_field(name)? {
                FieldSlot::Setting(at) => (&self.plan.settings.fields[at].item, &self.settings[at]),
                FieldSlot::Version(at) => Some(version(at)).filter(|(field, _)| field.shared)?,
            },
        };
        Some((Arc::clone(field), ty))
    }
}
