#!/usr/bin/env python3
"""How the time of relc grows with its input: the exponent of each kind of input.

    python3 benches/growth.py [--relc PATH] [--most 1.2] [NAME...]

Each kind is measured at sizes that double, until a run takes half a second or the size of the table. The exponent is the slope of the
logarithm of CPU time over that of the size, over the last three sizes, after the time of an empty run is subtracted. 1 is linear. The exit
code is 1 if one is above `--most`.
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile


def chained_types(n):
    lines = ["type T0 = { a: int? }"] + [f"type T{i} = {{ a: T{i - 1}? }}" for i in range(1, n)]
    return {"a.rel": "\n".join(lines) + f"\nlet x: T{n - 1} = {{ }}\n" + RELEASE}, ["lint", "a.rel"]


def chained_parts(n):
    parts = ["part p0 {}"] + [f"part p{i} extends p{i - 1} {{}}" for i in range(1, n)]
    return {"a.rel": "\n".join(parts) + "\n"}, ["lint", "a.rel"]


def bare_words(n):
    return {"a.rel": "type T = " + " | ".join(f"w{i}" for i in range(n)) + "\n" + RELEASE}, ["lint", "a.rel"]


def environment(body):
    return (
        "import kube\nenvironment own extends kube.application {\n  version {\n    headline image: string\n"
        + body
        + "    emit kube.ConfigMap { metadata: v.metadata, data: { image: v.image } }\n  }\n  strategy none {}\n}\n"
    )


def fields_of_a_version(n):
    fields = "".join(f"    f{i}: string?\n" for i in range(n))
    return {"envs/own.rel": environment(fields), "relc.toml": 'environments = ["envs"]\n', "a.rel": OWN}, ["lint", "a.rel"]


def lets_of_a_version(n):
    lets = "".join(f"    let l{i} = v.image\n" for i in range(n))
    return {"envs/own.rel": environment(lets), "relc.toml": 'environments = ["envs"]\n', "a.rel": OWN}, ["lint", "a.rel"]


def comments_of_values(n):
    keys = "".join(f"        # why {i}\n        k{i}: v\n" for i in range(n))
    text = "environment: deployment\napplication:\n  metadata:\n    name: a\n  versions:\n  - image: x:1\n    readiness: /\n    env:\n" + keys
    return {"a.yaml": text}, ["import", "a.yaml"]


def versions(n):
    each = "".join(f'  v{i} "x:{i}" {{ readiness: "/", port: 80 }}\n' for i in range(n))
    return "release a on deployment-istio blue-green { names: labels } <\n" + each + ">\n"


def built_versions(n):
    return {"a.rel": versions(n)}, ["build", "a.rel"]


def imported_versions(n):
    each = "".join(f"  - image: x:{i}\n    port: 80\n    readiness: /\n" for i in range(n))
    text = "environment: deployment-istio\napplication:\n  metadata:\n    name: a\n  strategy: blue-green\n  versions:\n" + each
    return {"a.yaml": text}, ["import", "a.yaml"]


def comments_on_a_line(n):
    return {"a.rel": "let x = " + "/* a */" * n + " 1\n"}, ["fmt", "--check", "a.rel"]


def set_flags(n):
    flags = [part for i in range(n) for part in ("--set", f"application.annotations.k{i}=v")]
    text = "environment: deployment\napplication:\n  metadata:\n    name: a\n  versions:\n  - image: x:1\n    readiness: /\n"
    return {"a.yaml": text}, ["build", "-f", "a.yaml", *flags]


def ignores_and_paths(n):
    paths = "".join(f'[lint.paths."p{i}/**"]\nignore = ["image-latest"]\n' for i in range(n))
    rules = ", ".join(['"image-latest"'] * n)
    return {"relc.toml": f"[lint]\nignore = [{rules}]\n{paths}", "a.rel": RELEASE}, ["lint", "a.rel"]


def errors_of_a_file(n):
    return "".join(f"release a{i} on deployment < v1 \"x:1\" {{ port: ] }} >\n" for i in range(n))


def reported_errors(n):
    return {"a.rel": errors_of_a_file(n)}, ["lint", "a.rel"]


def served(method):
    def kind(n):
        text = errors_of_a_file(n)
        uri = "file:///growth/a.rel"
        document = {"uri": uri}
        options = {"tabSize": 2, "insertSpaces": True}
        messages = [
            {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
            {"method": "initialized", "params": {}},
            {"method": "textDocument/didOpen", "params": {"textDocument": {**document, "languageId": "relc", "version": 1, "text": text}}},
            *({"id": i, "method": method, "params": {"textDocument": document, "options": options}} for i in range(2, 5)),
            {"id": 9, "method": "shutdown"},
            {"method": "exit"},
        ]
        return {"input": frames(messages)}, ["lsp"]

    return kind


def frames(messages):
    texts = [json.dumps({"jsonrpc": "2.0", **message}) for message in messages]
    return "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in texts)


RELEASE = 'release a on deployment < v1 "x:1" { readiness: "/" } >\n'
OWN = 'release a on own < v1 "x:1" >\n'

# Each kind with the largest size.
KINDS = {
    "chained-types": (chained_types, 4_000),
    "chained-parts": (chained_parts, 4_000),
    "bare-words": (bare_words, 64_000),
    "fields-of-a-version": (fields_of_a_version, 16_000),
    "lets-of-a-version": (lets_of_a_version, 16_000),
    "comments-of-values": (comments_of_values, 16_000),
    "versions-built": (built_versions, 1_600),
    "versions-imported": (imported_versions, 800),
    "comments-on-a-line": (comments_on_a_line, 64_000),
    "set-flags": (set_flags, 16_000),
    "ignores-and-paths": (ignores_and_paths, 16_000),
    "errors": (reported_errors, 8_000),
    "server-formatting": (served("textDocument/formatting"), 8_000),
    "server-symbols": (served("textDocument/documentSymbol"), 8_000),
}

# Seconds of CPU time after which the size no longer grows, and below which a time is mostly noise.
LONGEST, SHORTEST = 1.0, 0.02


def run(relc, kind, size):
    """The seconds of CPU time of one run."""
    files, arguments = kind(size)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(folder, "cache"), "RAYON_NUM_THREADS": "1"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        fed = {"stdin": open(os.path.join(folder, "input"), encoding="utf-8")} if "input" in files else {}
        done = subprocess.run(
            [relc, *arguments], cwd=folder, env=environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **fed
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"relc {arguments[0]} ends with {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(relc, kind, largest):
    """Sizes with their seconds, after those of the smallest input."""
    empty = min(run(relc, kind, 1) for _ in range(3))
    times, size = [], max(largest // 64, 16)
    while size <= largest:
        seconds = min(run(relc, kind, size) for _ in range(2))
        times.append((size, max(seconds - empty, 1e-4)))
        if seconds > LONGEST:
            break
        size *= 2
    return times


def exponent(times):
    """The slope over the last three sizes, or None where they are too fast to tell."""
    last = [(math.log(size), math.log(seconds)) for size, seconds in times[-3:]]
    if times[-1][1] < SHORTEST:
        return None
    x, y = (sum(point[axis] for point in last) / len(last) for axis in (0, 1))
    return sum((a - x) * (b - y) for a, b in last) / sum((a - x) ** 2 for a, _ in last)


def row(name, times):
    """The row of a table for one kind of input."""
    slope = exponent(times)
    size, seconds = times[-1]
    return f"| {name} | {size:,} | {seconds:.2f} | {'too fast' if slope is None else f'{slope:.2f}'} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--relc", default="target/release/relc", help="the program")
    parser.add_argument("--most", type=float, default=1.2, help="the largest exponent that passes")
    parser.add_argument("names", nargs="*", metavar="NAME", help="kinds of input; all of them if none is named")
    options = parser.parse_args()
    relc = os.path.abspath(options.relc)
    above = 0
    print("| input | largest | seconds | exponent |\n|---|---|---|---|")
    for name in options.names or KINDS:
        times = measure(relc, *KINDS[name])
        slope = exponent(times)
        above += slope is not None and slope > options.most
        print(row(name, times), flush=True)
    sys.exit(above > 0)


if __name__ == "__main__":
    main()
