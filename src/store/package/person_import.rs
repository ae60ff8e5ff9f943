//! Adds everything of a person from the folder that [`Store::export_person`] wrote. Like a session's file, it may come from
//! anybody: all of `person.json` and the rows of each session are checked before anything is written, and no file name in it is
//! used that is not a plain id. Nobody who is here is changed by it, other than by what was missing.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{ErrorCode, Transaction, TransactionBehavior, params};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::import::session_in;
use super::person::{BuildRow, FORMAT, MeanBuildRow, PERSON, PersonFile, PrescriptionRow, ScoreRow};
use super::{LARGEST_PRESCRIPTION, PackageError, PackageFault, Portable, is_too_far_ahead, now};
use crate::geometry::build::Build;
use crate::input_file;
use crate::language::Language;
use crate::prescription::given::{CLOCKS_DIFFER, GivenPrescription, meet};
use crate::store::id::is_plain;
use crate::store::name::is_same_name;
use crate::store::person::{NEW_KEY, is_pseudonym};
use crate::store::person_build::SessionBuild;
use crate::store::prescriptions::{given_here, write_meeting};
use crate::store::query::checked;
use crate::store::{Instrument, Person, PersonId, Score, Store, StoreError, is_uid};
use crate::visible::visible;

/// Largest `person.json`, bytes: tens of thousands of scores. [own]
const LARGEST_PERSON: u64 = 8 << 20;

/// What is read of a `person.json` before anything else: the contents of newer ones are unknown.
#[derive(Deserialize)]
struct PersonHeader {
    format: Option<u64>,
    pseudonym: Option<IgnoredAny>,
}

/// The largest angle of a full bend in it, degrees.
const LARGEST_BEND: f64 = 180.0;

/// What is wrong with a file whose values are none of a person.
const NEVER: &str = "person.json has values that bendwise never writes";

/// A person as they were exported, checked.
#[derive(Debug)]
pub struct PersonPackage {
    /// What the user gave.
    given: String,
    folder: PathBuf,
    file: PersonFile,
    sessions: Vec<PathBuf>,
    /// The builds of the sessions.
    builds: Vec<SessionBuild>,
    left_out: Vec<LeftOut>,
}

/// What is in a file of a person and cannot be taken here now. The rest can, and the same import again adds it once it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// A language that this program does not speak.
    Language(String),
    /// So many scores of a time that has not come by this machine's clock.
    Scores(usize),
    /// A prescription that cannot be read.
    Prescription {
        /// When it was given.
        given: Timestamp,
        /// What is wrong with it.
        why: String,
    },
}

/// A session beside a person.
struct ExportedSession {
    began_ms: i64,
    is_remeasured: bool,
    uid: String,
    path: PathBuf,
}

/// What was added of a person, but for the sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonImport {
    /// Who it is here.
    pub person: Person,
    /// Whether they were not here before.
    pub is_new: bool,
    /// How many prescriptions were added.
    pub prescriptions: usize,
    /// How many prescriptions that are here have ended by it, as they did on the other machine.
    pub ended: usize,
    /// How many scores that belong to no session were added.
    pub scores: usize,
}

impl PersonPackage {
    /// Reads the folder, or the `person.json` in it, and checks it and the rows of its sessions.
    ///
    /// # Errors
    /// If it was not exported by bendwise, is damaged or not complete, or was written by a newer bendwise.
    pub fn read(path: &Path) -> Result<Self, PackageError> {
        let given = path.display().to_string();
        let file = if path.is_dir() { path.join(PERSON) } else { path.to_owned() };
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        let text = text_of(&file, &given)?;
        let file = parsed(&text).map_err(|fault| in_person(fault, &given))?;
        if let Some(day) = farthest(&file).filter(|day| is_too_far_ahead(*day)) {
            return Err(PackageError::Ahead(given, day.to_string()));
        }
        let mut package = Self { given, folder, file, sessions: Vec::new(), builds: Vec::new(), left_out: Vec::new() };
        package.leave_out_impossible();
        let sessions = package.checked_sessions()?;
        package.builds = builds(&package.file, &sessions);
        package.sessions = sessions.into_iter().map(|session| session.path).collect();
        Ok(package)
    }

