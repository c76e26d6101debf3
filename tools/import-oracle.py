#!/usr/bin/env python3
"""Imports recorded values files, and compares what relc builds of both.

    tools/import-oracle.py RELC ORACLE

RELC is the binary. Each values file of ORACLE becomes a `.rel` file by `relc import`, and both must build the same bytes; the
file without flags, as it says its name and namespace. Prints what differs, and exits 1 then.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def run(*command):
    """Standard output, or what went wrong."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None, done.stderr


def differs(case):
    """What is wrong with a case; none where both build the same."""
    relc, values = case
    name, namespace = values.with_suffix(".args").read_text().split()
    built, why = run(relc, "build", "-f", values, "--name", name, "-n", namespace)
    if built is None:
        return f"{values}: it cannot be built: {why}"
    text, why = run(relc, "import", values, "--name", name, "-n", namespace)
    if text is None:
        return f"{values}: it cannot be imported: {why}"
    with tempfile.NamedTemporaryFile("w", suffix=".rel") as file:
        file.write(text)
        file.flush()
        again, why = run(relc, "build", file.name)
    return None if again == built else f"{values}: the imported file builds something else: {why}\n{text}"


def main():
    relc, oracle = sys.argv[1:]
    cases = [(relc, path) for folder in ["docs-cases", "generated", "hostile"] for path in sorted(Path(oracle, folder).glob("*.yaml"))]
    with ThreadPoolExecutor() as threads:
        wrong = [found for found in threads.map(differs, cases) if found]
    print("\n".join(wrong[:10] + [f"{len(cases) - len(wrong)} of {len(cases)} values files are imported with the same meaning"]))
    sys.exit(1 if wrong or not cases else 0)


main()
