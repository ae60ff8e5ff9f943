#!/usr/bin/env bash
# Question  whittaker-eilers smooths even samples without x_input and uneven ones with their times in it. Does a series that happens to be even
#           come out the same both ways?
# Guess     Yes: x_input is used as it is, and steps of 1 are what is assumed without it. (Written down before it was run.)
# Seen      2026-11-28, whittaker-eilers 0.2.0 (Python 3.11, Linux x86-64). With x_input = 0, 1, 2 … the smoothing is that of a quarter of lambda
#           for order 2, of a 36th for order 3: divided differences have the factorial of the order in them, plain ones do not. The unit
#           matters far more, by its 2 × order-th power. Hinges of 0 to 80° at 30 frames/s with noise of 0.92°, lambda 100, order 2 (its docs
#           advise 100 to 20,000): 0.21° of error (standard deviation) are left without times, 0.92° with milliseconds, which is no smoothing
#           at all, and 27.9° with seconds: the deepest bend comes out as 42.9°.
# Matters   A program that smoothed webcam angles as even and then hands over the true times, because frames came late, loses
#           the movement or keeps the noise, with no error either way. Give times in mean frames (seconds × rate) and multiply lambda by the square
#           of the order's factorial, or let smooth_optimal choose it for each series.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 whittaker-eilers==0.2.0
venv/bin/python - <<'PY'
from math import factorial

import numpy as np
from whittaker_eilers import WhittakerSmoother

COUNT = 300
frames = np.arange(COUNT)
true = 40 * (1 - np.cos(2 * np.pi * frames / 120))
measured = true + np.random.default_rng(1).standard_normal(COUNT)


def smooth(strength, order=2, times=None):
    more = {} if times is None else {"x_input": [float(time) for time in times]}
    return np.array(WhittakerSmoother(lmbda=strength, order=order, data_length=COUNT, **more).smooth(measured.tolist()))


for order in (1, 2, 3):
    plain, other = smooth(100, order), smooth(100, order, frames)
    equal = factorial(order) ** 2
    same = np.abs(plain - smooth(100 * equal, order, frames)).max()
    print(f"order {order}: frame numbers as x_input change the result by up to {np.abs(plain - other).max():.2f}°, with {equal} x lambda by {same:.0e}°")
    assert same < 1e-6 and (np.abs(plain - other).max() > 0.3) == (order > 1)
seen = {}
for name, times in {"no x_input": None, "frames": frames, "seconds": frames / 30, "milliseconds": frames / 0.03}.items():
    smoothed = smooth(100, 2, times)
    seen[name] = round(float((smoothed - true).std()), 2)
    print(f"lambda 100, order 2, {name:12}: error {seen[name]:5}° (of the samples {(measured - true).std():.2f}°), deepest bend {smoothed.max():.1f}° of 80°")
assert seen["no x_input"] < seen["frames"] < 0.4 and seen["seconds"] > 20 and seen["milliseconds"] > 0.85
PY
