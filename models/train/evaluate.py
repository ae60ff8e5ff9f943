"""Prints how far the network errs on bodies it has never seen.   python evaluate.py back.onnx --long-hair LONG_HAIR DATA…

All figures are changes from the person's own standing frames, in degrees, single frames without smoothing. Counted are
frames whose trunk (true pelvis and lumbar flexion together) leans more than 25° further than in standing, at a true yaw
within ±17.5° unless the row says otherwise.
"""
import argparse
import copy

import numpy as np
import onnxruntime

import baseline
import classical
import company
import dataset
import train_legs
from synth import arms
from synth.person import BOTTOMS, CLOTHES, HAIR

OUTPUTS = ['inclination', 'inclination_interval', 'yaw', 'points', 'change', 'change_interval', 'neck_hidden', 'back_hidden', 'legs_hidden']     # of back.onnx
BENT, SIDE_ON = 25.0, 17.5
LEAST_SURE = 20.0   # half width of the lumbar interval beyond which bendwise shows no value (src/spine/plausibility.rs)
LUMBAR, HIP = 3, 4


class Results:
    """Errors of one estimator and what each frame was."""

    def __init__(self, views, rows, errors, intervals=None, change=None, yaw=None, points=None):
        self.rows, self.errors, self.intervals, self.change = rows, errors, intervals, change
        self.yaw, self.kind = views.angles[rows, dataset.YAW], views.kind[rows]
        self.clothes, self.bottom, self.arm = views.clothes[rows], views.bottom[rows], views.arm[rows]
        self.yaw_error, self.point_error = yaw, points
        self.bent = change[:, 1] > BENT
        self.counted = self.bent & (np.abs(self.yaw) < SIDE_ON)


def rule_results(views, rows, rule, exact, amount):
    """Errors of a rule that reads single frames."""
    rng, rows = np.random.default_rng(3), np.sort(rows)
    inputs, _, seen = views.inputs(rng, rows, exact, amount)
    found = np.array([rule(frame) if good else [np.nan] * 3 for frame, good in zip(inputs, seen)])
    place = {row: number for number, row in enumerate(rows)}
    errors, changes, kept = [], [], []
    for still, others in views.by_clip(rows):
        moved = found[[place[row] for row in others]] - np.nanmedian(found[[place[row] for row in still]], 0)
        moved = (moved + 180) % 360 - 180
        true = baseline.measures(views.angles[others, :3] - views.angles[still, :3].mean(0))
        errors.append(baseline.measures(moved) - true)
        changes.append(true)
        kept.append(others)
    return Results(views, np.concatenate(kept), np.concatenate(errors), change=np.concatenate(changes))


def answers_of(session):
    """What `baseline.read_clips` asks, of an ONNX session."""
    def answer(now, standing):
        out = dict(zip(OUTPUTS, session.run(None, {'now': now, 'standing': standing})))
        return out['change'], out['change_interval'], out['yaw'][:, 0], out['points']
    return answer


def network_results(views, rows, answer, exact=False, amount=1.0):
    """Errors of a network, given by what it answers (`answers_of`)."""
    parts = []
    clips = baseline.read_clips(views, rows, answer, np.random.default_rng(3), exact=exact, amount=amount)
    for change, width, true, yaw, points, levels, others in clips:
        apart = np.hypot(*np.moveaxis(points - levels, -1, 0))
        parts.append((np.degrees(change - true), np.degrees(width), np.degrees(true),
                      np.degrees(yaw) - views.angles[others, dataset.YAW], apart, others))
    errors, intervals, true, yaw, points, kept = (np.concatenate(column) for column in zip(*parts))
    return Results(views, kept, errors, intervals, true, yaw, points)


