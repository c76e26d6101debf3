//! The configuration of a controller for a kind, from a `watch` statement.

use relc_schema::SchemaRef;
use relc_syntax::ast;

/// A kind in a controller's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The short name.
    pub short: String,
    /// The group; empty for Kubernetes' core.
    pub group: String,
    /// The version.
    pub version: String,
    /// The plural name in the API server's paths; empty if unknown.
    pub resource: String,
    /// The conditions that make an object ready.
    pub conditions: Vec<String>,
}

impl Watched {
    /// Creates the configuration for `watch`, whose type is `kind`.
    pub fn new(watch: &ast::Watch, kind: &SchemaRef) -> Watched {
        let schema = kind.schema();
        let (group, version) = schema.api_version.split_once('/').unwrap_or(("", &schema.api_version));
        Watched {
            short: watch.short.text.to_string(),
            group: group.to_owned(),
            version: version.to_owned(),
            resource: watch.plural.as_ref().map_or(&*schema.plural, |plural| &*plural.text).to_owned(),
            conditions: watch.ready.iter().map(|ready| ready.text.to_string()).collect(),
        }
    }
}
