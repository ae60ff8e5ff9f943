//! A first walk over the boxes of an MP4 file, before re_mp4 reads them.
//!
//! re_mp4 refuses files that end early, and recordings do: a phone that ran empty leaves pictures worth having. So it is
//! told where the boxes end that are worth reading. It also takes some counts and sizes at their word: one crafted
//! number makes it ask for more memory than there is, which ends the program. So every box that it will look into is
//! measured against the box around it, and every count against the bytes that are there.

use std::io::{self, Read, Seek, SeekFrom};

/// What the walk finds.
#[derive(Debug)]
pub(super) struct BoxLayout {
    /// Whether the index is there, and whole.
    pub(super) indexed: bool,
    /// Where the boxes worth reading end; behind the end of the file if its media data is cut short.
    pub(super) end: u64,
    /// Bytes of all boxes but the media data, with some for the header of each.
    tables: u64,
}

/// Why a file is not given to re_mp4.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfit {
    /// It cannot be read.
    #[error(transparent)]
    Unread(#[from] io::Error),
    /// A box or a count that does not fit into what is around it.
    #[error("{0}")]
    Contradiction(String),
    /// More entries than [`MOST_ENTRIES`], or more bytes than [`MOST_BYTES`].
    #[error("its index is enormous")]
    TooLong,
}

/// The most entries that all tables of one kind may have together: 18 hours of pictures at 60 a second. re_mp4 takes 56
/// bytes for each sample.
const MOST_ENTRIES: u64 = 4_000_000;

/// The most bytes of all tables; those of 18 hours take a quarter of it.
const MOST_BYTES: u64 = 512 << 20;

type Name = [u8; 4];

/// The name given to the file, as if it were a box.
const FILE: &Name = b"file";

impl BoxLayout {
    /// Calls of a reader that suffice for these boxes: it takes at least a byte for each, and places itself between
    /// them.
    pub(super) fn steps(&self) -> u64 {
        4096 + 2 * self.tables
    }

    /// Walks over a file of `length` bytes.
    pub(super) fn walk(reader: &mut (impl Read + Seek), length: u64) -> Result<Self, Unfit> {
        let mut layout = Self { indexed: false, end: 0, tables: 0 };
        let mut inside = Inside { reader, samples: 0 };
        while layout.end.saturating_add(HEAD) <= length {
            let start = layout.end;
            let (name, head, size) = inside.header(start)?;
            let whole = start.saturating_add(size) <= length;
            match &name {
                _ if size < head => break,
                b"mdat" | b"free" | b"skip" => layout.end = start.saturating_add(size),
                _ if !whole => break,
                _ => {
                    layout.end += size;
                    layout.tables += size;
                    inside.look_into(FILE, &name, start + head, start + size)?;
                }
            }
            layout.tables += 16;
            layout.indexed |= &name == b"moov" && whole;
        }
        if layout.tables > MOST_BYTES { Err(Unfit::TooLong) } else { Ok(layout) }
    }
}

/// Bytes of a box's head: its size and its name.
const HEAD: u64 = 8;

/// The way through the boxes within boxes.
struct Inside<'a, R> {
    reader: &'a mut R,
    /// Samples of all tracks so far.
    samples: u64,
}

