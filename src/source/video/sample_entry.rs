//! The sample entries of a track: how its pictures are coded, and the shape of their pixels.

use std::borrow::Cow;

use super::boxes::{BoxError, BoxFields, Children, MOST_ENTRIES, Name, children, find, inconsistent};
use super::orientation::CleanAperture;
use super::sps::{DECODABLE_PROFILES, Sps, Unit};

/// What a file holds, with its article.
pub(super) type Content = Cow<'static, str>;

/// One of the ways in which the pictures of a track are coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SampleEntry {
    pub(super) codec: Codec,
    /// Coded size, pixels.
    pub(super) size: (u32, u32),
    /// The shape of a pixel, width to height, if stated.
    pub(super) pixel_aspect: Option<(u32, u32)>,
    /// The part that is meant to be seen, if stated.
    pub(super) aperture: Option<CleanAperture>,
}

/// How pictures are coded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// 8-bit 4:2:0 H.264.
    H264 {
        /// Bytes of the length prefix of each unit: 1 to 4.
        length_bytes: usize,
        /// Sequence and picture parameter sets; none if they are in the stream.
        parameters: Vec<Vec<u8>>,
    },
    /// Anything else.
    Foreign(Content),
    /// Only who has its key can decode it.
    Encrypted,
}

/// Bytes of an entry before its boxes: reserved, reference, size, resolution, frames, compressor, depth.
const FIELDS: usize = 78;

/// Reads the `stsd` box of a video track.
pub(super) fn read(contents: &[u8]) -> Result<Vec<SampleEntry>, BoxError> {
    let short = || inconsistent(b"stsd", "is too short");
    let mut fields = BoxFields(contents);
    let count = fields.version_and_flags().and_then(|_| fields.u32()).ok_or_else(short)?;
    if u64::from(count) > MOST_ENTRIES {
        return Err(inconsistent(b"stsd", &format!("is too short for its {count} entries")));
    }
    let entries: Children<'_> = children(b"stsd", fields.0);
    let read: Vec<SampleEntry> = entries
        .take(count as usize)
        .map(|entry| entry.map(|entry| entry_of(&entry.name, entry.contents)))
        .collect::<Result<_, _>>()?;
    if read.is_empty() { Err(short()) } else { Ok(read) }
}

fn entry_of(name: &Name, contents: &[u8]) -> SampleEntry {
    let side = |at: usize| contents.get(at..at + 2).map_or(0, |side| u32::from(side[0]) << 8 | u32::from(side[1]));
    let boxes = contents.get(FIELDS..).unwrap_or_default();
    // What follows the boxes may be anything, and some programs write it badly: what is found before counts.
    let within = |wanted: &Name| find(name, boxes, wanted).ok().flatten();
    let pixel_aspect = within(b"pasp").and_then(|pasp| {
        let mut fields = BoxFields(pasp);
        Some((fields.u32()?, fields.u32()?)).filter(|&(across, down)| across > 0 && down > 0)
    });
    let size = (side(24), side(26));
    let aperture = within(b"clap").and_then(|clap| clean_aperture(clap, size));
    let codec = match (name, within(b"avcC")) {
        (b"avc1" | b"avc2" | b"avc3" | b"avc4", Some(configuration)) => h264(configuration),
        (b"encv" | b"drmi", _) => Codec::Encrypted,
        (b"mp4v", _) => Codec::Foreign(within(b"esds").map_or("an MPEG-4 video", elementary).into()),
        _ => Codec::Foreign(codec_name(name)),
    };
    SampleEntry { codec, size, pixel_aspect, aperture }
}

/// Reads the clean aperture of pictures of this size: width, height and place, each a fraction.
fn clean_aperture(clap: &[u8], of: (u32, u32)) -> Option<CleanAperture> {
    let mut fields = BoxFields(clap);
    let mut side = |whole: u32| {
        let (number, of) = (f64::from(fields.u32()?), f64::from(fields.u32()?));
        let side = (number / of).round(); // not a number, or none that is smaller, if it divides by zero
        (side >= 1.0 && side <= f64::from(whole)).then_some(side as u32)
    };
    Some(CleanAperture { of, size: (side(of.0)?, side(of.1)?) })
}

/// Reads the decoder configuration of H.264.
fn h264(configuration: &[u8]) -> Codec {
    const UNREADABLE: Codec = Codec::Foreign(Cow::Borrowed("an H.264 video with a damaged description"));
    let Some(parsed) = parameters(configuration) else { return UNREADABLE };
    let (profile, length_bytes, parameters) = parsed;
    let foreign =
        parameters.iter().filter(|set| Unit::of(set) == Unit::Sequence).find_map(|set| Sps::read(set)?.foreign);
    match foreign {
        Some(content) => Codec::Foreign(content.into()),
        None if DECODABLE_PROFILES.contains(&profile) => Codec::H264 { length_bytes, parameters },
        None => Codec::Foreign("an H.264 video with more than 8 bits or finer chroma".into()),
    }
}

