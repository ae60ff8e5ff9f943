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


def ways_of(earlier, now):
    """The ways of measuring that are compared, by name."""
    return {"earlier": (earlier, []), "now": (now, []), "now, every frame": (now, ["--every-frame"])}


def compare(rounds, ways, recording):
    """Each way's runs, in turn."""
    runs = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, (program, options) in ways.items():
            run = measure(program, options, recording)
            if number > 0:
                runs[name].append(run)
    return runs


def summary(taken, first):
    """Seconds, ratio to the first way's runs, megabytes: medians."""
    ratio = statistics.median(run[0] / other[0] for run, other in zip(taken, first))
    return statistics.median(run[0] for run in taken), ratio, statistics.median(run[1] for run in taken)


def main():
    rounds, earlier, now = int(sys.argv[1]), *map(os.path.abspath, sys.argv[2:4])
    for recording in sys.argv[4:]:
        runs = compare(rounds, ways_of(earlier, now), recording)
        for name, taken in runs.items():
            seconds, ratio, memory = summary(taken, runs["earlier"])
            print(f"| {recording} | {name} | {seconds:.1f} s | {ratio:.2f} | {memory:.0f} MB |")


if __name__ == "__main__":
    main()
