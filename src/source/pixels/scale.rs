//! Scales pictures, frame after frame. The `image` crate takes 7 ms to halve the width of a 1280 × 720 frame, more than
//! the encoder that follows.

use euclid::{Box2D, Size2D, UnknownUnit};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{RgbImage, imageops};

/// Scales the whole picture to `size`, at least 1 × 1.
pub fn scaled(picture: &RgbImage, size: (u32, u32)) -> RgbImage {
    scaled_part(picture, whole::<UnknownUnit>(picture), size)
}

/// Scales a part of the picture, in pixels, to `size`, at least 1 × 1. The part is clipped to the picture; if nothing
/// remains, the result is black. Pixels just outside the part count at its edge.
pub fn scaled_part<Unit>(picture: &RgbImage, part: Box2D<f32, Unit>, size: (u32, u32)) -> RgbImage {
    let mut scaler = Scaler::default();
    scaler.part(picture, part, size);
    scaler.scaled
}

/// Scales one picture after the other, in memory that it keeps for the next.
#[derive(Debug, Default)]
pub struct Scaler {
    resizer: Resizer,
    scaled: RgbImage,
}

impl Scaler {
    /// The same as [`scaled_part`].
    pub fn part<Unit>(&mut self, picture: &RgbImage, part: Box2D<f32, Unit>, size: (u32, u32)) -> &RgbImage {
        let to = (size.0.max(1), size.1.max(1));
        if self.scaled.dimensions() != to {
            self.scaled = RgbImage::new(to.0, to.1);
        }
        let part = part.intersection(&whole(picture));
        if part.is_none_or(|part| !self.fill(picture, part.cast())) {
            self.scaled.fill(0);
        }
        &self.scaled
    }

    /// Scales a part that is within the picture. Returns whether it could.
    fn fill<Unit>(&mut self, picture: &RgbImage, part: Box2D<f64, Unit>) -> bool {
        let ((width, height), to) = (picture.dimensions(), self.scaled.dimensions());
        let method = method(part.width() / f64::from(to.0), part.height() / f64::from(to.1));
        let options = ResizeOptions::new().resize_alg(method).crop(part.min.x, part.min.y, part.width(), part.height());
        // Typed: `Resizer::resize` would compile the code for all 13 kinds of pixel, half of this crate's build.
        let picture = TypedImageRef::<U8x3>::from_buffer(width, height, picture.as_raw()).ok();
        let target = TypedImage::<U8x3>::from_buffer(to.0, to.1, &mut self.scaled).ok();
        let (Some(picture), Some(mut target)) = (picture, target) else { return false };
        let resized = self.resizer.resize_typed(&picture, &mut target, &options);
        resized
            .inspect_err(|error| tracing::debug!("a picture of {width}x{height} could not be scaled: {error}"))
            .is_ok()
    }
}

/// The algorithm for reducing a picture by these factors. Down to half the size, bilinear interpolation of four
/// neighbours as in video players, which costs a sixth less; below that, it would skip pixels.
fn method(factor_x: f64, factor_y: f64) -> ResizeAlg {
    if factor_x.max(factor_y) <= 2.0 {
        ResizeAlg::Interpolation(FilterType::Bilinear)
    } else {
        ResizeAlg::Convolution(FilterType::Bilinear)
    }
}

fn whole<Unit>(picture: &RgbImage) -> Box2D<f32, Unit> {
    Box2D::from_size(Size2D::new(picture.width() as f32, picture.height() as f32))
}

/// Fits the picture into this size, centred on black. A picture of that size is returned unchanged.
pub fn fitted(picture: RgbImage, (width, height): (u32, u32)) -> RgbImage {
    if picture.dimensions() == (width, height) {
        return picture;
    }
    let scaled = scaled(&picture, within(picture.dimensions(), (width, height)));
    let (left, top) = ((width - scaled.width()) / 2, (height - scaled.height()) / 2);
    let mut frame = RgbImage::new(width, height);
    imageops::replace(&mut frame, &scaled, left.into(), top.into());
    frame
}

/// The largest size within `room` with the same aspect ratio.
pub(super) fn within((width, height): (u32, u32), room: (u32, u32)) -> (u32, u32) {
    let scale = |length: u32| {
        f64::from(length) * (f64::from(room.0) / f64::from(width)).min(f64::from(room.1) / f64::from(height))
    };
    ((scale(width).round() as u32).clamp(1, room.0.max(1)), (scale(height).round() as u32).clamp(1, room.1.max(1)))
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const WHITE: Rgb<u8> = Rgb([255; 3]);

    #[test]
    fn a_picture_with_another_aspect_ratio_is_centred() {
        let white = RgbImage::from_pixel(8, 4, WHITE);
        let square = fitted(white.clone(), (16, 16));
        let lit: Vec<u32> = (0..16).filter(|&y| (0..16).all(|x| *square.get_pixel(x, y) == WHITE)).collect();
        assert_eq!(lit, (4..12).collect::<Vec<_>>());
        assert_eq!(fitted(white.clone(), (8, 4)), white);
    }

    #[test]
    fn a_part_is_scaled_and_clipped_to_the_picture() {
        let left_white = RgbImage::from_fn(8, 4, |x, _| if x < 4 { WHITE } else { Rgb([0; 3]) });
        let part = |left, top, right, bottom| {
            Box2D::<f32, UnknownUnit>::new(euclid::point2(left, top), euclid::point2(right, bottom))
        };
        assert!(scaled_part(&left_white, part(0.0, 0.0, 3.0, 3.0), (6, 6)).pixels().all(|pixel| *pixel == WHITE));
        assert!(scaled_part(&left_white, part(5.0, 1.0, 405.0, 401.0), (6, 5)).pixels().all(|pixel| pixel.0 == [0; 3]));
        assert_eq!(scaled_part(&left_white, part(9.0, 9.0, 10.0, 10.0), (0, 3)).dimensions(), (1, 3));
        assert!(
            scaled_part(&RgbImage::new(0, 0), part(0.0, 0.0, 1.0, 1.0), (2, 2)).pixels().all(|pixel| pixel.0 == [0; 3])
        );
    }

    #[test]
    fn reducing_to_half_or_less_averages() {
        let stripes = RgbImage::from_fn(64, 64, |x, _| if x % 2 == 0 { WHITE } else { Rgb([0; 3]) });
        for size in [32, 16, 11] {
            let small = scaled(&stripes, (size, size));
            assert!(
                small.pixels().all(|pixel| (96..=160).contains(&pixel.0[0])),
                "{size}: {:?}",
                small.get_pixel(5, 5)
            );
        }
    }
}
