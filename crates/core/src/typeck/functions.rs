//! The types of calls of functions: what their parameters take and what they return.

use std::sync::Arc;

use super::checker::Checker;
use super::inferred::{Inferred, OptionalOf, Stage, field_type, is_object, kinds, merged};
use super::messages::{absent_here, arity};
use super::scope::TypeScope;
use crate::eval::{Function, Returns, Takes};
use crate::types::written::{element_type, field_names};
use crate::types::{ListType, RecordField, RecordType, Type};
use relc_syntax::ast::{Arg, Expr, ExprKind, StringPart};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

impl Checker<'_> {
    pub(super) fn function(
        &mut self,
        function: &Function,
        args: &[Arg],
        span: Span,
        scope: &TypeScope<'_>,
    ) -> Inferred {
        let name = function.name;
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("the function `{name}` takes no named arguments");
            return self.report(Diagnostic::error(Code::InvalidExpression, named.span, message));
        }
        if let Err(takes) = function.arity(args.len()) {
            return self.report(arity(name, &format!("{takes}, and {} are set", args.len()), span));
        }
        let parameters = function.parameters();
        let arguments: Vec<(Inferred, &Expr)> = { args.iter().enumerate() }
            .map(|(at, arg)| {
                let parameter = &parameters[at.min(parameters.len() - 1)];
                (self.taken(name, parameter.takes, &arg.value, scope), &arg.value)
            })
            .collect();
        self.returned(function, &arguments)
    }

    /// The type of an argument, which must be one that the parameter takes.
    fn taken(&mut self, name: &str, takes: Takes, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        match takes {
            Takes::Value => {
                let known = self.infer(value, scope);
                self.now(known, value.span, name)
            }
            Takes::Object => self.mergeable(name, value, scope),
            Takes::Container => {
                let known = self.infer(value, scope);
                self.container(known, value, name, "a list or a map")
            }
            Takes::Sized => {
                let known = self.operand(name, value, scope);
                match super::assignable::fits(known.ty.present(), &Type::STRING) {
                    Ok(()) => known,
                    Err(_) => self.container(known, value, name, "a list, a map or a string"),
                }
            }
            Takes::List => {
                let known = self.operand(name, value, scope);
                match element_type(&known.ty) {
                    None if !known.is_error() => self.wrong_argument(name, "a list", &known, value),
                    Some(_) | None => known,
                }
            }
            Takes::Conditions => self.truths(name, value, scope),
            Takes::Strings => self.texts(name, value, scope),
            Takes::RunStrings => self.run_texts(name, value, scope),
            Takes::Numbers => self.numbers(name, value, scope),
            Takes::Sortable => {
                self.listed(name, &[Type::STRING, Type::NUMBER], "a list of strings or of numbers", value, scope)
            }
            Takes::Objects => self.listed(name, &[Type::Map(Arc::new(Type::Any))], "a list of objects", value, scope),
            Takes::Int => {
                let known = self.operand(name, value, scope);
                match super::assignable::fits(&known.ty, &Type::INT) {
                    Ok(()) => known,
                    Err(_) => self.wrong_argument(name, "a whole number", &known, value),
                }
            }
            Takes::String => self.text(name, value, scope),
            Takes::Pattern => {
                let known = self.text(name, value, scope);
                self.pattern(value);
                known
            }
            Takes::Template => self.template(name, value, scope),
            Takes::RunTime => self.infer(value, scope),
            Takes::Manifest => self.manifest(name, value, scope),
            Takes::Version => self.version(name, value, scope),
        }
    }

    /// The type of the result.
    fn returned(&mut self, function: &Function, arguments: &[(Inferred, &Expr)]) -> Inferred {
        let count = Type::Int { min: Some(0), max: None };
        let Some((first, value)) = arguments.first() else { return Inferred::error() };
        match function.returns {
            Returns::Bool => Inferred::now(Type::Bool),
            Returns::String => Inferred::now(Type::STRING),
            Returns::RunString => Inferred { ty: Type::STRING, stage: first.stage.inside() },
            Returns::Count => Inferred::now(count),
            Returns::Int => Inferred::now(Type::INT),
            Returns::Integers => Inferred::now(Type::list(Type::INT)),
            Returns::Argument => first.clone(),
            Returns::Groups => match element_type(&first.ty) {
                Some(element) => Inferred::now(Type::Map(Arc::new(Type::list(element)))),
                None => Inferred::error(),
            },
            Returns::Strings => Inferred::now(Type::list(Type::STRING)),
            Returns::Sum => match element_type(&first.ty) {
                Some(Type::Int { .. }) => Inferred::now(Type::INT),
                Some(_) | None => Inferred::now(Type::NUMBER),
            },
            Returns::NumberRead => Inferred::now(Type::NUMBER.optional_of()),
            Returns::Watch => Inferred::now(watched()),
            Returns::Weight => Inferred { ty: count, stage: Stage::Run },
            Returns::Live => Inferred { ty: Type::Bool, stage: Stage::Run },
            Returns::Merged => merged_all(arguments),
            Returns::Condition => first.clone(),
            Returns::Element => match element_type(&first.ty) {
                Some(element) => Inferred::now(element.optional_of()),
                None => Inferred::error(),
            },
            Returns::NonEmpty => self.nonempty(first.clone()),
            Returns::Settled => Inferred::now(first.ty.clone()),
            Returns::StringOnly => self.part_of(first, value, &Type::STRING, function.name),
            Returns::NumberOnly => self.part_of(first, value, &Type::NUMBER, function.name),
            Returns::ObjectOnly => self.part_of(first, value, &Type::Map(Arc::new(Type::Any)), function.name),
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

    fn text(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand(name, value, scope);
        match super::assignable::fits(&known.ty, &Type::STRING) {
            Ok(()) => known,
            Err(_) => self.wrong_argument(name, "a string", &known, value),
        }
    }

    fn version(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand(name, value, scope);
        match known.ty {
            Type::Version | Type::Error => known,
            _ => self.wrong_argument(name, "a version", &known, value),
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

    /// A list, a map or an object.
    fn container(&mut self, known: Inferred, value: &Expr, name: &str, takes: &str) -> Inferred {
        let ty = known.ty.present();
        let fits = matches!(ty, Type::Any | Type::Error)
            || super::assignable::fits(ty, &Type::Map(Arc::new(Type::Any))).is_ok()
            || element_type(ty).is_some()
            || is_object(ty)
            || matches!(ty, Type::Union(branches) if branches.iter().all(|branch| element_type(branch).is_some() || is_object(branch)));
        if fits { known } else { self.wrong_argument(name, takes, &known, value) }
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

    /// Returns true if a list or object has an element or entry in any case.
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

    fn mergeable(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.now(known, value.span, name);
        let ty = known.ty.present();
        match is_object(ty) || matches!(ty, Type::Any | Type::Error) {
            true => known,
            false => self.wrong_argument(name, "objects", &known, value),
        }
    }

    /// Checks the argument of `template`: an object that is never empty, whichever versions are ready.
    fn template(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.presence(known, value.span, name);
        if known.is_error() || matches!(known.ty, Type::Any) {
            return Inferred::now(Type::STRING);
        }
        if known.ty.is_optional() {
            self.report(absent_here(&self.shown(value.span), &format!("`{name}` needs an object"), value.span));
        } else if !is_object(&known.ty) {
            self.wrong_argument(name, "an object", &known, value);
        } else if !self.surely_filled(&known.ty) {
            let message = format!("the template of {} may become empty", self.shown(value.span));
            let error = Diagnostic::error(Code::InvalidExpression, value.span, message);
            self.report(error.help("add a key that is always present, such as `apiVersion` and `kind` of a manifest"));
        }
        Inferred::now(Type::STRING)
    }

    /// `text(x)`, `number(x)` and `object(x)`: the value where it is of that sort.
    fn part_of(&mut self, known: &Inferred, value: &Expr, sort: &Type, name: &str) -> Inferred {
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
            let message = format!("{} is {present}: `{name}` of it is always absent", self.shown(value.span));
            return self.report(Diagnostic::error(Code::InvalidExpression, value.span, message));
        };
        let ty = if taken.len() == 1 { first.clone() } else { Type::Union(taken.into()) };
        Inferred::now(if whole && !known.ty.is_optional() { ty } else { ty.optional_of() })
    }

    /// A list of numbers.
    fn numbers(&mut self, name: &str, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand(name, list, scope);
        let number = Type::NUMBER;
        let fits = element_type(&known.ty).is_some_and(|element| super::assignable::fits(&element, &number).is_ok());
        match fits || known.is_error() {
            true => known,
            false => self.wrong_argument(name, "a list of numbers", &known, list),
        }
    }

    /// A list whose elements are all of one of the types.
    fn listed(&mut self, name: &str, types: &[Type], takes: &str, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand(name, list, scope);
        let is_fit = |element: &Type| types.iter().any(|ty| super::assignable::fits(element, ty).is_ok());
        match known.is_error() || element_type(&known.ty).is_some_and(|element| is_fit(&element)) {
            true => known,
            false => self.wrong_argument(name, takes, &known, list),
        }
    }

    /// A list of strings, in which the controller decides.
    fn run_texts(&mut self, name: &str, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(list, scope);
        let known = self.presence(known, list.span, name);
        let texts =
            element_type(&known.ty).is_some_and(|element| super::assignable::fits(&element, &Type::STRING).is_ok());
        match (texts && !known.ty.is_optional()) || known.is_error() {
            true => known,
            false => self.wrong_argument(name, "a list of strings", &known, list),
        }
    }

    /// A list of texts.
    fn texts(&mut self, name: &str, list: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.operand(name, list, scope);
        let texts =
            element_type(&known.ty).is_some_and(|element| super::assignable::fits(&element, &Type::STRING).is_ok());
        match texts || known.is_error() {
            true => known,
            false => self.wrong_argument(name, "a list of strings", &known, list),
        }
    }

    /// A manifest whose kind is watched; what only the controller knows may be in it.
    fn manifest(&mut self, name: &str, value: &Expr, scope: &TypeScope<'_>) -> Inferred {
        let known = self.infer(value, scope);
        let known = self.presence(known, value.span, name);
        if known.is_error() {
            return known;
        }
        if known.ty.is_optional() {
            let needs = format!("`{name}` needs a manifest");
            return self.report(absent_here(&self.shown(value.span), &needs, value.span));
        }
        if super::assignable::fits(&known.ty, &Type::Manifest).is_err() {
            return self.wrong_argument(name, "a manifest", &known, value);
        }
        self.short_kind(&known.ty, value, scope);
        known
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
            self.report(error.help(format!("declare `watch NAME {kind}` in the part or environment")));
        }
    }
}

/// The objects merged; an error where one is.
fn merged_all(arguments: &[(Inferred, &Expr)]) -> Inferred {
    if arguments.iter().any(|(known, _)| known.is_error()) {
        return Inferred::error();
    }
    let types = arguments.iter().map(|(known, _)| known.ty.clone());
    types.reduce(|base, over| merged(&base, &over)).map_or_else(Inferred::error, Inferred::now)
}

/// The part of a type that has a sort.
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

/// Returns the type of the result of `watch`.
fn watched() -> Type {
    let nowhere = Span::new(relc_syntax::source::FileId(0), 0, 0);
    let texts = ["short", "group", "version", "resource"].map(|name| (name, Type::STRING));
    let all = texts.into_iter().chain([("conditions", Type::list(Type::STRING))]);
    let fields = all.map(|(name, ty)| RecordField { name: name.into(), ty, span: nowhere }).collect();
    Type::Record(Arc::new(RecordType { fields, rest: None }))
}
