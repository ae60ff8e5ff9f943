//! The brief moments in which a person who never stands still is upright: before the first bend, between two, after the
//! last.
//!
//! People who start at once stop for 0.3 to 0.5 s at the top. None of these moments is long enough to be sure of, but
//! several together are.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;
use crate::units::degrees;

use super::Segments;
use super::standing_quality::StandingQuality;
use super::upright_frame::{UprightFrame, quality, same_standing, stands_still, sway, typical_segments};

/// How long the person must be nearly still at the top, and how long a moment may be. [own]
const BRIEF: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_millis(800);

/// The landmarks' jitter: a moment is no stiller than this. [own]
const JITTER: Angle<f32> = degrees(1.0);

/// The fewest pictures of a moment: one says nothing about stillness. [own]
const PAIR: usize = 2;

/// The fewest pictures of a standing posture: of two, nothing tells which is wrong. [own]
pub(super) const FEWEST: usize = 3;

/// Pictures further apart do not show one moment. [own]
const APART_AT_MOST: Duration = Duration::from_millis(600);

/// Leaning forward by this much more than at the top, the person has left it: more than sway. [own]
const LEAVING: Angle<f32> = degrees(3.0);

/// The most moments that are kept, and the most that are put together: the interval hardly narrows beyond. [own]
const KEPT: usize = 8;
const TOGETHER: usize = 5;

/// The stillest moment of one stay at the top.
#[derive(Clone, Debug)]
struct Top {
    frames: Vec<UprightFrame>,
    typical: Segments,
    /// What speaks against it: the doubt about the posture, and how far trunk and thigh moved in [`BRIEF`].
    cost: Angle<f32>,
}

/// Collects the stillest moment of each stay at the top.
#[derive(Debug, Default)]
pub(super) struct TopCollector {
    window: VecDeque<(Timestamp, UprightFrame)>,
    /// The stillest moment since the person came up.
    current: Option<Top>,
    /// Whether the person has left the current top.
    left: bool,
    finished: Vec<Top>,
}

/// Several tops put together.
#[derive(Debug)]
pub(super) struct Together {
    pub frames: Vec<UprightFrame>,
    pub quality: StandingQuality,
    /// How many tops.
    pub count: usize,
}

impl TopCollector {
    /// Adds a frame. Returns whether the person has just left a top, whose moment is then known.
    pub fn observe(&mut self, time: Timestamp, frame: &UprightFrame) -> bool {
        if !frame.is_upright() {
            return self.finish_top();
        }
        if self.window.back().is_some_and(|(last, _)| time.since(*last) > APART_AT_MOST) {
            self.window.clear();
        }
        self.window.push_back((time, frame.clone()));
        while self.window.len() > PAIR && self.is_too_long(time) {
            self.window.pop_front();
        }
        self.improve(time);
        let leans = |top: &Top| (frame.segments.trunk - top.typical.trunk).radians >= LEAVING.radians;
        let leaves = !self.left && self.current.as_ref().is_some_and(leans);
        self.left |= leaves;
        leaves
    }

    /// Breaks the chain of frames, as the person was not seen.
    pub fn interrupt(&mut self) {
        self.window.clear();
    }

    /// The best tops that show the same posture, put together; `None` without any, or with too few pictures.
    pub fn together(&self) -> Option<Together> {
        let mut tops: Vec<&Top> = self.finished.iter().chain(&self.current).collect();
        tops.sort_by(|one, other| one.cost.radians.total_cmp(&other.cost.radians));
        let best = tops.first()?.typical;
        tops.retain(|top| same_standing(&top.typical, &best));
        tops.truncate(TOGETHER);
        let frames: Vec<UprightFrame> = tops.iter().flat_map(|top| top.frames.iter().cloned()).collect();
        let quality = quality(frames.iter()).from_moments(tops.len());
        (frames.len() >= FEWEST).then_some(Together { frames, quality, count: tops.len() })
    }

    fn frames(&self) -> impl Iterator<Item = &UprightFrame> + Clone {
        self.window.iter().map(|(_, frame)| frame)
    }

    /// The time since the first frame of the window.
    fn span(&self, now: Timestamp) -> Duration {
        self.window.front().map_or(Duration::ZERO, |(first, _)| now.since(*first))
    }

    fn is_too_long(&self, now: Timestamp) -> bool {
        self.span(now) > LONG || !stands_still(self.frames())
    }

