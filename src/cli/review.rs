//! `bendwise review`: reviews a kept session in a window.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::arguments::ReviewArgs;
use super::background::{Background, PendingAnswer};
use super::equipment::Equipment;
use super::review_window::{ENDS_WITHIN, OpenSession, ReviewWindow, SessionReader};
use super::setup::Setup;
use super::waiting::{DeskWindow, wait_for};
use super::{Exit, session_file, sessions};
use crate::screen::canvas::Canvas;
use crate::screen::window::{LiveWindow, WindowError};
use crate::store::SessionEntry;
use crate::visible::visible;

/// A file that is not a session is told before a window opens if that is known within this time. [own]
const KNOWN_WITHIN: Duration = Duration::from_millis(300);

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

/// Reviews one of the user's own sessions. As long as there is no window, it is waited for.
fn review_kept(setup: &Setup, args: &ReviewArgs) -> Result<()> {
    let reader = reader(setup)?;
    let entry = find(&reader, args).wait()??;
    let mut equipment = Equipment::new(setup);
    let window = open_window(&mut equipment)?;
    equipment.at_desk(window, |window, mirror| {
        let size = window.size();
        look_at(setup, (window, size), reader, PendingAnswer::ready(Ok(entry)), (&name(args), true, mirror))
    })
}

/// The same in a window that is open, which shows how far it is; `mirror` says whether pictures are mirrored, and then whether they were
/// in the end.
///
/// # Errors
/// If there is no such session, or nothing of it can be shown.
pub(super) fn review_in(setup: &Setup, args: &ReviewArgs, window: &mut LiveWindow, mirror: &mut bool) -> Result<()> {
    let reader = reader(setup)?;
    let found = find(&reader, args);
    let size = window.size();
    look_at(setup, (window, size), reader, found, (&name(args), true, mirror))
}

/// Reviews a session in a file. Unpacking takes a while, so the window is there first.
fn review_file(setup: &Setup, path: &Path) -> Result<()> {
    let reader = reader(setup)?;
    let file = path.to_owned();
    let unpacked = reader.ask(move |reader, _| reader.unpack(&file));
    let unpacked = match unpacked.within(KNOWN_WITHIN)? {
        Some(unpacked) => PendingAnswer::ready(Ok(unpacked?)),
        None => unpacked,
    };
    let mut equipment = Equipment::new(setup);
    let window = match open_window(&mut equipment) {
        Ok(window) => window,
        Err(fault) => {
            unpacked.wait()??; // that it is no session at all is worth more
            reader.finish(ENDS_WITHIN);
            return Err(fault);
        }
    };
    let name = path.file_name().unwrap_or(path.as_os_str()).display().to_string();
    equipment.at_desk(window, |window, mirror| {
        let size = window.size();
        look_at(setup, (window, size), reader, unpacked, (&visible(&name), false, mirror))
    })
}

/// What reads for a review.
fn reader(setup: &Setup) -> Result<Background<SessionReader>> {
    let setup = setup.clone();
    Background::start("review", move || SessionReader::new(setup))
}

fn find(reader: &Background<SessionReader>, args: &ReviewArgs) -> PendingAnswer<Result<SessionEntry>> {
    let (who, id) = (args.who.clone(), args.id.to_string_lossy().into_owned());
    reader.ask(move |reader, _| reader.find(&who, &id))
}

fn name(args: &ReviewArgs) -> String {
    visible(&args.id.to_string_lossy())
}

/// Shows the session in the window until the person leaves, once it is found; until then its name.
fn look_at(
    setup: &Setup,
    (window, (width, height)): (&mut dyn DeskWindow, (usize, usize)),
    reader: Background<SessionReader>,
    found: PendingAnswer<Result<SessionEntry>>,
    (name, has_shelf, mirror): (&str, bool, &mut bool),
) -> Result<()> {
    let mut canvas = Canvas::new(width, height)?;
    let told = || (setup.words.start.moment.clone(), 0.0);
    let entry = wait_for((&mut *window, &mut canvas), &setup.words, (name, &told), found)?.transpose()?;
    let open = match entry {
        Some(entry) => OpenSession::open(setup, &reader, entry, (&mut *window, &mut canvas))?,
        None => None,
    };
    match open {
        Some(open) => ReviewWindow::new(setup, (window, canvas), (reader, open), (has_shelf, mirror)).run(),
        None => {
            reader.finish(ENDS_WITHIN);
            Ok(())
        }
    }
}

/// Opens the window as it was left the last time.
fn open_window(equipment: &mut Equipment) -> Result<LiveWindow> {
    equipment.take_window().map_err(|cause| match cause {
        WindowError::NoDisplay(reason) => anyhow!("{NO_WINDOW} ({reason})"),
        lost @ WindowError::Lost(_) => lost.into(),
        unfit => anyhow!("{unfit}; {WITHOUT_WINDOW}"),
    })
}
