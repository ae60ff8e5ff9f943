//! When a question was last asked, so that it is not asked too often.

use jiff::Timestamp as Moment;
use rusqlite::params;

use super::{Store, StoreError};

impl Store {
    /// Whether a question of this instrument was asked since then, answered or left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn was_asked(&self, instrument: &str, since: Moment) -> Result<bool, StoreError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM scores WHERE instrument = ?1 AND session IS NOT NULL AND given_ms >= ?2)";
        let found = self.database.query_row(sql, params![instrument, since.as_millisecond()], |row| row.get(0));
        found.map_err(self.failed())
    }
}
