//! Encodes about one second of samples as one block of bytes, as stored in the table `blocks`.
//!
//! ```text
//! byte 0      version, 1
//! bytes 1–4   CRC-32 of everything after them, little-endian
//! bytes 5–8   length of the body, little-endian
//! from 9      the body, compressed with DEFLATE
//! ```
//!
//! The body is a sequence of [`series`]: one quantity in all frames, then the next, so that neighbours are similar. It
//! starts with the number of frames, followed by the series of [`write_body`] in its order. Measured values (times,
//! angles, intervals, confidence) are stored bit for bit, and what is not finite is read as not seen; values that are only drawn are rounded ([`Body`],
//! [`Back`](super::sample::Back)).
//!
//! Blocks are untrusted input: any bytes give either samples or a [`BlockError`], and no more memory is allocated than
//! the number of bytes justifies.

mod figure;
mod series;
#[cfg(test)]
mod tests;

use std::io::{Read, Write};

use euclid::Angle;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress};

use super::code::Code;
use super::sample::{Sample, SampleOutline};
use super::stored_time::{nanoseconds, timestamp};
use crate::coach::{Phase, Verdict};
use crate::geometry::{Bend, HalfWidth90, Origin, State};
use crate::spine::Facing;
use series::{SeriesReader, SeriesWriter};

/// The format version. Only this one is written and read.
const VERSION: u8 = 1;

/// More frames than a second has: a writer starts a new block before this.
pub const MOST_FRAMES: usize = 1024;

/// Largest body, bytes: [`MOST_FRAMES`] frames of maximal numbers stay below it.
pub(super) const LARGEST_BODY: usize = 4 << 20;

/// So much of a body is decompressed at first to read its beginning, bytes a frame: the outlines, what was measured, and that with the
/// bodies down to the hips. In the demo they take 6, 43 to 50 and 201 to 212.
const OUTLINES: usize = 12;
const MEASURED: usize = 56;
const TRUNKS: usize = 240;

/// Why bytes cannot be decoded as a block of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// The block was written by a newer program, or is not a block.
    #[error(
        "the measurements have a format that this bendwise does not know ({0}): they are damaged, or a newer bendwise wrote them"
    )]
    Version(u8),
    /// The bytes were changed after they were written.
    #[error("the stored measurements are damaged")]
    Damaged,
}

/// Packs up to [`MOST_FRAMES`] samples into a block.
pub fn pack(samples: &[Sample]) -> Vec<u8> {
    let mut writer = SeriesWriter::default();
    write_body(&mut writer, samples);
    let body = writer.into_bytes();
    let mut body_bytes = (body.len() as u32).to_le_bytes().to_vec();
    let mut encoder = DeflateEncoder::new(&mut body_bytes, Compression::default());
    // Writing to memory cannot fail; if it did, the checksum would reveal it.
    encoder.write_all(&body).and_then(|()| encoder.try_finish()).ok();
    drop(encoder);
    let mut block = vec![VERSION];
    block.extend(crc32fast::hash(&body_bytes).to_le_bytes());
    block.extend(body_bytes);
    block
}

/// Unpacks the samples of a block.
///
/// # Errors
/// If the bytes are not a block written by [`pack`].
pub fn unpack(block: &[u8]) -> Result<Vec<Sample>, BlockError> {
    decompress(checked_body(block)?).and_then(|body| read_body(&body)).ok_or(BlockError::Damaged)
}

/// The length of the body and the compressed body, if their checksum is right.
fn checked_body(block: &[u8]) -> Result<&[u8], BlockError> {
    let (&version, rest) = block.split_first().ok_or(BlockError::Damaged)?;
    if version != VERSION {
        return Err(BlockError::Version(version));
    }
    let (sum, body_bytes) = rest.split_first_chunk::<4>().ok_or(BlockError::Damaged)?;
    if crc32fast::hash(body_bytes) != u32::from_le_bytes(*sum) {
        return Err(BlockError::Damaged);
    }
    Ok(body_bytes)
}

/// What the beginnings of blocks are decompressed with, one after the other: setting one up takes as long as its work.
pub(super) fn decoder() -> Decompress {
    Decompress::new(false)
}

/// Reads what is at the beginning of a block of about so many frames, and decompresses no more of it: some of what each sample has.
///
/// # Errors
/// If the bytes are not a block written by [`pack`].
pub(super) fn unpack_outlines(
    (frames, block): (u64, &[u8]),
    decoder: &mut Decompress,
) -> Result<Vec<SampleOutline>, BlockError> {
    unpack_beginning(block, at_first(frames, OUTLINES), decoder, read_outlines)
}

