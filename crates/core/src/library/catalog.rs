//! The environments and libraries of a run: `stdlib/`, embedded, and loaded on demand.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use super::module::{ImportContext, Lookup, Module, link};
use super::{Clash, Environment, KindFiles, LoadedFile, Loader, Plan, ProjectKinds, flatten_with};
use relc_schema::SchemaRef;
use relc_stdlib::LibraryFile;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::serialize::Texts;
use relc_syntax::source::{FileId, SourceFile, Sources, Span};
use relc_syntax::visit::{self, KindOf};
use relc_syntax::{self as syntax, ast};

static BUILTIN: LazyLock<Catalog> = LazyLock::new(Catalog::embedded);

/// The strings of the standard library's trees.
static TEXTS: Texts = Texts { all: relc_stdlib::TEXTS, ends: relc_stdlib::TEXT_ENDS, made: &MADE };
static MADE: [OnceLock<Arc<str>>; relc_stdlib::TEXT_ENDS.len()] =
    [const { OnceLock::new() }; relc_stdlib::TEXT_ENDS.len()];

/// Definition files, parsed and linked on first use. Their [`FileId`]s are the first of every [`Sources`] from
/// [`Catalog::sources`].
#[derive(Debug)]
pub struct Catalog {
    files: Vec<CatalogFile>,
    /// The users' schema files; their [`FileId`]s come after those of `files`.
    schemas: Vec<Arc<SourceFile>>,
    kinds: Mutex<KindFiles>,
    /// The kinds of the project, whose files are among `schemas`.
    project_kinds: Arc<ProjectKinds>,
    /// The indices of the users' files that may apply parts to environments.
    applying: Vec<usize>,
    /// The index of the file that defines each environment, by name.
    environments: HashMap<String, usize>,
    found: Mutex<HashMap<String, Arc<Found>>>,
    /// The cluster that releases are for.
    cluster: Arc<ClusterSettings>,
}

/// The cluster that releases are for, as the project describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterSettings {
    /// The features that it has switched on, by the names that its operators give them.
    pub features: Vec<String>,
    /// The traffic that a pod can take while other versions aren't ready, as a multiple of that of the busiest pod with all versions
    /// ready.
    pub overload: f64,
}

impl Default for ClusterSettings {
    fn default() -> Self {
        ClusterSettings { features: Vec::new(), overload: 2.0 }
    }
}

#[derive(Debug)]
struct CatalogFile {
    name: String,
    source: Arc<SourceFile>,
    /// The file's serialized tree, if it has one.
    tree: &'static [u8],
    parsed: OnceLock<(ast::File, Diagnostics)>,
    linked: OnceLock<(Arc<Module>, Diagnostics)>,
}

/// A definition file of the user.
#[derive(Clone, Debug)]
pub struct DefinitionFile {
    /// The stem, which is its name in imports.
    pub name: String,
    /// The path shown in messages.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A flattened environment, with its diagnostics.
#[derive(Debug)]
pub struct Found {
    /// The environment.
    pub environment: Arc<Environment>,
    /// The diagnostics of the modules and of flattening.
    pub diagnostics: Diagnostics,
    plans: Mutex<HashMap<Option<String>, Arc<Plan>>>,
}

impl Found {
    /// Returns the environment's plan for `strategy`.
    pub fn plan(&self, strategy: Option<&str>) -> Arc<Plan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = plans
            .entry(strategy.map(str::to_owned))
            .or_insert_with(|| Arc::new(Plan::new(Arc::clone(&self.environment), strategy)));
        Arc::clone(plan)
    }
}

