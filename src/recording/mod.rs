//! The video of a kept session: the camera's pictures as H.264, in fragments of about a second.
//!
//! Encoding has a thread of its own and a short queue: when it cannot keep up, pictures are dropped and counted; the
//! measurement never waits. (Of a recording none is dropped: there the queue is waited for.) Which frames have their picture in
//! the video is kept with the samples: the nth of those is its nth picture.

mod encoder_thread;
mod fragment;
pub(crate) mod fragmented_mp4;
pub mod mp4_writer;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

pub use encoder_thread::{EncoderThread, Size};
pub use fragmented_mp4::FilmError;

/// The video's name in its session's folder.
pub const FILE: &str = "video.mp4";

/// Cuts a video that broke off after its last whole fragment. Gives whether there is any; one without is removed.
///
/// # Errors
/// When the file cannot be read or written.
pub fn mend(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    match fragment::whole(&mut file, length)? {
        Some(end) => {
            if end < length {
                OpenOptions::new().write(true).open(path)?.set_len(end)?;
            }
            Ok(true)
        }
        None => fs::remove_file(path).map(|()| false),
    }
}
