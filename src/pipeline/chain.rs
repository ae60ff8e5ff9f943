//! The chain of stages: takes a frame, returns an [`Observation`].
//!
//! `live`, `demo` and `analyze` all use this chain, so a result never depends on the command.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::PipelineError;
use super::activity::{Activity, Pace, Subject};
use super::kept_poses::{KeptPose, PoseReader};
use crate::app_dirs::Paths;
use crate::coach::form::{Form, FormTracker};
use crate::coach::{ChainRequest, Coach, Event, Phase, Progress};
use crate::geometry::limb_pose::LimbPose;
use crate::geometry::visibility_gate::{self, KnownPerson};
use crate::geometry::{Measurement, MeasurementFilter, State};
use crate::inference::{self, Models, Runtime, models};
use crate::pose::{Landmarker, PoseResult, Tracker};
use crate::source::Frame;
use crate::spine::network::{BackNetwork, Reader};
use crate::spine::{BackEstimate, BackSight, Estimator, SpineError, SurveyedStanding};

/// How long each stage took for one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTimes {
    /// Detector and landmarks.
    pub pose: Duration,
    /// Outline of the back.
    pub spine: Duration,
    /// Geometry and coach.
    pub judgement: Duration,
    /// The share of the networks in all of that.
    pub networks: Duration,
}

impl StageTimes {
    /// Returns the total time from the frame to the verdict.
    pub fn whole(&self) -> Duration {
        self.pose + self.spine + self.judgement
    }
}

/// Everything known about one frame.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The frame that was measured.
    pub frame: Frame,
    /// The person in the frame.
    pub pose_result: Arc<PoseResult>,
    /// The outline of the back.
    pub back: Option<Arc<BackEstimate>>,
    /// Head, arms and legs, if somebody is seen.
    pub limbs: Option<LimbPose>,
    /// Hip and lumbar flexion, or why they cannot be measured.
    pub measurement: Measurement,
    /// The set so far.
    pub progress: Progress,
    /// The form of the repetition that was just finished.
    pub form: Option<Form>,
    /// How long each stage took.
    pub times: StageTimes,
}

/// What was seen in a frame that was measured.
#[derive(Clone, Debug)]
struct Seen {
    pose_result: Arc<PoseResult>,
    back: Option<Arc<BackEstimate>>,
    limbs: Option<LimbPose>,
    measurement: Measurement,
}

/// Where poses come from.
#[derive(Debug)]
enum Perception {
    /// The networks look at each frame.
    Networks(Box<Tracker>),
    /// They looked at the recording when it was surveyed.
    Survey(PoseReader),
}

/// The stages from frame to verdict, with their state.
///
/// ```no_run
/// use bendwise::pipeline::Chain;
/// use bendwise::source::{Delivery, Source};
///
/// fn measure(source: &mut dyn Source) -> Result<(), Box<dyn std::error::Error>> {
///     let mut chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
///     while let Delivery::Frame(frame) = source.next()? {
///         let seen = chain.observe(frame)?;
///         match seen.measurement.filtered {
///             Some(bend) => println!("the hips bend by {:.0}°", bend.hip_flexion.to_degrees()),
///             None => println!("nothing is measured: {}", seen.measurement.state.word()),
///         }
///         for event in seen.progress.events {
///             println!("{event:?}");
///         }
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Chain {
    perception: Perception,
    estimator: Estimator,
    filter: MeasurementFilter,
    coach: Coach,
    forms: FormTracker,
    /// Requests to be carried out before the next frame.
    requests: Vec<ChainRequest>,
    activity: Activity,
    /// What is held while nothing moves; `None` before the first frame.
    last: Option<Seen>,
    /// What is needed to load the lite landmark model; `None` if it is already in use.
    spare: Option<(Runtime, Models)>,
}

impl Chain {
    /// Creates a chain that has not seen a frame yet.
    pub fn new(tracker: Tracker, estimator: Estimator) -> Self {
        Self::with(Perception::Networks(Box::new(tracker)), estimator)
    }