impl Catalog {
    /// Returns the standard library.
    pub fn builtin() -> &'static Catalog {
        &BUILTIN
    }

    /// Returns the standard library for builds, without the lint statements and the documentation that builds don't
    /// use: decoding those would take a third of a short run. It can't be combined with the user's definition files, as
    /// they may replace such statements.
    pub fn for_builds() -> Catalog {
        Catalog::of(|file| file.lean)
    }

    /// Returns the catalog for a cluster.
    #[must_use]
    pub fn for_cluster(self, cluster: ClusterSettings) -> Catalog {
        Catalog { cluster: Arc::new(cluster), ..self }
    }

    /// Returns the catalog with the kinds of a project, a file each.
    #[must_use]
    pub fn with_kinds(mut self, files: Vec<LoadedFile>) -> Catalog {
        let mut kinds = ProjectKinds::default();
        for LoadedFile { name, text } in files {
            let source = Arc::new(SourceFile::new(name, text));
            kinds.add(file_id(self.files.len() + self.schemas.len()), Arc::clone(&source));
            self.schemas.push(source);
        }
        self.project_kinds = Arc::new(kinds);
        self
    }

    /// The kinds of the project.
    pub fn project_kinds(&self) -> &Arc<ProjectKinds> {
        &self.project_kinds
    }

    /// The cluster that releases are for.
    pub fn cluster(&self) -> &Arc<ClusterSettings> {
        &self.cluster
    }

    /// Returns the standard library with additional definition files, each given by its stem and its text. They may
    /// replace any name.
    pub fn with(files: &[(&str, &str)]) -> Catalog {
        let file = |(name, text): &(&str, &str)| DefinitionFile {
            name: (*name).to_owned(),
            path: format!("<stdlib>/{name}.rel"),
            text: (*text).to_owned(),
        };
        Catalog::beside(files.iter().map(file).collect(), &[], &NoFiles).0
    }

    /// Returns the standard library with additional definition files, which may replace the names in `replaces`, and
    /// diagnostics about duplicate names. Schemas that they name are loaded with `loader`.
    pub fn beside(files: Vec<DefinitionFile>, replaces: &[String], loader: &dyn Loader) -> (Catalog, Diagnostics) {
        let mut catalog = Catalog::embedded();
        let mut out = Diagnostics::default();
        for file in files {
            catalog.add(file, replaces, &mut out);
        }
        catalog.read_schemas(loader);
        (catalog, out)
    }

    /// Loads the schema files that the users' files name: all at once, as they are part of every run's sources.
    fn read_schemas(&mut self, loader: &dyn Loader) {
        let Catalog { files, schemas, .. } = self;
        let mut kinds = KindFiles::default();
        for (index, file) in files.iter().enumerate().skip(relc_stdlib::FILES.len()) {
            // Few files name any; the others are parsed on demand.
            if !file.source.text().contains("from") {
                continue;
            }
            visit::kinds(&file.read(file_id(index)).0, &mut |wanted| {
                let mut add = |source: SourceFile| {
                    schemas.push(Arc::new(source));
                    file_id(files.len() + schemas.len() - 1)
                };
                kinds.read(file.source.name(), wanted.from, loader, &mut add);
            });
        }
        self.kinds = Mutex::new(kinds);
    }

    fn add(&mut self, file: DefinitionFile, replaces: &[String], out: &mut Diagnostics) {
        let index = self.files.len();
        let id = file_id(index);
        let may_replace =
            |name: &str, known: usize| known < relc_stdlib::FILES.len() && replaces.iter().any(|other| other == name);
        for (name, at) in declared_environments(&file.text) {
            match self.environments.get(&name).copied() {
                // A name that one file declares twice is reported where the file is linked.
                Some(known) if known != index && !may_replace(&name, known) => {
                    out.push(self.taken(&name, known, Span::new(id, at, at + name.len())))
                }
                Some(_) | None => {
                    self.environments.insert(name, index);
                }
            }
        }
        let known = self.files.iter().rposition(|known| known.name == file.name);
        if let Some(known) = known.filter(|known| out.is_empty() && !may_replace(&file.name, *known)) {
            out.push(self.taken(&file.name, known, Span::new(id, 0, 0)));
        }
        if file.text.lines().any(|line| line.starts_with("apply ")) {
            self.applying.push(index);
        }
        self.files.push(CatalogFile::new(&file.name, SourceFile::new(file.path, file.text), &[]));
    }

    /// Returns the error for a library or environment whose name is already declared in the file `known`.
    fn taken(&self, name: &str, known: usize, span: Span) -> Diagnostic {
        let other = self.files[known].source.name();
        let message = format!("the name `{name}` is already used in {other}");
        let error = Diagnostic::error(Code::DuplicateName, span, message);
        if known < relc_stdlib::FILES.len() {
            error.help(format!("choose another name, or set `replaces = [\"{name}\"]` in relc.toml"))
        } else {
            error.help("rename one of them")
        }
    }

    fn embedded() -> Catalog {
        Catalog::of(|file| file.tree)
    }

    fn of(tree: fn(&LibraryFile) -> &'static [u8]) -> Catalog {
        let mut environments = HashMap::new();
        for (index, file) in relc_stdlib::FILES.iter().enumerate() {
            environments.extend(file.environments.iter().map(|name| ((*name).to_owned(), index)));
        }
        let file = |file: &LibraryFile| {
            let source = SourceFile::embedded(format!("<stdlib>/{}.rel", file.name), file.text);
            CatalogFile::new(file.name, source, tree(file))
        };
        Catalog {
            files: relc_stdlib::FILES.iter().map(file).collect(),
            schemas: Vec::new(),
            kinds: Mutex::default(),
            project_kinds: Arc::default(),
            applying: Vec::new(),
            environments,
            found: Mutex::default(),
            cluster: Arc::default(),
        }
    }

    /// Returns sources that contain the catalog's files; compiled files are added after them.
    pub fn sources(&self) -> Sources {
        let mut sources = Sources::default();
        for source in self.files.iter().map(|file| &file.source).chain(&self.schemas) {
            sources.add_shared(Arc::clone(source));
        }
        sources
    }

    /// Passes everything that distinguishes this catalog from others of this program to `say`.
    pub fn identity(&self, say: &mut dyn FnMut(&str)) {
        for source in self.files[relc_stdlib::FILES.len()..].iter().map(|file| &file.source).chain(&self.schemas) {
            say(source.name());
            say(source.text());
        }
        self.cluster.features.iter().for_each(|feature| say(feature));
        say(&self.cluster.overload.to_string());
        // Which of two declarations of a name is effective.
        for name in self.environment_names() {
            say(name);
            say(&self.environments[name].to_string());
        }
    }

    /// Returns true if `file` is a definition file, not a user's release.
    pub fn contains(&self, file: FileId) -> bool {
        (file.0 as usize) < self.files.len() + self.schemas.len()
    }

    /// Returns true if `file` is a definition file of the user.
    pub fn is_users(&self, file: FileId) -> bool {
        self.contains(file) && file.0 as usize >= relc_stdlib::FILES.len()
    }

    /// Returns the user's definition file at `path`.
    pub fn user_file(&self, path: &Path) -> Option<FileId> {
        self.users().find(|file| Path::new(self.files[file.0 as usize].source.name()) == path)
    }

    /// Returns all definition files, in their order.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        (0..self.files.len()).map(file_id)
    }

    /// Returns the user's definition files, in their order.
    pub fn users(&self) -> impl Iterator<Item = FileId> {
        (relc_stdlib::FILES.len()..self.files.len()).map(file_id)
    }

    /// Returns the tree of a definition file.
    pub fn tree(&self, file: FileId) -> Option<&ast::File> {
        Some(&self.files.get(file.0 as usize)?.read(file).0)
    }

    /// Returns a linked definition file, with its diagnostics.
    pub fn module(&self, file: FileId) -> Option<(Arc<Module>, Diagnostics)> {
        self.files.get(file.0 as usize)?;
        self.load(file.0 as usize, &mut Vec::new()).ok()
    }

    /// Returns the names of the libraries (and of the files with environments), sorted.
    pub fn libraries(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// Returns the names of the environments, sorted.
    pub fn environment_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.environments.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Returns the names of relc's own environments and libraries, which `replaces` allows to declare again.
    pub fn replaceable(&self) -> BTreeSet<&str> {
        let own = &relc_stdlib::FILES;
        own.iter().flat_map(|file| file.environments.iter().copied().chain([file.name])).collect()
    }

    /// Returns the index of a library's file: the last one, as a replacement comes after the original.
    fn library_index(&self, name: &str) -> Option<usize> {
        self.files.iter().rposition(|file| file.name == name)
    }

    /// Returns the index of the file that the file `importer` imports as `name`. A user's file that adapts an environment of relc may have
    /// the name of a library of relc without replacing it: it declares none of its members. Then relc's own files import the original.
    fn imported_index(&self, name: &str, importer: usize) -> Option<usize> {
        let last = self.library_index(name)?;
        let own = relc_stdlib::FILES.len();
        if last < own {
            return Some(last);
        }
        let Some(original) = self.files[..own].iter().position(|file| file.name == name) else { return Some(last) };
        let known: HashSet<&str> = self.files[original].members(file_id(original)).collect();
        let is_library = |member: &str| importer >= own || known.contains(member);
        let is_adapted = !known.is_empty() && !self.files[last].members(file_id(last)).any(is_library);
        Some(if is_adapted { original } else { last })
    }

    /// Returns the linked library `name`, with its diagnostics.
    pub fn library(&self, name: &str) -> Option<(Arc<Module>, Diagnostics)> {
        let index = self.library_index(name)?;
        self.load(index, &mut Vec::new()).ok()
    }

    /// Returns the environment `name`.
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
        let applied = self.applied(name, &mut diagnostics);
        let (environment, union) = flatten_with(&module, &part, &applied);
        diagnostics.extend(union);
        let clashes = environment.clashes.iter().filter_map(|clash| Clash::error(&[(name, clash)], &[]));
        clashes.for_each(|clash| diagnostics.push(clash));
        Some(Found { environment: Arc::new(environment), diagnostics, plans: Mutex::default() })
    }

    /// Returns the statements that apply parts to the environment `name`.
    fn applied(&self, name: &str, out: &mut Diagnostics) -> Vec<(Arc<Module>, Arc<ast::Apply>)> {
        let mut applied = Vec::new();
        for index in &self.applying {
            let Ok((module, diagnostics)) = self.load(*index, &mut Vec::new()) else { continue };
            out.extend(diagnostics);
            let matching = module.applied.iter().filter(|apply| apply.matches(name));
            applied.extend(matching.map(|apply| (Arc::clone(&module), Arc::clone(apply))));
        }
        applied
    }

    /// Parses and links a file; if that is already in progress, returns the import cycle.
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
        let id = file_id(index);
        let (ast, parsing) = file.read(id);
        let mut diagnostics = parsing.clone();
        let mut context = CatalogImports { catalog: self, index, open, diagnostics: Diagnostics::default() };
        let (module, linking) = link(&file.name, id, ast, &mut context);
        diagnostics.extend(context.diagnostics);
        diagnostics.extend(linking);
        open.pop();
        let linked = file.linked.get_or_init(|| (module, diagnostics));
        Ok((Arc::clone(&linked.0), linked.1.clone()))
    }
}

