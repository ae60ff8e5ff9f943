//! From a pose to the back: outline, standing posture and network put together.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::{Angle, Box2D};

use crate::pose::{CameraPoint, Joint, Pose, PoseError};
use crate::source::Timestamp;
use crate::statistics::median;

use super::facing::FacingTracker;
use super::network::{Reader, Reading};
use super::outline::{Outline, nearest};
use super::sagittal::{Orientation, SagittalPoint, Skeleton, inclination};
use super::standing::{Standing, StandingFinder};
use super::{Change, Dorsal, Facing, Segments, Unseen};

/// Beyond this yaw nothing is measured (`METHOD.md`, "Errors"): the network saw few people turned so far, and its error
/// there is more than twice that side-on.
const LARGEST_YAW: Angle<f32> = Angle { radians: 30.0 * std::f32::consts::PI / 180.0 };

/// How many upright frames make the trunk's length.
const TRUNK_MEMORY: usize = 90;

/// How far the trunk may lean for its length to be taken.
const UPRIGHT: Angle<f32> = Angle { radians: 20.0 * std::f32::consts::PI / 180.0 };

/// Who was out of view for longer may have moved, or be somebody else: their standing is found anew. [own]
const AWAY: Duration = Duration::from_secs(3);

/// Hips that are elsewhere by more trunk lengths than this within [`AT_ONCE`] are somebody else's.
const FARTHEST_STEP: f32 = 1.0;

/// Two frames that follow each other.
const AT_ONCE: Duration = Duration::from_millis(400);

/// How far below S1 the drawn curve begins, in points of the outline's back.
const BELOW_S1: usize = 4;

/// Finds the back on the person's silhouette, frame by frame.
#[derive(Debug)]
pub struct Estimator {
    reader: Box<dyn Reader>,
    facing: FacingTracker,
    faced: Option<Facing>,
    trunk: TrunkLength,
    finder: StandingFinder,
    zero: Option<Zero>,
    absent_since: Option<Timestamp>,
    /// When and where in the picture the hips were last.
    last_hip: Option<(Timestamp, CameraPoint)>,
}

/// What the network says of the standing frames themselves: subtracted from everything it says later.
#[derive(Debug)]
struct Zero {
    standing: Standing,
    change: Change,
}

impl Estimator {
    /// An estimator that has seen nothing yet.
    pub fn new(reader: Box<dyn Reader>) -> Self {
        Self {
            reader,
            facing: FacingTracker::default(),
            faced: None,
            trunk: TrunkLength::default(),
            finder: StandingFinder::default(),
            zero: None,
            absent_since: None,
            last_hip: None,
        }
    }

    /// Finds the back of the person in `pose`. The inner error says why it cannot be seen, which is an ordinary answer.
    ///
    /// # Errors
    /// When the network fails to run.
    pub fn estimate(&mut self, time: Timestamp, pose: &Pose) -> Result<Result<Dorsal, Unseen>, PoseError> {
        if self.may_be_somebody_else(time, pose) {
            self.facing.forget();
            self.stand_again();
        }
        let orientation = Orientation::of(pose);
        let facing = self.facing.observe(time, orientation);
        if self.faced.replace(facing).is_some_and(|faced| faced != facing) {
            self.stand_again();
        }
        if orientation.yaw > LARGEST_YAW || self.facing.contradicts(orientation) {
            self.interrupt();
            return Ok(Err(Unseen::NotSideOn));
        }
        let skeleton = Skeleton::of(pose, facing);
        let trunk = self.trunk.observe(&skeleton);
        let Some(outline) = Outline::of(pose, facing, &skeleton, trunk) else {
            self.interrupt();
            return Ok(Err(Unseen::Hidden));
        };
        let segments = Segments::of(&skeleton);
        self.finder.observe(time, segments, &outline.features);
        self.find_zero()?;
        let standing = self.zero.as_ref().map_or(&outline.features, |zero| &zero.standing.features);
        let reading = self.reader.read(&outline.features, standing)?;
        let dorsal = self.dorsal(pose, facing, &skeleton, trunk, &outline, &reading).ok_or(Unseen::Hidden);
        Ok(dorsal.and_then(|dorsal| if in_picture(pose, &dorsal) { Ok(dorsal) } else { Err(Unseen::CutOff) }))
    }

