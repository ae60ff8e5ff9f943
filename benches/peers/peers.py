"""bendwise and MediaPipe in turn on the same recordings: frames a second, and frames a second of processor time.

MediaPipe finds landmarks and the silhouette of every frame (mediapipe_worker.py); bendwise does the same and measures the back: of every
frame (`--every-frame`), or as it does by itself, with still frames held and some of a fast recording's interpolated. Then a frame is a
frame of the recording that is done, not one that was looked at. MediaPipe is timed from its second frame on, without the start of Python
and its own; from bendwise's time that of a run on one picture, its start, is taken. All run once unmeasured, then in turn; the median of
the rounds counts, of which there are five, or as many as ROUNDS says.

    peers.py BENDWISE PYTHON_0_10_21 PYTHON_1_2_3 BUNDLE.task RECORDING…
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time

ROUNDS = int(os.environ.get("ROUNDS", 5))
HERE = os.path.dirname(__file__)
ONE_PICTURE = os.path.join(HERE, "../../tests/parity/standing_tight_right_0.jpg")
OURS, EVERY_FRAME = "`bendwise analyze`", "`bendwise analyze --every-frame`"


def once(bendwise, recording, *options, measured=True):
    """Seconds on the clock and of the processor. `measured`: whether something has to come out of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run([bendwise, "analyze", recording, *options], check=measured, capture_output=True)
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(bendwise, frames, recording, *options):
    took, start = once(bendwise, recording, *options), once(bendwise, ONE_PICTURE, *options, measured=False)
    return [frames / (whole - begun) for whole, begun in zip(took, start)]


def theirs(python, which, recording):
    worker = [python, os.path.join(HERE, "mediapipe_worker.py"), which, recording]
    told = json.loads(subprocess.run(worker, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return told["frames"], [told["frames"] / told["wall"], told["frames"] / told["cpu"]]


def compare(bendwise, peers, recording):
    """The number of frames, and of each way frames a second by the clock and of processor time."""
    frames = [theirs(*peer, recording)[0] for peer in peers.values()][0]
    once(bendwise, recording)
    rounds = {who: [] for who in [*peers, EVERY_FRAME, OURS]}
    for _ in range(ROUNDS):
        for who, peer in peers.items():
            rounds[who].append(theirs(*peer, recording)[1])
        rounds[EVERY_FRAME].append(ours(bendwise, frames, recording, "--every-frame"))
        rounds[OURS].append(ours(bendwise, frames, recording))
    return frames, {who: [statistics.median(column) for column in zip(*values)] for who, values in rounds.items()}


def show(peers, recording, frames, medians):
    print(f"\n{processor()}, {os.cpu_count()} cores; {os.path.basename(recording)}, {frames} frames, median of {ROUNDS} rounds in turn\n")
    print("| | frames a second | frames a second of processor time |", *(f" times {who} |" for who in peers), sep="")
    print("|---|---|---|", *("---|" for _ in peers), sep="")
    for who, (a_second, a_core_second) in medians.items():
        ratios = [f" {a_core_second / medians[peer][1]:.2f} |" for peer in peers]
        print(f"| {who} | {a_second:.1f} | {a_core_second:.1f} |", *ratios, sep="")


def peers_of(solutions, tasks, bundle):
    """Both versions of MediaPipe: the Python that has it, and how it is asked."""
    return {"MediaPipe 0.10.21": (solutions, "solutions"), "MediaPipe 1.2.3": (tasks, bundle)}


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    bendwise, solutions, tasks, bundle, *recordings = sys.argv[1:]
    peers = peers_of(solutions, tasks, bundle)
    for recording in recordings:
        show(peers, recording, *compare(bendwise, peers, recording))


if __name__ == "__main__":
    main()
