//! What a review has asked to be written, as long as it is not.

use anyhow::Result;

use crate::cli::background::PendingAnswer;
use crate::i18n::ReviewWords;
use crate::store::Session;

/// What is being written.
#[derive(Default)]
pub(super) struct PendingWrites {
    pub notes: Vec<PendingAnswer<Result<Session>>>,
    pub still: Option<PendingAnswer<Result<String>>>,
    pub video: Option<PendingAnswer<Result<String>>>,
}

impl PendingWrites {
    /// Whether anything is not written yet.
    pub(super) fn goes_on(&self) -> bool {
        !self.notes.is_empty() || self.still.is_some() || self.video.is_some()
    }

    /// What is being written, for whoever has to wait for it: of several what takes longest.
    pub(super) fn sentence<'w>(&self, words: &'w ReviewWords) -> Option<&'w str> {
        match self {
            Self { video: Some(_), .. } => Some(words.writing.as_str()),
            Self { still: Some(_), .. } => Some(words.writing_still.as_str()),
            Self { notes, .. } => (!notes.is_empty()).then_some(words.writing_note.as_str()),
        }
    }

    /// The files that were written since the last call, or why they could not be.
    pub(super) fn files(&mut self) -> Vec<Result<String>> {
        let done = |file: &mut Option<PendingAnswer<Result<String>>>| {
            let written = match file.as_ref()?.poll() {
                Ok(None) => return None,
                Ok(Some(written)) => written,
                Err(fault) => Err(fault),
            };
            *file = None;
            Some(written)
        };
        [&mut self.still, &mut self.video].into_iter().filter_map(done).collect()
    }

    /// The session with the notes that were kept since the last call, or why they could not be.
    pub(super) fn kept_notes(&mut self) -> Vec<Result<Session>> {
        let mut done = Vec::new();
        self.notes.retain(|note| match note.poll() {
            Ok(None) => true,
            Ok(Some(kept)) => {
                done.push(kept);
                false
            }
            Err(fault) => {
                done.push(Err(fault));
                false
            }
        });
        done
    }
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;
    use crate::i18n::{Language, Words};

    #[test]
    fn whoever_waits_is_told_what_is_being_written() {
        let words = Words::read(Language::English).unwrap().review;
        let mut writing = PendingWrites::default();
        assert_eq!(writing.sentence(&words), None);
        writing.notes.push(PendingAnswer::ready(Err(anyhow!("nobody reads it"))));
        assert_eq!(writing.sentence(&words), Some("Keeping the note"));
        writing.still = Some(PendingAnswer::ready(Ok(String::new())));
        assert_eq!(writing.sentence(&words), Some("Writing the still"));
        writing.video = Some(PendingAnswer::ready(Ok(String::new())));
        assert_eq!(writing.sentence(&words), Some("Writing the video"));
    }
}
