//! "From the hips", "mixed" or "from the back": bands on lumbar flexion.

use euclid::Angle;

use crate::geometry::{Bend, MINIMUM_BEND};

/// Up to this lumbar flexion a bend came from the hips. "Neutral" is a zone: a waiter's bow allows none in principle,
/// but no paper gives a tolerance; this one is our choice (`METHOD.md`, "Verdict").
const MOSTLY_HIPS: Angle<f32> = Angle { radians: 12.0 * std::f32::consts::PI / 180.0 };

/// From this lumbar flexion on a bend came from the back: the upper edge of what trained people do in good mornings and
/// swings is 25–27°.
const MOSTLY_BACK: Angle<f32> = Angle { radians: 22.0 * std::f32::consts::PI / 180.0 };

/// Below this confidence nothing is said: two thirds of the back's outline must be seen, in standing and in the bend.
/// [own]: on rendered people every gross error came with more than a third of the outline behind an arm.
const LEAST_CONFIDENCE: f32 = 0.66;

/// Where a bend mostly came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Mostly from the hips.
    Hips,
    /// From both.
    Mixed,
    /// Mostly from the low back.
    Back,
}

impl Verdict {
    /// Where this bend came from. `None` when it is too small (below [`MINIMUM_BEND`]) or too unsure to tell;
    /// `confidence` is 0 to 1.
    pub fn of(bend: &Bend, confidence: f32) -> Option<Self> {
        if bend.total() < MINIMUM_BEND || confidence < LEAST_CONFIDENCE {
            return None;
        }
        Some(if bend.lumbar_flexion <= MOSTLY_HIPS {
            Self::Hips
        } else if bend.lumbar_flexion < MOSTLY_BACK {
            Self::Mixed
        } else {
            Self::Back
        })
    }

    /// The word that stands for this verdict in files; `none` stands for no verdict.
    pub fn word(verdict: Option<Self>) -> &'static str {
        match verdict {
            Some(Self::Hips) => "hips",
            Some(Self::Mixed) => "mixed",
            Some(Self::Back) => "back",
            None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(hip: f32, lumbar: f32, confidence: f32) -> &'static str {
        let bend = Bend { hip_flexion: Angle::degrees(hip), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
        Verdict::word(Verdict::of(&bend, confidence))
    }

    #[test]
    fn the_bands() {
        for (hip, lumbar, confidence, word) in [
            (60.0, 0.0, 0.9, "hips"),
            (60.0, 11.9, 0.9, "hips"),
            (60.0, 12.1, 0.9, "mixed"),
            (60.0, 21.9, 0.9, "mixed"),
            (60.0, 22.1, 0.9, "back"),
            (0.0, 50.0, 0.9, "back"),
            (60.0, -10.0, 0.9, "hips"),
            (5.0, 4.0, 0.9, "none"),
            (60.0, 0.0, 0.6, "none"),
        ] {
            assert_eq!(verdict(hip, lumbar, confidence), word, "hip {hip}° lumbar {lumbar}°");
        }
    }
}
