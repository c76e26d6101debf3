#!/bin/bash
# Packs a program into an archive, the same for each run over the same files, and prints its path.
#
#     tools/packages/archive.sh PROGRAM TARGET SHARE DIRECTORY
#
# TARGET is Rust's name of the platform, SHARE the directory that share.sh wrote. Windows gets a zip, others a tar.gz.
set -euo pipefail
program=$(realpath "$1") target=$2 share=$(realpath "$3")
mkdir -p "$4"
out=$(realpath "$4")
cd "$(dirname "$0")/../.."
version=$(tools/packages/version.sh)
name=relc-$version-$target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/$name"
cp -r "$share/share" "$scratch/$name/"
cp LICENSE README.md CHANGELOG.md "$scratch/$name/"
case $target in
  *windows*)
    cp "$program" "$scratch/$name/relc.exe"
    find "$scratch" -exec touch -d @0 {} +
    rm -f "$out/$name.zip"
    (cd "$scratch" && find "$name" -type f | LC_ALL=C sort | zip -qX "$out/$name.zip" -@)
    echo "$out/$name.zip"
    ;;
  *)
    install -m755 "$program" "$scratch/$name/relc"
    tar -C "$scratch" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c "$name" | gzip -9n >"$out/$name.tar.gz"
    echo "$out/$name.tar.gz"
    ;;
esac
