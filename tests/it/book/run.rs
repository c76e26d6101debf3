//! Runs relc on a block.

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;

use relc_core::codegen::{self, Format, Stream};
use relc_core::compile::{Input, Options, UNUSED, definitions};
use relc_core::eval::{EvalState, Evaluator, Files, Scope};
use relc_core::library::{
    Catalog, DefinitionFile, ImportContext, LoadedFile, Loader, Lookup, Module, ProjectKinds, link,
};
use relc_core::typeck::{self, Lets};
use relc_core::value::{Entry, Value, ValueKind};
use relc_render::{Look, human};
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::{Diagnostic, Severity, Topic};
use relc_syntax::source::{SourceFile, Sources, Span};
use relc_syntax::visit::KindOf;
use relc_syntax::{self as syntax, ast};

use super::block::Block;
use crate::compiled::{Memory, compile_in, lint_in, text};

/// The result of a block.
#[derive(Default)]
pub struct Outcome {
    /// The output.
    pub output: String,
    /// The codes of errors, in their order.
    pub errors: Vec<String>,
    /// The codes of warnings and infos, in their order.
    pub warnings: Vec<String>,
    /// The diagnostics, as printed.
    pub said: String,
}

impl Outcome {
    /// Sorts the diagnostics by position, as the command line does.
    fn new(output: String, mut diagnostics: Vec<Diagnostic>, sources: &Sources) -> Outcome {
        diagnostics.sort_by_key(|found| found.span);
        let said = human(sources, &diagnostics, Look::PLAIN);
        let codes = |errors: bool| -> Vec<String> {
            let found = diagnostics.iter().filter(|found| (found.severity == Severity::Error) == errors);
            found.map(|found| found.code.id().to_owned()).collect()
        };
        Outcome { output, errors: codes(true), warnings: codes(false), said }
    }
}

/// The files and definitions of a page's earlier blocks.
#[derive(Default)]
pub struct Page {
    files: Memory,
    /// Definition files: the stem and the text of each.
    definitions: Vec<(String, String)>,
}

impl Page {
    /// Keeps a block that is a file, for later ones; returns true if it is one.
    pub fn keep(&mut self, block: &Block) -> bool {
        let Some(name) = block.value("file") else { return false };
        self.files.0.insert(name.to_owned(), block.text.clone());
        true
    }

    /// Runs a release file, a file of definitions, or a file that others import.
    pub fn rel(&mut self, block: &Block) -> Outcome {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("example.rel", &*block.text));
        let (tree, _) = syntax::parse(id, &block.text);
        let releases = tree.items.iter().any(|item| matches!(item, ast::Item::Release(_)));
        let defines =
            |item: &ast::Item| matches!(item, ast::Item::Environment(_) | ast::Item::Part(_) | ast::Item::Apply(_));
        let file = self.keep(block);
        match (block.says("lets"), !releases && tree.items.iter().any(defines)) {
            (true, _) => lets(block),
            (false, true) => self.define(block),
            (false, false) if file && !releases => parsed(block),
            (false, false) => {
                let name = block.value("file").unwrap_or("example.rel");
                self.compile(block, Input::Rel(text(name, &block.text)), &Options::default())
            }
        }
    }

    /// Runs a values file.
    pub fn values(&self, block: &Block) -> Outcome {
        let options = Options { name: Some("hello".to_owned()), ..Options::default() };
        self.compile(block, Input::Values(vec![text("values.yaml", &block.text)]), &options)
    }

    /// Returns each `$ relc …` of the block with its output on both streams, run in a folder with the page's files.
    pub fn console(&self, block: &Block) -> String {
        let folder = tempfile::tempdir().expect("a folder for the page's files");
        for (name, content) in &self.files.0 {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder for a page's file");
            std::fs::write(path, content).expect("a page's file can be written");
        }
        let mut out = String::new();
        for command in block.text.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let _ = writeln!(out, "$ {command}");
            let words = command.strip_prefix("relc ").expect("only relc is run").split(' ');
            let run = Command::new(env!("CARGO_BIN_EXE_relc")).args(words).current_dir(folder.path()).output();
            let run = run.expect("the binary runs");
            out.push_str(&String::from_utf8_lossy(&run.stdout));
            out.push_str(&String::from_utf8_lossy(&run.stderr));
        }
        out
    }

    /// Builds, or lints if the block declares a lint diagnostic.
    fn compile(&self, block: &Block, input: Input, options: &Options) -> Outcome {
        let run = if block.value("lint").is_some() { lint_in } else { compile_in };
        let compiled = run(&catalog(&self.definitions, &self.files), input, options, &self.files);
        let output = Stream::piece(Format::Yaml, &compiled.documents);
        Outcome::new(output, compiled.diagnostics, &compiled.sources)
    }

    /// Checks a file of parts and environments, each environment under each of its strategies; if it is valid, later
    /// blocks can use it.
    fn define(&mut self, block: &Block) -> Outcome {
        let stem = match block.value("file") {
            Some(file) => file.rsplit('/').next().unwrap_or(file).trim_end_matches(".rel").to_owned(),
            None => format!("example-{}", block.line),
        };
        let mut files = self.definitions.clone();
        // A page may replace a file.
        files.retain(|(known, _)| *known != stem);
        files.push((stem.clone(), block.text.clone()));
        let catalog = catalog(&files, &self.files);
        let (module, _) = catalog.library(&stem).expect("the file is in the catalog");
        // An example declares more than it uses.
        let is_unused = |found: &Diagnostic| matches!(&found.code, Topic::Rule(rule) if **rule == *UNUSED);
        let found = definitions(module.file, &catalog).into_vec();
        let found = found.into_iter().filter(|found| !is_unused(found)).collect();
        let outcome = Outcome::new(String::new(), found, &catalog.sources());
        if outcome.errors.is_empty() {
            self.definitions = files;
        }
        outcome
    }
}

