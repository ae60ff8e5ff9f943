#!/usr/bin/env bash
# Question  Xsens MVN exports motion as MVNX, an XML file in which each frame has orientations and places and, where they were chosen, accelerations, foot
#           contacts, sensors, joint angles and the centre of mass. What do the packages mvnx and mvnx-parser make of a bend, and of the poses that come before
#           it?
# Guess     Each item under its own name, since it is an element of that name, and nothing where it was not exported. (Written down before it was run, but after
#           the source was read, which showed that mvnx goes by an element's place in the frame.)
# Seen      2026-11-30, mvnx 0.2 and mvnx-parser 0.0.5 with numpy 2.4.6 and scipy 1.17.1 (Python 3.11, Linux x86-64). mvnx is right where a frame has exactly
#           the fourteen items that it was written for. Without the angular acceleration each item after it is the next one: jointAngle is jointAngleXZY, the
#           same joints with another order of axes. Near standing they hardly differ (25, 4 and 7 instead of 25, 4 and 5 degrees), but a right hip with 100
#           degrees of flexion, 15 of abduction and 20 of rotation is read as 72, 123 and 144. Without the three items of the sensors, jointAngle is the centre
#           of mass. With jointAngleErgoXZY before it, centerOfMass is those angles. Nothing is raised. mvnx-parser goes by names and is right in all of these
#           (its numbers are text), but its tpose and tpose_isb are the identity pose, whatever the file says.
# Matters   Whoever left out what they did not need gets other angles of the hip and back under the right name, and a first look at somebody who stands finds
#           nothing amiss. What is measured against the T-pose is measured against zero instead. Find the items by the names of their elements, as by_name()
#           does here in two lines, and the poses by the type of the frame.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --no-compile --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 mvnx==0.2 mvnx-parser==0.0.5
venv/bin/python - <<'PY'
import xml.etree.ElementTree as ET

import mvnx
import numpy as np
from mvnx_parser import Mvnx_p
from scipy.spatial.transform import Rotation

SEGMENTS = ["Pelvis", "L5", "L3", "T12", "T8", "Neck", "Head"] + [side + part for side in ("Right", "Left") for part in ("Shoulder", "UpperArm", "ForeArm", "Hand")]
SEGMENTS += [side + part for side in ("Right", "Left") for part in ("UpperLeg", "LowerLeg", "Foot", "Toe")]
HIP = 14  # jRightHip is the fifteenth of the 22 joints
SPACE = "{http://www.xsens.com/mvn/mvnx}"
FOURTEEN = ["orientation", "position", "velocity", "acceleration", "angularVelocity", "angularAcceleration", "footContacts", "sensorFreeAcceleration",
            "sensorMagneticField", "sensorOrientation", "jointAngle", "jointAngleXZY", "jointAngleErgo", "centerOfMass"]
FRAMES, RATE = 121, 60


def items(frame):
    """A bend: the right hip flexes by up to 100 degrees, abducted by 15 and turned by 20; the pelvis goes 10 cm back and down."""
    down = 0.5 - 0.5 * np.cos(2 * np.pi * frame / (FRAMES - 1))
    hip = Rotation.from_euler("ZXY", [100 * down, 15 * down, 20 * down], degrees=True)
    angle, other = np.zeros((22, 3)), np.zeros((22, 3))
    z, x, y = hip.as_euler("ZXY", degrees=True)
    angle[HIP] = x, y, z
    x, z, y = hip.as_euler("XZY", degrees=True)
    other[HIP] = x, y, z
    pelvis = Rotation.from_euler("ZXY", [40 * down, 5 * down, 3 * down], degrees=True)
    ergo, other_ergo = np.zeros((6, 3)), np.zeros((6, 3))
    z, x, y = pelvis.as_euler("ZXY", degrees=True)
    ergo[4] = x, y, z  # Vertical_Pelvis is the fifth of the six
    x, z, y = pelvis.as_euler("XZY", degrees=True)
    other_ergo[4] = x, y, z
    rest = {name: np.zeros((len(SEGMENTS), 3)) for name in ("velocity", "acceleration", "angularVelocity", "angularAcceleration")}
    return rest | {
        "orientation": np.tile(Rotation.from_euler("y", 40 * down, degrees=True).as_quat(scalar_first=True), (len(SEGMENTS), 1)),
        "position": np.tile([-0.1 * down, 0, 1 - 0.1 * down], (len(SEGMENTS), 1)),
        "footContacts": np.ones(4),
        "sensorFreeAcceleration": np.zeros((17, 3)),
        "sensorMagneticField": np.tile([0.5, 0.0, -0.8], (17, 1)),
        "sensorOrientation": np.tile([1.0, 0, 0, 0], (17, 1)),
        "jointAngle": angle,
        "jointAngleXZY": other,
        "jointAngleErgo": ergo,
        "jointAngleErgoXZY": other_ergo,
        "centerOfMass": np.array([0.02, 0, 0.98 - 0.15 * down] + 6 * [0.0]),
    }


