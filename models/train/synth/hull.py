"""Garments as hulls round slices of the posed body: what hangs free of the skin."""
import cv2
import numpy as np

RING = 48    # points round a garment


def ring(points, centre, ease):
    """The convex hull of points in a plane, `ease` metres wider, at RING equal angles round `centre`."""
    hull = cv2.convexHull(points.astype(np.float32))[:, 0] - centre
    angles = np.linspace(-np.pi, np.pi, RING, endpoint=False)
    ways = np.stack([np.cos(angles), np.sin(angles)], 1)
    following = np.roll(hull, -1, 0)
    reach = np.zeros(RING)
    for a, b in zip(hull, following):
        side = b - a
        across = ways[:, 0] * side[1] - ways[:, 1] * side[0]
        far = (a[0] * side[1] - a[1] * side[0]) / np.where(np.abs(across) < 1e-9, np.nan, across)
        on = (a + 0 * ways - far[:, None] * ways)
        share = (-(on * side).sum(1)) / max((side ** 2).sum(), 1e-12)
        reach = np.fmax(reach, np.where((far > 0) & (share > -1e-3) & (share < 1 + 1e-3), far, 0))
    return centre + ways * (reach + ease)[:, None]


def tube(rings):
    """Quads between neighbouring rings."""
    step = np.arange(RING)
    after = (step + 1) % RING
    return np.concatenate([np.stack([r * RING + step, r * RING + after, (r + 1) * RING + after, (r + 1) * RING + step], 1)
                           for r in range(len(rings) - 1)])


def along(points, origin, axis, heights, ease, hang=False, flare=0.0):
    """A tube round `points`: a ring every step of `heights` along `axis` from `origin`. `hang`: each ring is at least as
    wide as the one before, as cloth hangs that is held above, and wider by `flare` metres for each metre down. `ease`: one
    for all rings, or one for each."""
    axis = axis / np.linalg.norm(axis)
    ahead = np.array([axis[2], 0, -axis[0]])
    height = (points - origin) @ axis
    flat = np.stack([(points - origin) @ ahead, points[:, 1] - origin[1]], 1)
    rings, before, last = [], None, None
    for at, wider in zip(heights, np.broadcast_to(ease, len(heights))):
        slice_ = flat[np.abs(height - at) < .04]
        if hang and before is not None:
            slice_ = np.concatenate([slice_, before])
        if len(slice_) < 3:
            continue
        line = ring(slice_, slice_.mean(0), wider if not hang or before is None else .004 + flare * abs(at - last))
        before, last = line, at
        rings.append(origin + at * axis + line[:, :1] * ahead + line[:, 1:] * np.array([0, 1, 0]))
    return np.concatenate(rings), tube(rings)


def shares(person, *names):
    """How much of each vertex of the skin these bones move."""
    index = person.skeleton.index
    return person.skeleton.weights[:, [index[name] for name in names]].sum(1)


def skirt(person, pose, skin, length=.62, flare=0.0):
    """A skirt: follows the pelvis down to the widest place, then hangs. `length`: from the hip joints' height, metres."""
    legs = shares(person, 'pelvis', 'thighL', 'thighR', 'shankL', 'shankR', 'L5', 'L4') > .6
    points = skin[:len(legs)][legs & person.is_skin]
    top = pose.heads[person.skeleton.index['L4']][2] if pose.pelvis < 20 else points[:, 2].max() - .03
    heights = np.arange(top, top - length - .15, -.03)
    return along(points, np.array([pose.heads[0][0], 0, 0]), np.array([0, 0, 1.]), heights, .012, hang=True, flare=flare)


def wide_trousers(person, pose, skin, ease=.03):
    """A tube for each leg from the buttock, where it fits closely, to the ankle; from the middle of the thigh on `ease`
    metres wider than the leg."""
    legs = []
    for side in 'LR':
        index = person.skeleton.index
        knee, foot = pose.heads[index['shank' + side]], pose.heads[index['foot' + side]]
        hip = pose.heads[index['thigh' + side]]
        points = skin[:len(person.is_skin)][person.is_skin & (shares(person, 'thigh' + side, 'shank' + side) > .5)]
        for upper, lower in ((hip, knee), (knee, foot)):
            length = np.linalg.norm(upper - lower)
            heights = np.arange(length + .02, -.06, -.04)    # the tubes overlap at the knee
            fit = .4 + .6 * np.clip(2 - 2 * heights / length, 0, 1) if upper is hip else 1
            legs.append(along(points, lower, upper - lower, heights, ease * fit))
    return legs
