//! The environments and libraries that a run can name: `stdlib/`, embedded, loaded only as far as it is used.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use super::module::{ImportContext, Lookup, Module, link};
use super::{Environment, Plan, flatten};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{self, ast};

/// A file of `stdlib/`, as `build.rs` embeds it.
struct Embedded {
    name: &'static str,
    text: &'static str,
    /// Its [stored](syntax::stored) tree; empty where it has syntax errors.
    tree: &'static [u8],
    environments: &'static [&'static str],
}

/// Sorted by name; a file's position is the [`FileId`] in its tree.
const STDLIB: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/stdlib.rs"));

static BUILTIN: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// Definition files, parsed and linked when first asked for. Their [`FileId`]s are the first of every [`Sources`] that
/// [`Catalog::sources`] starts.
#[derive(Debug)]
pub struct Catalog {
    files: Vec<CatalogFile>,
    /// Which file defines an environment, by its name.
    environments: HashMap<String, usize>,
    found: Mutex<HashMap<String, Arc<Found>>>,
}

#[derive(Debug)]
struct CatalogFile {
    name: String,
    source: Arc<SourceFile>,
    /// Its stored tree, if it has one.
    tree: &'static [u8],
    linked: OnceLock<(Arc<Module>, Diagnostics)>,
}

/// An environment, flattened, with what is wrong in it.
#[derive(Debug)]
pub struct Found {
    /// The environment.
    pub environment: Arc<Environment>,
    /// The modules' and the union's mistakes.
    pub diagnostics: Diagnostics,
    plans: Mutex<HashMap<Option<String>, Arc<Plan>>>,
}

impl Found {
    /// The environment under `strategy`.
    pub fn plan(&self, strategy: Option<&str>) -> Arc<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = plans
            .entry(strategy.map(str::to_owned))
            .or_insert_with(|| Arc::new(Plan::new(Arc::clone(&self.environment), strategy)));
        Arc::clone(plan)
    }
}

impl Catalog {
    /// The standard library.
    pub fn builtin() -> &'static Catalog {
        &BUILTIN
    }

    /// The standard library, and definition files beside it: each its stem and its text.
    pub fn with(files: &[(&str, &str)]) -> Catalog {
        let mut catalog = Catalog::embedded();
        for (name, text) in files {
            let index = catalog.files.len();
            for environment in declared_environments(text) {
                catalog.environments.entry(environment).or_insert(index);
            }
            let source = SourceFile::new(format!("<stdlib>/{name}.rel"), *text);
            catalog.files.push(CatalogFile::new(name, source, &[]));
        }
        catalog
    }

    fn embedded() -> Catalog {
        let mut environments = HashMap::new();
        for (index, file) in STDLIB.iter().enumerate() {
            environments.extend(file.environments.iter().map(|name| ((*name).to_owned(), index)));
        }
        let file = |file: &Embedded| {
            let source = SourceFile::embedded(format!("<stdlib>/{}.rel", file.name), file.text);
            CatalogFile::new(file.name, source, file.tree)
        };
        Catalog { files: STDLIB.iter().map(file).collect(), environments, found: Mutex::default() }
    }

    /// Sources that hold the catalog's files; what is compiled is added behind them.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for file in &self.files {
            sources.add_shared(Arc::clone(&file.source));
        }
        sources
    }

    /// Whether `file` is one of definitions, not of a user's release.
    pub fn contains(&self, file: FileId) -> bool {
        (file.0 as usize) < self.files.len()
    }

    /// The names of the libraries (and of the files that hold environments), sorted.
    pub fn libraries(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// The names of the environments, sorted.
    pub fn environment_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.environments.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The library `name`, linked, with what is wrong in it.
    pub fn library(&self, name: &str) -> Option<(Arc<Module>, Diagnostics)> {
        let index = self.files.iter().position(|file| file.name == name)?;
        self.load(index, &mut Vec::new()).ok()
    }

    /// The environment `name`.
    pub fn environment(&self, name: &str) -> Option<Arc<Found>> {
        if let Some(found) = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Some(Arc::clone(found));
        }
        let found = Arc::new(self.find(name)?);
        self.found.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&found));
        Some(found)
    }

    fn find(&self, name: &str) -> Option<Found> {
        let (module, mut diagnostics) = self.load(*self.environments.get(name)?, &mut Vec::new()).ok()?;
        let part = Arc::clone(module.part(name)?);
        let (environment, union) = flatten(&module, &part);
        diagnostics.extend(union);
        Some(Found { environment: Arc::new(environment), diagnostics, plans: Mutex::default() })
    }

    /// Parses and links a file; where that is being done already, the circle of imports that leads back to it.
    fn load(&self, index: usize, open: &mut Vec<usize>) -> Result<(Arc<Module>, Diagnostics), Vec<String>> {
        if let Some(at) = open.iter().position(|known| *known == index) {
            let circle = open[at..].iter().chain([&index]);
            return Err(circle.map(|index| self.files[*index].name.clone()).collect());
        }
        let file = &self.files[index];
        if let Some((module, diagnostics)) = file.linked.get() {
            return Ok((Arc::clone(module), diagnostics.clone()));
        }
        open.push(index);
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let (ast, mut diagnostics) = file.read(id);
        let mut context = CatalogImports { catalog: self, open, diagnostics: Diagnostics::default() };
        let (module, linking) = link(&file.name, id, &ast, &mut context);
        diagnostics.extend(context.diagnostics);
        diagnostics.extend(linking);
        open.pop();
        let linked = file.linked.get_or_init(|| (module, diagnostics));
        Ok((Arc::clone(&linked.0), linked.1.clone()))
    }
}

