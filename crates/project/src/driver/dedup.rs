//! Diagnostics already reported in a run.
//!
//! A mistake in a file that many inputs share (a library, a custom environment) is found for each of them. In: the
//! diagnostics of one input, in the order of the inputs. Out: the new ones.

use std::collections::HashSet;

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// The diagnostics reported so far.
#[derive(Default)]
pub struct Dedup {
    /// The file's name, the range in it, and the message.
    said: HashSet<(String, u32, u32, String)>,
}

impl Dedup {
    /// Keeps the `findings` that were not reported yet.
    pub fn retain_new(&mut self, sources: &Sources, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.retain(|finding| {
            let file = sources.file(finding.span.file).name().to_owned();
            self.said.insert((file, finding.span.start, finding.span.end, finding.message.clone()))
        });
        findings
    }
}
