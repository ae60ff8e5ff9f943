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
}
