#!/usr/bin/env python3
"""relc beside Helm and kubeconform, whole processes, in one run: prints two Markdown tables.

    cargo build --release --bin relc --example read-values
    benches/side-by-side.py --helm helm --chart DIR --kubeconform kubeconform --schemas TEMPLATE

The first table is of `relc build` and `helm template`. DIR is a directory with the Iter8 release chart and its Knative
extension; the inputs are the repository's examples and files of many releases that are made here. The second is of `relc lint`
over a tree of values files that is made here, beside reading and parsing them, and beside kubeconform over the manifests that
`relc build` makes of them. TEMPLATE is kubeconform's `-schema-location`. What is not named is left out.

The programs take turns, so that what else the machine does meets all alike. Nothing else needs to be installed; Linux only, as
the peak of memory is read from the kernel in its units.
"""

import argparse
import datetime
import os
import tempfile
from pathlib import Path

import values
from turns import duration, machine, output, run, take_turns, times

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MANY = [1_000, 10_000, 100_000]


def many_releases(directory, count):
    """A file of `count` releases, each as in hello.rel and with a name of its own."""
    release = (EXAMPLES / "hello.rel").read_text()
    path = Path(directory) / f"{count}.rel"
    with path.open("w") as file:
        for at in range(count):
            file.write(release.replace("release hello ", f"release hello-{at} ", 1))
    return path


def row(what, runs, ratio=""):
    low, high = runs.spread()
    cells = [what, duration(runs.median()), f"{duration(low)} – {duration(high)}", ratio, runs.peak()]
    print("| " + " | ".join(cells) + " |", flush=True)


def header(ratio):
    print(f"| | median | fastest – nine of ten | {ratio} | peak memory |\n|---|---|---|---|---|")


def build(options):
    values_file = str(EXAMPLES / "hello.values.yaml")
    header("Helm takes")
    nothing, rel, yaml, helm = take_turns(
        [
            ["true"],
            [options.relc, "build", str(EXAMPLES / "hello.rel")],
            [options.relc, "build", values_file, "--name", "hello"],
            [options.helm, "template", "hello", options.chart, "-f", values_file],
        ],
        options.runs,
    )
    row("`helm template`, one release", helm)
    row("`relc build hello.rel`", rel, times(helm.median() / rel.median()))
    row("`relc build hello.values.yaml`", yaml, times(helm.median() / yaml.median()))
    row("a process that does nothing (`true`)", nothing)
    with tempfile.TemporaryDirectory() as directory:
        for count in MANY:
            path = many_releases(directory, count)
            # A few runs are enough where one takes seconds.
            (many,) = take_turns([[options.relc, "build", str(path)]], max(1, min(20, 50_000 // count)))
            extrapolated = f"{times(helm.median() * count / many.median())}, as {count:,} × the median of one"
            row(f"`relc build`, {count:,} releases", many, extrapolated)


def lint(options):
    header("of reading and parsing")
    with tempfile.TemporaryDirectory() as directory:
        tree, manifests = Path(directory) / "tree", Path(directory) / "manifests.yaml"
        values.write(tree, options.files)
        # What runs remember goes with the tree.
        os.environ["XDG_CACHE_HOME"] = str(Path(directory) / "cache")
        run([options.relc, "build", str(tree)], manifests)
        objects = sum(line.startswith("kind:") for line in manifests.open())
        commands = {
            "reading and parsing them": [options.read_values, str(tree)],
            "`relc lint`, the tree unchanged": [options.relc, "lint", "--format", "short", str(tree)],
            "`relc check --no-cache`": [options.relc, "check", "--no-cache", "--format", "short", str(tree)],
            "`relc lint --no-cache`": [options.relc, "lint", "--no-cache", "--format", "short", str(tree)],
            "`relc build`": [options.relc, "build", str(tree)],
        }
        if options.kubeconform:
            schemas = ["-schema-location", options.schemas] if options.schemas else ["-ignore-missing-schemas"]
            command = [options.kubeconform, *schemas, "-n", str(os.cpu_count()), str(manifests)]
            commands[f"kubeconform, the {objects:,} objects that they make"] = command
        results = take_turns(list(commands.values()), options.tree_runs)
        for what, result in zip(commands, results):
            row(what, result, times(result.median() / results[0].median()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relc", default="target/release/relc", help="the program, built with --release")
    parser.add_argument("--read-values", default="target/release/examples/read-values")
    parser.add_argument("--helm", default="helm")
    parser.add_argument("--chart", help="the directory of the chart")
    parser.add_argument("--runs", type=int, default=1_000, help="runs of one release (default: %(default)s)")
    parser.add_argument("--kubeconform", help="the program")
    parser.add_argument("--schemas", help="where kubeconform finds schemas")
    parser.add_argument("--files", type=int, default=10_000, help="values files (default: %(default)s)")
    parser.add_argument("--tree-runs", type=int, default=10, help="runs over all of them (default: %(default)s)")
    options = parser.parse_args()

    versions = [output(options.relc, "--version")]
    if options.chart:
        versions.append(f"Helm {output(options.helm, 'version', '--short')}")
    if options.kubeconform:
        versions.append(f"kubeconform {output(options.kubeconform, '-v')}")
    print(f"{machine()}; {', '.join(versions)}; {datetime.date.today()}.\n")
    if options.chart:
        print(f"{options.runs} runs of one release.\n")
        build(options)
    print(f"\n{options.files:,} values files, {options.tree_runs} runs.\n")
    lint(options)


main()
