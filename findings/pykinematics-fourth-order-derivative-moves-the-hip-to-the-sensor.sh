#!/usr/bin/env bash
# Question  pykinematics finds the hip from a sensor on the back and one on the thigh, and needs their angular accelerations for it: MimuAngles takes a
#           derivative of order 2 or, as an option, 4 of their angular velocities. What does the option bring with perfect signals at 100 samples/s, and what
#           are the hip angles of a bend in one plane?
# Guess     Order 4 comes closer than order 2, which is within a millimetre already; a bend of 60 degrees has flexion 60, abduction 0 and rotation 0. (Written
#           down before it was run, but after its source was read, in which a sign looked wrong.)
# Seen      2026-11-30, pykinematics 1.0.1 with numpy 1.26.4 and scipy 1.13.1 (Python 3.11, Linux x86-64). With order 2 the hips are found exactly. Order 4 adds
#           one of its four samples where it should subtract it: each value is off by a sixth of the velocity there times the rate, so that an even 60 degrees/s
#           has an acceleration of 1000 degrees/s2. Only the first and last two samples, which have formulas of their own, are right. The hips are then put at
#           the sensors (0.2 cm from that on the back instead of 18), up to 21 cm off, and the axis through both hips, from which the frame of the pelvis is
#           made, is 49 degrees off. Nothing is raised. In omc.angles.hip, a rotation of exactly 0 is NaN, and so is a flexion of 0: a sign is made by dividing
#           a number by its own size.
# Matters   Whoever sets the higher order to be more careful has the frame of the pelvis, and with it flexion, about another axis for the whole session that was
#           calibrated so. Stay with order 2, the default, and look at the distances that it prints: a hip a few millimetres from the sensor gives it away. Put
#           0 where the NaN of a pure bend is.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==1.26.4 scipy==1.13.1 pykinematics==1.0.1
venv/bin/python -W ignore - <<'PY'
import numpy as np
from pykinematics import MimuAngles
from pykinematics.imu.lib.joints import Center, fixed_axis
from pykinematics.imu.utility import calc_derivative
from pykinematics.omc.angles import hip
from scipy.spatial.transform import Rotation

RATE, LITTLE = 100, 1e-3
TIME = np.arange(60 * RATE) / RATE
GRAVITY = np.array([0, 9.81, 0])

# The derivative alone, of a velocity that stays and of one that swings.
swing = 60 * np.sin(2 * np.pi * TIME / 4)
for name, velocity, right in (("turning evenly at 60 degrees/s", np.full_like(TIME, 60), np.zeros_like(TIME)),
                              ("swinging", swing, 60 * 2 * np.pi / 4 * np.cos(2 * np.pi * TIME / 4))):
    off = {order: np.abs(calc_derivative(velocity[:, None], 1 / RATE, order=order)[:, 0] - right) for order in (2, 4)}
    print(f"{name}: order 2 off by up to {off[2].max():.2f} degrees/s2, order 4 by up to {off[4].max():.0f}; by {off[4][[0, 1, -2, -1]].max():.2f} in the first and last two")
    assert off[2].max() < 0.1 and off[4][[0, 1, -2, -1]].max() < 0.1 and abs(off[4].max() - 1000) < 1


def pelvis(time):
    phase = 2 * np.pi * time
    return Rotation.from_euler("xyz", np.column_stack([8 * np.sin(0.31 * phase), 10 * np.sin(0.23 * phase + 1), 12 * np.sin(0.17 * phase)]), degrees=True)


def thigh(side):
    def turn(time):
        phase = 2 * np.pi * time + side
        return Rotation.from_euler("xyz", np.column_stack([20 * np.sin(0.5 * phase), 15 * np.sin(0.37 * phase + 0.5), 45 * np.cos(0.43 * phase) - 45]), degrees=True)
    return turn


def sensed(turn, from_hip):
    """What a sensor reads that is fixed to a segment, which turns about a hip at rest, at this place from the hip."""
    place = [turn(TIME + step).apply(from_hip) for step in (-LITTLE, 0, LITTLE)]
    acceleration = turn(TIME).inv().apply((place[0] - 2 * place[1] + place[2]) / LITTLE**2 + GRAVITY)
    velocity = (turn(TIME - LITTLE).inv() * turn(TIME + LITTLE)).as_rotvec() / (2 * LITTLE)
    return {"Time": TIME, "Acceleration": acceleration, "Angular velocity": velocity, "Magnetic field": turn(TIME).inv().apply([1, -1, 0])}


def hips(order):
    """From the hips to the sensor on the back and to those on the thighs, filtered and differentiated as MimuAngles does it."""
    angles, found = MimuAngles(angular_velocity_derivative_order=order, verbose=False), {}
    for side, sign in (("right", 1), ("left", -1)):
        turn = thigh(sign)
        take = {"Lumbar": sensed(pelvis, LUMBAR[side]), "Thigh": sensed(turn, THIGH[side])}
        angles._apply_filter_dict(take, comp_angular_accel=True)
        between = (pelvis(TIME).inv() * turn(TIME)).as_matrix()
        readings = [take[sensor][kind] for kind in ("Acceleration", "Angular velocity", "Angular acceleration") for sensor in ("Lumbar", "Thigh")]
        found[side] = Center(mask_input=False).compute(*readings, between)
    return found


LUMBAR = {"right": np.array([-0.12, 0.10, -0.09]), "left": np.array([-0.12, 0.10, 0.09])}
THIGH = {"right": np.array([0.05, -0.20, 0.08]), "left": np.array([0.05, -0.20, -0.08])}
for order in (2, 4):
    found = hips(order)
    off = [np.linalg.norm(found[side][0] - LUMBAR[side]) for side in found] + [np.linalg.norm(found[side][1] - THIGH[side]) for side in found]
    axis = fixed_axis(found["left"][0], found["right"][0], center_to_sensor=True)
    tilt = np.degrees(np.arccos(np.clip(axis @ [0, 0, 1], -1, 1)))
    print(f"order {order}: right hip to sensor on the back {np.round(100 * found['right'][0], 1)} cm, right {np.round(100 * LUMBAR['right'], 1)}; at most {100 * max(off):.1f} cm off; "
          f"the axis through both hips is {tilt:.1f} degrees off")
    assert (max(off) < 0.001 and tilt < 0.5) if order == 2 else (max(off) > 0.2 and tilt > 40 and np.linalg.norm(found["right"][0]) < 0.01)
for angles, missing in (([0, 0, 0], [True, False, True]), ([60, 0, 0], [False, False, True]), ([60, 5, 3], [False, False, False])):
    frames = Rotation.from_euler("ZXY", [angles], degrees=True).as_matrix()
    seen = hip(np.eye(3)[None], frames, "right")[0]
    print(f"flexion, adduction, rotation {angles}: {np.round(seen, 1)}")
    assert np.isnan(seen).tolist() == missing
PY