impl CatalogFile {
    fn new(name: &str, source: SourceFile, tree: &'static [u8]) -> Self {
        CatalogFile { name: name.to_owned(), source: Arc::new(source), tree, linked: OnceLock::new() }
    }

    fn read(&self, id: FileId) -> (ast::File, Diagnostics) {
        match syntax::stored::decode(self.tree) {
            Ok(tree) => (tree, Diagnostics::default()),
            Err(_) => syntax::parse(id, self.source.text()),
        }
    }
}

/// The names behind `environment` at the start of a line: a quick look that decides which file to parse. A name found in a
/// comment costs no more than that.
fn declared_environments(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let rest = line.strip_prefix("environment ")?.trim_start();
        rest.split([' ', '{', '\t']).next().map(str::to_owned)
    })
}

struct CatalogImports<'a> {
    catalog: &'a Catalog,
    open: &'a mut Vec<usize>,
    diagnostics: Diagnostics,
}

impl CatalogImports<'_> {
    fn load(&mut self, index: Option<usize>) -> Lookup {
        let Some(index) = index else { return Lookup::Missing };
        match self.catalog.load(index, self.open) {
            Ok((module, diagnostics)) => {
                self.diagnostics.extend(diagnostics);
                Lookup::Found(module)
            }
            Err(circle) => Lookup::Circle(circle),
        }
    }
}

impl ImportContext for CatalogImports<'_> {
    fn library(&mut self, name: &str) -> Lookup {
        self.load(self.catalog.files.iter().position(|file| file.name == name))
    }

    fn environment(&mut self, name: &str) -> Lookup {
        self.load(self.catalog.environments.get(name).copied())
    }

    fn file(&mut self, _path: &str) -> Result<Arc<Module>, String> {
        Err("a standard library imports libraries by name only".to_owned())
    }

    fn libraries(&self) -> Vec<String> {
        self.catalog.libraries().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_tree_is_what_its_text_says() {
        for (index, file) in STDLIB.iter().enumerate() {
            let id = FileId(u32::try_from(index).expect("few files"));
            let stored = syntax::stored::decode(file.tree).unwrap_or_else(|error| panic!("{}: {error}", file.name));
            let (parsed, diagnostics) = syntax::parse(id, file.text);
            assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", file.name);
            assert!(stored == parsed, "the stored tree of {} is another", file.name);
        }
    }
}
