//! The camera picture on the canvas: whole, scaled to its place, as in a mirror when asked.
//!
//! Scaling mixes the four nearest camera pixels: first two rows into one, byte by byte, which the compiler does sixteen
//! at a time; then two columns, three channels in one integer, at places worked out once a picture. This is the
//! largest single cost of drawing a view.

use euclid::Transform2D;
use image::RgbImage;

use crate::pose::Camera;
use crate::screen::canvas::{Canvas, Window, WindowRect};

/// The largest rectangle of the picture's shape within `place`, at its top and in the middle of its width.
pub fn contained(picture_width: f32, picture_height: f32, place: WindowRect) -> WindowRect {
    let scale = (place.width() / picture_width.max(1.0)).min(place.height() / picture_height.max(1.0));
    let (width, height) = ((picture_width * scale).round(), (picture_height * scale).round());
    let left = (place.min.x + (place.width() - width) / 2.0).round();
    WindowRect::new(euclid::point2(left, place.min.y), euclid::point2(left + width, place.min.y + height))
}

/// Where a point of the camera picture lies in the window, for a picture that fills `place`.
pub fn window_from_camera(picture: &RgbImage, place: WindowRect, mirror: bool) -> Transform2D<f32, Camera, Window> {
    let (width, height) = (picture.width().max(1) as f32, picture.height().max(1) as f32);
    let (sx, sy) = (place.width() / width, place.height() / height);
    if mirror {
        Transform2D::scale(-sx, sy).then_translate(euclid::vec2(place.max.x, place.min.y))
    } else {
        Transform2D::scale(sx, sy).then_translate(euclid::vec2(place.min.x, place.min.y))
    }
}

/// How bright the picture is drawn: a whole picture, or one that steps back behind what is written on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// As it is.
    Full,
    /// At a third.
    Dim,
}

/// Draws the picture so that it fills `place`.
pub fn draw(canvas: &mut Canvas, picture: &RgbImage, place: WindowRect, mirror: bool, light: Light) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let Some(target) = canvas.inside(place) else { return };
    if width == 0 || height == 0 {
        return;
    }
    let columns: Vec<Tap> =
        (target.min.x..target.max.x).map(|x| Tap::at(x as f32 - place.min.x, place.width(), width, mirror)).collect();
    let stride = canvas.width();
    let source: &[u8] = picture.as_raw();
    let mut between = vec![0; width * 3];
    let pixels = canvas.pixels_mut();
    for y in target.min.y..target.max.y {
        let tap = Tap::at(y as f32 - place.min.y, place.height(), height, false);
        let row = |number: usize| &source[number * width * 3..(number + 1) * width * 3];
        mix_rows(&mut between, row(tap.first), row(tap.second), tap.weight as u16);
        scale_line(&mut pixels[y * stride + target.min.x..y * stride + target.max.x], &columns, &between, light);
    }
}

/// The two source pixels around a target pixel's middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tap {
    first: usize,
    second: usize,
    /// How much the second counts, of 256.
    weight: u64,
}

impl Tap {
    fn at(target: f32, target_length: f32, source_length: usize, mirror: bool) -> Self {
        let last = (source_length - 1) as f32;
        let place = (target + 0.5) / target_length * source_length as f32 - 0.5;
        let place = if mirror { last - place } else { place }.clamp(0.0, last);
        let first = place as usize;
        let weight = ((place - first as f32) * 256.0) as u64;
        Self { first, second: (first + 1).min(source_length - 1), weight }
    }
}

fn mix_rows(between: &mut [u8], upper: &[u8], lower: &[u8], weight: u16) {
    for ((mixed, above), below) in between.iter_mut().zip(upper).zip(lower) {
        *mixed = ((u16::from(*above) * (256 - weight) + u16::from(*below) * weight) >> 8) as u8;
    }
}

fn scale_line(line: &mut [u32], columns: &[Tap], row: &[u8], light: Light) {
    for (pixel, tap) in line.iter_mut().zip(columns) {
        let colour = gather(mix(spread(row, tap.first), spread(row, tap.second), tap.weight));
        *pixel = match light {
            Light::Full => colour,
            Light::Dim => 0xFF00_0000 | (((colour >> 2) & 0x003F_3F3F) + ((colour >> 4) & 0x000F_0F0F)),
        };
    }
}

/// A source pixel with room between its channels for sums of 16 bits.
fn spread(row: &[u8], pixel: usize) -> u64 {
    match row.get(pixel * 3..pixel * 3 + 3) {
        Some([red, green, blue]) => u64::from(*red) << 32 | u64::from(*green) << 16 | u64::from(*blue),
        _ => 0,
    }
}

fn mix(first: u64, second: u64, weight: u64) -> u64 {
    const CHANNELS: u64 = 0x00FF_00FF_00FF;
    ((first * (256 - weight) + second * weight) >> 8) & CHANNELS
}

fn gather(colour: u64) -> u32 {
    0xFF00_0000 | ((colour >> 16) & 0x00FF_0000) as u32 | ((colour >> 8) & 0xFF00) as u32 | (colour & 0xFF) as u32
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
            draw(&mut canvas, &halves(), place(), mirror, Light::Full);
            assert_eq!(canvas.pixels()[8 * 40 + 11] & 0x00FF_FFFF, left);
            assert_eq!(canvas.pixels()[8 * 40 + 24] & 0x00FF_FFFF, right);
            assert_eq!(canvas.pixels()[8 * 40 + 9], 0);
        }
    }

    #[test]
    fn points_go_where_their_pixels_go() {
        let picture = halves();
        let plain = window_from_camera(&picture, place(), false);
        let mirrored = window_from_camera(&picture, place(), true);
        assert_eq!(plain.transform_point(CameraPoint::new(0.0, 0.0)), WindowPoint::new(10.0, 5.0));
        assert_eq!(mirrored.transform_point(CameraPoint::new(0.0, 0.0)), WindowPoint::new(26.0, 5.0));
        assert_eq!(mirrored.transform_point(CameraPoint::new(8.0, 4.0)), WindowPoint::new(10.0, 13.0));
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
