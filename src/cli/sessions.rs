//! `bendwise sessions`: lists, shows and manages kept sessions.

use std::ffi::OsStr;
use std::fmt::{Display, Write as _};
use std::io::{self, BufRead, IsTerminal};
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use jiff::Zoned;

use super::arguments::{ListArgs, SessionsArgs, SessionsCommand, Who};
use super::each::each;
use super::list_table::ListTable;
use super::selection;
use super::setup::{self, Setup};
use super::{Exit, exit, prescription, recording_setup, remeasure, session_packages, terminal_kind};
use crate::i18n::{SessionWords, Words, clock, fill, listed_numbers};
use crate::screen::{mobility, terminal};
use crate::store::{
    LostCounts, PackageImport, Person, SampleSource, Session, SessionEntry, SessionFilter, SessionState, Store,
    StoreError, StoredRepetition, StoredSamples,
};
use crate::visible::{as_argument, path_argument, visible};

/// Number of sessions that are listed without `--limit`. [own]
const SHOWN: usize = 50;

pub(super) fn run(setup: &Setup, args: &SessionsArgs) -> Result<Exit> {
    let list = SessionsCommand::List(args.listed.clone());
    let who = Who { person: args.person.clone() };
    execute(setup, args.what.as_ref().unwrap_or(&list), &who)
}

/// Prints the result.
pub(super) fn print_result(result: Result<String>) -> Result<Exit> {
    exit::print(&result?)?;
    Ok(Exit::Done)
}

/// Executes the command and prints the result.
fn execute(setup: &Setup, what: &SessionsCommand, who: &Who) -> Result<Exit> {
    let found = match what {
        SessionsCommand::Import { .. } => Some(Store::open(&setup.paths)?), // creates the store if necessary
        _ => Store::find(&setup.paths)?,
    };
    let Some((store, notices)) = found else { return print_result(without_any(setup, what)) };
    recording_setup::report_recovery(&notices);
    print_result(match what {
        SessionsCommand::Import { files } => {
            drop(store); // each file opens it for itself, on a full disk nobody else may
            return each(
                &setup.words.process,
                files,
                |file| file.display().to_string(),
                |file| import(setup, file, who),
            );
        }
        SessionsCommand::List(args) => list(setup, &store, args, who),
        SessionsCommand::Show { id } => show(setup, &store, &who.session(setup, &store, id)?),
        SessionsCommand::Rename { id, name } => {
            let entry = who.session(setup, &store, id)?;
            let name = store.rename(&entry, name.as_deref())?;
            let SessionWords { name_now, name_removed, .. } = &setup.words.session;
            Ok(changed(&entry, name.as_deref(), (name_now, name_removed)))
        }
        SessionsCommand::Note { id, text } => {
            let entry = who.session(setup, &store, id)?;
            store.note(&entry, text.as_deref())?;
            let SessionWords { note_now, note_removed, .. } = &setup.words.session;
            Ok(changed(&entry, text.as_deref(), (note_now, note_removed)))
        }
        SessionsCommand::Give { id, to } => give(setup, &store, (id, to), who),
        SessionsCommand::Delete { ids, all, yes } => {
            delete(&setup.words, &store, &chosen(setup, &store, (ids, *all), who)?, *yes)
        }
        SessionsCommand::Export(asked) => return session_packages::run(setup, &store, asked, who),
        SessionsCommand::Remeasure { id, every_frame } => {
            let entry = who.session(setup, &store, id)?;
            remeasure::run(setup, store, entry, *every_frame)
        }
        SessionsCommand::Path { id: None } => Ok(format!("{}\n", Store::folder(&setup.paths).display())),
        SessionsCommand::Path { id: Some(id) } => video(&who.session(setup, &store, id)?),
    })
}

/// Executes the command if no session was ever kept.
fn without_any(setup: &Setup, what: &SessionsCommand) -> Result<String> {
    match what {
        SessionsCommand::List(args) => {
            selection::check_drill(setup, None, args.drill.as_deref())?;
            Ok(none_kept(&setup.words.session, &StoreError::Empty))
        }
        SessionsCommand::Path { id: None } => Ok(format!("{}\n", Store::folder(&setup.paths).display())),
        _ => Err(StoreError::Empty.into()),
    }
}