fn catalog(files: &[(String, String)], page: &Memory) -> Catalog {
    let file = |(name, text): &(String, String)| DefinitionFile {
        name: name.clone(),
        path: format!("envs/{name}.rel"),
        text: text.clone(),
    };
    Catalog::beside(files.iter().map(file).collect(), &[], &BesideEnvironments(page)).0
}

/// Loads the page's files that definition files name: those in `envs/`.
struct BesideEnvironments<'p>(&'p Memory);

impl Loader for BesideEnvironments<'_> {
    fn load(&self, from: &str, path: &str) -> Result<LoadedFile, String> {
        self.0.load(from, &format!("envs/{path}"))
    }
}

/// Parses a file that is only checked when others import it.
fn parsed(block: &Block) -> Outcome {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("example.rel", &*block.text));
    let (_, found) = syntax::parse(file, &block.text);
    Outcome::new(String::new(), found.into_vec(), &sources)
}

/// Returns the values of a file's lets, in their order.
fn lets(block: &Block) -> Outcome {
    let mut sources = Catalog::builtin().sources();
    let file = sources.add(SourceFile::new("example.rel", &*block.text));
    let (tree, mut found) = syntax::parse(file, &block.text);
    let (module, linking) = link("example", file, &tree, &mut Nothing);
    found.extend(linking);
    found.extend(typeck::file(&module, Lets::AreDefinitions, &sources));
    let state = EvalState::default();
    let evaluator = Evaluator::new(None, None, &Nothing, u32::MAX, &state);
    let mut entries = Vec::new();
    for item in &tree.items {
        if let ast::Item::Let(item) = item
            && let Some(value) = &item.value
        {
            let value = evaluator.eval(value, &Scope::module(&module));
            entries.push(Entry::new(Arc::clone(&item.name.text), item.name.span, value));
        }
    }
    found.extend(evaluator.take_diagnostics());
    entries.retain(|entry| !matches!(entry.value.data, ValueKind::Null | ValueKind::Error));
    let mut output = String::new();
    codegen::yaml(&Value::object(entries, Span::new(file, 0, 0)), &mut output);
    Outcome::new(output, found.into_vec(), &sources)
}

/// Loads no files and no imports.
struct Nothing;

impl Files for Nothing {
    fn read(&self, path: &ast::Name) -> Result<Value, Box<Diagnostic>> {
        panic!("an example of lets reads `{}`", path.text)
    }
}

impl ImportContext for Nothing {
    fn replaced_environment(&mut self, _name: &str) -> Lookup {
        Lookup::Missing
    }

    fn library(&mut self, _: &str) -> Lookup {
        Lookup::Missing
    }

    fn environment(&mut self, _: &str) -> Lookup {
        Lookup::Missing
    }

    fn file(&mut self, path: &str) -> Result<Arc<Module>, String> {
        panic!("an example of lets imports `{path}`")
    }

    fn brings_schemas(&self) -> bool {
        true
    }

    fn kind(&mut self, wanted: KindOf<'_>) -> Option<SchemaRef> {
        panic!("an example of lets reads `{}`", wanted.from.text)
    }

    fn project_kinds(&self) -> Arc<ProjectKinds> {
        Arc::default()
    }

    fn libraries(&self) -> Vec<String> {
        Vec::new()
    }
}
