#!/usr/bin/env bash
# Question  A thigh is flexed by up to 110 degrees about y, the axis from side to side where z points up, with 5 degrees about x and 3 about z. Pyomeca makes
#           matrices of that (Rototrans.from_euler_angles) and angles of the matrices (Angles.from_rototrans). Do the same angles come back?
# Guess     Yes, from all six orders of the axes ("Valid values are all permutations of xyz") and from one axis alone, as the first angle of an order
#           goes all round; what is no order is refused. (Written down before it was run for less than 90 degrees; for 110 its source came first.)
# Seen      2026-11-29, pyomeca 2026.0.2 with numpy 2.4.6 (Python 3.11, Linux x86-64). Five orders give 110, 5 and 3 back. The sixth, yxz, has a way to the
#           matrix and none back: nothing is raised, and the angles are what was in that memory before: 0, or the values of an array that one has just let
#           go of, as 401 degrees after one of 7s (7 rad), or the right ones if another order was asked for first, so that trying it may look
#           well. "anything" is taken as an order too, of eight angles. One axis alone (x, y, z), and the first of two, goes by the
#           arcsine and folds at 90: 110 degrees come back as 70.
# Matters   Flexion, abduction and rotation of a hip are yxz where y points sideways and z up. A hip that stays at 0, or moves as something
#           else did, looks like a result, and a deep bend that comes up again at 90 looks like two. Take the three angles from scipy's Rotation.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 xarray==2026.9.0 \
    Bottleneck==1.6.0 matplotlib==3.11.2 ezc3d==1.7.2 openpyxl==3.1.5 pyomeca==2026.0.2
venv/bin/python -W ignore - <<'PY'
import numpy as np
from pyomeca import Angles, Rototrans
from scipy.spatial.transform import Rotation

FRAMES, DEEPEST, FEW = 900, 60, 30
time = np.arange(FRAMES) / 30
flexion = 55 - 55 * np.cos(2 * np.pi * time / 4)
true = np.stack([flexion, np.full(FRAMES, 5.0), np.full(FRAMES, 3.0)])


def matrices(order):
    return Rototrans.from_euler_angles(Angles(np.radians(true[: len(order)])[:, None], time=time), order)


def angles(order, of=None):
    return np.degrees(Angles.from_rototrans(matrices(order) if of is None else of, order).values[:, 0])


for order in ("xyz", "xzy", "yzx", "zxy", "zyx"):
    back = angles(order)
    print(f"{order}: 110, 5, 3 come back as {', '.join(f'{angle:g}' for angle in back[:, DEEPEST].round(1))}")
    assert np.allclose(back, true)

yxz = matrices("yxz")
rotations = Rotation.from_matrix(np.moveaxis(yxz.values[:3, :3], 2, 0))
assert np.allclose(rotations.as_euler("YXZ", degrees=True).T, true)  # the matrices are right
second = yxz[:, :, :FEW]
for left in (7.0, 0.5):
    mine = np.full((3, 1, FEW), left)  # an array of something else, let go of
    del mine
    back = np.degrees(Angles.from_rototrans(second, "yxz").values)
    print(f"yxz after an array of {left:g} was let go of: {back.min():.2f} to {back.max():.2f} degrees")
    assert np.allclose(back, np.degrees(left))
print("order 'anything':", angles("anything", yxz).shape[0], "angles")
assert len(angles("anything", yxz)) == 8

for order in ("x", "y", "z", "xy", "yx", "yz", "zx"):
    back = angles(order)
    print(f"{order}: 110 comes back as {back[0, DEEPEST]:.1f}, the largest in the movement is {back[0].max():.1f}")
    assert abs(back[0, DEEPEST] - 70) < 1e-6 and back[0].max() < 90
PY
