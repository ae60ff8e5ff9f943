//! `bendwise report`: writes a kept session, or a course of them, as a page for a clinician.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, bail};
use jiff::civil::Date;

use super::arguments::ReportArgs;
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, exit, pdf, practised, recording_setup, report_course, sessions};
use crate::atomic_file::AtomicFile;
use crate::drill_library::Library;
use crate::i18n::{ProcessWords, fill};
use crate::report::{Course, CourseReport, Report};
use crate::review::SessionPlayer;
use crate::screen::tally::Tally;
use crate::store::mobility_record;
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

/// What the page says first, as a sentence without a full stop; `None` of a mobility screen, which has none.
///
/// # Errors
/// If the session cannot be read.
pub(super) fn summary(setup: &Setup, id: &str) -> Result<Option<String>> {
    let (store, _) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    let entry = store.named(id)?;
    if entry.plan.as_deref() == Some(mobility_record::PLAN) {
        return Ok(None);
    }
    Ok(Some(Tally::of(&store.session(&entry)?.asked()).sentence(&setup.words)))
}

/// Writes the page and returns the text to print.
fn write_report(setup: &Setup, args: &ReportArgs) -> Result<String> {
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&notices);
    let entry = args.who.session(setup, &store, &args.id)?;
    let session = store.session(&entry)?;
    let drill = practised::most_practised(&session);
    let mut history = history(&store, &session)?;
    let library = Library::open(&setup.paths);
    let (path, pdf) = outputs(setup, args, &entry)?;
    let mut file = AtomicFile::create(&path)?;
    if let Some(since) = args.since {
        history.retain(|past| past.began.date() >= since);
        let person = store.person_with(entry.person)?;
        let mut course = report_course::course(setup, &store, &entry, (drill, &history), Some(since))?;
        course.scores.iter_mut().for_each(|line| line.points.retain(|(day, _)| day.date() >= since));
        course.scores.retain(|line| !line.points.is_empty());
        let course = if args.anonymous { course.anonymous(&setup.words.report) } else { course };
        let name = person.name.as_deref().filter(|_| !args.anonymous).unwrap_or(&person.pseudonym);
        let drill = setup.words.drill_named(&library, drill);
        write_course(setup, (&history, &course), (&drill, since, name), &mut file)?;
    } else {
        let mut course = report_course::course(setup, &store, &entry, (drill, &history), None)?;
        if args.anonymous {
            course = course.anonymous(&setup.words.report);
        }
        let person = store.person_with(entry.person)?;
        course.person = Some(person.name.filter(|_| !args.anonymous).unwrap_or(person.pseudonym));
        let opened = OpenedSession { store: &store, session: &session, course: &course, history: &history };
        let options = PageOptions {
            anonymous: args.anonymous,
            pictures: !args.anonymous && !args.no_pictures,
            faces: args.faces,
        };
        let written = write_session(setup, &options, &opened, &practised::name(setup, &library, &session), &mut file)?;
        written.map_err(|cause| unreadable_or(cause, |cause| file.failed(cause).into()))?;
    }
    file.finish()?;
    let name = visible(&path.display());
    let Some((pdf_path, pdf_file)) = pdf else {
        return Ok(fill(&setup.words.process.written_page, &[("path", &name)]) + "\n");
    };
    pdf::print(&path, pdf_file)?;
    let values: [(&str, &dyn Display); 2] = [("path", &name), ("pdf", &visible(&pdf_path.display()))];
    Ok(fill(&setup.words.process.written_pdf, &values) + "\n")
}

