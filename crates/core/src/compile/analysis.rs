//! A compiled release as data: what rules, editors, tests and import read after the build.

use std::sync::Arc;

use relc_syntax::ast::WeightMode;
use relc_syntax::source::{FileId, Sources, Span};

use super::{Built, LoadedInput};
use crate::check::{Front, TypedPlan};
use crate::eval::{EvalState, Evaluator, TypedRelease};
use crate::frontend::Release;
use crate::library::StrategyDef;
use crate::nodes::Tree;
use crate::value::{Entry, Value};

/// A release of an input, compiled.
pub struct Analysis {
    /// Its manifests and the compiler's diagnostics.
    pub built: Built,
    /// The release, typed; absent where its environment is unknown, or too little of it could be read.
    pub typed: Option<TypedAnalysis>,
}

/// A release with its environment, typed and evaluated.
pub struct TypedAnalysis {
    /// The front end that it comes from.
    pub front: Front,
    /// The release as written, by the names of its fields.
    pub release: Release,
    /// Its environment under its strategy.
    pub prepared: Arc<TypedPlan>,
    /// Its values, typed.
    pub given: TypedRelease,
    /// The values that its evaluation computed.
    pub state: EvalState,
}

impl Analysis {
    /// Returns the release as rules see it; `input` is the one that it was analyzed from.
    pub fn subject<'a>(&'a self, input: &'a LoadedInput) -> Option<Subject<'a>> {
        let typed = self.typed.as_ref()?;
        Some(Subject {
            sources: &input.sources,
            front: typed.front,
            release: &typed.release,
            prepared: &typed.prepared,
            given: &typed.given,
            evaluator: input.evaluator(&typed.prepared, &typed.given, &typed.state),
            documents: &self.built.documents,
            definitions: input.definitions,
        })
    }
}

/// A release, as rules see it.
pub struct Subject<'a> {
    /// Every file.
    pub sources: &'a Sources,
    /// Which front end it comes from.
    pub front: Front,
    /// What was written, by the fields' names.
    pub release: &'a Release,
    /// Its environment under its strategy.
    pub prepared: &'a TypedPlan,
    /// What it gives, typed.
    pub given: &'a TypedRelease,
    /// What evaluated it.
    pub evaluator: Evaluator<'a>,
    /// Its manifests; none where the compiler found errors.
    pub documents: &'a [Value],
    /// The first file that is not of definitions.
    pub definitions: u32,
}

impl Subject<'_> {
    /// Whether it is plain which strategy is meant: where there are errors, a key that is misspelt may be the strategy's.
    pub fn knows_strategy(&self) -> bool {
        self.release.strategy.is_some() || !self.documents.is_empty()
    }

    /// Whether `span` is of the user's files.
    pub fn is_users(&self, span: Span) -> bool {
        span.file.0 >= self.definitions
    }

    /// What the release gives: its settings, and the fields of its versions.
    pub fn fields(&self) -> impl Iterator<Item = &Entry> {
        let of_versions = self.release.versions.iter().flat_map(|version| &version.fields);
        self.release.settings.iter().chain(of_versions)
    }

    /// How the release's strategy reads weights.
    pub fn weights(&self) -> WeightMode {
        self.prepared.plan.strategy.as_ref().map_or(WeightMode::None, StrategyDef::weights)
    }

    /// The nodes of a file of the user's.
    pub fn tree(&self, file: FileId) -> Tree<'_> {
        Tree::read(self.sources, file, self.front)
    }
}
