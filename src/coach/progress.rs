//! What the coach reports for one frame: the set so far and the events of the frame.

use std::sync::Arc;
use std::time::Duration;

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, MINIMUM_BEND, StandingDoubt};
use crate::source::Timestamp;

use super::bands::{Bands, Goal, PersonalRange};
use super::bottom_stay::BottomStay;
use super::request::ChainRequest;
use super::verdict::Verdict;

/// One bend down and up again.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Repetition {
    /// When the person left standing.
    pub start: Timestamp,
    /// The middle of the time for which it was deepest ([`DeepestPosture::time`](super::deepest_posture::DeepestPosture::time)).
    pub bottom: Timestamp,
    /// When the person was upright again.
    pub end: Timestamp,
    /// The posture at the bottom.
    pub bend: Bend,
    /// How uncertain its flexions are.
    pub half_width_90: HalfWidth90,
    /// Where the bend came from; `None` if that cannot be decided.
    pub verdict: Option<Verdict>,
    /// How probable that verdict is, from 0 to 1. `None` without one, and in sessions of versions that did not keep it.
    pub verdict_probability: Option<f32>,
    /// How far the measurement can be trusted, from 0 to 1; 0 if the bottom was hidden.
    pub confidence: f32,
    /// Whether the deepest part may have been hidden: the posture is then the deepest that was seen.
    pub bottom_hidden: bool,
    /// How doubtful the standing posture makes the posture at the bottom; it is in the intervals already. `None` in
    /// sessions of versions that did not keep it.
    pub standing_doubt: Option<StandingDoubt>,
}

/// When a repetition begins the trunk already leans; this long before, the person was standing, seconds. [own]
const STOOD: f64 = 0.6;

/// A verdict less probable than this is given with "probably": four of five. [own]
const CERTAIN_ENOUGH: f32 = 0.8;

/// Why a repetition has no verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoVerdict {
    /// The bend was smaller than [`MINIMUM_BEND`].
    TooSmall,
    /// Its deepest part may have been hidden.
    BottomHidden,
    /// What it came from is left open by this half width of the 90 % interval of lumbar flexion.
    LeftOpen(Angle<f32>),
}

impl NoVerdict {
    /// The name of this reason in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::TooSmall => "too_small",
            Self::BottomHidden => "bottom_hidden",
            Self::LeftOpen(_) => "left_open",
        }
    }
}

impl Repetition {
    /// Whether the verdict is to be given with "probably".
    pub fn is_probable(&self) -> bool {
        self.verdict_probability.is_some_and(is_probable)
    }

    /// Why there is no verdict; `None` if there is one.
    pub fn no_verdict(&self) -> Option<NoVerdict> {
        let reason = if self.bottom_hidden {
            NoVerdict::BottomHidden
        } else if self.bend.total() < MINIMUM_BEND {
            NoVerdict::TooSmall
        } else {
            NoVerdict::LeftOpen(self.half_width_90.lumbar_flexion)
        };
        self.verdict.is_none().then_some(reason)
    }

    /// Returns how long the trunk went down. Where its `stay` at the bottom is not known, a pause there is not told from that.
    pub fn time_down(&self, stay: Option<BottomStay>) -> Duration {
        stay.map_or_else(|| self.bottom.since(self.start), |stay| stay.time_down())
    }

    /// Returns a time before the repetition at which the person was still standing.
    pub fn stood(&self) -> Timestamp {
        Timestamp::from_secs_f64(self.start.as_secs_f64() - STOOD)
    }
}

/// A verdict is told as no more probable than this: the law of the errors is not known that well. [own]
pub const MOST_PROBABLE: f32 = 0.99;

/// Whether a verdict of this probability is to be given with "probably".
pub fn is_probable(probability: f32) -> bool {
    probability < CERTAIN_ENOUGH
}

/// Where in a repetition the person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Upright, or not measured.
    #[default]
    Top,
    /// Going down.
    Down,
    /// At the deepest point.
    Bottom,
    /// Coming up.
    Up,
}

/// Something that happened in a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The standing posture is known from this frame on.
    StandingFound,
    /// A repetition has begun.
    RepetitionStarted,
    /// A repetition is complete.
    RepetitionFinished(Repetition),
    /// The requested full bend was made: from here on verdicts use the person's own range.
    RangeFound(PersonalRange),
    /// A request to the measurement, carried out before this frame. All consumers see it, whoever made it.
    Requested(ChainRequest),
}

/// The set so far, up to one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Where in a repetition the person is.
    pub phase: Phase,
    /// Where the current bend comes from, judged by the posture at its bottom so far; it does not flicker at the edge
    /// of a band. On the way up it is the verdict that the repetition will be recorded with. `None` at the top.
    pub verdict: Option<Verdict>,
    /// The repetitions so far, oldest first. All frames share them until one is added, however long the set is.
    pub repetitions: Arc<[Repetition]>,
    /// What happened in this frame.
    pub events: Vec<Event>,
    /// How deep a repetition should go.
    pub goal: Goal,
    /// How far the person's own low back bends, if known.
    pub range: Option<PersonalRange>,
    /// Whether the next bend is taken as the full bend that sets the range.
    pub awaits_full_bend: bool,
}

impl Progress {
    /// Returns the bands that verdicts use.
    pub fn bands(&self) -> Bands {
        self.range.map_or_else(Bands::default, Bands::from)
    }

    /// Returns the requests that were carried out before this frame, in order.
    pub fn requests(&self) -> impl Iterator<Item = ChainRequest> {
        self.events.iter().filter_map(|event| match event {
            Event::Requested(request) => Some(*request),
            _ => None,
        })
    }
}
