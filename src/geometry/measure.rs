//! The smoothed bend from standing, with its uncertainty.

use euclid::Angle;

use crate::source::Timestamp;
use crate::spine::{BackSight, Change, Estimate};
use crate::units::degrees;

use super::smoothing::BendFilter;
use super::{Bend, HalfWidth90, Measurement, Origin, Segments, State};

/// A lumbar flexion with a smaller error is good enough for its purpose: half the band of a verdict.
const GOOD_ENOUGH: Angle<f32> = degrees(6.0);

/// Half width of the 90 % interval of a Laplace distribution, in units of its scale: ln 10.
const LAPLACE_90: f32 = std::f32::consts::LN_10;

/// Turns the estimated back into hip and lumbar flexion.
#[derive(Debug, Default)]
pub struct MeasurementFilter {
    filter: BendFilter,
}

impl MeasurementFilter {
    /// Forgets what was measured: what follows is of somebody else, or a change from another standing posture.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Measures one frame from the back, or the reason why it is unseen, and the standing posture, once known.
    pub fn measure(&mut self, time: Timestamp, seen: &BackSight<State>, standing: Option<Segments>) -> Measurement {
        let back = match seen {
            BackSight::Seen(back) => back,
            BackSight::Unseen(state) => return Measurement { state: *state, standing, ..Measurement::default() },
        };
        let Some((change, standing)) = back.change.zip(standing) else {
            return Measurement { state: State::Calibrating, ..Measurement::default() };
        };
        let half_width_90 = half_width_90(&change);
        let raw = Bend {
            hip_flexion: change.hip_flexion.angle,
            lumbar_flexion: change.lumbar_flexion.angle,
            trunk_inclination: (back.segments.trunk - standing.trunk).signed(),
            knee_flexion: (back.segments.knee - standing.knee).signed(),
        };
        Measurement {
            state: State::Measured,
            confidence: back.presence * confidence(change.lumbar_flexion),
            raw: Some(raw),
            filtered: Some(self.filter.smooth(time, raw, &half_width_90)),
            half_width_90: Some(half_width_90),
            standing: Some(standing),
            standing_doubt: None,
            origin: Origin::Frame,
        }
    }
}

fn half_width_90(change: &Change) -> HalfWidth90 {
    HalfWidth90 { hip_flexion: change.hip_flexion.half_width_90, lumbar_flexion: change.lumbar_flexion.half_width_90 }
}

/// The probability that an estimate is within [`GOOD_ENOUGH`], according to its own interval: 1 − exp(−6° / b), b the
/// scale of the Laplace distribution that the network was trained with.
fn confidence(estimate: Estimate) -> f32 {
    let scale = estimate.half_width_90.radians / LAPLACE_90;
    1.0 - (-GOOD_ENOUGH.radians / scale.max(f32::EPSILON)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::CameraPoint;
    use crate::spine::{BackEstimate, Facing};

    /// The back of a person with a lumbar flexion of `lumbar` degrees, with this `half_width_90`.
    fn back(lumbar: f32, half_width_90: f32) -> BackEstimate {
        let change = Change::of_angles(Angle::degrees(40.0), Angle::degrees(40.0 + lumbar), Angle::degrees(-10.0));
        let flexion = |estimate: Estimate| Estimate { half_width_90: Angle::degrees(half_width_90), ..estimate };
        let point = CameraPoint::zero();
        BackEstimate {
            facing: Facing::Right,
            curve: Vec::new(),
            s1: point,
            t12: point,
            c7: Ok(point),
            hip: point,
            segments: Segments { trunk: Angle::degrees(50.0), knee: Angle::degrees(13.0), ..Segments::default() },
            change: Some(Change {
                lumbar_flexion: flexion(change.lumbar_flexion),
                hip_flexion: flexion(change.hip_flexion),
                ..change
            }),
            presence: 1.0,
        }
    }

    fn seen(lumbar: f32, half_width_90: f32) -> BackSight<State> {
        BackSight::Seen(back(lumbar, half_width_90))
    }

    fn standing() -> Option<Segments> {
        Some(Segments { trunk: Angle::degrees(2.0), knee: Angle::degrees(3.0), ..Segments::default() })
    }

    #[test]
    fn the_bend_is_the_change_from_standing() {
        let measurement = MeasurementFilter::default().measure(Timestamp::default(), &seen(20.0, 8.0), standing());
        assert_eq!(measurement.state, State::Measured);
        let bend = measurement.raw.unwrap();
        for (angle, degrees) in [
            (bend.hip_flexion, 50.0),
            (bend.lumbar_flexion, 20.0),
            (bend.trunk_inclination, 48.0),
            (bend.knee_flexion, 10.0),
        ] {
            assert!((angle.to_degrees() - degrees).abs() < 1e-3, "{bend:?}");
        }
        assert!((measurement.half_width_90.unwrap().lumbar_flexion.to_degrees() - 8.0).abs() < 1e-3);
    }

    #[test]
    fn the_interval_does_not_shrink_by_looking_longer() {
        let mut filter = MeasurementFilter::default();
        for number in 0..60 {
            let time = Timestamp::from_secs_f64(f64::from(number) / 30.0);
            let half_width_90 = filter.measure(time, &seen(20.0, 8.0), standing()).half_width_90.unwrap();
            assert!((half_width_90.lumbar_flexion.to_degrees() - 8.0).abs() < 1e-3, "frame {number}");
        }
    }

    #[test]
    fn a_wider_interval_is_less_confidence() {
        let confidence = |half_width_90| {
            MeasurementFilter::default()
                .measure(Timestamp::default(), &seen(20.0, half_width_90), standing())
                .confidence
        };
        // A Laplace distribution with a 90 % interval of ±6° is within 6° in nine cases of ten.
        assert!((confidence(6.0) - 0.9).abs() < 1e-3);
        assert!(confidence(12.0) < 0.7 && confidence(12.0) > confidence(30.0));
    }

    #[test]
    fn without_standing_there_are_no_angles() {
        let unknown = BackEstimate { change: None, ..back(20.0, 8.0) };
        let measurement = MeasurementFilter::default().measure(Timestamp::default(), &BackSight::Seen(unknown), None);
        assert_eq!((measurement.state, measurement.raw, measurement.confidence), (State::Calibrating, None, 0.0));
    }

    #[test]
    fn nothing_is_measured_while_anything_is_in_the_way_but_standing_is_told_for_as_long_as_it_is_known() {
        let mut filter = MeasurementFilter::default();
        filter.measure(Timestamp::default(), &seen(0.0, 8.0), standing());
        let turned = filter.measure(Timestamp::from_secs_f64(0.1), &BackSight::Unseen(State::Turned), standing());
        assert_eq!((turned.state, turned.raw, turned.filtered, turned.confidence), (State::Turned, None, None, 0.0));
        assert!(turned.standing.is_some());
        let forgotten = filter.measure(Timestamp::from_secs_f64(0.2), &BackSight::Unseen(State::Turned), None);
        assert_eq!(forgotten.standing, None);
    }
}
