//! `bendwise analyze`: measures a recording with the same chain as a live session, at full speed.
//!
//! The recording is looked through twice: first to find out how its people stand, with the pose networks, and then to
//! measure it from its first frame on. The second time it is decoded only if its pictures are drawn or filmed.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::analysis_outputs::AnalysisOutputs;
use super::analysis_report::{AnalysisReport, LostFrames};
use super::arguments::AnalyzeArgs;
use super::exit::UsageError;
use super::interruption::{Interruption, Stopped};
use super::output_files::OutputFiles;
use super::picture_findings::PictureFindings;
use super::setup::{self, Setup};
use super::{Exit, exit, prescription, recording_setup, terminal_kind};
use crate::coach::SetGoal;
use crate::coach::drill::Task;
use crate::drill_library::{Library, LibraryEntry, LibraryError};
use crate::export::summary::Ledger;
use crate::pipeline::{Chain, PipelineError, PoseStorage, RecordingSurvey, StageLatencies};
use crate::source::prefetch::PrefetchedSource;
use crate::source::{self, Delivery, Frame, Options, RecordingFacts, Selection, Source, SourceInfo};
use crate::visible::visible;

/// Interval between updates of the progress bar.
const TICK: Duration = Duration::from_millis(120);

/// What is seen in a recording is kept in memory up to this size, bytes, so that a long one takes hardly more of it than a short one: a
/// minute at 30 frames/s where every frame is measured.
const IN_MEMORY: usize = 4 << 20;

/// The state at the end of the recording.
struct Analysis {
    outputs: AnalysisOutputs,
    source: Box<dyn Source>,
    picture_findings: PictureFindings,
    /// The error that ended the recording early, if any.
    ended: Result<()>,
}

pub(super) fn run(setup: &Setup, args: &AnalyzeArgs) -> Result<Exit> {
    let mut files = OutputFiles::beside(setup, &args.sources);
    for (path, ending) in [(&args.samples, "csv"), (&args.summary, "json"), (&args.annotate, "mp4")] {
        path.iter().try_for_each(|path| files.take(path, ending))?;
    }
    let interruption = Interruption::listen(&setup.words)?; // before anything is created that would have to be removed
    let name = args.sources.iter().map(|path| visible(&path.display())).collect::<Vec<_>>().join(" ");
    let recording = recording_name(&args.sources);
    let analysis = analyse(setup, args, (&name, &recording), &interruption);
    if interruption.wanted() {
        return Err(stopped(analysis, args).into()); // not its error: Ctrl-C also stops pip while it downloads the runtime
    }
    let Analysis { outputs, source, picture_findings, ended } = analysis?;
    // Results from before an error are valid: they are written first, then the error is reported.
    if outputs.ledger().frames() > 0 {
        let facts = source.facts().cloned().unwrap_or_default();
        let (ledger, finished) = outputs.finish(&recording, source.dropped(), &facts, ended.is_ok());
        tell(&name, &facts, &ledger, source.dropped());
        let lost = LostFrames { count: source.dropped(), first: source.first_dropped() };
        let style = setup::style(&io::stdout());
        let report = AnalysisReport::of(&ledger, &name, lost, &setup.words, style);
        let report = report.with_facts(&facts, &name, &setup.words);
        let report = picture_findings.sentences(&setup.words.findings).fold(report, AnalysisReport::with);
        let printed = exit::print(&report.text);
        ended?;
        finished?;
        printed?;
        report.failure.map_or(Ok(()), |reason| Err(anyhow!(reason)))?;
    } else {
        ended?;
        bail!("{name} contains no picture that can be decoded");
    }
    Ok(Exit::Done)
}

/// Ends an analysis that the user stopped.
fn stopped(analysis: Result<Analysis>, args: &AnalyzeArgs) -> Stopped {
    let others = args.samples.is_some() || args.summary.is_some() || args.annotate.is_some();
    match analysis.map(|analysis| analysis.outputs.abandon()) {
        Ok(true) if others => Stopped::KeptAlone,
        Ok(true) => Stopped::Early,
        Err(_) if args.keep => Stopped::Early, // what is kept was told when it failed
        _ => Stopped::NoFile,
    }
}

