"""Renders people whose joints are known.   python -m noise.render OUT_DIR [BODIES]

Bodies of the training's own generator that no training, test or evaluation uses, in the room of `tests/refusal/studio.py`:
one clip of eleven pictures a body, from standing to the bottom of three movements. Beside each picture lies NAME.npz
with the true joints and the true edge of the silhouette, camera pixels. Needs bpy (`noise/requirements.txt`).
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tests/refusal'))
import cv2
import numpy as np

import studio      # imports bpy, without which the next two are not there
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector
from synth import arms, movement, raster
from synth.generate import Scene
from synth.person import BOTTOM_WEIGHTS, BOTTOMS, CLOTHES, CLOTHES_WEIGHTS, Person
from synth.skeleton import LEVEL_SHARES, turn_z

SEED = 990
STANDING, DEPTHS = 2, (.35, .7, 1.)
MOVEMENTS = 3
SKINS = (.62, .40, .30), (.50, .33, .22), (.20, .11, .07)
studio.SAMPLES = 3
#: Not 'loose', which is simulated over a whole movement, nor the clothes of another maker.
WORN = [name for name in CLOTHES if name not in ('loose', 'rig')]
WORN_WEIGHTS = np.array([CLOTHES_WEIGHTS[CLOTHES.index(name)] for name in WORN])
FINE = 2      # the edge is found on a grid finer than the picture


def clip(number, folder):
    """One body's pictures."""
    rng = np.random.default_rng([SEED, number])
    # A simulated shirt would need the whole movement; `Drape` stands for it.
    clothes = str(rng.choice(WORN, p=WORN_WEIGHTS / WORN_WEIGHTS.sum()))
    person = Person(rng, clothes, LEVEL_SHARES, str(rng.choice(BOTTOMS, p=BOTTOM_WEIGHTS)))
    stance, held = movement.stance(rng), arms.draw(rng, str(rng.choice(arms.NAMES, p=arms.WEIGHTS)))
    yaw = rng.uniform(-18, 18)
    room = studio.Studio(rng, distance=rng.uniform(2.2, 3.2) * person.skeleton.height / 1.72)
    empty = room.clean()[..., :3]
    paints = [studio.paint(SKINS[rng.integers(len(SKINS))])] + [studio.paint(tuple(rng.uniform(.03, .6, 3))) for _ in range(8)]
    poses = [movement.sway(rng) for _ in range(STANDING)]
    for _ in range(MOVEMENTS):
        kind, peak = ('independent', movement.independent(rng)) if rng.random() < .3 else movement.draw_peak(rng)
        poses += [movement.part_way(kind, peak, depth) for depth in DEPTHS]
    for place, change in enumerate(poses):
        angles = {angle: stance[angle] + change[angle] for angle in movement.ANGLES}
        angles['knee'] = max(0, angles['knee'])
        pose = person.skeleton.solve(**angles, arms=held)
        skin = person.skeleton.carry(pose, person.skeleton.vertices, person.skeleton.weights)
        scene = Scene(person, pose, skin)
        ground = min(vertices[np.unique(faces), 2].min() for vertices, faces in scene.surfaces)
        world = lambda points: (points - [scene.feet, 0, ground]) @ turn_z(-yaw).T
        room.show([(world(vertices), faces, paint) for (vertices, faces), paint in zip(scene.surfaces, paints)])
        seen = room.clean(np.concatenate([world(vertices)[::40] for vertices, _ in scene.surfaces]))
        picture = studio.webcam(np.where(seen[..., 3:] > 127, seen[..., :3], empty), rng)
        name = f'{folder}/{number:03d}_{place:02d}'
        cv2.imwrite(f'{name}.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
        pixels = lambda points: camera_pixels(room, world(points))
        np.savez(f'{name}.npz', joints=pixels(scene.joints.reshape(-1, 3)).reshape(-1, 2, 2), edge=edge(scene, pixels),
                 standing=place < STANDING)


def camera_pixels(room, points):
    """Where points of the room are in its picture."""
    seen = np.array([world_to_camera_view(room.scene, room.scene.camera, Vector(point))[:2] for point in points])
    return seen * [studio.WIDTH, -studio.HEIGHT] + [0, studio.HEIGHT]


def edge(scene, pixels):
    """The silhouette's true edge, camera pixels."""
    side = max(studio.WIDTH, studio.HEIGHT)
    mask = raster.draw([(pixels(vertices), faces) for vertices, faces in scene.surfaces], side, FINE)
    return raster.largest_contour(cv2.GaussianBlur(mask, (0, 0), .7))


def main():
    folder, bodies = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30
    os.makedirs(folder, exist_ok=True)
    for number in range(bodies):
        if not os.path.exists(f'{folder}/{number:03d}_{STANDING + MOVEMENTS * len(DEPTHS) - 1:02d}.npz'):
            clip(number, folder)
            print('body', number, flush=True)


if __name__ == '__main__':
    main()
