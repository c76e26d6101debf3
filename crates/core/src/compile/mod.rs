//! Compiles one input, from its text to the manifests of its releases.
//!
//! In: the text of a `.rel` file, or of values files to merge, and the catalog of environments. Out: a [`LoadedInput`],
//! whose releases are built one by one, in any order and on any thread. Files are read only through the [`Loader`], and
//! nothing is printed.

mod analysis;
mod build;
mod definitions;
mod files;
mod fingerprint;
mod link;
mod load;
mod named_values;
mod on_override;
mod prepare;
mod routes;
mod unused;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::codegen::Rendered;
use crate::helm_values::header::{HeaderKey, NAMESPACE, value_at};
use crate::helm_values::set;
use crate::library::Module;
use crate::nodes::Tree;
use crate::value::Value;
use relc_syntax::ast;
use relc_syntax::diagnostic::{Diagnostics, Places};
use relc_syntax::outline::Outline;
use relc_syntax::source::{FileId, Sources, Span, SpanSet, Syntax};

pub use crate::library::{LoadedFile, Loader};
pub use analysis::{Analysis, Subject, TypedAnalysis};
pub use definitions::{definitions, reach};
pub use link::{LinkedFile, link_file};
pub use load::{cached, load};
pub use prepare::{Environments, Remembered};
pub use routes::Routes;
pub use unused::RULE as UNUSED;

use files::ReadFiles;

/// A text and its displayed name.
#[derive(Clone, Debug)]
pub struct Text {
    /// A path relative to the working directory, `<stdin>`, or a flag such as `--set a=b`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A `--set` or `--set-string` flag.
#[derive(Clone, Debug)]
pub struct SetFlag {
    /// The flag with its text, and the text.
    pub text: Text,
    /// The way in which scalars are parsed.
    pub typed: set::Typed,
}

/// The input of a compilation.
#[derive(Clone, Debug)]
pub enum Input {
    /// A `.rel` file.
    Rel(Text),
    /// Values files of one release: later ones are merged over earlier ones.
    Values(Vec<Text>),
}

impl Input {
    /// Returns one file that is written in `syntax`.
    pub fn new(syntax: Syntax, text: Text) -> Input {
        match syntax {
            Syntax::Rel => Input::Rel(text),
            Syntax::Yaml => Input::Values(vec![text]),
        }
    }
}

/// The options on the command line.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--name`.
    pub name: Option<String>,
    /// `--namespace`.
    pub namespace: Option<String>,
    /// `--on`: the environment of every release, instead of its own.
    pub on: Option<String>,
    /// `--set` and `--set-string`, in their order.
    pub set: Vec<SetFlag>,
    /// The need for releases in a `.rel` file.
    pub releases: Releases,
    /// The treatment of a values file without a name, and without `--name`.
    pub unnamed: Unnamed,
    /// Other manifests of the cluster, for rules that check whether something exists; `None` if unknown.
    pub manifests: Option<Arc<[Manifest]>>,
    /// True to read the kustomization in the directory of a file.
    pub siblings: bool,
}

/// The identity of a manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// `metadata.name`.
    pub name: String,
    /// `metadata.namespace`, if set.
    pub namespace: Option<String>,
    /// `spec`, absent where there is none.
    pub spec: Value,
}

impl Manifest {
    /// Returns a kustomization, which may have neither a kind nor a name. `spec` is the whole document.
    pub fn kustomization(file: &str, document: &Value) -> Manifest {
        Manifest {
            api_version: "kustomize.config.k8s.io/v1beta1".to_owned(),
            kind: "Kustomization".to_owned(),
            name: file.to_owned(),
            namespace: None,
            spec: document.clone(),
        }
    }

    /// Returns the identity of `document`, or of each item of a `List`; nothing if it is not a manifest.
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
        let nowhere = Span::new(FileId(0), 0, 0);
        let spec = document.get("spec").cloned().unwrap_or_else(|| Value::null(nowhere));
        vec![Manifest { api_version, kind, name, namespace, spec }]
    }
}

/// The treatment of a release without a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unnamed {
    /// It is an error.
    #[default]
    Refused,
    /// It is checked under the name `release-name`, as in `helm template`.
    Allowed,
}

/// The name of an unnamed release.
const NO_NAME: &str = "release-name";

/// The need for releases in a `.rel` file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Releases {
    /// The file was named in order to be built.
    #[default]
    Needed,
    /// The file was found in a directory, and may be an import of others.
    Optional,
}

