#!/usr/bin/env bash
# Question  dlc2kinematics computes joint angles of points that DeepLabCut found: hip = [shoulder, hip, knee]. Two clips of the same person, bending by 80 and
#           by 30 degrees, lie in one folder. What are their hip angles?
# Guess     The angle at the point in the middle of the list, each clip its own, and NaN where a point was seen with a likelihood below pcutoff. (Written down
#           before it was run, but after its source was read, which made the first two doubtful.)
# Seen      2026-11-30, dlc2kinematics 0.0.7 with pandas 1.5.3, numpy 1.24.4 and scikit-kinematics 0.10.4 (Python 3.11, Linux x86-64). The order of the list has
#           no effect: the three points are taken in the order of the file's columns, and the angle is that at the second of them there. With points in COCO's
#           order hip and knee are right, but "shoulder" (hip, shoulder, elbow) is the angle at the elbow: 121 degrees instead of 90. With points by the
#           alphabet the hip of a bend, which should go from 10 to 90 degrees, goes from 174 to 129, as that is measured at the knee. And by default it saves a
#           file named after the network, not the clip, and reads that file instead of computing whenever it is there: the second clip, 16 frames shorter, gets
#           the first one's angles, 61 rows of them, a bend to 90 degrees instead of 40. What it prints ("File already present. Reading …") does not say that
#           this is another clip's. Points of low likelihood are NaN (under pandas 2 that is a TypeError, which pcutoff=None avoids).
# Matters   A loop over the clips of a study, or before and after treatment, finds no difference at all; corrected lists of joints change nothing either, as the
#           old file is read again. All are plausible angles of a body. Pass save=False and an empty destfolder (the old file is read even so), put the columns
#           into the order of each list, and compare one frame with a protractor.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --no-compile --disable-pip-version-check "$@"; }
pip numpy==1.24.4 pandas==1.5.3 scipy==1.15.3 scikit-learn==1.2.1 matplotlib==3.10.9 tables==3.11.1 c3d==0.6.0 ruamel.yaml==0.19.1 sympy==1.14.0
pip --no-deps dlc2kinematics==0.0.7 scikit-kinematics==0.10.4
mkdir alone study
touch umap.py # stands in for a large package that only compute_umap needs
venv/bin/python -W ignore - <<'PY'
import contextlib
import io

import dlc2kinematics
import numpy as np
import pandas as pd

COCO = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle"]
JOINTS = {"hip": ["shoulder", "hip", "knee"], "shoulder": ["hip", "shoulder", "elbow"], "knee": ["hip", "knee", "ankle"]}


def towards(degrees):
    """A step of one pixel; 0 is upwards, 90 to the front of a person seen from the side."""
    return np.stack([np.sin(np.radians(degrees)), -np.cos(np.radians(degrees))], axis=-1)


def clip(bend, frames=61, order=COCO, unseen=()):
    lean = 10 + bend * np.sin(np.pi * np.arange(frames) / (frames - 1)) ** 2
    place = {"hip": np.tile([320.0, 240.0], (frames, 1))}
    place["shoulder"] = place["hip"] + 150 * towards(lean)
    place["elbow"] = place["shoulder"] + 90 * towards(lean + 90)  # arms at a right angle to the trunk
    place["wrist"] = place["elbow"] + 80 * towards(lean + 75)
    place["knee"] = place["hip"] + 120 * towards(np.full(frames, 180.0))
    place["ankle"] = place["knee"] + 110 * towards(np.full(frames, 174.0))
    likelihood = {point: np.full(frames, 0.99) for point in COCO}
    likelihood["shoulder"][list(unseen)] = 0.1
    columns = pd.MultiIndex.from_product([["DLC_resnet50_bends"], order, ["x", "y", "likelihood"]], names=["scorer", "bodyparts", "coords"])
    return pd.DataFrame(np.hstack([np.column_stack([place[point], likelihood[point]]) for point in order]), columns=columns)


def right(table, first, corner, last):
    """By how much the way from the first to the last point turns at the corner, which is what the package calls the angle."""
    first, corner, last = (table["DLC_resnet50_bends"][point][["x", "y"]].to_numpy() for point in (first, corner, last))
    before, after = corner - first, last - corner
    cosine = (before * after).sum(axis=1) / np.linalg.norm(before, axis=1) / np.linalg.norm(after, axis=1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def quietly(*given, **named):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        return dlc2kinematics.compute_joint_angles(*given, **named), said.getvalue()


def ends(angles):
    return np.round(np.asarray(angles)[[0, 30]], 1).tolist()


for name, order in (("COCO's order", COCO), ("by the alphabet", sorted(COCO))):
    table = clip(80, order=order)
    found, _ = quietly(table, JOINTS, save=False, destfolder="alone")
    for joint, points in JOINTS.items():
        taken = sorted(points, key=order.index)
        print(f"{name:15} {joint:8} upright and bent: {ends(found[joint])}, right is {ends(right(table, *points))}; at the {taken[1]} it is {ends(right(table, *taken))}")
        assert np.allclose(found[joint], right(table, *taken), atol=0.01)
        other_way, _ = quietly(table, {joint: points[::-1]}, save=False, destfolder="alone")
        assert np.allclose(other_way[joint], found[joint])  # the order of the list has no effect

unseen, _ = quietly(clip(80, unseen=range(20, 30)), JOINTS, save=False, destfolder="alone")
assert unseen["hip"].isna().sum() == 10 and unseen["knee"].notna().all()

first, second = clip(80), clip(30, frames=45)
of_first, _ = quietly(first, JOINTS, destfolder="study")
of_second, said = quietly(second, JOINTS, destfolder="study")
print(f"first clip:  {len(first)} frames, hip up to {of_first['hip'].max():.1f} degrees, right is {right(first, *JOINTS['hip']).max():.1f}")
print(f"second clip: {len(second)} frames, hip up to {of_second['hip'].max():.1f} degrees in {len(of_second)} rows, right is {right(second, *JOINTS['hip']).max():.1f}")
print("it says:", said.splitlines()[0])
assert len(of_second) == len(first) != len(second) and np.allclose(of_second, of_first)
assert said.startswith("File already present. Reading joint_angles_DLC_resnet50_bends")
others = {joint: ["ankle", "wrist", "elbow"] for joint in JOINTS}
corrected, _ = quietly(second, others, save=False, destfolder="study")
assert np.allclose(corrected, of_first)  # other points, and save=False: the old file again
PY
