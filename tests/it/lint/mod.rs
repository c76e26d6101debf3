//! `relc lint` and `relc check`, by the binary itself.

mod cases;
mod control;
mod fixes;
mod formats;
mod inputs;
mod yaml_syntax;

use crate::place::{Ended, Place};

/// A release in which the rule `implicit-port` finds something to warn of, at 3:3, and has a safe fix for.
const WARNED: &str = "\
release hello on deployment <
  v1 \"nginx:1\" { port: 8080, readiness: \"/\" }
  v2 \"nginx:2\" { readiness: \"/\" }
>
";

/// Values in which `weight-partial` finds something to warn of, and has a safe fix for; with comments that are to be kept.
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

/// Nothing is found here.
const CLEAN: &str = "release clean on deployment { readiness: \"/\" } <\n  v1 \"nginx:1\" { port: 8080 }\n>\n";

/// Lints with a report in JSON.
fn lint(place: &Place, arguments: &[&str]) -> Ended {
    place.run(&[&["lint", "--format", "json"], arguments].concat())
}
