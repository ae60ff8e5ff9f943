"""Garments cut out of the body's own surface, so that they need no assets.

`Garment` follows the skin; `Drape` hangs a loose shirt by rule; `LooseShirt` simulates one through a movement.
"""
import numpy as np
import scipy.sparse as sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from . import body


def vertex_normals(vertices, quads):
    """Unit normals."""
    corners = vertices[quads]
    facing = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normals = np.zeros_like(vertices)
    for corner in range(4):
        np.add.at(normals, quads[:, corner], facing)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def quad_edges(quads):
    """The edges of all quads, each quad's own."""
    return np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)])


def cut_out(mask):
    """Numbers of the vertices of the skin quads that lie wholly in `mask`, and those quads renumbered."""
    quads = body.skin_faces()
    quads = quads[mask[quads].all(1)]
    kept = np.unique(quads)
    renumbered = np.full(len(mask), -1)
    renumbered[kept] = np.arange(len(kept))
    return kept, renumbered[quads]


class Garment:
    """Cloth at a fixed offset from the skin, moved by the bones."""

    def __init__(self, skeleton, mask, offset, smoothing, flare=None):
        self.skeleton = skeleton
        kept, self.quads = cut_out(mask)
        normals = vertex_normals(skeleton.vertices, body.skin_faces())[kept]
        self.weights, self.skin = skeleton.weights[kept], skeleton.vertices[kept]
        count, edges = len(kept), quad_edges(self.quads)
        joined = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count)).tocsr()
        self.neighbours = ((joined + joined.T) > 0).astype(float)
        self.average = sparse.diags(1 / np.asarray(self.neighbours.sum(1)).ravel()) @ self.neighbours
        uses = sparse.coo_matrix((np.ones(len(edges)), (edges.min(1), edges.max(1))), (count, count)).tocsr().tocoo()
        single = uses.data < 1.5   # an edge of one quad only is the garment's border
        self.border = np.unique(np.r_[uses.row[single], uses.col[single]])
        offset = np.broadcast_to(offset, len(mask))[kept]
        self.rest = self._smoothed(self.skin + normals * offset[:, None], normals, offset, smoothing, flare)

    def _smoothed(self, rest, normals, offset, rounds, flare):
        if flare is not None:
            rest = flare(rest, self.skin, self.weights)
        inner = np.ones(len(rest), bool)
        inner[self.border] = False
        for _ in range(rounds):
            rest[inner] = .5 * rest[inner] + .5 * (self.average @ rest)[inner]
            sunk = .6 * offset - ((rest - self.skin) * normals).sum(1)
            rest += normals * np.maximum(0, sunk)[:, None]
        return rest

    def posed(self, pose):
        """The garment's vertices in a pose."""
        return self.skeleton.carry(pose, self.rest, self.weights)


class Tube(Garment):
    """A loose shirt at rest: everywhere at least as wide as at the shoulder blades, so that it bridges the hollow of
    the low back."""

    def __init__(self, skeleton, mask, ease):
        self.top = skeleton.rest_heads[skeleton.index['T4']][2]
        self.low = skeleton.rest_heads[0][2]
        self.ease, self.axis = ease, np.array([skeleton.vertices[mask][:, 0].mean(), 0])
        super().__init__(skeleton, mask, offset=.012, smoothing=6, flare=self._flare)

    def _flare(self, rest, skin, weights):
        bones = self.skeleton
        sleeves = weights[:, [bones.index[name + side] for name in ('upperarm', 'shoulder') for side in 'LR']].sum(1)
        trunk = sleeves < .3
        down = np.clip((self.top - skin[:, 2]) / (self.top - self.low), 0, 1.2)
        out = rest[:, :2] - self.axis
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
        wide = rest.copy()
        wide[:, :2] += np.where(trunk[:, None], out * (self.ease * (.35 + .65 * down))[:, None], 0)
        back = trunk & (skin[:, 0] < self.axis[0]) & (np.abs(skin[:, 1]) < .16) & (skin[:, 2] < self.top - .02)
        blades = np.interp(self.top - .05, bones.back_z, bones.back_x)
        buttock = bones.back_x[bones.back_z < self.low + .06].min()
        plumb = np.interp(skin[:, 2], [self.low, self.top - .05], [buttock - .01 - self.ease * .4, blades - .012 - self.ease * .3])
        plumb += 1.2 * np.clip(np.abs(skin[:, 1]) - .03, 0, None) ** 1.5
        wide[back, 0] = np.minimum(wide[back, 0], plumb[back])
        return wide


