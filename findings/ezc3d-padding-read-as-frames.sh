#!/usr/bin/env bash
# Question  How many frames does ezc3d find in a C3D of 70,000 frames whose end stands in TRIAL:ACTUAL_END_FIELD?
# Guess     70,000. If it did not know the field, 65,535, the largest number the header can hold.
# Seen      2026-11-27, ezc3d 1.7.2, c3d 0.6.0 (Python 3.11, Linux x86-64). 70,016. It takes 65,535 in the header as "until the
#           end of the file", and the file ends on a full block of 512 bytes: the zeros that fill the block become 16 frames
#           with the marker at (0, 0, 0), residual 0, so they count as seen. Even a take of exactly 65,535 frames gets one more.
#           ACTUAL_END_FIELD, which ezc3d hands out as (4464, 1) = 70,000, is not consulted; c3d reads 70,000.
# Matters   A long take of few markers ends with the body at the origin: a jump for any filter, and a minimum or a repetition
#           that nobody made. Cut the frames to ACTUAL_END_FIELD after reading. A frame of 32 markers or more fills a block, so
#           such files have no room for a false one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 ezc3d==1.7.2 c3d==0.6.0
venv/bin/python -W ignore - <<'PY'
import c3d
import ezc3d
import numpy as np

seen = {}
for frames in (65534, 65535, 70000):
    writer = c3d.Writer(point_rate=30.0)
    writer.set_point_labels(["S1"])
    writer.add_frames([(np.array([[frame, 500, 900, 0, 0]], np.float32), np.zeros((0, 0))) for frame in range(frames)])
    with open("a.c3d", "wb") as file:
        writer.write(file)
    with open("a.c3d", "rb") as file:
        other = sum(1 for _ in c3d.Reader(file).read_frames())
    back = ezc3d.c3d("a.c3d")
    points, residuals = back["data"]["points"], back["data"]["meta_points"]["residuals"]
    low, high = (int(word) & 0xFFFF for word in back["parameters"]["TRIAL"]["ACTUAL_END_FIELD"]["value"])
    seen[frames] = points.shape[2]
    print(f"written {frames}: c3d reads {other}, ACTUAL_END_FIELD says {low + 65536 * high}, ezc3d reads {points.shape[2]}, "
          f"the last at {points[:3, 0, -1]} with residual {residuals[0, 0, -1]}")
    assert other == frames == low + 65536 * high
    if seen[frames] > frames:
        assert not points[:3, 0, frames:].any() and not residuals[0, 0, frames:].any()
assert seen == {65534: 65534, 65535: 65536, 70000: 70016}, seen
PY
