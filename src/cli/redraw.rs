//! When a window needs a new picture, and when it can be left as it is: while the person has paused there is nothing to
//! draw thirty times a second.

use std::time::{Duration, Instant};

/// How long the same picture may stay before it is put on the glass again: what another window covered is whole again
/// then.
const FRESHEN: Duration = Duration::from_millis(500);

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// Draw the picture and put it on the glass.
    Anew,
    /// Put the picture that is drawn on the glass again.
    Again,
    /// Nothing.
    Not,
}

/// What the picture on the glass shows.
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
    /// What to do to show `wanted`, which stands for all that the picture depends on.
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
    fn what_does_not_change_is_not_drawn_again() {
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
