"""The generated silhouettes, turned into network inputs with fresh landmark noise every time."""
import glob

import numpy as np

import features
import landmark_noise
from synth.generate import RIGS, UNVARIED

PELVIS, UPPER_LUMBAR, THIGH, THORACIC, KNEE, YAW = range(6)
MIRROR_Y = np.array([1, -1], np.float32)    # files have y down, the network y up
FIXED_POINT = 64
#: Share of frames whose outline swells somewhere, and how far (of the trunk): in any room, and in one whose window or wall is burnt
#: out as the clothes are, where it swells there and in most frames; and the share of clips from such a room.
BULGING, HEIGHT = np.array([.18, .8]), np.array([.06, .1])
BURNT_OUT = .12
#: That window: its middle from the hips and half its size, in trunk lengths (forward, up); how far it moves from frame to frame with the
#: hips; how much of its outline is told burnt out; and how far from the trunk's line a shirt reaches.
WINDOW, WINDOW_HALF, SWAYS = np.array([[-1., 1.], [-.2, 1.4]]), np.array([.15, 1.2]), .1
TOLD, SHIRT, SHIRT_ONLY = .98, .55, .8
NEARER = 0.02     # people move a little nearer or farther from frame to frame


MAKERS = ['makehuman', 'rocketbox']


