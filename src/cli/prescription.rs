//! `bendwise prescribe`: checks a prescription and gives it to a person, here or on another machine.

use std::fmt::Display;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};

use super::arguments::{PrescribeArgs, Who};
use super::current_prescription::{KeptPrescription, counting_on};
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, recording_setup};
use crate::drill_library::Library;
use crate::i18n::{Words, fill};
use crate::prescription::Prescription;
use crate::prescription::given::{FARTHEST_AHEAD, GivenPrescription};
use crate::store::{
    LARGEST_PRESCRIPTION, PackedPrescription, Person, ReceivedPrescription, Store, StoreError, is_same_name,
    prescription_in, write_prescription,
};
use crate::text_file;
use crate::visible::{as_argument, visible};

/// A prescription to begin with.
const EXAMPLE: &str = include_str!("../../docs/prescription-example.toml");

/// Its first and its last day.
const EXAMPLE_DAYS: [&str; 2] = ["2026-11-16", "2026-11-29"];

/// How long the printed one goes on.
const EXAMPLE_WEEKS: i64 = 6;

pub(super) fn run(setup: &Setup, args: &PrescribeArgs) -> Result<Exit> {
    if args.example {
        exit::print(&example(today())?)?;
        return Ok(Exit::Done);
    }
    exit::print(&prescribe(setup, args)?)?;
    Ok(Exit::Done)
}

/// The prescription to begin with, for six weeks from this day: the one in the documentation has ended.
fn example(from: Date) -> Result<String> {
    let to = from.checked_add(EXAMPLE_WEEKS.weeks())?.yesterday()?;
    let dated = |line: &str| match line.split_once(" = ").map(|(field, _)| field) {
        Some("from") => line.replacen(EXAMPLE_DAYS[0], &from.to_string(), 1),
        Some("to") => line.replacen(EXAMPLE_DAYS[1], &to.to_string(), 1),
        _ => line.to_owned(),
    };
    Ok(EXAMPLE.split_inclusive('\n').map(dated).collect())
}

/// Checks the file, and gives it to a person or writes it as a package.
fn prescribe(setup: &Setup, args: &PrescribeArgs) -> Result<String> {
    let Some(file) = &args.file else {
        return Err(
            UsageError("Give the file of the prescription, or --example for one to begin with".to_owned()).into()
        );
    };
    let name = file.display().to_string();
    let read = text_file::read(file, LARGEST_PRESCRIPTION);
    if let Err(cause) = &read
        && cause.kind() == ErrorKind::NotFound
    {
        bail!("There is no file {}: check the name", visible(&name));
    }
    let text = read.with_context(|| format!("{} cannot be read: give a text file in UTF-8", visible(&name)))?;
    let prescription = checked(setup, &name, &text)?;
    let Some(output) = &args.output else { return receive(setup, &opened(setup)?, &prescription, &text, &args.who) };
    if let Some(person) = args.who.name().filter(|person| !is_same_name(person, &prescription.person)) {
        let (person, other) = (visible(&person), visible(&prescription.person));
        bail!("The prescription is for {other}, not for {person}: change `person` in {}", visible(&name));
    }
    OutputFiles::beside(setup, std::slice::from_ref(file)).take_new(output, "-o", "bendwise")?;
    let given = GivenPrescription { given: now().timestamp(), text, ended: None };
    let (pseudonym, before) = known_here(setup, &prescription)?;
    write_prescription(&given, before.as_ref(), pseudonym.as_deref(), output)?;
    let values: [(&str, &dyn Display); 2] =
        [("path", &visible(&output.display())), ("person", &visible(&prescription.person))];
    Ok(fill(&setup.words.prescription.written, &values) + "\n")
}

