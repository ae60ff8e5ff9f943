//! An H.264 MP4 file as a source, decoded in-process.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;

use super::h264::{Decoded, H264, Pending, PictureQueue};
use super::index::{self, Index, read_sample};
use super::media::Media;
use super::orientation::Presenter;
use super::sample_entry::Codec;
use super::timeline::Shown;
use crate::source::{Delivery, Frame, RecordingFacts, Source, SourceError, SourceInfo, Timestamp, name_of};

/// An open MP4 file. Samples are read as needed; a long recording takes no more memory than a short one.
pub(super) struct Mp4Video {
    info: SourceInfo,
    facts: RecordingFacts,
    path: PathBuf,
    file: Box<dyn Media>,
    index: Arc<Index>,
    presenter: Presenter,
    place: DecodingPlace,
    decoder: Option<H264>,
    ready: PictureQueue,
    /// Pictures before this one are only decoded as references for others.
    from: usize,
    counts: Counts,
}

/// What is decoded next.
#[derive(Clone, Copy, Debug, Default)]
struct DecodingPlace {
    stretch: usize,
    sample: usize,
    /// The sample entry that the decoder was made for.
    entry: Option<u16>,
    finished: bool,
}

/// How many pictures were due so far, and how many came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) due: usize,
    pub(super) delivered: usize,
}

impl Counts {
    /// Counts the picture with this number.
    pub(super) fn deliver(&mut self, number: usize) {
        self.due = self.due.max(number + 1);
        self.delivered += 1;
    }

    /// The pictures that did not come.
    pub(super) fn missing(self) -> u64 {
        self.due.saturating_sub(self.delivered) as u64
    }
}

/// Why a file is not decoded here, and its index if that can be read.
pub(super) struct Refused {
    pub(super) error: SourceError,
    pub(super) index: Option<Arc<Index>>,
}

/// Opens an MP4 file whose pictures can be decoded here.
pub(super) fn open(path: &Path, mut media: Box<dyn Media>) -> Result<Mp4Video, Refused> {
    let index = index::read(path, media.as_mut()).map_err(|error| Refused { error, index: None })?;
    if index.is_encrypted() {
        return Err(Refused { error: SourceError::Encrypted { path: path.to_owned() }, index: None });
    }
    let foreign = index.foreign(media.as_mut());
    let index = Arc::new(index);
    let refused = |error| Refused { error, index: Some(Arc::clone(&index)) };
    match foreign {
        Some(content) => Err(refused(SourceError::NeedsFfmpeg { path: path.to_owned(), content })),
        None => Mp4Video::open(path, media, Arc::clone(&index)).map_err(refused),
    }
}

impl Mp4Video {
    /// Opens the file and decodes up to its first picture, so that a file in which nothing can be decoded fails here.
    fn open(path: &Path, file: Box<dyn Media>, index: Arc<Index>) -> Result<Self, SourceError> {
        let presenter = index.presenter();
        let timeline = &index.timeline;
        let info = SourceInfo {
            name: name_of(path),
            live: false,
            frame_count: Some(timeline.shown.len() as u64 + timeline.lost),
            duration: Some(timeline.duration),
        };
        let facts = index.facts();
        let mut video = Self {
            info,
            facts,
            path: path.to_owned(),
            file,
            index,
            presenter,
            place: DecodingPlace::default(),
            decoder: None,
            ready: PictureQueue::default(),
            from: 0,
            counts: Counts::default(),
        };
        video.begin_stretch(0);
        video.advance();
        let first = video.ready.decoded.front().ok_or_else(|| SourceError::Undecodable { path: video.path.clone() })?;
        let (picture, aspects) = (first.picture.clone(), video.aspects(first));
        let size = picture.dimensions();
        video.presenter.clone().present_first(picture, size, aspects, &mut video.facts.corrections);
        video.facts.corrections.extend(video.index.edits());
        Ok(video)
    }

    /// The pictures, in presentation order.
    pub(super) fn shown(&self) -> &[Shown] {
        &self.index.timeline.shown
    }

    /// The file's index.
    pub(super) fn index(&self) -> &Arc<Index> {
        &self.index
    }

    /// The counts so far.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The number of the picture that comes next, the number of pictures if none does.
    pub(super) fn next_number(&mut self) -> usize {
        self.advance();
        self.ready.decoded.front().map_or(self.shown().len(), |next| next.number as usize)
    }

    /// The stretch and the sample at which to start decoding for the nth picture.
    pub(super) fn key_before(&self, number: usize) -> Option<(usize, usize)> {
        let sample = self.shown().get(number)?.sample as usize;
        let stretches = &self.index.timeline.stretches;
        let stretch = stretches.partition_point(|stretch| stretch.shown.end <= number);
        let start = stretches.get(stretch)?.decoded.start;
        let before = self.index.samples.get(..=sample)?;
        // One that is shown later does not help: pictures come in order.
        let time = before.last()?.time;
        let key = before.iter().rposition(|sample| sample.key && sample.time <= time).unwrap_or(start);
        Some((stretch, key.max(start)))
    }

