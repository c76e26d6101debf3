//! Questions that an editor asks of a file, without an editor's types.
//!
//! In: a [`FileContext`], the text that is being written with the environments and files that it sees, and a place in it. Out: what can
//! stand there, what stands there, where that is declared. Findings are the pipeline's, and not asked here. A text that is being
//! written is broken most of the time: what can stand at a place is found by writing a word there that nobody writes, and looking
//! where the parser puts it.

mod compiled;
mod complete;
mod context;
mod definition;
mod fields;
mod hints;
mod hover;
mod kinds;
mod links;
mod names;
mod outline;
mod selection;
mod signature;
#[cfg(test)]
mod tests;
mod tokens;
mod typing;

use std::sync::{Arc, OnceLock};

pub use complete::{Candidate, CandidateKind, Listed, Shape, complete};
pub use definition::{Named, Occurrence, Target, definition, is_taken, named, occurrences, unsure};
pub use hints::{Hint, hints};
pub use hover::{Hover, hover};
pub use links::{Link, links};
pub use outline::{Symbol, SymbolKind, declarations, folds, symbols};
pub use selection::selections;
pub use signature::{Signature, signature};
pub use tokens::{Token, TokenKind, tokens};
pub use typing::{TYPED, typed};

use relc_core::check::TypedPlan;
use relc_core::compile::{Environments, LinkedFile, LoadedInput};
use relc_core::hir::{Names, ReleaseFields};
use relc_core::nodes::{Node, Tree};
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, Sources, Syntax};
use relc_syntax::{self as syntax, ast};

/// A file in an editor.
#[derive(Clone, Copy)]
pub struct FileContext<'a> {
    /// The language of the file.
    pub syntax: Syntax,
    /// Its text.
    pub text: &'a str,
    /// The environments that it sees.
    pub environments: &'a Environments<'a>,
    /// The parsed text.
    pub read: &'a ParsedFile,
    /// The file as it is compiled, for what its releases come to.
    pub open: &'a dyn Fn() -> LoadedInput,
}

/// A parsed text, whose parts are computed once for all questions.
pub struct ParsedFile {
    says: FileContents,
    tree: OnceLock<Node>,
    names: OnceLock<Names>,
}

enum FileContents {
    /// A `.rel` file with what it imports.
    LinkedFile(LinkedFile),
    /// A part of one, by itself.
    Alone(ast::File),
    /// YAML has no names of its own.
    Yaml,
}

impl ParsedFile {
    /// A `.rel` file that was linked.
    pub fn linked(linked: LinkedFile) -> ParsedFile {
        ParsedFile::new(FileContents::LinkedFile(linked))
    }

    /// A text by itself.
    pub fn alone(text: &str, syntax: Syntax) -> ParsedFile {
        ParsedFile::new(match syntax {
            Syntax::Rel => FileContents::Alone(syntax::parse(ALONE, text).0),
            Syntax::Yaml => FileContents::Yaml,
        })
    }

    fn new(says: FileContents) -> ParsedFile {
        ParsedFile { says, tree: OnceLock::new(), names: OnceLock::new() }
    }

    /// The declarations of a `.rel` file; none of YAML.
    fn ast(&self) -> &ast::File {
        const NONE: &ast::File = &ast::File { doc: None, items: Vec::new(), misread: Vec::new() };
        match &self.says {
            FileContents::LinkedFile(linked) => &linked.ast,
            FileContents::Alone(file) => file,
            FileContents::Yaml => NONE,
        }
    }
}

impl<'a> FileContext<'a> {
    /// Returns its imports, if they are known.
    fn links(&self) -> Option<&'a LinkedFile> {
        match &self.read.says {
            FileContents::LinkedFile(linked) => Some(linked),
            FileContents::Alone(_) | FileContents::Yaml => None,
        }
    }

    /// All files that places can be in.
    pub fn sources(&self) -> Sources {
        self.links().map_or_else(|| self.environments.catalog().sources(), |linked| linked.sources.clone())
    }

    /// Returns the id of its file in its spans.
    fn file(&self) -> FileId {
        self.links().map_or(ALONE, |linked| linked.file)
    }

    /// Its declarations.
    fn ast(&self) -> &'a ast::File {
        self.read.ast()
    }

    /// The outermost of its nodes.
    fn root(&self) -> &'a Node {
        self.read.tree.get_or_init(|| match self.syntax {
            Syntax::Rel => Tree::of(self.file(), self.text, self.ast()).root,
            Syntax::Yaml => Tree::parse(self.file(), self.text, Syntax::Yaml).root,
        })
    }

    /// The table of its names, made when it is first asked for; empty for a values file.
    fn names(&self) -> &'a Names {
        self.read.names.get_or_init(|| {
            let Some(links) = self.links() else { return Names::default() };
            let prepared: Vec<_> = context::releases(&links.ast)
                .map(|release| self.prepare(&release.environment, release.strategy.as_ref()))
                .collect();
            let fields: Vec<_> = prepared.iter().map(|prepared| prepared.as_deref().map(release_fields)).collect();
            Names::of(&links.ast, &links.module, &fields)
        })
    }

    /// The environment, or the one that was most likely meant.
    fn prepare(&self, environment: &ast::Name, strategy: Option<&ast::Name>) -> Option<Arc<TypedPlan>> {
        self.environments.prepare(environment, strategy, &mut Diagnostics::default())
    }
}

fn release_fields(TypedPlan { plan, settings, version, .. }: &TypedPlan) -> ReleaseFields<'_> {
    ReleaseFields { plan, settings, version }
}

/// A text that is looked at by itself.
const ALONE: FileId = FileId(0);
