//! A session without what tells whose it is and when it was, in files of all formats, `.bendwise` among them.
//!
//! Kept: what was measured, the sets and drills, the repetitions, the times within the session, its pauses, how long timed sets were
//! held, what was asked of the measurement, which a re-measurement repeats, and the versions of program and networks. Not kept: name, notes, the source as it was
//! named, the video, id and uid; of the date only the year stays, as its first day, because a session has to have begun at some time.
//! In place of id and uid stands a pseudonym, the same whenever the session is exported, so that several files of it belong together. It begins
//! with the pseudonym of the person, which is random: only the store that the session is from says whose it is.

use jiff::Zoned;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::SessionExport;
use crate::store::{ANONYMOUS, Session, SessionEntry, anonymous_uid};

/// Number of hexadecimal digits in a pseudonym that people read.
const SHORT: usize = 8;

/// What stands in place of the id of a session: a pseudonym that people can read, of the person and of the session.
pub fn anonymous_id(entry: &SessionEntry) -> String {
    format!("{}-{}", entry.pseudonym, anonymous_uid(&entry.uid).chars().take(SHORT).collect::<String>())
}

/// The session without what tells whose it is and when it was.
pub fn anonymous_session(mut session: Session) -> Session {
    session.retain_wordless();
    let entry = &mut session.entry;
    entry.id = anonymous_id(entry);
    entry.uid = anonymous_uid(&entry.uid);
    ANONYMOUS.clone_into(&mut entry.source);
    (entry.name, entry.note, entry.video, entry.origin) = (None, None, None, None);
    entry.began = first_of_year(&entry.began);
    session
}

/// The moment at which a moment's year began, UTC.
fn first_of_year(moment: &Zoned) -> Zoned {
    let year = moment.with_time_zone(TimeZone::UTC).year();
    date(year, 1, 1).to_zoned(TimeZone::UTC).unwrap_or_default()
}

impl SessionExport<'_> {
    /// The [session](anonymous_session) without what tells whose it is and when it was.
    #[must_use]
    pub fn anonymous(self) -> Self {
        Self { session: anonymous_session(self.session), anonymous: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::export::{CsvDialect, ExportFormat, KeptSession};
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
        let anonymous = whole.export().anonymous();
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
    fn of_a_session_only_the_year_the_requests_and_what_was_held_stay() {
        let mut session = personal().session;
        let event = |kind: &str, detail: &str| (session.events[0].0, kind.to_owned(), detail.to_owned());
        let stay = [("request", "stand"), ("pause", "on"), ("pause", "off"), ("held", "28.5")];
        let words = [("pause", "Erika rang"), ("held", "by Erika"), ("cue", "deeper"), ("answer", "nrs-before 3")];
        let [stay, words] = [stay, words].map(|events| events.map(|(kind, detail)| event(kind, detail)));
        session.events.extend(stay.iter().chain(&words).cloned());
        (session.entry.video, session.entry.origin) = (Some("/home/erika/video.mp4".into()), Some("0123".to_owned()));
        let anonymous = anonymous_session(session.clone());
        assert_eq!(anonymous.events, stay);
        assert_eq!(anonymous.entry.began.to_string(), "2026-01-01T00:00:00+00:00[UTC]");
        assert!((&anonymous.entry.video, &anonymous.entry.origin) == (&None, &None));
        let told = format!("{anonymous:?}").to_lowercase();
        assert!(!told.contains("erika") && !told.contains(&session.entry.uid), "{told}");
        assert_eq!((anonymous.repetitions, anonymous.sets), (session.repetitions, session.sets));
    }

    #[test]
    fn a_session_has_one_pseudonym_and_two_have_two() {
        let id = |uid: &str| {
            let mut whole = session(Facing::Right);
            uid.clone_into(&mut whole.session.entry.uid);
            let entry = whole.export().anonymous().session.entry;
            assert!(crate::store::is_uid(&entry.uid));
            entry.id
        };
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
    }
}
