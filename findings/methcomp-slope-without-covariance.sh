#!/usr/bin/env bash
# Question  methcomp compares two methods of measurement by Deming and by Passing-Bablok regression. Are its lines those of the two definitions?
# Guess     Yes; with whole degrees, where many pairs have the same x, its Passing-Bablok slope may be a little off. (Written down before it was run.)
# Seen      2026-11-28, methcomp 1.0.0 with numpy 2.4.6 and scipy 1.17.1 (Python 3.11, Linux x86-64). Deming puts the variance of the second method where
#           the covariance belongs, so the line depends on the two spreads alone. Points that lie on 0.7 x + 6 get a slope of 0.61, those on 1.5 x one of
#           1.32, and where the second method falls as the first rises (r = -0.98) it is 0.98 instead of -0.98. Passing-Bablok is right for 40 or 41
#           pairs, but where the number of slopes between them is odd (2, 3, 6, 7 pairs and so on) it takes some other slope of the sorted list: -0.49
#           for 39 pairs that agree and -0.31 for 38 (right: 0.99 and 1.00). Ten equal pairs are a division by zero.
# Matters   The slope is what says whether one instrument reads proportionally less than the other. Here that is understated, agreement of
#           opposite signs goes unseen, and one measurement more can turn agreement into its opposite. Compute Deming's line from the covariance (it
#           takes four lines of numpy), and let another program check Passing-Bablok.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check methcomp==1.0.0 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 matplotlib==3.11.2 statsmodels==0.15.0 \
    shapely==2.2.0
venv/bin/python -W ignore - <<'PY'
from itertools import combinations

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import methcomp
import numpy as np


def told(regression, x, y, **more):
    """The slope that it writes into its plot."""
    figure, axes = plt.subplots()
    try:
        regression(x, y, ax=axes, **more)
    except ZeroDivisionError:
        return "division by zero"
    finally:
        plt.close(figure)
    line = next(label for label in axes.get_legend_handles_labels()[1] if "Method 1" in label)
    return float(line.split(" + ")[1].split(" *")[0])


def deming(x, y):
    across, up, together = x.var(), y.var(), np.cov(x, y, ddof=0)[0, 1]
    return (up - across + np.sqrt((up - across) ** 2 + 4 * together**2)) / (2 * together)


def passing_bablok(x, y):
    slopes = sorted((y[j] - y[i]) / (x[j] - x[i]) for i, j in combinations(range(len(x)), 2))
    shift, count = sum(slope < -1 for slope in slopes), len(slopes)
    middle = slopes[(count - 1) // 2 + shift], slopes[count // 2 + shift]
    return float(np.mean(middle))


random = np.random.default_rng(5)
COUNT = 41
true = random.uniform(5, 60, COUNT)
one, other = (true + random.normal(0, 3, COUNT) for _ in range(2))
cases = {
    "the same": (one, other, 0.98),
    "points on 0.7 x + 6": (one, 0.7 * one + 6, 0.61),
    "points on 1.5 x": (one, 1.5 * one, 1.32),
    "opposite": (one, 65 - other, 0.98),
}
for name, (x, y, expected) in cases.items():
    slope = told(methcomp.deming, x, y, bootstrap=None)
    print(f"Deming, {name:19} r = {np.corrcoef(x, y)[0, 1]:5.2f}: methcomp {slope:5.2f}, right {deming(x, y):5.2f}")
    assert slope == expected
for count, expected in {41: 0.99, 40: 0.99, 39: -0.49, 38: -0.31}.items():
    x, y = one[:count], other[:count]
    slope = told(methcomp.passingbablok, x, y)
    print(f"Passing-Bablok, {count} pairs that agree: methcomp {slope}, right {passing_bablok(x, y):.2f}")
    assert slope == expected and abs(passing_bablok(x, y) - 0.99) < 0.02
slope = told(methcomp.passingbablok, one[:10], one[:10])
print(f"Passing-Bablok, 10 equal pairs: methcomp {slope}, right {passing_bablok(one[:10], one[:10]):.2f}")
assert slope == "division by zero"
PY
