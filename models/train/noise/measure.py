"""How the pose networks err on `render.py`'s people: the numbers of `landmark_noise.py` and `synth/camera.py`.

    python -m noise.measure DIR        # DIR/*.npz of render.py, DIR/sightings.jsonl of sightings.rs

Errors are shares of the true trunk length while standing, x forward, y up. The model: error of a joint's middle (of left
and right) = mean shift at this inclination + one draw a clip + one draw a clip that grows with the depth + one draw a
frame. Half of the difference of left and right: one draw a clip and one a frame.
"""
import glob
import json
import os
import sys

import cv2
import numpy as np

import landmark_noise
from landmark_noise import KNOTS
from synth import raster

PAIRS = [(7, 8), (11, 12), (13, 14), (15, 16), (23, 24), (25, 26), (27, 28)]   # MediaPipe: left, right
NAMES = ['ear', 'shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle']
HIP, SHOULDER = 4, 1
CROP = 256
UP = np.array([1, -1])
BEYOND = .5      # a joint that is further off was taken for another one; shares of the trunk


class Frame:
    """What is true of a picture and what was seen in it."""

    def __init__(self, path, sighting):
        true = np.load(path)
        self.clip, self.standing = int(os.path.basename(path)[:3]), bool(true['standing'])
        joints = true['joints'][:, ::-1] * UP         # files have left, right; the near one is the right
        self.true, self.edge = joints, true['edge']
        middle = joints.mean(1)
        up = middle[SHOULDER] - middle[HIP]
        self.trunk, self.inclination = np.hypot(*up), np.degrees(np.arctan2(up[0], up[1]))
        points = np.array(sighting['landmarks'])
        self.seen = np.array([[points[right], points[left]] for left, right in PAIRS]) * UP
        self.region, self.mask = sighting['region'], cv2.imread(path.replace('.npz', '.mask.png'), cv2.IMREAD_GRAYSCALE)

    def errors(self, trunk):
        """(joints, xy) of the pairs' middles, and of half their differences."""
        off = (self.seen - self.true) / trunk
        return off.mean(1), (off[:, 0] - off[:, 1]) / 2

    def edge_errors(self, trunk):
        """How far each point of the mask's edge lies outside the true one, shares of the trunk."""
        line = raster.largest_contour(self.mask.astype(np.float32) / 255)
        x, y, size, turn = self.region
        cos, sin = np.cos(turn), np.sin(turn)
        places = (line - CROP / 2) * size / CROP @ np.array([[cos, sin], [-sin, cos]]) + [x, y]
        true = self.edge.astype(np.float32)
        return -np.array([cv2.pointPolygonTest(true, (float(a), float(b)), True) for a, b in places]) / trunk


def read(folder):
    """The frames of all clips in which somebody was found."""
    seen = {os.path.basename(line['picture'])[:-4]: line for line in map(json.loads, open(f'{folder}/sightings.jsonl'))}
    paths = [path for path in sorted(glob.glob(f'{folder}/*.npz')) if os.path.basename(path)[:-4] in seen]
    return [Frame(path, seen[os.path.basename(path)[:-4]]) for path in paths]


def hats(inclination):
    """Weights of the knots, as linear interpolation has them: (frames, knots)."""
    return np.stack([np.interp(inclination, KNOTS, row) for row in np.eye(len(KNOTS))], 1)


def spread(values):
    """A robust standard deviation of both coordinates together."""
    return 1.4826 * np.median(np.abs(values))


def parts(errors, clips, inclination):
    """(shift at the knots (knots, xy), spread per clip, per depth, per frame) of one joint's errors (frames, xy)."""
    usable = np.abs(errors).max(1) < BEYOND
    errors, clips, inclination = errors[usable], clips[usable], inclination[usable]
    shift = np.linalg.lstsq(hats(inclination), errors, rcond=None)[0]
    rest, depth = errors - hats(inclination) @ shift, np.clip(inclination / 80, -.1, 1.2)
    constant, growth, frames = [], [], []
    for clip in np.unique(clips):
        here = clips == clip
        if here.sum() < 6:
            continue
        design = np.stack([np.ones(here.sum()), depth[here]], 1)
        fit, *_ = np.linalg.lstsq(design, rest[here], rcond=None)
        constant.append(fit[0])
        growth.append(fit[1])
        left = rest[here] - design @ fit
        frames.append(left * np.sqrt(len(left) / (len(left) - 2)))
    frame = spread(np.concatenate(frames))
    # What two numbers fitted to a clip's frames scatter by without any cause of their own.
    by_chance = np.linalg.inv(design.T @ design).diagonal() * frame ** 2
    own = lambda fits, chance: np.sqrt(max(0, spread(np.array(fits)) ** 2 - chance))
    return shift, own(constant, by_chance[0]), own(growth, by_chance[1]), frame


def main():
    frames = read(sys.argv[1])
    clips = np.array([frame.clip for frame in frames])
    trunk = {clip: np.mean([frame.trunk for frame in frames if frame.clip == clip and frame.standing]) for clip in clips}
    inclination = np.array([frame.inclination for frame in frames])
    middle, half = (np.array(part) for part in zip(*[frame.errors(trunk[frame.clip]) for frame in frames]))
    print(len(frames), 'pictures of', len(trunk), 'people')
    print('shift at', KNOTS, '| per clip, per depth, per frame | pair: per clip, per frame   (now in landmark_noise.py)')
    for joint, name in enumerate(NAMES):
        shift, clip, depth, frame = parts(middle[:, joint], clips, inclination)
        _, pair_clip, _, pair_frame = parts(half[:, joint], clips, np.zeros(len(clips)) + inclination)
        there = landmark_noise.SHIFT[joint]
        print(f'{name:9}x {shift[:, 0].round(3)} ({there[0]})  y {shift[:, 1].round(3)} ({there[1]})')
        print(f'         {clip:.3f} {depth:.3f} {frame:.3f} ({landmark_noise.PER_CLIP[joint]} {landmark_noise.PER_DEPTH[joint]} '
              f'{landmark_noise.PER_FRAME[joint]}) | {pair_clip:.3f} {pair_frame:.3f} '
              f'({landmark_noise.PAIR_PER_CLIP[joint]} {landmark_noise.PAIR_PER_FRAME[joint]})')
    edges = [frame.edge_errors(trunk[frame.clip]) for frame in frames]
    rms = np.array([np.sqrt(np.mean(edge ** 2)) for edge in edges])
    print(f'mask edge: root mean square distance of a frame {np.median(rms):.3f} at the median, {np.percentile(rms, 90):.3f} at '
          f'the 90th percentile; outside by {np.mean([edge.mean() for edge in edges]):+.4f} in the mean')


if __name__ == '__main__':
    main()
