//! What was said already in a run.
//!
//! A mistake of a file that many inputs share (a library, an environment of one's own) is found with each of them. In: the
//! findings of one input, in the order of the inputs. Out: those of them that are retain_new.

use std::collections::HashSet;

use relc_syntax::diagnostic::Diagnostic;
use relc_syntax::source::Sources;

/// What was said so far.
#[derive(Default)]
pub struct Dedup {
    /// The file's name, the place in it, and the sentence.
    said: HashSet<(String, u32, u32, String)>,
}

impl Dedup {
    /// Those of `findings` that were not said yet.
    pub fn retain_new(&mut self, sources: &Sources, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.retain(|finding| {
            let file = sources.file(finding.span.file).name().to_owned();
            self.said.insert((file, finding.span.start, finding.span.end, finding.message.clone()))
        });
        findings
    }
}
