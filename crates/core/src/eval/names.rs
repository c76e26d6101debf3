//! Names, fields, lets and versions.

use std::sync::Arc;

use super::reads::Input;
use super::{Evaluator, Instance, Memo, Scope};
use crate::hir::{self, Builtin, ReleaseField, Replaced, Resolution, SUPER, VersionField, VersionMember};
use crate::library::{Definition, Item, LetDef, Module, Slot};
use crate::types::{Coercion, Type, coerce, quoted};
use crate::value::{Value, ValueKind};
use relc_syntax::ast::{self, Expr, ExprKind, LintTest, Name};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl<'a> Evaluator<'a> {
    /// The declarations that an expression in `scope` sees.
    pub(super) fn names<'n>(&self, scope: &Scope<'n>) -> hir::Scope<'n>
    where
        'a: 'n,
    {
        let plan = self.instance.as_ref().map(|instance| instance.plan);
        hir::Scope::new(scope.module, plan, scope.site).replacing(scope.replaced)
    }

    pub(super) fn resolve<'n>(&self, name: &str, scope: &Scope<'n>) -> Option<Resolution<'n, &'n Value>>
    where
        'a: 'n,
    {
        self.names(scope).resolve(name, scope.local(name))
    }

    /// The value of the bare word `name`. A word that names nothing can only be a member of an enum.
    pub(super) fn name(&self, name: &Arc<str>, span: Span, scope: &Scope<'_>) -> Value {
        self.resolved(self.resolve(name, scope), name, span, scope)
    }

    /// The value of `name`, which was resolved.
    fn resolved(
        &self,
        resolution: Option<Resolution<'_, &Value>>,
        name: &Arc<str>,
        span: Span,
        scope: &Scope<'_>,
    ) -> Value {
        let value = match resolution {
            Some(Resolution::Local(value)) => Some(value.clone()),
            Some(Resolution::Builtin(builtin)) => self.builtin(builtin, span, scope),
            Some(Resolution::Member(slot)) => self.body_let(slot, span),
            Some(Resolution::Item(item)) => self.item(scope.module, item, span),
            Some(Resolution::Replaced(replaced)) => self.replaced(replaced, span, scope),
            Some(Resolution::Unread) => Some(Value::new(ValueKind::Error, span)),
            Some(Resolution::Library(_)) | None => None,
        };
        value.unwrap_or_else(|| {
            // A definition file was checked: where a word of it names nothing, an enum is expected of which it is a member.
            match scope.module.file.0 < self.definitions {
                true => Value::string(Arc::clone(name), span),
                false => Value::new(ValueKind::Word(Arc::clone(name)), span),
            }
        })
    }

    fn builtin(&self, builtin: Builtin, span: Span, scope: &Scope<'_>) -> Option<Value> {
        let versions = || {
            let count = self.instance.map_or(0, |instance| instance.given.versions.len());
            (0..count).map(|at| self.version(at))
        };
        match builtin {
            Builtin::Version => Some(self.version(scope.version?)),
            Builtin::Versions => Some(Value::list(versions().collect(), span)),
            // A release whose versions can't be read has none.
            Builtin::Primary => Some(versions().next().unwrap_or(Value::new(ValueKind::Error, span))),
            Builtin::Others => Some(Value::list(versions().skip(1).collect(), span)),
            Builtin::Release | Builtin::Settings => None,
        }
    }

    /// Returns the value of the release's let `name`, if its environment declares one.
    pub fn release_let(&self, name: &str) -> Option<Value> {
        let Instance { plan, given, .. } = self.instance?;
        self.body_let(plan.body_slot(name)?, given.span)
    }

    fn body_let(&self, slot: Slot, span: Span) -> Option<Value> {
        let Slot::Let(at) = slot else { return None };
        Some(self.let_once(Memo::Body(at), &self.instance?.plan.body.lets[at], span, None))
    }

    fn version(&self, at: usize) -> Value {
        Value::new(ValueKind::Version(at), self.version_place(at))
    }

    fn version_place(&self, at: usize) -> Span {
        self.instance.expect("versions exist only where there is a release").given.versions[at].span
    }

    /// Evaluates a let of the environment once, for a version or the release.
    pub(super) fn let_once(&self, memo: Memo, definition: &LetDef, span: Span, version: Option<usize>) -> Value {
        let name = &definition.declaration.item.name.text;
        self.once(memo, span, name, || self.let_value(definition, version))
    }

    fn let_value(&self, definition: &LetDef, version: Option<usize>) -> Value {
        let span = definition.declaration.item.name.span;
        match definition.value() {
            Some((value, module)) => {
                let scope = Scope::part(module, version).replacing(Replaced::in_let(definition.effective()));
                self.eval(value, &scope)
            }
            None => Value::new(ValueKind::Error, span),
        }
    }

    /// The value of `super`.
    fn replaced(&self, replaced: Replaced<'_>, span: Span, scope: &Scope<'_>) -> Option<Value> {
        let once = |key: usize, value: &Expr, inner: &Scope<'_>| {
            self.once(Memo::Replaced(key, scope.version), span, SUPER, || self.eval(value, inner))
        };
        Some(match replaced {
            Replaced::Let(let_) => {
                let inner = Scope::part(&let_.module, scope.version).replacing(Replaced::in_let(let_));
                once(std::ptr::from_ref(let_).addr(), let_.item.value.as_deref()?, &inner)
            }
            Replaced::Field(field) => {
                let inner = Scope::part(&field.module, scope.version).replacing(Replaced::in_field(field));
                once(std::ptr::from_ref(field).addr(), field.item.default.as_ref()?, &inner)
            }
            Replaced::Lint(lint) => {
                let test = lint.pieces().test;
                let inner = Scope { module: &test.module, replaced: Replaced::in_lint(test), ..*scope };
                match test.item.test.as_deref()? {
                    LintTest::When(test) | LintTest::Unique(test) => self.eval(test, &inner),
                }
            }
            Replaced::Fragment(_) => return None,
        })
    }

    /// The value of a let or param of a file.
    fn item(&self, module: &Arc<Module>, item: &Item, span: Span) -> Option<Value> {
        match item {
            Item::Let(let_) => {
                let name = &let_.name.text;
                let memo = Memo::Module(module.file.0, Arc::clone(name));
                Some(self.once(memo, span, name, || {
                    let value = let_.value.as_ref();
                    value.map_or(Value::null(span), |value| self.eval(value, &Scope::module(module)))
                }))
            }
            Item::Param(param) => Some(self.param(module, param, span)),
            Item::Type(_) | Item::Fragment(_) | Item::Part(_) | Item::Environment(_) => None,
        }
    }

    fn param(&self, module: &Arc<Module>, param: &ast::Param, span: Span) -> Value {
        if let Some(given) = self.params.and_then(|params| params.get(&param.name.text)) {
            return given.clone();
        }
        match &param.value {
            Some(value) => {
                let memo = Memo::Module(module.file.0, Arc::clone(&param.name.text));
                self.once(memo, span, &param.name.text, || self.eval(value, &Scope::module(module)))
            }
            None => {
                let message = format!("the parameter `{}` has no value", param.name.text);
                let help = format!("pass it with `--set {}=…`, or declare a default", param.name.text);
                Value::new(self.report(Diagnostic::error(Code::MissingField, param.span, message).help(help)), span)
            }
        }
    }

    /// `base.name`.
    pub(super) fn field(&self, base: &Expr, name: &Name, span: Span, scope: &Scope<'_>) -> Value {
        let base = match &base.kind {
            ExprKind::Name(word) => {
                let resolution = self.resolve(word, scope);
                if let Some(value) = self.namespace_field(resolution, word, name, span) {
                    return value;
                }
                self.deeper(base.span, || self.resolved(resolution, word, base.span, scope))
            }
            _ => self.eval(base, scope),
        };
        match &base.data {
            ValueKind::Version(at) => self.version_field(*at, name, span),
            ValueKind::Object(object) => object.get(&name.text).cloned().unwrap_or(Value::null(span)),
            ValueKind::Null => Value::null(span),
            ValueKind::Error => Value::new(ValueKind::Error, span),
            ValueKind::Word(word) => {
                let message = format!("`{word}` refers to nothing");
                let help = match near_name(word, scope) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "declare it with `let` or `param`, import it, or write a string in quotes".to_owned(),
                };
                Value::new(self.report(Diagnostic::error(Code::UnknownName, base.span, message).help(help)), span)
            }
            ValueKind::Bool(_)
            | ValueKind::Int(_)
            | ValueKind::Float(_)
            | ValueKind::String(_)
            | ValueKind::List(_)
            | ValueKind::Residual(_)
            | ValueKind::Guarded(_) => {
                let message = format!("{} has no field `{}`", base.describe(), name.text);
                Value::new(self.report(Diagnostic::error(Code::UnknownName, name.span, message)), span)
            }
        }
    }

    /// A field that is not there. In a release file the whole object is known, so that it can only be misspelt; what
    /// definitions ask for was checked with them.
    pub(super) fn absent_field(&self, base: &Expr, name: &Name, span: Span, scope: &Scope<'_>) -> Value {
        if self.instance.is_some() || scope.locals.is_some() || scope.module.file.0 < self.definitions {
            return Value::null(span);
        }
        let base = self.eval(base, scope);
        let Some(object) = base.as_object().filter(|object| object.entry(&name.text).is_none()) else {
            return Value::null(span);
        };
        let known: Vec<&str> = object.entries.iter().map(|entry| &*entry.key).collect();
        let error = Diagnostic::error(Code::UnknownName, name.span, format!("key `{}` not found", name.text));
        let error = error.related(base.span, "the object");
        Value::new(
            self.report(match nearest(&name.text, known.iter().copied()) {
                Some(near) => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, name.span, near),
                None if known.is_empty() => error.help("it is empty"),
                None => error.help(format!("it has {}", quoted(known))),
            }),
            span,
        )
    }

    /// `release.name`, `settings.x`, `library.x`.
    fn namespace_field(
        &self,
        resolution: Option<Resolution<'_, &Value>>,
        word: &str,
        name: &Name,
        span: Span,
    ) -> Option<Value> {
        let library = match resolution? {
            Resolution::Builtin(Builtin::Release) => return Some(self.release_field(&self.instance?, name, span)),
            Resolution::Builtin(Builtin::Settings) => return Some(self.settings_field(&self.instance?, name, span)),
            Resolution::Library(library) => library,
            Resolution::Builtin(Builtin::Versions | Builtin::Primary | Builtin::Others | Builtin::Version)
            | Resolution::Local(_)
            | Resolution::Member(_)
            | Resolution::Item(_)
            | Resolution::Replaced(_)
            | Resolution::Unread => return None,
        };
        let value = library.items.get(&name.text).and_then(|item| self.item(library, item, span));
        Some(value.unwrap_or_else(|| {
            let message = format!("`{word}` has no `{}`", name.text);
            let known = library.items.keys().map(|key| &**key);
            let error = Diagnostic::error(Code::UnknownName, name.span, message);
            let error = match nearest(&name.text, known) {
                Some(near) => {
                    error.help(format!("did you mean `{word}.{near}`?")).fix(Applicability::Unsafe, name.span, near)
                }
                None => error,
            };
            Value::new(self.report(error), span)
        }))
    }

    fn release_field(&self, instance: &Instance<'_>, name: &Name, span: Span) -> Value {
        let found = match ReleaseField::of(&name.text) {
            Some(ReleaseField::Name) => self.input(instance, Input::Name),
            Some(ReleaseField::Objects) => Some(Value::list(self.all_objects(), span)),
            Some(ReleaseField::Namespace) => self.input(instance, Input::Namespace),
            Some(ReleaseField::Strategy) => self.input(instance, Input::Strategy),
            Some(ReleaseField::Values) => self.input(instance, Input::Syntax).map(|value| Value { span, ..value }),
            // The same for every release of the cluster.
            Some(ReleaseField::Features) => Some(instance.features.clone()),
            Some(ReleaseField::Manifests) => {
                self.reads_beyond();
                instance.manifests.cloned()
            }
            None => None,
        };
        found.unwrap_or(Value::null(span))
    }

    /// The setting `name`, given or by default.
    pub fn setting(&self, name: &str) -> Option<Value> {
        let instance = self.instance?;
        instance.plan.settings_slot(name)?;
        let name = Name { text: name.into(), span: instance.given.span };
        let value = self.settings_field(&instance, &name, name.span);
        Some(value).filter(|value| !value.is_null())
    }

    fn settings_field(&self, instance: &Instance<'_>, name: &Name, span: Span) -> Value {
        match instance.plan.settings_slot(&name.text) {
            Some(Slot::Field(at)) => match self.input(instance, Input::Setting(at)) {
                Some(value) if !value.is_null() => value,
                _ => self.setting_default(instance, at, span),
            },
            Some(Slot::Let(at)) => self.let_once(Memo::Settings(at), &instance.plan.settings.lets[at], span, None),
            Some(Slot::Fragment(_)) | None => Value::null(span),
        }
    }

    /// Returns the value of the member `name` of the version `at`, if there is one.
    pub fn member_of_version(&self, at: usize, name: &str) -> Option<Value> {
        let instance = self.instance?;
        self.version_member(&instance, at, name, instance.given.versions[at].span)
    }

    /// `v.name`. What an environment doesn't declare was reported where the environment was checked.
    fn version_field(&self, at: usize, name: &Name, span: Span) -> Value {
        let instance = self.instance.expect("versions exist only where there is a release");
        self.version_member(&instance, at, &name.text, span).unwrap_or(Value::null(span))
    }

    /// Resolves a member of a version: one that every version has, or one that the plan declares.
    fn version_member(&self, instance: &Instance<'_>, at: usize, name: &str, span: Span) -> Option<Value> {
        Some(match hir::version_member(Some(instance.plan), name)? {
            VersionMember::Builtin(field) => self.builtin_field(field, at, span),
            VersionMember::Declared(Slot::Field(slot)) => self.version_value(instance, at, slot, span),
            VersionMember::Declared(Slot::Let(slot)) => {
                self.let_once(Memo::Version(at, slot), &instance.plan.version.lets[slot], span, Some(at))
            }
            VersionMember::Declared(Slot::Fragment(_)) => return None,
        })
    }

    fn builtin_field(&self, field: VersionField, at: usize, span: Span) -> Value {
        let instance = self.instance.expect("versions exist only where there is a release");
        let version = &instance.given.versions[at];
        let given = |input| self.input(&instance, input).unwrap_or(Value::null(version.span));
        match field {
            VersionField::Index => Value::new(ValueKind::Int(i64::try_from(at).unwrap_or(i64::MAX)), span),
            VersionField::Label => given(Input::Label(at)),
            VersionField::Primary => Value::new(ValueKind::Bool(at == 0), version.span),
            VersionField::Weight => given(Input::Weight(at)),
            VersionField::When => given(Input::When(at)),
            VersionField::Percent => Value::new(self.percent(at), version.weight.span),
            VersionField::Objects => self.object_list(at, |_| true),
            VersionField::Tracked => self.object_list(at, |object| object.tracked),
        }
    }

    /// The version's own value, else what the settings share, else the default.
    fn version_value(&self, instance: &Instance<'_>, at: usize, slot: usize, span: Span) -> Value {
        let given = self.input(instance, Input::Field(at, slot)).filter(|value| !value.is_null());
        given.unwrap_or_else(|| self.version_default(instance, at, slot, span))
    }

    pub(super) fn setting_default(&self, instance: &Instance<'_>, at: usize, span: Span) -> Value {
        let (field, ty) = (&instance.plan.settings.fields[at], &instance.settings[at]);
        self.once(Memo::SettingsDefault(at), span, &field.item.name.text, || self.default(field, ty, None))
    }

    pub(super) fn version_default(&self, instance: &Instance<'_>, at: usize, slot: usize, span: Span) -> Value {
        let (field, ty) = (&instance.plan.version.fields[slot], &instance.version[slot]);
        self.once(Memo::VersionDefault(at, slot), span, &field.item.name.text, || self.default(field, ty, Some(at)))
    }

    /// A field's default. It was typed when the environment was; what a release's names make of it is checked here.
    fn default(&self, field: &Definition<ast::Field>, ty: &Type, version: Option<usize>) -> Value {
        let Some(default) = &field.item.default else {
            return Value::null(version.map_or(field.item.name.span, |at| self.version_place(at)));
        };
        let scope = Scope::part(&field.module, version).replacing(Replaced::in_field(field));
        let value = self.eval(default, &scope);
        match self.instance {
            Some(instance) if self.is_users(value.span) && !value.is_null() => {
                let cx = Coercion::declared(instance.sources, &field.item.name.text).of_release(&instance.given.name);
                coerce(&value, ty, &cx, &mut self.state.out.borrow_mut())
            }
            _ => value,
        }
    }
}

/// The name nearest to `word` that `scope` sees, parts' own names aside.
pub(super) fn near_name<'s>(word: &str, scope: &Scope<'s>) -> Option<&'s str> {
    nearest(word, scope.module.items.keys().chain(scope.module.imports.keys()).map(|name| &**name))
}
