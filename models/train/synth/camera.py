"""Fixed cameras, and the person's mask as a pose network would give it."""
import math

import cv2
import numpy as np

from .skeleton import turn_z

CROP = 256


class Camera:
    """A camera beside a person who faces right. Picture coordinates are for focal length 1, y down."""

    def __init__(self, rng, body_height):
        self.distance = rng.uniform(1.9, 3.6) * body_height / 1.72
        self.height = rng.uniform(.45, 1.45)
        self.pitch = math.atan2(body_height * .5 - self.height, self.distance) + math.radians(rng.normal(0, 2.5))
        self.roll = math.radians(rng.normal(0, 1.8))
        #: How far the person is turned: positive shows the camera more of the front.
        self.yaw = rng.uniform(-18, 18) if rng.random() < .7 else rng.uniform(-42, 42)
        self.aside = rng.uniform(-.3, .3)

    def project(self, points, feet_x, yaw, shift):
        """Picture coordinates of points of a body that stands `shift` metres (aside, away) from the usual place."""
        place = [self.aside + shift[0], self.distance + shift[1], -self.height]
        x, y, z = np.moveaxis((points - [feet_x, 0, 0]) @ turn_z(-yaw).T + place, -1, 0)
        c, s = math.cos(self.pitch), math.sin(self.pitch)
        y, z = y * c + z * s, z * c - y * s
        x, y = x / y, -z / y
        c, s = math.cos(self.roll), math.sin(self.roll)
        return np.stack([x * c - y * s, x * s + y * c], -1)


class MaskNoise:
    """How the masks of one clip err: soft, wavy at the edge, a little too large or too small, now and then with a bulge
    where the background is bright. The size follows what MediaPipe does on rendered people: its edge lies 1 % of the
    trunk's length off at the median, 4.6 % at the 90th percentile of frames."""

    def __init__(self, rng):
        self.rng = rng
        self.amount, self.bias, self.blur = rng.lognormal(-.75, .55), rng.normal(.1, .35), rng.uniform(1.1, 2.6)

    def roughen(self, mask, outline):
        """A likelihood whose 0.5 edge is the disturbed one; `outline`: points on the true edge."""
        rng = self.rng
        amount, bias = self.amount * rng.lognormal(0, .25), self.bias + rng.normal(0, .12)
        soft = cv2.GaussianBlur(mask, (0, 0), self.blur)
        grid = int(rng.integers(20, 52))
        waves = rng.normal(bias, amount, (grid, grid)).astype(np.float32)
        shift = cv2.resize(waves, (CROP, CROP), interpolation=cv2.INTER_LINEAR)
        if rng.random() < .1:
            x, y = outline[rng.integers(len(outline))] + rng.normal(0, 6, 2)
            reach, height = rng.uniform(4, 14), rng.normal(.5, 2.)
            bell = lambda middle: np.exp(-(np.arange(CROP) - middle) ** 2 / (2 * reach ** 2))
            shift += np.outer(bell(y), height * bell(x)).astype(np.float32)
        at_edge = 4 * soft * (1 - soft)
        slope = .4 / self.blur   # of a blurred edge, per pixel
        return soft + shift * at_edge * slope
