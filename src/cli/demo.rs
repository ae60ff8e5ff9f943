//! `bendwise demo`: plays the included recording through the whole program in real time.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Exit;
use super::arguments::DemoArgs;
use super::live_session::{AtEnd, LiveSession};
use super::setup::Setup;
use super::watch;
use crate::inference::models;
use crate::source::{self, Options, Selection};

/// Path of the recording relative to the parent of the models folder, in the repository and in packages.
const RECORDING: &str = "assets/demo.mp4";

pub(super) fn run(setup: &Setup, asked: &DemoArgs) -> Result<Exit> {
    models::find(setup.models.as_deref())?; // missing models are reported first
    let recording = recording(setup).context(
        "The recording of the demo, assets/demo.mp4, was not found beside the models folder: run bendwise in its repository",
    )?;
    let source = source::open(&Selection::Files(vec![recording]), &Options::default())?;
    let chain = setup.chain()?;
    watch::session(
        LiveSession::start(source, chain, None, Vec::new(), None)?,
        if asked.once { AtEnd::Close } else { AtEnd::Hold },
        setup,
    )
}

/// Beside the models folder that the user named, otherwise beside the one that is found.
fn recording(setup: &Setup) -> Option<PathBuf> {
    [setup.models.as_deref(), None]
        .into_iter()
        .filter_map(|named| models::find(named).ok())
        .map(|models| models.with_file_name("").join(RECORDING))
        .find(|recording| recording.is_file())
}
