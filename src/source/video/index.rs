//! The index of an MP4 file: position, presentation time and coding of each sample.
//!
//! re_mp4 reads it, but only after `boxes` has checked it, and with panics caught, as it panics on inconsistent tables.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use re_mp4::{Avc1Box, Mp4, StsdBoxContent, Track, TrackKind};

use super::boxes::{BoxError, BoxLayout};
use super::media::Media;
use super::orientation::{Presentation, Turn};
use crate::panic_guard::catch_panic;
use crate::source::SourceError;

/// Everything needed to fetch and decode the pictures of an MP4 file.
#[derive(Debug)]
pub(super) struct Index {
    /// In decoding order, without those beyond the end of the file.
    pub(super) samples: Vec<Mp4Sample>,
    /// How many lie beyond the end of the file.
    pub(super) lost: u64,
    pub(super) presentation: Presentation,
    pub(super) codec: Codec,
    pub(super) duration: Duration,
}

/// One coded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mp4Sample {
    /// Bytes from the start of the file.
    pub(super) offset: u64,
    /// Bytes; within the file.
    pub(super) size: usize,
    /// Presentation time, from the first picture of the track.
    pub(super) time: Duration,
    /// Whether it is a key frame, at which decoding can begin.
    pub(super) key: bool,
}

/// How the pictures are coded.
#[derive(Clone, Debug)]
pub(super) enum Codec {
    /// 8-bit 4:2:0 H.264.
    H264 {
        /// Bytes of the length prefix of each unit: 1 to 4.
        length_bytes: usize,
        /// Sequence and picture parameter sets.
        parameters: Vec<Vec<u8>>,
    },
    /// Anything else, with its article.
    Foreign(&'static str),
}

/// Reads the index of `file`, which is called `path`.
pub(super) fn read(path: &Path, file: &mut dyn Media) -> Result<Index, SourceError> {
    let damaged = |reason: String| SourceError::Damaged { path: path.to_owned(), reason };
    let length = file.seek(SeekFrom::End(0)).map_err(|cause| SourceError::reading(path, cause))?;
    file.rewind().map_err(|cause| SourceError::reading(path, cause))?;
    let mut reader = BufReader::new(file);
    let layout = BoxLayout::check(&mut reader, length).map_err(|error| match error {
        BoxError::Io(cause) => SourceError::reading(path, cause),
        BoxError::Inconsistent(reason) => damaged(reason),
        BoxError::TooLarge => {
            SourceError::NeedsFfmpeg { path: path.to_owned(), content: "a video with an enormous index" }
        }
    })?;
    if !layout.indexed {
        return Err(SourceError::CutShort { path: path.to_owned() });
    }
    reader.rewind().map_err(|cause| SourceError::reading(path, cause))?;
    let parsed = catch_panic(|| Mp4::read(StepLimited { inner: reader, steps: layout.steps() }, layout.end))
        .map_err(|panicked| damaged(panicked.0))?;
    let mp4 = parsed.map_err(|error| damaged(error.to_string()))?;
    let track = mp4.tracks().values().find(|track| track.kind == Some(TrackKind::Video));
    let track =
        track.ok_or(SourceError::NotFrames { path: path.to_owned(), content: "a recording without pictures" })?;
    Ok(index(&mp4, track, length))
}

/// A reader with a limited number of calls: a box of size 0 in the wrong place makes re_mp4 loop forever.
struct StepLimited<R> {
    inner: R,
    steps: u64,
}

impl<R> StepLimited<R> {
    fn step(&mut self) -> io::Result<&mut R> {
        self.steps = self.steps.checked_sub(1).ok_or_else(|| io::Error::other("its boxes form a loop"))?;
        Ok(&mut self.inner)
    }
}

impl<R: Read> Read for StepLimited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step()?.read(buffer)
    }
}

impl<R: Seek> Seek for StepLimited<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.step()?.seek(place)
    }

    // Delegates to BufReader, which needs no system call for it; re_mp4 calls nothing more often.
    fn stream_position(&mut self) -> io::Result<u64> {
        self.step()?.stream_position()
    }
}

fn index(mp4: &Mp4, track: &Track, length: u64) -> Index {
    let all: Vec<Mp4Sample> = track.samples.iter().map(entry).collect();
    let count = all.len();
    let samples: Vec<Mp4Sample> = all.into_iter().filter(|sample| within(sample, length)).collect();
    let lost = (count - samples.len()) as u64;
    let header = &track.trak(mp4).tkhd;
    let turn = Turn::from_matrix(header.matrix.a, header.matrix.b);
    let proportions = Some((u32::from(header.width.value()), u32::from(header.height.value())));
    let codec = codec(&track.trak(mp4).mdia.minf.stbl.stsd.contents);
    let stated = seconds(i64::try_from(track.duration).unwrap_or(0), track.timescale);
    // A fragmented file states no duration: then it is the time of the last picture.
    let last = samples.iter().map(|sample| sample.time).max().unwrap_or_default();
    Index { samples, lost, presentation: Presentation { turn, proportions }, codec, duration: stated.max(last) }
}

fn entry(sample: &re_mp4::Sample) -> Mp4Sample {
    Mp4Sample {
        offset: sample.offset,
        size: usize::try_from(sample.size).unwrap_or(usize::MAX),
        time: seconds(sample.composition_timestamp, sample.timescale),
        key: sample.is_sync,
    }
}

fn within(sample: &Mp4Sample, length: u64) -> bool {
    sample.offset.checked_add(sample.size as u64).is_some_and(|end| end <= length)
}

fn seconds(ticks: i64, timescale: u64) -> Duration {
    let ticks = u128::try_from(ticks).unwrap_or(0);
    let nanoseconds = ticks * 1_000_000_000 / u128::from(timescale.max(1));
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

fn codec(contents: &StsdBoxContent) -> Codec {
    match contents {
        StsdBoxContent::Avc1(avc1) => h264(avc1),
        StsdBoxContent::Hvc1(_) | StsdBoxContent::Hev1(_) => Codec::Foreign("an HEVC (H.265) video"),
        StsdBoxContent::Av01(_) => Codec::Foreign("an AV1 video"),
        StsdBoxContent::Vp08(_) | StsdBoxContent::Vp09(_) => Codec::Foreign("a VP8 or VP9 video"),
        _ => Codec::Foreign("a video in an unknown codec"),
    }
}

fn h264(avc1: &Avc1Box) -> Codec {
    // Baseline, main, extended and high; higher profiles have 10 bits or finer chroma, which the decoder does not
    // support.
    const DECODABLE_PROFILES: [u8; 4] = [66, 77, 88, 100];
    let configuration = &avc1.avcc;
    if !DECODABLE_PROFILES.contains(&configuration.avc_profile_indication) {
        return Codec::Foreign("an H.264 video with more than 8 bits or finer chroma");
    }
    let sets = configuration.sequence_parameter_sets.iter().chain(&configuration.picture_parameter_sets);
    Codec::H264 {
        length_bytes: usize::from(configuration.length_size_minus_one & 3) + 1,
        parameters: sets.map(|set| set.bytes.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_converted_to_time() {
        assert_eq!(seconds(3003, 90_000), Duration::from_nanos(33_366_666));
        assert_eq!(seconds(-5, 90_000), Duration::ZERO);
        assert_eq!(seconds(5, 0), Duration::from_secs(5));
    }
}
