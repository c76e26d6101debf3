//! Converts a values file to an equivalent `.rel` file, and back ([`export()`]).
//!
//! In: loaded values and the environments. Out: the text of a `.rel` file, formatted and verified: both are built, and
//! a text with different manifests is rejected. Fields are written by their names, a version's main field before its
//! braces, and comments keep their positions before or after what they describe.

mod comments;
mod export;
mod writer;

pub use export::{Exported, export};

use relc_core::codegen::{Format, Stream};
use relc_core::compile::Subject;
use relc_core::compile::{self, Environments, Input, LoadedInput, Options, Text};
use relc_core::library::{Catalog, NoFiles};
use relc_core::value::Value;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::format::format;
use relc_syntax::source::Sources;

/// The result of importing values.
pub enum Imported {
    /// The text of a `.rel` file, and the namespace that it must be built with to be equivalent, if it can't set the
    /// namespace itself.
    Text(String, Option<String>),
    /// The values are invalid.
    Invalid(Vec<Diagnostic>),
    /// The text is not equivalent to the values.
    Differs(Box<Difference>),
}

/// The difference between a text and the values that it was generated from.
pub struct Difference {
    /// The manifests of the values.
    pub values: String,
    /// The manifests of the text.
    pub text: String,
    /// The sources of the text's diagnostics.
    pub sources: Sources,
    /// The diagnostics of the text.
    pub wrong: Vec<Diagnostic>,
}

/// Converts the release of `opened`, which was loaded with `options`, to lines of `width` columns.
pub fn import(
    opened: &LoadedInput,
    options: &Options,
    environments: &Environments<'_>,
    catalog: &Catalog,
    width: usize,
) -> Imported {
    let files = opened.main_file().0..u32::try_from(opened.sources.len()).unwrap_or(u32::MAX);
    let analysis = opened.analyze(0, environments);
    let built = &analysis.built;
    let written = |subject: Subject<'_>| writer::release(&subject, files, options.namespace.as_deref());
    let text = analysis.subject(opened).map(written);
    let mut wrong: Vec<Diagnostic> = opened.diagnostics.iter().chain(built.diagnostics.iter()).cloned().collect();
    wrong.retain(|found| found.severity == Severity::Error);
    let Some(text) = text.filter(|_| wrong.is_empty()) else { return Imported::Invalid(wrong) };
    let text = format(&text, width);
    let values = yaml(&built.documents);
    let verify = |namespace: Option<String>| {
        let again = Input::Rel(Text { name: "the imported release".to_owned(), text: text.clone() });
        // The text already contains what the command line sets.
        let options = Options { set: Vec::new(), name: None, namespace, ..options.clone() };
        let again = compile::load(again, &options, catalog, &NoFiles);
        let rebuilt = again.build(0, environments);
        let wrong = again.diagnostics.iter().chain(rebuilt.diagnostics.iter()).cloned().collect();
        Difference { values: values.clone(), text: yaml(&rebuilt.documents), sources: again.sources, wrong }
    };
    let is_equivalent = |rebuilt: &Difference| rebuilt.values == rebuilt.text && !rebuilt.text.is_empty();
    let mut verified = verify(None);
    if is_equivalent(&verified) {
        return Imported::Text(text, None);
    }
    if options.namespace.is_some() {
        verified = verify(options.namespace.clone());
    }
    if is_equivalent(&verified) {
        return Imported::Text(text, options.namespace.clone());
    }
    Imported::Differs(Box::new(verified))
}

fn yaml(documents: &[Value]) -> String {
    Stream::piece(Format::Yaml, documents)
}
