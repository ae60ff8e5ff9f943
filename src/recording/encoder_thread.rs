//! The thread that films: it gets pictures by a short queue, makes them small and gives them to the reel.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use image::RgbImage;

use super::fragmented_mp4::{FilmError, FragmentedMp4Writer};
use crate::source::pixels::scaled;
use crate::source::{Frame, Timestamp};

/// Pictures that may wait: a tenth of a second of them, and memory for no more.
const QUEUE: usize = 4;

/// Width of a small video, pixels.
const SMALL: u32 = 640;

/// How large a video is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 640 pixels wide, or as wide as the picture if that is less.
    Small,
    /// As the camera's picture.
    Full,
}

/// Films a session.
#[derive(Debug)]
pub struct EncoderThread {
    pictures: SyncSender<(Arc<RgbImage>, Timestamp)>,
    /// Whether a full queue is waited for.
    waits: bool,
    thread: JoinHandle<Result<(), FilmError>>,
    last: Option<Timestamp>,
    dropped: u64,
}

impl EncoderThread {
    /// Begins to film into a new file.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(path: PathBuf, size: Size, waits: bool) -> io::Result<Self> {
        let (pictures, taken) = sync_channel(QUEUE);
        let thread = thread::Builder::new().name("film".into()).spawn(move || film(&path, size, &taken))?;
        Ok(Self { pictures, waits, thread, last: None, dropped: 0 })
    }

    /// Takes the picture of a frame. Gives whether it will be in the video: not where there is no time to encode it, and
    /// not where the video has come to its end.
    pub fn take(&mut self, frame: &Frame) -> bool {
        if self.last.is_some_and(|last| frame.time <= last) {
            return false;
        }
        let picture = (Arc::clone(&frame.picture), frame.time);
        let taken = if self.waits {
            self.pictures.send(picture).is_ok()
        } else {
            let sent = self.pictures.try_send(picture);
            self.dropped += u64::from(matches!(sent, Err(TrySendError::Full(_))));
            sent.is_ok()
        };
        if taken {
            self.last = Some(frame.time);
        }
        taken
    }

    /// Whether the video has come to its end before its time; [`EncoderThread::finish`] tells why.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Pictures that there was no time to encode, so far.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Ends the video and waits until it is whole.
    ///
    /// # Errors
    /// What kept it from being written, if anything did.
    pub fn finish(self) -> Result<(), FilmError> {
        drop(self.pictures);
        self.thread.join().unwrap_or(Err(FilmError::Fault))
    }
}

fn film(path: &Path, size: Size, pictures: &Receiver<(Arc<RgbImage>, Timestamp)>) -> Result<(), FilmError> {
    let Ok((first, time)) = pictures.recv() else { return Ok(()) };
    let mut reel = FragmentedMp4Writer::create(path, filmed(first.dimensions(), size))?;
    reel.write(&fitted(&first, reel.size()), time)?;
    for (picture, time) in pictures {
        reel.write(&fitted(&picture, reel.size()), time)?;
    }
    reel.finish()
}

/// The size of the video of pictures of this size; H.264 wants even sides.
fn filmed((width, height): (u32, u32), size: Size) -> (u32, u32) {
    let wide = if size == Size::Small { width.min(SMALL) } else { width };
    let high = (u64::from(height) * u64::from(wide) / u64::from(width.max(1))) as u32;
    ((wide & !1).max(16), (high & !1).max(16))
}

fn fitted(picture: &Arc<RgbImage>, (width, height): (u32, u32)) -> Arc<RgbImage> {
    match picture.dimensions() {
        size if size == (width, height) => Arc::clone(picture),
        _ => Arc::new(scaled(picture, (width, height))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn frame(milliseconds: u64) -> Frame {
        Frame {
            picture: Arc::new(RgbImage::new(32, 32)),
            time: Timestamp::new(Duration::from_millis(milliseconds)),
            captured_at: Instant::now(),
            number: 0,
        }
    }

    #[test]
    fn pictures_that_nobody_has_time_for_are_dropped_and_counted_and_nothing_waits() {
        let (pictures, taken) = sync_channel(QUEUE);
        let thread = thread::spawn(|| Ok(()));
        let mut camera = EncoderThread { pictures, waits: false, thread, last: None, dropped: 0 };
        let in_video: Vec<bool> = (1..8).map(|time| camera.take(&frame(time))).collect();
        assert_eq!(in_video, [true, true, true, true, false, false, false]);
        assert_eq!(camera.dropped(), 3);
        taken.recv().unwrap();
        assert!(!camera.take(&frame(4)), "of one time there is one picture");
        assert!(camera.take(&frame(9)));
        drop(taken);
        assert!(!camera.take(&frame(10)));
        assert_eq!(camera.dropped(), 3, "a video that is over drops nothing for want of time");
    }

    #[test]
    fn a_small_video_is_640_wide_with_even_sides() {
        assert_eq!(filmed((1280, 720), Size::Small), (640, 360));
        assert_eq!(filmed((1768, 994), Size::Small), (640, 358));
        assert_eq!(filmed((320, 241), Size::Small), (320, 240));
        assert_eq!(filmed((1281, 721), Size::Full), (1280, 720));
    }

    #[test]
    fn a_place_that_cannot_be_written_to_ends_the_video_with_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let mut camera = EncoderThread::start(folder.path().join("no/such/folder/a.mp4"), Size::Full, true).unwrap();
        camera.take(&frame(0));
        let told = camera.finish().unwrap_err().to_string();
        assert!(told.contains("a.mp4 cannot be written"), "{told}");
    }
}
