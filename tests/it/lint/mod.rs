//! `relc lint` and `relc check`, by the binary itself.

mod cases;
mod control;
mod fixes;
mod formats;
mod inputs;
mod yaml_syntax;

use crate::place::{Ended, Place};

/// A release with a warning of the rule `implicit-port` at 3:3, which has a safe fix.
const WARNED: &str = "\
release hello on deployment <
  v1 \"nginx:1\" { port: 8080, readiness: \"/\" }
  v2 \"nginx:2\" { readiness: \"/\" }
>
";

/// Values with a warning of `weight-partial`, which has a safe fix, and with comments to keep.
const VALUES: &str = "\
# The shop.
environment: deployment-istio
application:
  metadata: { name: shop }   # its name
  strategy: blue-green
  versions:
  - image: shop:1
    port: 80
    readiness: /
    weight: 30 # percent
  # The next one.
  - image: shop:2
    port: 80
    readiness: /
";

/// A release with an error, at 1:17.
const BROKEN: &str = "release hello on deploymnt <\n  \"nginx:1\"\n>\n";

/// A release without diagnostics.
const CLEAN: &str = "release clean on deployment { readiness: \"/\" } <\n  v1 \"nginx:1\" { port: 8080 }\n>\n";

/// Lints with a JSON report.
fn lint(place: &Place, arguments: &[&str]) -> Ended {
    place.run(&[&["lint", "--format", "json"], arguments].concat())
}
