//! Random access to the pictures of an H.264 MP4 file.

use std::path::Path;
use std::sync::Arc;

use image::RgbImage;

use super::mp4::{self, Mp4Video};
use crate::input_file;
use crate::source::SourceError;

/// An open file. The picture after the last one decodes one sample; any other starts at the key frame before it.
pub struct RandomAccessVideo {
    video: Mp4Video,
    /// The last picture from the decoder, and its number.
    last: Option<(usize, Arc<RgbImage>)>,
}

#[cfg(test)]
thread_local! {
    /// How often a decoder began on this thread, anew or at another place.
    pub(crate) static DECODER_STARTS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

impl RandomAccessVideo {
    /// Opens a file.
    ///
    /// # Errors
    /// If it is missing, damaged, in another format, or nothing in it can be decoded.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let file = input_file::open(path).map_err(|cause| SourceError::reading(path, cause))?;
        let mut video = mp4::open(path, Box::new(file)).map_err(|refused| refused.error)?;
        #[cfg(test)]
        DECODER_STARTS.set(DECODER_STARTS.get() + 1);
        let last = video.next_picture(0).map(|(picture, number)| (number, picture));
        Ok(Self { video, last })
    }

    /// The number of pictures.
    pub fn len(&self) -> usize {
        self.video.shown().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nth picture in presentation order, from 0; `None` beyond the last, and if it cannot be decoded.
    pub fn picture(&mut self, number: usize) -> Option<Arc<RgbImage>> {
        let key = self.video.key_before(number)?;
        let last = self.last.as_ref().map(|(number, _)| *number);
        if last != Some(number) {
            self.decode_to(number, key, last);
        }
        self.last.as_ref().filter(|(found, _)| *found == number).map(|(_, picture)| Arc::clone(picture))
    }

    /// Decodes up to this picture, or the first one after it if that is lost.
    fn decode_to(&mut self, wanted: usize, key: (usize, usize), last: Option<usize>) {
        let ahead = last.is_some_and(|last| last < wanted) && self.video.is_past(key);
        if !ahead {
            #[cfg(test)]
            DECODER_STARTS.set(DECODER_STARTS.get() + 1);
            self.video.seek(key);
        }
        self.last = self.video.next_picture(wanted).map(|(picture, number)| (number, picture));
    }
}

impl std::fmt::Debug for RandomAccessVideo {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RandomAccessVideo").field("pictures", &self.len()).finish_non_exhaustive()
    }
}
