//! "From the hips", "mixed" or "from the back": bands on lumbar flexion.

use euclid::Angle;

use crate::geometry::{Bend, Interval, MINIMUM_BEND};

/// Up to this lumbar flexion a bend came from the hips. "Neutral" is a zone: a waiter's bow allows none in principle,
/// but no paper gives a tolerance; this one is our choice (`METHOD.md`, "Verdict").
const MOSTLY_HIPS: Angle<f32> = Angle { radians: 12.0 * std::f32::consts::PI / 180.0 };

/// From this lumbar flexion on a bend came from the back: the upper edge of what trained people do in good mornings and
/// swings is 25–27°.
const MOSTLY_BACK: Angle<f32> = Angle { radians: 22.0 * std::f32::consts::PI / 180.0 };

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
    /// Where this bend came from. `None` when it is too small (below [`MINIMUM_BEND`]), or when the 90 % interval of its
    /// lumbar flexion reaches into the opposite band: "from the hips" is not said of what may well be from the back.
    pub fn of(bend: &Bend, interval: &Interval) -> Option<Self> {
        if bend.total() < MINIMUM_BEND {
            return None;
        }
        let (lumbar, uncertain) = (bend.lumbar_flexion, interval.lumbar_flexion);
        if lumbar <= MOSTLY_HIPS {
            (lumbar + uncertain < MOSTLY_BACK).then_some(Self::Hips)
        } else if lumbar < MOSTLY_BACK {
            Some(Self::Mixed)
        } else {
            (lumbar - uncertain > MOSTLY_HIPS).then_some(Self::Back)
        }
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

    fn verdict(hip: f32, lumbar: f32, uncertain: f32) -> &'static str {
        let bend = Bend { hip_flexion: Angle::degrees(hip), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
        let interval = Interval { lumbar_flexion: Angle::degrees(uncertain), ..Interval::default() };
        Verdict::word(Verdict::of(&bend, &interval))
    }

    #[test]
    fn the_bands() {
        for (hip, lumbar, uncertain, word) in [
            (60.0, 0.0, 8.0, "hips"),
            (60.0, 11.9, 8.0, "hips"),
            (60.0, 12.1, 8.0, "mixed"),
            (60.0, 21.9, 8.0, "mixed"),
            (60.0, 22.1, 8.0, "back"),
            (0.0, 50.0, 8.0, "back"),
            (60.0, -10.0, 8.0, "hips"),
            (5.0, 4.0, 1.0, "none"),
        ] {
            assert_eq!(verdict(hip, lumbar, uncertain), word, "hip {hip}° lumbar {lumbar}°");
        }
    }

    #[test]
    fn nothing_is_said_when_the_opposite_may_well_be_true() {
        assert_eq!(verdict(60.0, 10.0, 13.0), "none");
        assert_eq!(verdict(60.0, 5.0, 13.0), "hips");
        assert_eq!(verdict(40.0, 24.0, 13.0), "none");
        assert_eq!(verdict(40.0, 30.0, 13.0), "back");
        assert_eq!(verdict(40.0, 17.0, 20.0), "mixed");
    }
}
