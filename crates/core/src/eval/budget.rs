//! The cost of evaluation, which ends for any definition file.
//!
//! In: values that are about to be made, gone through or written. Out: whether the budget of the release has room for it; the
//! expression that has none left is an error. What can grow by sharing is counted before it is made: a list of a million
//! elements that are one long text is small until somebody joins them.

use super::{BUDGET, Evaluator};
use crate::value::{TEXT, Value, ValueKind};
use relc_syntax::diagnostic::{Code, Diagnostic};
use relc_syntax::source::Span;

/// The number of comparisons that cost as much as one value.
const COMPARISONS: u64 = 16;

impl Evaluator<'_> {
    /// Counts `nodes` made at `span`; false where the budget is spent.
    pub(super) fn spend(&self, nodes: usize, span: Span) -> bool {
        let before = self.state.steps.get();
        let steps = before.saturating_add(nodes as u64);
        self.state.steps.set(steps);
        if steps > BUDGET && before <= BUDGET {
            let message = format!("this creates more than {BUDGET} values");
            self.report(
                Diagnostic::error(Code::Budget, span, message)
                    .help("repeat less: the number of values grows too fast here"),
            );
        }
        steps <= BUDGET
    }

    /// Counts what `value` holds: a value that is named in several places is shared, and counts nowhere else, while what it is given
    /// to goes through it as often as it stands there.
    pub(super) fn weighed(&self, value: Value, span: Span) -> Value {
        if self.spend_wide(value.size(self.room()), span) { value } else { Value::new(ValueKind::Error, span) }
    }

    /// Counts the text that `value` is about to be written as.
    pub(super) fn spend_written(&self, value: &Value, span: Span) -> bool {
        let mut left = self.room().saturating_mul(TEXT);
        let most = left;
        write(value, 0, &mut left);
        self.spend_wide((most - left) / TEXT, span)
    }

    /// Counts a text that is about to be made, of `bytes`.
    pub(super) fn spend_text(&self, bytes: u64, span: Span) -> bool {
        self.spend_wide(bytes / TEXT, span)
    }

    /// Counts that `value` is about to be compared with `count` others.
    pub(super) fn spend_compared(&self, value: &Value, count: usize, span: Span) -> bool {
        let most = self.room().saturating_mul(COMPARISONS);
        self.spend_wide(value.size(most).saturating_mul(count as u64) / COMPARISONS, span)
    }

    /// A number of nodes for which there is no room any more, and not much above it.
    fn room(&self) -> u64 {
        BUDGET.saturating_sub(self.state.steps.get()).saturating_add(1)
    }

    fn spend_wide(&self, nodes: u64, span: Span) -> bool {
        self.spend(usize::try_from(nodes).unwrap_or(usize::MAX), span)
    }
}

/// Takes the bytes that YAML of `value` may have from `left`, each line indented for its depth.
fn write(value: &Value, depth: u64, left: &mut u64) {
    let line = 2 * depth + 4;
    *left = left.saturating_sub(line);
    if *left == 0 {
        return;
    }
    match &value.data {
        ValueKind::String(text) | ValueKind::Word(text) => {
            let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
            *left = left.saturating_sub(lines.saturating_mul(line).saturating_add(text.len() as u64));
        }
        ValueKind::List(elements) => elements.iter().for_each(|element| write(&element.value, depth + 1, left)),
        ValueKind::Object(object) => {
            for entry in &object.entries {
                *left = left.saturating_sub(entry.key.len() as u64);
                write(&entry.value, depth + 1, left);
            }
        }
        ValueKind::Guarded(guarded) => write(&guarded.1, depth, left),
        ValueKind::Null
        | ValueKind::Bool(_)
        | ValueKind::Int(_)
        | ValueKind::Float(_)
        | ValueKind::Residual(_)
        | ValueKind::Version(_)
        | ValueKind::Error => {}
    }
}