    /// Whether this sample of this stretch was already decoded.
    pub(super) fn is_past(&self, (stretch, sample): (usize, usize)) -> bool {
        (stretch, sample) < (self.place.stretch, self.place.sample)
    }

    /// Continues from this sample of this stretch, which must be a key frame.
    pub(super) fn seek(&mut self, (stretch, sample): (usize, usize)) {
        self.ready.decoded.clear();
        self.place.finished = false;
        self.begin_stretch(stretch);
        self.place.sample = sample;
    }

    /// The next picture and its number, not earlier than `from`; `None` after the last.
    pub(super) fn next_picture(&mut self, from: usize) -> Option<(Arc<RgbImage>, usize)> {
        self.from = from;
        loop {
            self.advance();
            let next = self.ready.decoded.pop_front()?;
            if next.number as usize >= from {
                let aspects = self.aspects(&next);
                let size = next.picture.dimensions();
                let picture = self.presenter.present(next.picture, size, aspects);
                self.facts.size_changes = self.presenter.has_changed();
                return Some((self.ready.pool.share(picture), next.number as usize));
            }
        }
    }

    /// What is stated of the shape of a picture's pixels: by its sample entry, and by its parameters.
    fn aspects(&self, decoded: &Decoded) -> [Option<(u32, u32)>; 2] {
        let sample =
            self.shown().get(decoded.number as usize).and_then(|shown| self.index.samples.get(shown.sample as usize));
        let entry = sample.and_then(|sample| self.index.entries.get(usize::from(sample.entry)));
        [entry.and_then(|entry| entry.pixel_aspect), decoded.pixel_aspect]
    }

    /// Decodes until a picture is ready or no samples remain.
    fn advance(&mut self) {
        while self.ready.decoded.is_empty() && !self.place.finished {
            let stretch = self.index.timeline.stretches.get(self.place.stretch);
            match stretch.map(|stretch| stretch.decoded.end) {
                Some(end) if self.place.sample < end => {
                    self.decode_sample(self.place.sample);
                    self.place.sample += 1;
                }
                _ => {
                    self.finish_decoder();
                    self.begin_stretch(self.place.stretch + 1);
                }
            }
        }
    }

    fn finish_decoder(&mut self) {
        if let Some(mut decoder) = self.decoder.take() {
            decoder.finish(&mut self.ready);
        }
    }

    fn begin_stretch(&mut self, stretch: usize) {
        let next = self.index.timeline.stretches.get(stretch);
        let sample = next.map_or(0, |stretch| stretch.decoded.start);
        (self.decoder, self.place) = (None, DecodingPlace { stretch, sample, entry: None, finished: next.is_none() });
    }

    fn decode_sample(&mut self, number: usize) {
        let Some(&sample) = self.index.samples.get(number) else { return };
        if self.place.entry != Some(sample.entry) {
            self.finish_decoder();
            self.place.entry = Some(sample.entry);
        }
        let entry = self.index.entries.get(usize::from(sample.entry));
        let Some(Codec::H264 { length_bytes, parameters }) = entry.map(|entry| &entry.codec) else { return };
        if self.decoder.is_none() {
            self.decoder = H264::new(parameters, self.index.bytes).ok();
        }
        let wanted = self.index.number(self.place.stretch, number).filter(|&number| number as usize >= self.from);
        let pending = Pending { time: sample.time, number: wanted };
        match (read_sample(self.file.as_mut(), sample), self.decoder.as_mut()) {
            (Ok(bytes), Some(decoder)) => {
                decoder.decode(&bytes, *length_bytes, pending, &mut self.ready);
            }
            (Err(error), _) => tracing::debug!("the frame at {} ticks cannot be read: {error}", sample.time),
            _ => {}
        }
    }
}

impl Source for Mp4Video {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let Some((picture, number)) = self.next_picture(0) else {
            self.counts.due = self.shown().len();
            if self.counts.missing() > 0 {
                tracing::warn!("{}: {} damaged frames were skipped", self.path.display(), self.counts.missing());
            }
            return Ok(Delivery::End);
        };
        self.counts.deliver(number);
        let time = self.shown().get(number).map_or(Duration::ZERO, |shown| shown.time);
        Ok(Delivery::Frame(Frame::new(picture, Timestamp::new(time), number as u64)))
    }

    fn dropped(&self) -> u64 {
        self.index.timeline.lost + self.counts.missing()
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        Some(&self.facts)
    }
}
