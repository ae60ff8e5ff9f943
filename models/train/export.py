"""Writes back.onnx, the mean of the models given, and beside it its parts (cut.py).   python export.py MODEL.pt… back.onnx --neck NECK.pt --legs LEGS.pt --factors factors.json --data DATA…

The intervals of what is reported are the widest of those that hold in 90 % of the natural movements of a maker left out (leave_out.py)
and of each group of held-out bodies (maker, varied or as made): who stands before the camera is of no group that is known. Half of
the held-out bodies (even numbers) say that, how many Laplace scales make such an interval of a single frame's angles, and what is said of
the neck of only one in twenty whose hair does not hang over it,
and of the legs of so few of those before whom there is nothing. evaluate.py reports on the other half.
"""
import argparse
import json

import numpy as np
import onnx
import torch
from torch import nn

import cut
import dataset
import evaluate
import features
import leave_out
import network

MOST_YAW = 20.0     # the interval is calibrated for people who stand as they should
HOLDS = 0.90
FALSELY_HIDDEN = np.array([0.05, 0.01])     # neck, low back: without a low back nothing is measured
LEGS_FALSELY_HIDDEN = 0.005, 0.01           # in a frame, in a whole standing posture: without legs nothing is measured


class Calibrated(nn.Module):
    """The network in radians, with 90 % intervals instead of log-scales; and whether hair hides the neck, and the low back, and
    something the legs, now or in standing; 0 to 1, ½ being the limit."""

    def __init__(self, model, frame_factor, change_factor, neck, hair_limit, legs, legs_limit):
        super().__init__()
        self.model, self.neck, self.legs = model, neck, legs
        self.register_buffer('legs_limit', torch.tensor(legs_limit, dtype=torch.float32))
        self.register_buffer('hair_limit', torch.tensor(hair_limit, dtype=torch.float32))
        self.register_buffer('frame_factor', torch.tensor(frame_factor, dtype=torch.float32))
        self.register_buffer('change_factor', torch.tensor(change_factor, dtype=torch.float32))
        self.unit = float(np.radians(network.UNIT))

    def interval(self, log_scale, factor):
        return torch.exp(log_scale.clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE)) * self.unit * factor

    def forward(self, now, standing):
        alone, change = self.model(now, standing)
        hair = torch.sigmoid(self.neck(standing) - self.hair_limit)
        legs = torch.sigmoid(torch.cat([self.legs(now), self.legs(standing)], 1) - self.legs_limit)
        return (alone[:, :3] * self.unit, self.interval(alone[:, 10:15], self.frame_factor), alone[:, 3:4] * self.unit,
                alone[:, 4:10].reshape(-1, 3, 2), network.measures(change[:, :3]) * self.unit,
                self.interval(change[:, 3:8], self.change_factor), hair[:, :1], hair[:, 1:], legs)


def frame_factor(model, views, rows):
    """How many scales of the single frame's angles hold 90 % of their errors."""
    inputs, _, seen = views.inputs(np.random.default_rng(2), rows)
    here = seen & (np.abs(views.angles[rows, dataset.YAW]) < MOST_YAW)
    now, true = torch.from_numpy(inputs[here]), torch.from_numpy(views.angles[rows[here], :3])
    with torch.no_grad():
        alone, _ = model(now, now)
    error = (network.measures(alone[:, :3] * network.UNIT) - network.measures(true)).abs() / network.UNIT
    scale = torch.exp(alone[:, 10:15].clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE))
    return np.quantile((error / scale).numpy(), HOLDS, axis=0)


def change_factor(model, views, rows, left_out):
    """How many scales of the reported changes hold 90 % of their errors in natural movements, where they need most: in one of the groups
    of these bodies or `left_out`."""
    results = evaluate.network_results(views, rows, leave_out.answers_of(model))
    group = views.maker[results.rows] * 2 + views.varied[results.rows]
    natural = (results.kind != 'independent') & (np.abs(results.yaw) < MOST_YAW)
    ratio = np.abs(results.errors) / results.intervals
    each = [np.quantile(ratio[natural & (group == one)], HOLDS, axis=0) for one in np.unique(group[natural])]
    for one, scales in zip(np.unique(group[natural]), each):
        print(dataset.MAKERS[one // 2], 'varied' if one % 2 else 'as made', scales.round(2))
    return np.max([left_out] + each, axis=0)


def limit(neck, views, rows):
    """The log-odds (2) that few people exceed whose hair hangs neither over the neck nor over the low back."""
    standing, first = views.standing_frames(np.random.default_rng(2), rows)
    standing = standing[np.abs(views.angles[first, dataset.YAW]) < MOST_YAW]
    with torch.no_grad():
        odds = neck(torch.from_numpy(standing)).numpy()
    return np.array([np.quantile(column, 1 - share) for column, share in zip(odds.T, FALSELY_HIDDEN)])


def legs_limit(legs, views, rows):
    """The log-odds (2) that few frames exceed, and few standing postures, with nothing before the legs."""
    near = rows[np.abs(views.angles[rows, dataset.YAW]) < MOST_YAW]
    frames, _, seen = views.inputs(np.random.default_rng(3), near)
    standing, _ = views.standing_frames(np.random.default_rng(3), near)
    with torch.no_grad():
        odds = [legs(torch.from_numpy(inputs)).numpy() for inputs in (frames[seen], standing)]
    return np.array([np.quantile(some, 1 - share) for some, share in zip(odds, LEGS_FALSELY_HIDDEN)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('models', nargs='+')
    parser.add_argument('--neck', required=True)
    parser.add_argument('--legs', required=True)
    parser.add_argument('--factors', required=True)
    parser.add_argument('--data', nargs='+', required=True)
    parser.add_argument('out')
    given = parser.parse_args()
    torch.set_num_threads(1)
    with open(given.factors) as file:
        left_out = json.load(file)['change']
    model = leave_out.load(given.models)
    neck = network.Neck().eval()
    neck.load_state_dict(torch.load(given.neck, weights_only=True))
    legs = network.Legs().eval()
    legs.load_state_dict(torch.load(given.legs, weights_only=True))
    views = dataset.Views(*given.data)
    calibrating = np.flatnonzero(views.held_out & (views.body % 2 == 0))
    of_frame = frame_factor(model, views, calibrating)
    of_change = change_factor(model, views, calibrating, left_out)
    # The hair of Rocketbox's characters is their own: which of them wear it over the neck is not known.
    hair_limit = limit(neck, views, calibrating[views.maker[calibrating] == dataset.MAKERS.index('makehuman')])
    of_legs = legs_limit(legs, views, calibrating)
    print('scales in a 90 % interval, frame:', of_frame.round(2), 'change:', of_change.round(2),
          'log-odds of hair over neck and low back:', hair_limit.round(2), 'of hidden legs in a frame and in standing:', of_legs.round(2))
    calibrated = Calibrated(model, of_frame, of_change, neck, hair_limit, legs, of_legs).eval()
    example = torch.zeros(1, features.SIZE)
    torch.onnx.export(calibrated, (example, example), given.out, input_names=['now', 'standing'], output_names=evaluate.OUTPUTS,
                      dynamic_axes={name: {0: 'frames'} for name in ['now', 'standing'] + evaluate.OUTPUTS}, opset_version=17, dynamo=False)
    onnx.checker.check_model(onnx.load(given.out))
    cut.write(given.out)


if __name__ == '__main__':
    main()