/// Parses a prescription that does not lie behind us, nor farther ahead than anybody prescribes.
fn checked(setup: &Setup, name: &str, text: &str) -> Result<Prescription> {
    let prescription = Prescription::parse(&visible(&name), text, &Library::open(&setup.paths))?;
    let Prescription { from, to, .. } = prescription;
    if to < today() {
        bail!("{} ended on {to}: give it a later last day (to)", visible(&name));
    }
    if from > (now() + FARTHEST_AHEAD).date() {
        bail!(
            "{} begins on {from}, more than a year from now: check its first day (from), and the clock of this machine",
            visible(&name)
        );
    }
    Ok(prescription)
}

/// Adds the prescription in a package, if that is what it holds.
pub(super) fn import(setup: &Setup, file: &Path, who: &Who) -> Result<Option<String>> {
    let Some(packed) = prescription_in(file)? else { return Ok(None) };
    let PackedPrescription { text, given, person: of, ended, before } = packed;
    let name = file.display().to_string();
    let (is_dated, given) = (given.is_some(), given.unwrap_or_else(|| now().timestamp()));
    let told = match ended {
        Some(last) => {
            let prescription = Prescription::parse(&visible(&name), &text, &Library::open(&setup.paths))?;
            let store = opened(setup)?;
            let person = addressee(&store, &prescription, of.as_deref(), who)?;
            // Nobody ends it on a day that has not come, unless before it begins: that clock was ahead.
            let last = if last >= prescription.from { last.min(today().tomorrow()?) } else { last };
            receive_end(setup, &store, &person, &prescription, &GivenPrescription { given, text, ended: Some(last) })?
        }
        None => {
            let prescription = checked(setup, &name, &text)?;
            let store = opened(setup)?;
            let is_new = store.knows_nobody()?;
            let person = addressee(&store, &prescription, of.as_deref(), who)?;
            let (given, now) = (GivenPrescription { given, text, ended: None }, now().timestamp());
            let made = is_dated.then_some(&given);
            refuse_ended(setup, (&store, &person), &prescription, (made, before.as_ref()))?;
            let told = keep(setup, &store, &prescription, (&person, is_new), || {
                store.receive_prescription(person.id, &given, before.as_ref(), now)
            })?;
            if given.is_ahead(now) { told + &setup.words.prescription.ahead + "\n" } else { told }
        }
    };
    Ok(Some(told))
}

/// Refuses a package whose prescription was ended here meanwhile: it may be the same file once more, and what has ended stays so. Not
/// one that was `made` after that end: on a later day, or where the end was known, as `before` says. Of a package of an older version
/// nobody knows when it was made.
fn refuse_ended(
    setup: &Setup,
    (store, person): (&Store, &Person),
    prescription: &Prescription,
    (made, before): (Option<&GivenPrescription>, Option<&GivenPrescription>),
) -> Result<()> {
    let mut all = KeptPrescription::all(setup, store, person)?.into_iter();
    let kept = all.find(|kept| kept.written.as_ref().ok() == Some(prescription));
    let Some((given, last)) = kept.and_then(|kept| Some((kept.given, kept.ended?))) else { return Ok(()) };
    let was_known = before.is_some_and(|before| before.ended >= Some(last));
    let is_anew = |made: &GivenPrescription| {
        !made.is_ahead(now().timestamp()) && made.given > given && (was_known || made.is_after(last))
    };
    if made.is_some_and(is_anew) {
        return Ok(());
    }
    let words = &setup.words.prescription;
    bail!(fill(&words.ended_here, &[("person", &visible(&person.label())), ("day", &words.dated(last, None))]))
}