/// What a list says where there is nothing.
fn none_kept(words: &SessionWords, none: &StoreError) -> String {
    match none {
        StoreError::NoneOf { person } => fill(&words.none_of, &[("person", person)]) + "\n",
        _ => format!("{}\n", words.none_kept),
    }
}

/// The sessions that are asked for, newest first.
fn list(setup: &Setup, store: &Store, args: &ListArgs, who: &Who) -> Result<String> {
    let words = &setup.words.session;
    let shown = args.limit.map_or(SHOWN, |limit| limit as usize);
    selection::check_drill(setup, Some(store), args.drill.as_deref())?;
    let like = selection::filter(args.drill.as_deref(), args.since);
    let filter = SessionFilter { person: who.named(store)?, limit: Some(shown), ..like };
    let sessions = store.select(&filter)?;
    if sessions.is_empty() {
        let whole = SessionFilter { person: filter.person, ..SessionFilter::default() };
        return if store.count(&whole)? == 0 {
            Ok(none_kept(words, &store.none_kept(filter.person)?))
        } else {
            Ok(format!("{}\n", words.none_such))
        };
    }
    let older = store.count(&filter)?.saturating_sub(sessions.len());
    let persons = store.persons()?;
    let names = (persons.len() > 1).then_some(persons.as_slice());
    let mut text = table(&setup.words, &sessions, names, &Zoned::now());
    writeln!(text, "{}", words.list_hint)?;
    if older > 0 {
        writeln!(text, "{}", fill(&words.older, &[("count", &older), ("limit", &(shown + older))]))?;
    }
    Ok(text)
}

/// The table of sessions; whose each is stands in it if there are several persons.
fn table(all: &Words, sessions: &[SessionEntry], persons: Option<&[Person]>, now: &Zoned) -> String {
    let words = &all.session;
    let mut rows = Vec::new();
    let SessionWords { head_session, head_when, head_length, head_what, head_as_asked, head_name, .. } = words;
    let header = [head_session, head_when, head_length, head_what, head_as_asked, head_name];
    let header = header.into_iter().chain(persons.map(|_| &words.head_who));
    let headings = header.map(String::as_str).collect();
    for entry in sessions {
        let remeasured = entry.origin.as_ref().map(|_| words.remeasured.as_str());
        let marks = [entry.name.as_deref(), state_mark(words, entry.state), remeasured];
        let cells = [
            entry.id.clone(),
            when(all, &entry.began, now),
            length(entry.duration),
            entry.plan.clone().unwrap_or_else(|| name_of(&entry.source).to_owned()),
            fill(&words.as_asked, &[("as_asked", &entry.as_asked), ("of", &entry.repetitions)]),
            marks.into_iter().flatten().collect::<Vec<_>>().join(" "),
        ];
        let whose = |persons: &[Person]| persons.iter().find(|person| person.id == entry.person).map(person_cell);
        rows.push(cells.into_iter().chain(persons.map(|persons| whose(persons).unwrap_or_default())).collect());
    }
    ListTable { headings, rows, names: 1, numbers: vec![2, 4] }.text()
}

fn person_cell(person: &Person) -> String {
    person.label().to_owned()
}

/// The name of a source without its folders.
fn name_of(source: &str) -> &str {
    Path::new(source).file_name().and_then(OsStr::to_str).unwrap_or(source)
}

fn state_mark(words: &SessionWords, state: SessionState) -> Option<&str> {
    match state {
        SessionState::Recording => Some(&words.recording),
        SessionState::Recovered => Some(&words.recovered),
        SessionState::Finished => None,
    }
}

