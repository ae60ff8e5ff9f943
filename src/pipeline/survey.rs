//! The first of two passes over a recording: who stands in it, and how.
//!
//! A live session has to wait until the person stands still. A recording can be looked through first, so that it is
//! measured from its first frame on, however briefly and however late its people stand upright. The pose networks run
//! in this pass alone; what they saw is kept for the second one.

use std::sync::Arc;
use std::time::Instant;

use image::RgbImage;

use super::PipelineError;
use super::activity::Subject;
use super::chain::Chain;
use super::kept_poses::{KeptPose, Perceived, PoseStorage, PoseWriter};
use super::trend::Examined;
use crate::coach::ChainRequest;
use crate::geometry::visibility_gate::{self, KnownPerson};
use crate::inference;
use crate::pose::PoseResult;
use crate::source::{Frame, Timestamp};
use crate::spine::{StandingSurvey, away_since};

/// Looks through a recording before it is measured.
///
/// ```no_run
/// use std::io::Cursor;
///
/// use bendwise::pipeline::{Chain, RecordingSurvey};
/// use bendwise::source::{Delivery, Source};
///
/// /// Measures a recording that was opened twice.
/// fn measure(first: &mut dyn Source, second: &mut dyn Source) -> Result<(), Box<dyn std::error::Error>> {
///     let chain = Chain::open_default(&mut |line| eprintln!("{line}"))?;
///     let mut survey = RecordingSurvey::new(chain, Box::new(Cursor::new(Vec::new())));
///     while let Delivery::Frame(frame) = first.next()? {
///         survey.observe(&frame)?;
///     }
///     let mut chain = survey.finish()?;
///     while let Delivery::Frame(frame) = second.next()? {
///         println!("{}", chain.observe(frame)?.measurement.state.word());
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct RecordingSurvey {
    chain: Chain,
    standings: StandingSurvey,
    poses: PoseWriter,
    /// The last frame, if it was left out: should no other come, or one after a gap, it is measured after all.
    left_out: Option<Frame>,
    /// The time and number of each frame.
    frames: Vec<(Timestamp, u64)>,
}

impl RecordingSurvey {
    /// Begins a survey with a `chain` that has not seen a frame yet. What is seen is kept in `storage`, some 2.3 kB
    /// a measured frame.
    pub fn new(chain: Chain, storage: Box<dyn PoseStorage>) -> Self {
        let pending = chain.pending().to_vec();
        let mut survey = Self {
            chain,
            standings: StandingSurvey::default(),
            poses: PoseWriter::new(storage),
            left_out: None,
            frames: Vec::new(),
        };
        pending.into_iter().for_each(|request| survey.request(request));
        survey
    }

    /// Carries out a request to the measurement; the same request must be made before the same frame of the second
    /// pass.
    pub fn request(&mut self, request: ChainRequest) {
        self.chain.wake();
        match request {
            ChainRequest::Recalibrate => self.standings.stand_again(),
            ChainRequest::Face(facing) => self.standings.face(facing),
            ChainRequest::AwaitFullBend(_) => {}
        }
    }

    /// Measures a person who moves, and whose standing posture is known, at least every 84 ms from now on, and every 135 ms
    /// while they move steadily or cannot be measured; the frames between are
    /// [interpolated](crate::geometry::Origin::Interpolated). What is drawn on them lags behind.
    pub fn interpolate(&mut self) {
        self.chain.leave_out_between();
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// If a network fails to run, or the storage is full.
    pub fn observe(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        let last = self.frames.last().map(|(time, _)| *time);
        self.frames.push((frame.time, frame.number));
        match self.left_out.take() {
            Some(left_out) if self.chain.is_late(frame.time) => self.measure_after_all(&left_out)?,
            Some(left_out) => self.keep(left_out.time, &Perceived::LeftOut)?,
            None => {}
        }
        if let Some(last) = away_since(last, frame.time) {
            self.standings.nobody(last); // as the chain has it
        }
        let began = Instant::now();
        match self.chain.perceive(frame)? {
            Perceived::LeftOut => {
                self.left_out = Some(frame.clone());
                Ok(())
            }
            Perceived::Held => self.keep(frame.time, &Perceived::Held),
            Perceived::Measured(kept) => self.examine(frame, kept.pose_result, began),
        }
    }

    /// The number of frames so far: as many can be measured.
    pub fn frames(&self) -> u64 {
        self.frames.len() as u64
    }

    /// The frames so far without their pictures, which are measured all the same: only who draws or films them has to decode
    /// them a second time.
    pub fn frames_without_pictures(&self) -> impl Iterator<Item = Frame> + use<> {
        let blank = Arc::new(RgbImage::default());
        let captured_at = Instant::now();
        let frame = move |(time, number)| Frame { picture: Arc::clone(&blank), time, captured_at, number };
        self.frames.clone().into_iter().map(frame)
    }

    /// Ends the survey. Returns the chain that measures the same frames.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn finish(mut self) -> Result<Chain, PipelineError> {
        if let Some(frame) = self.left_out.take() {
            self.measure_after_all(&frame)?;
        }
        let poses = self.poses.read_back().map_err(PipelineError::Storage)?;
        Ok(self.chain.after_survey(poses, self.standings.finish()))
    }

    fn measure_after_all(&mut self, left_out: &Frame) -> Result<(), PipelineError> {
        let began = Instant::now();
        let pose_result = self.chain.see_people(left_out)?;
        self.examine(left_out, pose_result, began)
    }

    /// Looks for a standing posture in a frame since it `began`, and keeps what was seen.
    fn examine(&mut self, frame: &Frame, pose_result: PoseResult, began: Instant) -> Result<(), PipelineError> {
        self.look(frame.time, &pose_result)?;
        self.chain.count()?; // now, while the picture is in memory anyway
        self.chain.watch(frame, Subject::of(&pose_result, self.standings.stands()));
        self.chain.note_examined(frame.time, self.examined(), &pose_result);
        let (took, networks) = (began.elapsed(), inference::take_inference_time());
        self.keep(frame.time, &Perceived::Measured(Box::new(KeptPose { pose_result, took, networks })))
    }

    fn keep(&mut self, time: Timestamp, perceived: &Perceived) -> Result<(), PipelineError> {
        self.poses.push(time, perceived).map_err(PipelineError::Storage)
    }

    /// What the last frame showed of somebody's posture.
    fn examined(&self) -> Examined {
        match self.standings.posture() {
            None => Examined::Unmeasurable,
            Some(_) if !self.standings.has_stood() => Examined::Unknown,
            Some(_) if self.standings.is_refined() => Examined::Wanted,
            Some(segments) => Examined::Known(segments),
        }
    }

    fn look(&mut self, time: Timestamp, pose_result: &PoseResult) -> Result<(), PipelineError> {
        match (&pose_result.pose, visibility_gate::obstacle(pose_result, KnownPerson { person: true, standing: false }))
        {
            (Some(pose), None) => {
                self.standings.observe(self.chain.back_reader(), time, pose, pose_result.people <= 1)?;
            }
            (Some(_), Some(_)) => self.standings.interrupt(),
            (None, _) => self.standings.nobody(time),
        }
        Ok(())
    }
}
