//! Small pictures of the best and the worst repetition of a round, to be replayed side by side.
//!
//! At most three repetitions are held at a time, each of at most [`MOST_PICTURES`] crops around the person: 60 MB.

use std::sync::Arc;
use std::time::Duration;

use euclid::{Box2D, Point2D, Transform2D};
use image::RgbImage;

use crate::coach::guided::Stage;
use crate::coach::{Event, Phase, Repetition};
use crate::pipeline::Observation;
use crate::pose::{Camera, Region};
use crate::source::Timestamp;
use crate::source::pixels::scaled_part;

/// Pictures per second: at half speed still enough to see how the bend begins. A repetition that fills its
/// [`MOST_PICTURES`] goes on with half as many, which is enough of one so slow.
const PICTURES_A_SECOND: f64 = 15.0;

/// Pictures of one repetition, 249 kB each: 20 MB, and 5.3 s at [`PICTURES_A_SECOND`].
const MOST_PICTURES: usize = 80;

/// A longer repetition is replayed without its end.
const LONGEST: Duration = Duration::from_secs(12);

/// Side of a picture, pixels.
const SIDE: u32 = 288;

/// The crop is this much larger than the region in which the person was seen upright: a bend reaches forward.
const ROOM: f32 = 1.15;

/// Playback speed of a replay.
const SPEED: f64 = 0.5;

/// The space of a small picture: coordinates are 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Small {}

/// One picture of a replay.
#[derive(Clone, Debug)]
pub struct ReplayPicture {
    /// Time since the start of the repetition.
    pub after: Duration,
    /// The person and their surroundings.
    pub picture: RgbImage,
    /// The outline of the back; empty if it was not seen.
    pub curve: Vec<Point2D<f32, Small>>,
}

/// A repetition that can be replayed.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The measured repetition.
    pub repetition: Repetition,
    stills: Vec<ReplayPicture>,
}

/// Keeps the current repetition, and the best and the worst of the round.
#[derive(Debug, Default)]
pub struct Replays {
    current: Option<ReplayRecording>,
    best: Option<Arc<Replay>>,
    worst: Option<Arc<Replay>>,
    /// Whether the last frame was one of a set.
    in_set: bool,
}

#[derive(Debug)]
struct ReplayRecording {
    start: Timestamp,
    cut: Box2D<f32, Camera>,
    /// Seconds from one picture to the next.
    interval: f64,
    stills: Vec<ReplayPicture>,
}

impl Replays {
    /// Processes one frame at this stage of a guided session. Whoever walks out of a round and comes back goes on with it, so what is kept of
    /// it stays; a bend on the way belongs to none, nor does one that is finished in a pause or while the set is looked at.
    pub fn follow(&mut self, stage: &Stage, paused: bool, observation: &Observation) {
        let was_in_set = std::mem::replace(&mut self.in_set, matches!(stage, Stage::Work { .. }));
        match stage {
            Stage::Work { .. } => self.follow_bend(observation, !paused),
            // The bend that ends a set is finished in the frame in which the look at it begins.
            Stage::Review(_) if was_in_set => self.follow_bend(observation, !paused),
            Stage::Review(_) | Stage::Arrive | Stage::StandTall { .. } => self.current = None,
            _ => self.clear(),
        }
    }

    /// Discards everything for a new round.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns the repetition with the smallest lumbar share, and the one with the largest if there are two.
    pub fn pair(&self) -> [Option<Arc<Replay>>; 2] {
        let same = |one: &Arc<Replay>, other: &Arc<Replay>| Arc::ptr_eq(one, other);
        let worst = self.worst.as_ref().filter(|worst| self.best.as_ref().is_some_and(|best| !same(best, worst)));
        [self.best.clone(), worst.cloned()]
    }

    /// Processes one frame of a set.
    pub fn observe(&mut self, observation: &Observation) {
        self.follow_bend(observation, true);
    }

    /// Processes one frame; a repetition that is finished in it is kept if it `counts`.
    fn follow_bend(&mut self, observation: &Observation, counts: bool) {
        let progress = &observation.progress;
        for event in &progress.events {
            if let (Event::RepetitionFinished(repetition), true) = (event, counts) {
                self.keep(repetition);
            }
        }
        match (progress.phase, &observation.pose_result.pose) {
            (Phase::Top, _) => self.current = None,
            (_, Some(pose)) => {
                let start = observation.frame.time;
                self.current.get_or_insert_with(|| ReplayRecording::new(start, cut(&pose.region))).take(observation);
            }
            (_, None) => {}
        }
    }