/// How much is decompressed at first of a block of so many frames, at so many bytes a frame.
fn at_first(frames: u64, bytes: usize) -> usize {
    let frames = usize::try_from(frames).unwrap_or(MOST_FRAMES).min(MOST_FRAMES);
    (frames + 1) * bytes
}

/// A sample without its body and back.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct MeasuredSample {
    /// What was measured.
    pub sample: Sample,
    /// The way the person faced, where the back was seen.
    pub facing: Option<Facing>,
    /// How far the person was turned out of side-on, 0° to 90°, where that was asked for and there is a body.
    pub yaw: Option<Angle<f32>>,
}

/// Reads the samples without body and back, and decompresses no more of the block than that takes; with the yaw if it is asked
/// for, which takes twice as long.
///
/// # Errors
/// If the bytes are not a block written by [`pack`].
pub(super) fn unpack_measured(
    (frames, block): (u64, &[u8]),
    with_yaw: bool,
    decoder: &mut Decompress,
) -> Result<Vec<MeasuredSample>, BlockError> {
    unpack_beginning(block, at_first(frames, if with_yaw { TRUNKS } else { MEASURED }), decoder, |body| {
        let reader = &mut SeriesReader::new(body);
        let (samples, flags) = read_measured(reader)?;
        let bodies = flags.iter().filter(|flags| flags.has(Flags::BODY)).count();
        let mut yaws = if with_yaw { figure::read_yaws(reader, bodies)? } else { Vec::new() }.into_iter();
        let measured = |(sample, flags): (Sample, &Flags)| MeasuredSample {
            sample,
            facing: flags.has(Flags::BACK).then(|| flags.facing()).flatten(),
            yaw: flags.has(Flags::BODY).then(|| yaws.next()).flatten(),
        };
        let mut all = Vec::with_capacity(samples.len()); // the elements are larger: none fits where its sample was
        all.extend(samples.into_iter().zip(&flags).map(measured));
        Some(all)
    })
}

/// Decompresses a block, `at_first` so many bytes of it, until `read_in` finds what it reads.
fn unpack_beginning<T>(
    block: &[u8],
    at_first: usize,
    decoder: &mut Decompress,
    read_in: impl Fn(&[u8]) -> Option<Vec<T>>,
) -> Result<Vec<T>, BlockError> {
    let packed = checked_body(block)?.get(4..).ok_or(BlockError::Damaged)?;
    let mut length = at_first;
    loop {
        let body = decompress_beginning(packed, length, decoder)?;
        if let Some(found) = read_in(&body) {
            return Ok(found);
        }
        if body.len() < length || length > LARGEST_BODY {
            return Err(BlockError::Damaged);
        }
        length *= 2;
    }
}

/// The first bytes of what was compressed, `length` if there are so many. In one step, into memory that is there already: that is
/// twice as fast as a decoder that reads on.
fn decompress_beginning(packed: &[u8], length: usize, decoder: &mut Decompress) -> Result<Vec<u8>, BlockError> {
    decoder.reset(false);
    let mut body = vec![0; length];
    decoder.decompress(packed, &mut body, FlushDecompress::Finish).map_err(|_| BlockError::Damaged)?;
    body.truncate(usize::try_from(decoder.total_out()).unwrap_or_default());
    Ok(body)
}

/// What is at the beginning of a body; `None` if it ends before.
fn read_outlines(body: &[u8]) -> Option<Vec<SampleOutline>> {
    let reader = &mut SeriesReader::new(body);
    let count = usize::try_from(*reader.series(1)?.first()?).ok().filter(|count| *count <= MOST_FRAMES)?;
    let (times, numbers, flags) = (reader.series(count)?, reader.series(count)?, reader.series(count)?);
    let outline = |((time, number), flags): ((i64, i64), i64)| {
        Some(SampleOutline {
            time: timestamp(time)?,
            number: number.cast_unsigned(),
            state: Flags(flags).state()?,
            pictured: Flags(flags).has(Flags::PICTURED),
        })
    };
    times.into_iter().zip(numbers).zip(flags).map(outline).collect()
}

/// Decompresses the body, which must have exactly the stated length.
fn decompress(body_bytes: &[u8]) -> Option<Vec<u8>> {
    let (length, packed) = body_bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|length| *length <= LARGEST_BODY)?;
    let mut body = Vec::new();
    DeflateDecoder::new(packed).take(length as u64 + 1).read_to_end(&mut body).ok()?;
    (body.len() == length).then_some(body)
}

