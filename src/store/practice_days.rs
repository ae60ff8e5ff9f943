//! On which of the last four weeks' days a person practised.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use rusqlite::{Row, params};

use super::query::{LISTED, moment};
use super::stored_repetition::COUNTS;
use super::{PersonId, Store, StoreError};

/// Whether somebody practised in a session with so many repetitions that count and so many sets: in one that leads (`is_led`) it is
/// enough that a set began, as a drill that is held has no repetitions. By this rule a day is one of practice, here and in a cohort.
pub fn has_practised(repetitions: i64, sets: i64, is_led: bool) -> bool {
    repetitions > 0 || (is_led && sets > 0)
}

/// Four weeks: as many rows of seven days.
const WEEKS: i64 = 4;

/// The last 28 days, today the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PracticeDays {
    today: Date,
    practised: BTreeSet<Date>,
}

impl PracticeDays {
    /// Of these days, those that are among the last 28.
    pub fn new(today: Date, practised: impl IntoIterator<Item = Date>) -> Self {
        let first = first(today);
        let practised = practised.into_iter().filter(|day| (first..=today).contains(day)).collect();
        Self { today, practised }
    }

    /// The year of today.
    pub fn year(&self) -> i16 {
        self.today.year()
    }

    /// How many of them somebody practised on.
    pub fn count(&self) -> usize {
        self.practised.len()
    }

    /// Every day, oldest first, and whether somebody practised on it: four rows of seven, whose columns are weekdays and of
    /// which the last one is today's.
    pub fn days(&self) -> impl Iterator<Item = (Date, bool)> {
        let first = first(self.today);
        let day = move |number: i64| first.saturating_add(number.days());
        (0..7 * WEEKS).map(move |number| (day(number), self.practised.contains(&day(number))))
    }
}

fn first(today: Date) -> Date {
    today.saturating_sub((7 * WEEKS - 1).days())
}

impl Store {
    /// On which of the last 28 days a person [practised](has_practised), whatever it was.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn practice_days(&self, person: PersonId, today: Date) -> Result<PracticeDays, StoreError> {
        // A day earlier: a session keeps the time zone in which it was.
        let since = first(today).saturating_sub(1.day()).to_zoned(jiff::tz::TimeZone::UTC);
        let since = since.map(|since| since.timestamp().as_millisecond()).unwrap_or_default();
        let practised = || -> rusqlite::Result<Vec<Date>> {
            let sql = format!(
                "SELECT began_ms, offset_s, (SELECT count(*) FROM repetitions WHERE session = key AND {COUNTS}),
                 (SELECT count(*) FROM sets WHERE sets.session = key), plan IS NOT NULL
                 FROM sessions WHERE {LISTED} AND person = ?1 AND began_ms >= ?2"
            );
            let read = |row: &Row| {
                let practised = has_practised(row.get(2)?, row.get(3)?, row.get(4)?);
                Ok(practised.then_some(moment(row.get(0)?, row.get(1)?).date()))
            };
            let mut rows = self.database.prepare(&sql)?;
            let days: Vec<Option<Date>> = rows.query_map(params![person.0, since], read)?.collect::<Result<_, _>>()?;
            Ok(days.into_iter().flatten().collect())
        };
        Ok(PracticeDays::new(today, practised().map_err(self.failed())?))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn four_weeks_end_today_and_hold_each_day_once() {
        let today = date(2026, 11, 28);
        let on = [date(2026, 11, 28), date(2026, 11, 28), date(2026, 11, 1), date(2026, 10, 31), date(2026, 11, 29)];
        let days = PracticeDays::new(today, on);
        let all: Vec<(Date, bool)> = days.days().collect();
        assert_eq!((days.count(), all.len()), (2, 28));
        assert_eq!((all[0], all[27]), ((date(2026, 11, 1), true), (today, true)));
        assert_eq!(all.iter().filter(|(_, practised)| *practised).count(), 2);
        assert!(all.chunks(7).all(|week| week[6].0.weekday() == today.weekday()));
    }
}
