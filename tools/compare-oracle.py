#!/usr/bin/env python3
"""Compares what relc builds with recorded manifests of the same meaning.

    tools/compare-oracle.py RELC CANON ORACLE

RELC is the binary, CANON the program of ORACLE/canon, which prints manifests as canonical JSON with every route evaluated for
every set of ready versions. Each case of ORACLE is a values file with the canonical JSON of the right output next to it; the
examples of this repository are compared with the case that releases the same. Both sides are relaxed (`canon -relax`): what relc
writes better than the chart (labels of the release, the port of the alias, KServe's paths, references to gateways) is equal then.
Prints what differs, and exits 1 then.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

EXAMPLES = ["hello.rel", "hello-specification.rel", "hello.values.yaml"]
EXAMPLES_CASE = "docs-cases/user-guide__progressive-release__extension--45.json"
EXAMPLES_NAMES = {b"hello-v1": b"hello-0", b"hello-v2": b"hello-1"}  # the `.rel` examples name objects by label
SHOWN = 10  # differences of one case


def cases(oracle: Path):
    """Each input with the release's name, its namespace and the file of what is right."""
    for folder in ["docs-cases", "generated", "hostile"]:
        for values in sorted((oracle / folder).glob("*.yaml")):
            name, namespace = values.with_suffix(".args").read_text().split()
            yield values, name, namespace, values.with_suffix(".json")
    examples = Path(__file__).resolve().parent.parent / "examples"
    for example in EXAMPLES:
        yield examples / example, "hello", "default", oracle / EXAMPLES_CASE


def differences(right, found, path=""):
    """The places at which two JSON values differ."""
    if isinstance(right, dict) and isinstance(found, dict):
        for key in sorted(right.keys() | found.keys()):
            if key not in found:
                yield f"{path}/{key}: missing"
            elif key not in right:
                yield f"{path}/{key}: should not be there"
            else:
                yield from differences(right[key], found[key], f"{path}/{key}")
    elif isinstance(right, list) and isinstance(found, list) and len(right) == len(found):
        for at, (one, other) in enumerate(zip(right, found)):
            yield from differences(one, other, f"{path}/{at}")
    elif type(right) is not type(found) or right != found:
        yield f"{path}: {json.dumps(found)[:200]} should be {json.dumps(right)[:200]}"


def compare(relc, canon, case):
    """What is wrong with one case, in lines; nothing where it is equal."""
    path, name, namespace, right = case
    built = subprocess.run([relc, "build", "--name", name, "-n", namespace, path], capture_output=True)
    if built.returncode != 0:
        return [f"relc ends with {built.returncode}", *built.stderr.decode().splitlines()[:SHOWN]]
    manifests = built.stdout
    for by_label, by_position in EXAMPLES_NAMES.items() if path.name in EXAMPLES else []:
        manifests = manifests.replace(by_label, by_position)
    read = subprocess.run([canon, "-relax", "-namespace", namespace], input=manifests, capture_output=True)
    if read.returncode != 0:
        return ["the output cannot be read", *read.stderr.decode().splitlines()[:SHOWN]]
    recorded = subprocess.run([canon, "-relax", "-json"], input=right.read_bytes(), capture_output=True, check=True)
    return list(differences(json.loads(recorded.stdout), json.loads(read.stdout)))[:SHOWN]


def main():
    relc, canon, oracle = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    todo = list(cases(oracle))
    if len(todo) == len(EXAMPLES):
        sys.exit(f"there are no cases in {oracle}")
    wrong = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, lines in zip(todo, pool.map(lambda case: compare(relc, canon, case), todo)):
            if lines:
                wrong += 1
                print(f"{case[0]}:", *lines, sep="\n  ")
    print(f"{len(todo) - wrong} of {len(todo)} equal")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
