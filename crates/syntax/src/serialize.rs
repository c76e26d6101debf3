//! Syntax trees as bytes, so that a process need not parse the standard library each time it starts.
//!
//! In: a tree. Out: its bytes, and back. `build.rs` writes them into the program that is being built and that program
//! alone reads them, so the form has neither a version nor a reader for older ones.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ast::{Body, Field, File, Fragment, Item, Let, Part, Statement, Strategy};

/// The bytes of `file`.
///
/// # Errors
/// None that a tree can cause; the encoder's interface has one.
pub fn encode(file: &File) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(file)
}

/// `file` without what a build does not hear: lint statements, and the documentation of all but types, whose messages give it.
/// Both are most of the library, and no part of what it makes.
pub fn for_builds(file: &File) -> File {
    let item = |item: &Item| match item {
        Item::Part(part) => Item::Part(lean_part(part)),
        Item::Environment(part) => Item::Environment(lean_part(part)),
        Item::Let(item) => Item::Let(lean_let(item)),
        Item::Fragment(fragment) => Item::Fragment(lean_fragment(fragment)),
        Item::Import(_) | Item::Release(_) | Item::Param(_) | Item::Type(_) => item.clone(),
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
        Statement::Lint(_) | Statement::Emit(_) | Statement::Track(_) | Statement::Require(_) | Statement::Watch(_) => {
            statement.clone()
        }
    })
}

/// The tree that [`encode`] made `bytes` of.
///
/// # Errors
/// Where they are not the bytes of a tree.
pub fn decode(bytes: &[u8]) -> Result<File, postcard::Error> {
    postcard::from_bytes(bytes)
}

/// A text of a tree: serde's own way to an `Arc<str>` allocates twice for each.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<str>, D::Error> {
    <&str>::deserialize(from).map(Arc::from)
}

/// A branch of a tree that is decoded when it is first asked for. A run asks for one strategy of several, and few of a library's
/// fragments.
pub struct Lazy<T> {
    bytes: Box<[u8]>,
    read: OnceLock<T>,
}

impl<T> From<T> for Lazy<T> {
    fn from(branch: T) -> Self {
        Lazy { bytes: Box::default(), read: OnceLock::from(branch) }
    }
}

impl<T: DeserializeOwned> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.read.get_or_init(|| postcard::from_bytes(&self.bytes).expect("build.rs stored a branch of this type"))
    }
}

impl<T: Serialize + DeserializeOwned> Serialize for Lazy<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(&postcard::to_allocvec(&**self).map_err(S::Error::custom)?)
    }
}

impl<'de, T> Deserialize<'de> for Lazy<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        <&[u8]>::deserialize(from).map(|bytes| Lazy { bytes: bytes.into(), read: OnceLock::new() })
    }
}

impl<T: Clone> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Lazy { bytes: self.bytes.clone(), read: self.read.clone() }
    }
}

impl<T: DeserializeOwned + PartialEq> PartialEq for Lazy<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: DeserializeOwned + fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
