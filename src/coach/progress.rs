//! What the coach says of one frame: the set so far and what has just happened in it.

use std::sync::Arc;

use crate::geometry::{Bend, HalfWidth90};
use crate::source::Timestamp;

use super::bands::{Bands, Goal, PersonalRange};
use super::request::ChainRequest;
use super::verdict::Verdict;

/// One bend down and up again.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Repetition {
    /// When the person left standing.
    pub start: Timestamp,
    /// When the bend was deepest.
    pub bottom: Timestamp,
    /// When the person was upright again.
    pub end: Timestamp,
    /// The posture at the bottom.
    pub bend: Bend,
    /// How uncertain its flexions are.
    pub half_width_90: HalfWidth90,
    /// Where the bend came from; `None` when it cannot be told.
    pub verdict: Option<Verdict>,
    /// How far the measurement can be trusted, 0 to 1.
    pub confidence: f32,
}

/// A repetition begins when the trunk leans already; so long before it the person stood. [own]
const STOOD: f64 = 0.6;

impl Repetition {
    /// A moment at which the person still stood before it.
    pub fn stood(&self) -> Timestamp {
        Timestamp::from_secs_f64(self.start.as_secs_f64() - STOOD)
    }
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

/// What happened in this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The standing posture is known from here on.
    StandingFound,
    /// A repetition has begun.
    RepetitionStarted,
    /// A repetition is complete.
    RepetitionFinished(Repetition),
    /// The full bend that was asked for was made: from here on verdicts go by the person's own range.
    RangeFound(PersonalRange),
    /// A request to the measurement, carried out before this frame. Everybody sees it, whoever made it.
    Requested(ChainRequest),
}

/// The set so far, as of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Where in a repetition the person is.
    pub phase: Phase,
    /// Where the bend that is going on comes from, by the posture at its bottom so far; it does not flicker at the edge
    /// of a band. On the way up it is what the repetition will be recorded with. At the top, `None`.
    pub verdict: Option<Verdict>,
    /// The repetitions so far, oldest first: shared by all frames until there is one more, however long the set.
    pub repetitions: Arc<[Repetition]>,
    /// What happened in this frame.
    pub events: Vec<Event>,
    /// How deep a repetition should go.
    pub goal: Goal,
    /// How far the person's own low back bends, where that is known.
    pub range: Option<PersonalRange>,
    /// Whether the next bend is taken for the full one that makes the range.
    pub awaits_full_bend: bool,
}

impl Progress {
    /// The bands that verdicts go by.
    pub fn bands(&self) -> Bands {
        self.range.map_or_else(Bands::default, Bands::from)
    }

    /// The requests that were carried out before this frame, in order.
    pub fn requests(&self) -> impl Iterator<Item = ChainRequest> {
        self.events.iter().filter_map(|event| match event {
            Event::Requested(request) => Some(*request),
            _ => None,
        })
    }
}