/// A date relative to now: "today 21:05", "Thursday 08:10", "3 weeks ago".
fn when(all: &Words, began: &Zoned, now: &Zoned) -> String {
    let (words, days) = (&all.session, (now.date() - began.date()).get_days());
    let time = began.strftime("%H:%M");
    let ago = |line: &str, days_each: i32| fill(line, &[("count", &(days / days_each))]);
    match days {
        0 => fill(&words.today, &[("time", &time)]),
        1 => fill(&words.yesterday, &[("time", &time)]),
        2..=6 => format!("{} {time}", all.start.weekday(began.date())),
        7..=13 => words.week_ago.clone(),
        14..=59 => ago(&words.weeks_ago, 7),
        60..=729 => ago(&words.months_ago, 30),
        730.. => ago(&words.years_ago, 365),
        ..0 => began.strftime(&words.listed_day).to_string(), // a clock that was set back
    }
}

/// Minutes and seconds.
fn length(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Formats a size in bytes.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn show(setup: &Setup, store: &Store, entry: &SessionEntry) -> Result<String> {
    let words = &setup.words.session;
    let session = store.session(entry)?;
    let mut text = head(setup, entry);
    if entry.state == SessionState::Recovered {
        writeln!(text, "{}", words.broke_off)?;
    }
    if let Some(note) = &entry.note {
        writeln!(text, "{}", fill(&words.note, &[("note", note)]))?;
    }
    for (time, note) in session.notes() {
        writeln!(text, "{}", fill(&words.note_at, &[("time", &clock(time)), ("note", &note)]))?;
    }
    if let Some(answer) = session.asked_whether_same() {
        writeln!(text, "{}", about_person(words, answer, &store.person_with(entry.person)?))?;
    }
    let LostCounts { samples, pictures } = entry.lost;
    let lost = [(samples, &words.samples_lost), (pictures, &words.pictures_lost)];
    for (lost, line) in lost.into_iter().filter(|(lost, _)| *lost > 0) {
        writeln!(text, "{}", fill(line, &[("count", &lost)]))?;
    }
    if is_without_its_video(entry, &store.samples_of(entry))? {
        writeln!(text, "{}", words.video_gone)?;
    }
    text += &about_measurements(words, store, entry)?;
    if let Some(screen) = store.screen(entry)? {
        let before = store.last_screen(entry.person, Some(entry))?;
        writeln!(text, "\n{}", mobility::told(&screen, before.as_ref(), &setup.words.mobility))?;
    }
    let (style, columns) = (setup::style(&io::stdout()), terminal_kind::columns());
    writeln!(text, "\n{}", terminal::numbered_summary(&session.numbered(), &setup.words, style, columns))?;
    for sentence in about_states(&session, &store.samples_of(entry), setup)? {
        writeln!(text, "{sentence}")?;
    }
    for (number, statement) in session.set_statements() {
        writeln!(text, "{}", setup.words.numbered_set_statement(session.set_number(number), &statement))?;
    }
    for sentence in uncounted(&session, words) {
        writeln!(text, "{sentence}")?;
    }
    Ok(text)
}

/// Whether a session was filmed, and its film is not there.
fn is_without_its_video(entry: &SessionEntry, samples: &StoredSamples) -> Result<bool, StoreError> {
    let is_going_on = entry.state == SessionState::Recording;
    if is_going_on || entry.video.as_ref().is_some_and(|video| video.exists()) {
        return Ok(false);
    }
    let mut was_filmed = false;
    samples.outlines(&mut |sample| was_filmed |= sample.pictured)?;
    Ok(was_filmed)
}

/// Which repetitions are missing in the table, and why.
fn uncounted(session: &Session, words: &SessionWords) -> Vec<String> {
    let numbers = |kept: &[&StoredRepetition]| kept.iter().map(|kept| kept.shown_number()).collect::<Vec<_>>();
    let (silent, others): (Vec<&StoredRepetition>, Vec<&StoredRepetition>) =
        session.repetitions.iter().partition(|kept| session.is_without_feedback(kept));
    let outside: Vec<_> = others.into_iter().filter(|kept| !kept.counts()).collect();
    let kinds = [(&words.without_feedback, numbers(&silent)), (&words.outside, numbers(&outside))];
    let told = |(line, numbers): (&String, Vec<u32>)| {
        fill(line, &[("count", &numbers.len()), ("numbers", &listed_numbers(&numbers))])
    };
    kinds.into_iter().filter(|(_, numbers)| !numbers.is_empty()).map(told).collect()
}

/// When a session was, what it is called, and what it was measured from.
fn head(setup: &Setup, entry: &SessionEntry) -> String {
    let words = &setup.words.session;
    let weekday = setup.words.start.weekday(entry.began.date());
    let began = fill(&entry.began.strftime(&words.began).to_string(), &[("weekday", &weekday)]);
    let parts = [Some(entry.id.as_str()), Some(&began), entry.name.as_deref(), state_mark(words, entry.state)];
    let first = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let values: [(&str, &dyn Display); 5] = [
        ("length", &length(entry.duration)),
        ("frames", &entry.frames),
        ("program", &entry.program),
        ("plan", &entry.plan.as_deref().unwrap_or_default()),
        ("source", &entry.source),
    ];
    let source = fill(if entry.plan.is_some() { &words.guided } else { &words.source }, &values);
    format!("{first}\n{source}\n")
}

/// From which session it was measured again, and which were measured again from it.
fn about_measurements(words: &SessionWords, store: &Store, entry: &SessionEntry) -> Result<String> {
    let mut text = String::new();
    if entry.origin.is_some() {
        let first = store.first(entry)?.map_or_else(|| words.not_here.clone(), |first| first.id);
        writeln!(text, "{}", fill(&words.again_from, &[("id", &first)]))?;
    }
    for remeasured in store.remeasurements(entry)? {
        let SessionEntry { id, program, as_asked, repetitions, .. } = remeasured;
        let values: [(&str, &dyn Display); 4] =
            [("id", &id), ("program", &program), ("as_asked", &as_asked), ("of", &repetitions)];
        writeln!(text, "{}", fill(&words.again_as, &values))?;
    }
    Ok(text)
}

/// What was answered when the build was another than that of the person it was said to be.
fn about_person(words: &SessionWords, answer: &str, person: &Person) -> String {
    let line = match answer {
        "same" => &words.same,
        "other" => &words.other,
        "somebody-else" => &words.somebody_else,
        "given" => &words.given,
        _ => &words.no_answer,
    };
    fill(line, &[("person", &visible(&person.label()))])
}

/// Why there is no bend, or when one may be missing.
fn about_states(session: &Session, samples: &StoredSamples, setup: &Setup) -> Result<Vec<String>, StoreError> {
    let states = session.states(samples)?;
    let (found, id) = (&setup.words.findings, session.entry.id.as_str());
    let nothing = session.repetitions.is_empty().then(|| found.no_repetition(&states, id));
    Ok(nothing.into_iter().chain(found.obstructed(&states)).collect())
}

/// What is told of a name or a note that was given or removed, in one of these lines.
fn changed(entry: &SessionEntry, text: Option<&str>, (now, removed): (&str, &str)) -> String {
    let line = match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => fill(now, &[("id", &entry.id), ("text", &visible(&text))]),
        None => fill(removed, &[("id", &entry.id)]),
    };
    line + "\n"
}

