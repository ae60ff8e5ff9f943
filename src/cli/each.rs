//! The same done to each of several things that a command line names: one that fails does not stop the others.

use anyhow::Result;

use super::{Exit, exit};
use crate::i18n::{ProcessWords, fill};
use crate::visible::visible;

/// Prints what `act` returns of each thing, and what went wrong; at the end, which failed. `name` is how the command line
/// calls a thing.
///
/// # Errors
/// Of a single thing, its own error; otherwise if the output cannot be written.
pub(super) fn each<T>(
    words: &ProcessWords,
    things: &[T],
    name: fn(&T) -> String,
    mut act: impl FnMut(&T) -> Result<String>,
) -> Result<Exit> {
    if let [one] = things {
        exit::print(&act(one)?)?;
        return Ok(Exit::Done);
    }
    let mut failed = Vec::new();
    for thing in things {
        match act(thing) {
            Ok(text) => exit::print(&text)?,
            Err(error) => {
                exit::report(&exit::sentence(&error));
                failed.push(visible(&name(thing)));
            }
        }
    }
    if failed.is_empty() {
        return Ok(Exit::Done);
    }
    let (count, of, names) = (failed.len(), things.len(), failed.join(", "));
    exit::report(&fill(&words.some_failed, &[("count", &count), ("of", &of), ("names", &names)]));
    Ok(Exit::Failed)
}
