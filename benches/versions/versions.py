"""Processor time (user and system) and peak memory of `analyze` by two versions of the program, in turn.

    versions.py ROUNDS EARLIER NOW RECORDING...

Prints a row a recording and way of measuring: the medians, and the median of the ratios round by round. The first round,
which fetches what is missing and warms the disk's cache, is not counted.
"""

import os
import statistics
import subprocess
import sys


def measure(program, options, recording):
    """Runs one analysis; returns processor seconds and peak megabytes."""
    # A version finds its networks beside its sources.
    home = os.path.dirname(os.path.dirname(os.path.dirname(program)))
    command = [program, "analyze", os.path.abspath(recording), *options]
    child = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed: run it by hand to see why")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    rounds, earlier, now = int(sys.argv[1]), *map(os.path.abspath, sys.argv[2:4])
    ways = [("earlier", earlier, []), ("now", now, []), ("now, every frame", now, ["--every-frame"])]
    for recording in sys.argv[4:]:
        runs = {name: [] for name, _, _ in ways}
        for number in range(rounds + 1):
            for name, program, options in ways:
                run = measure(program, options, recording)
                if number > 0:
                    runs[name].append(run)
        for name, taken in runs.items():
            seconds = statistics.median(run[0] for run in taken)
            ratio = statistics.median(run[0] / first[0] for run, first in zip(taken, runs["earlier"]))
            memory = statistics.median(run[1] for run in taken)
            print(f"| {recording} | {name} | {seconds:.1f} s | {ratio:.2f} | {memory:.0f} MB |")


main()
