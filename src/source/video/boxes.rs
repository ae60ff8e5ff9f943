//! Checks the boxes of an MP4 file before re_mp4 reads them.
//!
//! re_mp4 refuses truncated files, but a recording that stopped when the phone's battery ran out is still usable. So
//! this pass finds where the readable boxes end. re_mp4 also trusts some counts and sizes: one crafted number makes it
//! allocate more memory than there is, which aborts the program. So every box that it will parse is checked against its
//! parent, and every count against the bytes present.

use std::io::{self, Read, Seek, SeekFrom};

/// The result of the check.
#[derive(Debug)]
pub(super) struct BoxLayout {
    /// Whether the index is present and complete.
    pub(super) indexed: bool,
    /// Where the readable boxes end; beyond the end of the file if its media data is truncated.
    pub(super) end: u64,
    /// Bytes of all boxes except media data, with an allowance for each header.
    tables: u64,
}

/// Why a file is not passed to re_mp4.
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

/// The most entries of all tables of one kind together: 18 hours of pictures at 60 a second. re_mp4 allocates 56 bytes
/// for each sample.
const MOST_ENTRIES: u64 = 4_000_000;

/// The most bytes of all tables; those of 18 hours take a quarter of this.
const MOST_BYTES: u64 = 512 << 20;

type Name = [u8; 4];

/// The file itself, treated as a box.
const FILE: &Name = b"file";

impl BoxLayout {
    /// An upper bound for the calls that a reader needs for these boxes: it reads at least a byte with each, and seeks
    /// between them.
    pub(super) fn steps(&self) -> u64 {
        4096 + 2 * self.tables
    }

    /// Checks a file of `length` bytes.
    pub(super) fn check(reader: &mut (impl Read + Seek), length: u64) -> Result<Self, BoxError> {
        let mut layout = Self { indexed: false, end: 0, tables: 0 };
        let mut walker = BoxWalker { reader, samples: 0 };
        while layout.end.saturating_add(HEADER) <= length {
            let start = layout.end;
            let (name, header, size) = walker.header(start)?;
            let complete = start.saturating_add(size) <= length;
            match &name {
                _ if size < header => break,
                b"mdat" | b"free" | b"skip" => layout.end = start.saturating_add(size),
                _ if !complete => break,
                _ => {
                    layout.end += size;
                    layout.tables += size;
                    walker.check_box(FILE, &name, start + header, start + size)?;
                }
            }
            layout.tables += 16;
            layout.indexed |= &name == b"moov" && complete;
        }
        if layout.tables > MOST_BYTES { Err(BoxError::TooLarge) } else { Ok(layout) }
    }
}

/// Bytes of a box header: its size and its name.
const HEADER: u64 = 8;

/// Walks the nested boxes.
struct BoxWalker<'a, R> {
    reader: &'a mut R,
    /// Samples of all tracks so far.
    samples: u64,
}

impl<R: Read + Seek> BoxWalker<'_, R> {
    /// Checks the box `name` within `parent` whose contents lie between `start` and `end`. Never deeper than re_mp4
    /// parses, so no nesting can exhaust the stack.
    fn check_box(&mut self, parent: &Name, name: &Name, start: u64, end: u64) -> Result<(), BoxError> {
        match (parent, name) {
            (FILE, b"moov" | b"moof")
            | (b"moov", b"trak" | b"udta")
            | (b"trak", b"edts" | b"mdia")
            | (b"mdia", b"minf")
            | (b"minf", b"stbl")
            | (b"moof", b"traf") => self.children(name, start, end),
            (b"moov" | b"trak" | b"udta", b"meta") => {
                let own = self.meta_header(start, end)?;
                self.children(name, start + own, end)
            }
            (b"stbl", b"stsd") => self.children(name, start + 8, end), // version, flags and count
            (b"stsd", b"vp08" | b"vp09") => self.children(name, start + 78, end), // a visual sample entry's own fields
            (b"stbl" | b"traf" | b"edts", _) => self.table(name, start, end),
            _ => Ok(()),
        }
    }

    fn children(&mut self, parent: &Name, mut start: u64, end: u64) -> Result<(), BoxError> {
        while start.saturating_add(HEADER) <= end {
            let (name, head, size) = self.header(start)?;
            let Some(after) = start.checked_add(size).filter(|&after| size >= head && after <= end) else {
                return Err(inconsistent(&name, &format!("does not fit into {}", parent.escape_ascii())));
            };
            self.check_box(parent, &name, start + head, after)?;
            start = after;
        }
        Ok(())
    }

    /// Checks the count of a table against its size.
    fn table(&mut self, name: &Name, start: u64, end: u64) -> Result<(), BoxError> {
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
                let each = if word() == 0 { 4 } else { 0 }; // a size common to all is stored once
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
            return Err(inconsistent(name, &format!("is too short for its {count} entries")));
        }
        if matches!(name, b"stsz" | b"trun") {
            self.samples += count;
        }
        if self.samples.max(count) > MOST_ENTRIES { Err(BoxError::TooLarge) } else { Ok(()) }
    }

    /// Bytes before the boxes in `meta`: some programs omit version and flags.
    fn meta_header(&mut self, start: u64, end: u64) -> Result<u64, BoxError> {
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

    /// Name, header length and size of the box at `start`. A size of 0 means "to the end of the file", so nothing can
    /// follow it.
    fn header(&mut self, start: u64) -> io::Result<(Name, u64, u64)> {
        self.reader.seek(SeekFrom::Start(start))?;
        let mut head = [0; 8];
        self.reader.read_exact(&mut head)?;
        let [a, b, c, d, name @ ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        if size != 1 {
            return Ok((name, HEADER, size));
        }
        let mut large = [0; 8];
        match self.reader.read_exact(&mut large) {
            Ok(()) => Ok((name, 2 * HEADER, u64::from_be_bytes(large))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok((name, HEADER, 0)),
            Err(error) => Err(error),
        }
    }
}

fn inconsistent(name: &Name, what: &str) -> BoxError {
    BoxError::Inconsistent(format!("its {} box {what}", name.escape_ascii()))
}

#[cfg(test)]
#[path = "boxes_tests.rs"]
mod tests;
