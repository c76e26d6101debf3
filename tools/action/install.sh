#!/bin/bash
# Installs relc's wheel for the next steps of a GitHub workflow: RELC_VERSION, or the version of the action.
set -euo pipefail
version=${RELC_VERSION:-$("$(dirname "$0")/../packages/version.sh")}
python3 -m venv "$RUNNER_TEMP/relc"
programs=$RUNNER_TEMP/relc/bin
[ -d "$programs" ] || programs=$RUNNER_TEMP/relc/Scripts
"$programs/pip" install --quiet --disable-pip-version-check "relc==$version"
echo "$programs" >>"$GITHUB_PATH"
