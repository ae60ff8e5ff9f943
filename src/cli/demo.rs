//! `bendwise demo`: the recording that comes with bendwise, through the whole program at its own pace.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Exit;
use super::arguments::DemoArgs;
use super::live_session::{AtEnd, LiveSession};
use super::setup::Setup;
use super::watch;
use crate::inference::models;
use crate::source::{self, Options, Selection};

/// Where the recording lies beside the models folder, in the repository and where a package puts it.
const RECORDING: &str = "assets/demo.mp4";

pub(super) fn run(setup: &Setup, asked: &DemoArgs) -> Result<Exit> {
    models::find(setup.models.as_deref())?; // who lacks the models has to hear of them first
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

/// Beside the models that were named, else beside those that are found.
fn recording(setup: &Setup) -> Option<PathBuf> {
    [setup.models.as_deref(), None]
        .into_iter()
        .filter_map(|named| models::find(named).ok())
        .map(|models| models.with_file_name("").join(RECORDING))
        .find(|recording| recording.is_file())
}
