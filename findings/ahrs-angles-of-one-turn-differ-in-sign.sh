#!/usr/bin/env bash
# Question  A sensor on the sacrum has turned by 30 degrees about x. What do the ways from orientation to angle in AHRS give?
# Guess     30, 0, 0 from each of them, and the six functions from a matrix to a quaternion agree up to the sign of the whole quaternion. (Written
#           down before it was run.)
# Seen      2026-11-28, ahrs 0.4.0 with scipy 1.17.1 (Python 3.11, Linux x86-64). Quaternion.to_angles and q2rpy give 30, but DCM.to_angles
#           (to_rpy), of the very matrix that Quaternion.to_DCM returns, and q2euler give -30. dcm2quat returns the quaternion of the turn back; the
#           five others (chiaverini, hughes, itzhack, sarabandi, shepperd) return that of the turn. After 51.6, 28.6 and 17.2 degrees about z, y
#           and x it is no matter of a sign any more: 17.2, 28.6, 51.6 from one, 11.8, -31.1, -50.4 from the other.
#           The accelerometer filter Tilt agrees with scipy and Quaternion.
# Matters   Lumbar flexion by two sensors is the difference of two such angles: where one is converted by way of a matrix and the other not,
#           it becomes their sum, and with both by way of a matrix flexion is extension. Stay with Quaternion, or hand the quaternions to scipy.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 ahrs==0.4.0
venv/bin/python -W ignore - <<'PY'
import numpy as np
from ahrs import DCM, Quaternion
from ahrs.common import orientation
from ahrs.filters import Tilt
from scipy.spatial.transform import Rotation


def ways(quaternion):
    matrix = Quaternion(quaternion).to_DCM()
    assert np.allclose(matrix, Rotation.from_quat(quaternion, scalar_first=True).as_matrix())
    angles = {
        "Quaternion.to_angles": Quaternion(quaternion).to_angles(),
        "q2rpy": orientation.q2rpy(quaternion),
        "DCM.to_angles": DCM(matrix).to_angles(),
        "q2euler": orientation.q2euler(quaternion),
    }
    return matrix, {name: np.degrees(value).round(1) + 0.0 for name, value in angles.items()}


turn = Rotation.from_euler("x", 30, degrees=True).as_quat(scalar_first=True)
matrix, one = ways(turn)
_, three = ways(Rotation.from_euler("ZYX", [0.9, 0.5, 0.3]).as_quat(scalar_first=True))
for name in one:
    print(f"{name:21} {one[name]} for 30 degrees about x, {three[name]} for 51.6, 28.6, 17.2 about z, y, x")
same = {"Quaternion.to_angles", "q2rpy"}
for name in one:
    assert np.array_equal(one[name], [30, 0, 0] if name in same else [-30, 0, 0]), name
    assert np.array_equal(three[name], [17.2, 28.6, 51.6]) == (name in same), name
assert three["DCM.to_angles"].tolist() == three["q2euler"].tolist() == [11.8, -31.1, -50.4]
for name in ("chiaverini", "hughes", "itzhack", "sarabandi", "shepperd", "dcm2quat"):
    back = np.asarray(getattr(orientation, name)(matrix))
    angle = Rotation.from_quat(back, scalar_first=True).as_rotvec(degrees=True)[0]
    print(f"{name:21} {back.round(3)}: {angle:.0f} degrees about x")
    assert round(angle) == (-30 if name == "dcm2quat" else 30)
still = Rotation.from_euler("x", -30, degrees=True).apply([[0, 0, 9.81]])
tilt = np.degrees(Quaternion(Tilt(acc=still).Q[0]).to_angles())
print(f"Tilt                  {tilt.round(1)} of gravity alone")
assert round(tilt[0]) == 30
PY
