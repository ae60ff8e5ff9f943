"""From the network's answers to what the program reports: changes from the person's own standing frames, as `src/spine/baseline.rs`
computes them. Everything that calibrates or evaluates goes through here, so that it speaks of the shipped estimator."""
import numpy as np

READ = 16       # frames of standing that the program asks the network about


def measures(three):
    """Pelvis, upper lumbar, thigh (last axis) -> those three, lumbar flexion and hip flexion."""
    pelvis, upper, thigh = np.moveaxis(np.asarray(three), -1, 0)
    return np.stack([pelvis, upper, thigh, upper - pelvis, pelvis - thigh], -1)


def standing_of(frames):
    """The standing frame of a person (SIZE): the median, number by number, of the standing frames (n, SIZE)."""
    return np.median(frames, 0)


def relative_to(change, standing_change):
    """Changes (n, 5) less what the network says of the standing frames themselves (m, 5): the median of each segment."""
    return change - measures(np.median(np.asarray(standing_change)[:, :3], 0))


def read_clips(views, rows, answer, rng, **noise):
    """What the program would report of each clip in these rows.

    `answer(now, standing)` takes features (n, SIZE) twice and returns (change (n, 5), half width or scale of it (n, 5), yaw (n),
    points (n, 3, 2)), radians. Yields, a clip at a time: changes from standing, their half widths, true changes (n, 5), radians;
    yaw; points and true points; and the rows.
    """
    rows = np.sort(rows)
    inputs, levels, seen = views.inputs(rng, rows, **noise)
    place = {row: number for number, row in enumerate(rows)}
    for still, others in views.by_clip(rows):
        still, others = (part[[seen[place[row]] for row in part]] for part in (still, others))
        if not len(still) or not len(others):
            continue
        at = [place[row] for row in others]
        frames = inputs[[place[row] for row in still]]
        standing = standing_of(frames)
        both = np.concatenate([frames[:READ], inputs[at]])
        change, width, yaw, points = answer(both, np.repeat(standing[None], len(both), 0))
        first = len(frames[:READ])
        true = np.radians(measures(views.angles[others, :3] - views.angles[still, :3].mean(0)))
        yield (relative_to(change[first:], change[:first]), width[first:], true, yaw[first:], points[first:],
               levels[at].reshape(-1, 3, 2), others)