class Views:
    """All views of some folders. A clip is one body seen by one camera; `standing` marks its standing frames."""

    def __init__(self, *folders):
        files = [dict(np.load(name)) for folder in folders for name in sorted(glob.glob(f'{folder}/*.npz'))]
        joined = {key: np.concatenate([file[key] for file in files]) for key in files[0]}
        self.exact, self.rough, self.kind = joined['exact'], joined['rough'], joined['kind']
        # The generated person faces right, so the right side is the near one; files have left, right.
        self.joints = joined['joints'][:, :, ::-1] * MIRROR_Y
        self.levels, self.angles, self.scale = joined['levels'] * MIRROR_Y, joined['angles'], joined['scale']
        self.body, camera, standing, self.clothes, self.bottom, self.arm, self.hair = joined['ids'].T
        self.standing = standing > 0
        #: The maker of each body, a place in MAKERS; and whether it was varied (`synth/variation.py`).
        self.maker, self.varied = (self.body >= RIGS).astype(int), self.body % UNVARIED != 0
        _, self.clip = np.unique(self.body.astype(np.int64) * 100 + camera, return_inverse=True)
        #: Bodies that training never sees: every tenth ten.
        self.held_out = (self.body // 10) % 10 == 0

    def inputs(self, rng, rows, exact=False, amount=1.0):
        """Network inputs of these rows.

        Returns the features (n, features.SIZE), the true places of S1, T12/L1 and C7 (n, 6) relative to each frame's
        origin in trunk lengths, and whether the frame has a back at all (n). `exact`: the true outline instead of the
        disturbed one; `amount`: of landmark noise, 0 for the true joints.
        """
        _, clip = np.unique(self.clip[rows], return_inverse=True)
        true_trunk = self.scale[rows].astype(np.float64)
        joints = self.joints[rows].astype(np.float64)
        if amount > 0:
            joints = landmark_noise.disturb(rng, joints, true_trunk, clip, amount)
        trunk = _trunk_lengths(joints, true_trunk, clip, self.standing[rows]) * rng.normal(1, NEARER * amount, len(rows))
        outlines = (self.exact if exact else self.rough)[rows].astype(np.float32) / FIXED_POINT * MIRROR_Y
        lit = np.zeros(outlines.shape[:2], bool)
        if not exact:
            lit = burn_out(rng, outlines, joints, trunk, clip)
            bulge(rng, outlines, trunk, clip, lit)
        inputs = np.zeros((len(rows), features.SIZE), np.float32)
        origins = np.zeros((len(rows), 2))
        features.frames(outlines, lit, joints, trunk, inputs, origins)
        seen = np.isfinite(origins[:, 0])
        levels = (self.levels[rows] - origins[:, None]) / trunk[:, None, None]
        return inputs, np.nan_to_num(levels.reshape(-1, 6)).astype(np.float32), seen

    def standing_frames(self, rng, rows):
        """What the program knows of each clip's standing, the median of its frames' inputs (n, features.SIZE); and the first
        row of each (n)."""
        rows = rows[self.standing[rows]]
        rows = rows[np.argsort(self.clip[rows], kind='stable')]
        inputs, _, seen = self.inputs(rng, rows)
        inputs, rows = inputs[seen], rows[seen]
        first = np.r_[0, np.flatnonzero(np.diff(self.clip[rows])) + 1]
        return np.array([np.median(frames, 0) for frames in np.split(inputs, first[1:])]), rows[first]

    def by_clip(self, rows):
        """(standing rows, other rows) of every clip that has both."""
        rows = rows[np.argsort(self.clip[rows], kind='stable')]
        cuts = np.flatnonzero(np.diff(self.clip[rows])) + 1
        clips = [(part[self.standing[part]], part[~self.standing[part]]) for part in np.split(rows, cuts)]
        return [(still, others) for still, others in clips if len(still) and len(others)]


def burn_out(rng, outlines, joints, trunk, clip):
    """Which points of the outlines (n, points) lie before a window as burnt out as the clothes are; in most clips none.
    `clip`: for each frame the number of the clip it belongs to."""
    clips = clip.max() + 1
    burnt, shirt = rng.random(clips) < BURNT_OUT, rng.random(clips) < SHIRT_ONLY
    middle, half = rng.uniform(*WINDOW.T, (clips, 2)), rng.uniform(*WINDOW_HALF, (clips, 2))
    lit = np.zeros(outlines.shape[:2], bool)
    rows = np.flatnonzero(burnt[clip])
    hip, shoulder = joints[rows][:, features.HIP].mean(1), joints[rows][:, features.SHOULDER].mean(1)
    away = (outlines[rows] - hip[:, None]) / trunk[rows, None, None]
    inside = np.abs(away - middle[clip[rows]][:, None] + rng.normal(0, SWAYS, (len(rows), 1, 2))) < half[clip[rows]][:, None]
    up = (shoulder - hip) / trunk[rows, None]
    along = np.clip((away * up[:, None]).sum(2) / np.maximum((up ** 2).sum(1), 1e-6)[:, None], 0, 1)
    on_shirt = np.hypot(*np.moveaxis(away - along[..., None] * up[:, None], -1, 0)) < SHIRT
    told = rng.random(inside.shape[:2]) < TOLD
    lit[rows] = inside.all(2) & (on_shirt | ~shirt[clip[rows]][:, None]) & told
    return lit


def bulge(rng, outlines, trunk, clip, lit):
    """Here and there lets an outline swell, in place: where the background is as bright as the shirt, the pose network
    takes some of it for the person, or the other way round. `lit`: which points are burnt out, as is what is behind them."""
    glaring = lit.any(1).astype(int)
    chosen = np.flatnonzero(rng.random(len(outlines)) < BULGING[glaring])
    lines = outlines[chosen].astype(np.float64)
    count = lines.shape[1]
    along = np.roll(lines, -6, 1) - np.roll(lines, 6, 1)
    length = np.maximum(np.hypot(along[..., 0], along[..., 1]), 1e-6)
    outward = np.stack([-along[..., 1], along[..., 0]], -1) / length[..., None]   # clockwise, y up: the left hand
    spacing = np.hypot(*np.moveaxis(np.roll(lines, -1, 1) - lines, -1, 0)).mean(1)
    width = rng.uniform(.08, .5, len(chosen)) * trunk[chosen] / np.maximum(spacing, 1e-6)
    height = np.abs(rng.normal(0, HEIGHT[glaring[chosen]])) * np.where(rng.random(len(chosen)) < .75, 1, -.5) * trunk[chosen]
    # The highest of random numbers: anywhere on the outline, or anywhere it is lit.
    anywhere = rng.random((len(chosen), count))
    top = np.where(lit[chosen].any(1)[:, None], anywhere * lit[chosen], anywhere).argmax(1)
    apart = np.abs(np.arange(count) - top[:, None])
    apart = np.minimum(apart, count - apart)
    bump = height[:, None] * np.exp(-(apart / width[:, None]) ** 2 / 2)
    outlines[chosen] = (lines + outward * bump[..., None]).astype(np.float32)


def _trunk_lengths(joints, scale, clip, standing):
    """The trunk's length as the program knows it, in the pixels of each frame's own crop: between the landmarks, mean over
    the clip's standing frames. A crop closes in by up to a tenth in a bend, and the program measures in pixels of the camera;
    so lengths go from crop to crop by `scale`, the true trunk's length in each."""
    now = np.linalg.norm(joints[:, features.SHOULDER].mean(1) - joints[:, features.HIP].mean(1), axis=1) / scale
    total = np.bincount(clip[standing], now[standing], clip.max() + 1)
    count = np.bincount(clip[standing], minlength=clip.max() + 1)
    return np.where(count[clip] > 0, (total / np.maximum(count, 1))[clip], now) * scale
