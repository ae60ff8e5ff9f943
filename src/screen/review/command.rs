//! What can be done in a review: by which key, with which button, and what it is for.

use super::axis::TimeAxis;
use super::timeline::Timeline;
use crate::i18n::Words;
use crate::review::playback::{Move, Playback, SPEEDS};
use crate::screen::widget::button::ButtonFace;

/// A command by key or mouse in a review.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReviewCommand {
    /// Moves in the session.
    Move(Move),
    /// G: shows or hides the ghost of the standing posture.
    Ghost,
    /// B: compares the best repetition with the worst, or stops.
    Best,
    /// /: compares this repetition with one of any session, or stops.
    Compare,
    /// N: adds a note at this time.
    Note,
    /// S: saves a still.
    Still,
    /// E: saves this repetition as a video.
    Export,
    /// M: mirrors the picture, or stops.
    Mirror,
    /// Z: shows the whole picture, or the person alone.
    Whole,
    /// F: switches full screen.
    FullScreen,
    /// H: shows or hides the keys.
    Help,
    /// O: opens another session.
    Sessions,
    /// T: shows the trend of this drill.
    Trend,
    /// A: shows or folds away the standing before the first bend.
    Fold,
    /// + and −: shows less of the time axis, or more if negative.
    Zoom(i8),
    /// 0: shows the whole time axis.
    ZoomReset,
    /// Page up and down: a page of a list.
    Page(isize),
    /// Home and End: the first and the last.
    Edge(bool),
    /// Enter: confirms the typed text, or takes what is marked.
    Enter,
    /// Backspace: deletes the last letter.
    Erase,
    /// Esc, or the window was closed.
    Leave,
}

/// What the buttons of a review depend on.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommandContext<'a> {
    pub words: &'a Words,
    pub timeline: &'a Timeline,
    pub playback: &'a Playback,
    pub axis: &'a TimeAxis,
    /// Whether two repetitions are shown.
    pub is_pair: bool,
    /// Whether the ghost of the standing posture is shown.
    pub has_ghost: bool,
    /// Whether there are other sessions to go to.
    pub has_others: bool,
}

/// The buttons at the top.
pub const HEAD: [ReviewCommand; 4] =
    [ReviewCommand::Sessions, ReviewCommand::Trend, ReviewCommand::Help, ReviewCommand::Leave];

/// The buttons of the bar.
pub const BAR: [ReviewCommand; 14] = [
    ReviewCommand::Move(Move::Repetitions(-1)),
    ReviewCommand::Move(Move::Frames(-1)),
    ReviewCommand::Move(Move::Toggle),
    ReviewCommand::Move(Move::Frames(1)),
    ReviewCommand::Move(Move::Repetitions(1)),
    ReviewCommand::Move(Move::Slower),
    ReviewCommand::Move(Move::Faster),
    ReviewCommand::Move(Move::Loop),
    ReviewCommand::Ghost,
    ReviewCommand::Best,
    ReviewCommand::Compare,
    ReviewCommand::Zoom(-1),
    ReviewCommand::Zoom(1),
    ReviewCommand::ZoomReset,
];

impl ReviewCommand {
    /// The key that stands on its button.
    pub fn key(self, words: &Words) -> &str {
        match self {
            Self::Move(Move::Repetitions(by)) => {
                if by < 0 {
                    "↑"
                } else {
                    "↓"
                }
            }
            Self::Move(Move::Frames(by)) => {
                if by < 0 {
                    "←"
                } else {
                    "→"
                }
            }
            Self::Move(Move::Toggle) => &words.review.space_bar,
            Self::Move(Move::Slower) => ",",
            Self::Move(Move::Faster) => ".",
            Self::Move(Move::Loop) => "L",
            Self::Ghost => "G",
            Self::Best => "B",
            Self::Compare => "/",
            Self::Sessions => "O",
            Self::Trend => "T",
            Self::Help => "H",
            Self::Fold => "A",
            Self::Zoom(by) => {
                if by < 0 {
                    "−"
                } else {
                    "+"
                }
            }
            Self::ZoomReset => "0",
            Self::Leave => "Esc",
            _ => "",
        }
    }

