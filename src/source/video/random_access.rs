//! Random access to the pictures of an H.264 MP4 file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;

use super::index::{self, Codec};
use super::mp4::Mp4Video;
use crate::source::SourceError;

/// An open file. The picture after the last one decodes one sample; any other starts at the key frame before it.
pub struct RandomAccessVideo {
    video: Mp4Video,
    /// The last picture from the decoder, and its time.
    last: Option<(Duration, Arc<RgbImage>)>,
}

impl RandomAccessVideo {
    /// Opens a file.
    ///
    /// # Errors
    /// If it is missing, damaged, in another format, or nothing in it can be decoded.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let mut file = File::open(path).map_err(|cause| SourceError::reading(path, cause))?;
        let index = index::read(path, &mut file)?;
        if let Codec::Foreign(content) = index.codec {
            return Err(SourceError::NotFrames { path: path.to_owned(), content });
        }
        let mut video = Mp4Video::open(path, Box::new(file), index)?;
        let last = video.next_picture().map(|(picture, time)| (time, Arc::new(picture)));
        Ok(Self { video, last })
    }

    /// The number of pictures.
    pub fn len(&self) -> usize {
        self.video.times().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nth picture in presentation order, from 0; `None` beyond the last, and if it cannot be decoded.
    pub fn picture(&mut self, number: usize) -> Option<Arc<RgbImage>> {
        let wanted = *self.video.times().get(number)?;
        let last = self.last.as_ref().map(|(time, _)| *time);
        if last != Some(wanted) {
            self.decode_to(wanted, last);
        }
        self.last.as_ref().filter(|(time, _)| *time == wanted).map(|(_, picture)| Arc::clone(picture))
    }

    /// Decodes up to the picture at this time, or the first one after it if that is lost.
    fn decode_to(&mut self, wanted: Duration, last: Option<Duration>) {
        let key = self.video.key_before(wanted).unwrap_or_default();
        let ahead = last.is_some_and(|last| last < wanted) && self.video.is_past(key);
        if !ahead {
            self.video.seek(key, wanted);
        }
        self.last = std::iter::from_fn(|| self.video.next_picture())
            .find(|(_, time)| *time >= wanted)
            .map(|(picture, time)| (time, Arc::new(picture)));
    }
}

impl std::fmt::Debug for RandomAccessVideo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RandomAccessVideo").field("pictures", &self.len()).finish_non_exhaustive()
    }
}
