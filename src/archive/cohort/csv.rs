//! A cohort as CSV, with the same columns however it is put together.

use std::io::{self, Write};

use super::{Cohort, CohortGrouping, CohortRow, CohortValue, LagReason, PersonChange};
use crate::export::CsvDialect;
use crate::store::trend::TrendChange;

/// The columns.
const COLUMNS: [&str; 32] = [
    "person",
    "month",
    "drill",
    "persons",
    "sessions",
    "repetitions",
    "undecided",
    "lumbar_share_pct",
    "lumbar_share_low_pct",
    "lumbar_share_high_pct",
    "reach_deg",
    "reach_low_deg",
    "reach_high_deg",
    "reach_at_least",
    "interval",
    "lumbar_share_change_pct",
    "lumbar_share_outcome",
    "reach_change_deg",
    "reach_outcome",
    "share_more",
    "share_less",
    "share_within",
    "reach_more",
    "reach_less",
    "reach_within",
    "days_a_week",
    "prescribed_days_a_week",
    "lags",
    "persons_lagging",
    "share_open",
    "reach_open",
    "reach_change_at_least",
];

/// Writes the rows, a line each; what is not known is empty.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_csv(cohort: &Cohort, dialect: CsvDialect, mut out: impl Write) -> io::Result<()> {
    writeln!(out, "{}{}", dialect.start(), dialect.header(COLUMNS.into_iter()))?;
    for row in &cohort.rows {
        writeln!(out, "{}", dialect.row(&cells(row, cohort.by, dialect)))?;
    }
    Ok(())
}

fn cells(row: &CohortRow, by: CohortGrouping, dialect: CsvDialect) -> [String; COLUMNS.len()] {
    let [share, share_low, share_high] = value(row.share, dialect);
    let [reach, reach_low, reach_high] = value(row.reach, dialect);
    let [share_change, share_outcome] = change(row.share_change, dialect);
    let [reach_change, reach_outcome] = change(row.reach_change, dialect);
    let text = |text: Option<&String>| text.map(|text| dialect.text(text)).unwrap_or_default();
    let is_person = by == CohortGrouping::Person;
    let count = |count: usize| if is_person { String::new() } else { count.to_string() };
    let practice = row.practice;
    [
        text(row.person.as_ref()),
        row.month.map(|(year, month)| format!("{year:04}-{month:02}")).unwrap_or_default(),
        text(row.drill.as_ref()),
        row.persons.to_string(),
        row.sessions.to_string(),
        row.repetitions.to_string(),
        row.undecided.to_string(),
        share,
        share_low,
        share_high,
        reach,
        reach_low,
        reach_high,
        row.reach.map(|reach| reach.at_least.to_string()).unwrap_or_default(),
        if is_person { "measurement" } else { "between_persons" }.to_owned(),
        share_change,
        share_outcome,
        reach_change,
        reach_outcome,
        count(row.share_changes.more),
        count(row.share_changes.less),
        count(row.share_changes.within),
        count(row.reach_changes.more),
        count(row.reach_changes.less),
        count(row.reach_changes.within),
        practice.map(|practice| dialect.number(Some(f64::from(practice.days_a_week)), 2)).unwrap_or_default(),
        practice.and_then(|practice| practice.prescribed).map(|days| days.to_string()).unwrap_or_default(),
        match practice.map(|practice| practice.lag) {
            Some(Some(LagReason::Away(days))) => format!("away {days} days"),
            Some(Some(LagReason::Below)) => "below half".to_owned(),
            Some(None) | None => String::new(),
        },
        count(row.lagging),
        count(row.share_changes.open),
        count(row.reach_changes.open),
        row.reach_change.map(|change| change.at_least.to_string()).unwrap_or_default(),
    ]
}

fn value(value: Option<CohortValue>, dialect: CsvDialect) -> [String; 3] {
    let number = |number: f32| dialect.number(Some(f64::from(number)), 1);
    let ends = value.and_then(|value| value.interval);
    [value.map(|value| value.value), ends.map(|(low, _)| low), ends.map(|(_, high)| high)]
        .map(|end| end.map(number).unwrap_or_default())
}

fn change(change: Option<PersonChange>, dialect: CsvDialect) -> [String; 2] {
    let word = |outcome| match outcome {
        TrendChange::More => "more",
        TrendChange::Less => "less",
        TrendChange::Within => "within",
        TrendChange::Open => "open",
    };
    let Some(PersonChange { by, outcome, .. }) = change else { return [String::new(), String::new()] };
    [dialect.number(Some(f64::from(by)), 1), word(outcome).to_owned()]
}

#[cfg(test)]
mod tests {
    use super::COLUMNS;

    #[test]
    fn the_page_about_archives_names_every_column() {
        let page = include_str!("../../../docs/archive.md");
        for column in COLUMNS {
            assert!(page.contains(&format!("`{column}`")), "{column}");
        }
    }
}
