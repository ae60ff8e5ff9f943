//! H.264 decoding with openh264, with presentation times assigned to the decoded pictures.
//!
//! Pictures are coded in another order than they are shown in, and come out of the decoder late. The decoder returns
//! them in presentation order but without their times: so the times of all samples it holds are kept here, and each
//! picture that comes out gets the earliest. Where the parameters of the pictures change, a new decoder begins: the old
//! one gives what it holds first, and is never asked to change the size of its pictures.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use image::RgbImage;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use super::sps::{Sps, Unit, picture_set, slice_set};
use crate::source::PicturePool;
use crate::source::pixels::{Encoding, RawLayout, check_size, from_raw_in};

/// The decoder with its pending presentation times.
pub(super) struct H264 {
    decoder: Decoder,
    sets: ParameterSets,
    /// Whether the decoder has its parameter sets.
    begun: bool,
    /// The most macroblocks of all pictures that the decoder may hold.
    most_held: u64,
    /// The sequence parameter set in use, and what it says.
    active: Option<(Vec<u8>, Option<Sps>)>,
    pending: BinaryHeap<Reverse<Pending>>,
}

/// A sample in the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pending {
    /// Presentation time in the media, ticks.
    pub(super) time: i64,
    /// The number of its picture among those shown; `None` if it is only a reference for others.
    pub(super) number: Option<u32>,
}

/// A decoded picture that is shown.
pub(super) struct Decoded {
    pub(super) picture: RgbImage,
    /// Its number among those shown.
    pub(super) number: u32,
    /// The shape of its pixels, if its parameters state it.
    pub(super) pixel_aspect: Option<(u32, u32)>,
}

/// The decoded pictures that wait to be shown, in presentation order, and the memory for more.
#[derive(Default)]
pub(super) struct PictureQueue {
    pub(super) decoded: VecDeque<Decoded>,
    pub(super) pool: PicturePool,
}

/// The parameter sets so far, by their numbers.
#[derive(Clone, Debug, Default)]
struct ParameterSets {
    sequences: BTreeMap<u32, (Vec<u8>, Option<Sps>)>,
    pictures: BTreeMap<u32, (u32, Vec<u8>)>,
}

/// The macroblocks that a decoder may hold for any film: eleven pictures of 1920 × 1080, 35 MB.
const HELD: u64 = 92_160;

/// The macroblocks that it may hold for each byte of a film: one of 4K has far more bytes than a hundredth of what it is
/// given here, and one that says so in a few kilobytes is damaged. [own]
const HELD_PER_BYTE: u64 = 10;

/// The most pictures that a decoder may hold back by the standard.
const MOST_HELD: usize = 16;

impl ParameterSets {
    fn of(parameters: &[Vec<u8>]) -> Self {
        let mut sets = Self::default();
        parameters.iter().for_each(|set| sets.take(set));
        sets
    }

    /// Keeps the unit if it is a parameter set.
    fn take(&mut self, unit: &[u8]) {
        match Unit::of(unit) {
            Unit::Sequence => {
                let read = Sps::read(unit);
                let id = read.map_or(0, |sps| sps.id);
                self.sequences.insert(id, (unit.to_vec(), read));
            }
            Unit::Picture => {
                if let Some((id, sequence)) = picture_set(unit) {
                    self.pictures.insert(id, (sequence, unit.to_vec()));
                }
            }
            Unit::Start | Unit::Other => {}
        }
    }

    /// The sequence parameter set that a slice uses.
    fn used_by(&self, slice: &[u8]) -> Option<&(Vec<u8>, Option<Sps>)> {
        let (sequence, _) = self.pictures.get(&slice_set(slice)?)?;
        self.sequences.get(sequence)
    }

    /// All of them for a decoder that may hold so many macroblocks, apart from those that it cannot use.
    fn stream(&self, most_held: u64) -> Vec<u8> {
        let usable = |sps: &Option<Sps>| sps.is_none_or(|sps| sps.is_usable(most_held));
        let mut stream = Vec::new();
        self.sequences.values().filter(|(_, read)| usable(read)).for_each(|(set, _)| push_unit(&mut stream, set));
        self.pictures.values().for_each(|(_, set)| push_unit(&mut stream, set));
        stream
    }
}

impl H264 {
    /// A decoder that must be fed from a key frame on, of a film with so many bytes of pictures.
    pub(super) fn new(parameters: &[Vec<u8>], film: u64) -> Result<Self, openh264::Error> {
        let sets = ParameterSets::of(parameters);
        let most_held = HELD.max(film.saturating_mul(HELD_PER_BYTE));
        Ok(Self { decoder: decoder()?, sets, begun: false, most_held, active: None, pending: BinaryHeap::new() })
    }

