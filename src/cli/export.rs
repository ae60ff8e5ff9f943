//! `bendwise export`: writes kept sessions to files for other programs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::arguments::ExportArgs;
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::selection::each_session;
use super::setup::Setup;
use super::{Exit, recording_setup, report, report_course};
use crate::atomic_file::AtomicFile;
use crate::export::fhir::{ClinicalContext, ReportPage};
use crate::export::{ExportError, ExportFile, ExportFormat, MOST_C3D_REPETITIONS, SessionExport};
use crate::geometry::State;
use crate::i18n::fill;
use crate::store::{Session, SessionEntry, Store, StoreError};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, asked: &ExportArgs) -> Result<Exit> {
    OutputFiles::check_room(asked.output.as_deref(), &asked.which.ids)?;
    check_format(asked)?;
    let (store, news) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::report_recovery(&news);
    let ids = asked.which.ids(setup, &store, &asked.who)?;
    OutputFiles::check_room(asked.output.as_deref(), &ids)?;
    let mut outputs = OutputFiles::beside(setup, &[]);
    each_session((setup, &store), &asked.who, &ids, |entry| exported(setup, &store, &mut outputs, asked, entry))
}

/// Refuses options that this format has no place for.
fn check_format(asked: &ExportArgs) -> Result<()> {
    let options = [
        ("--csv-dialect", ExportFormat::Csv, asked.csv_dialect.is_some()),
        ("--no-report", ExportFormat::Fhir, asked.no_report),
    ];
    let mut without_meaning = options.into_iter().filter(|(_, format, is_given)| *is_given && asked.format != *format);
    if let Some((option, format, _)) = without_meaning.next() {
        let sentence = format!("{option} is for --format {}: leave it out", format.ending().trim_end_matches(".json"));
        return Err(UsageError(sentence).into());
    }
    Ok(())
}

/// Writes the files of a session and returns the text to print.
fn exported(
    setup: &Setup,
    store: &Store,
    outputs: &mut OutputFiles,
    asked: &ExportArgs,
    entry: &SessionEntry,
) -> Result<String> {
    let samples = store.samples_of(entry);
    let height = store.person_with(entry.person)?.height;
    let session = store.session(entry)?;
    let context = context(setup, store, asked, &session)?;
    let whole = SessionExport::new(session, &samples).of_height(height).in_context(context);
    let whole = if asked.anonymous { whole.anonymous() } else { whole };
    let files = whole.files(asked.format, asked.csv_dialect.unwrap_or_default())?;
    let path =
        OutputFiles::path_or(asked.output.as_deref(), format!("{}.{}", whole.session.entry.id, asked.format.ending()));
    let mut text = write(&setup.words.process.written, outputs, (&files, &path), asked.format.ending())?;
    text += &too_short(&whole, &files)?;
    text += &without_measurement(setup, &whole)?;
    text += &beyond_events(asked.format, &whole.session);
    if asked.format.has_markers() {
        text += &without_c7(&whole)?;
    }
    Ok(text)
}

/// What belongs to the session in a clinic's record, of a format that has a place for it.
fn context(setup: &Setup, store: &Store, asked: &ExportArgs, session: &Session) -> Result<ClinicalContext> {
    if asked.format != ExportFormat::Fhir {
        return Ok(ClinicalContext::default());
    }
    let with_page = !asked.anonymous && !asked.no_report;
    let page = with_page.then(|| report::pseudonymous_page(setup, store, session)).transpose()?.map(|html| {
        ReportPage { html, language: setup.words.language().code().to_owned(), title: setup.words.report.title.clone() }
    });
    let ended_early = report_course::ended_early(setup, store, &session.entry)?;
    Ok(ClinicalContext { ended_early, page, ..ClinicalContext::read(store, session)? })
}

