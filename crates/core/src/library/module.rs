//! A definition file with its imports resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ProjectKinds;
use relc_schema::SchemaRef;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Applicability, Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Span};
use relc_syntax::visit::{self, KindOf};

/// A declaration of a module.
#[derive(Clone, Debug)]
pub enum Item {
    /// A let of the file.
    Let(Arc<ast::Let>),
    /// A parameter of a release file.
    Param(Arc<ast::Param>),
    /// A type.
    Type(Arc<ast::TypeDef>),
    /// A fragment.
    Fragment(Arc<ast::Fragment>),
    /// A part.
    Part(Arc<ast::Part>),
    /// An environment.
    Environment(Arc<ast::Part>),
}

impl Item {
    /// Returns the declared name with its span.
    pub fn name(&self) -> &ast::Name {
        match self {
            Item::Let(item) => &item.name,
            Item::Param(item) => &item.name,
            Item::Type(item) => &item.name,
            Item::Fragment(item) => &item.name,
            Item::Part(item) | Item::Environment(item) => &item.name,
        }
    }

    /// Returns the span of the whole declaration.
    pub fn span(&self) -> Span {
        match self {
            Item::Let(item) => item.span,
            Item::Param(item) => item.span,
            Item::Type(item) => item.span,
            Item::Fragment(item) => item.span,
            Item::Part(item) | Item::Environment(item) => item.span,
        }
    }

    fn of(item: &ast::Item) -> Option<Item> {
        match item {
            ast::Item::Let(item) => Some(Item::Let(Arc::clone(item))),
            ast::Item::Param(item) => Some(Item::Param(Arc::clone(item))),
            ast::Item::Type(item) => Some(Item::Type(Arc::clone(item))),
            ast::Item::Fragment(item) => Some(Item::Fragment(Arc::clone(item))),
            ast::Item::Part(item) => Some(Item::Part(Arc::clone(item))),
            ast::Item::Environment(item) => Some(Item::Environment(Arc::clone(item))),
            ast::Item::Import(_) | ast::Item::Release(_) | ast::Item::Apply(_) => None,
        }
    }
}

/// A part with the module that declares it.
pub type FoundPart<'m> = (&'m Arc<Module>, &'m Arc<ast::Part>);

/// The declarations and imports of a file.
#[derive(Debug)]
pub struct Module {
    /// The file's stem, for messages: `istio` in `istio.routed`.
    pub name: Arc<str>,
    /// The file.
    pub file: FileId,
    /// Documentation of the file.
    pub doc: Option<String>,
    /// The declarations, by name.
    pub items: BTreeMap<Arc<str>, Item>,
    /// The imports, by their names in this file.
    pub imports: BTreeMap<Arc<str>, Arc<Module>>,
    /// The modules of the environments that are extended here and declared in other files, by the environment's name.
    pub extended: BTreeMap<Arc<str>, Arc<Module>>,
    /// The statements that apply parts to environments.
    pub applied: Vec<Arc<ast::Apply>>,
    /// The kinds whose schemas are in files, by group and version, kind, and the file's path.
    pub kinds: BTreeMap<[Arc<str>; 3], SchemaRef>,
    /// The kinds of the project, which are found by name.
    pub project_kinds: Arc<ProjectKinds>,
    /// The failed imports by name: uses of them are not reported as unknown names.
    pub unread: BTreeSet<Arc<str>>,
}

impl Module {
    /// Returns true if it is a file of the standard library.
    pub fn is_standard(&self) -> bool {
        (self.file.0 as usize) < relc_stdlib::FILES.len()
    }

    /// Returns true if the import of `name`, or of the library before its dot, has failed, which is reported already.
    pub fn lacks(&self, name: &str) -> bool {
        let library = name.split_once('.').map_or(name, |(library, _)| library);
        self.unread.contains(library)
    }

    /// Finds what `extends name` means in the declaration of `by`, or `apply name` outside of any: a part or environment of this module, `library.part`, or an
    /// environment of another file. An environment that extends its own name extends the one that it replaces. Gives the
    /// library too, if the name has one.
    pub fn find_part<'m>(
        self: &'m Arc<Module>,
        by: Option<&ast::Part>,
        name: &str,
    ) -> (Option<&'m Arc<Module>>, Option<FoundPart<'m>>) {
        let own = |module: &'m Arc<Module>, name: &str| Some((module, module.part(name)?));
        let replaces = by.is_some_and(|by| *by.name.text == *name) && self.extended.contains_key(name);
        if let Some(found) = own(self, name).filter(|_| !replaces) {
            return (None, Some(found));
        }
        if let Some((library, part)) = name.split_once('.')
            && let Some(library) = self.imports.get(library)
        {
            return (Some(library), own(library, part));
        }
        (None, self.extended.get(name).and_then(|module| own(module, name)))
    }

    /// Returns the part or environment `name` of this module.
    pub fn part(&self, name: &str) -> Option<&Arc<ast::Part>> {
        match self.items.get(name)? {
            Item::Part(part) | Item::Environment(part) => Some(part),
            Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Fragment(_) => None,
        }
    }
}

