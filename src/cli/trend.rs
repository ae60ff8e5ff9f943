//! `bendwise trend`: the progress of a drill from session to session.

use std::fmt::Display;
use std::io::{self, BufWriter};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use jiff::tz::TimeZone;

use super::arguments::TrendArgs;
use super::current_prescription::Current;
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::prescription;
use super::setup::{self, Setup};
use super::{Exit, exit, recording_setup, report_course, selection, terminal_kind};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::export::{self, CsvDialect};
use crate::i18n::{TrendWords, fill};
use crate::report::TrendDrawing;
use crate::screen::{score, trend};
use crate::store::{Person, Store, StoreError};
use crate::suggest;
use crate::visible::visible;

/// The name of unguided sessions on the command line.
const FREE: &str = "free";

pub(super) fn run(setup: &Setup, args: &TrendArgs) -> Result<Exit> {
    let Some((store, notices)) = Store::find(&setup.paths)? else { bail!(setup.words.trend.none_here.clone()) };
    recording_setup::report_recovery(&notices);
    let person = args.who.chosen(&store)?;
    let drills = store.drills(person.id)?;
    let Some(last) = drills.first() else {
        exit::print(&without_movement(setup, &store, &person, args)?)?;
        return Ok(Exit::Done);
    };
    let named = |name: &String| drills.iter().find(|drill| id(drill) == name);
    let chosen = match &args.drill {
        None => last,
        Some(name) => match named(name) {
            Some(drill) => drill,
            None => return Err(none_of(setup, &store, name, &drills)),
        },
    };
    if let Some(path) = &args.svg {
        exit::print(&drawing(setup, &store, &person, (Some(chosen), path))?)?;
        return Ok(Exit::Done);
    }
    let all = args.csv && args.drill.is_none();
    let text = match args.csv {
        true => {
            let drills = if all { drills.iter().collect() } else { vec![chosen] };
            csv(&store, &person, &drills, args.csv_dialect)?
        }
        false => chart(setup, &store, &person, (chosen, &drills))?,
    };
    exit::print(&text)?;
    Ok(Exit::Done)
}

/// The name of a drill on the command line.
fn id(drill: &Option<String>) -> &str {
    drill.as_deref().unwrap_or(FREE)
}

/// These drills in one line.
fn listed(drills: impl Iterator<Item = impl Display>) -> String {
    drills.map(|drill| visible(&drill)).collect::<Vec<_>>().join(", ")
}

/// Why there is no trend of this drill: nobody knows it, or none of its repetitions is kept.
fn none_of(setup: &Setup, store: &Store, name: &str, drills: &[Option<String>]) -> anyhow::Error {
    let closest = suggest::closest(name, drills.iter().map(id));
    let meant = closest.map(|closest| format!(", did you mean {closest}?"));
    let known = listed(drills.iter().map(id));
    let told = format!("No repetition of {name} is kept{} There are some of: {known}", meant.as_deref().unwrap_or("."));
    match selection::check_drill(setup, Some(store), Some(name)) {
        Ok(()) => anyhow!(told),
        // Bends of no drill, and a drill that is gone from the library, are known here alone.
        Err(_) if closest.is_some_and(|closest| Library::open(&setup.paths).find(closest).is_err()) => {
            UsageError(told).into()
        }
        Err(unknown) => unknown,
    }
}

/// What is said of a person of whom no repetition is kept.
fn none_yet(words: &TrendWords, store: &Store, person: &Person) -> Result<String, StoreError> {
    let alone = store.persons()?.len() == 1;
    let of = || fill(&words.none_of, &[("person", &visible(&person.label()))]);
    Ok(if alone { words.none_here.clone() } else { of() })
}

fn csv(store: &Store, person: &Person, drills: &[&Option<String>], dialect: CsvDialect) -> Result<String> {
    let sessions = |drill: &&Option<String>| Ok(((*drill).clone(), store.history(person.id, drill.as_deref(), None)?));
    let drills = drills.iter().map(sessions).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    export::trend::write(&drills, dialect, &mut out)?;
    Ok(String::from_utf8(out)?)
}

/// Writes the trend of a person's drill as a drawing, or of their scores if there is none. Returns what is said about it.
fn drawing(
    setup: &Setup,
    store: &Store,
    person: &Person,
    (drill, path): (Option<&Option<String>>, &Path),
) -> Result<String> {
    OutputFiles::beside(setup, &[]).take_new(path, "--svg", "svg")?;
    let sessions = drill.map(|drill| store.history(person.id, drill.as_deref(), None)).transpose()?;
    let drill = drill.map(|drill| setup.words.drill_named(&Library::open(&setup.paths), drill.as_deref()));
    let drawing = TrendDrawing {
        words: &setup.words,
        drill: &visible(&drill.unwrap_or_default()),
        person: &visible(&person.label()),
        sessions: &sessions.unwrap_or_default(),
        scores: &report_course::lines(store.scores(person.id)?, &TimeZone::system()),
        days: &store.practice_days(person.id, prescription::today())?,
    };
    let mut file = AtomicFile::create(path)?;
    drawing.write(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(fill(&setup.words.process.written, &[("path", &visible(&path.display()))]) + "\n")
}

/// What is told, written or drawn of a person without a repetition: their scores, and what was done of what is prescribed.
///
/// # Errors
/// If there is nothing of the kind.
fn without_movement(setup: &Setup, store: &Store, person: &Person, args: &TrendArgs) -> Result<String> {
    let words = &setup.words;
    let (none, scores) = (none_yet(&words.trend, store, person)?, store.scores(person.id)?);
    let is_table = args.csv || args.svg.is_some();
    let has_value = scores.iter().any(|score| score.value.is_some());
    if args.drill.is_some() || is_table && !has_value {
        bail!(none);
    }
    if let Some(path) = &args.svg {
        return drawing(setup, store, person, (None, path));
    }
    if args.csv {
        let mut out = Vec::new();
        export::score::write(&scores, args.csv_dialect, &mut out)?;
        return Ok(String::from_utf8(out)?);
    }
    let told = score::told(&[], &scores, words, prescription::today().year(), setup::style(&io::stdout()));
    let table =
        Current::of(setup, store, person, prescription::today()).map(|current| format!("\n{}", current.table(setup)));
    let rest = told + &table.unwrap_or_default();
    if rest.is_empty() {
        bail!(none);
    }
    Ok(format!("{none}\n{rest}"))
}

/// The trend of a person's drill, with the names of the others.
fn chart(
    setup: &Setup,
    store: &Store,
    person: &Person,
    (drill, drills): (&Option<String>, &[Option<String>]),
) -> Result<String> {
    let words = &setup.words;
    let name = visible(&words.drill_named(&Library::open(&setup.paths), drill.as_deref()));
    let (style, year) = (setup::style(&io::stdout()), prescription::today().year());
    let most = trend::most(terminal_kind::columns());
    let sessions = store.history(person.id, drill.as_deref(), Some(most))?;
    let count = store.history_length(person.id, drill.as_deref())?;
    let mut text = trend::told(&name, (&sessions, count), &words.trend, year, style);
    let others = listed(drills.iter().filter(|other| *other != drill).map(id));
    text += &score::told(&sessions, &store.scores(person.id)?, words, year, style);
    if let Some(drill) = drill {
        text += &score::retained(&store.retention(person.id, drill)?, words, year);
    }
    if let Some(current) = Current::of(setup, store, person, prescription::today()) {
        text += &format!("\n{}", current.table(setup));
    }
    if !others.is_empty() {
        text += &format!("\n{}\n", fill(&words.trend.others, &[("drills", &others)]));
    }
    Ok(text)
}
