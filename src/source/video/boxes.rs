//! The boxes that an MP4 or QuickTime file is made of.
//!
//! Files are not trusted: a box must fit into the one around it, and a count into the bytes that are there, before
//! anything is allocated for it. Boxes are only entered by name, to a fixed depth, so no nesting can exhaust the stack.
//! A recording that stopped when the phone's battery ran out is still usable: what is cut off ends the walk.

use std::io::{self, Read, Seek, SeekFrom};

/// Why the boxes of a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BoxError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A box or a count that exceeds the space around it.
    #[error("{0}")]
    Inconsistent(String),
    /// More entries than [`MOST_ENTRIES`], or more bytes than [`MOST_BYTES`].
    #[error("its index is enormous")]
    TooLarge,
}

/// The most entries of a table, and the most samples of a track: 18 hours of pictures at 60 a second.
pub(super) const MOST_ENTRIES: u64 = 4_000_000;

/// The most bytes of all tables; those of 18 hours take a quarter of this.
const MOST_BYTES: u64 = 512 << 20;

/// Bytes of a box header: its size and its name.
const HEADER: u64 = 8;

/// The four characters that name a box.
pub(super) type Name = [u8; 4];

/// The parts of a file that say where its pictures are.
#[derive(Debug, Default)]
pub(super) struct FileLayout {
    /// The contents of the first `moov` box that is complete.
    pub(super) moov: Option<Vec<u8>>,
    /// The `moof` boxes: where each begins, and where its contents lie.
    pub(super) fragments: Vec<FragmentPlace>,
}

/// Where a `moof` box lies, in bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FragmentPlace {
    /// Where the box itself begins, from which offsets count.
    pub(super) at: u64,
    start: u64,
    end: u64,
}

impl FileLayout {
    /// Walks over the top-level boxes of a file of `length` bytes.
    pub(super) fn read(reader: &mut (impl Read + Seek), length: u64) -> Result<Self, BoxError> {
        let (mut layout, mut at, mut bytes, mut boxes) = (Self::default(), 0_u64, 0_u64, 0_u64);
        while at.saturating_add(HEADER) <= length && boxes < MOST_ENTRIES {
            let (name, header, size) = top_header(reader, at, length)?;
            let end = at.saturating_add(size);
            if size < header || (end > length && (&name == b"moov" || &name == b"moof")) {
                break;
            }
            let place = FragmentPlace { at, start: at + header, end };
            match &name {
                b"moov" if layout.moov.is_none() => {
                    bytes = within_limit(bytes + size)?;
                    layout.moov = Some(read_place(reader, place)?);
                }
                b"moof" => {
                    bytes = within_limit(bytes + size)?;
                    layout.fragments.push(place);
                }
                _ => {}
            }
            (at, boxes) = (end, boxes + 1);
        }
        Ok(layout)
    }
}

/// The contents of a box that fits into the file.
pub(super) fn read_place(reader: &mut (impl Read + Seek), place: FragmentPlace) -> io::Result<Vec<u8>> {
    let mut contents = vec![0; usize::try_from(place.end - place.start).map_err(io::Error::other)?];
    reader.seek(SeekFrom::Start(place.start))?;
    reader.read_exact(&mut contents)?;
    Ok(contents)
}

fn within_limit(bytes: u64) -> Result<u64, BoxError> {
    if bytes > MOST_BYTES { Err(BoxError::TooLarge) } else { Ok(bytes) }
}

/// Name, header length and size of the top-level box at `start`. A size of 0 means "to the end of the file".
fn top_header(reader: &mut (impl Read + Seek), start: u64, length: u64) -> io::Result<(Name, u64, u64)> {
    reader.seek(SeekFrom::Start(start))?;
    let mut head = [0; 8];
    reader.read_exact(&mut head)?;
    let [a, b, c, d, name @ ..] = head;
    match u32::from_be_bytes([a, b, c, d]) {
        0 => Ok((name, HEADER, length - start)),
        1 => {
            let mut large = [0; 8];
            match reader.read_exact(&mut large) {
                Ok(()) => Ok((name, 2 * HEADER, u64::from_be_bytes(large))),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok((name, HEADER, 0)),
                Err(error) => Err(error),
            }
        }
        size => Ok((name, HEADER, u64::from(size))),
    }
}

