"""The rule that the network has to beat: levels by proportion, pelvis by the outline's tangent at S1, upper lumbar spine
by the chord from T12/L1 to C7. It reads the same inputs as the network."""
import math

import numpy as np

import features

S1_FROM_HIP, C7_FROM_SHOULDER, C7_BACKWARDS, T12_ON_THE_WAY = 0.26, 0.24, math.radians(31), 0.35
SACRUM_REACH = 0.16
ABOVE_HIP = 0.05


def joint(frame, number):
    """Middle of a pair: 0 ear, 1 shoulder, 2 hip, 3 knee, 4 ankle."""
    first = 4 * features.DORSAL + 3 * features.VENTRAL + 2 * number
    return frame[first:first + 2]


def lean(vector):
    """Degrees from the vertical, positive forward."""
    return math.degrees(math.atan2(vector[0], vector[1]))


def angles(frame):
    """Pelvis, upper lumbar and thigh inclination of one frame, degrees; NaN where the rule finds no level."""
    frame = frame.astype(float)
    line = frame[:2 * features.DORSAL].reshape(2, features.DORSAL).T
    shoulder, hip, knee = joint(frame, 1), joint(frame, 2), joint(frame, 3)
    up = (shoulder - hip) / np.linalg.norm(shoulder - hip)
    c, s = math.cos(C7_BACKWARDS), math.sin(C7_BACKWARDS)
    c7_place = shoulder + C7_FROM_SHOULDER * np.array([c * up[0] - s * up[1], s * up[0] + c * up[1]])
    c7 = int(np.argmin(np.hypot(*(line - c7_place).T)))
    from_hip = np.hypot(*(line - hip).T)
    above = np.flatnonzero((np.arange(len(line)) < c7) & ((line - hip) @ up > ABOVE_HIP))
    thigh = lean(hip - knee)
    if len(above) < 4:
        return np.array([np.nan, np.nan, thigh])
    within = above[from_hip[above] <= S1_FROM_HIP]
    s1 = within[-1] if len(within) else above[np.argmin(from_hip[above])]
    t12 = s1 + int(round((c7 - s1) * T12_ON_THE_WAY))
    step = max(np.hypot(*np.diff(line, axis=0).T).mean(), 1e-6)
    reach = max(2, int(round(SACRUM_REACH / step)))
    sacrum = line[max(0, s1 - reach):s1 + reach + 1]
    axis = np.linalg.svd(sacrum - sacrum.mean(0))[2][0]
    if axis @ (sacrum[-1] - sacrum[0]) < 0:
        axis = -axis
    return np.array([lean(axis), lean(line[c7] - line[t12]), thigh])


def straight_back(frame):
    """The common shortcut: the whole trunk leans as the line from hip to shoulder."""
    shoulder, hip, knee = (joint(frame.astype(float), number) for number in (1, 2, 3))
    return np.array([lean(shoulder - hip), lean(shoulder - hip), lean(hip - knee)])
