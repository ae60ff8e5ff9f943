"""A dressed person: body, skeleton, clothes, hair and shoes, ready to be posed and drawn."""
import numpy as np

from . import body, cloth, figure, hull, variation
from .skeleton import Skeleton

CLOTHES = ['tight', 'bare', 'loose', 'draped', 'jacket', 'rig']     # a rig is dressed by its maker
CLOTHES_WEIGHTS = [.30, .16, .21, .21, .12, 0]
BOTTOMS = ['close', 'wide', 'skirt']
BOTTOM_WEIGHTS = [.7, .2, .1]
BUN_RINGS, BUN_STEPS = 9, 12
HOODS, PONYTAILS = .3, .08      # shares of people who wear one
HAIR = ['own', 'neck', 'low back']      # how far it hangs
LOW_BACK = .03                          # metres below T12/L1
TAIL_RINGS = 10
HANGS_FREE = 40.                # degrees that the trunk leans: from there on a ponytail does not lie on the back


def draw_shape(rng):
    """The qualities of a random body for `body.make_body`."""
    extra = {}
    for name, spread in (('buttocks/buttocks-volume', .5), ('stomach/stomach-tone', .5), ('torso/torso-scale-vert', .35),
                         ('hip/hip-scale-depth', .35), ('torso/torso-scale-depth', .35)):
        amount = rng.normal(0, spread)
        extra[f'{name}-{"incr" if amount > 0 else "decr"}'] = float(min(1, abs(amount)))
    return dict(gender=float(np.clip(rng.integers(2) + rng.uniform(-.2, .2), 0, 1)), age=float(rng.uniform(.42, .9)),
                muscle=float(rng.uniform(.2, .9)), weight=float(rng.uniform(.2, .97)), height=float(rng.uniform(.25, .8)),
                proportions=float(rng.uniform(.2, .95)), ethnic=str(rng.choice(['caucasian', 'african', 'asian'])), extra=extra)


class RiggedPerson:
    """A character that somebody else made, in the clothes that are part of its surface."""

    shirt, hair = None, 0

    def __init__(self, rng, level_shares, varied):
        shape = figure.of_rig(str(rng.choice(figure.rig_names())))
        stature = shape.vertices[:, 2].max()
        shape = shape.reshaped(lambda points: points * rng.uniform(1.52, 1.92) / stature)
        skin = variation.Skin()
        if varied:
            shape, skin = shape.reshaped(variation.draw_shape(rng, shape)), variation.draw_skin(rng)
        self.skeleton = Skeleton(shape, level_shares, skin)

    def surfaces(self, pose, skin):
        """(vertices, quads) of everything there is to draw; `skin`: the posed body."""
        return [(skin, self.skeleton.figure.quads)]


