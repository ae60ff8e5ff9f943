//! An H.264 MP4 file of which any picture can be had, in any order.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;

use super::index::{self, Codec};
use super::mp4::Mp4Video;
use crate::source::SourceError;

/// An open file. Going on from one picture to the next decodes one; anything else begins at the key picture before it.
pub struct Strip {
    video: Mp4Video,
    /// The picture that came out of the decoder last, and its time.
    last: Option<(Duration, Arc<RgbImage>)>,
}

impl Strip {
    /// Opens a file.
    ///
    /// # Errors
    /// If it is missing, damaged, in another form, or nothing of it can be decoded.
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

    /// How many pictures there are.
    pub fn len(&self) -> usize {
        self.video.times().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nth picture in the order they are shown, from 0; `None` beyond the last, and where it cannot be decoded.
    pub fn picture(&mut self, number: usize) -> Option<Arc<RgbImage>> {
        let wanted = *self.video.times().get(number)?;
        let last = self.last.as_ref().map(|(time, _)| *time);
        if last != Some(wanted) {
            self.go_to(wanted, last);
        }
        self.last.as_ref().filter(|(time, _)| *time == wanted).map(|(_, picture)| Arc::clone(picture))
    }

    /// Decodes until the picture of this time came out, or a later one in its place.
    fn go_to(&mut self, wanted: Duration, last: Option<Duration>) {
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

impl std::fmt::Debug for Strip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Strip").field("pictures", &self.len()).finish_non_exhaustive()
    }
}
