#!/bin/bash
# Lints RELC_PATHS, and annotates the lines. It runs at the root of the repository, as GitHub attaches annotations to paths from there.
set -euo pipefail
cd "$GITHUB_WORKSPACE"
read -ra paths <<<"$RELC_PATHS"
relc lint --format github --fail-on "$RELC_FAIL_ON" "${paths[@]}"
