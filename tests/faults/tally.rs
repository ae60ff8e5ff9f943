//! The outcomes of many rounds as a table.

use std::collections::BTreeMap;
use std::fmt;

use crate::fault::Fault;
use crate::round::Outcome;

/// What became of the rounds of one fault.
#[derive(Default)]
struct Row {
    run: u32,
    skipped: u32,
    told: u32,
    bad: u32,
    /// Rounds in which nothing was kept, as nothing or too little had been measured.
    nothing: u32,
    most_lost: Option<f64>,
}

pub struct Tally(BTreeMap<Fault, Row>);

impl Tally {
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut rows: BTreeMap<Fault, Row> = BTreeMap::new();
        for outcome in outcomes {
            let row = rows.entry(outcome.fault).or_default();
            if outcome.skipped.is_some() {
                row.skipped += 1;
                continue;
            }
            row.run += 1;
            row.told += u32::from(outcome.told);
            row.bad += u32::from(outcome.is_bad());
            row.nothing += u32::from(outcome.kept == 0);
            row.most_lost = row.most_lost.into_iter().chain(outcome.lost()).reduce(f64::max);
        }
        Self(rows)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| fault | rounds | not run | nothing kept yet | told | most lost, s | wrong |")?;
        writeln!(out, "|---|---|---|---|---|---|---|")?;
        for (fault, row) in &self.0 {
            let lost = row.most_lost.map_or("–".to_owned(), |lost| format!("{lost:.2}"));
            let Row { run, skipped, told, bad, nothing, .. } = row;
            writeln!(out, "| {fault:?} | {run} | {skipped} | {nothing} | {told} | {lost} | {bad} |")?;
        }
        Ok(())
    }
}