/// Ends, for a person, a prescription that was ended on another machine.
fn receive_end(
    setup: &Setup,
    store: &Store,
    person: &Person,
    prescription: &Prescription,
    end: &GivenPrescription,
) -> Result<String> {
    for alike in alike_here(setup, store, person, prescription, end)? {
        store.receive_prescription(person.id, &alike, None, now().timestamp())?;
    }
    store.receive_prescription(person.id, end, None, now().timestamp())?;
    // Of several ends the newest counts, which may be one that was known here before.
    let kept = store.prescriptions(person.id)?.into_iter().filter(|kept| kept.text == end.text);
    let last = kept.filter_map(|kept| kept.ended).max().or(end.ended).unwrap_or(prescription.to);
    let words = &setup.words.prescription;
    let (person, drills) = (visible(&person.label()), visible(&setup.words.prescribed(prescription)));
    let line = if last < prescription.from { &words.withdrawn_there } else { &words.ended_there };
    let values: [(&str, &dyn Display); 3] =
        [("person", &person), ("day", &words.dated(last, None)), ("drills", &drills)];
    Ok(fill(line, &values) + "\n")
}

/// The same prescription as it goes on here with another text, as it came in another file: it ends, too, with this end, unless it was
/// given after that, or that end is known here already.
fn alike_here(
    setup: &Setup,
    store: &Store,
    person: &Person,
    prescription: &Prescription,
    end: &GivenPrescription,
) -> Result<Vec<GivenPrescription>, StoreError> {
    let library = Library::open(&setup.paths);
    let is_alike = |text: &str| Prescription::parse("", text, &library).is_ok_and(|kept| kept == *prescription);
    let mut kept = store.prescriptions(person.id)?;
    kept.retain(|kept| is_alike(&kept.text));
    if kept.iter().any(|kept| kept.ended >= end.ended) {
        return Ok(Vec::new());
    }
    let day = |kept: &ReceivedPrescription| kept.received.to_zoned(TimeZone::system()).date();
    kept.retain(|kept| kept.text != end.text && kept.ended.is_none() && Some(day(kept)) <= end.ended);
    let with_end = |kept: ReceivedPrescription| {
        let ReceivedPrescription { received: given, text, .. } = kept;
        GivenPrescription { given, text, ended: end.ended }
    };
    Ok(kept.into_iter().map(with_end).collect())
}

fn opened(setup: &Setup) -> Result<Store> {
    let (store, notices) = Store::open(&setup.paths)?;
    recording_setup::report_recovery(&notices);
    Ok(store)
}

/// Gives a prescription to the person it is for.
fn receive(setup: &Setup, store: &Store, prescription: &Prescription, text: &str, who: &Who) -> Result<String> {
    let is_new = store.knows_nobody()?;
    let person = addressee(store, prescription, None, who)?;
    keep(setup, store, prescription, (&person, is_new), || {
        store.add_prescription(person.id, now().timestamp(), text).map(|()| true)
    })
}

/// The pseudonym of the person here that a prescription is for, if there is one, and the same prescription as it has ended for them, if
/// it has. Nothing is created for it.
fn known_here(setup: &Setup, prescription: &Prescription) -> Result<(Option<String>, Option<GivenPrescription>)> {
    let Some((store, _)) = Store::find(&setup.paths)? else { return Ok((None, None)) };
    let Ok(person) = store.person(&prescription.person) else { return Ok((None, None)) };
    let mut all = KeptPrescription::all(setup, &store, &person)?;
    all.retain(|kept| kept.written.as_ref().ok() == Some(prescription) && kept.ended.is_some());
    let before = all.into_iter().max_by_key(|kept| kept.ended);
    Ok((Some(person.pseudonym), before.and_then(|kept| Some(kept.ended_on(kept.ended?)))))
}

