//! Whether a person is in the posture of a timed exercise, from the landmarks alone.
//!
//! It only detects that the person is in place, not how well the exercise is done: the landmarks are not good enough
//! for that.

use std::time::Duration;

use euclid::Angle;

use super::drill::Check;
use crate::geometry::limb_pose::{Leg, LimbPose};
use crate::units::degrees;

/// Up to this far from the vertical counts as upright. [own]: the stretch moves the thigh to 24° and a shank to 20° in
/// our own figures, and landmarks of hidden joints are off by some 10°; less than half way to level.
const UPRIGHT: Angle<f32> = degrees(40.0);

/// Up to this far from the horizontal counts as level. [own], as for [`UPRIGHT`]: a shank with its toes tucked under
/// rises by about 15°.
const LEVEL: Angle<f32> = degrees(40.0);

/// Up to this far from the vertical a trunk counts as upright in half kneeling. [own]: less than a thigh, because
/// leaning over the front knee stretches nothing.
const TRUNK: Angle<f32> = degrees(30.0);

/// A posture has been taken up once it is seen for this long. [own]: passing through it on the way down does not count.
const TAKEN_UP: Duration = Duration::from_secs(1);

/// While the posture is being taken up, landmarks may fail for this long, as with raised hands. [own]
const FLICKER: Duration = Duration::from_millis(250);

/// A posture has been left once it is not seen for this long. [own]
const LEFT: Duration = Duration::from_secs(1);

/// If the posture is not recognised for this long, the camera is at fault, not the person. [own]: longer than getting
/// down on the floor takes, and hardly too long to wait.
const TIMEOUT: Duration = Duration::from_secs(20);

impl Check {
    /// Whether these limbs are in this posture, seen from the side, facing either way.
    pub fn holds(self, limbs: &LimbPose) -> bool {
        match self {
            Self::HalfKneeling => {
                let [near, far] = limbs.legs;
                limbs.lean.radians.abs() < TRUNK.radians && (steps(near, far) || steps(far, near))
            }
            Self::AllFours => {
                is_level(limbs.lean)
                    && limbs.legs.into_iter().all(kneels)
                    && limbs.upper_arms.into_iter().all(is_upright)
            }
        }
    }
}

/// Whether a leg is kneeling.
fn kneels(leg: Leg) -> bool {
    is_upright(leg.thigh) && is_level(leg.shank)
}

/// Whether one leg kneels and the other foot is on the floor in front of the body, with the thigh level.
fn steps(knee: Leg, foot: Leg) -> bool {
    let before = knee.shank.radians * foot.thigh.radians < 0.0;
    kneels(knee) && is_level(foot.thigh) && is_upright(foot.shank) && before
}

fn is_upright(inclination: Angle<f32>) -> bool {
    inclination.radians.abs() < UPRIGHT.radians
}

fn is_level(inclination: Angle<f32>) -> bool {
    (inclination.to_degrees().abs() - 90.0).abs() < LEVEL.to_degrees()
}

/// The state of the posture over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostureSeen {
    /// The person is in it.
    Held,
    /// They are not, or not yet.
    Missing,
    /// It was not recognised for so long that the camera cannot be relied on for it.
    Unseen,
}

/// Tracks the posture from frame to frame.
#[derive(Debug)]
pub struct Watch {
    check: Check,
    /// When it was first and last seen.
    span: Option<[Duration; 2]>,
    held: bool,
    /// Since when it has been missing.
    missing: Option<Duration>,
}

impl Watch {
    /// Creates a watch for this posture.
    pub fn new(check: Check) -> Self {
        Self { check, span: None, held: false, missing: None }
    }

    /// Returns the posture that is watched.
    pub fn check(&self) -> Check {
        self.check
    }