impl<R: Read + Seek> Inside<'_, R> {
    /// Checks the box `name` within `parent` whose contents lie between `start` and `end`. Never deeper than re_mp4
    /// looks, so no nesting can exhaust the stack.
    fn look_into(&mut self, parent: &Name, name: &Name, start: u64, end: u64) -> Result<(), Unfit> {
        match (parent, name) {
            (FILE, b"moov" | b"moof")
            | (b"moov", b"trak" | b"udta")
            | (b"trak", b"edts" | b"mdia")
            | (b"mdia", b"minf")
            | (b"minf", b"stbl")
            | (b"moof", b"traf") => self.children(name, start, end),
            (b"moov" | b"trak" | b"udta", b"meta") => {
                let own = self.head_of_meta(start, end)?;
                self.children(name, start + own, end)
            }
            (b"stbl", b"stsd") => self.children(name, start + 8, end), // version, flags and count
            (b"stsd", b"vp08" | b"vp09") => self.children(name, start + 78, end), // a visual sample entry's own fields
            (b"stbl" | b"traf" | b"edts", _) => self.table(name, start, end),
            _ => Ok(()),
        }
    }

    fn children(&mut self, parent: &Name, mut start: u64, end: u64) -> Result<(), Unfit> {
        while start.saturating_add(HEAD) <= end {
            let (name, head, size) = self.header(start)?;
            let Some(after) = start.checked_add(size).filter(|&after| size >= head && after <= end) else {
                return Err(contradiction(&name, &format!("does not fit into {}", parent.escape_ascii())));
            };
            self.look_into(parent, &name, start + head, after)?;
            start = after;
        }
        Ok(())
    }

    /// Checks the count of a table against the bytes behind it.
    fn table(&mut self, name: &Name, start: u64, end: u64) -> Result<(), Unfit> {
        let mut words = self.words(start, end)?;
        let mut word = || words.next().unwrap_or_default();
        let (version, flags) = {
            let first = word();
            (first >> 24, first & 0xFF_FFFF)
        };
        let (own, count, each) = match name {
            b"stts" | b"ctts" | b"co64" => (8, word(), 8),
            b"stsc" => (8, word(), 12),
            b"stss" | b"stco" => (8, word(), 4),
            b"elst" => (8, word(), if version == 1 { 20 } else { 12 }),
            b"stsz" => {
                let each = if word() == 0 { 4 } else { 0 }; // a size that all share is written once
                (12, word(), each)
            }
            b"trun" => {
                let own = 8 + 4 * u64::from((flags & 0x5).count_ones());
                (own, word(), 4 * u64::from((flags & 0xF00).count_ones()))
            }
            _ => return Ok(()),
        };
        let count = u64::from(count);
        if own + count * each > end - start {
            return Err(contradiction(name, &format!("has fewer than the {count} entries it tells")));
        }
        if matches!(name, b"stsz" | b"trun") {
            self.samples += count;
        }
        if self.samples.max(count) > MOST_ENTRIES { Err(Unfit::TooLong) } else { Ok(()) }
    }

    /// Bytes before the boxes in `meta`: some programs leave out version and flags.
    fn head_of_meta(&mut self, start: u64, end: u64) -> Result<u64, Unfit> {
        let mut words = self.words(start, end)?;
        let bare = words.next() != Some(0) && words.next() == Some(u32::from_be_bytes(*b"hdlr"));
        Ok(if bare { 0 } else { 4 })
    }

    /// The first words of a box, at most three.
    fn words(&mut self, start: u64, end: u64) -> io::Result<impl Iterator<Item = u32> + use<R>> {
        let mut words = [0; 12];
        let length = words.len().min(usize::try_from(end - start).unwrap_or(usize::MAX));
        self.reader.seek(SeekFrom::Start(start))?;
        self.reader.read_exact(&mut words[..length])?;
        let [a, b, c]: [u32; 3] =
            [0, 4, 8].map(|at| u32::from_be_bytes([words[at], words[at + 1], words[at + 2], words[at + 3]]));
        Ok([a, b, c].into_iter())
    }

    /// Name, length of the head and size of the box at `start`. A size of 0 means "to the end of the file"; nothing can
    /// come behind it.
    fn header(&mut self, start: u64) -> io::Result<(Name, u64, u64)> {
        self.reader.seek(SeekFrom::Start(start))?;
        let mut head = [0; 8];
        self.reader.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if size != 1 {
            return Ok((name, HEAD, size));
        }
        let mut large = [0; 8];
        match self.reader.read_exact(&mut large) {
            Ok(()) => Ok((name, 2 * HEAD, u64::from_be_bytes(large))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok((name, HEAD, 0)),
            Err(error) => Err(error),
        }
    }
}

fn contradiction(name: &Name, what: &str) -> Unfit {
    Unfit::Contradiction(format!("its box {} {what}", name.escape_ascii()))
}

#[cfg(test)]
#[path = "boxes_tests.rs"]
mod tests;
