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
            Perceived::Held => {
                self.standings.hold(frame.time);
                self.keep(frame.time, &Perceived::Held)
            }
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
        // Whom to follow must not depend on what is known so far: the chain that measures these frames knows more.
        let obstacle = |known| visibility_gate::obstacle(pose_result, KnownPerson { person: known, standing: known });
        match (&pose_result.pose, obstacle(true)) {
            (Some(pose), None) => {
                self.standings.observe(self.chain.back_reader(), time, pose, obstacle(false).is_none())?;
            }
            (Some(_), Some(_)) => self.standings.obstructed(time),
            (None, _) => self.standings.nobody(time),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use euclid::Angle;

    use super::*;
    use crate::coach::Event;
    use crate::geometry::{Origin, State};
    use crate::pipeline::Observation;
    use crate::pose::Pose;
    use crate::spine::fixtures::{TestPosture, pose};
    use crate::spine::network::{FrameCode, FrameReading, HiddenParts, Reader};
    use crate::spine::outline::SIZE;
    use crate::spine::sagittal::SagittalVector;
    use crate::spine::{Change, SpineError};

    /// A network to which every back is straight, to ±5°.
    #[derive(Debug)]
    struct StraightBackReader;

    impl Reader for StraightBackReader {
        fn hidden_parts(&mut self, _: &[f32; SIZE]) -> Result<Option<HiddenParts>, SpineError> {
            Ok(Some(HiddenParts { hair_over_neck: false, legs: 0.0, legs_in_standing: 0.0 }))
        }

        fn read(&mut self, frame: &[f32; SIZE]) -> Result<Option<FrameReading>, SpineError> {
            let levels = [SagittalVector::new(-0.1, -0.4), SagittalVector::zero(), SagittalVector::new(0.0, 0.5)];
            let (pelvis, upper_lumbar, yaw) = (Angle::zero(), Angle::zero(), Angle::zero());
            let (hidden, code) = (self.hidden_parts(frame)?, FrameCode::of_number(0.0));
            Ok(hidden.map(|hidden| FrameReading { pelvis, upper_lumbar, yaw, levels, hidden, code }))
        }

        fn change(&mut self, _: &FrameCode, _: &FrameCode) -> Result<Option<Change>, SpineError> {
            Ok(Some(Change::default().less_sure(Angle::degrees(5.0))))
        }
    }

    fn new_survey() -> RecordingSurvey {
        let nothing = PoseWriter::new(Box::new(Cursor::new(Vec::new()))).read_back().unwrap();
        let chain = Chain::reading(nothing, Box::new(StraightBackReader));
        RecordingSurvey::new(chain, Box::new(Cursor::new(Vec::new())))
    }

    /// The time of a frame at 15 a second.
    fn at(number: usize) -> Timestamp {
        Timestamp::from_secs_f64(number as f64 / 15.0)
    }

    fn alone(pose: &Pose) -> PoseResult {
        PoseResult { pose: Some(pose.clone()), people: 1 }
    }

    /// Somebody whose trunk leans so far, as large as `trunk` pixels.
    fn leaning(pelvis: f32, trunk: f32) -> Pose {
        pose(&TestPosture { pelvis, trunk, ..TestPosture::default() })
    }

    fn still(person: &Pose, frames: usize) -> Vec<Pose> {
        vec![person.clone(); frames]
    }

    /// What is measured in a recording in which this is seen, after a survey of it.
    fn measured(poses: &[Pose]) -> Vec<Observation> {
        let mut survey = new_survey();
        for (number, pose) in poses.iter().enumerate() {
            survey.look(at(number), &alone(pose)).unwrap();
            survey.keep(at(number), &Perceived::Measured(Box::new(KeptPose::of(alone(pose))))).unwrap();
        }
        let mut chain = survey.finish().unwrap();
        let observe = |number| chain.observe(Frame::new(RgbImage::default(), at(number), number as u64)).unwrap();
        (0..poses.len()).map(observe).collect()
    }

    #[test]
    fn whoever_looks_smaller_in_a_bend_is_followed_by_both_passes() {
        let (standing, bent) = (still(&leaning(0.0, 34.0), 20), leaning(40.0, 28.0));
        let mut survey = new_survey();
        standing.iter().enumerate().for_each(|(number, pose)| survey.look(at(number), &alone(pose)).unwrap());
        survey.look(at(20), &alone(&bent)).unwrap();
        assert!(survey.standings.posture().is_some());
        let seen = measured(&[standing, still(&bent, 5)].concat());
        assert!(seen.iter().all(|seen| seen.measurement.state == State::Measured));
    }

    #[test]
    fn whoever_is_never_large_enough_is_too_far() {
        let seen = measured(&still(&leaning(0.0, 28.0), 20));
        assert!(seen.iter().all(|seen| seen.measurement.state == State::Far));
    }

    #[test]
    fn a_build_is_seen_in_measured_frames_alone() {
        let standing = leaning(0.0, 110.0);
        let mut survey = new_survey();
        for number in 0..26 {
            let perceived = match number {
                20..24 => Perceived::Held,
                24 => Perceived::LeftOut,
                _ => {
                    survey.look(at(number), &alone(&standing)).unwrap();
                    Perceived::Measured(Box::new(KeptPose::of(alone(&standing))))
                }
            };
            survey.keep(at(number), &perceived).unwrap();
        }
        let mut chain = survey.finish().unwrap();
        for number in 0..26 {
            let seen = chain.observe(Frame::new(RgbImage::default(), at(number), number as u64)).unwrap();
            let measured = seen.measurement.origin == Origin::Frame;
            assert_eq!(measured, !(20..=24).contains(&number), "frame {number}");
            assert_eq!(seen.limbs.unwrap().build.is_some(), measured, "frame {number}");
        }
    }

    #[test]
    fn nothing_goes_on_from_one_person_to_the_next() {
        let mut poses = still(&leaning(0.0, 110.0), 20);
        poses.extend((1..=7_u8).map(|step| leaning(8.0 * f32::from(step), 110.0))); // sinks
        let cut = poses.len();
        let mut other = leaning(0.0, 110.0);
        other.landmarks.iter_mut().for_each(|landmark| landmark.point.x += 300.0);
        other.region.center.x += 300.0;
        poses.extend(still(&other, 20));
        let seen = measured(&poses);
        let first = &seen[cut].measurement;
        assert!(first.raw.is_some() && first.filtered == first.raw, "smoothed over the cut: {first:?}");
        let finished = seen.iter().flat_map(|seen| &seen.progress.events).filter_map(|event| match event {
            Event::RepetitionFinished(done) => Some((done.bottom_hidden, done.verdict)),
            _ => None,
        });
        assert_eq!(finished.collect::<Vec<_>>(), [(true, None)], "its bottom was not seen");
    }
}
