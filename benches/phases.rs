//! Benchmarks of each phase, on the releases of the README: `cargo bench`.
//!
//! Whole processes are measured by `side-by-side.py`, next to Helm.

use std::fmt::Write;

use divan::{Bencher, counter::BytesCount};
use relc_core::check::{self, TypedPlan};
use relc_core::compile::{Environments, Input, LoadedFile, LoadedInput, Loader, Options, Text, load};
use relc_core::eval::{EvalState, Evaluator, Files, TypedRelease};
use relc_core::frontend::Hints;
use relc_core::library::Catalog;
use relc_core::value::Value;
use relc_core::{codegen, frontend, helm_values, lower};
use relc_syntax as syntax;
use relc_syntax::ast::Name;
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, SourceFile, Sources, Span, Syntax};

const RELEASE: &str = include_str!("../examples/hello.rel");
const VALUES: &str = include_str!("../examples/hello.values.yaml");
const LIBRARY: &str = include_str!("../stdlib/istio.rel");

fn main() {
    divan::main();
}

/// Returns a file of `count` releases, each like `hello.rel` and with its own name.
fn releases(count: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let named = RELEASE.replace("release hello ", &format!("release hello-{at} "));
        writeln!(text, "{named}").expect("a text takes what is written to it");
    }
    text
}

/// A loader without files, as the examples name none.
struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, path: &str) -> Result<LoadedFile, String> {
        Err(format!("there is no file `{path}`"))
    }
}

impl Files for NoFiles {
    fn read(&self, path: &Name) -> Result<Value, Box<relc_syntax::diagnostic::Diagnostic>> {
        panic!("the examples read no file, and `{}` was asked for", path.text)
    }
}

fn opened(text: String) -> LoadedInput {
    let input = Input::Rel(Text { name: "bench.rel".to_owned(), text });
    load(input, &Options::default(), Catalog::builtin(), &NoFiles)
}

/// The release of `hello.values.yaml`, phase by phase.
struct Phases {
    sources: Sources,
    file: FileId,
    definitions: u32,
    values: Value,
    environments: Environments<'static>,
}

impl Phases {
    fn new() -> Self {
        let catalog = Catalog::builtin();
        let mut sources = catalog.sources();
        let definitions = u32::try_from(sources.len()).expect("few files");
        let file = sources.add(SourceFile::new("bench.yaml", VALUES));
        let values = helm_values::read(file, VALUES).0.expect("the example is YAML");
        Phases { sources, file, definitions, values, environments: Environments::new(catalog) }
    }

    fn prepared(&self) -> std::sync::Arc<TypedPlan> {
        let mut out = Diagnostics::default();
        let header = frontend::header(&self.values, &self.sources, &mut out).expect("the example has a header");
        let prepared = self.environments.prepare(&header.environment, header.strategy.as_ref(), &mut out);
        prepared.expect("the example's environment is one of the library's")
    }

    fn given(&self, prepared: &TypedPlan) -> TypedRelease {
        let mut out = Diagnostics::default();
        let nowhere = Span::new(self.file, 0, 0);
        let name = Name { text: "hello".into(), span: nowhere };
        let header = frontend::header(&self.values, &self.sources, &mut out).expect("the example has a header");
        let elsewhere = |_: &str| Vec::new();
        let hints = Hints { plan: &prepared.plan, environments_with: &elsewhere, sources: &self.sources };
        let release = frontend::settings_and_versions(&self.values, &header, name, &hints, &mut out);
        let namespace = Value::string("default", nowhere);
        let (given, checked) = check::release(&release, prepared, Syntax::Yaml, namespace, &self.sources, &hints);
        assert!(!out.has_errors() && !checked.has_errors(), "the example is right");
        given
    }

