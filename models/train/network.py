"""The network: one frame and the same person's standing frame in, angles with their uncertainty out."""
import torch
from torch import nn
from torch.nn import functional as F

import features

MEASURES = ['pelvis', 'upper_lumbar', 'thigh', 'lumbar', 'hip']
UNIT = 30.0     # degrees: the network's own unit of angle
LEAST_LOG_SCALE, LARGEST_LOG_SCALE = -5.0, 2.0
HIP_LANDMARK = slice(4, 6)   # among the joint numbers


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.Conv1d(width, width, 3, padding=1), nn.Conv1d(width, width, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.second(F.relu(self.first(x))))


def line_reader(channels, widths):
    """Convolutions along a line, halving its points with every width."""
    layers = []
    for width in widths:
        layers += [nn.Conv1d(channels, width, 5, stride=2, padding=2), nn.ReLU(), Residual(width)]
        channels = width
    return nn.Sequential(*layers)


def directions(line):
    """From each point of a line to the next, scaled to about one."""
    return F.pad((line[:, :2, 1:] - line[:, :2, :-1]) * 20, (0, 1))


class Encoder(nn.Module):
    """One frame's features to `code` numbers."""

    def __init__(self, code=160):
        super().__init__()
        self.dorsal = line_reader(8, [32, 48, 64])
        self.ventral = line_reader(5, [24, 32, 32])
        self.dense = nn.Sequential(nn.Linear(64 * 16 + 32 * 8 + 64, 256), nn.ReLU(), nn.Linear(256, code), nn.ReLU())
        self.joints = nn.Sequential(nn.Linear(2 * features.JOINT_POINTS, 64), nn.ReLU())

    def forward(self, frame):
        dorsal_end, ventral_end = 4 * features.DORSAL, 4 * features.DORSAL + 3 * features.VENTRAL
        dorsal = frame[:, :dorsal_end].reshape(-1, 4, features.DORSAL)
        ventral = frame[:, dorsal_end:ventral_end].reshape(-1, 3, features.VENTRAL)
        joints = frame[:, ventral_end:]
        from_hip = dorsal[:, :2] - joints[:, HIP_LANDMARK, None]
        dorsal = self.dorsal(torch.cat([dorsal, directions(dorsal), from_hip], 1))
        ventral = self.ventral(torch.cat([ventral, directions(ventral)], 1))
        return self.dense(torch.cat([dorsal.flatten(1), ventral.flatten(1), self.joints(joints)], 1))


class Network(nn.Module):
    def __init__(self, code=160):
        super().__init__()
        self.encoder = Encoder(code)
        # Of one frame: pelvis, upper lumbar, thigh, yaw; three points; log-scales of the five measures.
        self.alone = nn.Linear(code, 4 + 6 + 5)
        # Change from standing: pelvis, upper lumbar, thigh; log-scales of the five measures.
        self.change = nn.Sequential(nn.Linear(3 * code, 192), nn.ReLU(), nn.Linear(192, 3 + 5))

    def heads(self, now, standing):
        return self.alone(now), self.change(torch.cat([now, standing, now - standing], 1))

    def forward(self, now, standing):
        return self.heads(self.encoder(now), self.encoder(standing))


class Mean(nn.Module):
    """The mean of networks that were trained alike from different seeds; of scales the geometric one."""

    def __init__(self, models):
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, now, standing):
        answers = [model(now, standing) for model in self.models]
        return tuple(sum(part) / len(self.models) for part in zip(*answers))


class Neck(nn.Module):
    """The log-odds that hair lies over the neck, and over the low back, of somebody who stands so. Small: it shares back.onnx."""

    def __init__(self, mean=0.0, spread=1.0, width=64):
        super().__init__()
        self.register_buffer('mean', torch.as_tensor(mean).expand(features.SIZE).float().clone())
        self.register_buffer('spread', torch.as_tensor(spread).expand(features.SIZE).float().clone())
        self.read = nn.Sequential(nn.Linear(features.SIZE, width), nn.ReLU(), nn.Dropout(.3),
                                  nn.Linear(width, width // 2), nn.ReLU(), nn.Dropout(.2), nn.Linear(width // 2, 2))

    def forward(self, standing):
        return self.read(((standing - self.mean) / self.spread).clamp(-8, 8))


class Legs(nn.Module):
    """The log-odds that something before the legs hides them in a frame. Small: it shares back.onnx."""

    def __init__(self, mean=0.0, spread=1.0, width=64):
        super().__init__()
        self.register_buffer('mean', torch.as_tensor(mean).expand(features.SIZE).float().clone())
        self.register_buffer('spread', torch.as_tensor(spread).expand(features.SIZE).float().clone())
        self.read = nn.Sequential(nn.Linear(features.SIZE, width), nn.ReLU(), nn.Dropout(.1),
                                  nn.Linear(width, width // 2), nn.ReLU(), nn.Linear(width // 2, 1))

    def forward(self, frame):
        return self.read(((frame - self.mean) / self.spread).clamp(-8, 8))


def measures(three):
    """Pelvis, upper lumbar, thigh -> those three, lumbar flexion and hip flexion."""
    pelvis, upper, thigh = three[..., 0:1], three[..., 1:2], three[..., 2:3]
    return torch.cat([pelvis, upper, thigh, upper - pelvis, pelvis - thigh], -1)
