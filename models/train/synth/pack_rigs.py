"""Packs rigged characters (binary glTF) as this generator needs them: shapes and skin weights, no pictures.

    python -m synth.pack_rigs rigs.npz CHARACTER.glb…

Per character NAME the archive holds `NAME.vertices` (n, 3; metres, x forward, y to the left, z up, feet on the ground, welded),
`NAME.triangles` (m, 3), `NAME.weights` (n, bones; of BONES) and `NAME.heads` (bones, 3). The bones are those of 3ds Max's biped,
which the Rocketbox avatars have.
"""
import json
import struct
import sys
from pathlib import Path

import numpy as np

SIDES = {'L': 'L', 'R': 'R'}
#: Bones of the biped by the name used here; what hangs on other bones moves with the next of these above it.
BIPED = {'Pelvis': 'pelvis', 'Spine': 'spine', 'Spine1': 'spine1', 'Spine2': 'spine2', 'Neck': 'neck', 'Head': 'head'}
LIMBS = {'Clavicle': 'clavicle', 'UpperArm': 'upperarm', 'Forearm': 'forearm', 'Hand': 'hand', 'Finger2': 'fingers',
         'Finger21': 'fingertips', 'Thigh': 'thigh', 'Calf': 'shank', 'Foot': 'foot'}
BIPED.update({f'{side} {bone}': name + side for bone, name in LIMBS.items() for side in SIDES})
BONES = list(dict.fromkeys(BIPED.values()))
COMPONENTS = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTHS = {'SCALAR': 1, 'VEC2': 2, 'VEC3': 3, 'VEC4': 4, 'MAT4': 16}
#: From glTF's axes (x to the left, y up, z forward).
TO_OUR_AXES = np.array([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1.]])
WELD = 1e-4     # metres: vertices that are nearer are one


class Document:
    """A .glb file's nodes and accessors."""

    def __init__(self, path):
        data = Path(path).read_bytes()
        length = struct.unpack('<I', data[12:16])[0]
        self.json, self.binary = json.loads(data[20:20 + length]), data[28 + length:]
        self.nodes = self.json['nodes']
        self.parent = {child: number for number, node in enumerate(self.nodes) for child in node.get('children', [])}

    def values(self, number):
        """An accessor's values, one row an element; normalised integers as fractions."""
        accessor = self.json['accessors'][number]
        view = self.json['bufferViews'][accessor['bufferView']]
        kind, width = np.dtype(COMPONENTS[accessor['componentType']]), WIDTHS[accessor['type']]
        start = view.get('byteOffset', 0) + accessor.get('byteOffset', 0)
        strides = view.get('byteStride') or kind.itemsize * width, kind.itemsize
        values = np.ndarray((accessor['count'], width), kind, self.binary, start, strides).astype(float)
        return values / np.iinfo(kind).max if accessor.get('normalized') else values

    def place(self, number):
        """A node's matrix, in the world."""
        node = self.nodes[number]
        local = np.array(node['matrix'], float).reshape(4, 4).T if 'matrix' in node else composed(node)
        return self.place(self.parent[number]) @ local if number in self.parent else local

    def bone_of(self, number):
        """The bone a node belongs to: its own, or the next above it."""
        while number is not None:
            name = (self.nodes[number].get('name') or '').removeprefix('Bip01 ')
            if name in BIPED:
                return BIPED[name]
            number = self.parent.get(number)
        return 'pelvis'


def composed(node):
    """The matrix of a node that is given by translation, rotation (x, y, z, w) and scale."""
    x, y, z, w = node.get('rotation', [0, 0, 0, 1])
    turn = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                     [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                     [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])
    matrix = np.eye(4)
    matrix[:3, :3] = turn * np.array(node.get('scale', [1, 1, 1]))
    matrix[:3, 3] = node.get('translation', [0, 0, 0])
    return matrix


def skinned(document):
    """Vertices in the rest pose, triangles, and weights over BONES, of all skinned meshes together."""
    vertices, triangles, weights, count = [], [], [], 0
    for node in document.nodes:
        if 'mesh' not in node or 'skin' not in node:
            continue
        skin = document.json['skins'][node['skin']]
        inverse = document.values(skin['inverseBindMatrices']).reshape(-1, 4, 4).transpose(0, 2, 1)
        moves = np.array([TO_OUR_AXES @ document.place(joint) @ bind for joint, bind in zip(skin['joints'], inverse)])
        bones = np.array([BONES.index(document.bone_of(joint)) for joint in skin['joints']])
        for part in document.json['meshes'][node['mesh']]['primitives']:
            given = part['attributes']
            points, joints = document.values(given['POSITION']), document.values(given['JOINTS_0']).astype(int)
            amounts = document.values(given['WEIGHTS_0'])
            amounts /= np.maximum(amounts.sum(1, keepdims=True), 1e-9)
            points = np.einsum('vk,vkij,vj->vi', amounts, moves[joints][:, :, :3], np.c_[points, np.ones(len(points))])
            shares = np.zeros((len(points), len(BONES)))
            for column in range(joints.shape[1]):
                np.add.at(shares, (np.arange(len(points)), bones[joints[:, column]]), amounts[:, column])
            corners = document.values(part['indices']).astype(int).reshape(-1, 3)
            vertices.append(points)
            triangles.append(corners + count)
            weights.append(shares)
            count += len(points)
    return np.concatenate(vertices), np.concatenate(triangles), np.concatenate(weights)


def welded(vertices, triangles, weights):
    """The same without double vertices (pictures need them at seams, shapes do not)."""
    _, first, number = np.unique(np.round(vertices / WELD).astype(int), axis=0, return_index=True, return_inverse=True)
    triangles = number.ravel()[triangles]
    flat = (triangles[:, [0, 1, 2]] == triangles[:, [1, 2, 0]]).any(1)
    return vertices[first], triangles[~flat], weights[first]


def main():
    out, *characters = sys.argv[1:]
    packed = {'bones': np.array(BONES)}
    for path in characters:
        document = Document(path)
        vertices, triangles, weights = welded(*skinned(document))
        heads = np.full((len(BONES), 3), np.nan)
        for number, node in enumerate(document.nodes):
            name = (node.get('name') or '').removeprefix('Bip01 ')
            if name in BIPED:
                heads[BONES.index(BIPED[name])] = (TO_OUR_AXES @ document.place(number))[:3, 3]
        if not np.isfinite(heads).all():
            raise SystemExit(f'{path}: no bone {BONES[int(np.argmin(np.isfinite(heads).all(1)))]}')
        ankles = heads[[BONES.index('footL'), BONES.index('footR')]].mean(0)
        hips = heads[[BONES.index('thighL'), BONES.index('thighR')]].mean(0)
        origin = np.array([ankles[0], hips[1], vertices[:, 2].min()])
        name = Path(path).stem
        packed |= {f'{name}.vertices': (vertices - origin).astype(np.float32), f'{name}.triangles': triangles.astype(np.uint16),
                   f'{name}.weights': np.round(weights * 255).astype(np.uint8), f'{name}.heads': (heads - origin).astype(np.float32)}
        print(f'{name}: {len(vertices)} vertices, {vertices[:, 2].max() - vertices[:, 2].min():.2f} m')
    np.savez_compressed(out, **packed)


if __name__ == '__main__':
    main()
