"""A body with a spine of eleven joints, posed by sagittal angles that are known exactly.

Angles are in degrees, positive forward (flexion), changes from the body's neutral stance:

- pelvis: rotation of the sacrum about the left-right axis;
- lumbar: rotation of the T12 frame relative to the pelvis, the sum of the joints L5/S1 to T12/L1;
- thoracic: rotation of the C7 frame relative to T12;  neck: of the head relative to C7;
- knee: thigh against shank.

The shank's inclination is solved so that the centre of mass stays where it was over the feet.
"""
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import brentq

from . import variation
from .figure import ARM_BONES, SPINE

#: Usual share of L5/S1, L4/5, L3/4, L2/3, L1/2, T12/L1 in lumbar flexion; people differ, see `Skeleton.level_shares`.
LEVEL_SHARES = np.array([.15, .23, .21, .18, .14, .09])
#: A vertebra turns at the joint below it.
LUMBAR = ['L5', 'L4', 'L3', 'L2', 'L1', 'T12']
THORACIC = ['T10', 'T8', 'T6', 'T4', 'T2']
NECK = {'N1': .3, 'N2': .25, 'N3': .2, 'head': .25}
#: Metres that the centre of mass may lie further forward than in the rest pose, whose arms are spread.
BALANCE_FORWARD = .012
MIDDLE = .012   # metres from the middle line


