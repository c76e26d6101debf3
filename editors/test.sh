#!/bin/bash
# Everything that is tested of the editors. It needs Rust and a C compiler; for VS Code, and for the check that the generated
# parser is that of the grammar, Node; Vim, and Neovim, which pip has. Each part says what it skips.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "-- tree-sitter-relc"
cargo test -q -p tree-sitter-relc
cargo clippy -q -p tree-sitter-relc --all-targets -- -D warnings

echo "-- vim"
editors/vim/test.sh

echo "-- vscode"
if command -v node >/dev/null && command -v npm >/dev/null; then
  # The server that the extension starts in its tests.
  RELC=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/relc
  export RELC
  [ -x "$RELC" ] || cargo build -q --bin relc
  cd editors/vscode
  # What npm installed last is kept while the lock file is the same.
  [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent
  npm test --silent
  cd ../..
  echo "-- helix"
  node editors/helix/make.mjs --check
  echo "-- pictures"
  node editors/pictures/draw.mjs --check
else
  echo "skipped: Node is not installed"
fi
