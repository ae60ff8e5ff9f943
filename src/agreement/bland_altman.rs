//! Agreement of two methods of measurement, after Bland and Altman (Lancet 1986;327:307, Stat Methods Med Res 1999;8:135).
//!
//! The difference is the program's value minus the second measurement's. Bias is its mean, the 95 % limits of agreement lie
//! 1.96 standard deviations to each side. The 95 % intervals of bias and limits follow the paper of 1999 (its section 2)
//! where pairs are independent, as repetitions nearly are. Frames of one bend are not: there the intervals come from
//! leaving out one bend after the other (jackknife), and none is given for fewer than three bends.

use serde::Serialize;

use super::numbers::{deviation, jackknife_error, mean, t_95, wilson_95};

/// Half the width of the limits of agreement, in standard deviations.
const LIMIT: f64 = 1.96;

/// Fewer pairs or bends than this have no limits of agreement. [own]
pub const FEWEST: usize = 3;

/// One value of each method, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AgreementPair {
    /// On the session's clock, seconds.
    pub time_s: f64,
    /// Of the program.
    pub bendwise_deg: f64,
    /// Of the second measurement.
    pub truth_deg: f64,
    /// Half the width of the program's 90 % interval.
    pub half_width_90_deg: f64,
}

impl AgreementPair {
    /// The program's value minus the other's.
    pub fn difference(&self) -> f64 {
        self.bendwise_deg - self.truth_deg
    }

    /// The mean of both.
    pub fn middle(&self) -> f64 {
        (self.bendwise_deg + self.truth_deg) / 2.0
    }

    /// Whether the other value lies in the program's interval.
    pub fn is_within(&self) -> bool {
        self.difference().abs() <= self.half_width_90_deg
    }
}

/// A value with its 95 % interval, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LimitEstimate {
    /// The value.
    pub value_deg: f64,
    /// Its interval; `None` if there is too little to tell it.
    pub interval_95_deg: Option<[f64; 2]>,
}

impl LimitEstimate {
    fn new(value: f64, half: Option<f64>) -> Self {
        Self { value_deg: value, interval_95_deg: half.map(|half| [value - half, value + half]) }
    }
}

/// How well two methods agree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AgreementStatistics {
    /// How many pairs.
    pub pairs: usize,
    /// Bends that they are of.
    pub bends: usize,
    /// The mean difference.
    pub bias: LimitEstimate,
    /// The lower limit of agreement; `None` for fewer than three pairs.
    pub lower_limit: Option<LimitEstimate>,
    /// The upper one.
    pub upper_limit: Option<LimitEstimate>,
    /// The standard deviation of the differences.
    pub standard_deviation_deg: Option<f64>,
    /// The root mean square difference.
    pub rmse_deg: f64,
    /// The mean absolute difference.
    pub mean_absolute_error_deg: f64,
    /// In how many pairs, 0 to 1, the program's 90 % interval holds the other value.
    pub within_90: f64,
    /// The 95 % interval of that (Wilson); `None` for frames, which are not independent.
    pub within_90_interval_95: Option<[f64; 2]>,
}

impl AgreementStatistics {
    /// Of independent pairs; `None` of none.
    pub fn of_repetitions(pairs: &[AgreementPair]) -> Option<Self> {
        let count = pairs.len();
        let plain = Self::plain(pairs, count)?;
        let scatter = plain.standard_deviation_deg; // of two and more
        let enough = scatter.filter(|_| count >= FEWEST);
        let t = t_95(count.saturating_sub(1));
        let error = |deviation: f64, extra: f64| Some(t? * deviation * (1.0 / count as f64 + extra).sqrt());
        let extra = LIMIT * LIMIT / (2.0 * count.saturating_sub(1) as f64);
        let limit =
            |side: f64| enough.map(|sd| LimitEstimate::new(plain.bias.value_deg + side * LIMIT * sd, error(sd, extra)));
        let hits = pairs.iter().filter(|pair| pair.is_within()).count();
        Some(Self {
            bias: LimitEstimate::new(plain.bias.value_deg, scatter.and_then(|sd| error(sd, 0.0))),
            lower_limit: limit(-1.0),
            upper_limit: limit(1.0),
            within_90_interval_95: wilson_95(hits, count),
            ..plain
        })
    }

