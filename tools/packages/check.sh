#!/bin/bash
# Builds the packages for this machine, and tries them as a person would: from nothing to a first build, timed.
#
#     tools/packages/check.sh DIRECTORY
#
# DIRECTORY gets the packages. It needs Rust with the target x86_64-unknown-linux-musl or aarch64-unknown-linux-musl, Python, and pip with
# maturin, uv and pre-commit; what needs Node, Go, Ruby or buildah is skipped without them. Each step prints what it took or why it is
# skipped.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
root=$here/../..
out=$(realpath -m "$1")
mkdir -p "$out"
export PIP_DISABLE_PIP_VERSION_CHECK=1
scratch=$(mktemp -d)
servers=()
clean() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  chmod -R u+w "$scratch"
  rm -rf "$scratch"
}
trap clean EXIT
version=$("$here/version.sh")
target=$(uname -m)-unknown-linux-musl

fail() {
  echo "failed: $*" >&2
  exit 1
}

# within SECONDS NAME COMMAND...: runs a command in an empty home, prints its time, and fails if it takes longer than this on an idle machine.
within() {
  local limit name=$2 start end took
  limit=$("$here/limit.sh" "$1")
  shift 2
  start=$(date +%s%N)
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "$name"; }
  end=$(date +%s%N)
  took=$(((end - start) / 10000000))
  printf '%-66s %4d.%02d s\n' "$name" $((took / 100)) $((took % 100))
  [ "$took" -le "$limit" ] || fail "$name took longer than $((limit / 100)) s"
}

"$here/places.py"
if "$here/places.py" --at https://git.example/other 2>/dev/null; then fail "places.py accepts a release at another address"; fi
if "$here/version.sh" v0.0.0-other 2>/dev/null; then fail "version.sh accepts a tag of another version"; fi

cd "$root"
rustup target add "$target" 2>/dev/null || fail "rustup can't add $target"
cargo build --quiet --release --locked --target "$target"
program=$(realpath "${CARGO_TARGET_DIR:-target}")/$target/release/relc
ldd "$program" 2>&1 | grep -qE 'statically linked|not a dynamic' || fail "the program is not static"

