//! A file isn't UTF-8, or is too large.
//!
//! ## What
//! Reports files that aren't encoded in UTF-8, and files that are larger than relc's limit.
//!
//! ## Why
//! relc can't know another encoding.
//!
//! ## Bad
//! ```console
//! printf '\xff\xfe' > values.yaml && relc lint values.yaml
//! ```
//!
//! ## Good
//! ```console
//! iconv -f latin1 -t utf-8 old.yaml > values.yaml && relc lint values.yaml
//! ```
//!
//! ## Source
//! YAML 1.2 and JSON (RFC 8259) use UTF-8.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unreadable-text",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unreadable_text.rs"),
    check: Check::Compiler(&[Code::UnreadableText]),
};
