//! An environment under one strategy, with the types of its fields, resolved once for all of its releases.

use std::sync::{Arc, OnceLock};

use super::FieldUsage;
use crate::eval::{Instance, TypedRelease, Verdicts};
use crate::library::{ClusterSettings, Definition, Plan};
use crate::types::{Type, written};
use crate::value::Value;
use relc_schema::SchemaRef;
use relc_syntax::ast;
use relc_syntax::diagnostic::Diagnostics;
use relc_syntax::source::{FileId, Sources, Span};

/// A plan with its types.
#[derive(Debug)]
pub struct TypedPlan {
    /// The environment under the strategy.
    pub plan: Arc<Plan>,
    /// The types of the settings' fields, in their order.
    pub settings: Vec<Type>,
    /// The types of a version's fields, in their order.
    pub version: Vec<Type>,
    /// The kinds that the controller watches, with their short names.
    pub watches: Vec<(SchemaRef, Arc<str>)>,
    /// The features that the cluster has switched on, for `release.features`.
    pub features: Value,
    /// The cluster that releases are for.
    pub cluster: Arc<ClusterSettings>,
    /// The diagnostics of the types.
    pub diagnostics: Diagnostics,
    /// The rules that found nothing, for releases that agree on what they read.
    pub verdicts: Verdicts,
    reads: OnceLock<FieldUsage>,
}

impl TypedPlan {
    /// Resolves the types of `plan`, for a cluster.
    pub fn new(plan: Arc<Plan>, cluster: &Arc<ClusterSettings>) -> TypedPlan {
        let mut diagnostics = Diagnostics::default();
        let mut types = |fields: &[Definition<ast::Field>]| -> Vec<Type> {
            let ty =
                |field: &Definition<ast::Field>| written::resolve(&field.item.ty, &field.module, &mut diagnostics).ty;
            fields.iter().map(ty).collect()
        };
        let settings = types(&plan.settings.fields);
        let version = types(&plan.version.fields);
        let watches = watches(&plan, &mut diagnostics);
        let nowhere = Span::new(FileId(0), 0, 0);
        let features =
            Value::list(cluster.features.iter().map(|name| Value::string(name.as_str(), nowhere)).collect(), nowhere);
        let cluster = Arc::clone(cluster);
        let (verdicts, reads) = (Verdicts::default(), OnceLock::new());
        TypedPlan { plan, settings, version, watches, features, cluster, diagnostics, verdicts, reads }
    }
}

impl TypedPlan {
    /// Returns the fields that are read, computed on first use.
    pub fn reads(&self) -> &FieldUsage {
        self.reads.get_or_init(|| FieldUsage::of(&self.plan))
    }

    /// Returns the context of the environment's expressions for the release `given`.
    pub fn instance<'a>(
        &'a self,
        given: &'a TypedRelease,
        sources: &'a Sources,
        manifests: Option<&'a Value>,
    ) -> Instance<'a> {
        Instance {
            plan: &self.plan,
            given,
            watches: &self.watches,
            settings: &self.settings,
            version: &self.version,
            sources,
            features: &self.features,
            manifests,
        }
    }
}

fn watches(plan: &Plan, out: &mut Diagnostics) -> Vec<(SchemaRef, Arc<str>)> {
    let watches = plan.environment.watches.iter();
    watches
        .filter_map(|watch| match written::resolve(&watch.item.ty, &watch.module, out).ty {
            Type::Schema(kind) => Some((kind, Arc::clone(&watch.item.short.text))),
            _ => None,
        })
        .collect()
}
