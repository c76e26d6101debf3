#!/bin/bash
# Writes the site to a directory: the documentation, and the playground if editors/playground/build.sh has built it.
#
#     tools/build-site.sh DIRECTORY
set -euo pipefail
site=$(realpath -m "$1")
cd "$(dirname "$0")/.."
mdbook build docs -d "$site"
playground=editors/playground/dist
if [ -f "$playground/index.html" ]; then
  cp -r "$playground" "$site/playground"
else
  echo "the site has no playground: run editors/playground/build.sh first"
fi
