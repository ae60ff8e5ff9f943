//! What the pose networks saw in a recording, kept between its survey and its measurement.
//!
//! The networks are most of the work, so they run once. What is kept of a frame is what the measurement needs: the
//! landmarks, and of the mask only its edge, on which alone the outline depends. That is some 2.3 kB a measured
//! frame, 125 MB for half an hour of them at 30 frames/s, in a file of the caller's.

use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::Duration;

use euclid::{Angle, point2, point3, size2};
use ndarray::Array2;

use crate::pose::{CROP_SIZE, Joint, Landmark, Mask, Pose, PoseResult, Region};
use crate::source::Timestamp;

/// Where poses are kept: a temporary file, or memory for a short recording.
pub trait PoseStorage: Read + Write + Seek + Send {}

impl<S: Read + Write + Seek + Send> PoseStorage for S {}

/// The numbers of a pose without its landmarks: presence, region, picture size.
const FRAMING: usize = 7;
/// The numbers of a landmark: two of the picture, visibility, three of the world.
const NUMBERS: usize = 6;

/// Stand for the number of people in a frame that was not measured.
const HELD: u32 = u32::MAX;
const LEFT_OUT: u32 = u32::MAX - 1;

/// The level at which a pixel belongs to the person, and the steps of a kept probability.
const EDGE: f32 = 0.5;
const STEPS: f32 = 255.0;

/// One measured frame as kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KeptPose {
    pub pose_result: PoseResult,
    /// How long that took when the recording was surveyed.
    pub took: Duration,
    /// The share of the networks in it.
    pub networks: Duration,
}

impl KeptPose {
    /// What was just seen.
    pub fn of(pose_result: PoseResult) -> Self {
        Self { pose_result, took: Duration::ZERO, networks: Duration::ZERO }
    }
}

/// What is known of one frame of a recording.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Perceived {
    /// It was measured.
    Measured(Box<KeptPose>),
    /// It was not, as nothing had moved since the last one that was.
    Held,
    /// It was not; it lies between measured ones.
    LeftOut,
}

/// Writes poses, one frame after the other.
pub(super) struct PoseWriter {
    out: io::BufWriter<Box<dyn PoseStorage>>,
    frames: u64,
}

impl PoseWriter {
    pub fn new(storage: Box<dyn PoseStorage>) -> Self {
        Self { out: io::BufWriter::new(storage), frames: 0 }
    }

    /// Adds a frame.
    pub fn push(&mut self, time: Timestamp, perceived: &Perceived) -> io::Result<()> {
        self.frames += 1;
        self.out.write_all(&(time.since(Timestamp::default()).as_nanos() as u64).to_le_bytes())?;
        match perceived {
            Perceived::Held => write_u32(&mut self.out, HELD),
            Perceived::LeftOut => write_u32(&mut self.out, LEFT_OUT),
            Perceived::Measured(kept) => self.push_pose(kept),
        }
    }

    fn push_pose(&mut self, kept: &KeptPose) -> io::Result<()> {
        write_u32(&mut self.out, kept.pose_result.people as u32)?;
        for time in [kept.took, kept.networks] {
            write_u32(&mut self.out, u32::try_from(time.as_micros()).unwrap_or(u32::MAX))?;
        }
        let pose = kept.pose_result.pose.as_ref();
        write_u32(&mut self.out, u32::from(pose.is_some()))?;
        pose.map_or(Ok(()), |pose| write_pose(&mut self.out, pose))
    }

    /// Turns to reading from the first frame on.
    pub fn read_back(self) -> io::Result<PoseReader> {
        let mut storage = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        storage.seek(SeekFrom::Start(0))?;
        Ok(PoseReader { input: io::BufReader::new(storage), left: self.frames })
    }
}

/// Reads the poses back in their order.
pub(super) struct PoseReader {
    input: io::BufReader<Box<dyn PoseStorage>>,
    left: u64,
}

impl PoseReader {
    /// The next frame and its time; an error of kind `UnexpectedEof` if there are no more.
    pub fn next(&mut self) -> io::Result<(Timestamp, Perceived)> {
        self.left = self.left.checked_sub(1).ok_or(io::ErrorKind::UnexpectedEof)?;
        let mut nanos = [0; 8];
        self.input.read_exact(&mut nanos)?;
        let time = Timestamp::new(Duration::from_nanos(u64::from_le_bytes(nanos)));
        let perceived = match read_u32(&mut self.input)? {
            HELD => Perceived::Held,
            LEFT_OUT => Perceived::LeftOut,
            people => Perceived::Measured(Box::new(self.pose(people as usize)?)),
        };
        Ok((time, perceived))
    }

