"""Somebody else in the mask: a second person stands or bends behind the one who is measured, and the pose network gives the
outline of both and landmarks of either. Nobody can read the first one's back off that; the network shall know it."""
import cv2
import numpy as np

import features
from synth import raster
from synth.camera import CROP
from synth.generate import FIXED_POINT, POINTS, fixed_point

SHARE = 0.15                # of the bends that are trained on; two in five of these then make a difference that is neither too small nor too large
SMALLER, LARGER = 0.75, 1.08    # how large the other looks, who is as tall and farther away, or taller
APART = 0.55                # standard deviation of how far the other stands aside, trunk lengths
HIGHER = 0.08               # the same of how much higher the feet of who is farther away are seen
LEAST_NEW, MOST_NEW = 0.02, 0.4     # how much the mask grows; who makes it larger is told by its area
IN_PART = 0.3               # share of masks that take in a part of the other only
MIXED = 0.5                 # share of frames in which landmarks are taken from the other
TOGETHER = [[features.EAR], [features.EAR, features.SHOULDER], [features.EAR, features.SHOULDER, features.ELBOW, features.WRIST],
            [features.KNEE, features.ANKLE], [features.HIP, features.KNEE, features.ANKLE], [features.ELBOW, features.WRIST]]
MIRROR_Y = np.array([1, -1])
FINE = 2                    # the masks are drawn so much finer


def add(rng, views, rows, share=SHARE):
    """Puts somebody else into the masks of some of these rows of `views`, in place. Returns the rows."""
    bends = rows[~views.standing[rows]]
    changed = []
    for row in bends[rng.random(len(bends)) < share]:
        other = rng.choice(rows)
        seen = None if views.body[other] == views.body[row] else both(rng, views, row, other)
        if seen is not None:
            views.rough[row], views.joints[row] = seen
            changed.append(row)
    return np.array(changed, int)


def both(rng, views, row, other):
    """Outline and joints, as `views` keeps them, of the one mask of two people; None where the other makes no difference, or too
    much."""
    scale = views.scale[row]
    first, second = (views.rough[one].astype(np.float64) / FIXED_POINT for one in (row, other))
    first_joints, second_joints = (views.joints[one].astype(np.float64) * MIRROR_Y for one in (row, other))
    side = -1 if rng.random() < .5 else 1
    size = scale / views.scale[other] * rng.uniform(SMALLER, LARGER) * np.array([side, 1])
    aside = np.array([rng.normal(0, APART), -abs(rng.normal(0, HIGHER))]) * scale
    feet, other_feet = (joints[features.ANKLE].mean(0) for joints in (first_joints, second_joints))
    move = lambda points: (points - other_feet) * size + feet + aside
    second, second_joints = move(second), move(second_joints)[:, ::side]
    first_mask, second_mask = filled(first), filled(second)
    if rng.random() < IN_PART:
        second_mask &= half(rng, second.mean(0) + rng.normal(0, .5, 2) * scale)
    new = (second_mask & ~first_mask).sum() / max(first_mask.sum(), 1)
    if not LEAST_NEW < new < MOST_NEW:
        return None
    union = cv2.resize((first_mask | second_mask).astype(np.float32), (CROP, CROP), interpolation=cv2.INTER_AREA)
    outline = raster.largest_contour(cv2.GaussianBlur(union, (0, 0), rng.uniform(.7, 1.7)))
    if outline is None:
        return None
    if rng.random() < MIXED:
        mix(rng, first_joints, second_joints)
    return fixed_point(raster.resample_closed(outline, POINTS)), first_joints * MIRROR_Y


def filled(outline):
    """The area inside an outline, true or false for each fine pixel of the crop."""
    canvas = np.zeros((CROP * FINE, CROP * FINE), np.uint8)
    fine = (outline + .5) * FINE - .5
    cv2.fillPoly(canvas, [np.round(fine * 256).astype(np.int32)], 1, shift=8)
    return canvas > 0


def half(rng, through):
    """All that lies on one side of a line through a point."""
    across = rng.normal(0, 1, 2)
    y, x = np.mgrid[:CROP * FINE, :CROP * FINE] / FINE
    return (x - through[0]) * across[0] + (y - through[1]) * across[1] > 0


def mix(rng, joints, others):
    """Takes some joints that belong together from the other person, on one side or both, wholly or in part; in place."""
    for number in rng.permutation(len(TOGETHER))[:1 + (rng.random() < .3)]:
        sides = [0, 1] if rng.random() < .6 else [rng.integers(2)]
        part = rng.uniform(.5, 1) if rng.random() < .5 else 1.
        for joint in TOGETHER[number]:
            joints[joint, sides] += part * (others[joint, sides] - joints[joint, sides])
