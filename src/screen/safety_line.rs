//! How the safety line goes: while nobody bends, and slowly enough for the picture to take its room without a jump.

use std::time::Duration;

use crate::screen::theme::SAFETY_TIME;

/// The picture takes the room in this time. [own]: a movement that is seen to be one, and over before the next bend.
const GLIDE: Duration = Duration::from_millis(700);

/// The safety line of one session.
#[derive(Clone, Copy, Debug, Default)]
pub struct SafetyLine {
    /// When it went.
    gone: Option<Duration>,
}

impl SafetyLine {
    /// How much of its room it takes at this time since the beginning, from 1 to 0; it is shown as long as that is 1. It does not go
    /// while the person `bends`.
    pub fn room(&mut self, time: Duration, bends: bool) -> f32 {
        if time >= SAFETY_TIME && !bends {
            self.gone.get_or_insert(time);
        }
        let part = self.gone.map_or(0.0, |gone| time.saturating_sub(gone).as_secs_f32() / GLIDE.as_secs_f32());
        let part = part.min(1.0);
        1.0 - part * part * (3.0 - 2.0 * part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_between_two_bends_and_in_small_steps() {
        let mut line = SafetyLine::default();
        let at = |millis: u64| SAFETY_TIME + Duration::from_millis(millis);
        assert_eq!(line.room(Duration::ZERO, false), 1.0);
        assert_eq!([line.room(at(0), true), line.room(at(5000), true)], [1.0; 2], "not in a bend");
        let rooms: Vec<f32> = (0..=30).map(|frame| line.room(at(6000 + frame * 33), frame > 5)).collect();
        assert_eq!((rooms.first(), rooms.last()), (Some(&1.0), Some(&0.0)), "begun, it is brought to its end");
        assert!(rooms.windows(2).all(|pair| (0.0..0.1).contains(&(pair[0] - pair[1]))), "{rooms:?}");
    }
}
