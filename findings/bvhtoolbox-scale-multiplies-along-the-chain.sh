#!/usr/bin/env bash
# Question  bvhtoolbox turns BVH files into tables of where each joint is (bvh2csv, whose --scale is meant for going from centimetres to metres) and adds turns
#           to joints (bvhoffsetjointangles, for a body that faces the wrong way or a joint with a wrong zero). What do both make of a person who bends?
# Guess     --scale 0.01 makes a hundredth of each number. A turn of 90 degrees for the hips turns the whole body and leaves its place. (Written down before
#           it was run, but after its source was read, which made both doubtful.)
# Seen      2026-12-01, bvhtoolbox 0.1.3 with numpy 1.26.4 and transforms3d 0.4.2 (Python 3.11, Linux x86-64). Only the hips are right with a scale: the place
#           of a joint is scaled again with each joint below it, so that hips, spine, neck and head of someone who stands are 0.90, 0.11, 0.45 and 0.10 m high
#           instead of 0.90, 1.00, 1.45 and 1.55, and the line from the hips to the neck leans by 150 degrees instead of 60 in a bend. From inches to
#           centimetres (2.54) the hips of someone who stands are 229 cm high and the head 4226. The turn of the hips is written over their place, and they
#           don't turn: it goes into the first three of their six channels, which are x, y and z, so the person sinks from 90 cm to 0 and slides sideways by a
#           centimetre a degree of bend. If the file lists the rotations first, the body is turned but bends backwards, by 30 and 60 degrees: the three angles
#           are taken about axes that stay, though in BVH each turns the next one's. Nothing is raised or printed, but the commands end with status 1
#           whenever they work.
# Matters   Lengths and angles of a table in metres are those of no body, and step lengths and heights after a corrected heading are angles in disguise. Export
#           at scale 1 and divide the table, and turn joints elsewhere. Check the length of one bone over time, and to which side someone bends.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==1.26.4 transforms3d==0.4.2 bvhtoolbox==0.1.3
venv/bin/python - <<'PY'
BENDS = (0, 30, 60)  # of the hips about x, forwards
PLACE, TURN = "Xposition Yposition Zposition", "Zrotation Xrotation Yrotation"
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
for name, placed_first in (("bend", True), ("turn_first", False)):
    with open(name + ".bvh", "w") as file:
        file.write(BODY.format(channels=f"{PLACE} {TURN}" if placed_first else f"{TURN} {PLACE}", frames=len(BENDS)))
        for bend in BENDS:
            place, turn = "0 90 0", f"0 {bend} 0"
            file.write(" ".join([place, turn] if placed_first else [turn, place]) + " 0" * 9 + "\n")
with open("turn.csv", "w") as file:
    file.write("joint,i,j,k\nHips,0,0,90\n")  # in the order of the channels: about y, which points upwards
PY
status() { "$@" >/dev/null 2>problems && echo 0 || echo $?; }
for scale in 1 0.01 2.54; do
  [ "$(status venv/bin/bvh2csv --position --scale "$scale" --out "scale_$scale" bend.bvh)" = 1 ] # 1 is what it ends with when it worked
done
for name in bend turn_first; do
  [ "$(status venv/bin/bvhoffsetjointangles "$name.bvh" turn.csv --out "${name}_turned.bvh")" = 1 ]
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


def frames(name):
    with open(name) as file:
        return np.loadtxt(file.read().split("Frame Time: 0.02")[1].strip().splitlines())


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

before, after = frames("bend.bvh"), frames("bend_turned.bvh")
for name, rows in (("before", before), ("after", after)):
    print(f"turn by 90 degrees, {name}: x, y, z {np.round(rows[:, :3], 1).tolist()}; rotations {np.round(rows[:, 3:6], 1).tolist()}")
assert np.allclose(after[:, 3:6], before[:, 3:6]) and np.allclose(after[:, 1], 0) and np.allclose(after[:, 2], 90)
assert np.allclose(after[:, 0], [0, 30, 60])
before, after = frames("turn_first.bvh"), frames("turn_first_turned.bvh")
print(f"rotations listed first, after: rotations {np.round(after[:, :3], 1).tolist()}; x, y, z {np.round(after[:, 3:6], 1).tolist()}")
assert np.allclose(after[:, 3:6], before[:, 3:6])


def turn(axis, degrees):
    """About an axis (x, y or z), as a matrix."""
    one, other = [at for at in range(3) if at != axis]
    matrix, (cosine, sine) = np.eye(3), (np.cos(np.radians(degrees)), np.sin(np.radians(degrees)))
    matrix[[one, other], [one, other]] = cosine
    matrix[one, other], matrix[other, one] = (sine, -sine) if axis == 1 else (-sine, sine)
    return matrix


for was, now in zip(before, after):
    body = turn(2, now[0]) @ turn(0, now[1]) @ turn(1, now[2])  # z, then x and y as turned by those before them, as BVH has it
    up = body[:, 1]
    bend = np.degrees(np.arctan2(up @ [1, 0, 0], up @ [0, 1, 0]))  # towards x, the way it now faces
    print(f"  a bend of {was[1]:.0f} degrees forwards is now one of {bend:.0f}")
    assert np.isclose(bend, -was[1])
    right = turn(1, 90) @ turn(0, was[1])  # turned as a whole: bends towards x
    assert np.isclose(np.degrees(np.arctan2(right[0, 1], right[1, 1])), was[1])
PY
