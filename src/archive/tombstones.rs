//! The sessions that are no longer in an archive: only which and since when, for whoever has copied their rows elsewhere.

use std::collections::BTreeMap;

use jiff::Timestamp as Moment;

use super::error::ArchiveError;
use super::folder::ArchiveFolder;
use super::schema::ArchiveTable;
use super::table_file::{self, Fingerprints, TableFile, WriteError};
use crate::export::parquet::{Cell, RowSink};

const TABLE: ArchiveTable = ArchiveTable::Tombstones;

/// When each session was found to be gone, milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tombstones(BTreeMap<String, i64>);

impl Tombstones {
    /// Reads them; none if there is no file yet.
    pub(super) fn read(folder: &ArchiveFolder) -> Result<Self, ArchiveError> {
        let path = folder.only_file(TABLE);
        let mut found = BTreeMap::new();
        if !path.exists() {
            return Ok(Self(found));
        }
        let file = TableFile::open(&path, TABLE).map_err(|error| match error {
            ArchiveError::Damaged { path, cause } => ArchiveError::DamagedTombstones { path, cause },
            other => other,
        })?;
        file.each_group(&[], |group| {
            let Some((sessions, deleted)) = group.column("session").zip(group.column("deleted")) else { return Ok(()) };
            let pairs = sessions.cells().zip(deleted.cells());
            found.extend(pairs.filter_map(|(uid, moment)| Some((uid.as_text()?.to_owned(), moment.as_whole()?))));
            Ok::<_, ArchiveError>(())
        })?;
        Ok(Self(found))
    }

    /// The same with these sessions, gone since now, and without those that are back.
    pub(super) fn with<'u>(
        &self,
        gone: impl Iterator<Item = &'u String>,
        back: impl Fn(&str) -> bool,
        now: Moment,
    ) -> Self {
        let mut all = self.0.clone();
        for uid in gone {
            all.entry(uid.clone()).or_insert(now.as_millisecond());
        }
        all.retain(|uid, _| !back(uid));
        Self(all)
    }

    /// Whether a session is gone.
    pub(super) fn has(&self, uid: &str) -> bool {
        self.0.contains_key(uid)
    }

    /// Writes them.
    pub(super) fn write(&self, folder: &ArchiveFolder) -> Result<(), ArchiveError> {
        table_file::write(&folder.only_file(TABLE), TABLE, &Fingerprints::new(), |rows| {
            for (uid, deleted) in &self.0 {
                rows.add(|row| {
                    row.put("session", Cell::Text(uid));
                    row.put("deleted", Cell::Whole(*deleted));
                })?;
            }
            Ok::<_, WriteError>(())
        })
    }
}