/// Keeps a prescription for the person it is for, who may be new here, and tells what counts now. `add` says whether it was not here
/// before.
fn keep(
    setup: &Setup,
    store: &Store,
    prescription: &Prescription,
    (person, is_new): (&Person, bool),
    add: impl FnOnce() -> Result<bool, StoreError>,
) -> Result<String> {
    let words = &setup.words.prescription;
    let is_new = is_new && person.name.is_some();
    let before = counting_on(setup, store, person, today()).ok().flatten(); // one that cannot be read is no hindrance
    let label = visible(&person.label());
    if !add()? {
        let drills = visible(&setup.words.prescribed(prescription));
        return Ok(fill(&words.here_already, &[("person", &label), ("drills", &drills)]) + "\n");
    }
    let mut told = given(&setup.words, prescription, person);
    if is_new {
        told += &(fill(&words.named, &[("person", &label)]) + "\n");
    }
    if let Some(before) = before.filter(|before| before.covers(today()) && !prescription.covers(today())) {
        let last = before.to.min(prescription.from.yesterday()?);
        let drills = visible(&setup.words.prescribed(&before));
        told += &(fill(&words.before, &[("day", &words.dated(last, None)), ("drills", &drills)]) + "\n");
    }
    for newer in newer_than(setup, store, person, prescription)? {
        let drills = visible(&setup.words.prescribed(&newer));
        let values: [(&str, &dyn Display); 3] =
            [("from", &words.dated(newer.from, None)), ("to", &words.dated(newer.to, None)), ("drills", &drills)];
        told += &(fill(&words.newer, &values) + "\n");
    }
    Ok(told)
}

/// Those that were given later than this one, which just arrived, and count in its place on days that are left.
fn newer_than(
    setup: &Setup,
    store: &Store,
    person: &Person,
    arrived: &Prescription,
) -> Result<Vec<Prescription>, StoreError> {
    let all = KeptPrescription::all(setup, store, person)?.into_iter();
    let newer = all.take_while(|kept| kept.written.as_ref().ok() != Some(arrived)).filter_map(|kept| kept.counting);
    let takes_its_days = |newer: &Prescription| {
        newer.from <= arrived.to && newer.to >= arrived.from && newer.last_day().is_some_and(|last| last >= today())
    };
    Ok(newer.filter(takes_its_days).collect())
}

/// Tells a prescription that was given to somebody.
fn given(words: &Words, prescription: &Prescription, person: &Person) -> String {
    let Prescription { from, to, days_a_week, .. } = prescription;
    let (person, drills) = (visible(&person.label()), visible(&words.prescribed(prescription)));
    let dated = |day| words.prescription.dated(day, None);
    let values: [(&str, &dyn Display); 5] =
        [("person", &person), ("drills", &drills), ("days", days_a_week), ("from", &dated(*from)), ("to", &dated(*to))];
    fill(&words.prescription.given, &values) + "\n"
}

/// For whom it is: whoever the command line says, or the one of the pseudonym that came with it, or without one that of that name.
/// The first on a machine of whom nothing is kept takes that name.
fn addressee(store: &Store, prescription: &Prescription, pseudonym: Option<&str>, who: &Who) -> Result<Person> {
    let persons = store.persons()?;
    let asked = &prescription.person;
    let theirs = pseudonym.and_then(|pseudonym| persons.iter().find(|person| person.pseudonym == pseudonym));
    let namesake = persons.iter().find(|person| person.is_called(asked));
    let known = theirs.or(namesake.filter(|_| pseudonym.is_none()));
    if who.name().is_some() {
        let chosen = who.chosen(store)?;
        if let Some(other) = known.filter(|person| person.id != chosen.id) {
            let (other, chosen) = (visible(&other.label()), visible(&chosen.label()));
            bail!(
                "The prescription is for {other}, not for {chosen}: leave out --person and BENDWISE_PERSON, or change `person` in it"
            )
        }
        return known_by(store, &chosen, pseudonym.filter(|_| theirs.is_none()));
    }
    if let Some(known) = known {
        return Ok(known.clone());
    }
    let (shown, argument) = (visible(asked), as_argument(asked));
    if let (Some(namesake), Some(pseudonym)) = (namesake, pseudonym) {
        let Person { pseudonym: here, .. } = namesake;
        bail!(
            "The prescription is for somebody called {shown} who is {pseudonym} in files, and {shown} here is {here}: if it is the same person, say so with \
             --person {argument}; if not, add whoever it is under another name (`bendwise people add NAME`) and say --person NAME"
        );
    }
    if store.knows_nobody()? {
        return known_by(store, &store.add_person(asked)?, pseudonym);
    }
    if let [Person { name: None, pseudonym, .. }] = &persons[..] {
        bail!(of_somebody_unnamed(pseudonym, &shown, &argument));
    }
    let known = persons.iter().map(|person| visible(&person.label())).collect::<Vec<_>>().join(", ");
    let alike = store.look_alike(asked, None)?.map(|other| format!("; {} only looks the same", visible(&other)));
    bail!(
        "The prescription is for {shown}, and nobody here is called that ({known}{}): say whose it is with --person NAME, \
         or add {shown} first (`bendwise people add {argument}`) and say --person {argument}",
        alike.unwrap_or_default()
    )
}