class Person:
    """A MakeHuman body that is dressed here. What is drawn is `surfaces`: the skin and every garment."""

    def __init__(self, rng, clothes, level_shares, bottom='close', long_hair=False, varied=True):
        qualities = draw_shape(rng)
        self.rng, self.clothes, self.female = rng, clothes, qualities['gender'] < .5
        shape, skin = figure.of_makehuman(body.make_body(**qualities)), variation.Skin()
        if varied:
            shape, skin = shape.reshaped(variation.draw_shape(rng, shape)), variation.draw_skin(rng)
        self.skeleton = Skeleton(shape, level_shares, skin)
        self.garments, self.shirt, self.bun, self.ponytail, self.hair = {}, None, None, None, 0
        self.covered = np.zeros(len(self.skeleton.vertices), bool)
        self._measure()
        self._put_on_bottom()
        self.hanging = self._hang(bottom)
        self._put_on_top()
        self._put_on_shoes()
        self._grow_hair()
        if long_hair:
            self._grow_long_hair()
        self.skin_faces = self._visible_skin()

    def _share(self, *names):
        """For every vertex, how much these bones (of both sides, where there are two) move it."""
        index = self.skeleton.index
        numbers = [index[name] for given in names for name in (given, given + 'L', given + 'R') if name in index]
        return self.skeleton.weights[:, numbers].sum(1)

    def _measure(self):
        bones = self.skeleton
        vertices = bones.vertices
        self.is_skin = np.zeros(len(vertices), bool)
        self.is_skin[np.unique(body.skin_faces())] = True
        self.hip_z = bones.rest_heads[0][2]
        self.arms = self._share('upperarm', 'forearm', 'hand', 'fingers', 'fingertips')
        self.forearms = self._share('forearm', 'hand', 'fingers', 'fingertips')
        self.head = self._share('head', 'N1', 'N2', 'N3')
        self.along_arm = np.zeros(len(vertices))
        for side, sign in (('L', 1), ('R', -1)):
            shoulder, elbow = (bones.rest_heads[bones.index[name + side]] for name in ('upperarm', 'forearm'))
            way, here = elbow - shoulder, vertices[:, 1] * sign > 0
            self.along_arm[here] = (((vertices - shoulder) @ way) / (way @ way))[here]

    def _wear(self, name, garment, mask):
        self.garments[name] = garment
        self.covered |= mask

    def _put_on_bottom(self):
        rng, bones = self.rng, self.skeleton
        z = bones.vertices[:, 2]
        kind = str(rng.choice(['shorts', 'leggings', 'pants']))
        waist = bones.spine[0][2] + rng.uniform(-.035, .02)
        down = (self.hip_z - z) / (self.hip_z - bones.legs['L']['knee'][2])
        longest = rng.uniform(.45, .75) if kind == 'shorts' else 9
        self.bottom = (self.is_skin & (z < waist) & (self.arms < .2) & (down < longest) & (z > .09) & (self._share('foot') < .5))
        self.bottom_offset = {'shorts': .006 + .012 * np.clip(down / .6, 0, 1), 'leggings': np.full(len(z), .003),
                              'pants': .005 + .012 * np.clip(down / .5, 0, 1)}[kind]
        smoothing = {'shorts': 10, 'leggings': 1, 'pants': 12}[kind]
        self._wear('bottom', cloth.Garment(bones, self.bottom, self.bottom_offset, smoothing), self.bottom)

    def _hang(self, bottom):
        """What gives the (vertices, quads) of what hangs free round the legs, for a pose and its skin."""
        if bottom == 'close':
            return lambda pose, skin: []
        if bottom == 'wide':
            ease = self.rng.uniform(.015, .07)
            return lambda pose, skin: hull.wide_trousers(self, pose, skin, ease)
        length, flare = self.rng.uniform(.2, .5), self.rng.uniform(0, .05)
        return lambda pose, skin: [hull.skirt(self, pose, skin, length, flare)]

    def _put_on_top(self):
        rng, bones = self.rng, self.skeleton
        vertices, c7 = bones.vertices, bones.spine[11]
        sleeve = rng.uniform(.2, .65) if self.clothes == 'tight' else rng.uniform(.45, .7)
        collar = c7[2] + .012 - .38 * (vertices[:, 0] - np.interp(c7[2], bones.back_z, bones.back_x))
        top = (self.is_skin & (vertices[:, 2] < collar) & (self.head < .6) & (self.forearms < .3)
               & ((self.arms < .3) | (self.along_arm < sleeve)) & (self._share('foot', 'shank') < .1))
        hem = self.hip_z + rng.uniform(-.01, .02)
        hem += {'tight': rng.uniform(-.03, .04), 'bare': .03, 'loose': rng.uniform(-.08, .02), 'draped': rng.uniform(-.13, .05),
                'jacket': rng.uniform(-.18, .04)}[self.clothes]
        shirt = top & (vertices[:, 2] > hem)
        if self.clothes == 'tight':
            self._wear('top', cloth.Garment(bones, shirt, .005, 4), shirt)
        elif self.clothes == 'bare':
            if self.female:   # a sports top
                band = top & (self.along_arm < .05) & (self.arms < .45) & (vertices[:, 2] > bones.spine[5][2] + .005)
                self._wear('top', cloth.Garment(bones, band, .004, 3), band)
        else:
            shirt &= self._share('thigh') <= (.98 if self.clothes == 'jacket' else .75)
            self._wear('top', self._loose_shirt(shirt, c7[2] - .10), shirt)
            if rng.random() < HOODS:
                self._put_on_hood()

    def _put_on_hood(self):
        """A hood that lies on the upper back."""
        bones, rng = self.skeleton, self.rng
        x, y, z = bones.vertices.T
        c7 = bones.spine[11]
        lies = self.is_skin & (np.abs(y) < .11) & (z < c7[2] + .05) & (z > c7[2] - rng.uniform(.06, .17)) & (x < c7[0]) & (self.arms < .3)
        self.garments['hood'] = cloth.Garment(bones, lies, rng.uniform(.015, .055), 4)

    def _loose_shirt(self, mask, collar_height):
        if self.clothes == 'jacket':
            return cloth.Jacket(self.skeleton, mask, self.rng)
        if self.clothes == 'draped':
            return cloth.Drape(self.skeleton, mask, self.rng)
        near = self.is_skin & (self.skeleton.vertices[:, 2] > self.hip_z - .25) & (self.head < .9) & (self.forearms < .95)
        thickness = .005 + np.where(self.bottom, self.bottom_offset + .004, 0)
        collider = cloth.Collider(self.skeleton, near, thickness)
        self.shirt = cloth.LooseShirt(self.skeleton, mask, collider, self.rng.uniform(.02, .055), collar_height)
        return self.shirt

    def _put_on_shoes(self):
        if self.rng.random() < .75:
            z = self.skeleton.vertices[:, 2]
            shoes = self.is_skin & (self._share('foot') > .3) & (z < .085)
            self._wear('shoes', cloth.Garment(self.skeleton, shoes, np.where(z < .02, 0., .008), 6), shoes)

    def _grow_hair(self):
        rng, bones = self.rng, self.skeleton
        vertices = bones.vertices
        self.ears = {side: vertices[numbers].mean(0) for side, numbers in bones.figure.ears.items()}
        ear = (self.ears['L'] + self.ears['R']) / 2
        style = str(rng.choice(['short', 'bun', 'bob'] if self.female else ['short', 'short', 'bald']))
        if style == 'bald':
            return
        line = ear[2] + .03 + np.clip((vertices[:, 0] - ear[0]) * .75, -.16 if style == 'bob' else -.10, .09)
        scalp = self.is_skin & (self._share('head', 'N2', 'N3') > .5) & (vertices[:, 2] > line)
        for place in self.ears.values():
            scalp &= np.linalg.norm(vertices - place, axis=1) >= .028
        self.garments['hair'] = cloth.Garment(bones, scalp, rng.uniform(.008, .016), 3)
        if style == 'bun':
            self._tie_bun(ear)
        elif rng.random() < PONYTAILS:
            self.ponytail = self._back_of_head(ear), rng.uniform(.12, .42), rng.uniform(.015, .035)

    def _grow_long_hair(self):
        """Instead: thick hair that hangs over the neck, down to anywhere between C7 and the seat, and lies on the back however that
        bends. Draws on numbers of its own, so that all else stays as it is."""
        bones, ear = self.skeleton, (self.ears['L'] + self.ears['R']) / 2
        rng = np.random.default_rng(int(1e6 * bones.height))
        x, y, z = bones.vertices.T
        ends = bones.level_heights['C7'] - rng.uniform(0, .5) ** 1.3
        brow = ear[2] + .03 + np.minimum(.75 * (x - ear[0]), .09)
        hairy = self.is_skin & (np.abs(y) < .10) & (self.arms < .3) & (z > np.where(x < ear[0], ends, brow))
        self.garments['hair'] = cloth.Garment(bones, hairy, rng.uniform(.02, .05), 6)
        self.bun = self.ponytail = None
        self.hair = HAIR.index('low back' if ends < bones.level_heights['T12L1'] - LOW_BACK else 'neck')

    def _back_of_head(self, ear):
        skin = self.skeleton.vertices[:body.BODY_VERTICES]
        back = skin[(skin[:, 2] > ear[2]) & (np.abs(skin[:, 1]) < .02)]
        return back[np.argmin(back[:, 0])] + [-.015, 0, self.rng.uniform(-.01, .05)]

    def _tie_bun(self, ear):
        place = self._back_of_head(ear)
        polar, round_ = np.meshgrid(np.linspace(0, np.pi, BUN_RINGS), np.linspace(0, 2 * np.pi, BUN_STEPS + 1)[:-1], indexing='ij')
        ball = np.stack([np.sin(polar) * np.cos(round_), 1.1 * np.sin(polar) * np.sin(round_), np.cos(polar)], -1)
        self.bun = .032 * ball.reshape(-1, 3) + place
        at = lambda ring, step: ring * BUN_STEPS + step % BUN_STEPS
        self.bun_quads = np.array([[at(r, s), at(r, s + 1), at(r + 1, s + 1), at(r + 1, s)]
                                   for r in range(BUN_RINGS - 1) for s in range(BUN_STEPS)])

    def _visible_skin(self):
        """Skin under tight clothes is not drawn; a loose shirt may slip, so then all of it is."""
        faces = body.skin_faces()
        if self.clothes in ('loose', 'draped', 'jacket'):
            return faces
        hidden = self.covered.copy()
        hidden[np.unique(faces[~self.covered[faces].all(1)])] = False
        return faces[~hidden[faces].all(1)]

    def _hanging_ponytail(self, pose, skin):
        """Hair tied at the back of the head: it hangs straight down, and lies on the back while that is upright."""
        tied, length, radius = self.ponytail
        head = self.skeleton.index['head']
        place = (tied - self.skeleton.rest_heads[head]) @ pose.turns[head].T + pose.heads[head]
        back = skin[self.is_skin & (self.arms < .3) & (np.abs(self.skeleton.vertices[:, 1]) < .06)]
        lies = pose.pelvis + pose.lumbar + pose.thoracic < HANGS_FREE
        x, rings, round_ = place[0], [], np.linspace(0, 2 * np.pi, hull.RING, endpoint=False)
        for z in place[2] - np.linspace(0, length, TAIL_RINGS):
            near = back[np.abs(back[:, 2] - z) < .03]
            if lies and len(near):
                x = min(x, near[:, 0].min() - .5 * radius)
            rings.append(np.stack([x + radius * np.cos(round_), radius * np.sin(round_), 0 * round_ + z], 1))
        return np.concatenate(rings), hull.tube(rings)

    def surfaces(self, pose, skin):
        """(vertices, quads) of everything there is to draw; `skin`: the posed body."""
        drawn = [(skin, self.skin_faces)]
        if self.ponytail is not None:
            drawn.append(self._hanging_ponytail(pose, skin))
        drawn += [(garment.posed(pose), garment.quads) for garment in self.garments.values()]
        drawn += self.hanging(pose, skin)
        if self.bun is not None:
            head = self.skeleton.index['head']
            moved = (self.bun - self.skeleton.rest_heads[head]) @ pose.turns[head].T + pose.heads[head]
            drawn.append((moved, self.bun_quads))
        return drawn
