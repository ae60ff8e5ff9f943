"""How MediaPipe's landmarks err, measured on rendered people (shares of the trunk's length, x forward, y up).

Only the spread and the mean shift are used; no picture of the evaluation set trains anything."""
import numpy as np

# Trunk inclinations (degrees) at which the mean shift of the middle of a joint's pair was measured.
KNOTS = np.array([0., 27., 52., 80.])
# ear, shoulder, elbow, wrist, hip, knee, ankle: x, then y, at the knots.
SHIFT = np.array([
    [[.050, .044, .011, .000], [.024, .003, -.028, -.039]],
    [[-.001, .030, .051, .056], [.096, .081, .048, .025]],
    [[-.009, -.014, -.018, -.021], [.026, .025, .006, .007]],
    [[-.002, -.006, -.009, -.009], [-.015, -.003, -.010, -.028]],
    [[.053, .083, .085, .073], [-.005, -.028, -.049, -.054]],
    [[.000, .002, .024, .015], [.029, .025, .009, .030]],
    [[.004, .009, .012, .018], [.046, .048, .036, .055]]])
PER_CLIP = np.array([.018, .030, .042, .042, .033, .034, .022])     # constant in a clip
PER_DEPTH = np.array([.012, .016, .025, .025, .022, .020, .012])    # drifts with the depth of the bend
PER_FRAME = np.array([.012, .014, .018, .018, .013, .015, .014])
PAIR_PER_CLIP = np.array([.028, .032, .035, .030, .022, .026, .030])
PAIR_PER_FRAME = np.array([.006, .013, .015, .014, .010, .014, .013])


def shift_at(inclination):
    """Mean shift (frames, joints, xy) at trunk inclinations in degrees."""
    return np.stack([[np.interp(inclination, KNOTS, axis) for axis in joint] for joint in SHIFT]).transpose(2, 0, 1)


def disturb(rng, joints, trunk, clip, amount=1.0):
    """Joints (frames, 7, near/far, xy; y up) as MediaPipe would give them. `clip`: for each frame the number
    of the clip it belongs to; `trunk`: true trunk length per frame, in the joints' unit."""
    middle, half = joints.mean(2), (joints[:, :, 0] - joints[:, :, 1]) / 2
    up = middle[:, 1] - middle[:, 4]
    inclination = np.degrees(np.arctan2(up[:, 0], up[:, 1]))
    depth = np.clip(inclination / 80, -.1, 1.2)[:, None, None]
    shape = (clip.max() + 1, 7, 2)
    error = shift_at(inclination) * rng.normal(1, .25, shape)[clip]
    error += amount * rng.normal(0, 1, shape)[clip] * PER_CLIP[:, None]
    error += amount * rng.normal(0, 1, shape)[clip] * PER_DEPTH[:, None] * depth
    error += amount * rng.normal(0, 1, middle.shape) * PER_FRAME[:, None]
    pair = amount * rng.normal(0, 1, shape)[clip] * PAIR_PER_CLIP[:, None]
    pair += amount * rng.normal(0, 1, middle.shape) * PAIR_PER_FRAME[:, None]
    middle = middle + error * trunk[:, None, None]
    half = half + pair * trunk[:, None, None]
    return np.stack([middle + half, middle - half], 2)
