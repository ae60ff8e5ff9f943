#!/usr/bin/env bash
# Question  bvh2csv of bvhtoolbox turns a BVH file into a table of where each joint is; its --scale is meant for going from centimetres to metres. What does
#           it make of a person who bends?
# Guess     --scale 0.01 makes a hundredth of each number. (Written down before it was run, but after its source was read, which made it doubtful.)
# Seen      2026-12-01, bvhtoolbox 0.1.3 with numpy 1.26.4 and transforms3d 0.4.2 (Python 3.11, Linux x86-64). Only the hips are right with a scale: the place
#           of a joint is scaled again with each joint below it, so that hips, spine, neck and head of someone who stands are 0.90, 0.11, 0.45 and 0.10 m high
#           instead of 0.90, 1.00, 1.45 and 1.55, and the line from the hips to the neck leans by 150 degrees instead of 60 in a bend. From inches to
#           centimetres (2.54) the hips of someone who stands are 229 cm high and the head 4226. Nothing is raised or printed, but the command ends with
#           status 1 whenever it works.
# Matters   Lengths and angles of a table in metres are those of no body. Export at scale 1 and divide the table; check the length of one bone over time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==1.26.4 transforms3d==0.4.2 bvhtoolbox==0.1.3
venv/bin/python - <<'PY'
BENDS = (0, 30, 60)  # of the hips about x, forwards
BODY = """HIERARCHY
ROOT Hips
{{
  OFFSET 0 0 0
  CHANNELS 6 {channels}
  JOINT Spine
  {{
    OFFSET 0 10 0
    CHANNELS 3 Zrotation Xrotation Yrotation
    JOINT Neck
    {{
      OFFSET 0 45 0
      CHANNELS 3 Zrotation Xrotation Yrotation
      JOINT Head
      {{
        OFFSET 0 10 0
        CHANNELS 3 Zrotation Xrotation Yrotation
        End Site
        {{
          OFFSET 0 18 0
        }}
      }}
    }}
  }}
}}
MOTION
Frames: {frames}
Frame Time: 0.02
"""
with open("bend.bvh", "w") as file:
    file.write(BODY.format(channels="Xposition Yposition Zposition Zrotation Xrotation Yrotation", frames=len(BENDS)))
    for bend in BENDS:
        file.write(f"0 90 0 0 {bend} 0" + " 0" * 9 + "\n")
PY
status() { "$@" >/dev/null 2>problems && echo 0 || echo $?; }
for scale in 1 0.01 2.54; do
  [ "$(status venv/bin/bvh2csv --position --scale "$scale" --out "scale_$scale" bend.bvh)" = 1 ] # 1 is what it ends with when it worked
done
cat problems
venv/bin/python - <<'PY'
import numpy as np


def places(scale):
    """Of each joint, a row a frame: x, y (upwards), z (forwards)."""
    with open(f"scale_{scale}/bend_pos.csv") as file:
        names = [name[:-2] for name in file.readline().strip().split(",")[1::3]]
        rows = np.loadtxt(file, delimiter=",")[:, 1:]
    return {name: rows[:, 3 * at:3 * at + 3] for at, name in enumerate(names)}


def lean(at):
    line = at["Neck"] - at["Hips"]
    return np.degrees(np.arctan2(line[:, 2], line[:, 1]))


right = places("1")
assert np.allclose(lean(right), [0, 30, 60], atol=0.01)
for scale, unit in (("1", "cm"), ("0.01", "m"), ("2.54", "cm, of inches")):
    at = places(scale)
    heights = {name: round(float(rows[0, 1]), 2) for name, rows in at.items()}
    print(f"scale {scale:4} heights when standing {heights} {unit}; hips to neck lean by {np.round(lean(at), 1).tolist()} degrees")
    factor, above = float(scale), 0
    for name, offset in (("Hips", 90), ("Spine", 10), ("Neck", 45), ("Head", 10)):
        above = (above + offset) * factor  # what should be the sum of the offsets, times the factor once
        assert abs(heights[name] - above) < 0.01 * max(1, factor), (name, heights[name], above)
at = places("0.01")
assert np.allclose(at["Hips"], right["Hips"] / 100) and abs(lean(at)[2] - 149.9) < 0.1 and abs(at["Head"][0, 1] - 0.1045) < 0.001
assert places("2.54")["Head"][0, 1] > 4000
PY
