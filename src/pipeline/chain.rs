//! The chain of stages: takes a frame, returns an [`Observation`].
//!
//! `live`, `demo` and `analyze` all use this chain, so a result never depends on the command.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::PipelineError;
use super::activity::{Activity, Pace, Subject};
use super::kept_poses::{KeptPose, Perceived, PoseReader};
use super::trend::Examined;
use crate::app_dirs::Paths;
use crate::coach::form::{Form, FormTracker};
use crate::coach::{ChainRequest, Coach, Event, Phase, Progress};
use crate::geometry::limb_pose::LimbPose;
use crate::geometry::visibility_gate::{self, KnownPerson};
use crate::geometry::{Measurement, MeasurementFilter, Origin, State};
use crate::inference::{Models, Runtime, models, take_inference_time};
use crate::pose::{Landmarker, PoseResult, Tracker};
use crate::source::{Frame, Timestamp};
use crate::spine::network::{BackNetwork, Reader};
use crate::spine::{BackEstimate, BackSight, Estimator, SpineError, SurveyedStanding, away_since};

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
    time: Timestamp,
    pose_result: Arc<PoseResult>,
    back: Option<Arc<BackEstimate>>,
    limbs: Option<LimbPose>,
    measurement: Measurement,
}

impl Seen {
    /// The same for a frame that was not measured, with this `measurement`. It shows no build: builds are counted by their frames,
    /// and this would be the same one again.
    fn copied(self, measurement: Measurement) -> Self {
        let limbs = self.limbs.map(|limbs| LimbPose { build: None, ..limbs });
        Self { limbs, measurement, ..self }
    }
}

