//! `bendwise prescribe --list` and `--end`: the prescriptions of a person, and their end.

use std::fmt::{Display, Write as _};
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};
use jiff::civil::Date;

use super::arguments::{PrescribeArgs, Who};
use super::current_prescription::KeptPrescription;
use super::list_table::ListTable;
use super::output_files::OutputFiles;
use super::prescription::today;
use super::setup::Setup;
use super::{Exit, exit, recording_setup};
use crate::i18n::{PrescriptionWords, fill};
use crate::prescription::Prescription;
use crate::store::{Person, Store, StoreError, write_prescription};
use crate::visible::{as_argument, visible};

impl KeptPrescription {
    /// The drills with their amounts.
    fn drills(&self, setup: &Setup) -> String {
        self.written.as_ref().map(|written| visible(&setup.words.prescribed(written))).unwrap_or_default()
    }

    /// Whether it counts; `counts` is the number of the one that does.
    fn state(&self, today: Date, counts: Option<i64>, words: &PrescriptionWords) -> String {
        let on = |line: &str, day: Date| fill(line, &[("day", &words.dated(day, Some(today.year())))]);
        match (&self.written, &self.counting) {
            (Err(_), _) => words.unreadable.clone(),
            (_, None) => words.withdrawn.clone(),
            _ if counts == Some(self.number) && self.ended == Some(today) => words.counts_last.clone(),
            _ if counts == Some(self.number) => words.counts.clone(),
            (_, Some(counting)) if counting.from > today => words.comes.clone(),
            (Ok(written), Some(counting)) if counting.to < written.to => words.ended_early.clone(),
            (_, Some(counting)) if let Some(day) = counting.next_day(today) => on(&words.back, day),
            _ => self.replaced_on().map_or_else(|| words.over.clone(), |day| on(&words.replaced, day)),
        }
    }

    /// Whether it was ended before, so that its last day is today or earlier, or withdrawn.
    fn has_ended(&self, today: Date) -> bool {
        let is_withdrawn = self.written.is_ok() && self.counting.is_none();
        let is_over = self.counting.as_ref().is_some_and(|counting| counting.to < today);
        is_withdrawn || is_over || self.ended.is_some_and(|last| last <= today)
    }

    /// That it has ended already, and since when.
    fn told_ended(&self, setup: &Setup, today: Date) -> String {
        let words = &setup.words.prescription;
        let last = self.counting.as_ref().map(|counting| counting.to).or(self.ended.filter(|_| self.written.is_err()));
        let day = last.map(|last| words.dated(last, Some(today.year()))).unwrap_or_default();
        let line = if last.is_some() { &words.has_ended } else { &words.is_withdrawn };
        let drills = self.drills(setup);
        fill(line, &[("number", &self.number), ("day", &day), ("drills", &drills)])
    }
}

/// Lists or ends, as the command line has it.
///
/// # Errors
/// If there is nobody like that or nothing to end, or the store cannot be read or written.
pub(super) fn run(setup: &Setup, args: &PrescribeArgs) -> Result<Exit> {
    exit::print(&match args.end {
        Some(number) => end(setup, &args.who, number, args.output.as_deref())?,
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
    let head = [head_number, head_from, head_to, head_days, head_drills].map(String::as_str);
    let mut rows = Vec::new();
    for one in &kept {
        let shown = one.counting.as_ref().or(one.written.as_ref().ok());
        let cell = |value: fn(&Prescription) -> String| shown.map(value).unwrap_or_default();
        rows.push(vec![
            one.number.to_string(),
            cell(|shown| shown.from.to_string()),
            cell(|shown| shown.to.to_string()),
            cell(|shown| shown.days_a_week.to_string()),
            one.drills(setup),
            one.state(today, counts, words),
        ]);
    }
    let headings = head.into_iter().chain([""]).collect();
    Ok(ListTable { headings, rows, names: 1, numbers: Vec::new() }.text())
}

/// Ends the prescription with this number, or all that cover today: none of them shall come into force again. With `output` the
/// end of the newest of them is written for another machine, also of one that has ended already; what cannot be written ends nothing.
fn end(setup: &Setup, who: &Who, number: Option<i64>, output: Option<&Path>) -> Result<String> {
    let (store, person) = opened(setup, who)?;
    let (words, today, label) = (&setup.words.prescription, today(), visible(&person.label()));
    let kept = KeptPrescription::all(setup, &store, &person)?;
    let is_meant = |one: &&KeptPrescription| number.map_or(one.covers(today), |number| one.has(number));
    let (meant, others): (Vec<_>, Vec<_>) = kept.iter().partition(is_meant);
    let Some(first) = meant.first() else {
        let line = if number.is_some() { &words.no_number } else { &words.none_counts };
        let argument = as_argument(&person.label());
        let number = number.unwrap_or_default();
        bail!(fill(line, &[("person", &label), ("number", &number), ("argument", &argument)]));
    };
    let counting: Vec<_> = meant.iter().filter(|one| !one.has_ended(today)).collect();
    if counting.is_empty() && output.is_none() {
        bail!(first.told_ended(setup, today));
    }
    if let Some(output) = output {
        OutputFiles::beside(setup, &[]).take_new(output, "-o", "bendwise")?;
    }
    let mut told = String::new();
    if counting.is_empty() {
        writeln!(told, "{}", first.told_ended(setup, today))?;
    }
    let mut last_of_first = first.counting.as_ref().map(|counting| counting.to).or(first.ended).unwrap_or(today);
    let mut ends = Vec::new();
    for one in counting {
        let from = one.written.as_ref().map_or(today, |written| written.from);
        let (last, line) = if from > today { (from.yesterday()?, &words.taken_back) } else { (today, &words.ends) };
        ends.extend(one.numbers().map(|number| (number, last)));
        writeln!(told, "{}", fill(line, &[("drills", &one.drills(setup))]))?;
        if one.number == first.number {
            last_of_first = last;
        }
    }
    for one in others {
        let Some(coming) = one.counting.as_ref().filter(|counting| counting.from > today) else { continue };
        let (from, drills) = (words.dated(coming.from, None), one.drills(setup));
        let values: [(&str, &dyn Display); 3] = [("number", &one.number), ("from", &from), ("drills", &drills)];
        writeln!(told, "{}", fill(&words.goes_on, &values))?;
    }
    if let Some(output) = output {
        write_prescription(&first.ended_on(last_of_first), None, Some(&person.pseudonym), output)?;
        writeln!(told, "{}", fill(&words.end_written, &[("path", &visible(&output.display())), ("person", &label)]))?;
    }
    if let Err(error) = store.end_prescriptions(person.id, &ends) {
        if let Some(output) = output {
            fs::remove_file(output).ok(); // it tells of an end that has not come
        }
        return Err(error.into());
    }
    Ok(told)
}
