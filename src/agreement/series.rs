//! A quantity over time, with gaps.

use super::numbers::median;

/// Between two samples further apart than this nothing is known, seconds: at 60°/s, as fast as people bend in a drill, an
/// angle has moved by 15° meanwhile. [own]
pub const LONGEST_STEP: f64 = 0.25;

/// A quantity over time: times increase, and all numbers are finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimeSeries {
    points: Vec<(f64, f64)>,
}

impl TimeSeries {
    /// Sorts the points by time and takes the mean of those at the same time. Points that are not finite are left out.
    pub fn new(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let mut points: Vec<(f64, f64)> =
            points.into_iter().filter(|(time, value)| (time + value).is_finite()).collect();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        let together = points.chunk_by(|one, other| one.0 == other.0);
        let mean = |same: &[(f64, f64)]| {
            let sum: f64 = same.iter().map(|(_, value)| value).sum();
            same.first().map(|(time, _)| (*time, sum / same.len() as f64))
        };
        Self { points: together.filter_map(mean).collect() }
    }

    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// The first and the last time; `None` if there is no point.
    pub fn ends(&self) -> Option<(f64, f64)> {
        Some((self.points.first()?.0, self.points.last()?.0))
    }

    /// The time between two samples, as the median; `None` for fewer than two.
    pub fn step(&self) -> Option<f64> {
        median(self.points.windows(2).map(|pair| pair[1].0 - pair[0].0))
    }

    /// The value at a time, on the line between its neighbours; `None` outside and in gaps.
    pub fn at(&self, time: f64) -> Option<f64> {
        let next = self.points.partition_point(|point| point.0 < time);
        let (after, value_after) = *self.points.get(next)?;
        if after == time {
            return Some(value_after);
        }
        let (before, value_before) = *self.points.get(next.checked_sub(1)?)?;
        let part = (time - before) / (after - before);
        (after - before <= LONGEST_STEP).then_some(value_before + part * (value_after - value_before))
    }

    /// The change per second at a time, over a tenth of a second.
    pub fn slope_at(&self, time: f64) -> Option<f64> {
        const HALF: f64 = 0.05;
        Some((self.at(time + HALF)? - self.at(time - HALF)?) / (2.0 * HALF))
    }

    /// The values at even steps.
    pub fn evenly(&self, from: f64, step: f64, count: usize) -> Vec<Option<f64>> {
        (0..count).map(|at| self.at(from + at as f64 * step)).collect()
    }

    /// The values with another function applied.
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self { points: self.points.iter().map(|(time, value)| (*time, change(*value))).collect() }
    }

    /// Both values at each time of this series; left out where the other has none.
    pub fn combined(&self, other: &Self, join: impl Fn(f64, f64) -> f64) -> Self {
        let joined = |(time, value): &(f64, f64)| Some((*time, join(*value, other.at(*time)?)));
        Self { points: self.points.iter().filter_map(joined).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_between_their_neighbours_and_not_in_gaps() {
        let series = TimeSeries::new([(0.2, 4.0), (0.0, 0.0), (0.1, 2.0), (1.0, 5.0), (0.1, f64::NAN)]);
        let at = |time| series.at(time);
        assert!((at(0.05).unwrap() - 1.0).abs() < 1e-9 && (at(0.15).unwrap() - 3.0).abs() < 1e-9);
        assert_eq!([at(-0.01), at(0.6), at(1.01)], [None; 3]);
        assert_eq!((at(0.0), at(1.0)), (Some(0.0), Some(5.0)));
        assert!((series.slope_at(0.1).unwrap() - 20.0).abs() < 1e-6);
    }

    #[test]
    fn points_at_one_time_are_averaged() {
        assert_eq!(TimeSeries::new([(0.0, 1.0), (0.0, 3.0)]).points(), [(0.0, 2.0)]);
        assert_eq!(TimeSeries::default().ends(), None);
    }
}