    fn may_be_somebody_else(&mut self, time: Timestamp, pose: &Pose) -> bool {
        let was_away = self.absent_since.take().is_some_and(|since| time.since(since) > AWAY);
        let hip = pose.point(Joint::LeftHip).lerp(pose.point(Joint::RightHip), 0.5);
        let last = self.last_hip.replace((time, hip)).filter(|(last, _)| time.since(*last) <= AT_ONCE);
        let jumped = last
            .zip(self.trunk.length())
            .is_some_and(|((_, last), trunk)| (hip - last).length() > FARTHEST_STEP * trunk);
        was_away || jumped
    }

    /// Whether the standing posture is known.
    pub fn knows_standing(&self) -> bool {
        self.zero.is_some()
    }

    /// The person could not be looked at in this frame.
    pub fn interrupt(&mut self) {
        self.finder.interrupt();
    }

    /// Nobody was in view in this frame.
    pub fn nobody(&mut self, time: Timestamp) {
        self.interrupt();
        self.absent_since.get_or_insert(time);
    }

    /// Fixes which way the person faces, or with `None` goes back to telling it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.facing.fix(facing);
    }

    /// Forgets the standing posture; it is found again when the person next stands tall and still.
    pub fn stand_again(&mut self) {
        self.trunk = TrunkLength::default();
        self.finder = StandingFinder::default();
        self.zero = None;
    }

    /// Works out the zero again when the standing posture has changed.
    fn find_zero(&mut self) -> Result<(), PoseError> {
        let Some(standing) = self.finder.standing() else { return Ok(()) };
        if self.zero.as_ref().is_some_and(|zero| zero.standing.frames == standing.frames) {
            return Ok(());
        }
        let mut readings = Vec::new();
        for frame in self.finder.frames() {
            readings.push(self.reader.read(frame, &standing.features)?);
        }
        let typical = |angle: fn(&Reading) -> Angle<f32>| {
            Angle::radians(median(readings.iter().map(|reading| angle(reading).radians)).unwrap_or_default())
        };
        let mut standing = standing.clone();
        standing.segments.pelvis = typical(|reading| reading.pelvis);
        standing.segments.upper_lumbar = typical(|reading| reading.upper_lumbar);
        let change = Change::of_angles(
            typical(|reading| reading.change.pelvis.angle),
            typical(|reading| reading.change.upper_lumbar.angle),
            typical(|reading| reading.change.thigh.angle),
        );
        self.zero = Some(Zero { standing, change });
        Ok(())
    }

    fn dorsal(
        &self,
        pose: &Pose,
        facing: Facing,
        skeleton: &Skeleton,
        trunk: f32,
        outline: &Outline,
        reading: &Reading,
    ) -> Option<Dorsal> {
        let [s1, t12, c7] = reading.levels.map(|level| outline.origin + level * trunk);
        let (low, high) = (nearest(&outline.dorsal, s1)?, nearest(&outline.dorsal, c7)?);
        let curve = outline.dorsal.get(low.saturating_sub(BELOW_S1)..=high)?;
        let camera = |point: SagittalPoint| facing.camera_from_sagittal().transform_point(point);
        let on_curve = |point: SagittalPoint| Some(camera(*outline.dorsal.get(nearest(&outline.dorsal, point)?)?));
        let change = self.zero.as_ref().map(|zero| reading.change.from(&zero.change));
        Some(Dorsal {
            facing,
            curve: curve.iter().map(|point| camera(*point)).collect(),
            s1: on_curve(s1)?,
            t12: on_curve(t12)?,
            c7: on_curve(c7)?,
            hip: camera(skeleton.hip.middle()),
            segments: Segments { pelvis: reading.pelvis, upper_lumbar: reading.upper_lumbar, ..Segments::of(skeleton) },
            standing: self.zero.as_ref().map(|zero| zero.standing.segments),
            change,
            presence: pose.presence,
        })
    }
}

