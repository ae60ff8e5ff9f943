#!/usr/bin/env bash
# Question  pyjamalib finds repetitions in a joint angle: pattern_extraction takes the angle that is crossed on the way (threshold) and how many crossings one
#           repetition has (cycle, 2 by default), and gives each repetition and their curve over 0 to 100 %. What is left of someone who bends 3, 10 or 20
#           times, a degree deeper each time? What does range_of_motion say of them, and do rotations survive the way to a quaternion and back?
# Guess     All repetitions, or all but the last, which has no crossing after it. The average range is that of the repetitions. (Written down before it was run,
#           but after its source was read, in which a division by cycle + 1 looked odd.)
# Seen      2026-12-01, pyjamalib 1.0.0 with numpy 1.23.5, pandas 1.5.3 and scipy 1.10.1 (Python 3.11, Linux x86-64). Of 3 repetitions 1 is left, of 10
#           there are 5, of 20 there are 12, and of 2 there is none: the crossings are divided by cycle + 1, though a repetition starts every cycle of them,
#           and one more is taken off. It is always the last ones that are gone, so that the deepest of 20 bends is 71 degrees instead of 79 and the mean 65.5
#           instead of 69.5. range_of_motion of the column gives the mean, deviation and variance of the angle as those of the range (34.8 instead of 69.5).
#           rotMat2quatern takes whichever eigenvector comes second instead of that of the largest eigenvalue: about a third of all rotations come back as
#           others, half a turn off; and for a stack of matrices w comes last, although all other functions have it first. Nothing is raised.
# Matters   Tiring, a late onset of pain and learning show in the last repetitions, which no curve, range or count contains. A test of 3 trials rests on one.
#           Compare the number of repetitions that come back with those that were done, or find the crossings yourself, and take scipy's rotations.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --no-compile --disable-pip-version-check "$@"; }
pip numpy==1.23.5 pandas==1.5.3 scipy==1.10.1 matplotlib==3.7.5
pip --no-deps pyjamalib==1.0.0
MPLBACKEND=Agg venv/bin/python -W ignore - <<'PY'
import numpy as np
import pandas as pd
from pyjamalib import DataProcessing
from scipy.spatial.transform import Rotation

RATE, SECONDS, LEAST = 75, 4, 60  # of samples, of one repetition, degrees of the first one


def session(repetitions):
    time = np.arange(repetitions * SECONDS * RATE) / RATE
    depth = LEAST + np.floor(time / SECONDS)
    return pd.DataFrame({"time": time, "angle": depth * np.sin(np.pi * time / SECONDS) ** 2})


for repetitions, left in ((2, 0), (3, 1), (5, 2), (10, 5), (20, 12)):
    take = session(repetitions)
    _, found = DataProcessing.pattern_extraction(take["angle"], take["time"], threshold=30)
    peaks = [round(float(one.max())) for one in found]
    print(f"{repetitions:2} repetitions to {LEAST} … {LEAST + repetitions - 1} degrees: {len(found)} found, to {peaks}")
    assert len(found) == left and peaks == list(range(LEAST, LEAST + left))  # the first ones, whole

true = LEAST + 19 / 2
_, average, *_ = DataProcessing.range_of_motion(found, df=False)
_, of_column, *_ = DataProcessing.range_of_motion(take["angle"])
print(f"mean range of 20 repetitions: {average:.1f} of those that were found, {of_column:.1f} of the column, right is {true}")
assert abs(average - 65.5) < 0.1 and abs(of_column - take["angle"].mean()) < 1e-6 and abs(of_column - true / 2) < 0.1


def back(matrix):
    """By how many degrees a rotation is off after the way to a quaternion and back, both of this package."""
    again = DataProcessing.quatern2rotMat(np.real(DataProcessing.rotMat2quatern(matrix)))
    return np.degrees(Rotation.from_matrix(again @ matrix.T).magnitude())


errors = np.array([back(one.as_matrix()) for one in Rotation.random(1000, random_state=1)])
wrong = errors > 1e-3
print(f"of 1000 rotations {wrong.sum()} come back as another, off by {np.median(errors[wrong]):.1f} degrees in the median")
assert 100 < wrong.sum() < 900 and np.median(errors[wrong]) > 179
still = np.real(np.array(DataProcessing.rotMat2quatern(Rotation.from_euler("x", 30, degrees=True).as_matrix())))
stack = np.real(DataProcessing.rotMat2quatern(Rotation.from_euler("x", 30, degrees=True).as_matrix()[:, :, None]))[0]
print(f"30 degrees about x: {np.round(still, 3).tolist()}, as a stack of one matrix {np.round(stack, 3).tolist()}")
assert np.allclose(np.abs(stack), np.abs(np.roll(still, -1)))  # w last
PY