    /// The name of the person there, if they have one.
    pub fn name(&self) -> Option<&str> {
        self.file.name.as_deref()
    }

    /// Whether this is the person, whatever they are called.
    pub fn is_of(&self, person: &Person) -> bool {
        person.uid == self.file.uid || person.pseudonym == self.file.pseudonym
    }

    /// What is not taken of it.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// Leaves out the prescriptions that cannot be read: `fault` says what is wrong with one.
    pub fn leave_out_prescriptions(&mut self, fault: impl Fn(&str) -> Option<String>) {
        let left_out = &mut self.left_out;
        self.file.prescriptions.retain(|row| {
            let Some(why) = fault(&row.toml) else { return true };
            left_out.push(LeftOut::Prescription { given: moment(&row.received), why });
            false
        });
    }

    /// Leaves out the language that is not spoken here, and scores of a time that has not come.
    fn leave_out_impossible(&mut self) {
        let is_spoken = |code: &String| Language::of_code(code).is_some();
        self.left_out.extend(self.file.language.take_if(|code| !is_spoken(code)).map(LeftOut::Language));
        let latest = now() + CLOCKS_DIFFER;
        let before = self.file.scores.len();
        self.file.scores.retain(|score| score.session.is_some() || Score::has_come(moment(&score.given), latest));
        let scores = before - self.file.scores.len();
        self.left_out.extend((scores > 0).then_some(LeftOut::Scores(scores)));
    }

    /// The files of the sessions, oldest first, and each before what was measured again from it.
    pub fn sessions(&self) -> impl Iterator<Item = &Path> {
        self.sessions.iter().map(PathBuf::as_path)
    }

    /// The sessions in their order, if they are of this person, each another one.
    fn checked_sessions(&self) -> Result<Vec<ExportedSession>, PackageError> {
        let (mut known, mut sessions) = (HashSet::new(), Vec::new());
        for id in self.file.sessions.iter().rev() {
            let path = self.folder.join(format!("{id}.bendwise"));
            let session = self.checked_session(&path)?;
            if !known.insert(session.uid.clone()) {
                let twice = format!("{} holds a session that another file holds too", path.display());
                return Err(self.damaged(twice));
            }
            let Portable { uid, began_ms, origin, .. } = session;
            sessions.push(ExportedSession { began_ms, is_remeasured: origin.is_some(), uid, path });
        }
        sessions.sort_by_key(|session| (session.began_ms, session.is_remeasured));
        Ok(sessions)
    }

    fn damaged(&self, why: String) -> PackageError {
        PackageError::DamagedPerson(self.given.clone(), why)
    }

    /// The session of this person in a file, checked as far as that is known before its samples are read.
    fn checked_session(&self, path: &Path) -> Result<Portable, PackageError> {
        if !path.exists() {
            return Err(PackageError::Missing(self.given.clone(), path.display().to_string()));
        }
        let session = session_in(path).map_err(|error| match error {
            PackageError::Foreign(file, why) => self.damaged(format!("{file}: {why}")),
            PackageError::Damaged(file, why) => self.damaged(format!("{file}: {why}")),
            other => other,
        })?;
        match &session.person {
            Some(of) if *of != self.file.pseudonym => {
                Err(PackageError::OfAnother(path.display().to_string(), self.given.clone()))
            }
            _ => Ok(session),
        }
    }
}

fn text_of(file: &Path, given: &str) -> Result<Vec<u8>, PackageError> {
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound if Path::new(given).exists() => {
            PackageError::ForeignPerson(given.to_owned(), "it has no person.json")
        }
        io::ErrorKind::NotFound => PackageError::Absent(given.to_owned()),
        io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => {
            PackageError::ForeignPerson(given.to_owned(), "it is not a regular file")
        }
        _ => PackageError::Unreadable(given.to_owned(), cause),
    };
    let mut text = Vec::new();
    let read = input_file::open(file).and_then(|file| file.take(LARGEST_PERSON + 1).read_to_end(&mut text));
    match read.map_err(unreadable)? as u64 {
        0..=LARGEST_PERSON => Ok(text),
        _ => Err(PackageError::ForeignPerson(given.to_owned(), "it is larger than a person.json ever is")),
    }
}

