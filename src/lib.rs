//! relc compiles progressive releases, written in `.rel` files or in values of the Iter8 release chart, to Kubernetes manifests.
//!
//! This is the library of the command line. It reads no disk and starts no thread: texts come in, manifests and
//! diagnostics go out, so it runs in a server, in a test, or in a browser as WebAssembly.
//!
//! ```
//! let release = r#"
//!     release hello on knative-istio blue-green <
//!       v1 30% "ghcr.io/knative/helloworld-go:v1"
//!       v2 70% "ghcr.io/knative/helloworld-go:v2"
//!     >
//! "#;
//! let output = relc::Compiler::new().compile("hello.rel", release);
//! assert!(output.diagnostics.is_empty(), "{}", output.rendered());
//! assert!(output.manifests.contains("kind: ConfigMap"));
//! ```
//!
//! A [`Compiler`] holds what a run has in common: custom environments, in-memory files that releases import, and the
//! options that the command line calls `--name`, `--namespace` and `--on`. [`Compiler::compile`] returns manifests,
//! [`Compiler::lint`] runs the lint rules, too, and [`format()`] prints a `.rel` file in the one style.
//!
//! A mistake is a [`Diagnostic`] with its position and its fix:
//!
//! ```
//! let output = relc::Compiler::new().compile("shop.rel", r#"release shop on deployment < v1 "shop:1" { prot: 80 } >"#);
//! let mistake = &output.diagnostics[0];
//! assert_eq!((mistake.code.as_str(), mistake.line, mistake.column), ("E0202", 1, 44));
//! assert!(mistake.help.as_deref().is_some_and(|help| help.contains("`port`")));
//! assert!(output.manifests.is_empty());
//! ```

mod compiler;

pub use compiler::{Compiler, Diagnostic, Fix, Output, Replacement, Severity, format};
