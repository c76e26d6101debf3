//! Manifests as JSON: what readers of each kind share.

use serde_json::Value;

use crate::condition::Test;

/// The namespace of objects that name none.
const DEFAULT: &str = "default";

/// A manifest, with what it is called.
#[derive(Clone, Copy)]
pub struct Manifest<'m> {
    /// All of it.
    pub value: &'m Value,
    /// `kind`.
    pub kind: &'m str,
    /// The API group; empty for the core.
    pub group: &'m str,
    /// `metadata.name`.
    pub name: &'m str,
    /// `metadata.namespace`.
    pub namespace: &'m str,
}

impl<'m> Manifest<'m> {
    /// Reads what a manifest is called; absent where it is none.
    pub fn of(value: &'m Value) -> Option<Manifest<'m>> {
        let version = value.get("apiVersion")?.as_str()?;
        let metadata = value.get("metadata")?;
        Some(Manifest {
            value,
            kind: value.get("kind")?.as_str()?,
            group: version.rsplit_once('/').map_or("", |(group, _)| group),
            name: text(metadata, "name")?,
            namespace: text(metadata, "namespace").unwrap_or(DEFAULT),
        })
    }

    /// `spec`, or null.
    pub fn spec(&self) -> &'m Value {
        &self.value["spec"]
    }

    /// Returns its name in an explanation: `VirtualService default/shop`.
    pub fn title(&self) -> String {
        format!("{} {}/{}", self.kind, self.namespace, self.name)
    }

    /// Returns true if it is of this kind, in any version of its group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    /// In the order in which controllers take objects: by age where it is known, then by namespace and name.
    pub fn order(&self) -> (&'m str, &'m str, &'m str) {
        (text(&self.value["metadata"], "creationTimestamp").unwrap_or_default(), self.namespace, self.name)
    }

    /// `NAMESPACE/NAME` of a reference to an object that may be in the manifest's own namespace.
    pub fn reference(&self, to: &Value) -> String {
        format!("{}/{}", text(to, "namespace").unwrap_or(self.namespace), text(to, "name").unwrap_or_default())
    }
}

/// The label of a ConfigMap with a routing template that the Iter8 controller evaluates.
const TEMPLATE: &str = "/metadata/labels/iter8.tools~1kind";

/// Returns the names of manifests with a routing template, which the model doesn't evaluate: `ConfigMap web/shop-routemap`.
pub fn templates(manifests: &[Value]) -> Vec<String> {
    let is_template = |manifest: &Manifest<'_>| {
        manifest.is("", "ConfigMap") && manifest.value.pointer(TEMPLATE).and_then(Value::as_str) == Some("routemap")
    };
    manifests.iter().filter_map(Manifest::of).filter(is_template).map(|manifest| manifest.title()).collect()
}

/// The text at `key`.
pub fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// The elements at `key`; none where it is absent.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts at `key`.
pub fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    list(value, key).iter().filter_map(Value::as_str)
}

/// The entries at `key`; none where it is absent.
pub fn entries<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The number at `key`, where it fits.
pub fn integer<T: TryFrom<u64>>(value: &Value, key: &str) -> Option<T> {
    T::try_from(value.get(key)?.as_u64()?).ok()
}

/// The port at `port.number`, as a destination has it.
pub fn port_number(value: &Value) -> Option<u16> {
    integer(&value["port"], "number")
}

/// Istio's comparison of strings: `exact`, `prefix`, `regex`, or anything that is there.
pub fn string_match(value: &Value) -> Test {
    match (text(value, "exact"), text(value, "prefix"), text(value, "regex")) {
        (Some(exact), ..) => Test::Exact(exact.to_owned()),
        (None, Some(prefix), _) => Test::Prefix(prefix.to_owned()),
        (None, None, Some("*")) | (None, None, None) => Test::Present,
        (None, None, Some(regex)) => Test::regex(regex),
    }
}