/// Writes all files or none, and returns the text to print.
fn write(
    line: &str,
    outputs: &mut OutputFiles,
    (files, path): (&[ExportFile<'_>], &Path),
    ending: &str,
) -> Result<String> {
    let numbered = |at: usize| if files.len() > 1 { numbered(path, at + 1) } else { path.to_owned() };
    let paths: Vec<PathBuf> = (0..files.len()).map(numbered).collect();
    paths.iter().try_for_each(|path| outputs.take_new(path, "-o", ending))?;
    let mut written = Vec::new();
    for (file, path) in files.iter().zip(&paths) {
        let mut pending = AtomicFile::create(path)?;
        file.write(&mut pending).map_err(|error| told(&pending, error))?;
        written.push(pending);
    }
    written.into_iter().try_for_each(AtomicFile::finish)?;
    let told = files.iter().zip(&paths);
    Ok(told.map(|(file, path)| fill(line, &[("path", &visible(&path.display()))]) + &span(file) + "\n").collect())
}

/// What is told of a file that is not written.
fn told(pending: &AtomicFile, error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Write(cause) => pending.failed(cause).into(),
        other => other.into(),
    }
}

/// The path of a numbered file: `a-2.mot` for `a.mot`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Which seconds of the session are in the file, if not all.
fn span(file: &ExportFile<'_>) -> String {
    let seconds = |(from, to): (Duration, Duration)| {
        format!(", seconds {:.1} to {:.1} of the session", from.as_secs_f64(), to.as_secs_f64())
    };
    file.span().map(seconds).unwrap_or_default()
}

/// Says that nothing was measured, and why. Empty if anything was.
fn without_measurement(setup: &Setup, whole: &SessionExport<'_>) -> Result<String, ExportError> {
    let states = whole.states()?;
    if states.frames_in(State::Measured) > 0 {
        return Ok(String::new());
    }
    Ok(format!("{}\n", setup.words.findings.no_repetition(&states, &whole.session.entry.id)))
}

/// Says how many measured frames are in no motion, and why. Empty if all are, and of other formats.
fn too_short(whole: &SessionExport<'_>, files: &[ExportFile<'_>]) -> Result<String, ExportError> {
    let Some(written) = files.iter().map(ExportFile::frames).sum::<Option<usize>>() else { return Ok(String::new()) };
    let mut measured = 0;
    whole.each(|sample| measured += usize::from(sample.state == State::Measured))?;
    Ok(match measured.saturating_sub(written) {
        0 => String::new(),
        missing => {
            format!("{missing} of {measured} measured frames are in no file: too few in a row for a motion.\n")
        }
    })
}

/// Says how many of the repetitions that count are no events of a file that has room for so many. Empty if all are.
fn beyond_events(format: ExportFormat, session: &Session) -> String {
    let repetitions = session.counted().count();
    if format != ExportFormat::C3d || repetitions <= MOST_C3D_REPETITIONS {
        return String::new();
    }
    format!(
        "Only the first {MOST_C3D_REPETITIONS} of {repetitions} repetitions are events of the file, which has no room for more.\n"
    )
}

/// Says in how many frames with a visible back C7 is missing, and why. Empty if it is in all of them.
fn without_c7(whole: &SessionExport<'_>) -> Result<String, ExportError> {
    let (mut seen, mut hidden) = (0, 0);
    whole.each(|sample| {
        seen += u32::from(sample.back.is_some());
        hidden += u32::from(sample.back.as_ref().is_some_and(|back| back.c7.is_err()));
    })?;
    if hidden == 0 {
        return Ok(String::new());
    }
    Ok(format!(
        "C7 is missing in {hidden} of {seen} frames: hair hung over the neck. The angles do not need it; tie the hair up to have C7 exported as well.\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::KeptSession;
    use crate::export::fixtures::session;
    use crate::spine::{Facing, HairOverNeck};

    #[test]
    fn repetitions_that_are_no_events_are_told() {
        let mut long = session(Facing::Right).session;
        long.repetitions = vec![long.repetitions[0].clone(); 600];
        assert!(beyond_events(ExportFormat::C3d, &long).starts_with("Only the first 500 of 600 repetitions"));
        assert_eq!(beyond_events(ExportFormat::Json, &long), "");
        // What is in no set is no event in any case.
        long.repetitions[500..].iter_mut().for_each(|kept| kept.set = None);
        assert_eq!(beyond_events(ExportFormat::C3d, &long), "");
    }

    #[test]
    fn several_files_of_a_session_are_numbered() {
        for (path, expected) in [("a.mot", "a-2.mot"), ("out/2026-11-22.mot", "out/2026-11-22-2.mot"), ("a", "a-2")] {
            assert_eq!(numbered(Path::new(path), 2), Path::new(expected));
        }
    }

    #[test]
    fn the_number_of_frames_in_which_hair_hid_c7_is_reported() {
        let mut whole = session(Facing::Right);
        let told =
            |whole: &KeptSession| without_c7(&SessionExport::new(whole.session.clone(), &whole.samples)).unwrap();
        assert_eq!(told(&whole), "");
        whole.samples[1].back.as_mut().unwrap().c7 = Err(HairOverNeck);
        assert!(told(&whole).starts_with("C7 is missing in 1 of 2 frames: hair"), "{}", told(&whole));
    }
}
