//! One frame on its way through the course: what comes in, what the stages see of it, what becomes of the work.

use std::time::Duration;

use crate::coach::Progress;
use crate::coach::form::Form;
use crate::geometry::limb_pose::LimbPose;
use crate::geometry::{Measurement, State};
use crate::source::Timestamp;

use super::guidance::Line;

/// What the course is told of one frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameInput<'a> {
    /// When the frame was taken.
    pub time: Timestamp,
    /// What was measured.
    pub measurement: &'a Measurement,
    /// The repetitions so far.
    pub progress: &'a Progress,
    /// Head, arms and legs, while somebody is seen.
    pub limbs: Option<&'a LimbPose>,
    /// The repetition that has just been finished.
    pub form: Option<&'a Form>,
    /// Whether the picture is too dark to see anybody.
    pub dark: bool,
}

/// What keeps the person from being measured, if anything does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ViewState {
    Clear,
    Dark,
    Blocked(State),
}

impl ViewState {
    pub fn of(glimpse: &FrameInput) -> Self {
        match glimpse.measurement.state {
            State::Measured | State::Calibrating => Self::Clear,
            State::Nobody if glimpse.dark => Self::Dark,
            state => Self::Blocked(state),
        }
    }

    pub fn empty(self) -> bool {
        matches!(self, Self::Dark | Self::Blocked(State::Nobody))
    }

    /// The sentence for what is in the way; `None` if nothing is.
    pub fn line(self) -> Option<Line> {
        match self {
            Self::Clear => None,
            Self::Dark => Some(Line::TooDark),
            Self::Blocked(state) => Some(Line::Obstacle(state)),
        }
    }
}

/// One frame as the stages see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepContext<'a> {
    pub glimpse: &'a FrameInput<'a>,
    /// The course's own clock.
    pub now: Duration,
    /// What is in the way, without flicker.
    pub view: ViewState,
    /// Whether it has just gone out of the way.
    pub cleared: bool,
    /// Whether the person shows the side that the mobility screen does not want now.
    pub wrong_side: bool,
    /// For how long the feet have stayed where they are.
    pub stands: Duration,
    /// Whether somebody else than the guided session, by a key, has just asked for a full bend or taken that back.
    pub full_bend: Option<bool>,
}

/// What became of the work in one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkOutcome {
    GoesOn,
    Done,
    /// The zero of the angles is no longer true.
    Shifted,
}