fn video(entry: &SessionEntry) -> Result<String> {
    let Some(video) = &entry.video else { bail!("The session {} was kept without a video", entry.id) };
    if !video.exists() {
        bail!("The video of the session {} is no longer at {}", entry.id, visible(&video.display()));
    }
    Ok(format!("{}\n", video.display()))
}

/// Gives a session to another person; a re-measurement goes with its original.
fn give(setup: &Setup, store: &Store, (id, to): (&str, &str), who: &Who) -> Result<String> {
    let words = &setup.words.session;
    if id == "last" {
        refuse_while_recording(store, who)?;
    }
    let to = store.person(to)?;
    let entry = who.session(setup, store, id)?;
    let entry = store.first(&entry)?.unwrap_or(entry);
    let (id, before) = (&entry.id, store.person_with(entry.person)?);
    if before.id == to.id {
        bail!(fill(&words.give_already, &[("id", id), ("person", &visible(&to.label()))]));
    }
    store.hand_over(&entry, to.id)?;
    let (to, before) = (visible(&to.label()), as_argument(&before.label()));
    Ok(fill(&words.give_done, &[("id", id), ("argument", &before), ("person", &to)]) + "\n")
}

/// Adds the session in a file.
fn import(setup: &Setup, file: &Path, who: &Who) -> Result<String> {
    if file.is_dir() || file.file_name().is_some_and(|name| name == "person.json") {
        let (shown, argument) = (visible(&file.display()), path_argument(file));
        bail!("{shown} is no session: everything of a person is added with `bendwise people import {argument}`");
    }
    if file.is_file() && file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml")) {
        let (shown, argument) = (visible(&file.display()), path_argument(file));
        bail!(
            "{shown} is no session: a prescription that somebody wrote is given with `bendwise prescribe {argument}`"
        );
    }
    if let Some(told) = prescription::import(setup, file, who)? {
        return Ok(told);
    }
    let (store, _) = Store::open(&setup.paths)?;
    let asked = who.name().map(|name| store.person(name)).transpose()?;
    let PackageImport { id, is_filmless } = store.import(asked.as_ref(), file)?;
    let words = &setup.words.session;
    let without = if is_filmless { words.unplayable.as_str() } else { "" };
    Ok(fill(&words.imported, &[("id", &id), ("without", &without)]) + "\n")
}

