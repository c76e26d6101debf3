//! The functions of the language: what they take and give.

use std::sync::Arc;

use super::checker::Checker;
use super::inferred::{Inferred, OptionalOf, Stage, field_type, is_object, kinds, merged};
use super::messages::{absent_here, arity};
use super::scope::TypeScope;
use crate::types::written::{element_type, field_names};
use crate::types::{ListType, RecordField, RecordType, Type};
use relc_syntax::ast::{Arg, Expr, ExprKind, StringPart};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

impl Checker<'_> {
    pub(super) fn function(&mut self, name: &str, args: &[Arg], span: Span, scope: &TypeScope<'_>) -> Inferred {
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("the function `{name}` takes no named arguments");
            return self.report(Diagnostic::error(Code::InvalidExpression, named.span, message));
        }
        let values: Vec<&Expr> = args.iter().map(|arg| &arg.value).collect();
        match (name, values.as_slice()) {
            ("merge", [_, ..]) => self.merge(&values, scope),
            ("nonempty", [value]) => {
                let known = self.infer(value, scope);
                let known = self.nonempty(known);
                self.container("nonempty", known, value)
            }
            ("all" | "any", [list]) => self.truths(name, list, scope),
            ("len", [value]) => {
                let known = self.operand(name, value, scope);
                self.container("len", known, value);
                Inferred::now(Type::Int { min: Some(0), max: None })
            }
            ("last", [list]) => {
                let known = self.operand(name, list, scope);
                match element_type(&known.ty) {
                    Some(element) => Inferred::now(element.optional_of()),
                    None if known.is_error() => Inferred::error(),
                    None => self.wrong_argument(name, "a list", &known, list),
                }
            }
            ("startsWith", [text, prefix]) => {
                self.text(name, text, scope);
                self.text(name, prefix, scope);
                Inferred::now(Type::Bool)
            }
            ("matches", [text, pattern]) => {
                self.text(name, text, scope);
                self.text(name, pattern, scope);
                self.pattern(pattern);
                Inferred::now(Type::Bool)
            }
            ("lower", [text]) => {
                self.text(name, text, scope);
                Inferred::now(Type::STRING)
            }
            ("yaml", [value]) => {
                let known = self.infer(value, scope);
                self.now(known, value.span, "yaml");
                Inferred::now(Type::STRING)
            }
            ("template", [value]) => self.template(value, scope),
            ("given", [value]) => {
                let known = self.infer(value, scope);
                self.now(known, value.span, name);
                Inferred::now(Type::Bool)
            }
            ("includes", [whole, part]) => {
                for value in [whole, part] {
                    let known = self.infer(value, scope);
                    self.now(known, value.span, name);
                }
                Inferred::now(Type::Bool)
            }
            ("join", [list, between]) => {
                self.texts(name, list, scope);
                self.text(name, between, scope);
                Inferred::now(Type::STRING)
            }
            ("split", [text, between]) => {
                self.text(name, text, scope);
                self.text(name, between, scope);
                Inferred::now(Type::list(Type::STRING))
            }
            ("repeated", [list]) => {
                self.texts(name, list, scope);
                Inferred::now(Type::list(Type::STRING))
            }
            ("sum", [list]) => self.sum(list, scope),
            ("decimal" | "seconds", [text]) => {
                self.text(name, text, scope);
                Inferred::now(Type::Number { min: None, max: None }.optional_of())
            }
            ("regex", [text]) => {
                self.text(name, text, scope);
                Inferred::now(Type::Bool)
            }
            ("number", [value]) => {
                let number = Type::Number { min: None, max: None };
                self.part_of(value, &number, scope, name)
            }
            ("watch", [value]) => {
                self.short(value, scope);
                Inferred::now(watched())
            }
            ("text", [value]) => self.part_of(value, &Type::STRING, scope, name),
            ("object", [value]) => self.part_of(value, &Type::Map(Arc::new(Type::Any)), scope, name),
            ("short", [value]) => self.short(value, scope),
            ("weight", [version]) => {
                self.version(name, version, scope);
                Inferred { ty: Type::Int { min: Some(0), max: None }, stage: Stage::Run }
            }
            ("live", [version]) => {
                self.version(name, version, scope);
                Inferred { ty: Type::Bool, stage: Stage::Run }
            }
            ("merge", []) => self.report(arity(name, "one argument or more", span)),
            ("startsWith" | "matches" | "includes" | "join" | "split", _) => {
                self.report(arity(name, &format!("two arguments, and here are {}", values.len()), span))
            }
            _ => self.report(arity(name, &format!("one argument, and here are {}", values.len()), span)),
        }
    }

    /// An argument whose value is needed now, and is there.
    fn operand(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.now(known, value.span, name);
        if known.ty.is_optional() && !known.is_error() {
            return self.report(absent_here(&self.shown(value.span), &format!("`{name}` needs a value"), value.span));
        }
        known
    }

    fn wrong_argument(&mut self, name: &str, takes: &str, known: &Inferred, value: &Expr) -> Inferred {
        let message = format!("`{name}` takes {takes}, and {} is {}", self.shown(value.span), known.ty);
        self.report(Diagnostic::error(Code::WrongType, value.span, message))
    }

    fn text(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) {
        let known = self.operand(name, value, scope);
        if super::assignable::fits(&known.ty, &Type::STRING).is_err() {
            self.wrong_argument(name, "a string", &known, value);
        }
    }

    fn version(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) {
        let known = self.operand(name, value, scope);
        if !matches!(known.ty, Type::Version | Type::Error) {
            self.wrong_argument(name, "a version", &known, value);
        }
    }

    fn pattern(&mut self, pattern: &Expr) {
        let ExprKind::String(parts) = &pattern.kind else { return };
        if let [StringPart::Text(source)] = parts.as_slice()
            && crate::types::Pattern::new(source).is_none()
        {
            let message = format!("`{source}` is not a regular expression");
            self.report(Diagnostic::error(Code::InvalidExpression, pattern.span, message));
        }
    }

    /// A list, a map or an object (or for `len` a text).
    fn container(&mut self, name: &str, known: Inferred, value: &Expr) -> Inferred {
        let ty = known.ty.present();
        let takes = matches!(ty, Type::Any | Type::Error)
            || super::assignable::fits(ty, &Type::Map(Arc::new(Type::Any))).is_ok()
            || element_type(ty).is_some()
            || is_object(ty)
            || (name == "len" && super::assignable::fits(ty, &Type::STRING).is_ok())
            || matches!(ty, Type::Union(branches) if branches.iter().all(|branch| element_type(branch).is_some() || is_object(branch)));
        if takes { known } else { self.wrong_argument(name, "a list or a map", &known, value) }
    }

    /// The value, or absent where it is empty.
    pub(super) fn nonempty(&mut self, known: Inferred) -> Inferred {
        let present = known.ty.present();
        let ty = match present {
            Type::List(list) => {
                Type::List(Arc::new(ListType { least: Some(list.least.unwrap_or(0).max(1)), ..(**list).clone() }))
            }
            other => other.clone(),
        };
        if known.is_error() || (!known.ty.is_optional() && self.surely_filled(present)) {
            return Inferred { ty, stage: known.stage };
        }
        let stage = if known.stage == Stage::Now { Stage::Now } else { Stage::Guarded };
        Inferred { ty: ty.optional_of(), stage }
    }

    /// Whether a list or object has an element or entry whatever happens.
    fn surely_filled(&self, ty: &Type) -> bool {
        match ty {
            Type::List(list) => list.least.is_some_and(|least| least > 0),
            Type::Manifest => true,
            Type::Record(_) | Type::Schema(_) => {
                field_names(ty).iter().any(|name| field_type(ty, name).is_some_and(|field| !field.is_optional()))
            }
            Type::Union(branches) => branches.iter().all(|branch| self.surely_filled(branch)),
            _ => false,
        }
    }

    fn truths(&mut self, name: &str, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(list, scope);
        let known = self.presence(known, list.span, name);
        if known.is_error() {
            return Inferred::now(Type::Bool);
        }
        let element = element_type(&known.ty).filter(|_| !known.ty.is_optional());
        match element {
            Some(Type::Bool | Type::Error | Type::Any) => {}
            _ => {
                self.wrong_argument(name, "a list of booleans", &known, list);
            }
        }
        Inferred { ty: Type::Bool, stage: known.stage }
    }

    fn merge(&mut self, values: &[&Expr], scope: &TypeScope<'_>) -> Inferred {
        let mut all: Option<Type> = None;
        let mut wrong = false;
        for value in values {
            let known = self.infer(value, scope);
            let known = self.now(known, value.span, "merge");
            wrong |= known.is_error();
            let ty = known.ty.present();
            if !is_object(ty) && !matches!(ty, Type::Any | Type::Error) {
                self.wrong_argument("merge", "objects", &known, value);
                continue;
            }
            all = Some(all.map_or(known.ty.clone(), |base| merged(&base, &known.ty)));
        }
        Inferred::now(all.filter(|_| !wrong).unwrap_or(Type::Error))
    }

    /// What is written as a routing template: never empty, whatever versions are ready.
    fn template(&mut self, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.presence(known, value.span, "template");
        if known.is_error() || matches!(known.ty, Type::Any) {
            return Inferred::now(Type::STRING);
        }
        if known.ty.is_optional() {
            self.report(absent_here(&self.shown(value.span), "`template` needs an object", value.span));
        } else if !is_object(&known.ty) {
            self.wrong_argument("template", "an object", &known, value);
        } else if !self.surely_filled(&known.ty) {
            let message = format!("the template of {} may become empty", self.shown(value.span));
            let error = Diagnostic::error(Code::InvalidExpression, value.span, message);
            self.report(error.help("give it a key that is always there: a manifest has its `apiVersion` and `kind`"));
        }
        Inferred::now(Type::STRING)
    }

    /// `text(x)`, `number(x)` and `object(x)`: the value where it is of that sort.
    fn part_of(&mut self, value: &Expr, sort: &Type, scope: &TypeScope<'_>, name: &str) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.now(known, value.span, name);
        let present = known.ty.present();
        if matches!(present, Type::Any | Type::Error) {
            return Inferred::now(Type::Any.optional_of());
        }
        let branches: &[Type] = match present {
            Type::Union(branches) => branches,
            one => std::slice::from_ref(one),
        };
        let mut taken: Vec<Type> = Vec::new();
        let mut whole = true;
        for branch in branches {
            match part(branch, sort) {
                Part::Whole => taken.push(branch.clone()),
                Part::Some(ty) => {
                    whole = false;
                    taken.push(ty);
                }
                Part::None => whole = false,
            }
        }
        let Some(first) = taken.first() else {
            let message = format!("{} is {present}: `{name}` of it is never there", self.shown(value.span));
            return self.report(Diagnostic::error(Code::InvalidExpression, value.span, message));
        };
        let ty = if taken.len() == 1 { first.clone() } else { Type::Union(taken.into()) };
        Inferred::now(if whole && !known.ty.is_optional() { ty } else { ty.optional_of() })
    }

    /// The sum of a list of numbers, which is a whole number where they are.
    fn sum(&mut self, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand("sum", list, scope);
        let number = Type::Number { min: None, max: None };
        match element_type(&known.ty) {
            Some(Type::Int { .. }) => Inferred::now(Type::INT),
            Some(element) if super::assignable::fits(&element, &number).is_ok() => Inferred::now(number),
            _ if known.is_error() => Inferred::error(),
            _ => self.wrong_argument("sum", "a list of numbers", &known, list),
        }
    }

    /// A list of texts.
    fn texts(&mut self, name: &str, list: &Expr, scope: &TypeScope<'_>) {
        let known = self.operand(name, list, scope);
        let texts =
            element_type(&known.ty).is_some_and(|element| super::assignable::fits(&element, &Type::STRING).is_ok());
        if !texts && !known.is_error() {
            self.wrong_argument(name, "a list of strings", &known, list);
        }
    }

    /// The short name of a manifest's kind; the kind may hold what only the controller knows.
    fn short(&mut self, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.presence(known, value.span, "short");
        if known.is_error() {
            return Inferred::now(Type::STRING);
        }
        if known.ty.is_optional() {
            self.report(absent_here(&self.shown(value.span), "`short` needs a manifest", value.span));
        } else if super::assignable::fits(&known.ty, &Type::Manifest).is_err() {
            self.wrong_argument("short", "a manifest", &known, value);
        } else {
            self.short_kind(&known.ty, value, scope);
        }
        Inferred::now(Type::STRING)
    }

    /// The kind of a manifest must be watched to have a short name; that of a parameter is asked for at each call.
    pub(super) fn short_kind(&mut self, ty: &Type, value: &Expr, scope: &TypeScope<'_>) {
        let kinds = kinds(ty);
        if kinds.is_empty() {
            let param = match &value.kind {
                ExprKind::Name(name) if scope.local(name).is_some() => Some(Arc::clone(name)),
                _ => None,
            };
            if let (Some(param), Some(own)) = (param, self.node.clone()) {
                self.shorts.insert((own, param));
            }
            return;
        }
        if let Some(kind) = kinds.iter().find(|kind| !self.watched.contains(kind)) {
            let kind = &kind.schema().kind;
            let message = format!("{} is a {kind}, which is not watched: it has no short name", self.shown(value.span));
            let error = Diagnostic::error(Code::InvalidExpression, value.span, message);
            self.report(error.help(format!("say `watch NAME {kind}` in the part or environment")));
        }
    }
}

