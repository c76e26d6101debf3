#!/usr/bin/env python3
"""relc beside Helm, whole processes, in one run: prints a Markdown table.

    benches/side-by-side.py --relc target/release/relc --helm helm --chart DIR

DIR is a directory with the Iter8 release chart and its Knative extension. The inputs are the repository's examples and files
of many releases that are made here. The two programs take turns, so that what else the machine does meets both alike.
Nothing else needs to be installed; Linux only, as the peak of memory is read from the kernel in its units.
"""

import argparse
import datetime
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MANY = [1_000, 10_000, 100_000]


def run(command):
    """Runs a command to its end: seconds and peak memory in MiB."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return seconds, usage.ru_maxrss / 1024


class Runs:
    """What several runs of one command took."""

    def __init__(self):
        self.seconds = []
        self.memory = 0.0

    def add(self, command):
        seconds, memory = run(command)
        self.seconds.append(seconds)
        self.memory = max(self.memory, memory)

    def median(self):
        return statistics.median(self.seconds)

    def spread(self):
        """The fastest, and what nine of ten runs do not exceed; all, of a few."""
        slow = max(self.seconds) if len(self.seconds) < 10 else statistics.quantiles(self.seconds, n=10)[-1]
        return min(self.seconds), slow


def take_turns(commands, count):
    """Runs each command `count` times, in turns, behind one round that is not counted."""
    for command in commands:
        run(command)
    results = [Runs() for _ in commands]
    for _ in range(count):
        for command, result in zip(commands, results):
            result.add(command)
    return results


def many_releases(directory, count):
    """A file of `count` releases, each as in hello.rel and with a name of its own."""
    release = (EXAMPLES / "hello.rel").read_text()
    path = Path(directory) / f"{count}.rel"
    with path.open("w") as file:
        for at in range(count):
            file.write(release.replace("release hello ", f"release hello-{at} ", 1))
    return path


def duration(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def row(what, runs, helm):
    low, high = runs.spread()
    ratio = "" if helm is None else f"{helm / runs.median():.1f} times"
    # A child's peak counts from what this script held when it started the child, so that small ones say nothing.
    memory = f"{runs.memory:.0f} MiB" if runs.memory > 1.5 * own_memory() else ""
    cells = [what, duration(runs.median()), f"{duration(low)} – {duration(high)}", ratio, memory]
    print("| " + " | ".join(cells) + " |", flush=True)


def own_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relc", default="target/release/relc", help="the program, built with --release")
    parser.add_argument("--helm", default="helm")
    parser.add_argument("--chart", required=True, help="the directory of the chart")
    parser.add_argument("--runs", type=int, default=1_000, help="runs of one release (default: %(default)s)")
    options = parser.parse_args()

    values = str(EXAMPLES / "hello.values.yaml")
    helm_command = [options.helm, "template", "hello", options.chart, "-f", values]
    print(f"{machine()}; {said(options.relc, '--version')}, Helm {said(options.helm, 'version', '--short')}; "
          f"{datetime.date.today()}, {options.runs} runs of one release.\n")
    print("| | median | fastest – nine of ten | Helm takes | peak memory |\n|---|---|---|---|---|")
    nothing, rel, yaml, helm = take_turns(
        [
            ["true"],
            [options.relc, "build", str(EXAMPLES / "hello.rel")],
            [options.relc, "build", values, "--name", "hello"],
            helm_command,
        ],
        options.runs,
    )
    row("`helm template`, one release", helm, None)
    row("`relc build hello.rel`", rel, helm.median())
    row("`relc build hello.values.yaml`", yaml, helm.median())
    row("a process that does nothing (`true`)", nothing, None)
    with tempfile.TemporaryDirectory() as directory:
        for count in MANY:
            path = many_releases(directory, count)
            # A few runs are enough where one takes seconds.
            (many,) = take_turns([[options.relc, "build", str(path)]], max(1, min(20, 50_000 // count)))
            row(f"`relc build`, {count:,} releases", many, helm.median() * count)


main()
