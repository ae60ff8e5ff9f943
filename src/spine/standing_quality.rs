//! How well a standing posture serves as the baseline of every angle, and what is wrong with it.
//!
//! Every change is measured from the person's standing posture. Whoever stands with bent knees or leans has already
//! bent a little, in a joint that nobody can name, so the doubt is added to every interval that rests on the posture.

use euclid::Angle;

use crate::units::degrees;

use super::Segments;
use super::sagittal::{SagittalPoint, Skeleton};

/// Knees bent by less than this are straight: standing people read up to 8°, and knees are off by 4.5°. [own]
const SOFT_KNEE: Angle<f32> = degrees(12.0);

/// The doubt for each degree of knee flexion beyond [`SOFT_KNEE`]: over an upright shank and foot half of it tilts the
/// thigh, and either the hip or the low back has followed. [own]
const DOUBT_PER_KNEE: f32 = 0.5;

/// The lean of a standing person's trunk from hip to shoulder is −6° to 3°; 5° more for the landmarks. [own]
const UPRIGHT_LEAN: std::ops::RangeInclusive<f32> = degrees(-6.0).radians..=degrees(8.0).radians;

/// The doubt for a raised arm that is down again: it lifts the chest and covers part of the outline. [own]
const ARM_DOUBT: Angle<f32> = degrees(5.0);

/// The doubt for a single moment at the top between two bends; that for several together is this divided by the root of
/// their number (`METHOD.md`, "Standing"). [own]
const BRIEF_DOUBT: Angle<f32> = degrees(4.0);

/// How far beyond the shoulder, along the trunk and in trunk lengths, the wrist of a raised arm is. Crossed and hanging
/// arms are far below it. [own]
const RAISED: f32 = 0.25;

/// A smaller doubt is not worth a sentence: below what is shown. [own]
const WORTH_SAYING: Angle<f32> = degrees(1.0);

/// The main defect of a standing posture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingFlaw {
    /// The knees were bent.
    BentKnees,
    /// The trunk leaned forward or backward.
    Leaning,
    /// An arm was up, and is not in the frame that is measured.
    ArmUp,
    /// Nobody stood still: it was taken from brief moments between bends.
    NotStill,
}

impl StandingFlaw {
    /// Every flaw.
    pub const ALL: [Self; 4] = [Self::BentKnees, Self::Leaning, Self::ArmUp, Self::NotStill];

    /// The name of this flaw in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::BentKnees => "bent_knees",
            Self::Leaning => "leaning",
            Self::ArmUp => "arm_up",
            Self::NotStill => "not_still",
        }
    }

    /// Parses a word from a file. Returns `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flaw| flaw.word() == word)
    }
}

/// How much wider every interval is that rests on a standing posture, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StandingDoubt {
    /// What is added to half the width of each 90 % interval.
    pub angle: Angle<f32>,
    /// The main reason; `None` if the doubt is too small to matter.
    pub flaw: Option<StandingFlaw>,
}

/// The quality of a standing posture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StandingQuality {
    knees: Angle<f32>,
    lean: Angle<f32>,
    brief: Angle<f32>,
    arm_up: bool,
}

impl StandingQuality {
    /// The quality of a posture in which the person stood still.
    pub fn of(segments: &Segments, arm_up: bool) -> Self {
        let bent = (segments.knee.radians.abs() - SOFT_KNEE.radians).max(0.0);
        let trunk = segments.trunk.radians;
        let lean = (trunk - UPRIGHT_LEAN.end()).max(UPRIGHT_LEAN.start() - trunk).max(0.0);
        Self { knees: Angle::radians(DOUBT_PER_KNEE * bent), lean: Angle::radians(lean), brief: Angle::zero(), arm_up }
    }

    /// The same if it was taken from this many brief moments instead.
    pub fn from_moments(self, count: usize) -> Self {
        Self { brief: BRIEF_DOUBT / (count.max(1) as f32).sqrt(), ..self }
    }