/// A frame of a recording that was measured before those that lie between it and the last one.
#[derive(Debug)]
struct Ahead {
    seen: Seen,
    times: StageTimes,
    /// How many frames before it are still to come.
    before: u32,
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
    /// The time of the last frame, measured or not.
    last_frame: Option<Timestamp>,
    /// The measured frame to which the frames that were left out lead.
    ahead: Option<Ahead>,
    /// How many frames that were left out lead to no measured one: they are held.
    held: u32,
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
            last_frame: None,
            ahead: None,
            held: 0,
            spare: None,
        }
    }

    /// Creates a chain from what is available on this machine: ONNX Runtime as [`Runtime::open`] finds or fetches it,
    /// the networks as [`models::find`] finds them, the full landmark network. `say` receives progress lines while the
    /// library is fetched.
    ///
    /// # Errors
    /// If the library or a network is missing or cannot be used; the message says what to do.
    pub fn open_default(say: &mut dyn FnMut(&str)) -> Result<Self, PipelineError> {
        let models = models::find(None)?; // first: a missing model is no reason to fetch anything
        let runtime = Runtime::open(None, &Paths::discover()?, say)?;
        Self::open(&runtime, &models, Landmarker::default())
    }

    /// Loads all networks, side by side unless the runtime [loads them in turn](Runtime::loading_in_turn).
    ///
    /// # Errors
    /// If a model file is missing, is not the one this program was made with, or cannot be loaded.
    pub fn open(runtime: &Runtime, models: &Models, landmarker: Landmarker) -> Result<Self, PipelineError> {
        let tracker = || Tracker::open(runtime, models, landmarker);
        let (tracker, reader) = runtime.load_both(tracker, || BackNetwork::open(runtime, models));
        let (tracker, reader) = (tracker?, reader?);
        let spare = (landmarker == Landmarker::Full).then(|| (runtime.clone(), models.clone()));
        Ok(Self { spare, ..Self::new(tracker, Estimator::new(Box::new(reader))) })
    }

    /// Runs every network once, on nothing. First runs take memory from the system page by page: on one core of the camera guest
    /// (`tests/camera`) 0.55 s, and 0.08 s the second time. Better before a camera is asked for its first frame.
    ///
    /// # Errors
    /// If a network fails to run.
    pub fn warm_up(&mut self) -> Result<(), PipelineError> {
        if let Perception::Networks(tracker) = &mut self.perception {
            tracker.warm_up()?;
        }
        self.estimator.reader().warm_up()?;
        take_inference_time(); // it is no frame's
        Ok(())
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
        self.note_gap(frame.time);
        let requested = self.carry_out_requests();
        let (seen, times) = self.look(&frame, began)?;
        let Seen { pose_result, back, limbs, measurement, .. } = seen;
        let measured = Instant::now();
        let mut progress = self.coach.observe(frame.time, &measurement);
        progress.events.splice(0..0, requested.into_iter().map(Event::Requested));
        let form = self.forms.observe(frame.time, &measurement, limbs.as_ref(), &progress);
        if measurement.origin == Origin::Frame {
            let at_top = measurement.state == State::Measured && progress.phase == Phase::Top;
            self.watch(&frame, Subject::of(&pose_result, at_top && self.estimator.stands()));
        }
        let times = StageTimes { judgement: times.judgement + measured.elapsed(), ..times };
        Ok(Observation { frame, pose_result, back, limbs, measurement, progress, form, times })
    }

    /// Takes a gap between frames, as after a pause, for as long without anybody in view: who is seen after it may have moved, or be
    /// somebody else, and the camera may stand elsewhere. A survey takes it so too.
    fn note_gap(&mut self, time: Timestamp) {
        if let Some(last) = away_since(self.last_frame.replace(time), time) {
            self.estimator.nobody(last);
        }
    }

    /// Counts the people in the last frame, if that is due: about once a second. Their number holds from the next frame on, which is
    /// measured if it has changed. Whoever displays frames calls it after each; otherwise the next frame begins with it. Returns how
    /// long it took, `None` if it was not due.
    ///
    /// # Errors
    /// If the detector fails to run.
    pub fn count_people(&mut self) -> Result<Option<Duration>, PipelineError> {
        let began = Instant::now();
        let counted = self.count()?.then(|| began.elapsed());
        take_inference_time(); // it is no frame's
        Ok(counted)
    }

    /// Counts the people in the last frame, and says whether that was due.
    pub(super) fn count(&mut self) -> Result<bool, PipelineError> {
        let Perception::Networks(tracker) = &mut self.perception else { return Ok(false) };
        let changed = tracker.count()?;
        if changed == Some(true) {
            self.activity.measure_next();
        }
        Ok(changed.is_some())
    }

    /// What is known of a frame, measured now, before, or not at all.
    fn look(&mut self, frame: &Frame, began: Instant) -> Result<(Seen, StageTimes), PipelineError> {
        if let Some(ahead) = self.ahead.take_if(|ahead| ahead.before == 0) {
            self.last = Some(ahead.seen.clone());
            return Ok((ahead.seen, ahead.times));
        }
        if let Some(ahead) = &mut self.ahead {
            ahead.before -= 1;
            return self.between(frame.time);
        }
        if let Some(held) = self.held.checked_sub(1) {
            self.held = held;
            self.estimator.hold(frame.time);
            return self.hold();
        }
        match self.perceive(frame)? {
            Perceived::Measured(kept) => {
                let measured = self.measure(frame.time, *kept, began)?;
                self.last = Some(measured.0.clone());
                Ok(measured)
            }
            Perceived::Held => {
                self.estimator.hold(frame.time);
                self.hold()
            }
            Perceived::LeftOut => {
                self.look_ahead()?;
                self.between(frame.time)
            }
        }
    }

    /// What was measured last, for a frame in which nothing has moved since.
    fn hold(&self) -> Result<(Seen, StageTimes), PipelineError> {
        let last = self.last.clone().ok_or_else(damaged)?;
        let measurement = last.measurement.hold();
        Ok((last.copied(measurement), StageTimes::default()))
    }

    /// Measures the frame to which those that were left out lead: nothing is known of them but what lies on both sides.
    fn look_ahead(&mut self) -> Result<(), PipelineError> {
        let Perception::Survey(poses) = &mut self.perception else { return Err(damaged()) };
        let mut before = 0;
        let (time, kept) = loop {
            match poses.next().map_err(PipelineError::Storage)? {
                (_, Perceived::LeftOut) => before += 1,
                (time, Perceived::Measured(kept)) => break (time, kept),
                (_, Perceived::Held) => {
                    self.held = before + 1;
                    return Ok(());
                }
            }
        };
        let (seen, times) = self.measure(time, *kept, Instant::now())?;
        self.ahead = Some(Ahead { seen, times, before });
        Ok(())
    }

    /// A frame at this `time` between the last measured one and the one measured ahead.
    fn between(&self, time: Timestamp) -> Result<(Seen, StageTimes), PipelineError> {
        let Some(Ahead { seen: next, .. }) = &self.ahead else { return self.hold() };
        let last = self.last.as_ref().ok_or_else(damaged)?;
        let all = next.time.since(last.time).as_secs_f32().max(f32::EPSILON);
        let part = (time.since(last.time).as_secs_f32() / all).min(1.0);
        let measurement = last.measurement.interpolate(next.measurement, part);
        let nearest = if part < 0.5 { last } else { next };
        Ok((nearest.clone().copied(measurement), StageTimes::default()))
    }

    /// Measures a frame with what was perceived in it since it `began`.
    fn measure(
        &mut self,
        time: Timestamp,
        kept: KeptPose,
        began: Instant,
    ) -> Result<(Seen, StageTimes), PipelineError> {
        let KeptPose { pose_result, took, networks } = kept;
        let posed = Instant::now();
        let sight = self.see(time, &pose_result)?;
        if self.estimator.take_stretch_begun() {
            self.filter.forget();
            self.coach.begin_stretch();
            self.forms.begin_stretch();
        }
        let outlined = Instant::now();
        let measurement = self.filter.measure(time, &sight, self.estimator.standing());
        let measurement = Measurement { standing_doubt: self.estimator.standing_doubt(), ..measurement };
        let back = sight.seen().map(Arc::new);
        let facing = back.as_ref().map(|back| back.facing);
        let limbs = pose_result.pose.as_ref().map(|pose| LimbPose::of(pose, facing));
        let times = StageTimes {
            pose: took + (posed - began),
            spine: outlined - posed,
            judgement: outlined.elapsed(),
            networks: networks + take_inference_time(),
        };
        Ok((Seen { time, pose_result: Arc::new(pose_result), back, limbs, measurement }, times))
    }

    /// Returns the person in the frame, and what that took when the recording was surveyed, unless it was not measured.
    pub(super) fn perceive(&mut self, frame: &Frame) -> Result<Perceived, PipelineError> {
        self.count()?;
        let tracker = match &mut self.perception {
            Perception::Survey(poses) => return Ok(poses.next().map_err(PipelineError::Storage)?.1),
            Perception::Networks(tracker) => tracker,
        };
        let pace = self.activity.pace(&frame.picture, frame.time);
        if pace != Pace::Measure {
            take_inference_time(); // of a count: it is no frame's
        }
        Ok(match pace {
            Pace::Hold => {
                tracker.hold(frame.time);
                Perceived::Held
            }
            Pace::LeaveOut => {
                tracker.leave_out();
                Perceived::LeftOut
            }
            Pace::Measure => Perceived::Measured(Box::new(KeptPose::of(tracker.observe(frame)?))),
        })
    }

    /// Whether a frame comes too late for what was left out before it to be interpolated.
    pub(super) fn is_late(&self, time: Timestamp) -> bool {
        self.activity.is_late(time)
    }

    /// The people in a frame, however little moves in it.
    pub(super) fn see_people(&mut self, frame: &Frame) -> Result<PoseResult, PipelineError> {
        match &mut self.perception {
            Perception::Survey(_) => Err(damaged()),
            Perception::Networks(tracker) => Ok(tracker.observe(frame)?),
        }
    }

    /// Leaves frames out from now on, for a survey: they are interpolated when the recording is measured.
    pub(super) fn leave_out_between(&mut self) {
        self.activity.leave_out_between();
    }

    /// Decides from what a measured frame showed how soon the next one is measured; a survey has decided it already.
    pub(super) fn watch(&mut self, frame: &Frame, subject: Subject) {
        if matches!(self.perception, Perception::Networks(_)) {
            self.activity.measured(&frame.picture, frame.time, subject);
        }
    }

    /// Decides from what a measured frame of a recording showed which ones are left out after it.
    pub(super) fn note_examined(&mut self, time: Timestamp, examined: Examined, seen: &PoseResult) {
        self.activity.examined(time, examined, seen.pose.as_ref().map(|pose| pose.region));
    }

    /// Measures the next frame, whatever it shows.
    pub(super) fn wake(&mut self) {
        self.activity.watch_anew();
    }

    /// Returns the person's back, or what prevents it from being measured.
    fn see(&mut self, time: Timestamp, pose_result: &PoseResult) -> Result<BackSight<State>, SpineError> {
        // A survey has seen who stands in the recording: its stretches go on beside a passer-by, and in a bend that looks smaller.
        let surveyed = matches!(self.perception, Perception::Survey(_));
        let known = surveyed || self.estimator.standing().is_some();
        let obstacle = visibility_gate::obstacle(pose_result, KnownPerson { person: known, standing: known });
        match (&pose_result.pose, obstacle) {
            (Some(pose), None) => {
                let sight = self.estimator.estimate(time, pose)?;
                let to_a_stranger = || visibility_gate::obstacle(pose_result, KnownPerson::default());
                let unknown = self.estimator.standing().is_none();
                Ok(match (sight, unknown.then(to_a_stranger).flatten()) {
                    (BackSight::Seen(_), Some(obstacle)) => BackSight::Unseen(obstacle),
                    (BackSight::Unseen(_), Some(State::Far)) => BackSight::Unseen(State::Far),
                    (BackSight::Seen(back), None) => BackSight::Seen(back),
                    (BackSight::Unseen(reason), _) => BackSight::Unseen(reason.into()),
                })
            }
            (Some(_), Some(obstacle)) => {
                self.estimator.obstructed(time);
                Ok(BackSight::Unseen(obstacle))
            }
            (None, _) => {
                self.estimator.nobody(time);
                Ok(BackSight::Unseen(State::Nobody))
            }
        }
    }

    /// This chain, before its first frame, for the frames of a recording that was surveyed.
    pub(super) fn after_survey(self, poses: PoseReader, standings: Vec<Option<SurveyedStanding>>) -> Self {
        let chain = Self::with(Perception::Survey(poses), self.estimator.after_survey(standings));
        Self { requests: self.requests, ..chain }
    }

    /// A chain that has no networks but the one that reads outlines, for a survey that is told what the others see.
    #[cfg(test)]
    pub(super) fn reading(poses: PoseReader, reader: Box<dyn Reader>) -> Self {
        Self::with(Perception::Survey(poses), Estimator::new(reader))
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

/// What was kept of a recording's survey is not what the survey writes.
fn damaged() -> PipelineError {
    PipelineError::Storage(ErrorKind::InvalidData.into())
}