/// How much of a type is of a sort.
enum Part {
    Whole,
    Some(Type),
    None,
}

fn part(ty: &Type, sort: &Type) -> Part {
    use relc_schema::Node;
    // What has no fields is the same where nothing is required.
    if let Type::Partial(inner) = ty
        && !is_object(inner)
    {
        return part(inner, sort);
    }
    if let Type::Schema(node) = ty {
        match (node.node(), sort) {
            (Node::IntOrString { .. }, Type::Number { .. }) => return Part::Some(Type::INT),
            (Node::Any, _) | (Node::IntOrString { .. } | Node::Quantity, Type::String(_) | Type::Number { .. }) => {
                return Part::Some(sort.clone());
            }
            _ => {}
        }
    }
    let fits = match sort {
        Type::Map(_) => is_object(ty),
        _ => super::assignable::fits(ty, sort).is_ok(),
    };
    if fits { Part::Whole } else { Part::None }
}

/// What `watch` says of a kind.
fn watched() -> Type {
    let nowhere = Span::new(relc_syntax::source::FileId(0), 0, 0);
    let texts = ["short", "group", "version", "resource"].map(|name| (name, Type::STRING));
    let all = texts.into_iter().chain([("conditions", Type::list(Type::STRING))]);
    let fields = all.map(|(name, ty)| RecordField { name: name.into(), ty, span: nowhere }).collect();
    Type::Record(Arc::new(RecordType { fields, rest: None }))
}
