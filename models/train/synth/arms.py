"""Where the arms are: the usual drills and anything in between.

An arm attitude is a function of (skeleton, side, rotation of the thorax) that gives the rotation of each arm bone.
"""
import numpy as np

from .skeleton import shortest_turn, turn_z

#: Directions of upper arm and forearm in the thorax' frame (x forward, y outward, z up).
DIRECTIONS = {
    'cross': ((.55, .05, -.84), (.34, -.80, .48)),
    'hips': ((-.25, .62, -.75), (.55, -.62, -.56)),
    'behind': ((-.45, .30, -.84), (-.10, -.80, -.30)),
    'forward': ((.80, .15, -.55), (.90, .0, .20)),
    'head': ((.35, .75, .55), (-.30, -.75, .60)),
}
#: A stick held along the spine: one hand behind the neck, the other behind the low back.
STICK = {'L': ((-.05, .85, .5), (-.32, -.85, .25)), 'R': ((-.45, .45, -.78), (-.30, -.90, .02))}
NAMES = ['hang', 'bar', 'cross', 'hips', 'behind', 'forward', 'head', 'stick', 'any']
WEIGHTS = [.24, .14, .22, .16, .04, .05, .03, .05, .07]


def _towards(bones, side, thorax, upper, lower, protraction):
    """Upper arm and forearm along world directions, the shoulder blade turned forward by `protraction` degrees."""
    at = lambda name: bones.rest_heads[bones.index[name + side]]
    rest_upper, rest_lower = at('forearm') - at('upperarm'), at('hand') - at('forearm')
    inward = -protraction if side == 'L' else protraction
    shoulder = thorax @ turn_z(inward)
    upperarm = shortest_turn(shoulder @ rest_upper, upper) @ shoulder
    forearm = shortest_turn(upperarm @ rest_lower, lower) @ upperarm
    return dict(clavicle=thorax @ turn_z(inward / 2), shoulder=shoulder, upperarm=upperarm, forearm=forearm,
                hand=forearm, fingers=forearm, fingertips=forearm)


def hanging(out=8, forward=4, elbow=12):
    """Arms that hang down in the world however the trunk leans; degrees outward, forward and at the elbow."""
    def arm(bones, side, thorax):
        outward = 1 if side == 'L' else -1
        lean = np.degrees(np.arctan2(thorax[0, 2], thorax[2, 2]))
        ahead = np.radians(forward - 6 * (1 - min(1, abs(lean) / 40)))
        bent = np.radians(forward + elbow * (1 if lean < 40 else .6))
        aside = np.radians(out)
        upper = np.array([np.sin(ahead), outward * np.sin(aside), -np.cos(aside)])
        lower = np.array([np.sin(bent), outward * np.sin(aside) * .4, -1.])
        return _towards(bones, side, thorax, upper, lower, min(12, max(0, lean) * .15))
    return arm


def on_the_trunk(left, right, protraction):
    """Arms that move with the thorax; `left`, `right`: directions of upper arm and forearm in its frame."""
    def arm(bones, side, thorax):
        mirror = np.array([1, 1 if side == 'L' else -1, 1])
        upper, lower = (thorax @ (np.asarray(way) * mirror) for way in (left if side == 'L' else right))
        return _towards(bones, side, thorax, upper, lower, protraction)
    return arm


def draw(rng, name):
    """The named attitude, varied at random."""
    if name in ('hang', 'bar'):
        out, forward, elbow = (8, 4, 12) if name == 'hang' else (6, 7, 4)
        return hanging(out + rng.normal(0, 4), forward + rng.normal(0, 9), elbow + rng.normal(0, 8))
    if name == 'stick':
        left, right = (STICK['L'], STICK['R']) if rng.random() < .5 else (STICK['R'], STICK['L'])
        return on_the_trunk(left, right, 0)
    if name == 'any':
        upper, lower = rng.normal(0, 1, 3), rng.normal(0, 1, 3)
        upper = np.array([abs(upper[0]) - .35, abs(upper[1]) * .6, upper[2] - .8])
        lower = lower / np.linalg.norm(lower) + .6 * upper / np.linalg.norm(upper)
    else:
        spread = .16 if name == 'behind' else .12
        upper, lower = (np.array(way) + rng.normal(0, spread, 3) for way in DIRECTIONS[name])
    ways = upper / np.linalg.norm(upper), lower / np.linalg.norm(lower)
    return on_the_trunk(ways, ways, rng.uniform(0, 14))
