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

from . import body

#: Usual share of L5/S1, L4/5, L3/4, L2/3, L1/2, T12/L1 in lumbar flexion; people differ, see `Skeleton.level_shares`.
LEVEL_SHARES = np.array([.15, .23, .21, .18, .14, .09])
#: A vertebra turns at the joint below it.
LUMBAR = ['L5', 'L4', 'L3', 'L2', 'L1', 'T12']
THORACIC = ['T10', 'T8', 'T6', 'T4', 'T2']
NECK = {'N1': .3, 'N2': .25, 'N3': .2, 'head': .25}
#: MakeHuman's bones other than the spine, by the bone here that takes their skin weights.
TAKEN_OVER = {'neck01': 'N1', 'neck02': 'N2', 'neck03': 'N3', 'clavicle': 'clavicle', 'shoulder01': 'shoulder',
              'upperarm01': 'upperarm', 'upperarm02': 'upperarm', 'lowerarm01': 'forearm', 'lowerarm02': 'forearm',
              'wrist': 'hand', 'upperleg01': 'thigh', 'upperleg02': 'thigh', 'lowerleg01': 'shank',
              'lowerleg02': 'shank', 'foot': 'foot'}
ARM_BONES = ('clavicle', 'shoulder', 'upperarm', 'forearm', 'hand', 'fingers', 'fingertips')
#: Metres that the centre of mass may lie further forward than in the rest pose, whose arms are spread.
BALANCE_FORWARD = .012
SPINE_SOURCES = ('spine', 'root', 'breast', 'pelvis')


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
    """The bones of one body and how the skin hangs on them."""

    def __init__(self, vertices, level_shares=LEVEL_SHARES):
        self.vertices, self.level_shares = vertices, level_shares
        skin = vertices[:body.BODY_VERTICES]
        self.height = skin[:, 2].max()
        self._lay_spine(skin)
        self._name_bones()
        self._weigh_skin()
        self._smooth_hips()
        self.legs = {side: {joint: body.bone_head(vertices, f'{bone}.{side}') for joint, bone in
                            (('hip', 'upperleg01'), ('knee', 'lowerleg01'), ('ankle', 'foot'))} for side in 'LR'}
        heel = skin[skin[:, 2] < .05][:, 0].min()
        self.mid_foot = heel + .48 * (skin[skin[:, 2] < .03][:, 0].max() - heel)
        self._mark_levels(skin)
        upright = self.forward(0, 0, 0, 0, 0, 0, lambda *_: dict.fromkeys(ARM_BONES, np.eye(3)))
        self.balance = self._mass_x(*upright) + BALANCE_FORWARD

    def _lay_spine(self, skin):
        """Joints about 6 cm under the skin of the back, at anatomical heights."""
        z_l5 = body.bone_head(self.vertices, 'spine04')[2]
        z_c7 = body.bone_head(self.vertices, 'neck01')[2]
        z_t12 = z_l5 + .37 * (z_c7 - z_l5)
        heights = np.concatenate([np.linspace(z_l5, z_t12, 6), np.linspace(z_t12, z_c7, 7)[1:]])
        hip_z = body.bone_head(self.vertices, 'upperleg01.L')[2]
        middle = np.abs(skin[:, 1]) < .006
        back = skin[middle & (skin[:, 2] > hip_z - .02) & (skin[:, 2] < z_c7 + .05) & (skin[:, 0] < .02)]
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
        at = lambda bone: body.bone_head(self.vertices, bone)
        hip = at('upperleg01.L')
        bones = [('pelvis', None, np.array([hip[0], 0, hip[2]]))]
        for level, name in enumerate(LUMBAR + THORACIC):
            bones.append((name, bones[-1][0], self.spine[level]))
        bones += [('N1', 'T2', self.spine[11]), ('N2', 'N1', at('neck02')), ('N3', 'N2', at('neck03')), ('head', 'N3', at('head'))]
        for side in 'LR':
            for name, parent, source in (
                    ('clavicle', 'T2', 'clavicle'), ('shoulder', f'clavicle{side}', 'shoulder01'),
                    ('upperarm', f'shoulder{side}', 'upperarm01'), ('forearm', f'upperarm{side}', 'lowerarm01'),
                    ('hand', f'forearm{side}', 'wrist'), ('fingers', f'hand{side}', 'finger3-1'),
                    ('fingertips', f'fingers{side}', 'finger3-2'), ('thigh', 'pelvis', 'upperleg01'),
                    ('shank', f'thigh{side}', 'lowerleg01'), ('foot', f'shank{side}', 'foot')):
                bones.append((name + side, parent, at(f'{source}.{side}')))
        self.bones = bones
        self.index = {name: number for number, (name, _, _) in enumerate(bones)}
        self.rest_heads = np.array([head for _, _, head in bones])

    def _weigh_skin(self):
        """Skin weights: MakeHuman's, but the spine's share spread over the finer spine by height."""
        names, source = body.rig_weights()
        weights = np.zeros((len(self.vertices), len(self.bones)), np.float32)
        spine = np.zeros(len(self.vertices))
        for column, name in enumerate(names):
            amount = source[:, column]
            if not amount.any():
                continue
            side = name[-1] if name.endswith(('.L', '.R')) else ''
            bone = name.split('.')[0]
            if bone.startswith(SPINE_SOURCES):
                spine += amount
                continue
            weights[:, self.index[self._bone_for(bone, side)]] += amount
        weights += self._spine_weights(spine)
        self.weights = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)

    @staticmethod
    def _bone_for(source, side):
        if source in TAKEN_OVER:
            return TAKEN_OVER[source] + side
        if source.startswith('toe'):
            return f'foot{side}'
        if source.startswith(('finger1', 'metacarpal')):
            return f'hand{side}'
        if source.startswith('finger'):
            return ('fingers' if source.endswith('-1') else 'fingertips') + side
        return 'head'

    def _spine_weights(self, spine):
        z = self.vertices[:, 2]
        behind = np.interp(z, self.spine[:, 2], self.spine[:, 0])
        # Ribs slope down going forward, so a point in front belongs to a higher level.
        level = z + .22 * np.clip(self.vertices[:, 0] - behind, -.1, .25)
        joints, top = self.spine[:11, 2], self.spine[11, 2]
        centres = np.r_[joints[0] - .035 * self.height / 1.75, (np.r_[joints[1:], top] + joints) / 2]
        place = np.interp(level, centres, np.arange(12.))
        below = np.clip(place.astype(int), 0, 10)
        share = place - below
        weights = np.zeros((len(z), len(self.bones)), np.float32)
        for number, name in enumerate(['pelvis'] + LUMBAR + THORACIC):
            amount = np.where(below == number, 1 - share, 0) + np.where(below + 1 == number, share, 0)
            weights[:, self.index[name]] = amount * spine
        return weights

    def _smooth_hips(self, rounds=4, pace=.5):
        """Smooths the weights round the hips over the surface, so that the groin and buttock bend softly."""
        faces, count = body.skin_faces(), len(self.vertices)
        edges = np.concatenate([faces[:, [i, (i + 1) % 4]] for i in range(4)])
        joined = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
        joined = ((joined + joined.T) > 0).astype(np.float32)
        degree = np.asarray(joined.sum(1)).ravel()
        average = sparse.diags(1 / np.maximum(degree, 1)) @ joined
        hip_z = body.bone_head(self.vertices, 'upperleg01.L')[2]
        where = np.exp(-((self.vertices[:, 2] - hip_z) / .16) ** 2) * (degree > 0) * (np.abs(self.vertices[:, 1]) < .27)
        where = pace * where[:, None]
        for _ in range(rounds):
            self.weights = (self.weights * (1 - where) + where * (average @ self.weights)).astype(np.float32)
        self.weights /= self.weights.sum(1, keepdims=True)

    def _mark_levels(self, skin):
        """For L5/S1, T12/L1 and C7 the two nearest vertices of the back's middle line."""
        middle = np.abs(skin[:, 1]) < .006
        self.level_vertices = {}
        for name, z in self.level_heights.items():
            line = np.flatnonzero(middle & (skin[:, 0] < np.interp(z, self.back_z, self.back_x) + .05))
            self.level_vertices[name] = line[np.argsort(np.abs(skin[line, 2] - z))[:2]]

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
