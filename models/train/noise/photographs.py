"""How far the edge of the pose networks' masks is off on photographs of people, beside what `synth/camera.py` makes of it.

    python -m noise.photographs SIGHTINGS.jsonl DIST

The lines of SIGHTINGS.jsonl and the masks beside the photographs are written by `sightings.rs`. The edge that a mask is held against is
that of IS-Net (Qin et al. 2022, MIT), which is four times finer; DIST holds its parts (README.md). It is no truth: photographs in which
the two differ by more than BEYOND along much of the back (a bench, a bar, somebody else) are left out and counted.

What is compared is the back's line of `features.py`, in shares of the trunk's length, outside positive: the masks of the pose network; and
IS-Net's own, roughened as in training.
"""
import argparse
import json
import os

import cv2
import numpy as np
import onnxruntime

import features
from noise.measure import CROP, PAIRS, UP
from synth import raster
from synth.camera import MaskNoise

EAR, SHOULDER, HIP, KNEE, ANKLE = features.EAR, features.SHOULDER, features.HIP, features.KNEE, features.ANKLE
HEELS, TOES = [29, 30], [31, 32]    # of MediaPipe
BEYOND, MOST_BEYOND = .1, .25    # shares of the trunk, of the back's points
SIDE_ON = .45                    # the shoulders are no further apart, in trunks
BENT = 25                        # degrees of the trunk
SEGMENTED = 1024                 # IS-Net's input


