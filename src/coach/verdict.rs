//! "From the hips", "mixed" or "from the back": bands on lumbar flexion.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, MINIMUM_BEND};
use crate::units::degrees;

use super::bands::Bands;

/// How far beyond the edge of its band a verdict persists during a bend: twice the remaining scatter of a frame
/// (`METHOD.md`, "Smoothing"). [own]
const STAYS: Angle<f32> = degrees(2.0);

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
    /// Returns where this bend came from. `None` if it is too small (below [`MINIMUM_BEND`]), or if the 90 % interval
    /// of its lumbar flexion extends beyond both edges of the mixed band: then hips and back are equally possible.
    pub fn of(bend: &Bend, half_width_90: &HalfWidth90, bands: &Bands) -> Option<Self> {
        let (lumbar, uncertain) = (bend.lumbar_flexion, half_width_90.lumbar_flexion);
        let decided = lumbar - uncertain > bands.hips || lumbar + uncertain < bands.back;
        if bend.total() < MINIMUM_BEND || !decided {
            return None;
        }
        Some(match lumbar {
            _ if lumbar <= bands.hips => Self::Hips,
            _ if lumbar < bands.back => Self::Mixed,
            _ => Self::Back,
        })
    }

    /// As [`Verdict::of`] for a bend in progress with the verdict `before`; it does not flicker at the edge of a band.
    pub fn after(before: Option<Self>, bend: &Bend, half_width_90: &HalfWidth90, bands: &Bands) -> Option<Self> {
        Self::of(bend, half_width_90, &in_favour_of(bands, before))
    }

    /// Returns the word for this verdict in files; `none` if there is no verdict.
    pub fn word(verdict: Option<Self>) -> &'static str {
        match verdict {
            Some(Self::Hips) => "hips",
            Some(Self::Mixed) => "mixed",
            Some(Self::Back) => "back",
            None => "none",
        }
    }

    /// Parses a word from a file: a verdict, or none. Returns `None` for an unknown word.
    pub fn from_word(word: &str) -> Option<Option<Self>> {
        let known = [None, Some(Self::Hips), Some(Self::Mixed), Some(Self::Back)];
        known.into_iter().find(|verdict| Self::word(*verdict) == word)
    }
}

/// Moves both edges by [`STAYS`] so that the verdict `before` persists a little longer.
fn in_favour_of(bands: &Bands, before: Option<Verdict>) -> Bands {
    let (hips, back) = match before {
        Some(Verdict::Hips) => (STAYS, STAYS),
        Some(Verdict::Mixed) => (-STAYS, STAYS),
        Some(Verdict::Back) => (-STAYS, -STAYS),
        None => return *bands,
    };
    Bands { hips: bands.hips + hips, back: bands.back + back }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::PersonalRange;

    fn bend(hip: f32, lumbar: f32) -> Bend {
        Bend { hip_flexion: Angle::degrees(hip), lumbar_flexion: Angle::degrees(lumbar), ..Bend::default() }
    }

    fn known_to(uncertain: f32) -> HalfWidth90 {
        HalfWidth90 { lumbar_flexion: Angle::degrees(uncertain), ..HalfWidth90::default() }
    }

    fn verdict(hip: f32, lumbar: f32, uncertain: f32, bands: Bands) -> &'static str {
        Verdict::word(Verdict::of(&bend(hip, lumbar), &known_to(uncertain), &bands))
    }

    fn own(range: f32) -> Bands {
        PersonalRange::of(&bend(60.0, range), &known_to(5.0)).unwrap().into()
    }

    #[test]
    fn the_bands() {
        for (hip, lumbar, uncertain, word) in [
            (60.0, 0.0, 8.0, "hips"),
            (60.0, 11.9, 8.0, "hips"),
            (60.0, 12.1, 8.0, "mixed"),
            (60.0, 17.0, 4.0, "mixed"),
            (60.0, 21.9, 8.0, "mixed"),
            (60.0, 22.1, 8.0, "back"),
            (0.0, 50.0, 8.0, "back"),
            (60.0, -10.0, 8.0, "hips"),
            (5.0, 4.0, 1.0, "none"),
        ] {
            assert_eq!(verdict(hip, lumbar, uncertain, Bands::default()), word, "hip {hip}° lumbar {lumbar}°");
        }
    }

    #[test]
    fn the_bands_of_ones_own_range() {
        for (range, lumbar, word) in [
            (60.0, 29.0, "hips"),
            (60.0, 31.0, "mixed"),
            (60.0, 43.0, "back"),
            (30.0, 16.0, "mixed"),
            (30.0, 22.0, "back"),
        ] {
            assert_eq!(verdict(60.0, lumbar, 4.0, own(range)), word, "{lumbar}° of {range}°");
        }
    }

    #[test]
    fn nothing_is_said_when_the_opposite_may_well_be_true() {
        for (hip, lumbar, uncertain, word) in [
            (60.0, 10.0, 13.0, "none"),
            (60.0, 5.0, 13.0, "hips"),
            (40.0, 24.0, 13.0, "none"),
            (40.0, 30.0, 13.0, "back"),
            (40.0, 17.0, 20.0, "none"),
            (40.0, 14.0, 7.0, "mixed"),
            (40.0, 14.0, 9.0, "none"),
            (40.0, 20.0, 9.0, "none"),
            (40.0, 20.0, 7.0, "mixed"),
        ] {
            assert_eq!(verdict(hip, lumbar, uncertain, Bands::default()), word, "{lumbar}° ± {uncertain}°");
        }
        assert_eq!(verdict(60.0, 25.0, 18.0, own(60.0)), "none");
        assert_eq!(verdict(60.0, 45.0, 16.0, own(60.0)), "none");
        assert_eq!(verdict(60.0, 45.0, 14.0, own(60.0)), "back");
        assert_eq!(verdict(60.0, 36.0, 5.0, own(60.0)), "mixed");
        assert_eq!(verdict(60.0, 36.0, 7.0, own(60.0)), "none");
    }

    #[test]
    fn at_the_edge_of_a_band_the_word_stays() {
        let mut said = None;
        let mut words = Vec::new();
        for lumbar in [8.0, 11.0, 13.5, 11.0, 13.9, 14.5, 12.5, 10.5, 9.5, 20.0, 23.5, 21.0, 24.5, 20.5, 19.5] {
            said = Verdict::after(said, &bend(60.0, lumbar), &known_to(5.0), &Bands::default());
            words.push(Verdict::word(said));
        }
        words.dedup();
        assert_eq!(words, ["hips", "mixed", "hips", "mixed", "back", "mixed"]);
    }
}
