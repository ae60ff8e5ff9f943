//! The sessions that a command line names or describes, and the same done to each of them.

use std::collections::HashSet;

use anyhow::{Result, bail};
use jiff::civil::Date;

use super::Exit;
use super::arguments::{SelectionArgs, Who};
use super::each::each;
use super::exit::UsageError;
use super::setup::Setup;
use crate::drill_library::{Library, LibraryError};
use crate::i18n::fill;
use crate::prescription::Prescription;
use crate::store::{SessionEntry, SessionFilter, SessionState, Store, mobility_record};
use crate::visible::visible;

/// What is said where no session is like what was asked for.
const NONE_SUCH: &str = "No session is like that: `bendwise sessions` lists all";

/// The filter for sessions of this drill or programme, from this day on, which is the day in their ids.
pub(super) fn filter(drill: Option<&str>, since: Option<Date>) -> SessionFilter<'_> {
    SessionFilter { drill, from_day: since, ..SessionFilter::default() }
}

impl SelectionArgs {
    /// The ids that are named, or those of all sessions that are like what is asked for, oldest first. One that is still being
    /// recorded is none of the latter.
    ///
    /// # Errors
    /// If there is no such person, or no session like that.
    pub(super) fn ids(&self, setup: &Setup, store: &Store, who: &Who) -> Result<Vec<String>> {
        if !self.ids.is_empty() {
            return Ok(self.ids.clone());
        }
        check_drill(setup, Some(store), self.drill.as_deref())?;
        let person = who.named(store)?;
        let mut found = store.select(&SessionFilter { person, ..filter(self.drill.as_deref(), self.since) })?;
        found.retain(|entry| entry.state != SessionState::Recording);
        if found.is_empty() {
            if store.count(&SessionFilter { person, ..SessionFilter::default() })? == 0 {
                return Err(store.none_kept(person)?.into());
            }
            bail!(NONE_SUCH);
        }
        Ok(found.into_iter().rev().map(|entry| entry.id).collect())
    }
}

/// What sessions are kept as besides drills and programmes: the screen, and a prescription of several drills.
const OTHER_PLANS: [&str; 2] = [mobility_record::PLAN, Prescription::SEVERAL_DRILLS];

/// Refuses a drill that is neither known nor in any session: one that is gone from the library stays in those.
///
/// # Errors
/// [`UsageError`] with the closest name, or if the store cannot be read.
pub(super) fn check_drill(setup: &Setup, store: Option<&Store>, drill: Option<&str>) -> Result<()> {
    let Some(drill) = drill.filter(|drill| !OTHER_PLANS.contains(drill)) else { return Ok(()) };
    let library = Library::open(&setup.paths);
    let Err(unknown @ LibraryError::Unknown { .. }) = library.find(drill) else { return Ok(()) };
    let of_it = SessionFilter { drill: Some(drill), ..SessionFilter::default() };
    match store.map_or(Ok(0), |store| store.count(&of_it))? {
        0 => Err(UsageError(unknown.to_string()).into()),
        _ => Ok(()),
    }
}

/// Does the same to each of several sessions, by their ids or names, and prints what `act` returns. One that is named twice has it
/// done once.
///
/// # Errors
/// As [`each`].
pub(super) fn each_session(
    (setup, store): (&Setup, &Store),
    who: &Who,
    ids: &[String],
    mut act: impl FnMut(&SessionEntry) -> Result<String>,
) -> Result<Exit> {
    let mut known = HashSet::new();
    each(&setup.words.process, ids, String::clone, |id| {
        let entry = who.session(setup, store, id)?;
        if known.insert(entry.uid.clone()) {
            return act(&entry);
        }
        Ok(fill(&setup.words.process.named_twice, &[("id", &visible(&entry.id))]) + "\n")
    })
}
