//! One input, from its text to the manifests of its releases.
//!
//! In: the text of a `.rel` file, or of values files that are merged, and the catalog of environments. Out: an
//! [`LoadedInput`] input, whose releases are built one by one, in any order and on any thread. Nothing is read from disk here
//! but through the [`Loader`], and nothing is printed.

mod analysis;
mod build;
mod definitions;
mod files;
mod fingerprint;
mod link;
mod load;
mod on_override;
mod prepare;
mod routes;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::check::Front;
use crate::codegen::Rendered;
use crate::helm_values::set;
use crate::library::Module;
use crate::nodes::Tree;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Diagnostic, Diagnostics};
use relc_syntax::source::{FileId, Sources, Span, SpanSet};

pub use crate::library::{LoadedFile, Loader};
pub use analysis::{Analysis, Subject, TypedAnalysis};
pub use definitions::{definitions, reach};
pub use link::{LinkedFile, link_file};
pub use load::{cached, load};
pub use prepare::{Environments, Remembered};
pub use routes::Routes;

use files::ReadFiles;

/// A text and the name that people know it by.
#[derive(Clone, Debug)]
pub struct Text {
    /// A path relative to where people are, `<stdin>`, or a flag such as `--set a=b`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A `--set` or `--set-string` flag.
#[derive(Clone, Debug)]
pub struct SetFlag {
    /// The flag with its text, and the text.
    pub text: Text,
    /// How scalars are read.
    pub typed: set::Typed,
}

/// What is compiled.
#[derive(Clone, Debug)]
pub enum Input {
    /// A `.rel` file.
    Rel(Text),
    /// Values files of one release: the later ones are merged over the earlier.
    Values(Vec<Text>),
}

/// What the command line says beside the input.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--name`.
    pub name: Option<String>,
    /// `--namespace`.
    pub namespace: Option<String>,
    /// `--on`: the environment of each release, whichever it names.
    pub on: Option<String>,
    /// `--set` and `--set-string`, in their order.
    pub set: Vec<SetFlag>,
    /// Whether a `.rel` file may be without releases.
    pub releases: Releases,
    /// What a values file without a name, and without `--name`, comes to.
    pub unnamed: Unnamed,
    /// Other manifests of the cluster, for rules that look whether something is there; absent where none are known.
    pub manifests: Option<Arc<[Manifest]>>,
}

/// What a manifest is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, if it says one.
    pub namespace: Option<String>,
}

impl Manifest {
    /// What `document` is called; those in a `List` each. Nothing of what is no manifest.
    pub fn of(document: &Value) -> Vec<Manifest> {
        if let Some(items) = document.get("items").and_then(Value::as_list) {
            return items.iter().flat_map(|item| Manifest::of(&item.value)).collect();
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let metadata = document.get("metadata");
        let named = (
            text(document.get("apiVersion")),
            text(document.get("kind")),
            text(metadata.and_then(|metadata| metadata.get("name"))),
        );
        let (Some(api_version), Some(kind), Some(name)) = named else { return Vec::new() };
        let namespace = text(metadata.and_then(|metadata| metadata.get("namespace")));
        vec![Manifest { api_version, kind, name, namespace }]
    }
}

/// What a release without a name comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unnamed {
    /// Nothing can be built of it.
    #[default]
    Refused,
    /// It is looked at as `release-name`, which is what `helm template` calls it.
    Allowed,
}

/// The name of a release that has none.
const NO_NAME: &str = "release-name";

/// Whether a `.rel` file may be without releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Releases {
    /// It was named in order to be built.
    #[default]
    Needed,
    /// It was found in a directory, where others may import it.
    Optional,
}

