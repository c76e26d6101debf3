#!/usr/bin/env python3
"""Fills the templates of the Homebrew formula and of the krew manifest with the archives of a release.

    tools/packages/fill.py ARCHIVES OUT

ARCHIVES is the directory with relc-VERSION-TARGET.tar.gz and .zip. A missing archive is an error.
"""
import hashlib
import pathlib
import re
import sys
import tomllib

here = pathlib.Path(__file__).parent
archives, out = map(pathlib.Path, sys.argv[1:])
package = tomllib.loads((here / "../../Cargo.toml").read_text())["workspace"]["package"]
version, repository = package["version"], package["repository"]


def archive(target):
    suffix = "zip" if "windows" in target else "tar.gz"
    return archives / f"relc-{version}-{target}.{suffix}"


def value(match):
    name, _, target = match.group(1).partition(":")
    if name == "SHA256":
        return hashlib.sha256(archive(target).read_bytes()).hexdigest()
    return {
        "VERSION": version,
        "REPOSITORY": repository,
        "URL": f"{repository}/releases/download/v{version}/{archive(target).name}" if target else "",
    }[name]


out.mkdir(parents=True, exist_ok=True)
for template in (here / "homebrew" / "relc.rb.in", here / "krew" / "relc.yaml.in"):
    filled = re.sub(r"@([A-Z0-9]+(?::[a-z0-9_-]+)?)@", value, template.read_text())
    (out / template.stem).write_text(filled)