/// The person, known by the pseudonym that came, if there was one, where they had no use for another yet: what comes after it needs
/// no word then.
fn known_by(store: &Store, person: &Person, pseudonym: Option<&str>) -> Result<Person> {
    if let Some(pseudonym) = pseudonym {
        store.adopt_pseudonym(person.id, pseudonym)?;
    }
    Ok(store.person_with(person.id)?)
}

/// Why a prescription is not simply that of the one without a name of whom something is kept, and the ways out.
fn of_somebody_unnamed(pseudonym: &str, asked: &str, argument: &str) -> String {
    format!(
        "The prescription is for {asked}, and what is kept here is of somebody without a name ({pseudonym}): \
         if that is {asked}, give the name first (`bendwise people rename {pseudonym} {argument}`); \
         if not, add {asked} first (`bendwise people add {argument}`); or say whose it is with --person {pseudonym}"
    )
}

/// When the user asks: a prescription is about days, and a score about one of them.
pub(super) fn now() -> Zoned {
    Zoned::now()
}

/// The day on which the user asks.
pub(super) fn today() -> Date {
    now().date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::setup::fixtures::setup;

    #[test]
    fn an_end_reaches_what_came_in_another_file_of_the_same_content() {
        let folder = tempfile::tempdir().unwrap();
        let setup = setup(folder.path());
        let (store, _) = Store::open(&setup.paths).unwrap();
        let (day, from, to) = (today(), today().tomorrow().unwrap(), (now() + FARTHEST_AHEAD).date());
        let midnight = |day: Date| day.to_zoned(TimeZone::system()).unwrap().timestamp();
        let text = format!("person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 3\n[[drill]]\nid = \"bow\"\n");
        let written = Prescription::parse("a.toml", &text, &Library::built_in()).unwrap();
        let counts = |name: &str, given: Date, ended: Date| {
            let person = store.add_person(name).unwrap();
            store.add_prescription(person.id, midnight(day), &text).unwrap();
            let other = format!("# the same\n{text}");
            let end = GivenPrescription { given: midnight(given), text: other, ended: Some(ended) };
            receive_end(&setup, &store, &person, &written, &end).unwrap();
            KeptPrescription::all(&setup, &store, &person).unwrap().iter().any(|kept| kept.counting.is_some())
        };
        assert!(!counts("Anna", day, day), "it was withdrawn");
        let before = day.yesterday().unwrap();
        assert!(counts("Ben", before, before), "it was given anew after that");
    }

    #[test]
    fn the_example_begins_on_the_day_it_is_printed() {
        let printed = example(jiff::civil::date(2027, 1, 30)).unwrap();
        let read = Prescription::parse("anna.toml", &printed, &Library::built_in()).unwrap();
        assert_eq!((read.from.to_string(), read.to.to_string()), ("2027-01-30".into(), "2027-03-12".into()));
        let rest = |text: &str| -> Vec<String> {
            let others = text.lines().filter(|line| !line.starts_with("from = ") && !line.starts_with("to = "));
            others.map(str::to_owned).collect()
        };
        assert_eq!(rest(&printed), rest(EXAMPLE));
        assert!(printed.contains("# the first and the last day"));
    }
}
