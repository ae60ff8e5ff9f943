//! `bendwise review`: reviews a kept session in a window.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow, bail};

use super::arguments::ReviewArgs;
use super::review_window::{EarlierSession, ReviewWindow};
use super::setup::Setup;
use super::{Exit, recording_setup, session_file, session_player, sessions};
use crate::review::kept_frame::KeptFrames;
use crate::screen::window::{LiveWindow, OPENING_SIZE, WindowError};
use crate::store::{SampleSource, SessionEntry, Store, StoreError};

/// The message without a display.
const NO_WINDOW: &str = "A review needs a display: sit down at the machine, or use `bendwise sessions show` and `bendwise report`, which need none";

/// What is left where no window can be opened on the display.
const WITHOUT_WINDOW: &str = "`bendwise sessions show` and `bendwise report` need no window";

pub(super) fn run(setup: &Setup, args: &ReviewArgs) -> Result<Exit> {
    let path = Path::new(&args.id);
    let reviewed =
        if session_file::is_one(path) || path.is_file() { review_file(setup, path) } else { review_kept(setup, args) };
    sessions::print_result(reviewed.map(|()| String::new()))
}

/// Reviews one of the user's own sessions.
fn review_kept(setup: &Setup, args: &ReviewArgs) -> Result<()> {
    review_in(setup, args, open_window).map(drop)
}

/// The same in a window that `open` gives once the session is known to have something to show. Returns the window.
///
/// # Errors
/// If there is no such session, or nothing of it can be shown.
pub(super) fn review_in(
    setup: &Setup,
    args: &ReviewArgs,
    open: impl FnOnce() -> Result<LiveWindow>,
) -> Result<LiveWindow> {
    let id = args.id.to_string_lossy();
    let no_file = |unknown: StoreError| session_file::nor_a_file(unknown, &id);
    let (store, notices) = Store::find(&setup.paths)?.ok_or(StoreError::Empty).map_err(no_file)?;
    recording_setup::report_recovery(&notices);
    let entry = args.who.session(&store, &id).map_err(no_file)?;
    let samples = store.samples_of(&entry);
    let frames = kept_frames(&store, &samples, &entry)?;
    let drill = frames.session.sets.first().and_then(|set| set.drill.clone());
    let past = store.last_of(entry.person, drill.as_deref(), Some(&entry))?;
    let earlier = past.map(|past| store.named(&past.id)).transpose()?;
    let before = earlier.as_ref().map(|earlier| (earlier, store.samples_of(earlier)));
    let mut window = review_window(setup, frames, open)?;
    if let Some((earlier, samples)) = &before {
        let frames = kept_frames(&store, samples, earlier)?;
        window.compare_with(EarlierSession { frames, began: earlier.began.clone() });
    }
    window.run(Some((&store, &entry)))
}

/// Reviews a session in a file.
fn review_file(setup: &Setup, path: &Path) -> Result<()> {
    let opened = session_file::open(setup, path)?;
    let samples = opened.store.samples_of(&opened.entry);
    review_window(setup, kept_frames(&opened.store, &samples, &opened.entry)?, open_window)?.run(None).map(drop)
}

fn review_window<'s>(
    setup: &Setup,
    frames: KeptFrames<'s>,
    open: impl FnOnce() -> Result<LiveWindow>,
) -> Result<ReviewWindow<'s>> {
    if frames.times().is_empty() {
        bail!("The session {} has no kept frames: there is nothing to review", frames.session.entry.id);
    }
    ReviewWindow::open(open()?, frames, Arc::clone(&setup.words))
}

fn open_window() -> Result<LiveWindow> {
    LiveWindow::open("bendwise", OPENING_SIZE).map_err(|cause| match cause {
        WindowError::NoDisplay(reason) => anyhow!("{NO_WINDOW} ({reason})"),
        lost @ WindowError::Lost(_) => lost.into(),
        unfit => anyhow!("{unfit}; {WITHOUT_WINDOW}"),
    })
}

fn kept_frames<'s>(store: &Store, samples: &'s dyn SampleSource, entry: &SessionEntry) -> Result<KeptFrames<'s>> {
    let player = session_player::open(entry, samples)?;
    Ok(KeptFrames::new(store.session(entry)?, samples, player)?)
}
