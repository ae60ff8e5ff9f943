#!/usr/bin/env bash
# Question  Twenty people state their pain from 0 to 10 twice, most of them 0 to 2. What is Krippendorff's alpha for ordered classes in three of Python's packages?
# Guess     The same in all three; that irrCAC counts only those classes that somebody used may move its value a little. (Written down before it was run.)
# Seen      2026-11-30, krippendorff 0.9.0, irrCAC 0.4.4, agreement 0.1.2 with numpy 1.26.4, pandas 2.3.3 and scipy 1.12.0 (Python 3.11, Linux x86-64). 0.618 from krippendorff,
#           as by Krippendorff's own distance, which counts the ratings between two classes; 0.873 from irrCAC's krippendorff() with weights="ordinal" and from
#           agreement's krippendorffs_alpha with ordinal_kernel: their distances count classes instead (Gwet's weights). With the whole scale, categories 0 to 10,
#           irrCAC says 0.927, because of three classes that nobody used; krippendorff's value does not depend on them. Nominal alphas agree in all three, interval
#           ones in krippendorff and irrCAC.
# Matters   Pain and disability scores crowd at one end, where a step of one class weighs heavily in Krippendorff's alpha and little in the other. By one the scale is below
#           his limit of 0.667, by the others beyond 0.8, under the same name in a paper. Say which distance was used, and give irrCAC the whole scale.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==1.26.4 pandas==2.3.3 scipy==1.12.0 krippendorff==0.9.0 irrCAC==0.4.4 agreement==0.1.2
venv/bin/python -W ignore - <<'PY'
import krippendorff
import numpy as np
import pandas as pd
from agreement.metrics import krippendorffs_alpha
from agreement.utils.kernels import identity_kernel, ordinal_kernel
from agreement.utils.transform import pivot_table_frequency
from irrCAC.raw import CAC

SCALE = list(range(11))
first = np.array([0, 0, 1, 0, 2, 0, 1, 0, 1, 0, 0, 2, 1, 0, 1, 0, 8, 7, 9, 5])
second = np.array([1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 2, 1, 7, 8, 9, 6])


def by_definition():
    """One minus observed over expected distance, with the squared number of ratings between two classes, half of their own included, as the distance."""
    count = np.array([(first == c).sum() + (second == c).sum() for c in SCALE], float)
    between = [[count[min(a, b) : max(a, b) + 1].sum() - (count[a] + count[b]) / 2 for b in SCALE] for a in SCALE]
    distance = np.square(between)
    total = count.sum()
    expected = count @ distance @ count / (total * (total - 1))
    return 1 - distance[first, second].mean() / expected


def by_krippendorff(level):
    return krippendorff.alpha(reliability_data=np.array([first, second], float), level_of_measurement=level, value_domain=SCALE)


def by_irrcac(weights, categories=None):
    ratings = pd.DataFrame({"first": first, "second": second})
    return CAC(ratings, weights, categories=categories).krippendorff()["est"]["coefficient_value"]


def by_agreement(kernel):
    people = np.tile(np.arange(len(first)), 2)
    return krippendorffs_alpha(pivot_table_frequency(people, np.concatenate([first, second])), weights_kernel=kernel)


found = {}
for level, weights, kernel in (("nominal", "identity", identity_kernel), ("interval", "quadratic", None), ("ordinal", "ordinal", ordinal_kernel)):
    found[level] = [by_krippendorff(level), by_irrcac(weights), by_irrcac(weights, SCALE)] + ([by_agreement(kernel)] if kernel else [])
    print(f"{level:8}", ", ".join(f"{name} {alpha:.3f}" for name, alpha in zip(("krippendorff", "irrCAC", "irrCAC with 0 to 10", "agreement"), found[level])))
print(f"ordinal, by Krippendorff's definition: {by_definition():.3f}")

for level in ("nominal", "interval"):
    assert max(found[level]) - min(found[level]) < 2e-5
assert abs(by_definition() - found["ordinal"][0]) < 1e-9
assert np.allclose(found["ordinal"], (0.618, 0.873, 0.927, 0.873), atol=6e-4)
PY
