#!/usr/bin/env bash
# Question  A session of 41 min at 30 frames/s is cut into takes, and the last minute is written by write_c3d of Kinetics Toolkit. When does
#           read_c3d say that it was?
# Guess     From 40:00 to 41:00, as a take that begins at 3 s comes back from 3 s, and its events within it; or writing refuses a first frame
#           that 16 bits cannot hold. (The part on 3 s was written down before it was run, and holds.)
# Seen      2026-11-28, kineticstoolkit 0.17.0 with ezc3d 1.7.2 (Python 3.11, Linux x86-64). From 3:35 to 4:35: the first frame, 72,000, is written
#           as 6464, what 16 bits leave of it, and nobody says so. The events keep their times, so that the one at 40:30 lies 36 min after the end. A take
#           that begins at 36:00 (frame 64,800) is right.
# Matters   Cutting a long session into takes is what the 65,535 frames of a C3D ask for, and here the late takes land on the times of the early ones,
#           with their events outside. Let each take begin at 0 and keep its place in the session elsewhere, such as its name.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --no-compile --disable-pip-version-check "$@"; }
pip numpy==2.4.6 pandas==2.3.3 scipy==1.17.1 matplotlib==3.11.2 ezc3d==1.7.2 scikit-learn==1.9.1 \
    tqdm==4.70.1 requests==2.34.2 requests-cache==1.3.3
pip --no-deps limitedinteraction==1.0 kineticstoolkit==0.17.0 # leaves out the window library, which only its windows need
venv/bin/python -W ignore - <<'PY'
import ezc3d
import kineticstoolkit as ktk
import numpy as np

RATE, FRAMES = 30, 1800
for start in (3, 36 * 60, 40 * 60):
    series = ktk.TimeSeries(time=start + np.arange(FRAMES) / RATE)
    series.data["hip"] = np.tile([0.1, 0.9, 0.0, 1.0], (FRAMES, 1))
    series = series.add_data_info("hip", "Unit", "m").add_event(start + 30.0, "lowest")
    ktk.write_c3d("take.c3d", series)
    back = ktk.read_c3d("take.c3d")["Points"]
    first, last, event = float(back.time[0]), float(back.time[-1]), float(back.events[0].time)
    frame = ezc3d.c3d("take.c3d")["header"]["points"]["first_frame"]
    print(f"written {series.time[0]:.2f} to {series.time[-1]:.2f} s, event at {start + 30} s; read {first:.2f} to {last:.2f} s, event at {event:.2f} s; first frame {frame}")
    moved = 65536 / RATE if start * RATE > 65535 else 0
    assert abs(first - (start - moved)) < 0.001 and abs(event - (start + 30)) < 0.001 and frame == start * RATE % 65536
    assert (first <= event <= last) == (moved == 0)
PY
