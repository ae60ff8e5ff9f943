//! What the bends mean: repetitions, and for each the verdict "from the hips" or "from the back".
//!
//! Pure: no clock, no pixel, no file.

use crate::geometry::{Bend, Measurement};
use crate::source::Timestamp;

/// Where a bend mostly came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Mostly from the hips.
    Hips,
    /// From both.
    Mixed,
    /// Mostly from the low back.
    Back,
}

impl Verdict {
    /// The word that stands for this verdict in files; `none` stands for no verdict.
    pub fn word(verdict: Option<Self>) -> &'static str {
        match verdict {
            Some(Self::Hips) => "hips",
            Some(Self::Mixed) => "mixed",
            Some(Self::Back) => "back",
            None => "none",
        }
    }
}

/// One bend down and up again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repetition {
    /// When the person left standing.
    pub start: Timestamp,
    /// When the bend was deepest.
    pub bottom: Timestamp,
    /// When the person was upright again.
    pub end: Timestamp,
    /// The posture at the bottom.
    pub bend: Bend,
    /// Where the bend came from; `None` when it cannot be told.
    pub verdict: Option<Verdict>,
    /// How far the measurement can be trusted, 0 to 1.
    pub confidence: f32,
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
}

/// The set so far, as of one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Where in a repetition the person is.
    pub phase: Phase,
    /// Where the bend that is going on comes from; at the top, `None`.
    pub verdict: Option<Verdict>,
    /// The repetitions so far, oldest first.
    pub repetitions: Vec<Repetition>,
    /// What happened in this frame.
    pub events: Vec<Event>,
}

/// Follows one set.
#[derive(Debug, Default)]
pub struct Coach {}

impl Coach {
    /// Takes one frame's measurement and says where the set stands.
    pub fn observe(&mut self, _time: Timestamp, _measurement: &Measurement) -> Progress {
        Progress::default()
    }
}
