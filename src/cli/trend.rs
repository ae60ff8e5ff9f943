//! `bendwise trend`: the progress of a drill from session to session.

use std::fmt::Display;
use std::io::{self, BufWriter};
use std::path::Path;

use anyhow::{Result, bail};

use super::arguments::TrendArgs;
use super::output_files::OutputFiles;
use super::prescription::{self, Current};
use super::setup::{self, Setup};
use super::{Exit, exit, recording_setup};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::export::{self, CsvDialect};
use crate::i18n::fill;
use crate::report::TrendDrawing;
use crate::screen::{score, trend};
use crate::store::{Person, Store, StoreError};
use crate::suggest;
use crate::visible::visible;

/// The name of unguided sessions on the command line.
const FREE: &str = "free";

const NONE_YET: &str = "No repetition is kept yet: `bendwise` keeps each session that it coaches";

pub(super) fn run(setup: &Setup, args: &TrendArgs) -> Result<Exit> {
    let Some((store, notices)) = Store::find(&setup.paths)? else { bail!(NONE_YET) };
    recording_setup::report_recovery(&notices);
    let person = args.who.chosen(&store)?;
    let drills = store.drills(person.id)?;
    let Some(last) = drills.first() else {
        let asked = args.drill.is_some() || args.csv || args.svg.is_some();
        let rest = if asked { String::new() } else { without_movement(setup, &store, &person)? };
        if rest.is_empty() {
            bail!(none_yet(&store, &person)?);
        }
        exit::print(&format!("{}\n{rest}", none_yet(&store, &person)?))?;
        return Ok(Exit::Done);
    };
    let named = |name: &String| drills.iter().find(|drill| id(drill) == name);
    let chosen = match &args.drill {
        None => last,
        Some(name) => match named(name) {
            Some(drill) => drill,
            None => bail!(unknown(name, &drills)),
        },
    };
    if let Some(path) = &args.svg {
        exit::print(&drawing(setup, &store, &person, (chosen, path))?)?;
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

fn unknown(name: &str, drills: &[Option<String>]) -> String {
    let meant = suggest::closest(name, drills.iter().map(id)).map(|closest| format!(", did you mean {closest}?"));
    let known = listed(drills.iter().map(id));
    format!("No repetition of {name} is kept{} There are some of: {known}", meant.as_deref().unwrap_or("."))
}

/// What is said of a person of whom no repetition is kept.
fn none_yet(store: &Store, person: &Person) -> Result<String, StoreError> {
    let alone = store.persons()?.len() == 1;
    Ok(if alone { NONE_YET.to_owned() } else { format!("No repetition of {} is kept yet", visible(&person.label())) })
}

fn csv(store: &Store, person: &Person, drills: &[&Option<String>], dialect: CsvDialect) -> Result<String> {
    let sessions = |drill: &&Option<String>| Ok(((*drill).clone(), store.history(person.id, drill.as_deref(), None)?));
    let drills = drills.iter().map(sessions).collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    export::trend::write(&drills, dialect, &mut out)?;
    Ok(String::from_utf8(out)?)
}

/// Writes the trend of a person's drill as a drawing. Returns what is said about it.
fn drawing(setup: &Setup, store: &Store, person: &Person, (drill, path): (&Option<String>, &Path)) -> Result<String> {
    OutputFiles::beside(setup, &[]).take_new(path, "--svg")?;
    let drawing = TrendDrawing {
        words: &setup.words,
        drill: &visible(&setup.words.drill_named(&Library::open(&setup.paths), drill.as_deref())),
        person: &visible(&person.label()),
        sessions: &store.history(person.id, drill.as_deref(), None)?,
        days: &store.practice_days(person.id, prescription::today())?,
    };
    let mut file = AtomicFile::create(path)?;
    drawing.write(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(format!("Written: {}\n", visible(&path.display())))
}

/// The scores of a person without a repetition, and what was done of what is prescribed. Empty if there is neither.
fn without_movement(setup: &Setup, store: &Store, person: &Person) -> Result<String> {
    let scores = score::told(&[], &store.scores(person.id)?, &setup.words, setup::style(&io::stdout()));
    let table = Current::of(setup, store, person).map(|current| format!("\n{}", current.table(setup)));
    Ok(scores + &table.unwrap_or_default())
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
    let style = setup::style(&io::stdout());
    let sessions = store.history(person.id, drill.as_deref(), Some(trend::MOST))?;
    let count = store.history_length(person.id, drill.as_deref())?;
    let mut text = trend::told(&name, &sessions, count, &words.trend, style);
    let others = listed(drills.iter().filter(|other| *other != drill).map(id));
    text += &score::told(&sessions, &store.scores(person.id)?, words, style);
    if let Some(drill) = drill {
        text += &score::retained(&store.retention(person.id, drill)?, words);
    }
    if let Some(current) = Current::of(setup, store, person) {
        text += &format!("\n{}", current.table(setup));
    }
    if !others.is_empty() {
        text += &format!("\n{}\n", fill(&words.trend.others, &[("drills", &others)]));
    }
    Ok(text)
}
