//! The posture at the bottom of a bend, however long the person stays there.

use euclid::Angle;

use super::bottom_stay::{AT_THE_BOTTOM, TURNS};
use crate::geometry::{Bend, HalfWidth90, StandingDoubt};
use crate::source::Timestamp;
use crate::statistics::median;

/// The posture at the bottom is taken from frames where the trunk leans at least this share of the deepest lean. [own]
pub const DEEP_ENOUGH: f32 = 0.9;

/// The maximum number of frames kept, so that the time per frame does not grow: 4 s at 60 fps. If the person stays
/// longer, every second frame is kept, then every fourth. [own]
const MOST: usize = 256;

/// Where fewer than this are left of them, as the person went deeper, each frame is kept again. [own]
const FEW: usize = 32;

/// A frame counts from the one before it to the one after it, for at most this long, seconds: nothing is known of a longer gap. [own]
const LONGEST: f64 = 1.0;

/// A posture of the body: from one frame, or the median over the frames at the bottom of a bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BendPosture {
    pub bend: Bend,
    pub half_width_90: HalfWidth90,
    pub confidence: f32,
    /// How doubtful the standing posture makes it.
    pub standing_doubt: Option<StandingDoubt>,
}

impl BendPosture {
    pub fn lean(&self) -> Angle<f32> {
        self.bend.trunk_inclination
    }
}

/// A frame at the bottom of a bend.
#[derive(Clone, Copy, Debug)]
struct DeepFrame {
    time: Timestamp,
    posture: BendPosture,
    /// The most upright lean since the kept frame before it, radians.
    risen_to: f32,
}

/// The bottom of the current bend so far.
#[derive(Debug)]
pub struct DeepestPosture {
    /// The deepest of the frames that are deep enough and one in [`Self::every`] of the others; never empty.
    kept: Vec<DeepFrame>,
    every: usize,
    /// Deep enough frames since the last one that was kept.
    passed: usize,
    deepest: Angle<f32>,
    /// The most upright lean since the last kept frame, radians.
    risen_to: f32,
}

impl DeepestPosture {
    /// Starts with the first frame of a bend.
    pub fn new(time: Timestamp, first: BendPosture) -> Self {
        let kept = vec![DeepFrame { time, posture: first, risen_to: f32::INFINITY }];
        Self { kept, every: 1, passed: 0, deepest: first.lean(), risen_to: f32::INFINITY }
    }

    /// Returns the deepest lean of the trunk.
    pub fn lean(&self) -> Angle<f32> {
        self.deepest
    }

    /// Returns the time of the frame in the middle of the bottom. Who stays bent has no deepest frame but by noise, so it is the
    /// centroid of the frames within [`AT_THE_BOTTOM`] of the deepest, in which each counts by how far it leans beyond that and for
    /// how long. Another low, from which a turning point separates the deepest one, does not count.
    pub fn time(&self) -> Timestamp {
        let edge = self.edge();
        let low = self.deepest_low(edge - TURNS.radians);
        let seconds = |at: usize| low[at].time.as_secs_f64();
        let lasts =
            |at: usize| (seconds((at + 1).min(low.len() - 1)) - seconds(at.saturating_sub(1))).clamp(1e-3, LONGEST);
        let weight = |at: usize| f64::from((low[at].posture.lean().radians - edge).max(0.0)) * lasts(at);
        let whole: f64 = (0..low.len()).map(weight).sum();
        let middle = (0..low.len()).map(|at| weight(at) * seconds(at)).sum::<f64>() / whole;
        let nearest = low.iter().min_by(|one, other| {
            let distance = |frame: &DeepFrame| (frame.time.as_secs_f64() - middle).abs();
            distance(one).total_cmp(&distance(other))
        });
        nearest.map_or(Timestamp::default(), |frame| frame.time)
    }

    /// The lean from which on a frame counts for the time of the bottom, radians.
    fn edge(&self) -> f32 {
        (self.deepest - AT_THE_BOTTOM).radians.max(self.least().radians)
    }

    /// The kept frames round the deepest one from which no rise above this lean separates them, radians.
    fn deepest_low(&self, highest: f32) -> &[DeepFrame] {
        let deepest = self.deepest_at();
        let rises = |frame: &DeepFrame| frame.risen_to < highest;
        let begin = self.kept[..=deepest].iter().rposition(rises).unwrap_or_default();
        let end = self.kept[deepest + 1..].iter().position(rises).map_or(self.kept.len(), |next| deepest + 1 + next);
        &self.kept[begin..end]
    }

    /// Where the first of the deepest frames is among the kept ones.
    fn deepest_at(&self) -> usize {
        self.kept.iter().position(|frame| frame.posture.lean() == self.deepest).unwrap_or_default()
    }

