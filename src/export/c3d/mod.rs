//! C3D, the binary format of motion laboratories, with markers as points and angles as points of type ANGLES.
//!
//! ```text
//! block 1      header: counts, rate, start of the data
//! from 2       parameters, by group: point labels, units, the events of the repetitions
//! after them   frame by frame, each point as four floats: x, y, z, and −1 if it was not seen
//! ```
//!
//! Blocks have 512 bytes and numbers are little-endian (Intel). The manual at c3d.org describes the format. C3D has a
//! single frame rate: it is the mean rate, and the true time of each frame is the scalar `time_s`.

mod events;
mod parameter;

pub use events::MOST_REPETITIONS;

use std::io::Write;

use super::markers::{Marker, MarkerPlane, NAMES, about};
use super::{ExportError, SessionExport, definition, degrees};
use crate::geometry::Measurement;
use crate::store::{Session, StoredRepetition};
use events::FrameTimes;
use parameter::{Value, group};

/// Block size, bytes.
const BLOCK: usize = 512;

/// Magic number of C3D files.
const KEY: u8 = 0x50;

/// Code for little-endian (Intel) numbers.
const INTEL: u8 = 84;

/// An angle: its label and its value in a frame.
type Angle = (&'static str, fn(&Measurement) -> Option<f64>);

/// The angles, degrees, with bendwise's own signs: flexion is positive. Each is the x of its point.
const ANGLES: [Angle; 4] = [
    ("hip_flexion", |measured| degrees(measured.filtered?.hip_flexion)),
    ("lumbar_flexion", |measured| degrees(measured.filtered?.lumbar_flexion)),
    ("trunk_inclination", |measured| degrees(measured.filtered?.trunk_inclination)),
    ("knee_flexion", |measured| degrees(measured.filtered?.knee_flexion)),
];

/// Label of the scalar with the time of each frame, seconds.
const TIME: &str = "time_s";

/// Points per frame.
const POINTS: usize = NAMES.len() + ANGLES.len() + 1;

/// Writes the file.
pub(super) fn write(whole: &SessionExport<'_>, mut out: impl Write) -> Result<(), ExportError> {
    let mut plane = MarkerPlane::of(whole)?;
    let mut times = Vec::with_capacity(plane.frames);
    whole.each(|sample| times.push(sample.time))?;
    let (frames, timeline) = (plane.frames as u32, FrameTimes { times, rate: f64::from(plane.rate as f32) });
    // The parameters contain the start of the data, but their length does not depend on its value.
    let blocks = 1 + parameters(&whole.session, frames, &timeline, 0).len().div_ceil(BLOCK) as u16;
    let data = blocks + 1;
    out.write_all(&header(frames, timeline.rate as f32, data))?;
    out.write_all(&padded(parameters(&whole.session, frames, &timeline, data)))?;
    drop(timeline);
    let mut bytes = 0;
    whole.write_each(|sample, measured| {
        let mut row = Vec::with_capacity(POINTS * 16);
        plane.markers(sample).into_iter().for_each(|marker| push(&mut row, marker));
        ANGLES.iter().for_each(|(_, of)| push(&mut row, of(&measured).map(|angle| [angle, 0.0])));
        push(&mut row, Some([sample.time.as_secs_f64(), 0.0]));
        bytes += row.len();
        out.write_all(&row)
    })?;
    Ok(out.write_all(&vec![0; bytes.next_multiple_of(BLOCK) - bytes])?)
}

/// Appends a point: x, y, z, and whether it was seen.
fn push(row: &mut Vec<u8>, point: Marker) {
    let [x, y] = point.unwrap_or_default();
    for number in [x as f32, y as f32, 0.0, if point.is_some() { 0.0 } else { -1.0 }] {
        row.extend(number.to_le_bytes());
    }
}

/// A count as unsigned 16 bits. Larger counts are only in `TRIAL`.
fn short(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn header(frames: u32, rate: f32, data: u16) -> Vec<u8> {
    let mut header = vec![2, KEY]; // parameters start in block 2
    let words = [POINTS as u16, 0, 1, short(frames), 0]; // points, analog, first and last frame, longest filled gap
    words.iter().for_each(|word| header.extend(word.to_le_bytes()));
    header.extend((-1.0f32).to_le_bytes()); // negative: data are floats
    header.extend(data.to_le_bytes());
    header.extend(0u16.to_le_bytes());
    header.extend(rate.to_le_bytes());
    padded(header)
}

fn padded(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    bytes
}

/// What a point is.
fn described(label: &str) -> &'static str {
    let quantity = || definition(label).or_else(|| definition(&format!("{label}_deg")));
    about(label).or_else(|| Some(quantity()?.meaning)).unwrap_or_default()
}

/// The parameter section.
fn parameters(session: &Session, frames: u32, timeline: &FrameTimes, data: u16) -> Vec<u8> {
    let entry = &session.entry;
    let angles = ANGLES.map(|(name, _)| name);
    let labels: Vec<&'static str> = NAMES.into_iter().chain(angles).chain([TIME]).collect();
    let ends = [(frames & 0xffff) as u16, (frames >> 16) as u16];
    let point = [
        ("USED", Value::Word(POINTS as u16)),
        ("SCALE", Value::Float(-1.0)),
        ("RATE", Value::Float(timeline.rate as f32)),
        ("DATA_START", Value::Word(data)),
        ("FRAMES", Value::Word(short(frames))),
        ("LABELS", Value::Texts(&labels)),
        ("DESCRIPTIONS", Value::Texts(&labels.iter().map(|label| described(label)).collect::<Vec<_>>())),
        ("UNITS", Value::Texts(&["m"])),
        ("X_SCREEN", Value::Texts(&["+X"])),
        ("Y_SCREEN", Value::Texts(&["+Y"])),
        ("ANGLES", Value::Texts(&angles)),
        ("ANGLE_UNITS", Value::Texts(&["deg"])),
        ("SCALARS", Value::Texts(&[TIME])),
        ("SCALAR_UNITS", Value::Texts(&["s"])),
    ];
    let analog = [("USED", Value::Word(0)), ("RATE", Value::Float(0.0)), ("GEN_SCALE", Value::Float(1.0))];
    let trial = [("ACTUAL_START_FIELD", Value::Words(&[1, 0])), ("ACTUAL_END_FIELD", Value::Words(&ends))];
    let maker = [("SOFTWARE", Value::Texts(&["bendwise"])), ("SOFTWARE_VERSION", Value::Texts(&[&entry.program]))];
    let origin = [("ID", Value::Texts(&[&entry.id])), ("UID", Value::Texts(&[&entry.uid]))];
    let mut bytes = vec![1, KEY, 0, INTEL];
    group(&mut bytes, 1, "POINT", &point);
    group(&mut bytes, 2, "ANALOG", &analog);
    group(&mut bytes, 3, "TRIAL", &trial);
    group(&mut bytes, 4, "MANUFACTURER", &maker);
    group(&mut bytes, 5, "SESSION", &origin);
    let counted: Vec<StoredRepetition> = session.counted().cloned().collect();
    events::append(&mut bytes, 6, &counted, timeline);
    bytes.extend([0; 2]); // end of the parameters
    let blocks = bytes.len().div_ceil(BLOCK) as u8;
    bytes.splice(2..3, [blocks]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixtures::session;
    use crate::spine::Facing;

    fn written() -> Vec<u8> {
        let mut out = Vec::new();
        write(&session(Facing::Right).export(), &mut out).unwrap();
        out
    }

    fn word(bytes: &[u8], at: usize) -> usize {
        usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
    }

    fn float(bytes: &[u8], at: usize) -> f32 {
        f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
    }

    /// Reads the parameters by group and name, each with its type, dimensions and data, as described at c3d.org.
    fn read_parameters(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut at = BLOCK + 4;
        let mut group = String::new();
        let mut found = Vec::new();
        while bytes[at] != 0 {
            let length = usize::from(bytes[at]);
            let name = String::from_utf8(bytes[at + 2..at + 2 + length].to_vec()).unwrap();
            let next = at + 2 + length + word(bytes, at + 2 + length);
            if bytes[at + 1].cast_signed() < 0 {
                group = name;
            } else {
                found.push((format!("{group}:{name}"), bytes[at + 4 + length..next].to_vec()));
            }
            at = next;
        }
        found
    }

    #[test]
    fn the_header_leads_to_the_numbers() {
        let bytes = written();
        assert_eq!((bytes[0], bytes[1], word(&bytes, 2), word(&bytes, 6), word(&bytes, 8)), (2, KEY, POINTS, 1, 4));
        assert_eq!((float(&bytes, 12), float(&bytes, 20)), (-1.0, 10.0));
        let data = (word(&bytes, 16) - 1) * BLOCK;
        assert_eq!(data, (1 + usize::from(bytes[BLOCK + 2])) * BLOCK);
        assert_eq!(bytes.len(), data + (4 * POINTS * 16).next_multiple_of(BLOCK));
        let point = |frame: usize, point: usize| {
            let at = data + (frame * POINTS + point) * 16;
            [0, 4, 8, 12].map(|offset| float(&bytes, at + offset))
        };
        let (hip, c7) = (NAMES.len(), NAMES.len() - 1);
        assert_eq!(point(0, c7), [0.0, 0.0, 0.0, -1.0], "nobody was there");
        assert_eq!((point(1, hip), point(1, hip + 1)), ([40.0, 0.0, 0.0, 0.0], [10.0, 0.0, 0.0, 0.0]));
        assert_eq!(point(2, hip), [0.0, 0.0, 0.0, -1.0], "the back was hidden");
        assert!((point(1, c7)[1] - 1.5).abs() < 1e-4);
        assert_eq!(point(3, POINTS - 1)[0], 0.3);
    }

    #[test]
    fn the_parameters_of_the_longest_session_fit() {
        let mut whole = session(Facing::Right);
        let mut kept = whole.session.repetitions[0].clone();
        kept.repetition.verdict_probability = Some(1.0);
        whole.session.repetitions = vec![kept; 100_000];
        let timeline = FrameTimes { times: whole.samples.iter().map(|sample| sample.time).collect(), rate: 10.0 };
        let bytes = parameters(&whole.session, 4, &timeline, 0);
        assert_eq!(usize::from(bytes[2]), bytes.len().div_ceil(BLOCK));
    }

    #[test]
    fn the_parameters_name_every_point() {
        let bytes = written();
        let parameters = read_parameters(&bytes);
        let of = |name: &str| parameters.iter().find(|(known, _)| known == name).unwrap().1.clone();
        let labels = of("POINT:LABELS");
        assert_eq!((labels[0].cast_signed(), labels[1], usize::from(labels[3])), (-1, 2, POINTS));
        let width = usize::from(labels[2]);
        let names: Vec<_> = labels[4..4 + width * POINTS]
            .chunks(width)
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .collect();
        assert_eq!(
            (names[0].trim(), names[35].trim(), names[36].trim(), names[40].trim()),
            ("nose", "C7", "hip_flexion", TIME)
        );
        assert_eq!(word(&of("POINT:DATA_START"), 2), word(&bytes, 16));
        let described = of("POINT:DESCRIPTIONS");
        let width = usize::from(described[2]);
        assert!(described[4..].chunks(width).take(POINTS).all(|text| text[0] != b' '), "each point is described");
        let about_c7 = String::from_utf8_lossy(&described[4 + 35 * width..4 + 36 * width]).into_owned();
        assert_eq!(about_c7.trim(), "the back's outline at C7, on skin or shirt; unseen beneath hair");
        assert_eq!(word(&of("EVENT:USED"), 2), 4);
        let times = of("EVENT:TIMES");
        assert_eq!((&times[..4], float(&times, 4), float(&times, 8)), (&[4, 2, 2, 4][..], 0.0, 0.1));
        assert_eq!(of("TRIAL:ACTUAL_END_FIELD")[..7], [2, 1, 2, 4, 0, 0, 0]);
    }
}
