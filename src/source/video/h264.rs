//! H.264 decoding with openh264, with presentation times assigned to the decoded pictures.
//!
//! Pictures are coded in another order than they are shown in, and come out of the decoder late. The decoder returns
//! them in presentation order but without their times: so the times of all samples it holds are kept here, and each
//! picture that comes out gets the earliest.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use image::RgbImage;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

use crate::source::pixels::check_size;

/// The decoder with its pending presentation times.
pub(super) struct H264 {
    decoder: Decoder,
    length_bytes: usize,
    /// Parameter sets, sent before the first sample.
    header: Vec<u8>,
    pending: BinaryHeap<Reverse<Duration>>,
    /// Pictures before this time are decoded as references and discarded.
    from: Duration,
    dropped: u64,
}

/// A picture and its presentation time.
pub(super) type TimedPicture = (RgbImage, Duration);

/// The most pictures that a decoder may hold back by the standard.
const MOST_HELD: usize = 16;

impl H264 {
    /// A decoder that must be fed from a key frame on, and returns the pictures from `from` on.
    pub(super) fn new(length_bytes: usize, parameters: &[Vec<u8>], from: Duration) -> Result<Self, openh264::Error> {
        // Flushing after each sample would separate B-frames from their references.
        let configuration = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
        let decoder = Decoder::with_api_config(OpenH264API::from_source(), configuration)?;
        let mut header = Vec::new();
        parameters.iter().for_each(|set| push_unit(&mut header, set));
        Ok(Self { decoder, length_bytes, header, pending: BinaryHeap::new(), from, dropped: 0 })
    }

    /// The number of pictures in the file that could not be decoded.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Decodes one sample. Returns the next picture in presentation order, if one is ready.
    pub(super) fn decode(&mut self, sample: &[u8], time: Duration) -> Option<TimedPicture> {
        let mut stream = std::mem::take(&mut self.header);
        if push_sample(&mut stream, sample, self.length_bytes).is_none() {
            self.header = stream;
            self.dropped += 1;
            return None;
        }
        self.pending.push(Reverse(time));
        let wanted = self.wants_next();
        match self.decoder.decode(&stream) {
            Ok(None) => None,
            Ok(Some(_)) if !wanted => {
                self.pending.pop();
                None
            }
            Ok(Some(picture)) => {
                let picture = rgb(&picture);
                self.pair(picture)
            }
            Err(error) => {
                tracing::debug!("the frame at {time:?} cannot be decoded: {error}");
                self.pending.retain(|pending| pending.0 != time);
                self.dropped += 1;
                None
            }
        }
    }

    /// The pictures still held back, in order.
    pub(super) fn finish(&mut self) -> Vec<TimedPicture> {
        let pictures = match self.decoder.flush_remaining() {
            Ok(pictures) => pictures.iter().filter_map(rgb).collect(),
            Err(error) => {
                tracing::debug!("the last frames cannot be decoded: {error}");
                Vec::new()
            }
        };
        let shown = pictures.into_iter().filter_map(|picture| self.pair(Some(picture))).collect();
        self.dropped += self.pending.len() as u64;
        self.pending.clear();
        shown
    }

    /// Whether the next picture to come out is needed: converting it takes as long as decoding it.
    fn wants_next(&mut self) -> bool {
        // More than a decoder can hold: the earliest was lost without an error.
        while self.pending.len() > MOST_HELD + 1 {
            self.pending.pop();
            self.dropped += 1;
        }
        self.pending.peek().is_none_or(|next| next.0 >= self.from)
    }

    fn pair(&mut self, picture: Option<RgbImage>) -> Option<TimedPicture> {
        let picture = picture?;
        self.pending.pop().map(|Reverse(time)| (picture, time))
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

/// Rewrites a sample from length-prefixed units to units with start codes. Returns `None` if the lengths are
/// inconsistent.
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
    fn inconsistent_lengths_are_refused() {
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
