"""Renders the pictures of this folder.   python render.py [SCENE …]   (README.md says with what)

Each scene begins with somebody who stands as they should, and then shows what cannot be measured, or only just.
`truth.json` gets the true change from the scene's standing picture, degrees.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../../models/train'))
import cv2
import numpy as np

from studio import Studio, paint
from synth import arms, body
from synth.person import Person
from synth.skeleton import LEVEL_SHARES, Pose, turn_y, turn_z
import wardrobe

QUALITY = 80
HANG = arms.hanging()
ALONG_BACK = arms.on_the_trunk(*[(np.array([-.36, .03, -.93]), np.array([-.30, -.02, -.95]))] * 2, 0)
ON_LOW_BACK = arms.on_the_trunk(*[arms.DIRECTIONS['behind']] * 2, 0)
ON_KNEES = arms.on_the_trunk(*[(np.array([.45, .1, -.9]), np.array([.85, -.1, -.4]))] * 2, 0)
STAND = dict(pelvis=0, lumbar=0, thoracic=0, neck=0, knee=2)
HINGE = dict(pelvis=55, lumbar=3, thoracic=2, neck=-18, knee=15)
ROUND = dict(pelvis=22, lumbar=42, thoracic=18, neck=5, knee=5)


def free(pelvis=0, lumbar=0, thoracic=0, neck=0, thigh=0, shank=0, foot=0):
    """A pose that need not balance: thigh forward, shank forward, foot turned (toes down), degrees."""
    def pose(skeleton, held):
        turns, heads = skeleton.forward(pelvis, lumbar, thoracic, neck, thigh, shank, held)
        for side in 'LR':
            turns[skeleton.index['foot' + side]] = turn_y(foot)
        return Pose(pelvis, lumbar, thoracic, thigh, thigh + shank, turns, heads)
    return pose


def half_kneeling(front, ahead=0, pelvis=0):
    """On one knee, the foot of the side `front` before the body; the hips are `ahead` of the knee below them, degrees."""
    def pose(skeleton, held):
        posed = free(pelvis=pelvis, thigh=-ahead, shank=88, foot=75)(skeleton, held)
        for bone, turn in ('thigh', -92), ('shank', 0), ('foot', 0):
            posed.turns[skeleton.index[bone + front]] = turn_y(turn)
        for number, (_, parent, head) in enumerate(skeleton.bones):
            if parent is not None:
                above = skeleton.index[parent]
                posed.heads[number] = posed.heads[above] + posed.turns[above] @ (head - skeleton.rest_heads[above])
        return posed
    return pose


def balanced(**angles):
    """A pose on the feet."""
    return lambda skeleton, held: skeleton.solve(**angles, arms=held)


class Actor:
    """A dressed person with colours."""

    def __init__(self, seed, clothes='tight', extra=None, shirt=None, extra_colour=None):
        rng = np.random.default_rng(seed)
        self.person, self.extra = Person(rng, clothes, LEVEL_SHARES), extra
        skin = ((.62, .40, .30), (.50, .33, .22), (.20, .11, .07))[rng.integers(3)]
        colour = lambda: tuple(rng.uniform(.03, .5, 3))
        self.colours = {'skin': skin, 'bottom': colour(), 'top': shirt or colour(), 'shoes': (.08, .08, .09), 'hair': (.05, .03, .02),
                        'extra': extra_colour or colour(), 'bun': (.05, .03, .02)}

    def surfaces(self, pose, held=HANG, yaw=0.0, place=(0, 0), roll=0.0):
        """(vertices, faces, colour) of everything to draw and the true (hip, lumbar) angles. `roll`: about the left-right
        axis, as of somebody who lies."""
        person = self.person
        posed = pose(person.skeleton, held)
        skin = person.skeleton.carry(posed, person.skeleton.vertices, person.skeleton.weights)
        names = ['skin'] + list(person.garments) + ['bun']
        drawn = [(*surface, name) for surface, name in zip(person.surfaces(posed, skin), names)]
        groups = body.base_mesh()[1]
        drawn[0] = (skin, np.array(groups['body'] + groups['helper-l-eye'] + groups['helper-r-eye']), 'skin')
        if self.extra:
            parts = self.extra(person, posed, skin)
            drawn += [(*part, 'extra') for part in (parts if isinstance(parts, list) else [parts])]
        turn = turn_z(yaw) @ turn_y(roll)
        drawn = [((vertices - [person.skeleton.mid_foot, 0, 0]) @ turn.T, faces, name) for vertices, faces, name in drawn]
        ground = min(vertices[np.unique(faces), 2].min() for vertices, faces, _ in drawn)
        shift = np.array([*place, -ground])
        return [(vertices + shift, faces, self.colours[name]) for vertices, faces, name in drawn], \
            np.array([posed.pelvis + posed.thigh_forward, posed.lumbar])


BOX = np.array([[x, y, z] for z in (0, 1) for y in (-.25, .25) for x in (-.22, .22)], float)
BOX_FACES = [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [1, 3, 7, 5], [3, 2, 6, 7], [2, 0, 4, 6]]


def stool(x, height):
    """Something to sit on."""
    return BOX * [1, 1, height] + [x, 0, 0], BOX_FACES, (.4, .28, .15)


#: Scene: (studio settings, actors, frames); a frame is a list of (actor number, keywords of `surfaces`) and further things.
SCENES = {
    'edge': (dict(aside=1.28), [Actor(11)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**dict(HINGE, pelvis=40))))], [(0, dict(pose=balanced(**HINGE)))]]),
    'two': ({}, [Actor(12), Actor(13)], [
        [(0, dict(pose=balanced(**STAND)))],
        [(0, dict(pose=balanced(**STAND))), (1, dict(pose=balanced(**STAND), place=(-.22, .12)))]]),
    'merged': ({}, [Actor(24), Actor(25)], [
        [(0, dict(pose=balanced(**STAND)))],
        [(0, dict(pose=balanced(**ROUND))), (1, dict(pose=balanced(**ROUND), place=(-.22, .15)))],
        [(0, dict(pose=balanced(**ROUND))), (1, dict(pose=balanced(**STAND), place=(-.15, .2)))],
        [(0, dict(pose=balanced(**HINGE))), (1, dict(pose=balanced(**ROUND), place=(-.4, .25)))]]),
    'behind': ({}, [Actor(24), Actor(25)], [
        [(0, dict(pose=balanced(**STAND)))],
        [(0, dict(pose=balanced(**ROUND))), (1, dict(pose=balanced(**STAND), place=(-.08, .35)))],
        [(0, dict(pose=balanced(**ROUND))), (1, dict(pose=balanced(**STAND), place=(.02, .35)))],
        [(0, dict(pose=balanced(**ROUND))), (1, dict(pose=balanced(**dict(HINGE, pelvis=30)), place=(.05, .3)))]]),
    'arms': ({}, [Actor(14)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**HINGE), held=ALONG_BACK))],
        [(0, dict(pose=balanced(**ROUND), held=ALONG_BACK))], [(0, dict(pose=balanced(**ROUND), held=ON_LOW_BACK))]]),
    'skirt': ({}, [Actor(15, extra=wardrobe.skirt)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**HINGE)))], [(0, dict(pose=balanced(**ROUND)))]]),
    'coat': ({}, [Actor(16, extra=wardrobe.coat)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**HINGE)))], [(0, dict(pose=balanced(**ROUND)))]]),
    'hair': ({}, [Actor(17, extra=wardrobe.long_hair, extra_colour=(.05, .03, .02))], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**HINGE)))], [(0, dict(pose=balanced(**ROUND)))]]),
    'fours': ({}, [Actor(18)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=free(pelvis=82, lumbar=4, neck=-30, thigh=0, shank=88, foot=75)))],
        [(0, dict(pose=free(pelvis=70, lumbar=35, thoracic=15, thigh=0, shank=88, foot=75)))]]),
    'kneeling': ({}, [Actor(19)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=free(thigh=0, shank=88, foot=75)))],
        [(0, dict(pose=free(pelvis=40, lumbar=25, thigh=45, shank=88, foot=80)))]]),
    'half_kneeling': ({}, [Actor(26)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=half_kneeling('L')))],
        [(0, dict(pose=half_kneeling('R', ahead=20, pelvis=-5), held=ON_KNEES))]]),
    'sitting': ({}, [Actor(20)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=free(pelvis=-5, lumbar=8, thigh=88, shank=3), held=ON_KNEES)), stool(-.45, .42)],
        [(0, dict(pose=free(pelvis=-15, lumbar=35, thoracic=20, thigh=86, shank=0), held=ON_KNEES)), stool(-.45, .42)],
        [(0, dict(pose=free(pelvis=25, lumbar=30, thoracic=15, thigh=86, shank=5), held=ON_KNEES)), stool(-.45, .42)]]),
    'lying': ({}, [Actor(21)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=free(), roll=-90, place=(.8, 0)))], [(0, dict(pose=free(), roll=90, place=(-.8, 0)))]]),
    'facing': ({}, [Actor(22)], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**STAND), yaw=-90))], [(0, dict(pose=balanced(**HINGE), yaw=-90))],
        [(0, dict(pose=balanced(**ROUND), yaw=-80))]]),
    'window': (dict(window=6.0), [Actor(23, shirt=(.75, .75, .74))], [
        [(0, dict(pose=balanced(**STAND)))], [(0, dict(pose=balanced(**HINGE)))], [(0, dict(pose=balanced(**ROUND)))]]),
}


def render(name):
    """Writes a scene's pictures and gives their true changes."""
    settings, actors, frames = SCENES[name]
    rng = np.random.default_rng(list(map(ord, name)))
    studio, truths = Studio(rng, **settings), []
    for number, frame in enumerate(frames):
        shown, truth = [], None
        for thing in frame:
            if isinstance(thing[0], int):
                surfaces, angles = actors[thing[0]].surfaces(**thing[1])
                truth = angles if thing[0] == 0 else truth
                shown += surfaces
            else:
                shown.append(thing)
        studio.show([(vertices, faces, paint(colour)) for vertices, faces, colour in shown])
        cv2.imwrite(f'{HERE}/{name}_{number}.jpg', studio.picture(rng), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        truths.append(truth)
    return [dict(zip(('hip', 'lumbar'), np.round(truth - truths[0], 1))) for truth in truths]


def main():
    path = f'{HERE}/truth.json'
    truth = json.load(open(path)) if os.path.exists(path) else {}
    for name in sys.argv[1:] or SCENES:
        truth[name] = render(name)
        print(name, truth[name], flush=True)
        with open(path, 'w') as file:
            json.dump(truth, file, indent=1)


if __name__ == '__main__':
    main()