/// The latest day on which a prescription was given or ended.
fn farthest(file: &PersonFile) -> Option<Date> {
    let days = file.prescriptions.iter().flat_map(|row| {
        let given = row.received.parse::<Timestamp>().ok().map(|given| given.to_zoned(TimeZone::UTC).date());
        let ended = row.ended.as_deref().and_then(|day| day.parse::<Date>().ok());
        given.into_iter().chain(ended)
    });
    days.max()
}

/// A fault in the file of this person.
fn in_person(fault: PackageFault, given: &str) -> PackageError {
    match fault {
        PackageFault::Foreign(why) => PackageError::ForeignPerson(given.to_owned(), why),
        PackageFault::Damaged(why) => PackageError::DamagedPerson(given.to_owned(), why),
        PackageFault::Newer => PackageError::Newer(given.to_owned()),
    }
}

/// Parses `person.json`, whose format is checked first. What it holds beside what is asked for takes no memory.
fn parsed(text: &[u8]) -> Result<PersonFile, PackageFault> {
    let foreign = || PackageFault::Foreign("its person.json was not written by bendwise");
    let header: PersonHeader = serde_json::from_slice(text).map_err(|error| match (text.first(), error.is_data()) {
        (Some(b'{'), true) => foreign(),
        (Some(b'{'), false) => PackageFault::damaged(error),
        _ => PackageFault::Foreign("it is not JSON"),
    })?;
    match header.format {
        Some(format) if format > u64::from(FORMAT) => return Err(PackageFault::Newer),
        Some(format) if format == u64::from(FORMAT) && header.pseudonym.is_some() => {}
        _ => return Err(foreign()),
    }
    let mut file: PersonFile = serde_json::from_slice(text).map_err(PackageFault::damaged)?;
    for score in &mut file.scores {
        [&mut score.version, &mut score.item, &mut score.wording].into_iter().for_each(|text| *text = visible(text));
    }
    match impossible(&file) {
        Some(what) => Err(PackageFault::damaged(format!("{NEVER}: {what}"))),
        None => Ok(file),
    }
}

/// The first value that no person has.
fn impossible(file: &PersonFile) -> Option<&'static str> {
    let bend = |angle: f64| (0.0..=LARGEST_BEND).contains(&angle.abs());
    let language = |code: &String| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_lowercase());
    let faults = [
        (!is_uid(&file.uid), "uid"),
        (!is_pseudonym(&file.pseudonym), "pseudonym"),
        (file.name.as_deref().is_some_and(|name| checked(name).is_err()), "name"),
        (file.created.parse::<Timestamp>().is_err(), "created"),
        (file.height_m.is_some_and(|height| !Person::HEIGHT.contains(&height)), "height_m"),
        (file.side.as_deref().is_some_and(|side| !["left", "right"].contains(&side)), "side"),
        (!file.language.iter().all(language), "language"),
        (file.full_bend.as_ref().is_some_and(|full| !bend(full.lumbar_flexion_deg)), "full_bend"),
        (file.full_bend.as_ref().is_some_and(|full| !bend(full.lumbar_flexion_interval_deg)), "full_bend"),
        (file.full_bend.as_ref().is_some_and(|full| full.measured.parse::<Timestamp>().is_err()), "full_bend"),
        (!file.builds.iter().all(|row| build(row).is_some()), "builds"),
        (file.build.as_ref().is_some_and(|row| ratios(mean(row)).is_none()), "build"),
        (!file.prescriptions.iter().all(is_prescription), "prescriptions"),
        (!file.scores.iter().all(is_score), "scores"),
        (!file.sessions.iter().all(|id| is_plain(id)), "sessions"),
    ];
    faults.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, what)| what)
}

fn is_prescription(row: &PrescriptionRow) -> bool {
    let is_day = |day: &String| day.parse::<Date>().is_ok();
    row.received.parse::<Timestamp>().is_ok()
        && row.ended.iter().all(is_day)
        && row.toml.len() as u64 <= LARGEST_PRESCRIPTION
}

