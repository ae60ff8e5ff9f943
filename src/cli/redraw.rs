//! Decides when a window must be redrawn: during a pause there is no need to draw thirty times a second.

use std::time::{Duration, Instant};

/// How long an unchanged picture may stay before it is presented again, which repairs parts that another window
/// covered.
const FRESHEN: Duration = Duration::from_millis(500);

/// What to do for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redraw {
    /// Draw and present the picture.
    Draw,
    /// Present the drawn picture again.
    Present,
    /// Nothing.
    Skip,
}

/// Tracks what the window shows.
#[derive(Clone, Debug)]
pub(super) struct RedrawTracker<T> {
    shown: Option<(T, Instant)>,
}

impl<T> Default for RedrawTracker<T> {
    fn default() -> Self {
        Self { shown: None }
    }
}

impl<T: PartialEq> RedrawTracker<T> {
    /// What to do to show `wanted`, which represents everything that the picture depends on.
    pub(super) fn action(&mut self, wanted: T, now: Instant) -> Redraw {
        let action = match &self.shown {
            Some((shown, _)) if *shown != wanted => Redraw::Draw,
            Some((_, painted)) if now.duration_since(*painted) < FRESHEN => return Redraw::Skip,
            Some(_) => Redraw::Present,
            None => Redraw::Draw,
        };
        self.shown = Some((wanted, now));
        action
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_picture_is_not_redrawn() {
        let (start, mut repaint) = (Instant::now(), RedrawTracker::default());
        let mut at = |wanted, milliseconds| repaint.action(wanted, start + Duration::from_millis(milliseconds));
        assert_eq!(at("a", 0), Redraw::Draw);
        assert_eq!(at("a", 33), Redraw::Skip);
        assert_eq!(at("a", 480), Redraw::Skip);
        assert_eq!(at("a", 510), Redraw::Present);
        assert_eq!(at("a", 990), Redraw::Skip);
        assert_eq!(at("b", 1000), Redraw::Draw);
        assert_eq!(at("b", 1033), Redraw::Skip);
    }
}
