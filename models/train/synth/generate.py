"""Makes silhouettes of people whose joint angles are known.   python -m synth.generate OUT_DIR FIRST_BODY BODIES [--long-hair]

Bodies from RIGS on are characters of another maker (`rigs.npz`), the others MakeHuman's. Every fourth body is as its maker left it,
all others are varied (`variation`).

Writes one .npz for ten bodies; files that are there already are left alone, so it can be stopped and run again, and
several processes can share the work by different first bodies.
"""
import argparse
import os
import time

import cv2
import numpy as np

from . import arms, movement, raster, variation
from .camera import CROP, Camera, MaskNoise
from .person import BOTTOM_WEIGHTS, BOTTOMS, CLOTHES, CLOTHES_WEIGHTS, Person, RiggedPerson
from .skeleton import LEVEL_SHARES

RIGS = 100_000      # numbers of bodies
UNVARIED = 4
POINTS = 320
FIXED_POINT = 64    # outlines are stored in 1/64 pixels
CAMERAS = 11
BODIES_A_FILE = 10
JOINTS = {'ear': None, 'shoulder': 'upperarm', 'elbow': 'forearm', 'wrist': 'hand', 'hip': 'thigh', 'knee': 'shank', 'ankle': 'foot'}
HIP = 4
LEVELS = ('L5S1', 'T12L1', 'C7')


def make_views(number, long_hair=False):
    """All views of body `number`, each a dictionary of arrays."""
    rng = np.random.default_rng([777, number])
    varied = number % UNVARIED != 0
    shares = variation.draw_level_shares(rng, LEVEL_SHARES)
    clothes = 'rig' if number >= RIGS else str(rng.choice(CLOTHES, p=CLOTHES_WEIGHTS))
    bottom = str(rng.choice(BOTTOMS, p=BOTTOM_WEIGHTS))
    if number >= RIGS:
        person = RiggedPerson(rng, shares, varied)
    else:
        person = Person(rng, clothes, shares, bottom, long_hair, varied)
    stance = movement.stance(rng)
    drill = str(rng.choice(arms.NAMES, p=arms.WEIGHTS))
    drill_arms = arms.draw(rng, drill)
    cameras = [(Camera(rng, person.skeleton.height), MaskNoise(rng), rng.uniform(3.7, 4.9)) for _ in range(CAMERAS)]
    views = []
    for kind, change in movement.sequence(rng) if person.shirt else movement.single_poses(rng):
        attitude, posed_arms = drill, drill_arms
        if not person.shirt and rng.random() < .3:
            attitude = str(rng.choice(arms.NAMES, p=arms.WEIGHTS))
            posed_arms = arms.draw(rng, attitude)
        angles = {angle: stance[angle] + change[angle] for angle in movement.ANGLES}
        angles['knee'] = max(0, angles['knee'])
        pose = person.skeleton.solve(**angles, arms=posed_arms)
        skin = person.skeleton.carry(pose, person.skeleton.vertices, person.skeleton.weights)
        if person.shirt:
            person.shirt.advance(pose, skin)
        if kind == 'way':
            continue
        scene = Scene(person, pose, skin)
        for number_of_camera, (camera, noise, zoom) in enumerate(cameras):
            view = scene.view(rng, camera, noise, zoom)
            if view is not None:
                identity = [number, number_of_camera, kind == 'stand', CLOTHES.index(clothes), BOTTOMS.index(bottom),
                            arms.NAMES.index(attitude), person.hair]
                views.append(dict(view, ids=np.array(identity, np.int32), kind=kind))
    return views


class Scene:
    """A posed, dressed person and the points whose places are wanted."""

    def __init__(self, person, pose, skin):
        bones = person.skeleton
        self.pose, self.feet = pose, bones.mid_foot
        self.surfaces = person.surfaces(pose, skin)
        place = lambda bone, side: skin[bones.figure.ears[side]].mean(0) if bone is None else pose.heads[bones.index[bone + side]]
        self.joints = np.array([[place(bone, side) for side in 'LR'] for bone in JOINTS.values()])
        self.levels = np.array([skin[bones.level_vertices[name]].mean(0) for name in LEVELS])
        self.trunk = np.linalg.norm(bones.rest_heads[bones.index['upperarmL']] - bones.rest_heads[bones.index['thighL']])

    def view(self, rng, camera, noise, zoom):
        """What one camera sees: outlines, joints and levels in crop pixels, true angles. `None` if nobody is seen."""
        yaw, shift = camera.yaw + rng.normal(0, 2), rng.normal(0, .03, 2)
        project = lambda points: camera.project(points, self.feet, yaw, shift)
        joints = project(self.joints)
        centre = joints[HIP].mean(0) + rng.normal(0, .02, 2) / camera.distance
        lean = self.pose.pelvis + self.pose.lumbar
        # As the pose network's crop does, this one closes in by a tenth in a deep bend.
        size = zoom * (1 - .11 * np.clip(lean / 60, 0, 1)) * rng.normal(1, .02) * self.trunk / camera.distance
        crop = lambda points: (points - centre) / size * CROP + CROP / 2
        mask = raster.draw([(crop(project(points)), quads) for points, quads in self.surfaces], CROP)
        exact = raster.largest_contour(cv2.GaussianBlur(mask, (0, 0), .7))
        if exact is None:
            return None
        exact = raster.resample_closed(exact, POINTS)
        rough = raster.largest_contour(noise.roughen(mask, exact))
        if rough is None:
            return None
        angles = [self.pose.pelvis, lean, -self.pose.thigh_forward, self.pose.thoracic, self.pose.knee, yaw]
        return dict(exact=fixed_point(exact), rough=fixed_point(raster.resample_closed(rough, POINTS)),
                    joints=crop(joints).astype(np.float32), levels=crop(project(self.levels)).astype(np.float32),
                    angles=np.array(angles, np.float32), scale=np.float32(self.trunk / camera.distance / size * CROP))


def fixed_point(points):
    """As whole numbers of 1/64 pixel."""
    return np.clip(np.round(points * FIXED_POINT), -32000, 32000).astype(np.int16)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder')
    parser.add_argument('first', type=int)
    parser.add_argument('bodies', type=int)
    parser.add_argument('--long-hair', action='store_true', help='let it hang over the neck of everybody')
    given = parser.parse_args()
    os.makedirs(given.folder, exist_ok=True)
    cv2.setNumThreads(1)
    began = time.time()
    for first in range(given.first, given.first + given.bodies, BODIES_A_FILE):
        path = f'{given.folder}/{first:06d}.npz'
        if os.path.exists(path):
            continue
        views = []
        for number in range(first, first + BODIES_A_FILE):
            try:
                views += make_views(number, given.long_hair)
            except (ValueError, np.linalg.LinAlgError) as error:
                # A few shapes leave a garment without cloth or a pose without balance.
                print('body', number, 'left out:', error, flush=True)
        unfinished = f'{given.folder}/{first:06d}.unfinished'
        with open(unfinished, 'wb') as file:
            np.savez(file, **{key: np.array([view[key] for view in views]) for key in views[0]})
        os.replace(unfinished, path)
        print(f'bodies {first} to {first + BODIES_A_FILE - 1}: {len(views)} views, {time.time() - began:.0f} s', flush=True)


if __name__ == '__main__':
    main()
