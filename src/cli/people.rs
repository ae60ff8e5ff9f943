//! `bendwise people`: who practises here.

use std::fmt::{Display, Write as _};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{PeopleArgs, PeopleCommand, ProfileArgs, Spoken};
use super::current_prescription::{self, Current};
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, prescription, recording_setup, sessions};
use crate::i18n::{PersonWords, Words, fill};
use crate::spine::Facing;
use crate::store::{
    OwnFullBend, PackageError, PackageImport, Person, PersonImport, PersonPackage, SessionFilter, Store, StoreError,
    Wiped,
};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &PeopleArgs) -> Result<Exit> {
    let what = args.what.as_ref().unwrap_or(&PeopleCommand::List);
    let (store, notices) = match what {
        // These create the store if necessary.
        PeopleCommand::Add { .. } | PeopleCommand::Import { .. } | PeopleCommand::List => Store::open(&setup.paths)?,
        _ => Store::find(&setup.paths)?.ok_or(StoreError::Empty)?,
    };
    recording_setup::report_recovery(&notices);
    sessions::print_result(match what {
        PeopleCommand::Import { folder, name } => return import(setup, store, folder, name.as_deref()),
        PeopleCommand::List => list(&setup.words.person, &store),
        PeopleCommand::Add { name, profile } => add(&setup.words.person, &store, name, profile),
        PeopleCommand::Show { name } => show(setup, &store, &whom(&store, name.as_deref())?),
        PeopleCommand::Rename { name, new } => rename(&setup.words.person, &store, store.person(name)?, new),
        PeopleCommand::Set { name, profile } => set(setup, &store, store.person(name)?, profile),
        PeopleCommand::Forget { name, yes } => forget(setup, &store, &store.person(name)?, *yes),
        PeopleCommand::Export { name, output } => export(setup, &store, &store.person(name)?, output.as_deref()),
    })
}

/// The sessions of a person.
fn of(person: &Person) -> SessionFilter<'_> {
    SessionFilter { person: Some(person.id), ..SessionFilter::default() }
}

fn list(words: &PersonWords, store: &Store) -> Result<String> {
    let PersonWords { head_name, head_sessions, head_last, head_pseudonym, .. } = words;
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header([head_name, head_sessions, head_last, head_pseudonym]);
    for person in store.persons()? {
        let last = store.select(&SessionFilter { limit: Some(1), ..of(&person) })?.pop();
        table.add_row([
            person.name.clone().unwrap_or_else(|| words.nameless.clone()),
            store.count(&of(&person))?.to_string(),
            last.map(|session| session.id).unwrap_or_default(),
            person.pseudonym,
        ]);
    }
    Ok(format!("{table}\n{}\n", words.list_hint))
}

fn add(words: &PersonWords, store: &Store, name: &str, profile: &ProfileArgs) -> Result<String> {
    let added = store.add_person(name)?;
    store.change_person(&with(added.clone(), profile))?;
    let values: [(&str, &dyn Display); 2] = [("person", &visible(&added.label())), ("pseudonym", &added.pseudonym)];
    let mut text = fill(&words.added, &values) + "\n";
    let without = store.persons()?.into_iter().find(|person| person.name.is_none());
    if let Some(without) = without {
        text += &(fill(&words.added_before, &[("pseudonym", &without.pseudonym)]) + "\n");
    }
    Ok(text)
}

fn rename(words: &PersonWords, store: &Store, person: Person, new: &str) -> Result<String> {
    let (before, id) = (visible(&person.label()), person.id);
    store.change_person(&Person { name: Some(new.to_owned()), ..person })?;
    let now = visible(&store.person_with(id)?.label());
    Ok(fill(&words.renamed, &[("before", &before), ("person", &now)]) + "\n")
}

fn set(setup: &Setup, store: &Store, person: Person, profile: &ProfileArgs) -> Result<String> {
    let changed = with(person, profile);
    store.change_person(&changed)?;
    Ok(about(&setup.words, &changed))
}

