//! Calls: fragments and functions.

use std::sync::Arc;

use super::access::not_in_library;
use super::checker::{Checker, file_node};
use super::expect::Want;
use super::graph::Node;
use super::inferred::Inferred;
use super::messages::{suggest, suggest_as};
use super::scope::TypeScope;
use crate::eval::{FUNCTIONS, Function};
use crate::hir::{Callee, Resolution};
use crate::library::{Definition, Item, Module};
use crate::types::Type;
use relc_syntax::ast::{self, Arg, Expr, ExprKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::source::Span;

impl Checker<'_> {
    pub(super) fn call(&mut self, callee: &Expr, args: &[Arg], span: Span, scope: &TypeScope<'_>) -> Inferred {
        match &callee.kind {
            ExprKind::Name(name) => self.call_name(name, callee.span, args, span, scope),
            ExprKind::Field { base, name, .. } => {
                let library = match &base.kind {
                    ExprKind::Name(word) => self.resolve(word, scope),
                    _ => None,
                };
                match library {
                    Some(Resolution::Library(library)) => match Callee::of(library, &name.text) {
                        Some(callee) => self.call_fragment(callee, args, span, scope),
                        None => {
                            let error = not_in_library(library, &library.name, name);
                            self.report(error)
                        }
                    },
                    // That it cannot be imported was said.
                    Some(Resolution::Unread) => Inferred::error(),
                    _ => self.not_callable(callee),
                }
            }
            _ => self.not_callable(callee),
        }
    }

    fn not_callable(&mut self, callee: &Expr) -> Inferred {
        let message = format!("{} can't be called: only fragments and functions can", self.shown(callee.span));
        let error = Diagnostic::error(Code::InvalidExpression, callee.span, message);
        let ExprKind::Field { base, name, .. } = &callee.kind else { return self.report(error) };
        let value = self.sources.text(base.span);
        let error = match meant_function(&name.text).or(Function::named(&name.text).map(|function| function.name)) {
            Some(function) => {
                let after = self.sources.file(callee.span.file).text().get(callee.span.end as usize..).unwrap_or("");
                let args =
                    after.strip_prefix('(').and_then(|args| args.split_once(')')).map_or("", |(args, _)| args.trim());
                let separator = if args.is_empty() { "" } else { ", " };
                let fixed = format!("{function}({value}{separator}{args})");
                let error = error.help(format!("write `{fixed}`"));
                let whole = Span { end: callee.span.end + 2, ..callee.span };
                if after.starts_with("()") { error.fix(Applicability::Unsafe, whole, fixed) } else { error }
            }
            None if matches!(&*name.text, "map" | "filter" | "forEach" | "select") => {
                error.help(format!("write a loop: `[for x in {value}: …]`"))
            }
            None => error.help("values have no methods: write `name(value)`"),
        };
        self.report(error)
    }

    fn call_name(&mut self, name: &Arc<str>, at: Span, args: &[Arg], span: Span, scope: &TypeScope<'_>) -> Inferred {
        if let Some(callee) = self.names(scope).callee(name, Function::named(name).is_some()) {
            return self.call_fragment(callee, args, span, scope);
        }
        if scope.local(name).is_some() || (Function::named(name).is_none() && self.declared(name, scope)) {
            let message = format!("`{name}` is a value, and only fragments and functions can be called");
            return self.report(Diagnostic::error(Code::InvalidExpression, at, message));
        }
        if let Some(function) = Function::named(name) {
            return self.function(function, args, span, scope);
        }
        let message = format!("fragment or function `{name}` not found");
        let plan = self.plan.filter(|_| scope.place.in_part());
        let of_part = plan.iter().flat_map(|plan| plan.body.fragments.iter().map(|f| &*f.declaration.item.name.text));
        let of_file = scope.module.items.values().filter(|item| matches!(item, Item::Fragment(_)));
        let mut known: Vec<&str> = of_part.chain(of_file.map(|item| &*item.name().text)).collect();
        known.extend(FUNCTIONS.iter().map(|function| function.name));
        let error = Diagnostic::error(Code::UnknownName, at, message);
        for argument in args {
            self.quietly(|this| this.infer(&argument.value, scope));
        }
        let error = match nearest(name, known.iter().copied()) {
            _ if matches!(&*name.to_lowercase(), "string" | "str" | "tostring" | "to_string") => {
                error.help("a value becomes a string in an interpolation: `\"{x}\"`")
            }
            Some(near) => suggest(error, name, [near], at),
            None => match meant_function(name) {
                Some(meant) => suggest_as(error, meant, at),
                None => error.help(format!("declare it: `fragment {name}(…) = …`, or write `library.{name}(…)`")),
            },
        };
        self.report(error)
    }

    fn call_fragment(&mut self, callee: Callee<'_>, args: &[Arg], span: Span, scope: &TypeScope<'_>) -> Inferred {
        match callee {
            Callee::Member(definition) => {
                let result = self.body_result(definition, span);
                let Definition { item, module, .. } = &definition.declaration;
                self.arguments(&Node::Body(Arc::clone(&item.name.text)), item, module, args, span, scope);
                result
            }
            Callee::Replaced(definition) => {
                let result = self.replaced_result(definition, span);
                let Definition { item, module, .. } = definition.origin();
                self.arguments(&Node::Body(Arc::clone(&item.name.text)), item, module, args, span, scope);
                result
            }
            Callee::Item(fragment, module) => {
                let result = self.file_result(fragment, module, span);
                self.arguments(&file_node(module, &fragment.name.text), fragment, module, args, span, scope);
                result
            }
        }
    }

    /// Each argument against its parameter; each parameter given once, or with a default.
    fn arguments(
        &mut self,
        node: &Node,
        fragment: &ast::Fragment,
        module: &Arc<Module>,
        args: &[Arg],
        span: Span,
        scope: &TypeScope<'_>,
    ) {
        let params = &fragment.params;
        let name = &fragment.name.text;
        let mut given = vec![false; params.len()];
        for (position, arg) in args.iter().enumerate() {
            let at = match &arg.name {
                Some(word) => params.iter().position(|param| param.name.text == word.text),
                None => Some(position).filter(|at| *at < params.len()),
            };
            let Some(at) = at else {
                let error = surplus(name, params, arg);
                self.report(error);
                // One argument that has no parameter says enough.
                return;
            };
            let param = &params[at];
            if std::mem::replace(&mut given[at], true) {
                let message = format!("`{}` is set twice", param.name.text);
                let place = arg.name.as_ref().map_or(arg.value.span, |name| name.span);
                self.report(Diagnostic::error(Code::InvalidExpression, place, message));
                continue;
            }
            self.argument(node, param, module, &arg.value, scope);
        }
        let missing = params.iter().zip(&given).find(|(param, given)| !**given && param.default.is_none());
        if let Some((param, _)) = missing {
            let message = format!("`{name}` needs `{}`", param.name.text);
            let error = Diagnostic::error(Code::MissingField, span, message);
            self.report(error.related(param.name.span, "declared here, without a default"));
        }
    }

    fn argument(
        &mut self,
        node: &Node,
        param: &ast::Parameter,
        module: &Arc<Module>,
        value: &Expr,
        scope: &TypeScope<'_>,
    ) {
        let want = self.quiet_type(&param.ty, module);
        let known = self.rooted(&param.name.text, |this| this.check(value, &want, scope));
        let known = self.presence(known, value.span, &param.name.text);
        if self.shorts.contains(&(node.clone(), Arc::clone(&param.name.text))) {
            self.short_kind(&known.ty, value, scope);
        }
    }

    /// A type whose mistakes are said where it is declared.
    pub(super) fn quiet_type(&mut self, ty: &ast::TypeExpr, module: &Arc<Module>) -> Want {
        let mut want = Want::new(Type::Error, false);
        self.quietly(|this| {
            want = this.ty(ty, module);
            Inferred::error()
        });
        want
    }
}

