#!/usr/bin/env bash
# Question  How does a marker that was not seen (empty in the .trc) come out of Pose2Sim's conversion to C3D?
# Guess     As C3D says it: residual -1, which readers give as NaN.
# Seen      2026-11-27, pose2sim 0.10.49 (with c3d 0.6.0), read by ezc3d 1.7.2 and c3d 0.6.0 (Python 3.11, Linux x86-64). As a marker
#           seen at the origin: (0, 0, 0) with residual 0, though Pose2Sim's own reader of the same .trc gives NaN. The file
#           holds 16-bit integers, and the NaN becomes 0 on the way. For the same reason every place is cut to whole
#           millimetres (0.9127 m comes back as 912 mm) and a place beyond 32.767 m would not fit.
# Matters   A hip that was hidden in the deepest frames of a hinge jumps to the floor under the camera, and nothing in the
#           file tells it from a measurement. Take gaps from the .trc, or write the C3D another way.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --disable-pip-version-check "$@"; }
pip numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 matplotlib==3.11.2 opencv-python-headless==5.0.0.93 rtoml==0.14.0 anytree==2.13.0 \
    c3d==0.6.0 ezc3d==1.7.2
pip --no-deps pose2sim==0.10.49
venv/bin/python - <<'PY' 2>said.txt || { cat said.txt >&2; exit 1; } # it warns of missing windows
import c3d
import ezc3d
import numpy as np
from Pose2Sim import common

HEAD = """PathFileType\t4\t(X/Y/Z)\ta.trc
DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames
30\t30\t6\t2\tm\t30\t1\t6
Frame#\tTime\tRHip\t\t\tC7\t\t
\t\tX1\tY1\tZ1\tX2\tY2\tZ2

"""
with open("a.trc", "w") as file:
    file.write(HEAD)
    for frame in range(6):
        hip = "\t\t" if frame == 3 else "0.1\t0.9127\t0.0"
        file.write(f"{frame + 1}\t{frame / 30:.6f}\t{hip}\t0.15\t1.4\t0.0\n")
trc = common.read_trc("a.trc")[0].to_numpy(dtype=float)
common.convert_to_c3d("a.trc")
back = ezc3d.c3d("a.c3d")
points, residuals = back["data"]["points"][:3], back["data"]["meta_points"]["residuals"]
with open("a.c3d", "rb") as file:
    other = {number: points for number, points, _ in c3d.Reader(file).read_frames()}
for frame in (2, 3):
    print(f"frame {frame + 1}: hip in the .trc {trc[frame, :3]} m; in the .c3d {points[:, 0, frame]} "
          f"{back['parameters']['POINT']['UNITS']['value'][0]}, residual {residuals[0, 0, frame]}; "
          f"as c3d reads it {other[frame + 1][0, :4]}")
assert np.isnan(trc[3, :3]).all()
assert (points[:, 0, 3] == 0).all() and residuals[0, 0, 3] == 0
assert (other[4][0, :4] == 0).all()
assert points[1, 0, 2] == 912
PY
