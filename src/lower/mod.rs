//! Evaluation: an environment and a release make manifests.