class Drape(Tube):
    """A loose shirt without simulation: a tube that follows the bones, in a bend taut over the low back, baggy at the
    shoulder blades and hanging from the belly; compared by eye with `LooseShirt`, and varied beyond it."""

    def __init__(self, skeleton, mask, rng):
        super().__init__(skeleton, mask, ease=rng.uniform(.01, .06))
        self.level = np.clip((self.top - self.skin[:, 2]) / (self.top - self.low), 0, 1.25)
        normals = vertex_normals(self.rest, self.quads)
        self.front, self.back = np.clip(normals[:, 0], 0, 1), np.clip(-normals[:, 0], 0, 1)
        self.tautness, self.bag, self.sag = rng.uniform(.5, 1.), rng.uniform(0, .04), rng.uniform(0, .12)
        self.fold_depth, self.fold_waves = rng.uniform(0, .008), rng.normal(0, 14, (4, 2))
        self.fullness, self.rng = rng.uniform(.3, 1.15), rng

    def posed(self, pose):
        bend = np.clip((pose.pelvis + pose.lumbar) / 40, 0, 1)
        skin = self.skeleton.carry(pose, self.skin, self.weights)
        off = (super().posed(pose) - skin) * self.fullness
        length = np.maximum(np.linalg.norm(off, axis=1, keepdims=True), 1e-9)
        outward = off / length
        low = np.clip((self.level - .15) / .5, 0, 1)
        kept = 1 - self.back * bend * low * self.tautness
        cloth = skin + outward * np.maximum(length * kept[:, None], np.minimum(length, .008))
        bag = np.exp(-((self.level - .25) / .22) ** 2) * self.back * bend * self.bag
        waves = np.sin(self.skin[:, 1:] @ self.fold_waves.T + self.rng.uniform(0, 6.28, 4)).sum(1)
        folds = waves * self.fold_depth * np.clip(self.level, .2, 1)
        cloth += outward * (bag + folds)[:, None]
        cloth[:, 2] -= self.front * np.sin(np.clip(self.level, 0, 1) * 2.2) * bend * self.sag
        return cloth


class Jacket(Tube):
    """A stiff garment: it stands off, and bends less sharply than the body in it."""

    MOST_ROUNDS = 40    # of smoothing what it hangs on

    def __init__(self, skeleton, mask, rng):
        super().__init__(skeleton, mask, ease=rng.uniform(.0, .05))
        for _ in range(int(rng.integers(0, self.MOST_ROUNDS))):
            self.weights = .5 * self.weights + .5 * (self.average @ self.weights)


class Collider:
    """The part of the body that a shirt can touch, with a point in every edge and quad beside the vertices."""

    def __init__(self, skeleton, mask, thickness):
        self.kept, self.quads = cut_out(mask)
        edges = np.unique(np.sort(quad_edges(self.quads), 1), axis=0)
        count = len(self.kept)
        middle = lambda corners: sparse.csr_matrix(
            (np.full(corners.size, 1 / corners.shape[1]),
             (np.repeat(np.arange(len(corners)), corners.shape[1]), corners.ravel())), (len(corners), count))
        self.spread = sparse.vstack([sparse.identity(count, format='csr'), middle(edges), middle(self.quads)]).tocsr()
        self.thickness = self.spread @ thickness[self.kept]
        arms = [skeleton.index[name + side] for name in ('upperarm', 'forearm') for side in 'LR']
        self.arm = (self.spread @ skeleton.weights[self.kept])[:, arms].sum(1) > .5

    def surface(self, skin):
        """Points and unit normals for posed skin vertices."""
        vertices = skin[self.kept]
        normals = self.spread @ vertex_normals(vertices, self.quads)
        return self.spread @ vertices, normals / np.linalg.norm(normals, axis=1, keepdims=True)


