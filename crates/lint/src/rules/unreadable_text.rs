//! A file that is no text that relc reads.
//!
//! ## What
//! Flags files whose bytes are not UTF-8, and those that are larger than relc reads.
//!
//! ## Why
//! What another encoding makes of the bytes is not known.
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
//! YAML 1.2 and JSON (RFC 8259) are written in UTF-8.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "unreadable-text",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("unreadable_text.rs"),
    check: Check::Compiler(&[Code::UnreadableText]),
};
