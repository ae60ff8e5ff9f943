//! The encoder thread: receives pictures through a short queue, scales them and writes them to the video.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

use euclid::{Box2D, UnknownUnit};
use image::RgbImage;

use super::fragmented_mp4::{FragmentedMp4Writer, RecordingError};
use crate::source::pixels::{pixelate, scaled};
use crate::source::{Frame, Timestamp};

/// The most pictures in the queue: a tenth of a second, which limits the memory.
const QUEUE: usize = 4;

/// Width of a small video, pixels.
const SMALL: u32 = 640;

/// The size of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 640 pixels wide, or as wide as the picture if that is less.
    Small,
    /// The size of the camera's picture.
    Full,
}

/// A picture on its way into the video.
#[derive(Debug)]
struct QueuedPicture {
    picture: Arc<RgbImage>,
    time: Timestamp,
    /// A part that is not to be seen, pixels.
    covered: Option<Box2D<f32, UnknownUnit>>,
}

/// Records the video of a session.
#[derive(Debug)]
pub struct EncoderThread {
    pictures: SyncSender<QueuedPicture>,
    /// Whether to wait when the queue is full.
    waits: bool,
    thread: JoinHandle<Result<(), RecordingError>>,
    last: Option<Timestamp>,
    dropped: u64,
    /// Set when a write that fails is not to be tried again.
    given_up: Arc<AtomicBool>,
}

impl EncoderThread {
    /// Starts recording to a new file.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn start(path: PathBuf, size: Size, waits: bool) -> io::Result<Self> {
        let (pictures, queue) = sync_channel(QUEUE);
        let given_up = Arc::new(AtomicBool::new(false));
        let known = Arc::clone(&given_up);
        let work = move || record((&path, size), &queue, known);
        let thread = thread::Builder::new().name("encoder".into()).spawn(work)?;
        Ok(Self { pictures, waits, thread, last: None, dropped: 0, given_up })
    }

    /// Queues the picture of a frame, of which a part, in its pixels, may have to be covered. Returns whether it will be in the video: it is dropped if the encoder cannot keep
    /// up, and after the video has ended.
    pub fn take<Unit>(&mut self, frame: &Frame, covered: Option<Box2D<f32, Unit>>) -> bool {
        if self.last.is_some_and(|last| frame.time <= last) {
            return false;
        }
        let covered = covered.map(|part| part.cast_unit());
        let picture = QueuedPicture { picture: Arc::clone(&frame.picture), time: frame.time, covered };
        let queued = if self.waits {
            self.pictures.send(picture).is_ok()
        } else {
            let sent = self.pictures.try_send(picture);
            self.dropped += u64::from(matches!(sent, Err(TrySendError::Full(_))));
            sent.is_ok()
        };
        if queued {
            self.last = Some(frame.time);
        }
        queued
    }

    /// Whether the video has ended prematurely; [`EncoderThread::finish`] returns why.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// The number of pictures dropped so far because the encoder could not keep up.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Ends the video when the rest of its session is not kept either: a disk that fails is not waited for.
    ///
    /// # Errors
    /// As [`EncoderThread::finish`].
    pub fn give_up(self) -> Result<(), RecordingError> {
        self.given_up.store(true, Ordering::Relaxed);
        self.finish()
    }

    /// Ends the video and waits until it is complete.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn finish(self) -> Result<(), RecordingError> {
        drop(self.pictures);
        self.thread.join().unwrap_or(Err(RecordingError::Fault))
    }
}

fn record(
    (path, size): (&Path, Size),
    pictures: &Receiver<QueuedPicture>,
    given_up: Arc<AtomicBool>,
) -> Result<(), RecordingError> {
    let Ok(first) = pictures.recv() else { return Ok(()) };
    let mut writer = FragmentedMp4Writer::create(path, video_size(first.picture.dimensions(), size), given_up)?;
    for queued in std::iter::once(first).chain(pictures) {
        writer.write(&prepared(&queued, writer.size()), queued.time)?;
    }
    writer.finish()
}

