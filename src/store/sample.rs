//! The stored measurement of one frame.

use euclid::Point2D;

use crate::coach::{Phase, Verdict};
use crate::geometry::{Bend, HalfWidth90, Measurement, Origin, Segments, State};
use crate::pipeline::Observation;
pub use crate::pipeline::{Back, Body};
use crate::pose::{Camera, CameraPoint};
use crate::source::Timestamp;
use crate::spine::BackEstimate;

/// Number of stored points of the back's curve, evenly spaced: one every 13 pixels for a back of 300, and the curve is
/// smooth.
pub const CURVE_POINTS: usize = 24;

/// One frame of a stored session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// When it was taken, on the clock of the source.
    pub time: Timestamp,
    /// Its number in the source; a gap means dropped frames.
    pub number: u64,
    /// What could be measured, or why nothing could.
    pub state: State,
    /// How far the values can be trusted, 0 to 1.
    pub confidence: f32,
    /// As measured in this frame alone.
    pub raw: Option<Bend>,
    /// Smoothed over time.
    pub filtered: Option<Bend>,
    /// How uncertain the two flexions are.
    pub half_width_90: Option<HalfWidth90>,
    /// Whether the standing posture was known. The session's calibrations hold the posture itself.
    pub stood: bool,
    /// Where the values come from.
    pub origin: Origin,
    /// The phase of the repetition.
    pub phase: Phase,
    /// The verdict on the current bend.
    pub verdict: Option<Verdict>,
    /// Whether the session's video has this frame: the nth of these frames is the nth of the video.
    pub pictured: bool,
    /// How many people were in view, at most 255.
    pub people: u8,
    /// The followed person. For drawing only: positions to an eighth of a pixel, body coordinates to a millimetre,
    /// probabilities to a 255th.
    ///
    /// Boxed: it is ten times as large as all the rest, which is read without it more often.
    pub body: Option<Box<Body>>,
    /// The back, if seen; its curve has [`CURVE_POINTS`] points or none. For drawing only: positions to an eighth of a
    /// pixel, angles to a hundredth of a degree.
    pub back: Option<Back>,
}

/// Some of a [`Sample`]: what can be read without the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleOutline {
    /// When it was taken.
    pub time: Timestamp,
    /// Its number in the source.
    pub number: u64,
    /// What could be measured, or why nothing could.
    pub state: State,
    /// Whether the session's video has this frame.
    pub pictured: bool,
}

impl SampleOutline {
    /// The outline of a sample.
    pub fn of(sample: &Sample) -> Self {
        let Sample { time, number, state, pictured, .. } = *sample;
        Self { time, number, state, pictured }
    }
}

impl Sample {
    /// Converts an observation. Whether its picture is stored is not known here.
    pub fn of(observation: &Observation) -> Self {
        let (measurement, progress) = (&observation.measurement, &observation.progress);
        Self {
            time: observation.frame.time,
            number: observation.frame.number,
            state: measurement.state,
            confidence: measurement.confidence,
            raw: measurement.raw,
            filtered: measurement.filtered,
            half_width_90: measurement.half_width_90,
            stood: measurement.standing.is_some(),
            origin: measurement.origin,
            phase: progress.phase,
            verdict: progress.verdict,
            pictured: false,
            people: u8::try_from(observation.pose_result.people).unwrap_or(u8::MAX),
            body: observation.pose_result.pose.as_ref().map(|pose| Box::new(pose.into())),
            back: observation.back.as_deref().map(kept),
        }
    }
}

impl Sample {
    /// Restores the measurement of this frame, given the standing posture in use at its time ([`Session::standing`]).
    ///
    /// [`Session::standing`]: super::Session::standing
    pub fn measurement(&self, standing: Option<Segments>) -> Measurement {
        let Self { state, confidence, raw, filtered, half_width_90, stood, origin, .. } = *self;
        Measurement {
            state,
            confidence,
            raw,
            filtered,
            half_width_90,
            standing: standing.filter(|_| stood),
            standing_doubt: None,
            origin,
        }
    }
}

/// The back with its curve reduced to the stored points.
fn kept(estimate: &BackEstimate) -> Back {
    Back { curve: evenly(&estimate.curve), ..estimate.into() }
}

/// [`CURVE_POINTS`] evenly spaced points on a line; none for fewer than two points.
fn evenly(line: &[CameraPoint]) -> Vec<CameraPoint> {
    let (Some(last), true) = (line.len().checked_sub(1), line.len() > 1) else { return Vec::new() };
    let at = |step: usize| -> Option<Point2D<f32, Camera>> {
        let place = step as f32 * last as f32 / (CURVE_POINTS - 1) as f32;
        let before = (place as usize).min(last - 1);
        Some(line.get(before)?.lerp(*line.get(before + 1)?, place - before as f32))
    };
    (0..CURVE_POINTS).filter_map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_keeps_its_ends_and_its_shape() {
        let line: Vec<CameraPoint> = (0..100).map(|step| CameraPoint::new(step as f32, (step * step) as f32)).collect();
        let kept = evenly(&line);
        assert_eq!((kept.len(), kept.first(), kept.last()), (CURVE_POINTS, line.first(), line.last()));
        for point in kept {
            assert!((point.y - point.x * point.x).abs() < 0.3, "{point:?}");
        }
        assert!(evenly(&line[..1]).is_empty());
        assert_eq!(evenly(&line[..2]).len(), CURVE_POINTS);
    }
}
