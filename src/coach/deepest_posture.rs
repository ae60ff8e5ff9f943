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

/// The bottom of the current bend so far.
#[derive(Debug)]
pub struct DeepestPosture {
    /// One in [`Self::every`] of the frames that are deep enough; never empty.
    kept: Vec<BendPosture>,
    every: usize,
    /// Deep enough frames since the last one that was kept.
    passed: usize,
    deepest: Angle<f32>,
    time: Timestamp,
}

impl DeepestPosture {
    /// Starts with the first frame of a bend.
    pub fn new(time: Timestamp, first: BendPosture) -> Self {
        Self { kept: vec![first], every: 1, passed: 0, deepest: first.lean(), time }
    }

    /// Returns the deepest lean of the trunk.
    pub fn lean(&self) -> Angle<f32> {
        self.deepest
    }

    /// Returns when the deepest lean was first reached.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Adds the next frame.
    pub fn push(&mut self, time: Timestamp, posture: BendPosture) {
        if posture.lean() > self.deepest {
            (self.deepest, self.time) = (posture.lean(), time);
            let least = self.least();
            self.kept.retain(|kept| kept.lean() >= least);
        }
        if posture.lean() < self.least() {
            return;
        }
        if self.kept.is_empty() {
            self.every = 1; // the thinned-out frames are gone
        }
        self.passed += 1;
        if self.passed >= self.every {
            self.kept.push(posture);
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
        let typical = |value: fn(&BendPosture) -> f32| median(self.kept.iter().map(value)).unwrap_or_default();
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
        let doubts = self.kept.iter().filter_map(|posture| posture.standing_doubt);
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
}
