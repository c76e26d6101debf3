#!/bin/bash
# Tries the hooks that install relc's wheel, with the real pre-commit: the hook repository (pre-commit/), and a local hook. Each starts with
# an empty cache and is timed.
#
#     PRE_COMMIT_INDEX=ADDRESS tools/packages/check-pre-commit.sh
#
# ADDRESS is an index with the wheel. pip's usual index is asked for setuptools only, which builds the hook repository.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_COLOR=never PIP_EXTRA_INDEX_URL=$PRE_COMMIT_INDEX PIP_DISABLE_PIP_VERSION_CHECK=1
git config --global user.name nobody
git config --global user.email nobody@example.com
git config --global init.defaultBranch main
unset "${!GIT_@}"
version=$("$here/version.sh")

fail() {
  echo "failed: $1"
  cat "$scratch/log"
  exit 1
}

# first_run NAME: commits a mistake, which the hook refuses, then its fix, which passes; prints the time of the first.
first_run() {
  local limit start took
  export PRE_COMMIT_HOME=$scratch/cache-$1
  printf 'release shop on deployment < v1 "registry.example/shop:1" { prot: 8080 } >\n' >shop.rel
  pre-commit install >/dev/null
  git add -A
  limit=$("$here/limit.sh" 15)
  start=$(date +%s%N)
  if git commit -qm "A mistake" >"$scratch/log" 2>&1; then fail "$1: a mistake was committed"; fi
  took=$((($(date +%s%N) - start) / 10000000))
  grep -qF "has no field \`prot\`" "$scratch/log" || fail "$1: the mistake is not reported"
  sed -i 's/prot: 8080/port: 8080, readiness: "\/"/' shop.rel
  git add -A
  git commit -qm "Its fix" >"$scratch/log" 2>&1 || fail "$1: the fix was refused"
  printf '%-66s %4d.%02d s\n' "pre-commit, first run: $1" $((took / 100)) $((took % 100))
  [ "$took" -le "$limit" ] || fail "$1: the first run took longer than $((limit / 100)) s"
}

cp -r "$here/pre-commit" "$scratch/provider"
cd "$scratch/provider"
git init -q
git add -A
git commit -qm "The hooks"
git tag "v$version"

git init -q "$scratch/user"
cd "$scratch/user"
cat >.pre-commit-config.yaml <<END
repos:
- repo: $scratch/provider
  rev: v$version
  hooks:
  - id: relc-lint
    args: [--fail-on, warn]
  - id: relc-fmt
END
first_run "the hook repository"

git init -q "$scratch/local"
cd "$scratch/local"
cat >.pre-commit-config.yaml <<END
repos:
- repo: local
  hooks:
  - id: relc-lint
    name: relc lint
    entry: relc lint --only-releases --fail-on warn
    language: python
    additional_dependencies: [relc==$version]
    files: \.(rel|ya?ml)\$
    require_serial: true
END
first_run "a local hook"