    /// The doubt in a frame in which an arm is up or not: with the arms as they were in standing, they change nothing.
    pub fn in_frame(&self, arm_up: bool) -> StandingDoubt {
        let arm = if self.arm_up && !arm_up { ARM_DOUBT } else { Angle::zero() };
        let parts = [
            (self.knees, StandingFlaw::BentKnees),
            (self.lean, StandingFlaw::Leaning),
            (arm, StandingFlaw::ArmUp),
            (self.brief, StandingFlaw::NotStill),
        ];
        let angle = parts.iter().fold(Angle::zero(), |sum, (part, _)| sum + *part);
        let main = parts.into_iter().max_by(|(one, _), (other, _)| one.radians.total_cmp(&other.radians));
        StandingDoubt { angle, flaw: main.map(|(_, flaw)| flaw).filter(|_| angle >= WORTH_SAYING) }
    }

    /// The doubt in frames with both arms down, by which postures are compared.
    pub fn doubt(&self) -> Angle<f32> {
        self.in_frame(false).angle
    }
}

/// Whether one of the arms is raised beyond its shoulder, as seen along the trunk.
pub fn arm_is_up(skeleton: &Skeleton) -> bool {
    let Skeleton { shoulder, wrist, .. } = skeleton;
    let trunk = skeleton.trunk();
    let beyond =
        |shoulder: SagittalPoint, wrist: SagittalPoint| (wrist - shoulder).dot(trunk) > RAISED * trunk.square_length();
    beyond(shoulder.near, wrist.near) || beyond(shoulder.far, wrist.far)
}

#[cfg(test)]
mod tests {
    use super::super::sagittal::JointPair;
    use super::*;

    fn quality(trunk: f32, knee: f32) -> StandingQuality {
        let segments = Segments { trunk: Angle::degrees(trunk), knee: Angle::degrees(knee), ..Segments::default() };
        StandingQuality::of(&segments, false)
    }

    fn doubt(quality: StandingQuality) -> f32 {
        quality.doubt().to_degrees()
    }

    #[test]
    fn ordinary_standing_is_not_doubted() {
        for (trunk, knee) in [(0.0, 0.0), (-6.0, 12.0), (8.0, -10.0), (3.0, 5.0)] {
            assert!(doubt(quality(trunk, knee)) < 1e-4, "{trunk} {knee}");
            assert_eq!(quality(trunk, knee).in_frame(false).flaw, None);
        }
    }

    #[test]
    fn the_doubt_grows_with_each_defect_and_never_shrinks() {
        let rising =
            |doubts: Vec<f32>| doubts.windows(2).all(|pair| pair[1] >= pair[0]) && doubts.last() > doubts.first();
        assert!(rising((0..30).map(|knee| doubt(quality(0.0, knee as f32))).collect()));
        assert!(rising((0..20).map(|lean| doubt(quality(lean as f32, 0.0))).collect()));
        assert!(rising((0..20).map(|lean| doubt(quality(-(lean as f32), 0.0))).collect()));
        assert!(rising((1..9).rev().map(|count| doubt(quality(0.0, 0.0).from_moments(count))).collect()));
        let both = doubt(quality(12.0, 20.0));
        assert!(both > doubt(quality(12.0, 0.0)) && both > doubt(quality(0.0, 20.0)));
    }

    #[test]
    fn the_largest_defect_is_named() {
        let flaw = |quality: StandingQuality| quality.in_frame(false).flaw;
        assert_eq!(flaw(quality(0.0, 22.0)), Some(StandingFlaw::BentKnees));
        assert_eq!(flaw(quality(-14.0, 22.0)), Some(StandingFlaw::Leaning));
        assert_eq!(flaw(quality(0.0, 14.0).from_moments(2)), Some(StandingFlaw::NotStill));
    }

    #[test]
    fn a_raised_arm_counts_only_where_it_is_down_again() {
        let standing = StandingQuality::of(&Segments::default(), true);
        assert_eq!(standing.in_frame(true), StandingDoubt::default(), "a bar on the shoulders all the time");
        let lowered = standing.in_frame(false);
        assert_eq!((lowered.angle, lowered.flaw), (ARM_DOUBT, Some(StandingFlaw::ArmUp)));
    }

    #[test]
    fn an_arm_is_up_beyond_the_shoulder_only() {
        let up = |near: [f32; 2]| {
            let shoulder = JointPair { near: [0.0, 100.0].into(), far: [0.0, 100.0].into() };
            let wrist = JointPair { near: near.into(), far: [10.0, 40.0].into() };
            arm_is_up(&Skeleton { shoulder, wrist, ..Skeleton::default() })
        };
        assert!(up([20.0, 150.0]));
        assert!(!up([40.0, 100.0]) && !up([10.0, 40.0]), "forward, hanging");
    }
}
