//! A values file as a `.rel` file that says the same.
//!
//! In: values that were opened, and the environments. Out: the text of a `.rel` file, in the one style, and proven: both are built, and a text
//! whose manifests are others is not given. Fields are written by their names, a version's main field in front of its braces, and
//! comments go with what they stood before or behind.

mod comments;
mod writer;

use relc_core::codegen::{Format, Stream};
use relc_core::compile::Subject;
use relc_core::compile::{self, Environments, Input, LoadedInput, Options, Text};
use relc_core::library::{Catalog, NoFiles};
use relc_core::value::Value;
use relc_syntax::diagnostic::{Diagnostic, Severity};
use relc_syntax::format::format;
use relc_syntax::source::Sources;

/// What becomes of values.
pub enum Imported {
    /// The text of a `.rel` file, and the namespace that it must be built with to say the same, where it cannot say it itself.
    Text(String, Option<String>),
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
    let Some(text) = text.filter(|_| wrong.is_empty()) else { return Imported::Wrong(wrong) };
    let text = format(&text, width);
    let values = yaml(&built.documents);
    let proof = |namespace: Option<String>| {
        let again = Input::Rel(Text { name: "the imported text".to_owned(), text: text.clone() });
        // What the command line sets is in the text already.
        let options = Options { set: Vec::new(), name: None, namespace, ..options.clone() };
        let again = compile::load(again, &options, catalog, &NoFiles);
        let rebuilt = again.build(0, environments);
        let wrong = again.diagnostics.iter().chain(rebuilt.diagnostics.iter()).cloned().collect();
        Difference { values: values.clone(), text: yaml(&rebuilt.documents), sources: again.sources, wrong }
    };
    let says_the_same = |proof: &Difference| proof.values == proof.text && !proof.text.is_empty();
    let mut proven = proof(None);
    if says_the_same(&proven) {
        return Imported::Text(text, None);
    }
    if options.namespace.is_some() {
        proven = proof(options.namespace.clone());
    }
    if says_the_same(&proven) {
        return Imported::Text(text, options.namespace.clone());
    }
    Imported::Differs(Box::new(proven))
}

fn yaml(documents: &[Value]) -> String {
    Stream::piece(Format::Yaml, documents)
}
