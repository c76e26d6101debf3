//! A number is used where a string is expected, or is not the number it looks like.
//!
//! ## What
//! Reports numbers without quotes where a string is expected, as an error. Reports, as a warning, numbers that YAML 1.1
//! reads differently: `012` is 10, `0o14` is 12, `1_000` is 1000, `0b11` is 3; and `1e3`, which is a number and looks like
//! a name.
//!
//! ## Why
//! Tags and identifiers often consist of digits: `20161216`, `1e3`, `007`. As numbers they lose zeros and signs, or become
//! `2.0161216e+07`.
//!
//! ## Helm
//! Helm writes the number as Go prints it.
//!
//! ## Bad
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { BUILD: 20161216 }
//! ```
//!
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     port: 0120
//! ```
//!
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { env: { BUILD: 20161216 } }
//! >
//! ```
//!
//! ## Good
//! ```yaml
//! environment: deployment
//! application:
//!   metadata: { name: hello }
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     env: { BUILD: "20161216" }
//! ```
//!
//! ```rel
//! release hello on deployment <
//!   v1 "ghcr.io/example/hello:1.4" { env: { BUILD: "20161216" } }
//! >
//! ```
//!
//! ## Source
//! Helm 3.18 (sigs.k8s.io/yaml).

use relc_syntax::diagnostic::{Applicability, Code, Severity};
use crate::{Check, Findings, Fixes, Rule};
use relc_syntax::source::Sources;
use relc_core::value::{ValueKind, Value};

pub const RULE: Rule = Rule {
    name: "numeric-string",
    level: Severity::Warning,
    fixes: Fixes::Unsafe,
    source: include_str!("numeric_string.rs"),
    check: Check::Both(&[Code::NumericString], check),
};

fn check(values: &Value, sources: &Sources, out: &mut Findings<'_>) {
    values.each(&mut |value| match value.data {
        ValueKind::Int(number) => misread(value, &number.to_string(), sources, out),
        ValueKind::Float(number) => misread(value, &number.to_string(), sources, out),
        _ => {}
    });
}

/// A number that is written in digits which say another one, or in a form that only a reader of YAML takes for one.
fn misread(value: &Value, number: &str, sources: &Sources, out: &mut Findings<'_>) {
    let written = sources.text(value.span);
    if !looks_otherwise(written) {
        return;
    }
    let message = format!("Helm reads `{written}` as the number {number}");
    let help = format!("write `{number}` for the number, or `\"{written}\"` for a string");
    out.push(out.say(value.span, message).help(help).fix(Applicability::Unsafe, value.span, number));
}

fn looks_otherwise(written: &str) -> bool {
    let digits = written.trim_start_matches(['+', '-']);
    let bytes = digits.as_bytes();
    let zero_first = bytes.len() > 1 && bytes[0] == b'0' && bytes[1].is_ascii_alphanumeric();
    let exponent = digits.contains(['e', 'E']) && !digits.contains('.') && !digits.starts_with("0x");
    bytes.first().is_some_and(u8::is_ascii_digit) && (zero_first || digits.contains('_') || exponent)
}
