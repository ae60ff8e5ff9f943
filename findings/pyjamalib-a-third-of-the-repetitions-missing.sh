#!/usr/bin/env bash
# Question  pyjamalib finds repetitions in a joint angle: pattern_extraction takes the angle that is crossed on the way (threshold) and how many crossings one
#           repetition has (cycle, 2 by default), and gives each repetition and their curve over 0 to 100 %. What is left of someone who bends 3, 10 or 20
#           times, a degree deeper each time?
# Guess     All repetitions, or all but the last, which has no crossing after it. (Written down before it was run, but after its source was read, in which a
#           division by cycle + 1 looked odd.)
# Seen      2026-12-01, pyjamalib 1.0.0 with numpy 1.23.5, pandas 1.5.3 and scipy 1.10.1 (Python 3.11, Linux x86-64). Of 3 repetitions 1 is left, of 10
#           there are 5, of 20 there are 12, and of 2 there is none: the crossings are divided by cycle + 1, though a repetition starts every cycle of them,
#           and one more is taken off. It is always the last ones that are gone, so that the deepest of 20 bends is 71 degrees instead of 79 and the mean 65.5
#           instead of 69.5. Nothing is raised.
# Matters   Tiring, a late onset of pain and learning show in the last repetitions, which no curve, range or count contains. A test of 3 trials rests on one.
#           Compare the number of repetitions that come back with those that were done, or find the crossings yourself.
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
print(f"mean range of 20 repetitions: {average:.1f} of those that were found, right is {true}")
assert abs(average - 65.5) < 0.1
PY
