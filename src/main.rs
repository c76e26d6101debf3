//! The `relc` binary.

fn main() {}
