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
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, below) in [(0.0, 0.5), (1.0, 0.841_345), (-1.0, 0.158_655), (Z_90, 0.95), (-Z_95, 0.025), (-9.0, 0.0)] {
            assert!((normal_below(z) - below).abs() < 1e-4, "{z}: {}", normal_below(z));
        }
        let steps = || (-800..=800).map(|step| normal_below(step as f32 / 100.0));
        assert!(steps().zip(steps().skip(1)).all(|(one, next)| next >= one - 1e-6), "it never falls");
    }
}
