"""What a posable body is made of, whoever made it: a surface, where its bones begin, how its skin hangs on them."""
import functools
import os
from dataclasses import dataclass

import numpy as np

from . import body

RIGS = os.path.join(os.path.dirname(__file__), 'rigs.npz')
ARM_BONES = ('clavicle', 'shoulder', 'upperarm', 'forearm', 'hand', 'fingers', 'fingertips')
SPINE = 'spine'     # the weights of everything between the hips and the neck together; `skeleton` spreads them by height

#: MakeHuman's bones by the name here.
MAKEHUMAN_HEADS = {'L5': 'spine04', 'C7': 'neck01', 'N2': 'neck02', 'N3': 'neck03', 'head': 'head'}
MAKEHUMAN_LIMBS = {'clavicle': 'clavicle', 'shoulder': 'shoulder01', 'upperarm': 'upperarm01', 'forearm': 'lowerarm01', 'hand': 'wrist',
                   'fingers': 'finger3-1', 'fingertips': 'finger3-2', 'thigh': 'upperleg01', 'shank': 'lowerleg01', 'foot': 'foot'}
#: MakeHuman's bones other than the spine, by the bone here that takes their skin weights.
TAKEN_OVER = {'neck01': 'N1', 'neck02': 'N2', 'neck03': 'N3', 'clavicle': 'clavicle', 'shoulder01': 'shoulder',
              'upperarm01': 'upperarm', 'upperarm02': 'upperarm', 'lowerarm01': 'forearm', 'lowerarm02': 'forearm',
              'wrist': 'hand', 'upperleg01': 'thigh', 'upperleg02': 'thigh', 'lowerleg01': 'shank',
              'lowerleg02': 'shank', 'foot': 'foot'}
SPINE_SOURCES = ('spine', 'root', 'breast', 'pelvis')
#: Height of L5/S1 between the hip joints and C7: that of MakeHuman's bodies.
L5_OF_TRUNK = .17


@dataclass
class Figure:
    """A body in its rest pose; metres, x forward, y to its left, z up.

    `vertices` (n, 3), of which those in `surface` are skin; `quads` (m, 4) of the skin, a triangle's last corner twice; `heads`:
    where each bone begins, by name; `weights`: by bone, for each vertex the share of the bone; `ears`: vertices by side.
    """
    vertices: np.ndarray
    surface: np.ndarray
    quads: np.ndarray
    heads: dict
    weights: dict
    ears: dict

    def reshaped(self, change):
        """This body with `change` applied to its points; `change` takes and returns (n, 3)."""
        names = list(self.heads)
        heads = dict(zip(names, change(np.array([self.heads[name] for name in names]))))
        return Figure(change(self.vertices), self.surface, self.quads, heads, self.weights, self.ears)


def of_makehuman(vertices):
    """The figure of a body from `body.make_body`."""
    heads = {name: body.bone_head(vertices, bone) for name, bone in MAKEHUMAN_HEADS.items()}
    heads |= {name + side: body.bone_head(vertices, f'{bone}.{side}') for name, bone in MAKEHUMAN_LIMBS.items() for side in 'LR'}
    surface = np.arange(len(vertices)) < body.BODY_VERTICES
    return Figure(vertices, surface, body.skin_faces(), heads, _makehuman_weights(), {side: body.ear_vertices(side) for side in 'LR'})


@functools.lru_cache(None)
def _makehuman_weights():
    names, source = body.rig_weights()
    weights = {}
    for column, name in enumerate(names):
        amount = source[:, column]
        if amount.any():
            bone = _bone_for(name.split('.')[0], name[-1] if name.endswith(('.L', '.R')) else '')
            weights[bone] = weights.get(bone, 0) + amount
    return weights


def _bone_for(source, side):
    if source.startswith(SPINE_SOURCES):
        return SPINE
    if source in TAKEN_OVER:
        return TAKEN_OVER[source] + side
    if source.startswith('toe'):
        return f'foot{side}'
    if source.startswith(('finger1', 'metacarpal')):
        return f'hand{side}'
    if source.startswith('finger'):
        return ('fingers' if source.endswith('-1') else 'fingertips') + side
    return 'head'


@functools.lru_cache(None)
def rig_names():
    """The characters in `rigs.npz`."""
    with np.load(RIGS) as packed:
        return sorted({key.split('.')[0] for key in packed if '.' in key})


@functools.lru_cache(None)
def of_rig(name):
    """The figure of a character in `rigs.npz` (`pack_rigs`). Its neck has one bone where ours has three."""
    with np.load(RIGS) as packed:
        vertices, triangles = packed[f'{name}.vertices'].astype(float), packed[f'{name}.triangles'].astype(int)
        shares = packed[f'{name}.weights'] / 255
        places, bones = packed[f'{name}.heads'].astype(float), list(packed['bones'])
    at = dict(zip(bones, places))
    share = {bone: shares[:, bones.index(bone)] / shares.sum(1) for bone in bones}
    heads = {bone: at[bone] for bone in bones if bone[-1] in 'LR'}
    for side in 'LR':
        heads['shoulder' + side] = .3 * at['clavicle' + side] + .7 * at['upperarm' + side]
    hip, neck, head = (at['thighL'] + at['thighR']) / 2, at['neck'], at['head']
    heads |= {'L5': hip + L5_OF_TRUNK * (neck - hip), 'C7': neck, 'N2': neck + (head - neck) / 3, 'N3': neck + (head - neck) * 2 / 3, 'head': head}
    weights = {bone: share[bone] for bone in bones if bone[-1] in 'LR'} | {'head': share['head'], 'N2': share['neck']}
    weights[SPINE] = share['pelvis'] + share['spine'] + share['spine1'] + share['spine2']
    quads = np.c_[triangles, triangles[:, 2]]
    return Figure(vertices, np.ones(len(vertices), bool), quads, heads, weights, _rig_ears(vertices, share['head'], head))


def _rig_ears(vertices, of_head, head):
    """The four vertices at the height of the ears that are farthest to each side, on the middle of the head's depth."""
    skull = np.flatnonzero(of_head > .9)
    top = vertices[skull, 2].max()
    height = head[2] + .4 * (top - head[2])
    near = skull[np.abs(vertices[skull, 2] - height) < .03]
    depth = np.abs(vertices[near, 0] - head[0])
    return {side: near[np.argsort(depth - 2 * sign * vertices[near, 1])[:4]] for side, sign in (('L', 1), ('R', -1))}