impl CatalogFile {
    fn new(name: &str, source: SourceFile, tree: &'static [u8]) -> Self {
        let (parsed, linked) = (OnceLock::new(), OnceLock::new());
        CatalogFile { name: name.to_owned(), source: Arc::new(source), tree, parsed, linked }
    }

    /// The names of the declarations that other files can import, without environments.
    fn members(&self, id: FileId) -> impl Iterator<Item = &str> {
        self.read(id).0.items.iter().filter_map(|item| match item {
            ast::Item::Let(item) => Some(&*item.name.text),
            ast::Item::Type(item) => Some(&*item.name.text),
            ast::Item::Fragment(item) => Some(&*item.name.text),
            ast::Item::Part(item) => Some(&*item.name.text),
            _ => None,
        })
    }

    fn read(&self, id: FileId) -> &(ast::File, Diagnostics) {
        self.parsed.get_or_init(|| match syntax::serialize::decode(self.tree, &TEXTS) {
            Ok(tree) => (tree, Diagnostics::default()),
            Err(_) => syntax::parse(id, self.source.text()),
        })
    }
}

/// Returns the names of the environments that `text` declares at the start of a line, with their offsets. The file is parsed only
/// if one of them may be in a comment or a block.
fn declared_environments(text: &str) -> Vec<(String, usize)> {
    let mut found = named_environments(text);
    if !found.is_empty() && (text.contains("/*") || text.contains("\"\"\"")) {
        let (file, _) = syntax::parse(FileId(0), text);
        let is_declared = |at: usize| {
            file.items.iter().any(|item| match item {
                ast::Item::Environment(environment) => environment.name.span.start as usize == at,
                _ => false,
            })
        };
        found.retain(|(_, at)| is_declared(*at));
    }
    found
}

