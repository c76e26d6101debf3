//! The table of a file's names.

use std::ops::Range;
use std::sync::Arc;

use super::builtins::{Builtin, ReleaseField, VersionField};
use super::sort::Sort;
use super::walk;
use crate::library::{Item, Members, Module, Plan, Slot};
use crate::types::Type;
use relc_syntax::ast::{self, Name};
use relc_syntax::source::Span;

/// Every name of a file, in the order of its text, with what it refers to.
#[derive(Debug, Default)]
pub struct Names {
    pub(super) references: Vec<Reference>,
    pub(super) locals: Vec<LocalScope>,
}

/// A name in a file. The name in a declaration refers to that declaration, or to the one that it fills or replaces.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Its text.
    pub range: Range<usize>,
    /// The definition that it refers to.
    pub definition: Definition,
    /// True if it is a key, too, as in `{ port }`.
    pub shorthand: bool,
}

/// The definition of a name.
#[derive(Clone, Debug)]
pub enum Definition {
    /// A field of an environment.
    Field(Arc<ast::Field>),
    /// A let.
    Let(Arc<ast::Let>),
    /// A parameter of a release file.
    Param(Arc<ast::Param>),
    /// A fragment.
    Fragment(Arc<ast::Fragment>),
    /// A type.
    Type(Arc<ast::TypeDef>),
    /// A part or environment.
    Part(Arc<ast::Part>),
    /// A strategy.
    Strategy(Arc<ast::Strategy>),
    /// A parameter of a fragment or a variable of a loop.
    Local(Name),
    /// An imported module.
    Library(Arc<Module>),
    /// A file, by its path from this one.
    File(Arc<str>),
    /// A key of an object, and its declaration in a type of the library.
    Key(Option<Span>),
    /// A member of an enum.
    Member,
    /// The label of a version.
    Label,
    /// A variable of the language.
    Builtin(Builtin),
    /// A field of `release`.
    ReleaseField(ReleaseField),
    /// A field that every version has.
    VersionField(VersionField),
    /// A type of the language, by its documentation.
    BuiltinType(&'static str),
    /// A function of the language, or a name that is called like one.
    Function,
}

impl Definition {
    /// Returns the name in its declaration.
    pub fn declared(&self) -> Option<Span> {
        match self {
            Definition::Field(item) => Some(item.name.span),
            Definition::Let(item) => Some(item.name.span),
            Definition::Param(item) => Some(item.name.span),
            Definition::Fragment(item) => Some(item.name.span),
            Definition::Type(item) => Some(item.name.span),
            Definition::Part(item) => Some(item.name.span),
            Definition::Strategy(item) => Some(item.name.span),
            Definition::Local(name) => Some(name.span),
            Definition::Library(module) => Some(Span::new(module.file, 0, 0)),
            Definition::Key(declared) => *declared,
            Definition::File(_)
            | Definition::Member
            | Definition::Label
            | Definition::Builtin(_)
            | Definition::ReleaseField(_)
            | Definition::VersionField(_)
            | Definition::BuiltinType(_)
            | Definition::Function => None,
        }
    }

    /// Returns the documentation of its declaration.
    pub fn doc(&self) -> Option<&str> {
        match self {
            Definition::Field(item) => item.doc.as_deref(),
            Definition::Let(item) => item.doc.as_deref(),
            Definition::Param(item) => item.doc.as_deref(),
            Definition::Fragment(item) => item.doc.as_deref(),
            Definition::Type(item) => item.doc.as_deref(),
            Definition::Part(item) => item.doc.as_deref(),
            Definition::Strategy(item) => item.doc.as_deref(),
            Definition::Library(module) => module.doc.as_deref(),
            Definition::Builtin(builtin) => Some(builtin.doc()),
            Definition::ReleaseField(field) => Some(field.doc()),
            Definition::VersionField(field) => Some(field.doc()),
            Definition::BuiltinType(doc) => Some(doc),
            Definition::Local(_)
            | Definition::File(_)
            | Definition::Key(_)
            | Definition::Member
            | Definition::Label
            | Definition::Function => None,
        }
    }

    /// A declaration of a file.
    pub(super) fn of_item(item: &Item) -> Definition {
        match item {
            Item::Let(item) => Definition::Let(Arc::clone(item)),
            Item::Param(item) => Definition::Param(Arc::clone(item)),
            Item::Type(item) => Definition::Type(Arc::clone(item)),
            Item::Fragment(item) => Definition::Fragment(Arc::clone(item)),
            Item::Part(item) | Item::Environment(item) => Definition::Part(Arc::clone(item)),
        }
    }

    /// A member of a part; one that is filled or replaced is its declaration.
    pub(super) fn of_member(members: &Members, slot: Slot) -> Definition {
        match slot {
            Slot::Field(at) => Definition::Field(Arc::clone(&members.fields[at].item)),
            Slot::Let(at) => Definition::Let(Arc::clone(&members.lets[at].declaration.item)),
            Slot::Fragment(at) => Definition::Fragment(Arc::clone(&members.fragments[at].declaration.item)),
        }
    }
}

/// A name that a loop or fragment binds, and where.
#[derive(Clone, Debug)]
pub struct LocalScope {
    /// The name.
    pub name: Name,
    /// The sort of value that it is bound to.
    pub sort: Sort,
    /// The range in which it is visible.
    pub range: Range<usize>,
}

impl LocalScope {
    /// A name that is seen from where it is bound to the end of `around`.
    pub(super) fn new(name: &Name, sort: Sort, around: Span) -> LocalScope {
        LocalScope { name: name.clone(), sort, range: name.span.range().start..around.range().end }
    }
}

/// The environment of a release under its strategy, and the types of what the release may set.
#[derive(Clone, Copy)]
pub struct ReleaseFields<'a> {
    /// The environment under the strategy.
    pub plan: &'a Plan,
    /// The types of the settings' fields, in their order.
    pub settings: &'a [Type],
    /// The types of a version's fields, in their order.
    pub version: &'a [Type],
}

impl Names {
    /// Resolves every name of `file`, whose module is `module`; `releases` are the environments of its releases, in their
    /// order, where they are known.
    pub fn of(file: &ast::File, module: &Arc<Module>, releases: &[Option<ReleaseFields<'_>>]) -> Names {
        walk::names(file, module, releases)
    }

    /// The references, in the order of the text.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Returns the name at `offset`. Where two names meet, as in `kube.Port`, it is the later one.
    pub fn at(&self, offset: usize) -> Option<&Reference> {
        let at = |reference: &&Reference| reference.range.start <= offset && offset <= reference.range.end;
        self.references.iter().rfind(at)
    }

    /// Returns the names that loops and fragments bind around `offset`, the outermost first.
    pub fn locals_at(&self, offset: usize) -> impl DoubleEndedIterator<Item = &LocalScope> {
        self.locals.iter().filter(move |local| local.range.contains(&offset) || local.range.end == offset)
    }
}