class Photograph:
    """A photograph of one person and what the pose network saw in it; pixels of the photograph, y down."""

    def __init__(self, sighting):
        self.name = sighting['picture']
        self.picture = cv2.imread(self.name)
        points = np.array(sighting['landmarks'])
        self.forward = 1 if points[TOES, 0].mean() > points[HEELS, 0].mean() else -1
        sides = [(right, left) if self.forward > 0 else (left, right) for left, right in PAIRS]
        self.joints = np.array([[points[near], points[far]] for near, far in sides])
        middle = self.joints.mean(1)
        self.up = middle[SHOULDER] - middle[HIP]
        self.trunk = np.hypot(*self.up)
        self.inclination = np.degrees(np.arctan2(abs(self.up[0]), -self.up[1]))
        self.region = sighting['region']
        self.mask = cv2.imread(os.path.splitext(self.name)[0] + '.mask.png', cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255

    def usable(self):
        """On their feet, side-on, from the ears to the ankles in the picture."""
        middle, (height, width) = self.joints.mean(1), self.picture.shape[:2]
        seen = self.joints[[EAR, SHOULDER, HIP, KNEE, ANKLE]].reshape(-1, 2)
        inside = (seen > 0).all() and (seen < [width, height]).all()
        standing = middle[KNEE, 1] - middle[HIP, 1] > .35 * self.trunk and middle[ANKLE, 1] - middle[KNEE, 1] > .3 * self.trunk
        side_on = np.hypot(*(self.joints[SHOULDER, 0] - self.joints[SHOULDER, 1])) < SIDE_ON * self.trunk
        return inside and standing and side_on

    def to_picture(self, places):
        """Places of the mask in the photograph."""
        x, y, size, turn = self.region
        cos, sin = np.cos(turn), np.sin(turn)
        return (places - CROP / 2) * size / CROP @ np.array([[cos, sin], [-sin, cos]]) + [x, y]

    def in_region(self, likelihood):
        """A likelihood of the photograph's size as one of the mask's."""
        corners = np.float32([[0, 0], [CROP, 0], [0, CROP]])
        onto = cv2.getAffineTransform(np.float32(self.to_picture(corners)), corners)
        # Areas, not points, are sampled: a photograph has more pixels than its mask.
        soft = cv2.GaussianBlur(likelihood, (0, 0), max(.1, .4 * self.region[2] / CROP))
        return cv2.warpAffine(soft, onto, (CROP, CROP))

    def back(self, mask):
        """The back's line (DORSAL, 2) in the photograph, or None; without the places that an arm bridges."""
        line = raster.largest_contour(mask)
        if line is None:
            return None
        flip = np.array([self.forward, -1])
        outline = np.ascontiguousarray(raster.resample_closed(self.to_picture(line), 640) * flip)
        if self.forward < 0:
            outline = np.ascontiguousarray(outline[::-1])
        out = np.zeros(features.SIZE, np.float32)
        origin = features.frame(outline, np.zeros(len(outline), bool), self.joints * flip, self.trunk, out)
        if not np.isfinite(origin[0]):
            return None
        n = features.DORSAL
        points = np.stack([out[:n], out[n:2 * n]], 1) * self.trunk + origin
        return (points * flip)[out[2 * n:3 * n] == 0]


def is_net(folder):
    """The network whose parts a folder of the npm package @imgly/background-removal-data holds."""
    with open(f'{folder}/resources.json') as file:
        parts = json.load(file)['/models/medium']['chunks']
    model = b''
    for part in sorted(parts, key=lambda part: part['offsets'][0]):
        with open(f'{folder}/{part["hash"]}', 'rb') as file:
            model += file.read()
    return onnxruntime.InferenceSession(model)


def segment(network, picture):
    """IS-Net's likelihood of the foreground, of the picture's size."""
    height, width = picture.shape[:2]
    square = cv2.resize(picture[:, :, ::-1], (SEGMENTED, SEGMENTED)).astype(np.float32)
    found = network.run(None, {network.get_inputs()[0].name: ((square - 128) / 256).transpose(2, 0, 1)[None]})[0]
    return cv2.resize(np.float32(found).reshape(SEGMENTED, SEGMENTED), (width, height))


def distances(points, edge, trunk):
    """How far each point lies outside a closed line, shares of the trunk."""
    edge = edge.astype(np.float32)
    return -np.array([cv2.pointPolygonTest(edge, (float(x), float(y)), True) for x, y in points]) / trunk


def correlation_length(off):
    """Over which share of the back's line errors are alike: where their autocorrelation falls below 1/e."""
    off = off - off.mean()
    correlation = np.correlate(off, off, 'full')[len(off) - 1:] / max((off ** 2).sum(), 1e-12)
    below = np.flatnonzero(correlation < np.exp(-1))
    return (below[0] if len(below) else len(off)) / features.DORSAL


def describe(name, errors):
    """One row of the table."""
    rms = 100 * np.array([np.sqrt(np.mean(off ** 2)) for off in errors])
    mean = 100 * np.array([off.mean() for off in errors])
    wave = 100 * np.median([off.std() for off in errors])
    spread = 1.4826 * np.median(np.abs(mean - np.median(mean)))
    print(f'| {name} | {len(errors)} | {np.median(rms):.1f} | {np.percentile(rms, 90):.1f} | {np.median(mean):+.1f} | {spread:.1f} | {wave:.1f} | '
          f'{np.median([correlation_length(off) for off in errors]):.2f} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('sightings')
    parser.add_argument('dist')
    given = parser.parse_args()
    network = is_net(given.dist)
    rng = np.random.default_rng(0)
    seen = [Photograph(json.loads(line)) for line in open(given.sightings)]
    usable = [photograph for photograph in seen if photograph.usable()]
    rows, unlike = [], 0
    for photograph in usable:
        path = os.path.splitext(photograph.name)[0] + '.isnet.png'
        if not os.path.exists(path):
            cv2.imwrite(path, np.clip(segment(network, photograph.picture) * 255, 0, 255).astype(np.uint8))
        reference = cv2.imread(path, cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        edge = raster.largest_contour(reference)
        back = photograph.back(photograph.mask)
        if edge is None or back is None or len(back) < features.DORSAL / 3:
            unlike += 1
            continue
        off = distances(back, edge, photograph.trunk)
        if np.mean(np.abs(off) > BEYOND) > MOST_BEYOND:
            unlike += 1
            continue
        crop = photograph.in_region(reference)
        exact = raster.largest_contour(crop)
        made = []
        for _ in range(5):
            rough = photograph.back(MaskNoise(rng).roughen(crop, exact))
            if rough is not None:
                made.append(distances(rough, edge, photograph.trunk))
        rows.append((photograph, off, made))
    print(len(seen), 'photographs,', len(usable), 'of whole people side-on,', unlike, 'of them left out: the two networks see different things\n')
    print('| backs | number | root mean square, % of the trunk: median | 90th percentile | mean: median | its spread | waves | correlated over (of the line) |')
    print('|---|---|---|---|---|---|---|---|')
    for name, chosen in (('all', rows), ('upright', [row for row in rows if row[0].inclination < BENT]),
                         ('bent', [row for row in rows if row[0].inclination >= BENT])):
        describe(f'{name}: mask of the pose network', [row[1] for row in chosen])
        describe(f'{name}: roughened as in training', [off for row in chosen for off in row[2]])
    print('\nfurthest apart:')
    for photograph, off, _ in sorted(rows, key=lambda row: -np.mean(row[1] ** 2))[:8]:
        print(f'{os.path.basename(photograph.name)} {100 * off.mean():+.1f} ± {100 * off.std():.1f}')


if __name__ == '__main__':
    main()
