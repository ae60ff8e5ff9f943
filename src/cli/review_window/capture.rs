//! What is taken out of a review: a still, a repetition as a video.

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

/// More files of one name nobody has.
const MOST: u32 = 1000;

/// A moment as it can stand in a file's name.
pub(super) fn stamp(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:02}m{:02}s{:03}", seconds / 60, seconds % 60, time.subsec_millis())
}

/// Writes what is on the canvas; gives the file's name.
pub(super) fn still(canvas: &Canvas, name: &str) -> Result<String> {
    let path = free(name, "png")?;
    let mut file = AtomicFile::create(&path)?;
    let mut png = std::io::Cursor::new(Vec::new());
    picture(canvas).write_to(&mut png, image::ImageFormat::Png)?;
    std::io::Write::write_all(&mut file, png.get_ref()).map_err(|cause| file.failed(cause))?;
    file.finish()?;
    Ok(path.display().to_string())
}

/// Writes a repetition as the window shows it, a moment before and after it; gives the file's name.
pub(super) fn video(
    whole: Arc<KeptSession>,
    number: usize,
    kept: &StoredRepetition,
    words: &Arc<Words>,
) -> Result<String> {
    const AIR: Duration = Duration::from_millis(400);
    let path = free(&format!("{} repetition {}", whole.session.entry.id, number + 1), "mp4")?;
    let mut annotation = Annotation::create(&path, Arc::clone(words))?;
    let (start, end) = (kept.repetition.start, kept.repetition.end);
    let wanted = |time: crate::source::Timestamp| start.since(time) <= AIR && time.since(end) <= AIR;
    let frames: Vec<usize> =
        whole.samples.iter().enumerate().filter(|(_, sample)| wanted(sample.time)).map(|(at, _)| at).collect();
    let player = session_player::open(&whole);
    let mut again = KeptFrames::new(whole, player);
    for frame in frames {
        if let Some(scene) = again.scene(frame) {
            annotation.record(&scene)?;
        }
    }
    annotation.finish()?;
    Ok(path.display().to_string())
}

/// What became of a video; a panic in its thread is a fault like any other.
pub(super) fn finished(writing: JoinHandle<Result<String>>) -> Result<String> {
    writing
        .join()
        .unwrap_or_else(|_| Err(anyhow!("A fault in bendwise itself ended the video: report this with what you did")))
}

/// A name in this folder that no file has.
fn free(name: &str, ending: &str) -> Result<PathBuf> {
    let named = |number: u32| match number {
        0 => format!("{name}.{ending}"),
        _ => format!("{name} ({number}).{ending}"),
    };
    match (0..MOST).map(named).find(|name| !Path::new(name).exists()) {
        Some(name) => Ok(PathBuf::from(name)),
        None => bail!("There are too many files called {name}: tidy this folder up"),
    }
}
