//! Compiles an input from memory, for the other test modules.

use std::collections::BTreeMap;

use relc_core::codegen::Rendered;
use relc_core::compile::{self, Environments, Input, LoadedFile, Loader, Options, SetFlag, Text};
use relc_core::helm_values::set::Typed;
use relc_core::library::Catalog;
use relc_core::value::Value;
use relc_project::config::RuleScope;
use relc_project::driver::{self, Depth, Linted, Read};
use relc_project::lint_filter::{Comments, LintFilter, RuleSelection};
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};
use relc_syntax::source::Sources;

/// Files by path.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<String, String>);

impl Loader for Memory {
    fn load(&self, _from: &str, path: &str) -> Result<LoadedFile, String> {
        let text = self.0.get(path).ok_or("file not found")?;
        Ok(LoadedFile { name: path.to_owned(), text: text.clone() })
    }
}

/// The result for an input.
pub struct Compiled {
    pub sources: Sources,
    /// All diagnostics, those of the file before those of its releases.
    pub diagnostics: Vec<Diagnostic>,
    /// The documents of all releases; empty if there are errors other than those of rules, which can be allowed.
    pub documents: Vec<Value>,
    /// The rendered strings inside them.
    pub made: Vec<Rendered>,
}

impl Compiled {
    /// Returns the manifests as printed.
    pub fn yaml(&self) -> String {
        let mut out = String::new();
        for document in &self.documents {
            out.push_str("---\n");
            relc_core::codegen::yaml(document, &mut out);
        }
        out
    }

    /// Returns `line:column message (help)` of each diagnostic, for assertions.
    pub fn brief(&self) -> Vec<String> {
        let brief = |d: &Diagnostic| {
            let at = self.sources.position(d.span);
            let help = d.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
            format!("{}:{} {}{help}", at.line, at.column, d.message)
        };
        self.diagnostics.iter().map(brief).collect()
    }
}

/// Returns the options for `--name` and `--namespace`.
pub fn named(name: &str, namespace: &str) -> Options {
    Options { name: Some(name.to_owned()), namespace: Some(namespace.to_owned()), ..Options::default() }
}

/// Creates a text with a name.
pub fn text(name: &str, text: &str) -> Text {
    Text { name: name.to_owned(), text: text.to_owned() }
}

/// Creates `--set FLAG`, or `--set-string FLAG`.
pub fn flag(option: &str, assignment: &str, typed: Typed) -> SetFlag {
    SetFlag { text: text(&format!("{option} {assignment}"), assignment), typed }
}

/// Builds every release of `input`.
pub fn compile(input: Input, options: &Options, files: &Memory) -> Compiled {
    compile_in(Catalog::builtin(), input, options, files)
}

/// Builds every release of `input` with the environments of `catalog`.
pub fn compile_in(catalog: &Catalog, input: Input, options: &Options, files: &Memory) -> Compiled {
    let opened = compile::load(input, options, catalog, files);
    let environments = Environments::new(catalog);
    let mut diagnostics = opened.diagnostics.clone().into_vec();
    let (mut documents, mut made) = (Vec::new(), Vec::new());
    for at in 0..opened.len() {
        let built = opened.build(at, &environments);
        diagnostics.extend(built.diagnostics.into_vec());
        documents.extend(built.documents);
        made.extend(built.made);
    }
    if diagnostics.iter().any(|d| d.severity == Severity::Error && matches!(d.code, Topic::Code(_))) {
        documents.clear();
    }
    Compiled { sources: opened.sources, diagnostics, documents, made }
}

/// Lints every release of `input`; the result has no documents.
pub fn lint(input: Input, options: &Options, files: &Memory) -> Compiled {
    lint_in(Catalog::builtin(), input, options, files)
}

/// Lints every release of `input` with the environments of `catalog`; the result has no documents.
pub fn lint_in(catalog: &Catalog, input: Input, options: &Options, files: &Memory) -> Compiled {
    let choice = RuleSelection { scope: RuleScope::default(), config: None, comments: Comments::Applied };
    let mut filter = LintFilter::new(choice, None, catalog).expect("nothing names a rule");
    let read = |input: &Input| Ok(Read { input: input.clone(), options: options.clone(), loader: files.clone() });
    let mut found = None;
    driver::lint(&[input], catalog, Depth::Rules, None, read, &mut |linted| {
        let Linted::Diagnostics(input, findings) = linted else { panic!("the input is in memory") };
        let diagnostics = filter.filter(input, findings).expect("there is no configuration");
        let sources = input.sources.clone();
        found = Some(Compiled { sources, diagnostics, documents: Vec::new(), made: Vec::new() });
    });
    found.expect("an input is reported once")
}