/// The place of the page, and of the PDF beside it.
fn outputs(setup: &Setup, args: &ReportArgs, entry: &SessionEntry) -> Result<(PathBuf, Option<(PathBuf, AtomicFile)>)> {
    let mut outputs = OutputFiles::beside(setup, &[]);
    let name = match args.since {
        Some(since) => format!("{since}-{}.html", entry.id),
        None => format!("{}.html", entry.id),
    };
    let path = OutputFiles::path_or(args.output.as_deref(), name);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        let sentence =
            "-o names the page: give a name that ends with .html, and with --pdf its PDF gets the same name with .pdf";
        return Err(UsageError(sentence.to_owned()).into());
    }
    let pdf = args.pdf.then(|| path.with_extension("pdf"));
    for (path, ending) in [(&path, "html")].into_iter().chain(pdf.as_ref().map(|pdf| (pdf, "pdf"))) {
        if args.force {
            outputs.take(path, ending)?;
        } else {
            outputs.take_unless_forced(path, ("-o", "--force"), ending)?;
        }
    }
    let pdf = pdf.map(|path| AtomicFile::create(&path).map(|file| (path, file))).transpose()?;
    Ok((path, pdf))
}

/// The page of a session for a file that does not say whose it is: under the person's pseudonym, without pictures, names and notes.
///
/// # Errors
/// If the session cannot be read.
pub(super) fn pseudonymous_page(setup: &Setup, store: &Store, session: &Session) -> Result<Vec<u8>> {
    let library = Library::open(&setup.paths);
    let history = history(store, session)?;
    let course =
        report_course::course(setup, store, &session.entry, (practised::most_practised(session), &history), None)?;
    let mut course = course.anonymous(&setup.words.report);
    course.person = Some(session.entry.pseudonym.clone());
    let opened = OpenedSession { store, session, course: &course, history: &history };
    let options = PageOptions { anonymous: true, pictures: false, faces: false };
    let mut page = Vec::new();
    let written = write_session(setup, &options, &opened, &practised::name(setup, &library, session), &mut page)?;
    written.map_err(|cause| unreadable_or(cause, Error::from))?;
    Ok(page)
}

/// The sessions of the drill that was practised most, up to this one.
fn history(store: &Store, session: &Session) -> Result<Vec<Past>, StoreError> {
    let mut history = store.history(session.entry.person, practised::most_practised(session), None)?;
    history.retain(|past| past.began <= session.entry.began);
    Ok(history)
}

/// A session that is opened.
struct OpenedSession<'s> {
    store: &'s Store,
    session: &'s Session,
    course: &'s Course,
    history: &'s [Past],
}

/// What a page shows of a person.
struct PageOptions {
    anonymous: bool,
    pictures: bool,
    faces: bool,
}

/// Writes the page of a session; the inner error is that of writing, or of reading samples meanwhile.
fn write_session(
    setup: &Setup,
    options: &PageOptions,
    opened: &OpenedSession,
    drill: &str,
    out: &mut impl Write,
) -> Result<io::Result<()>> {
    let OpenedSession { store, session, course, history } = opened;
    let entry = &session.entry;
    let samples = store.samples_of(entry);
    let screen = match store.screen(entry)? {
        Some(screen) => Some((screen, store.last_screen(entry.person, Some(entry))?)),
        None => None,
    };
    let video = entry.video.as_deref().filter(|_| options.pictures);
    let player = video.map(|video| player(&setup.words.process, video, &samples)).transpose()?.flatten();
    let mut report = Report {
        drill,
        history,
        screen,
        player,
        faces: options.faces,
        course,
        anonymous: options.anonymous,
        words: &setup.words,
        session,
        samples: &samples,
    };
    Ok(report.write(out))
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
fn player(words: &ProcessWords, video: &Path, samples: &StoredSamples) -> Result<Option<SessionPlayer>, StoreError> {
    let opened = SessionPlayer::open(video, samples)?;
    Ok(opened.inspect_err(|fault| exit::report(&fill(&words.no_pictures, &[("fault", &fault)]))).ok())
}

/// The error of reading samples while a file was written, or else that of writing it.
fn unreadable_or(cause: io::Error, unwritable: impl FnOnce(io::Error) -> Error) -> Error {
    cause.downcast::<StoreError>().map_or_else(unwritable, Error::from)
}
