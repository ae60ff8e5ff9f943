//! The posture at the bottom of a bend, however long the person stays there.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, StandingDoubt};
use crate::source::Timestamp;
use crate::statistics::median;

/// The posture at the bottom is taken from frames where the trunk leans at least this share of the deepest lean. [own]
const AT_THE_BOTTOM: f32 = 0.9;

/// The maximum number of frames kept, so that the time per frame does not grow: 4 s at 60 fps. If the person stays
/// longer, every second frame is kept, then every fourth. [own]
const MOST: usize = 256;

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
    /// Its number among the measured frames of the bend.
    number: usize,
    time: Timestamp,
    posture: BendPosture,
}

/// The bottom of the current bend so far.
#[derive(Debug)]
pub struct DeepestPosture {
    /// One in [`Self::every`] of the frames that are deep enough; never empty.
    kept: Vec<DeepFrame>,
    every: usize,
    /// Deep enough frames since the last one that was kept.
    passed: usize,
    deepest: Angle<f32>,
    /// The number of the frame in which it was first reached.
    deepest_number: usize,
    /// The number of the last frame.
    number: usize,
}

impl DeepestPosture {
    /// Starts with the first frame of a bend.
    pub fn new(time: Timestamp, first: BendPosture) -> Self {
        let kept = vec![DeepFrame { number: 0, time, posture: first }];
        Self { kept, every: 1, passed: 0, deepest: first.lean(), deepest_number: 0, number: 0 }
    }

    /// Returns the deepest lean of the trunk.
    pub fn lean(&self) -> Angle<f32> {
        self.deepest
    }

    /// Returns the time of the frame in the middle of the bottom: of the frames round the deepest one that all lean enough, the
    /// centroid, in which each counts by how far it leans beyond that. Who stays bent has no lowest frame but by noise.
    pub fn time(&self) -> Timestamp {
        let least = self.least();
        let weight = |frame: &DeepFrame| f64::from((frame.posture.lean() - least).radians);
        let stay = self.stay();
        let whole: f64 = stay.iter().map(weight).sum();
        let moment = stay.iter().map(|frame| weight(frame) * frame.time.as_secs_f64()).sum::<f64>();
        let distance = |frame: &&DeepFrame| (frame.time.as_secs_f64() - moment / whole).abs();
        let middle = stay.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
        middle.map_or(Timestamp::default(), |frame| frame.time)
    }

    /// The kept frames round the deepest one, without those of which a less deep one separates it.
    fn stay(&self) -> &[DeepFrame] {
        let apart = |pair: &[DeepFrame]| pair[1].number - pair[0].number > self.every;
        let deepest = self.kept.partition_point(|frame| frame.number < self.deepest_number).min(self.kept.len() - 1);
        let begin = self.kept[..=deepest].windows(2).rposition(apart).map_or(0, |last| last + 1);
        let end = self.kept[deepest..].windows(2).position(apart).map_or(self.kept.len(), |first| deepest + first + 1);
        &self.kept[begin..end]
    }

    /// Adds the next frame.
    pub fn push(&mut self, time: Timestamp, posture: BendPosture) {
        self.number += 1;
        if posture.lean() > self.deepest {
            (self.deepest, self.deepest_number) = (posture.lean(), self.number);
            let least = self.least();
            self.kept.retain(|kept| kept.posture.lean() >= least);
        }
        if posture.lean() < self.least() {
            return;
        }
        if self.kept.is_empty() {
            self.every = 1; // the thinned-out frames are gone
        }
        self.passed += 1;
        if self.passed >= self.every {
            self.kept.push(DeepFrame { number: self.number, time, posture });
            self.passed = 0;
        }
        if self.kept.len() > MOST {
            self.thin();
        }
    }

    fn thin(&mut self) {
        let mut stays = false;
        self.kept.retain(|_| {
            stays = !stays;
            stays
        });
        self.every *= 2;
    }

    fn least(&self) -> Angle<f32> {
        self.deepest * AT_THE_BOTTOM
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
