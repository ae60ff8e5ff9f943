//! The tracks of a movie, and which of them is the video.

use super::boxes::{BoxError, BoxFields, Name, children, find, inconsistent, table, word};
use super::fragments::{self, Defaults};
use super::orientation::Matrix;
use super::sample_entry::{self, SampleEntry};
use super::sample_table::Tables;

/// A video track, apart from its samples.
#[derive(Debug)]
pub(super) struct Track<'a> {
    /// Its place among all tracks, from 0: ffmpeg's number of the stream.
    pub(super) number: usize,
    pub(super) id: u32,
    enabled: bool,
    /// How its pictures are to be shown, by its own header and that of the movie.
    pub(super) matrix: Matrix,
    /// The size at which it is to be shown, before it is turned; pixels.
    pub(super) display: Option<(u32, u32)>,
    /// Ticks a second.
    pub(super) timescale: u32,
    pub(super) entries: Vec<SampleEntry>,
    pub(super) tables: Tables<'a>,
    /// Samples in its tables.
    count: u32,
    pub(super) edits: Vec<Edit>,
    /// `None` if it has no fragments.
    pub(super) defaults: Option<Defaults>,
}

/// An entry of an edit list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// How long it lasts in the movie, ticks of the movie; 0 for as long as the media.
    pub(super) duration: u64,
    /// Where it begins in the media, ticks of the track; `None` if nothing is shown.
    pub(super) media: Option<i64>,
    /// Media time in movie time, in units of 1/65536.
    pub(super) rate: i32,
}

/// The movie that a `moov` box describes.
#[derive(Debug)]
pub(super) struct Movie<'a> {
    /// Ticks a second of edits.
    pub(super) timescale: u32,
    /// The video track, if there is one.
    pub(super) video: Option<Track<'a>>,
}

impl<'a> Movie<'a> {
    /// Reads the contents of a `moov` box.
    pub(super) fn read(moov: &'a [u8]) -> Result<Self, BoxError> {
        let header = find(b"moov", moov, b"mvhd")?;
        let (timescale, matrix) = header.and_then(movie_header).unwrap_or((1000, Matrix::IDENTITY));
        let mvex = find(b"moov", moov, b"mvex")?.unwrap_or_default();
        let (mut tracks, mut chapters, mut number) = (Vec::new(), Vec::new(), 0);
        for child in children(b"moov", moov) {
            let child = child?;
            if &child.name == b"trak" {
                tracks.extend(track(number, child.contents, mvex, matrix)?);
                chapters.extend(chapter_tracks(child.contents));
                number += 1;
            }
        }
        if tracks.iter().any(|track| !chapters.contains(&track.id)) {
            tracks.retain(|track| !chapters.contains(&track.id));
        }
        // The first of those that are equal.
        let video = tracks.into_iter().rev().max_by_key(Track::rank);
        Ok(Self { timescale, video })
    }
}

impl Track<'_> {
    /// Of several video tracks, the one with the highest rank is the video: not a cover picture, not one that is
    /// switched off, and the largest.
    fn rank(&self) -> (bool, bool, u64) {
        let size = |entry: &SampleEntry| u64::from(entry.size.0) * u64::from(entry.size.1);
        let moving = self.count != 1;
        (self.enabled, moving, self.entries.first().map_or(0, size))
    }
}

/// The tracks that hold the chapters of this one: their pictures are marks, not a film.
fn chapter_tracks(trak: &[u8]) -> Vec<u32> {
    let within = |parent: &Name, contents, name: &Name| find(parent, contents, name).ok().flatten();
    let chap = within(b"trak", trak, b"tref").and_then(|tref| within(b"tref", tref, b"chap"));
    chap.unwrap_or_default().as_chunks::<4>().0.iter().map(|id| u32::from_be_bytes(*id)).collect()
}