    /// Decodes one sample. What is ready then is added to `ready`, in presentation order. Returns whether it could be
    /// decoded.
    pub(super) fn decode(
        &mut self,
        sample: &[u8],
        length_bytes: usize,
        pending: Pending,
        ready: &mut PictureQueue,
    ) -> bool {
        let Some(units) = units(sample, length_bytes) else { return false };
        units.iter().for_each(|unit| self.sets.take(unit));
        if let Some(slice) = units.iter().find(|unit| Unit::of(unit) == Unit::Start) {
            self.follow(slice, ready);
        }
        if self.active.as_ref().is_some_and(|(_, sps)| sps.is_some_and(|sps| !sps.is_usable(self.most_held))) {
            return false;
        }
        let mut stream =
            if self.begun { Vec::with_capacity(sample.len() + 16) } else { self.sets.stream(self.most_held) };
        let usable = |unit: &&&[u8]| {
            Unit::of(unit) != Unit::Sequence || Sps::read(unit).is_none_or(|sps| sps.is_usable(self.most_held))
        };
        units.iter().filter(usable).for_each(|unit| push_unit(&mut stream, unit));
        if !units.iter().any(|unit| matches!(unit.first().map(|kind| kind & 31), Some(1..=5))) {
            return false; // nothing comes of it, so no picture may get its time
        }
        self.begun = true;
        self.pending.push(Reverse(pending));
        self.give(&stream, pending, ready)
    }

    /// Begins anew if a slice at which decoding can begin uses other parameters than those before it.
    fn follow(&mut self, slice: &[u8], ready: &mut PictureQueue) {
        let Some(used) = self.sets.used_by(slice) else { return };
        if self.active.as_ref().is_some_and(|(set, _)| *set == used.0) {
            return;
        }
        let used = used.clone();
        if self.active.is_some() {
            self.finish(ready);
            match decoder() {
                Ok(decoder) => (self.decoder, self.begun) = (decoder, false),
                Err(error) => tracing::debug!("no further decoder can be made: {error}"),
            }
        }
        self.active = Some(used);
    }

    fn give(&mut self, stream: &[u8], pending: Pending, ready: &mut PictureQueue) -> bool {
        let wanted = self.wants_next();
        match self.decoder.decode(stream) {
            Ok(None) => true,
            Ok(Some(_)) if !wanted => {
                self.pending.pop();
                true
            }
            Ok(Some(picture)) => {
                let picture = rgb(&picture, &mut ready.pool);
                ready.decoded.extend(self.pair(picture));
                true
            }
            Err(error) => {
                tracing::debug!("the frame at {} ticks cannot be decoded: {error}", pending.time);
                self.pending.retain(|held| held.0 != pending);
                false
            }
        }
    }

    /// Adds the pictures that are still held back, in order.
    pub(super) fn finish(&mut self, ready: &mut PictureQueue) {
        let pictures: Vec<RgbImage> = match self.decoder.flush_remaining() {
            Ok(pictures) => pictures.iter().filter_map(|picture| rgb(picture, &mut ready.pool)).collect(),
            Err(error) => {
                tracing::debug!("the last frames cannot be decoded: {error}");
                Vec::new()
            }
        };
        for picture in pictures {
            ready.decoded.extend(self.pair(Some(picture)));
        }
        self.pending.clear();
    }

    /// Whether the next picture to come out is needed: converting it takes as long as decoding it.
    fn wants_next(&mut self) -> bool {
        // More than a decoder can hold: the earliest was lost without an error.
        while self.pending.len() > MOST_HELD + 1 {
            self.pending.pop();
        }
        self.pending.peek().is_none_or(|next| next.0.number.is_some())
    }

    fn pair(&mut self, picture: Option<RgbImage>) -> Option<Decoded> {
        let picture = picture?;
        let pixel_aspect = self.active.as_ref().and_then(|(_, sps)| sps.as_ref()?.pixel_aspect);
        let Reverse(Pending { number, .. }) = self.pending.pop()?;
        Some(Decoded { picture, number: number?, pixel_aspect })
    }
}

fn decoder() -> Result<Decoder, openh264::Error> {
    // Flushing after each sample would separate B-frames from their references.
    let configuration = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(OpenH264API::from_source(), configuration)
}

fn rgb(decoded: &DecodedYUV<'_>, pool: &mut PicturePool) -> Option<RgbImage> {
    let (width, height) = decoded.dimensions();
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    check_size(width, height).ok()?;
    if !width.is_multiple_of(EIGHT_PIXELS) {
        return from_raw_in(&planes(decoded), &RawLayout::packed(Encoding::I420, width, height), pool).ok();
    }
    let mut picture = pool.picture(width, height);
    decoded.write_rgb8(&mut picture);
    Some(picture)
}

