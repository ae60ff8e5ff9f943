//! `bendwise review`: looks at a kept session again.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use tempfile::TempDir;

use super::arguments::ReviewArgs;
use super::review_window::{EarlierSession, ReviewWindow};
use super::setup::Setup;
use super::{Exit, recording_setup, session_player, sessions};
use crate::app_dirs::Paths;
use crate::export::KeptSession;
use crate::review::kept_frame::KeptFrames;
use crate::screen::window::{LiveWindow, OPENING_SIZE, WindowError};
use crate::store::{SessionEntry, Store, StoreError};

/// Where there is no display.
const NO_WINDOW: &str = "A review needs a display: sit down at the machine, or take `bendwise sessions show` and `bendwise report`, which need none";

/// What files of sessions end in.
const ENDING: &str = "bendwise";

pub(super) fn run(setup: &Setup, asked: &ReviewArgs) -> Result<Exit> {
    let path = Path::new(&asked.id);
    let looked = if path.extension() == Some(OsStr::new(ENDING)) { file(setup, path) } else { own(setup, &asked.id) };
    sessions::settle(looked.map(|()| String::new()))
}

/// One of the person's own sessions.
fn own(setup: &Setup, id: &OsStr) -> Result<()> {
    let id = id.to_string_lossy();
    let (store, news) = Store::find(&setup.paths)?.ok_or(StoreError::Empty)?;
    recording_setup::tell_news(&news);
    let entry = store.named(&id)?;
    let mut look = look(setup, &store, &entry)?;
    let drill = look.drill().map(str::to_owned);
    if let Some(past) = store.last_of(drill.as_deref(), Some(&entry.id))? {
        let earlier = store.named(&past.id)?;
        look.compare_with(EarlierSession { again: again(&store, &earlier)?, began: earlier.began.clone() });
    }
    look.run(Some((&store, &entry)))
}

/// A session in a file: unpacked where nobody else looks, and gone afterwards.
fn file(setup: &Setup, path: &Path) -> Result<()> {
    let folder = TempDir::new().context("Nothing can be unpacked: look whether the disk is full")?;
    let paths = Paths { data: folder.path().to_owned(), cache: setup.paths.cache.clone() };
    let (store, _) = Store::open(&paths)?;
    store.import(path)?;
    let (store, _) = Store::open(&paths)?;
    let entry = store.named("last")?;
    look(setup, &store, &entry)?.run(None)
}

fn look(setup: &Setup, store: &Store, entry: &SessionEntry) -> Result<ReviewWindow> {
    let again = again(store, entry)?;
    if again.samples().is_empty() {
        bail!("Nothing of the session {} was kept: there is nothing to look at", entry.id);
    }
    let window = LiveWindow::open("bendwise", OPENING_SIZE).map_err(|cause| match cause {
        WindowError::NoDisplay(reason) => anyhow!("{NO_WINDOW} ({reason})"),
        lost @ WindowError::Lost(_) => lost.into(),
    })?;
    ReviewWindow::open(window, again, Arc::clone(&setup.words))
}

fn again(store: &Store, entry: &SessionEntry) -> Result<KeptFrames> {
    let whole = Arc::new(KeptSession::read(store, entry)?);
    Ok(KeptFrames::new(Arc::clone(&whole), session_player::open(&whole)))
}
