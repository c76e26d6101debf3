//! A values file contains a Helm template, which Helm never expands.
//!
//! ## What
//! Reports an unquoted `{{ … }}`, and a string with a template that uses `.Values`, `.Release`, `.Chart` or `include`.
//! Other strings with braces are allowed.
//!
//! ## Why
//! Values are data: Helm expands templates in charts only. The template reaches the cluster as it is.
//!
//! ## Helm
//! Without quotes, Helm rejects the file. With quotes, it pastes the string as it is.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: {{ .Values.image }}
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { TAG: "{{ .Values.tag }}" }
//! ```
//!
//! ## Good
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { GREETING: "{{ name }}" }
//! ```
//!
//! ## Source
//! Helm 3.18: values files are YAML, not templates.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Findings, Fixes, Rule};
use relc_syntax::source::Sources;
use relc_core::value::Value;

pub const RULE: Rule = Rule {
    name: "helm-template-in-values",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("helm_template_in_values.rs"),
    check: Check::Both(&[Code::HelmTemplateInValues], check),
};

/// Words that only the template of a chart contains.
const HELMS: &[&str] = &[".Values", ".Release", ".Chart", "include "];

fn check(values: &Value, _: &Sources, out: &mut Findings<'_>) {
    values.each(&mut |value| {
        if let Some(template) = value.as_str().and_then(template) {
            let message = format!("`{template}` is a Helm template, and Helm does not render templates in a values file");
            out.push(out.say(value.span, message).help("write the value itself"));
        }
    });
}

/// The first template in `text` that can only be meant for Helm.
fn template(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let end = rest[start..].find("}}").map(|end| start + end + 2)?;
        let template = &rest[start..end];
        if HELMS.iter().any(|word| template.contains(word)) {
            return Some(template);
        }
        rest = &rest[end..];
    }
    None
}
