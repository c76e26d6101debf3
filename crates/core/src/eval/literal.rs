//! Objects and lists: entries, spreads and guards.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::emitted::is_of;
use super::tristate::{Tristate, all, both};
use super::{Evaluator, Scope};
use crate::hir::Local;
use crate::types::Type;
use crate::types::written;
use crate::value::{Condition, Element, Entry, Object, Value, ValueKind};
use relc_syntax::ast::{self, Expr, ExprKind, Guard, GuardBody, GuardHead, Key, Name, TypeExpr};
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::Span;

type Guarding = Option<Arc<Condition>>;

impl Evaluator<'_> {
    pub(super) fn object(&self, entries: &[ast::Entry], span: Span, scope: &Scope<'_>) -> Value {
        let mut build = Build::default();
        self.entries(entries, scope, &mut build);
        Value::object(build.finish(), span)
    }

    /// `Kind { … }`: its `apiVersion` and `kind` come first.
    pub(super) fn typed(&self, ty: &TypeExpr, object: &Expr, scope: &Scope<'_>) -> Value {
        let value = self.eval(object, scope);
        let span = value.span;
        let plain = match value.data {
            ValueKind::Object(plain) => Arc::unwrap_or_clone(plain),
            other => return Value::new(other, span),
        };
        let mut ignored = Diagnostics::default();
        let Type::Schema(root) = written::resolve(ty, scope.module, &mut ignored).ty else {
            return Value::new(ValueKind::Object(Arc::new(plain)), span);
        };
        let header = [("apiVersion", &root.schema().api_version), ("kind", &root.schema().kind)];
        let header = header.map(|(key, text)| Entry::new(key, ty.span, Value::string(text.as_str(), ty.span)));
        let own = plain.entries.into_iter().filter(|entry| !matches!(&*entry.key, "apiVersion" | "kind"));
        let entries = header.into_iter().chain(own).collect();
        Value::new(ValueKind::Object(Arc::new(Object { entries, kind: Some(root) })), span)
    }

    fn entries(&self, entries: &[ast::Entry], scope: &Scope<'_>, build: &mut Build) {
        for entry in entries {
            match entry {
                ast::Entry::Pair { key, value, .. } => self.pair(key, value, scope, build),
                ast::Entry::Shorthand(name) => {
                    let value = self.name(&name.text, name.span, scope);
                    self.put(name.clone(), value, false, build);
                }
                ast::Entry::Spread(expr) => {
                    let value = self.eval(expr, scope);
                    self.spread_object(&value, None, expr.span, build);
                }
                ast::Entry::Guard(guard) => {
                    self.guard(guard, None, scope, &mut |this, guarding, body, scope| {
                        let value = this.eval(body, scope);
                        this.spread_object(&value, guarding, body.span, build);
                    });
                }
            }
        }
    }

    fn pair(&self, key: &Key, value: &Expr, scope: &Scope<'_>, build: &mut Build) {
        let name = match key {
            Key::Plain(name) => name.clone(),
            Key::Computed(expr) => {
                let key = self.eval(expr, scope);
                match key.as_str() {
                    Some(text) => Name { text: text.into(), span: key.span },
                    None if matches!(key.data, ValueKind::Error) => return,
                    None => {
                        let message = format!("a key must be a string, but this is {}", key.describe());
                        self.report(Diagnostic::error(Code::WrongType, expr.span, message));
                        return;
                    }
                }
            }
        };
        let removes = matches!(value.kind, ExprKind::Null);
        let value = self.eval(value, scope);
        self.put(name, value, removes, build);
    }

    /// Puts a written entry in. An absent value leaves the object as it is; a written `null` takes away what a spread
    /// brought.
    fn put(&self, key: Name, value: Value, removes: bool, build: &mut Build) {
        if let Some(first) = build.written(&key.text) {
            let message = format!("`{}` is set twice", key.text);
            let error = Diagnostic::error(Code::DuplicateKey, key.span, message);
            self.report(error.related(first, "first set here").help("remove one of them"));
            return;
        }
        build.mark(&key);
        if value.is_null() {
            if removes {
                build.remove(&key.text);
            }
            return;
        }
        let (guard, value) = match value.data {
            ValueKind::Guarded(guarded) => (Some(Arc::new(guarded.0.clone())), guarded.1.clone()),
            data => (None, Value::new(data, value.span)),
        };
        build.set(Entry { key: key.text, key_span: key.span, guard, value });
    }

    fn spread_object(&self, value: &Value, guarding: Guarding, span: Span, build: &mut Build) {
        match &value.data {
            ValueKind::Object(object) => {
                if !self.spend(object.entries.len(), span) {
                    return;
                }
                for entry in &object.entries {
                    let guard = both(guarding.as_ref(), entry.guard.as_ref());
                    build.set(Entry { guard, ..entry.clone() });
                }
            }
            ValueKind::Guarded(guarded) => {
                let guard = both(guarding.as_ref(), Some(&Arc::new(guarded.0.clone())));
                self.spread_object(&guarded.1, guard, span, build);
            }
            ValueKind::Null | ValueKind::Error => {}
            _ => self.wrong_spread("an object", value, span),
        }
    }

    fn wrong_spread(&self, wanted: &str, value: &Value, span: Span) {
        if let ValueKind::Word(word) = &value.data {
            let error = Diagnostic::error(Code::UnknownName, span, format!("`{word}` refers to nothing"));
            let help = format!("declare it with `let {word} = …`, or import the file that declares it");
            self.report(error.help(help));
            return;
        }
        let message = format!("expected {wanted}, and this is {}", value.describe());
        self.report(Diagnostic::error(Code::WrongType, span, message));
    }

    pub(super) fn list(&self, elements: &[ast::Element], span: Span, scope: &Scope<'_>) -> Value {
        let mut list = Vec::new();
        for element in elements {
            match element {
                ast::Element::Value(expr) => push(&mut list, None, self.eval(expr, scope)),
                ast::Element::Spread(expr) => {
                    let value = self.eval(expr, scope);
                    self.spread_list(&value, None, expr.span, &mut list);
                }
                ast::Element::Guard(guard) => {
                    self.guard(guard, None, scope, &mut |this, guarding, body, scope| {
                        push(&mut list, guarding, this.eval(body, scope));
                    });
                }
            }
        }
        Value::new(ValueKind::List(Arc::new(list)), span)
    }

    fn spread_list(&self, value: &Value, guarding: Guarding, span: Span, list: &mut Vec<Element>) {
        match &value.data {
            ValueKind::List(elements) => {
                if self.spend(elements.len(), span) {
                    list.extend(elements.iter().map(|element| Element {
                        guard: both(guarding.as_ref(), element.guard.as_ref()),
                        value: element.value.clone(),
                    }));
                }
            }
            ValueKind::Guarded(guarded) => {
                let guard = both(guarding.as_ref(), Some(&Arc::new(guarded.0.clone())));
                self.spread_list(&guarded.1, guard, span, list);
            }
            ValueKind::Null | ValueKind::Error => {}
            _ => self.wrong_spread("a list", value, span),
        }
    }

    /// Goes through what a guard lets through; each time `body` gets the condition that only the controller knows.
    fn guard(&self, guard: &Guard, outer: Guarding, scope: &Scope<'_>, body: &mut Body<'_>) {
        match &guard.head {
            GuardHead::If(condition) => self.guarded(condition, &guard.body, outer, scope, body),
            GuardHead::For { vars, ty, iter, condition } => {
                let iter_value = self.eval(iter, scope);
                for (values, guarding) in self.items(&iter_value, iter.span, vars.len(), ty.as_deref(), scope) {
                    let guarding = both(outer.as_ref(), guarding.as_ref());
                    self.bind_loop(vars, values, scope, &mut |scope| match condition.as_deref() {
                        Some(condition) => self.guarded(condition, &guard.body, guarding.clone(), scope, body),
                        None => self.guard_body(&guard.body, guarding.clone(), scope, body),
                    });
                }
            }
        }
    }

    /// Goes through a loop's rounds that are there whatever the controller knows; `each` sees the loop's variables.
    pub(super) fn rounds(&self, head: &GuardHead, scope: &Scope<'_>, each: &mut dyn FnMut(&Evaluator<'_>, &Scope<'_>)) {
        let holds =
            |condition: &Expr, scope: &Scope<'_>| Tristate::of(&self.eval(condition, scope)) == Tristate::Known(true);
        match head {
            GuardHead::If(condition) if holds(condition, scope) => each(self, scope),
            GuardHead::If(_) => {}
            GuardHead::For { vars, ty, iter, condition } => {
                let iter_value = self.eval(iter, scope);
                for (values, guarding) in self.items(&iter_value, iter.span, vars.len(), ty.as_deref(), scope) {
                    if guarding.is_some() {
                        continue;
                    }
                    self.bind_loop(vars, values, scope, &mut |scope| {
                        if condition.as_ref().is_none_or(|condition| holds(condition, scope)) {
                            each(self, scope);
                        }
                    });
                }
            }
        }
    }

    /// Binds a loop's variables, then goes on with `then`.
    fn bind_loop(&self, vars: &[Name], values: [Value; 2], scope: &Scope<'_>, then: &mut dyn FnMut(&Scope<'_>)) {
        let [first, second] = values;
        // One variable takes the element; of two, the first takes the position or key.
        let (outer_value, inner) = match vars {
            [_] => (second, None),
            [_, name] => (first, Some((name, second))),
            _ => return,
        };
        let outer_local = Local { name: &vars[0].text, known: outer_value, next: scope.locals };
        let scope = Scope { locals: Some(&outer_local), ..*scope };
        let inner_local = inner.map(|(name, value)| Local { name: &name.text, known: value, next: scope.locals });
        let scope = match &inner_local {
            Some(local) => Scope { locals: Some(local), ..scope },
            None => scope,
        };
        then(&scope);
    }

    fn guarded(&self, condition: &Expr, inner: &GuardBody, outer: Guarding, scope: &Scope<'_>, body: &mut Body<'_>) {
        match Tristate::of(&self.eval(condition, scope)) {
            Tristate::Known(true) => self.guard_body(inner, outer, scope, body),
            Tristate::Known(false) | Tristate::Error => {}
            Tristate::Residual(condition) => {
                let guarding = both(outer.as_ref(), Some(&Arc::new(condition)));
                self.guard_body(inner, guarding, scope, body);
            }
        }
    }

    fn guard_body(&self, inner: &GuardBody, guarding: Guarding, scope: &Scope<'_>, body: &mut Body<'_>) {
        match inner {
            GuardBody::Guard(inner) => self.guard(inner, guarding, scope, body),
            GuardBody::Expr(expr) => body(self, guarding, expr, scope),
        }
    }

    /// Returns the pairs that a loop iterates over: position and element, or key and value. With a type, only the elements of
    /// that type.
    fn items(
        &self,
        value: &Value,
        span: Span,
        vars: usize,
        ty: Option<&TypeExpr>,
        scope: &Scope<'_>,
    ) -> Vec<([Value; 2], Guarding)> {
        let mut items = self.all_items(value, span, vars);
        if let Some(ty) = ty {
            let ty = written::resolve(ty, scope.module, &mut Diagnostics::default()).ty;
            items.retain(|([_, element], _)| is_of(element, &ty));
        }
        items
    }

    fn all_items(&self, value: &Value, span: Span, vars: usize) -> Vec<([Value; 2], Guarding)> {
        match &value.data {
            ValueKind::List(elements) => {
                let position = |at: usize| Value::new(ValueKind::Int(i64::try_from(at).unwrap_or(i64::MAX)), span);
                let pairs = elements.iter().enumerate();
                pairs.map(|(at, element)| ([position(at), element.value.clone()], element.guard.clone())).collect()
            }
            ValueKind::Object(object) => {
                let key = |entry: &Entry| Value::string(Arc::clone(&entry.key), entry.key_span);
                let entries = object.entries.iter();
                // A single variable takes the keys.
                entries
                    .map(|entry| {
                        let second = if vars == 1 { key(entry) } else { entry.value.clone() };
                        ([key(entry), second], entry.guard.clone())
                    })
                    .collect()
            }
            ValueKind::Null | ValueKind::Error => Vec::new(),
            _ => {
                self.wrong_spread("a list or a map", value, span);
                Vec::new()
            }
        }
    }
}