/// The length of the trunk from hip to shoulder, as it was while the person stood upright: in a deep bend the pose
/// network's hip drifts forward and shortens it.
#[derive(Debug, Default)]
struct TrunkLength {
    upright: VecDeque<f32>,
}

impl TrunkLength {
    fn observe(&mut self, skeleton: &Skeleton) -> f32 {
        let trunk = skeleton.trunk();
        if inclination(trunk).radians.abs() < UPRIGHT.radians {
            self.upright.push_back(trunk.length());
            if self.upright.len() > TRUNK_MEMORY {
                self.upright.pop_front();
            }
        }
        self.length().unwrap_or_else(|| trunk.length())
    }

    fn length(&self) -> Option<f32> {
        median(self.upright.iter().copied())
    }
}

/// Whether the whole back lies in the picture: beyond its edge the mask is invented.
fn in_picture(pose: &Pose, dorsal: &Dorsal) -> bool {
    let picture = Box2D::from_size(pose.picture_size);
    dorsal.curve.iter().all(|point| picture.contains(*point))
}

#[cfg(test)]
mod tests {
    use super::super::made::{Posture, pose};
    use super::super::outline::SIZE;
    use super::super::sagittal::SagittalVector;
    use super::*;

    /// A network that reads the mean of the back's x: enough to tell postures apart, and off by 5° in standing.
    #[derive(Debug)]
    struct Made;

    impl Reader for Made {
        fn read(&mut self, now: &[f32; SIZE], standing: &[f32; SIZE]) -> Result<Reading, PoseError> {
            let width = |frame: &[f32; SIZE]| frame[0] - frame[127];
            let off = Angle::degrees(5.0);
            let lean = Angle::radians(width(now) - width(standing));
            let change = Change::of_angles(lean + off, lean * 2.0 + off, Angle::zero());
            let levels = [SagittalVector::new(-0.1, -0.4), SagittalVector::zero(), SagittalVector::new(0.0, 0.5)];
            Ok(Reading { pelvis: lean, upper_lumbar: lean, change, levels })
        }
    }

    /// Feeds one posture for so many frames at 15 frames a second; gives the last answer.
    fn feed(estimator: &mut Estimator, from: u32, frames: u32, posture: Posture) -> Result<Dorsal, Unseen> {
        let pose = pose(&posture);
        let times = (from..from + frames).map(|number| Timestamp::from_secs_f64(f64::from(number) / 15.0));
        times.map(|time| estimator.estimate(time, &pose).unwrap()).last().unwrap()
    }

    fn bent() -> Posture {
        Posture { pelvis: 50.0, thigh: -10.0, ..Posture::default() }
    }

    #[test]
    fn first_standing_then_the_change_from_it_and_the_networks_own_offset_is_gone() {
        let mut estimator = Estimator::new(Box::new(Made));
        assert_eq!(feed(&mut estimator, 0, 10, Posture::default()).unwrap().change, None);
        let standing = feed(&mut estimator, 10, 10, Posture::default()).unwrap();
        assert!(standing.change.unwrap().pelvis.angle.to_degrees().abs() < 0.1);
        let bent = feed(&mut estimator, 20, 1, bent()).unwrap();
        assert!(bent.change.unwrap().pelvis.angle.to_degrees().abs() > 10.0);
    }