    /// Takes the window as the moment of this top if it is the best so far.
    fn improve(&mut self, now: Timestamp) {
        let span = self.span(now);
        if span < BRIEF || self.window.len() < PAIR || !stands_still(self.frames()) {
            return;
        }
        let frames = || self.frames();
        let part = BRIEF.as_secs_f32() / span.as_secs_f32();
        let [trunk, thigh] = sway(&frames());
        let cost = quality(frames()).doubt() + (trunk + thigh + JITTER) * part;
        if self.current.as_ref().is_none_or(|best| cost < best.cost) {
            let typical = typical_segments(&frames());
            let frames = frames().cloned().collect();
            self.current = Some(Top { frames, typical, cost });
        }
    }

    /// The person is no longer upright. Returns whether a top has ended that they were not seen to leave.
    fn finish_top(&mut self) -> bool {
        self.window.clear();
        let Some(top) = self.current.take() else { return false };
        self.finished.push(top);
        if self.finished.len() > KEPT {
            self.finished.sort_by(|one, other| one.cost.radians.total_cmp(&other.cost.radians));
            self.finished.truncate(KEPT);
        }
        !std::mem::take(&mut self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline::SIZE;
    use super::*;

    fn frame(trunk: f32) -> UprightFrame {
        let segments = Segments { trunk: Angle::degrees(trunk), ..Segments::default() };
        UprightFrame { segments, features: Box::new([trunk; SIZE]), area: 1.0, arm_up: false }
    }

    /// Somebody who swings between upright and 60° without ever stopping, one bend in `period` seconds, and stands at
    /// `top` degrees when most upright.
    fn bends(rate: f64, seconds: f64, period: f64, top: f32) -> (TopCollector, usize) {
        let mut collector = TopCollector::default();
        let mut left = 0;
        for number in 0..(seconds * rate) as usize {
            let time = number as f64 / rate;
            let phase = (time / period * std::f64::consts::TAU).cos() as f32;
            let trunk = top + 30.0 * (1.0 - phase);
            left += usize::from(collector.observe(Timestamp::from_secs_f64(time), &frame(trunk)));
        }
        (collector, left)
    }

    #[test]
    fn the_stillest_moment_of_each_top_is_taken_at_any_rate() {
        for rate in [6.0, 10.0, 15.0, 30.0, 60.0] {
            let (collector, left) = bends(rate, 11.0, 3.0, 1.0);
            assert_eq!(left, 4, "{rate}: before each of four bends");
            let together = collector.together().unwrap();
            assert_eq!(together.count, 4, "{rate}");
            let trunk = typical_segments(&together.frames.iter()).trunk.to_degrees();
            assert!((0.9..4.0).contains(&trunk), "{rate}: {trunk}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (collector, left) = bends(60.0, 200.0, 2.5, 0.0);
        assert!(left > 70);
        assert_eq!(collector.finished.len(), KEPT);
        assert!(collector.finished.iter().all(|top| top.frames.len() < 60) && collector.window.len() < 60);
        assert_eq!(collector.together().unwrap().count, TOGETHER);
    }

    #[test]
    fn two_pictures_are_too_few_and_two_tops_of_two_are_not() {
        let seen = |leans: &[f32]| {
            let mut collector = TopCollector::default();
            for (number, trunk) in leans.iter().enumerate() {
                collector.observe(Timestamp::from_secs_f64(number as f64 / 6.0), &frame(*trunk));
            }
            collector.together().map(|together| together.count)
        };
        assert_eq!(seen(&[0.0, 0.0, 50.0]), None);
        assert_eq!(seen(&[0.0, 50.0, 0.0, 50.0, 0.0, 50.0]), None, "single pictures say nothing about stillness");
        assert_eq!(seen(&[0.0, 0.0, 50.0, 0.0, 0.0, 50.0]), Some(2));
    }

    #[test]
    fn a_longer_moment_is_better_than_a_brief_one() {
        let mut collector = TopCollector::default();
        for number in 0..40 {
            let trunk = 3.0 * (f64::from(number) / 40.0) as f32;
            collector.observe(Timestamp::from_secs_f64(f64::from(number) / 30.0), &frame(trunk));
        }
        assert!(collector.together().unwrap().frames.len() > 20);
    }

    #[test]
    fn whoever_never_comes_up_has_no_top() {
        assert!(bends(30.0, 20.0, 3.0, 25.0).0.together().is_none());
    }

    #[test]
    fn a_top_in_another_posture_is_left_out() {
        let mut collector = bends(30.0, 5.9, 3.0, 0.0).0;
        let slumped = (0..30).map(|number| (6.0 + f64::from(number) / 30.0, 15.0));
        for (time, trunk) in slumped.chain([(7.1, 50.0)]) {
            collector.observe(Timestamp::from_secs_f64(time), &frame(trunk));
        }
        let together = collector.together().unwrap();
        assert!(together.frames.iter().all(|frame| frame.segments.trunk.to_degrees() < 6.0));
    }
}
