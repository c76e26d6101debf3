#!/bin/bash
# Tries the hooks of .pre-commit-hooks.yaml with the real pre-commit, in a repository of its own with good and bad commits.
#
#     tools/check-pre-commit.sh PRE_COMMIT RELC
#
# PRE_COMMIT is the program, RELC the binary that the hooks run: they take it from PATH (`language: system`) instead of building
# one, which is all that differs from how others use them.
set -euo pipefail
pre_commit=$(realpath "$1")
relc=$(realpath "$2")
hooks=$(realpath "$(dirname "$0")/../.pre-commit-hooks.yaml")

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PRE_COMMIT_HOME=$scratch/cache HOME=$scratch GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_COLOR=never
PATH=$(dirname "$relc"):$(dirname "$pre_commit"):$PATH
git config --global user.name nobody
git config --global user.email nobody@example.com
git config --global init.defaultBranch main
unset "${!GIT_@}"

fail() {
  echo "$1"
  cat "$scratch/log"
  exit 1
}

# commit MESSAGE: everything in the working directory.
commit() {
  git add -A
  git commit -m "$1" >"$scratch/log" 2>&1
}

passes() {
  commit "$1" || fail "refused, and should pass: $1"
}

# refused MESSAGE TEXT: the commit is refused, TEXT is said, and the commit's changes are taken back.
refused() {
  if commit "$1"; then fail "passed, and should be refused: $1"; fi
  grep -qF -- "$2" "$scratch/log" || fail "refused without a word of \`$2\`: $1"
  git reset -q --hard
}

# uses HOOK [ARGS]: the repository has this hook.
uses() {
  cat >.pre-commit-config.yaml <<END
repos:
- repo: $scratch/provider
  rev: $revision
  hooks:
  - id: $1
    language: system
    args: [${2:-}]
END
  passes "Use $1"
}

git init -q "$scratch/provider"
cd "$scratch/provider"
cp "$hooks" .
git add -A
git commit -qm "The hooks"
revision=$(git rev-parse HEAD)

git init -q "$scratch/user"
cd "$scratch/user"
"$pre_commit" install >/dev/null

uses relc-lint
cat >shop.rel <<'END'
release shop on deployment { port: 8080, readiness: "/" } <
  v1 "registry.example/shop:1"
>
END
cat >values.yaml <<'END'
environment: deployment
application:
  metadata: { name: hello }
  versions:
  - image: registry.example/hello:1
    port: 8080
END
mkdir -p chart/templates
printf 'kind: Service\nmetadata: { name: shop }\n' >manifest.yaml
printf '{{- if .Values.on }}\nkind: Service\n{{- end }}\n' >chart/templates/service.yaml
passes "Releases, and YAML of other kinds"

sed -i 's/deployment/deploymnt/' shop.rel
refused "A misspelt environment" 'environment `deploymnt` not found'
sed -i 's/port: 8080/prot: 8080/' values.yaml
refused "A misspelt field" 'unknown key `prot`'
printf 'release shop on deployment <\n  "registry.example/shop:2"\n>\n' >copy.rel
sed -i '1i // Changed as well.' shop.rel
refused "Two releases of one name" 'shop.rel:2'
sed -i 's/hello:1/hello:latest/' values.yaml
passes "A warning"

uses relc-lint '--fail-on, warn'
sed -i 's/port: 8080/port: 8081/' values.yaml
refused "A warning that counts" 'image-latest'

uses relc-check '--format, short'
sed -i 's/port: 8080/port: 8081/' values.yaml
passes "No rules are asked"
sed -i 's/8081/many/' values.yaml
refused "A wrong type" 'values.yaml:6:11: error[E0301]'

uses relc-fmt
sed -i 's/  v1/      v1/' shop.rel
refused "Another layout" 'files were modified by this hook'

echo "the hooks pass what is good and refuse what is bad"