/// The result of looking up a module.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// The module.
    Found(Arc<Module>),
    /// There is no module of this name.
    Missing,
    /// The module is being linked: the files of the import cycle, starting and ending with it.
    Circle(Vec<String>),
}

impl From<Option<Arc<Module>>> for Lookup {
    fn from(found: Option<Arc<Module>>) -> Self {
        found.map_or(Lookup::Missing, Lookup::Found)
    }
}

/// Finds the imports of a module.
pub trait ImportContext {
    /// Finds the library `name`.
    fn library(&mut self, name: &str) -> Lookup;
    /// Finds the module that declares the environment `name`.
    fn environment(&mut self, name: &str) -> Lookup;
    /// Finds the module that declares the environment `name` which the importing file replaces.
    fn replaced_environment(&mut self, name: &str) -> Lookup;
    /// Loads the file at `path`, as written in the importing file.
    ///
    /// # Errors
    /// A message without a full stop.
    fn file(&mut self, path: &str) -> Result<Arc<Module>, String>;
    /// Returns true if the module may have kinds from files. The standard library's schemas are embedded, and a search for others would decode all of it.
    fn brings_schemas(&self) -> bool;
    /// Returns the schema of a kind that the module has from a file; reports an error if it is missing.
    fn kind(&mut self, wanted: KindOf<'_>) -> Option<SchemaRef>;
    /// Returns the kinds of the project.
    fn project_kinds(&self) -> Arc<ProjectKinds>;
    /// Returns the available libraries, for suggestions.
    fn libraries(&self) -> Vec<String>;
}

/// Links a parsed file.
pub fn link(name: &str, file: FileId, ast: &ast::File, context: &mut dyn ImportContext) -> (Arc<Module>, Diagnostics) {
    let mut out = Diagnostics::default();
    let mut imports = BTreeMap::new();
    let mut unread = BTreeSet::new();
    let mut places: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    for item in &ast.items {
        if let ast::Item::Import(import) = item {
            for (name, module) in resolve_import(import, context, &mut unread, &mut out) {
                declare(&name, &mut places, &mut out);
                imports.insert(name.text, module);
            }
        }
    }
    let mut items = BTreeMap::new();
    for item in ast.items.iter().filter_map(Item::of) {
        declare(item.name(), &mut places, &mut out);
        items.entry(Arc::clone(&item.name().text)).or_insert(item);
    }
    let extended = extended(&items, context, &mut unread, &mut out);
    let kinds = if context.brings_schemas() { kinds(ast, context) } else { BTreeMap::new() };
    let doc = ast.doc.clone();
    let applied = ast.items.iter().filter_map(|item| match item {
        ast::Item::Apply(apply) => Some(Arc::clone(apply)),
        _ => None,
    });
    let applied = applied.collect();
    let project_kinds = context.project_kinds();
    let name = name.into();
    (Arc::new(Module { name, file, doc, items, imports, extended, applied, kinds, project_kinds, unread }), out)
}

/// Returns the schemas of the kinds that a module has from files.
fn kinds(ast: &ast::File, context: &mut dyn ImportContext) -> BTreeMap<[Arc<str>; 3], SchemaRef> {
    let mut found = BTreeMap::new();
    visit::kinds(ast, &mut |wanted| {
        let key = [wanted.api_version, wanted.kind, wanted.from].map(|name| Arc::clone(&name.text));
        if let Some(schema) = context.kind(wanted) {
            found.insert(key, schema);
        }
    });
    found
}

/// Environments are found by name in any file, like those of releases.
fn extended(
    items: &BTreeMap<Arc<str>, Item>,
    context: &mut dyn ImportContext,
    unread: &mut BTreeSet<Arc<str>>,
    out: &mut Diagnostics,
) -> BTreeMap<Arc<str>, Arc<Module>> {
    let parts = items.values().filter_map(|item| match item {
        Item::Part(part) | Item::Environment(part) => Some(part),
        Item::Let(_) | Item::Param(_) | Item::Type(_) | Item::Fragment(_) => None,
    });
    let mut found = BTreeMap::new();
    for (part, name) in parts.flat_map(|part| part.extends.iter().map(move |name| (part, name))) {
        let looked_up = match items.contains_key(&name.text) {
            false => context.environment(&name.text),
            true if part.name.text == name.text => context.replaced_environment(&name.text),
            true => continue,
        };
        match looked_up {
            Lookup::Found(module) => {
                found.insert(Arc::clone(&name.text), module);
            }
            Lookup::Missing => {}
            Lookup::Circle(files) => {
                out.push(circle(name, &files));
                unread.insert(Arc::clone(&name.text));
            }
        }
    }
    found
}

fn circle(name: &ast::Name, files: &[String]) -> Diagnostic {
    let shown: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
    let first = shown.first().cloned().unwrap_or_default();
    let message = format!("{first} imports itself: {}", shown.join(" → "));
    let error = Diagnostic::error(Code::Cycle, name.span, message);
    error.help("move what both files need to a third file")
}

fn declare(name: &ast::Name, places: &mut BTreeMap<Arc<str>, Span>, out: &mut Diagnostics) {
    if let Some(first) = places.insert(Arc::clone(&name.text), name.span) {
        let message = format!("`{}` is declared twice", name.text);
        out.push(Diagnostic::error(Code::DuplicateName, name.span, message).related(first, "first declared here"));
    }
}

fn resolve_import(
    import: &ast::Import,
    context: &mut dyn ImportContext,
    unread: &mut BTreeSet<Arc<str>>,
    out: &mut Diagnostics,
) -> Vec<(ast::Name, Arc<Module>)> {
    match &import.what {
        ast::ImportWhat::Libraries(names) => names
            .iter()
            .filter_map(|import| Some((import.local().clone(), library(import, context, unread, out)?)))
            .collect(),
        ast::ImportWhat::File { path, alias } if is_data(&path.text) => {
            let message = format!("cannot import `{}`: an import reads `.rel` files", path.text);
            let fixed = format!("let {} = file(\"{}\")", alias.text, path.text);
            let error = Diagnostic::error(Code::InvalidImport, path.span, message).help(format!("write `{fixed}`"));
            out.push(error.fix(Applicability::Unsafe, import.span, fixed));
            unread.insert(Arc::clone(&alias.text));
            Vec::new()
        }
        ast::ImportWhat::File { path, alias } => match context.file(&path.text) {
            Ok(module) => vec![(alias.clone(), module)],
            Err(reason) => {
                let message = format!("cannot import `{}`: {reason}", path.text);
                out.push(Diagnostic::error(Code::InvalidImport, path.span, message));
                unread.insert(Arc::clone(&alias.text));
                Vec::new()
            }
        },
    }
}

/// Returns true for a file of values, which `file(…)` reads.
fn is_data(path: &str) -> bool {
    [".yaml", ".yml", ".json"].iter().any(|suffix| path.ends_with(suffix))
}

/// Finds an imported library; reports it if that fails.
fn library(
    import: &ast::Imported,
    context: &mut dyn ImportContext,
    unread: &mut BTreeSet<Arc<str>>,
    out: &mut Diagnostics,
) -> Option<Arc<Module>> {
    let name = &import.library;
    match context.library(&name.text) {
        Lookup::Found(module) => return Some(module),
        Lookup::Missing => {
            let path = format!("{}.rel", name.text);
            if let Ok(module) = context.file(&path) {
                out.push(file_as_library(name, &path));
                return Some(module);
            }
            let known = context.libraries();
            out.push(unknown_library(name, &known));
            let near = relc_syntax::diagnostic::nearest(&name.text, known.iter().map(String::as_str));
            unread.extend(near.map(Arc::from));
        }
        Lookup::Circle(files) => out.push(circle(name, &files)),
    }
    unread.insert(Arc::clone(&import.local().text));
    None
}

/// A file next to this one, imported as a library.
fn file_as_library(name: &ast::Name, path: &str) -> Diagnostic {
    let message = format!("`{}` is a file, not a library", name.text);
    let fixed = format!("\"{path}\" as {}", name.text);
    let error = Diagnostic::error(Code::InvalidImport, name.span, message).help(format!("write `import {fixed}`"));
    error.fix(relc_syntax::diagnostic::Applicability::Unsafe, name.span, fixed)
}

fn unknown_library(name: &ast::Name, known: &[String]) -> Diagnostic {
    let message = format!("library `{}` not found", name.text);
    let error = Diagnostic::error(Code::InvalidImport, name.span, message);
    match relc_syntax::diagnostic::nearest(&name.text, known.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(
            relc_syntax::diagnostic::Applicability::Unsafe,
            name.span,
            near,
        ),
        None => error.help(format!(
            "the libraries are {}; a file is imported as `import \"…\" as name`",
            relc_syntax::diagnostic::quoted(known.iter().map(String::as_str))
        )),
    }
}