/// The sessions that are to be deleted, with their re-measurements. All are looked up before the first is deleted.
fn chosen(setup: &Setup, store: &Store, (ids, all): (&[String], bool), who: &Who) -> Result<Vec<SessionEntry>> {
    if all {
        if who.name().is_none() && store.persons()?.len() > 1 {
            let names = store.persons()?.iter().map(|person| person.label().to_owned()).collect();
            return Err(StoreError::WhichPerson { names }.into());
        }
        let person = who.named(store)?;
        let sessions = store.select(&SessionFilter { person, ..SessionFilter::default() })?;
        if let Some(going_on) = sessions.iter().find(|entry| entry.state == SessionState::Recording) {
            return Err(StoreError::Recording { id: going_on.id.clone() }.into()); // before any other is gone
        }
        return if sessions.is_empty() { Err(store.none_kept(person)?.into()) } else { Ok(sessions) };
    }
    let mut sessions = Vec::new();
    for id in ids {
        if id == "last" {
            refuse_while_recording(store, who)?;
        }
        let entry = who.session(setup, store, id)?;
        for entry in store.remeasurements(&entry)?.into_iter().chain([entry]) {
            if !sessions.contains(&entry) {
                sessions.push(entry);
            }
        }
    }
    Ok(sessions)
}

/// While a session is being recorded, `last` means the one before it everywhere else; here nobody may lose that one by it. What is
/// recorded of somebody else than the person who was named changes nothing.
fn refuse_while_recording(store: &Store, who: &Who) -> Result<(), StoreError> {
    let person = who.named(store)?;
    let newest = store.select(&SessionFilter { person, limit: Some(1), ..SessionFilter::default() })?;
    let going_on = newest.into_iter().find(|entry| entry.state == SessionState::Recording);
    going_on.map_or(Ok(()), |entry| Err(StoreError::Recording { id: entry.id }))
}

fn delete(all: &Words, store: &Store, sessions: &[SessionEntry], yes: bool) -> Result<String> {
    let words = &all.session;
    let names = sessions.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>().join(", ");
    if !yes && !confirm(all, sessions)? {
        return Ok(format!("{}\n", words.nothing_deleted));
    }
    let line = || if store.is_held_open() { &words.deleted_held } else { &words.deleted };
    for (place, entry) in sessions.iter().enumerate() {
        match store.delete(entry) {
            Err(StoreError::Deleted { .. }) => {} // with the one that it was measured again from, or elsewhere meanwhile
            Err(error) if sessions.len() > 1 => {
                exit::print(&broken_off(sessions, place, (line(), &words.not_deleted)))?;
                return Err(error.into());
            }
            deleted => deleted?,
        }
    }
    Ok(fill(line(), &[("ids", &names)]) + "\n")
}

