//! From segment inclinations to hip flexion and lumbar flexion, as change from the person's own standing posture.
//!
//! Pure: no clock, no thread, no file. Angles are radians inside; [`Bend`] is what the rest of the program sees.

pub mod build;
pub mod limb_pose;
mod measure;
mod smoothing;
mod state_history;
pub mod visibility_gate;

use euclid::Angle;

use crate::spine::Unseen;
use crate::units::degrees;

pub use crate::spine::{Segments, StandingDoubt, StandingFlaw};
pub use measure::MeasurementFilter;
pub use smoothing::BendFilter;
pub use state_history::{Obstruction, StateHistory};

/// Below this bend (hip flexion plus lumbar flexion) the lumbar share is undefined: with a small denominator, noise
/// looks like a finding. Source: `METHOD.md`, "Verdict".
pub const MINIMUM_BEND: Angle<f32> = degrees(10.0);

/// One posture, each angle as change from standing. Positive is flexion (forward), negative extension.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bend {
    /// Pelvis against thigh, Δ(θp − θt). About −20° to 120°.
    pub hip_flexion: Angle<f32>,
    /// Upper lumbar spine against pelvis, Δ(θu − θp). About −30° to 75°.
    pub lumbar_flexion: Angle<f32>,
    /// The line from hip to shoulder against the vertical. About −30° to 120°.
    pub trunk_inclination: Angle<f32>,
    /// Thigh against shank. About −10° to 150°.
    pub knee_flexion: Angle<f32>,
}

impl Bend {
    /// Hip flexion plus lumbar flexion.
    pub fn total(&self) -> Angle<f32> {
        self.hip_flexion + self.lumbar_flexion
    }

    /// The bend at `part`, 0 to 1, of the way to `other`.
    fn lerp(&self, other: &Self, part: f32) -> Self {
        let between = |pick: fn(&Self) -> Angle<f32>| pick(self) + (pick(other) - pick(self)) * part;
        Self {
            hip_flexion: between(|bend| bend.hip_flexion),
            lumbar_flexion: between(|bend| bend.lumbar_flexion),
            trunk_inclination: between(|bend| bend.trunk_inclination),
            knee_flexion: between(|bend| bend.knee_flexion),
        }
    }

    /// The part of the bend that comes from the low back: 0 all from the hips, 1 all from the back; below 0 or above 1
    /// if one of the two goes the other way. `None` below [`MINIMUM_BEND`].
    pub fn lumbar_share(&self) -> Option<f32> {
        (self.total() >= MINIMUM_BEND).then(|| self.lumbar_flexion.radians / self.total().radians)
    }
}

/// Half widths of the 90 % intervals of the two flexions, as estimated by the network for one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HalfWidth90 {
    /// Of hip flexion.
    pub hip_flexion: Angle<f32>,
    /// Of lumbar flexion.
    pub lumbar_flexion: Angle<f32>,
}

/// What can be measured now, or why nothing can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody is in view.
    #[default]
    Nobody,
    /// More than one person is in view.
    Several,
    /// Part of the body is outside the picture.
    CutOff,
    /// The person is too small in the picture.
    Far,
    /// The person is not side-on.
    Turned,
    /// The person is not standing on both feet: sitting, lying, kneeling, on all fours.
    NotStanding,
    /// The outline of the back is hidden.
    Hidden,
    /// The shape of the person's thighs is hidden, as by a skirt or a coat.
    Covered,
    /// Light behind the person hides the outline of the back.
    Glare,
    /// Something before the person's legs hides them.
    LegsHidden,
    /// The person is in view; their standing posture is not known yet.
    Calibrating,
    /// Hip and lumbar flexion are measured.
    Measured,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 12] = [
        Self::Nobody,
        Self::Several,
        Self::CutOff,
        Self::Far,
        Self::Turned,
        Self::NotStanding,
        Self::Hidden,
        Self::Covered,
        Self::Glare,
        Self::LegsHidden,
        Self::Calibrating,
        Self::Measured,
    ];

    /// Whether something hides a person who is in view and side-on.
    pub fn is_hiding(self) -> bool {
        matches!(self, Self::Hidden | Self::Covered | Self::Glare | Self::LegsHidden)
    }

    /// The name of this state in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Several => "several",
            Self::CutOff => "cutoff",
            Self::Far => "far",
            Self::Turned => "turned",
            Self::NotStanding => "notstanding",
            Self::Hidden => "hidden",
            Self::Covered => "covered",
            Self::Glare => "glare",
            Self::LegsHidden => "legs_hidden",
            Self::Calibrating => "calibrating",
            Self::Measured => "measured",
        }
    }
}