    /// What it is for.
    pub fn does(self, words: &Words) -> &str {
        let review = &words.review;
        match self {
            Self::Move(Move::Repetitions(_)) => &review.repetitions,
            Self::Move(Move::Frames(_)) => &review.frames,
            Self::Move(Move::Toggle) => &review.space,
            Self::Move(Move::Slower | Move::Faster) => &review.speed,
            Self::Move(Move::Loop) => &review.l,
            Self::Ghost => &review.g,
            Self::Best => &review.b,
            Self::Compare => &review.slash,
            Self::Sessions => &review.o,
            Self::Trend => &review.t,
            Self::Help => &review.hint,
            Self::Fold => &review.a,
            Self::Zoom(_) => &review.zoom,
            Self::ZoomReset => &review.zoom_reset,
            Self::Leave => &review.esc,
            _ => "",
        }
    }

    /// What its button shows.
    pub(super) fn face<'a>(self, review: &CommandContext<'a>) -> ButtonFace<'a> {
        let words = &review.words.review;
        let speed = SPEEDS.iter().position(|speed| *speed == review.playback.speed()).unwrap_or_default();
        let beside = |by: isize| speed.checked_add_signed(by).and_then(|at| SPEEDS.get(at));
        let named = |by| ButtonFace::Speed(speed_name(beside(by).copied().unwrap_or(SPEEDS[speed])));
        match self {
            Self::Move(Move::Repetitions(by)) => ButtonFace::Jump(by > 0),
            Self::Move(Move::Frames(by)) => ButtonFace::Step(by > 0),
            Self::Move(Move::Toggle) if review.playback.plays() => ButtonFace::Pause,
            Self::Move(Move::Slower) => named(-1),
            Self::Move(Move::Faster) => named(1),
            Self::Move(Move::Loop) => ButtonFace::Loop,
            Self::Ghost => ButtonFace::Word(&words.ghost),
            Self::Best => ButtonFace::Best,
            Self::Compare => ButtonFace::Compare,
            Self::Zoom(by) => ButtonFace::Zoom(by > 0),
            Self::ZoomReset => ButtonFace::All,
            Self::Sessions => ButtonFace::Word(&words.sessions),
            Self::Trend => ButtonFace::Word(&words.trend),
            Self::Help => ButtonFace::Word(&words.keys),
            Self::Leave => ButtonFace::Word(&words.close),
            _ => ButtonFace::Play,
        }
    }

    /// Whether what it does holds at present.
    pub(super) fn is_on(self, review: &CommandContext<'_>) -> bool {
        match self {
            Self::Move(Move::Loop) => review.playback.loops() && !review.is_pair,
            Self::Ghost => review.has_ghost && !review.is_pair,
            _ => false,
        }
    }

    /// Whether it does anything at present.
    pub(super) fn is_possible(self, review: &CommandContext<'_>) -> bool {
        let (playback, single) = (review.playback, !review.is_pair);
        let has_repetitions = !review.timeline.signs.is_empty();
        match self {
            Self::Move(Move::Repetitions(_) | Move::Loop) => has_repetitions && single,
            Self::Move(Move::Slower) => playback.speed() > SPEEDS[0],
            Self::Move(Move::Faster) => playback.speed() < SPEEDS[SPEEDS.len() - 1],
            Self::Ghost => has_repetitions && single,
            Self::Best | Self::Compare => has_repetitions || !single,
            Self::Zoom(by) => single && (by > 0 || review.axis.is_zoomed()),
            Self::ZoomReset => single && review.axis.is_zoomed(),
            Self::Sessions | Self::Trend => review.has_others,
            _ => true,
        }
    }
}

/// A playback speed as it is written.
pub(super) fn speed_name(speed: f64) -> &'static str {
    match speed {
        speed if speed < 0.3 => "¼×",
        speed if speed < 0.6 => "½×",
        speed if speed > 1.5 => "2×",
        _ => "1×",
    }
}
