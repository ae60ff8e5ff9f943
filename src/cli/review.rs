//! `bendwise review`: reviews a kept session in a window.

use std::path::Path;

use anyhow::{Result, anyhow};

use super::arguments::ReviewArgs;
use super::review_window::{OpenSession, ReviewWindow, Shelf};
use super::setup::Setup;
use super::{Exit, recording_setup, session_file, sessions};
use crate::screen::canvas::Canvas;
use crate::screen::window::{LiveWindow, OPENING_SIZE, WindowError};
use crate::store::{SessionEntry, Store, StoreError};

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

/// The same in a window that `open` gives once there is such a session. Returns the window.
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
    let shelf = Shelf { store: &store, person: args.who.named(&store)? };
    look_at(setup, open()?, (&store, &entry), Some(shelf))
}

/// Shows this session in the window until the person leaves. Returns the window.
fn look_at(
    setup: &Setup,
    mut window: LiveWindow,
    (store, entry): (&Store, &SessionEntry),
    shelf: Option<Shelf<'_>>,
) -> Result<LiveWindow> {
    let (width, height) = window.size();
    let mut canvas = Canvas::new(width, height)?;
    match OpenSession::open(setup, store, entry, (&mut window, &mut canvas))? {
        Some(session) => ReviewWindow::new(setup, (window, canvas), session, shelf).run(),
        None => Ok(window),
    }
}

/// Reviews a session in a file.
fn review_file(setup: &Setup, path: &Path) -> Result<()> {
    let opened = session_file::open(setup, path)?;
    look_at(setup, open_window()?, (&opened.store, &opened.entry), None).map(drop)
}

fn open_window() -> Result<LiveWindow> {
    LiveWindow::open("bendwise", OPENING_SIZE).map_err(|cause| match cause {
        WindowError::NoDisplay(reason) => anyhow!("{NO_WINDOW} ({reason})"),
        lost @ WindowError::Lost(_) => lost.into(),
        unfit => anyhow!("{unfit}; {WITHOUT_WINDOW}"),
    })
}