class LooseShirt(Tube):
    """Position-based cloth: gravity, stretch limits, a collar that holds, contact with the body and friction."""

    GRAVITY = 3.2          # m/s², less than the true one: cloth slides off slower on bodies that move in few steps
    DAMPING, ITERATIONS = .8, 24
    FASTEST = .035         # metres a step
    CONTACT = .004

    def __init__(self, skeleton, mask, collider, ease, collar_height):
        super().__init__(skeleton, mask, ease)
        self.collider, self.place, self.surface = collider, None, None
        edges = np.unique(np.sort(quad_edges(self.quads), 1), axis=0)
        diagonals = np.concatenate([self.quads[:, [0, 2]], self.quads[:, [1, 3]]])
        self.links = np.concatenate([edges, diagonals])
        self.pull = np.r_[np.full(len(edges), 1.), np.full(len(diagonals), .35)]
        self.push = np.r_[np.full(len(edges), .35), np.full(len(diagonals), .12)]
        self.lengths = np.linalg.norm(self.rest[self.links[:, 0]] - self.rest[self.links[:, 1]], axis=1)
        count, links = len(self.rest), np.arange(len(self.links))
        self.gather = sparse.csr_matrix((np.r_[np.ones(len(links)), -np.ones(len(links))],
                                         (self.links.T.ravel(), np.r_[links, links])), (count, len(links)))
        self.degree = np.maximum(np.asarray(abs(self.gather).sum(1)).ravel(), 1)
        at_border = np.isin(np.arange(count), self.border)
        self.pinned = at_border & (self.skin[:, 2] > collar_height) & (np.abs(self.skin[:, 1]) < .11)
        # No point gets further from the collar than it is along the cloth.
        ways = sparse.csr_matrix((self.lengths, (self.links[:, 0], self.links[:, 1])), (count, count))
        ways = ways.maximum(ways.T)
        reach, _, self.holder = dijkstra(ways, indices=np.flatnonzero(self.pinned), min_only=True, return_predecessors=True)
        self.reach = reach * .995
        arms = [skeleton.index[name + side] for name in ('upperarm', 'forearm') for side in 'LR']
        self.sleeve = self.weights[:, arms].sum(1) > .5

    def advance(self, pose, skin, seconds=1 / 15):
        """Moves on to the next pose; `skin`: the posed body. The first call lets the shirt settle."""
        if self.place is None:
            self.place, self.speed = super().posed(pose), 0
            for _ in range(14):
                self._step(pose, skin, 1 / 30, damping=.6)
        else:
            self._step(pose, skin, seconds, self.DAMPING)

    def posed(self, pose):
        """The shirt as it lies now, a little smoothed."""
        smooth = .5 * self.place + .5 * (self.average @ self.place)
        smooth[self.border] = self.place[self.border]
        return smooth

    def _step(self, pose, skin, seconds, damping):
        points, normals = self.collider.surface(skin)
        moved = 0 if self.surface is None else points - self.surface
        follow, before = super().posed(pose), self.place
        speed = np.zeros_like(before) + self.speed * damping
        speed[:, 2] -= self.GRAVITY * seconds
        way = speed * seconds
        length = np.linalg.norm(way, axis=1, keepdims=True)
        now = before + way * np.minimum(1, self.FASTEST / np.maximum(length, 1e-9))
        for iteration in range(self.ITERATIONS):
            if iteration % 6 == 0:
                nearest = self._nearest(points, now)
            now = self._held(self._stretched(now), follow)
            depth = ((now - points[nearest]) * normals[nearest]).sum(1)
            thickness = self.collider.thickness[nearest]
            now = now + normals[nearest] * np.clip(thickness - depth, 0, .05)[:, None]
            if iteration == self.ITERATIONS - 1:
                now = self._rub(now, before, moved, nearest, normals[nearest], depth < thickness + self.CONTACT)
            now[self.pinned] = follow[self.pinned]
        self.speed, self.place, self.surface = (now - before) / seconds, now, points

    def _nearest(self, points, cloth):
        """For every point of the cloth the nearest one of the body: sleeves touch arms, the rest the trunk."""
        nearest = np.empty(len(cloth), int)
        for of_body, of_cloth in ((~self.collider.arm, ~self.sleeve), (self.collider.arm, self.sleeve)):
            numbers = np.flatnonzero(of_body)
            nearest[of_cloth] = numbers[cKDTree(points[numbers]).query(cloth[of_cloth])[1]]
        return nearest

    def _stretched(self, cloth):
        apart = cloth[self.links[:, 0]] - cloth[self.links[:, 1]]
        length = np.linalg.norm(apart, axis=1)
        excess = length - self.lengths
        stiffness = np.where(excess > 0, self.pull, self.push)
        shift = (-.5 * stiffness * excess / np.maximum(length, 1e-9))[:, None] * apart
        return cloth + 3.2 * (self.gather @ shift) / self.degree[:, None]

    def _held(self, cloth, follow):
        holder = follow[self.holder]
        away = cloth - holder
        length = np.linalg.norm(away, axis=1)
        too_far = length > self.reach
        cloth[too_far] = holder[too_far] + away[too_far] * (self.reach[too_far] / length[too_far])[:, None]
        return cloth

    @staticmethod
    def _rub(now, before, moved, nearest, normals, touching):
        """Friction: cloth that touches goes three quarters of the way with the skin."""
        slip = (now - before) - (moved if np.isscalar(moved) else moved[nearest])
        slip -= (slip * normals).sum(1)[:, None] * normals
        now[touching] -= .75 * slip[touching]
        return now