    /// Of the frames of several bends; `None` without frames.
    pub fn of_frames(bends: &[Vec<AgreementPair>]) -> Option<Self> {
        let plain = Self::plain(&bends.concat(), bends.len())?;
        let enough = bends.len() >= FEWEST;
        let others = if enough { without_each(bends, plain.bias.value_deg) } else { Vec::new() };
        let half = |value: &dyn Fn(f64, f64) -> f64| {
            let without: Vec<f64> = others.iter().map(|(bias, deviation)| value(*bias, *deviation)).collect();
            Some(t_95(bends.len() - 1)? * jackknife_error(&without)?)
        };
        let limit = |side: f64| {
            let at = |bias: f64, deviation: f64| bias + side * LIMIT * deviation;
            let value = at(plain.bias.value_deg, plain.standard_deviation_deg.unwrap_or_default());
            enough.then(|| LimitEstimate::new(value, half(&at)))
        };
        Some(Self {
            bias: LimitEstimate::new(plain.bias.value_deg, half(&|bias, _| bias)),
            lower_limit: limit(-1.0),
            upper_limit: limit(1.0),
            ..plain
        })
    }

    /// Everything but intervals and limits.
    fn plain(pairs: &[AgreementPair], bends: usize) -> Option<Self> {
        let differences: Vec<f64> = pairs.iter().map(AgreementPair::difference).collect();
        let part = |count: usize| count as f64 / pairs.len() as f64;
        let of =
            |value: fn(f64) -> f64| mean(&differences.iter().map(|difference| value(*difference)).collect::<Vec<_>>());
        Some(Self {
            pairs: pairs.len(),
            bends,
            bias: LimitEstimate::new(mean(&differences)?, None),
            lower_limit: None,
            upper_limit: None,
            standard_deviation_deg: deviation(&differences),
            rmse_deg: of(|difference| difference * difference)?.sqrt(),
            mean_absolute_error_deg: of(f64::abs)?,
            within_90: part(pairs.iter().filter(|pair| pair.is_within()).count()),
            within_90_interval_95: None,
        })
    }
}

