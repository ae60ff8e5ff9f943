#!/usr/bin/env bash
# Question  VQF turns the turning rates and accelerations of a sensor into its orientation. What do its angles do where one sample of a log is
#           missing, written as NaN, the usual value for that?
# Guess     Either it is refused, or that sample and perhaps all that follow are NaN. (Written down before it was run.)
# Seen      2026-11-29, vqf 2.1.2 (Python 3.11, Linux x86-64). No orientation is NaN and nothing is raised, but after one missing value of one
#           axis of the gyroscope every later bend of 40° is read as 15 to 16°: the bias that it estimates stays NaN, the turning rates count
#           no more, and what is left follows gravity slowly. The offline variant goes through the log both ways, so that bends BEFORE the
#           missing sample are lost as well (12 to 13° each). The sigma of the bias, which might tell, is as small as ever. A missing sample of
#           the accelerometer harms nothing while the sensor rests, and in a movement it does the same. Only the bias itself shows it.
# Matters   Phones and sensors leave samples out. Such angles look like those of somebody who hardly bends, and as a second measurement of the
#           back they make everything else look wrong. Fill gaps before VQF sees them, or begin anew after them, and look for NaN in the bias.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 vqf==2.1.2
venv/bin/python - <<'PY'
import numpy as np
from vqf import VQF, offlineVQF

RATE, LENGTH, BENDS = 100, 60, (10, 25, 40)
time = np.arange(RATE * LENGTH) / RATE
angle = sum(np.where((time > begin) & (time < begin + 4), 40 * np.sin(np.pi * (time - begin) / 4) ** 2, 0) for begin in BENDS)
radians = np.radians(angle)
none = 0 * time
turning = np.ascontiguousarray(np.stack([none, np.gradient(radians, 1 / RATE), none], axis=1))
force = np.ascontiguousarray(9.81 * np.stack([-np.sin(radians), none, np.cos(radians)], axis=1))


def deepest(orientation):
    w, x, y, z = orientation.T
    pitch = np.degrees(np.arcsin(np.clip(2 * (w * y - z * x), -1, 1)))
    return [round(float(pitch[(time > begin) & (time < begin + 4)].max()), 1) for begin in BENDS]


def read(which, at=None, offline=False):
    samples = {"gyroscope": turning.copy(), "accelerometer": force.copy()}
    if at is not None:
        samples[which][at * RATE, 1] = np.nan
    given = (samples["gyroscope"], samples["accelerometer"])
    seen = offlineVQF(*given, None, 1 / RATE) if offline else VQF(1 / RATE).updateBatch(*given)
    assert not np.isnan(seen["quat6D"]).any()
    lost = int(np.isnan(seen["bias"]).any(axis=1).sum())
    where = "nothing missing" if at is None else f"{which} at {at} s missing"
    print(f"{where}, {'offline' if offline else 'live':7}: bends of 40° are {deepest(seen['quat6D'])}°, the bias is NaN in {lost} of {len(time)} samples")
    return deepest(seen["quat6D"]), lost, seen


assert min(read("gyroscope")[0]) > 39.9 and min(read("gyroscope", offline=True)[0]) > 39.9
first, *later = read("gyroscope", 20)[0]
assert first > 39.9 and max(later) < 16
lost = read("gyroscope", 20, offline=True)
assert max(lost[0]) < 13 and float(np.max(lost[2]["biasSigma"])) < 0.001
assert min(read("accelerometer", 20)[0]) > 39.9
assert max(read("accelerometer", 12)[0][1:]) < 16
PY
