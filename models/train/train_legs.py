"""Trains what tells that something before the legs hides them.   python train_legs.py DATA… OUT.pt [--frames N] [--steps N]

Apart from train.py: what the back is read with stays as it is.
"""
import argparse

import numpy as np
import torch

import classifier
import dataset
import features
import landmark_noise
import network
import obstacles

FRAMES, STEPS = 240_000, 40_000
HIDDEN = .6             # share of frames with a thing
MOST_YAW = 35.0         # degrees; `network.rs` does not ask it of people who are turned farther
TRUNK_ERROR = .04       # of the trunk's length as the program knows it


def frames(rng, views, rows, share=HIDDEN):
    """The inputs of these rows (n, features.SIZE), this share of them with a thing before the person, and whether it hides the legs (n)."""
    joints = landmark_noise.disturb(rng, views.joints[rows].astype(np.float64), views.scale[rows].astype(np.float64), np.arange(len(rows)), 1.)
    trunk = views.scale[rows].astype(np.float64) * rng.normal(1, TRUNK_ERROR, len(rows))
    outlines = views.rough[rows].astype(np.float32) / dataset.FIXED_POINT * dataset.MIRROR_Y
    lit = dataset.burn_out(rng, outlines, joints, trunk, np.arange(len(rows)))
    dataset.bulge(rng, outlines, trunk, np.arange(len(rows)), lit)
    people = obstacles.add(rng, outlines, joints, trunk, share)
    lit[[person is not None for person in people]] = False      # which point is which is no longer known
    inputs, origins = np.zeros((len(rows), features.SIZE), np.float32), np.zeros((len(rows), 2))
    features.frames(outlines, lit, joints, trunk, inputs, origins)
    hidden = obstacles.hidden_legs(inputs, origins, joints, trunk, people)
    usable = np.isfinite(origins[:, 0]) & np.isfinite(hidden)
    return torch.from_numpy(inputs[usable]), torch.from_numpy(hidden[usable])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data', nargs='+')
    parser.add_argument('out')
    parser.add_argument('--frames', type=int, default=FRAMES)
    parser.add_argument('--steps', type=int, default=STEPS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    views = dataset.Views(*given.data)
    side_on = np.abs(views.angles[:, dataset.YAW]) < MOST_YAW
    inputs, hidden = frames(rng, views, rng.choice(np.flatnonzero(side_on & ~views.held_out), given.frames))
    print(len(inputs), 'frames, the legs hidden in', int(hidden.sum()), flush=True)
    model = classifier.scaled(network.Legs, inputs)
    model = classifier.fit(model, rng, inputs, hidden[:, None], given.steps, keeps=.995)
    torch.save(model.state_dict(), given.out)


if __name__ == '__main__':
    main()
