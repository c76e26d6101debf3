//! The controller can't read a weight.
//!
//! ## What
//! Reports weights that are negative, fractional, quoted, or above 4,294,967,295.
//!
//! ## Why
//! The controller reads weights as 32-bit unsigned integers. Any other weight makes the whole routemap unreadable, and only
//! the controller's log shows it.
//!
//! ## Helm
//! The chart pastes the weight into the routemap.
//!
//! ## Bad
//! ```rel
//! release hello on deployment-istio blue-green <
//!   v1 5000000000 "ghcr.io/example/hello:1.4"
//!   v2 1 "ghcr.io/example/hello:1.5"
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
//!     weight: "20%"
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
//! Iter8 controller 1.1: `weight` is a uint32.

use relc_syntax::diagnostic::{Code, Severity};
use crate::{Check, Fixes, Rule};

pub const RULE: Rule = Rule {
    name: "weight-not-uint",
    level: Severity::Error,
    fixes: Fixes::Unsafe,
    source: include_str!("weight_not_uint.rs"),
    check: Check::Compiler(&[Code::WeightNotUint]),
};
