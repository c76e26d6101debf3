#!/bin/bash
# Builds the playground and tests it: its answers against those of the program, and the page in Chromium.
#
#     editors/playground/check.sh RELC [CHROMIUM]
set -euo pipefail
RELC=$(realpath "$1")
CHROMIUM=${2:-/usr/bin/chromium}
export RELC CHROMIUM
cd "$(dirname "$0")"
./build.sh
npm test --silent
