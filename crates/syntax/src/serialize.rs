//! Serialized syntax trees, so that a process doesn't have to parse the standard library at each start.
//!
//! In: a tree. Out: its bytes, and back. `build.rs` writes them and only the program built with them reads them, so the
//! format is not versioned.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ast::{Body, Field, File, Fragment, Item, Let, Part, Statement, Strategy};

/// Serializes `file`. Its strings become positions among those of this thread's [`take_texts`].
///
/// # Errors
/// None for any tree; the encoder's interface requires one.
pub fn encode(file: &File) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(file)
}

/// Returns the strings of the trees that this thread has serialized since the last call, in the order of their positions.
pub fn take_texts() -> Vec<Arc<str>> {
    let mut texts: Vec<(Arc<str>, usize)> = WRITTEN.take().into_iter().collect();
    texts.sort_unstable_by_key(|(_, at)| *at);
    texts.into_iter().map(|(text, _)| text).collect()
}

/// Returns `file` without what a build doesn't use: lint statements, and all documentation except that of types, which
/// messages quote. They are most of the library.
pub fn for_builds(file: &File) -> File {
    let item = |item: &Item| match item {
        Item::Part(part) => Item::Part(lean_part(part)),
        Item::Environment(part) => Item::Environment(lean_part(part)),
        Item::Let(item) => Item::Let(lean_let(item)),
        Item::Fragment(fragment) => Item::Fragment(lean_fragment(fragment)),
        Item::Import(_) | Item::Release(_) | Item::Param(_) | Item::Type(_) | Item::Apply(_) => item.clone(),
    };
    File { doc: None, items: file.items.iter().map(item).collect(), ..file.clone() }
}

fn lean_part(part: &Part) -> Arc<Part> {
    Arc::new(Part { doc: None, body: lean(&part.body).into(), ..part.clone() })
}

fn lean_let(item: &Let) -> Arc<Let> {
    Arc::new(Let { doc: None, ..item.clone() })
}

fn lean_fragment(fragment: &Fragment) -> Arc<Fragment> {
    Arc::new(Fragment { doc: None, ..fragment.clone() })
}

fn lean(body: &Body) -> Body {
    Body { statements: body.statements.iter().filter_map(lean_statement).collect() }
}

fn lean_statement(statement: &Statement) -> Option<Statement> {
    Some(match statement {
        Statement::Lint(lint) if !lint.required => return None,
        Statement::Settings(body, span) => Statement::Settings(lean(body), *span),
        Statement::Version(body, span) => Statement::Version(lean(body), *span),
        Statement::Field(field) => Statement::Field(Arc::new(Field { doc: None, ..(**field).clone() })),
        Statement::Let(item) => Statement::Let(lean_let(item)),
        Statement::Fragment(fragment) => Statement::Fragment(lean_fragment(fragment)),
        Statement::Strategy(strategy) => {
            let body = Lazy::from(lean(&strategy.body));
            Statement::Strategy(Arc::new(Strategy { doc: None, body, ..(**strategy).clone() }))
        }
        Statement::Replace(inner, span) => Statement::Replace(Box::new(lean_statement(inner)?), *span),
        Statement::Lint(_)
        | Statement::Emit(_)
        | Statement::Track(_)
        | Statement::Mutate(_)
        | Statement::Require(_)
        | Statement::Watch(_) => statement.clone(),
    })
}

/// The strings of serialized trees, each made once per process: trees repeat the same few names.
#[derive(Debug)]
pub struct Texts {
    /// All strings, one after the other.
    pub all: &'static str,
    /// The end of each in `all`, in bytes.
    pub ends: &'static [u32],
    /// The strings that were used.
    pub made: &'static [OnceLock<Arc<str>>],
}

impl Texts {
    fn get(&self, at: usize) -> Option<Arc<str>> {
        let make = || {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            self.all[start as usize..self.ends[at] as usize].into()
        };
        self.made.get(at).map(|made| Arc::clone(made.get_or_init(make)))
    }
}

/// The strings of the trees that this process reads. Trees are decoded bit by bit, wherever they are used, so their strings
/// can't be passed along.
static TEXTS: OnceLock<&Texts> = OnceLock::new();

thread_local! {
    /// The strings of the trees that this thread writes.
    static WRITTEN: RefCell<FxHashMap<Arc<str>, usize>> = RefCell::default();
}

/// Deserializes a tree from [`encode`], whose strings are in `texts`: the same for all trees of a process.
///
/// # Errors
/// The bytes are not those of a tree.
pub fn decode(bytes: &'static [u8], texts: &'static Texts) -> Result<File, postcard::Error> {
    TEXTS.get_or_init(|| texts);
    postcard::from_bytes(bytes)
}

/// A string of a tree, stored as its position among all strings.
pub(super) mod text {
    use std::sync::Arc;

    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::{Serialize, Serializer};

    use super::{TEXTS, WRITTEN};

    pub fn serialize<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
        let at = WRITTEN.with_borrow_mut(|written| {
            let new = written.len();
            *written.entry(Arc::clone(text)).or_insert(new)
        });
        at.serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
        let at = usize::deserialize(from)?;
        let text = TEXTS.get().and_then(|texts| texts.get(at));
        text.ok_or_else(|| D::Error::custom("no string is stored at this position"))
    }
}

/// A subtree that is decoded on first use. A run uses one strategy of several, and few of a library's fragments.
pub struct Lazy<T> {
    bytes: &'static [u8],
    read: OnceLock<T>,
}

impl<T> From<T> for Lazy<T> {
    fn from(branch: T) -> Self {
        Lazy { bytes: &[], read: OnceLock::from(branch) }
    }
}

impl<T: Deserialize<'static>> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.read.get_or_init(|| postcard::from_bytes(self.bytes).expect("build.rs stored a branch of this type"))
    }
}

impl<T: Serialize + Deserialize<'static>> Serialize for Lazy<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&postcard::to_allocvec(&**self).map_err(S::Error::custom)?)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Lazy<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <&'static [u8]>::deserialize(from).map(|bytes| Lazy { bytes, read: OnceLock::new() })
    }
}

impl<T: Clone> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Lazy { bytes: self.bytes, read: self.read.clone() }
    }
}

impl<T: Deserialize<'static> + PartialEq> PartialEq for Lazy<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Deserialize<'static> + fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
