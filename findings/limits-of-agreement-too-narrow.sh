#!/usr/bin/env bash
# Question  Eight repetitions are measured twice. Which limits of agreement (mean difference ± 1.96 SD) do Python's packages draw?
# Guess     The same in all of them, with the standard deviation of a sample (n - 1), as Bland and Altman compute it. (Written down before it
#           was run.)
# Seen      2026-11-28, statsmodels 0.15.0 (mean_diff_plot), pyCompare 1.5.4, bland-altman 0.1.4 (Python 3.11, Linux x86-64). All three divide
#           by n: -4.79° to 2.34° instead of -5.04° to 2.58°, and write "1.96 SD" beside the line. The limits are 6 % narrower for 8 pairs, 11 % for 5,
#           3 % for 20. pingouin 0.7.0, tried by hand on the same eight pairs, divides by n - 1.
# Matters   Trials of a device against a goniometer or a motion laboratory may have 5 to 20 people, and these packages make it look better than
#           pingouin or the formula of the paper do with the same data. Compute the two numbers yourself, or multiply the half width by
#           the root of n / (n - 1).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
pip() { venv/bin/pip install -q --disable-pip-version-check "$@"; }
pip numpy==2.4.6 scipy==1.17.1 pandas==2.3.3 matplotlib==3.11.2
pip --no-deps statsmodels==0.15.0 bland-altman==0.1.4 pyCompare==1.5.4
MPLBACKEND=Agg MPLCONFIGDIR=$work venv/bin/python -W ignore - <<'PY'
import matplotlib.pyplot as plt
import numpy as np
import pyCompare
from bland_altman import bland_altman_plot
from statsmodels.graphics.agreement import mean_diff_plot

PACKAGES = {
    "statsmodels": lambda first, second, axes: mean_diff_plot(first, second, ax=axes),
    "pyCompare": lambda first, second, axes: pyCompare.blandAltman(first, second, ax=axes),
    "bland-altman": lambda first, second, _: bland_altman_plot(first, second),  # opens a figure of its own
}
random = np.random.default_rng(1)
for count in (8, 5, 20):
    first = random.normal(60, 10, count)
    second = first + random.normal(1, 4, count)
    difference = first - second
    limits = [difference.mean() + np.array([-1.96, 1.96]) * difference.std(ddof=ddof) for ddof in (1, 0)]
    ratio = np.ptp(limits[1]) / np.ptp(limits[0])
    print(f"{count} pairs: with n - 1 {limits[0].round(2)}, with n {limits[1].round(2)}, ratio {ratio:.3f}")
    for name, draw in PACKAGES.items():
        draw(first, second, plt.subplots()[1])
        heights = [line.get_ydata()[0] for line in plt.gcf().axes[0].lines]
        said = [text.get_text().strip() for text in plt.gcf().axes[0].texts]
        seen = np.array([min(heights), max(heights)])
        print(f"  {name:13} {seen.round(2)} {said}")
        assert np.allclose(seen, limits[1]), name
        plt.close("all")
PY