/// Mean and standard deviation of the differences without each bend in turn; `middle` is near the mean of all. From the sums of each
/// bend: a session of hours has thousands of them.
fn without_each(bends: &[Vec<AgreementPair>], middle: f64) -> Vec<(f64, f64)> {
    let sums = |bend: &Vec<AgreementPair>| {
        bend.iter().map(|pair| pair.difference() - middle).fold([0.0; 3], |[count, sum, squares], difference| {
            [count + 1.0, sum + difference, squares + difference * difference]
        })
    };
    let each: Vec<[f64; 3]> = bends.iter().map(sums).collect();
    let all: [f64; 3] = std::array::from_fn(|at| each.iter().map(|bend| bend[at]).sum());
    let without = |bend: &[f64; 3]| {
        let [count, sum, squares]: [f64; 3] = std::array::from_fn(|at| all[at] - bend[at]);
        let variance = if count > 1.0 { (squares - sum * sum / count).max(0.0) / (count - 1.0) } else { 0.0 };
        (count > 0.0).then(|| (middle + sum / count, variance.sqrt()))
    };
    each.iter().filter_map(without).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(truth: f64, difference: f64) -> AgreementPair {
        AgreementPair { time_s: 0.0, bendwise_deg: truth + difference, truth_deg: truth, half_width_90_deg: 5.0 }
    }

    /// Peak flow of 17 people by two meters: the example of the paper of 1986, where bias is −2.1, the standard deviation
    /// 38.8, the limits −79.7 and 75.5 (with 2 instead of 1.96), and their standard errors 9.4 and 16.3.
    #[test]
    fn the_example_of_bland_and_altman_comes_out() {
        let large =
            [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427].map(f64::from);
        let mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451].map(f64::from);
        let pairs: Vec<_> = large.iter().zip(mini).map(|(large, mini)| pair(mini, large - mini)).collect();
        let told = AgreementStatistics::of_repetitions(&pairs).unwrap();
        assert!((told.bias.value_deg - -2.1).abs() < 0.05, "{told:?}");
        assert!((told.standard_deviation_deg.unwrap() - 38.8).abs() < 0.05);
        assert!((told.lower_limit.unwrap().value_deg - (-2.1 - 1.96 * 38.765)).abs() < 0.1);
        let half = |estimate: LimitEstimate| estimate.interval_95_deg.unwrap()[1] - estimate.value_deg;
        assert!((half(told.bias) - 2.12 * 9.4).abs() < 0.1, "{}", half(told.bias));
        assert!((half(told.upper_limit.unwrap()) - 2.12 * 16.3).abs() < 0.7, "{}", half(told.upper_limit.unwrap()));
    }

    #[test]
    fn one_repetition_has_a_difference_and_nothing_more() {
        let told = AgreementStatistics::of_repetitions(&[pair(30.0, 2.0)]).unwrap();
        assert_eq!((told.bias, told.lower_limit), (LimitEstimate::new(2.0, None), None));
        assert_eq!((told.rmse_deg, told.within_90, told.standard_deviation_deg), (2.0, 1.0, None));
        assert_eq!(AgreementStatistics::of_repetitions(&[]), None);
        // Two have a wide interval: 12.706 · √2 / √2, and no limits.
        let two = AgreementStatistics::of_repetitions(&[pair(30.0, 2.0), pair(30.0, 4.0)]).unwrap();
        let [low, high] = two.bias.interval_95_deg.unwrap();
        assert!((low + 9.706).abs() < 1e-9 && (high - 15.706).abs() < 1e-9 && two.lower_limit.is_none(), "{two:?}");
        assert_eq!(AgreementStatistics::of_frames(&[]), None);
    }

    #[test]
    fn frames_of_few_bends_have_wide_intervals_however_many_they_are() {
        let bend = |difference: f64| vec![pair(20.0, difference); 500];
        let frames = AgreementStatistics::of_frames(&[bend(1.0), bend(3.0), bend(8.0)]).unwrap();
        let alone = AgreementStatistics::of_repetitions(&[pair(20.0, 1.0), pair(20.0, 3.0), pair(20.0, 8.0)]).unwrap();
        let [low, high] = frames.bias.interval_95_deg.unwrap();
        let [alone_low, alone_high] = alone.bias.interval_95_deg.unwrap();
        assert!((low - alone_low).abs() < 1e-6 && (high - alone_high).abs() < 1e-6, "{frames:?}");
        assert!((frames.within_90 - 2.0 / 3.0).abs() < 1e-9 && frames.within_90_interval_95.is_none());
        assert_eq!(AgreementStatistics::of_frames(&[bend(1.0), bend(2.0)]).unwrap().lower_limit, None);
    }

    #[test]
    fn what_the_frames_become_without_a_bend_is_that_of_the_others() {
        let bend = |number: usize| {
            let difference = |frame: usize| ((number * 7 + frame * 13) % 11) as f64 - 30.0 + number as f64;
            (0..20 + 3 * number).map(|frame| pair(20.0, difference(frame))).collect::<Vec<_>>()
        };
        let bends: Vec<Vec<AgreementPair>> = (0..9).map(bend).collect();
        for (left, (bias, deviation)) in without_each(&bends, -25.0).into_iter().enumerate() {
            let others = [&bends[..left], &bends[left + 1..]].concat().concat();
            let told = AgreementStatistics::plain(&others, 8).unwrap();
            assert!((told.bias.value_deg - bias).abs() < 1e-9, "{told:?}, not {bias}");
            assert!((told.standard_deviation_deg.unwrap() - deviation).abs() < 1e-9, "{told:?}, not {deviation}");
        }
    }

    /// As in hours of bends: each is left out of sums, not of copies of all frames.
    #[test]
    fn thousands_of_bends_are_left_out_one_by_one() {
        let bends: Vec<Vec<AgreementPair>> = (0..4000).map(|at| vec![pair(20.0, f64::from(at % 5)); 100]).collect();
        let told = AgreementStatistics::of_frames(&bends).unwrap();
        let [low, high] = told.bias.interval_95_deg.unwrap();
        assert!(
            (told.bias.value_deg - 2.0).abs() < 1e-9
                && (high - low - 2.0 * 1.96 * 2f64.sqrt() / 4000f64.sqrt()).abs() < 1e-3
        );
    }
}
