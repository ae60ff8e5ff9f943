"""Does a hidden low back cost accuracy?   python -m experiments.bridged DATA… --model MODEL.pt

The outline's points within an arm's reach are left out and bridged. For each bend: the share of the points between S1 and T12/L1 (as
the network places them) that are bridged, and how far lumbar flexion is off. All bodies that training has not seen.
"""
import argparse

import numpy as np
import torch

import baseline
import dataset
import evaluate
import features
import leave_out


def share_bridged(frames, points):
    """Of the dorsal points between S1 and T12/L1, the share that is bridged (n). `points`: (n, 3, 2), S1 first."""
    line = frames[:, :2 * features.DORSAL].reshape(-1, 2, features.DORSAL).transpose(0, 2, 1)
    bridged = frames[:, 2 * features.DORSAL:3 * features.DORSAL]
    nearest = lambda point: np.linalg.norm(line - point[:, None], axis=2).argmin(1)
    low, high = nearest(points[:, 0]), nearest(points[:, 1])
    number = np.arange(features.DORSAL)
    between = (number >= low[:, None]) & (number <= np.maximum(low, high)[:, None])
    return (bridged * between).sum(1) / between.sum(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data', nargs='+')
    parser.add_argument('--model', nargs='+', required=True)
    given = parser.parse_args()
    torch.set_num_threads(1)
    views = dataset.Views(*given.data)
    rows = np.flatnonzero(views.held_out)
    answer, shares = leave_out.answers_of(leave_out.load(given.model)), []

    def noting(now, standing):
        answered = answer(now, standing)
        shares.append(share_bridged(now, answered[3]))
        return answered
    parts = []
    for number, (change, scale, true, *_, others) in enumerate(baseline.read_clips(views, rows, noting, np.random.default_rng(3))):
        parts.append(np.degrees(np.stack([change[:, 3] - true[:, 3], scale[:, 3], true[:, 1], change[:, 4] - true[:, 4]], 1)))
        shares[number] = shares[number][-len(others):]
        parts[-1] = np.c_[parts[-1], shares[number], views.angles[others, dataset.YAW]]
    error, scale, lean, hip, share, yaw = np.concatenate(parts).T
    counted = (lean > evaluate.BENT) & (np.abs(yaw) < evaluate.SIDE_ON)
    print('| share bridged | bends | lumbar MAE | bias | p90 | hip MAE | lumbar scale |\n|---|---|---|---|---|---|---|')
    for low, high in ((0, .05), (.05, .25), (.25, .5), (.5, .75), (.75, .95), (.95, 1.1)):
        here = counted & (share >= low) & (share < high)
        if here.sum() > 20:
            print(f'| {low} to {min(high, 1)} | {here.sum()} | {np.abs(error[here]).mean():.1f} | {error[here].mean():+.1f} '
                  f'| {np.percentile(np.abs(error[here]), 90):.1f} | {np.abs(hip[here]).mean():.1f} | {scale[here].mean():.1f} |')


if __name__ == '__main__':
    main()