/// The person with what is given of a profile.
fn with(person: Person, profile: &ProfileArgs) -> Person {
    let language = match profile.language {
        Some(Spoken(Some(language))) => Some(language.code().to_owned()),
        _ => person.language.clone(),
    };
    Person {
        height: profile.height.or(person.height),
        side: profile.side.map(Facing::from).or(person.side),
        language,
        ..person
    }
}

/// What is known about a person: a line each.
fn about(words: &Words, person: &Person) -> String {
    let (language, words) = (words.language(), &words.person);
    let day = |moment: Timestamp| moment.to_zoned(TimeZone::system()).strftime(&words.day).to_string();
    let head = if person.name.is_some() { &words.known } else { &words.unnamed };
    let values: [(&str, &dyn Display); 3] =
        [("person", &visible(&person.label())), ("pseudonym", &person.pseudonym), ("day", &day(person.created))];
    let height = |height| fill(&words.height, &[("height", &language.number(&format!("{height:.2}")))]);
    let bend = |bend: OwnFullBend| {
        let (lumbar, error) = (bend.lumbar.to_degrees(), bend.half_width_90.to_degrees());
        let values: [(&str, &dyn Display); 3] =
            [("angle", &format!("{lumbar:.0}")), ("error", &error.ceil()), ("day", &day(bend.measured))];
        fill(&words.full_bend, &values)
    };
    let known = [
        Some(fill(head, &values)),
        person.height.map(height),
        person.side.map(|side| if side == Facing::Left { &words.left } else { &words.right }.clone()),
        person.language.as_ref().map(|code| fill(&words.speaks, &[("code", code)])),
        person.full_bend.map(bend),
        person.build.map(|known| fill(&words.build, &[("count", &known.sessions)])),
    ];
    known.into_iter().flatten().map(|line| line + "\n").collect()
}

/// Who is to be shown. Nobody is guessed, and here a person is no option.
fn whom(store: &Store, name: Option<&str>) -> Result<Person> {
    match store.person_or_only(name) {
        Err(StoreError::WhichPerson { names }) => {
            let names = visible(&names.join(", "));
            bail!("Several persons practise here ({names}): say whom to show, as in `bendwise people show NAME`")
        }
        found => Ok(found?),
    }
}

fn show(setup: &Setup, store: &Store, person: &Person) -> Result<String> {
    let words = &setup.words;
    let mut text = about(words, person);
    let last = store.select(&SessionFilter { limit: Some(1), ..of(person) })?.pop();
    let sessions = fill(&words.person.sessions, &[("count", &store.count(&of(person))?)]);
    let last = last.map(|last| fill(&words.person.last, &[("sessions", &sessions), ("id", &last.id)]));
    writeln!(text, "{}", last.unwrap_or(sessions))?;
    if let Some(current) = Current::of(setup, store, person, prescription::today()) {
        writeln!(text, "\n{}", visible(&current.sentence(setup)))?;
        for wish in words.wishes(&current.prescription) {
            writeln!(text, "{}", visible(&wish))?;
        }
        writeln!(text)?;
        text += &current.table(setup);
        let dated = |day| words.prescription.dated(day, None);
        for later in current_prescription::later(setup, store, person, prescription::today())? {
            let drills = visible(&words.prescribed(&later));
            let values: [(&str, &dyn Display); 3] =
                [("from", &dated(later.from)), ("to", &dated(later.to)), ("drills", &drills)];
            writeln!(text, "{}", fill(&words.prescription.later, &values))?;
        }
    }
    Ok(text)
}

