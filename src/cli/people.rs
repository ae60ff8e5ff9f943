//! `bendwise people`: who practises here.

use std::fmt::{Display, Write as _};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{PeopleArgs, PeopleCommand, ProfileArgs, Spoken, Who};
use super::current_prescription::{self, Current};
use super::list_table::ListTable;
use super::output_files::{ANY_ENDING, OutputFiles};
use super::setup::Setup;
use super::{Exit, exit, prescription, recording_setup, sessions};
use crate::drill_library::Library;
use crate::i18n::{Language, PersonWords, Words, fill};
use crate::prescription::Prescription;
use crate::spine::Facing;
use crate::store::{
    LeftOut, OwnFullBend, PackageError, PackageImport, Person, PersonId, PersonImport, PersonPackage, SessionFilter,
    Store, StoreError, Wiped,
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
        PeopleCommand::Import { folder, name, force } => {
            return import(setup, store, folder, (name.as_deref(), *force));
        }
        PeopleCommand::List => list(&setup.words.person, &store),
        PeopleCommand::Add { name, force, profile } => {
            refuse_look_alike(&store, name, None, *force)?;
            add(&setup.words.person, &store, name, profile)
        }
        PeopleCommand::Show { name } => show(setup, &store, &whom(&store, &Who { person: name.clone() })?),
        PeopleCommand::Rename { name, new, force } => {
            let person = store.person(name)?;
            refuse_look_alike(&store, new, Some(person.id), *force)?;
            rename(&setup.words.person, &store, person, new)
        }
        PeopleCommand::Set { name, profile } => set(setup, &store, store.person(name)?, profile),
        PeopleCommand::Forget { name, yes } => forget(setup, &store, &store.person(name)?, *yes),
        PeopleCommand::Export { name, output } => export(setup, &store, &store.person(name)?, output.as_deref()),
    })
}

/// Refuses a name that only looks like that of somebody else here, as with letters of another script, unless that is meant.
fn refuse_look_alike(store: &Store, name: &str, of: Option<PersonId>, force: bool) -> Result<()> {
    let Some(other) = store.look_alike(name, of)?.filter(|_| !force) else { return Ok(()) };
    let (name, other) = (visible(&name), visible(&other));
    bail!(
        "{name} looks like {other}, who is here already, but has other letters: type it anew, or add --force if it is somebody else"
    )
}

/// The sessions of a person.
fn of(person: &Person) -> SessionFilter<'_> {
    SessionFilter { person: Some(person.id), ..SessionFilter::default() }
}

/// Those of them that have ended: one that is being recorded may yet be discarded.
fn ended(person: &Person) -> SessionFilter<'_> {
    SessionFilter { ended: true, ..of(person) }
}

fn list(words: &PersonWords, store: &Store) -> Result<String> {
    let PersonWords { head_name, head_sessions, head_last, head_pseudonym, .. } = words;
    let mut rows = Vec::new();
    for person in store.persons()? {
        let last = store.select(&SessionFilter { limit: Some(1), ..ended(&person) })?.pop();
        rows.push(vec![
            person.name.clone().unwrap_or_else(|| words.nameless.clone()),
            store.count(&ended(&person))?.to_string(),
            last.map(|session| session.id).unwrap_or_default(),
            person.pseudonym,
        ]);
    }
    let headings = [head_name, head_sessions, head_last, head_pseudonym].map(String::as_str).to_vec();
    let table = ListTable { headings, rows, names: 1, numbers: Vec::new() };
    Ok(format!("{}{}\n", table.text(), words.list_hint))
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
        person.language.as_deref().map(|code| {
            let name = Language::of_code(code).map_or_else(|| visible(&code), |language| language.name().into());
            fill(&words.speaks, &[("name", &name)])
        }),
        person.full_bend.map(bend),
        person.build.map(|known| fill(&words.build, &[("count", &known.sessions)])),
    ];
    known.into_iter().flatten().map(|line| line + "\n").collect()
}

/// Who is to be shown. Nobody is guessed, and here a person is no option.
fn whom(store: &Store, who: &Who) -> Result<Person> {
    match who.chosen(store) {
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
    let last = store.select(&SessionFilter { limit: Some(1), ..ended(person) })?.pop();
    let sessions = fill(&words.person.sessions, &[("count", &store.count(&ended(person))?)]);
    let last = last.map(|last| fill(&words.person.last, &[("sessions", &sessions), ("id", &last.id)]));
    writeln!(text, "{}", last.unwrap_or(sessions))?;
    if let Some(current) = Current::of(setup, store, person, prescription::today()) {
        writeln!(text, "\n{}", visible(&current.sentence(setup)))?;
        if current.prescription.last_day() == Some(current.day) {
            writeln!(text, "{}", words.prescription.last_day)?;
        }
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
    OutputFiles::beside(setup, &[]).take_new(&folder, "-o", ANY_ENDING)?;
    let (count, filmless) = store.export_person(person, &folder)?;
    filmless.iter().for_each(|id| exit::report(&fill(&setup.words.person.export_filmless, &[("id", id)])));
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
fn import(setup: &Setup, store: Store, folder: &Path, (name, force): (Option<&str>, bool)) -> Result<Exit> {
    let words = &setup.words.person;
    let mut package = PersonPackage::read(folder)?;
    let library = Library::open(&setup.paths);
    package
        .leave_out_prescriptions(|text| Prescription::parse("", text, &library).err().map(|fault| fault.to_string()));
    if let Some(taken) = name.or(package.name()) {
        let here = store.persons()?.into_iter().find(|person| package.is_of(person)).map(|person| person.id);
        refuse_look_alike(&store, taken, here, force || here.is_some() && name.is_none())?;
    }
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
    package.left_out().iter().for_each(|what| exit::report(&not_taken(words, what)));
    if counts.failed > 0 {
        exit::report(&fill(&words.import_failed, &[("count", &counts.failed)]));
    }
    Ok(if counts.failed == 0 && package.left_out().is_empty() { Exit::Done } else { Exit::Failed })
}

/// What is not taken of a person, and why.
fn not_taken(words: &PersonWords, what: &LeftOut) -> String {
    match what {
        LeftOut::Language(code) => {
            fill(&words.left_out_language, &[("code", &visible(code)), ("known", &Language::codes("/"))])
        }
        LeftOut::Scores(count) => fill(&words.left_out_scores, &[("count", count)]),
        LeftOut::Prescription { given, why } => {
            let day = given.to_zoned(TimeZone::system()).strftime(&words.day).to_string();
            fill(&words.left_out_prescription, &[("day", &day), ("why", &visible(why))])
        }
    }
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
        bail!("Nothing was deleted, as there is no terminal to confirm it in: add --yes to delete without being asked");
    }
    exit::eprint_line(&format!("{label}: {all}"));
    exit::eprint_line(&setup.words.session.delete_question);
    sessions::answered_yes()
}
