"""Renders a whole session of a made person: film.mp4 and its truth, film.csv.   python film.py   (README.md says with what)

The person does what the session of first.toml asks for, at the times at which it asks. Whoever stands still is rendered
once; every other posture once however often it is shown.
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '../refusal'), os.path.join(HERE, '../../models/train')]
import cv2
import numpy as np

import studio
from render import Actor
from synth import arms
from synth.skeleton import Pose, turn_y

SIZE, SAMPLES, DISTANCE, SEED = (640, 360), 4, 3.8, 41
RATE = 15        # frames a second
QUALITY = 27     # x264's constant rate factor
NOISE = 2.5      # of a camera, grey levels
ANGLES = ('pelvis', 'lumbar', 'thoracic', 'neck', 'knee')

# What the person can be like: every key of a posture with the value it has in plain standing at the picture's middle.
STAND = dict(pelvis=0, lumbar=0, thoracic=0, neck=0, knee=2, x=0, yaw=0, crossed=0, raised=0, stride=0, walks=0)
HINGE = dict(pelvis=56, lumbar=4, thoracic=2, neck=-8, knee=14)
ROUND = dict(pelvis=24, lumbar=44, thoracic=18, neck=5, knee=6)
MIXED = dict(pelvis=44, lumbar=18, thoracic=6, neck=-2, knee=10)
UPRIGHT = {angle: STAND[angle] for angle in ANGLES}
AWAY = -2.8      # metres beside the middle, out of view
STEP = .68       # metres a stride's half


def act():
    """The film: (seconds, what has changed at their end) one after the other; without change: stand still. Lengths are whole
    frames, so that the way up has the postures of the way down."""
    bend = lambda peak: [(2.0, peak), (.6, {}), (2.0, UPRIGHT), (1.2, {})]
    hand = [(.6, dict(raised=1)), (1.4, {}), (.6, dict(raised=0))]
    return [
        (1.0, {}), (2.0, dict(x=0)),                                # walks in
        (.6, dict(yaw=-90)), (2.8, {}), (.6, dict(yaw=0)),          # looks at the camera, turns side-on
        (21.0, {}),                                                 # stands tall; leaves the full bend out
        (.6, dict(crossed=1)), (7.8, {}),                           # listens
        *bend(HINGE), *bend(ROUND), *bend(HINGE), (7.4, {}),        # first set, looks at its best and worst
        *hand, (7.4, {}),                                           # next, please; rests
        *bend(HINGE),                                               # second set
        (.6, dict(crossed=0)), (2.0, dict(x=-AWAY)), (4.0, {}),     # somebody rings
        (0, dict(yaw=180)), (2.0, dict(x=0)), (11.6, {}),           # comes back, stands tall the other way round
        (.6, dict(crossed=1)), *bend(MIXED), *bend(HINGE),
        (22.0, {}),
    ]


def smooth(part):
    return part * part * (3 - 2 * part)


def frames():
    """The posture of every frame."""
    now, begun, time, frame = {**STAND, 'x': AWAY}, 0.0, 0.0, 0
    for length, change in act():
        begun, time = time, time + length
        goal = {**now, **change}
        walks = goal['x'] != now['x']
        while frame / RATE < time - 1e-9:
            part = (frame / RATE - begun) / length
            share = part if walks else smooth(part)
            posture = {key: now[key] + (goal[key] - now[key]) * share for key in now}
            if walks:
                gone = abs(posture['x'] - now['x'])
                posture.update(stride=gone / STEP, walks=min(1, 4 * part, 4 * (1 - part)))
            yield posture
            frame += 1
        now = {**goal, 'stride': 0, 'walks': 0}


def held(posture):
    """Where the arms are: hanging, crossed on the chest, or the near one above the head, and anything between."""
    hang = [np.array([.07, .14, -1.]), np.array([.22, .06, -1.])]
    cross = [np.array(way) for way in arms.DIRECTIONS['cross']]
    up = [np.array([.12, .3, .95]), np.array([.05, .05, 1.])]
    near = 'R' if posture['yaw'] < 90 else 'L'

    def ways(side):
        raised = posture['raised'] if side == near else 0
        swing = np.array([.4, 0, 0]) * posture['walks'] * np.sin(np.pi * posture['stride']) * (1 if side == 'R' else -1)
        aside = np.array([0, 1., 0]) * np.sin(np.pi * raised)     # round the side, not through the body
        return [h * (1 - posture['crossed']) * (1 - raised) + c * posture['crossed'] * (1 - raised) + u * raised + swing + aside
                for h, c, u in zip(hang, cross, up)]
    return arms.on_the_trunk(ways('L'), ways('R'), 0)


def pose(posture):
    """How the skeleton takes a posture: balanced on both feet, or in mid-stride."""
    def solve(skeleton, held):
        solved = skeleton.solve(**{angle: posture[angle] for angle in ANGLES}, arms=held)
        if not posture['walks']:
            return solved
        turns = solved.turns.copy()
        for side, phase in (('L', 0), ('R', np.pi)):
            swing = np.pi * posture['stride'] + phase
            thigh = posture['walks'] * (4 + 22 * np.sin(swing))
            knee = 4 + posture['walks'] * 48 * max(0, np.cos(swing)) ** 1.5
            for bone, turn in (('thigh', -thigh), ('shank', knee - thigh), ('foot', .5 * (knee - thigh))):
                turns[skeleton.index[bone + side]] = turn_y(turn)
        heads = solved.heads.copy()
        for number, (_, parent, head) in enumerate(skeleton.bones):
            if parent is not None:
                above = skeleton.index[parent]
                heads[number] = heads[above] + turns[above] @ (head - skeleton.rest_heads[above])
        return Pose(solved.pelvis, solved.lumbar, solved.thoracic, solved.thigh_forward, solved.knee, turns, heads)
    return solve


class Set:
    """The room with the person, and every picture of it that was taken: rendered only where somebody or their shadow is."""

    def __init__(self, folder):
        studio.WIDTH, studio.HEIGHT = SIZE
        studio.SAMPLES = SAMPLES
        self.room, self.actor, self.folder = studio.Studio(np.random.default_rng(SEED), distance=DISTANCE), Actor(SEED), folder
        self.paints, self.empty = {}, self.room.clean()

    def picture(self, posture):
        """(path of the clean picture, true hip and lumbar flexion)"""
        key = '_'.join(f'{value:.2f}' for value in posture.values())
        path, truth = f'{self.folder}/{key}.png', f'{self.folder}/{key}.npy'
        if not os.path.exists(truth):
            surfaces, angles = self.actor.surfaces(pose(posture), held(posture), posture['yaw'], (posture['x'], 0))
            self.room.show([(vertices, faces, self.paint(colour)) for vertices, faces, colour in surfaces])
            seen = self.room.clean(np.concatenate([vertices[::40] for vertices, _, _ in surfaces]))
            cv2.imwrite(path, np.where(seen[..., 3:] > 127, seen[..., :3], self.empty[..., :3]))
            np.save(truth, angles)
        return path, np.load(truth)

    def paint(self, colour):
        if colour not in self.paints:
            self.paints[colour] = studio.paint(colour)
        return self.paints[colour]


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    postures, scene = list(frames()), Set(folder)
    shown = []
    for number, posture in enumerate(postures):
        shown.append(scene.picture(posture))
        if number % 50 == 0:
            print(number, 'of', len(postures), flush=True)
    film(shown)
    with open(f'{HERE}/film.csv', 'w', newline='') as file:
        table = csv.writer(file)
        table.writerow(['time', 'hip', 'lumbar'])
        zero = scene.picture(STAND)[1]
        for number, (_, truth) in enumerate(shown):
            table.writerow([f'{number / RATE:.3f}', *(f'{angle:.1f}' for angle in truth - zero)])


def film(shown):
    """Adds what a camera adds, and encodes."""
    rng = np.random.default_rng(SEED)
    command = [shutil.which('ffmpeg'), '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'bgr24', '-s', '%dx%d' % SIZE, '-r', str(RATE),
               '-i', '-', '-c:v', 'libx264', '-preset', 'veryslow', '-crf', str(QUALITY), '-pix_fmt', 'yuv420p', '-movflags', '+faststart',
               f'{HERE}/film.mp4']
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for path, _ in shown:
            encoder.stdin.write(studio.webcam(cv2.imread(path), rng, NOISE).tobytes())


if __name__ == '__main__':
    main()
