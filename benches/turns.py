"""Whole processes that take turns, so that what else the machine does meets all alike: their times, their peaks of memory, and
how tables show them. Linux only, as the peak of memory is read from the kernel in its units."""

import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path


def run(command, output=os.devnull):
    """Runs a command to its end: seconds and peak memory in MiB."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT, 0o644)]
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

    def peak(self):
        """The peak of memory as text; nothing for a small one, as a child's counts from what this script held when it started the
        child."""
        return f"{self.memory:.0f} MiB" if self.memory > 1.5 * own_memory() else ""


def take_turns(commands, count, longest=float("inf")):
    """Runs each command `count` times, in turns, after one round that is not counted; fewer times once `longest` seconds have passed.
    The order of a round is drawn, as a program that runs after a large one finds the caches full of it."""
    start = time.perf_counter()
    for command in commands:
        run(command)
    results = [Runs() for _ in commands]
    draw = random.Random(1)
    for _ in range(count):
        pairs = list(zip(commands, results))
        draw.shuffle(pairs)
        for command, result in pairs:
            result.add(command)
        if time.perf_counter() - start > longest:
            break
    return results


def duration(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def times(ratio):
    return f"{ratio:.1f} times"


def own_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.machine()}, {os.cpu_count()} cores, {platform.freedesktop_os_release()['PRETTY_NAME']}"
