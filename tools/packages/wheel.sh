#!/bin/bash
# Builds a wheel with maturin, which is on PATH.
#
#     tools/packages/wheel.sh SHARE DIRECTORY [MATURIN-FLAG...]
#
# SHARE is the directory that share.sh wrote. The flags choose the profile and the target: `--release --target x86_64-unknown-linux-musl`.
set -euo pipefail
share=$(realpath "$1")/share
out=$(realpath -m "$2")
shift 2
cd "$(dirname "$0")/pypi"
rm -rf relc.data
trap 'rm -rf "$PWD/relc.data"' EXIT
mkdir -p relc.data/data
cp -r "$share" relc.data/data/share
maturin build --quiet --locked --out "$out" "$@"
