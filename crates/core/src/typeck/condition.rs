//! Conditions: a boolean, or whether something is there; and what is known to be there behind them.

use super::checker::Checker;
use super::inferred::Stage;
use super::scope::{TypeScope, path_of, paths_to};
use crate::types::Type;
use relc_syntax::ast::{BinaryOp, Expr, ExprKind};
use relc_syntax::diagnostic::{Code, Diagnostic};

/// The meaning of a condition.
pub(super) struct Condition {
    pub(super) stage: Stage,
    /// Paths that are there where it holds.
    pub(super) yes: Vec<String>,
    /// Paths that are there where it does not.
    pub(super) no: Vec<String>,
}

impl Condition {
    fn of(stage: Stage) -> Condition {
        Condition { stage, yes: Vec::new(), no: Vec::new() }
    }
}

impl Checker<'_> {
    /// Checks `expr` as a condition.
    pub(super) fn condition(&mut self, expr: &Expr, scope: &TypeScope<'_>) -> Condition {
        match &expr.kind {
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                let left = self.condition(left, scope);
                let right = scope.narrowed(&left.yes, |scope| self.condition(right, scope));
                Condition { stage: left.stage.max(right.stage), yes: [left.yes, right.yes].concat(), no: Vec::new() }
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                let left = self.condition(left, scope);
                let right = scope.narrowed(&left.no, |scope| self.condition(right, scope));
                Condition { stage: left.stage.max(right.stage), yes: Vec::new(), no: [left.no, right.no].concat() }
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope);
                Condition { stage: inner.stage, yes: inner.no, no: inner.yes }
            }
            ExprKind::Bool(truth) => {
                let message = format!("this condition is always {truth}");
                self.report(Diagnostic::error(Code::InvalidExpression, expr.span, message));
                Condition::of(Stage::Now)
            }
            _ => self.tested(expr, scope),
        }
    }

    /// A condition that must be known when the release is built.
    pub(super) fn condition_now(&mut self, expr: &Expr, what: &str, scope: &TypeScope<'_>) -> Condition {
        let condition = self.condition(expr, scope);
        if condition.stage != Stage::Now {
            self.report(super::messages::run_value(&self.shown(expr.span), what, expr.span));
        }
        condition
    }

    fn tested(&mut self, expr: &Expr, scope: &TypeScope<'_>) -> Condition {
        let known = self.infer(expr, scope);
        if known.stage == Stage::Guarded {
            let message = format!("whether {} is present is known only at run time", self.shown(expr.span));
            let error = Diagnostic::error(Code::RunTimeValue, expr.span, message);
            self.report(error.help("use the condition that guards it"));
            return Condition::of(Stage::Now);
        }
        match &known.ty {
            Type::Bool => Condition::of(known.stage),
            Type::Optional(inner) => {
                let stage = if matches!(**inner, Type::Bool) { known.stage } else { Stage::Now };
                Condition { yes: paths_to(expr), ..Condition::of(stage) }
            }
            Type::Error | Type::Any => Condition::of(Stage::Now),
            Type::Schema(node) if matches!(node.node(), relc_schema::Node::Boolean | relc_schema::Node::Any) => {
                Condition::of(known.stage)
            }
            ty => {
                let error = self.no_condition(expr, ty);
                self.report(error);
                Condition::of(Stage::Now)
            }
        }
    }

    fn no_condition(&self, expr: &Expr, ty: &Type) -> Diagnostic {
        let shown = self.shown(expr.span);
        let countable = super::inferred::map_value(ty).is_some()
            || crate::types::written::element_type(ty).is_some()
            || super::assignable::fits(ty, &Type::STRING).is_ok();
        if countable {
            let message = format!("{shown} is {ty}, not a condition");
            let help = match path_of(expr) {
                Some(path) => format!("write `len({path}) > 0`"),
                None => "write `len(…) > 0`".to_owned(),
            };
            return Diagnostic::error(Code::WrongType, expr.span, message).help(help);
        }
        let message = format!("{shown} is always present, so that this condition always holds");
        Diagnostic::error(Code::InvalidExpression, expr.span, message).help("remove the condition")
    }
}
