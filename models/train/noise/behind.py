"""How far the pose network misplaces hip and knee behind a weight, and what that costs: tables of what `behind.rs` saw.

    cargo run --release --example behind -- CLIPS > behind.jsonl
    python -m noise.behind CLIPS behind.jsonl

CLIPS holds NAME.mp4, NAME.json (joints of each frame, camera pixels, and `meta.yaw`, `meta.facing`) and NAME.csv (degrees, a row a frame). Clips
turned by more than MOST_YAW are left out. Lengths are shares of the trunk standing; the middles of left and right are compared.
"""
import collections
import csv
import json
import sys

import numpy as np

MOST_YAW = 17.5
BENT, UPRIGHT = 25, 10      # degrees of the trunk
LOST = .25                  # a joint farther off is another place of the picture, not this joint
SEEN = .5                   # the visibility from which bendwise takes a joint as seen
FORWARD_UP = np.array([1, -1])
SHOULDER, HIP, KNEE = range(3)
NAMES = ['shoulder', 'hip', 'knee']
PLACES = {None: 'no disc', 'Hip': 'hip', 'Thigh': 'middle of the thigh', 'Knee': 'knee', 'Arm': "at arm's length"}


class Clip:
    """What is true in a clip: joints (frames, 3, xy), x forward, y up; lumbar and hip flexion."""

    def __init__(self, folder, name):
        truth = json.load(open(f'{folder}/{name}.json'))
        self.yaw, left = truth['meta']['yaw'], truth['meta']['facing'] == 'left'
        self.direction = FORWARD_UP * ([-1, 1] if left else [1, 1])
        middle = lambda frame, joint: (np.array(frame['joints2d'][f'{joint}_L']) + frame['joints2d'][f'{joint}_R']) / 2
        self.joints = np.array([[middle(frame, name) for name in NAMES] for frame in truth['frames']]) * self.direction
        self.trunk = np.hypot(*(self.joints[0, SHOULDER] - self.joints[0, HIP]))
        with open(f'{folder}/{name}.csv', newline='') as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith('#')))
        column = lambda key: np.array([float(row[key]) for row in rows])
        self.lean, self.flexion = column('trunk_inclination'), np.stack([column('lumbar_flexion'), column('hip_flexion')], 1)


def inclination(line):
    return np.degrees(np.arctan2(line[..., 0], line[..., 1]))


def trunk_thigh(joints):
    """(thigh's inclination, trunk's less that) of joints (…, 3, xy), degrees."""
    thigh = inclination(joints[..., HIP, :] - joints[..., KNEE, :])
    return thigh, inclination(joints[..., SHOULDER, :] - joints[..., HIP, :]) - thigh


class Sighting:
    """A frame that was looked at, beside the truth."""

    def __init__(self, row, clip, clean):
        number = row['frame']
        self.clip, self.lean, self.flexion = row['clip'], clip.lean[number], clip.flexion[number]
        self.answers = {kind: row[kind] for kind in ('standing', 'bending', 'whole') if kind in row}
        self.found = row['seen'] is not None
        if not self.found:
            return
        seen = np.array(row['seen'])
        self.joints = seen[:, :2].reshape(3, 2, 2).mean(1) * clip.direction
        self.visible = seen[:, 2].reshape(3, 2).max(1)      # of the side that is seen better
        self.off = np.hypot(*((self.joints - clip.joints[number]) / clip.trunk).T)
        self.moved = np.hypot(*((self.joints - clean) / clip.trunk).T) if clean is not None else np.full(3, np.nan)
        self.angles = (np.array(trunk_thigh(self.joints)) - trunk_thigh(clip.joints[number]) + 180) % 360 - 180


def read(folder, path):
    """Sightings by (place, radius, look)."""
    clips, clean, groups = {}, {}, collections.defaultdict(list)
    for row in map(json.loads, open(path)):
        name, disc = row['clip'], row.get('disc')
        clip = clips.setdefault(name, clips.get(name) or Clip(folder, name))
        if abs(clip.yaw) > MOST_YAW:
            continue
        key = (disc['place'], round(disc['radius'], 2), disc['look']) if disc else (None, 0, '')
        sighting = Sighting(row, clip, clean.get((name, row['frame'])))
        if disc is None and sighting.found:
            clean[name, row['frame']] = sighting.joints
        groups[key].append(sighting)
    return groups


def name(key):
    place, radius, look = key
    return PLACES[place] + (f' | {radius}{", flat" if look == "Flat" else ""}' if place else ' | –')


def print_landmarks(groups, title, wanted):
    print(f'\n{title}\n\n| disc | radius | found | hip off: median, 90th percentile | knee off | moved by the disc: hip, knee | hip or knee lost | of these said to be seen | '
          'thigh: mean absolute error (bias) | trunk to thigh |\n' + '|---' * 10 + '|')
    for key, sightings in groups.items():
        here = [one for one in sightings if wanted(one.lean)]
        found = [one for one in here if one.found]
        off, moved, seen = (np.array([getattr(one, what)[HIP:] for one in found]) for what in ('off', 'moved', 'visible'))
        lost = off.max(1) > LOST
        percent = lambda part: f'{100 * part:.0f} %'
        said = percent(np.mean(seen[lost].min(1) >= SEEN)) if lost.any() else '–'
        where = [f'{percent(np.median(joint))}, {percent(np.percentile(joint, 90))}' for joint in off.T]
        shift = ', '.join(percent(part) for part in np.nanmedian(moved, 0)) if key[0] else '–'
        signed = lambda error: f'{abs(error).mean():.1f}° ({error.mean():+.1f}°)'
        angles = [signed(error) for error in np.array([one.angles for one in found]).T]
        print(f'| {name(key)} | {len(found)} of {len(here)} | {" | ".join(where)} | {shift} | {percent(lost.mean())} | {said} | {" | ".join(angles)} |')


def print_angles(groups, kind):
    print(f'\n{kind}\n\n| disc | radius | measured | lumbar: mean absolute error (bias), 90th percentile | holds | hip | holds |\n' + '|---' * 7 + '|')
    for key, sightings in groups.items():
        here = [one for one in sightings if one.lean > BENT and kind in one.answers]
        told = [one for one in here if not isinstance(one.answers[kind], str)]
        if not here:
            continue
        cells = []
        for angle in range(2) if told else []:
            answers = np.array([one.answers[kind] for one in told])[:, 2 * angle:2 * angle + 2]
            error = answers[:, 0] - [one.flexion[angle] for one in told]
            cells += [f'{abs(error).mean():.1f}° ({error.mean():+.1f}°), {np.percentile(abs(error), 90):.1f}°',
                      f'{100 * np.mean(abs(error) <= answers[:, 1]):.0f} % (±{np.median(answers[:, 1]):.0f}°)']
        print(f'| {name(key)} | {len(told)} of {len(here)} | {" | ".join(cells)} |')


def main():
    groups = read(*sys.argv[1:3])
    print(len({one.clip for sightings in groups.values() for one in sightings}), 'clips')
    print_landmarks(groups, f'Trunk beyond {BENT}°', lambda lean: lean > BENT)
    print_landmarks(groups, f'Upright, trunk within {UPRIGHT}°', lambda lean: lean < UPRIGHT)
    for kind in ('standing', 'bending', 'whole'):
        print_angles(groups, kind)


if __name__ == '__main__':
    main()