/// An input that was read: its releases can be built.
pub struct LoadedInput {
    /// Every file that was read.
    pub sources: Sources,
    /// What is wrong before any release is looked at.
    pub diagnostics: Diagnostics,
    definitions: u32,
    files: ReadFiles,
    params: HashMap<Arc<str>, Value>,
    name: Option<ast::Name>,
    namespace: Option<ast::Name>,
    on: Option<ast::Name>,
    /// What the syntax errors mark, in the order of the text: what is found wrong inside is the same mistake.
    misread: SpanSet,
    /// What was said of the file before any release was looked at.
    told: OnceLock<SpanSet>,
    unnamed: Unnamed,
    manifests: Option<Value>,
    main: FileId,
    content: Content,
}

enum Content {
    Rel {
        module: Arc<Module>,
        releases: Vec<Arc<ast::Release>>,
    },
    Values {
        values: Value,
    },
    /// Values that were not read again.
    Cached {
        is_placed: bool,
    },
    Nothing,
}

/// A release that was built.
pub struct Built {
    /// Its name.
    pub name: String,
    /// The namespace that it is in.
    pub namespace: String,
    /// Where it is named.
    pub span: Span,
    /// Its documents, in the order in which they are written; empty where there are errors.
    pub documents: Vec<Value>,
    /// The texts in them that were made of trees.
    pub made: Vec<Rendered>,
    /// What is wrong with it.
    pub diagnostics: Diagnostics,
}

impl LoadedInput {
    /// How many releases there are.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Rel { releases, .. } => releases.len(),
            Content::Values { .. } => 1,
            Content::Cached { .. } | Content::Nothing => 0,
        }
    }

    /// The names of the environments that its releases are on, as they say it.
    pub fn environments(&self) -> Vec<&str> {
        match &self.content {
            Content::Rel { releases, .. } => releases.iter().map(|release| &*release.environment.text).collect(),
            Content::Values { values } => values.get("environment").and_then(Value::as_str).into_iter().collect(),
            Content::Cached { .. } | Content::Nothing => Vec::new(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was not said yet, and not of a text that could not be read as it was meant.
    fn without_echoes(&self, found: Diagnostics) -> Diagnostics {
        let mut kept = Diagnostics::default();
        for diagnostic in found.into_vec() {
            let misread = self.misread.contains(diagnostic.span);
            let known = |d: &Diagnostic| d.span == diagnostic.span && d.code == diagnostic.code;
            if !misread && !self.diagnostics.iter().any(known) {
                kept.push(diagnostic);
            }
        }
        kept
    }

    /// Whether its releases say themselves, or the command line does, what they are called and where they are: values files
    /// are often the same release for several places, and say neither.
    pub fn is_placed(&self) -> bool {
        let values = match &self.content {
            Content::Values { values } => values,
            Content::Cached { is_placed } => return *is_placed,
            Content::Rel { .. } | Content::Nothing => return true,
        };
        let metadata = values.get("application").and_then(|application| application.get("metadata"));
        let says = |key: &str| metadata.is_some_and(|metadata| metadata.get(key).is_some());
        (self.name.is_some() || says("name")) && (self.namespace.is_some() || says("namespace"))
    }

    /// Returns the user's files with the syntax that each is in: the input's, what it imports, and what it reads.
    pub fn user_files(&self) -> impl Iterator<Item = FileId> {
        (self.definitions..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Returns the nodes of a user's file.
    pub fn tree(&self, file: FileId) -> Tree<'_> {
        let front = match self.content {
            Content::Rel { .. } => Front::Rel,
            Content::Values { .. } | Content::Cached { .. } | Content::Nothing => Front::Values,
        };
        Tree::read(&self.sources, file, front)
    }

    /// Returns the values of a values file as they were read, merged; absent for other inputs.
    pub fn values(&self) -> Option<&Value> {
        match &self.content {
            Content::Values { values } => Some(values),
            Content::Rel { .. } | Content::Cached { .. } | Content::Nothing => None,
        }
    }

    /// The file that diagnostics of the whole input are about.
    pub fn main_file(&self) -> FileId {
        self.main
    }
}