/// An argument that has no parameter.
fn surplus(name: &str, params: &[ast::Parameter], arg: &Arg) -> Diagnostic {
    let known: Vec<&str> = params.iter().map(|param| &*param.name.text).collect();
    let takes = if known.is_empty() {
        "it has no parameters".to_owned()
    } else {
        format!("it takes {}", crate::types::quoted(known.iter().copied()))
    };
    match &arg.name {
        Some(word) => {
            let message = format!("`{name}` has no parameter `{}`", word.text);
            let error = Diagnostic::error(Code::InvalidExpression, word.span, message);
            match nearest(&word.text, known.iter().copied()) {
                Some(near) => suggest(error, &word.text, [near], word.span),
                None => error.help(takes),
            }
        }
        None => {
            let count = if known.len() == 1 { "one argument".to_owned() } else { format!("{} arguments", known.len()) };
            let message = format!("too many arguments: `{name}` takes {count}");
            Diagnostic::error(Code::InvalidExpression, arg.value.span, message).help(takes)
        }
    }
}

/// Returns the function that is meant by its name in another language.
fn meant_function(name: &str) -> Option<&'static str> {
    Some(match name.to_lowercase().as_str() {
        "length" | "size" | "count" => "len",
        "toyaml" | "tojson" | "json" | "dump" | "stringify" | "serialize" => "yaml",
        "toupper" | "uppercase" | "touppercase" | "upcase" => "upper",
        "tolower" | "lowercase" | "tolowercase" | "downcase" => "lower",
        "tostring" | "str" | "string" | "print" | "format" => "text",
        "toint" | "int" | "atoi" | "parseint" | "float" => "number",
        "contains" | "has" | "haskey" | "include" => "includes",
        "hasprefix" | "beginswith" | "starts_with" => "startsWith",
        "concat" | "mergeoverwrite" | "extend" | "deepmerge" | "union" => "merge",
        "match" | "regexmatch" | "test" => "matches",
        "every" => "all",
        "some" | "exists" => "any",
        _ => return None,
    })
}
