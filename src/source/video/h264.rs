//! H.264 through openh264, with the pictures put back in the order in which they are shown.
//!
//! Pictures are coded in another order than they are shown in, and come out of the decoder late. The decoder does keep
//! the order but not the times: so the times of all samples it holds wait here, and each picture that comes out takes
//! the earliest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use image::RgbImage;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use crate::source::pixels::check_size;

/// The decoder with its waiting times.
pub(super) struct H264 {
    decoder: Decoder,
    length_bytes: usize,
    /// Parameter sets, sent before the first sample.
    header: Vec<u8>,
    waiting: BinaryHeap<Reverse<Duration>>,
    /// Pictures before this time are decoded for those after them, and given to nobody.
    from: Duration,
    dropped: u64,
}

/// A picture and when it is shown.
pub(super) type TimedPicture = (RgbImage, Duration);

/// The most pictures the standard lets a decoder hold back.
const MOST_HELD: usize = 16;

impl H264 {
    /// A decoder that is fed from a picture on that needs no other, and gives the pictures from this time on.
    pub(super) fn new(length_bytes: usize, parameters: &[Vec<u8>], from: Duration) -> Result<Self, openh264::Error> {
        // Flushing after each sample would tear B-frames from their references.
        let configuration = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), configuration)?;
        let mut header = Vec::new();
        parameters.iter().for_each(|set| push_unit(&mut header, set));
        Ok(Self { decoder, length_bytes, header, waiting: BinaryHeap::new(), from, dropped: 0 })
    }

    /// Pictures that were in the file and could not be decoded.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes in one sample; a picture that was taken in before may come out.
    pub(super) fn decode(&mut self, sample: &[u8], time: Duration) -> Option<TimedPicture> {
        let mut stream = std::mem::take(&mut self.header);
        if push_sample(&mut stream, sample, self.length_bytes).is_none() {
            self.header = stream;
            self.dropped += 1;
            return None;
        }
        self.waiting.push(Reverse(time));
        let wanted = self.wants_next();
        match self.decoder.decode(&stream) {
            Ok(None) => None,
            Ok(Some(_)) if !wanted => {
                self.waiting.pop();
                None
            }
            Ok(Some(picture)) => {
                let picture = rgb(&picture);
                self.pair(picture)
            }
            Err(error) => {
                tracing::debug!("the frame at {time:?} cannot be decoded: {error}");
                self.waiting.retain(|waiting| waiting.0 != time);
                self.dropped += 1;
                None
            }
        }
    }

    /// Everything that is still held back, in order.
    pub(super) fn finish(&mut self) -> Vec<TimedPicture> {
        let pictures = match self.decoder.flush_remaining() {
            Ok(pictures) => pictures.iter().filter_map(rgb).collect(),
            Err(error) => {
                tracing::debug!("the last frames cannot be decoded: {error}");
                Vec::new()
            }
        };
        let shown = pictures.into_iter().filter_map(|picture| self.pair(Some(picture))).collect();
        self.dropped += self.waiting.len() as u64;
        self.waiting.clear();
        shown
    }

    /// Whether the next picture to come out is given to anybody: making it takes as long as decoding it.
    fn wants_next(&mut self) -> bool {
        // More than a decoder can hold: the earliest was lost without an error.
        while self.waiting.len() > MOST_HELD + 1 {
            self.waiting.pop();
            self.dropped += 1;
        }
        self.waiting.peek().is_none_or(|next| next.0 >= self.from)
    }

    fn pair(&mut self, picture: Option<RgbImage>) -> Option<TimedPicture> {
        let picture = picture?;
        self.waiting.pop().map(|Reverse(time)| (picture, time))
    }
}

fn rgb(decoded: &DecodedYUV<'_>) -> Option<RgbImage> {
    let (width, height) = decoded.dimensions();
    let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    check_size(width, height).ok()?;
    let mut picture = RgbImage::new(width, height);
    decoded.write_rgb8(&mut picture);
    Some(picture)
}

/// Rewrites a sample, whose units have their length before them, to units with a start code; `None` if the lengths do
/// not add up.
fn push_sample(stream: &mut Vec<u8>, mut sample: &[u8], length_bytes: usize) -> Option<()> {
    let start = stream.len();
    while !sample.is_empty() {
        let unit = sample.split_at_checked(length_bytes).and_then(|(length, rest)| {
            let length = length.iter().fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
            rest.split_at_checked(length)
        });
        let Some((unit, rest)) = unit else {
            stream.truncate(start);
            return None;
        };
        push_unit(stream, unit);
        sample = rest;
    }
    (stream.len() > start).then_some(())
}

fn push_unit(stream: &mut Vec<u8>, unit: &[u8]) {
    if !unit.is_empty() {
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(sample: &[u8], length_bytes: usize) -> Option<Vec<u8>> {
        let mut stream = vec![9];
        push_sample(&mut stream, sample, length_bytes)?;
        Some(stream)
    }

    #[test]
    fn units_get_start_codes() {
        assert_eq!(rewritten(&[0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 5], 4).unwrap(), [9, 0, 0, 0, 1, 7, 8, 0, 0, 0, 1, 5]);
        assert_eq!(rewritten(&[2, 7, 8], 1).unwrap(), [9, 0, 0, 0, 1, 7, 8]);
    }

    #[test]
    fn lengths_that_do_not_add_up_are_no_sample() {
        assert_eq!(rewritten(&[0, 0, 0, 9, 7, 8], 4), None);
        assert_eq!(rewritten(&[0, 0], 4), None);
        assert_eq!(rewritten(&[255, 255, 255, 255, 1], 4), None);
        assert_eq!(rewritten(&[], 4), None);
    }

    #[test]
    fn garbage_is_dropped_and_counted() {
        let mut h264 = H264::new(4, &[], Duration::ZERO).unwrap();
        for second in 0..3 {
            assert!(h264.decode(&[0, 0, 0, 2, 0x65, 1], Duration::from_secs(second)).is_none());
        }
        assert!(h264.decode(&[1, 2, 3], Duration::from_secs(3)).is_none());
        assert!(h264.finish().is_empty());
        assert_eq!(h264.dropped(), 4);
    }
}
