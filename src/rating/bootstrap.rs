//! Intervals by bootstrap over persons and over the repetitions of each, because repetitions of one person err alike.

use super::shuffle::SeededRandom;

/// How many times is drawn: the usual order for percentiles at 95 % (Efron and Tibshirani 1993, chapter 13).
pub const RESAMPLES: usize = 2000;

/// Below this many persons an interval is called rough. [own]: `tests.rs` measures how often it holds the truth.
pub const FEW_PERSONS: usize = 10;

/// An interval needs this part of the draws to have a value. [own]
const DEFINED: f64 = 0.9;

/// The part of the draws below and above a 95 % interval.
const TAIL: f64 = 0.025;

/// The seed of every interval, so that the same ratings give the same bytes.
const SEED: u64 = 0x62_656e_6477_6973;

/// The 95 % interval (percentiles) of a statistic of clips. `persons` holds the clips of each person: persons are drawn
/// with replacement, then as many clips of each as there are. `None` if the statistic is undefined too often.
pub(super) fn interval_95(persons: &[Vec<usize>], statistic: impl Fn(&[usize]) -> Option<f64>) -> Option<[f64; 2]> {
    if persons.is_empty() {
        return None;
    }
    let mut random = SeededRandom::new(SEED);
    let mut clips = Vec::new();
    let draws = (0..RESAMPLES).filter_map(|_| {
        clips.clear();
        for _ in 0..persons.len() {
            let of_one = &persons[random.below(persons.len())];
            clips.extend((0..of_one.len()).map(|_| of_one[random.below(of_one.len())]));
        }
        statistic(&clips)
    });
    let mut draws: Vec<f64> = draws.collect();
    if (draws.len() as f64) < DEFINED * RESAMPLES as f64 {
        return None;
    }
    draws.sort_by(f64::total_cmp);
    let last = (draws.len() - 1) as f64;
    Some([TAIL, 1.0 - TAIL].map(|part| draws[(part * last).round() as usize]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_who_differ_make_a_wider_interval_than_as_many_repetitions() {
        // Each person is all 0 or all 1.
        let value =
            |clips: &[usize]| Some(clips.iter().filter(|clip| **clip % 2 == 0).count() as f64 / clips.len() as f64);
        let persons: Vec<Vec<usize>> =
            (0..12).map(|person| (0..10).map(|clip| 2 * clip + person % 2).collect()).collect();
        let alone: Vec<Vec<usize>> = vec![persons.concat()];
        let width = |persons: &[Vec<usize>]| interval_95(persons, value).map(|[low, high]| high - low).unwrap();
        assert!(width(&persons) > 2.5 * width(&alone), "{} {}", width(&persons), width(&alone));
        assert_eq!(interval_95(&persons, value), interval_95(&persons, value), "the same each time");
    }

    #[test]
    fn what_is_mostly_undefined_has_no_interval() {
        assert_eq!(interval_95(&[vec![0, 1]], |_| None), None);
        assert_eq!(interval_95(&[], |_| Some(1.0)), None);
        assert_eq!(interval_95(&[vec![0]], |_| Some(1.0)), Some([1.0, 1.0]));
    }
}