def turn_y(degrees):
    """Rotation about the left-right axis; positive leans forward."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def turn_z(degrees):
    """Rotation about the vertical axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def shortest_turn(a, b):
    """The smallest rotation that takes direction `a` to direction `b`."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    axis, cosine = np.cross(a, b), a @ b
    if cosine < -.9999:
        return -np.eye(3) + 2 * np.outer([0, 1, 0], [0, 1, 0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)


@dataclass
class Pose:
    """A solved pose. `turns` and `heads`: rotation and place of every bone; thigh and shank from the vertical."""
    pelvis: float
    lumbar: float
    thoracic: float
    thigh_forward: float
    knee: float
    turns: np.ndarray
    heads: np.ndarray


class Skeleton:
    """The bones of one figure and how the skin hangs on them."""

    def __init__(self, figure, level_shares=LEVEL_SHARES, skin=variation.Skin()):
        self.figure, self.vertices, self.level_shares, self.skin = figure, figure.vertices, level_shares, skin
        surface = self.vertices[figure.surface]
        self.height = surface[:, 2].max()
        self._lay_spine(surface)
        self._name_bones()
        self._weigh_skin()
        self._smooth_hips(skin.soft_rounds)
        self.legs = {side: {joint: figure.heads[bone + side] for joint, bone in
                            (('hip', 'thigh'), ('knee', 'shank'), ('ankle', 'foot'))} for side in 'LR'}
        heel = surface[surface[:, 2] < .05][:, 0].min()
        self.mid_foot = heel + .48 * (surface[surface[:, 2] < .03][:, 0].max() - heel)
        self._mark_levels()
        upright = self.forward(0, 0, 0, 0, 0, 0, lambda *_: dict.fromkeys(ARM_BONES, np.eye(3)))
        self.balance = self._mass_x(*upright) + BALANCE_FORWARD

    def _lay_spine(self, surface):
        """Joints about 6 cm under the skin of the back, at anatomical heights."""
        z_l5, z_c7 = self.figure.heads['L5'][2], self.figure.heads['C7'][2]
        z_t12 = z_l5 + .37 * (z_c7 - z_l5)
        heights = np.concatenate([np.linspace(z_l5, z_t12, 6), np.linspace(z_t12, z_c7, 7)[1:]])
        hip_z = self.figure.heads['thighL'][2]
        # Hair of the head may hang before the back.
        middle = (np.abs(surface[:, 1]) < MIDDLE) & (self.figure.weights['head'][self.figure.surface] < .3)
        back = surface[middle & (surface[:, 2] > hip_z - .02) & (surface[:, 2] < z_c7 + .05) & (surface[:, 0] < self.figure.heads['L5'][0] + .03)]
        self.back_z = np.arange(hip_z, z_c7 + .03, .01)
        near = [back[np.abs(back[:, 2] - z) < .03][:, 0] for z in self.back_z]
        x = np.array([points.min() if len(points) else np.nan for points in near])
        known = np.isfinite(x)
        self.back_x = np.interp(self.back_z, self.back_z[known], x[known])
        depth = .062 * self.height / 1.75 * np.interp(heights, [z_l5, z_t12, z_c7], [1.08, 1., .95])
        x = np.interp(heights, self.back_z, self.back_x) + depth
        padded = np.r_[2 * x[0] - x[1], x, 2 * x[-1] - x[-2]]
        x = np.convolve(padded, [.25, .5, .25], 'valid')
        self.spine = np.stack([x, 0 * x, heights], 1)   # eleven joints and C7
        self.level_heights = {'L5S1': z_l5, 'T12L1': z_t12, 'C7': z_c7}

    def _name_bones(self):
        at = self.figure.heads
        bones = [('pelvis', None, np.array([at['thighL'][0], 0, at['thighL'][2]]))]
        for level, name in enumerate(LUMBAR + THORACIC):
            bones.append((name, bones[-1][0], self.spine[level]))
        bones += [('N1', 'T2', self.spine[11]), ('N2', 'N1', at['N2']), ('N3', 'N2', at['N3']), ('head', 'N3', at['head'])]
        for side in 'LR':
            for name, parent in (('clavicle', 'T2'), ('shoulder', f'clavicle{side}'), ('upperarm', f'shoulder{side}'),
                                 ('forearm', f'upperarm{side}'), ('hand', f'forearm{side}'), ('fingers', f'hand{side}'),
                                 ('fingertips', f'fingers{side}'), ('thigh', 'pelvis'), ('shank', f'thigh{side}'), ('foot', f'shank{side}')):
                bones.append((name + side, parent, at[name + side]))
        self.bones = bones
        self.index = {name: number for number, (name, _, _) in enumerate(bones)}
        self.rest_heads = np.array([head for _, _, head in bones])

    def _weigh_skin(self):
        """Skin weights: the figure's, but the spine's share spread over the finer spine by height."""
        weights = np.zeros((len(self.vertices), len(self.bones)), np.float32)
        for bone, amount in self.figure.weights.items():
            if bone != SPINE:
                weights[:, self.index[bone]] += amount
        weights += self._spine_weights(self.figure.weights[SPINE])
        self._hang_seat(weights)
        self.weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)

    def _hang_seat(self, weights):
        """Lets the thighs take over the seat behind the hip joints, in place: all of `seat_reach` at the joints' height, nothing
        `seat_top` above."""
        if self.skin.seat_reach == 0:
            return
        x, y, z = self.vertices.T
        hip = self.figure.heads['thighL']
        up = np.clip((z - hip[2] + .03) / (self.skin.seat_top + .03), 0, 1)
        amount = self.skin.seat_reach * (1 - up * up * (3 - 2 * up)) * np.clip((hip[0] - x) / .05, 0, 1)
        low = [self.index[name] for name in ('pelvis', 'L5', 'L4')]
        taken = weights[:, low].sum(1) * amount
        weights[:, low] *= 1 - amount[:, None]
        left = np.clip(.5 + y / .06, 0, 1)
        weights[:, self.index['thighL']] += taken * left
        weights[:, self.index['thighR']] += taken * (1 - left)

    def _spine_weights(self, spine):
        z = self.vertices[:, 2]
        behind = np.interp(z, self.spine[:, 2], self.spine[:, 0])
        # Ribs slope down going forward, so a point in front belongs to a higher level.
        level = z + .22 * np.clip(self.vertices[:, 0] - behind, -.1, .25)
        joints, top = self.spine[:11, 2], self.spine[11, 2]
        centres = np.r_[joints[0] - .035 * self.height / 1.75, (np.r_[joints[1:], top] + joints) / 2]
        place = np.interp(level, centres, np.arange(12.))
        place = np.clip(place + self.skin.level_shift * np.minimum(1, place), 0, 11)
        # A place of the back belongs to the bones within one of it, or within `smear` more.
        reach = 1 + self.skin.smear
        share = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(12)) / reach)
        share /= share.sum(1, keepdims=True)
        weights = np.zeros((len(z), len(self.bones)), np.float32)
        for number, name in enumerate(['pelvis'] + LUMBAR + THORACIC):
            weights[:, self.index[name]] = share[:, number] * spine
        return weights

    def _smooth_hips(self, rounds, pace=.5):
        """Smooths the weights round the hips over the surface, so that the groin and buttock bend softly."""
        faces, count = self.figure.quads, len(self.vertices)
        edges = np.concatenate([faces[:, [i, (i + 1) % 4]] for i in range(4)])
        joined = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
        joined = ((joined + joined.T) > 0).astype(np.float32)
        degree = np.asarray(joined.sum(1)).ravel()
        average = sparse.diags(1 / np.maximum(degree, 1)) @ joined
        hip_z = self.figure.heads['thighL'][2]
        where = np.exp(-((self.vertices[:, 2] - hip_z) / .16) ** 2) * (degree > 0) * (np.abs(self.vertices[:, 1]) < .27)
        where = pace * where[:, None]
        for _ in range(rounds):
            self.weights = (self.weights * (1 - where) + where * (average @ self.weights)).astype(np.float32)
        self.weights /= self.weights.sum(1, keepdims=True)

    def _mark_levels(self):
        """For L5/S1, T12/L1 and C7 the two nearest vertices of the back's middle line."""
        x, y, z = self.vertices.T
        self.level_vertices = {}
        for name, height in self.level_heights.items():
            back = self.figure.surface & (np.abs(y) < MIDDLE) & (self.figure.weights['head'] < .3)
            line = np.flatnonzero(back & (x < np.interp(height, self.back_z, self.back_x) + .05))
            self.level_vertices[name] = line[np.argsort(np.abs(z[line] - height))[:2]]

    def forward(self, pelvis, lumbar, thoracic, neck, thigh, shank, arms):
        """Rotation and place of every bone; the left ankle stays where it is."""
        turns = [None] * len(self.bones)
        turns[0] = turn_y(pelvis)
        lean = pelvis
        for name, share in zip(LUMBAR, self.level_shares):
            lean += share * lumbar
            turns[self.index[name]] = turn_y(lean)
        for name in THORACIC:
            lean += thoracic / 5
            turns[self.index[name]] = turn_y(lean)
        for name, share in NECK.items():
            lean += share * neck
            turns[self.index[name]] = turn_y(lean)
        thorax = turns[self.index['T2']]
        for side in 'LR':
            for bone, turn in arms(self, side, thorax).items():
                turns[self.index[bone + side]] = turn
            turns[self.index['thigh' + side]] = turn_y(-thigh)
            turns[self.index['shank' + side]] = turn_y(shank)
            turns[self.index['foot' + side]] = np.eye(3)
        leg = self.legs['L']
        knee = leg['ankle'] + turns[self.index['shankL']] @ (leg['knee'] - leg['ankle'])
        hip = knee + turns[self.index['thighL']] @ (leg['hip'] - leg['knee'])
        heads = np.zeros((len(self.bones), 3))
        heads[0] = hip + turns[0] @ (self.rest_heads[0] - leg['hip'])
        for number, (_, parent, head) in enumerate(self.bones):
            if parent is not None:
                above = self.index[parent]
                heads[number] = heads[above] + turns[above] @ (head - self.rest_heads[above])
        return np.array(turns), heads

    def _mass_x(self, turns, heads):
        """How far forward the centre of mass lies: (share of the mass, its place) for each segment."""
        at = lambda name: heads[self.index[name]]
        turned = lambda name, x, z: at(name) + turns[self.index[name]] @ np.array([x, 0, z])
        masses = [(.07, turned('head', 0, .07)), (.16, turned('T6', .04, .05)), (.163, turned('L2', .03, 0)),
                  (.112, turned('pelvis', -.01, .03))]
        for side in 'LR':
            masses += [(.027, (at('upperarm' + side) + at('forearm' + side)) / 2),
                       (.022, (at('forearm' + side) + at('hand' + side)) / 2),
                       (.142, at('thigh' + side) * .59 + at('shank' + side) * .41),
                       (.043, at('shank' + side) * .56 + at('foot' + side) * .44),
                       (.014, at('foot' + side) + np.array([.05, 0, 0]))]
        total = sum(mass for mass, _ in masses)
        return sum(mass * place[0] for mass, place in masses) / total

    def solve(self, pelvis, lumbar, thoracic, neck, knee, arms):
        """The balanced pose with these angles."""
        goal = self.balance

        def off(shank):
            return self._mass_x(*self.forward(pelvis, lumbar, thoracic, neck, knee - shank, shank, arms)) - goal
        low, high = -22., 42.
        if off(low) > 0:
            shank = low
        elif off(high) < 0:
            shank = high
        else:
            shank = brentq(off, low, high, xtol=.02)
        turns, heads = self.forward(pelvis, lumbar, thoracic, neck, knee - shank, shank, arms)
        return Pose(pelvis, lumbar, thoracic, knee - shank, knee, turns, heads)

    def carry(self, pose, vertices, weights):
        """Vertices of the rest body moved along with the bones (linear blend skinning)."""
        offsets = pose.heads - np.einsum('bij,bj->bi', pose.turns, self.rest_heads)
        moves = weights @ np.concatenate([pose.turns.reshape(-1, 9), offsets], 1)
        return np.einsum('vij,vj->vi', moves[:, :9].reshape(-1, 3, 3), vertices) + moves[:, 9:]
