//! A model of HTTP routing on Kubernetes: which backend answers a request, and why.
//!
//! In: manifests as JSON: routes of Istio and the Gateway API, and the Services, workloads, gateways and Knative objects that they lead
//! to. Out: a [`Model`], which answers a [`Request`] with an [`Answer`]: the backends with their shares, the copies, what a backend sees, or the
//! error, and which rule decided. [`classes`] partitions all requests by the rule that they meet. A [`Rollout`] has the manifests at each
//! step of a controller that changes routes itself.
//!
//! The semantics are those of Istio's control plane and Envoy, which also serve the Gateway API here. Nothing in this crate knows
//! relc's language, and nothing is read from disk.

mod answer;
mod capacity;
mod classes;
mod condition;
mod delegate;
mod gateway_api;
mod istio;
mod knative;
mod manifest;
mod model;
mod request;
mod rewrite;
mod rollout;
mod samples;
mod services;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Backend, Outcome, Reply, Step, Tried};
pub use capacity::{Replicas, is_available, replicas};
pub use classes::{Class, Decided, classes};
pub use condition::{Condition, Field, Test};
pub use manifest::templates;
pub use model::{Domain, Model, Route, Table, World};
pub use request::{Entry, Request};
pub use rollout::{Rollout, Stage, VERSIONS};
