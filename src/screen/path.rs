//! tiny-skia lines and shapes from points in window space.

use tiny_skia::{Path, PathBuilder};

use crate::screen::canvas::{WindowPoint, WindowRect};

/// A line through points; `None` for fewer than two.
pub fn polyline(points: &[WindowPoint]) -> Option<Path> {
    let (first, rest) = points.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.x, first.y);
    for point in rest {
        path.line_to(point.x, point.y);
    }
    if rest.is_empty() { None } else { path.finish() }
}

/// A smooth line through points: quadratic curves from midpoint to midpoint.
pub fn smooth(points: &[WindowPoint]) -> Option<Path> {
    let [first, .., last] = points else { return None };
    let mut path = PathBuilder::new();
    path.move_to(first.x, first.y);
    for pair in points.windows(2).skip(1) {
        let middle = pair[0].lerp(pair[1], 0.5);
        path.quad_to(pair[0].x, pair[0].y, middle.x, middle.y);
    }
    path.line_to(last.x, last.y);
    path.finish()
}

/// A polygon with these corners.
pub fn polygon(corners: &[WindowPoint]) -> Option<Path> {
    let (first, rest) = corners.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(first.x, first.y);
    for corner in rest {
        path.line_to(corner.x, corner.y);
    }
    path.close();
    path.finish()
}

/// A closed smooth shape through points.
pub fn closed(points: &[WindowPoint]) -> Option<Path> {
    let (first, last) = (points.first()?, points.last()?);
    let start = last.lerp(*first, 0.5);
    let mut path = PathBuilder::new();
    path.move_to(start.x, start.y);
    for pair in points.windows(2) {
        let middle = pair[0].lerp(pair[1], 0.5);
        path.quad_to(pair[0].x, pair[0].y, middle.x, middle.y);
    }
    path.quad_to(last.x, last.y, start.x, start.y);
    path.close();
    path.finish()
}

/// A disc.
pub fn disc(center: WindowPoint, radius: f32) -> Option<Path> {
    PathBuilder::from_circle(center.x, center.y, radius)
}

/// A rectangle with round corners.
pub fn rounded(rect: WindowRect, radius: f32) -> Option<Path> {
    // Distance of the handles of a cubic curve from the corner of the square that it rounds off.
    const HANDLE: f32 = 0.447_715;
    let radius = radius.min(rect.width() / 2.0).min(rect.height() / 2.0);
    let (left, top, right, bottom) = (rect.min.x, rect.min.y, rect.max.x, rect.max.y);
    let handle = radius * HANDLE;
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.cubic_to(right - handle, top, right, top + handle, right, top + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - handle, right - handle, bottom, right - radius, bottom);
    path.line_to(left + radius, bottom);
    path.cubic_to(left + handle, bottom, left, bottom - handle, left, bottom - radius);
    path.line_to(left, top + radius);
    path.cubic_to(left, top + handle, left + handle, top, left + radius, top);
    path.close();
    path.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_point_is_no_line() {
        assert!(polyline(&[]).is_none());
        assert!(polyline(&[WindowPoint::zero()]).is_none());
        assert!(smooth(&[WindowPoint::zero()]).is_none());
    }
}
