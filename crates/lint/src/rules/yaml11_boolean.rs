//! YAML 1.1 reads a word as a boolean where a string is expected.
//!
//! ## What
//! Reports `y`, `n`, `yes`, `no`, `on` and `off` (in lower case, upper case, or capitalized) without quotes where a string
//! is expected, and as keys.
//!
//! ## Why
//! Helm reads YAML 1.1, in which these are `true` and `false`: `exact: y` matches the string `true`. YAML 1.2 parsers read
//! them as strings, so that the file looks right everywhere else.
//!
//! ## Helm
//! The value is `true` or `false`.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { DEBUG: on }
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { y: "1" }
//! ```
//!
//! ## Good
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { DEBUG: "on" }
//! ```
//!
//! ## Source
//! Helm 3.18 (sigs.k8s.io/yaml).

use relc_syntax::diagnostic::{Applicability, Code, Severity};
use crate::{Check, Findings, Fixes, Rule};
use relc_syntax::source::Sources;
use relc_core::value::Value;

pub const RULE: Rule = Rule {
    name: "yaml11-boolean",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("yaml11_boolean.rs"),
    check: Check::Both(&[Code::Yaml11Boolean], check),
};

/// Keys: they are texts wherever they stand. What a value has to be is known to the compiler only.
fn check(values: &Value, sources: &Sources, out: &mut Findings<'_>) {
    values.each(&mut |value| {
        for entry in value.as_object().iter().flat_map(|object| &object.entries) {
            let written = sources.text(entry.key_span);
            if matches!(&*entry.key, "true" | "false") && is_word(written) && written != &*entry.key {
                let message = format!("Helm reads the key `{written}` as `{}`, as YAML 1.1 does", entry.key);
                let quoted = format!("\"{written}\"");
                let finding = out.say(entry.key_span, message).help(format!("write it in quotes: `{quoted}`"));
                out.push(finding.fix(Applicability::Unsafe, entry.key_span, quoted));
            }
        }
    });
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphabetic())
}
