"""Whether what hangs round the legs is told by its breadth, and whether light is taken for hair.

    python -m experiments.clothes_and_light make WORK [--bodies 60] [--part 0]
    python -m experiments.clothes_and_light table WORK ../back.onnx

Bodies that nobody was trained on, half of them in a skirt or a dress: in part 0 as those of the training hang, in part 1 longer (from
half of the thigh to the shin) and flared like a bell. A part can be made by a process of its own.
"""
import argparse
import glob
import os

import numpy as np
import onnxruntime

import baseline
import dataset
import features
from synth import generate, hull
from synth.person import CLOTHES, Person

FIRST = 700_000 // 10       # numbers of bodies far from all others, of this maker
BROADEST = .63              # src/spine/thighs.rs
SIDE_ON, BENT = 17.5, 25.
LUMBAR, HIP = 3, 4
NECK = slice(96, 118)       # of the dorsal line, from between the shoulder blades to below the head
OUTPUTS = ['change', 'change_interval', 'yaw', 'points']


def flared(person, bottom):
    """As `Person._hang`, with longer skirts that stand off."""
    if bottom != 'skirt':
        return Person.hang_as_trained(person, bottom)
    length, flare = person.rng.uniform(.3, .8), person.rng.uniform(.05, .4)
    return lambda pose, skin: [hull.skirt(person, pose, skin, length, flare)]


def make(folder, bodies, part):
    generate.BOTTOM_WEIGHTS, generate.CLOTHES_WEIGHTS = [.25, .25, .5], [.35, .15, 0, .25, .25, 0]     # cloth that is simulated takes long
    Person.hang_as_trained = Person._hang
    if part == 1:
        Person._hang = flared
    os.makedirs(f'{folder}/{part}', exist_ok=True)
    for first in range(FIRST + 5000 * part, FIRST + 5000 * part + bodies, 10):
        views = []
        for number in range(first, first + 10):
            try:
                views += generate.make_views(number)
            except (ValueError, np.linalg.LinAlgError) as error:
                print('body', number, 'left out:', error, flush=True)
        np.savez(f'{folder}/{part}/{first:06d}.npz', **{key: np.array([view[key] for view in views]) for key in views[0]})
        print(f'bodies {first} to {first + 9}: {len(views)} views', flush=True)


def breadths(standing):
    """How broad standing outlines (n, SIZE) are at the thighs, as `thighs.rs` measures it; trunk lengths."""
    d, v = features.DORSAL, features.VENTRAL
    behind, before = standing[:, [0, d]], standing[:, [4 * d + v - 1, 4 * d + 2 * v - 1]]
    return np.hypot(*(before - behind).T)