    fn pose(&mut self, people: usize) -> io::Result<KeptPose> {
        let took = [read_u32(&mut self.input)?, read_u32(&mut self.input)?];
        let [took, networks] = took.map(|time| Duration::from_micros(time.into()));
        let seen = read_u32(&mut self.input)? != 0;
        let pose = if seen { Some(read_pose(&mut self.input)?) } else { None };
        Ok(KeptPose { pose_result: PoseResult { pose, people }, took, networks })
    }
}

fn write_pose(out: &mut impl Write, pose: &Pose) -> io::Result<()> {
    let Region { center, size, rotation } = pose.region;
    let picture = pose.picture_size;
    let framing = [pose.presence, center.x, center.y, size, rotation.radians, picture.width, picture.height];
    write_numbers(out, framing)?;
    for landmark in &pose.landmarks {
        let (point, world) = (landmark.point, landmark.world);
        write_numbers(out, [point.x, point.y, landmark.visibility, world.x, world.y, world.z])?;
    }
    write_mask(out, &pose.mask)
}

fn read_pose(input: &mut impl Read) -> io::Result<Pose> {
    let [presence, x, y, size, rotation, width, height] = read_numbers::<FRAMING>(input)?;
    let region = Region { center: point2(x, y), size, rotation: Angle::radians(rotation) };
    let mut landmarks = [Landmark::default(); Joint::COUNT];
    for landmark in &mut landmarks {
        let [x, y, visibility, right, down, near] = read_numbers::<NUMBERS>(input)?;
        *landmark = Landmark { point: point2(x, y), visibility, world: point3(right, down, near) };
    }
    Ok(Pose { landmarks, presence, mask: read_mask(input)?, region, picture_size: size2(width, height) })
}

/// Keeps on which side of the edge each pixel is, as lengths of runs, and the probability of those beside the edge to
/// 1/255: the edge moves by some hundredths of a pixel at most.
fn write_mask(out: &mut impl Write, mask: &Mask) -> io::Result<()> {
    let Mask { probability, burnt_out } = mask;
    let sides = probability.map(|probability| *probability >= EDGE);
    let sides = row_by_row(&sides);
    let (rows, columns) = probability.dim();
    write_u32(out, rows as u32)?;
    write_u32(out, columns as u32)?;
    write_sides(out, &sides)?;
    write_sides(out, &row_by_row(burnt_out))?;
    for at in edge_places(&sides, columns) {
        let level = (probability[(at / columns, at % columns)] * STEPS).round();
        // Rounded, it stays on its side.
        let level = if sides[at] { level.max(128.0) } else { level.min(127.0) };
        out.write_all(&[level as u8])?;
    }
    Ok(())
}

