//! `bendwise compare`: how well a session agrees with a second measurement of the same bends.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::arguments::CompareArgs;
use super::exit::UsageError;
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::{Exit, recording_setup, session_file, sessions};
use crate::agreement::{
    AgreementStatistics, AlignedRecording, ComparedQuantity, ComparedSession, SessionComparison, Truth, below, compare,
    shown, tenth,
};
use crate::atomic_file::{AtomicFile, finish_all};
use crate::export::SessionExport;
use crate::i18n::fill;
use crate::report::write_agreement;
use crate::store::{SessionEntry, Store, StoreError};
use crate::visible::visible;

pub(super) fn run(setup: &Setup, args: &CompareArgs) -> Result<Exit> {
    sessions::print_result(compared(setup, args))
}

/// Writes the page and the file, and returns the text to print.
fn compared(setup: &Setup, args: &CompareArgs) -> Result<String> {
    let mut outputs = OutputFiles::beside(setup, &inputs(args));
    let path = outputs.page_or(args.output.as_deref(), format!("{}-compare.html", stem(&args.session)))?;
    args.json.iter().try_for_each(|json| outputs.take_new(json, "--json", "json"))?;
    check_offsets(args)?;
    check_is_second(args)?;
    let session = session(setup, args)?;
    let truth = Truth::read(&args.truth)?;
    let comparison = compare(&session, &truth, &args.offset)?;
    let mut page = AtomicFile::create(&path)?;
    write_agreement(&comparison, &setup.words, BufWriter::new(&mut page)).map_err(|cause| page.failed(cause))?;
    let mut files = vec![page];
    if let Some(json) = &args.json {
        let mut file = AtomicFile::create(json)?;
        comparison.write_json(BufWriter::new(&mut file)).map_err(|cause| file.failed(cause))?;
        files.push(file);
    }
    finish_all(files)?;
    let mut text = told(&comparison);
    writeln!(text, "{}", fill(&setup.words.process.written_page, &[("path", &visible(&path.display()))]))?;
    Ok(text)
}

/// The files that are read.
fn inputs(args: &CompareArgs) -> Vec<PathBuf> {
    args.truth.iter().cloned().chain([PathBuf::from(&args.session)]).collect()
}

/// A file cannot be compared with itself.
fn check_is_second(args: &CompareArgs) -> Result<(), UsageError> {
    let place = |path: &Path| std::fs::canonicalize(path).ok();
    let session = place(Path::new(&args.session));
    match args.truth.iter().find(|truth| session.is_some() && place(truth) == session) {
        Some(truth) => {
            Err(UsageError(format!("{} is the session itself: give a second measurement", visible(&truth.display()))))
        }
        None => Ok(()),
    }
}

/// One offset a file, or none at all: otherwise nobody knows which file an offset is of.
fn check_offsets(args: &CompareArgs) -> Result<(), UsageError> {
    let (given, files) = (args.offset.len(), args.truth.len());
    let (values, example) = if files == 1 { ("one value", "12.5") } else { ("two values", "12.5,-3") };
    if given == 0 || given == files {
        return Ok(());
    }
    Err(UsageError(format!("--offset has {given} of {values}: give one for each file, as in --offset={example}")))
}

/// The session: an id, a `.bendwise` file, or a table of samples.
fn session(setup: &Setup, args: &CompareArgs) -> Result<ComparedSession> {
    let name = &args.session;
    let path = Path::new(name);
    if session_file::is_one(path) {
        let opened = session_file::open(setup, path)?;
        return kept(&opened.store, &opened.entry);
    }
    if path.is_file() {
        return Ok(ComparedSession::read(path)?);
    }
    let name = name.to_string_lossy();
    let no_file = |unknown: StoreError| session_file::nor_a_file(unknown, &name);
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty).map_err(no_file)?;
    recording_setup::report_recovery(&notices);
    let entry = args.who.session(setup, &store, &name).map_err(no_file)?;
    kept(&store, &entry)
}

fn kept(store: &Store, entry: &SessionEntry) -> Result<ComparedSession> {
    let samples = store.samples_of(entry);
    Ok(ComparedSession::of_kept(&SessionExport::new(store.session(entry)?, &samples))?)
}

/// The session's name without folder and extension, for the name of the page.
fn stem(name: &OsStr) -> String {
    let stem = Path::new(name).file_stem().unwrap_or(name);
    stem.to_string_lossy().into_owned()
}

/// The result for the terminal.
fn told(comparison: &SessionComparison) -> String {
    let quantities = comparison.quantities.iter().map(|agreement| {
        let name = match agreement.quantity {
            ComparedQuantity::LumbarFlexion => "Lumbar flexion",
            ComparedQuantity::HipFlexion => "Hip flexion",
        };
        result(name, &agreement.repetitions, comparison.repetitions)
    });
    let remarks = comparison.remarks.iter().map(|remark| format!("Note: {remark}\n"));
    remarks.chain(quantities).chain(comparison.recordings.iter().map(clock)).collect()
}

fn result(name: &str, told: &AgreementStatistics, all: usize) -> String {
    let interval =
        told.bias.interval_95_deg.map(|[low, high]| format!(" (95 % interval {} to {})", signed(low), signed(high)));
    let limits = match told.lower_limit.zip(told.upper_limit) {
        Some((lower, upper)) => format!("{} to {}", signed(lower.value_deg), signed(upper.value_deg)),
        None => "unknown, as they need 3 repetitions".to_owned(),
    };
    format!(
        "{name}, {} of {all} repetitions of one person, bendwise minus the second measurement\n  \
           bias                         {}{}\n  \
           95 % limits of agreement     {limits}\n  \
           root mean square difference  {:.1}°\n  \
           inside the 90 % interval     {:.0} of {}\n",
        told.pairs,
        signed(told.bias.value_deg),
        interval.unwrap_or_else(|| " (one repetition tells no interval)".to_owned()),
        told.rmse_deg,
        (told.within_90 * told.pairs as f64).round(),
        told.pairs
    )
}

/// Degrees with their sign; what rounds to nought is "+0.0", never "-0.0".
fn signed(value: f64) -> String {
    format!("{:+.1}°", tenth(value))
}

fn clock(recording: &AlignedRecording) -> String {
    let clock = &recording.clock;
    let error = clock.offset_error.map_or(String::new(), |error| format!(" ± {:.3}", (error * 1e3).ceil() / 1e3));
    let drift = clock.drift.filter(|_| clock.drift_used != 0.0);
    let drift =
        drift.map_or(String::new(), |(drift, error)| format!(", drift {:+.0} ± {:.0} ppm", drift * 1e6, error * 1e6));
    format!(
        "{}: offset {:+.3}{error} s{drift}, correlation {:.2}, both measured for {:.0} s\n",
        shown(&recording.file),
        clock.offset,
        below(clock.correlation),
        clock.overlap
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nought_has_no_minus() {
        assert_eq!([-0.04, 0.0, -0.06, 3.25].map(signed), ["+0.0°", "+0.0°", "-0.1°", "+3.3°"]);
    }
}
