//! What a review has asked to be written, as long as it is not.

use anyhow::Result;

use crate::cli::background::PendingAnswer;
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