/// Returns the names after `environment` at the start of a line, with their offsets.
fn named_environments(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("environment ") {
            let name = rest.trim_start().split([' ', '{', '\t', '\r', '\n']).next().unwrap_or("");
            found.push((name.to_owned(), at + line.len() - rest.trim_start().len()));
        }
        at += line.len();
    }
    found
}

fn file_id(index: usize) -> FileId {
    FileId(u32::try_from(index).unwrap_or(u32::MAX))
}

/// A loader without files.
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: &str, _path: &str) -> Result<LoadedFile, String> {
        Err("file not found".to_owned())
    }
}

struct CatalogImports<'a> {
    catalog: &'a Catalog,
    /// The importing file.
    index: usize,
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
        // A file that imports its own name imports the library that it replaces.
        let index = match self.catalog.imported_index(name, self.index) {
            Some(index) if index == self.index => {
                self.catalog.files[..index].iter().rposition(|file| file.name == name)
            }
            index => index,
        };
        self.load(index.or(self.catalog.library_index(name)))
    }

    fn environment(&mut self, name: &str) -> Lookup {
        self.load(self.catalog.environments.get(name).copied())
    }

    fn replaced_environment(&mut self, name: &str) -> Lookup {
        let standard = relc_stdlib::FILES.iter();
        let index =
            standard.clone().position(|file| file.environments.contains(&name)).filter(|index| *index < self.index);
        match index {
            Some(index) => self.load(Some(index)),
            None => Lookup::Missing,
        }
    }

    fn file(&mut self, _path: &str) -> Result<Arc<Module>, String> {
        Err("definition files import libraries by their names: put the file next to this one, and write \
             `import name`"
            .to_owned())
    }

    fn brings_schemas(&self) -> bool {
        self.catalog.is_users(file_id(self.index))
    }

    fn kind(&mut self, wanted: KindOf<'_>) -> Option<SchemaRef> {
        let from = self.catalog.files[self.index].source.name();
        let mut kinds = self.catalog.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.kind(from, wanted, &mut self.diagnostics)
    }

    fn project_kinds(&self) -> Arc<ProjectKinds> {
        Arc::clone(&self.catalog.project_kinds)
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
        for (index, file) in relc_stdlib::FILES.iter().enumerate() {
            let id = FileId(u32::try_from(index).expect("few files"));
            let stored =
                syntax::serialize::decode(file.tree, &TEXTS).unwrap_or_else(|error| panic!("{}: {error}", file.name));
            let (parsed, diagnostics) = syntax::parse(id, file.text);
            assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", file.name);
            assert!(stored == parsed, "the stored tree of {} is another", file.name);
            let lean =
                syntax::serialize::decode(file.lean, &TEXTS).unwrap_or_else(|error| panic!("{}: {error}", file.name));
            assert!(lean == syntax::serialize::for_builds(&parsed), "the tree of {} for builds is another", file.name);
        }
    }
}
