//! Two elements of a list that its schema doesn't allow to be equal.
//!
//! ## What
//! Reports elements of a custom resource's list that have the same key, where the schema declares which fields identify an element, and equal
//! elements of a list that is a set.
//!
//! ## Why
//! The API server refuses the object. Fields that are not set are equal to their defaults: a port without a `protocol` has `TCP`.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-gtw canary { gateway: "web" } <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" {
//!     matches: [{ headers: [{ name: "team", value: "red" }, { name: "team", value: "blue" }] }]
//!   }
//! >
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-gtw canary { gateway: "web" } <
//!   "ghcr.io/example/hello:1.4"
//!   "ghcr.io/example/hello:1.5" {
//!     matches: [{ headers: [{ name: "team", value: "red" }] }, { headers: [{ name: "team", value: "blue" }] }]
//!   }
//! >
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateListSetsAndMaps` (`apiextensions-apiserver/pkg/apiserver/schema/listtype`).

use crate::validate::check::Findings;
use crate::validate::field::Field;
use relc_schema::{Checks, SchemaRef, UniqueElements};
use relc_syntax::diagnostic::Diagnostics;

use super::{is_set, values};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("elements.rs");

/// The rule's name.
pub const RULE: &str = "duplicate-element";

/// Checks a list whose elements must differ.
pub fn check(list: Field<'_>, node: &SchemaRef, unique: &UniqueElements, checks: &Checks, out: &mut Diagnostics) {
    let Some(element) = node.element() else { return };
    let mut found = Findings::new(RULE, out);
    if unique.keys.is_empty() {
        let keyed = list.items().map(|item| (values::plain(item.value).to_string(), item));
        let message = |item: Field<'_>| format!("{} is in `{}` twice", item.shown(), list.name);
        found.unique(keyed, message, "remove one of them");
        return;
    }
    let defaults = |name: &str| checks.defaults(element.id()).find(|default| default.field == name);
    let key_of = |item: Field<'_>| -> Option<String> {
        let of = |name: &String| match item.value.as_object()?.get(name) {
            value if is_set(value) => Some(values::plain(value?).to_string()),
            _ => Some(defaults(name)?.value.clone()),
        };
        let keys: Vec<Option<String>> = unique.keys.iter().map(of).collect();
        // Without any of its keys an element is incomplete, which is another mistake.
        keys.iter().any(Option::is_some).then(|| format!("{keys:?}"))
    };
    let keyed = list.items().filter_map(|item| Some((key_of(item)?, item)));
    let message = |item: Field<'_>| {
        let said: Vec<String> =
            unique.keys.iter().filter_map(|name| item.get(name)).map(|field| field.said()).collect();
        format!("two elements of `{}` have {}", list.name, said.join(" and "))
    };
    let changed = unique.keys.first().map_or("", String::as_str);
    found.unique(keyed, message, &format!("remove one of them, or change its `{changed}`"));
}