def text(values):
    return " ".join(f"{value:.6f}" for value in np.ravel(values))


def pose(kind, turn):
    orientation = np.tile(Rotation.from_euler("z", turn, degrees=True).as_quat(scalar_first=True), (len(SEGMENTS), 1))
    return f'<frame time="0" tc="" ms="0" type="{kind}"><orientation>{text(orientation)}</orientation><position>{text(np.ones((len(SEGMENTS), 3)))}</position></frame>'


def write(name, chosen):
    rows = []
    for frame in range(FRAMES):
        now = items(frame)
        values = "".join(f"<{item}>{text(now[item])}</{item}>" for item in chosen)
        rows.append(f'<frame time="{round(1000 * frame / RATE)}" index="{frame}" tc="00:00:00:00" ms="{frame}" type="normal">{values}</frame>')
    segments = "".join(f'<segment label="{label}" id="{number}"/>' for number, label in enumerate(SEGMENTS, 1))
    with open(name, "w") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<mvnx xmlns="http://www.xsens.com/mvn/mvnx" version="4"><mvn version="2021.2.0" build="0"/><comment/>'
            f'<subject label="A" frameRate="{RATE}" segmentCount="{len(SEGMENTS)}" recDate="" configuration="FullBody" userScenario="singleLevel"><comment/>'
            f'<segments>{segments}</segments><sensors/><joints/><ergonomicJointAngles/><footContactDefinition/><frames segmentCount="23" sensorCount="17" jointCount="22">'
            f'{pose("identity", 0)}{pose("tpose", 90)}{pose("tpose-isb", 45)}{"".join(rows)}</frames></subject><securityCode code="0"/></mvnx>')


def by_name(name, item):
    frames = ET.parse(name).iter(SPACE + "frame")
    return np.array([frame.find(SPACE + item).text.split() for frame in frames if frame.get("type") == "normal"], dtype=float)


def without(*left_out):
    return [item for item in FOURTEEN if item not in left_out]


FILES = {  # the items that were exported, and what mvnx gives in the place of some of them
    "the fourteen": (FOURTEEN, {"jointAngle": "jointAngle", "centerOfMass": "centerOfMass"}),
    "with jointAngleErgoXZY": (without("centerOfMass") + ["jointAngleErgoXZY", "centerOfMass"], {"jointAngle": "jointAngle", "centerOfMass": "jointAngleErgoXZY"}),
    "without angularAcceleration": (without("angularAcceleration"), {"jointAngle": "jointAngleXZY", "centerOfMass": None}),
    "without angularAcceleration, footContacts": (without("angularAcceleration", "footContacts"), {"jointAngle": "jointAngleErgo", "centerOfMass": None}),
    "without the sensors": (without("sensorFreeAcceleration", "sensorMagneticField", "sensorOrientation"), {"jointAngle": "centerOfMass", "centerOfMass": None}),
}
right_hip = slice(3 * HIP, 3 * HIP + 3)
for name, (chosen, expected) in FILES.items():
    write("a.mvnx", chosen)
    take, other = mvnx.load("a.mvnx"), Mvnx_p("a.mvnx")
    for item in chosen:
        assert np.array_equal(np.ravel(np.array(getattr(other, item), dtype=float)), by_name("a.mvnx", item).ravel())
    for item, given in expected.items():
        found = np.asarray(getattr(take, item))
        assert found.size == 0 if given is None else np.array_equal(found, by_name("a.mvnx", given))
        print(f"{name}: {item} of mvnx is {given or 'empty'}{'' if item == given else ', though the file has it'}")
    if take.jointAngle.shape[1] == 66:
        for place, frame in (("a quarter down", FRAMES // 6), ("deepest", FRAMES // 2)):
            abduction, rotation, flexion = take.jointAngle[frame, right_hip]
            x, y, z = by_name("a.mvnx", "jointAngle")[frame, right_hip]
            print(f"  hip, {place}: flexion {flexion:.1f}, abduction {abduction:.1f}, rotation {rotation:.1f} degrees, in the file {z:.1f}, {x:.1f}, {y:.1f}")
        assert (abs(flexion - 100) < 0.01) == (expected["jointAngle"] == "jointAngle") and abs(flexion - 100) < 29
for kind, turn in (("identity", 0), ("tpose", 90), ("tpose_isb", 45)):
    w, x, y, z = (float(value) for value in getattr(other, kind)["orientation"][0])
    print(f"mvnx-parser, {kind}: turned by {np.degrees(2 * np.arctan2(z, w)):.0f} degrees, in the file by {turn}")
    assert (w, z) == (1, 0)
PY
