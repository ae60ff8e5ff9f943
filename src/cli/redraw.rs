//! Decides when a window must be redrawn: during a pause there is no need to draw thirty times a second.

use std::time::{Duration, Instant};

/// How long an unchanged picture may stay before it is presented again, which repairs parts that another window
/// covered.
const FRESHEN: Duration = Duration::from_millis(500);

/// What to do for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// Draw and present the picture.
    Anew,
    /// Present the drawn picture again.
    Again,
    /// Nothing.
    Not,
}

/// Tracks what the window shows.
#[derive(Clone, Debug)]
pub(super) struct Repaint<T> {
    shown: Option<(T, Instant)>,
}

impl<T> Default for Repaint<T> {
    fn default() -> Self {
        Self { shown: None }
    }
}

impl<T: PartialEq> Repaint<T> {
    /// What to do to show `wanted`, which represents everything that the picture depends on.
    pub(super) fn needed(&mut self, wanted: T, now: Instant) -> Paint {
        let paint = match &self.shown {
            Some((shown, _)) if *shown != wanted => Paint::Anew,
            Some((_, painted)) if now.duration_since(*painted) < FRESHEN => return Paint::Not,
            Some(_) => Paint::Again,
            None => Paint::Anew,
        };
        self.shown = Some((wanted, now));
        paint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_picture_is_not_redrawn() {
        let (start, mut repaint) = (Instant::now(), Repaint::default());
        let mut at = |wanted, milliseconds| repaint.needed(wanted, start + Duration::from_millis(milliseconds));
        assert_eq!(at("a", 0), Paint::Anew);
        assert_eq!(at("a", 33), Paint::Not);
        assert_eq!(at("a", 480), Paint::Not);
        assert_eq!(at("a", 510), Paint::Again);
        assert_eq!(at("a", 990), Paint::Not);
        assert_eq!(at("b", 1000), Paint::Anew);
        assert_eq!(at("b", 1033), Paint::Not);
    }
}
