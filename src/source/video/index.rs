//! The index of an MP4 file: where its pictures lie, how they are coded, which are shown, when and how.
//!
//! It is the only description of the file: whether the pictures are decoded here or by ffmpeg, they get their times,
//! orientation and shape from it.

use std::io::{self, BufReader, SeekFrom};
use std::path::Path;

use super::boxes::{BoxError, FileLayout, find, read_place};
use super::fragments::FragmentReader;
use super::h264::units;
use super::media::Media;
use super::movie::{Movie, Track};
use super::orientation::{CleanAperture, PictureOrientation, Presenter};
use super::sample_entry::{Codec, Content, SampleEntry};
use super::sample_table::{Mp4Sample, Mp4Samples};
use super::sps::{Sps, Unit};
use super::timeline::EditedTimeline;
use crate::source::{RecordingFacts, SourceError};

/// Everything needed to fetch and decode the pictures of an MP4 file and to show them as they are meant.
#[derive(Debug)]
pub(super) struct Index {
    /// In decoding order, without those beyond the end of the file.
    pub(super) samples: Vec<Mp4Sample>,
    pub(super) timeline: EditedTimeline,
    /// How the pictures are coded.
    pub(super) entries: Vec<SampleEntry>,
    /// What makes the pictures upright and in proportion; `None` if the file's orientation is none of the eight.
    presenter: Option<Presenter>,
    display: Option<(u32, u32)>,
    aperture: Option<CleanAperture>,
    /// Bytes of all samples.
    pub(super) bytes: u64,
    /// ffmpeg's number of the stream.
    pub(super) stream: usize,
    /// Ticks a second.
    pub(super) timescale: u32,
    /// By how many ticks libavformat may shift all times.
    pub(super) shift: i64,
}

/// Reads the index of `file`, which is called `path`.
pub(super) fn read(path: &Path, file: &mut dyn Media) -> Result<Index, SourceError> {
    let failed = |error| failure(path, error);
    let length = file.seek(SeekFrom::End(0)).map_err(|cause| SourceError::reading(path, cause))?;
    let mut reader = BufReader::new(file);
    let layout = FileLayout::read(&mut reader, length).map_err(failed)?;
    let moov = layout.moov.as_deref().ok_or_else(|| without_moov(path, &layout))?;
    if find(b"moov", moov, b"cmov").map_err(failed)?.is_some() {
        return Err(SourceError::NeedsFfmpeg { path: path.to_owned(), content: COMPRESSED.into() });
    }
    let movie = Movie::read(moov).map_err(failed)?;
    let without = || SourceError::NotFrames { path: path.to_owned(), content: "a recording without pictures" };
    let track = movie.video.ok_or_else(without)?;
    let samples = samples(&mut reader, &track, &layout, length).map_err(failed)?;
    if samples.all.is_empty() && samples.lost.is_empty() {
        return Err(without()); // an initialization segment alone, for one
    }
    let timeline = EditedTimeline::of(&samples, &track.edits, track.timescale, movie.timescale);
    if let Some(reason) = timeline.refused {
        tracing::info!("{}: its edit list is not obeyed, as {reason}", path.display());
    }
    if !timeline.has_sensible_times() {
        return Err(SourceError::SenselessTimes { path: path.to_owned() });
    }
    if timeline.lost > 0 {
        tracing::warn!("{} is cut short: its last {} frames are missing", path.display(), timeline.lost);
    }
    let aperture = track.entries.first().and_then(|entry| entry.aperture);
    Ok(Index {
        timeline,
        presenter: track
            .matrix
            .orientation()
            .map(|(orientation, aspect)| Presenter::new(orientation, aspect, track.display).within(aperture)),
        aperture,
        display: track.display,
        bytes: samples.all.iter().map(|sample| u64::from(sample.size)).sum(),
        entries: track.entries,
        stream: track.number,
        timescale: track.timescale,
        shift: samples.shift,
        samples: samples.all,
    })
}

/// What a file is whose `moov` box holds a compressed one, as old versions of QuickTime wrote it.
const COMPRESSED: &str = "a QuickTime video with a compressed index";

/// What a file without a `moov` box is.
fn without_moov(path: &Path, layout: &FileLayout) -> SourceError {
    let path = path.to_owned();
    if layout.fragments.is_empty() { SourceError::CutShort { path } } else { SourceError::Segment { path } }
}

fn failure(path: &Path, error: BoxError) -> SourceError {
    match error {
        BoxError::Io(cause) => SourceError::reading(path, cause),
        BoxError::Inconsistent(reason) => SourceError::Damaged { path: path.to_owned(), reason },
        BoxError::TooLarge => {
            SourceError::NeedsFfmpeg { path: path.to_owned(), content: "a video with an enormous index".into() }
        }
    }
}

