//! The first of two passes over a recording: who stands in it, and how.
//!
//! A live session has to wait until the person stands still. A recording can be looked through first, so that it is
//! measured from its first frame on, however briefly and however late its people stand upright. The pose networks run
//! in this pass alone; what they saw is kept for the second one.

use std::time::Instant;

use super::PipelineError;
use super::activity::Subject;
use super::chain::Chain;
use super::kept_poses::{KeptPose, PoseStorage, PoseWriter};
use crate::coach::ChainRequest;
use crate::geometry::visibility_gate::{self, KnownPerson};
use crate::inference;
use crate::pose::PoseResult;
use crate::source::{Frame, Timestamp};
use crate::spine::StandingSurvey;

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
}

impl RecordingSurvey {
    /// Begins a survey with a `chain` that has not seen a frame yet. What is seen is kept in `storage`, some 3 kB a
    /// frame.
    pub fn new(chain: Chain, storage: Box<dyn PoseStorage>) -> Self {
        let pending = chain.pending().to_vec();
        let mut survey = Self { chain, standings: StandingSurvey::default(), poses: PoseWriter::new(storage) };
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

    /// Looks at the next frame.
    ///
    /// # Errors
    /// If a network fails to run, or the storage is full.
    pub fn observe(&mut self, frame: &Frame) -> Result<(), PipelineError> {
        let began = Instant::now();
        let Some(KeptPose { pose_result, .. }) = self.chain.perceive(frame)? else {
            return self.poses.push(None).map_err(PipelineError::Storage);
        };
        self.look(frame.time, &pose_result)?;
        self.chain.watch(frame, Subject::of(&pose_result, self.standings.stands()));
        let (took, networks) = (began.elapsed(), inference::take_inference_time());
        self.poses.push(Some(&KeptPose { pose_result, took, networks })).map_err(PipelineError::Storage)
    }

    /// The number of frames so far: as many can be measured.
    pub fn frames(&self) -> u64 {
        self.poses.frames()
    }

    /// Ends the survey. Returns the chain that measures the same frames.
    ///
    /// # Errors
    /// If the storage fails.
    pub fn finish(self) -> Result<Chain, PipelineError> {
        let poses = self.poses.read_back().map_err(PipelineError::Storage)?;
        Ok(self.chain.after_survey(poses, self.standings.finish()))
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