fn is_score(row: &ScoreRow) -> bool {
    // Of any version: an earlier bendwise took scores of versions that are refused now.
    let in_range =
        |instrument: Instrument| row.value.is_none_or(|value| instrument.range(&row.version).contains(&value));
    row.given.parse::<Timestamp>().is_ok() && Instrument::of_word(&row.instrument).is_some_and(in_range)
}

/// The build in a row, if it is one.
fn build(row: &BuildRow) -> Option<SessionBuild> {
    let build = ratios([row.shank, row.thigh, row.shoulder_to_ear]).filter(|_| is_uid(&row.session))?;
    Some(SessionBuild { session: row.session.clone(), build, doubted: row.doubted })
}

/// The build of these lengths relative to the trunk, if they are some.
fn ratios(lengths: [f32; 3]) -> Option<Build> {
    let ratios = lengths.map(f32::ln);
    ratios.iter().all(|ratio| ratio.is_finite()).then_some(Build(ratios))
}

fn mean(row: &MeanBuildRow) -> [f32; 3] {
    [row.shank, row.thigh, row.shoulder_to_ear]
}

/// The builds of these sessions, oldest first. A file of an older version has their mean, and over how many: the newest so many take it,
/// as in a list of that version (`schema-8.sql`).
fn builds(file: &PersonFile, sessions: &[ExportedSession]) -> Vec<SessionBuild> {
    let Some(old) = file.build.as_ref().filter(|_| file.builds.is_empty()) else {
        return file.builds.iter().filter_map(build).collect();
    };
    let newest = sessions.iter().rev().filter(|session| !session.is_remeasured).take(old.sessions);
    let build = |session: &ExportedSession| {
        Some(SessionBuild { session: session.uid.clone(), build: ratios(mean(old))?, doubted: false })
    };
    newest.filter_map(build).collect()
}

/// Milliseconds since 1970 of a time that was checked.
fn milliseconds(time: &str) -> i64 {
    time.parse::<Timestamp>().map(Timestamp::as_millisecond).unwrap_or_default()
}

impl Store {
    /// Adds a person, with `name` in place of the exported one, and what belongs to no session; of somebody who is here already
    /// what is missing, so that the same import twice adds nothing.
    ///
    /// # Errors
    /// [`PackageError::SameName`] if somebody else here has that name, or if it cannot be written. Nothing is added then.
    pub fn add_exported(&self, package: &PersonPackage, name: Option<&str>) -> Result<PersonImport, PackageError> {
        let file = &package.file;
        let here = self.persons()?.into_iter().find(|person| package.is_of(person));
        refuse_another(here.as_ref(), package)?;
        if let (Some(here), Some(_)) = (&here, name) {
            return Err(PackageError::PersonHere(package.given.clone(), visible(&here.label())));
        }
        let name = match name.or(file.name.as_deref()).filter(|_| here.as_ref().is_none_or(|here| here.name.is_none()))
        {
            Some(name) => {
                Some(self.free_name(name, here.as_ref().map(|here| here.id)).map_err(|error| match error {
                    StoreError::NameTaken { name } => PackageError::SameName(package.given.clone(), visible(&name)),
                    other => other.into(),
                })?)
            }
            None => None,
        };
        let add = || {
            // To write from the beginning, as it reads first (`receive_prescription`).
            let transaction = Transaction::new_unchecked(&self.database, TransactionBehavior::Immediate)?;
            let key = match &here {
                Some(here) => here.id.0,
                None => self.insert_person(file)?,
            };
            complete(&transaction, key, file, name.as_deref())?;
            let here = given_here(&transaction, key)?;
            let meeting = meet(&here, &given_there(file), now());
            write_meeting(&transaction, key, &here, &meeting)?;
            let (ended, prescriptions) = (meeting.ended.len(), meeting.missing.len());
            let scores = add_scores(&transaction, key, file)?;
            transaction.commit()?;
            Ok((key, ended, prescriptions, scores))
        };
        let (key, ended, prescriptions, scores) =
            add().map_err(|error: rusqlite::Error| match error.sqlite_error_code() {
                // Somebody else has added the same name since.
                Some(ErrorCode::ConstraintViolation) => {
                    PackageError::SameName(package.given.clone(), visible(&name.clone().unwrap_or_default()))
                }
                _ => self.failed()(error).into(),
            })?;
        let person = self.person_with(PersonId(key))?;
        Ok(PersonImport { person, is_new: here.is_none(), prescriptions, ended, scores })
    }

