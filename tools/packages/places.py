#!/usr/bin/env python3
"""Compares the versions and addresses of relc in other files with those in Cargo.toml, the one place to set them.

    tools/packages/places.py [--write] [--at ADDRESS]

`--write` corrects the files; without it, a difference is an error. `--at` fails if ADDRESS is not that of the repository in Cargo.toml, so that a
release refers to where it is.
"""
import argparse
import pathlib
import re
import sys
import tomllib

root = pathlib.Path(__file__).resolve().parents[2]
workspace = tomllib.loads((root / "Cargo.toml").read_text())["workspace"]
version, repository = workspace["package"]["version"], workspace["package"]["repository"]
# OWNER/relc, as GitHub names a repository.
path = "/".join(repository.split("/")[-2:])
VALUES = {"version": version, "repository": repository, "path": path, "image": f"ghcr.io/{path.lower()}", **workspace["metadata"]["addresses"]}

NUMBER = r"\d+\.\d+\.\d+"
GUIDES = "docs/how-to/*.md"
# Files, a pattern whose group is what they repeat, and which of VALUES it is. A pattern without any match is an error.
PLACES = [
    ("Cargo.toml", rf'^relc-[a-z]+ = {{ path = "[^"]+", version = "({NUMBER})"', "version"),
    ("tools/packages/pre-commit/pyproject.toml", rf'"relc==({NUMBER})"', "version"),
    ("tools/packages/pre-commit/README.md", r"^- repo: (https:\S+)$", "pre-commit"),
    ("tools/packages/pre-commit/README.md", rf"^  rev: v({NUMBER})$", "version"),
    ("tools/packages/pypi/README.md", r"<(https:\S+)>", "repository"),
    ("tools/packages/gitlab/templates/relc.yml", rf"^      default: ({NUMBER})$", "version"),
    ("tools/packages/helm-plugin/plugin.yaml", rf"^version: ({NUMBER})$", "version"),
    (GUIDES, r"^- repo: (https:\S+)$", "pre-commit"),
    (GUIDES, rf"^  rev: v({NUMBER})$", "version"),
    (GUIDES, rf"\brelc==({NUMBER})", "version"),
    (GUIDES, rf"^    - uses: (\S+)@v{NUMBER}$", "path"),
    (GUIDES, rf"^    - uses: \S+@v({NUMBER})$", "version"),
    (GUIDES, rf"^- component: (\S+)/relc@{NUMBER}$", "gitlab"),
    (GUIDES, rf"^- component: \S+/relc@({NUMBER})$", "version"),
    (GUIDES, r"^  linter_url: (\S+)$", "repository"),
    (GUIDES, r" attestation verify .* --repo (\S+)$", "path"),
    (GUIDES, rf"\brelc-({NUMBER})-[a-z]", "version"),
    (GUIDES, rf"(https:[^\s`]+)/releases/download/v{NUMBER}/", "repository"),
    (GUIDES, rf"/releases/download/v({NUMBER})/", "version"),
    (GUIDES, r"brew install ([^\s`]+)/relc\b", "homebrew"),
    (GUIDES, rf"\b(ghcr\.io/[^\s:]+):{NUMBER}\b", "image"),
    (GUIDES, rf"\bghcr\.io/[^\s:]+:({NUMBER})\b", "version"),
]


def corrected(text, pattern, value):
    """Returns the text with this value in the group of each match, and what differed: numbers of lines, and their values."""
    parts, at, differs = [], 0, []
    for match in re.finditer(pattern, text, re.M):
        if match[1] != value:
            differs.append((text.count("\n", 0, match.start(1)) + 1, match[1]))
        parts += [text[at : match.start(1)], value]
        at = match.end(1)
    return "".join(parts) + text[at:], differs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--at", metavar="ADDRESS")
    arguments = parser.parse_args()
    wrong = []
    if arguments.at and arguments.at.rstrip("/") != repository:
        wrong.append(f"Cargo.toml: the repository is {repository}, and not {arguments.at}")
    for files, pattern, name in PLACES:
        if not any(re.search(pattern, file.read_text(), re.M) for file in root.glob(files)):
            wrong.append(f"{files}: nothing matches `{pattern}`")
        for file in sorted(root.glob(files)):
            text, differs = corrected(file.read_text(), pattern, VALUES[name])
            if differs and arguments.write:
                file.write_text(text)
            else:
                wrong += [f"{file.relative_to(root)}:{line}: `{other}`, and not `{VALUES[name]}` as in Cargo.toml" for line, other in differs]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"relc {version} at {repository}: the same in all files")


main()