    fn with(perception: Perception, estimator: Estimator) -> Self {
        Self {
            perception,
            estimator,
            filter: MeasurementFilter::default(),
            coach: Coach::default(),
            forms: FormTracker::default(),
            requests: Vec::new(),
            activity: Activity::default(),
            last: None,
            spare: None,
        }
    }

    /// Creates a chain from what is available on this machine: ONNX Runtime as [`Runtime::open`] finds or fetches it,
    /// the networks as [`models::find`] finds them, the full landmark network. `say` receives progress lines while the
    /// library is fetched.
    ///
    /// If the library or a network is missing or cannot be used; the message says what to do.
    /// When the library or a network is missing or cannot be used; the message says what to do.
    pub fn open_default(say: &mut dyn FnMut(&str)) -> Result<Self, PipelineError> {
        let models = models::find(None)?; // first: a missing model is no reason to fetch anything
        let runtime = Runtime::open(None, &Paths::discover()?, say)?;
        Self::open(&runtime, &models, Landmarker::default())
    }

    /// Loads all networks.
    ///
    /// # Errors
    /// If a model file is missing, is not the one this program was made with, or cannot be loaded.
    pub fn open(runtime: &Runtime, models: &Models, landmarker: Landmarker) -> Result<Self, PipelineError> {
        let tracker = Tracker::open(runtime, models, landmarker)?;
        let reader = BackNetwork::open(runtime, models)?;
        let spare = (landmarker == Landmarker::Full).then(|| (runtime.clone(), models.clone()));
        Ok(Self { spare, ..Self::new(tracker, Estimator::new(Box::new(reader))) })
    }

    /// Switches to the lite landmark model. Returns `true` if it was not already in use. The standing posture is
    /// measured again: the two networks see outlines differently, and the reported values are changes from standing.
    ///
    /// # Errors
    /// If its file is missing or cannot be loaded; the chain is then unchanged.
    pub fn simplify(&mut self) -> Result<bool, PipelineError> {
        let Some((runtime, models)) = &self.spare else { return Ok(false) };
        self.perception = Perception::Networks(Box::new(Tracker::open(runtime, models, Landmarker::Lite)?));
        self.spare = None;
        self.request(ChainRequest::Recalibrate);
        Ok(true)
    }

    /// Queues a request to be carried out before the next frame, whose observation reports it ([`Event::Requested`]).
    /// This is the only way to make requests to the measurement.
    pub fn request(&mut self, request: ChainRequest) {
        self.requests.push(request);
    }

    /// Measures every frame from now on, also while nothing moves. Otherwise the networks rest while the person stands
    /// still, or nobody is there, and the last measurement is [held](Measurement::held).
    pub fn measure_every_frame(&mut self) {
        self.activity.measure_every_frame();
    }

    /// Processes the next frame in all stages.
    ///
    /// # Errors
    /// If a network fails to run.
    pub fn observe(&mut self, frame: Frame) -> Result<Observation, PipelineError> {
        let began = Instant::now();
        let requested = self.carry_out_requests();
        let (seen, times) = match (self.perceive(&frame)?, self.last.take()) {
            (None, Some(last)) => (Seen { measurement: last.measurement.hold(), ..last }, StageTimes::default()),
            (None, None) => return Err(PipelineError::Storage(ErrorKind::InvalidData.into())),
            (Some(kept), _) => self.measure(&frame, kept, began)?,
        };
        self.last = Some(seen.clone());
        let Seen { pose_result, back, limbs, measurement } = seen;
        let measured = Instant::now();
        let mut progress = self.coach.observe(frame.time, &measurement);
        progress.events.splice(0..0, requested.into_iter().map(Event::Requested));
        let form = self.forms.observe(frame.time, &measurement, &limbs.unwrap_or_default(), &progress);
        if !measurement.held {
            let at_top = measurement.state == State::Measured && progress.phase == Phase::Top;
            self.watch(&frame, Subject::of(&pose_result, at_top && self.estimator.stands()));
        }
        let times = StageTimes { judgement: times.judgement + measured.elapsed(), ..times };
        Ok(Observation { frame, pose_result, back, limbs, measurement, progress, form, times })
    }

