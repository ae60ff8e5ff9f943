//! What the window of a session tells for a while beside what goes on. The time of a notice runs only while it can be read: what comes
//! up in a pause is told after it.

use std::mem::discriminant;
use std::time::{Duration, Instant};

use crate::i18n::Words;

/// How long a notice is shown: long enough to be read on the way up from a bend.
const NEWS_TIME: Duration = Duration::from_secs(10);

/// How long the volume is shown.
const VOLUME_TIME: Duration = Duration::from_secs(3);

/// The most that counts from one look to the next: a window that stood still meanwhile may not have shown it. [own]
const LONGEST_LOOK: Duration = Duration::from_millis(250);

/// A notice; of several the first is shown first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Notice {
    /// How loud it is now: the answer to a key.
    Volume(String),
    /// The session is no longer kept.
    Unkept,
    /// The computer is slow, and goes on with a simpler network.
    Simplified,
    /// The camera sends too few pictures.
    FewPictures,
    /// The computer is slower than the recording.
    Behind,
    /// What cannot be heard any more.
    Unheard(String),
}

impl Notice {
    fn sentence<'t>(&'t self, words: &'t Words) -> &'t str {
        let state = &words.state;
        match self {
            Self::Volume(sentence) | Self::Unheard(sentence) => sentence,
            Self::Unkept => &state.unkept,
            Self::Simplified => &state.simplified,
            Self::FewPictures => &state.slow,
            Self::Behind => &state.behind,
        }
    }
}

/// The notices that have not been shown for their time yet.
#[derive(Debug, Default)]
pub(super) struct NoticeBoard {
    /// In order, each with what is left of its time.
    open: Vec<(Notice, Duration)>,
    /// What was told once and is not told again.
    told: Vec<Notice>,
    looked: Option<Instant>,
}

impl NoticeBoard {
    /// Tells this, once in a session.
    pub(super) fn tell(&mut self, notice: Notice) {
        if !self.told.contains(&notice) {
            self.told.push(notice.clone());
            self.put(notice, NEWS_TIME);
        }
    }

    /// Tells how loud it is now, in place of how loud it was.
    pub(super) fn tell_volume(&mut self, sentence: String) {
        let volume = Notice::Volume(sentence);
        self.open.retain(|(open, _)| discriminant(open) != discriminant(&volume));
        self.put(volume, VOLUME_TIME);
    }

    fn put(&mut self, notice: Notice, time: Duration) {
        self.open.push((notice, time));
        self.open.sort();
    }

    /// Lets the time of the first notice run from the last look until now, if it can be read.
    pub(super) fn pass(&mut self, now: Instant, is_read: bool) {
        let looked = self.looked.replace(now).unwrap_or(now);
        let passed = now.saturating_duration_since(looked).min(LONGEST_LOOK);
        if let Some((_, left)) = self.open.first_mut().filter(|_| is_read) {
            *left = left.saturating_sub(passed);
        }
        self.open.retain(|(_, left)| !left.is_zero());
    }

    /// The sentence of the first notice, if there is one.
    pub(super) fn sentence<'t>(&'t self, words: &'t Words) -> Option<&'t str> {
        self.open.first().map(|(notice, _)| notice.sentence(words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    /// A board that is looked at every tenth of a second.
    struct WatchedBoard {
        board: NoticeBoard,
        now: Instant,
        words: Words,
    }

    impl WatchedBoard {
        fn new() -> Self {
            let words = Words::read(Language::English).unwrap();
            Self { board: NoticeBoard::default(), now: Instant::now(), words }
        }

        /// What stands there after so many seconds in which it can be read, or not.
        fn after(&mut self, seconds: u32, is_read: bool) -> Option<String> {
            for _ in 0..10 * seconds {
                self.now += Duration::from_millis(100);
                self.board.pass(self.now, is_read);
            }
            self.board.sentence(&self.words).map(str::to_owned)
        }
    }

    #[test]
    fn what_comes_up_in_a_pause_is_told_after_it_for_its_whole_time() {
        let mut watched = WatchedBoard::new();
        let unkept = Some(watched.words.state.unkept.clone());
        watched.board.tell(Notice::Unkept);
        assert_eq!(watched.after(60, false), unkept, "nobody can read it in a pause");
        assert_eq!(watched.after(9, true), unkept);
        assert_eq!(watched.after(60, false), unkept, "a second is left of it");
        assert_eq!(watched.after(2, true), None);
        watched.board.tell(Notice::Unkept);
        assert_eq!(watched.after(0, true), None, "it is told once");
    }

    #[test]
    fn each_notice_has_its_own_time_and_the_answer_to_a_key_comes_first() {
        let mut watched = WatchedBoard::new();
        let sentences = [&watched.words.state.unkept, &watched.words.state.behind];
        let [unkept, behind] = sentences.map(|sentence| Some(sentence.clone()));
        for notice in [Notice::Unheard("silent".to_owned()), Notice::Behind, Notice::Unkept] {
            watched.board.tell(notice);
        }
        assert_eq!(watched.after(5, true), unkept);
        watched.board.tell_volume("off".to_owned());
        watched.board.tell_volume("on".to_owned());
        assert_eq!(watched.after(2, true).as_deref(), Some("on"));
        assert_eq!(watched.after(2, true), unkept, "of the volume only the newest counts");
        assert_eq!(watched.after(5, true), behind);
        assert_eq!(watched.after(10, true).as_deref(), Some("silent"));
        assert_eq!(watched.after(10, true), None);
    }

    #[test]
    fn a_window_that_stood_still_has_shown_nothing_meanwhile() {
        let mut watched = WatchedBoard::new();
        watched.board.tell(Notice::Simplified);
        watched.board.pass(watched.now, true);
        watched.now += Duration::from_secs(60);
        assert!(watched.after(1, true).is_some());
    }
}