/// A loaded input, whose releases can be built.
pub struct LoadedInput {
    /// All files that were read.
    pub sources: Sources,
    /// The diagnostics that don't depend on a release.
    pub diagnostics: Diagnostics,
    definitions: u32,
    files: ReadFiles,
    params: HashMap<Arc<str>, Value>,
    name: Option<ast::Name>,
    namespace: Option<ast::Name>,
    on: Option<ast::Name>,
    /// The spans of syntax errors: other errors inside them are consequences.
    misread: SpanSet,
    /// The spans of the diagnostics of loading.
    told: OnceLock<SpanSet>,
    /// The places of the diagnostics of loading, if a release has others.
    places: OnceLock<Places>,
    unnamed: Unnamed,
    manifests: Option<Value>,
    main: FileId,
    content: Content,
}

enum Content {
    Rel {
        module: Arc<Module>,
        outline: Outline,
    },
    Values {
        values: Value,
    },
    /// Values whose result is cached.
    Cached {
        is_placed: bool,
    },
    Nothing,
}

/// A built release.
pub struct Built {
    /// The release's name.
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The span of its name.
    pub span: Span,
    /// The documents in the order of output; empty if there are errors with a code.
    pub documents: Vec<Value>,
    /// The rendered strings inside the documents.
    pub made: Vec<Rendered>,
    /// The diagnostics.
    pub diagnostics: Diagnostics,
}

impl LoadedInput {
    /// Returns the number of releases.
    pub fn len(&self) -> usize {
        match &self.content {
            Content::Rel { outline, .. } => outline.len(),
            Content::Values { .. } => 1,
            Content::Cached { .. } | Content::Nothing => 0,
        }
    }

    /// Returns the names of the releases' environments, as written.
    pub fn environments(&self) -> Vec<&str> {
        match &self.content {
            Content::Rel { outline, .. } => outline.environments(&self.sources).collect(),
            Content::Values { values } => {
                HeaderKey::Environment.value(values).and_then(Value::as_str).into_iter().collect()
            }
            Content::Cached { .. } | Content::Nothing => Vec::new(),
        }
    }

    /// Returns the names of the releases, as written.
    pub fn names(&self) -> Vec<&str> {
        match &self.content {
            Content::Rel { outline, .. } => outline.names(&self.sources).collect(),
            Content::Values { values } => HeaderKey::Name.value(values).and_then(Value::as_str).into_iter().collect(),
            Content::Cached { .. } | Content::Nothing => Vec::new(),
        }
    }

    /// Returns true if there are no releases.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the diagnostics of a later phase that don't follow from those of this input.
    fn independent(&self, found: Diagnostics) -> Diagnostics {
        self.diagnostics.independent(found, &self.misread)
    }

    /// As [`LoadedInput::independent`], once everything is loaded: there can be many releases.
    fn independent_of_loading(&self, found: Diagnostics) -> Diagnostics {
        if found.is_empty() {
            return found;
        }
        self.places.get_or_init(|| self.diagnostics.places()).independent(found, &self.misread)
    }

    /// Returns true if the name and namespace of its releases are set, in the file or on the command line: values files
    /// often describe one release for several places, and set neither.
    pub fn is_placed(&self) -> bool {
        let values = match &self.content {
            Content::Values { values } => values,
            Content::Cached { is_placed } => return *is_placed,
            Content::Rel { .. } | Content::Nothing => return true,
        };
        let is_named = self.name.is_some() || HeaderKey::Name.value(values).is_some();
        is_named && (self.namespace.is_some() || value_at(values, NAMESPACE).is_some())
    }

    /// Returns the user's files with the syntax that each is in: the input's, what it imports, and what it reads.
    pub fn user_files(&self) -> impl Iterator<Item = FileId> {
        (self.definitions..u32::try_from(self.sources.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// Returns the user's definition files.
    pub fn definition_files(&self) -> impl Iterator<Item = FileId> {
        (relc_stdlib::COUNT..self.definitions).map(FileId)
    }

    /// Returns the nodes of a user's file.
    pub fn tree(&self, file: FileId) -> Tree<'_> {
        let syntax = match self.content {
            _ if file.0 < self.definitions => Syntax::Rel,
            Content::Rel { .. } => Syntax::Rel,
            Content::Values { .. } | Content::Cached { .. } | Content::Nothing => Syntax::Yaml,
        };
        Tree::read(&self.sources, file, syntax)
    }

    /// Returns the values of a values file as they were read, merged; absent for other inputs.
    pub fn values(&self) -> Option<&Value> {
        match &self.content {
            Content::Values { values } => Some(values),
            Content::Rel { .. } | Content::Cached { .. } | Content::Nothing => None,
        }
    }

    /// Returns the file for diagnostics of the whole input.
    pub fn main_file(&self) -> FileId {
        self.main
    }
}
