//! Statistics that several modules need.

/// Half the width of the 90 % interval of a normal distribution, in standard deviations.
pub const Z_90: f32 = 1.645;

/// Half the width of the 95 % interval of a normal distribution, in standard deviations.
pub const Z_95: f32 = 1.96;

/// Median; the mean of the two middle values for an even count, `None` if empty.
pub fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let (middle, even) = (values.len() / 2, values.len().is_multiple_of(2));
    if values.is_empty() {
        return None;
    }
    let (below, upper, _) = values.select_nth_unstable_by(middle, f32::total_cmp);
    let lower = below.iter().copied().max_by(f32::total_cmp).filter(|_| even);
    Some(lower.map_or(*upper, |lower| (lower + *upper) / 2.0))
}

/// Whether the [`median`] of values is a lower bound, where those that are marked may be more. Such a value moves the median only if it is
/// not above it already, and above both in the middle of an even number.
pub fn median_is_lower_bound(values: impl Iterator<Item = (f32, bool)>) -> bool {
    let mut values: Vec<(f32, bool)> = values.collect();
    values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let upper = values.get(values.len() / 2).map(|(upper, _)| *upper); // of an even number, the median lies between two
    upper.is_some_and(|upper| values.iter().any(|(value, may_be_more)| *may_be_more && *value <= upper))
}

/// The narrowest pair of equally distant order statistics that holds the median of the population in at least 90 of 100
/// samples, whatever its distribution: below the lower one are so few values that at most 5 of 100 samples have so few below
/// their median (binomial, p = ½; Conover 1999, section 3.2). `None` for fewer than five values, which cannot say it.
pub fn median_interval_90(values: impl Iterator<Item = f32>) -> Option<(f32, f32)> {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    let outside = outside_of_the_interval(values.len());
    (outside > 0).then(|| (values[outside - 1], values[values.len() - outside]))
}

/// The largest number k with P(X < k) ≤ 5 % for a binomial X of n and ½.
fn outside_of_the_interval(count: usize) -> usize {
    // Beyond this the first term is no number any more, and the normal distribution is off by less than one value.
    const MOST: usize = 1000;
    let n = count as f64;
    if count > MOST {
        return ((n - f64::from(Z_90) * n.sqrt()) / 2.0).floor() as usize;
    }
    let (mut term, mut below, mut outside) = (0.5_f64.powi(count as i32), 0.0, 0);
    while outside < count && below + term <= 0.05 {
        below += term;
        term *= (n - outside as f64) / (outside as f64 + 1.0);
        outside += 1;
    }
    outside
}

/// The probability that a value of a standard normal distribution is below `z`; off by less than 1e-6 (Abramowitz &
/// Stegun 1964, formula 26.2.17).
pub fn normal_below(z: f32) -> f32 {
    const COEFFICIENTS: [f32; 5] = [0.319_381_53, -0.356_563_78, 1.781_477_9, -1.821_255_9, 1.330_274_5];
    let density = (-z * z / 2.0).exp() / (2.0 * std::f32::consts::PI).sqrt();
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let above = density * COEFFICIENTS.iter().rev().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    if z > 0.0 { 1.0 - above } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_outliers() {
        assert_eq!(median([3.0, 1.0, 1000.0, 2.0, -50.0].into_iter()), Some(2.0));
        assert_eq!(median([1.0, 2.0].into_iter()), Some(1.5));
        assert_eq!(median([4.0, 1.0, 3.0, 2.0].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }

    #[test]
    fn a_median_is_a_lower_bound_where_a_value_that_may_be_more_is_not_above_it() {
        let told = |values: &[(f32, bool)]| median_is_lower_bound(values.iter().copied());
        assert!(told(&[(1.0, true), (2.0, false), (3.0, false)]), "it may be the largest");
        assert!(!told(&[(1.0, false), (2.0, false), (3.0, true)]), "it is above the median already");
        assert!(told(&[(40.0, false), (50.0, true)]), "the larger of the two in the middle");
        assert!(!told(&[(1.0, false)]) && !told(&[]));
    }

    #[test]
    fn the_interval_of_a_median_is_that_of_the_tables() {
        let outside = [0, 1, 4, 5, 8, 10, 20, 30, 100].map(outside_of_the_interval);
        assert_eq!(outside, [0, 0, 0, 1, 2, 2, 6, 11, 42]);
        assert!(outside_of_the_interval(1000).abs_diff(outside_of_the_interval(1001)) <= 1);
        assert_eq!(median_interval_90([1.0, 2.0, 3.0, 4.0].into_iter()), None);
        assert_eq!(median_interval_90([5.0, 1.0, 4.0, 2.0, 3.0].into_iter()), Some((1.0, 5.0)));
    }

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, below) in [(0.0, 0.5), (1.0, 0.841_345), (-1.0, 0.158_655), (Z_90, 0.95), (-Z_95, 0.025), (-9.0, 0.0)] {
            assert!((normal_below(z) - below).abs() < 1e-4, "{z}: {}", normal_below(z));
        }
        let steps = || (-800..=800).map(|step| normal_below(step as f32 / 100.0));
        assert!(steps().zip(steps().skip(1)).all(|(one, next)| next >= one - 1e-6), "it never falls");
    }
}
