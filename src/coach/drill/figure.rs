//! The figure of a drill, seen from the side: it moves from keyframe to keyframe in a loop.
//!
//! A keyframe gives the inclination of each part of the body from the vertical, positive forward: legs and trunk as
//! they rise from the floor (shank ankle → knee, thigh knee → hip), arms as they hang (upper arm shoulder → elbow). So
//! a person who stands with hanging arms is all zeros, and a supine one has a trunk of −90°.

use std::time::Duration;

use euclid::Angle;

use super::{Position, Word};

/// The keyframes of one loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The object in the picture besides the person.
    pub prop: Prop,
    /// Which part of the body stays in place.
    pub rests: Rests,
    /// In order of time; the first is at 0. At least one.
    pub keyframes: Vec<Keyframe>,
    /// Duration of one loop; later than the last keyframe.
    pub round: Duration,
}

/// A posture and the time it is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keyframe {
    /// Time since the start of the loop.
    pub at: Duration,
    /// The posture at that time.
    pub posture: FigurePosture,
}

/// Inclinations of the parts of the body from the vertical, positive forward.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FigurePosture {
    /// The leg near the camera.
    pub near: Limb,
    /// The leg away from the camera.
    pub far: Limb,
    /// Sacrum, upwards.
    pub pelvis: Angle<f32>,
    /// Chest, upwards. Its inclination relative to the pelvis is the curve of the low back.
    pub upper_back: Angle<f32>,
    /// C7 → head.
    pub neck: Angle<f32>,
    /// Shoulder → elbow, from hanging.
    pub upper_arm: Angle<f32>,
    /// Elbow → wrist, from hanging.
    pub forearm: Angle<f32>,
    /// Visible share of the forearm's length from the side, 0 to 1: less if it lies across the chest.
    pub forearm_seen: f32,
    /// Wrist → fingertips, from hanging: 90° flat on the floor.
    pub hand: Angle<f32>,
}

/// Inclinations of one leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limb {
    /// Knee → hip.
    pub thigh: Angle<f32>,
    /// Ankle → knee.
    pub shank: Angle<f32>,
    /// Ankle → toes: 90° flat on the floor, −90° with the top of the foot on it.
    pub foot: Angle<f32>,
    /// Visible share of the thigh's length from the side, 0 to 1: less if it points out of the picture.
    pub thigh_seen: f32,
    /// Visible share of the shank's length from the side, 0 to 1.
    pub shank_seen: f32,
}

impl Default for FigurePosture {
    fn default() -> Self {
        let zero = Angle::zero();
        Self {
            near: Limb::default(),
            far: Limb::default(),
            pelvis: zero,
            upper_back: zero,
            neck: zero,
            upper_arm: zero,
            forearm: zero,
            forearm_seen: 1.0,
            hand: zero,
        }
    }
}

impl Default for Limb {
    fn default() -> Self {
        Self { thigh: Angle::zero(), shank: Angle::zero(), foot: Angle::frac_pi_2(), thigh_seen: 1.0, shank_seen: 1.0 }
    }
}

/// Which part of the body stays in place while the rest moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rests {
    /// The near foot.
    Foot,
    /// The near knee.
    Knee,
    /// The part one sits or lies on.
    Seat,
}

impl From<Position> for Rests {
    fn from(position: Position) -> Self {
        match position {
            Position::Standing | Position::SplitStance => Self::Foot,
            Position::HalfKneeling | Position::Kneeling | Position::AllFours => Self::Knee,
            Position::Sitting | Position::Lying => Self::Seat,
        }
    }
}

/// The object in the picture besides the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prop {
    /// Nothing.
    #[default]
    None,
    /// A stick along the back.
    Dowel,
    /// A wall behind the person, at a distance the hips just reach.
    Wall,
    /// A box in the hands.
    Box,
}

impl Word for Prop {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::None, "none"), (Self::Dowel, "dowel"), (Self::Wall, "wall"), (Self::Box, "box")];
}

