//! A stored session with its samples.

use crate::store::sample::Sample;
use crate::store::{Session, SessionEntry, Store, StoreError};

/// A stored session with its samples.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// The session without its samples.
    pub session: Session,
    /// Its samples, in order.
    pub samples: Vec<Sample>,
}

impl KeptSession {
    /// Reads a session.
    ///
    /// # Errors
    /// If the database cannot be read, or a block in it is damaged.
    pub fn read(store: &Store, entry: &SessionEntry) -> Result<Self, StoreError> {
        Ok(Self { session: store.session(entry)?, samples: store.samples(entry)? })
    }
}

#[cfg(test)]
impl KeptSession {
    /// An export of it.
    pub(super) fn export(&self) -> super::SessionExport<'_> {
        super::SessionExport::new(self.session.clone(), &self.samples)
    }
}