fn write_body(writer: &mut SeriesWriter, samples: &[Sample]) {
    let frames = || samples.iter();
    writer.series([samples.len() as i64]);
    writer.series(frames().map(|sample| nanoseconds(sample.time)));
    writer.series(frames().map(|sample| sample.number.cast_signed()));
    writer.series(frames().map(|sample| Flags::of(sample).0));
    writer.series(frames().map(|sample| i64::from(sample.people)));
    writer.floats(frames().map(|sample| sample.confidence));
    let bends: [fn(&Sample) -> Option<Bend>; 2] = [|sample| sample.raw, |sample| sample.filtered];
    for bend in bends {
        for angle in BEND {
            writer.floats(frames().filter_map(bend).map(|bend| angle(&bend).radians));
        }
    }
    for angle in INTERVAL {
        writer.floats(
            frames().filter_map(|sample| sample.half_width_90).map(|half_width_90| angle(&half_width_90).radians),
        );
    }
    figure::write_bodies(writer, &frames().filter_map(|sample| sample.body.as_deref()).collect::<Vec<_>>());
    figure::write_backs(writer, &frames().filter_map(|sample| sample.back.as_ref()).collect::<Vec<_>>());
}

fn read_body(body: &[u8]) -> Option<Vec<Sample>> {
    let reader = &mut SeriesReader::new(body);
    let (mut samples, flags) = read_measured(reader)?;
    add_bodies(reader, &mut samples, &flags)?;
    let backs = flags.iter().filter(|flags| flags.has(Flags::BACK));
    let known: Option<Vec<_>> = backs.map(|flags| Some((flags.facing()?, flags.has(Flags::HAIR_OVER_NECK)))).collect();
    let mut backs = figure::read_backs(reader, &known?)?.into_iter();
    for (sample, flags) in samples.iter_mut().zip(&flags) {
        sample.back = flags.has(Flags::BACK).then(|| backs.next()).flatten();
    }
    reader.is_at_end().then_some(samples)
}

/// Adds the bodies, which come after what was measured.
fn add_bodies(reader: &mut SeriesReader, samples: &mut [Sample], flags: &[Flags]) -> Option<()> {
    let count = flags.iter().filter(|flags| flags.has(Flags::BODY)).count();
    let mut bodies = figure::read_bodies(reader, count)?.into_iter();
    for (sample, flags) in samples.iter_mut().zip(flags) {
        sample.body = flags.has(Flags::BODY).then(|| bodies.next()).flatten().map(Box::new);
    }
    Some(())
}

/// The samples without body and back, which come after them, and the flags of each.
fn read_measured(reader: &mut SeriesReader) -> Option<(Vec<Sample>, Vec<Flags>)> {
    let count = usize::try_from(*reader.series(1)?.first()?).ok().filter(|count| *count <= MOST_FRAMES)?;
    let times = reader.series(count)?;
    let numbers = reader.series(count)?;
    let flags: Vec<Flags> = reader.series(count)?.into_iter().map(Flags).collect();
    let people = reader.series(count)?;
    let confidences = reader.floats(count)?;
    let having = |bit: u32| flags.iter().filter(|flags| flags.has(bit)).count();
    let mut raw = read_bends(reader, having(Flags::RAW))?.into_iter();
    let mut filtered = read_bends(reader, having(Flags::FILTERED))?.into_iter();
    let mut intervals = read_intervals(reader, having(Flags::INTERVAL))?.into_iter();
    let mut samples = Vec::with_capacity(count);
    for ((((time, number), flags), people), confidence) in
        times.into_iter().zip(numbers).zip(&flags).zip(people).zip(confidences)
    {
        samples.push(Sample {
            time: timestamp(time)?,
            number: number.cast_unsigned(),
            state: flags.state()?,
            confidence: if confidence.is_finite() { confidence } else { 0.0 },
            raw: flags.has(Flags::RAW).then(|| raw.next()).flatten().filter(is_seen),
            filtered: flags.has(Flags::FILTERED).then(|| filtered.next()).flatten().filter(is_seen),
            half_width_90: flags.has(Flags::INTERVAL).then(|| intervals.next()).flatten().filter(is_known),
            stood: flags.has(Flags::STOOD),
            origin: flags.origin(),
            phase: flags.phase()?,
            verdict: flags.verdict()?,
            pictured: flags.has(Flags::PICTURED),
            people: u8::try_from(people).ok()?,
            body: None,
            back: None,
        });
    }
    Some((samples, flags))
}

const BEND: [fn(&Bend) -> Angle<f32>; 4] =
    [|bend| bend.hip_flexion, |bend| bend.lumbar_flexion, |bend| bend.trunk_inclination, |bend| bend.knee_flexion];

const INTERVAL: [fn(&HalfWidth90) -> Angle<f32>; 2] =
    [|half_width_90| half_width_90.hip_flexion, |half_width_90| half_width_90.lumbar_flexion];

