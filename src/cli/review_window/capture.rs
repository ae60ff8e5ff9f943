//! Exports from a review: a still picture, or a repetition as a video.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use image::RgbImage;

use crate::atomic_file::AtomicFile;
use crate::cli::annotation::Annotation;
use crate::cli::background::Wanted;
use crate::i18n::Words;
use crate::review::SessionPlayer;
use crate::review::kept_frame::KeptFrames;
use crate::source::Timestamp;
use crate::store::Session;
use crate::store::sample::Sample;

/// The most files with the same name.
const MOST_FILES: u32 = 1000;

/// Formats a time for use in a file name.
pub(super) fn stamp(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}m{:02}s{:03}", seconds / 60, seconds % 60, time.subsec_millis())
}

/// Writes what is shown to a PNG file and returns its name.
pub(super) fn still(shown: &RgbImage, name: &str) -> Result<String> {
    let path = unused_path(name, "png")?;
    let mut file = AtomicFile::create(&path)?;
    let mut png = std::io::Cursor::new(Vec::new());
    shown.write_to(&mut png, image::ImageFormat::Png)?;
    std::io::Write::write_all(&mut file, png.get_ref()).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(path.display().to_string())
}

/// What is shown before and after a repetition.
const MARGIN: Duration = Duration::from_millis(400);

/// What a video of a repetition needs of its session.
pub(super) struct RepetitionFrames {
    session: Session,
    samples: Vec<Sample>,
    player: Option<SessionPlayer>,
}

impl RepetitionFrames {
    /// Reads it.
    ///
    /// # Errors
    /// If the samples cannot be read.
    pub(super) fn read(frames: &KeptFrames<'_>, number: usize) -> Result<Self> {
        let session = frames.session.clone();
        let repetition = session.repetitions.get(number).map(|kept| kept.repetition).unwrap_or_default();
        let (start, end) = (repetition.start.since(Timestamp::default()), repetition.end.since(Timestamp::default()));
        let (from, to) = (Timestamp::new(start.saturating_sub(MARGIN)), Timestamp::new(end + MARGIN));
        Ok(Self { session, samples: frames.samples().within(from, to)?, player: frames.player_twin() })
    }
}

/// Writes a repetition as the window shows it but for faces, with a margin before and after, and returns the file's name.
///
/// # Errors
/// If it cannot be written, or is not wanted any more: then nothing is left of it.
pub(super) fn video(part: RepetitionFrames, number: usize, words: &Arc<Words>, wanted: &Wanted) -> Result<String> {
    let RepetitionFrames { session, samples, player } = part;
    let path = unused_path(&format!("{} repetition {}", session.entry.id, number + 1), "mp4")?;
    let mut annotation = Annotation::create(&path, Arc::clone(words), false)?;
    let mut kept_frames = KeptFrames::new(session, &samples, player)?;
    for frame in 0..samples.len() {
        if !wanted.is_wanted() {
            bail!("The video was left before it was written");
        }
        if let Some(scene) = kept_frames.scene(frame) {
            annotation.record(scene)?;
        }
    }
    annotation.finish()?;
    Ok(path.display().to_string())
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
