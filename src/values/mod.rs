//! values.yaml.
