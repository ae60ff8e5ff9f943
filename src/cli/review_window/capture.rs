//! Exports from a review: a still picture, or a repetition as a video.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use crate::atomic_file::AtomicFile;
use crate::cli::annotation::{Annotation, picture};
use crate::cli::session_player;
use crate::export::KeptSession;
use crate::i18n::Words;
use crate::review::kept_frame::KeptFrames;
use crate::screen::canvas::Canvas;
use crate::store::StoredRepetition;

/// The most files with the same name.
const MOST_FILES: u32 = 1000;

/// Formats a time for use in a file name.
pub(super) fn stamp(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}m{:02}s{:03}", seconds / 60, seconds % 60, time.subsec_millis())
}

/// Writes the canvas to a PNG file and returns its name.
pub(super) fn still(canvas: &Canvas, name: &str) -> Result<String> {
    let path = unused_path(name, "png")?;
    let mut file = AtomicFile::create(&path)?;
    let mut png = std::io::Cursor::new(Vec::new());
    picture(canvas).write_to(&mut png, image::ImageFormat::Png)?;
    std::io::Write::write_all(&mut file, png.get_ref()).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(path.display().to_string())
}

/// Writes a repetition as the window shows it, with a margin before and after, and returns the file's name.
pub(super) fn video(
    whole: Arc<KeptSession>,
    number: usize,
    kept: &StoredRepetition,
    words: &Arc<Words>,
) -> Result<String> {
    const MARGIN: Duration = Duration::from_millis(400);
    let path = unused_path(&format!("{} repetition {}", whole.session.entry.id, number + 1), "mp4")?;
    let mut annotation = Annotation::create(&path, Arc::clone(words))?;
    let (start, end) = (kept.repetition.start, kept.repetition.end);
    let wanted = |time: crate::source::Timestamp| start.since(time) <= MARGIN && time.since(end) <= MARGIN;
    let frames: Vec<usize> =
        whole.samples.iter().enumerate().filter(|(_, sample)| wanted(sample.time)).map(|(at, _)| at).collect();
    let player = session_player::open(&whole);
    let mut kept_frames = KeptFrames::new(whole, player);
    for frame in frames {
        if let Some(scene) = kept_frames.scene(frame) {
            annotation.record(&scene)?;
        }
    }
    annotation.finish()?;
    Ok(path.display().to_string())
}

/// The outcome of a video export; a panic in its thread is an error like any other.
pub(super) fn finished(writing: JoinHandle<Result<String>>) -> Result<String> {
    writing
        .join()
        .unwrap_or_else(|_| Err(anyhow!("A fault in bendwise itself ended the video: report this with what you did")))
}

/// An unused file name in the current folder.
fn unused_path(name: &str, extension: &str) -> Result<PathBuf> {
    let named = |number: u32| match number {
        0 => format!("{name}.{extension}"),
        _ => format!("{name} ({number}).{extension}"),
    };
    match (0..MOST_FILES).map(named).find(|name| !Path::new(name).exists()) {
        Some(name) => Ok(PathBuf::from(name)),
        None => bail!("There are too many files called {name}: tidy this folder up"),
    }
}
