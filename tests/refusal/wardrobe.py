"""What the training's wardrobe lacks: coats and long hair."""
import numpy as np

from synth.hull import along, shares, skirt


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