/// The files of a recording without the folders in which they are: those may say whose they are, and what is written is passed on.
fn recording_name(sources: &[PathBuf]) -> String {
    let names = sources.iter().map(|path| path.file_name().unwrap_or(path.as_os_str()).display());
    names.map(|name| visible(&name)).collect::<Vec<_>>().join(" ")
}

/// Tells the log what kind of recording it was.
fn tell(name: &str, facts: &RecordingFacts, ledger: &Ledger, dropped: u64) {
    let seconds = ledger.duration().as_secs_f64();
    let rate = if seconds > 0.0 { ledger.frames().saturating_sub(1) as f64 / seconds } else { 0.0 };
    let (frames, first) = (ledger.frames(), facts.first_time.as_secs_f64());
    tracing::info!("{name}: {frames} frames, {dropped} dropped, first time {first:.3} s, rate {rate:.3} a second");
    facts.corrections.iter().for_each(|correction| tracing::info!("{name}: {correction}"));
    if facts.size_changes {
        tracing::info!("{name}: pictures of another size fitted into the first");
    }
}

fn analyse(
    setup: &Setup,
    args: &AnalyzeArgs,
    (name, recording): (&str, &str),
    interruption: &Interruption,
) -> Result<Analysis> {
    let practised = args.drill.as_deref().map(|name| practised(setup, name)).transpose()?;
    let mut outputs = AnalysisOutputs::create(args, recording, &setup.words)?; // first, so that a missing folder is reported at once
    let mut source = open(args)?;
    interruption.check()?;
    if args.keep {
        // The name as in the other outputs, so that they can be exported again unchanged.
        let info = SourceInfo { name: recording.to_owned(), ..source.info().clone() };
        let store = recording_setup::try_open(setup, &args.who)?;
        let persons = recording_setup::persons_first(&store)?;
        let began = args.on.map_or_else(|| Ok(prescription::now()), practised_on)?;
        let (recorder, status) = recording_setup::try_begin(store, (args.video, args.faces), (&info, began), None)?;
        let recorder = match practised {
            Some((drill, goal)) => recorder.of_drill(drill, goal),
            None => recorder,
        };
        outputs.keep((recorder, status), persons, &setup.words);
    }
    let pictures = outputs.need_pictures();
    let (picture_findings, mut picture_sink) = PictureFindings::new(name, false);
    let mut survey = new_survey(setup.chain_for_recording(args.every_frame)?, pictures);
    let mut ended = look_through(source.as_mut(), interruption, &mut |frame| {
        picture_sink.look_for_repeats(frame);
        survey.observe(frame)
    })?;
    let frames = survey.frames();
    let blank = survey.frames_without_pictures();
    let mut chain = survey.finish()?;
    // What was looked through until the person stopped it is still measured, where that is kept: little of the work is left.
    let ends_early = args.keep && interruption.wanted();
    if ends_early {
        outputs.only_keep();
        exit::eprint_line(&setup.words.session.keeping_seen);
    }
    let is_stopped = || interruption.wanted() && !ends_early;
    let mut stages = StageLatencies::default();
    let bar = progress_bar(source.info(), frames);
    let mut measure = |frame: Frame| {
        let observation = chain.observe(frame)?;
        stages.note(&observation);
        picture_sink.look_at_shape(&observation);
        bar.inc(1);
        outputs.record(&observation)
    };
    if pictures {
        source = open(args)?;
        for _ in 0..frames {
            let read = if is_stopped() { Ok(None) } else { next(source.as_mut()) };
            match read {
                Ok(Some(frame)) => measure(frame)?,
                Ok(None) => break,
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            }
        }
    } else {
        blank.take_while(|_| !is_stopped()).try_for_each(measure)?;
    }
    bar.finish_and_clear();
    if setup.stats {
        exit::eprint_line(&stages.table(source.dropped()));
    }
    Ok(Analysis { outputs, source, picture_findings, ended })
}

