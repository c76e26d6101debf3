//! Environment definitions: model, loading, definition-time checks.
