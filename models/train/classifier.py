"""Trains a small binary classifier of what hides a part of the person; train_neck.py and train_legs.py say of what."""
import numpy as np
import torch
from torch.nn import functional as F

BATCH = 256
PEAK_RATE, LEAST_RATE, WEIGHT_DECAY = 1e-3, 1e-5, 2e-2
LEAST_SPREAD = 1e-3      # of inputs that hardly vary
REPORTS = 8              # lines about the loss


def scaled(make, inputs):
    """A network that knows mean and spread of its inputs."""
    return make(inputs.mean(0), inputs.std(0) + LEAST_SPREAD)


def fit(model, rng, inputs, hidden, steps, keeps):
    """The running average, which keeps this share at each step, of `model` trained on `inputs` (n, features.SIZE) to tell what is
    `hidden` (n, outputs; 0 or 1)."""
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(keeps))
    optimiser = torch.optim.AdamW(model.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    recent = []
    for step in range(steps):
        for group in optimiser.param_groups:
            group['lr'] = PEAK_RATE * (.5 + .5 * np.cos(np.pi * step / steps)) + LEAST_RATE
        chosen = rng.choice(len(inputs), BATCH)
        loss = F.binary_cross_entropy_with_logits(model(inputs[chosen]), hidden[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        average.update_parameters(model)
        recent.append(loss.item())
        if (step + 1) % max(1, steps // REPORTS) == 0:
            print(f'step {step + 1}, loss {np.mean(recent):.3f}', flush=True)
            recent = []
    return average.module