    /// Lowers the release, and returns the result of `look` on it.
    fn lowered<T>(
        &self,
        prepared: &TypedPlan,
        given: &TypedRelease,
        look: impl FnOnce(&Evaluator<'_>, Vec<Value>) -> T,
    ) -> T {
        let instance = prepared.instance(given, &self.sources, None);
        let state = EvalState::default();
        let evaluator = Evaluator::new(Some(instance), None, &NoFiles, self.definitions, &state);
        let checks = prepared.verdicts.begin(&evaluator);
        let lowered = lower::release(prepared, given, lower::Values::Valid, &checks, &self.sources);
        assert!(!lowered.documents.is_empty(), "the example makes documents");
        look(&evaluator, lowered.documents)
    }
}

/// Parses text to a tree.
#[divan::bench(args = [1, 100])]
fn parse(bencher: Bencher<'_, '_>, count: usize) {
    let text = releases(count);
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax::parse(FileId(0), &text));
}

/// Does what build.rs does for each file of the library.
#[divan::bench]
fn parse_a_library(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(LIBRARY)).bench(|| syntax::parse(FileId(0), LIBRARY));
}

/// Loads the definitions for a release: reads, links and flattens them, and resolves their types.
#[divan::bench]
fn load_definitions(bencher: Bencher<'_, '_>) {
    bencher.bench(|| {
        let catalog = Catalog::with(&[]);
        let found = catalog.environment("knative-istio").expect("an environment of the library");
        TypedPlan::new(found.plan(Some("blue-green")), &std::sync::Arc::default())
    });
}

/// Parses values.yaml.
#[divan::bench]
fn read_values(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(VALUES)).bench(|| helm_values::read(FileId(0), VALUES));
}

/// Creates a release from values, and checks its fields.
#[divan::bench]
fn resolve_and_check(bencher: Bencher<'_, '_>) {
    let phases = Phases::new();
    let prepared = phases.prepared();
    bencher.bench(|| phases.given(&prepared));
}

/// Lowers a release to documents, checks them, and evaluates its routes.
#[divan::bench]
fn lower(bencher: Bencher<'_, '_>) {
    let phases = Phases::new();
    let prepared = phases.prepared();
    let given = phases.given(&prepared);
    bencher.bench(|| phases.lowered(&prepared, &given, |_, documents| documents));
}

/// Writes documents as YAML.
#[divan::bench]
fn emit_yaml(bencher: Bencher<'_, '_>) {
    let phases = Phases::new();
    let prepared = phases.prepared();
    let documents = phases.lowered(&prepared, &phases.given(&prepared), |_, documents| documents);
    bencher.bench(|| codegen::Stream::piece(codegen::Format::Yaml, &documents));
}

/// Writes a route as a template.
#[divan::bench]
fn write_template(bencher: Bencher<'_, '_>) {
    let route = route();
    bencher.bench(|| {
        let mut text = String::new();
        codegen::template(&route, &mut text);
        text
    });
}

/// Evaluates a route for one set of ready versions.
#[divan::bench]
fn evaluate_route(bencher: Bencher<'_, '_>) {
    let route = route();
    bencher.bench(|| codegen::evaluate(&route, &[30, 0]));
}

fn route() -> Value {
    let phases = Phases::new();
    let prepared = phases.prepared();
    let given = phases.given(&prepared);
    phases.lowered(&prepared, &given, |evaluator, _| evaluator.templates().swap_remove(0))
}

/// Lints a values file with all rules, on one thread.
#[divan::bench]
fn lint(bencher: Bencher<'_, '_>) {
    let environments = Environments::new(Catalog::builtin());
    let options = Options { name: Some("hello".to_owned()), ..Options::default() };
    bencher.bench(|| {
        let input = Input::Values(vec![Text { name: "bench.yaml".to_owned(), text: VALUES.to_owned() }]);
        let loaded = load(input, &options, Catalog::builtin(), &NoFiles);
        let mut analysis = loaded.analyze(0, &environments);
        let claims = relc_lint::lint(&loaded, &mut analysis);
        let built = analysis.built;
        (built.diagnostics.len(), claims.len())
    });
}

/// Builds a whole file, on one thread.
#[divan::bench(args = [1, 100])]
fn build(bencher: Bencher<'_, '_>, count: usize) {
    let text = releases(count);
    let environments = Environments::new(Catalog::builtin());
    bencher.with_inputs(|| text.clone()).bench_values(|text| {
        let opened = opened(text);
        let built = (0..opened.len()).map(|at| opened.build(at, &environments));
        built.map(|built| codegen::Stream::piece(codegen::Format::Yaml, &built.documents).len()).sum::<usize>()
    });
}
