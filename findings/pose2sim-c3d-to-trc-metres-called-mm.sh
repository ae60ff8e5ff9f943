#!/usr/bin/env bash
# Question  A motion laboratory's C3D in millimetres, 29.97 frames/s, goes through Pose2Sim's c3d_to_trc. What is in the .trc?
# Guess     The same numbers with the same unit, at the same times. (Written down, for metres, before it was run; its source then showed the times.)
# Seen      2026-11-28, pose2sim 0.10.49 (with c3d 0.6.0), written by ezc3d 1.7.2, read by opensim 4.6 (Python 3.11, Linux x86-64). The numbers are
#           metres and Units says mm, so a hip at 912.7 mm stands at 0.9127 mm; OpenSim's MarkerData makes 0.000913 m of it. DataRate is 29, and the times
#           are those of 29 frames/s: the last of 1800 frames is at 62.07 s instead of 60.03. A file in metres keeps its numbers and unit, but has
#           those times too. The first frame is at 1/29 s.
# Matters   Scaling or inverse kinematics with it shrinks a person to a thousandth, or fails far from the cause; angles are the same, so a
#           quick look finds nothing. Speeds are 3 % low, and a minute of it drifts 2 s from the video. Set Units to m, and compute Time from the frame numbers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 c3d==0.6.0 ezc3d==1.7.2 opensim==4.6
venv/bin/pip install -q --disable-pip-version-check --no-deps pose2sim==0.10.49
venv/bin/python -W ignore - <<'PY'
import ezc3d
import numpy as np
import opensim
from Pose2Sim.Utilities.c3d_to_trc import c3d_to_trc_func

opensim.Logger.setLevelString("off")
FRAMES = 1800
for unit, scale in (("mm", 1000), ("m", 1)):
    take = ezc3d.c3d()
    take["parameters"]["POINT"]["RATE"]["value"] = [29.97]
    take["parameters"]["POINT"]["LABELS"]["value"] = ["RHip"]
    take["parameters"]["POINT"]["UNITS"]["value"] = [unit]
    points = np.ones((4, 1, FRAMES))
    points[:3, 0] = (scale * np.array([0.1234, 0.9127, 0.05]))[:, None]
    take["data"]["points"] = points
    take.write("a.c3d")
    c3d_to_trc_func("a.c3d", "a.trc")
    with open("a.trc") as file:
        lines = file.read().splitlines()
    named = dict(zip(lines[1].split("\t"), lines[2].split("\t")))
    first, last = (line.split("\t") for line in (lines[5], lines[-1]))
    markers = opensim.MarkerData("a.trc")
    markers.convertToUnits(opensim.Units("m"))
    height = markers.getFrame(0).getMarker(0).get(1)
    print(f"C3D in {unit}, hip at {points[1, 0, 0]:.1f}, last frame at {(FRAMES - 1) / 29.97:.2f} s: .trc of Units {named['Units']}, DataRate {named['DataRate']}, "
          f"hip at {float(first[3]):.4f}, frames at {float(first[1]):.4f} to {float(last[1]):.2f} s; OpenSim has it at {height:.6f} m")
    assert named["Units"] == unit and named["DataRate"] == "29"
    assert abs(float(first[3]) - 0.9127) < 1e-6 and abs(float(first[1]) - 1 / 29) < 1e-6 and abs(float(last[1]) - 1800 / 29) < 1e-6
    assert abs(height - (0.0009127 if unit == "mm" else 0.9127)) < 1e-7
PY
