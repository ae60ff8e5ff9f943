//! `bendwise mobility`: the guided hip mobility screen and its findings.

use std::path::PathBuf;

use anyhow::Result;

use super::arguments::MobilityArgs;
use super::equipment::{Equipment, selection};
use super::live_session::{AtEnd, LiveSession};
use super::output_files::OutputFiles;
use super::setup::Setup;
use super::watch;
use super::{Exit, exit, guided_setup, recording_setup};
use crate::atomic_file::AtomicFile;
use crate::screen::mobility;
use crate::source::Selection;
use crate::store::mobility_record::{PLAN, Record};

pub(super) fn run(setup: &Setup, args: &MobilityArgs) -> Result<Exit> {
    screen(setup, args, &mut Equipment::new(setup))
}

/// The screen on this equipment.
///
/// # Errors
/// If it cannot begin, or if something fails while it goes on.
pub(super) fn screen(setup: &Setup, args: &MobilityArgs, equipment: &mut Equipment) -> Result<Exit> {
    let Some(selection) = selection(args.source.as_deref())? else { return Ok(Exit::Usage) };
    args.who.check(setup, !args.keeping.no_keep)?;
    let mut files = OutputFiles::beside(setup, recordings(&selection));
    args.summary.iter().try_for_each(|path| files.take(path))?;
    let summary = args.summary.as_deref().map(AtomicFile::create).transpose()?;
    let Some(source) = equipment.source(&selection, args.aspect)? else { return Ok(Exit::Usage) };
    let chain = setup.chain(false)?;
    let store = recording_setup::open(setup, &args.keeping, &args.who);
    let before = store.as_ref().map(recording_setup::earlier_screen).unwrap_or_default();
    let guided = guided_setup::mobility_screen(setup, before)?;
    let mut sound = equipment.sound(args.volume);
    let voice = (!args.silent).then(|| guided_setup::voice_guide(setup, &mut sound));
    let kept = store.and_then(|store| recording_setup::begin(store, &args.keeping, source.info(), Some(PLAN)));
    let ended = watch::show(
        LiveSession::start(source, chain, Some(guided), voice.into_iter().collect(), kept)?.with_sound(sound),
        AtEnd::Hold,
        setup,
        equipment,
    )?;
    // Findings from before an error are valid: they are printed and written first.
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
    watch::tell_findings(ended.findings, &ended.shape, setup)
}

/// The recordings in a selection.
fn recordings(selection: &Selection) -> &[PathBuf] {
    match selection {
        Selection::Files(files) => files,
        _ => &[],
    }
}