def skirts(views, session, name):
    """Lines of the table of clothes: how broad they are in standing, and how the bends of those beyond the limit and within it are read."""
    def answer(now, standing):
        change, interval, yaw, points = session.run(OUTPUTS, {'now': now, 'standing': standing})
        return change, interval, yaw[:, 0], points
    rows = np.arange(len(views.body))
    standing, first = views.standing_frames(np.random.default_rng(3), rows)
    broad = dict(zip(views.clip[first], breadths(standing)))
    errors, kept, held, leans = [], [], [], []
    for change, width, true, _, _, _, others in baseline.read_clips(views, rows, answer, np.random.default_rng(3)):
        for column, values in ((errors, np.degrees(change - true)), (held, np.abs(change - true) < width), (kept, others),
                               (leans, np.degrees(true[:, 1]))):
            column.append(values)
    errors, held, kept, leans = map(np.concatenate, (errors, held, kept, leans))
    side_on = np.abs(views.angles[:, dataset.YAW]) < SIDE_ON
    counted = (leans > BENT) & side_on[kept] & (views.kind[kept] != 'independent')
    of_clip = np.array([broad.get(views.clip[row], np.nan) for row in kept])
    for kinds, what in (((0,), 'shorts, leggings, trousers'), ((1,), 'trousers 1.5 to 7 cm wider'), ((2,), name)):
        for jacket in (False, True):
            wears = lambda at: np.isin(views.bottom[at], kinds) & ((views.clothes[at] == CLOTHES.index('jacket')) == jacket)
            clips = wears(first) & side_on[first]
            if clips.sum() < 20 or (name.startswith('flared') and kinds != (2,)):
                continue
            wide = np.array([broad[clip] for clip in views.clip[first[clips]]])
            cells = [f'{np.percentile(wide, 5):.2f}, {np.median(wide):.2f}, {np.percentile(wide, 95):.2f}', f'{100 * np.mean(wide > BROADEST):.0f} %']
            for beyond in (False, True):
                some = counted & wears(kept) & ((of_clip > BROADEST) == beyond)
                if some.sum() < 30:
                    cells.append('–')
                    continue
                lumbar, hip = (np.abs(errors[some, measure]).mean() for measure in (LUMBAR, HIP))
                people = len(np.unique(views.body[kept[some]]))
                cells.append(f'{some.sum()} of {people}: {lumbar:.1f}° ({errors[some, LUMBAR].mean():+.1f}), {hip:.1f}° ({errors[some, HIP].mean():+.1f}), '
                             f'{100 * held[some, LUMBAR].mean():.0f} %, {100 * held[some, HIP].mean():.0f} %')
            print(f'| {what}{", under a jacket" if jacket else ""} | {clips.sum()} | {" | ".join(cells)} |')


def light(views, session):
    """Of whom hair is said to hide the neck, without a burnt-out window behind them and before one."""
    rows = np.arange(len(views.body))
    for share, name in ((0., 'no window'), (1., 'a burnt-out window')):
        dataset.BURNT_OUT = share
        standing, first = views.standing_frames(np.random.default_rng(3), rows)
        side_on = np.abs(views.angles[first, dataset.YAW]) < SIDE_ON
        standing, first = standing[side_on], first[side_on]
        hidden, points = session.run(['neck_hidden', 'points'], {'now': standing, 'standing': standing})
        bridged = standing[:, 2 * features.DORSAL:3 * features.DORSAL][:, NECK].mean(1)
        inputs, levels, seen = views.inputs(np.random.default_rng(3), first)
        _, now, _ = session.run(['neck_hidden', 'points', 'yaw'], {'now': inputs, 'standing': inputs})
        off = 100 * np.hypot(*(now[:, 2] - levels.reshape(-1, 3, 2)[:, 2]).T)
        for some, which in ((bridged == 0, 'the neck is seen'), ((bridged > 0) & (bridged <= .5), 'up to half of the neck before it'),
                            (bridged > .5, 'more than half of the neck before it')):
            if some.sum() >= 20:
                told = hidden[some, 0] > .5
                fine = some & seen
                print(f'| {name}, {which} | {some.sum()} | {100 * told.mean():.0f} % | {off[fine].mean():.1f} % |')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('what', choices=['make', 'table'])
    parser.add_argument('folder')
    parser.add_argument('model', nargs='?')
    parser.add_argument('--bodies', type=int, default=60)
    parser.add_argument('--part', type=int, default=0)
    given = parser.parse_args()
    if given.what == 'make':
        return make(given.folder, given.bodies, given.part)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(given.model, options, providers=['CPUExecutionProvider'])
    print('| round the legs | outlines | breadth: 5 %, median, 95 % | beyond 0.63 | bends within, of so many people: lumbar, hip, intervals hold | bends beyond |')
    print('|---|---|---|---|---|---|')
    for part, name in enumerate(['skirts of the training', 'flared skirts, from the thigh to the shin']):
        if glob.glob(f'{given.folder}/{part}/*.npz'):
            skirts(dataset.Views(f'{given.folder}/{part}'), session, name)
    print('\n| behind the person | outlines | hair over the neck said | C7 off |')
    print('|---|---|---|---|')
    light(dataset.Views(f'{given.folder}/0'), session)


if __name__ == '__main__':
    main()
