"""What the training's wardrobe lacks: skirts, coats and long hair, as hulls round slices of the posed body."""
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
    wide as the one before, as cloth hangs that is held above, and wider by `flare` metres for each metre down."""
    axis = axis / np.linalg.norm(axis)
    ahead = np.array([axis[2], 0, -axis[0]])
    height = (points - origin) @ axis
    flat = np.stack([(points - origin) @ ahead, points[:, 1] - origin[1]], 1)
    rings, before, last = [], None, None
    for at in heights:
        slice_ = flat[np.abs(height - at) < .04]
        if hang and before is not None:
            slice_ = np.concatenate([slice_, before])
        if len(slice_) < 3:
            continue
        line = ring(slice_, slice_.mean(0), ease if not hang or before is None else .004 + flare * abs(at - last))
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
    """A tube for each leg, `ease` metres wider than it, from the buttock to the ankle."""
    legs = []
    for side in 'LR':
        index = person.skeleton.index
        knee, foot = pose.heads[index['shank' + side]], pose.heads[index['foot' + side]]
        hip = pose.heads[index['thigh' + side]]
        points = skin[:len(person.is_skin)][person.is_skin & (shares(person, 'thigh' + side, 'shank' + side) > .5)]
        for upper, lower in ((hip, knee), (knee, foot)):
            length = np.linalg.norm(upper - lower)
            legs.append(along(points, lower, upper - lower, np.arange(length, -.01, -.04), ease))
    return legs


def coat(person, pose, skin, length=.45):
    """A stiff coat: straight along the trunk from the neck to the hips, from there hanging, to the knees by default."""
    index = person.skeleton.index
    hips, neck = pose.heads[0], pose.heads[index['N1']]
    arms = person.arms > .4
    trunk = person.is_skin & ~arms & (person.head < .5) & (shares(person, 'shankL', 'shankR') < .1)
    length = np.linalg.norm(neck - hips)
    upper = along(skin[trunk], hips, neck - hips, np.arange(length - .02, -.08, -.04), .04)
    lower = skirt(person, pose, skin, length)
    return [upper, lower]


def long_hair(person, pose, skin):
    """Hair down to the shoulder blades, lying on neck and back."""
    index = person.skeleton.index
    head, blades = pose.heads[index['head']], pose.heads[index['T4']]
    turn = pose.turns[index['head']]
    backwards = (skin - head) @ turn[:, 0] < .02
    near = person.is_skin & (person.arms < .2) & backwards & ((person.head > .3) | (shares(person, 'T2', 'T4', 'T6') > .5))
    points = skin[near]
    points = points[np.abs(points[:, 1]) < .12]
    axis = head + turn @ np.array([0, 0, .12]) - blades
    return along(points, blades, axis, np.arange(np.linalg.norm(axis), -.06, -.03), .018)
