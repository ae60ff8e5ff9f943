#!/usr/bin/env bash
# Question  A bend of 4 s is recorded as BVH at 30 frames a second: the pelvis turns forward by up to 60 degrees and moves back by 15 cm. Does it
#           show the same postures at the same times after it was resampled, whichever rate is asked for, and wherever the root's rotations stand
#           among its CHANNELS, which the file may list in any order?
# Guess     Yes for resampling, within what a line between two frames gives (0.02 cm), from both packages; the order of the channels is what trips.
#           (Written down before it was run, with the source of bvhtools read for the second half: its forward kinematics look at the order, the
#           functions that change a motion do not.)
# Seen      2026-11-29, bvhtools 1.6.0 and pybvh 0.9.0 with numpy 2.4.6 and scipy 1.17.1 (Python 3.11, Linux x86-64). pybvh is right in all of them. bvhtools counts
#           121 frames as 121 thirtieths of a second and spreads the new frames over all of them from the first to the last: asked for 5 a second it
#           returns 20 frames, the last at 3.8 s, in which the whole bend of 4 s takes place (5 % fast, joints up to 4.9 cm away); asked for 60, 242
#           frames and 4.02 s. Where the rotations come first, its reader and its forward kinematics are right, but resampleFPS takes the
#           rotations for a place and the place for rotations (joints 1.8 m away), and moveSkeleton turns the person by 10 degrees instead of moving them by 10 cm.
#           Nothing is raised or said.
# Matters   A speed or a cadence that is 5 % off, and a second measurement whose clock seems to run fast. `bendwise compare` remarks on a clock that runs faster
#           than clocks do; resample with pybvh, or ask for a rate at which a whole number of new frames fits, which 20 and 24 do here.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 bvhtools==1.6.0 pybvh==0.9.0
venv/bin/python -W ignore - <<'PY'
import numpy as np
import pybvh
from bvhTools.bvhIO import readBvh
from bvhTools.bvhManipulation import moveSkeleton
from bvhTools.bvhMotionEditor import resampleFPS
from scipy.spatial.transform import Rotation

FRAMES, RATE = 121, 30
PLACE, TURN = ["Xposition", "Yposition", "Zposition"], ["Zrotation", "Xrotation", "Yrotation"]
JOINTS = ("Pelvis", "Spine", "Chest")


def at(time):
    """Place of the pelvis in cm and its turn in degrees, in the order of PLACE and TURN; the spine bends by a third of it."""
    down = 0.5 - 0.5 * np.cos(2 * np.pi * time / 4)
    return [0, 95 - 5 * down, -15 * down], [0, 60 * down, 0], [0, 20 * down, 0]


def joints(time):
    place, turn, spine = at(time)
    pelvis = Rotation.from_euler("ZXY", turn, degrees=True)
    first = np.array(place) + pelvis.apply([0, 20, 0])
    return np.array([place, first, first + (pelvis * Rotation.from_euler("ZXY", spine, degrees=True)).apply([0, 25, 0])])


def write(name, turn_first):
    root = TURN + PLACE if turn_first else PLACE + TURN
    channels = f"CHANNELS 3 {' '.join(TURN)}"
    lines = ["HIERARCHY", "ROOT Pelvis", "{", "OFFSET 0 0 0", f"CHANNELS 6 {' '.join(root)}", "JOINT Spine", "{", "OFFSET 0 20 0", channels,
             "JOINT Chest", "{", "OFFSET 0 25 0", channels, "End Site", "{", "OFFSET 0 10 5", "}", "}", "}", "}",
             "MOTION", f"Frames: {FRAMES}", f"Frame Time: {1 / RATE:.6f}"]
    for frame in range(FRAMES):
        place, turn, spine = at(frame / RATE)
        row = (turn + place if turn_first else place + turn) + spine + [0, 0, 0]
        lines.append(" ".join(f"{value:.5f}" for value in row))
    with open(name, "w") as file:
        file.write("\n".join(lines) + "\n")


def places(motion, frame):
    known = motion.getFKAtFrame(frame)
    return np.array([known[name][1] for name in JOINTS])


def off(motion):
    """How far a joint is from where it was at that time, at worst, cm."""
    step = motion.motion.frameTime
    return max(np.abs(places(motion, n) - joints(n * step)).max() for n in range(motion.motion.numFrames))


def off_pybvh(motion):
    found = motion.node_positions() if callable(motion.node_positions) else motion.node_positions
    return max(np.abs(np.asarray(found)[n][:3] - joints(n * motion.frame_time)).max() for n in range(motion.frame_count))


for turn_first in (False, True):
    name = f"{turn_first}.bvh"
    write(name, turn_first)
    mine, theirs = readBvh(name), pybvh.read_bvh_file(name)
    print("rotations first" if turn_first else "place first", f"as read: off by {off(mine):.2f} cm, pybvh {off_pybvh(theirs):.2f}")
    assert off(mine) < 0.01 and off_pybvh(theirs) < 0.01
    for rate in (20, 24, 5, 60):
        changed, right = resampleFPS(mine, rate), theirs.resample(rate)
        frames, last = changed.motion.numFrames, (changed.motion.numFrames - 1) * changed.motion.frameTime
        print(f"  at {rate:2}: bvhtools {frames} frames to {last:.2f} s, off by {off(changed):.2f} cm; "
              f"pybvh {right.frame_count} frames to {(right.frame_count - 1) * right.frame_time:.2f} s, off by {off_pybvh(right):.2f} cm")
        assert off_pybvh(right) < 0.02 and right.frame_count == 4 * rate + 1
        assert (off(changed) > 150) == turn_first
        if not turn_first:
            assert (off(changed) < 0.02) == (rate in (20, 24))
            assert frames == {20: 81, 24: 97, 5: 20, 60: 242}[rate]
    moved = places(moveSkeleton(mine, [10, 0, 0]), 0) - places(mine, 0)
    print(f"  moved by 10 cm along x: the chest goes {np.round(moved[2], 1)} cm, the pelvis {np.round(moved[0], 1)}")
    assert np.allclose(moved[:, 0], 10) != turn_first
PY
