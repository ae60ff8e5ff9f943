//! An H.264 MP4 file as a source, decoded in-process.

use std::collections::VecDeque;
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::h264::{H264, TimedPicture};
use super::index::{Codec, Index, Mp4Sample};
use super::media::Media;
use crate::source::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp, name_of};

/// An open MP4 file. Samples are read as needed; a long recording takes no more memory than a short one.
pub(super) struct Mp4Video {
    info: SourceInfo,
    path: PathBuf,
    file: Box<dyn Media>,
    index: Index,
    /// The times of all pictures in presentation order: a picture's position is its number.
    times: Vec<Duration>,
    next_sample: usize,
    decoder: H264,
    ready: VecDeque<TimedPicture>,
    finished: bool,
    unreadable: u64,
}

impl Mp4Video {
    /// Opens the file and decodes up to its first picture, so that a file in which nothing can be decoded fails here.
    pub(super) fn open(path: &Path, file: Box<dyn Media>, index: Index) -> Result<Self, SourceError> {
        let undecodable = || SourceError::Undecodable { path: path.to_owned() };
        let decoder = decoder(&index.codec, Duration::ZERO).ok_or_else(undecodable)?;
        let mut times: Vec<Duration> = index.samples.iter().map(|sample| sample.time).collect();
        times.sort_unstable();
        let info = SourceInfo {
            name: name_of(path),
            live: false,
            frame_count: Some(index.samples.len() as u64 + index.lost),
            duration: Some(index.duration),
        };
        if index.lost > 0 {
            tracing::warn!("{} is cut short: its last {} frames are missing", path.display(), index.lost);
        }
        let ready = VecDeque::new();
        let path = path.to_owned();
        let mut video =
            Self { info, path, file, index, times, next_sample: 0, decoder, ready, finished: false, unreadable: 0 };
        video.advance();
        if video.ready.is_empty() {
            return Err(SourceError::Undecodable { path: video.path.clone() });
        }
        Ok(video)
    }

    /// The times of all pictures in presentation order.
    pub(super) fn times(&self) -> &[Duration] {
        &self.times
    }

    /// The sample at which to start decoding for the picture at this time.
    pub(super) fn key_before(&self, time: Duration) -> Option<usize> {
        self.index.samples.iter().rposition(|sample| sample.key && sample.time <= time)
    }

    /// Whether this sample was already decoded.
    pub(super) fn is_past(&self, sample: usize) -> bool {
        sample < self.next_sample
    }

    /// Continues from this sample, which must be a key frame; the next picture returned is the one at `from`.
    pub(super) fn seek(&mut self, sample: usize, from: Duration) {
        if let Some(decoder) = decoder(&self.index.codec, from) {
            self.decoder = decoder;
        }
        self.ready.clear();
        (self.next_sample, self.finished) = (sample, false);
    }

    /// The next picture; `None` after the last.
    pub(super) fn next_picture(&mut self) -> Option<TimedPicture> {
        self.advance();
        let (picture, time) = self.ready.pop_front()?;
        Some((self.index.presentation.apply(picture), time))
    }

    /// Decodes until a picture is ready or no samples remain.
    fn advance(&mut self) {
        while self.ready.is_empty() && !self.finished {
            if let Some(&sample) = self.index.samples.get(self.next_sample) {
                self.next_sample += 1;
                self.decode_sample(sample);
            } else {
                self.finished = true;
                self.ready.extend(self.decoder.finish());
                self.report_losses();
            }
        }
    }

    fn decode_sample(&mut self, sample: Mp4Sample) {
        match read_sample(self.file.as_mut(), sample) {
            Ok(bytes) => self.ready.extend(self.decoder.decode(&bytes, sample.time)),
            Err(error) => {
                tracing::debug!("the frame at {:?} cannot be read: {error}", sample.time);
                self.unreadable += 1;
            }
        }
    }

    fn report_losses(&self) {
        let undecoded = self.decoder.dropped() + self.unreadable;
        if undecoded > 0 {
            tracing::warn!("{}: {undecoded} damaged frames were skipped", self.path.display());
        }
    }
}

impl Source for Mp4Video {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let Some((picture, time)) = self.next_picture() else { return Ok(Delivery::End) };
        let number = self.times.partition_point(|&earlier| earlier < time) as u64;
        Ok(Delivery::Frame(Frame::new(picture, Timestamp::new(time), number)))
    }

    fn dropped(&self) -> u64 {
        self.index.lost + self.unreadable + self.decoder.dropped()
    }
}

fn decoder(codec: &Codec, from: Duration) -> Option<H264> {
    let Codec::H264 { length_bytes, parameters } = codec else { return None };
    H264::new(*length_bytes, parameters, from).ok()
}

fn read_sample(file: &mut dyn Media, sample: Mp4Sample) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; sample.size];
    file.seek(SeekFrom::Start(sample.offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
