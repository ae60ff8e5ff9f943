//! A debounced value: stable output for display or decisions while the frames still disagree.

use std::collections::VecDeque;
use std::time::Duration;

use crate::source::Timestamp;

/// A value is shown for at least this long, so that a person can read it. [own]
const SHOWN: Duration = Duration::from_secs(1);

/// A new value has to be the one that most frames of this window have. [own]: a value in three of four frames, by
/// turns, is still informative to a person; half and half is not.
const WINDOW: Duration = Duration::from_millis(500);

/// The share of the window's frames that counts as "most".
const MOST: f32 = 0.6;

/// The last stable value.
#[derive(Clone, Debug)]
pub struct Debounce<T> {
    value: T,
    since: Timestamp,
    window: VecDeque<(Timestamp, T)>,
}

impl<T: Copy + PartialEq> Debounce<T> {
    /// Starts with `value` at `time`.
    pub fn new(value: T, time: Timestamp) -> Self {
        Self { value, since: time, window: VecDeque::new() }
    }

    /// Processes the value of one frame. Returns the debounced value.
    pub fn observe(&mut self, time: Timestamp, value: T) -> T {
        if self.is_after_hole(time) {
            self.window.clear();
        }
        self.window.push_back((time, value));
        // One frame from before the window is kept, to distinguish a full window from one that is still filling.
        while self.window.get(1).is_some_and(|(then, _)| time.since(*then) >= WINDOW) {
            self.window.pop_front();
        }
        let full = self.window.front().is_some_and(|(then, _)| time.since(*then) >= WINDOW);
        let alike = self.window.iter().filter(|(_, other)| *other == value).count();
        let most = alike as f32 >= MOST * self.window.len() as f32;
        if value != self.value && full && most && time.since(self.since) >= SHOWN {
            (self.value, self.since) = (value, time);
        }
        self.value
    }

    /// Whether a window's time without frames lies before one at this time, and not because all of them come that slowly: what was
    /// before it makes no window full.
    fn is_after_hole(&self, time: Timestamp) -> bool {
        let mut newest = self.window.iter().rev().map(|(then, _)| *then);
        let Some((last, before)) = newest.next().zip(newest.next()) else { return false };
        time.since(last) > WINDOW.max(2 * last.since(before))
    }

    /// Returns the debounced value.
    pub fn value(&self) -> T {
        self.value
    }

    /// Returns since when the debounced value has applied.
    pub fn since(&self) -> Timestamp {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_secs_f64(seconds)
    }

    #[test]
    fn what_flickers_is_not_shown() {
        let mut debounce = Debounce::new('a', at(0.0));
        for frame in 0..90 {
            let value = if frame % 5 == 0 { 'b' } else { 'a' };
            assert_eq!(debounce.observe(at(f64::from(frame) / 30.0), value), 'a');
        }
    }

    #[test]
    fn of_two_that_alternate_the_more_frequent_is_shown() {
        let mut debounce = Debounce::new('a', at(0.0));
        let value = |frame: u32| if frame.is_multiple_of(4) { 'b' } else { 'c' };
        let shown: Vec<char> =
            (0..90).map(|frame| debounce.observe(at(f64::from(frame) / 30.0), value(frame))).collect();
        assert_eq!((shown.contains(&'b'), shown[89]), (false, 'c'));
    }

    #[test]
    fn the_first_frames_after_a_hole_have_to_last_like_any_others() {
        let mut debounce = Debounce::new('a', at(0.0));
        for frame in 0..60 {
            debounce.observe(at(f64::from(frame) / 30.0), 'a');
        }
        let shown: Vec<char> = (0..20).map(|frame| debounce.observe(at(10.0 + f64::from(frame) / 30.0), 'b')).collect();
        assert_eq!((shown[10], shown[19]), ('a', 'b'), "no sooner than after half a second");
        let mut slow = Debounce::new('a', at(0.0));
        let shown = [(0.0, 'a'), (2.0, 'a'), (4.0, 'b'), (6.0, 'b')].map(|(time, value)| slow.observe(at(time), value));
        assert_eq!(shown, ['a', 'a', 'a', 'b'], "where all frames come as slowly");
    }

    #[test]
    fn what_lasts_is_shown_but_never_before_the_other_could_be_read() {
        let mut debounce = Debounce::new('a', at(0.0));
        let value = |frame: u32| if frame < 90 { 'b' } else { 'c' };
        let shown: Vec<char> =
            (0..180).map(|frame| debounce.observe(at(f64::from(frame) / 30.0), value(frame))).collect();
        let first = |value| shown.iter().position(|shown| *shown == value).unwrap() as f64 / 30.0;
        assert!((first('b') - 1.0).abs() < 0.05 && (first('c') - 3.3).abs() < 0.1, "{} {}", first('b'), first('c'));
        assert_eq!(debounce.since().as_secs_f64(), first('c'));
    }
}
