#!/bin/bash
# Looks for texts without a property: fuzz/run.sh TARGET [SECONDS] [FLAGS OF LIBFUZZER...]
#
# TARGET is a property of tests/it/fuzzed/properties.rs, or `all` for each of them. Finds go to target/fuzz/finds, and make the exit code
# 1; the corpus, which a later run begins with, to target/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?a target: release, values, environment, set, config, schema, baseline, fix-release, fix-values, format, import, cache, editor, or all}
seconds=${2:-30}
shift $(($# < 2 ? $# : 2))
folder=${CARGO_TARGET_DIR:-$PWD/target}/fuzz

# What `cargo fuzz` passes to the compiler, without the sanitizers, which only a nightly compiler has.
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Clink-dead-code -Cdebug-assertions -Ccodegen-units=1" \
  cargo build --quiet --release --manifest-path fuzz/Cargo.toml --target-dir "$folder" --target "$(rustc -vV | sed -n 's/^host: //p')"
program=$(echo "$folder"/*/release/relc-fuzz)

# seeds TARGET: the files to begin with.
seeds() {
  case $1 in
    values | fix-values | import) find tests/ui tests/conformance tests/import -name '*.yaml' ;;
    environment) find stdlib tests/ui/definition templates -name '*.rel' ;;
    schema) find tests/ui/definition -name '*.yaml' ;;
    release | fix-release | format) find tests/ui/lint tests/ui/names tests/ui/release tests/ui/syntax tests/conformance examples -name '*.rel' ;;
    cache | editor) find tests/ui/lint tests/ui/names tests/ui/syntax -name '*.rel' -o -name '*.yaml' ;;
    set | config | baseline) ;;
  esac
  find tests/fuzzed/"$1" fuzz/seeds/"$1" -type f 2>/dev/null || true
}

# fuzz TARGET
fuzz() {
  echo "== $1 for $seconds s"
  local corpus=$folder/corpus/$1 finds=$folder/finds/$1
  mkdir -p "$corpus" "$finds"
  seeds "$1" | while read -r file; do
    cp "$file" "$corpus/seed-$(echo "$file" | tr / _)"
  done
  RELC_FUZZ=$1 RELC_FUZZ_FINDS=$finds "$program" "$corpus" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 \
    -artifact_prefix="$finds/" -print_final_stats=1 "${@:2}" 2>"$folder/$1.log" || true
  grep -E '^find |^stat::number_of_executed_units|ERROR: libFuzzer' "$folder/$1.log" || true
  [ -z "$(ls -A "$finds")" ] || failed=1
}

failed=0
if [ "$target" = all ]; then
  for one in release values environment set config schema baseline fix-release fix-values format import cache editor; do
    fuzz "$one" "$@"
  done
else
  fuzz "$target" "$@"
fi
exit $failed
