"""What the network is given: the person's outline and joints of one frame as 730 numbers.

Everything is in the sagittal frame: x forward (the direction the person faces), y up, pixels of the camera or of the
crop; only `trunk`, the length of the person's trunk while standing, gives the scale. README.md says the same in words.
"""
import math

import numpy as np
from numba import njit

DORSAL = 128
VENTRAL = 64
JOINT_POINTS = 13
SIZE = 4 * DORSAL + 3 * VENTRAL + 2 * JOINT_POINTS
EAR, SHOULDER, ELBOW, WRIST, HIP, KNEE, ANKLE = range(7)
NEAR, FAR = 0, 1
ARM_RADIUS = 0.11
GAP = 0.05
FARTHEST_ARM = 0.5


@njit(cache=True)
def _nearest(points, x, y):
    best, least = 0, 1e30
    for i in range(len(points)):
        d = (points[i, 0] - x) ** 2 + (points[i, 1] - y) ** 2
        if d < least:
            best, least = i, d
    return best


@njit(cache=True)
def _to_segment(x, y, ax, ay, bx, by):
    dx, dy = bx - ax, by - ay
    t = ((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-9)
    t = min(max(t, 0.0), 1.0)
    return math.sqrt((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2)


@njit(cache=True)
def _arm_distance(x, y, joints):
    least = 1e30
    for side in range(2):
        sx, sy = joints[SHOULDER, side]
        ex, ey = joints[ELBOW, side]
        wx, wy = joints[WRIST, side]
        least = min(least, _to_segment(x, y, ex, ey, wx, wy))
        least = min(least, _to_segment(x, y, ex, ey, 0.5 * (ex + sx), 0.5 * (ey + sy)))
    return least


@njit(cache=True)
def _line(outline, lit, first, last, joints, trunk, count, out):
    """Walks clockwise from point `first` to point `last`, leaves out what belongs to an arm or is lit, and puts `count` points
    at equal distances along the rest into `out`: x, y, bridged (0 or 1), distance to the nearest arm. Returns success."""
    n = len(outline)
    length = (last - first) % n + 1
    kept = np.empty((length, 2))
    arm = np.empty(length)
    m = 0
    for step in range(length):
        x, y = outline[(first + step) % n]
        d = _arm_distance(x, y, joints) / trunk
        if d >= ARM_RADIUS and not lit[(first + step) % n]:
            kept[m, 0], kept[m, 1], arm[m] = x, y, d
            m += 1
    if m < 8:
        return False
    along = np.zeros(m)
    for i in range(1, m):
        along[i] = along[i - 1] + math.hypot(kept[i, 0] - kept[i - 1, 0], kept[i, 1] - kept[i - 1, 1])
    i = 0
    for k in range(count):
        at = along[m - 1] * k / (count - 1)
        while i < m - 2 and along[i + 1] < at:
            i += 1
        step = along[i + 1] - along[i]
        t = min(max((at - along[i]) / max(step, 1e-9), 0.0), 1.0)
        out[0, k] = kept[i, 0] * (1 - t) + kept[i + 1, 0] * t
        out[1, k] = kept[i, 1] * (1 - t) + kept[i + 1, 1] * t
        out[2, k] = 1.0 if step > GAP * trunk else 0.0
        out[3, k] = min(arm[i] * (1 - t) + arm[i + 1] * t, FARTHEST_ARM)
    return True


@njit(cache=True)
def frame(outline, lit, joints, trunk, out):
    """Fills `out` (SIZE numbers). `outline`: closed, clockwise as seen; `lit`: whether the picture is burnt out on both sides
    of it, point by point; `joints`: (7, near/far, xy). Returns the origin
    (x, y), or NaN if the outline does not hold a back."""
    hx, hy = 0.5 * (joints[HIP, 0] + joints[HIP, 1])
    kx, ky = 0.5 * (joints[KNEE, 0] + joints[KNEE, 1])
    ex, ey = 0.5 * (joints[EAR, 0] + joints[EAR, 1])
    sx, sy = 0.5 * (joints[SHOULDER, 0] + joints[SHOULDER, 1])
    tx, ty = kx - hx, ky - hy
    norm = max(math.hypot(tx, ty), 1e-9)
    bx, by = ty / norm * 0.18 * trunk, -tx / norm * 0.18 * trunk
    px, py = kx + 0.3 * (hx - kx), ky + 0.3 * (hy - ky)
    nx, ny = ex - sx, ey - sy
    behind_thigh = _nearest(outline, px + bx, py + by)
    before_thigh = _nearest(outline, px - bx, py - by)
    behind_head = _nearest(outline, ex - 0.6 * ny, ey + 0.6 * nx)
    dorsal, ventral = np.empty((4, DORSAL)), np.empty((4, VENTRAL))
    if not _line(outline, lit, behind_thigh, behind_head, joints, trunk, DORSAL, dorsal):
        return np.nan, np.nan
    if not _line(outline, lit, behind_head, before_thigh, joints, trunk, VENTRAL, ventral):
        return np.nan, np.nan
    ox, oy = dorsal[0].mean(), dorsal[1].mean()
    j = 0
    for k in range(DORSAL):
        out[k] = (dorsal[0, k] - ox) / trunk
        out[DORSAL + k] = (dorsal[1, k] - oy) / trunk
        out[2 * DORSAL + k] = dorsal[2, k]
        out[3 * DORSAL + k] = dorsal[3, k]
    j = 4 * DORSAL
    for k in range(VENTRAL):
        out[j + k] = (ventral[0, k] - ox) / trunk
        out[j + VENTRAL + k] = (ventral[1, k] - oy) / trunk
        out[j + 2 * VENTRAL + k] = ventral[2, k]
    j += 3 * VENTRAL
    for joint in (EAR, SHOULDER, HIP, KNEE, ANKLE):
        out[j] = (0.5 * (joints[joint, 0, 0] + joints[joint, 1, 0]) - ox) / trunk
        out[j + 1] = (0.5 * (joints[joint, 0, 1] + joints[joint, 1, 1]) - oy) / trunk
        j += 2
    for joint in (ELBOW, WRIST):
        for side in range(2):
            out[j] = (joints[joint, side, 0] - ox) / trunk
            out[j + 1] = (joints[joint, side, 1] - oy) / trunk
            j += 2
    for joint in (SHOULDER, HIP, KNEE, ANKLE):
        out[j] = 0.5 * (joints[joint, NEAR, 0] - joints[joint, FAR, 0]) / trunk
        out[j + 1] = 0.5 * (joints[joint, NEAR, 1] - joints[joint, FAR, 1]) / trunk
        j += 2
    return ox, oy


@njit(cache=True)
def frames(outlines, lit, joints, trunks, out, origins):
    """`frame` for many frames whose outlines have equally many points."""
    for i in range(len(outlines)):
        origins[i, 0], origins[i, 1] = frame(outlines[i], lit[i], joints[i], trunks[i], out[i])
