//! The few numerical methods that this room needs.

/// Median; the mean of the two middle values for an even count, `None` if empty.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let lower = middle.checked_sub(1).and_then(|below| values.get(below)).filter(|_| values.len().is_multiple_of(2));
    Some(lower.map_or(upper, |lower| (lower + upper) / 2.0))
}

/// Mean; `None` if empty.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation of a sample, with n − 1; `None` for fewer than two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let middle = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Half the width of the 95 % interval of Student's t for 1 to 30 degrees of freedom.
const T_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// Half the width of the 95 % interval of Student's t; `None` without degrees of freedom.
pub fn t_95(freedom: usize) -> Option<f64> {
    let known = T_95.get(freedom.checked_sub(1)?).copied();
    // Beyond the table the first terms of its expansion about the normal distribution (Abramowitz & Stegun 1964, formula 26.7.5) are
    // right to a ten-thousandth.
    let (z, n) = (1.959_964_f64, freedom as f64);
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    Some(known.unwrap_or_else(|| z + (z.powi(3) + z) / (4.0 * n) + second / (n * n)))
}

/// The straight line through pairs, its second value over its first: correlation and slope. `None` where one of the two does
/// not change.
pub fn line(pairs: &[(f64, f64)]) -> Option<(f64, f64)> {
    let middle = |value: fn(&(f64, f64)) -> f64| mean(&pairs.iter().map(value).collect::<Vec<_>>());
    let (x, y) = (middle(|pair| pair.0)?, middle(|pair| pair.1)?);
    let sum = |value: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|pair| value(pair.0 - x, pair.1 - y)).sum::<f64>();
    let (xx, yy, xy) = (sum(&|x, _| x * x), sum(&|_, y| y * y), sum(&|x, y| x * y));
    (xx > 1e-9 && yy > 1e-9).then(|| (xy / (xx * yy).sqrt(), xy / xx))
}

/// The standard error of an estimate from what it becomes when each group is left out in turn (jackknife); `None` for
/// fewer than two groups.
pub fn jackknife_error(without: &[f64]) -> Option<f64> {
    let middle = mean(without).filter(|_| without.len() > 1)?;
    let squares: f64 = without.iter().map(|value| (value - middle).powi(2)).sum();
    let groups = without.len() as f64;
    Some((squares * (groups - 1.0) / groups).sqrt())
}

/// The 95 % interval of a proportion by Wilson's method; `None` of nothing.
pub fn wilson_95(hits: usize, of: usize) -> Option<[f64; 2]> {
    if of == 0 {
        return None;
    }
    let (z, n) = (1.959_964_f64, of as f64);
    let part = hits as f64 / n;
    let middle = part + z * z / (2.0 * n);
    let half = z * (part * (1.0 - part) / n + z * z / (4.0 * n * n)).sqrt();
    Some([middle - half, middle + half].map(|end| (end / (1.0 + z * z / n)).clamp(0.0, 1.0)))
}

/// Solves a small system of linear equations; `None` if it has no single solution.
pub fn solved<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> Option<[f64; N]> {
    for column in 0..N {
        let pivot =
            (column..N).max_by(|one, other| matrix[*one][column].abs().total_cmp(&matrix[*other][column].abs()))?;
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let (lead, value) = (matrix[column], right[column]);
        if lead[column].abs() <= 1e-12 || lead[column].is_nan() {
            return None;
        }
        for row in (0..N).filter(|row| *row != column) {
            let part = matrix[row][column] / lead[column];
            matrix[row].iter_mut().zip(lead).for_each(|(entry, lead)| *entry -= part * lead);
            right[row] -= part * value;
        }
    }
    Some(std::array::from_fn(|row| right[row] / matrix[row][row]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantiles_are_those_of_the_tables() {
        for (freedom, known) in [(1, 12.706), (9, 2.262), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980)] {
            assert!((t_95(freedom).unwrap() - known).abs() < 0.002, "{freedom}: {:?}", t_95(freedom));
        }
        for (freedom, known) in [(31, 2.0395), (35, 2.0301), (40, 2.0211), (50, 2.0086), (100, 1.9840)] {
            assert!((t_95(freedom).unwrap() - known).abs() < 2e-4, "{freedom}: {:?}", t_95(freedom));
        }
        assert_eq!(t_95(0), None);
    }

    #[test]
    fn the_interval_of_a_proportion_is_wilsons() {
        let [low, high] = wilson_95(9, 10).unwrap();
        assert!((low - 0.5958).abs() < 1e-3 && (high - 0.9821).abs() < 1e-3, "{low} {high}");
        assert_eq!(wilson_95(0, 0), None);
        let [low, high] = wilson_95(3, 3).unwrap();
        assert!(low > 0.4 && high == 1.0);
    }

    #[test]
    fn the_jackknife_of_a_mean_gives_its_standard_error() {
        let values = [1.0, 2.0, 4.0, 7.0];
        let without: Vec<f64> = (0..4).map(|left| (14.0 - values[left]) / 3.0).collect();
        let expected = deviation(&values).unwrap() / 2.0;
        assert!((jackknife_error(&without).unwrap() - expected).abs() < 1e-12);
        assert_eq!(jackknife_error(&without[..1]), None);
    }

    #[test]
    fn equations_are_solved_or_refused() {
        let solution = solved([[0.0, 2.0, 1.0], [1.0, 1.0, 0.0], [2.0, 0.0, 3.0]], [7.0, 3.0, 11.0]).unwrap();
        for (found, expected) in solution.into_iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-9, "{solution:?}");
        }
        assert_eq!(solved([[1.0, 2.0], [2.0, 4.0]], [1.0, 2.0]), None);
        assert_eq!(solved([[f64::NAN]], [1.0]), None);
    }

    #[test]
    fn a_line_has_a_slope_and_a_correlation() {
        let (correlation, slope) = line(&[(0.0, 1.0), (1.0, -1.0), (2.0, -3.0)]).unwrap();
        assert!((correlation + 1.0).abs() < 1e-12 && (slope + 2.0).abs() < 1e-12);
        assert_eq!((line(&[(0.0, 1.0), (1.0, 1.0)]), line(&[])), (None, None));
    }

    #[test]
    fn medians_and_deviations_of_little_are_none() {
        assert_eq!((median(std::iter::empty()), mean(&[]), deviation(&[1.0])), (None, None, None));
        assert_eq!((median([4.0, 1.0].into_iter()), deviation(&[1.0, 3.0])), (Some(2.5), Some(2f64.sqrt())));
    }
}
