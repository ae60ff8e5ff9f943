//! Cohen's kappa, weighted and not.

use crate::coach::Verdict;

/// How much a disagreement counts. The classes are ordered: hips, mixed, back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KappaWeights {
    /// By the number of steps between the classes (Cicchetti and Allison 1971).
    Linear,
    /// By its square (Fleiss and Cohen 1973).
    Quadratic,
    /// Each disagreement alike (Cohen 1960).
    Unweighted,
}

impl KappaWeights {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Linear, Self::Quadratic, Self::Unweighted];

    fn disagreement(self, one: usize, other: usize) -> f64 {
        let steps = one.abs_diff(other) as f64;
        match self {
            Self::Linear => steps,
            Self::Quadratic => steps * steps,
            Self::Unweighted => steps.min(1.0),
        }
    }
}

/// How often one judge said this while the other said that: rows are the first judge's classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfusionTable<const CLASSES: usize = 3>(pub [[u32; CLASSES]; CLASSES]);

impl<const CLASSES: usize> Default for ConfusionTable<CLASSES> {
    fn default() -> Self {
        Self([[0; CLASSES]; CLASSES])
    }
}

/// The place of a verdict in a table.
pub(super) fn class(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Hips => 0,
        Verdict::Mixed => 1,
        Verdict::Back => 2,
    }
}

impl ConfusionTable {
    /// Counts pairs of verdicts.
    pub fn of(pairs: impl Iterator<Item = (Verdict, Verdict)>) -> Self {
        let mut table = Self::default();
        pairs.for_each(|(first, second)| table.0[class(first)][class(second)] += 1);
        table
    }

    /// How often one judge said hips and the other back.
    pub fn opposite(&self) -> u32 {
        self.0[0][2] + self.0[2][0]
    }
}

impl<const CLASSES: usize> ConfusionTable<CLASSES> {
    /// The number of pairs.
    pub fn count(&self) -> u32 {
        self.0.iter().flatten().sum()
    }

    /// The share of pairs that agree; `None` without any.
    pub fn agreement(&self) -> Option<f64> {
        let alike: u32 = (0..CLASSES).map(|class| self.0[class][class]).sum();
        (self.count() > 0).then(|| f64::from(alike) / f64::from(self.count()))
    }

    /// Kappa: 1 − observed / expected disagreement, the latter if each judge kept their own frequencies but chose by
    /// chance. `None` where no disagreement is expected: both judges used one class only, the same.
    pub fn kappa(&self, weights: KappaWeights) -> Option<f64> {
        self.kappa_by(|one, other| weights.disagreement(one, other))
    }

    fn kappa_by(&self, disagreement: impl Fn(usize, usize) -> f64) -> Option<f64> {
        let rows = self.0.map(|row| row.iter().sum::<u32>());
        let columns: [u32; CLASSES] = std::array::from_fn(|class| self.0.iter().map(|row| row[class]).sum());
        let (mut observed, mut expected) = (0.0, 0.0);
        for (one, row) in self.0.iter().enumerate() {
            for (other, count) in row.iter().enumerate() {
                let weight = disagreement(one, other);
                observed += weight * f64::from(*count);
                expected += weight * f64::from(rows[one]) * f64::from(columns[other]);
            }
        }
        (expected > 0.0).then(|| 1.0 - observed * f64::from(self.count()) / expected)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use KappaWeights::{Linear, Quadratic, Unweighted};

    fn near(value: Option<f64>, expected: f64) {
        assert!((value.unwrap() - expected).abs() < 5e-4, "{value:?}, not {expected}");
    }

    /// Two judges and 200 cases (Cohen 1968, Psychological Bulletin 70:213, table 1): the paper gives .492 without weights
    /// and .348 with its own.
    #[test]
    fn cohens_own_example() {
        let table = ConfusionTable([[88, 14, 18], [10, 40, 10], [2, 6, 12]]);
        near(table.kappa(Unweighted), 0.492);
        let weights = [[0.0, 1.0, 3.0], [1.0, 0.0, 6.0], [3.0, 6.0, 0.0]];
        near(table.kappa_by(|one, other| weights[one][other]), 0.348);
        near(table.agreement(), 0.70);
        assert_eq!((table.count(), table.opposite()), (200, 20));
    }

    /// Two dermatologists and 88 patients, the example of SAS' PROC FREQ ("Agreement Study"): .3449 without weights and
    /// .5082 with linear ones (its default, Cicchetti and Allison).
    #[test]
    fn the_example_of_a_statistics_package() {
        let table = ConfusionTable([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]]);
        near(table.kappa(Unweighted), 0.3449);
        near(table.kappa(Linear), 0.5082);
    }

