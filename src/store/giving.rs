//! Gives a session to another person: to whoever turned out to practise, or was meant from the beginning.

use rusqlite::{Transaction, params};

use super::handle::lock;
use super::read::{GIVEN, PERSON};
use super::{PersonId, SessionEntry, Store, StoreError};
use crate::visible::visible;

/// The answers of a session go with it.
const ANSWERS: &str = "UPDATE scores SET person = ?2 WHERE session = (SELECT key FROM sessions WHERE id = ?1)";

/// So do the full bends that were measured in it.
const FULL_BENDS: &str = "UPDATE OR REPLACE full_bends SET person = ?2
    WHERE person = (SELECT person FROM sessions WHERE id = ?1) AND EXISTS
    (SELECT 1 FROM sessions WHERE id = ?1 AND measured_ms BETWEEN began_ms AND began_ms + ifnull(last_ns, 0) / 1000000)";

impl Store {
    /// Gives a session that has begun to whoever turned out to practise, with what guides it and what was answered in it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn give_session(&self, id: &str, person: PersonId, plan: Option<&str>) -> Result<(), StoreError> {
        let give = || {
            let transaction = self.database.unchecked_transaction()?;
            let row = params![id, person.0, plan.map(|plan| visible(&plan))];
            transaction.execute("UPDATE sessions SET person = ?2, plan = ?3 WHERE id = ?1", row)?;
            transaction.execute(ANSWERS, params![id, person.0])?;
            transaction.commit()
        };
        give().map_err(self.failed())
    }

    /// Gives a session that has ended to another person, with its answers, its full bends, its build and its
    /// re-measurements. Whoever gives it says whose it is, so its build is no longer in doubt.
    ///
    /// # Errors
    /// [`StoreError::Recording`] if it has not ended, [`StoreError::Deleted`] if it is no longer there, or if it cannot be written.
    /// Nothing is changed then.
    pub fn hand_over(&self, session: &SessionEntry, to: PersonId) -> Result<(), StoreError> {
        let _alone = lock(&self.folder)?;
        self.check_not_deleted(session)?;
        let sessions = self.with_remeasurements(session).map_err(self.failed())?;
        if let Some((_, id)) = sessions.iter().find(|(_, id)| self.is_in_use(id)) {
            return Err(StoreError::Recording { id: id.clone() });
        }
        let give = || {
            let transaction = self.database.unchecked_transaction()?;
            sessions.iter().try_for_each(|(key, id)| move_rows(&transaction, (*key, id), to))?;
            transaction.commit()
        };
        give().map_err(self.failed())
    }
}

fn move_rows(transaction: &Transaction, (key, id): (i64, &str), to: PersonId) -> rusqlite::Result<()> {
    transaction.execute(FULL_BENDS, params![id, to.0])?;
    transaction.execute(ANSWERS, params![id, to.0])?;
    transaction.execute("UPDATE sessions SET person = ?2, build_doubted = 0 WHERE id = ?1", params![id, to.0])?;
    let event = "INSERT INTO events (session, time_ns, kind, detail)
                 SELECT key, ifnull(last_ns, 0), ?2, ?3 FROM sessions WHERE key = ?1";
    transaction.execute(event, params![key, PERSON, GIVEN]).map(drop)
}
