//! The video of a kept session, for those who show it.

use super::exit;
use crate::export::KeptSession;
use crate::review::SessionPlayer;

/// The video of a session, where it has one that plays. Why it does not is said.
pub(super) fn open(session: &KeptSession) -> Option<SessionPlayer> {
    let warn = |fault: &_| exit::tell(&format!("The session is shown without its video: {fault}"));
    SessionPlayer::of(session).transpose().inspect_err(warn).ok().flatten()
}
