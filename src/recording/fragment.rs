//! The fragments of a fragmented MP4: each can be played without those after it, so whatever was written before the
//! program was killed can be played.
//!
//! muxide writes the initialization segment. Its own fragments estimate the duration of their last picture, and start
//! at the estimated end of the one before. Here each picture lasts exactly until the next one, so that a time in the
//! video is the same time in the session.

use std::io::{self, Read, Seek, SeekFrom};

/// The unit of all times, ticks a second.
pub(super) const TIMESCALE: u32 = 90_000;

/// A coded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Coded {
    /// Presentation time, ticks.
    pub(super) time: u64,
    /// Its NAL units, each prefixed with its length.
    pub(super) data: Vec<u8>,
    /// Whether it is a key frame.
    pub(super) key: bool,
}

/// A fragment of pictures, the last of which lasts until `end`; `number` counts from 1.
pub(super) fn fragment(number: u32, pictures: &[Coded], end: u64) -> Vec<u8> {
    let start = pictures.first().map_or(end, |picture| picture.time);
    let header = boxed(b"mfhd", &[&[0; 4], &number.to_be_bytes()]);
    let track = boxed(b"tfhd", &[&0x02_0000_u32.to_be_bytes(), &1_u32.to_be_bytes()]); // offsets count from the moof
    let time = boxed(b"tfdt", &[&0x0100_0000_u32.to_be_bytes(), &start.to_be_bytes()]);
    let moof = |offset: usize| {
        let run = run(pictures, end, offset as u32);
        boxed(b"moof", &[&header, &boxed(b"traf", &[&track, &time, &run])])
    };
    let offset = moof(0).len() + 8; // its length does not depend on the offset
    let mut bytes = moof(offset);
    let data: Vec<&[u8]> = pictures.iter().map(|picture| picture.data.as_slice()).collect();
    bytes.extend(boxed(b"mdat", &data));
    bytes
}

/// The track run: duration, size and flags of each picture.
fn run(pictures: &[Coded], end: u64, offset: u32) -> Vec<u8> {
    const OFFSET_DURATION_SIZE_FLAGS: u32 = 0x0701;
    const KEY_FRAME: u32 = 0x0200_0000;
    const DEPENDENT_FRAME: u32 = 0x0101_0000;
    let nexts = pictures.iter().skip(1).map(|picture| picture.time).chain([end]);
    let mut rows = Vec::new();
    for (picture, next) in pictures.iter().zip(nexts) {
        let duration = u32::try_from(next.saturating_sub(picture.time)).unwrap_or(u32::MAX);
        let flags = if picture.key { KEY_FRAME } else { DEPENDENT_FRAME };
        rows.extend([duration, picture.data.len() as u32, flags].into_iter().flat_map(u32::to_be_bytes));
    }
    let head = [OFFSET_DURATION_SIZE_FLAGS, pictures.len() as u32, offset].map(u32::to_be_bytes);
    boxed(b"trun", &[head.as_flattened(), &rows])
}

/// A box with these contents.
fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let length = 8 + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut bytes = (length as u32).to_be_bytes().to_vec();
    bytes.extend(name);
    parts.iter().for_each(|part| bytes.extend(*part));
    bytes
}

/// The end of the last complete fragment in a file of `length` bytes; `None` if there is none.
pub(super) fn last_complete(reader: &mut (impl Read + Seek), length: u64) -> io::Result<Option<u64>> {
    let (mut at, mut end, mut head) = (0_u64, None, [0; 8]);
    while at + 8 <= length {
        reader.seek(SeekFrom::Start(at))?;
        reader.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        at += size;
        if size < 8 || at > length {
            break;
        }
        if &name == b"mdat" {
            end = Some(at);
        }
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn picture(time: u64, bytes: usize, key: bool) -> Coded {
        Coded { time, data: vec![7; bytes], key }
    }

    #[test]
    fn a_fragment_holds_the_time_and_the_position_of_each_picture() {
        let bytes = fragment(3, &[picture(90, 5, true), picture(190, 2, false)], 500);
        let place = |name: &[u8]| bytes.windows(4).position(|window| window == name).unwrap();
        let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(word(place(b"mfhd") + 8), 3);
        assert_eq!(word(place(b"tfdt") + 12), 90);
        let run = place(b"trun") + 4;
        assert_eq!(word(run + 4), 2);
        assert_eq!(word(run + 8) as usize, place(b"mdat") + 4);
        let rows: Vec<u32> = (0..6).map(|row| word(run + 12 + 4 * row)).collect();
        assert_eq!(rows, [100, 5, 0x0200_0000, 310, 2, 0x0101_0000]);
        assert_eq!(bytes.len(), place(b"mdat") + 4 + 7);
    }

    #[test]
    fn the_end_of_the_last_complete_fragment_is_found_at_any_truncation() {
        let mut file = boxed(b"ftyp", &[b"iso5"]);
        file.extend(boxed(b"moov", &[&[0; 30]]));
        let mut ends = Vec::new();
        for number in 1..4 {
            file.extend(fragment(number, &[picture(0, 50, true)], 1));
            ends.push(file.len());
        }
        for length in 0..=file.len() {
            let found = last_complete(&mut Cursor::new(&file[..length]), length as u64).unwrap();
            let expected = ends.iter().rev().find(|end| **end <= length).map(|end| *end as u64);
            assert_eq!(found, expected, "{length}");
        }
        assert_eq!(last_complete(&mut Cursor::new([0; 64]), 64).unwrap(), None, "a box of size zero ends the search");
    }
}