    /// Adds to the sessions of a person that were imported what stands in `person.json` of them: their builds.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn complete_exported(&self, package: &PersonPackage, person: PersonId) -> Result<(), StoreError> {
        self.complete_builds(person, &package.builds)
    }

    /// Adds the person without a name; in place of the one of whom nothing was kept, where that is all there is.
    fn insert_person(&self, file: &PersonFile) -> rusqlite::Result<i64> {
        let row = params![file.uid, file.pseudonym, milliseconds(&file.created)];
        if let Some(nobody) = self.nobody_key()? {
            let sql = "UPDATE persons SET uid = ?1, pseudonym = ?2, created_ms = ?3 WHERE key = ?4";
            let row = params![file.uid, file.pseudonym, milliseconds(&file.created), nobody];
            return self.database.execute(sql, row).map(|_| nobody);
        }
        let sql =
            format!("INSERT INTO persons (key, uid, name, pseudonym, created_ms) VALUES ({NEW_KEY}, ?1, NULL, ?2, ?3)");
        self.database.execute(&sql, row).map(|_| self.database.last_insert_rowid())
    }
}

/// Refuses somebody of the same pseudonym who is known as somebody else: neither the number nor the name is theirs.
fn refuse_another(here: Option<&Person>, package: &PersonPackage) -> Result<(), PackageError> {
    let Some(here) = here.filter(|here| here.uid != package.file.uid) else { return Ok(()) };
    match (&here.name, &package.file.name) {
        (Some(name), Some(other)) if !is_same_name(name, other) => {
            Err(PackageError::OtherName(package.given.clone(), visible(other), visible(name)))
        }
        _ => Ok(()),
    }
}

/// Writes what is not known of the person yet.
fn complete(transaction: &Transaction, key: i64, file: &PersonFile, name: Option<&str>) -> rusqlite::Result<()> {
    let sql = "UPDATE persons SET name = ifnull(name, ?2), height = ifnull(height, ?3), side = ifnull(side, ?4),
               language = ifnull(language, ?5) WHERE key = ?1";
    transaction.execute(sql, params![key, name, file.height_m, file.side, file.language])?;
    if let Some(bend) = &file.full_bend {
        let sql = "INSERT OR IGNORE INTO full_bends (person, measured_ms, lumbar, interval) VALUES (?1, ?2, ?3, ?4)";
        let (lumbar, interval) = (bend.lumbar_flexion_deg.to_radians(), bend.lumbar_flexion_interval_deg.to_radians());
        transaction.execute(sql, params![key, milliseconds(&bend.measured), lumbar, interval])?;
    }
    Ok(())
}

/// A time of the file, in milliseconds as it is kept.
fn moment(time: &str) -> Timestamp {
    Timestamp::from_millisecond(milliseconds(time)).unwrap_or_default()
}

/// The prescriptions in the file.
fn given_there(file: &PersonFile) -> Vec<GivenPrescription> {
    // They are written newest first; of two of one moment the later row counts.
    let rows = file.prescriptions.iter().rev();
    let given = |row: &PrescriptionRow| GivenPrescription {
        given: moment(&row.received),
        text: row.toml.clone(),
        ended: row.ended.as_deref().and_then(|day| day.parse().ok()),
    };
    rows.map(given).collect()
}

/// Adds the scores that belong to no session: the others come with theirs.
fn add_scores(transaction: &Transaction, key: i64, file: &PersonFile) -> rusqlite::Result<usize> {
    let sql = "INSERT INTO scores (person, session, given_ms, instrument, version, item, wording, value)
               SELECT ?1, NULL, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS
               (SELECT 1 FROM scores WHERE person = ?1 AND session IS NULL AND given_ms = ?2 AND instrument = ?3
                AND version = ?4 AND item = ?5 AND value IS ?7)";
    let typed = file.scores.iter().filter(|score| score.session.is_none());
    let added = typed.map(|ScoreRow { given, instrument, version, item, wording, value, .. }| {
        transaction.execute(sql, params![key, milliseconds(given), instrument, version, item, wording, value])
    });
    added.sum()
}
