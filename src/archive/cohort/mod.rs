//! A cohort: how persons practise and what changes, by person, drill or month, out of an archive's own files. Formulas and their
//! sources: `METHOD.md`, "A cohort".

mod csv;
mod session_result;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;

pub use csv::write_csv;
use session_result::{CohortSource, PersonSessions, SessionResult};

use super::error::ArchiveError;
use super::folder::ArchiveFolder;
use crate::statistics::{median, median_interval_90, median_is_lower_bound};
use crate::store::trend::{TrendChange, TrendPoint, detectable};

/// The last days by which adherence is told. [own]
const ADHERENCE_DAYS: i32 = 28;

/// Somebody lags without practice for so many days. [own]
pub const LAGS_AFTER: i32 = 14;

/// Days of a week.
const WEEK: f32 = 7.0;

/// What a row is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum CohortGrouping {
    /// One person and one drill
    #[default]
    Person,
    /// One drill
    Drill,
    /// One month and one drill
    Month,
}

/// Which sessions count.
#[derive(Clone, Copy, Debug)]
pub struct CohortOptions {
    /// What a row is about.
    pub by: CohortGrouping,
    /// The first day.
    pub since: Option<Date>,
    /// The last day, on which it is told who lags.
    pub until: Date,
}

/// A median with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohortValue {
    /// Per cent or degrees.
    pub value: f32,
    /// The ends of the 90 % interval: of one person that of the measurement, of several that of the median between persons, of
    /// which fewer than five have none.
    pub interval: Option<(f32, f32)>,
    /// Whether it is a lower bound.
    pub at_least: bool,
}

/// How many persons changed beyond the error from their first session to their last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Those with a larger value.
    pub more: usize,
    /// Those with a smaller one.
    pub less: usize,
    /// Those without a change beyond the error.
    pub within: usize,
    /// Those of whom it cannot be told: a value that counts is a lower bound.
    pub open: usize,
}

/// The change of one person from the first session to the last, and whether it is beyond the error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonChange {
    /// Per cent or degrees.
    pub by: f32,
    /// What it counts as.
    pub outcome: TrendChange,
    /// Whether it may be more, as the larger value is a lower bound.
    pub at_least: bool,
}

/// Why somebody lags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LagReason {
    /// No practice for so many days.
    Away(i32),
    /// Fewer than half of the prescribed days.
    Below,
}

/// How often a person practises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohortPractice {
    /// Days of [practice](crate::store::has_practised) a week, in the four weeks to the last day, or since the first session with
    /// what is prescribed, if that is later.
    pub days_a_week: f32,
    /// What was prescribed.
    pub prescribed: Option<u32>,
    /// Whether and why the person lags.
    pub lag: Option<LagReason>,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortRow {
    /// The pseudonym, of a row a person.
    pub person: Option<String>,
    /// Year and month, of a row a month.
    pub month: Option<(i16, i8)>,
    /// The drill; `None` is without guidance.
    pub drill: Option<String>,
    /// Number of persons.
    pub persons: usize,
    /// Number of sessions with the drill.
    pub sessions: usize,
    /// Number of repetitions that are compared.
    pub repetitions: u64,
    /// Those of which nobody can tell where they came from. They are in no median of the share.
    pub undecided: u64,
    /// The low back's part, per cent.
    pub share: Option<CohortValue>,
    /// Hip reach, degrees.
    pub reach: Option<CohortValue>,
    /// Of a row a person.
    pub share_change: Option<PersonChange>,
    /// Of a row a person.
    pub reach_change: Option<PersonChange>,
    /// Of the others: the share.
    pub share_changes: ChangeCounts,
    /// Of the others: the reach.
    pub reach_changes: ChangeCounts,
    /// Of a row a person.
    pub practice: Option<CohortPractice>,
    /// Of the others: how many persons lag.
    pub lagging: usize,
}

/// The cohort.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    /// What was asked.
    pub by: CohortGrouping,
    /// The day of the first session.
    pub from: Option<Date>,
    /// The last day.
    pub until: Date,
    /// Number of persons.
    pub persons: usize,
    /// Number of persons who lag.
    pub lagging: usize,
    /// Number of sessions of days after the last, which are in no row.
    pub later: usize,
    /// The rows.
    pub rows: Vec<CohortRow>,
}

/// The person, month and drill of a row.
type RowKey = (Option<usize>, Option<(i16, i8)>, usize);

impl Cohort {
    /// Reads it from an archive.
    ///
    /// # Errors
    /// If the folder is no archive, is being written, or a file in it is damaged.
    pub fn read(folder: &Path, options: &CohortOptions) -> Result<Self, ArchiveError> {
        let folder = ArchiveFolder::to_read(folder)?;
        Ok(Self::of(&CohortSource::read(&folder, options.since, options.until)?, options))
    }

    fn of(source: &CohortSource, options: &CohortOptions) -> Self {
        let CohortOptions { by, until, .. } = *options;
        let practice: Vec<_> = source.persons.iter().map(|person| CohortPractice::of(person, until)).collect();
        let counted =
            || source.persons.iter().zip(&practice).filter(|(person, _)| person.counts).map(|(_, practice)| practice);
        let mut groups: BTreeMap<RowKey, Vec<&SessionResult>> = BTreeMap::new();
        for result in &source.results {
            let month = (result.day.year(), result.day.month());
            let key = match by {
                CohortGrouping::Person => (Some(result.person), None, result.drill),
                CohortGrouping::Drill => (None, None, result.drill),
                CohortGrouping::Month => (None, Some(month), result.drill),
            };
            groups.entry(key).or_default().push(result);
        }
        let rows = groups.into_iter().map(|(key, results)| row(source, key, &results, &practice)).collect();
        let mut cohort = Self {
            by,
            from: source.results.first().map(|result| result.day),
            until,
            persons: counted().count(),
            lagging: counted().filter(|practice| practice.lag.is_some()).count(),
            later: source.later,
            rows,
        };
        cohort.sort();
        cohort
    }

