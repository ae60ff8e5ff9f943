//! How probable each verdict on a bend is, and which one is worth giving: the rule of every verdict.

use euclid::Angle;

use crate::geometry::{Bend, HalfWidth90, MINIMUM_BEND};
use crate::statistics::{Z_90, normal_below};
use crate::units::degrees;

use super::bands::Bands;
use super::verdict::Verdict;

/// The narrowest interval that is believed, so that no division by zero makes a value at an edge certain.
const LEAST_HALF_WIDTH: Angle<f32> = Angle { radians: 1e-6 };

/// What is lost by saying nothing: the unit of all costs. [own], as are all of them (`METHOD.md`, "Verdict"). Naming
/// the class beside the true one costs nothing: the edges are our choice, and nobody feels them.
const COST_OF_SILENCE: f32 = 1.0;

/// What is lost if a bend from the back is said to come from the hips, the worst error: it praises what should change.
const COST_OF_HIPS_FOR_BACK: f32 = 10.0;

/// What is lost if a bend from the hips is said to come from the back: it corrects what was right.
const COST_OF_BACK_FOR_HIPS: f32 = 8.0;

/// The class named has to be more likely than not: "mixed" lies in the middle, so by costs alone it would be the refuge
/// of every wide interval.
const MORE_LIKELY_THAN_NOT: f32 = 0.5;

/// How far both edges move in favour of the verdict so far during a bend: twice the remaining scatter of a frame
/// (`METHOD.md`, "Smoothing"). [own]
const STAYS: Angle<f32> = degrees(2.0);

/// How probable it is that a bend came from the hips, from both, or from the back. They add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassProbabilities {
    /// That lumbar flexion is at most the lower edge.
    pub hips: f32,
    /// That it is between the edges.
    pub mixed: f32,
    /// That it is at least the upper edge.
    pub back: f32,
}

impl ClassProbabilities {
    /// Of a lumbar flexion with the half width of its 90 % interval, whose error is taken as normally distributed with
    /// the standard deviation that gives this interval.
    pub fn of(lumbar_flexion: Angle<f32>, half_width_90: Angle<f32>, bands: &Bands) -> Self {
        // Not `max`, which takes NaN for the least: an unknown interval gives no verdict.
        let half_width = if half_width_90 < LEAST_HALF_WIDTH { LEAST_HALF_WIDTH } else { half_width_90 };
        let deviation = half_width.radians / Z_90;
        let hips = normal_below((bands.hips - lumbar_flexion).radians / deviation);
        let back = normal_below((lumbar_flexion - bands.back).radians / deviation);
        Self { hips, mixed: (1.0 - hips - back).max(0.0), back }
    }

    /// The probability that this verdict is true.
    pub fn get(&self, verdict: Verdict) -> f32 {
        match verdict {
            Verdict::Hips => self.hips,
            Verdict::Mixed => self.mixed,
            Verdict::Back => self.back,
        }
    }

    /// The verdict that is more likely than not, if what it may cost is less than what silence costs.
    pub fn verdict(&self) -> Option<Verdict> {
        let verdicts = [Verdict::Hips, Verdict::Mixed, Verdict::Back].into_iter();
        verdicts
            .filter(|verdict| self.get(*verdict) >= MORE_LIKELY_THAN_NOT && self.cost(*verdict) <= COST_OF_SILENCE)
            .max_by(|one, other| self.get(*one).total_cmp(&self.get(*other)))
    }

    /// What is to be expected to be lost by giving this verdict.
    fn cost(&self, verdict: Verdict) -> f32 {
        match verdict {
            Verdict::Hips => COST_OF_HIPS_FOR_BACK * self.back,
            Verdict::Mixed => 0.0,
            Verdict::Back => COST_OF_BACK_FOR_HIPS * self.hips,
        }
    }
}

impl Verdict {
    /// Returns where this bend came from: the class that is more likely than not, if the chance of the opposite is small
    /// enough ([`ClassProbabilities::verdict`]). `None` if none is, or if the bend is smaller than [`MINIMUM_BEND`].
    pub fn of(bend: &Bend, half_width_90: &HalfWidth90, bands: &Bands) -> Option<Self> {
        let probabilities = ClassProbabilities::of(bend.lumbar_flexion, half_width_90.lumbar_flexion, bands);
        probabilities.verdict().filter(|_| bend.total() >= MINIMUM_BEND)
    }

