//! `bendwise report`: writes a kept session as a page for a clinician.

use std::io;
use std::path::Path;

use anyhow::{Error, Result};

use super::arguments::ReportArgs;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, recording_setup, sessions};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::report::Report;
use crate::review::SessionPlayer;
use crate::store::{Session, Store, StoreError, StoredSamples};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &ReportArgs) -> Result<Exit> {
    sessions::print_result(write_report(setup, args))
}

/// Writes the page and returns the text to print.
fn write_report(setup: &Setup, args: &ReportArgs) -> Result<String> {
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    let entry = args.who.session(&store, &args.id)?;
    let path = OutputFiles::beside(setup, &[]).named_or(args.output.as_deref(), format!("{}.html", entry.id))?;
    let mut file = AtomicFile::create(&path)?;
    let (session, samples) = (store.session(&entry)?, store.samples_of(&entry));
    let library = Library::open(&setup.paths);
    let drill = most_practised(&session);
    let mut history = store.history(entry.person, drill, None)?;
    history.retain(|past| past.began <= entry.began);
    let screen = match store.screen(&entry)? {
        Some(screen) => Some((screen, store.last_screen(entry.person, Some(&entry))?)),
        None => None,
    };
    let video = entry.video.as_deref().filter(|_| !args.anonymous);
    let player = video.map(|video| player(video, &samples)).transpose()?.flatten();
    let mut report = Report {
        drill: &plan(setup, &library, &session),
        history: &history,
        screen,
        player,
        anonymous: args.anonymous,
        words: &setup.words,
        session: &session,
        samples: &samples,
    };
    report.write(&mut file).map_err(|cause| unreadable_or(cause, |cause| file.failed(cause).into()))?;
    file.finish()?;
    Ok(format!("Written: {}. Open it in a browser, or print it\n", visible(&path.display())))
}

/// The player of the session's video; `None`, and a line that says why, if it cannot be played.
fn player(video: &Path, samples: &StoredSamples) -> Result<Option<SessionPlayer>, StoreError> {
    let opened = SessionPlayer::open(video, samples)?;
    Ok(opened.inspect_err(|fault| exit::report(&format!("The page has no pictures: {fault}"))).ok())
}

/// The error of reading samples while a file was written, or else that of writing it.
fn unreadable_or(cause: io::Error, unwritable: impl FnOnce(io::Error) -> Error) -> Error {
    cause.downcast::<StoreError>().map_or_else(unwritable, Error::from)
}

/// The name of the drill or programme.
fn plan(setup: &Setup, library: &Library, session: &Session) -> String {
    let id = session.entry.plan.as_deref();
    let programme = library.programmes().iter().find(|programme| Some(programme.id.as_str()) == id);
    match programme {
        Some(programme) => programme.texts.of(setup.words.language().code()).name.clone(),
        None if id == Some("mobility") => setup.words.mobility.name.clone(),
        None => setup.words.drill_named(library, id),
    }
}

/// The drill with the most repetitions.
fn most_practised(session: &Session) -> Option<&str> {
    let repetitions = |set: u32| session.repetitions.iter().filter(|kept| kept.set == Some(set)).count();
    let of = |drill: Option<&str>| {
        let sets = session.sets.iter().filter(|set| set.drill.as_deref() == drill);
        sets.map(|set| repetitions(set.number)).sum::<usize>()
    };
    session.sets.iter().map(|set| set.drill.as_deref()).max_by_key(|drill| of(*drill)).flatten()
}
