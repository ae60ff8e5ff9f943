//! What a bundle has besides the session: what the person said of pain and function, what stayed, the mobility
//! screen, the page.

use crate::coach::SetPurpose;
use crate::coach::mobility::Mobility;
use crate::store::mobility_record::PLAN;
use crate::store::retention::Retention;
use crate::store::{Score, Session, SessionEntry, Store, StoreError};

/// What belongs to a session in a clinic's record and is not in the session itself.
#[derive(Clone, Debug, Default)]
pub struct ClinicalContext {
    /// Pain and questionnaires: what was asked in the session, and what was typed in of that day.
    pub scores: Vec<Score>,
    /// Of each drill with bends without feedback, what stayed since the session before.
    pub retention: Vec<(String, Retention)>,
    /// What the session found, if it was a mobility screen; without any bend if it was broken off before one.
    pub screen: Option<Mobility>,
    /// Where the day ended in this session before all that was prescribed was done, in one sentence.
    pub ended_early: Option<String>,
    /// The page of the session, if it is to be in the bundle. It must not name the person, nor show them.
    pub page: Option<ReportPage>,
}

/// A page for people, as one HTML file.
#[derive(Clone, Debug, Default)]
pub struct ReportPage {
    /// The whole file.
    pub html: Vec<u8>,
    /// Its language, two letters.
    pub language: String,
    /// Its title.
    pub title: String,
}

impl ClinicalContext {
    /// Reads it from the store, without a page, and without what needs words: where the day ended early.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn read(store: &Store, session: &Session) -> Result<Self, StoreError> {
        let entry = &session.entry;
        // What was asked in a session counts for its re-measurement, too.
        let ids = [Some(entry.id.clone()), store.first(entry)?.map(|first| first.id)];
        let zone = entry.began.time_zone();
        let of_day = |score: &Score| score.given_in(zone).date() == entry.began.date();
        let mut scores = store.scores(entry.person)?;
        scores.retain(|score| match &score.session {
            Some(id) => ids.iter().flatten().any(|known| known == id),
            None => of_day(score),
        });
        let mut retention = Vec::new();
        for drill in drills_without_feedback(session) {
            retention.extend(store.retention_of(entry, drill)?.map(|stayed| (drill.to_owned(), stayed)));
        }
        Ok(Self { scores, retention, screen: screen(store, entry)?, ended_early: None, page: None })
    }
}

/// What a mobility screen found. One that was measured again keeps no result of its own, so of that nothing is said.
fn screen(store: &Store, entry: &SessionEntry) -> Result<Option<Mobility>, StoreError> {
    let is_screen = entry.plan.as_deref() == Some(PLAN) && entry.origin.is_none();
    Ok(store.screen(entry)?.or_else(|| is_screen.then(Mobility::default)))
}

/// The drills that have a set without feedback, each once.
fn drills_without_feedback(session: &Session) -> Vec<&str> {
    let mut drills: Vec<&str> = Vec::new();
    let sets = session.sets.iter().filter(|set| set.purpose == SetPurpose::Retention);
    for drill in sets.filter_map(|set| set.drill.as_deref()) {
        if !drills.contains(&drill) {
            drills.push(drill);
        }
    }
    drills
}