def row(name, results, where):
    """One line of the table."""
    if where.sum() < 20:
        return
    text = f'| {name} | {where.sum()} |'
    for measure in (LUMBAR, HIP):
        error = results.errors[where, measure]
        error = error[np.isfinite(error)]
        text += f' {np.abs(error).mean():.1f} | {error.mean():+.1f} | {np.percentile(np.abs(error), 90):.1f} |'
    if results.intervals is not None:
        for measure in (LUMBAR, HIP):
            holds = np.abs(results.errors[where, measure]) < results.intervals[where, measure]
            text += f' {100 * holds.mean():.0f} % (±{np.median(results.intervals[where, measure]):.0f}°) |'
    else:
        text += ' – | – |'
    print(text)


def table(views, long_hair, answer):
    """Everything, as one Markdown table."""
    rows = rows_of(views)
    print('| what | frames | lumbar MAE | bias | p90 | hip MAE | bias | p90 | lumbar interval holds | hip interval holds |')
    print('|---|---|---|---|---|---|---|---|---|---|')
    network = network_results(views, rows, answer)
    row('**network**', network, network.counted)
    exact = network_results(views, rows, answer, exact=True)
    row('network, exact masks, noisy joints', exact, exact.counted)
    clean = network_results(views, rows, answer, exact=True, amount=0)
    row('network, exact masks, exact joints', clean, clean.counted)
    for name, rule in (('back is straight', classical.straight_back), ('classical rule', classical.angles)):
        results = rule_results(views, rows, rule, False, 1.0)
        row(name, results, results.counted)
    results = rule_results(views, rows, classical.angles, True, 0)
    row('classical rule, exact masks and joints', results, results.counted)
    turned = np.abs(network.yaw)
    for low, high in ((0, 6), (6, 12), (12, 17.5), (17.5, 25), (25, 35), (35, 50)):
        row(f'yaw {low} to {high}°', network, network.bent & (turned >= low) & (turned < high))
    for number, name in enumerate(CLOTHES):
        row(f'clothes: {name}', network, network.counted & (network.clothes == number))
    for number, name in enumerate(BOTTOMS):
        row(f'round the legs: {name}', network, network.counted & (network.bottom == number))
    for name in sorted(set(network.kind)):
        row(f'movement: {name}', network, network.counted & (network.kind == name))
    for low, high in ((25, 40), (40, 60), (60, 80), (80, 130)):
        row(f'trunk leans {low} to {high}°', network, network.counted & (network.change[:, 1] >= low) & (network.change[:, 1] < high))
    for low, high in ((-60, 0), (0, 15), (15, 30), (30, 45), (45, 80)):
        lumbar = network.change[:, LUMBAR]
        row(f'true lumbar flexion {low} to {high}°', network, network.counted & (lumbar >= low) & (lumbar < high))
    crowd, changed = with_company(views, rows)
    crowd = network_results(crowd, rows, answer)
    two = crowd.counted & np.isin(crowd.rows, changed)
    row('somebody else in the mask', crowd, two)
    for name, results, where in (('the same', crowd, two), ('nobody else', network, network.counted)):
        row(f'{name}, lumbar interval within ±{LEAST_SURE:.0f}°', results, where & (results.intervals[:, LUMBAR] <= LEAST_SURE))
    for hair in HAIR[1:]:
        rows = rows_of(long_hair)
        hairy = network_results(long_hair, rows[long_hair.hair[rows] == HAIR.index(hair)], answer)
        row(f'hair over the {hair}, which nobody is trained on', hairy, hairy.counted)
    s1, t12, c7 = 100 * network.point_error[network.counted].mean(0)
    print(f'\nPoints, mean distance in % of the trunk: S1 {s1:.1f}, T12/L1 {t12:.1f}, C7 {c7:.1f}. '
          f'Yaw: mean error {np.abs(network.yaw_error[network.bent]).mean():.1f}° (all yaws, bent). '
          f'Thigh {np.abs(network.errors[network.counted, 2]).mean():.1f}°, pelvis {np.abs(network.errors[network.counted, 0]).mean():.1f}°, '
          f'upper lumbar {np.abs(network.errors[network.counted, 1]).mean():.1f}°.')


