//! `bendwise demo`: plays the included recording through the whole program in real time.

use anyhow::Result;

use super::Exit;
use super::arguments::DemoArgs;
use super::live_session::{AtEnd, LiveSession};
use super::setup::Setup;
use super::watch;
use crate::source::video;

/// The recording. It is in the program, so that the demo needs no file beside it.
static RECORDING: &[u8] = include_bytes!("../../assets/demo.mp4");

pub(super) fn run(setup: &Setup, asked: &DemoArgs) -> Result<Exit> {
    let source = video::open_bytes("demo.mp4", RECORDING)?;
    let chain = setup.chain(false)?;
    watch::session(
        LiveSession::start(source, chain, None, Vec::new(), None)?,
        if asked.once { AtEnd::Close } else { AtEnd::Hold },
        setup,
    )
}
