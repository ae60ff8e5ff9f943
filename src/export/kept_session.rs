//! All that is kept of a session, read from the store.

use crate::geometry::Measurement;
use crate::store::sample::Sample;
use crate::store::{Session, SessionEntry, Store, StoreError};

/// All that is kept of a session.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// All but its samples.
    pub session: Session,
    /// Its samples, in their order.
    pub samples: Vec<Sample>,
}

impl KeptSession {
    /// Reads a session.
    ///
    /// # Errors
    /// When the database cannot be read, or a block in it is damaged.
    pub fn read(store: &Store, entry: &SessionEntry) -> Result<Self, StoreError> {
        Ok(Self { session: store.session(entry)?, samples: store.samples(entry)? })
    }

    /// Every sample with what was measured in it.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Sample, Measurement)> {
        self.samples.iter().map(|sample| (sample, sample.measurement(self.session.standing(sample.time))))
    }
}
