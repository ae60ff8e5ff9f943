"""Things before the legs (a weight in the hands, a chair, a box): what they make of an outline.

The pose network takes what somebody carries for a part of them, or cuts it out of them; which of the two cannot be known beforehand.
"""
import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Point, Polygon, box

import features

#: Shares: in the hands; hanging from the shoulders at arm's length; the rest is anywhere at the thighs.
IN_HANDS, HANGING = .45, .2
#: A disc's radius and half a box's width and height, trunk lengths: the largest plates measure .44, small ones .2 and less.
RADIUS, HALF_BOX = (.12, .5), ((.1, .6), (.1, .4))
DISCS, PAIRS, CUT_OUT = .6, .15, .3
TILTED = 20.0       # degrees
MASK_EDGE = .03     # trunk lengths: the mask rounds corners off
#: How far, in trunk lengths, the line that is traced leaves the person for a thing that hides them, and for one that does not.
HIDES, SPARES = .12, .05
#: Where a line counts as the legs': from a tenth of the thigh above the hip on, and no farther from the thigh than so many trunk lengths.
ABOVE_HIP, BESIDE = -.1, .8


def _thing(rng, joints, trunk):
    wrist, shoulder, hip, knee = (joints[joint].mean(0) for joint in (features.WRIST, features.SHOULDER, features.HIP, features.KNEE))
    where = rng.random()
    if where < IN_HANDS:
        middle = wrist + (np.array([0, -.1]) + rng.normal(0, .08, 2)) * trunk
    elif where < IN_HANDS + HANGING:
        middle = shoulder + np.array([rng.uniform(-.05, .25), -rng.uniform(.95, 1.5)]) * trunk
    else:
        middle = hip + (knee - hip) * rng.uniform(-.2, 1.2) + rng.normal(0, .25, 2) * trunk
    if rng.random() < DISCS:
        thing = Point(*middle).buffer(rng.uniform(*RADIUS) * trunk)
    else:
        (left, right), (down, up) = (rng.uniform(*half, 2) * trunk for half in HALF_BOX)
        thing = affinity.rotate(box(middle[0] - left, middle[1] - down, middle[0] + right, middle[1] + up), rng.uniform(-TILTED, TILTED))
    if rng.random() < PAIRS:    # the far one is seen beside the near one
        thing = thing.union(affinity.translate(thing, *(rng.normal(0, .1, 2) * trunk)))
    return thing


def _largest(shape):
    return max(getattr(shape, 'geoms', [shape]), key=lambda part: part.area)


def _evenly(corners, count):
    closed = np.concatenate([corners, corners[:1]])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(at, along, closed[:, axis]) for axis in range(2)], 1)


def _hidden(rng, person, joints, trunk, count):
    """The outline of the `person` (a polygon) behind a thing; None if nothing is left of them."""
    thing = _thing(rng, joints, trunk)
    seen = person.difference(thing.buffer(-MASK_EDGE * trunk)) if rng.random() < CUT_OUT else person.union(thing)
    edge = MASK_EDGE * trunk
    seen = _largest(_largest(seen).buffer(edge).buffer(-2 * edge).buffer(edge))
    return None if seen.is_empty else _evenly(np.array(shapely.orient_polygons(seen, exterior_cw=True).exterior.coords)[:-1], count)


def add(rng, outlines, joints, trunk, share):
    """Puts something before this share of the people, in place. Returns the people without it as polygons, None for the others."""
    people = [None] * len(outlines)
    for number in np.flatnonzero(rng.random(len(outlines)) < share):
        person = _largest(Polygon(outlines[number]).buffer(0))
        line = _hidden(rng, person, joints[number], trunk[number], outlines.shape[1])
        if line is not None:
            outlines[number], people[number] = line, person
    return people


def hidden_legs(inputs, origins, joints, trunk, people):
    """Of each frame 1 if its traced line is not that of the person's legs, 0 if it is, NaN in between (n)."""
    hidden = np.zeros(len(inputs), np.float32)
    dorsal, ventral = features.DORSAL, 4 * features.DORSAL
    for number, person in enumerate(people):
        if person is None or not np.isfinite(origins[number, 0]):
            continue
        back, front = inputs[number, :2 * dorsal].reshape(2, -1), inputs[number, ventral:ventral + 2 * features.VENTRAL].reshape(2, -1)
        line = np.concatenate([back, front], 1).T * trunk[number] + origins[number]
        hip, knee = (joints[number, joint].mean(0) for joint in (features.HIP, features.KNEE))
        thigh, away = knee - hip, line - hip
        length = max(np.hypot(*thigh), 1e-6)
        along, beside = away @ thigh / length ** 2, np.abs(away @ np.array([-thigh[1], thigh[0]])) / length
        legs = line[(along > ABOVE_HIP) & (beside < BESIDE * trunk[number])]
        left = shapely.distance(person.exterior, shapely.points(legs)).max(initial=0) / trunk[number]
        hidden[number] = 1 if left > HIDES else 0 if left < SPARES else np.nan
    return hidden
