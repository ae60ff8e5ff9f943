//! A session that a run is asked for.

use crate::store::SessionEntry;

/// The session, and checksums by which is known whether it has changed.
#[derive(Clone, Debug)]
pub(super) struct DueSession {
    pub entry: SessionEntry,
    /// Of what its rows are made of. `None` if the archive has none of them, and they are to be in files of their own: then it is made
    /// with them, as that reads the session once and not twice.
    pub fingerprint: Option<String>,
    /// Of what its bundle is made of; `None` if none is wanted.
    pub bundle: Option<String>,
}
