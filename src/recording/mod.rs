//! The video of a kept session: the camera's pictures as H.264, in fragments of about a second.
//!
//! Encoding runs on its own thread with a short queue. If it cannot keep up, pictures are dropped and counted; the
//! measurement never waits. (When measuring a recording, none is dropped: the measurement waits for the queue.) The
//! samples record which frames have their picture in the video: the nth of those is its nth picture.

mod encoder_thread;
mod fragment;
pub(crate) mod fragmented_mp4;
pub mod mp4_writer;
mod piece_file;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

pub use encoder_thread::{EncoderThread, Size};
pub use fragmented_mp4::RecordingError;
pub use piece_file::{PAUSE, TRIED};

/// The name of the video in the session's folder.
pub const FILE: &str = "video.mp4";

/// Truncates an interrupted video after its last complete fragment. Returns whether there is one; a video without any
/// is removed.
///
/// # Errors
/// If the file cannot be read or written.
pub fn recover(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    match fragment::last_complete(&mut file, length)? {
        Some(end) => {
            if end < length {
                OpenOptions::new().write(true).open(path)?.set_len(end)?;
            }
            Ok(true)
        }
        None => fs::remove_file(path).map(|()| false),
    }
}

/// Whether the video at this path has this length, bytes, and whole fragments to its end: then it is what was written there, or a copy
/// that is as good. One that cannot be looked at is taken for that: only what is missing, or is another one, is to be told.
fn is_as_written(path: &Path, length: u64) -> bool {
    let look = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        Ok(file.metadata()?.len() == length && fragment::last_complete(&mut file, length)? == Some(length))
    };
    look().unwrap_or_else(|cause| !matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
