//! Commands without a keyboard: a hand raised above the head, or held out in front, for a second.

use std::time::Duration;

use crate::geometry::limb_pose::Hands;
use crate::source::Timestamp;

/// How long a hand has to be held up. [own]: long enough not to happen by chance, short enough not to be tiring.
pub const HOLD: Duration = Duration::from_secs(1);

/// Hands lost for less than this count as still up: a wrist above the head is near the edge of the picture.
const FLICKER: Duration = Duration::from_millis(250);

/// What a gesture means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gesture {
    /// One hand above the head: go on to what comes next.
    Next,
    /// Both hands above the head: pause, or go on after a pause.
    Pause,
    /// One arm held out level in front: tell me how the last repetition was.
    TellMe,
}

/// The gestures in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GestureReading {
    /// The gesture in progress and how far it is, from 0 to 1: the ring that fills on the screen.
    pub filling: Option<(Gesture, f32)>,
    /// The gesture that was just completed.
    pub made: Option<Gesture>,
}

/// Tracks the hands.
#[derive(Debug, Default)]
pub struct Signals {
    current: Option<CurrentGesture>,
    /// After a gesture all hands have to come down first: two hands on their way down look like one raised hand.
    spent: bool,
}

#[derive(Clone, Copy, Debug)]
struct CurrentGesture {
    gesture: Gesture,
    since: Timestamp,
    seen: Timestamp,
}

impl Signals {
    /// Processes the hands of one frame.
    pub fn observe(&mut self, time: Timestamp, hands: Hands) -> GestureReading {
        let gesture = match hands {
            Hands::Down => None,
            Hands::One => Some(Gesture::Next),
            Hands::Both => Some(Gesture::Pause),
            Hands::Forward => Some(Gesture::TellMe),
        };
        let lost = self.current.is_none_or(|current| time.since(current.seen) > FLICKER);
        // What was done between two frames so far apart is not known.
        let is_gap = self.current.is_some_and(|current| time.since(current.seen) >= HOLD);
        if gesture.is_none() && lost {
            *self = Self::default();
            return GestureReading::default();
        }
        self.current = match (self.current, gesture) {
            (Some(current), Some(gesture)) if current.gesture == gesture && !is_gap => {
                Some(CurrentGesture { seen: time, ..current })
            }
            (_, Some(gesture)) => Some(CurrentGesture { gesture, since: time, seen: time }),
            (current, None) => current,
        };
        match self.current {
            Some(current) if !self.spent => self.reading(time, &current),
            _ => GestureReading::default(),
        }
    }

    /// All hands have to come down before the next gesture, as after one.
    pub fn spend(&mut self) {
        self.spent = true;
    }

    fn reading(&mut self, time: Timestamp, current: &CurrentGesture) -> GestureReading {
        let part = time.since(current.since).as_secs_f32() / HOLD.as_secs_f32();
        if part < 1.0 {
            return GestureReading { filling: Some((current.gesture, part)), made: None };
        }
        self.spent = true;
        GestureReading { filling: Some((current.gesture, 1.0)), made: Some(current.gesture) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The gestures made in these (seconds, hands), at 30 fps.
    fn made(frames: &[(f64, Hands)]) -> Vec<(f64, Gesture)> {
        let mut signals = Signals::default();
        let mut start = 0.0;
        let mut made = Vec::new();
        for (seconds, hands) in frames {
            for frame in 0..(seconds * 30.0) as u32 {
                let time = start + f64::from(frame) / 30.0;
                made.extend(
                    signals.observe(Timestamp::from_secs_f64(time), *hands).made.map(|gesture| (time, gesture)),
                );
            }
            start += seconds;
        }
        made
    }

    #[test]
    fn a_second_with_one_hand_up_is_next_and_only_once() {
        let made = made(&[(1.0, Hands::Down), (5.0, Hands::One), (1.0, Hands::Down)]);
        assert_eq!(made.len(), 1);
        assert_eq!(made[0].1, Gesture::Next);
        assert!((made[0].0 - 2.0).abs() < 0.05);
    }

    #[test]
    fn two_hands_are_pause_though_one_goes_first_and_one_comes_down_last() {
        let frames = [(0.4, Hands::One), (1.2, Hands::Both), (1.5, Hands::One), (0.5, Hands::Down)];
        let gestures: Vec<_> = made(&frames).into_iter().map(|(_, gesture)| gesture).collect();
        assert_eq!(gestures, [Gesture::Pause]);
    }

    #[test]
    fn a_wrist_lost_for_a_moment_does_not_restart_the_gesture() {
        let made = made(&[(0.6, Hands::One), (0.2, Hands::Down), (0.6, Hands::One)]);
        assert_eq!(made.len(), 1);
        assert!(made[0].0 < 1.1);
    }

    #[test]
    fn a_hand_that_is_up_before_and_after_a_gap_was_not_held_meanwhile() {
        let mut signals = Signals::default();
        let mut at = |seconds| signals.observe(Timestamp::from_secs_f64(seconds), Hands::One);
        let made: Vec<_> = [0.0, 0.1, 3.0, 3.5, 4.0].into_iter().map(|seconds| at(seconds).made).collect();
        assert_eq!(made, [None, None, None, None, Some(Gesture::Next)]);
    }

    #[test]
    fn an_arm_in_front_asks_and_a_hand_on_its_way_up_or_down_does_not() {
        let gestures = |frames: &[(f64, Hands)]| made(frames).into_iter().map(|(_, made)| made).collect::<Vec<_>>();
        assert_eq!(gestures(&[(1.2, Hands::Forward), (0.5, Hands::Down)]), [Gesture::TellMe]);
        let raised = [(0.4, Hands::Forward), (1.2, Hands::One), (0.9, Hands::Forward), (0.5, Hands::Down)];
        assert_eq!(gestures(&raised), [Gesture::Next]);
        let lowered_slowly = [(1.2, Hands::One), (1.5, Hands::Forward), (0.5, Hands::Down)];
        assert_eq!(gestures(&lowered_slowly), [Gesture::Next]);
    }

    #[test]
    fn scratching_the_head_is_no_gesture() {
        assert_eq!(made(&[(0.7, Hands::One), (0.5, Hands::Down), (0.7, Hands::One), (0.5, Hands::Down)]), []);
    }
}