def neck_table(folders, session):
    """Of whom hair is said to hide the neck or the low back, and how far C7 is off in those of whom neither is."""
    print('| hair | people and cameras | said to hide the neck | to hide the low back | C7 off, all bends | C7 off where neither is said |')
    print('|---|---|---|---|---|---|')
    for views, hair in folders:
        rows = rows_of(views)
        rows = rows[views.hair[rows] == HAIR.index(hair)]
        standing, first = views.standing_frames(np.random.default_rng(3), rows)
        side_on = np.abs(views.angles[first, dataset.YAW]) < SIDE_ON
        standing, clips = standing[side_on], views.clip[first[side_on]]
        hidden = np.stack(session.run(['neck_hidden', 'back_hidden'], {'now': standing, 'standing': standing}))[..., 0] > .5
        results = network_results(views, rows, answers_of(session))
        shown = results.counted & np.isin(views.clip[results.rows], clips[~hidden.any(0)])
        off = [100 * results.point_error[where, 2].mean() for where in (results.counted, shown)]
        neck, back = 100 * hidden.mean(1)
        print(f'| {hair} | {len(standing)} | {neck:.0f} % | {back:.0f} % | {off[0]:.1f} % | {off[1]:.1f} % |')


def legs_table(views, rows, session):
    """Of which frames it is said that something hides the legs."""
    print('| posture | nothing there | said | something hides the legs | said | something that does not | said |')
    print('|---|---|---|---|---|---|---|')
    for name, some in (('standing', views.standing[rows]), ('any other', ~views.standing[rows])):
        chosen = rows[some & (np.abs(views.angles[rows, dataset.YAW]) < SIDE_ON)]
        cells = []
        for share, wanted in ((0, 0), (1, 1), (1, 0)):
            inputs, hidden = train_legs.frames(np.random.default_rng(5), views, chosen, share)
            inputs = inputs.numpy()[hidden.numpy() == wanted]
            said = session.run(['legs_hidden'], {'now': inputs, 'standing': inputs})[0] > .5
            cells.append(f'{len(inputs)} | {100 * said.any(1).mean():.1f} %')
        print(f'| {name} | {" | ".join(cells)} |')


def rows_of(views):
    """The views of bodies that neither training nor calibration has seen."""
    return np.flatnonzero(views.held_out & (views.body % 2 == 1))


def with_company(views, rows):
    """The same views with somebody else in the masks of as many bends as can be; and which."""
    crowd = copy.copy(views)
    crowd.rough, crowd.joints = views.rough.copy(), views.joints.copy()
    return crowd, company.add(np.random.default_rng(4), crowd, rows, share=1)


def arms_table(views, rows, answer):
    """What each way of holding the arms does, over more bodies: they are few for so many ways."""
    print('| arms | frames | lumbar MAE | bias | p90 | hip MAE | bias | p90 | lumbar interval holds | hip interval holds |')
    print('|---|---|---|---|---|---|---|---|---|---|')
    network = network_results(views, rows, answer)
    network.intervals = None
    for number, name in enumerate(arms.NAMES):
        row(f'arms: {name}', network, network.counted & (network.arm == number))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('model')
    parser.add_argument('data', nargs='+')
    parser.add_argument('--long-hair', required=True)
    given = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(given.model, options, providers=['CPUExecutionProvider'])
    answer = answers_of(session)
    views, long_hair = dataset.Views(*given.data), dataset.Views(given.long_hair)
    rows = rows_of(views)
    print(f'{len(rows)} views of {len(np.unique(views.body[rows]))} bodies that neither training nor calibration has seen\n')
    table(views, long_hair, answer)
    print('\nHair over the neck and the low back, told from the outline of people who stand; C7 in % of the trunk:\n')
    neck_table(((views, 'own'), (long_hair, 'neck'), (long_hair, 'low back')), session)
    print('\nSomething before the legs (`obstacles.py`), told from each frame as if it were the standing posture too:\n')
    legs_table(views, rows, session)
    rows = np.flatnonzero(views.held_out)
    print(f'\nErrors by arms, of all {len(np.unique(views.body[rows]))} bodies that training has not seen; half of them set the '
          'width of the intervals, so those are left out:\n')
    arms_table(views, rows, answer)


if __name__ == '__main__':
    main()
