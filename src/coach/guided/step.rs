//! One frame of a guided session: its input, the context for the stages, the outcome of the work.

use std::time::Duration;

use crate::coach::Progress;
use crate::coach::form::Form;
use crate::geometry::limb_pose::LimbPose;
use crate::geometry::{Measurement, State};
use crate::source::Timestamp;

use super::guidance::Line;

/// Obstacles are only told of once the person has stood for this long: not while walking. [own]
const STAYS: Duration = Duration::from_secs(1);

/// The input of a guided session for one frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameInput<'a> {
    /// When the frame was taken.
    pub time: Timestamp,
    /// What was measured.
    pub measurement: &'a Measurement,
    /// The set so far.
    pub progress: &'a Progress,
    /// Head, arms and legs, if somebody is seen.
    pub limbs: Option<&'a LimbPose>,
    /// The repetition that was just finished.
    pub form: Option<&'a Form>,
    /// Whether the picture is too dark to see anybody.
    pub dark: bool,
}

/// What prevents the measurement, if anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ViewState {
    Clear,
    Dark,
    Blocked(State),
}

impl ViewState {
    pub fn of(input: &FrameInput) -> Self {
        match input.measurement.state {
            State::Measured | State::Calibrating => Self::Clear,
            State::Nobody if input.dark => Self::Dark,
            state => Self::Blocked(state),
        }
    }

    pub fn empty(self) -> bool {
        matches!(self, Self::Dark | Self::Blocked(State::Nobody))
    }

    /// Returns the line for the obstacle; `None` if there is none.
    pub fn line(self) -> Option<Line> {
        match self {
            Self::Clear => None,
            Self::Dark => Some(Line::TooDark),
            Self::Blocked(state) => Some(Line::Obstacle(state)),
        }
    }
}

/// One frame with the context that the stages need.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepContext<'a> {
    pub input: &'a FrameInput<'a>,
    /// The session's own clock.
    pub now: Duration,
    /// What prevents the measurement, debounced.
    pub view: ViewState,
    /// Whether the obstacle has just disappeared.
    pub cleared: bool,
    /// Whether the person shows the side that the mobility screen does not want now.
    pub wrong_side: bool,
    /// How long the feet have stayed in place.
    pub stands: Duration,
    /// Whether somebody other than the guided session, by a key, has just requested a full bend or cancelled it.
    pub full_bend: Option<bool>,
}

impl StepContext<'_> {
    /// Returns the line for the obstacle while bends are awaited. Nobody who walks out is told: the session will soon wait for them.
    pub fn obstacle(&self) -> Option<Line> {
        self.view.line().filter(|_| !self.view.empty() && self.stands >= STAYS)
    }
}

/// The outcome of the work in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkOutcome {
    GoesOn,
    Done,
    /// The baseline of the angles is out of date.
    Shifted,
}
