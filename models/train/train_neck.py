"""Trains what tells hair over the neck.   python train_neck.py DATA LONG_HAIR OUT.pt

LONG_HAIR are the people of DATA with hair over the neck, all else alike. Apart from train.py: what the back is read with
stays as it is.
"""
import argparse

import numpy as np
import torch
from torch.nn import functional as F

import dataset
import network

STEPS, BATCH = 6000, 256
DRAWS = 4                # of landmark noise
PEAK_RATE, LEAST_RATE = 1e-3, 1e-5
LEAST_SPREAD = 1e-3      # of inputs that hardly vary


def standing(rng, folder):
    """The standing frames of the bodies to train on, in so many draws of noise."""
    views = dataset.Views(folder)
    rows = np.flatnonzero(~views.held_out)
    return np.concatenate([views.standing_frames(rng, rows)[0] for _ in range(DRAWS)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data')
    parser.add_argument('long_hair')
    parser.add_argument('out')
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    own, long = (torch.from_numpy(standing(rng, folder)) for folder in (given.data, given.long_hair))
    print(len(own), 'standing frames with their own hair,', len(long), 'with hair over the neck', flush=True)
    inputs, covered = torch.cat([own, long]), torch.cat([torch.zeros(len(own)), torch.ones(len(long))])
    model = network.Neck(inputs.mean(0), inputs.std(0) + LEAST_SPREAD)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(.99))
    optimiser = torch.optim.AdamW(model.parameters(), PEAK_RATE, weight_decay=2e-2)
    recent = []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group['lr'] = PEAK_RATE * (.5 + .5 * np.cos(np.pi * step / STEPS)) + LEAST_RATE
        chosen = rng.choice(len(inputs), BATCH)
        loss = F.binary_cross_entropy_with_logits(model(inputs[chosen])[:, 0], covered[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average.update_parameters(model)
        recent.append(loss.item())
        if (step + 1) % 1000 == 0:
            print(f'step {step + 1}, loss {np.mean(recent):.3f}', flush=True)
            recent = []
    torch.save(average.module.state_dict(), given.out)


if __name__ == '__main__':
    main()