type Body<'b> = dyn FnMut(&Evaluator<'_>, Guarding, &Expr, &Scope<'_>) + 'b;

/// Puts an element behind `list`, unless it is absent.
fn push(list: &mut Vec<Element>, guarding: Guarding, value: Value) {
    match value.data {
        ValueKind::Null => {}
        ValueKind::Guarded(guarded) => {
            let guard = both(guarding.as_ref(), Some(&Arc::new(guarded.0.clone())));
            list.push(Element { guard, value: guarded.1.clone() });
        }
        data => list.push(Element { guard: guarding, value: Value::new(data, value.span) }),
    }
}

/// Entries on their way into an object: each key once, the later value in the place of the first. Where only the controller knows
/// whether the later value exists, the key has both, under conditions that exclude each other.
#[derive(Default)]
struct Build {
    entries: Vec<Entry>,
    keys: Keys,
    /// Keys that were written here, not spread, with the place of each.
    written: Keys,
    places: Vec<Span>,
    /// True if a key has several values, of which the controller chooses one.
    is_forked: bool,
}

/// A guard, and the condition `otherwise`.
fn unless(guard: Option<&Condition>, otherwise: &Tristate) -> Guarding {
    let guard = guard.map_or(Tristate::Known(true), |guard| Tristate::Residual(guard.clone()));
    match all([guard, otherwise.clone()]) {
        Tristate::Residual(condition) => Some(Arc::new(condition)),
        Tristate::Known(_) | Tristate::Error => None,
    }
}

