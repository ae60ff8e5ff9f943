//! `bendwise rate make`: cuts shuffled clips of single repetitions, with a form for the raters and a key.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::hash::{BuildHasher, RandomState};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Result, bail};

use super::arguments::RateMakeArgs;
use super::interruption::Interruption;
use super::session_file::UnpackedSession;
use super::setup::Setup;
use super::{Exit, exit, recording_setup, session_file, sessions};
use crate::agreement::shown;
use crate::atomic_file::AtomicFile;
use crate::rating::{ClipMaker, ClipSet, PersonUnit};
use crate::report::write_rating_form;
use crate::review::SessionPlayer;
use crate::store::{SessionEntry, SessionState, Store, StoreError};
use crate::visible::visible;

/// The key.
const KEY: &str = "key.json";

pub(super) fn run(setup: &Setup, args: &RateMakeArgs) -> Result<Exit> {
    if !args.persons.is_empty() && args.persons.len() != args.sessions.len() {
        exit::report(&format!(
            "--persons names {} for {} sessions: give one name for each session, the same for those of one person",
            args.persons.len(),
            args.sessions.len()
        ));
        return Ok(Exit::Usage);
    }
    sessions::print_result(made(setup, args))
}

/// A session in the store or in a file.
struct NamedSession {
    unpacked: Option<UnpackedSession>,
    entry: SessionEntry,
    person: String,
    /// The file, or the id.
    label: String,
}

/// Makes everything and returns the text to print.
fn made(setup: &Setup, args: &RateMakeArgs) -> Result<String> {
    if args.output.symlink_metadata().is_ok() {
        bail!("{} already exists: give another folder with -o", visible(&args.output.display()));
    }
    let kept = kept_store(setup, &args.sessions)?;
    let (named, unit) = named(setup, args, kept.as_ref())?;
    let interruption = Interruption::listen(&setup.words)?;
    let mut maker = ClipMaker::create(&args.output)?;
    let mut notes = String::new();
    for session in &named {
        let store = session.unpacked.as_ref().map_or(kept.as_ref(), |unpacked| Some(&unpacked.store));
        let store = store.ok_or(StoreError::Empty)?;
        add(&mut maker, store, session, &interruption, &mut notes)?;
    }
    let finished = maker.finish(args.seed.unwrap_or_else(random_seed), unit);
    let set = finished.inspect_err(|_| notes.lines().for_each(exit::eprint_line))?;
    write_files(setup, &set)?;
    Ok(notes + &told(&set))
}

/// The store, if a session is named that is not in a file.
fn kept_store(setup: &Setup, names: &[std::ffi::OsString]) -> Result<Option<Store>> {
    if names.iter().all(|name| session_file::is_one(Path::new(name))) {
        return Ok(None);
    }
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    Ok(Some(store))
}

/// Finds all sessions before the first clip is cut. No film is given twice. Whose each is, is as the user says, or else as they
/// are kept; where neither tells it, each counts as a person.
fn named(setup: &Setup, args: &RateMakeArgs, kept: Option<&Store>) -> Result<(Vec<NamedSession>, PersonUnit)> {
    let tells = kept.map(tells_persons).transpose()?.unwrap_or(true);
    let unit = if tells || !args.persons.is_empty() { PersonUnit::Person } else { PersonUnit::Session };
    let mut all: Vec<NamedSession> = Vec::new();
    for (place, name) in args.sessions.iter().enumerate() {
        let (unpacked, entry) = find(setup, name, kept)?;
        let label = shown(&unpacked.as_ref().map_or(entry.id.clone(), |_| name.to_string_lossy().into_owned()));
        let film = |entry: &SessionEntry| entry.origin.clone().unwrap_or_else(|| entry.uid.clone());
        if let Some(other) = all.iter().find(|other| film(&other.entry) == film(&entry)) {
            bail!("{} and {label} have the same video: give one of them", other.label);
        }
        if entry.state == SessionState::Recording {
            bail!("The session {} is still being recorded: end it first", entry.id);
        }
        let own = if tells { &entry.pseudonym } else { &entry.uid };
        let person = args.persons.get(place).unwrap_or(own).clone();
        all.push(NamedSession { unpacked, entry, person, label });
    }
    Ok((all, unit))
}