/// A box within another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Child<'a> {
    pub(super) name: Name,
    pub(super) contents: &'a [u8],
}

/// The boxes in the contents of `parent`. Fewer than eight bytes at the end are padding.
pub(super) struct Children<'a> {
    parent: Name,
    rest: &'a [u8],
}

/// The boxes in the contents of `parent`.
pub(super) fn children<'a>(parent: &Name, contents: &'a [u8]) -> Children<'a> {
    Children { parent: *parent, rest: contents }
}

/// The first box called `name` in the contents of `parent`.
pub(super) fn find<'a>(parent: &Name, contents: &'a [u8], name: &Name) -> Result<Option<&'a [u8]>, BoxError> {
    for child in children(parent, contents) {
        let child = child?;
        if &child.name == name {
            return Ok(Some(child.contents));
        }
    }
    Ok(None)
}

impl<'a> Iterator for Children<'a> {
    type Item = Result<Child<'a>, BoxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (head, after) = self.rest.split_first_chunk::<8>()?;
        let [a, b, c, d, name @ ..] = *head;
        let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 if name == [0; 4] => {
                self.rest = &[]; // QuickTime ends some lists with zeros
                return None;
            }
            0 => (8, Some(self.rest.len())),
            1 => (16, after.first_chunk().and_then(|&large| usize::try_from(u64::from_be_bytes(large)).ok())),
            size => (8, usize::try_from(size).ok()),
        };
        let split = size.filter(|&size| size >= header).and_then(|size| self.rest.split_at_checked(size));
        let Some((whole, rest)) = split else {
            self.rest = &[];
            return Some(Err(inconsistent(&name, &format!("does not fit into {}", self.parent.escape_ascii()))));
        };
        self.rest = rest;
        Some(Ok(Child { name, contents: whole.get(header..)? }))
    }
}

/// Reads the numbers of a box one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxFields<'a>(pub(super) &'a [u8]);

impl<'a> BoxFields<'a> {
    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.bytes().map(i32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_be_bytes)
    }

    /// A number of 64 bits in version 1 of a box, of 32 otherwise.
    pub(super) fn long(&mut self, version: u8) -> Option<u64> {
        if version == 1 { self.u64() } else { self.u32().map(u64::from) }
    }

    /// Version and flags, with which most boxes begin.
    pub(super) fn version_and_flags(&mut self) -> Option<(u8, u32)> {
        let word = self.u32()?;
        Some(((word >> 24) as u8, word & 0xFF_FFFF))
    }
}

/// The rows of `each` bytes of a table called `name`, after its count.
pub(super) fn rows<'a, const EACH: usize>(
    name: &Name,
    count: u32,
    fields: BoxFields<'a>,
) -> Result<&'a [[u8; EACH]], BoxError> {
    if u64::from(count) > MOST_ENTRIES && EACH as u64 * MOST_ENTRIES < fields.0.len() as u64 {
        return Err(BoxError::TooLarge);
    }
    let (rows, _) = fields.0.as_chunks::<EACH>();
    rows.get(..count as usize).ok_or_else(|| inconsistent(name, &format!("is too short for its {count} entries")))
}

/// A table of `EACH` bytes a row that begins with version, flags and a count; none if the box is missing.
pub(super) fn table<'a, const EACH: usize>(
    name: &Name,
    contents: Option<&'a [u8]>,
) -> Result<&'a [[u8; EACH]], BoxError> {
    let Some(contents) = contents else { return Ok(&[]) };
    let mut fields = BoxFields(contents);
    match (fields.version_and_flags(), fields.u32()) {
        (Some(_), Some(count)) => rows(name, count, fields),
        _ => Err(inconsistent(name, "is too short")),
    }
}

/// The number of 32 bits at this place of a row.
pub(super) fn word(row: &[u8], at: usize) -> u32 {
    row.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |&bytes| u32::from_be_bytes(bytes))
}

pub(super) fn inconsistent(name: &Name, what: &str) -> BoxError {
    BoxError::Inconsistent(format!("its {} box {what}", name.escape_ascii()))
}

#[cfg(test)]
#[path = "boxes_tests.rs"]
mod tests;