fn read_mask(input: &mut impl Read) -> io::Result<Mask> {
    let (rows, columns) = (read_u32(input)? as usize, read_u32(input)? as usize);
    if rows > CROP_SIZE || columns > CROP_SIZE {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let sides = read_sides(input, rows * columns)?;
    let burnt_out = read_sides(input, rows * columns)?;
    let mut probability: Vec<f32> = sides.iter().map(|inside| f32::from(u8::from(*inside))).collect();
    for at in edge_places(&sides, columns) {
        let mut level = [0];
        input.read_exact(&mut level)?;
        probability[at] = f32::from(level[0]) / STEPS;
    }
    let size = (rows, columns);
    let (probability, burnt_out) = (Array2::from_shape_vec(size, probability), Array2::from_shape_vec(size, burnt_out));
    match (probability, burnt_out) {
        (Ok(probability), Ok(burnt_out)) => Ok(Mask { probability, burnt_out }),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The values of an array, row by row.
fn row_by_row<T: Clone>(array: &Array2<T>) -> Cow<'_, [T]> {
    array.as_slice().map_or_else(|| Cow::Owned(array.iter().cloned().collect()), Cow::Borrowed)
}

/// The places whose probability is kept, in order: those of which one of the four neighbours is on the other side of the edge.
/// Beyond its border the mask counts as empty.
fn edge_places(sides: &[bool], columns: usize) -> Vec<usize> {
    let columns = columns.max(1);
    let border = vec![false; columns];
    let rows: Vec<&[bool]> = sides.chunks_exact(columns).collect();
    let touched: Vec<bool> = rows.iter().map(|row| row.iter().fold(false, |any, inside| any | inside)).collect();
    let (mut places, mut edges) = (Vec::new(), vec![false; columns]);
    for (number, here) in rows.iter().enumerate() {
        let near = number.saturating_sub(1)..(number + 2).min(rows.len());
        if !touched[near].contains(&true) {
            continue;
        }
        let beside = |row: Option<usize>| row.and_then(|row| rows.get(row).copied()).unwrap_or(&border);
        mark_edges([beside(number.checked_sub(1)), here, beside(number.checked_add(1))], &mut edges);
        let marked = edges.iter().enumerate().filter(|(_, edge)| **edge);
        places.extend(marked.map(|(column, _)| number * columns + column));
    }
    places
}

/// Marks the pixels of the row in the middle beside which the edge is.
fn mark_edges([above, here, below]: [&[bool]; 3], edges: &mut [bool]) {
    let last = edges.len() - 1;
    for (((edge, above), here), below) in edges.iter_mut().zip(above).zip(here).zip(below) {
        *edge = (above != here) | (below != here);
    }
    for (edge, pair) in edges[..last].iter_mut().zip(here.windows(2)) {
        *edge |= pair[0] != pair[1];
    }
    for (edge, pair) in edges[1..].iter_mut().zip(here.windows(2)) {
        *edge |= pair[0] != pair[1];
    }
    edges[0] |= here[0];
    edges[last] |= here[last];
}

/// Writes which of two each pixel is, as lengths of runs.
fn write_sides(out: &mut impl Write, sides: &[bool]) -> io::Result<()> {
    let (mut rest, mut side) = (sides, false);
    loop {
        let run = run_of(rest, side);
        write_run(out, run as u32)?;
        (rest, side) = (&rest[run..], !side);
        if rest.is_empty() {
            return Ok(());
        }
    }
}

/// How many of the first pixels are on this side. Most runs are long, so they are compared many at a time.
fn run_of(sides: &[bool], side: bool) -> usize {
    const MANY: usize = 64;
    let (many, _) = sides.as_chunks::<MANY>();
    let whole = MANY * many.iter().take_while(|pixels| **pixels == [side; MANY]).count();
    whole + sides[whole..].iter().take_while(|other| **other == side).count()
}

fn read_sides(input: &mut impl Read, count: usize) -> io::Result<Vec<bool>> {
    let (mut sides, mut side) = (Vec::with_capacity(count), false);
    while sides.len() < count {
        let run = read_run(input)? as usize;
        if run > count - sides.len() {
            return Err(io::ErrorKind::InvalidData.into());
        }
        sides.extend(std::iter::repeat_n(side, run));
        side = !side;
    }
    Ok(sides)
}

fn write_u32(out: &mut impl Write, value: u32) -> io::Result<()> {
    out.write_all(&value.to_le_bytes())
}

fn read_u32(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

/// One byte for runs below 255, five for others.
fn write_run(out: &mut impl Write, run: u32) -> io::Result<()> {
    match u8::try_from(run) {
        Ok(short) if short < u8::MAX => out.write_all(&[short]),
        _ => {
            out.write_all(&[u8::MAX])?;
            write_u32(out, run)
        }
    }
}

fn read_run(input: &mut impl Read) -> io::Result<u32> {
    let mut short = [0];
    input.read_exact(&mut short)?;
    if short[0] == u8::MAX { read_u32(input) } else { Ok(short[0].into()) }
}

fn write_numbers<const N: usize>(out: &mut impl Write, numbers: [f32; N]) -> io::Result<()> {
    numbers.into_iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))
}

fn read_numbers<const N: usize>(input: &mut impl Read) -> io::Result<[f32; N]> {
    let mut numbers = [0.0; N];
    for number in &mut numbers {
        let mut bytes = [0; 4];
        input.read_exact(&mut bytes)?;
        *number = f32::from_le_bytes(bytes);
    }
    Ok(numbers)
}

impl std::fmt::Debug for PoseWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PoseWriter").field("frames", &self.frames).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PoseReader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PoseReader").field("left", &self.left).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;
    use crate::spine::contour::largest_contour;
    use crate::spine::fixtures::{TestPosture, pose};

    const TIME: Timestamp = Timestamp::new(Duration::from_nanos(40_066_667));

    fn kept(pose: Option<Pose>, people: usize) -> KeptPose {
        let (took, networks) = (Duration::from_micros(41_000), Duration::from_micros(40_000));
        KeptPose { pose_result: PoseResult { pose, people }, took, networks }
    }

    fn there_and_back(poses: &[KeptPose]) -> Vec<KeptPose> {
        let mut writer = PoseWriter::new(Box::new(Cursor::new(Vec::new())));
        for pose in poses {
            writer.push(TIME, &Perceived::Measured(Box::new(pose.clone()))).unwrap();
            writer.push(TIME, &Perceived::Held).unwrap();
            writer.push(Timestamp::default(), &Perceived::LeftOut).unwrap();
        }
        let mut reader = writer.read_back().unwrap();
        let read = poses.iter().map(|_| {
            let (TIME, Perceived::Measured(pose)) = reader.next().unwrap() else { panic!("not as written") };
            assert_eq!(reader.next().unwrap(), (TIME, Perceived::Held));
            assert_eq!(reader.next().unwrap(), (Timestamp::default(), Perceived::LeftOut));
            *pose
        });
        let read = read.collect();
        assert_eq!(reader.next().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        read
    }

    #[test]
    fn landmarks_come_back_bit_for_bit_and_the_outline_within_hundredths_of_a_pixel() {
        let bent = pose(&TestPosture { pelvis: 50.0, lumbar: 20.0, ..TestPosture::default() });
        let poses = [kept(Some(bent), 1), kept(None, 0), kept(Some(pose(&TestPosture::default())), 2)];
        let read = there_and_back(&poses);
        for (before, after) in poses.iter().zip(&read) {
            let rest = |kept: &KeptPose| (kept.took, kept.networks, kept.pose_result.people);
            assert_eq!(rest(before), rest(after));
            let (Some(before), Some(after)) = (&before.pose_result.pose, &after.pose_result.pose) else {
                assert_eq!(before.pose_result, after.pose_result);
                continue;
            };
            assert_eq!(Pose { mask: before.mask.clone(), ..after.clone() }, *before);
            let [before, after] = [before, after].map(|pose| largest_contour(&pose.mask.probability));
            assert_eq!(before.len(), after.len());
            let farthest = before.iter().zip(&after).map(|(one, other)| (*one - *other).length()).fold(0.0, f32::max);
            assert!(farthest < 0.02, "{farthest} px");
        }
    }

    #[test]
    fn half_an_hour_fits() {
        let mut writer = PoseWriter::new(Box::new(Cursor::new(Vec::new())));
        let mut storage = Cursor::new(Vec::new());
        write_pose(&mut storage, &pose(&TestPosture { pelvis: 50.0, lumbar: 20.0, ..TestPosture::default() })).unwrap();
        let half_hour = storage.into_inner().len() * 30 * 60 * 30;
        assert!(half_hour < 200_000_000, "{half_hour} bytes");
        writer.push(TIME, &Perceived::Measured(Box::new(kept(None, 0)))).unwrap();
        assert_eq!(writer.frames, 1);
    }

    #[test]
    fn a_storage_that_breaks_off_is_an_error() {
        let mut bytes = Vec::new();
        write_pose(&mut bytes, &pose(&TestPosture::default())).unwrap();
        for length in [0, 20, 900, bytes.len() - 1] {
            assert!(read_pose(&mut &bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn runs_end_where_the_side_changes() {
        for length in [0, 1, 63, 64, 65, 200] {
            for side in [false, true] {
                let mut sides = vec![side; length];
                assert_eq!(run_of(&sides, side), length);
                assert_eq!(run_of(&sides, !side), 0);
                sides.extend([!side, side]);
                assert_eq!(run_of(&sides, side), length);
            }
        }
    }

    proptest! {
        #[test]
        fn the_probability_of_every_pixel_beside_the_edge_is_kept(
            sides in proptest::collection::vec(any::<bool>(), 48), columns in proptest::sample::select(vec![1_usize, 6, 8, 48]),
        ) {
            let side = |row: isize, column: isize| {
                let inside = (0..48 / columns as isize).contains(&row) && (0..columns as isize).contains(&column);
                inside && sides[row as usize * columns + column as usize]
            };
            let is_edge = |at: &usize| {
                let (row, column) = ((at / columns) as isize, (at % columns) as isize);
                [(-1, 0), (1, 0), (0, -1), (0, 1)].iter().any(|(down, right)| side(row + down, column + right) != side(row, column))
            };
            prop_assert_eq!(edge_places(&sides, columns), (0..48).filter(is_edge).collect::<Vec<_>>());
        }

        #[test]
        fn any_mask_comes_back_with_every_pixel_on_its_side(
            levels in proptest::collection::vec(0.0_f32..=1.0, 48),
        ) {
            let probability = Array2::from_shape_vec((6, 8), levels).unwrap();
            let mask = Mask { burnt_out: probability.mapv(|level| level < 0.3), probability };
            let mut bytes = Vec::new();
            write_mask(&mut bytes, &mask).unwrap();
            let read = read_mask(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!(&mask.burnt_out, &read.burnt_out);
            for (before, after) in mask.probability.iter().zip(&read.probability) {
                prop_assert_eq!(*before >= EDGE, *after >= EDGE);
            }
        }
    }
}