    /// Adds the next frame.
    pub fn push(&mut self, time: Timestamp, posture: BendPosture) {
        let is_deepest = posture.lean() > self.deepest;
        if is_deepest {
            self.deepest = posture.lean();
            let least = self.least();
            self.keep(|frame| frame.posture.lean() >= least);
            if self.kept.len() < FEW {
                self.every = 1; // what is left of thinned-out frames is soon outnumbered
            }
        }
        self.passed += usize::from(posture.lean() >= self.least());
        if !is_deepest && (posture.lean() < self.least() || self.passed < self.every) {
            self.risen_to = self.risen_to.min(posture.lean().radians);
            return;
        }
        self.passed = 0;
        let risen_to = std::mem::replace(&mut self.risen_to, f32::INFINITY);
        self.kept.push(DeepFrame { time, posture, risen_to });
        if self.kept.len() > MOST {
            self.thin();
        }
    }

    fn thin(&mut self) {
        let deepest = self.deepest_at();
        let mut number = 0;
        self.keep(|_| {
            number += 1;
            number % 2 == 1 || number == deepest + 1
        });
        self.every *= 2;
    }

    /// Keeps the frames of which this is so; the leans of the others are still known to the frames after them.
    fn keep(&mut self, mut stays: impl FnMut(&DeepFrame) -> bool) {
        let mut risen_to = f32::INFINITY;
        self.kept.retain_mut(|frame| {
            risen_to = risen_to.min(frame.risen_to);
            if stays(frame) {
                frame.risen_to = std::mem::replace(&mut risen_to, f32::INFINITY);
                return true;
            }
            risen_to = risen_to.min(frame.posture.lean().radians);
            false
        });
        self.risen_to = self.risen_to.min(risen_to);
    }

    fn least(&self) -> Angle<f32> {
        self.deepest * DEEP_ENOUGH
    }

    /// Returns the posture there: the median of each value, and the greatest doubt.
    pub fn posture(&self) -> BendPosture {
        let typical = |value: fn(&BendPosture) -> f32| {
            median(self.kept.iter().map(|frame| value(&frame.posture))).unwrap_or_default()
        };
        let angle = |value: fn(&BendPosture) -> f32| Angle::radians(typical(value));
        BendPosture {
            bend: Bend {
                hip_flexion: angle(|posture| posture.bend.hip_flexion.radians),
                lumbar_flexion: angle(|posture| posture.bend.lumbar_flexion.radians),
                trunk_inclination: angle(|posture| posture.bend.trunk_inclination.radians),
                knee_flexion: angle(|posture| posture.bend.knee_flexion.radians),
            },
            half_width_90: HalfWidth90 {
                hip_flexion: angle(|posture| posture.half_width_90.hip_flexion.radians),
                lumbar_flexion: angle(|posture| posture.half_width_90.lumbar_flexion.radians),
            },
            confidence: typical(|posture| posture.confidence),
            standing_doubt: self.greatest_doubt(),
        }
    }

    fn greatest_doubt(&self) -> Option<StandingDoubt> {
        let doubts = self.kept.iter().filter_map(|frame| frame.posture.standing_doubt);
        doubts.max_by(|one, other| one.angle.radians.total_cmp(&other.angle.radians))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posture(lean: f32, lumbar: f32) -> BendPosture {
        let bend =
            Bend { trunk_inclination: Angle::degrees(lean), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
        BendPosture { bend, half_width_90: HalfWidth90::default(), confidence: 1.0, standing_doubt: None }
    }

    fn lumbar(deepest: &DeepestPosture) -> f32 {
        deepest.posture().bend.lumbar_flexion.to_degrees()
    }

    #[test]
    fn whoever_stays_bent_for_an_hour_is_held_in_a_few_frames_that_tell_the_whole_hour() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(60.0, 0.0));
        let frames = 60 * 60 * 60;
        for frame in 0..frames {
            deepest.push(Timestamp::default(), posture(59.0, 40.0 * frame as f32 / frames as f32));
            assert!(deepest.kept.len() <= MOST, "frame {frame}");
        }
        assert!((lumbar(&deepest) - 20.0).abs() < 0.5, "{}", lumbar(&deepest));
    }

