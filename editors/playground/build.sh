#!/bin/bash
# Builds the playground into editors/playground/dist: relc as WebAssembly, and the page. It needs the target wasm32-unknown-unknown of
# rustup, npm, and wasm-bindgen in the version of Cargo.lock.
#
#     editors/playground/build.sh
set -euo pipefail
cd "$(dirname "$0")"
version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' ../../Cargo.lock)
if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
  echo "wasm-bindgen $version is not installed: cargo install wasm-bindgen-cli --version $version"
  exit 1
fi
target=${CARGO_TARGET_DIR:-../../target}
cargo build --quiet --package relc-playground --profile playground --target wasm32-unknown-unknown
wasm-bindgen --target web --no-typescript --remove-name-section --remove-producers-section --out-dir build \
  "$target/wasm32-unknown-unknown/playground/relc_playground.wasm"
# What npm installed last is kept while the lock file is the same.
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent
npm run --silent build
