//! A values file as a `.rel` file that says the same.
//!
//! In: values that were opened, and the environments. Out: the text of a `.rel` file, in the one style, and proven: both are built, and a text
//! whose manifests are others is not given. Fields are written by their names, a version's main field in front of its braces, and
//! comments go with what they stood before or behind.

mod comments;
mod writer;

use crate::compile::{self, Environments, Input, Opened, Options, Text};
use crate::diagnostic::Diagnostic;
use crate::emit::{Format, Stream};
use crate::env::{Catalog, NoFiles};
use crate::format::format;
use crate::source::Sources;
use crate::value::Value;

/// What becomes of values.
pub enum Imported {
    /// The text of a `.rel` file.
    Text(String),
    /// What is wrong with the values.
    Wrong(Vec<Diagnostic>),
    /// A text that says something else: what the values make, what it makes, and what is wrong with it.
    Differs(Box<Difference>),
}

/// How a text differs from the values that it was made of.
pub struct Difference {
    /// The manifests of the values.
    pub values: String,
    /// Those of the text.
    pub text: String,
    /// The files of the text, for what is wrong with it.
    pub sources: Sources,
    /// What is wrong with the text.
    pub wrong: Vec<Diagnostic>,
}

/// Writes the release of `opened`, which was opened with `options`, in lines of `width` columns.
pub fn import(
    opened: &Opened,
    options: &Options,
    environments: &Environments<'_>,
    catalog: &Catalog,
    width: usize,
) -> Imported {
    let mut text = None;
    let built = opened.build_and(0, environments, &mut |subject| text = Some(writer::release(subject)));
    let mut wrong: Vec<Diagnostic> = opened.diagnostics.iter().chain(built.diagnostics.iter()).cloned().collect();
    wrong.retain(|found| found.severity == crate::diagnostic::Severity::Error);
    let Some(text) = text.filter(|_| wrong.is_empty()) else { return Imported::Wrong(wrong) };
    let text = format(&text, width);
    let again = Input::Rel(Text { name: "the imported text".to_owned(), text: text.clone() });
    // What the command line sets is in the text already.
    let options = Options { set: Vec::new(), name: None, ..options.clone() };
    let again = compile::open(again, &options, catalog, &NoFiles);
    let rebuilt = again.build(0, environments);
    let wrong: Vec<Diagnostic> = again.diagnostics.iter().chain(rebuilt.diagnostics.iter()).cloned().collect();
    let (values, written) = (yaml(&built.documents), yaml(&rebuilt.documents));
    if values == written && !built.documents.is_empty() {
        return Imported::Text(text);
    }
    Imported::Differs(Box::new(Difference { values, text: written, sources: again.sources, wrong }))
}

fn yaml(documents: &[Value]) -> String {
    Stream::piece(Format::Yaml, documents)
}
