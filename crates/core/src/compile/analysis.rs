//! A compiled release as data, for rules, editors, tests and import.

use std::sync::Arc;

use relc_syntax::ast::WeightMode;
use relc_syntax::source::{FileId, Sources, Span, Syntax};

use super::{Built, LoadedInput};
use crate::check::{self, Share, TypedPlan};
use crate::eval::{EvalState, Evaluator, TypedRelease};
use crate::frontend::Release;
use crate::nodes::Tree;
use crate::value::{Entry, Value};

/// The compilation of a release.
pub struct Analysis {
    /// Its manifests and the compiler's diagnostics.
    pub built: Built,
    /// The typed release; `None` if its environment is unknown, or too little of it could be parsed.
    pub typed: Option<TypedAnalysis>,
}

/// A release with its environment, typed and evaluated.
pub struct TypedAnalysis {
    /// The language that it is written in.
    pub syntax: Syntax,
    /// The release as written, by field names.
    pub release: Release,
    /// The environment under the release's strategy.
    pub prepared: Arc<TypedPlan>,
    /// The typed values.
    pub given: TypedRelease,
    /// The values computed by the evaluation.
    pub state: EvalState,
}

impl Analysis {
    /// Returns the view for rules; `input` is the one that the release was analyzed from.
    pub fn subject<'a>(&'a self, input: &'a LoadedInput) -> Option<Subject<'a>> {
        let typed = self.typed.as_ref()?;
        Some(Subject {
            sources: &input.sources,
            syntax: typed.syntax,
            release: &typed.release,
            prepared: &typed.prepared,
            given: &typed.given,
            evaluator: input.evaluator(&typed.prepared, &typed.given, &typed.state),
            documents: &self.built.documents,
            namespace: &self.built.namespace,
            manifests: input.manifests.as_ref(),
            definitions: input.definitions,
        })
    }
}

/// The view of a release for rules.
pub struct Subject<'a> {
    /// All files.
    pub sources: &'a Sources,
    /// The language that it is written in.
    pub syntax: Syntax,
    /// The release as written, by field names.
    pub release: &'a Release,
    /// The environment under the release's strategy.
    pub prepared: &'a TypedPlan,
    /// The typed values.
    pub given: &'a TypedRelease,
    /// The evaluator of the release.
    pub evaluator: Evaluator<'a>,
    /// The manifests; empty if the compiler found errors.
    pub documents: &'a [Value],
    /// The release's namespace.
    pub namespace: &'a str,
    /// Other manifests of the cluster, as `release.manifests` has them, if there are any.
    pub manifests: Option<&'a Value>,
    /// The first file that is not a definition file.
    pub definitions: u32,
}

impl Subject<'_> {
    /// Returns true if the strategy is certain: if there are errors, a misspelled key may be the strategy's.
    pub fn knows_strategy(&self) -> bool {
        match &self.release.strategy {
            Some(written) => self.prepared.plan.strategy.as_ref().is_some_and(|known| *known.name() == written.text),
            None => !self.documents.is_empty(),
        }
    }

    /// Returns true if `span` is in a user's file.
    pub fn is_users(&self, span: Span) -> bool {
        span.file.0 >= self.definitions
    }

    /// Iterates over the values that the release sets: its settings, and the fields of its versions.
    pub fn fields(&self) -> impl Iterator<Item = &Entry> {
        let of_versions = self.release.versions.iter().flat_map(|version| &version.fields);
        self.release.settings.iter().chain(of_versions)
    }

    /// Returns how the release's strategy interprets weights.
    pub fn weights(&self) -> WeightMode {
        self.prepared.plan.weights()
    }

    /// Returns the share of traffic that each version gets, as [`check::shares`] computes it.
    pub fn shares(&self) -> Option<Vec<Share>> {
        check::shares(&self.release.versions, self.weights())
    }

    /// Returns the nodes of a user's file.
    pub fn tree(&self, file: FileId) -> Tree<'_> {
        Tree::read(self.sources, file, self.syntax)
    }
}
