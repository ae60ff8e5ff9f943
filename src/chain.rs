//! The rooms in a row: a frame goes in, an [`Observation`] comes out.
//!
//! `live`, `demo` and `analyze` all run this one chain, so a result never depends on which of them ran.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::coach::{Coach, Progress};
use crate::geometry::{Measurement, Meter};
use crate::pose::{PoseError, Sighting, Tracker};
use crate::source::Frame;
use crate::spine::{Dorsal, Estimator, Facing, Unseen};

/// How long each stage took for one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Detector and landmarks.
    pub pose: Duration,
    /// Outline of the back.
    pub spine: Duration,
    /// Geometry and coach.
    pub judgement: Duration,
}

/// Everything the program knows of one frame.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The frame that was measured.
    pub frame: Frame,
    /// Who was seen.
    pub sighting: Arc<Sighting>,
    /// The outline of the back.
    pub dorsal: Option<Arc<Dorsal>>,
    /// Hip and lumbar flexion, or why they cannot be measured.
    pub measurement: Measurement,
    /// The set so far.
    pub progress: Progress,
    /// How long it took.
    pub times: StageTimes,
}

/// The rooms from frame to verdict, with the state each keeps.
#[derive(Debug)]
pub struct Chain {
    tracker: Tracker,
    estimator: Estimator,
    meter: Meter,
    coach: Coach,
}

impl Chain {
    /// A chain that has seen nothing yet.
    pub fn new(tracker: Tracker) -> Self {
        Self { tracker, estimator: Estimator::default(), meter: Meter::default(), coach: Coach::default() }
    }

    /// Takes the next frame through all rooms.
    ///
    /// # Errors
    /// When a network fails to run.
    pub fn observe(&mut self, frame: Frame) -> Result<Observation, PoseError> {
        let began = Instant::now();
        let sighting = self.tracker.observe(&frame)?;
        let posed = Instant::now();
        let dorsal = match &sighting.pose {
            Some(pose) => self.estimator.estimate(pose),
            None => Err(Unseen::Hidden),
        };
        let outlined = Instant::now();
        let measurement = self.meter.measure(frame.time, &sighting, dorsal.as_ref().map_err(|unseen| *unseen));
        let progress = self.coach.observe(frame.time, &measurement);
        let times = StageTimes { pose: posed - began, spine: outlined - posed, judgement: outlined.elapsed() };
        Ok(Observation {
            frame,
            sighting: Arc::new(sighting),
            dorsal: dorsal.ok().map(Arc::new),
            measurement,
            progress,
            times,
        })
    }

    /// Takes the standing posture anew.
    pub fn stand_again(&mut self) {
        self.estimator.forget();
        self.meter.stand_again();
    }

    /// Fixes which way the person faces, or with `None` goes back to telling it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.estimator.face(facing);
    }
}
