//! An object that breaks a rule of its schema.
//!
//! ## What
//! Reports a value of a custom resource that breaks a rule in CEL (`x-kubernetes-validations`) of the resource's definition, with the message
//! of the rule.
//!
//! ## Why
//! The API server refuses the object. Rules that compare with an object that exists already are not evaluated, nor are rules with functions
//! that relc doesn't know.
//!
//! ## Bad
//! ```definition
//! emit HTTPRoute { metadata: shared_metadata(release.name), spec: { rules: [{ backendRefs: [{ name: "hello" }] }] } }
//! ```
//!
//! ## Good
//! ```definition
//! emit HTTPRoute { metadata: shared_metadata(release.name), spec: { rules: [{ backendRefs: [{ name: "hello", port: 80 }] }] } }
//! ```
//!
//! ## Source
//! The CustomResourceDefinitions, and Kubernetes' environment of CEL (`apiserver/pkg/cel`).

use crate::validate::check::Findings;
use crate::validate::field::Field;
use relc_schema::{Checks, Rule, SchemaRef};
use relc_syntax::diagnostic::Diagnostics;

use super::reads::Reads;
use super::{Evaluation, evaluate, values};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("rule.rs");

/// The rule's name.
pub const RULE: &str = "broken-rule";

/// Checks `field` against the rules of `node`.
pub fn check(field: Field<'_>, node: &SchemaRef, checks: &Checks, out: &mut Diagnostics) {
    let rules: Vec<&Rule> = checks.rules(node.id()).filter(|rule| Reads::of(&rule.rule).is_up_to_user(field)).collect();
    if rules.is_empty() {
        return;
    }
    let Some(value) = values::value(field.value, node, checks) else { return };
    let mut found = Findings::new(RULE, out);
    let results = evaluate(rules.iter().map(|rule| rule.rule.as_str()), value);
    let broken = rules.iter().zip(results).filter(|(_, result)| *result == Evaluation::Broken);
    for (rule, _) in broken {
        let message = format!("{} breaks a rule of its definition: {}", subject(field), words(rule));
        found.refuse(field.at_writer(), message).help("change it so that the rule holds");
    }
}

fn subject(field: Field<'_>) -> String {
    if field.name.is_empty() { "the object".to_owned() } else { field.said() }
}

fn words(rule: &Rule) -> String {
    match &rule.message {
        Some(message) => message.trim_end_matches('.').to_owned(),
        None => format!("`{}`", rule.rule),
    }
}
