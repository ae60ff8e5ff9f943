#!/usr/bin/env bash
# Question  Does fill_missing_samples of Kinetics Toolkit leave a marker missing before it was first and after it was last seen?
# Guess     Yes: its manual speaks of an interpolation method and of a longest gap, and there is nothing to interpolate between.
# Seen      2026-11-27, kineticstoolkit 0.17.0 (Python 3.11, Linux x86-64). It goes on in a straight line through the two nearest
#           samples, for as long as max_missing_samples allows, and without end when that is 0 ("fill all"); nothing warns. A hip first
#           seen rising out of a hinge after 4 s is put 13 cm below the floor at the start, where it stood at 90 cm. A gap
#           within the movement is interpolated, as expected.
# Matters   The start of a clip is where a posture is taken as the reference: every angle after it is then measured from a
#           place where the person never was. Put NaN back before the first and after the last seen sample.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --disable-pip-version-check "$@"; }
pip numpy==2.4.6 pandas==2.3.3 scipy==1.17.1 matplotlib==3.11.2 ezc3d==1.7.2 scikit-learn==1.9.1 \
    tqdm==4.70.1 requests==2.34.2 requests-cache==1.3.3
pip --no-deps limitedinteraction==1.0 kineticstoolkit==0.17.0 # leaves out the window library, which only its windows need
venv/bin/python -W ignore - <<'PY'
import kineticstoolkit as ktk
import numpy as np

time = np.arange(240) / 30
height = 0.9 - 0.2 * (1 - np.cos(2 * np.pi * time / 6))  # of the hip, metres: hinges of 6 s
seen = height.copy()
seen[:120] = np.nan  # the first 4 s
seen[150:155] = np.nan
seen[230:] = np.nan
series = ktk.TimeSeries(time=time)
series.data["hip"] = np.where(np.isnan(seen)[:, None], np.nan, np.stack([0 * time, seen, 0 * time, 1 + 0 * time], axis=1))
first = {}
for longest in (5, 119, 120, 0):
    filled = series.fill_missing_samples(longest).data["hip"][:, 1]
    first[longest] = round(float(filled[0]), 3)
    print(f"max_missing_samples {longest:3}: hip at 0 s {first[longest]:6} m (true {height[0]:.3f}), at 5.03 s {filled[151]:.3f} "
          f"(true {height[151]:.3f}), at 7.97 s {filled[239]:.3f} (true {height[239]:.3f})")
    assert abs(filled[151] - height[151]) < 0.001
assert np.isnan([first[5], first[119]]).all()
assert first[120] == first[0] == -0.133, first
PY