/// Whether the sessions of a store are told apart by person: not where all are of somebody without a name, who may be several.
fn tells_persons(store: &Store) -> Result<bool, StoreError> {
    let persons = store.persons()?;
    Ok(persons.len() > 1 || persons.iter().any(|person| person.name.is_some()))
}

fn find(setup: &Setup, name: &OsStr, kept: Option<&Store>) -> Result<(Option<UnpackedSession>, SessionEntry)> {
    if session_file::is_one(Path::new(name)) {
        let unpacked = session_file::open(setup, Path::new(name))?;
        let entry = unpacked.entry.clone();
        return Ok((Some(unpacked), entry));
    }
    Ok((None, kept.ok_or(StoreError::Empty)?.named(&name.to_string_lossy())?))
}

/// Adds the clips of a session, and to `notes` what could not be had of it.
fn add(
    maker: &mut ClipMaker,
    store: &Store,
    session: &NamedSession,
    interruption: &Interruption,
    notes: &mut String,
) -> Result<()> {
    let label = &session.label;
    let (kept, samples) = (store.session(&session.entry)?, store.samples_of(&session.entry));
    let Some(video) = session.entry.video.as_deref() else {
        return Ok(writeln!(notes, "{label}: no clip, it was kept without a video")?);
    };
    let mut player = match SessionPlayer::open(video, &samples)? {
        Ok(player) => player,
        Err(fault) => return Ok(writeln!(notes, "{label}: no clip, {fault}")?),
    };
    if kept.repetitions.is_empty() {
        writeln!(notes, "{label}: no clip, it has no repetition")?;
    }
    let mut skipped = Vec::new();
    for place in 0..kept.repetitions.len() {
        interruption.check()?;
        if maker.add(&kept, &samples, &mut player, &session.person, place)?.is_some() {
            skipped.push((place + 1).to_string());
        }
    }
    if !skipped.is_empty() {
        let repetitions = if skipped.len() == 1 { "repetition" } else { "repetitions" };
        writeln!(notes, "{label}: no clip of {repetitions} {}, the video has a gap there", skipped.join(", "))?;
    }
    Ok(())
}

/// A seed nobody chose.
fn random_seed() -> u32 {
    (RandomState::new().hash_one(std::process::id()) >> 32) as u32
}

/// Writes form, table and key. If that fails, nothing is left.
fn write_files(setup: &Setup, set: &ClipSet) -> Result<()> {
    let language = setup.words.language();
    let written = (|| -> Result<()> {
        let mut form = AtomicFile::create(&set.for_raters("form.html"))?;
        let page = write_rating_form(&set.key.set, &set.clips, language, BufWriter::new(&mut form));
        page.map_err(|cause| form.failed(cause))?;
        form.finish()?;
        let mut table = AtomicFile::create(&set.for_raters("ratings.csv"))?;
        set.write_table(language.list_separator(), &mut table).map_err(|cause| table.failed(cause))?;
        table.finish()?;
        let mut key = AtomicFile::create(&set.folder.join(KEY))?;
        set.key.write(&mut key).map_err(|cause| key.failed(cause))?;
        Ok(key.finish()?)
    })();
    if written.is_err() {
        std::fs::remove_dir_all(&set.folder).ok(); // the folder is this program's own, and incomplete
    }
    written
}

fn told(set: &ClipSet) -> String {
    let unit = if set.key.unit == PersonUnit::Person { "person" } else { "session" };
    let (persons, clips) = (set.key.persons().len(), set.clips.len());
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let same = match set.key.unit {
        PersonUnit::Session if persons > 1 => {
            "If several sessions are of one person, make them again with --persons: bends of one person err alike\n"
        }
        _ => "",
    };
    let folder = visible(&set.folder.display());
    format!(
        "{} of {}, set {}, seed {}\n{same}\
         For the raters: {} (open form.html in a browser; faces are covered, but not in films that were kept with --faces or by an earlier bendwise)\n\
         Not for the raters: {} (which clip is what, and what bendwise said of it)\n\
         Then: bendwise rate score {folder}/{KEY} RATINGS.csv ...\n",
        plural(clips, "clip"),
        plural(persons, unit),
        set.key.set,
        set.key.seed,
        visible(&set.for_raters("").display()),
        visible(&set.folder.join(KEY).display()),
    )
}
