//! A stored session with all of its samples, for tests.

use super::SessionExport;
use crate::store::Session;
use crate::store::sample::Sample;

/// A stored session with its samples.
#[derive(Clone, Debug)]
pub(crate) struct KeptSession {
    /// The session without its samples.
    pub session: Session,
    /// Its samples, in order.
    pub samples: Vec<Sample>,
}

impl KeptSession {
    /// An export of it.
    pub(super) fn export(&self) -> SessionExport<'_> {
        SessionExport::new(self.session.clone(), &self.samples)
    }
}
