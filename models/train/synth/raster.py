"""Draws the silhouette of triangulated surfaces and finds its edge."""
import cv2
import numpy as np
from contourpy import contour_generator
from numba import njit


@njit(cache=True, fastmath=True)
def fill_quads(canvas, points, quads):
    """Sets every pixel of `canvas` whose centre lies in one of the quads (each two triangles), in place."""
    height, width = canvas.shape
    for q in range(quads.shape[0]):
        for half in range(2):
            a, b, c = quads[q, 0], quads[q, 1 + half], quads[q, 2 + half]
            ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
            area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            if area == 0.0:
                continue
            if area < 0.0:
                bx, by, cx, cy = cx, cy, bx, by
            y0 = max(0, int(np.ceil(min(ay, by, cy))))
            y1 = min(height - 1, int(np.floor(max(ay, by, cy))))
            x0 = max(0, int(np.ceil(min(ax, bx, cx))))
            x1 = min(width - 1, int(np.floor(max(ax, bx, cx))))
            for y in range(y0, y1 + 1):
                for x in range(x0, x1 + 1):
                    if canvas[y, x]:
                        continue
                    if ((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
                            and (cx - bx) * (y - by) - (cy - by) * (x - bx) >= 0.0
                            and (ax - cx) * (y - cy) - (ay - cy) * (x - cx) >= 0.0):
                        canvas[y, x] = 1


def draw(parts, size, oversample=2):
    """Coverage (0 to 1) of each pixel of a size x size crop. `parts`: (points in crop pixels, quads) each."""
    canvas = np.zeros((size * oversample, size * oversample), np.uint8)
    for points, quads in parts:
        # Sample j of the fine grid lies at (j + 0.5) / oversample - 0.5, so that pixel j is centred on place j.
        fine = ((points + 0.5) * oversample - 0.5).astype(np.float32)
        fill_quads(canvas, fine, quads)
    return cv2.resize(canvas.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)


def largest_contour(likelihood):
    """The longest closed 0.5 edge by enclosed area, clockwise as seen (y down), pixel j at place j; None if none."""
    inside = likelihood > 0.25
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if not len(rows):
        return None
    top, left = rows[0], columns[0]
    padded = np.pad(likelihood[top:rows[-1] + 1, left:columns[-1] + 1], 1)
    best, best_area = None, 0.0
    for line in contour_generator(z=padded).lines(0.5):
        x, y = line[:, 0], line[:, 1]
        area = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
        if abs(area) > abs(best_area):
            best, best_area = line, area
    if best is None:
        return None
    best = best[:-1] + [left - 1.0, top - 1.0]
    return best if best_area > 0 else best[::-1]


def resample_closed(points, count):
    """`count` points at equal distances along a closed line."""
    closed = np.concatenate([points, points[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = np.arange(count) * (along[-1] / count)
    return np.stack([np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])], 1)
