#!/bin/bash
# Prints the version of relc, which is in the workspace's Cargo.toml only. With a tag such as v0.1.0, fails if it is another one.
#
#     tools/packages/version.sh [TAG]
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
if [ -n "${1:-}" ] && [ "$1" != "v$version" ]; then
  echo "the tag is $1, and Cargo.toml has version $version" >&2
  exit 1
fi
echo "$version"