/// The samples in the tables of the track, and those in its fragments.
fn samples(
    reader: &mut BufReader<&mut dyn Media>,
    track: &Track<'_>,
    layout: &FileLayout,
    length: u64,
) -> Result<Mp4Samples, BoxError> {
    let mut samples = track.tables.samples(length)?;
    if let Some(defaults) = track.defaults {
        for place in &layout.fragments {
            let moof = read_place(reader, *place)?;
            FragmentReader { track: track.id, defaults, length, samples: &mut samples }.read(place.at, &moof)?;
        }
    }
    Ok(samples)
}

impl Index {
    /// Of samples that are shown as they are stored.
    #[cfg(test)]
    pub(super) fn plain(samples: Vec<Mp4Sample>, timeline: EditedTimeline, timescale: u32, shift: i64) -> Self {
        Self {
            samples,
            timeline,
            entries: Vec::new(),
            presenter: None,
            display: None,
            aperture: None,
            bytes: 0,
            stream: 0,
            timescale,
            shift,
        }
    }

    /// What makes the pictures upright and in proportion.
    pub(super) fn presenter(&self) -> Presenter {
        let upright = || Presenter::new(PictureOrientation::Upright, 1.0, self.display).within(self.aperture);
        self.presenter.clone().unwrap_or_else(upright)
    }

    /// What the file states beyond its pictures.
    pub(super) fn facts(&self) -> RecordingFacts {
        RecordingFacts {
            first_time: self.timeline.first_time,
            odd_orientation: self.presenter.is_none(),
            odd_edits: self.timeline.refused.is_some(),
            ..RecordingFacts::default()
        }
    }

    /// Whether nobody without a key can decode the pictures.
    pub(super) fn is_encrypted(&self) -> bool {
        self.entries.iter().any(|entry| entry.codec == Codec::Encrypted)
    }

    /// What the pictures are, if they cannot be decoded here.
    pub(super) fn foreign(&self, file: &mut dyn Media) -> Option<Content> {
        let used = |number: usize| self.samples.iter().find(|sample| usize::from(sample.entry) == number);
        self.entries.iter().enumerate().find_map(|(number, entry)| match &entry.codec {
            Codec::Foreign(content) => {
                used(number).or(self.samples.is_empty().then_some(&UNUSED)).map(|_| content.clone())
            }
            Codec::Encrypted => None,
            Codec::H264 { length_bytes, parameters } => {
                let stated = parameters.iter().any(|set| Unit::of(set) == Unit::Sequence);
                let first = used(number).filter(|_| !stated)?;
                foreign_in_band(file, *first, *length_bytes).map(Content::from)
            }
        })
    }

    /// The number of a sample among the pictures of this stretch that are shown.
    pub(super) fn number(&self, stretch: usize, sample: usize) -> Option<u32> {
        let range = self.timeline.stretches.get(stretch)?.shown.clone();
        let shown = self.timeline.shown.get(range.clone())?;
        let time = |number: u32| self.samples.get(number as usize).map(|sample| sample.time);
        let wanted = self.samples.get(sample)?.time;
        let from = shown.partition_point(|shown| time(shown.sample) < Some(wanted));
        let same = shown.iter().skip(from).take_while(|shown| time(shown.sample) == Some(wanted));
        let place = same.enumerate().find(|(_, shown)| shown.sample as usize == sample)?.0;
        u32::try_from(range.start + from + place).ok()
    }

    /// What its edits leave out or repeat; `None` if it shows every picture once, in order.
    pub(super) fn edits(&self) -> Option<String> {
        let (shown, all) = (self.timeline.shown.len(), self.samples.len());
        let stretches = self.timeline.stretches.len();
        let cut = shown != all || stretches > 1;
        cut.then(|| format!("{shown} pictures shown of {all}, in {stretches} parts, by its edit list"))
    }
}

/// Stands for the samples of a track that has none.
const UNUSED: Mp4Sample = Mp4Sample { offset: 0, time: 0, duration: 0, size: 0, entry: 0, key: true };

/// Why the decoder cannot decode what the parameter sets in this sample describe.
fn foreign_in_band(file: &mut dyn Media, sample: Mp4Sample, length_bytes: usize) -> Option<&'static str> {
    let bytes = read_sample(file, sample).ok()?;
    units(&bytes, length_bytes)?
        .iter()
        .filter(|unit| Unit::of(unit) == Unit::Sequence)
        .find_map(|set| Sps::read(set)?.foreign)
}

/// The bytes of a sample.
pub(super) fn read_sample(file: &mut dyn Media, sample: Mp4Sample) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; sample.size as usize];
    file.seek(SeekFrom::Start(sample.offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}
