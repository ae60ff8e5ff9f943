"""How MediaPipe's landmarks err: what `noise/measure.py` measured on 330 rendered pictures of 30 people of our own generator
(`noise/render.py`), who occur nowhere else. Shares of the trunk's length, x forward, y up."""
import numpy as np

# Trunk inclinations (degrees) at which the mean shift of the middle of a joint's pair was measured.
KNOTS = np.array([0., 27., 52., 80.])
# ear, shoulder, elbow, wrist, hip, knee, ankle: x, then y, at the knots.
SHIFT = np.array([
    [[.052, .048, .030, -.009], [.042, .004, -.027, -.036]],
    [[-.010, .018, .045, .062], [.083, .067, .048, -.013]],
    [[-.013, -.010, .028, .008], [.023, .032, .012, -.053]],
    [[-.009, -.008, .007, -.023], [-.012, .001, .004, -.055]],
    [[.068, .077, .066, .080], [-.008, -.037, -.045, -.043]],
    [[-.003, .000, .017, .012], [-.013, -.022, .002, -.073]],
    [[.003, .010, .014, .013], [.042, .046, .077, .023]]])
PER_CLIP = np.array([.016, .029, .046, .035, .034, .026, .012])     # constant in a clip
PER_DEPTH = np.array([.024, .051, .067, .064, .041, .046, .021])    # drifts with the depth of the bend
PER_FRAME = np.array([.013, .012, .023, .020, .019, .018, .015])
PAIR_PER_CLIP = np.array([.012, .031, .029, .031, .016, .012, .014])
PAIR_PER_FRAME = np.array([.004, .012, .018, .016, .009, .011, .012])


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