    fn keep(&mut self, repetition: &Repetition) {
        let Some(recording) = self.current.take() else { return };
        let Some(share) = repetition.verdict.and(repetition.bend.lumbar_share()) else { return };
        let replay = Arc::new(Replay { repetition: *repetition, stills: recording.stills });
        let other = |kept: &Option<Arc<Replay>>| kept.as_ref().and_then(|kept| kept.repetition.bend.lumbar_share());
        if other(&self.worst).is_none_or(|worst| share > worst) {
            self.worst = Some(Arc::clone(&replay));
        }
        if other(&self.best).is_none_or(|best| share < best) {
            self.best = Some(replay);
        }
    }
}

impl ReplayRecording {
    fn new(start: Timestamp, cut: Box2D<f32, Camera>) -> Self {
        Self { start, cut, interval: 1.0 / PICTURES_A_SECOND, stills: Vec::new() }
    }

    fn take(&mut self, observation: &Observation) {
        let after = observation.frame.time.since(self.start);
        if !self.is_due(after) {
            return;
        }
        let small_from_camera = small_from_camera(self.cut);
        let curve = observation.back.iter().flat_map(|back| &back.curve);
        let curve = curve.map(|point| small_from_camera.transform_point(*point)).collect();
        self.add(ReplayPicture { after, picture: cut_out(&observation.frame.picture, self.cut), curve });
    }

    fn is_due(&self, after: Duration) -> bool {
        after <= LONGEST && after.as_secs_f64() + 1e-3 >= self.stills.len() as f64 * self.interval
    }

    /// Adds a picture; of a full recording every second one goes first.
    fn add(&mut self, still: ReplayPicture) {
        if self.stills.len() == MOST_PICTURES {
            let mut number = 0;
            self.stills.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.interval *= 2.0;
        }
        self.stills.push(still);
    }
}

impl Replay {
    /// Returns the picture at its lowest point.
    pub fn lowest(&self) -> Option<&ReplayPicture> {
        let bottom = self.repetition.bottom.since(self.repetition.start).as_secs_f64();
        let off = |still: &ReplayPicture| (still.after.as_secs_f64() - bottom).abs();
        self.stills.iter().filter(|still| !still.curve.is_empty()).min_by(|one, other| off(one).total_cmp(&off(other)))
    }

    /// Returns the picture to show `time` after the replay began; it loops at half speed.
    pub fn still(&self, time: Duration) -> Option<&ReplayPicture> {
        let length = self.stills.last()?.after.as_secs_f64() + 1.0; // its last picture stays for two seconds, at half speed
        let after = (time.as_secs_f64() * SPEED) % length;
        self.stills.iter().rfind(|still| still.after.as_secs_f64() <= after).or_else(|| self.stills.first())
    }
}

fn cut(region: &Region) -> Box2D<f32, Camera> {
    let half = region.size * ROOM / 2.0;
    Box2D::from_points([region.center - euclid::vec2(half, half), region.center + euclid::vec2(half, half)])
}

fn small_from_camera(cut: Box2D<f32, Camera>) -> Transform2D<f32, Camera, Small> {
    Transform2D::translation(-cut.min.x, -cut.min.y).then_scale(1.0 / cut.width(), 1.0 / cut.height())
}

