"""What differs between people, and between those who make bodies: proportions, the line of the back, what the skin hangs on.

A body's maker has habits: where the hip joints lie, how long a trunk is, how far the thighs pull the seat's skin along. A
network that has seen one maker's bodies takes these habits for anatomy, so each body gets its own. The ranges are wide on purpose.
"""
from dataclasses import dataclass

import numpy as np

HIP_HEIGHT = (.485, .585)       # of the hip joints, shares of the stature: people .50 to .54, characters for games up to .58
TRUNK_LENGTH = (.245, .36)      # hip joints to C7, shares of the stature
L5_SHIFT, KNEE_SHIFT = .025, .015   # standard deviations, of the trunk and of the leg
HIP_SHIFT, TRUNK_SHIFT = .02, .022  # standard deviations, of the stature
DORSAL_MODES = 4                # waves of the back's line
WIDEST_ARM = .24                # metres: farther aside hangs an arm


@dataclass
class Skin:
    """What skin follows. `seat_reach`: how much of the seat hangs on the thighs (0 to 1), up to `seat_top` metres above the hip
    joints; `smear`: over how many bones of the spine each place of the back is spread; `level_shift`: by how many bones
    it belongs higher (up) or lower; `soft_rounds`: how softly the hips bend."""
    seat_reach: float = 0.
    seat_top: float = .08
    smear: float = 0.
    level_shift: float = 0.
    soft_rounds: int = 4


def draw_skin(rng):
    """Skin of a body nobody has seen."""
    return Skin(seat_reach=rng.uniform(0, .75) if rng.random() < .65 else 0., seat_top=rng.uniform(.02, .17), smear=rng.uniform(0, 1.2),
                level_shift=rng.normal(0, .3), soft_rounds=int(rng.integers(1, 9)))


def draw_level_shares(rng, usual):
    """How the lumbar bend is shared among its joints: about as usual, or by very few of them."""
    shares = usual * rng.uniform(.6, 1.4, len(usual)) if rng.random() < .65 else rng.dirichlet(7 * usual)
    return shares / shares.sum()


def draw_shape(rng, figure):
    """A change of the figure's points: (n, 3) to (n, 3)."""
    heights, moved = _heights(rng, figure)
    stature = figure.vertices[figure.surface, 2].max()
    hip, c7 = moved[2], moved[5]
    depth = rng.normal(1, .07)
    middle = (figure.heads['thighL'][0] + figure.heads['L5'][0]) / 2
    seat = rng.normal(0, .016) * stature / 1.75, hip + rng.normal(.0, .025), rng.uniform(.05, .09)
    belly = abs(rng.normal(0, .025)), hip + rng.uniform(.08, .22), rng.uniform(.05, .10)
    waves = rng.normal(0, .009, DORSAL_MODES) / np.arange(1, DORSAL_MODES + 1) ** .5
    phases = rng.uniform(0, 2 * np.pi, DORSAL_MODES)

    def change(points):
        x, y, z = points.T
        z = np.interp(z, heights, moved) + np.maximum(0, z - heights[-1])
        x = middle + (x - middle) * depth
        bell = lambda place, width: np.exp(-((z - place) / width) ** 2 / 2)
        behind, before = np.clip((middle - x) / .08, 0, 1), np.clip((x - middle) / .08, 0, 1)
        trunk = np.clip((WIDEST_ARM - np.abs(y)) / .05, 0, 1)
        up = (z - hip) / (c7 - hip)
        inside = np.clip(np.minimum(up + .1, 1.05 - up) / .2, 0, 1)
        line = sum(size * np.sin((mode + 1) * np.pi * up + phase) for mode, (size, phase) in enumerate(zip(waves, phases)))
        x = x + trunk * (-behind * seat[0] * bell(*seat[1:]) + before * belly[0] * bell(*belly[1:]) + behind * inside * line)
        return np.stack([x, y, z], 1)
    return change


def _heights(rng, figure):
    """Heights of floor, knee, hip joints, L5, middle of the back, C7 and top: as they are, and as they shall be."""
    top = figure.vertices[figure.surface, 2].max()
    knee, hip, l5, c7 = (figure.heads[name][2] for name in ('shankL', 'thighL', 'L5', 'C7'))
    between = l5 + .37 * (c7 - l5)
    heights = np.array([0, knee, hip, l5, between, c7, top])
    new_hip = np.clip(hip + top * rng.normal(0, HIP_SHIFT), HIP_HEIGHT[0] * top, HIP_HEIGHT[1] * top)
    trunk = np.clip(c7 - hip + top * rng.normal(0, TRUNK_SHIFT), TRUNK_LENGTH[0] * top, TRUNK_LENGTH[1] * top)
    new_l5 = new_hip + trunk * np.clip((l5 - hip) / (c7 - hip) + rng.normal(0, L5_SHIFT), .08, .26)
    new_c7 = new_hip + trunk
    new_between = new_l5 + (new_c7 - new_l5) * np.clip(.37 + rng.normal(0, .03), .28, .46)
    new_knee = new_hip * np.clip(knee / hip + rng.normal(0, KNEE_SHIFT), .45, .62)
    return heights, np.array([0, new_knee, new_hip, new_l5, new_between, new_c7, new_c7 + (top - c7)])