/// Profile, bytes of a length, and parameter sets.
fn parameters(configuration: &[u8]) -> Option<(u8, usize, Vec<Vec<u8>>)> {
    let mut fields = BoxFields(configuration);
    let [_version, profile, _, _, length] = fields.bytes()?;
    let mut sets = Vec::new();
    for mask in [31, 255] {
        let [count] = fields.bytes()?;
        for _ in 0..count & mask {
            let length = fields.u16()?;
            sets.push(fields.take(length.into())?.to_vec());
        }
    }
    Some((profile, usize::from(length & 3) + 1, sets))
}

/// The codec that an elementary stream descriptor names.
fn elementary(esds: &[u8]) -> &'static str {
    let kind = || {
        let mut fields = BoxFields(esds);
        fields.version_and_flags()?;
        descriptor(&mut fields, 3)?;
        let [_, _, flags] = fields.bytes()?;
        // Another stream that it depends on, a name, and another clock.
        fields.take(if flags & 0x80 == 0 { 0 } else { 2 })?;
        if flags & 0x40 != 0 {
            let [length] = fields.bytes()?;
            fields.take(length.into())?;
        }
        fields.take(if flags & 0x20 == 0 { 0 } else { 2 })?;
        descriptor(&mut fields, 4)?;
        fields.bytes().map(|[kind]| kind)
    };
    match kind() {
        Some(0x20) => "an MPEG-4 Part 2 video",
        Some(0x60..=0x65) => "an MPEG-2 video",
        Some(0x6A) => "an MPEG-1 video",
        Some(0x6C) => "a Motion JPEG video",
        _ => "an MPEG-4 video",
    }
}

/// Goes into a descriptor with this tag, past its length of one to four bytes.
fn descriptor(fields: &mut BoxFields<'_>, wanted: u8) -> Option<()> {
    let [tag] = fields.bytes()?;
    for _ in 0..4 {
        let [length] = fields.bytes()?;
        if length & 0x80 == 0 {
            break;
        }
    }
    (tag == wanted).then_some(())
}

/// What a track with entries of this name holds.
fn codec_name(name: &Name) -> Content {
    let known = match name {
        b"avc1" | b"avc2" | b"avc3" | b"avc4" => "an H.264 video without its description",
        b"hvc1" | b"hev1" | b"hvc2" | b"hev2" => "an HEVC (H.265) video",
        b"dvh1" | b"dvhe" | b"dva1" | b"dvav" => "a Dolby Vision video",
        b"vvc1" | b"vvi1" => "a VVC (H.266) video",
        b"av01" => "an AV1 video",
        b"vp08" => "a VP8 video",
        b"vp09" => "a VP9 video",
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" | b"aprn" => "a ProRes video",
        b"jpeg" | b"mjpa" | b"mjpb" | b"AVDJ" | b"dmb1" => "a Motion JPEG video",
        b"s263" | b"h263" | b"H263" => "an H.263 video",
        [b'd', b'v', b'c' | b'p' | b'h' | b'5' | b'1', _] => "a DV video",
        [b'h', b'd', b'v', _] | b"m2v1" | b"mpg2" => "an MPEG-2 (HDV) video",
        [b'x', b'd', b'v' | b'5' | b'h', _] | [b'm', b'x', _, b'p' | b'n'] => "an MPEG-2 (XDCAM) video",
        b"AVdn" | b"AVdh" => "a DNxHD video",
        b"CFHD" => "a CineForm video",
        b"png " => "a PNG video",
        b"raw " | b"2vuy" | b"yuv2" | b"yuvs" | b"v210" | b"v308" | b"v410" => "an uncompressed video",
        _ => return format!("a video in the codec \"{}\"", name.escape_ascii()).into(),
    };
    known.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_has_a_name() {
        let named = |name: &Name| codec_name(name).into_owned();
        assert_eq!(named(b"apcn"), "a ProRes video");
        assert_eq!(named(b"dvcp"), "a DV video");
        assert_eq!(named(b"dvh1"), "a Dolby Vision video");
        assert_eq!(named(b"zz\x1b9"), "a video in the codec \"zz\\x1b9\"");
        let descriptor = |kind: u8| {
            [&[0, 0, 0, 0, 3, 0x80, 0x80, 0x80, 79, 0, 4, 0, 4, 0x80, 0x80, 0x80, 65][..], &[kind, 17]].concat()
        };
        assert_eq!(elementary(&descriptor(0x20)), "an MPEG-4 Part 2 video");
        assert_eq!(elementary(&descriptor(0x61)), "an MPEG-2 video");
        assert_eq!(elementary(&[0; 4]), "an MPEG-4 video");
    }

    #[test]
    fn an_entry_that_breaks_off_is_something_else() {
        let whole = [&[1, 66, 0, 30, 0xFF, 0xE1, 0, 3][..], &[0x67, 66, 0], &[1, 0, 2], &[0x68, 1]].concat();
        assert!(matches!(h264(&whole), Codec::H264 { length_bytes: 4, parameters } if parameters.len() == 2));
        for length in 0..whole.len() {
            assert!(matches!(h264(&whole[..length]), Codec::Foreign(_)), "{length}");
        }
    }
}
