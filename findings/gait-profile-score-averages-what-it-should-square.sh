#!/usr/bin/env bash
# Question  gait-profile-score computes the Gait Profile Score of Baker and others (2009): by how many degrees someone walks unlike a reference group. What is
#           it for a crouch gait with the knees off by 30 degrees, hips and ankles by 15 and all else by 4, and what after a treatment that takes 8 degrees
#           off the knees and adds 2 to each of the six others?
# Guess     As published: the root mean square of the scores of the single curves, of which there are 15, since both sides share the pelvis. That is 13.8
#           degrees before and 12.1 after. (Written down before it was run, but after its source was read, which made it doubtful.)
# Seen      2026-12-01, gait-profile-score 1.0.2 with numpy 1.23.5 and pandas 1.5.3 (Python 3.11, Linux x86-64). 9.3 before and 9.8 after: worse instead of better.
#           The score of a single curve is the root mean square that it should be, but these scores are then averaged as they are, and over 18 curves, with the
#           pelvis once for each side. So are those of the left and of the right side (9.3 instead of 12.7) and of the reference group. The more of it is in one
#           joint, the more is missing: 4.0 instead of 7.5 with the knees off by 20 and all else by 2; where all curves are off alike, nothing is. Nothing is
#           raised, and the documentation names the paper.
# Matters   The true gain, 1.7 degrees, is more than the 1.6 that are published as the least that matters to a patient, and it appears as a loss. What this
#           gives can be compared neither with published scores nor by a factor. Take the single scores, which are right, and their root mean square.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --no-compile --disable-pip-version-check "$@"; }
pip numpy==1.23.5 pandas==1.5.3 scipy==1.10.1 matplotlib==3.7.5
pip --no-deps gait-profile-score==1.0.2
MPLBACKEND=Agg venv/bin/python -W ignore - <<'PY'
import json

import numpy as np
from gpscalculator import calculateGPS, exampleInputData, referenceGroup

CURVES = exampleInputData().kinematicVariables()
PELVIS = "Pelvic"
POINTS = np.linspace(0, 2 * np.pi, 51)


def gait(rest, **joints):
    """All curves of both sides, each off by as much at each point as is said, in degrees."""
    def off(curve):
        return next((degrees for joint, degrees in joints.items() if curve.startswith(joint)), rest)
    return {curve: (20 * np.sin(POINTS) + off(curve)).tolist() for curve in CURVES}


def root_mean_square(scores):
    return np.sqrt(np.mean(np.square(scores)))


group = []
for number, shift in enumerate((-3, -1, 1, 3)):  # four people, whose mean is off by nothing
    group.append(f"healthy_{number}.json")
    with open(group[-1], "w") as file:
        json.dump(gait(shift), file)
reference = referenceGroup()
reference.processGroupData(group)

seen = {}
for name, walk in {
    "crouch, before": gait(4, Knee=30, **{"Hip Flexion": 15, "Ankle": 15}),
    "crouch, after": gait(6, Knee=22, **{"Hip Flexion": 15, "Ankle": 15}),
    "mostly the knees": gait(2, Knee=20),
    "all alike": gait(6),
}.items():
    scores = calculateGPS(reference.avgKinematics, walk).gps
    for curve in CURVES:  # a single score is right
        assert np.isclose(scores[curve], root_mean_square(np.subtract(walk[curve], reference.avgKinematics[curve])))
    left = [scores[curve] for curve in CURVES if curve.endswith("Left")]
    fifteen = left + [scores[curve] for curve in CURVES if curve.endswith("Right") and not curve.startswith(PELVIS)]
    assert len(left) == 9 and len(fifteen) == 15
    seen[name] = round(scores["GPS"], 1), round(root_mean_square(fifteen), 1)
    print(f"{name:16} {scores['GPS']:5.2f} degrees, right is {root_mean_square(fifteen):5.2f}; left side {scores['GPS Left']:5.2f}, right is {root_mean_square(left):5.2f}")
    assert np.isclose(scores["GPS"], np.mean([scores[curve] for curve in CURVES])) and np.isclose(scores["GPS Left"], np.mean(left))
assert seen == {"crouch, before": (9.3, 13.8), "crouch, after": (9.8, 12.1), "mostly the knees": (4.0, 7.5), "all alike": (6.0, 6.0)}
PY
