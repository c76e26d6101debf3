//! A name is longer than Kubernetes allows.
//!
//! ## What
//! Reports names longer than 63 characters if they become a host name or a label, and longer than 253 characters otherwise.
//! This includes what relc adds: `-0` for the first version, `-weight-config`, `-routemap`. The help shows the length of
//! each part.
//!
//! ## Why
//! The API server rejects the object, often only for the version with the longest suffix.
//!
//! ## Helm
//! The chart adds its suffixes without checking the length.
//!
//! ## Bad
//! ```rel
//! release a-name-that-is-a-good-deal-longer-than-what-fits-into-a-dns-label on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: a-name-that-is-a-good-deal-longer-than-what-fits-into-a-dns-label }
//!   strategy: blue-green
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     weight: 80
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 20
//! ```
//!
//! ## Good
//! ```rel
//! release hello on deployment-istio blue-green <
//!   stable 80 "ghcr.io/example/hello:1.4"
//!   next   20 "ghcr.io/example/hello:1.5"
//! >
//! ```
//!
//! ```yaml
//! environment: deployment-istio
//! application:
//!   metadata: { name: hello }
//!   strategy: blue-green
//!   versions:
//!   - image: ghcr.io/example/hello:1.4
//!     weight: 80
//!   - image: ghcr.io/example/hello:1.5
//!     weight: 20
//! ```
//!
//! ## Source
//! Kubernetes API validation: RFC 1123 labels have at most 63 characters, subdomains 253.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "name-too-long",
    level: Severity::Error,
    fixes: Fixes::Never,
    source: include_str!("name_too_long.rs"),
    check: Check::Compiler(&[Code::NameTooLong]),
};
