//! `bendwise prescribe --list` and `--end`: the prescriptions of a person, and their end.

use std::fmt::{Display, Write as _};

use anyhow::{Result, bail};
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use jiff::civil::Date;

use super::arguments::{PrescribeArgs, Who};
use super::prescription::today;
use super::setup::Setup;
use super::{Exit, exit, recording_setup};
use crate::drill_library::Library;
use crate::i18n::{PrescriptionWords, fill};
use crate::prescription::Prescription;
use crate::store::{Person, Store, StoreError};
use crate::visible::visible;

/// A prescription as it is kept.
struct KeptPrescription {
    number: i64,
    /// `None` if it cannot be read.
    written: Option<Prescription>,
    ended: Option<Date>,
}

impl KeptPrescription {
    /// Those of a person, the newest first.
    fn all(setup: &Setup, store: &Store, person: &Person) -> Result<Vec<Self>, StoreError> {
        let library = Library::open(&setup.paths);
        let kept = store.prescriptions(person.id)?.into_iter();
        let read = |text: &str| Prescription::parse("", text, &library).ok();
        Ok(kept.map(|kept| Self { number: kept.number, written: read(&kept.text), ended: kept.ended }).collect())
    }

    /// As it counts; `None` if it does not.
    fn counting(&self) -> Option<Prescription> {
        self.written.clone()?.until(self.ended)
    }

    fn covers(&self, day: Date) -> bool {
        self.counting().is_some_and(|counting| counting.covers(day))
    }

    /// The drills with their amounts.
    fn drills(&self, setup: &Setup) -> String {
        self.written.as_ref().map(|written| visible(&setup.words.prescribed(written))).unwrap_or_default()
    }

    /// Whether it counts; `counts` is the number of the one that does.
    fn state<'w>(&self, today: Date, counts: Option<i64>, words: &'w PrescriptionWords) -> &'w str {
        match (&self.written, self.counting()) {
            (None, _) => &words.unreadable,
            (_, None) => &words.withdrawn,
            _ if counts == Some(self.number) => &words.counts,
            (_, Some(counting)) if counting.from > today => &words.comes,
            (Some(written), Some(counting)) if counting.to < written.to => &words.ended_early,
            _ => &words.over,
        }
    }
}

/// Lists or ends, as the command line has it.
///
/// # Errors
/// If there is nobody like that or nothing to end, or the store cannot be read or written.
pub(super) fn run(setup: &Setup, args: &PrescribeArgs) -> Result<Exit> {
    exit::print(&match args.end {
        Some(number) => end(setup, &args.who, number)?,
        None => list(setup, &args.who)?,
    })?;
    Ok(Exit::Done)
}

fn opened(setup: &Setup, who: &Who) -> Result<(Store, Person)> {
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    let person = who.chosen(&store)?;
    Ok((store, person))
}

/// The prescriptions of a person.
fn list(setup: &Setup, who: &Who) -> Result<String> {
    let (store, person) = opened(setup, who)?;
    let (words, today) = (&setup.words.prescription, today());
    let kept = KeptPrescription::all(setup, &store, &person)?;
    if kept.is_empty() {
        return Ok(fill(&words.none, &[("person", &visible(&person.label()))]) + "\n");
    }
    let counts = kept.iter().find(|kept| kept.covers(today)).map(|kept| kept.number);
    let PrescriptionWords { head_number, head_from, head_to, head_days, head_drills, .. } = words;
    let mut table = Table::new();
    let head = [head_number, head_from, head_to, head_days, head_drills].map(String::as_str);
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(head.into_iter().chain([""]));
    for one in &kept {
        let counting = one.counting();
        let shown = counting.as_ref().or(one.written.as_ref());
        let cell = |value: fn(&Prescription) -> String| shown.map(value).unwrap_or_default();
        table.add_row([
            one.number.to_string(),
            cell(|shown| shown.from.to_string()),
            cell(|shown| shown.to.to_string()),
            cell(|shown| shown.days_a_week.to_string()),
            one.drills(setup),
            one.state(today, counts, words).to_owned(),
        ]);
    }
    Ok(format!("{table}\n"))
}

/// Ends the prescription with this number, or all that cover today: none of them shall come into force again.
fn end(setup: &Setup, who: &Who, number: Option<i64>) -> Result<String> {
    let (store, person) = opened(setup, who)?;
    let (words, today, label) = (&setup.words.prescription, today(), visible(&person.label()));
    let kept = KeptPrescription::all(setup, &store, &person)?;
    let is_meant = |one: &&KeptPrescription| number.map_or(one.covers(today), |number| one.number == number);
    let (meant, others): (Vec<_>, Vec<_>) = kept.iter().partition(is_meant);
    match (meant.first(), number) {
        (Some(_), _) => {}
        (None, Some(number)) => {
            bail!(
                "There is no prescription {number} of {label}: `bendwise prescribe --list` lists them with their numbers"
            )
        }
        (None, None) => {
            bail!(
                "No prescription of {label} counts today: `bendwise prescribe --list` lists them, and --end NUMBER ends one"
            )
        }
    }
    let mut told = String::new();
    for one in meant {
        let from = one.written.as_ref().map_or(today, |written| written.from);
        if one.written.is_some() && one.counting().is_none_or(|counting| counting.to < today) {
            bail!(
                "Prescription {} of {label} is over already: `bendwise prescribe --list` tells since when",
                one.number
            );
        }
        let (last, line) = if from > today { (from.yesterday()?, &words.taken_back) } else { (today, &words.ends) };
        store.end_prescription(person.id, one.number, last)?;
        writeln!(told, "{}", fill(line, &[("drills", &one.drills(setup))]))?;
    }
    for one in others {
        let Some(coming) = one.counting().filter(|counting| counting.from > today) else { continue };
        let drills = one.drills(setup);
        let values: [(&str, &dyn Display); 3] = [("number", &one.number), ("from", &coming.from), ("drills", &drills)];
        writeln!(told, "{}", fill(&words.goes_on, &values))?;
    }
    Ok(told)
}
