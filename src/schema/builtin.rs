//! The embedded schemas, opened when they are first asked for.

use std::sync::{Arc, OnceLock};

use super::store::{Schema, SchemaRef};

struct Embedded {
    api_version: &'static str,
    kind: &'static str,
    text: &'static str,
    opened: OnceLock<Option<Arc<Schema>>>,
}

macro_rules! embedded {
    ($($api_version:literal $kind:literal $file:literal,)*) => {
        [$(Embedded {
            api_version: $api_version,
            kind: $kind,
            text: include_str!(concat!("../../schemas/", $file, ".schema")),
            opened: OnceLock::new(),
        },)*]
    };
}

// A macro, as `include_str!` takes a literal only. A test compares each entry with its file's header.
static EMBEDDED: [Embedded; 10] = embedded![
    "apps/v1" "Deployment" "deployments.apps.v1",
    "argoproj.io/v1alpha1" "Rollout" "rollouts.argoproj.io.v1alpha1",
    "gateway.networking.k8s.io/v1" "HTTPRoute" "httproutes.gateway.networking.k8s.io.v1",
    "gateway.networking.k8s.io/v1beta1" "HTTPRoute" "httproutes.gateway.networking.k8s.io.v1beta1",
    "networking.istio.io/v1beta1" "ServiceEntry" "serviceentries.networking.istio.io.v1beta1",
    "networking.istio.io/v1beta1" "VirtualService" "virtualservices.networking.istio.io.v1beta1",
    "serving.knative.dev/v1" "Service" "services.serving.knative.dev.v1",
    "serving.kserve.io/v1beta1" "InferenceService" "inferenceservices.serving.kserve.io.v1beta1",
    "v1" "ConfigMap" "configmaps.v1",
    "v1" "Service" "services.v1",
];

/// The schema of the kind, if it is embedded. Asking again gives the same one.
pub fn builtin(api_version: &str, kind: &str) -> Option<SchemaRef> {
    let embedded = EMBEDDED.iter().find(|known| known.api_version == api_version && known.kind == kind)?;
    let schema = embedded.opened.get_or_init(|| Schema::open(embedded.text)).as_ref()?;
    Some(SchemaRef::root(Arc::clone(schema)))
}

/// The embedded kinds: group and version, and kind.
pub fn builtin_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    EMBEDDED.iter().map(|known| (known.api_version, known.kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Node, NodeId};

    fn targets(node: &Node) -> Vec<NodeId> {
        match node {
            Node::List { element, .. } => vec![*element],
            Node::Map { value } => vec![*value],
            Node::Object(object) => object.fields.iter().map(|field| field.node).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_line_of_every_embedded_schema_is_a_node_that_is_used() {
        for (api_version, kind) in builtin_kinds() {
            let root = builtin(api_version, kind).expect("every embedded schema opens");
            let schema = root.schema();
            assert_eq!((schema.api_version.as_str(), schema.kind.as_str()), (api_version, kind));
            let mut used = vec![false; schema.len()];
            used[schema.len() - 1] = true;
            for at in (0..schema.len()).rev() {
                let id = NodeId(u32::try_from(at).expect("few nodes"));
                let node = schema.decode(id).unwrap_or_else(|error| panic!("{kind} line {}: {error}", at + 2));
                assert!(used[at], "{kind} line {} is used by nothing", at + 2);
                for target in targets(&node) {
                    assert!(target < id, "{kind} line {} refers forward", at + 2);
                    used[target.0 as usize] = true;
                }
            }
        }
    }

    #[test]
    fn what_kubernetes_requires_is_required() {
        let at = |path: &[&str]| {
            let mut node = builtin("apps/v1", "Deployment").expect("embedded");
            let mut required = true;
            for step in path {
                node = if *step == "[]" {
                    node.element().expect("a list")
                } else {
                    let (child, field) = node.field(step).unwrap_or_else(|| panic!("no {step}"));
                    required = field.required;
                    child
                };
            }
            (node, required)
        };
        assert!(at(&["spec", "selector"]).1);
        assert!(at(&["spec", "template", "spec", "containers"]).1);
        assert!(at(&["spec", "template", "spec", "containers", "[]", "name"]).1);
        assert!(!at(&["spec", "template", "spec", "containers", "[]", "image"]).1);
        assert!(!at(&["spec", "template", "spec", "containers", "[]", "ports", "[]", "protocol"]).1);
        assert!(at(&["metadata"]).0.field("labels").is_some());
    }
}