    /// Processes the limbs of one frame, `None` if nobody is seen; `now` must not decrease.
    pub fn observe(&mut self, limbs: Option<&LimbPose>, now: Duration) -> PostureSeen {
        let seen = limbs.is_some_and(|limbs| self.check.holds(limbs));
        let gap = if self.held { LEFT } else { FLICKER };
        self.span = match self.span {
            Some([since, last]) if now.saturating_sub(last) <= gap => Some([since, if seen { now } else { last }]),
            _ => seen.then_some([now, now]),
        };
        self.held = self.span.is_some_and(|[since, last]| self.held || last.saturating_sub(since) >= TAKEN_UP);
        if self.held {
            self.missing = None;
            return PostureSeen::Held;
        }
        let missing = *self.missing.get_or_insert(now);
        if now.saturating_sub(missing) >= TIMEOUT { PostureSeen::Unseen } else { PostureSeen::Missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limbs(lean: f32, legs: [[f32; 2]; 2], arms: [f32; 2]) -> LimbPose {
        let legs = legs.map(|[thigh, shank]| Leg { thigh: degrees(thigh), shank: degrees(shank) });
        LimbPose { lean: degrees(lean), legs, upper_arms: arms.map(degrees), ..LimbPose::default() }
    }

    /// On one knee, then with the legs swapped, then facing the other way.
    fn everyway(lean: f32, [near, far]: [[f32; 2]; 2], arms: [f32; 2]) -> [LimbPose; 3] {
        let mirrored = limbs(-lean, [near, far].map(|leg| leg.map(|angle| -angle)), arms.map(|angle| -angle));
        [limbs(lean, [near, far], arms), limbs(lean, [far, near], arms), mirrored]
    }

    #[test]
    fn half_kneeling_is_one_knee_down_and_the_other_thigh_level() {
        // Our own figure, at the start and in the stretch.
        for legs in [[[0.0, 90.0], [-88.6, -20.2]], [[24.1, 90.0], [-97.0, 3.1]]] {
            for limbs in everyway(3.0, legs, [5.0, 5.0]) {
                assert!(Check::HalfKneeling.holds(&limbs) && !Check::AllFours.holds(&limbs), "{limbs:?}");
            }
        }
        for (what, lean, legs) in [
            ("standing", 0.0, [[0.0, 0.0], [0.0, 0.0]]),
            ("both knees", 0.0, [[0.0, 88.0], [2.0, 86.0]]),
            ("on a chair", 5.0, [[-88.0, 0.0], [-88.0, 3.0]]),
            ("one foot on a chair", 0.0, [[0.0, 0.0], [-80.0, 0.0]]),
            ("bent over the front knee", 60.0, [[0.0, 90.0], [-88.6, -20.2]]),
            ("90/90", 2.0, [[-70.0, 88.0], [-90.0, -80.0]]),
            ("a leg behind both", 0.0, [[0.0, 90.0], [88.0, 0.0]]),
        ] {
            for limbs in everyway(lean, legs, [0.0, 0.0]) {
                assert!(!Check::HalfKneeling.holds(&limbs), "{what}");
            }
        }
    }

    #[test]
    fn all_fours_is_a_level_trunk_on_thighs_and_arms() {
        let knees = [[0.0, 90.0], [3.0, 84.0]];
        for lean in [55.0, 78.0, 100.0] {
            for limbs in everyway(lean, knees, [-8.0, 12.0]) {
                assert!(Check::AllFours.holds(&limbs) && !Check::HalfKneeling.holds(&limbs), "{limbs:?}");
            }
        }
        for (what, lean, legs, arms) in [
            ("bent with hanging arms", 85.0, [[-5.0, 0.0], [-5.0, 0.0]], [0.0, 0.0]),
            ("both knees, upright", 0.0, knees, [0.0, 0.0]),
            ("back on the heels, arms ahead", 70.0, [[75.0, 90.0], [75.0, 90.0]], [-80.0, -80.0]),
            ("on the front", 90.0, [[90.0, 90.0], [90.0, 90.0]], [80.0, 80.0]),
        ] {
            for limbs in everyway(lean, legs, arms) {
                assert!(!Check::AllFours.holds(&limbs), "{what}");
            }
        }
    }

    /// The result after a 30 fps recording in which the posture is seen whenever `seen` says so.
    fn watched(watch: &mut Watch, from: f32, to: f32, seen: impl Fn(usize) -> bool) -> PostureSeen {
        let on_knees = limbs(80.0, [[0.0, 90.0]; 2], [0.0; 2]);
        let frames = ((from * 30.0).round() as usize)..((to * 30.0).round() as usize);
        let mut last = PostureSeen::Missing;
        for frame in frames {
            let shown = seen(frame).then_some(&on_knees);
            last = watch.observe(shown, Duration::from_secs_f32(frame as f32 / 30.0));
        }
        last
    }

    #[test]
    fn a_posture_is_held_after_a_second_and_left_after_another() {
        let mut watch = Watch::new(Check::AllFours);
        assert_eq!(watched(&mut watch, 0.0, 1.0, |_| true), PostureSeen::Missing);
        assert_eq!(watched(&mut watch, 1.0, 1.1, |_| true), PostureSeen::Held);
        assert_eq!(watched(&mut watch, 1.1, 2.0, |_| false), PostureSeen::Held, "a short gap");
        assert_eq!(watched(&mut watch, 2.0, 2.2, |_| true), PostureSeen::Held);
        assert_eq!(watched(&mut watch, 2.2, 3.3, |_| false), PostureSeen::Missing);
        assert_eq!(watched(&mut watch, 3.3, 4.2, |_| true), PostureSeen::Missing, "it has to be taken up again");
    }

    #[test]
    fn single_frames_neither_make_nor_break_it() {
        let mut watch = Watch::new(Check::AllFours);
        assert_eq!(watched(&mut watch, 0.0, 5.0, |frame| frame % 15 == 0), PostureSeen::Missing);
        let mut watch = Watch::new(Check::AllFours);
        assert_eq!(watched(&mut watch, 0.0, 1.2, |frame| frame % 5 != 4), PostureSeen::Held);
    }

    #[test]
    fn what_is_not_recognised_is_given_up() {
        let mut watch = Watch::new(Check::AllFours);
        assert_eq!(watched(&mut watch, 0.0, 20.0, |_| false), PostureSeen::Missing);
        assert_eq!(watched(&mut watch, 20.0, 20.1, |_| false), PostureSeen::Unseen);
    }
}
