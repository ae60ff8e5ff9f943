//! `bendwise report`: writes a kept session, or a course of them, as a page for a clinician.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail};
use jiff::civil::Date;

use super::arguments::ReportArgs;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, pdf, recording_setup, report_course, sessions};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::report::{Course, CourseReport, Report};
use crate::review::SessionPlayer;
use crate::store::trend::Past;
use crate::store::{Session, SessionEntry, Store, StoreError, StoredSamples};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &ReportArgs) -> Result<Exit> {
    sessions::print_result(write_report(setup, args))
}

/// Where the page of a session is written that nobody named a file for: among the user's documents.
///
/// # Errors
/// If their folder cannot be made.
pub(super) fn place(setup: &Setup, id: &str) -> Result<PathBuf> {
    let folder = &setup.paths.reports;
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", visible(&folder.display())))?;
    Ok(folder.join(format!("bendwise-{id}.html")))
}

/// Writes the page and returns the text to print.
fn write_report(setup: &Setup, args: &ReportArgs) -> Result<String> {
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    let entry = args.who.session(&store, &args.id)?;
    let session = store.session(&entry)?;
    let drill = most_practised(&session);
    let mut history = store.history(entry.person, drill, None)?;
    history.retain(|past| past.began <= entry.began);
    let library = Library::open(&setup.paths);
    let (path, pdf) = outputs(setup, args, &entry)?;
    let mut file = AtomicFile::create(&path)?;
    if let Some(since) = args.since {
        history.retain(|past| past.began.date() >= since);
        let drill = setup.words.drill_named(&library, drill);
        let person = store.person_with(entry.person)?;
        let mut course = report_course::course(setup, &library, &store, &entry)?;
        course.scores.iter_mut().for_each(|line| line.points.retain(|(day, _)| day.date() >= since));
        course.scores.retain(|line| !line.points.is_empty());
        let name = person.name.as_deref().filter(|_| !args.anonymous).unwrap_or(&person.pseudonym);
        write_course(setup, (&history, &course), (&drill, since, name), &mut file)?;
    } else {
        let mut course = report_course::course(setup, &library, &store, &entry)?;
        let person = store.person_with(entry.person)?;
        course.person = Some(person.name.filter(|_| !args.anonymous).unwrap_or(person.pseudonym));
        let opened = OpenedSession { store: &store, entry: &entry, session: &session, course: &course };
        write_session(setup, args, &opened, (&plan(setup, &library, &session), &history), &mut file)?;
    }
    file.finish()?;
    let name = visible(&path.display());
    let Some((pdf_path, pdf_file)) = pdf else {
        return Ok(format!("Written: {name}. Open it in a browser, or print it\n"));
    };
    pdf::print(&path, pdf_file)?;
    Ok(format!("Written: {name} and {}\n", visible(&pdf_path.display())))
}

/// The place of the page, and of the PDF beside it.
fn outputs(setup: &Setup, args: &ReportArgs, entry: &SessionEntry) -> Result<(PathBuf, Option<(PathBuf, AtomicFile)>)> {
    let mut outputs = OutputFiles::beside(setup, &[]);
    let name = match args.since {
        Some(since) => format!("{since}-{}.html", entry.id),
        None => format!("{}.html", entry.id),
    };
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(name));
    let pdf = args.pdf.then(|| path.with_extension("pdf"));
    for path in [Some(&path), pdf.as_ref()].into_iter().flatten() {
        if args.force { outputs.take(path)? } else { outputs.take_unless_forced(path, "-o", "--force")? }
    }
    let pdf = pdf.map(|path| AtomicFile::create(&path).map(|file| (path, file))).transpose()?;
    Ok((path, pdf))
}

/// A session that is opened.
struct OpenedSession<'s> {
    store: &'s Store,
    entry: &'s SessionEntry,
    session: &'s Session,
    course: &'s Course,
}

/// Writes the page of a session.
fn write_session(
    setup: &Setup,
    args: &ReportArgs,
    opened: &OpenedSession,
    (drill, history): (&str, &[Past]),
    file: &mut AtomicFile,
) -> Result<()> {
    let OpenedSession { store, entry, session, course } = opened;
    let samples = store.samples_of(entry);
    let screen = match store.screen(entry)? {
        Some(screen) => Some((screen, store.last_screen(entry.person, Some(entry))?)),
        None => None,
    };
    let video = entry.video.as_deref().filter(|_| !args.anonymous && !args.no_pictures);
    let player = video.map(|video| player(video, &samples)).transpose()?.flatten();
    let mut report = Report {
        drill,
        history,
        screen,
        player,
        faces: args.faces,
        course,
        anonymous: args.anonymous,
        words: &setup.words,
        session,
        samples: &samples,
    };
    report.write(&mut *file).map_err(|cause| unreadable_or(cause, |cause| file.failed(cause).into()))
}

/// Writes the page of the sessions of a drill since a day.
fn write_course(
    setup: &Setup,
    (history, course): (&[Past], &Course),
    (drill, since, person): (&str, Date, &str),
    file: &mut AtomicFile,
) -> Result<()> {
    if history.is_empty() {
        bail!("No session of {} since {since} is kept: `bendwise sessions` lists them", visible(&drill));
    }
    let report = CourseReport { history, drill, person: Some(person), course, words: &setup.words };
    Ok(report.write(&mut *file).map_err(|cause| file.failed(cause))?)
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