impl Figure {
    /// Returns the posture at this time, in any loop.
    pub fn at(&self, time: Duration) -> FigurePosture {
        let time = Duration::from_secs_f64(time.as_secs_f64() % self.round.as_secs_f64().max(f64::EPSILON));
        let after = self.keyframes.partition_point(|keyframe| keyframe.at <= time);
        let (Some(first), Some(from)) = (self.keyframes.first(), self.keyframes.get(after.saturating_sub(1))) else {
            return FigurePosture::default();
        };
        let (to, arrival) = self.keyframes.get(after).map_or((first, self.round), |to| (to, to.at));
        let way = arrival.saturating_sub(from.at).as_secs_f32();
        let gone = time.saturating_sub(from.at).as_secs_f32();
        from.posture.towards(&to.posture, eased(if way > 0.0 { gone / way } else { 0.0 }))
    }
}

/// Minimum-jerk movement from rest to rest, as people move an arm from place to place (Flash & Hogan 1985, J Neurosci
/// 5:1688).
fn eased(part: f32) -> f32 {
    part.powi(3) * (10.0 + part * (6.0 * part - 15.0))
}

impl FigurePosture {
    fn towards(&self, other: &Self, part: f32) -> Self {
        let mix = |from: Angle<f32>, to: Angle<f32>| from + (to - from) * part;
        Self {
            near: self.near.towards(&other.near, part),
            far: self.far.towards(&other.far, part),
            pelvis: mix(self.pelvis, other.pelvis),
            upper_back: mix(self.upper_back, other.upper_back),
            neck: mix(self.neck, other.neck),
            upper_arm: mix(self.upper_arm, other.upper_arm),
            forearm: mix(self.forearm, other.forearm),
            forearm_seen: self.forearm_seen + (other.forearm_seen - self.forearm_seen) * part,
            hand: mix(self.hand, other.hand),
        }
    }
}

impl Limb {
    fn towards(&self, other: &Self, part: f32) -> Self {
        let mix = |from: Angle<f32>, to: Angle<f32>| from + (to - from) * part;
        Self {
            thigh: mix(self.thigh, other.thigh),
            shank: mix(self.shank, other.shank),
            foot: mix(self.foot, other.foot),
            thigh_seen: self.thigh_seen + (other.thigh_seen - self.thigh_seen) * part,
            shank_seen: self.shank_seen + (other.shank_seen - self.shank_seen) * part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bow() -> Figure {
        let posture = |pelvis| FigurePosture { pelvis: Angle::degrees(pelvis), ..FigurePosture::default() };
        let keyframe = |at, pelvis| Keyframe { at: Duration::from_secs(at), posture: posture(pelvis) };
        Figure {
            prop: Prop::None,
            rests: Rests::Foot,
            keyframes: vec![keyframe(0, 0.0), keyframe(2, 60.0), keyframe(3, 60.0)],
            round: Duration::from_secs(5),
        }
    }

    fn pelvis_at(seconds: f32) -> f32 {
        bow().at(Duration::from_secs_f32(seconds)).pelvis.to_degrees()
    }

    #[test]
    fn every_keyframe_is_reached_and_a_held_one_is_held() {
        for (seconds, pelvis) in [(0.0, 0.0), (1.0, 30.0), (2.0, 60.0), (2.5, 60.0), (3.0, 60.0), (4.0, 30.0)] {
            assert!((pelvis_at(seconds) - pelvis).abs() < 0.01, "{seconds} s: {}", pelvis_at(seconds));
        }
    }

    #[test]
    fn one_round_follows_the_other_without_a_jump() {
        assert!((pelvis_at(4.999) - pelvis_at(5.001)).abs() < 0.01);
        assert!((pelvis_at(1.0) - pelvis_at(51.0)).abs() < 0.01);
    }

    #[test]
    fn the_movement_starts_and_stops_gently() {
        let speed = |seconds: f32| (pelvis_at(seconds + 0.02) - pelvis_at(seconds)) / 0.02;
        assert!(speed(0.0) < 1.0 && speed(1.95) < 2.0, "{} and {}", speed(0.0), speed(1.95));
        assert!(speed(1.0) > 40.0);
    }
}