/// Ticks a second, and the matrix.
fn movie_header(contents: &[u8]) -> Option<(u32, Matrix)> {
    let mut fields = BoxFields(contents);
    let (version, _) = fields.version_and_flags()?;
    fields.long(version)?;
    fields.long(version)?;
    let timescale = fields.u32().filter(|&timescale| timescale > 0)?;
    fields.long(version)?;
    fields.take(16)?;
    Some((timescale, Matrix::read(&mut fields).unwrap_or(Matrix::IDENTITY)))
}

/// The track in a `trak` box; `None` if it is no video.
fn track<'a>(number: usize, trak: &'a [u8], mvex: &[u8], movie: Matrix) -> Result<Option<Track<'a>>, BoxError> {
    let media = find(b"trak", trak, b"mdia")?.unwrap_or_default();
    let handler = find(b"mdia", media, b"hdlr")?.and_then(|contents| contents.get(8..12));
    if !matches!(handler, Some(b"vide" | b"pict")) {
        return Ok(None);
    }
    let short = |name| move || inconsistent(name, "is missing or too short");
    let header = find(b"trak", trak, b"tkhd")?.and_then(track_header).ok_or_else(short(b"tkhd"))?;
    let timescale = find(b"mdia", media, b"mdhd")?.and_then(media_timescale).ok_or_else(short(b"mdhd"))?;
    let information = find(b"mdia", media, b"minf")?.ok_or_else(short(b"minf"))?;
    let tables = Tables::of(find(b"minf", information, b"stbl")?.ok_or_else(short(b"stbl"))?)?;
    let entries = sample_entry::read(tables.descriptions.ok_or_else(short(b"stsd"))?)?;
    let edits = match find(b"trak", trak, b"edts")? {
        Some(edts) => edits(find(b"edts", edts, b"elst")?)?,
        None => Vec::new(),
    };
    let defaults = fragments::defaults(mvex, header.id)?;
    let count = tables.count()?;
    Ok(Some(Track {
        number,
        id: header.id,
        enabled: header.enabled,
        matrix: header.matrix.then(movie),
        display: Some(header.size).filter(|&(width, height)| width > 0 && height > 0),
        timescale,
        entries,
        tables,
        count,
        edits,
        defaults,
    }))
}

/// What a `tkhd` box says.
struct TrackHeader {
    id: u32,
    enabled: bool,
    matrix: Matrix,
    size: (u32, u32),
}

fn track_header(contents: &[u8]) -> Option<TrackHeader> {
    let mut fields = BoxFields(contents);
    let (version, flags) = fields.version_and_flags()?;
    fields.long(version)?;
    fields.long(version)?;
    let id = fields.u32()?;
    fields.u32()?;
    fields.long(version)?;
    fields.take(16)?;
    let matrix = Matrix::read(&mut fields)?;
    let size = (fields.u32()? >> 16, fields.u32()? >> 16);
    Some(TrackHeader { id, enabled: flags & 1 == 1, matrix, size })
}

fn media_timescale(contents: &[u8]) -> Option<u32> {
    let mut fields = BoxFields(contents);
    let (version, _) = fields.version_and_flags()?;
    fields.long(version)?;
    fields.long(version)?;
    fields.u32().map(|timescale| timescale.max(1))
}

fn edits(contents: Option<&[u8]>) -> Result<Vec<Edit>, BoxError> {
    let Some(contents) = contents else { return Ok(Vec::new()) };
    if contents.first() == Some(&1) {
        let long = |row: &[u8; 20], at: usize| u64::from(word(row, at)) << 32 | u64::from(word(row, at + 4));
        let edit = |row| (long(row, 0), long(row, 8).cast_signed(), word(row, 16).cast_signed());
        Ok(table::<20>(b"elst", Some(contents))?.iter().map(edit).map(Edit::of).collect())
    } else {
        let edit =
            |row: &[u8; 12]| (word(row, 0).into(), word(row, 4).cast_signed().into(), word(row, 8).cast_signed());
        Ok(table::<12>(b"elst", Some(contents))?.iter().map(edit).map(Edit::of).collect())
    }
}

impl Edit {
    fn of((duration, media, rate): (u64, i64, i32)) -> Self {
        Self { duration, media: (media != -1).then_some(media), rate }
    }
}
