//! `hinge export`: a kept session as a file that other programs read.

use anyhow::Result;

use super::arguments::Export;
use super::setup::Setup;
use super::{Exit, keeping, sessions};
use crate::session::export::{Format, Whole};
use crate::session::pending::Pending;
use crate::session::store::{Store, StoreError};

pub(super) fn run(setup: &Setup, asked: &Export) -> Result<Exit> {
    sessions::settle(exported(setup, asked))
}

/// Writes the file; gives what to tell.
fn exported(setup: &Setup, asked: &Export) -> Result<String> {
    let (store, news) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    keeping::tell_news(&news);
    let entry = store.named(&asked.id)?;
    let format = Format::from(asked.format);
    let path = sessions::place(asked.output.as_deref(), format!("{}.{}", entry.id, format.ending()))?;
    let mut pending = Pending::create(&path)?;
    let written = Whole::read(&store, &entry)?.write(format, &mut pending);
    written.map_err(|cause| pending.failed(cause))?;
    pending.finish()?;
    Ok(format!("Written: {}\n", path.display()))
}
