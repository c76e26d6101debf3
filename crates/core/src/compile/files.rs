//! The files that a release file names: imports and `file("…")`, read once when it is loaded.

use std::collections::HashMap;
use std::sync::Arc;

use crate::eval::Files;
use crate::helm_values;
use crate::library::{Catalog, ImportContext, KindFiles, Loader, Lookup, Module, ProjectKinds, link};
use crate::value::{Value, ValueKind};
use relc_schema::SchemaRef;
use relc_syntax::diagnostic::{Code, Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, SourceFile, Sources};
use relc_syntax::visit::{self, KindOf};
use relc_syntax::{self as syntax, ast};

/// The contents of files for `file("…")`, by the naming file and the path as written.
#[derive(Debug, Default)]
pub struct ReadFiles {
    values: HashMap<(FileId, Arc<str>), Value>,
}

impl ReadFiles {
    /// Reads every file named in `ast`, the tree of the file `from`.
    pub fn read_all(
        &mut self,
        name: &str,
        from: FileId,
        ast: &ast::File,
        loader: &dyn Loader,
        sources: &mut Sources,
        out: &mut Diagnostics,
    ) {
        let mut paths: Vec<ast::Name> = Vec::new();
        visit::files(ast, &mut |path| paths.push(path.clone()));
        for path in paths {
            let key = (from, Arc::clone(&path.text));
            self.values.entry(key).or_insert_with(|| read(name, &path, loader, sources, out));
        }
    }
}

fn read(name: &str, path: &ast::Name, loader: &dyn Loader, sources: &mut Sources, out: &mut Diagnostics) -> Value {
    match loader.load(name, &path.text) {
        Ok(loaded) => {
            let file = sources.add(SourceFile::new(loaded.name, loaded.text));
            let (value, diagnostics) = helm_values::read(file, sources.file(file).text());
            out.extend(diagnostics);
            value.unwrap_or_else(|| Value::new(ValueKind::Error, path.span))
        }
        Err(reason) => {
            let message = format!("cannot read `{}`: {reason}", path.text);
            out.push(Diagnostic::error(Code::UnreadableFile, path.span, message));
            Value::new(ValueKind::Error, path.span)
        }
    }
}

impl Files for ReadFiles {
    fn read(&self, path: &ast::Name) -> Result<Value, Box<Diagnostic>> {
        let known = self.values.get(&(path.span.file, Arc::clone(&path.text)));
        known.cloned().ok_or_else(|| {
            let message = format!("`{}` cannot be read from here", path.text);
            let help = "only release files and the libraries that they import by path read files";
            Box::new(Diagnostic::error(Code::UnreadableFile, path.span, message).help(help))
        })
    }
}

/// Largest number of files that a release file may import, directly or indirectly.
const MAX_IMPORTS: usize = 256;

/// The imports of a release file: standard libraries by name, files by path.
pub struct UserImports<'a> {
    catalog: &'a Catalog,
    loader: &'a dyn Loader,
    sources: &'a mut Sources,
    /// The files in progress, outermost first.
    open: Vec<String>,
    linked: HashMap<String, Arc<Module>>,
    kinds: KindFiles,
    modules: Vec<(String, FileId, ast::File)>,
    diagnostics: Diagnostics,
}

impl<'a> UserImports<'a> {
    /// Creates the imports of the file `name`.
    pub fn new(catalog: &'a Catalog, loader: &'a dyn Loader, sources: &'a mut Sources, name: &str) -> Self {
        UserImports {
            catalog,
            loader,
            sources,
            open: vec![name.to_owned()],
            linked: HashMap::new(),
            kinds: KindFiles::default(),
            modules: Vec::new(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Returns the files imported by path, and their diagnostics.
    pub fn finish(self) -> (Vec<(String, FileId, ast::File)>, Diagnostics) {
        (self.modules, self.diagnostics)
    }
}

impl ImportContext for UserImports<'_> {
    fn library(&mut self, name: &str) -> Lookup {
        let found = self.catalog.library(name).map(|(module, diagnostics)| {
            self.diagnostics.extend(diagnostics);
            module
        });
        found.into()
    }

    fn environment(&mut self, name: &str) -> Lookup {
        let found = self.catalog.environment(name).map(|found| {
            self.diagnostics.extend(found.diagnostics.clone());
            Arc::clone(&found.environment.declaration.module)
        });
        found.into()
    }

    fn replaced_environment(&mut self, _name: &str) -> Lookup {
        // Environments are replaced by definition files only.
        Lookup::Missing
    }

    fn file(&mut self, path: &str) -> Result<Arc<Module>, String> {
        let from = self.open.last().cloned().unwrap_or_default();
        let loaded = self.loader.load(&from, path)?;
        if let Some(first) = self.open.iter().position(|open| *open == loaded.name) {
            let circle = self.open[first..].iter().chain([&loaded.name]).map(String::as_str).collect::<Vec<_>>();
            return Err(format!("it imports itself ({})", circle.join(" → ")));
        }
        if let Some(module) = self.linked.get(&loaded.name) {
            return Ok(Arc::clone(module));
        }
        if self.modules.len() >= MAX_IMPORTS {
            return Err(format!("more than {MAX_IMPORTS} files are imported"));
        }
        let file = self.sources.add(SourceFile::new(&*loaded.name, &*loaded.text));
        let (ast, diagnostics) = syntax::parse(file, &loaded.text);
        self.diagnostics.extend(diagnostics);
        self.open.push(loaded.name.clone());
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rel").to_owned();
        let (module, linking) = link(&stem, file, &ast, self);
        self.open.pop();
        self.diagnostics.extend(linking);
        self.linked.insert(loaded.name.clone(), Arc::clone(&module));
        self.modules.push((loaded.name, file, ast));
        Ok(module)
    }

    fn brings_schemas(&self) -> bool {
        true
    }

    fn kind(&mut self, wanted: KindOf<'_>) -> Option<SchemaRef> {
        let from = self.open.last().cloned().unwrap_or_default();
        let UserImports { kinds, loader, sources, diagnostics, .. } = self;
        kinds.read(&from, wanted.from, *loader, |file| sources.add(file));
        kinds.kind(&from, wanted, diagnostics)
    }

    fn project_kinds(&self) -> Arc<ProjectKinds> {
        Arc::clone(self.catalog.project_kinds())
    }

    fn libraries(&self) -> Vec<String> {
        self.catalog.libraries().map(str::to_owned).collect()
    }
}
