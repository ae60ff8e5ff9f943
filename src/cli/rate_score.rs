//! `bendwise rate score`: how well raters agree with each other and with the program.

use std::fmt::Write as _;
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::Result;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, Table};

use super::arguments::RateScoreArgs;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, sessions};
use crate::agreement::{shown, whole_percent};
use crate::atomic_file::{AtomicFile, finish_all};
use crate::i18n::fill;
use crate::rating::{FEW_PERSONS, KappaEstimate, PairScore, PersonUnit, RESAMPLES, RatingKey, RatingScore};
use crate::report::write_rating;
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &RateScoreArgs) -> Result<Exit> {
    sessions::print_result(scored(setup, args))
}

/// Writes the page and the file, and returns the text to print.
fn scored(setup: &Setup, args: &RateScoreArgs) -> Result<String> {
    let key = RatingKey::read(&args.key)?;
    let score = RatingScore::read(&key, &args.ratings)?;
    // The name of the set is hexadecimal unless somebody changed the key.
    let set: String = key.set.chars().filter(char::is_ascii_alphanumeric).collect();
    let inputs: Vec<PathBuf> = std::iter::once(&args.key).chain(&args.ratings).cloned().collect();
    let mut outputs = OutputFiles::beside(setup, &inputs);
    let path = outputs.page_or(args.output.as_deref(), format!("rating-{set}.html"))?;
    args.json.iter().try_for_each(|json| outputs.take_new(json, "--json", "json"))?;
    let mut page = AtomicFile::create(&path)?;
    write_rating(&score, &setup.words, BufWriter::new(&mut page)).map_err(|cause| page.failed(cause))?;
    let mut files = vec![page];
    if let Some(json) = &args.json {
        let mut file = AtomicFile::create(json)?;
        score.write_json(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
        files.push(file);
    }
    finish_all(files)?;
    let written = fill(&setup.words.process.written_page, &[("path", &visible(&path.display()))]);
    Ok(format!("{}{written}\n", told(&score)?))
}

/// The result for the terminal.
fn told(score: &RatingScore) -> Result<String> {
    let unit = if score.unit == PersonUnit::Person { "person" } else { "session" };
    let plural = if score.persons == 1 { "" } else { "s" };
    let mut text = format!("{} clips of {} {unit}{plural}, set {}\n", score.clips, score.persons, shown(&score.set));
    writeln!(text, "{}\n{}", judges(score), pairs(score))?;
    if let Some(between) = score.between_raters {
        writeln!(text, "Raters with each other, mean       {}", estimate(between))?;
    }
    writeln!(text, "bendwise with the raters, mean     {}", estimate(score.with_program))?;
    if let Some(common) = score.common_apart() {
        writeln!(text, "Over the clips that all judged ({}):", common.clips)?;
        writeln!(text, "Raters with each other, mean       {}", estimate(common.between_raters))?;
        writeln!(text, "bendwise with the raters, mean     {}", estimate(common.with_program))?;
    }
    if let Some(common) = score.common {
        writeln!(text, "The second minus the first         {}", estimate(common.difference))?;
    }
    writeln!(text, "Intervals: 95 %, bootstrap, {RESAMPLES} draws of {unit}s and of the clips of each")?;
    notes(score, unit).iter().try_for_each(|note| writeln!(text, "{note}"))?;
    Ok(text)
}

fn notes(score: &RatingScore, unit: &str) -> Vec<String> {
    let mut notes: Vec<String> = match score.persons {
        1 => vec![format!("All clips are of one {unit}: this says nothing about other people")],
        2..FEW_PERSONS => {
            vec![format!("Fewer than {FEW_PERSONS} {unit}s: the intervals are rough and rather too narrow")]
        }
        _ => Vec::new(),
    };
    if score.unit == PersonUnit::Session && score.persons > 1 {
        notes
            .push("Each session counts as a person: where several are of one, the intervals are too narrow".to_owned());
    }
    if score.pairs.iter().any(|pair| pair.kappa.iter().any(|kappa| kappa.value.is_none())) {
        notes.push("Kappa is undefined where two judges share no clip, or used one and the same class only".to_owned());
    }
    notes.extend(score.unnamed_sets.iter().map(|file| {
        format!("{} does not name its set: check that it rates the clips of {}", shown(file), shown(&score.set))
    }));
    notes
}

/// How often each judge said what.
fn judges(score: &RatingScore) -> Table {
    let mut table = table(["Judge", "Hips", "Mixed", "Back", "Can't tell", "Not rated"]);
    for judge in &score.judges {
        let counts = judge.verdicts.into_iter().chain([judge.cannot_tell, judge.missing]);
        table.add_row([shown(&judge.name)].into_iter().chain(counts.map(|count| count.to_string())));
    }
    aligned(table)
}

/// The agreement of each two.
fn pairs(score: &RatingScore) -> Table {
    let mut table = table(["Agreement", "Clips", "Agree", "Kappa, linear", "Quadratic", "Unweighted", "Opposite"]);
    for pair in &score.pairs {
        let [first, second] = score.names(pair).map(shown);
        table.add_row([vec![format!("{first} · {second}")], numbers(pair)].concat());
    }
    aligned(table)
}

fn numbers(pair: &PairScore) -> Vec<String> {
    let percent = |value| format!("{:.0} %", whole_percent(value));
    let percent = pair.agreement.value.map_or_else(|| "–".to_owned(), percent);
    let [linear, quadratic, unweighted] = pair.kappa;
    let bare = |kappa: KappaEstimate| kappa.value.map_or_else(|| "undefined".to_owned(), number);
    vec![
        pair.table.count().to_string(),
        percent,
        estimate(linear),
        bare(quadratic),
        bare(unweighted),
        pair.table.opposite().to_string(),
    ]
}

fn table<const COLUMNS: usize>(header: [&str; COLUMNS]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(header);
    table
}

fn aligned(mut table: Table) -> Table {
    table.column_iter_mut().skip(1).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}

/// A value with its interval.
fn estimate(estimate: KappaEstimate) -> String {
    match (estimate.value.map(number), estimate.interval_95.map(|ends| ends.map(number))) {
        (Some(value), Some([low, high])) => format!("{value} ({low} to {high})"),
        (Some(value), None) => format!("{value} (interval unknown)"),
        (None, _) => "undefined".to_owned(),
    }
}

/// Two decimals, never minus zero.
fn number(value: f64) -> String {
    format!("{:.2}", (value * 100.0).round() / 100.0 + 0.0)
}
