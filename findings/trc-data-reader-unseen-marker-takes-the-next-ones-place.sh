#!/usr/bin/env bash
# Question  In a .trc the cells of a marker that was not seen are empty. What does trc-data-reader make of a frame without the hip?
# Guess     NaN for the hip, and the other markers where they are; what it saves it reads again. (Written down before it was run.)
# Seen      2026-11-28, trc-data-reader 0.4.1, opensim 4.6 for comparison (Python 3.11, Linux x86-64). The markers behind the gap move up: the hip gets the
#           place of the sacrum, the sacrum that of the neck, and the last marker is the one that is NaN. opensim leaves the others where they are.
#           Cells that say nan are read rightly, but trc-data-reader's own save makes them empty, so that what it read rightly comes back
#           wrong from the file it made. Times are saved to 1/1000 s.
# Matters   Numbers of a body, all finite, and the last column's NaN looks like an ordinary gap. A hip that is hidden in the deepest part of a bend jumps to
#           the sacrum, and the angle with it. Write nan into empty cells before it reads the file, and save with another program.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check trc-data-reader==0.4.1 numpy==2.4.6 opensim==4.6
venv/bin/python -W ignore - <<'PY'
import math

import opensim
from trc import TRCData

opensim.Logger.setLevelString("off")
MARKERS = {"Hip": 0.91, "Sacrum": 1.02, "C7": 1.45}  # metres above the floor
HEAD = """PathFileType\t4\t(X/Y/Z)\ta.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
29.97\t29.97\t4\t3\tm\t29.97\t1\t4
Frame#\tTime\tHip\t\t\tSacrum\t\t\tC7\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2\tX3\tY3\tZ3

"""
# In each frame: who is not seen, and what stands in the cells then.
FRAMES = [(None, ""), ("Hip", ""), ("Sacrum", ""), ("Hip", "nan")]


def heights(path):
    data = TRCData()
    data.load(path)
    return [[data[marker][frame][1] for marker in MARKERS] for frame in range(len(FRAMES))]


def same(one, other):
    return all(a == b or (math.isnan(a) and math.isnan(b)) for a, b in zip(one, other, strict=True))


with open("a.trc", "w") as file:
    file.write(HEAD)
    for frame, (unseen, empty) in enumerate(FRAMES):
        cells = ([empty] * 3 if marker == unseen else ["0.1", str(height), "0.2"] for marker, height in MARKERS.items())
        file.write(f"{frame + 1}\t{frame / 29.97:.4f}\t" + "\t".join(cell for three in cells for cell in three) + "\n")
right = [[math.nan if marker == unseen else height for marker, height in MARKERS.items()] for unseen, _ in FRAMES]
table = opensim.TimeSeriesTableVec3("a.trc")
by_opensim = [[table.getDependentColumn(marker)[frame][1] for marker in MARKERS] for frame in range(len(FRAMES))]
first = heights("a.trc")
data = TRCData()
data.load("a.trc")
data.save("b.trc")
again = heights("b.trc")
print("heights of", ", ".join(MARKERS))
for frame, (unseen, empty) in enumerate(FRAMES):
    name = f"{unseen} {empty or 'empty'}" if unseen else "all seen"
    print(f"{name:10} opensim {by_opensim[frame]}, trc-data-reader {first[frame]}, from its own file {again[frame]}")
    assert same(by_opensim[frame], right[frame])
hip, sacrum, neck = MARKERS.values()
without_hip, without_sacrum = [sacrum, neck, math.nan], [hip, neck, math.nan]
assert same(first[0], right[0]) and same(again[0], right[0])
assert same(first[1], without_hip) and same(again[1], without_hip)
assert same(first[2], without_sacrum) and same(again[2], without_sacrum)
assert same(first[3], right[3]) and same(again[3], without_hip)
with open("b.trc") as file:
    times = [line.split("\t")[1] for line in file.read().splitlines()[6:]]
print("times in its file", times)
assert times[1] == "0.033"
PY