/// The size of the video for pictures of this size; H.264 requires even sides.
fn video_size((width, height): (u32, u32), size: Size) -> (u32, u32) {
    let wide = if size == Size::Small { width.min(SMALL) } else { width };
    let high = (u64::from(height) * u64::from(wide) / u64::from(width.max(1))) as u32;
    ((wide & !1).max(16), (high & !1).max(16))
}

/// The picture as it is written: in the video's size, and covered there, where it costs least.
fn prepared(queued: &QueuedPicture, size: (u32, u32)) -> Arc<RgbImage> {
    let mut picture = fitted(&queued.picture, size);
    if let Some(part) = queued.covered {
        let (width, height) = queued.picture.dimensions();
        let part = part.scale(size.0 as f32 / width.max(1) as f32, size.1 as f32 / height.max(1) as f32);
        pixelate(Arc::make_mut(&mut picture), part);
    }
    picture
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

    fn take(encoder: &mut EncoderThread, milliseconds: u64) -> bool {
        encoder.take::<UnknownUnit>(&frame(milliseconds), None)
    }

    #[test]
    fn a_part_is_covered_in_the_size_of_the_video_and_the_frame_stays() {
        let picture = Arc::new(RgbImage::from_fn(64, 64, |x, y| image::Rgb([(x * 4) as u8, (y * 4) as u8, 0])));
        let covered = Some(Box2D::new(euclid::point2(0.0, 0.0), euclid::point2(32.0, 32.0)));
        let queued = QueuedPicture { picture: Arc::clone(&picture), time: Timestamp::default(), covered };
        for (size, last) in [((64, 64), 31), ((32, 32), 15)] {
            let (made, plain) = (prepared(&queued, size), fitted(&picture, size));
            assert!(made.get_pixel(last, last) == made.get_pixel(last - 1, last - 1), "{size:?}");
            assert_ne!(made.get_pixel(0, 0), plain.get_pixel(0, 0));
            assert_eq!(made.get_pixel(last + 1, last + 1), plain.get_pixel(last + 1, last + 1));
        }
        assert_eq!(picture.get_pixel(31, 31).0, [124, 124, 0], "what is measured is the frame itself");
    }

    #[test]
    fn pictures_beyond_the_queue_are_dropped_and_counted_without_waiting() {
        let (pictures, taken) = sync_channel(QUEUE);
        let thread = thread::spawn(|| Ok(()));
        let mut encoder =
            EncoderThread { pictures, waits: false, thread, last: None, dropped: 0, given_up: Arc::default() };
        let in_video: Vec<bool> = (1..8).map(|time| take(&mut encoder, time)).collect();
        assert_eq!(in_video, [true, true, true, true, false, false, false]);
        assert_eq!(encoder.dropped(), 3);
        taken.recv().unwrap();
        assert!(!take(&mut encoder, 4), "only one picture per time");
        assert!(take(&mut encoder, 9));
        drop(taken);
        assert!(!take(&mut encoder, 10));
        assert_eq!(encoder.dropped(), 3, "pictures after the end do not count as dropped");
    }

    #[test]
    fn a_small_video_is_640_wide_with_even_sides() {
        assert_eq!(video_size((1280, 720), Size::Small), (640, 360));
        assert_eq!(video_size((1768, 994), Size::Small), (640, 358));
        assert_eq!(video_size((320, 241), Size::Small), (320, 240));
        assert_eq!(video_size((1281, 721), Size::Full), (1280, 720));
    }

    #[test]
    fn an_unwritable_file_ends_the_video_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut encoder = EncoderThread::start(folder.path().join("no/such/folder/a.mp4"), Size::Full, true).unwrap();
        take(&mut encoder, 0);
        let message = encoder.finish().unwrap_err().to_string();
        assert!(message.contains("a.mp4 cannot be written"), "{message}");
    }
}
