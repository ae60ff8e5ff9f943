//! `hinge live`: the coach on a camera, or on a recording played as if it were one.

use std::convert::Infallible;
use std::ffi::OsStr;

use anyhow::Result;

use super::Exit;
use super::arguments::Live;
use super::feed::Feed;
use super::setup::Setup;
use super::watch::{self, AtEnd};
use crate::source::{self, Options, Selection};

pub(super) fn run(setup: &Setup, asked: &Live) -> Result<Exit> {
    let source = source::open(&selection(asked.source.as_deref())?, &Options::default())?;
    let chain = setup.chain()?;
    watch::session(Feed::start(source, chain)?, AtEnd::Hold)
}

/// What was named, else the first camera that really delivers frames. Cameras have names in letters, files in bytes.
fn selection(named: Option<&OsStr>) -> Result<Selection, Infallible> {
    match named.map(|named| (named, named.to_str())) {
        None => "camera".parse(),
        Some((_, Some(text))) => text.parse(),
        Some((bytes, None)) => Ok(Selection::Files(vec![bytes.into()])),
    }
}
