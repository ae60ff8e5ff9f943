//! Where the head is in the picture, to cover the face.

use euclid::{Box2D, Vector2D};

use super::landmark::{Camera, CameraPoint, Joint, Landmarks};

/// The landmarks of the head: nose, eyes, ears, mouth.
const HEAD: std::ops::RangeInclusive<usize> = Joint::Nose as usize..=Joint::MouthRight as usize;

/// Half the side of the box, as a part of the longer side of what the landmarks span: hair and chin lie beyond eyes, ears
/// and mouth, and a turned head spans less. [own]
const HALF_OF_SPAN: f32 = 1.4;

/// The smallest and the largest half side, as parts of the region of the person, which is 1.25 times their height: half a head
/// is 0.05 of it, and a landmark that is far off must not cover the trunk. [own]
const HALF_OF_REGION: std::ops::Range<f32> = 0.07..0.1;

/// The square round the head with hair and chin. All eleven landmarks count, seen or guessed, as the head of a person who is
/// seen from the side. `size` is the side of the region that the person was seen in, camera pixels. `None` where a landmark
/// is not a number.
pub fn head_box(landmarks: &Landmarks, size: f32) -> Option<Box2D<f32, Camera>> {
    let points: [CameraPoint; 11] = std::array::from_fn(|joint| landmarks[HEAD.start() + joint].point);
    if !points.iter().all(|point| point.is_finite()) || !size.is_finite() {
        return None;
    }
    let bounds = Box2D::from_points(points);
    let span = bounds.width().max(bounds.height());
    let half = (HALF_OF_SPAN * span).clamp(HALF_OF_REGION.start * size, HALF_OF_REGION.end * size);
    let half = Vector2D::splat(half);
    Some(Box2D::new(bounds.center() - half, bounds.center() + half))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::Landmark;

    /// A head at (300, 100) of a person of 400 pixels, looking right: the ear in its middle, the nose in front of it.
    fn landmarks() -> Landmarks {
        let mut landmarks = [Landmark::default(); Joint::COUNT];
        for joint in HEAD {
            let ahead = if joint == Joint::LeftEar as usize || joint == Joint::RightEar as usize { 0.0 } else { 25.0 };
            let down = if joint == Joint::MouthLeft as usize { 12.0 } else { 0.0 };
            landmarks[joint].point = CameraPoint::new(295.0 + ahead, 100.0 + down);
        }
        landmarks
    }

    #[test]
    fn the_box_covers_hair_and_chin() {
        let head = head_box(&landmarks(), 500.0).unwrap();
        // Of 400 pixels of height a head has 52, of which 40 are between ear and crown or chin.
        assert!(
            head.contains(CameraPoint::new(300.0, 82.0)) && head.contains(CameraPoint::new(305.0, 130.0)),
            "{head:?}"
        );
        assert!(head.width() < 100.0, "{head:?}");
    }

    #[test]
    fn a_landmark_that_is_far_off_does_not_cover_the_trunk() {
        let mut far = landmarks();
        far[Joint::Nose as usize].point = CameraPoint::new(600.0, 400.0);
        assert!(head_box(&far, 500.0).unwrap().width() <= 100.1);
        far[Joint::Nose as usize].point = CameraPoint::new(f32::NAN, 0.0);
        assert_eq!(head_box(&far, 500.0), None);
    }
}
