//! Today's verdicts on repetitions that were measured before, beside what people saw in them.
//!
//!     cargo run --release --example rejudge -- REPETITIONS.csv
//!
//! The file has a row a repetition (a line that begins with # is a remark): `clip`; `label`, `flat` or `rounded`, as somebody who looked at
//! it said; `hip_deg`, `lumbar_deg` and `lumbar_interval_deg` at its bottom, the latter half of the 90 % interval; `trunk_deg`,
//! `knee_deg`; `verdict`, of the version that measured it; and, if there is one, `person`. Without that, the clips whose names begin with
//! the same word, up to the first `_`, are one person's. The values are not measured again: only the rule is today's. A clip counts as
//! one set.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use bendwise::coach::{Bands, ClassProbabilities, Repetition, SetOutcome, SetStatement, Verdict, is_squat};
use bendwise::geometry::{Bend, HalfWidth90};
use euclid::Angle;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    clip: String,
    label: Label,
    hip_deg: f32,
    lumbar_deg: f32,
    lumbar_interval_deg: f32,
    trunk_deg: f32,
    knee_deg: f32,
    verdict: String,
    person: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Label {
    Flat,
    Rounded,
}

impl Row {
    /// Whether the measured value itself lies where the label says: no interval, however narrow, makes more of them right.
    fn is_inside_its_band(&self) -> bool {
        let (bands, lumbar) = (Bands::default(), Angle::degrees(self.lumbar_deg));
        match self.label {
            Label::Flat => lumbar <= bands.hips,
            Label::Rounded => lumbar >= bands.back,
        }
    }

    fn person(&self) -> &str {
        self.person.as_deref().unwrap_or_else(|| self.clip.split('_').next().unwrap_or_default())
    }

    fn repetition(&self) -> Repetition {
        let [hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion] =
            [self.hip_deg, self.lumbar_deg, self.trunk_deg, self.knee_deg].map(Angle::degrees);
        let bend = Bend { hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion };
        let half_width_90 =
            HalfWidth90 { lumbar_flexion: Angle::degrees(self.lumbar_interval_deg), ..HalfWidth90::default() };
        let bands = Bands::default();
        let verdict = Verdict::of(&bend, &half_width_90, &bands);
        let probabilities = ClassProbabilities::of(lumbar_flexion, half_width_90.lumbar_flexion, &bands);
        let verdict_probability = verdict.map(|verdict| probabilities.get(verdict));
        Repetition { bend, half_width_90, verdict, verdict_probability, ..Repetition::default() }
    }
}

/// How often each word was said.
#[derive(Default)]
struct Words(BTreeMap<String, usize>);

impl Words {
    fn of(words: impl Iterator<Item = String>) -> Self {
        let mut counts = Self::default();
        words.for_each(|word| *counts.0.entry(word).or_default() += 1);
        counts
    }

    /// hips, mixed, back, none.
    fn cells(&self) -> String {
        let cells = ["hips", "mixed", "back", "none"].map(|word| self.0.get(word).copied().unwrap_or(0).to_string());
        cells.join(" | ")
    }
}

fn line(name: &str, label: Label, rows: &[&Row]) {
    let before = Words::of(rows.iter().map(|row| row.verdict.clone()));
    let now = Words::of(rows.iter().map(|row| Verdict::word(row.repetition().verdict).to_owned()));
    let squats = rows.iter().filter(|row| is_squat(&row.repetition().bend)).count();
    let inside = rows.iter().filter(|row| row.is_inside_its_band()).count();
    println!("| {name} | {label:?} | {} | {} | {} | {inside} | {squats} |", rows.len(), before.cells(), now.cells());
}

fn grouped<'r, K: Ord>(rows: &'r [Row], key: impl Fn(&'r Row) -> K) -> BTreeMap<K, Vec<&'r Row>> {
    let mut groups: BTreeMap<K, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(key(row)).or_default().push(row);
    }
    groups
}

fn said(statement: &SetStatement) -> String {
    match statement.outcome {
        SetOutcome::From(verdict, probability) => {
            format!("{}, {:.0} %", Verdict::word(Some(verdict)), 100.0 * probability)
        }
        SetOutcome::Differ => "not all alike".to_owned(),
        SetOutcome::Unknown(_) => "none".to_owned(),
    }
}

fn set(clip: &str, rows: &[&Row]) -> Option<()> {
    let repetitions: Vec<_> = rows.iter().map(|row| row.repetition()).collect();
    let statement = SetStatement::of(&repetitions, &Bands::default())?;
    let [least, most] = [statement.least, statement.most].map(Angle::to_degrees);
    println!("| {clip} | {:?} | {} | {least:.0}–{most:.0}° | {} |", rows[0].label, rows.len(), said(&statement));
    Some(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("which file of repetitions?")?;
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(Path::new(&path))?;
    let rows = reader.deserialize().collect::<Result<Vec<Row>, _>>()?;
    println!(
        "| person | seen | repetitions | then: hips | mixed | back | none | now: hips | mixed | back | none | measured inside its band | squats |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    grouped(&rows, |row| row.label).into_iter().for_each(|(label, rows)| line("all", label, &rows));
    for ((person, label), rows) in grouped(&rows, |row| (row.person(), row.label)) {
        line(person, label, &rows);
    }
    println!("\n| clip | seen | repetitions | lumbar flexion | said of them together |\n|---|---|---|---|---|");
    for (clip, rows) in grouped(&rows, |row| row.clip.as_str()) {
        set(clip, &rows);
    }
    Ok(())
}
