"""Writes back.onnx, the mean of the models given.   python export.py --neck NECK.pt MODEL.pt… DATA back.onnx

The uncertainty is calibrated here: half of the held-out bodies (even numbers) say how many Laplace scales make an
interval that holds 90 % of the errors, and what is said of the neck of only one in twenty whose hair does not hang over
it. evaluate.py reports on the other half.
"""
import argparse

import numpy as np
import onnx
import torch
from torch import nn

import dataset
import features
import network

MOST_YAW = 20.0     # the interval is calibrated for people who stand as they should
HOLDS = 0.90
FALSELY_HIDDEN = 0.05


class Calibrated(nn.Module):
    """The network in radians, with 90 % intervals instead of log-scales; and whether hair hides the neck, 0 to 1, ½ being the
    limit."""

    def __init__(self, model, frame_factor, change_factor, neck, neck_limit):
        super().__init__()
        self.model, self.neck, self.neck_limit = model, neck, float(neck_limit)
        self.register_buffer('frame_factor', torch.tensor(frame_factor, dtype=torch.float32))
        self.register_buffer('change_factor', torch.tensor(change_factor, dtype=torch.float32))
        self.unit = float(np.radians(network.UNIT))

    def interval(self, log_scale, factor):
        return torch.exp(log_scale.clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE)) * self.unit * factor

    def forward(self, now, standing):
        alone, change = self.model(now, standing)
        return (alone[:, :3] * self.unit, self.interval(alone[:, 10:15], self.frame_factor), alone[:, 3:4] * self.unit,
                alone[:, 4:10].reshape(-1, 3, 2), network.measures(change[:, :3]) * self.unit,
                self.interval(change[:, 3:8], self.change_factor), torch.sigmoid(self.neck(standing) - self.neck_limit))


class Mean(nn.Module):
    """The mean of networks that were trained alike from different seeds; of scales the geometric one."""

    def __init__(self, models):
        super().__init__()
        self.models = nn.ModuleList(models)

    def forward(self, now, standing):
        answers = [model(now, standing) for model in self.models]
        return tuple(sum(part) / len(self.models) for part in zip(*answers))


OUTPUTS = ['inclination', 'inclination_interval', 'yaw', 'points', 'change', 'change_interval', 'neck_hidden']


def standing_and_others(views, rows, rng):
    """For each clip: mean features and mean true angles of its standing frames, inputs and rows of the others."""
    rows = np.sort(rows)
    inputs, _, seen = views.inputs(rng, rows)
    place = {row: number for number, row in enumerate(rows)}
    for still, others in views.by_clip(rows):
        still, others = (part[[seen[place[row]] for row in part]] for part in (still, others))
        if len(still) and len(others):
            yield (np.median(inputs[[place[row] for row in still]], 0), views.angles[still].mean(0),
                   inputs[[place[row] for row in others]], others)


def factors(model, views, rows):
    """How many scales hold 90 % of the errors, for the single frame and for the change."""
    frame, change = [], []
    with torch.no_grad():
        for standing, standing_angles, inputs, others in standing_and_others(views, rows, np.random.default_rng(2)):
            here = np.abs(views.angles[others, dataset.YAW]) < MOST_YAW
            if not here.any():
                continue
            now = torch.from_numpy(inputs[here])
            alone, moved = model(now, torch.from_numpy(standing)[None].expand(len(now), -1))
            true = torch.from_numpy(views.angles[others[here], :3])
            ratio = lambda found, wanted, log: ((network.measures(found * network.UNIT) - network.measures(wanted)).abs()
                                                / network.UNIT / torch.exp(log.clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE)))
            frame.append(ratio(alone[:, :3], true, alone[:, 10:15]))
            change.append(ratio(moved[:, :3], true - torch.from_numpy(standing_angles[:3]), moved[:, 3:8]))
    return tuple(np.quantile(torch.cat(part).numpy(), HOLDS, axis=0) for part in (frame, change))


def limit(neck, views, rows):
    """The log-odds that few people exceed whose hair does not hang over the neck."""
    standing, first = views.standing_frames(np.random.default_rng(2), rows)
    standing = standing[np.abs(views.angles[first, dataset.YAW]) < MOST_YAW]
    with torch.no_grad():
        return np.quantile(neck(torch.from_numpy(standing)).numpy(), 1 - FALSELY_HIDDEN)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('models', nargs='+')
    parser.add_argument('--neck', required=True)
    parser.add_argument('data')
    parser.add_argument('out')
    given = parser.parse_args()
    torch.set_num_threads(1)
    model = Mean([network.Network() for _ in given.models]).eval()
    for one, path in zip(model.models, given.models):
        one.load_state_dict(torch.load(path, weights_only=True))
    neck = network.Neck().eval()
    neck.load_state_dict(torch.load(given.neck, weights_only=True))
    views = dataset.Views(given.data)
    calibrating = np.flatnonzero(views.held_out & (views.body % 2 == 0))
    frame_factor, change_factor = factors(model, views, calibrating)
    neck_limit = limit(neck, views, calibrating)
    print('scales in a 90 % interval, frame:', frame_factor.round(2), 'change:', change_factor.round(2),
          'log-odds of hair over the neck:', round(float(neck_limit), 2))
    calibrated = Calibrated(model, frame_factor, change_factor, neck, neck_limit).eval()
    example = torch.zeros(1, features.SIZE)
    torch.onnx.export(calibrated, (example, example), given.out, input_names=['now', 'standing'], output_names=OUTPUTS,
                      dynamic_axes={name: {0: 'frames'} for name in ['now', 'standing'] + OUTPUTS}, opset_version=17, dynamo=False)
    onnx.checker.check_model(onnx.load(given.out))


if __name__ == '__main__':
    main()
