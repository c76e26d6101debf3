//! The facade: a type that compiles and lints texts, and its results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use relc_core::codegen::{self, Stream};
use relc_core::compile::{self, Environments, Input, Options, Text};
use relc_core::library::{Catalog, DefinitionFile, MemoryFiles, lexical};
use relc_lint::report;
use relc_render::{Look, human};
use relc_syntax::diagnostic::{self, Applicability, Diagnostics, Topic};
use relc_syntax::source::{Sources, Span, Syntax};

pub use relc_syntax::diagnostic::Severity;

/// Compiles and lints releases. Cheap to clone; the standard library is loaded once for a process.
///
/// ```
/// let compiler = relc::Compiler::new()
///     .file("images.rel", r#"let web = "nginx:1.27""#)
///     .namespace("shop");
/// let output = compiler.compile("web.rel", r#"
///     import "images.rel" as images
///     release web on deployment < v1 images.web >
/// "#);
/// assert!(output.manifests.contains("image: nginx:1.27"), "{}", output.rendered());
/// assert!(output.manifests.contains("namespace: shop"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Compiler {
    files: BTreeMap<PathBuf, String>,
    environments: Vec<DefinitionFile>,
    options: Options,
}

impl Compiler {
    /// Returns a compiler with the standard library's environments and no other files.
    #[must_use]
    pub fn new() -> Self {
        Compiler::default()
    }

    /// Adds a file that releases can import or read with `file("…")`, by its path relative to them.
    #[must_use]
    pub fn file(mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Self {
        self.files.insert(lexical(path.as_ref()), text.into());
        self
    }

    /// Adds a definition file of custom environments; `name` is what other definition files import it by.
    ///
    /// ```
    /// let team = "environment team extends deployment {}";
    /// let compiler = relc::Compiler::new().environment("team", team);
    /// let output = compiler.compile("web.rel", r#"release web on team < v1 "nginx:1.27" >"#);
    /// assert!(output.manifests.contains("kind: Deployment"), "{}", output.rendered());
    /// ```
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        let name = name.into();
        self.environments.push(DefinitionFile { path: format!("{name}.rel"), name, text: text.into() });
        self
    }

    /// Names the releases, as `--name` does. A values file needs it where it doesn't set `application.metadata.name`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.options.name = Some(name.into());
        self
    }

    /// Sets the namespace of releases that set none, as `--namespace` does.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.options.namespace = Some(namespace.into());
        self
    }

    /// Builds every release on this environment instead of its own, as `--on` does.
    #[must_use]
    pub fn on(mut self, environment: impl Into<String>) -> Self {
        self.options.on = Some(environment.into());
        self
    }

    /// Compiles the releases in `text`. A path that ends in `.yaml`, `.yml` or `.json` is read as values of the Iter8 release
    /// chart, any other as a `.rel` file.
    #[must_use]
    pub fn compile(&self, path: &str, text: &str) -> Output {
        self.run(path, text, false)
    }

    /// Compiles the releases in `text` and runs the lint rules over them, at the rules' own levels.
    ///
    /// ```
    /// let output = relc::Compiler::new().lint("web.rel", r#"release web on deployment < v1 "nginx" >"#);
    /// assert!(output.diagnostics.iter().any(|finding| finding.code == "image-latest"));
    /// ```
    #[must_use]
    pub fn lint(&self, path: &str, text: &str) -> Output {
        self.run(path, text, true)
    }

    fn run(&self, path: &str, text: &str, rules: bool) -> Output {
        let loader = MemoryFiles(&self.files);
        let custom = (!self.environments.is_empty()).then(|| Catalog::beside(self.environments.clone(), &[], &loader));
        let (catalog, mut found) = match &custom {
            Some((catalog, found)) => (catalog, found.clone()),
            None => (Catalog::builtin(), Diagnostics::default()),
        };
        let text = Text { name: path.to_owned(), text: text.to_owned() };
        let input = Input::new(Syntax::of_name(path).unwrap_or(Syntax::Rel), text);
        let input = compile::load(input, &self.options, catalog, &loader);
        let environments = Environments::new(catalog);
        found.extend(input.diagnostics.clone());
        let mut documents = Vec::new();
        for index in 0..input.len() {
            let mut analysis = input.analyze(index, &environments);
            if rules {
                relc_lint::lint(&input, &mut analysis);
            } else {
                relc_lint::prove(&input, &mut analysis);
            }
            found.extend(analysis.built.diagnostics);
            documents.extend(analysis.built.documents);
        }
        let found = report::unsuppressed(&input, found);
        let is_built = found.iter().all(|found| found.severity != Severity::Error);
        let manifests = if is_built { Stream::piece(codegen::Format::Yaml, &documents) } else { String::new() };
        Output::new(manifests, found, input.sources)
    }
}

/// Prints a `.rel` file in the one style. What can't be parsed stays as it is.
///
/// ```
/// assert_eq!(relc::format(r#"let  a=1"#), "let a = 1\n");
/// ```
#[must_use]
pub fn format(text: &str) -> String {
    relc_syntax::format::format(text, relc_syntax::format::WIDTH)
}

/// The result of compiling or linting a text.
#[derive(Clone, Debug)]
pub struct Output {
    /// The manifests of all releases, as a stream of YAML documents; empty where there are errors.
    pub manifests: String,
    /// Errors, warnings and infos, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    found: Vec<diagnostic::Diagnostic>,
    sources: Sources,
}

impl Output {
    fn new(manifests: String, found: Vec<diagnostic::Diagnostic>, sources: Sources) -> Self {
        let diagnostics = found.iter().map(|finding| Diagnostic::new(finding, &sources)).collect();
        Output { manifests, diagnostics, found, sources }
    }

    /// Returns the diagnostics as the command line prints them, with the source lines, without color.
    #[must_use]
    pub fn rendered(&self) -> String {
        human(&self.sources, &self.found, Look::PLAIN)
    }
}

/// A mistake, or something that deserves attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code of a compiler's error, such as `E0202`, or the name of a lint rule.
    pub code: String,
    /// The severity.
    pub severity: Severity,
    /// The message: one sentence.
    pub message: String,
    /// The help.
    pub help: Option<String>,
    /// The file, as the compiler was given its path.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The bytes of the file that it is about.
    pub range: std::ops::Range<usize>,
    /// An edit that removes it.
    pub fix: Option<Fix>,
}

/// An edit that removes a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// True if it can be applied without review.
    pub is_safe: bool,
    /// The replacements, in the order of the text; they don't overlap.
    pub replacements: Vec<Replacement>,
}

/// A replacement of some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// The file.
    pub file: String,
    /// The bytes to replace.
    pub range: std::ops::Range<usize>,
    /// The new text.
    pub text: String,
}

impl Diagnostic {
    fn new(found: &diagnostic::Diagnostic, sources: &Sources) -> Self {
        let position = sources.position(found.span);
        let file = |span: Span| sources.file(span.file).name().to_owned();
        let fix = found.fix.as_ref().map(|fix| Fix {
            is_safe: fix.applicability == Applicability::Safe,
            replacements: fix
                .edits
                .iter()
                .map(|edit| Replacement { file: file(edit.span), range: edit.span.range(), text: edit.text.clone() })
                .collect(),
        });
        Diagnostic {
            code: match &found.code {
                Topic::Code(code) => code.id().to_owned(),
                Topic::Rule(rule) => rule.to_string(),
            },
            severity: found.severity,
            message: found.message.clone(),
            help: found.help.clone(),
            file: file(found.span),
            line: position.line,
            column: position.column,
            range: found.span.range(),
            fix,
        }
    }
}