    #[test]
    fn what_was_less_deep_is_not_kept() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
        for lean in [30.0, 50.0, 60.0, 58.0, 20.0, 57.0] {
            deepest.push(Timestamp::default(), posture(lean, 0.0));
        }
        assert_eq!(deepest.kept.len(), 3, "60°, 58° and 57°");
    }

    #[test]
    fn whoever_goes_deeper_after_a_long_stay_is_judged_by_all_that_follows() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(40.0, 5.0));
        for _ in 0..100_000 {
            deepest.push(Timestamp::default(), posture(40.0, 5.0));
        }
        for lumbar in [50.0, 30.0, 30.0] {
            deepest.push(Timestamp::from_secs_f64(9.0), posture(60.0, lumbar));
        }
        assert!((lumbar(&deepest) - 30.0).abs() < 0.01, "{}", lumbar(&deepest));
        assert_eq!(deepest.time(), Timestamp::from_secs_f64(9.0));
    }

    /// A bend of `depth` degrees in 25 frames a second: two seconds down, a stay of one and a half, two up.
    fn held_bend(depth: f32, noise: impl Fn(usize) -> f32) -> DeepestPosture {
        let lean = |frame: usize| {
            let part = (frame as f32 / 50.0).min((137 - frame) as f32 / 50.0).min(1.0);
            depth * (part * std::f32::consts::FRAC_PI_2).sin().powi(2) + noise(frame)
        };
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(lean(0), 0.0));
        for frame in 1..=137 {
            deepest.push(Timestamp::from_secs_f64(frame as f64 / 25.0), posture(lean(frame), 0.0));
        }
        deepest
    }

    #[test]
    fn the_middle_of_a_stay_is_its_time_whichever_frame_noise_makes_the_deepest() {
        let silent = held_bend(60.0, |_| 0.0).time().as_secs_f64();
        assert!((silent - 137.0 / 2.0 / 25.0).abs() < 0.021, "{silent}");
        for highest in 52..=86 {
            let wobble = |frame: usize| if frame == highest { 0.6 } else { 0.3 * (frame as f32 * 2.4).sin() };
            let deepest = held_bend(60.0, wobble);
            let time = deepest.time().as_secs_f64();
            assert!((time - silent).abs() < 0.041, "{highest}: {time} is more than a frame from {silent}");
        }
    }

    #[test]
    fn somebody_who_sways_at_a_shallow_bottom_is_there_throughout() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(12.0, 0.0));
        for frame in 1..=200 {
            let stays = (26..=174).contains(&frame);
            let sway = 1.2 * (frame as f32 * 0.7).sin() + if frame == 150 { 0.3 } else { 0.0 };
            let lean = if stays { 20.0 + sway } else { 13.0 };
            deepest.push(Timestamp::from_secs_f64(f64::from(frame) / 30.0), posture(lean, 0.0));
        }
        let time = deepest.time().as_secs_f64();
        assert!((time - 100.0 / 30.0).abs() < 0.15, "{time}");
    }

    #[test]
    fn whoever_goes_deeper_after_a_stay_is_deepest_there() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
        for frame in 1..=330 {
            let lean = if frame <= 300 { 56.0 } else { 61.0 };
            deepest.push(Timestamp::from_secs_f64(f64::from(frame) / 30.0), posture(lean, 0.0));
        }
        assert!((deepest.time().as_secs_f64() - 10.5).abs() < 0.07, "{:?}", deepest.time());
    }

    #[test]
    fn after_minutes_in_which_frames_were_thinned_out_the_deepest_is_still_found() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
        for frame in 1..=18_090 {
            let lean = if frame <= 18_000 { 40.0 + 0.5 * (frame as f32).sin() } else { 44.4 };
            deepest.push(Timestamp::from_secs_f64(f64::from(frame) / 30.0), posture(lean, 0.0));
        }
        assert!((600.0..603.0).contains(&deepest.time().as_secs_f64()), "{:?}", deepest.time());
    }

    #[test]
    fn frames_that_come_seldom_count_for_as_long_as_they_last() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
        let times =
            (0..30).map(|frame| f64::from(frame) / 30.0).chain((0..=10).map(|frame| 1.0 + f64::from(frame) / 10.0));
        for time in times {
            deepest.push(Timestamp::from_secs_f64(1.0 + time), posture(60.0, 0.0));
        }
        assert!((deepest.time().as_secs_f64() - 2.0).abs() < 0.06, "{:?}", deepest.time());
    }

    #[test]
    fn what_lies_between_two_lows_of_one_bend_is_not_its_bottom() {
        for (first, second, when) in [(60.0, 58.0, 1.0), (58.0, 60.0, 5.0)] {
            let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
            for (seconds, lean) in [(1.0, first), (2.0, 40.0), (3.0, 30.0), (4.0, 40.0), (5.0, second), (6.0, 20.0)] {
                deepest.push(Timestamp::from_secs_f64(seconds), posture(lean, 0.0));
            }
            assert_eq!(deepest.time(), Timestamp::from_secs_f64(when));
        }
    }

    #[test]
    fn of_a_long_stay_in_which_frames_are_thinned_out_the_middle_is_found_too() {
        let mut deepest = DeepestPosture::new(Timestamp::default(), posture(20.0, 0.0));
        for frame in 1..=3000 {
            let lean = if frame == 17 { 61.0 } else { 60.0 };
            deepest.push(Timestamp::from_secs_f64(f64::from(frame) / 60.0), posture(lean, 0.0));
        }
        assert!((deepest.time().as_secs_f64() - 25.0).abs() < 1.0, "{:?}", deepest.time());
    }
}