rm -rf "$scratch/share" "${out:?}"/*
"$here/share.sh" "$program" "$scratch/share"
archive=$("$here/archive.sh" "$program" "$target" "$scratch/share" "$out")
first=$(sha256sum <"$archive")
[ "$first" = "$("$here/archive.sh" "$program" "$target" "$scratch/share" "$out" | xargs cat | sha256sum)" ] || fail "two runs pack different archives"
tar -tzf "$archive" >"$scratch/list"
for part in relc LICENSE share/man/man1/relc-build.1 share/bash-completion/completions/relc share/zsh/site-functions/_relc share/fish/vendor_completions.d/relc.fish; do
  grep -qx "relc-$version-$target/$part" "$scratch/list" || fail "the archive has no $part"
done
"$here/wheel.sh" "$scratch/share" "$out" --release --target "$target" --compatibility manylinux2014 musllinux_1_1
ls -l "$out"
python3 -m zipfile -e "$out"/*.whl "$scratch/wheel"
for field in "Summary: ." "License: Apache-2.0" "Project-URL: Source Code, https:" "# relc"; do
  grep -q "^$field" "$scratch"/wheel/*.dist-info/METADATA || fail "the wheel has no \`$field\`"
done
if command -v auditwheel >/dev/null; then
  # A static program needs no library of the system, so that any platform fits.
  auditwheel show "$out"/*.whl
else
  echo "skipped: auditwheel is not installed"
fi

mkdir "$scratch/work"
cat >"$scratch/work/shop.rel" <<'REL'
release shop on deployment { port: 8080, readiness: "/" } <
  v1 "registry.example/shop:1"
>
REL
cd "$scratch/work"
"$here/serve-index.py" "$out" >"$scratch/address" &
servers+=($!)
until [ -s "$scratch/address" ]; do sleep 0.05; done
index=$(cat "$scratch/address")

make_venv() {
  python3 -m venv "$scratch/venv"
}
pip_then_build() {
  "$scratch/venv/bin/pip" install -q --no-cache-dir --index-url "$index" relc
  "$scratch/venv/bin/relc" build shop.rel | grep -q 'kind: Deployment'
}
uvx_then_build() {
  UV_CACHE_DIR=$scratch/uv uvx --no-config --default-index "$index" relc build shop.rel | grep -q 'kind: Deployment'
}
echo
# How long Python takes to make an environment is not relc's doing.
within 600 "python3 -m venv" make_venv
within 5 "pip install relc, relc build" pip_then_build
for part in man/man1/relc-build.1 bash-completion/completions/relc zsh/site-functions/_relc fish/vendor_completions.d/relc.fish; do
  [ -s "$scratch/venv/share/$part" ] || fail "the wheel has no $part"
done
# What the action does first.
mkdir "$scratch/runner"
PIP_INDEX_URL=$index RUNNER_TEMP=$scratch/runner GITHUB_PATH=$scratch/runner/path "$root/tools/action/install.sh"
[ "$("$(cat "$scratch/runner/path")/relc" --version)" = "relc $version" ] || fail "the action installs another version"
if command -v uvx >/dev/null; then
  within 5 "uvx relc build" uvx_then_build
else
  echo "skipped: uv is not installed"
fi

# npm: the package of this platform, and the one that chooses it.
if command -v npm >/dev/null; then
  mkdir -p "$scratch/programs/$target"
  cp "$program" "$scratch/programs/$target/"
  node "$here/npm/pack.mjs" "$scratch/programs" "$scratch/share" "$out/npm"
  packages=("$out"/npm/*.tgz)
  tar -tzf "$out/npm/relc-$version.tgz" >"$scratch/list"
  for part in man/man1/relc-build.1 bash-completion/completions/relc zsh/site-functions/_relc fish/vendor_completions.d/relc.fish; do
    grep -qx "package/share/$part" "$scratch/list" || fail "the npm package has no $part"
  done
  npx_then_build() {
    # From files alone: no registry is asked.
    npm_config_cache=$scratch/npm npx --yes --offline "${packages[@]/#/--package=}" -- relc build shop.rel | grep -q 'kind: Deployment'
  }
  within 5 "npx relc build" npx_then_build
  mkdir "$scratch/project" && cd "$scratch/project"
  npm_config_cache=$scratch/npm npm install --silent --no-audit --no-fund --offline --omit=optional "$(ls "$out"/npm/relc-"$version".tgz)"
  if node_modules/.bin/relc --version 2>"$scratch/log"; then fail "the npm package runs without a program"; fi
  grep -q 'the package @relc/cli-linux-.* is missing' "$scratch/log" || fail "a missing platform is not explained"
  cd "$scratch/work"
else
  echo "skipped: npm is not installed"
fi

# pre-commit: the hook repository, and a local hook, from nothing to the first result.
if command -v pre-commit >/dev/null; then
  PRE_COMMIT_INDEX=$index "$here/check-pre-commit.sh"
else
  echo "skipped: pre-commit is not installed"
fi

# Homebrew and krew: their manifests for the archives, and an installation by the real krew.
cp -r "$out" "$scratch/all"
for other in aarch64-unknown-linux-musl x86_64-unknown-linux-musl x86_64-apple-darwin aarch64-apple-darwin; do
  [ -e "$scratch/all/relc-$version-$other.tar.gz" ] || : >"$scratch/all/relc-$version-$other.tar.gz"
done
: >"$scratch/all/relc-$version-x86_64-pc-windows-msvc.zip"
"$here/fill.py" "$scratch/all" "$out"
if command -v ruby >/dev/null; then
  ruby "$here/homebrew/try.rb" "$out/relc.rb" "$out" "$scratch/brew"
  for part in bin/relc share/man/man1/relc-build.1 etc/bash_completion.d/relc share/zsh/site-functions/_relc share/fish/vendor_completions.d/relc.fish share/pwsh/completions/_relc.ps1; do
    [ -s "$scratch/brew/$part" ] || fail "the formula installs no $part"
  done
  echo "the formula of Homebrew installs the archive"
else
  echo "skipped: ruby, which installs the formula of Homebrew, is not installed"
fi
if command -v validate-krew-manifest >/dev/null; then
  validate-krew-manifest -manifest "$out/relc.yaml" -skip-install >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "krew's index would refuse the manifest"; }
  echo "krew's index accepts the manifest"
else
  echo "skipped: validate-krew-manifest is not installed"
fi
if command -v krew >/dev/null; then
  KREW_ROOT=$scratch/krew krew install --manifest="$out/relc.yaml" --archive="$archive" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "krew"; }
  "$scratch/krew/bin/kubectl-relc" build shop.rel | grep -q 'kind: Deployment' || fail "kubectl relc"
  echo "krew installs \`kubectl relc\`"
else
  echo "skipped: krew is not installed"
fi

# The image, by buildah, which needs no daemon. No registry is asked: it is made from scratch.
if command -v buildah >/dev/null; then
  arch=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  mkdir -p "$scratch/image/$arch"
  cp "$program" "$scratch/image/$arch/relc"
  store=(--root "$scratch/store" --runroot "$scratch/run" --storage-driver vfs)
  if buildah "${store[@]}" build --isolation chroot --quiet --build-arg "TARGETARCH=$arch" --file "$here/container/Containerfile" --tag relc "$scratch/image" >"$scratch/log" 2>&1; then
    user=$(buildah "${store[@]}" inspect --type image --format '{{.OCIv1.Config.User}}' relc)
    [ "$user" = 65532:65532 ] || fail "the image runs as $user"
    container=$(buildah "${store[@]}" from relc)
    files=$(buildah "${store[@]}" mount "$container")
    # What the image runs, as its user and with nothing but its files.
    cp shop.rel "$files/work/"
    setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs chroot "$files" /usr/local/bin/relc build work/shop.rel 2>/dev/null | grep -q 'kind: Deployment' ||
      chroot --userspec=65532:65532 "$files" /usr/local/bin/relc build work/shop.rel | grep -q 'kind: Deployment' || fail "the image"
    echo "the image runs as 65532 and has $(find "$files" -type f -not -name shop.rel | wc -l) file"
    buildah "${store[@]}" rm --all >/dev/null
  else
    echo "skipped: buildah cannot build here: $(tail -1 "$scratch/log")"
  fi
else
  echo "skipped: buildah is not installed"
fi

# The workflow that does all of this for a release.
for tool in actionlint "zizmor --offline --quiet $root/action.yml"; do
  if command -v "${tool%% *}" >/dev/null; then
    $tool "$root"/.github/workflows/*.yml && echo "${tool%% *} accepts the workflows"
  else
    echo "skipped: ${tool%% *} is not installed"
  fi
done
