"""Would a person's own calibration help?   python -m experiments.calibration DATA… --maker MAKER --model MODEL.pt [--natural]

A stick that touches head, upper back and sacrum keeps the low back as it is in standing: what is read there is the error at that
depth. Here every frame of a clip whose true lumbar flexion is within STRAIGHT plays that part in turn, with the arms that hold a
stick or with any, and what it teaches is taken off the clip's other bends: the error as it is, or in proportion to the lean of the
trunk, wholly or in part. The last row takes off the mean error of all other bends, which nobody can know: the most that one constant
for each person could gain.
"""
import argparse

import numpy as np
import torch

import dataset
import evaluate
import leave_out

STRAIGHT = 4.0      # degrees
LUMBAR = evaluate.LUMBAR


def pairs(results, clips):
    """(the frame that calibrates, the others) of every clip that has both; places in `results`."""
    order = np.argsort(clips, kind='stable')
    for clip in np.split(order, np.flatnonzero(np.diff(clips[order])) + 1):
        bends = clip[results.counted[clip]]
        for stick in bends[np.abs(results.change[bends, LUMBAR]) < STRAIGHT]:
            others = bends[bends != stick]
            if len(others):
                yield stick, others


def row(name, errors):
    lumbar, hip = (np.concatenate(column) for column in zip(*errors))
    print(f'| {name} | {len(lumbar)} | {np.abs(lumbar).mean():.2f} | {lumbar.mean():+.2f} | {np.percentile(np.abs(lumbar), 90):.1f} '
          f'| {np.abs(hip).mean():.2f} | {hip.mean():+.2f} |')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('data', nargs='+')
    parser.add_argument('--maker', required=True, choices=dataset.MAKERS)
    parser.add_argument('--model', required=True)
    parser.add_argument('--natural', action='store_true', help='only moments of natural movements, no independent angles')
    given = parser.parse_args()
    torch.set_num_threads(1)
    views = dataset.Views(*given.data)
    rows = np.flatnonzero(views.maker == dataset.MAKERS.index(given.maker))
    results = evaluate.network_results(views, rows, leave_out.answers_of(leave_out.load([given.model])))
    if given.natural:
        results.counted &= results.kind != 'independent'
    found = list(pairs(results, views.clip[results.rows]))
    both, lean = results.errors[:, [LUMBAR, evaluate.HIP]], results.change[:, 1]
    print('| what is taken off | bends | lumbar MAE | bias | p90 | hip MAE | bias |\n|---|---|---|---|---|---|---|')
    row('nothing', [both[others].T for _, others in found])
    for share in (.25, .5, .75, 1.):
        row(f'{share:.2f} of the error', [(both[others] - share * both[stick]).T for stick, others in found])
    for share in (.25, .5, .75, 1.):
        by_lean = lambda stick, others: np.clip(lean[others] / lean[stick], 0, 1.5)[:, None]
        row(f'{share:.2f} of it, in proportion to the lean', [(both[others] - share * by_lean(stick, others) * both[stick]).T for stick, others in found])
    known = [(others, (both[others].sum(0) - both[others]) / (len(others) - 1)) for _, others in found if len(others) > 2]
    row('nothing, where there are three bends', [both[others].T for others, _ in known])
    row('the mean error of the other bends', [(both[others] - mean).T for others, mean in known])


if __name__ == '__main__':
    main()
