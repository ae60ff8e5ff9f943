//! The index of an MP4 file: where each sample lies, when it is shown, how it is coded.
//!
//! re_mp4 reads it, but only once `boxes` has found it fit to be read; and behind a fence, as it panics on tables that
//! contradict each other.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use re_mp4::{Avc1Box, Mp4, StsdBoxContent, Track, TrackKind};

use super::Media;
use super::boxes::{BoxLayout, Unfit};
use super::orientation::{Presentation, Turn};
use crate::panic_guard::catch_panic;
use crate::source::SourceError;

/// Everything needed to fetch and decode the pictures of an MP4 file.
#[derive(Debug)]
pub(super) struct Index {
    /// In decoding order. Those that lie behind the end of the file are left out.
    pub(super) samples: Vec<Mp4Sample>,
    /// How many were left out.
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
    /// When it is shown, from the first picture of the track.
    pub(super) time: Duration,
    /// Whether decoding can begin with it.
    pub(super) key: bool,
}

/// How the pictures are coded.
#[derive(Clone, Debug)]
pub(super) enum Codec {
    /// 8-bit 4:2:0 H.264.
    H264 {
        /// Bytes of the length before each unit: 1 to 4.
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
    let layout = BoxLayout::walk(&mut reader, length).map_err(|unfit| match unfit {
        Unfit::Unread(cause) => SourceError::reading(path, cause),
        Unfit::Contradiction(reason) => damaged(reason),
        Unfit::TooLong => SourceError::NeedsFfmpeg { path: path.to_owned(), content: "a video with an enormous index" },
    })?;
    if !layout.indexed {
        return Err(SourceError::CutShort { path: path.to_owned() });
    }
    reader.rewind().map_err(|cause| SourceError::reading(path, cause))?;
    let parsed = catch_panic(|| Mp4::read(Patient { inner: reader, steps: layout.steps() }, layout.end))
        .map_err(|panicked| damaged(panicked.0))?;
    let mp4 = parsed.map_err(|error| damaged(error.to_string()))?;
    let track = mp4.tracks().values().find(|track| track.kind == Some(TrackKind::Video));
    let track =
        track.ok_or(SourceError::NotFrames { path: path.to_owned(), content: "a recording without pictures" })?;
    Ok(index(&mp4, track, length))
}

/// A reader that gives up: a box of size 0 in the wrong place sends re_mp4 round in circles for ever.
struct Patient<R> {
    inner: R,
    steps: u64,
}

impl<R> Patient<R> {
    fn step(&mut self) -> io::Result<&mut R> {
        self.steps = self.steps.checked_sub(1).ok_or_else(|| io::Error::other("its boxes lead round in circles"))?;
        Ok(&mut self.inner)
    }
}

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step()?.read(buffer)
    }
}

impl<R: Seek> Seek for Patient<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.step()?.seek(place)
    }

    // As BufReader's own: it does not ask the system, of which re_mp4 does nothing more often.
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
    let told = seconds(i64::try_from(track.duration).unwrap_or(0), track.timescale);
    // A fragmented file tells no duration: then it is the last picture's time.
    let shown = samples.iter().map(|sample| sample.time).max().unwrap_or_default();
    Index { samples, lost, presentation: Presentation { turn, proportions }, codec, duration: told.max(shown) }
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
        _ => Codec::Foreign("a video in a codec not known here"),
    }
}

fn h264(avc1: &Avc1Box) -> Codec {
    // Baseline, main, extended and high; what lies above has 10 bits or finer chroma, which the decoder does not know.
    const DECODABLE_PROFILES: [u8; 4] = [66, 77, 88, 100];
    let configuration = &avc1.avcc;
    if !DECODABLE_PROFILES.contains(&configuration.avc_profile_indication) {
        return Codec::Foreign("an H.264 video of more than 8 bits or finer colour");
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
    fn ticks_become_time() {
        assert_eq!(seconds(3003, 90_000), Duration::from_nanos(33_366_666));
        assert_eq!(seconds(-5, 90_000), Duration::ZERO);
        assert_eq!(seconds(5, 0), Duration::from_secs(5));
    }
}
