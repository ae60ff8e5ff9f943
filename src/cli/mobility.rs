//! `bendwise mobility`: the guided hip mobility screen and its findings.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;

use super::arguments::MobilityArgs;
use super::build_finding::BuildFinding;
use super::equipment::{Equipment, selection};
use super::live_session::AtEnd;
use super::output_files::OutputFiles;
use super::recording_setup::{self, PersonalStore};
use super::roster::{self, Roster};
use super::setup::Setup;
use super::watch;
use super::{Exit, exit, guided_setup};
use crate::atomic_file::AtomicFile;
use crate::i18n::CurrentWords;
use crate::screen::mobility;
use crate::source::Selection;
use crate::store::Person;
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
    let can_ask = matches!(selection, Selection::Camera(_)) && !args.keeping.no_keep;
    let persons = roster::practising(setup, can_ask)?;
    let (who, asks_who) = roster::first(&persons, &args.who);
    // Until somebody says otherwise it is the session of whoever practised last, in their language.
    let own = persons.first().filter(|_| asks_who).map(|last| setup.of(last)).transpose()?;
    let setup = own.as_ref().unwrap_or(setup);
    who.check(setup, !args.keeping.no_keep)?;
    let mut files = OutputFiles::beside(setup, recordings(&selection));
    args.summary.iter().try_for_each(|path| files.take(path, "json"))?;
    let summary = args.summary.as_deref().map(AtomicFile::create).transpose()?;
    let Some(source) = equipment.source(&selection, args.aspect)? else { return Ok(Exit::Usage) };
    let chain = setup.chain(false)?;
    let store = recording_setup::open(setup, &args.keeping, &who);
    let before = store.as_ref().map(recording_setup::earlier_screen).unwrap_or_default();
    let mut guided = guided_setup::mobility_screen(setup, before)?;
    let person = store.as_ref().filter(|_| !asks_who).map(|store| store.person.clone());
    let words = CurrentWords::new(Arc::clone(&setup.words));
    let asked = roster(setup, &words, persons).map(|roster| roster.begin(&mut guided, person.as_ref()));
    let mut sound = equipment.sound(args.volume);
    let voice = (!args.silent).then(|| guided_setup::voice_guide(setup, &words, &mut sound));
    let (build, watcher) = BuildFinding::of(store.as_ref().filter(|_| recording_setup::is_recording(&*source))).unzip();
    let kept = store
        .and_then(|store| recording_setup::begin(store, (&args.keeping, &setup.words.process), &*source, Some(PLAN)));
    let id = kept.as_ref().map(|(_, recording)| recording.begun_as().to_owned());
    if let Some((asked, id)) = asked.zip(id.clone()) {
        let _ = asked.set(id); // it is set once
    }
    let sinks = voice.into_iter().chain(watcher).collect();
    let live = equipment.begin(source, chain, Some(guided), sinks, kept)?;
    let live = live.with_sound(sound).with_build(build).with_words(words);
    let ended = watch::show(live, AtEnd::Hold, setup, equipment)?;
    // Only now is it known whose it is.
    let before = id.and_then(|id| recording_setup::screen_before(setup, &id));
    // Findings from before an error are valid: they are printed and written first.
    let found = ended.mobility.unwrap_or_default();
    let words = &ended.words.mobility;
    let nothing = found.findings().is_empty() && ended.outcome.is_err();
    let printed = if nothing { Ok(()) } else { exit::print(&(mobility::told(&found, before.as_ref(), words) + "\n")) };
    if let Some(mut summary) = summary.filter(|_| !nothing) {
        let written = Record::from(&found).write(&mut summary);
        written.map_err(|cause| summary.failed(cause))?;
        summary.finish()?;
    }
    ended.outcome?;
    printed?;
    watch::tell_findings(ended.findings, &ended.picture_findings, &ended.words)
}

/// Those persons, each with the screen and what they did before.
fn roster(setup: &Setup, words: &CurrentWords, persons: Vec<Person>) -> Option<Roster> {
    let session_for = |setup: &Setup, store: &PersonalStore| {
        let before = recording_setup::earlier_screen(store);
        Ok(Some((guided_setup::mobility_screen(setup, before)?, PLAN.to_owned())))
    };
    Roster::of(setup, words, persons, Box::new(session_for))
}

/// The recordings in a selection.
fn recordings(selection: &Selection) -> &[PathBuf] {
    match selection {
        Selection::Files(files) => files,
        _ => &[],
    }
}
