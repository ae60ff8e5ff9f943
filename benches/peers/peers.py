"""bendwise and MediaPipe in turn on the same recording: frames a second, and frames a second of processor time.

MediaPipe finds landmarks and the silhouette of every frame (the full model, tracking, segmentation). bendwise does the same and
measures the back. MediaPipe is timed from its second frame on, without the start of Python and its own; from bendwise's time that of
a run on one picture, its start, is taken. Both run once unmeasured, then in turn; the median of the rounds counts.

    peers.py BENDWISE RECORDING        compares
    peers.py --mediapipe RECORDING  is the worker
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time

ROUNDS = 5
ONE_PICTURE = os.path.join(os.path.dirname(__file__), "../../tests/parity/standing_tight_right_0.jpg")


def mediapipe(recording):
    import cv2
    from mediapipe.python.solutions.pose import Pose

    capture = cv2.VideoCapture(recording)
    frames, people = 0, 0
    with Pose(model_complexity=1, enable_segmentation=True, smooth_landmarks=True) as pose:
        _, first = capture.read()
        pose.process(cv2.cvtColor(first, cv2.COLOR_BGR2RGB))  # loads the models
        wall, cpu = time.perf_counter(), time.process_time()
        while True:
            there, picture = capture.read()
            if not there:
                break
            people += pose.process(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)).pose_landmarks is not None
            frames += 1
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"frames": frames, "people": people, "wall": wall, "cpu": cpu}))


def ours(bendwise, recording):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run([bendwise, "analyze", recording], check=True, capture_output=True)
    wall = time.perf_counter() - wall
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def theirs(recording):
    worker = [sys.executable, __file__, "--mediapipe", recording]
    return json.loads(subprocess.run(worker, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def compare(bendwise, recording):
    frames = theirs(recording)["frames"]
    ours(bendwise, recording)
    rounds = {"MediaPipe Python": [], "bendwise analyze": []}
    for _ in range(ROUNDS):
        told = theirs(recording)
        rounds["MediaPipe Python"].append((told["frames"] / told["wall"], told["frames"] / told["cpu"]))
        wall, cpu = (whole - start for whole, start in zip(ours(bendwise, recording), ours(bendwise, ONE_PICTURE)))
        rounds["bendwise analyze"].append((frames / wall, frames / cpu))
    medians = {who: [statistics.median(column) for column in zip(*values)] for who, values in rounds.items()}
    print(f"{processor()}, {os.cpu_count()} cores; {os.path.basename(recording)}, {frames} frames, median of {ROUNDS} rounds in turn\n")
    print("| | frames a second | frames a second of processor time |\n|---|---|---|")
    for who, (a_second, a_core_second) in medians.items():
        print(f"| {who} | {a_second:.1f} | {a_core_second:.1f} |")
    ratios = [one / other for one, other in zip(medians["bendwise analyze"], medians["MediaPipe Python"])]
    print(f"| ratio | {ratios[0]:.2f} | {ratios[1]:.2f} |")


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--mediapipe"] and len(sys.argv) == 3:
        mediapipe(sys.argv[2])
    elif len(sys.argv) == 3:
        compare(*sys.argv[1:])
    else:
        sys.exit(__doc__)