/// The measurement of one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurement {
    /// What can be measured, or why nothing can.
    pub state: State,
    /// How far the values can be trusted, 0 to 1; 0 if nothing is measured.
    pub confidence: f32,
    /// As measured in this frame alone.
    pub raw: Option<Bend>,
    /// Smoothed over time: what is shown and judged.
    pub filtered: Option<Bend>,
    /// The uncertainty of the two flexions.
    pub half_width_90: Option<HalfWidth90>,
    /// The person's standing posture once known, as inclinations from the vertical: the baseline of every angle.
    pub standing: Option<Segments>,
    /// How doubtful that posture makes this measurement; it is in the intervals already. `None` if nothing is measured
    /// from it, and in kept sessions, which do not record it.
    pub standing_doubt: Option<StandingDoubt>,
    /// Where the values come from.
    pub origin: Origin,
}

/// Where the values of a frame come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// This frame was measured.
    #[default]
    Frame,
    /// Nothing had moved since the last frame that was measured: what was measured there is held.
    Held,
    /// They are interpolated between the measured frames before and after this one of a recording.
    Interpolated,
}

impl Measurement {
    /// This measurement for a frame in which nothing has moved since.
    pub fn hold(self) -> Self {
        Self { raw: None, origin: Origin::Held, ..self }
    }

    /// What a frame shows at `part`, 0 to 1, of the time from this measurement to `later`. Where one of the two says why
    /// nothing can be measured, so does what lies between them; and where they count from different standing postures, it
    /// has none yet.
    pub fn interpolate(self, later: Self, part: f32) -> Self {
        let between = |measured: Self| Self { raw: None, origin: Origin::Interpolated, ..measured };
        let (Some(before), Some(after)) = (self.filtered, later.filtered) else {
            return between(if self.filtered.is_none() { self } else { later });
        };
        if self.standing != later.standing {
            return between(Self { state: State::Calibrating, ..Self::default() });
        }
        let widest = |one: Angle<f32>, other: Angle<f32>| Angle::radians(one.radians.max(other.radians));
        let half_width_90 = self.half_width_90.zip(later.half_width_90).map(|(before, after)| HalfWidth90 {
            hip_flexion: widest(before.hip_flexion, after.hip_flexion),
            lumbar_flexion: widest(before.lumbar_flexion, after.lumbar_flexion),
        });
        let confidence = self.confidence.min(later.confidence);
        Self { filtered: Some(before.lerp(&after, part)), half_width_90, confidence, ..between(later) }
    }
}

impl From<Unseen> for State {
    fn from(unseen: Unseen) -> Self {
        match unseen {
            Unseen::NotSideOn => Self::Turned,
            Unseen::CutOff => Self::CutOff,
            Unseen::Hidden => Self::Hidden,
            Unseen::Covered => Self::Covered,
            Unseen::Glare => Self::Glare,
            Unseen::LegsHidden => Self::LegsHidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(hip: f32, interval: f32) -> Measurement {
        let angle = Angle::degrees;
        let bend = Bend { hip_flexion: angle(hip), lumbar_flexion: angle(hip / 4.0), ..Bend::default() };
        Measurement {
            state: State::Measured,
            confidence: 1.0 / interval,
            raw: Some(bend),
            filtered: Some(bend),
            half_width_90: Some(HalfWidth90 { hip_flexion: angle(interval), lumbar_flexion: angle(10.0 - interval) }),
            standing: Some(Segments::default()),
            ..Measurement::default()
        }
    }

    #[test]
    fn between_two_measured_frames_lie_their_angles_and_the_wider_interval() {
        let between = measured(20.0, 4.0).interpolate(measured(60.0, 7.0), 0.25);
        let (bend, interval) = (between.filtered.unwrap(), between.half_width_90.unwrap());
        assert!((bend.hip_flexion.to_degrees() - 30.0).abs() < 1e-4, "{bend:?}");
        assert!((bend.lumbar_flexion.to_degrees() - 7.5).abs() < 1e-4, "{bend:?}");
        assert!((interval.hip_flexion.to_degrees() - 7.0).abs() < 1e-4, "{interval:?}");
        assert!((interval.lumbar_flexion.to_degrees() - 6.0).abs() < 1e-4, "{interval:?}");
        assert_eq!((between.state, between.raw, between.origin), (State::Measured, None, Origin::Interpolated));
        assert!(between.confidence <= 1.0 / 7.0);
    }

    #[test]
    fn nothing_is_put_between_a_measured_frame_and_one_that_is_not() {
        let hidden = Measurement { state: State::Hidden, ..Measurement::default() };
        for (before, after) in [(measured(20.0, 4.0), hidden), (hidden, measured(20.0, 4.0)), (hidden, hidden)] {
            let between = before.interpolate(after, 0.5);
            assert_eq!((between.state, between.filtered), (State::Hidden, None));
        }
        // Nor between angles from two standing postures.
        let leaning = Segments { trunk: Angle::degrees(5.0), ..Segments::default() };
        let other = Measurement { standing: Some(leaning), ..measured(60.0, 7.0) };
        let between = measured(20.0, 4.0).interpolate(other, 0.5);
        assert_eq!((between.state, between.filtered, between.half_width_90), (State::Calibrating, None, None));
    }
}
