#!/usr/bin/env bash
# Question  Does a C3D of more than 65,535 frames (36 min at 30 frames/s) come back whole from ezc3d, which wrote it?
# Guess     Yes: the header's frame numbers have 16 bits, but TRIAL:ACTUAL_END_FIELD was made for longer takes, so it will be written.
# Seen      2026-11-27, ezc3d 1.7.2, c3d 0.6.0 (Python 3.11, Linux x86-64). Writing 70,000 frames raises nothing and the bytes of
#           all of them are in the file, but it gets no TRIAL group and POINT:FRAMES is 65,535. ezc3d reads 65,535 frames back
#           without a word. The other reader, c3d, yields not a single frame of that file and ends without an error (Python
#           warnings of an overflow and of "incomplete reading" go to stderr); a file of 65,534 frames it reads whole.
# Matters   The end of a long session is lost on the way through a C3D; a check that the file opens and has the right markers
#           does not notice. Write TRIAL:ACTUAL_START_FIELD and ACTUAL_END_FIELD yourself, or cut sessions into takes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 ezc3d==1.7.2 c3d==0.6.0
venv/bin/python -W ignore - <<'PY'
import os

import c3d
import ezc3d
import numpy as np


def write(path, frames):
    take = ezc3d.c3d()
    take["parameters"]["POINT"]["RATE"]["value"] = [30.0]
    take["parameters"]["POINT"]["LABELS"]["value"] = ["S1"]
    take["parameters"]["POINT"]["UNITS"]["value"] = ["m"]
    points = np.ones((4, 1, frames))
    points[0, 0] = np.arange(frames)
    take["data"]["points"] = points
    take.write(path)


seen = {}
for frames in (65534, 70000):
    write("a.c3d", frames)
    back = ezc3d.c3d("a.c3d")
    held = os.path.getsize("a.c3d") // 16  # three coordinates and a residual, 4 bytes each
    with open("a.c3d", "rb") as file:
        other = sum(1 for _ in c3d.Reader(file).read_frames())
    seen[frames] = (back["data"]["points"].shape[2], other)
    print(f"written {frames}, room in the file for {held}: ezc3d reads {seen[frames][0]}, c3d reads {other}; "
          f"TRIAL group: {'TRIAL' in back['parameters']}")
    assert held >= frames and "TRIAL" not in back["parameters"]
    assert back["parameters"]["POINT"]["FRAMES"]["value"][0] == min(frames, 65535)
assert seen == {65534: (65534, 65534), 70000: (65535, 0)}, seen
PY
