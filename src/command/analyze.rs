//! `hinge analyze`: a recording through the same chain as a live session, as fast as it goes.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::Analyze;
use super::interruption::Interruption;
use super::outputs::{self, Outputs};
use super::setup::{self, Setup};
use super::{Exit, ending, findings};
use crate::chain::Chain;
use crate::source::{self, Delivery, Options, Selection, Source, SourceInfo};

/// How often a progress bar of unknown length moves.
const TICK: Duration = Duration::from_millis(120);

/// How the measuring came to its end.
enum End {
    Whole,
    Interrupted,
}

pub(super) fn run(setup: &Setup, asked: &Analyze) -> Result<Exit> {
    if let Some(path) = outputs::clash(asked) {
        let path = path.display();
        ending::tell(&format!(
            "{path} is named twice, and what is in it would be lost: give each output a name of its own"
        ));
        return Ok(Exit::Usage);
    }
    let mut outputs = Outputs::create(asked)?; // first: an hour of work must not end at a missing folder
    let mut source = source::open(&Selection::Files(asked.sources.clone()), &Options { picture_rate: asked.fps })?;
    let mut chain = setup.chain()?;
    let bar = progress_bar(source.info());
    let ended = measure(source.as_mut(), &mut chain, &mut outputs, &bar);
    bar.finish_and_clear();
    if let Ok(End::Interrupted) = ended {
        bail!("stopped before the end; nothing was written");
    }
    let name = asked.sources.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ");
    // What was measured before a recording breaks off is measured: it is written, then the break is told.
    if outputs.tally().frames() > 0 {
        let tally = outputs.finish(&name, source.dropped())?;
        let mut out = io::stdout();
        let lost = findings::Lost { count: source.dropped(), first: source.first_dropped() };
        let told = findings::told(&tally, &name, lost, setup::style(out.is_terminal()));
        out.write_all(told.as_bytes())?;
    } else if ended.is_ok() {
        bail!("{name}: there is no picture in it that can be shown");
    }
    ended.map(|_| Exit::Done)
}

/// Takes every frame of the source through the chain into the outputs.
fn measure(source: &mut dyn Source, chain: &mut Chain, outputs: &mut Outputs, bar: &ProgressBar) -> Result<End> {
    let interruption = Interruption::listen()?;
    while !interruption.wanted() {
        match source.next()? {
            Delivery::Frame(frame) => outputs.record(&chain.observe(frame)?)?,
            Delivery::Silent(_) => continue,
            Delivery::End => return Ok(End::Whole),
        }
        bar.inc(1);
    }
    Ok(End::Interrupted)
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
