//! Draws the camera picture on the canvas, or a part of it: scaled to its place, mirrored if requested.

use euclid::{Box2D, Transform2D, size2};
use image::RgbImage;

use crate::pose::Camera;
use crate::screen::canvas::{Canvas, Window, WindowRect};

/// The largest rectangle of the picture's aspect ratio within `place`, at the top and horizontally centred.
pub fn contained(picture_width: f32, picture_height: f32, place: WindowRect) -> WindowRect {
    let scale = (place.width() / picture_width.max(1.0)).min(place.height() / picture_height.max(1.0));
    let (width, height) = ((picture_width * scale).round(), (picture_height * scale).round());
    let left = (place.min.x + (place.width() - width) / 2.0).round();
    WindowRect::new(euclid::point2(left, place.min.y), euclid::point2(left + width, place.min.y + height))
}

/// The whole of a picture.
pub fn whole(picture: &RgbImage) -> Box2D<f32, Camera> {
    Box2D::from_size(size2(picture.width().max(1) as f32, picture.height().max(1) as f32))
}

/// The transform from the camera picture to the window, for a `part` of it that fills `place`.
pub fn window_from_camera(
    part: Box2D<f32, Camera>,
    place: WindowRect,
    mirror: bool,
) -> Transform2D<f32, Camera, Window> {
    let (sx, sy) = (place.width() / part.width().max(1.0), place.height() / part.height().max(1.0));
    let from_part = Transform2D::translation(-part.min.x, -part.min.y);
    if mirror {
        from_part.then_scale(-sx, sy).then_translate(euclid::vec2(place.max.x, place.min.y))
    } else {
        from_part.then_scale(sx, sy).then_translate(euclid::vec2(place.min.x, place.min.y))
    }
}

/// The brightness of the picture: full, or dimmed behind text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// Unchanged.
    Full,
    /// A third.
    Dim,
}

/// Draws a part of the picture so that it fills `place`.
pub fn draw(
    canvas: &mut Canvas,
    picture: &RgbImage,
    part: Box2D<f32, Camera>,
    place: WindowRect,
    mirror: bool,
    light: Light,
) {
    let Some(target) = canvas.inside(place) else { return };
    let Some(to_camera) = window_from_camera(part, place, mirror).inverse() else { return };
    let part = to_camera.outer_transformed_box(&target.cast());
    let (pixels, stride, scaler) = canvas.pixels_mut();
    let scaled = scaler.part(picture, part, target.size().cast().into());
    let lines = pixels.chunks_exact_mut(stride).skip(target.min.y);
    for (line, row) in lines.zip(scaled.as_raw().chunks_exact(target.width() * 3)) {
        let line = &mut line[target.min.x..target.max.x];
        paint(line, row, light);
        if mirror {
            line.reverse();
        }
    }
}

fn paint(line: &mut [u32], row: &[u8], light: Light) {
    for (pixel, colour) in line.iter_mut().zip(row.as_chunks::<3>().0) {
        let [red, green, blue] = colour.map(u32::from);
        let colour = 0xFF00_0000 | red << 16 | green << 8 | blue;
        *pixel = match light {
            Light::Full => colour,
            Light::Dim => 0xFF00_0000 | (((colour >> 2) & 0x003F_3F3F) + ((colour >> 4) & 0x000F_0F0F)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::CameraPoint;
    use crate::screen::canvas::WindowPoint;

    fn halves() -> RgbImage {
        RgbImage::from_fn(8, 4, |x, _| image::Rgb(if x < 4 { [200, 10, 30] } else { [0, 100, 250] }))
    }

    fn place() -> WindowRect {
        WindowRect::new(WindowPoint::new(10.0, 5.0), WindowPoint::new(26.0, 13.0))
    }

    #[test]
    fn a_mirrored_picture_has_its_left_on_the_right() {
        let mut canvas = Canvas::new(40, 20).unwrap();
        for (mirror, left, right) in [(false, 0xC8_0A1E, 0x00_64FA), (true, 0x00_64FA, 0xC8_0A1E)] {
            draw(&mut canvas, &halves(), whole(&halves()), place(), mirror, Light::Full);
            assert_eq!(canvas.pixels()[8 * 40 + 11] & 0x00FF_FFFF, left);
            assert_eq!(canvas.pixels()[8 * 40 + 24] & 0x00FF_FFFF, right);
            assert_eq!(canvas.pixels()[8 * 40 + 9], 0);
        }
    }

    #[test]
    fn points_go_where_their_pixels_go() {
        let picture = whole(&halves());
        let plain = window_from_camera(picture, place(), false);
        let mirrored = window_from_camera(picture, place(), true);
        assert_eq!(plain.transform_point(CameraPoint::new(0.0, 0.0)), WindowPoint::new(10.0, 5.0));
        assert_eq!(mirrored.transform_point(CameraPoint::new(0.0, 0.0)), WindowPoint::new(26.0, 5.0));
        assert_eq!(mirrored.transform_point(CameraPoint::new(8.0, 4.0)), WindowPoint::new(10.0, 13.0));
    }

    #[test]
    fn a_part_fills_the_place_alone() {
        let right = Box2D::new(CameraPoint::new(4.0, 0.0), CameraPoint::new(8.0, 2.0));
        let mut canvas = Canvas::new(40, 20).unwrap();
        draw(&mut canvas, &halves(), right, place(), false, Light::Full);
        assert_eq!(canvas.pixels()[8 * 40 + 18] & 0x00FF_FFFF, 0x00_64FA);
        for (mirror, left) in [(false, 10.0), (true, 26.0)] {
            let corner = window_from_camera(right, place(), mirror).transform_point(CameraPoint::new(4.0, 0.0));
            assert_eq!(corner, WindowPoint::new(left, 5.0));
        }
    }

    #[test]
    fn the_whole_picture_is_visible_whatever_its_shape() {
        for (width, height) in [(640.0, 480.0), (1280.0, 720.0), (480.0, 640.0)] {
            let rect = contained(width, height, place());
            assert!(place().contains_box(&rect));
            assert!(rect.width() == place().width() || rect.height() == place().height());
        }
    }
}
