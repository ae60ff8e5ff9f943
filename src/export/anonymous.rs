//! A session without what tells whose it is and when it was.
//!
//! Kept: what was measured, the sets and drills, the repetitions, the times within the session, the versions of program
//! and networks. Not kept: name, notes, the source as it was named, the date, id and uid. In place of these stands a pseudonym, the same
//! whenever the session is exported, so that several files of it belong together.

use sha2::{Digest, Sha256};

use super::KeptSession;
use crate::store::Session;

/// The source of an anonymous session.
pub(super) const SOURCE: &str = "anonymous";

/// Number of bytes of a uid.
const UID: usize = 16;

/// Number of hexadecimal digits in a pseudonym that people read.
const SHORT: usize = 8;

/// What stands in place of a uid: it cannot be turned back into that, which is random.
pub(super) fn pseudonym(uid: &str) -> String {
    hex(&Sha256::digest(format!("bendwise anonymous {uid}"))[..UID])
}

/// What stands in place of the id of the session with this uid: a pseudonym that people can read.
pub fn anonymous_id(uid: &str) -> String {
    format!("{SOURCE}-{}", pseudonym(uid).chars().take(SHORT).collect::<String>())
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl KeptSession {
    /// The session without what tells whose it is and when it was.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        let Session { entry, events, .. } = &mut self.session;
        entry.id = anonymous_id(&entry.uid);
        entry.uid = pseudonym(&entry.uid);
        SOURCE.clone_into(&mut entry.source);
        (entry.name, entry.note, entry.video, entry.origin) = (None, None, None, None);
        events.clear();
        self.anonymous = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::export::{CsvDialect, ExportFormat};
    use crate::spine::Facing;

    fn personal() -> KeptSession {
        let mut whole = session(Facing::Right);
        let entry = &mut whole.session.entry;
        entry.source = "/home/erika/Erika Mustermann.mp4".to_owned();
        (entry.name, entry.note) = (Some("Erika".to_owned()), Some("Erika's first".to_owned()));
        whole.session.events.push((whole.samples[1].time, "note".to_owned(), "Erika limps".to_owned()));
        whole
    }

    #[test]
    fn no_file_of_an_anonymous_session_tells_whose_it_is_or_when_it_was() {
        let whole = personal();
        let (uid, began) = (whole.session.entry.uid.clone(), whole.session.entry.began.timestamp().as_millisecond());
        let anonymous = whole.anonymous();
        for format in ExportFormat::all() {
            let mut out = Vec::new();
            for file in anonymous.files(format, CsvDialect::Standard).into_iter().flatten() {
                file.write(&mut out).unwrap();
            }
            let text = String::from_utf8_lossy(&out).to_lowercase();
            for told in ["erika", "/home", "2026-11-22", uid.as_str()] {
                assert!(!text.contains(told), "{format:?} has {told}");
            }
            assert!(!out.windows(8).any(|bytes| bytes == began.to_le_bytes()), "{format:?}");
        }
    }

    #[test]
    fn a_session_has_one_pseudonym_and_two_have_two() {
        let id = |uid: &str| {
            let mut whole = session(Facing::Right);
            uid.clone_into(&mut whole.session.entry.uid);
            let entry = whole.anonymous().session.entry;
            assert_eq!(entry.uid.len(), 2 * UID);
            entry.id
        };
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
    }
}
