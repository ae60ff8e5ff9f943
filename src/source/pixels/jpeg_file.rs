//! The segments of a JPEG file: where it ends, and whether it brings its Huffman tables. Nothing is decoded.

use std::borrow::Cow;

const START_OF_SCAN: u8 = 0xDA;
pub(super) const HUFFMAN_TABLES: u8 = 0xC4;

/// A segment APP0 that says, as in an AVI file, that the standard Huffman tables are meant where a frame brings none. Many
/// cameras leave them out (USB Video Class, payload Motion JPEG); zune-jpeg 0.5 takes the standard ones only beside this segment.
const STANDARD_TABLES: [u8; 18] = *b"\xFF\xE0\x00\x10AVI1\0\0\0\0\0\0\0\0\0\0";

/// The JPEG at the start of `buffer`, from its first marker to its end marker. The rest of the buffer holds remains of
/// earlier, longer frames.
#[cfg(feature = "camera")]
pub(super) fn jpeg_in(buffer: &[u8]) -> Option<&[u8]> {
    if !buffer.starts_with(&[0xFF, 0xD8]) {
        return None;
    }
    buffer.get(..end_after(buffer, scan_start(buffer)?)?)
}

/// Whether a JPEG file breaks off within its picture, the rest of which a decoder makes up. One that is damaged before is left to
/// the decoder.
#[cfg(feature = "video")]
pub(in crate::source) fn breaks_off(jpeg: &[u8]) -> bool {
    scan_start(jpeg).is_some_and(|start| end_after(jpeg, start).is_none())
}

/// Where the first scan begins.
fn scan_start(jpeg: &[u8]) -> Option<usize> {
    segments(jpeg).find_map(|(kind, end)| (kind == START_OF_SCAN).then_some(end))
}

/// Where the JPEG ends whose first scan begins there. Within the entropy-coded part, FF is followed by 00 or a restart marker.
/// Further scans of a progressive JPEG are skipped in the same way, as their headers contain no FF D9 either.
fn end_after(jpeg: &[u8], scan: usize) -> Option<usize> {
    let end = jpeg.get(scan..)?.windows(2).position(|marker| marker == [0xFF, 0xD9])?;
    Some(scan + end + 2)
}

/// The JPEG with a word on its Huffman tables, if it has none of its own.
pub(in crate::source) fn with_tables(jpeg: &[u8]) -> Cow<'_, [u8]> {
    if segments(jpeg).any(|(kind, _)| kind == HUFFMAN_TABLES) {
        return Cow::Borrowed(jpeg);
    }
    let (start, rest) = jpeg.split_at(2);
    Cow::Owned([start, &STANDARD_TABLES, rest].concat())
}

/// The segments of a JPEG up to its first scan: the kind of each and where it ends. They are skipped by their length: a
/// thumbnail in one of them has an end marker of its own.
pub(super) fn segments(jpeg: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut at = Some(2);
    std::iter::from_fn(move || {
        let mut from = at.take()?;
        while let [0xFF, 0xFF] = jpeg.get(from..from + 2)? {
            from += 1; // filling
        }
        let &[0xFF, kind, high, low] = jpeg.get(from..from + 4)? else { return None };
        let end = from + 2 + usize::from(u16::from_be_bytes([high, low]));
        at = (kind != START_OF_SCAN).then_some(end);
        Some((kind, end))
    })
}
