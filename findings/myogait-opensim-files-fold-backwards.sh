#!/usr/bin/env bash
# Question  myogait writes what it measured in a video as files for OpenSim (export_trc, export_mot). A person stands, folds forward to 80 degrees with straight
#           knees, and is hidden for a second half-way. What do the files say?
# Guess     Hip flexion positive both ways, as its README says, and a hidden frame empty or nan (written down before it was run); Y up and metres, as in OpenSim
#           (taken for granted).
# Seen      2026-11-29, myogait 0.9.2 with numpy 2.4.6 and pandas 2.3.3 (Python 3.11, Linux x86-64). In the .trc Y counts down from the top of the picture, so the
#           person hangs head down: shoulders at 0.58 m, hips at 1.17, ankles at 2.14. In the .mot the hip goes to -80 in the deepest fold, facing right or
#           left, also after canonicalize_angle_signs, which goes by the knees and finds nothing to turn where they stay straight. The lean of the trunk
#           is written as lumbar_extension, +80: backwards. The second that was hidden, at 80 degrees, is 0 in every angle of the .mot (it is empty in the .trc).
# Matters   Scaling and inverse kinematics with gravity meet a person on their head. In OpenSim's models the .mot bends backwards at hip and back, by the right
#           amount, and what was not seen stands upright: a repetition that ends where it was deepest. Take 1 - y before the .trc, change both signs
#           for a fold with straight knees, and write the .mot yourself where data["angles"] has None.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
# --no-deps: plots, spreadsheets and pose networks are not needed here.
venv/bin/pip install -q --disable-pip-version-check --no-deps myogait==0.9.2 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 opencv-python-headless==4.12.0.88 \
    python-dateutil==2.9.0.post0 pytz==2025.2 six==1.17.0 tzdata==2025.2
venv/bin/python -W ignore - <<'PY'
import numpy as np
from myogait import angles, export, schema

WIDTH, HEIGHT, RATE, FRAMES, SEGMENT = 640, 480, 30, 240, 100.0
HIDDEN, DEEPEST = range(70, 100), 190


def person(lean, facing):
    """A side view in pixels: straight legs, the trunk turns about the hip."""
    lean = np.radians(lean)
    along = np.array([facing * np.sin(lean), -np.cos(lean)])
    ankle = np.array([320.0, 440.0])
    hip = ankle - [0, 2 * SEGMENT]
    points = {"ANKLE": ankle, "KNEE": ankle - [0, SEGMENT], "HIP": hip, "SHOULDER": hip + 1.2 * SEGMENT * along}
    points |= {"HEEL": ankle + [-facing * 15, 15], "FOOT_INDEX": ankle + [facing * 40, 15]}
    named = {f"{side}_{name}": point for name, point in points.items() for side in ("LEFT", "RIGHT")} | {"NOSE": hip + 1.6 * SEGMENT * along}
    return {name: {"x": x / WIDTH, "y": y / HEIGHT, "visibility": 1.0} for name, (x, y) in named.items()}


def take(facing):
    data = schema.create_empty("a.mp4", RATE, WIDTH, HEIGHT, FRAMES)
    data["extraction"] = {"model": "mediapipe"}
    data["subject"] = data["meta"]["subject"] = {"height_m": 1.75}
    data["frames"] = []
    for frame in range(FRAMES):
        landmarks = person(0 if frame < 40 else 40 * (1 - np.cos(2 * np.pi * (frame - 40) / 100)), facing)
        if frame in HIDDEN:
            landmarks = {name: {"x": np.nan, "y": np.nan, "visibility": 0.0} for name in landmarks}
        data["frames"].append({"frame_idx": frame, "time_s": frame / RATE, "confidence": 1.0, "landmarks": landmarks})
    return data


def table(path, head):
    lines = open(path).read().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(head))
    return lines[start].split("\t"), [line.split("\t") for line in lines[start + 1 :] if line.strip()]


for facing in (1, -1):
    data = take(facing)
    angles.compute_angles(data, correction_factor=1.0)
    angles.canonicalize_angle_signs(data)
    export.export_trc(data, "a.trc")
    export.export_mot(data, "a.mot")
    names, rows = table("a.trc", "Frame#")
    standing = {name: float(rows[1][names.index(name) + 1]) for name in ("LEFT_SHOULDER", "LEFT_HIP", "LEFT_ANKLE")}
    print(f"facing {'right' if facing == 1 else 'left'}: .trc, standing, Y in m: {standing}")
    assert standing["LEFT_SHOULDER"] < standing["LEFT_HIP"] < standing["LEFT_ANKLE"]
    assert not any(rows[1 + HIDDEN[20]][2:])
    names, rows = table("a.mot", "time")
    assert all(float(cell) == 0 for name, cell in zip(names[1:], rows[HIDDEN[20]][1:]) if not name.startswith("pelvis_t") or name == "pelvis_tilt")
    column = {name: [float(row[names.index(name)]) for row in rows] for name in ("hip_flexion_l", "lumbar_extension", "pelvis_tilt")}
    for name, values in column.items():
        print(f"  .mot {name:16} standing {abs(values[0]):.1f}, deepest {values[DEEPEST]:5.1f}, hidden at 80 degrees {values[HIDDEN[20]]:.1f}")
    assert all(values[HIDDEN[20]] == 0 for values in column.values())
    assert [round(column[name][DEEPEST]) for name in column] == [-80, 80, 0]
PY
