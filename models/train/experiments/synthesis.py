"""Analysis by synthesis: can a model that *draws* outlines find the angles as well as the network that reads them?

    python experiments/synthesis.py DATA [--steps N] [--frames N]

A decoder learns to draw a frame's outline and joints from six angles, a code of the person (shape and clothes, the same
standing and bent) and a code of the frame (arms, errors of mask and landmarks). To measure, nothing is regressed: angles
and codes are searched that draw what is seen in both frames, from several random starts; the likeliest one counts. The
last lines are what evaluate.py's main row says, on the same held-out bodies.
"""
import argparse
import os
import sys
import time

import numpy as np
import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))
import dataset
import export
import features
import network
import train

ANGLES = [dataset.PELVIS, dataset.UPPER_LUMBAR, dataset.THIGH, dataset.THORACIC, dataset.KNEE, dataset.YAW]
PERSON, FRAME = 16, 24      # sizes of the codes
LINES = np.r_[0:2 * features.DORSAL, 4 * features.DORSAL:4 * features.DORSAL + 2 * features.VENTRAL]
DRAWN = np.r_[LINES, 4 * features.DORSAL + 3 * features.VENTRAL:features.SIZE]   # all places, no flags
STARTS, SEARCH_STEPS, SEARCH_RATE = 8, 250, .06
CHUNK = 500
LEAST_LOG_SPREAD = -5.0


def layers(*sizes):
    parts = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.SiLU())]
    return nn.Sequential(*parts[:-1])


class Synthesis(nn.Module):
    """The decoder, and the encoders that only training needs."""

    def __init__(self):
        super().__init__()
        self.draw = layers(len(ANGLES) + PERSON + FRAME, 512, 512, len(DRAWN))
        self.log_spread = nn.Parameter(torch.full((len(DRAWN),), -2.0))
        self.of_person = layers(features.SIZE + len(ANGLES), 384, 2 * PERSON)
        self.of_frame = layers(features.SIZE + len(ANGLES), 384, 2 * FRAME)

    def misfit(self, angles, person, frame, seen):
        """Negative log-likelihood of what is seen, for each frame."""
        spread = self.log_spread.clamp(min=LEAST_LOG_SPREAD)
        off = (self.draw(torch.cat([angles, person, frame], 1)) - seen) * torch.exp(-spread)
        return (off ** 2 / 2 + spread).sum(1)


def sample(numbers):
    """A draw from the Gaussian that an encoder names, and its divergence from the standard one."""
    mean, log_spread = numbers.chunk(2, 1)
    log_spread = log_spread.clamp(-6, 2)
    divergence = ((mean ** 2 + torch.exp(2 * log_spread) - 1) / 2 - log_spread).sum(1)
    return mean + torch.exp(log_spread) * torch.randn_like(mean), divergence


def fit(views, steps, seed):
    """Trains on the bodies that are not held out. Gives the model and mean and spread of the angles."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(~views.held_out)
    angles = torch.tensor(views.angles[:, ANGLES] / network.UNIT)
    usual = angles[rows].mean(0), angles[rows].std(0)
    angles = (angles - usual[0]) / usual[1]
    model = Synthesis()
    optimiser = torch.optim.AdamW(model.parameters(), 1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1.5e-3, steps)
    began = time.time()
    for step, batch in zip(range(steps), train.batches(rng, views.by_clip(rows))):
        flat = batch.reshape(-1)
        inputs, _, seen = (torch.from_numpy(array) for array in views.inputs(rng, flat))
        true = angles[flat]
        known = torch.cat([inputs, true], 1)
        person, person_cost = sample(model.of_person(known[::train.FRAMES]))     # from the first, a standing frame
        frame, frame_cost = sample(model.of_frame(known))
        again = person.repeat_interleave(train.FRAMES, 0)
        cost = model.misfit(true, again, frame, inputs[:, DRAWN]) + frame_cost
        cost = ((cost + person_cost.repeat_interleave(train.FRAMES) / train.FRAMES) * seen).mean() / len(DRAWN)
        optimiser.zero_grad()
        cost.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        plan.step()
        if (step + 1) % 500 == 0:
            print(f'step {step + 1}, {time.time() - began:.0f} s, cost {cost.item():.3f}', flush=True)
    return model.requires_grad_(False), usual


def search(model, usual, standing, now):
    """The likeliest change of pelvis, upper lumbar and thigh between two frames each, degrees."""
    count = len(now)
    both = torch.cat([standing, now])[:, DRAWN].repeat(STARTS, 1, 1).reshape(STARTS, 2, count, -1)
    # The standing frame stands; the other may be anything.
    upright = ((0 - usual[0]) / usual[1]).expand(STARTS, count, -1)
    angles = torch.stack([upright, torch.randn(STARTS, count, len(ANGLES))], 1).requires_grad_()
    person = torch.zeros(STARTS, 1, count, PERSON, requires_grad=True)
    frame = torch.zeros(STARTS, 2, count, FRAME, requires_grad=True)
    optimiser = torch.optim.Adam([angles, person, frame], SEARCH_RATE)
    for step in range(SEARCH_STEPS):
        optimiser.param_groups[0]['lr'] = SEARCH_RATE * (.5 + .5 * np.cos(np.pi * step / SEARCH_STEPS)) + 1e-3
        same = person.expand(-1, 2, -1, -1)
        flat = [part.reshape(-1, part.shape[-1]) for part in (angles, same, frame, both)]
        cost = model.misfit(*flat).reshape(STARTS, 2, count).sum(1)
        cost = cost + ((frame ** 2).sum((1, 3)) + (person ** 2).sum((1, 3)) + (angles ** 2).sum((1, 3))) / 2
        optimiser.zero_grad()
        cost.sum().backward()
        optimiser.step()
    best = cost.argmin(0)
    found = (angles.detach() * usual[1])[best, :, torch.arange(count)]
    return ((found[:, 1] - found[:, 0])[:, :3] * network.UNIT).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=8000)
    parser.add_argument('--frames', type=int, default=2000, help='how many held-out frames to measure')
    parser.add_argument('--seed', type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    views = dataset.Views(given.data)
    model, usual = fit(views, given.steps, given.seed)
    rows = np.flatnonzero(views.held_out & (views.body % 2 == 1))
    standing, now, true = [], [], []
    for outline, upright, inputs, others in export.standing_and_others(views, rows, np.random.default_rng(3)):
        change = views.angles[others, :3] - upright[:3]
        counted = (change[:, 1] > 25) & (np.abs(views.angles[others, dataset.YAW]) < 17.5)
        standing += [outline] * counted.sum()
        now += list(inputs[counted])
        true += list(change[counted])
    chosen = np.random.default_rng(4).permutation(len(now))[:given.frames]
    standing, now, true = (np.array(part)[chosen] for part in (standing, now, true))
    began = time.time()
    parts = [search(model, usual, torch.from_numpy(standing[a:a + CHUNK]), torch.from_numpy(now[a:a + CHUNK]))
             for a in range(0, len(now), CHUNK)]
    error = np.concatenate(parts) - true
    print(f'{1000 * (time.time() - began) / len(now):.0f} ms a frame, {len(now)} frames')
    for name, off in (('lumbar', error[:, 1] - error[:, 0]), ('hip', error[:, 0] - error[:, 2])):
        print(f'{name}: MAE {np.abs(off).mean():.1f}, bias {off.mean():+.1f}, p90 {np.percentile(np.abs(off), 90):.1f}')


if __name__ == '__main__':
    main()
