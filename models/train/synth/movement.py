"""Which poses a body is shown in. A pose is a change from standing: pelvis, lumbar, thoracic, neck, knee (degrees)."""
import numpy as np

ANGLES = ('pelvis', 'lumbar', 'thoracic', 'neck', 'knee')
#: The deepest pose of each natural movement: the range of every angle.
PEAKS = {
    'hinge': ((45, 80), (-6, 8), (-4, 7), (-30, 0), (8, 30)),
    'partial': ((18, 45), (-6, 8), (-4, 6), (-20, 5), (2, 20)),
    'straight': ((45, 80), (-4, 12), (-3, 10), (-28, 5), (0, 12)),
    'round': ((5, 45), (28, 62), (5, 32), (-5, 28), (0, 15)),
    'half_round': ((2, 25), (15, 36), (3, 20), (-5, 20), (0, 12)),
    'mixed': ((28, 65), (10, 38), (0, 18), (-14, 14), (0, 20)),
    'late': ((38, 62), (20, 48), (2, 18), (-14, 14), (3, 20)),
    'squat': ((18, 50), (-5, 25), (-4, 10), (-28, 0), (50, 110)),
    'arched': ((10, 70), (-26, -8), (-10, 2), (-22, 6), (2, 24)),
    'stoop_down': ((40, 68), (8, 32), (2, 16), (-20, 15), (5, 60)),
    'stoop_up': ((40, 68), (8, 32), (2, 16), (-20, 15), (5, 60)),
    'squat_down': ((25, 50), (8, 35), (0, 14), (-28, 5), (55, 110)),
    'squat_up': ((25, 50), (8, 35), (0, 14), (-28, 5), (55, 110)),
}
#: Hinges and round backs are drawn twice as often as the others.
KINDS = ['hinge', 'hinge', 'partial', 'straight', 'round', 'round', 'half_round', 'mixed', 'late', 'squat', 'arched',
         'stoop_down', 'stoop_up', 'squat_down', 'squat_up']

#: The courses that were measured on people: which share of its deepest angle each has reached at COURSE_DEPTHS. Stoops: mean of three
#: lifts of one person, by the trunk's inclination, from markers (mjhmilla/MillardSreenivasaMombaur2017, MIT); going down the back comes
#: first, and coming up it is straight, and hollower than at the start, before the pelvis is. Squats: mean of five
#: of one person, by the knee, from markers (the example data of OpenCap, Apache-2.0). The back was measured as a whole, thorax against
#: pelvis: its share stands for the lumbar and the thoracic angle.
COURSE_DEPTHS = np.linspace(0, 1, 6)
COURSES = {
    'stoop_down': {'pelvis': (0, .15, .36, .57, .78, 1), 'back': (0, .31, .50, .67, .86, 1), 'knee': (0, .17, .25, .34, .50, 1)},
    'stoop_up': {'pelvis': (.12, .30, .49, .69, .92, 1), 'back': (-.27, -.04, .19, .41, .58, 1), 'knee': (-.26, -.03, .18, .35, .70, 1)},
    'squat_down': {'pelvis': (.05, .37, .70, .87, .95, 1), 'back': (.08, .31, .50, .66, .80, 1), 'knee': COURSE_DEPTHS},
    'squat_up': {'pelvis': (.22, .40, .60, .76, .88, 1), 'back': (.22, .46, .68, .84, .95, 1), 'knee': COURSE_DEPTHS},
}


def draw_peak(rng):
    """A movement's name and deepest pose."""
    kind = str(rng.choice(KINDS))
    return kind, {angle: rng.uniform(*span) for angle, span in zip(ANGLES, PEAKS[kind])}


def part_way(kind, peak, depth):
    """The pose at `depth` (0 to 1) of a movement: what bends early and what late."""
    pose = {angle: value * depth for angle, value in peak.items()}
    if kind in COURSES:
        course = {part: np.interp(depth, COURSE_DEPTHS, shares) for part, shares in COURSES[kind].items()}
        for angle, part in (('pelvis', 'pelvis'), ('lumbar', 'back'), ('thoracic', 'back'), ('knee', 'knee')):
            pose[angle] = peak[angle] * course[part]
    elif kind == 'late':
        pose['pelvis'] = peak['pelvis'] * min(1, depth / .62) ** .9
        late = np.clip((depth - .5) / .5, 0, 1)
        late = late * late * (3 - 2 * late)
        pose['lumbar'], pose['thoracic'] = peak['lumbar'] * late, peak['thoracic'] * late
    elif kind == 'mixed':
        pose['lumbar'], pose['pelvis'] = peak['lumbar'] * depth ** .75, peak['pelvis'] * depth ** 1.25
    elif kind in ('round', 'half_round'):
        pose['pelvis'] = peak['pelvis'] * depth ** 1.4
    return pose


def independent(rng):
    """Every angle for itself, so that the back cannot be read off the knees."""
    while True:
        knee = rng.uniform(0, 45) if rng.random() < .85 else rng.uniform(45, 105)
        pose = dict(pelvis=rng.uniform(-8, 85), lumbar=rng.uniform(-20, 62), thoracic=rng.uniform(-8, 30),
                    neck=rng.uniform(-32, 28), knee=knee)
        if -15 < pose['pelvis'] + pose['lumbar'] < 122:
            return pose


def sway(rng):
    """Standing is never quite still."""
    return dict(pelvis=rng.normal(0, 1.5), lumbar=rng.normal(0, 1.5), thoracic=rng.normal(0, 1.5),
                neck=rng.normal(0, 4), knee=abs(rng.normal(0, 1.5)))


def stance(rng):
    """How this person stands, against the neutral body."""
    # MakeHuman's neutral low back is hollow by some 20°; people's standing lordosis is 0 to 45°.
    stands = dict(lumbar=rng.normal(0, 8), thoracic=rng.normal(2, 5), neck=rng.normal(0, 6), knee=abs(rng.normal(0, 3)))
    stands['pelvis'] = -.5 * stands['lumbar'] - .35 * stands['thoracic'] + rng.normal(0, 2)
    return stands


def single_poses(rng):
    """(kind, pose) in no order: standing, independent angles, moments of movements."""
    poses = [('stand', sway(rng)) for _ in range(3)] + [('independent', independent(rng)) for _ in range(7)]
    for _ in range(7):
        kind, peak = draw_peak(rng)
        poses.append((kind, part_way(kind, peak, rng.uniform(.3, 1.))))
    return poses


def sequence(rng):
    """(kind, pose) in order, in steps that a simulated shirt can follow; kind 'way' only leads on to the next."""
    poses = [('stand', sway(rng)), ('stand', sway(rng))]
    for number in range(3):
        kind, peak = ('independent', independent(rng)) if rng.random() < .5 else draw_peak(rng)
        for depth in np.linspace(0, 1, 7)[1:]:
            poses.append((kind, {angle: value + rng.normal(0, .7) for angle, value in part_way(kind, peak, depth).items()}))
        poses.append((kind, {angle: value * .55 for angle, value in peak.items()}))
        poses.append(('way', {angle: value * .2 for angle, value in peak.items()}))
        if number == 0:
            poses.append(('stand', dict.fromkeys(ANGLES, 0.0)))
    return poses