    #[test]
    fn the_levels_lie_on_the_curve_in_the_picture_on_both_sides() {
        for facing in [Facing::Left, Facing::Right] {
            let posture = Posture { facing, ..bent() };
            let dorsal = feed(&mut Estimator::new(Box::new(Made)), 0, 1, posture).unwrap();
            assert_eq!(dorsal.facing, facing);
            for level in [dorsal.s1, dorsal.t12, dorsal.c7] {
                let near = dorsal.curve.iter().map(|point| (*point - level).length()).fold(f32::MAX, f32::min);
                assert!(near < 1.0, "{level:?} is {near} px off the curve");
            }
            let ahead = (dorsal.c7.x - dorsal.s1.x) * if facing == Facing::Right { 1.0 } else { -1.0 };
            assert!(ahead > 0.0 && dorsal.c7.y < dorsal.s1.y, "the neck is before and above the sacrum");
        }
    }

    #[test]
    fn whoever_turns_round_stands_anew() {
        let mut estimator = Estimator::new(Box::new(Made));
        feed(&mut estimator, 0, 20, Posture::default()).unwrap();
        assert!(estimator.knows_standing());
        let turned = Posture { facing: Facing::Left, ..Posture::default() };
        let seen: Vec<_> = (20..70).map(|frame| feed(&mut estimator, frame, 1, turned)).collect();
        assert_eq!(seen[0], Err(Unseen::NotSideOn), "until it is settled nothing is measured");
        let changes: Vec<bool> = seen.into_iter().flatten().map(|dorsal| dorsal.change.is_some()).collect();
        assert_eq!(changes.first(), Some(&false), "the old standing is forgotten");
        assert_eq!(changes.last(), Some(&true), "and a new one found");
    }

    #[test]
    fn whoever_was_out_of_view_for_a_while_stands_anew_and_a_pause_changes_nothing() {
        let mut estimator = Estimator::new(Box::new(Made));
        feed(&mut estimator, 0, 20, Posture::default()).unwrap();
        assert!(feed(&mut estimator, 200, 1, bent()).unwrap().change.is_some(), "no frames for 12 s is a pause");
        estimator.nobody(Timestamp::from_secs_f64(14.0));
        assert!(feed(&mut estimator, 220, 1, bent()).unwrap().change.is_some(), "away for a moment");
        estimator.nobody(Timestamp::from_secs_f64(15.0));
        assert!(feed(&mut estimator, 300, 1, bent()).unwrap().change.is_none(), "away for 5 s");
    }

    #[test]
    fn somebody_elsewhere_from_one_frame_to_the_next_is_somebody_else() {
        let mut estimator = Estimator::new(Box::new(Made));
        feed(&mut estimator, 0, 20, Posture::default()).unwrap();
        let mut elsewhere = pose(&Posture::default());
        for landmark in &mut elsewhere.landmarks {
            landmark.point.x += 200.0;
        }
        elsewhere.region.center.x += 200.0;
        let seen = estimator.estimate(Timestamp::from_secs_f64(20.0 / 15.0), &elsewhere).unwrap();
        assert_eq!(seen.unwrap().change, None);
    }

    #[test]
    fn a_back_beyond_the_edge_of_the_picture_is_cut_off() {
        let mut at_the_edge = pose(&bent());
        at_the_edge.picture_size = euclid::size2(1280.0, 470.0);
        let seen = Estimator::new(Box::new(Made)).estimate(Timestamp::default(), &at_the_edge).unwrap();
        assert_eq!(seen, Err(Unseen::CutOff));
    }

    #[test]
    fn a_person_seen_from_the_front_has_no_back_to_measure() {
        let frontal = Posture { yaw: 80.0, ..Posture::default() };
        assert_eq!(feed(&mut Estimator::new(Box::new(Made)), 0, 1, frontal), Err(Unseen::NotSideOn));
    }

    #[test]
    fn an_empty_mask_is_hidden() {
        let mut empty = pose(&Posture::default());
        empty.mask.likelihood.fill(0.0);
        let seen = Estimator::new(Box::new(Made)).estimate(Timestamp::default(), &empty).unwrap();
        assert_eq!(seen, Err(Unseen::Hidden));
    }
}
