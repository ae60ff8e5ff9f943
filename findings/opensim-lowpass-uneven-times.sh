#!/usr/bin/env bash
# Question  What does OpenSim's low-pass filter do with a motion whose frames came 33 or 34 ms apart, one of them 30 ms late?
# Guess     It either asks for even times or filters the rows as they are; as many rows come back as went in.
# Seen      2026-11-27, opensim 4.6 (Python 3.11, Linux x86-64). TableUtilities.filterLowpass resamples the whole table at its
#           SMALLEST gap and says nothing: 900 rows of 30 s become 9989, 3 ms apart. Storage.lowpassIIR does the same. Even times
#           keep their 900 rows; times rounded to 1/1000 s, no frame late, give 909.
# Matters   Webcam frames are never even. After the filter, row k is no longer frame k, a join by row number with the video or
#           with events is wrong, and two frames that arrived almost together make the table arbitrarily long. Resample
#           to an even rate of your own choice first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 opensim==4.6
venv/bin/python - <<'PY'
import math

import opensim

opensim.Logger.setLevelString("off")


def write(path, times):
    with open(path, "w") as file:
        file.write(f"motion\nversion=1\nnRows={len(times)}\nnColumns=2\ninDegrees=yes\nendheader\ntime\tlumbar_extension\n")
        file.writelines(f"{time:.6f}\t{-30 * math.sin(math.pi * time):.6f}\n" for time in times)


even = [frame / 30 for frame in range(900)]
rounded = [round(time, 3) for time in even]
late = list(rounded)
late[450] += 0.030
rows = {}
for name, times in {"even": even, "rounded to ms": rounded, "one frame 30 ms late": late}.items():
    write("a.mot", times)
    table = opensim.TimeSeriesTable("a.mot")
    opensim.TableUtilities.filterLowpass(table, 6.0, False)
    storage = opensim.Storage("a.mot")
    storage.lowpassIIR(6.0)
    first, second = table.getIndependentColumn()[:2]
    rows[name] = (table.getNumRows(), storage.getSize())
    print(f"{name:21} 900 rows -> table {rows[name][0]}, {1000 * (second - first):.2f} ms apart; Storage {rows[name][1]}")
assert rows == {"even": (900, 900), "rounded to ms": (909, 909), "one frame 30 ms late": (9989, 9989)}, rows
PY
