//! The sessions that a command line names or describes, and the same done to each of them.

use std::collections::HashSet;

use anyhow::{Result, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Exit;
use super::arguments::{SelectionArgs, Who};
use super::each::each;
use crate::store::{SessionEntry, SessionFilter, SessionState, Store};
use crate::visible::visible;

/// What is said where no session is like what was asked for.
const NONE_SUCH: &str = "No session is like that: `bendwise sessions` lists all";

/// The filter for sessions of this drill or programme, from this day on.
///
/// # Errors
/// If the day has no beginning in the time zone of this machine.
pub(super) fn filter(drill: Option<&str>, since: Option<Date>) -> Result<SessionFilter<'_>> {
    let midnight = since.map(|day| day.to_zoned(TimeZone::system())).transpose()?;
    Ok(SessionFilter { drill, since: midnight.map(|midnight| midnight.timestamp()), ..SessionFilter::default() })
}

impl SelectionArgs {
    /// The ids that are named, or those of all sessions that are like what is asked for, oldest first. One that is still being
    /// recorded is none of the latter.
    ///
    /// # Errors
    /// If there is no such person, or no session like that.
    pub(super) fn ids(&self, store: &Store, who: &Who) -> Result<Vec<String>> {
        if !self.ids.is_empty() {
            return Ok(self.ids.clone());
        }
        let person = who.named(store)?;
        let mut found = store.select(&SessionFilter { person, ..filter(self.drill.as_deref(), self.since)? })?;
        found.retain(|entry| entry.state != SessionState::Recording);
        if found.is_empty() {
            if store.count(&SessionFilter { person, ..SessionFilter::default() })? == 0 {
                return Err(store.none_kept(person)?.into());
            }
            if let Some(drill) = self.drill.as_deref().filter(|drill| !is_known(store, drill)) {
                bail!("No session is of {}: `bendwise drills` lists the drills", visible(&drill));
            }
            bail!(NONE_SUCH);
        }
        Ok(found.into_iter().rev().map(|entry| entry.id).collect())
    }
}

/// Whether there is a session of this drill or programme, whoever practised it. If that cannot be read, there may be.
fn is_known(store: &Store, drill: &str) -> bool {
    store.count(&SessionFilter { drill: Some(drill), ..SessionFilter::default() }).map_or(true, |count| count > 0)
}

/// Does the same to each of several sessions, by their ids or names, and prints what `act` returns. One that is named twice has it
/// done once.
///
/// # Errors
/// As [`each`].
pub(super) fn each_session(
    store: &Store,
    who: &Who,
    ids: &[String],
    mut act: impl FnMut(&SessionEntry) -> Result<String>,
) -> Result<Exit> {
    let mut known = HashSet::new();
    each(ids, String::clone, |id| {
        let entry = who.session(store, id)?;
        if known.insert(entry.uid.clone()) {
            return act(&entry);
        }
        Ok(format!("The session {} is named twice, and was written once.\n", visible(&entry.id)))
    })
}
