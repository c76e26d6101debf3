//! A `.rel` file with its imports, without evaluation, for editors.

use std::path::Path;
use std::sync::Arc;

use super::Text;
use super::files::UserImports;
use crate::library::{Catalog, Loader, Module, link};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, SourceFile, Sources};
use relc_syntax::{self as syntax, ast};

/// A parsed and linked `.rel` file.
pub struct LinkedFile {
    /// The catalog's files, this one, and those that it imports by path.
    pub sources: Sources,
    /// This file.
    pub file: FileId,
    /// The syntax tree.
    pub ast: ast::File,
    /// The declarations and imports.
    pub module: Arc<Module>,
}

/// Links `text`, or returns the catalog's module if it is one of its files.
pub fn link_file(text: Text, catalog: &Catalog, loader: &dyn Loader) -> LinkedFile {
    let mut sources = catalog.sources();
    if let Some(file) = catalog.user_file(Path::new(&text.name))
        && let (Some(ast), Some((module, _))) = (catalog.tree(file), catalog.module(file))
    {
        return LinkedFile { sources, file, ast: ast.clone(), module };
    }
    let name = text.name.clone();
    let file = sources.add(SourceFile::new(text.name, text.text));
    let (ast, _) = syntax::parse(file, sources.file(file).text());
    let (module, _) = this(file, &ast, &mut UserImports::new(catalog, loader, &mut sources, &name));
    LinkedFile { sources, file, ast, module }
}

/// Links the file that is compiled.
pub(super) fn this(file: FileId, ast: &ast::File, imports: &mut UserImports<'_>) -> (Arc<Module>, Diagnostics) {
    link("this file", file, ast, imports)
}
