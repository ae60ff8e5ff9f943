//! Small pictures of the best and the worst repetition of a round, to be replayed side by side.
//!
//! At most three repetitions are held at a time, each a few seconds of a crop around the person: about 60 MB at most.

use std::sync::Arc;
use std::time::Duration;

use euclid::{Box2D, Point2D, Transform2D};
use image::RgbImage;

use crate::coach::{Event, Phase, Repetition};
use crate::pipeline::Observation;
use crate::pose::{Camera, Region};
use crate::source::Timestamp;
use crate::source::pixels::scaled_part;

/// Pictures per second: at half speed still enough to see how the bend begins.
const PICTURES_A_SECOND: f64 = 15.0;

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
}

#[derive(Debug)]
struct ReplayRecording {
    start: Timestamp,
    cut: Box2D<f32, Camera>,
    stills: Vec<ReplayPicture>,
}

impl Replays {
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

    /// Processes one frame.
    pub fn observe(&mut self, observation: &Observation) {
        let progress = &observation.progress;
        for event in &progress.events {
            if let Event::RepetitionFinished(repetition) = event {
                self.keep(repetition);
            }
        }
        match (progress.phase, &observation.pose_result.pose) {
            (Phase::Top, _) => self.current = None,
            (_, Some(pose)) => {
                let start = observation.frame.time;
                let begin = || ReplayRecording { start, cut: cut(&pose.region), stills: Vec::new() };
                self.current.get_or_insert_with(begin).take(observation);
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
    fn take(&mut self, observation: &Observation) {
        let after = observation.frame.time.since(self.start);
        let due = self.stills.len() as f64 / PICTURES_A_SECOND;
        if after > LONGEST || after.as_secs_f64() + 1e-3 < due {
            return;
        }
        let small_from_camera = small_from_camera(self.cut);
        let curve = observation.back.iter().flat_map(|back| &back.curve);
        let curve = curve.map(|point| small_from_camera.transform_point(*point)).collect();
        self.stills.push(ReplayPicture { after, picture: cut_out(&observation.frame.picture, self.cut), curve });
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
        let length = self.stills.last()?.after.as_secs_f64() + 1.0; // its last picture stays for a second
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
