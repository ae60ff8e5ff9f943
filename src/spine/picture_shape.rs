//! Whether the pixels of a picture can be square: a body keeps its proportions when it bends, a squeezed picture of it does not.

use std::collections::VecDeque;

use euclid::Angle;

use crate::pose::{Joint, Pose};
use crate::statistics::median;
use crate::units::degrees;

use super::Facing;
use super::sagittal::{Skeleton, inclination};
use super::trunk_length::UPRIGHT;

/// Number of upright frames, and of bends, that are remembered. [own]
const MEMORY: usize = 90;

/// From this inclination of the trunk on, as the picture has it, its length tells something of the width of pixels. [own]
const TELLING: Angle<f32> = degrees(35.0);

/// The frames of a bend whose trunk is inclined by less than the deepest, by more than this, are left out. [own]
const NEAR_THE_DEEPEST: Angle<f32> = degrees(8.0);

/// Hip to shoulder in a deep bend against upright, as the pose network has it. [own: mean of 20 rendered people, METHOD.md]
const BENT_TRUNK: f32 = 0.9;

/// The foot, heel to toes, against the leg, hip to knee to ankle, as the pose network has it side-on. [own: 0.23 to 0.28 on
/// 23 rendered people, METHOD.md]
const FOOT_OF_LEG: f32 = 0.25;

/// Bends that are seen before anything is said.
const LEAST_BENDS: usize = 2;

/// Below the first and above the second no picture of a person is right. Both of its factors grow with the width of the
/// picture, so one that is squeezed to three quarters has some 0.56. [own, METHOD.md]
const POSSIBLE: (f32, f32) = (0.76, 1.28);

/// Shapes that pictures have, width to height. [own: those of cameras and telephones]
const SHAPES: [(u32, u32); 5] = [(16, 9), (4, 3), (1, 1), (3, 4), (9, 16)];

/// The least difference of two shapes, as a factor: what is nearer to the shape that a picture has already explains nothing. [own]
const OTHER_SHAPE: f32 = 1.1;

/// In which way the pixels of a picture cannot be square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distortion {
    /// People are too thin in it.
    Squeezed,
    /// People are too wide in it.
    Stretched,
}

/// A picture whose pixels cannot be square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapeDoubt {
    /// In which way.
    pub distortion: Distortion,
    /// The shape that it probably has, width to height.
    pub likely: (u32, u32),
}

/// Watches the proportions of whoever is in the picture, side-on. It needs them upright, and two bends.
#[derive(Debug, Default)]
pub struct PictureShapeWatch {
    /// Length of the trunk, pixels, and foot against leg, of upright frames.
    upright: VecDeque<(f32, f32)>,
    /// Inclination, and how wide the picture is against its height for it, of the frames of this bend.
    bend: Vec<(Angle<f32>, f32)>,
    /// The same of each bend, at its deepest.
    widths: VecDeque<f32>,
    /// Width to height of the picture.
    shape: f32,
}

impl PictureShapeWatch {
    /// Adds a frame that was measured, of a person who faces `facing`.
    pub fn observe(&mut self, pose: &Pose, facing: Facing) {
        self.shape = pose.picture_size.width / pose.picture_size.height;
        let skeleton = Skeleton::of(pose, facing);
        let trunk = skeleton.trunk();
        let lean = inclination(trunk);
        if lean.radians.abs() < UPRIGHT.radians {
            self.end_bend();
            let leg = skeleton.thigh().length() + skeleton.shank().length();
            push(&mut self.upright, (trunk.length(), foot(pose) / leg.max(f32::MIN_POSITIVE)));
        } else if lean.radians > TELLING.radians {
            self.bend.extend(self.width(trunk.length(), lean).map(|width| (lean, width)));
        }
    }

    /// What is impossible in the proportions seen so far; `None` if nothing is, if too little was seen, or if pictures have
    /// no shape that would explain it.
    pub fn doubt(&self) -> Option<ShapeDoubt> {
        let relative = self.relative_width()?;
        let distortion = match relative {
            _ if relative < POSSIBLE.0 => Distortion::Squeezed,
            _ if relative > POSSIBLE.1 => Distortion::Stretched,
            _ => return None,
        };
        let likely = self.likely(distortion, relative.sqrt())?; // each of its two factors is as wide as the picture
        Some(ShapeDoubt { distortion, likely })
    }

    /// The shape nearest to what the picture has if it is this much too wide.
    fn likely(&self, distortion: Distortion, width: f32) -> Option<(u32, u32)> {
        let ratio = |(across, down): (u32, u32)| across as f32 / down as f32;
        let explains = |shape: &(u32, u32)| match distortion {
            Distortion::Squeezed => ratio(*shape) > self.shape * OTHER_SHAPE,
            Distortion::Stretched => ratio(*shape) < self.shape / OTHER_SHAPE,
        };
        let off = |shape: &(u32, u32)| (ratio(*shape) * width / self.shape).ln().abs();
        SHAPES.into_iter().filter(explains).min_by(|one, other| off(one).total_cmp(&off(other)))
    }

    /// How wide the picture is, by its trunks in bends and its feet in standing, both against what they should be: some 1
    /// where pixels are square.
    fn relative_width(&self) -> Option<f32> {
        let widths = (self.widths.len() >= LEAST_BENDS).then(|| median(self.widths.iter().copied())).flatten()?;
        let feet = median(self.upright.iter().map(|(_, foot)| *foot))?;
        Some(widths * feet / FOOT_OF_LEG)
    }

