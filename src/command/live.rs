//! `hinge live`: the coach on a camera, or on a recording played as if it were one.

use anyhow::Result;

use super::Exit;
use super::arguments::Live;
use super::feed::Feed;
use super::setup::Setup;
use super::watch::{self, AtEnd};
use crate::source::{self, Options};

/// The first camera that really delivers frames.
const ANY_CAMERA: &str = "camera";

pub(super) fn run(setup: &Setup, asked: &Live) -> Result<Exit> {
    let wanted = asked.source.as_deref().unwrap_or(ANY_CAMERA);
    let source = source::open(&wanted.parse()?, &Options::default())?;
    let chain = setup.chain()?;
    watch::session(Feed::start(source, chain)?, AtEnd::Hold)
}
