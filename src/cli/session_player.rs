//! Opens the video of a kept session.

use super::exit;
use crate::review::SessionPlayer;
use crate::store::{SampleSource, SessionEntry, StoreError};

/// The player of a session's video, if it has one. Warns if the video cannot be played.
///
/// # Errors
/// If the samples cannot be read.
pub(super) fn open(entry: &SessionEntry, samples: &dyn SampleSource) -> Result<Option<SessionPlayer>, StoreError> {
    let Some(video) = entry.video.as_deref() else { return Ok(None) };
    let warn = |fault: &_| exit::report(&format!("The session is shown without its video: {fault}"));
    Ok(SessionPlayer::open(video, samples)?.inspect_err(warn).ok())
}
