"""Trains the network.   python train.py DATA… OUT.pt --steps N [--seed S] [--without MAKER] [--start MODEL.pt]"""
import argparse
import time

import numpy as np
import torch

import company
import dataset
import network

CLIPS_A_BATCH = 48
STANDING, BENT = 2, 6      # frames of each clip in a batch
FRAMES = STANDING + BENT
PEAK_RATE, LEAST_RATE, WARM_UP = 1.3e-3, 1e-5, 150
NOISE = 1.2      # of the landmarks, against that measured on our own renders: other makers' bodies differ more
TARGETS = [dataset.PELVIS, dataset.UPPER_LUMBAR, dataset.THIGH, dataset.YAW]


def laplace(error, log_scale):
    """Negative log-likelihood of a Laplace distribution (less a constant), its scale bounded."""
    log_scale = log_scale.clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE)
    return error.abs() * torch.exp(-log_scale) + log_scale


def batches(rng, clips):
    """Endless: rows (CLIPS_A_BATCH, FRAMES), the standing frames first."""
    if len(clips) < CLIPS_A_BATCH:
        raise SystemExit(f'{len(clips)} clips are no batch of {CLIPS_A_BATCH}: make more bodies')
    while True:
        order = rng.permutation(len(clips))
        for first in range(0, len(order) - CLIPS_A_BATCH + 1, CLIPS_A_BATCH):
            chosen = [clips[number] for number in order[first:first + CLIPS_A_BATCH]]
            yield np.array([np.r_[rng.choice(still, STANDING), rng.choice(others, BENT, replace=len(others) < BENT)]
                            for still, others in chosen])


def of_last_standing(values):
    """For every frame of a batch the value of its clip's second standing frame."""
    by_clip = values.reshape(-1, FRAMES, values.shape[-1])
    return by_clip[:, STANDING - 1:STANDING].expand(-1, FRAMES, -1).reshape(values.shape)


def loss_of(model, inputs, levels, seen, true):
    """`true`: pelvis, upper lumbar, thigh and yaw over `network.UNIT`."""
    codes = model.encoder(inputs)
    alone, change = model.heads(codes, of_last_standing(codes))
    moved = (true - of_last_standing(true))[:, :3]
    of_frame = laplace(network.measures(alone[:, :3]) - network.measures(true[:, :3]), alone[:, 10:15]).mean(1)
    of_change = laplace(network.measures(change[:, :3]) - network.measures(moved), change[:, 3:8]).mean(1)
    yaw = (alone[:, 3] - true[:, 3]) ** 2
    points = (alone[:, 4:10] - levels).abs().mean(1)
    return ((of_change + .5 * of_frame + .5 * yaw + 2 * points) * seen).mean()


def rows_to_train_on(views, without=None):
    """The views of bodies that are not held out, and not of the maker `without`."""
    return np.flatnonzero(~views.held_out & (views.maker != dataset.MAKERS.index(without) if without else True))


def fit(model, loss_of, views, rows, given):
    """Trains `model` on these rows; saves and returns its running average."""
    rng = np.random.default_rng(given.seed)
    print(len(rows), 'views of', len(np.unique(views.body[rows])), 'bodies to train on', flush=True)
    print(len(company.add(rng, views, rows)), 'of them with somebody else in the mask', flush=True)
    target = torch.tensor(views.angles[:, TARGETS] / network.UNIT)
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(.997))
    optimiser = torch.optim.AdamW(model.parameters(), PEAK_RATE, weight_decay=1e-3)
    began, recent = time.time(), []
    for step, batch in zip(range(given.steps), batches(rng, views.by_clip(rows))):
        flat = batch.reshape(-1)
        inputs, levels, seen = (torch.from_numpy(array) for array in views.inputs(rng, flat, amount=NOISE))
        cosine = .5 + .5 * np.cos(np.pi * step / given.steps)
        for group in optimiser.param_groups:
            group['lr'] = PEAK_RATE * min(1, (step + 1) / WARM_UP) * cosine + LEAST_RATE
        loss = loss_of(model, inputs, levels, seen.float(), target[flat])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        average.update_parameters(model)
        recent.append(loss.item())
        if (step + 1) % 200 == 0:
            print(f'step {step + 1}, {time.time() - began:.0f} s, loss {np.mean(recent):.3f}', flush=True)
            recent = []
            torch.save(average.module.state_dict(), given.out)
    torch.save(average.module.state_dict(), given.out)
    return average.module


def arguments(description):
    """What every training is told on the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('data', nargs='+')
    parser.add_argument('out')
    parser.add_argument('--steps', type=int, required=True)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--start', help='a model to go on from, instead of from nothing')
    parser.add_argument('--without', choices=dataset.MAKERS, help='leave this maker out')
    return parser.parse_args()


def main():
    given = arguments(__doc__)
    # One thread: the network is small, and threads that wait for each other are slower on a machine that is shared.
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    views = dataset.Views(*given.data)
    model = network.Network()
    if given.start:
        model.load_state_dict(torch.load(given.start, weights_only=True))
    fit(model, loss_of, views, rows_to_train_on(views, given.without), given)


if __name__ == '__main__':
    main()
