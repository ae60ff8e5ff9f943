//! How much of the back is hidden by light behind the person.
//!
//! In front of an overexposed window the pose network's mask may swell: it includes some of the light in the person,
//! and a back looks rounder than it is. The mask does not show this, but the picture does: just inside such an outline
//! it is as white as outside, so nothing in it shows where the person ends. A white shirt in front of a darker wall,
//! and a person whose outline is at the border of the light, are unaffected.

use euclid::Angle;
use image::{Rgb, RgbImage};

use crate::pose::CameraPoint;
use crate::units::degrees;

use super::{BackEstimate, Facing};

/// From this level on, in every channel, a pixel is burnt out: white in the video range of 16 to 235, and what a codec
/// leaves of 255. [own]
const BURNT: u8 = 240;

/// Where the picture is sampled inside and outside the outline, in lengths of the line from S1 to the curve's upper
/// end, C7: beyond the blur of a webcam, less than half the thickness of a trunk. [own]
const DEPTHS: [f32; 5] = [-0.035, -0.02, 0.03, 0.045, 0.06];

/// How much the 90 % intervals must be widened for a back entirely in burnt-out light to hold in 90 % (`METHOD.md`,
/// "Back").
const WHOLLY_HIDDEN: Angle<f32> = degrees(20.0);

/// The back in `picture` with its uncertainty increased by the share of it in burnt-out light.
pub fn less_sure(picture: &RgbImage, back: BackEstimate) -> BackEstimate {
    let more = WHOLLY_HIDDEN * share(picture, &back);
    BackEstimate { change: back.change.map(|change| change.less_sure(more)), ..back }
}

/// The share of the back's outline with burnt-out pixels on both sides, 0 to 1.
fn share(picture: &RgbImage, back: &BackEstimate) -> f32 {
    let length = (back.upper_end() - back.s1).length();
    let forward = if back.facing == Facing::Right { 1.0 } else { -1.0 };
    let pairs = back.curve.windows(2);
    let pieces = pairs.len().max(1);
    let in_light = pairs.filter(|pair| {
        let way = pair[1] - pair[0];
        // The back runs upwards, so the person is on the side that they face.
        way.try_normalize().is_some_and(|way| {
            let inwards = euclid::vec2(-way.y, way.x) * (forward * length);
            DEPTHS.iter().all(|depth| is_burnt(picture, pair[0] + inwards * *depth))
        })
    });
    in_light.count() as f32 / pieces as f32
}

/// Whether the pixel at `point` is burnt out; `false` outside the picture.
fn is_burnt(picture: &RgbImage, point: CameraPoint) -> bool {
    let inside = point.x >= 0.0 && point.y >= 0.0;
    let pixel = picture.get_pixel_checked(point.x as u32, point.y as u32).filter(|_| inside);
    pixel.is_some_and(|Rgb(levels)| levels.iter().all(|level| *level >= BURNT))
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Segments};
    use super::*;

    /// A back that runs straight up at x = 100, from y = 200 to y = 100.
    fn back(facing: Facing) -> BackEstimate {
        let curve: Vec<_> = (0..=50).map(|step| CameraPoint::new(100.0, 200.0 - 2.0 * step as f32)).collect();
        BackEstimate {
            facing,
            s1: curve[0],
            t12: curve[20],
            c7: Ok(curve[50]),
            hip: curve[0],
            curve,
            segments: Segments::default(),
            change: Some(Change::default()),
            presence: 1.0,
        }
    }

    /// White up to the column `edge`, dark beyond it.
    fn light_up_to(edge: u32) -> RgbImage {
        RgbImage::from_fn(200, 300, |x, _| if x < edge { Rgb([255, 250, 244]) } else { Rgb([180, 90, 60]) })
    }

    #[test]
    fn light_that_ends_at_the_outline_hides_nothing() {
        assert_eq!(share(&light_up_to(100), &back(Facing::Right)), 0.0);
        assert_eq!(share(&light_up_to(103), &back(Facing::Right)), 0.0, "a webcam's blur");
    }

    #[test]
    fn light_on_both_sides_of_the_outline_hides_the_back() {
        assert_eq!(share(&light_up_to(110), &back(Facing::Right)), 1.0);
    }

    #[test]
    fn inside_is_where_the_person_faces() {
        assert_eq!(share(&light_up_to(102), &back(Facing::Right)), 0.0);
        assert_eq!(share(&light_up_to(102), &back(Facing::Left)), 0.0, "a white shirt before a dark wall");
        assert_eq!(share(&light_up_to(104), &back(Facing::Left)), 1.0);
    }

    #[test]
    fn half_a_back_in_the_light_is_half_as_much_less_sure() {
        let white_below = RgbImage::from_fn(200, 300, |_, y| Rgb([if y > 150 { 255 } else { 40 }; 3]));
        let change = less_sure(&white_below, back(Facing::Right)).change.unwrap();
        let wider = change.lumbar_flexion.half_width_90.radians / WHOLLY_HIDDEN.radians;
        assert!((wider - 0.5).abs() < 0.05, "{wider}");
        assert_eq!(change.thigh.half_width_90, Angle::zero());
    }

    #[test]
    fn beyond_the_picture_there_is_no_light() {
        assert_eq!(share(&RgbImage::from_pixel(50, 50, Rgb([255, 255, 255])), &back(Facing::Left)), 0.0);
    }
}
