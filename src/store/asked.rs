//! When a question was last asked, so that it is not asked too often.

use jiff::Timestamp as Moment;
use rusqlite::params;

use super::{PersonId, Store, StoreError};

impl Store {
    /// Whether a person was asked a question of this instrument since then, answered or left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn was_asked(&self, person: PersonId, instrument: &str, since: Moment) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM scores
                            WHERE person = ?1 AND instrument = ?2 AND session IS NOT NULL AND given_ms >= ?3)";
        let row = params![person.0, instrument, since.as_millisecond()];
        let found = self.database.query_row(sql, row, |row| row.get(0));
        found.map_err(self.failed())
    }
}