impl Build {
    fn written(&self, key: &str) -> Option<Span> {
        self.written.position(key).map(|at| self.places[at])
    }

    fn mark(&mut self, key: &Name) {
        self.written.add(&key.text);
        self.places.push(key.span);
    }

    fn set(&mut self, entry: Entry) {
        match (self.keys.position(&entry.key), &entry.guard) {
            (Some(_), Some(guard)) => {
                // The earlier value is there while the controller knows that this one isn't.
                let otherwise = Tristate::Residual((**guard).clone()).negate();
                let earlier = self.entries.iter_mut().filter(|earlier| earlier.key == entry.key);
                earlier.for_each(|earlier| earlier.guard = unless(earlier.guard.as_deref(), &otherwise));
                self.is_forked = true;
                self.entries.push(entry);
            }
            (Some(at), None) => {
                if self.is_forked {
                    self.remove(&entry.key);
                }
                self.entries[at] = entry;
            }
            (None, _) => {
                self.keys.add(&entry.key);
                self.entries.push(entry);
            }
        }
    }

    /// Leaves an absent value in the place, so that the positions of the others hold.
    fn remove(&mut self, key: &str) {
        if self.keys.position(key).is_some() {
            let entries = self.entries.iter_mut().filter(|entry| *entry.key == *key);
            entries.for_each(|entry| entry.value = Value::null(entry.value.span));
        }
    }

    fn finish(self) -> Vec<Entry> {
        self.entries.into_iter().filter(|entry| !entry.value.is_null()).collect()
    }
}

/// Distinct keys in their order.
#[derive(Default)]
struct Keys {
    list: Vec<Arc<str>>,
    /// The position of each key, once there are many: most objects have few, and searching those is faster.
    index: FxHashMap<Arc<str>, usize>,
}

/// From how many keys on they are looked up by hash.
const MANY: usize = 16;

impl Keys {
    fn position(&self, key: &str) -> Option<usize> {
        if self.index.is_empty() {
            self.list.iter().position(|known| &**known == key)
        } else {
            self.index.get(key).copied()
        }
    }

    fn add(&mut self, key: &Arc<str>) {
        self.list.push(Arc::clone(key));
        let count = self.list.len();
        if count >= MANY {
            let new = if count == MANY { 0 } else { count - 1 };
            self.index.extend(self.list[new..].iter().cloned().zip(new..));
        }
    }
}
