//! Replacements: what comes later takes the place of an inherited declaration, which it can refer to as `super`.

use std::sync::Arc;

use super::{MergeSite, Mistakes, Within, definition};
use crate::library::model::{Definition, FragmentDef, Layer, LetDef, Members};
use relc_syntax::ast::{self, Field, FieldPlace, Name, Statement, TypeExprKind};
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, nearest};
use relc_syntax::serialize::Lazy;
use relc_syntax::source::Span;

/// Returns `definition` as the one that replaces `replaced`.
pub(super) fn of<T>(replaced: &Definition<T>, definition: Definition<T>) -> Definition<T> {
    Definition { replaced: Some(Arc::new(replaced.clone())), ..definition }
}

/// Applies `replace inner`, which is written at `place`: in a body, a member of any scope can be replaced.
pub(super) fn in_layer(
    layer: &mut Layer,
    within: &Within<'_>,
    place: MergeSite,
    inner: &Statement,
    span: Span,
    out: &mut Mistakes,
) {
    // The parser reports a fragment that isn't allowed in its position.
    if place != MergeSite::Body && matches!(inner, Statement::Fragment(_)) {
        return;
    }
    let Layer { settings, version, body } = layer;
    let mut scopes: Vec<&mut Members> = match place {
        MergeSite::Settings => vec![settings],
        MergeSite::Version => vec![version],
        MergeSite::Body => vec![body, version, settings],
    };
    let (what, name) = match inner {
        Statement::Let(let_) => ("let", &let_.name),
        Statement::Fragment(fragment) => ("fragment", &fragment.name),
        Statement::Lint(lint) => ("lint", &lint.name),
        Statement::Field(field) => ("field", &field.name),
        _ => {
            let message = "only a field, a let, a fragment, a strategy or a lint can be replaced";
            out.push(Diagnostic::error(Code::Misplaced, span, message));
            return;
        }
    };
    if !scopes.iter_mut().any(|members| in_members(members, within, inner)) {
        let known: Vec<&str> = scopes.iter().flat_map(|members| names(members, inner)).collect();
        if let Some((strategy, base)) = within.strategy {
            let around = [&base.settings, &base.version, &base.body];
            if let Some((first, declared, part)) = around.iter().find_map(|members| members.declared(&name.text)) {
                let message = format!("the strategy `{strategy}` can't replace `{}` of its environment", name.text);
                let error = Diagnostic::error(Code::InvalidDeclaration, name.span, message);
                let error = error.related(first, format!("a {declared} of `{part}`"));
                out.push(error.help(by_strategy(declared, strategy)));
                return;
            }
        }
        out.push(nothing_to_replace(what, name, &known));
    }
}

/// Replaces the member of the name and sort of `inner`, if it is one of `members`.
fn in_members(members: &mut Members, within: &Within<'_>, inner: &Statement) -> bool {
    match inner {
        Statement::Let(item) => {
            let replacing = definition(within.module, item, within.part);
            match members.lets.iter_mut().find(|known| *known.name() == item.name.text) {
                Some(known) => known.fill = Some(of(known.effective(), replacing)),
                None => return fix_field(members, replacing),
            }
        }
        Statement::Fragment(item) => {
            let known = |known: &&mut FragmentDef| known.declaration.item.name.text == item.name.text;
            let Some(known) = members.fragments.iter_mut().find(known) else { return false };
            known.fill = Some(of(known.effective(), definition(within.module, item, within.part)));
        }
        Statement::Lint(item) => {
            let mut lints = members.lints.iter_mut();
            let Some(known) = lints.find(|known| known.item.name.text == item.name.text) else { return false };
            *known = of(known, definition(within.module, item, within.part));
        }
        Statement::Field(item) => {
            let mut fields = members.fields.iter_mut();
            let Some(known) = fields.find(|known| known.item.name.text == item.name.text) else { return false };
            let field = Arc::new(inherit(item, &known.item));
            *known = of(known, definition(within.module, &field, within.part));
        }
        _ => return false,
    }
    true
}

/// Replaces a field by a let: the environment sets it, and releases can't. The field is then an abstract field of its type,
/// by default its default, which the let defines.
fn fix_field(members: &mut Members, let_: Definition<ast::Let>) -> bool {
    let Some(at) = members.fields.iter().position(|field| field.item.name.text == let_.item.name.text) else {
        return false;
    };
    let field = members.fields.remove(at);
    let item = &field.item;
    let ty = match &item.ty.kind {
        TypeExprKind::Optional(present) if item.default.is_some() => (**present).clone(),
        _ => item.ty.clone(),
    };
    let value = item.default.clone().map(Lazy::from);
    let (doc, name, span) = (item.doc.clone(), item.name.clone(), item.span);
    let declared = Arc::new(ast::Let { doc, open: true, name, ty: Some(ty), value, span });
    let declaration = definition(&field.module, &declared, &field.part);
    let fill = Some(of(&declaration, let_));
    members.add_let(LetDef { declaration, fill });
    members.fixed.push(field);
    true
}

/// Returns a replacing field with what it doesn't state itself: everything except its type and default.
fn inherit(field: &Field, replaced: &Field) -> Field {
    Field {
        doc: field.doc.clone().or_else(|| replaced.doc.clone()),
        headline: field.headline || replaced.headline,
        shared: field.shared || replaced.shared,
        deprecated: field.deprecated.clone().or_else(|| replaced.deprecated.clone()),
        moved: field.moved.clone().or_else(|| replaced.moved.clone()),
        at: if field.at == FieldPlace::Named { replaced.at.clone() } else { field.at.clone() },
        ..field.clone()
    }
}

/// Returns the names that a statement of the sort of `inner` can replace.
fn names<'m>(members: &'m Members, inner: &Statement) -> Vec<&'m str> {
    match inner {
        Statement::Let(_) => {
            let lets = members.lets.iter().map(|let_| &**let_.name());
            lets.chain(members.fields.iter().map(|field| &*field.item.name.text)).collect()
        }
        Statement::Fragment(_) => members.fragments.iter().map(|f| &*f.declaration.item.name.text).collect(),
        Statement::Lint(_) => members.lints.iter().map(|lint| &*lint.item.name.text).collect(),
        Statement::Field(_) => members.fields.iter().map(|field| &*field.item.name.text).collect(),
        _ => Vec::new(),
    }
}

/// Returns the help for a strategy that declares again what its environment declares, a `what`.
pub fn by_strategy(what: &str, strategy: &str) -> String {
    match what {
        "let" => format!(
            "choose another name, or write both values in the environment's let: `if release.strategy == \"{strategy}\" then … else …`"
        ),
        _ => "choose another name, or move it to the body of the environment".to_owned(),
    }
}

/// Returns the error for `replace what name`, where `known` could be replaced.
pub(super) fn nothing_to_replace(what: &str, name: &Name, known: &[&str]) -> Diagnostic {
    let message = format!("no {what} `{}` to replace", name.text);
    let error = Diagnostic::error(Code::InvalidDeclaration, name.span, message);
    match nearest(&name.text, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(Applicability::Unsafe, name.span, near),
        None => error.help("remove `replace` to declare it, or extend the part that declares it"),
    }
}