    /// Measures a frame with what was perceived in it since it `began`.
    fn measure(&mut self, frame: &Frame, kept: KeptPose, began: Instant) -> Result<(Seen, StageTimes), PipelineError> {
        let KeptPose { pose_result, took, networks } = kept;
        let posed = Instant::now();
        let sight = self.see(frame, &pose_result)?;
        let outlined = Instant::now();
        let measurement = self.filter.measure(frame.time, &sight, self.estimator.standing());
        let measurement = Measurement { standing_doubt: self.estimator.standing_doubt(), ..measurement };
        let back = sight.seen().map(Arc::new);
        let facing = back.as_ref().map(|back| back.facing);
        let limbs = pose_result.pose.as_ref().map(|pose| LimbPose::of(pose, facing));
        let times = StageTimes {
            pose: took + (posed - began),
            spine: outlined - posed,
            judgement: outlined.elapsed(),
            networks: networks + inference::take_inference_time(),
        };
        Ok((Seen { pose_result: Arc::new(pose_result), back, limbs, measurement }, times))
    }

    /// Returns the person in the frame, and what that took when the recording was surveyed; `None` if nothing has moved
    /// since the last frame that was measured.
    pub(super) fn perceive(&mut self, frame: &Frame) -> Result<Option<KeptPose>, PipelineError> {
        let none = Duration::ZERO;
        match &mut self.perception {
            Perception::Survey(poses) => poses.next().map_err(PipelineError::Storage),
            Perception::Networks(_) if self.activity.pace(&frame.picture, frame.time) == Pace::Hold => Ok(None),
            Perception::Networks(tracker) => {
                Ok(Some(KeptPose { pose_result: tracker.observe(frame)?, took: none, networks: none }))
            }
        }
    }

    /// Decides from what a measured frame showed how soon the next one is measured; a survey has decided it already.
    pub(super) fn watch(&mut self, frame: &Frame, subject: Subject) {
        if matches!(self.perception, Perception::Networks(_)) {
            self.activity.measured(&frame.picture, frame.time, subject);
        }
    }

    /// Measures the next frame, whatever it shows.
    pub(super) fn wake(&mut self) {
        self.activity.watch_anew();
    }

    /// Returns the person's back, or what prevents it from being measured.
    fn see(&mut self, frame: &Frame, pose_result: &PoseResult) -> Result<BackSight<State>, SpineError> {
        // A survey has seen who stands in the recording: its stretches go on beside a passer-by.
        let surveyed = matches!(self.perception, Perception::Survey(_));
        let standing = self.estimator.standing().is_some();
        let obstacle = visibility_gate::obstacle(pose_result, KnownPerson { person: surveyed || standing, standing });
        match (&pose_result.pose, obstacle) {
            (Some(pose), None) => Ok(match self.estimator.estimate(frame.time, pose)? {
                BackSight::Seen(_) if pose_result.people > 1 && self.estimator.standing().is_none() => {
                    BackSight::Unseen(State::Several)
                }
                BackSight::Seen(back) => BackSight::Seen(back),
                BackSight::Unseen(reason) => BackSight::Unseen(reason.into()),
            }),
            (Some(_), Some(obstacle)) => {
                self.estimator.interrupt();
                Ok(BackSight::Unseen(obstacle))
            }
            (None, _) => {
                self.estimator.nobody(frame.time);
                Ok(BackSight::Unseen(State::Nobody))
            }
        }
    }

    /// This chain, before its first frame, for the frames of a recording that was surveyed.
    pub(super) fn after_survey(self, poses: PoseReader, standings: Vec<Option<SurveyedStanding>>) -> Self {
        let chain = Self::with(Perception::Survey(poses), self.estimator.after_survey(standings));
        Self { requests: self.requests, ..chain }
    }

    /// The network that reads outlines, for a survey of the same frames.
    pub(super) fn back_reader(&mut self) -> &mut dyn Reader {
        self.estimator.reader()
    }

    /// The requests to be carried out before the next frame.
    pub(super) fn pending(&self) -> &[ChainRequest] {
        &self.requests
    }

    /// Carries out the queued requests and returns them in order.
    fn carry_out_requests(&mut self) -> Vec<ChainRequest> {
        let requests = std::mem::take(&mut self.requests);
        if !requests.is_empty() {
            self.wake();
        }
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
