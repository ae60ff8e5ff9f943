//! Opens the video of a kept session.

use super::exit;
use crate::export::KeptSession;
use crate::review::SessionPlayer;

/// The player of a session's video, if it has one. Warns if the video cannot be played.
pub(super) fn open(session: &KeptSession) -> Option<SessionPlayer> {
    let warn = |fault: &_| exit::report(&format!("The session is shown without its video: {fault}"));
    SessionPlayer::of(session).transpose().inspect_err(warn).ok().flatten()
}
