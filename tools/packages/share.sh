#!/bin/bash
# Writes what each package has in addition to the program: man pages and completions, below share/ as in a prefix of Unix, and the license.
#
#     tools/packages/share.sh RELC DIRECTORY
#
# RELC runs on this machine; the same files belong to the programs of all targets.
set -euo pipefail
relc=$(realpath "$1")
share=$(realpath -m "$2")/share
"$relc" man "$share/man/man1" 2>/dev/null
put() {
  mkdir -p "$(dirname "$share/$2")"
  "$relc" completions "$1" >"$share/$2"
}
put bash bash-completion/completions/relc
put zsh zsh/site-functions/_relc
put fish fish/vendor_completions.d/relc.fish
put powershell powershell/relc.ps1
put elvish elvish/lib/relc.elv
install -Dm644 "$(dirname "$0")/../../LICENSE" "$share/doc/relc/LICENSE"
