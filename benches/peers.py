#!/usr/bin/env python3
"""relc, Helm, CUE and Pkl with the same releases, and how relc's time grows: the tables of docs/explanation/performance.md.

    cargo build --release --bin relc
    benches/peers.py --helm helm --chart DIR --cue cue --pkl pkl [--write docs/explanation/performance.md]

The releases are those of ../shared/peers: that of the documentation of Iter8's Knative page, whose manifests the programs of that folder
write in Pkl and CUE. Its `gen.py N` writes N releases for relc, Pkl and CUE. DIR is a directory with the Iter8 release chart; a process
of Helm renders one release, so that its time for more is that for one, times their number. The chart itself has no Knative: without an
extension, `--values` names a release that it renders.

A program that is not named is omitted. The programs take turns. `--write` puts each table between its comments in a page, and otherwise
they are printed. Linux only, and nothing else needs to be installed.
"""

import argparse
import datetime
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import growth
from turns import duration, machine, output, run, take_turns, times

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT.parent / "shared" / "peers"
COUNTS = [1, 10, 100, 1_000, 10_000]
# Seconds after which no other round begins for a number of releases.
LONGEST = 120
# Releases in one file, of which the peak of memory is measured.
MANY = [1_000, 10_000, 100_000]
NAMES = {"relc": "relc", "helm": "Helm", "cue": "CUE", "pkl": "Pkl"}


def commands(options, folder, count):
    """The command of each program for `count` releases, in the order of the table. Helm renders one."""
    batch = folder / "batch" / str(count)
    every = {
        "relc": [options.relc, "build", str(batch / "rel" / "all.rel")],
        "helm": options.helm and [options.helm, "template", "hello", options.chart, "-f", options.values or str(folder / "values.yaml")],
        "cue": options.cue and [options.cue, "export", str(batch / "cue" / "lib.cue"), str(batch / "cue" / "all.cue"), "-e", "stream", "--out", "text"],
        "pkl": options.pkl and [options.pkl, "eval", str(batch / "pkl" / "all.pkl")],
    }
    return {name: command for name, command in every.items() if command}


def peers_table(options, folder):
    """The medians for each number of releases, and each program's compared with relc."""
    rows = ["| releases | program | median | compared with relc | peak memory |", "|---|---|---|---|---|"]
    for count in options.counts:
        subprocess.run([sys.executable, str(folder / "gen.py"), str(count)], check=True)
        wanted = commands(options, folder, count)
        results = dict(zip(wanted, take_turns(list(wanted.values()), max(3, options.runs // count), LONGEST)))
        for name, runs in results.items():
            scale = count if name == "helm" else 1
            median = runs.median() * scale
            ratio = "" if name == "relc" else times(median / results["relc"].median())
            shown = f"{NAMES[name]}, {count:,} processes" if scale > 1 else NAMES[name]
            rows.append(f"| {count:,} | {shown} | {duration(median)} | {ratio} | {runs.peak()} |")
            print(rows[-1], file=sys.stderr, flush=True)
    return rows


def memory_table(options, folder):
    """The peaks of memory of one file of many releases, to standard output and to a directory."""
    release = (ROOT / "examples" / "hello.rel").read_text()
    rows = ["| releases in one file | to standard output | with `-o` |", "|---|---|---|"]
    for count in MANY:
        path = folder / f"{count}.rel"
        with path.open("w") as file:
            for at in range(count):
                file.write(release.replace("release hello ", f"release hello-{at} ", 1))
        printed, written = [options.relc, "build", str(path)], [options.relc, "build", str(path), "-o", str(folder / "out")]
        peaks = [run(command)[1] for command in (printed, written)]
        shutil.rmtree(folder / "out")
        rows.append(f"| {count:,} | " + " | ".join(f"{peak:.0f} MiB" for peak in peaks) + " |")
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def growth_table(options):
    """The exponent of each kind of input of growth.py."""
    rows = ["| input | largest | seconds | exponent |", "|---|---|---|---|"]
    for name, kind in growth.KINDS.items():
        rows.append(growth.row(name, growth.measure(options.relc, *kind)))
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def head(options):
    """The machine, the versions of the programs, and the day."""
    versions = [output(options.relc, "--version")]
    versions += [f"Helm {output(options.helm, 'version', '--short')}"] if options.helm else []
    versions += [output(options.cue, "version").splitlines()[0].replace("cue version", "CUE")] if options.cue else []
    versions += [output(options.pkl, "--version").split(" (")[0]] if options.pkl else []
    return [f"{machine()}; {', '.join(versions)}; {datetime.date.today()}."]


def written(page, name, lines):
    """`page` with `lines` between the comments `<!-- NAME -->` and `<!-- end -->`."""
    start = page.index(f"<!-- {name} -->") + len(f"<!-- {name} -->")
    end = page.index("<!-- end -->", start)
    return page[:start] + "\n\n" + "\n".join(lines) + "\n\n" + page[end:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--relc", default=str(ROOT / "target/release/relc"), help="the program, built with --release")
    parser.add_argument("--helm", help="the program")
    parser.add_argument("--chart", help="the directory of the chart, for Helm")
    parser.add_argument("--values", help="the values file for Helm (default: that of the other programs)")
    parser.add_argument("--cue", help="the program")
    parser.add_argument("--pkl", help="the program")
    parser.add_argument("--peers", default=str(PEERS), help="the releases in Pkl and CUE (default: ../shared/peers)")
    parser.add_argument("--counts", type=int, nargs="*", default=COUNTS, help="numbers of releases")
    parser.add_argument("--runs", type=int, default=100, help="runs of one release; N releases run N times less often, and 3 times at least")
    parser.add_argument("--write", metavar="PAGE", help="the page with the comments")
    options = parser.parse_args()
    if options.helm and not options.chart:
        parser.error("--helm needs --chart")
    options.relc = os.path.abspath(options.relc)
    with tempfile.TemporaryDirectory() as directory:
        # gen.py writes next to itself, and the original may be read-only.
        folder = Path(directory) / "peers"
        subprocess.run(["cp", "-r", "--no-preserve=mode", options.peers, str(folder)], check=True)
        tables = {
            "measured on": head(options),
            "peers": peers_table(options, folder),
            "memory": memory_table(options, folder),
            "growth": growth_table(options),
        }
    if not options.write:
        print("\n\n".join("\n".join([f"<!-- {name} -->", "", *lines, "", "<!-- end -->"]) for name, lines in tables.items()))
        return
    page = Path(options.write).read_text()
    for name, lines in tables.items():
        page = written(page, name, lines)
    Path(options.write).write_text(page)


if __name__ == "__main__":
    main()
