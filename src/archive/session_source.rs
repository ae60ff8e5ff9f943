//! The rows of the sessions of a store, with what the store knows of them elsewhere.

use std::collections::HashMap;

use super::bundles;
use super::person_facts::PersonFacts;
use super::session_rows::{
    QualityFollower, SessionContext, SessionKey, SessionQuality, fingerprint, put_repetition, put_sample, put_session,
};
use super::table_file::{RowWriter, RowWriters, WriteError};
use crate::drill_library::Library;
use crate::export::fhir::ClinicalContext;
use crate::store::{ArchiveKey, PersonId, Session, SessionEntry, Store, StoreError};

/// Digits of the pseudonym of a device.
const DEVICE_DIGITS: usize = 8;

/// A store whose sessions are written.
pub(super) struct SessionSource<'s> {
    store: &'s Store,
    library: &'s Library,
    key: ArchiveKey,
    facts: HashMap<PersonId, PersonFacts>,
}

impl<'s> SessionSource<'s> {
    pub(super) fn of(store: &'s Store, library: &'s Library, key: ArchiveKey) -> Self {
        Self { store, library, key, facts: HashMap::new() }
    }

    /// Checksums of what the rows of a session are made of and, if that is asked for, its bundle.
    pub(super) fn due(
        &mut self,
        entry: &SessionEntry,
        with_bundle: bool,
    ) -> Result<(String, Option<String>), StoreError> {
        let (session, context) = self.read(entry)?;
        let fingerprint = fingerprint(&session, &context);
        let context = with_bundle.then(|| ClinicalContext::read(self.store, &session)).transpose()?;
        let bundle = context.map(|context| bundles::sum(&fingerprint, &context));
        Ok((fingerprint, bundle))
    }

    /// A session, and what its rows have that is not in it.
    pub(super) fn read(&mut self, entry: &SessionEntry) -> Result<(Session, SessionContext), StoreError> {
        Ok((self.store.session(entry)?, self.context(entry)?))
    }

    fn context(&mut self, entry: &SessionEntry) -> Result<SessionContext, StoreError> {
        if !self.facts.contains_key(&entry.person) {
            let facts = PersonFacts::of(self.store, self.library, entry.person)?;
            self.facts.insert(entry.person, facts);
        }
        let facts = &self.facts[&entry.person];
        Ok(SessionContext {
            device: format!("d-{}", self.key.pseudonym("device", &entry.source, DEVICE_DIGITS)),
            pain: facts.pain(entry),
            prescribed: facts.days_a_week(&entry.began),
        })
    }

    /// Adds the rows of a session.
    pub(super) fn add_session(&mut self, entry: &SessionEntry, rows: &mut RowWriters<'_>) -> Result<(), WriteError> {
        let _snapshot = self.store.snapshot()?;
        self.store.check_present(entry)?; // it may have been deleted since it was listed
        let (session, context) = self.read(entry)?;
        self.add_rows(&session, &context, rows)
    }

    /// The same of a session that was read.
    pub(super) fn add_rows(
        &self,
        session: &Session,
        context: &SessionContext,
        [samples, repetitions, own]: &mut RowWriters<'_>,
    ) -> Result<(), WriteError> {
        let quality = self.add_samples(session, *samples)?;
        for kept in session.repetitions.iter().enumerate() {
            repetitions.add(&mut |row| put_repetition(row, session, kept, Some(&quality)))?;
        }
        Ok(own.add(&mut |row| put_session(row, session, context, Some(&quality)))?)
    }

    fn add_samples(&self, session: &Session, rows: &mut dyn RowWriter) -> Result<SessionQuality, WriteError> {
        let mut quality = QualityFollower::of(session);
        let key = SessionKey::of(session);
        let mut written = Ok(());
        self.store.samples_of(&session.entry).measured(|sample, facing, yaw| {
            quality.observe(sample, facing, yaw);
            if written.is_ok() {
                written = rows.add(&mut |row| put_sample(row, &key, sample));
            }
        })?;
        written?;
        Ok(quality.finish())
    }
}
