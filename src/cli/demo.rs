//! `bendwise demo`: the recording that comes with bendwise, through the whole program at its own pace.

use anyhow::Result;

use super::Exit;
use super::arguments::Demo;
use super::setup::Setup;
use super::watch::{self, AtEnd, LiveSession};
use crate::source::video;

/// The recording. It is in the program, so that the demo needs no file beside it.
static RECORDING: &[u8] = include_bytes!("../../assets/demo.mp4");

pub(super) fn run(setup: &Setup, asked: &Demo) -> Result<Exit> {
    let source = video::open_bytes("demo.mp4", RECORDING)?;
    let chain = setup.chain()?;
    watch::session(
        LiveSession::start(source, chain, None, Vec::new(), None)?,
        if asked.once { AtEnd::Close } else { AtEnd::Hold },
        setup,
    )
}