/// Whether every angle is a number: one that is not was not seen, whoever wrote it.
fn is_seen(bend: &Bend) -> bool {
    BEND.iter().all(|angle| angle(bend).is_finite())
}

/// The same of intervals.
fn is_known(half_width_90: &HalfWidth90) -> bool {
    INTERVAL.iter().all(|angle| angle(half_width_90).is_finite())
}

fn read_bends(reader: &mut SeriesReader, count: usize) -> Option<Vec<Bend>> {
    let [hips, lumbars, trunks, knees] = four(|| reader.floats(count))?;
    let rest = trunks.into_iter().zip(knees);
    let bends = hips.into_iter().zip(lumbars).zip(rest).map(|((hip, lumbar), (trunk, knee))| Bend {
        hip_flexion: Angle::radians(hip),
        lumbar_flexion: Angle::radians(lumbar),
        trunk_inclination: Angle::radians(trunk),
        knee_flexion: Angle::radians(knee),
    });
    Some(bends.collect())
}

fn read_intervals(reader: &mut SeriesReader, count: usize) -> Option<Vec<HalfWidth90>> {
    let (hips, lumbars) = (reader.floats(count)?, reader.floats(count)?);
    let intervals = hips.into_iter().zip(lumbars);
    let half_width_90 =
        |(hip, lumbar)| HalfWidth90 { hip_flexion: Angle::radians(hip), lumbar_flexion: Angle::radians(lumbar) };
    Some(intervals.map(half_width_90).collect())
}

fn four<T>(mut next: impl FnMut() -> Option<T>) -> Option<[T; 4]> {
    Some([next()?, next()?, next()?, next()?])
}

/// The flags of a frame, in the bits of one number: from the lowest, four bits for the [`Code`] of the state, two for
/// that of the phase, two for that of the verdict, then one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flags(i64);

impl Flags {
    /// First bit of each code.
    const STATE: u32 = 0;
    const PHASE: u32 = 4;
    const VERDICT: u32 = 6;
    const RAW: u32 = 8;
    const FILTERED: u32 = 9;
    const INTERVAL: u32 = 10;
    const STOOD: u32 = 11;
    const PICTURED: u32 = 12;
    const BODY: u32 = 13;
    const BACK: u32 = 14;
    const FACING: u32 = 15;
    /// Never set by older versions.
    const HAIR_OVER_NECK: u32 = 16;
    /// Neither is ever set by older versions, which measured every frame.
    const HELD: u32 = 17;
    const INTERPOLATED: u32 = 18;

    fn of(sample: &Sample) -> Self {
        let hair = sample.back.as_ref().is_some_and(|back| back.c7.is_err());
        let facing = sample.back.as_ref().map_or(0, |back| back.facing.code());
        let bits = [
            (Self::RAW, sample.raw.is_some()),
            (Self::FILTERED, sample.filtered.is_some()),
            (Self::INTERVAL, sample.half_width_90.is_some()),
            (Self::STOOD, sample.stood),
            (Self::PICTURED, sample.pictured),
            (Self::BODY, sample.body.is_some()),
            (Self::BACK, sample.back.is_some()),
            (Self::HAIR_OVER_NECK, hair),
            (Self::HELD, sample.origin == Origin::Held),
            (Self::INTERPOLATED, sample.origin == Origin::Interpolated),
        ];
        let codes = [
            (Self::STATE, sample.state.code()),
            (Self::PHASE, sample.phase.code()),
            (Self::VERDICT, sample.verdict.code()),
            (Self::FACING, facing),
        ];
        let bits = bits.map(|(bit, set)| (bit, u8::from(set)));
        Self(bits.into_iter().chain(codes).fold(0, |flags, (bit, value)| flags | i64::from(value) << bit))
    }

    /// The code in `bits` bits from `bit` on.
    fn code(self, bit: u32, bits: u32) -> u8 {
        (self.0 >> bit & ((1 << bits) - 1)) as u8
    }

    fn origin(self) -> Origin {
        match () {
            () if self.has(Self::HELD) => Origin::Held,
            () if self.has(Self::INTERPOLATED) => Origin::Interpolated,
            () => Origin::Frame,
        }
    }

    fn has(self, bit: u32) -> bool {
        self.0 >> bit & 1 == 1
    }

    fn state(self) -> Option<State> {
        State::from_code(self.code(Self::STATE, 4))
    }

    fn phase(self) -> Option<Phase> {
        Phase::from_code(self.code(Self::PHASE, 2))
    }

    fn verdict(self) -> Option<Option<Verdict>> {
        Code::from_code(self.code(Self::VERDICT, 2))
    }

    fn facing(self) -> Option<Facing> {
        Facing::from_code(self.code(Self::FACING, 1))
    }
}