    #[test]
    fn perfect_opposite_and_chance() {
        let perfect = ConfusionTable([[5, 0, 0], [0, 3, 0], [0, 0, 2]]);
        let chance = ConfusionTable([[4, 4, 8], [2, 2, 4], [2, 2, 4]]);
        for weights in KappaWeights::ALL {
            assert_eq!(perfect.kappa(weights), Some(1.0));
            assert!(chance.kappa(weights).unwrap().abs() < 1e-12);
        }
        assert_eq!(ConfusionTable([[0, 0, 5], [0, 0, 0], [5, 0, 0]]).kappa(Linear), Some(-1.0));
    }

    #[test]
    fn one_class_only_gives_no_kappa_and_full_agreement() {
        let same = ConfusionTable([[9, 0, 0], [0, 0, 0], [0, 0, 0]]);
        assert!(KappaWeights::ALL.iter().all(|weights| same.kappa(*weights).is_none()));
        assert_eq!(same.agreement(), Some(1.0));
        // One judge uses one class, the other two: no better than chance.
        assert_eq!(ConfusionTable([[5, 4, 0], [0, 0, 0], [0, 0, 0]]).kappa(Linear), Some(0.0));
        assert_eq!(ConfusionTable::<3>::default().kappa(Linear), None);
        assert_eq!(ConfusionTable::<3>::default().agreement(), None);
    }

    proptest! {
        /// Quadratic kappa is 2·covariance / (variance + variance + squared difference of the means), another formula (Fleiss
        /// and Cohen 1973 relate it to the intraclass correlation; Lin's concordance).
        #[test]
        fn quadratic_kappa_is_a_concordance(counts in proptest::array::uniform9(0_u32..20)) {
            let table = ConfusionTable([[counts[0], counts[1], counts[2]], [counts[3], counts[4], counts[5]],
                [counts[6], counts[7], counts[8]]]);
            let pairs = || (0..9).flat_map(|at| std::iter::repeat_n(((at / 3) as f64, (at % 3) as f64), counts[at] as usize));
            let count = f64::from(table.count());
            let mean = |value: &dyn Fn((f64, f64)) -> f64| pairs().map(value).sum::<f64>() / count;
            let (one, other) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
            let covariance = mean(&|pair| (pair.0 - one) * (pair.1 - other));
            let spread = mean(&|pair| (pair.0 - one).powi(2) + (pair.1 - other).powi(2)) + (one - other).powi(2);
            match table.kappa(Quadratic) {
                Some(kappa) => prop_assert!((kappa - 2.0 * covariance / spread).abs() < 1e-9),
                None => prop_assert!(table.count() == 0 || spread < 1e-12),
            }
        }

        #[test]
        fn kappa_is_the_same_both_ways_round_and_at_most_one(counts in proptest::array::uniform9(0_u32..20)) {
            let table = ConfusionTable([[counts[0], counts[1], counts[2]], [counts[3], counts[4], counts[5]],
                [counts[6], counts[7], counts[8]]]);
            let turned: ConfusionTable = ConfusionTable(std::array::from_fn(|row| std::array::from_fn(|column| table.0[column][row])));
            for weights in KappaWeights::ALL {
                let (one, other) = (table.kappa(weights), turned.kappa(weights));
                prop_assert_eq!(one.is_some(), other.is_some());
                if let Some((one, other)) = one.zip(other) {
                    prop_assert!((one - other).abs() < 1e-12 && one <= 1.0 && one.is_finite());
                }
            }
        }
    }
}
