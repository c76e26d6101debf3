//! Checks for positions in which a value must be known when the release is built.

use super::checker::Checker;
use super::inferred::{Inferred, Stage};
use super::messages;
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

impl Checker<'_> {
    /// The value, which `taker` (a function or operator) needs now.
    pub(super) fn now(&mut self, known: Inferred, span: Span, taker: &str) -> Inferred {
        self.now_for(known, span, &format!("`{taker}`"))
    }

    /// The value, which `taker` (in words) needs now.
    pub(super) fn now_for(&mut self, known: Inferred, span: Span, taker: &str) -> Inferred {
        match known.stage {
            Stage::Now => known,
            Stage::Run | Stage::Guarded => self.report(messages::run_value(&self.shown(span), taker, span)),
        }
    }

    /// The value, of which `taker` needs to know now whether it is there.
    pub(super) fn presence(&mut self, known: Inferred, span: Span, taker: &str) -> Inferred {
        self.presence_for(known, span, &format!("`{taker}`"))
    }

    /// The value, of which `taker` (in words) needs to know now whether it is there.
    pub(super) fn presence_for(&mut self, known: Inferred, span: Span, taker: &str) -> Inferred {
        match known.stage {
            Stage::Now | Stage::Run => known,
            Stage::Guarded => {
                let message = format!("whether {} is present is known only at run time", self.shown(span));
                let error = Diagnostic::error(Code::RunTimeValue, span, message);
                self.report(error.label(format!("{taker} needs to know it when the release is built")))
            }
        }
    }
}