fn export(setup: &Setup, store: &Store, person: &Person, output: Option<&Path>) -> Result<String> {
    let folder = output.map_or_else(|| PathBuf::from(&person.pseudonym), Path::to_owned);
    OutputFiles::beside(setup, &[]).take_new(&folder, "-o")?;
    let count = store.export_person(person, &folder)?;
    let values: [(&str, &dyn Display); 2] = [("path", &visible(&folder.display())), ("count", &count)];
    Ok(fill(&setup.words.person.exported, &values) + "\n")
}

/// How many sessions of a person an import met.
#[derive(Default)]
struct ImportCounts {
    added: usize,
    /// Here before.
    known: usize,
    /// Here, but of somebody else meanwhile.
    elsewhere: usize,
    failed: usize,
}

/// Adds a person with all sessions. Of one that fails the others do not depend, and the same again adds what is missing.
fn import(setup: &Setup, store: Store, folder: &Path, name: Option<&str>) -> Result<Exit> {
    let words = &setup.words.person;
    let package = PersonPackage::read(folder)?;
    let added = store.add_exported(&package, name)?;
    drop(store); // each session opens it for itself, on a full disk nobody else may
    let mut counts = ImportCounts::default();
    for file in package.sessions() {
        match Store::open(&setup.paths)?.0.import(Some(&added.person), file) {
            Ok(PackageImport { id, is_filmless }) => {
                counts.added += 1;
                if is_filmless {
                    exit::report(&fill(&words.import_filmless, &[("id", &id)]));
                }
            }
            Err(PackageError::Here(_, id)) => match Store::open(&setup.paths)?.0.named(&id)?.person {
                owner if owner == added.person.id => counts.known += 1,
                _ => counts.elsewhere += 1,
            },
            Err(error) => {
                counts.failed += 1;
                exit::report(&error.to_string());
            }
        }
    }
    Store::open(&setup.paths)?.0.complete_exported(&package, added.person.id)?;
    exit::print(&imported(words, &added, &counts))?;
    if counts.failed == 0 {
        return Ok(Exit::Done);
    }
    exit::report(&fill(&words.import_failed, &[("count", &counts.failed)]));
    Ok(Exit::Failed)
}

/// What an import added.
fn imported(words: &PersonWords, import: &PersonImport, counts: &ImportCounts) -> String {
    let PersonImport { person, is_new, prescriptions, ended, scores } = import;
    let values: [(&str, &dyn Display); 3] =
        [("sessions", &counts.added), ("prescriptions", prescriptions), ("scores", scores)];
    let what = fill(&words.import_what, &values);
    let line = if *is_new { &words.import_new } else { &words.import_known };
    let here = [
        (counts.known, &words.import_before),
        (counts.elsewhere, &words.import_elsewhere),
        (*ended, &words.import_ended),
    ];
    let here = here.into_iter().filter(|(count, _)| *count > 0);
    let here: String = here.map(|(count, line)| fill(line, &[("count", &count)])).collect();
    fill(line, &[("what", &what), ("person", &visible(&person.label()))]) + &here + "\n"
}

fn forget(setup: &Setup, store: &Store, person: &Person, yes: bool) -> Result<String> {
    let words = &setup.words.person;
    let label = visible(&person.label());
    let all = fill(&words.everything, &[("count", &store.count(&of(person))?)]);
    if !yes && !confirm(setup, &label, &all)? {
        return Ok(format!("{}\n", setup.words.session.nothing_deleted));
    }
    let line = match store.forget(person)? {
        Wiped::Wholly => &words.forgotten,
        Wiped::NoRoom => &words.forgotten_no_room,
        Wiped::InUse => &words.forgotten_in_use,
    };
    Ok(fill(line, &[("person", &label), ("what", &all)]) + "\n")
}

/// Asks the user to confirm that a person is forgotten.
fn confirm(setup: &Setup, label: &str, all: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("Nothing was deleted, as stdin is not a terminal to confirm on: add --yes to delete without being asked");
    }
    exit::eprint_line(&format!("{label}: {all}"));
    exit::eprint_line(&setup.words.session.delete_question);
    sessions::answered_yes()
}
