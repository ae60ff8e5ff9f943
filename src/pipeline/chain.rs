//! The rooms in a row: a frame goes in, an [`Observation`] comes out.
//!
//! `live`, `demo` and `analyze` all run this one chain, so a result never depends on which of them ran.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::coach::{ChainRequest, Coach, Event, Progress};
use crate::geometry::{Measurement, MeasurementFilter, State, visibility_gate};
use crate::inference::InferenceError;
use crate::inference::{self, Runtime};
use crate::pose::{Landmarker, PoseResult, Tracker};
use crate::source::Frame;
use crate::spine::network::BackNetwork;
use crate::spine::{BackEstimate, Estimator, overexposure};

/// How long each stage took for one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Detector and landmarks.
    pub pose: Duration,
    /// Outline of the back.
    pub spine: Duration,
    /// Geometry and coach.
    pub judgement: Duration,
    /// What of all that the networks took.
    pub networks: Duration,
}

impl StageTimes {
    /// All of it, from the frame to the verdict.
    pub fn whole(&self) -> Duration {
        self.pose + self.spine + self.judgement
    }
}

/// Everything the program knows of one frame.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The frame that was measured.
    pub frame: Frame,
    /// Who was seen.
    pub sighting: Arc<PoseResult>,
    /// The outline of the back.
    pub dorsal: Option<Arc<BackEstimate>>,
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
    meter: MeasurementFilter,
    coach: Coach,
    /// What is to be done before the next frame.
    requests: Vec<ChainRequest>,
    /// What the simpler landmark network is loaded with; none where that is at work already.
    spare: Option<(Runtime, PathBuf)>,
}

impl Chain {
    /// A chain that has seen nothing yet.
    pub fn new(tracker: Tracker, estimator: Estimator) -> Self {
        Self {
            tracker,
            estimator,
            meter: MeasurementFilter::default(),
            coach: Coach::default(),
            requests: Vec::new(),
            spare: None,
        }
    }

    /// Loads all networks from the folder `models`.
    ///
    /// # Errors
    /// When a model file is missing, is not the one this program was made with, or cannot be loaded.
    pub fn open(runtime: &Runtime, models: &Path, landmarker: Landmarker) -> Result<Self, InferenceError> {
        let tracker = Tracker::open(runtime, models, landmarker)?;
        let reader = BackNetwork::open(runtime, models)?;
        let spare = (landmarker == Landmarker::Full).then(|| (runtime.clone(), models.to_owned()));
        Ok(Self { spare, ..Self::new(tracker, Estimator::new(Box::new(reader))) })
    }

    /// Goes over to the simpler landmark network; whether that was not at work already. The standing posture is taken
    /// anew: the two networks see outlines differently, and what is reported is the change from standing.
    ///
    /// # Errors
    /// When its file is missing or cannot be loaded; then nothing has changed.
    pub fn simplify(&mut self) -> Result<bool, InferenceError> {
        let Some((runtime, models)) = &self.spare else { return Ok(false) };
        self.tracker = Tracker::open(runtime, models, Landmarker::Lite)?;
        self.spare = None;
        self.request(ChainRequest::Recalibrate);
        Ok(true)
    }

    /// Has something done before the next frame, whose observation tells that it was ([`Event::Requested`]). There is no other
    /// way to ask anything of the measurement.
    pub fn request(&mut self, request: ChainRequest) {
        self.requests.push(request);
    }

    /// Takes the next frame through all rooms.
    ///
    /// # Errors
    /// When a network fails to run.
    pub fn observe(&mut self, frame: Frame) -> Result<Observation, InferenceError> {
        let began = Instant::now();
        let requested = self.obey();
        let sighting = self.tracker.observe(&frame)?;
        let posed = Instant::now();
        let seen = self.see(&frame, &sighting)?;
        let outlined = Instant::now();
        let standing = self.estimator.standing();
        let measurement = self.meter.measure(frame.time, seen.as_ref().map_err(|state| *state), standing);
        let mut progress = self.coach.observe(frame.time, &measurement);
        progress.events.splice(0..0, requested.into_iter().map(Event::Requested));
        let times = StageTimes {
            pose: posed - began,
            spine: outlined - posed,
            judgement: outlined.elapsed(),
            networks: inference::time_at_work(),
        };
        Ok(Observation {
            frame,
            sighting: Arc::new(sighting),
            dorsal: seen.ok().map(Arc::new),
            measurement,
            progress,
            times,
        })
    }

    /// The person's back, or what keeps it from being measured.
    fn see(&mut self, frame: &Frame, sighting: &PoseResult) -> Result<Result<BackEstimate, State>, InferenceError> {
        let obstacle = visibility_gate::obstacle(sighting, self.estimator.standing().is_some());
        match (&sighting.pose, obstacle) {
            (Some(pose), None) => {
                let seen = self.estimator.estimate(frame.time, pose)?.map_err(State::from);
                Ok(seen.map(|dorsal| overexposure::less_sure(&frame.picture, dorsal)))
            }
            (Some(_), Some(obstacle)) => {
                self.estimator.interrupt();
                Ok(Err(obstacle))
            }
            (None, _) => {
                self.estimator.nobody(frame.time);
                Ok(Err(State::Nobody))
            }
        }
    }

    /// Does what was asked for; gives it, in its order.
    fn obey(&mut self) -> Vec<ChainRequest> {
        let requests = std::mem::take(&mut self.requests);
        for request in &requests {
            match *request {
                ChainRequest::Recalibrate => self.estimator.stand_again(),
                ChainRequest::AwaitFullBend(awaited) => self.coach.await_full_bend(awaited),
                ChainRequest::Face(facing) => self.estimator.face(facing),
            }
        }
        requests
    }
}
