//! Why a session cannot be exported.

use std::io;

use super::stretches::FEWEST_ROWS;
use crate::store::StoreError;

/// A session cannot be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] StoreError),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] io::Error),
    /// There is no stretch that a motion can be read from.
    #[error(
        "{session} has no motion: {measured} of its {frames} frames were measured, never {FEWEST_ROWS} in a row, the fewest \
         that a motion is made of (mostly, {why}). Export it as csv, which says of each frame why it was not measured"
    )]
    NoMotion {
        /// The id of the session.
        session: String,
        /// The number of frames that were measured.
        measured: u64,
        /// The number of frames.
        frames: u64,
        /// What was in the way in most of the others.
        why: &'static str,
    },
}
