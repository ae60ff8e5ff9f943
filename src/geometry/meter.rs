//! One frame's view, standing posture and smoothing put together.

use crate::pose::Sighting;
use crate::source::Timestamp;
use crate::spine::{Dorsal, Facing, Unseen};

use super::calibration::Calibration;
use super::smoothing::BendFilter;
use super::{Measurement, Segments, State, view};

/// Turns what is seen into hip and lumbar flexion.
#[derive(Debug, Default)]
pub struct Meter {
    calibration: Calibration,
    filter: BendFilter,
    facing: Option<Facing>,
}

impl Meter {
    /// Measures one frame.
    pub fn measure(&mut self, time: Timestamp, sighting: &Sighting, dorsal: Result<&Dorsal, Unseen>) -> Measurement {
        match self.segments(sighting, dorsal) {
            Ok((segments, confidence)) => self.bend(time, segments, confidence),
            Err(state) => {
                self.calibration.interrupt();
                Measurement { state, standing: self.calibration.standing(), ..Measurement::default() }
            }
        }
    }

    /// Forgets the standing posture; it is found again when the person next stands tall and still.
    pub fn stand_again(&mut self) {
        *self = Self::default();
    }

    fn segments(&mut self, sighting: &Sighting, dorsal: Result<&Dorsal, Unseen>) -> Result<(Segments, f32), State> {
        let facing = dorsal.map_or(Facing::Right, |dorsal| dorsal.facing);
        if let Some(obstacle) = view::obstacle(sighting, facing) {
            return Err(obstacle);
        }
        // Before the standing posture is known it is open whose it would be.
        if sighting.people > 1 && self.calibration.standing().is_none() {
            return Err(State::Several);
        }
        let pose = sighting.pose.as_ref().ok_or(State::Nobody)?;
        let dorsal = dorsal.map_err(|unseen| match unseen {
            Unseen::NotSideOn => State::Turned,
            Unseen::Hidden => State::Hidden,
        })?;
        if self.facing.is_some_and(|facing| facing != dorsal.facing) {
            self.stand_again();
        }
        self.facing = Some(dorsal.facing);
        Ok((Segments::of(pose, dorsal), dorsal.confidence))
    }

    fn bend(&mut self, time: Timestamp, segments: Segments, confidence: f32) -> Measurement {
        let Some(standing) = self.calibration.observe(time, segments) else {
            return Measurement { state: State::Calibrating, ..Measurement::default() };
        };
        let raw = segments.bend_from(&standing);
        Measurement {
            state: State::Measured,
            confidence,
            raw: Some(raw),
            filtered: Some(self.filter.smooth(time, raw)),
            standing: Some(standing),
        }
    }
}