/// Crops the picture to the box, at the small size; parts beyond the picture stay black.
fn cut_out(picture: &RgbImage, cut: Box2D<f32, Camera>) -> RgbImage {
    let whole = Box2D::from_size(euclid::size2(picture.width() as f32, picture.height() as f32));
    let mut small = RgbImage::new(SIDE, SIDE);
    let Some(inside) = cut.intersection(&whole) else { return small };
    let scale = SIDE as f32 / cut.width();
    let size = |length: f32| ((length * scale) as u32).clamp(1, SIDE);
    let seen = scaled_part(picture, inside, (size(inside.width()), size(inside.height())));
    let corner = ((inside.min - cut.min) * scale).to_i64();
    image::imageops::replace(&mut small, &seen, corner.x, corner.y);
    small
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use euclid::Angle;

    use super::*;
    use crate::coach::guided::RoundSummary;
    use crate::coach::{Progress, Verdict};
    use crate::geometry::{Bend, Measurement};
    use crate::pipeline::StageTimes;
    use crate::pose::PoseResult;
    use crate::source::Frame;

    /// A frame in which nobody is seen.
    fn empty() -> Observation {
        let (picture, time) = (Arc::new(RgbImage::new(1, 1)), Timestamp::default());
        Observation {
            frame: Frame { picture, time, captured_at: Instant::now(), number: 0 },
            pose_result: Arc::new(PoseResult { pose: None, people: 0 }),
            back: None,
            limbs: None,
            form: None,
            measurement: Measurement::default(),
            progress: Progress::default(),
            times: StageTimes::default(),
        }
    }

    #[test]
    fn whoever_walks_out_of_a_set_and_comes_back_sees_its_first_bends_again() {
        let replay = || Some(Arc::new(Replay { repetition: Repetition::default(), stills: Vec::new() }));
        let half_done = || Replays { current: Some(recorded(1)), best: replay(), worst: replay(), in_set: true };
        let standing = Stage::StandTall { count: None, still: 0.0, teaches: false };
        for (stage, kept) in [
            (Stage::Arrive, true),
            (standing, true),
            (Stage::Work { done: 3, of: 8 }, true),
            (Stage::Rest { left: 20, of: 20 }, false),
            (Stage::Lesson { part: 0.0 }, false),
            (Stage::Probe { done: 0, of: 3 }, false),
            (Stage::FullBend, false),
        ] {
            let mut replays = half_done();
            replays.follow(&stage, false, &empty());
            let pair = replays.pair().each_ref().map(Option::is_some);
            assert_eq!((pair, replays.current.is_some()), ([kept; 2], false), "{stage:?}");
        }
    }

    /// A frame in which a bend is finished.
    fn finished() -> Observation {
        let bend = Bend { hip_flexion: Angle::degrees(60.0), lumbar_flexion: Angle::degrees(5.0), ..Bend::default() };
        let repetition = Repetition { bend, verdict: Some(Verdict::Hips), ..Repetition::default() };
        let progress = Progress { events: vec![Event::RepetitionFinished(repetition)], ..Progress::default() };
        Observation { progress, ..empty() }
    }

    #[test]
    fn a_bend_in_a_pause_or_while_the_set_is_looked_at_is_no_replay_and_the_one_that_ends_it_is() {
        let work = || Stage::Work { done: 3, of: 8 };
        let review = || Stage::Review(RoundSummary::default());
        for (in_set, stage, paused, kept) in [
            (true, work(), false, true),
            (true, work(), true, false),
            (true, review(), false, true),
            (false, review(), false, false),
            (true, Stage::Arrive, false, false),
        ] {
            let mut replays = Replays { current: Some(recorded(1)), in_set, ..Replays::default() };
            replays.follow(&stage, paused, &finished());
            assert_eq!(replays.pair()[0].is_some(), kept, "{in_set}, {stage:?}, {paused}");
            assert!(replays.current.is_none(), "{stage:?}");
        }
    }

    /// What is recorded of a repetition of so many seconds, seen 30 times a second.
    fn recorded(seconds: u32) -> ReplayRecording {
        let mut recording = ReplayRecording::new(Timestamp::default(), Box2D::zero());
        for frame in 0..seconds * 30 {
            let after = Duration::from_secs_f64(f64::from(frame) / 30.0);
            if recording.is_due(after) {
                recording.add(ReplayPicture { after, picture: RgbImage::new(1, 1), curve: Vec::new() });
            }
        }
        recording
    }

    #[test]
    fn a_bend_of_five_seconds_has_fifteen_pictures_a_second() {
        assert_eq!(recorded(5).stills.len(), 75);
    }

    #[test]
    fn a_slow_bend_is_replayed_whole_with_fewer_pictures() {
        for seconds in [6, 11, 12, 40] {
            let recording = recorded(seconds);
            assert!(recording.stills.len() <= MOST_PICTURES, "{seconds} s: {}", recording.stills.len());
            let times: Vec<f64> = recording.stills.iter().map(|still| still.after.as_secs_f64()).collect();
            let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
            assert!(gaps.clone().all(|gap| (gap - recording.interval).abs() < 0.04), "{seconds} s: {times:?}");
            assert!(
                times.last().unwrap() + recording.interval >= f64::from(seconds.min(12)) - 0.04,
                "{seconds} s: {times:?}"
            );
        }
    }
}
