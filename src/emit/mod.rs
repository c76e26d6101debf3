//! Manifests as text.
