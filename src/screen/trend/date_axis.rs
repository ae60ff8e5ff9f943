//! An axis of real dates: two sessions a day apart are seven times as near to each other as two a week apart.

use jiff::{ToSpan as _, Zoned};

/// Seconds of a day.
const DAY: f64 = 86_400.0;
/// Room before the first and after the last date, as a part of the time between them, and at least, days.
const MARGIN: f64 = 0.06;
const LEAST_MARGIN: f64 = 0.5;
/// Days between two written dates.
const BETWEEN: [i64; 9] = [1, 2, 7, 14, 28, 56, 91, 182, 364];

/// The dates of some sessions.
#[derive(Clone, Debug)]
pub(super) struct DateAxis {
    first: Zoned,
    /// Days from the first to the last.
    length: f64,
}

impl DateAxis {
    /// The axis from the earliest of these to the latest.
    pub(super) fn of<'d>(dates: impl Iterator<Item = &'d Zoned> + Clone) -> Self {
        let first = dates.clone().min().cloned().unwrap_or_default();
        let length = dates.max().map_or(0.0, |last| days(&first, last));
        Self { first, length }
    }

    fn margin(&self) -> f64 {
        (MARGIN * self.length).max(LEAST_MARGIN)
    }

    /// Where a moment lies on the axis, from 0 to 1.
    pub(super) fn part(&self, moment: &Zoned) -> f32 {
        let margin = self.margin();
        ((days(&self.first, moment) + margin) / (self.length + 2.0 * margin)).clamp(0.0, 1.0) as f32
    }

    /// The dates to write below it, at most `most`: whole days after the first one.
    pub(super) fn dates(&self, most: usize) -> Vec<Zoned> {
        let fits = |between: &i64| (self.length / *between as f64) < most as f64;
        let between = BETWEEN.into_iter().find(fits).unwrap_or((self.length / most as f64) as i64 + 1);
        let dates = (0..most as i64).map(|number| self.first.saturating_add((number * between).days()));
        dates.take_while(|date| days(&self.first, date) <= self.length + self.margin() / 2.0).collect()
    }
}

fn days(from: &Zoned, to: &Zoned) -> f64 {
    to.timestamp().duration_since(from.timestamp()).as_secs_f64() / DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str) -> Zoned {
        format!("{date}T18:00+01:00[+01:00]").parse().unwrap()
    }

    #[test]
    fn uneven_days_are_uneven_on_the_axis() {
        let dates = ["2026-11-01", "2026-11-03", "2026-11-21"].map(at);
        let axis = DateAxis::of(dates.iter());
        let parts = dates.each_ref().map(|date| axis.part(date));
        let ratio = (parts[1] - parts[0]) / (parts[2] - parts[0]);
        assert!((ratio - 0.1).abs() < 1e-3 && parts[0] > 0.0 && parts[2] < 1.0, "{parts:?}");
    }

    #[test]
    fn dates_are_few_for_a_day_and_for_ten_years() {
        for last in ["2026-11-01", "2026-11-02", "2026-12-24", "2036-11-01"] {
            let ends = [at("2026-11-01"), at(last)];
            let dates = DateAxis::of(ends.iter()).dates(6);
            assert!((1..=6).contains(&dates.len()) && dates[0] == ends[0], "{last}: {dates:?}");
        }
    }
}
