//! Shows a session on the window, or in the terminal where there is none, and ends it with the summary of the set.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use anyhow::Result;

use super::feed::Feed;
use super::glass::Glass;
use super::interruption::Interruption;
use super::setup::Setup;
use super::teletype::Teletype;
use super::{Exit, ending};
use crate::coach::Repetition;
use crate::coach::mobility::Mobility;
use crate::screen::terminal;
use crate::screen::window::{LiveWindow, OPENING_SIZE};

/// What happens in the window when a recording is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AtEnd {
    /// The last picture stays, with the summary, until the person leaves.
    Hold,
    /// The window closes.
    Close,
}

/// How a session ended.
pub(super) struct Ended {
    /// What was done until then.
    pub repetitions: Vec<Repetition>,
    /// What a mobility screen found until then.
    pub mobility: Option<Mobility>,
    /// Whether something failed.
    pub outcome: Result<()>,
}

/// Runs the session to its end and tells its repetitions.
///
/// # Errors
/// When its source, its measurement or its window fails.
pub(super) fn session(feed: Feed, at_end: AtEnd, setup: &Setup) -> Result<Exit> {
    let Ended { repetitions, outcome, .. } = show(feed, at_end, setup)?;
    // What was done before something failed was done: it is told first.
    let nothing = repetitions.is_empty() && outcome.is_err();
    let style = super::setup::style(io::stdout().is_terminal());
    let printed = if nothing {
        Ok(())
    } else {
        ending::print(&format!("{}\n", terminal::summary(&repetitions, &setup.words, style)))
    };
    outcome?;
    printed?;
    Ok(Exit::Done)
}

/// Runs the session to its end.
///
/// # Errors
/// When the interruption cannot be listened for or the window is not to be had for drawing; what fails later is in
/// [`Ended`].
pub(super) fn show(feed: Feed, at_end: AtEnd, setup: &Setup) -> Result<Ended> {
    let words = &setup.words;
    let account = feed.account();
    let interruption = Interruption::listen()?;
    let out = io::stdout();
    let ended = match LiveWindow::open("bendwise", OPENING_SIZE) {
        Ok(window) => Glass::new(window, feed, at_end, Arc::clone(words))?.run(&interruption),
        Err(reason) => {
            tracing::info!("{reason}");
            ending::tell("No display to open a window on: going on in the terminal");
            let style = super::setup::style(out.is_terminal());
            Teletype::new(out.lock(), out.is_terminal(), style, Arc::clone(words)).run(feed, &interruption)
        }
    };
    if setup.stats {
        ending::say(&account.stages().table(account.dropped()));
    }
    Ok(ended)
}
