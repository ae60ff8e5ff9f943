//! Where "from the hips" ends and "from the back" begins, in general or relative to the person's own range.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90};
use crate::units::degrees;

/// Up to this share of the person's full lumbar flexion a bend came from the hips, and from [`BACK_SHARE`] on from the
/// back: practised lifters use 37–48 % of it, novices 74–86 % (`METHOD.md`, "Verdict").
const HIPS_SHARE: f32 = 0.5;
/// The other edge of the mixed band: biofeedback studies start to warn at 70–80 %.
const BACK_SHARE: f32 = 0.7;

/// Less than this is no full bend, or none that bands can be derived from: half of it is the general band of 12°, and
/// the smallest mean range of any study is 24 ± 7° (Laird 2014).
const LEAST_RANGE: Angle<f32> = degrees(24.0);

/// More than this is a wrong reading: the largest mean range of any study is 75 ± 10° (Laird 2014), and values more
/// than two standard deviations above it are rare.
const LARGEST_RANGE: Angle<f32> = degrees(95.0);

/// A range with a larger relative uncertainty would put the edge of one band into the other: 50 % of 1.4 is 70 %.
const WELL_KNOWN: f32 = 0.4;

/// The lumbar flexions between which a bend counts as mixed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// Up to here a bend came from the hips.
    pub hips: Angle<f32>,
    /// From here on it came from the back.
    pub back: Angle<f32>,
}

impl Default for Bands {
    /// The general bands. "Neutral" is a zone: a waiter's bow allows no lumbar flexion in principle, but no paper gives
    /// a tolerance, so 12° is our choice; 25–27° is what trained people do in good mornings and swings.
    fn default() -> Self {
        Self { hips: degrees(12.0), back: degrees(22.0) }
    }
}

impl From<PersonalRange> for Bands {
    fn from(range: PersonalRange) -> Self {
        Self::of_range(range.lumbar)
    }
}

impl Bands {
    /// The bands of a person whose full bend has this lumbar flexion.
    pub fn of_range(full_bend: Angle<f32>) -> Self {
        Self { hips: full_bend * HIPS_SHARE, back: full_bend * BACK_SHARE }
    }
}

/// How far the person's own low back bends: the lumbar flexion of one comfortable full bend, 24° to 95°.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonalRange {
    lumbar: Angle<f32>,
    half_width_90: Angle<f32>,
}

impl PersonalRange {
    /// Returns the range measured by this bend; `None` if it is not a full bend, not plausible, or too uncertain.
    pub fn of(full_bend: &Bend, half_width_90: &HalfWidth90) -> Option<Self> {
        let (lumbar, uncertain) = (full_bend.lumbar_flexion, half_width_90.lumbar_flexion);
        let plausible = lumbar >= LEAST_RANGE && lumbar <= LARGEST_RANGE;
        (plausible && uncertain.radians < WELL_KNOWN * lumbar.radians)
            .then_some(Self { lumbar, half_width_90: uncertain })
    }

    /// Returns the lumbar flexion of the full bend.
    pub fn lumbar_flexion(self) -> Angle<f32> {
        self.lumbar
    }

    /// Returns half the width of its 90 % interval.
    pub fn half_width_90(self) -> Angle<f32> {
        self.half_width_90
    }
}

/// The hip flexion that a repetition should reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// From here on it is deep enough.
    pub least: Angle<f32>,
    /// Deeper is of no use.
    pub most: Angle<f32>,
}

impl Default for Goal {
    /// The goal of the waiter's bow, 50–70° (Luomajoki 2007).
    fn default() -> Self {
        Self { least: degrees(50.0), most: degrees(70.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(lumbar: f32, uncertain: f32) -> Option<PersonalRange> {
        let bend = Bend { lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() };
        PersonalRange::of(&bend, &HalfWidth90 { lumbar_flexion: Angle::degrees(uncertain), ..HalfWidth90::default() })
    }

    #[test]
    fn the_personal_bands_are_shares_of_the_own_range() {
        let bands = Bands::from(range(60.0, 10.0).unwrap());
        assert!((bands.hips.to_degrees() - 30.0).abs() < 1e-3 && (bands.back.to_degrees() - 42.0).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_full_bend_or_not_known_well_gives_no_range() {
        for (lumbar, uncertain, usable) in
            [(23.0, 2.0, false), (25.0, 8.0, true), (25.0, 11.0, false), (94.0, 20.0, true), (96.0, 10.0, false)]
        {
            assert_eq!(range(lumbar, uncertain).is_some(), usable, "{lumbar}° ± {uncertain}°");
        }
        assert_eq!(range(f32::NAN, 1.0), None);
    }
}
