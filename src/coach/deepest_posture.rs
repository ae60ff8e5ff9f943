//! The posture at the bottom of a bend, however long somebody stays there.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90};
use crate::source::Timestamp;
use crate::statistics::median;

/// The frames that make the posture at the bottom: where the trunk leans at least this share of the deepest. [own]
const AT_THE_BOTTOM: f32 = 0.9;

/// So many frames are kept at most, or else each frame would take longer than the one before: 4 s at 60 a second. Of
/// whoever stays longer every second one is kept, then every fourth. [own]
const MOST: usize = 256;

/// A posture of the body: that of one frame, or the median over the frames at the bottom of a bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BendPosture {
    pub bend: Bend,
    pub half_width_90: HalfWidth90,
    pub confidence: f32,
}

impl BendPosture {
    pub fn lean(&self) -> Angle<f32> {
        self.bend.trunk_inclination
    }
}

/// The bottom of the bend that is going on, as far as it went.
#[derive(Debug)]
pub struct DeepestPosture {
    /// One of [`Self::every`] frames that are deep enough; never empty.
    kept: Vec<BendPosture>,
    every: usize,
    /// Frames deep enough since the last that was kept.
    passed: usize,
    deepest: Angle<f32>,
    time: Timestamp,
}

impl DeepestPosture {
    /// The bottom of a bend that has begun in this frame.
    pub fn new(time: Timestamp, first: BendPosture) -> Self {
        Self { kept: vec![first], every: 1, passed: 0, deepest: first.lean(), time }
    }

    /// How far the trunk leaned where it leaned most.
    pub fn lean(&self) -> Angle<f32> {
        self.deepest
    }

    /// When it did so first.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Takes the next frame.
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
            self.every = 1; // what was thinned out has passed
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

    /// The posture there: the median of each value.
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posture(lean: f32, lumbar: f32) -> BendPosture {
        let bend =
            Bend { trunk_inclination: Angle::degrees(lean), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
        BendPosture { bend, half_width_90: HalfWidth90::default(), confidence: 1.0 }
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
