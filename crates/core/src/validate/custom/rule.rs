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

use super::{Evaluation, evaluate, values};

/// The text of this file, whose head is the rule's documentation.
pub const SOURCE: &str = include_str!("rule.rs");

/// The rule's name.
pub const RULE: &str = "broken-rule";

/// Checks `field` against the rules of `node`.
pub fn check(field: Field<'_>, node: &SchemaRef, checks: &Checks, out: &mut Diagnostics) {
    let rules: Vec<&Rule> = checks.rules(node.id()).filter(|rule| is_up_to_user(&rule.rule, field)).collect();
    if rules.is_empty() {
        return;
    }
    let Some(value) = values::value(field.value, node, checks) else { return };
    let mut found = Findings::new(RULE, out);
    let results = evaluate(rules.iter().map(|rule| rule.rule.as_str()), value);
    let broken = rules.iter().zip(results).filter(|(_, result)| *result == Evaluation::Broken);
    for (rule, _) in broken {
        let message = format!("{} breaks a rule of its definition: {}", subject(field), words(rule));
        found.refuse(field, message).help("change it so that the rule holds");
    }
}

/// Returns true if what the user wrote can break `rule`: a key of `field`, or a value of a field that the rule reads. The others are about
/// what a library writes, which is tested; evaluating them would take most of the time.
fn is_up_to_user(rule: &str, field: Field<'_>) -> bool {
    let is_users =
        |name: &str| field.entries().any(|entry| values::escaped(entry.name) == name && entry.has_users_value());
    field.has_users_key() || reads(rule).is_none_or(|fields| fields.into_iter().any(is_users))
}

/// The fields of `self` that `rule` reads, by the names that rules use; `None` if it reads `self` as a whole.
fn reads(rule: &str) -> Option<Vec<&str>> {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mut fields = Vec::new();
    for (at, word) in rule.match_indices("self") {
        let (before, after) = (&rule[..at], &rule[at + word.len()..]);
        if before.ends_with(|char| is_word(char) || char == '.') || after.starts_with(is_word) {
            continue;
        }
        let field = after.strip_prefix('.')?;
        let end = field.find(|char| !is_word(char)).unwrap_or(field.len());
        let (name, rest) = field.split_at(end);
        if rest.starts_with('(') {
            return None;
        }
        fields.push(name);
    }
    Some(fields)
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

#[cfg(test)]
mod tests {
    use super::reads;

    #[test]
    fn fields_of_self_are_found() {
        assert_eq!(reads("!has(self.min) || self.min <= self.max"), Some(vec!["min", "min", "max"]));
        assert_eq!(reads("has(myself) || a.self.b || self_2"), Some(vec![]));
        assert_eq!(reads("self.all(x, x > 0)"), None);
        assert_eq!(reads("self == 1"), None);
        assert_eq!(reads("self.rules.exists(r, has(r.name))"), Some(vec!["rules"]));
    }
}
