#!/bin/bash
# Vim and Neovim, those that are there: colours, indentation, and in Neovim the parser of tree-sitter-relc, and the server.
# With BLESS=1 test/colours.txt is written anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD/editors/vim
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# try EDITOR SCRIPT FILE...: runs the script over the files; what it writes is in $scratch/out.
try() {
  rm -f "$scratch/out"
  local inputs
  inputs=$(printf "'%s'," "${@:3}")
  "$1" -es -u NONE -i NONE -n --cmd "let g:root='$here'" --cmd "let g:inputs=[$inputs]" \
    --cmd "let g:output='$scratch/out'" -S "$here/test/$2" </dev/null >"$scratch/log" 2>&1 || { cat "$scratch/log"; return 1; }
}

check() {
  local cases=(editors/vscode/test/cases/*.rel)
  try "$1" colours.vim "${cases[@]}"
  [ -z "${BLESS:-}" ] || cp "$scratch/out" "$here/test/colours.txt"
  diff -u "$here/test/colours.txt" "$scratch/out"
  local files=(examples/*.rel templates/*.rel stdlib/kube.rel stdlib/deployment-istio.rel editors/vscode/test/cases/{release,definition}.rel)
  try "$1" indent.vim "${files[@]}"
  if grep -- ' -> ' "$scratch/out"; then
    echo "these lines are indented otherwise by $1"
    return 1
  fi
  [ "$(grep -c '^read' "$scratch/out")" = "${#files[@]}" ]
  echo "$1: ${#cases[@]} files are coloured and ${#files[@]} are indented as they should be"
}

if command -v vim >/dev/null && vim --version | grep -q '+syntax'; then
  check vim
else
  echo "skipped: there is no Vim with colours"
fi
if nvim=$(editors/neovim.sh); then
  check "$nvim"
  mkdir -p "$scratch/site/parser" "$scratch/site/queries"
  cp -r editors/tree-sitter-relc/queries "$scratch/site/queries/relc"
  "${CC:-cc}" -O1 -shared -fPIC -I editors/tree-sitter-relc/src editors/tree-sitter-relc/src/{parser,scanner}.c -o "$scratch/site/parser/relc.so"
  "$nvim" --headless -u NONE -i NONE -n --cmd "let g:root='$here'" --cmd "let g:site='$scratch/site'" \
    +"lua local ok, why = pcall(dofile, '$here/test/treesitter.lua') if not ok then io.stderr:write(why .. '\n') vim.cmd('cquit!') end"
  echo "$nvim: tree-sitter-relc colours and folds"
  relc=${CARGO_TARGET_DIR:-target}/debug/relc
  [ -x "$relc" ] || cargo build -q --bin relc
  "$nvim" --headless -u NONE -i NONE -n -l "$here/test/server.lua" "$relc" 2>&1
  echo
else
  echo "skipped: there is no Neovim, and pip has none"
fi
