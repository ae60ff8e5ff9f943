//! `bendwise mobility`: the hip mobility screen, led from the first sentence to the last, and what it found.

use std::path::PathBuf;

use anyhow::Result;

use super::arguments::MobilityArgs;
use super::live_session::{AtEnd, LiveSession};
use super::setup::Setup;
use super::watch;
use super::{Exit, analysis_outputs, exit, guided_setup, live, recording_setup};
use crate::atomic_file::AtomicFile;
use crate::screen::mobility;
use crate::source::{self, Options, Selection};
use crate::store::mobility_record::Record;

/// What the session is called that is led through the screen.
const PLAN: &str = "mobility";

pub(super) fn run(setup: &Setup, asked: &MobilityArgs) -> Result<Exit> {
    let selection = live::selection(asked.source.as_deref())?;
    if let Some(path) = analysis_outputs::clash(recordings(&selection), [asked.summary.as_deref()]) {
        return Ok(analysis_outputs::refuse(path));
    }
    let summary = asked.summary.as_deref().map(AtomicFile::create).transpose()?;
    let source = source::open(&selection, &Options::default())?;
    let chain = setup.chain()?;
    let store = recording_setup::open(setup, &asked.keeping);
    let before = store.as_ref().map(recording_setup::earlier_screen).unwrap_or_default();
    let guided = guided_setup::mobility_screen(setup, before)?;
    let voice = (!asked.silent).then(|| guided_setup::voice_guide(setup));
    let kept = store.and_then(|store| recording_setup::begin(store, &asked.keeping, source.info(), Some(PLAN)));
    let ended = watch::show(
        LiveSession::start(source, chain, Some(guided), voice.into_iter().collect(), kept)?,
        AtEnd::Hold,
        setup,
    )?;
    // What was found before something failed was found: it is told and written first.
    let found = ended.mobility.unwrap_or_default();
    let words = &setup.words.mobility;
    let nothing = found.findings().is_empty() && ended.outcome.is_err();
    let printed =
        if nothing { Ok(()) } else { exit::print(&(mobility::told(&found, before.screen.as_ref(), words) + "\n")) };
    if let Some(mut summary) = summary.filter(|_| !nothing) {
        let written = Record::from(&found).write(&mut summary);
        written.map_err(|cause| summary.failed(cause))?;
        summary.finish()?;
    }
    ended.outcome?;
    printed?;
    Ok(Exit::Done)
}

/// The recordings that a selection stands for.
fn recordings(selection: &Selection) -> &[PathBuf] {
    match selection {
        Selection::Files(files) => files,
        _ => &[],
    }
}