    /// In the order of months, names of drills and pseudonyms; of persons, who lags comes first.
    fn sort(&mut self) {
        let order = |row: &CohortRow| {
            let lags = row.practice.is_some_and(|practice| practice.lag.is_some());
            (row.month, !lags, row.person.clone(), row.drill.is_none(), row.drill.clone())
        };
        self.rows.sort_by_cached_key(order);
    }
}

impl CohortPractice {
    fn of(person: &PersonSessions, until: Date) -> Self {
        let earliest = until.checked_sub((ADHERENCE_DAYS - 1).days()).unwrap_or(until);
        let first = person.prescribed_since.or(person.first_day()).unwrap_or(until);
        let earliest = earliest.max(first);
        let days = days_between(earliest, until) + 1;
        let practised = person.days.iter().filter(|day| **day >= earliest).count();
        let days_a_week = practised as f32 * WEEK / (days as f32).max(WEEK);
        // Whoever has sessions and never practised in one is away since the first of them.
        let away = person.days.last().copied().or(person.first_day()).map_or(0, |last| days_between(last, until));
        let is_below =
            days as f32 >= WEEK && person.prescribed.is_some_and(|prescribed| days_a_week < prescribed as f32 / 2.0);
        let lag = if away >= LAGS_AFTER { Some(LagReason::Away(away)) } else { is_below.then_some(LagReason::Below) };
        Self { days_a_week, prescribed: person.prescribed, lag }
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn row(
    source: &CohortSource,
    (person, month, drill): RowKey,
    results: &[&SessionResult],
    practice: &[CohortPractice],
) -> CohortRow {
    let mut by_person: BTreeMap<usize, Vec<&SessionResult>> = BTreeMap::new();
    results.iter().for_each(|result| by_person.entry(result.person).or_default().push(result));
    let of_person = |quantity: Quantity| by_person.values().map(move |results| PersonValue::of(results, quantity));
    let shares: Vec<_> = of_person(|result| result.share).collect();
    let reaches: Vec<_> = of_person(|result| result.reach).collect();
    let one = |values: &[PersonValue]| values.first().filter(|_| person.is_some()).and_then(|value| value.change);
    CohortRow {
        person: person.map(|person| source.persons[person].pseudonym.clone()),
        month,
        drill: source.drills[drill].clone(),
        persons: by_person.len(),
        sessions: results.len(),
        repetitions: results.iter().map(|result| u64::from(result.repetitions)).sum(),
        undecided: results.iter().map(|result| u64::from(result.undecided)).sum(),
        share: CohortValue::of(&shares, person.is_some()),
        reach: CohortValue::of(&reaches, person.is_some()),
        share_change: one(&shares),
        reach_change: one(&reaches),
        share_changes: ChangeCounts::of(&shares),
        reach_changes: ChangeCounts::of(&reaches),
        practice: person.map(|person| practice[person]),
        lagging: by_person.keys().filter(|person| practice[**person].lag.is_some()).count(),
    }
}

/// What is looked at of a session.
type Quantity = fn(&SessionResult) -> Option<TrendPoint>;

/// A quantity of one person.
struct PersonValue {
    /// The median of the sessions, with the median of their intervals.
    median: Option<TrendPoint>,
    change: Option<PersonChange>,
}

impl PersonValue {
    /// Of these sessions, oldest first.
    fn of(results: &[&SessionResult], quantity: Quantity) -> Self {
        let points: Vec<TrendPoint> = results.iter().filter_map(|result| quantity(result)).collect();
        let median = TrendPoint::median(&points).map(|median| TrendPoint { at_least: is_bound(&points), ..median });
        let change = || {
            let [first, .., last] = &points[..] else { return None };
            let least = detectable(points.iter().copied())?;
            let (by, outcome) = (last.value - first.value, last.against(first, least));
            Some(PersonChange { by, outcome, at_least: last.changed_at_least(first) })
        };
        Self { median, change: change() }
    }
}

impl CohortValue {
    /// Of one person the own median; of several that of theirs.
    fn of(persons: &[PersonValue], is_one: bool) -> Option<Self> {
        let medians: Vec<TrendPoint> = persons.iter().filter_map(|person| person.median).collect();
        if is_one {
            let TrendPoint { value, half_width_90, at_least } = *medians.first()?;
            return Some(Self { value, interval: Some((value - half_width_90, value + half_width_90)), at_least });
        }
        let values = || medians.iter().map(|median| median.value);
        let value = median(values())?;
        Some(Self { value, interval: median_interval_90(values()), at_least: is_bound(&medians) })
    }
}

fn is_bound(points: &[TrendPoint]) -> bool {
    median_is_lower_bound(points.iter().map(|point| (point.value, point.at_least)))
}

impl ChangeCounts {
    fn of(persons: &[PersonValue]) -> Self {
        let count = |outcome| {
            let is_so = |person: &&PersonValue| person.change.is_some_and(|change| change.outcome == outcome);
            persons.iter().filter(is_so).count()
        };
        let [more, less, within, open] =
            [TrendChange::More, TrendChange::Less, TrendChange::Within, TrendChange::Open].map(count);
        Self { more, less, within, open }
    }
}

#[cfg(test)]
mod tests;
