//! The environments and libraries that a run can name: `stdlib/`, embedded, loaded only as far as it is used.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use super::module::{ImportContext, Module, link};
use super::{Environment, Plan, flatten};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{self, ast};

/// Every file of `stdlib/`: its stem and its text.
macro_rules! stdlib {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../stdlib/", $name, ".rel")))),*]
    };
}

// A macro, as `include_str!` takes a literal only.
const STDLIB: &[(&str, &str)] = stdlib![
    "deployment",
    "deployment-gtw",
    "deployment-istio",
    "gateway",
    "istio",
    "iter8",
    "knative-istio",
    "kserve",
    "kserve-modelmesh-istio",
    "kube",
];

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(STDLIB));

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
        Catalog::new(&[STDLIB, files].concat())
    }

    /// A catalog of definition files: each its stem and its text.
    pub fn new(files: &[(&str, &str)]) -> Catalog {
        let mut environments = HashMap::new();
        for (index, (_, text)) in files.iter().enumerate() {
            for name in declared_environments(text) {
                environments.entry(name).or_insert(index);
            }
        }
        let file = |(name, text): &(&str, &str)| CatalogFile {
            name: (*name).to_owned(),
            source: Arc::new(SourceFile::new(format!("<stdlib>/{name}.rel"), *text)),
            linked: OnceLock::new(),
        };
        Catalog { files: files.iter().map(file).collect(), environments, found: Mutex::default() }
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
        self.load(index, &mut Vec::new())
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
        let (module, mut diagnostics) = self.load(*self.environments.get(name)?, &mut Vec::new())?;
        let part = Arc::clone(module.part(name)?);
        let (environment, union) = flatten(&module, &part);
        diagnostics.extend(union);
        Some(Found { environment: Arc::new(environment), diagnostics, plans: Mutex::default() })
    }

    /// Parses and links a file; `None` where that is being done already, which is a circle of imports.
    fn load(&self, index: usize, open: &mut Vec<usize>) -> Option<(Arc<Module>, Diagnostics)> {
        if open.contains(&index) {
            return None;
        }
        let file = &self.files[index];
        if let Some((module, diagnostics)) = file.linked.get() {
            return Some((Arc::clone(module), diagnostics.clone()));
        }
        open.push(index);
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let (ast, mut diagnostics) = parse(id, &file.source);
        let mut context = CatalogImports { catalog: self, open, diagnostics: Diagnostics::default() };
        let (module, linking) = link(&file.name, id, &ast, &mut context);
        diagnostics.extend(context.diagnostics);
        diagnostics.extend(linking);
        open.pop();
        let linked = file.linked.get_or_init(|| (module, diagnostics));
        Some((Arc::clone(&linked.0), linked.1.clone()))
    }
}

fn parse(id: FileId, source: &SourceFile) -> (ast::File, Diagnostics) {
    syntax::parse(id, source.text())
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

impl ImportContext for CatalogImports<'_> {
    fn library(&mut self, name: &str) -> Option<Arc<Module>> {
        let index = self.catalog.files.iter().position(|file| file.name == name)?;
        let (module, diagnostics) = self.catalog.load(index, self.open)?;
        self.diagnostics.extend(diagnostics);
        Some(module)
    }

    fn environment(&mut self, name: &str) -> Option<Arc<Module>> {
        let index = *self.catalog.environments.get(name)?;
        let (module, diagnostics) = self.catalog.load(index, self.open)?;
        self.diagnostics.extend(diagnostics);
        Some(module)
    }

    fn file(&mut self, _path: &str) -> Result<Arc<Module>, String> {
        Err("a standard library imports libraries by name only".to_owned())
    }

    fn libraries(&self) -> Vec<String> {
        self.catalog.libraries().map(str::to_owned).collect()
    }
}
