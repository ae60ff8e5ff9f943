//! `hinge live`: the coach on a camera, or on a recording played as if it were one.

use std::convert::Infallible;
use std::ffi::OsStr;

use anyhow::Result;

use super::arguments::Live;
use super::feed::Feed;
use super::leader::Leader;
use super::setup::Setup;
use super::watch::{self, AtEnd};
use super::{Exit, ending, keeping};
use crate::library::LibraryError;
use crate::source::{self, Options, Selection};

pub(super) fn run(setup: &Setup, asked: &Live) -> Result<Exit> {
    let leader = match asked.drill.as_deref().map(|name| Leader::open(setup, name, asked.silent)).transpose() {
        Err(unknown) if matches!(unknown.downcast_ref(), Some(LibraryError::Unknown { .. })) => {
            ending::tell(&unknown.to_string());
            return Ok(Exit::Usage);
        }
        leader => leader?,
    };
    let source = source::open(&selection(asked.source.as_deref())?, &Options::default())?;
    let chain = setup.chain()?;
    let kept = keeping::begin(setup, &asked.keeping, source.info(), asked.drill.as_deref());
    watch::session(Feed::start(source, chain, leader, kept)?, AtEnd::Hold, &setup.words)
}

/// What was named, else the first camera that really delivers frames. Cameras have names in letters, files in bytes.
pub(super) fn selection(named: Option<&OsStr>) -> Result<Selection, Infallible> {
    match named.map(|named| (named, named.to_str())) {
        None => "camera".parse(),
        Some((_, Some(text))) => text.parse(),
        Some((bytes, None)) => Ok(Selection::Files(vec![bytes.into()])),
    }
}