/// The drill of this name that a recording can show, and where its bends should come from.
fn practised(setup: &Setup, name: &str) -> Result<(String, SetGoal)> {
    let library = Library::open(&setup.paths);
    match library.find(name) {
        Ok(LibraryEntry::Drill(drill)) if matches!(drill.task, Task::Bend(_)) => {
            Ok((drill.id.clone(), drill.wanted(0).into()))
        }
        Ok(_) => Err(UsageError(format!(
            "{} is not a drill of bends: give one that is, or leave out --drill",
            visible(&name)
        ))
        .into()),
        Err(unknown @ LibraryError::Unknown { .. }) => Err(UsageError(unknown.to_string()).into()),
        Err(error) => Err(error.into()),
    }
}

/// No recording is older: the first digital video of consumers is of 1995. A session of before 1970 could not be imported.
const EARLIEST: Date = jiff::civil::date(1995, 1, 1);

/// When a session began of which only the day is known.
fn practised_on(day: Date) -> Result<Zoned> {
    if day > prescription::today() {
        bail!("{day} has not come yet: give the day on which it was practised");
    }
    if day < EARLIEST {
        bail!("{day} is before there were digital videos: give the day on which it was practised");
    }
    if day == prescription::today() {
        return Ok(prescription::now());
    }
    Ok(day.at(12, 0, 0, 0).to_zoned(TimeZone::system())?)
}

/// Opens the recording, which is decoded ahead.
fn open(args: &AnalyzeArgs) -> Result<Box<dyn Source>> {
    let source = source::open(
        &Selection::Files(args.sources.clone()),
        &Options { picture_rate: args.fps, ..Options::default() },
    )?;
    Ok(Box::new(PrefetchedSource::new(source)?))
}

/// What a recording is looked through with. Nothing is left out where the result is drawn on `pictures`, which it would lag behind.
fn new_survey(chain: Chain, pictures: bool) -> RecordingSurvey {
    let mut survey = RecordingSurvey::new(chain, temporary_storage());
    if !pictures {
        survey.interpolate();
    }
    survey
}

/// Looks through the recording, frame by frame. Returns the error that ended it early, if any.
fn look_through(
    source: &mut dyn Source,
    interruption: &Interruption,
    look: &mut dyn FnMut(&Frame) -> Result<(), PipelineError>,
) -> Result<Result<()>> {
    let bar = progress_bar(source.info(), 0);
    let ended = loop {
        match next(source) {
            _ if interruption.wanted() => break Ok(()),
            Ok(Some(frame)) => look(&frame)?,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        bar.inc(1);
    };
    bar.finish_and_clear();
    Ok(ended)
}

/// Room for what is seen in a recording: memory, and for a long one a file that is gone with the program.
pub(super) fn temporary_storage() -> Box<dyn PoseStorage> {
    Box::new(tempfile::spooled_tempfile(IN_MEMORY))
}

/// The next frame; `None` at the end.
pub(super) fn next(source: &mut dyn Source) -> Result<Option<Frame>> {
    loop {
        match source.next()? {
            Delivery::Frame(frame) => return Ok(Some(frame)),
            Delivery::Silent(_) => {}
            Delivery::End => return Ok(None),
        }
    }
}

/// A progress bar on stderr, hidden if that is not a terminal. The number of `frames` is 0 if only the file tells it.
fn progress_bar(info: &SourceInfo, frames: u64) -> ProgressBar {
    let length = Some(frames).filter(|frames| *frames > 0).or(info.frame_count);
    let redraws = terminal_kind::understands_escapes(&io::stderr());
    let target = if redraws { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target);
    let template = match length {
        Some(_) => "{wide_bar} {pos}/{len} frames, {rate} a second, {eta} left",
        None => "{spinner} {pos} frames, {rate} a second",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = write!(out, "{:.0}", state.per_sec()); // into memory, which cannot fail
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar.enable_steady_tick(TICK);
    bar
}
