//! Rejects what is not allowed in a release file: conditions, operators, cases.
//!
//! In: the tree of a file. Out: diagnostics. Both kinds of files share one grammar; their differences are checked here,
//! without names and types.

use crate::ast::*;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Span;

/// Checks every value in a release file: settings, versions, and the `let` of a file with releases.
pub(super) fn check(file: &File, has_releases: bool) -> Diagnostics {
    let mut diags = Diagnostics::default();
    for item in &file.items {
        match item {
            Item::Release(item) => release(item, &mut diags),
            Item::Let(let_) if has_releases => let_.value.iter().for_each(|value| value_of(value, &mut diags)),
            Item::Param(param) => param.value.iter().for_each(|value| value_of(value, &mut diags)),
            Item::Let(_)
            | Item::Import(_)
            | Item::Type(_)
            | Item::Fragment(_)
            | Item::Part(_)
            | Item::Environment(_)
            | Item::Apply(_) => {}
        }
    }
    diags
}

/// Checks every value of a release.
pub(super) fn release(release: &Release, diags: &mut Diagnostics) {
    let of_versions = release.versions.iter().flat_map(|version| version.headline.iter().chain(&version.fields));
    release.settings.iter().chain(of_versions).for_each(|value| value_of(value, diags));
}

fn misplaced(span: Span, what: &str, diags: &mut Diagnostics) {
    diags.push(
        Diagnostic::error(Code::Misplaced, span, format!("{what} is not allowed in a release file"))
            .help("write the value itself; conditions and computations go in an environment file"),
    );
}

/// A value may be a string, a number, `true`, `false`, `null`, an object, a list, a path, a call, or a file.
fn value_of(expr: &Expr, diags: &mut Diagnostics) {
    match &expr.kind {
        ExprKind::String(parts) => parts.iter().for_each(|part| match part {
            StringPart::Hole(hole) => value_of(hole, diags),
            StringPart::Text(_) => {}
        }),
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Null
        | ExprKind::Name(_)
        | ExprKind::File(_)
        | ExprKind::Error => {}
        ExprKind::Field { base, .. } => value_of(base, diags),
        ExprKind::Index { base, index, .. } => {
            value_of(base, diags);
            value_of(index, diags);
        }
        ExprKind::Call { callee, args } => {
            value_of(callee, diags);
            args.iter().for_each(|arg| value_of(&arg.value, diags));
        }
        ExprKind::Object(entries) => entries.iter().for_each(|entry| check_entry(entry, diags)),
        ExprKind::List(elements) => elements.iter().for_each(|element| match element {
            Element::Value(value) | Element::Spread(value) => value_of(value, diags),
            Element::Guard(guard) => check_guard(guard, diags),
        }),
        ExprKind::Typed { object, .. } => value_of(object, diags),
        ExprKind::Unwrap(_) => misplaced(expr.span, "`!`", diags),
        ExprKind::If { .. } => misplaced(expr.span, "`if`", diags),
        ExprKind::Fail { .. } => misplaced(expr.span, "`fail`", diags),
        ExprKind::Binary { op, .. } => misplaced(expr.span, operator(*op), diags),
        ExprKind::Not(_) => misplaced(expr.span, "`not`", diags),
        ExprKind::Case { .. } => misplaced(expr.span, "`case`", diags),
    }
}

fn check_entry(entry: &Entry, diags: &mut Diagnostics) {
    match entry {
        Entry::Pair { value, .. } | Entry::Spread(value) => value_of(value, diags),
        Entry::Shorthand(_) => {}
        Entry::Guard(guard) => check_guard(guard, diags),
    }
}

fn check_guard(guard: &Guard, diags: &mut Diagnostics) {
    let word = match guard.head {
        GuardHead::If(_) => "`if`",
        GuardHead::For { .. } => "`for`",
    };
    misplaced(guard.span, word, diags);
}

fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "`or`",
        BinaryOp::And => "`and`",
        BinaryOp::Eq => "`==`",
        BinaryOp::Ne => "`!=`",
        BinaryOp::Lt => "`<`",
        BinaryOp::Le => "`<=`",
        BinaryOp::Gt => "`>`",
        BinaryOp::Ge => "`>=`",
        BinaryOp::In => "`in`",
        BinaryOp::Coalesce => "`??`",
    }
}
