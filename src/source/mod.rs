//! Sources of frames: a camera, a video file, or pictures, behind one trait.
//!
//! The rest of the program sees upright RGB pictures with a time and a number and does not know which of the three they
//! came from. So the analysis of a recording measures exactly as a live session does.

#[cfg(feature = "camera")]
pub mod camera;
mod error;
#[cfg(feature = "video")]
mod file_type;
#[cfg(feature = "video")]
mod natural_order;
pub mod paced;
#[cfg_attr(not(any(feature = "camera", feature = "video")), allow(dead_code, reason = "only these hand pictures out"))]
mod picture_pool;
#[cfg(feature = "video")]
pub mod picture_rate;
#[cfg(feature = "video")]
pub mod pictures;
pub mod pixels;
pub mod prefetch;
#[cfg(all(feature = "camera", feature = "video"))]
mod selection;
pub mod shared;
pub mod simulated_camera;
#[cfg(feature = "video")]
pub mod video;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use image::RgbImage;

pub use self::error::SourceError;
pub(crate) use self::picture_pool::PicturePool;
#[cfg(all(feature = "camera", feature = "video"))]
pub use self::selection::{Options, Selection, open};

/// A point in time on the clock of one source: the time since its first frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Duration);

impl Timestamp {
    /// The time `after_start` after the source's first frame.
    pub const fn new(after_start: Duration) -> Self {
        Self(after_start)
    }

    /// The time `seconds` after the source's first frame; negative and non-finite values become zero.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self(Duration::try_from_secs_f64(seconds).unwrap_or_default())
    }

    /// Seconds since the source's first frame.
    pub fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    /// The time elapsed since `earlier`, zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// One upright picture.
#[derive(Clone, Debug)]
pub struct Frame {
    /// RGB, 8 bits a channel, rows from the top, never mirrored.
    pub picture: Arc<RgbImage>,
    /// When it was taken, on the source's own clock.
    pub time: Timestamp,
    /// When it was taken, as far as the camera's driver says so, or else when this program received it; of a recording that plays at its
    /// own pace, when it was due. Only for measuring display latency.
    pub captured_at: Instant,
    /// Counts from 0. A gap means that frames were dropped.
    pub number: u64,
}

impl Frame {
    /// A picture that was captured just now.
    pub fn new(picture: impl Into<Arc<RgbImage>>, time: Timestamp, number: u64) -> Self {
        Self { picture: picture.into(), time, captured_at: Instant::now(), number }
    }
}

/// What [`Source::next`] returns.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The next frame.
    Frame(Frame),
    /// The camera is open but has sent nothing for this long. Ask again.
    Silent(Duration),
    /// There are no more frames.
    End,
}

/// What is known about a source before its first frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceInfo {
    /// Its display name: that of the camera or of the file.
    pub name: String,
    /// Whether it is a camera, whose frames are lost if they are not read in time.
    pub live: bool,
    /// The number of frames of a recording, if the file states it.
    pub frame_count: Option<u64>,
    /// The duration of a recording, if the file states it.
    pub duration: Option<Duration>,
}

/// What a recording states beyond its frames, and what was done to show them as they are meant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordingFacts {
    /// The time of the first picture on the file's own clock.
    pub first_time: Duration,
    /// What was corrected, in English: the shape of the pixels, the orientation, what an edit list leaves out.
    pub corrections: Vec<String>,
    /// Whether a picture so far had another size than the first, into which it was fitted.
    pub size_changes: bool,
    /// Whether the file states an orientation that is none of the eight, and was left alone.
    pub odd_orientation: bool,
    /// Whether its edit list makes no sense, and was left alone.
    pub odd_edits: bool,
}

/// A stream of frames.
///
/// Whatever makes pictures can be one:
///
/// ```
/// use bendwise::image::RgbImage;
/// use bendwise::source::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp};
///
/// /// Three seconds of darkness, at ten frames a second.
/// struct Darkness {
///     info: SourceInfo,
///     next: u64,
/// }
///
/// impl Source for Darkness {
///     fn info(&self) -> &SourceInfo {
///         &self.info
///     }
///
///     fn next(&mut self) -> Result<Delivery, SourceError> {
///         let number = self.next;
///         self.next += 1;
///         let time = Timestamp::from_secs_f64(number as f64 / 10.0);
///         Ok(if number < 30 { Delivery::Frame(Frame::new(RgbImage::new(640, 480), time, number)) } else { Delivery::End })
///     }
/// }
///
/// # fn main() -> Result<(), SourceError> {
/// let info = SourceInfo { name: "darkness".to_owned(), live: false, frame_count: Some(30), duration: None };
/// let mut source = Darkness { info, next: 0 };
/// let mut last = None;
/// while let Delivery::Frame(frame) = source.next()? {
///     last = Some(frame);
/// }
/// assert_eq!(last.map(|frame| frame.time.as_secs_f64()), Some(2.9));
/// # Ok(())
/// # }
/// ```
pub trait Source: Send {
    /// What is known about this source.
    fn info(&self) -> &SourceInfo;

    /// Waits for the next frame, for a camera at most about a second ([`Delivery::Silent`]).
    ///
    /// # Errors
    /// If no further frame can come: the camera is gone, or the rest of the file is broken.
    fn next(&mut self) -> Result<Delivery, SourceError>;

    /// The number of the camera that it is, as in `camera:0`; `None` of anything else.
    fn camera_number(&self) -> Option<u32> {
        None
    }

    /// The number of frames so far that were never delivered: they could not be decoded, or, of a camera, nobody took them in time.
    fn dropped(&self) -> u64 {
        0
    }

    /// The file of the first such frame, if each frame is a file of its own.
    fn first_dropped(&self) -> Option<&Path> {
        None
    }

    /// What a person should know of it before it is used, as whole sentences: of a camera that it is slow, of one that
    /// its pictures are grey.
    fn remarks(&self) -> Vec<String> {
        Vec::new()
    }

    /// What a recording states beyond its frames; `None` of anything else.
    fn facts(&self) -> Option<&RecordingFacts> {
        None
    }

    /// Frames per second: measured over the last seconds for a camera, the mean for a recording; `None` if unknown.
    fn rate(&self) -> Option<f64> {
        let info = self.info();
        let seconds = info.duration?.as_secs_f64();
        (seconds > 0.0).then_some(info.frame_count? as f64 / seconds)
    }
}

/// A file's name without its folders, for display.
#[cfg(feature = "video")]
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
