//! A ConfigMap or Secret that Kubernetes refuses.
//!
//! ## What
//! Reports a key that no file can have, a key in both `data` and `binaryData`, and data of more than 1 MiB together.
//!
//! ## Why
//! The API server refuses the object.
//!
//! ## Bad
//! ```definition
//! emit kube.ConfigMap { metadata: { name: "hello" }, data: { "my key": "value" } }
//! ```
//!
//! ## Good
//! ```definition
//! emit kube.ConfigMap { metadata: { name: "hello" }, data: { "my.key": "value" } }
//! ```
//!
//! ## Source
//! Kubernetes, `ValidateConfigMap` and `ValidateSecret` (`pkg/apis/core/validation`).

use crate::validate::check::Findings;
use crate::validate::field::{Field, quoted};
use crate::validate::form::data_key_problem;
use relc_syntax::diagnostic::Diagnostics;

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("config.rs");

/// The rule's name.
pub const RULE: &str = "invalid-config-data";

/// The most bytes of all values together.
const MAX: usize = 1024 * 1024;

/// Checks a ConfigMap.
pub fn check(object: Field<'_>, out: &mut Diagnostics) {
    let mut found = Findings::new(RULE, out);
    let maps = ["data", "binaryData", "stringData"];
    let mut size = 0;
    for entry in maps.iter().flat_map(|name| object.map(name)) {
        size += entry.text().unwrap_or("").len();
        if let Some(problem) = data_key_problem(entry.name) {
            found
                .forbid(entry, format!("{} is not a valid key: {problem}", quoted(entry.name)))
                .help("use letters, digits, `-`, `_` and `.`");
        }
    }
    let both = object.map("binaryData").filter(|entry| object.find(&["data", entry.name]).is_some());
    for entry in both.collect::<Vec<_>>() {
        found
            .forbid(entry, format!("{} is in both `data` and `binaryData`", quoted(entry.name)))
            .help("remove one of them");
    }
    if size > MAX {
        found
            .refuse(object, format!("the data has {size} bytes, more than {MAX}"))
            .help("put large files into a volume");
    }
}
