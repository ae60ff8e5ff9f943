//! `bendwise mobility`: the hip mobility screen, led from the first sentence to the last, and what it found.

use std::path::PathBuf;

use anyhow::Result;

use super::arguments::Mobility;
use super::company::Company;
use super::feed::Feed;
use super::leader::Leader;
use super::setup::Setup;
use super::watch::{self, AtEnd};
use super::{Exit, ending, keeping, live, outputs};
use crate::screen::mobility;
use crate::session::mobility::Record;
use crate::session::pending::Pending;
use crate::source::{self, Options, Selection};

/// What the session is called that is led through the screen.
const PLAN: &str = "mobility";

pub(super) fn run(setup: &Setup, asked: &Mobility) -> Result<Exit> {
    let selection = live::selection(asked.source.as_deref())?;
    if let Some(path) = outputs::clash(recordings(&selection), [asked.summary.as_deref()]) {
        return Ok(outputs::refuse(path));
    }
    let summary = asked.summary.as_deref().map(Pending::create).transpose()?;
    let source = source::open(&selection, &Options::default())?;
    let chain = setup.chain()?;
    let store = keeping::open(setup, &asked.keeping);
    let before = store.as_ref().map(keeping::earlier_screen).unwrap_or_default();
    let company = Company { leader: Some(Leader::screen(setup, before, asked.silent)?), hum: None };
    let kept = store.and_then(|store| keeping::begin(store, &asked.keeping, source.info(), Some(PLAN)));
    let ended = watch::show(Feed::start(source, chain, company, kept)?, AtEnd::Hold, setup)?;
    // What was found before something failed was found: it is told and written first.
    let found = ended.mobility.unwrap_or_default();
    let words = &setup.words.mobility;
    let nothing = found.findings().is_empty() && ended.outcome.is_err();
    let printed =
        if nothing { Ok(()) } else { ending::print(&(mobility::told(&found, before.screen.as_ref(), words) + "\n")) };
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
