//! What to do at this moment of a bend: the sentence beside the verdict, which never speaks of another bend than the verdict does.

use crate::geometry::Bend;

use super::{Phase, Progress, Verdict};

/// What to do at this moment of a bend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveCue {
    /// Go on down, from the hips.
    Down,
    /// The low back has joined in.
    BackJoinedIn,
    /// As deep as it should be.
    DeepEnough,
    /// Stand up.
    Up,
    /// In the mobility screen: go on down, as far as the low back stays long.
    ScreenDown,
    /// In the mobility screen: the low back has joined in, which is as far as the bend goes.
    ScreenFarEnough,
}

impl LiveCue {
    /// The cue for a bend that has come this far, if it is measured. `None` between two bends, and in one that is to become the
    /// person's own full bend: it has its own sentence.
    pub fn of(progress: &Progress, bend: Option<&Bend>) -> Option<Self> {
        let deep = bend.is_some_and(|bend| bend.hip_flexion >= progress.goal.least);
        match (progress.phase, progress.verdict) {
            (Phase::Top, _) => None,
            (Phase::Up, _) => Some(Self::Up),
            _ if progress.awaits_full_bend => None,
            (_, Some(Verdict::Back)) => Some(Self::BackJoinedIn),
            _ if deep => Some(Self::DeepEnough),
            _ => Some(Self::Down),
        }
    }

    /// The same in the mobility screen, which asks for another bend: as far as the low back stays long, with the knees as they were
    /// asked for, and no further.
    pub fn in_screen(self) -> Self {
        match self {
            Self::Down | Self::DeepEnough => Self::ScreenDown,
            Self::BackJoinedIn => Self::ScreenFarEnough,
            Self::Up | Self::ScreenDown | Self::ScreenFarEnough => self,
        }
    }
}