    /// As [`Verdict::of`] for a bend in progress with the verdict `before`; it does not flicker at the edge of a band.
    pub fn after(before: Option<Self>, bend: &Bend, half_width_90: &HalfWidth90, bands: &Bands) -> Option<Self> {
        Self::of(bend, half_width_90, &in_favour_of(bands, before))
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
    fn a_value_known_well_is_judged_by_the_edges() {
        for (hip, lumbar, uncertain, word) in [
            (60.0, 0.0, 8.0, "hips"),
            (60.0, 11.9, 4.0, "hips"),
            (60.0, 12.1, 4.0, "mixed"),
            (60.0, 21.9, 4.0, "mixed"),
            (60.0, 22.1, 4.0, "back"),
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
            (30.0, 16.5, "mixed"),
            (30.0, 22.0, "back"),
        ] {
            assert_eq!(verdict(60.0, lumbar, 4.0, own(range)), word, "{lumbar}° of {range}°");
        }
        for (lumbar, uncertain, word) in [
            (25.0, 18.0, "hips"),
            (29.0, 18.0, "none"),
            (36.0, 18.0, "none"),
            (36.0, 13.0, "mixed"),
            (46.0, 18.0, "back"),
        ] {
            assert_eq!(verdict(60.0, lumbar, uncertain, own(60.0)), word, "{lumbar}° ± {uncertain}° of 60°");
        }
    }

    /// Degrees by which a value at an edge has to be inside, as radians are rounded.
    const ROUNDING: f32 = 1e-3;

    /// The edge between two words by the general bands, whole tenths of a degree: the last "hips", the first and last
    /// "mixed", the first "back".
    fn edges(uncertain: f32) -> [Option<f32>; 4] {
        let tenths = || (-400..800).map(|tenth| tenth as f32 / 10.0);
        let said = |word, inside: f32| {
            tenths().filter(move |lumbar| verdict(90.0, lumbar + inside, uncertain, Bands::default()) == word)
        };
        [
            said("hips", -ROUNDING).next_back(),
            said("mixed", 0.0).next(),
            said("mixed", 0.0).next_back(),
            said("back", ROUNDING).next(),
        ]
    }

    #[test]
    fn the_rules_table_is_that_of_the_method() {
        let method = include_str!("../../METHOD.md");
        for uncertain in [6.0, 10.0, 12.0, 14.0, 18.0] {
            let [hips, first, last, back] = edges(uncertain);
            let [hips, back] = [hips, back].map(|edge| format!("{:.1}°", edge.unwrap()));
            let mixed = first.zip(last).map_or("–".to_owned(), |(first, last)| format!("{first:.1}–{last:.1}°"));
            let row = format!("| ±{uncertain:.0}° | {hips} | {mixed} | {back} |");
            assert!(method.contains(&row), "METHOD.md lacks {row}");
        }
    }

    const WIDTHS: std::ops::Range<i32> = 1..60;
    const ANGLES: std::ops::Range<i32> = -60..120;

    /// Where a word stands between hips and back; silence has no place.
    fn rank(word: &str) -> Option<usize> {
        ["hips", "mixed", "back"].iter().position(|known| *known == word)
    }

    #[test]
    fn more_lumbar_flexion_never_moves_the_verdict_towards_the_hips() {
        for bands in [Bands::default(), own(30.0), own(60.0), own(90.0)] {
            for uncertain in WIDTHS {
                let words = ANGLES.map(|lumbar| verdict(90.0, lumbar as f32, uncertain as f32, bands));
                assert!(words.filter_map(rank).is_sorted(), "±{uncertain}° {bands:?}");
            }
        }
    }

    #[test]
    fn a_wider_interval_only_takes_the_verdict_away() {
        for bands in [Bands::default(), own(30.0), own(60.0), own(90.0)] {
            for lumbar in ANGLES {
                let mut words: Vec<_> =
                    WIDTHS.map(|uncertain| verdict(90.0, lumbar as f32 + ROUNDING, uncertain as f32, bands)).collect();
                words.dedup();
                assert!(words.len() == 1 || (words.len() == 2 && words[1] == "none"), "{lumbar}° {bands:?}: {words:?}");
            }
        }
    }

    #[test]
    fn hips_is_never_said_where_more_than_one_in_ten_such_bends_come_from_the_back() {
        for uncertain in WIDTHS.map(|width| width as f32) {
            for lumbar in ANGLES.map(|angle| angle as f32) {
                let probabilities =
                    ClassProbabilities::of(Angle::degrees(lumbar), Angle::degrees(uncertain), &Bands::default());
                match verdict(90.0, lumbar, uncertain, Bands::default()) {
                    "hips" => assert!(probabilities.back <= 0.1 && lumbar <= 12.0, "{lumbar}° ± {uncertain}°"),
                    "back" => assert!(probabilities.hips <= 0.125 && lumbar >= 22.0, "{lumbar}° ± {uncertain}°"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn an_edge_belongs_to_the_outer_class_and_an_unknown_interval_decides_nothing() {
        for (lumbar, word) in [(12.0 - ROUNDING, "hips"), (22.0 + ROUNDING, "back")] {
            for uncertain in [0.0, 1.0, 3.0, 12.0] {
                assert_eq!(verdict(60.0, lumbar, uncertain, Bands::default()), word, "{lumbar}° ± {uncertain}°");
            }
        }
        for lumbar in [-20.0, 5.0, 17.0, 40.0, 60.0] {
            for uncertain in [f32::INFINITY, f32::NAN] {
                assert_ne!(verdict(60.0, lumbar, uncertain, Bands::default()), "hips", "±{uncertain}");
            }
        }
        assert_eq!(verdict(60.0, f32::NAN, 5.0, Bands::default()), "none");
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
