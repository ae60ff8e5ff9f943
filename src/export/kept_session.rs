//! A stored session with its samples.

use crate::geometry::Measurement;
use crate::store::sample::Sample;
use crate::store::{Session, SessionEntry, Store, StoreError};

/// A stored session with its samples.
#[derive(Clone, Debug)]
pub struct KeptSession {
    /// The session without its samples.
    pub session: Session,
    /// Its samples, in order.
    pub samples: Vec<Sample>,
    /// Whether it is without what tells whose it is and when it was.
    pub(super) anonymous: bool,
}

impl KeptSession {
    /// Reads a session.
    ///
    /// # Errors
    /// If the database cannot be read, or a block in it is damaged.
    pub fn read(store: &Store, entry: &SessionEntry) -> Result<Self, StoreError> {
        Ok(Self { session: store.session(entry)?, samples: store.samples(entry)?, anonymous: false })
    }

    /// Every sample with its measurement.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Sample, Measurement)> {
        self.samples.iter().map(|sample| (sample, sample.measurement(self.session.standing(sample.time))))
    }
}
