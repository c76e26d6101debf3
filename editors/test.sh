#!/bin/bash
# Everything that is tested of the editors. It needs Rust and a C compiler; for the check that the generated parser is that of
# the grammar, Node. Each part says what it skips.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "-- tree-sitter-relc"
cargo test -q -p tree-sitter-relc
cargo clippy -q -p tree-sitter-relc --all-targets -- -D warnings