/// Which sessions are gone and which are not, in these lines, where the deletion of one of them failed. Of what was measured again from
/// that one nothing is told: it goes before it.
fn broken_off(sessions: &[SessionEntry], failed: usize, (gone, left): (&str, &str)) -> String {
    let (before, rest) = sessions.split_at(failed);
    let failed = rest.first().map(|entry| entry.uid.as_str());
    let stays = |entry: &&SessionEntry| entry.origin.as_deref() != failed;
    let ids = |entries: Vec<&SessionEntry>| {
        let ids: Vec<&str> = entries.into_iter().map(|entry| entry.id.as_str()).collect();
        ids.join(", ")
    };
    let lines = [(ids(before.iter().collect()), gone), (ids(rest.iter().filter(stays).collect()), left)];
    let told = lines.into_iter().filter(|(ids, _)| !ids.is_empty());
    told.map(|(ids, line)| fill(line, &[("ids", &ids)]) + "\n").collect()
}

/// Asks the user to confirm the deletion.
fn confirm(all: &Words, sessions: &[SessionEntry]) -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("Nothing was deleted, as there is no terminal to confirm it in: add --yes to delete without being asked");
    }
    let (words, now) = (&all.session, Zoned::now());
    for entry in sessions {
        let name = entry.name.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
        let values: [(&str, &dyn Display); 4] = [
            ("id", &entry.id),
            ("when", &when(all, &entry.began, &now)),
            ("length", &length(entry.duration)),
            ("count", &entry.repetitions),
        ];
        exit::eprint_line(&(fill(&words.delete_what, &values) + &name));
    }
    exit::eprint_line(&words.delete_question);
    answered_yes()
}

/// Whether the user types yes, in whichever of the languages here.
pub(super) fn answered_yes() -> Result<bool> {
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(["y", "yes", "j", "ja", "s", "sí", "si"].contains(&answer.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn dates_are_relative_to_now() {
        let now: Zoned = "2026-11-22T09:00:00+01:00[+01:00]".parse().unwrap();
        let words = |language| Words::read(language).unwrap();
        for (began, expected) in [
            ("2026-11-22T08:05:00+01:00[+01:00]", "today 08:05"),
            ("2026-11-21T23:59:00+01:00[+01:00]", "yesterday 23:59"),
            ("2026-11-19T08:10:00+01:00[+01:00]", "Thursday 08:10"),
            ("2026-11-12T08:10:00+01:00[+01:00]", "a week ago"),
            ("2026-10-22T08:10:00+01:00[+01:00]", "4 weeks ago"),
            ("2026-01-02T08:10:00+01:00[+01:00]", "10 months ago"),
            ("2023-01-02T08:10:00+01:00[+01:00]", "3 years ago"),
            ("2026-11-23T08:10:00+01:00[+01:00]", "23 November 2026"),
        ] {
            assert_eq!(when(&words(Language::English), &began.parse().unwrap(), &now), expected);
        }
        for (began, expected) in [
            ("2026-11-19T08:10:00+01:00[+01:00]", "Donnerstag 08:10"),
            ("2026-10-22T08:10:00+01:00[+01:00]", "vor 4 Wochen"),
        ] {
            assert_eq!(when(&words(Language::German), &began.parse().unwrap(), &now), expected);
        }
    }

    #[test]
    fn the_place_of_a_video_is_told_only_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let began = "2026-11-22T09:00:00+01:00[+01:00]";
        let mut entry = SessionEntry::made("2026-11-22", began, SessionState::Finished, LostCounts::default());
        let told = |entry: &SessionEntry| video(entry).map_err(|error| error.to_string());
        assert!(told(&entry).unwrap_err().contains("was kept without a video"));
        let path = folder.path().join("video.mp4");
        entry.video = Some(path.clone());
        assert!(told(&entry).unwrap_err().contains("The video of the session 2026-11-22 is no longer at "));
        std::fs::write(&path, "").unwrap();
        assert_eq!(told(&entry), Ok(format!("{}\n", path.display())));
    }

    #[test]
    fn lengths_and_sizes_are_short() {
        assert_eq!((length(Duration::from_secs(1205)), megabytes(14_900_000)), ("20:05".into(), "14.9 MB".into()));
    }
}