/// openh264 converts as many pixels at a time. A width that is no multiple of it, as 854, it converts pixel by pixel and, where
/// the program is built for every x86-64, calls a function for each product: 5.8 ms instead of 0.2 for a picture of 854 × 480
/// (`findings/openh264-width-not-a-multiple-of-eight.sh`).
const EIGHT_PIXELS: u32 = 8;

/// Luma and the two planes of chroma, without the gaps between their rows.
fn planes(decoded: &DecodedYUV<'_>) -> Vec<u8> {
    let ((width, height), strides) = (decoded.dimensions(), decoded.strides());
    let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
    let mut bytes = Vec::with_capacity(width * height + 2 * half_width * half_height);
    for (plane, stride, row, rows) in [
        (decoded.y(), strides.0, width, height),
        (decoded.u(), strides.1, half_width, half_height),
        (decoded.v(), strides.2, half_width, half_height),
    ] {
        plane.chunks(stride.max(1)).take(rows).filter_map(|line| line.get(..row)).for_each(|line| bytes.extend(line));
    }
    bytes
}

/// The units of a sample, each of which is stored after its length. Returns `None` if the lengths are inconsistent or
/// there is none.
pub(super) fn units(mut sample: &[u8], length_bytes: usize) -> Option<Vec<&[u8]>> {
    let mut units = Vec::new();
    while !sample.is_empty() {
        let (length, rest) = sample.split_at_checked(length_bytes)?;
        let length = length.iter().fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
        let (unit, rest) = rest.split_at_checked(length)?;
        if !unit.is_empty() {
            units.push(unit);
        }
        sample = rest;
    }
    (!units.is_empty()).then_some(units)
}

/// Adds a unit with a start code.
fn push_unit(stream: &mut Vec<u8>, unit: &[u8]) {
    stream.extend([0, 0, 0, 1]);
    stream.extend(unit);
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use openh264::encoder::Encoder;
    use openh264::formats::{RgbSliceU8, YUVBuffer};

    use super::*;

    #[test]
    fn units_are_told_apart_by_their_lengths() {
        assert_eq!(units(&[0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 5], 4).unwrap(), [&[7, 8][..], &[5]]);
        assert_eq!(units(&[2, 7, 8], 1).unwrap(), [&[7, 8]]);
        assert_eq!(units(&[0, 1, 7], 1).unwrap(), [&[7]], "an empty unit is left out");
        let mut stream = vec![9];
        push_unit(&mut stream, &[7, 8]);
        assert_eq!(stream, [9, 0, 0, 0, 1, 7, 8]);
    }

    #[test]
    fn inconsistent_lengths_are_refused() {
        assert_eq!(units(&[0, 0, 0, 9, 7, 8], 4), None);
        assert_eq!(units(&[0, 0], 4), None);
        assert_eq!(units(&[255, 255, 255, 255, 1], 4), None);
        assert_eq!(units(&[], 4), None);
        assert_eq!(units(&[0, 0, 0, 0], 4), None);
    }

    #[test]
    fn garbage_gives_no_picture_and_is_told() {
        let mut h264 = H264::new(&[], 0).unwrap();
        let mut ready = PictureQueue::default();
        let mut decode = |sample: &[u8], time| h264.decode(sample, 4, Pending { time, number: Some(0) }, &mut ready);
        assert!(!decode(&[0, 0, 0, 2, 0x65, 1], 0));
        assert!(!decode(&[1, 2, 3], 3));
        assert!(!decode(&[0, 0, 0, 2, 0x06, 1], 4), "a sample without a picture");
        h264.finish(&mut ready);
        assert!(ready.decoded.is_empty() && h264.pending.is_empty());
    }

    #[test]
    fn a_width_that_is_no_multiple_of_eight_has_the_colours_that_openh264_gives_it() {
        let (width, height) = (70, 36);
        let gradient =
            RgbImage::from_fn(width, height, |x, y| Rgb([x * 3, y * 6, 255 - x * 3].map(|value| value as u8)));
        let source = YUVBuffer::from_rgb8_source(RgbSliceU8::new(&gradient, (width as usize, height as usize)));
        let stream = Encoder::new().unwrap().encode(&source).unwrap().to_vec();
        let mut decoder = Decoder::new().unwrap();
        let decoded = decoder.decode(&stream).unwrap().unwrap();
        let picture = rgb(&decoded, &mut PicturePool::default()).unwrap();
        let mut theirs = RgbImage::new(width, height);
        decoded.write_rgb8(&mut theirs);
        let farthest = picture.as_raw().iter().zip(theirs.as_raw()).map(|(ours, theirs)| ours.abs_diff(*theirs)).max();
        assert!(farthest <= Some(2) && picture.dimensions() == (width, height), "{farthest:?}");
        assert!(theirs.get_pixel(60, 30)[0] > theirs.get_pixel(5, 30)[0] + 100, "the gradient is in it");
    }
}