    /// By which factor the picture would have to be wider than it should be, for a trunk of `length` pixels at this
    /// inclination to be as long as it was upright: its height is right, so its breadth is what is left.
    fn width(&self, length: f32, lean: Angle<f32>) -> Option<f32> {
        let upright = median(self.upright.iter().map(|(trunk, _)| *trunk))?;
        let (high, wide) = (length * lean.radians.cos(), length * lean.radians.sin());
        let should_be = (BENT_TRUNK * upright).powi(2) - high.powi(2);
        (should_be > 0.0).then(|| wide / should_be.sqrt())
    }

    fn end_bend(&mut self) {
        let bend = std::mem::take(&mut self.bend);
        let deepest = bend.iter().map(|(lean, _)| lean.radians).fold(0.0, f32::max);
        let at_it =
            |(lean, width): &(Angle<f32>, f32)| (lean.radians > deepest - NEAR_THE_DEEPEST.radians).then_some(*width);
        if let Some(width) = median(bend.iter().filter_map(at_it)) {
            push(&mut self.widths, width);
        }
    }
}

fn push<T>(memory: &mut VecDeque<T>, value: T) {
    memory.push_back(value);
    if memory.len() > MEMORY {
        memory.pop_front();
    }
}

/// From the middle between the heels to that between the toes, pixels.
fn foot(pose: &Pose) -> f32 {
    let middle = |left: Joint, right: Joint| pose.point(left).lerp(pose.point(right), 0.5);
    let heel = middle(Joint::LeftHeel, Joint::RightHeel);
    (middle(Joint::LeftFootIndex, Joint::RightFootIndex) - heel).length()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestPosture, pose};
    use super::*;

    /// A person who bends `times` times to `pelvis` degrees, in a picture whose width is this part of what it should be.
    fn watched(width: f32, times: usize, pelvis: f32) -> PictureShapeWatch {
        let mut watch = PictureShapeWatch::default();
        for turn in 0..=2 * times {
            let pelvis = if turn % 2 == 0 { 0.0 } else { pelvis };
            for _ in 0..10 {
                watch.observe(&squeezed(pelvis, width), Facing::Right);
            }
        }
        watch
    }

    /// The synthetic person, whose trunk is a tenth shorter in a bend as the pose network has it, with a foot.
    fn squeezed(pelvis: f32, width: f32) -> Pose {
        let mut pose = pose(&TestPosture { pelvis, ..TestPosture::default() });
        let hip = pose.point(Joint::LeftHip);
        let shrunk = if pelvis > 0.0 { BENT_TRUNK } else { 1.0 };
        let ankle = pose.point(Joint::LeftAnkle);
        let leg = hip.distance_to(ankle);
        for (joint, toes) in [(Joint::LeftHeel, 0.0), (Joint::LeftFootIndex, 1.0)] {
            let place = ankle + euclid::Vector2D::new(toes * FOOT_OF_LEG * leg, 0.0);
            (pose.landmarks[joint as usize].point, pose.landmarks[joint as usize + 1].point) = (place, place);
        }
        for joint in [Joint::LeftShoulder as usize, Joint::RightShoulder as usize] {
            pose.landmarks[joint].point = hip.lerp(pose.landmarks[joint].point, shrunk);
        }
        pose.landmarks.iter_mut().for_each(|landmark| landmark.point.x *= width);
        pose
    }

    #[test]
    fn a_picture_of_the_right_shape_is_not_doubted_however_deep_the_bends() {
        for pelvis in [45.0, 60.0, 80.0, 100.0] {
            let watch = watched(1.0, 3, pelvis);
            let width = watch.relative_width().unwrap();
            assert!((width - 1.0).abs() < 0.06, "{pelvis}: {width}");
            assert_eq!(watch.doubt(), None, "{pelvis}");
        }
    }

    #[test]
    fn a_wide_picture_squeezed_into_a_narrow_one_and_the_other_way_round_is_doubted() {
        let doubt = |width| watched(width, 2, 70.0).doubt().map(|doubt| (doubt.distortion, doubt.likely));
        assert_eq!(doubt(0.75), Some((Distortion::Squeezed, (16, 9))), "a picture of 4:3");
        assert_eq!(doubt(4.0 / 3.0), Some((Distortion::Stretched, (1, 1))));
    }

    #[test]
    fn the_shape_of_a_picture_is_never_explained_by_the_one_it_has_nor_by_one_on_the_other_side() {
        let shaped = |shape, width| {
            let mut watch = watched(width, 2, 70.0);
            watch.shape = shape;
            watch.doubt().map(|doubt| doubt.likely)
        };
        assert_eq!(shaped(304.0 / 720.0, 0.75), Some((9, 16)), "upright");
        assert_eq!(shaped(16.0 / 9.0, 0.75), None, "no picture is wider");
        assert_eq!(shaped(64.0 / 27.0, 4.0 / 3.0), Some((16, 9)));
        assert_eq!(shaped(1.0, 0.5625), Some((16, 9)));
    }

    #[test]
    fn nothing_is_said_before_the_second_bend_nor_of_shallow_ones() {
        assert_eq!(watched(0.75, 1, 70.0).doubt(), None);
        assert_eq!(watched(0.75, 4, 25.0).doubt(), None);
        assert_eq!(PictureShapeWatch::default().doubt(), None);
    }
}
