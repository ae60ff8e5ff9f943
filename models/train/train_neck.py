"""Trains what tells hair over the neck and over the low back.   python train_neck.py DATA LONG_HAIR OUT.pt [--steps N]

LONG_HAIR are people with hair that hangs over the neck or down to the low back, made like those of DATA. Apart from train.py: what the back is read with
stays as it is.
"""
import argparse

import numpy as np
import torch

import classifier
import dataset
import network
from synth.person import HAIR

STEPS = 6000
DRAWS = 4       # of landmark noise


def standing(rng, folder):
    """The standing frames of the bodies to train on, in so many draws of noise; and what their hair covers."""
    views = dataset.Views(folder)
    rows = np.flatnonzero(~views.held_out)
    drawn = [views.standing_frames(rng, rows) for _ in range(DRAWS)]
    inputs, first = (np.concatenate(part) for part in zip(*drawn))
    return torch.from_numpy(inputs), torch.from_numpy(covered(views.hair[first]))


def covered(hair):
    """Whether hair lies over the neck, and over the low back (n, 2), of hair as in `synth.person.HAIR`."""
    return np.stack([hair >= HAIR.index('neck'), hair >= HAIR.index('low back')], 1).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data')
    parser.add_argument('long_hair')
    parser.add_argument('out')
    parser.add_argument('--steps', type=int, default=STEPS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    inputs, hidden = (torch.cat(part) for part in zip(*(standing(rng, folder) for folder in (given.data, given.long_hair))))
    print(len(inputs), 'standing frames, with hair over the neck and over the low back', hidden.sum(0).int().tolist(), flush=True)
    model = classifier.scaled(network.Neck, inputs)
    model = classifier.fit(model, rng, inputs, hidden, given.steps, keeps=.99)
    torch.save(model.state_dict(), given.out)


if __name__ == '__main__':
    main()
