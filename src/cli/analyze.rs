//! `bendwise analyze`: a recording through the same chain as a live session, as fast as it goes.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::analysis_outputs::{self, AnalysisOutputs};
use super::analysis_report::{self, LostFrames};
use super::arguments::AnalyzeArgs;
use super::interruption::Interruption;
use super::setup::{self, Setup};
use super::{Exit, exit, recording_setup};
use crate::pipeline::StageLatencies;
use crate::pipeline::{Chain, Observation};
use crate::source::prefetch::PrefetchedSource;
use crate::source::{self, Delivery, Options, Selection, Source, SourceInfo};

/// How often a progress bar of unknown length moves.
const TICK: Duration = Duration::from_millis(120);

/// What there is when no more frames come.
struct Analysis {
    outputs: AnalysisOutputs,
    source: Box<dyn Source>,
    /// What broke the recording off, if anything did.
    ended: Result<()>,
}

pub(super) fn run(setup: &Setup, asked: &AnalyzeArgs) -> Result<Exit> {
    let outputs = [&asked.samples, &asked.summary, &asked.annotate].map(Option::as_deref);
    if let Some(path) = analysis_outputs::clash(&asked.sources, outputs) {
        return Ok(analysis_outputs::refuse(path));
    }
    let interruption = Interruption::listen()?; // before anything is made that would have to be taken back
    let name = asked.sources.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
    let analysis = analyse(setup, asked, &name, &interruption);
    interruption.check()?; // before its error: pip, which fetches the runtime, hears Ctrl-C as well and fails of it
    let Analysis { outputs, source, ended } = analysis?;
    // What was measured before a recording breaks off is measured: it is written, then the break is told.
    if outputs.ledger().frames() > 0 {
        let ledger = outputs.finish(&name, source.dropped())?;
        let lost = LostFrames { count: source.dropped(), first: source.first_dropped() };
        let told = analysis_report::told(&ledger, &name, lost, &setup.words, setup::style(io::stdout().is_terminal()));
        let printed = exit::print(&told);
        ended?;
        printed?;
    } else {
        ended?;
        bail!("{name}: there is no picture in it that can be shown");
    }
    Ok(Exit::Done)
}

fn analyse(setup: &Setup, asked: &AnalyzeArgs, name: &str, interruption: &Interruption) -> Result<Analysis> {
    let mut outputs = AnalysisOutputs::create(asked, name, &setup.words)?; // first: an hour of work must not end at a missing folder
    let source = source::open(&Selection::Files(asked.sources.clone()), &Options { picture_rate: asked.fps })?;
    let mut source: Box<dyn Source> = Box::new(PrefetchedSource::new(source)?);
    interruption.check()?;
    if asked.keep {
        // By the name that its files bear, so that they can be written again as they were.
        let info = SourceInfo { name: name.to_owned(), ..source.info().clone() };
        outputs.keep(recording_setup::try_begin(recording_setup::try_open(setup)?, asked.video, &info, None)?);
    }
    let mut chain = setup.chain()?;
    let bar = progress_bar(source.info());
    let mut stages = StageLatencies::default();
    let ended = loop {
        match observe(source.as_mut(), &mut chain) {
            _ if interruption.wanted() => break Ok(()),
            Ok(Some(seen)) => {
                stages.take(&seen.times);
                outputs.record(&seen)?;
            }
            Ok(None) => break Ok(()),
            Err(broken) => break Err(broken),
        }
        bar.inc(1);
    };
    bar.finish_and_clear();
    if setup.stats {
        exit::say(&stages.table(source.dropped()));
    }
    if interruption.wanted() {
        outputs.discard();
    }
    Ok(Analysis { outputs, source, ended })
}

/// The next frame through the chain; `None` at the end.
fn observe(source: &mut dyn Source, chain: &mut Chain) -> Result<Option<Observation>> {
    loop {
        match source.next()? {
            Delivery::Frame(frame) => return Ok(Some(chain.observe(frame)?)),
            Delivery::Silent(_) => {}
            Delivery::End => return Ok(None),
        }
    }
}

/// On stderr, and only where somebody looks at it.
fn progress_bar(info: &SourceInfo) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(info.frame_count, ProgressDrawTarget::stderr());
    let template = match info.frame_count {
        Some(_) => "{wide_bar} {pos}/{len} frames, {per_sec}, {eta} left",
        None => "{spinner} {pos} frames, {per_sec}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(TICK);
    bar
}
