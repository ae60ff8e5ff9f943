//! `hinge live`: the coach on a camera, or on a recording played as if it were one.

use anyhow::Result;

use super::Exit;
use super::arguments::Live;
use super::feed::Feed;
use super::setup::Setup;
use super::watch::{self, AtEnd};
use crate::source;

pub(super) fn run(setup: &Setup, asked: &Live) -> Result<Exit> {
    let source = source::open(asked.source.as_deref())?;
    let chain = setup.chain()?;
    watch::session(Feed::start(source, chain)?, AtEnd::Hold)
}
