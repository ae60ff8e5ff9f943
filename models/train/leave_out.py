"""What a network makes of bodies of a maker that it was not trained on.

    python leave_out.py DATA… --without rocketbox MODEL.pt [--without makehuman MODEL.pt] [--factors factors.json]

The models come from `train.py --without MAKER`. Prints a table, and writes how many of the network's scales make an interval that
holds 90 % of the errors on the bodies of the first maker left out, in natural movements (with every joint bent independently, as
nobody moves, it would be half as many again): a person in front of the camera is of no maker either, so that is what export.py gives
the network. `body_share` is the part of the squared error that is the same in all bends of a body and camera.
"""
import argparse
import json

import numpy as np
import torch

import dataset
import evaluate
import network

HOLDS = 0.90
MOST_YAW = 20.0     # the interval is calibrated for people who stand as they should


def answers_of(model):
    """What `baseline.read_clips` asks, of a PyTorch model; with scales in place of intervals."""
    unit = np.radians(network.UNIT)

    def answer(now, standing):
        with torch.no_grad():
            alone, change = model(torch.from_numpy(now), torch.from_numpy(standing.copy()))
        scale = torch.exp(change[:, 3:8].clamp(network.LEAST_LOG_SCALE, network.LARGEST_LOG_SCALE))
        return (network.measures(change[:, :3]).numpy() * unit, scale.numpy() * unit, alone[:, 3].numpy() * unit,
                alone[:, 4:10].reshape(-1, 3, 2).numpy())
    return answer


def load(paths):
    """The mean of the models in these files."""
    models = network.Mean([network.Network() for _ in paths])
    for model, path in zip(models.models, paths):
        model.load_state_dict(torch.load(path, weights_only=True))
    return models.eval()


def factors(results, clips):
    """Scales in a 90 % interval, and the share of the squared error that belongs to the body, of each measure."""
    natural = results.kind != 'independent'
    here = natural & (np.abs(results.yaw) < MOST_YAW)
    ratio = np.abs(results.errors[here]) / results.intervals[here]
    return np.quantile(ratio, HOLDS, axis=0), body_share(results.errors[results.counted & natural], clips[results.counted & natural])


def body_share(errors, clips):
    """The part of the mean squared error that is the same in all frames of a clip; variances within clips are unbiased."""
    _, clip = np.unique(clips, return_inverse=True)
    count = np.bincount(clip)
    mean = np.stack([np.bincount(clip, column) / count for column in errors.T], 1)
    several = count[clip] > 1
    within = ((errors - mean[clip])[several] ** 2).sum(0) / (count[count > 1] - 1).sum()
    return 1 - within / (errors ** 2).mean(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data', nargs='+')
    parser.add_argument('--without', nargs='+', action='append', required=True, metavar='MAKER MODEL.pt')
    parser.add_argument('--factors')
    given = parser.parse_args()
    torch.set_num_threads(1)
    views = dataset.Views(*given.data)
    print('| left out | bodies | frames | lumbar MAE | bias | p90 | hip MAE | bias | p90 | lumbar interval holds | hip interval holds |')
    print('|---|---|---|---|---|---|---|---|---|---|---|')
    written = None
    for maker, *paths in given.without:
        rows = np.flatnonzero(views.maker == dataset.MAKERS.index(maker))
        results = evaluate.network_results(views, rows, answers_of(load(paths)))
        scales, share = factors(results, views.clip[results.rows])
        results.intervals = results.intervals * scales
        if written is None:
            written = dict(maker=maker, change=scales.round(3).tolist(), body_share=share.round(3).tolist())
        varied = views.varied[results.rows]
        natural = results.kind != 'independent'
        for name, where in (('as made', ~varied), ('as made, natural movements', ~varied & natural), ('varied', varied),
                            ('varied, natural movements', varied & natural)):
            where = where & results.counted
            evaluate.row(f'{maker} | {len(np.unique(views.body[results.rows[where]]))}, {name}', results, where)
    print('\nscales in a 90 % interval and share of the body:', json.dumps(written))
    if given.factors:
        with open(given.factors, 'w') as file:
            json.dump(written, file)


if __name__ == '__main__':
    main()
