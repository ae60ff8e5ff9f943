"""Trains what tells hair over the neck and over the low back.   python train_neck.py DATA LONG_HAIR OUT.pt

LONG_HAIR are people with hair that hangs over the neck or down to the low back, made like those of DATA. Apart from train.py: what the back is read with
stays as it is.
"""
import argparse

import numpy as np
import torch
from torch.nn import functional as F

import dataset
import network
from synth.person import HAIR

STEPS, BATCH = 6000, 256
DRAWS = 4                # of landmark noise
PEAK_RATE, LEAST_RATE = 1e-3, 1e-5
LEAST_SPREAD = 1e-3      # of inputs that hardly vary


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
    given = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    inputs, hidden = (torch.cat(part) for part in zip(*(standing(rng, folder) for folder in (given.data, given.long_hair))))
    print(len(inputs), 'standing frames, with hair over the neck and over the low back', hidden.sum(0).int().tolist(), flush=True)
    model = network.Neck(inputs.mean(0), inputs.std(0) + LEAST_SPREAD)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(.99))
    optimiser = torch.optim.AdamW(model.parameters(), PEAK_RATE, weight_decay=2e-2)
    recent = []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group['lr'] = PEAK_RATE * (.5 + .5 * np.cos(np.pi * step / STEPS)) + LEAST_RATE
        chosen = rng.choice(len(inputs), BATCH)
        loss = F.binary_cross_entropy_with_logits(model(inputs[chosen]), hidden[chosen])
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
