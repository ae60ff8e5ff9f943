//! Exports from a review: a still picture, or a repetition as a video.

use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};
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
use crate::visible::visible;

/// The most files with the same name.
const MOST_FILES: u32 = 1000;

/// Formats a time for use in a file name.
pub(super) fn stamp(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}m{:02}s{:03}", seconds / 60, seconds % 60, time.subsec_millis())
}

/// Writes what is shown to a PNG file and returns where it is.
pub(super) fn still(shown: &RgbImage, name: &str) -> Result<String> {
    let path = unused_path(name, "png")?;
    let mut file = AtomicFile::create(&path)?;
    let mut png = std::io::Cursor::new(Vec::new());
    shown.write_to(&mut png, image::ImageFormat::Png)?;
    std::io::Write::write_all(&mut file, png.get_ref()).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(place(&path))
}

/// Where a file lies, as it is told in the window: below the home folder as `~`, and of a long way the middle left out.
fn place(path: &Path) -> String {
    let home = directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned());
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    visible(&shortened(&whole, home.as_deref()))
}

/// The most letters of a way that is told whole.
const LONGEST: usize = 60;

fn shortened(path: &Path, home: Option<&Path>) -> String {
    let below = home.and_then(|home| path.strip_prefix(home).ok()).map(|below| Path::new("~").join(below));
    let path = below.unwrap_or_else(|| path.to_owned());
    let whole = path.display().to_string();
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    match parts.as_slice() {
        [first, _, .., folder, name] if whole.chars().count() > LONGEST => {
            let first = if first == MAIN_SEPARATOR_STR { "" } else { first };
            [first, "…", folder, name].join(MAIN_SEPARATOR_STR)
        }
        _ => whole,
    }
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

/// Writes a repetition as the window shows it but for faces, with a margin before and after, and returns where it is.
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
    Ok(place(&path))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn whoever_reads_what_was_written_knows_where_to_look() {
        let told = |path: &str| shortened(Path::new(path), Some(Path::new("/home/ada")));
        assert_eq!(told("/home/ada/still.png"), "~/still.png");
        assert_eq!(told("/srv/films/still.png"), "/srv/films/still.png");
        let name = "2026-11-22-1805 00m20s000.png";
        let below = format!("/home/ada/Documents/patients/november/left knee and right hip/{name}");
        assert_eq!(told(&below), format!("~/…/left knee and right hip/{name}"));
        let elsewhere = format!("/srv/a folder with a long name/another folder with one/stills/{name}");
        assert_eq!(told(&elsewhere), format!("/…/stills/{name}"));
        assert!(place(Path::new("still.png")).ends_with("still.png") && place(Path::new("still.png")).len() > 10);
    }
}
