//! Whether a person stands or walks.

use std::time::Duration;

use crate::geometry::limb_pose::LimbPose;
use crate::pose::CameraPoint;

/// Feet that move farther than this, in trunk lengths, are walking. [own]: a step is longer, shifting one's weight is
/// shorter.
const STEP: f32 = 0.35;

/// The position of the feet, and since when.
#[derive(Debug, Default)]
pub(super) struct Feet {
    place: Option<(CameraPoint, Duration)>,
}

impl Feet {
    /// Returns how long they have stayed in place; zero if nobody is seen.
    pub fn observe(&mut self, limbs: Option<&LimbPose>, now: Duration) -> Duration {
        let same =
            |limbs: &LimbPose| self.place.filter(|(feet, _)| (limbs.feet - *feet).length() <= STEP * limbs.trunk);
        self.place = limbs.map(|limbs| same(limbs).unwrap_or((limbs.feet, now)));
        self.place.map_or(Duration::ZERO, |(_, since)| now - since)
    }
}
