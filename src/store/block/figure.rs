//! The drawn part of a block: landmarks and backs, rounded to what is visible.

use euclid::{Angle, point3};

use super::super::sample::{Back, Body, CURVE_POINTS};
use super::super::stored_posture::{SEGMENTS, segments};
use super::series::{SeriesReader, SeriesWriter};
use crate::geometry::Segments;
use crate::pose::{CameraPoint, Joint, Landmark};
use crate::spine::sagittal::Orientation;
use crate::spine::{Facing, HairOverNeck};

/// Steps per pixel.
const PIXEL: f32 = 8.0;
/// Steps of a probability from 0 to 1.
const PROBABILITY: f32 = 255.0;
/// Steps per metre.
const METRE: f32 = 1000.0;
/// Steps per degree.
const DEGREE: f32 = 100.0;

/// The series of a joint: its place, its visibility, and where it is in the world.
const SERIES_A_JOINT: usize = 6;

/// Converts a value to steps: NaN becomes 0, values out of range are clamped.
fn steps(value: f32, a_unit: f32) -> i64 {
    i64::from((value * a_unit).round() as i32)
}

/// Converts steps to a value. Returns `None` for more steps than are ever written.
fn value(steps: i64, a_unit: f32) -> Option<f32> {
    Some(i32::try_from(steps).ok()? as f32 / a_unit)
}

fn write(writer: &mut SeriesWriter, values: impl IntoIterator<Item = f32>, a_unit: f32) {
    writer.series(values.into_iter().map(|value| steps(value, a_unit)));
}

fn read(reader: &mut SeriesReader, count: usize, a_unit: f32) -> Option<Vec<f32>> {
    reader.series(count)?.into_iter().map(|steps| value(steps, a_unit)).collect()
}

fn write_places(writer: &mut SeriesWriter, places: impl Iterator<Item = CameraPoint> + Clone) {
    write(writer, places.clone().map(|place| place.x), PIXEL);
    write(writer, places.map(|place| place.y), PIXEL);
}

fn read_places(reader: &mut SeriesReader, count: usize) -> Option<Vec<CameraPoint>> {
    let (x, y) = (read(reader, count, PIXEL)?, read(reader, count, PIXEL)?);
    Some(x.into_iter().zip(y).map(CameraPoint::from).collect())
}

pub(super) fn write_bodies(writer: &mut SeriesWriter, bodies: &[&Body]) {
    for joint in 0..Joint::COUNT {
        let landmarks = || bodies.iter().map(|body| &body.landmarks[joint]);
        write_places(writer, landmarks().map(|landmark| landmark.point));
        write(writer, landmarks().map(|landmark| landmark.visibility), PROBABILITY);
        write(writer, landmarks().map(|landmark| landmark.world.x), METRE);
        write(writer, landmarks().map(|landmark| landmark.world.y), METRE);
        write(writer, landmarks().map(|landmark| landmark.world.z), METRE);
    }
    write(writer, bodies.iter().map(|body| body.presence), PROBABILITY);
    write(writer, bodies.iter().map(|body| body.size), PIXEL);
}

pub(super) fn read_bodies(reader: &mut SeriesReader, count: usize) -> Option<Vec<Body>> {
    let empty = Body { landmarks: [Landmark::default(); Joint::COUNT], presence: 0.0, size: 0.0 };
    let joints: Option<Vec<_>> = (0..Joint::COUNT).map(|_| read_landmarks(reader, count)).collect();
    let (joints, presences, sizes) = (joints?, read(reader, count, PROBABILITY)?, read(reader, count, PIXEL)?);
    let mut bodies = vec![empty; count];
    for (joint, landmarks) in joints.into_iter().enumerate() {
        for (body, landmark) in bodies.iter_mut().zip(landmarks) {
            body.landmarks[joint] = landmark;
        }
    }
    for ((body, presence), size) in bodies.iter_mut().zip(presences).zip(sizes) {
        (body.presence, body.size) = (presence, size);
    }
    Some(bodies)
}

/// Reads one joint in all frames.
fn read_landmarks(reader: &mut SeriesReader, count: usize) -> Option<Vec<Landmark>> {
    let places = read_places(reader, count)?;
    let visibilities = read(reader, count, PROBABILITY)?;
    let mut metres = || read(reader, count, METRE);
    let (x, y, z) = (metres()?, metres()?, metres()?);
    let worlds = x.into_iter().zip(y).zip(z).map(|((x, y), z)| point3(x, y, z));
    let landmarks = places.into_iter().zip(visibilities).zip(worlds);
    Some(landmarks.map(|((point, visibility), world)| Landmark { point, visibility, world }).collect())
}

/// Reads how far each person was turned out of side-on, which the shoulders and hips tell, and nothing after them.
pub(super) fn read_yaws(reader: &mut SeriesReader, count: usize) -> Option<Vec<Angle<f32>>> {
    let trunk = [Joint::LeftShoulder, Joint::RightShoulder, Joint::LeftHip, Joint::RightHip];
    let mut worlds = Vec::with_capacity(trunk.len());
    let mut joint = 0;
    for wanted in trunk {
        // Place and visibility come before the point in the world.
        reader.skip(count * (SERIES_A_JOINT * (wanted as usize - joint) + 3))?;
        let mut metres = || read(reader, count, METRE);
        worlds.push([metres()?, metres()?, metres()?]);
        joint = wanted as usize + 1;
    }
    let point = |joint: usize, frame: usize| worlds[joint].each_ref().map(|axis| axis[frame]).into();
    let yaw = |frame| Orientation::yaw([point(0, frame), point(1, frame)], [point(2, frame), point(3, frame)]);
    Some((0..count).map(yaw).collect())
}

pub(super) fn write_backs(writer: &mut SeriesWriter, backs: &[&Back]) {
    let drawn = |back: &&Back| back.curve.len() == CURVE_POINTS;
    writer.series(backs.iter().map(|back| i64::from(drawn(back))));
    for index in 0..CURVE_POINTS {
        let drawn = backs.iter().copied().filter(drawn);
        write_places(writer, drawn.filter_map(|back| back.curve.get(index).copied()));
    }
    // The position of C7 is meaningless if hair covered it. The end of the curve replaces it, so that neighbours are
    // similar.
    let c7 = |back: &Back| back.c7.ok().or(back.curve.last().copied()).unwrap_or_default();
    let levels: [&dyn Fn(&Back) -> CameraPoint; 4] = [&|back| back.s1, &|back| back.t12, &c7, &|back| back.hip];
    for level in levels {
        write_places(writer, backs.iter().map(|back| level(back)));
    }
    let postures: Vec<[f32; SEGMENTS]> = backs.iter().map(|back| degrees(back.segments)).collect();
    for segment in 0..SEGMENTS {
        write(writer, postures.iter().map(|posture| posture[segment]), DEGREE);
    }
}

fn degrees(mut posture: Segments) -> [f32; SEGMENTS] {
    segments(&mut posture).map(|segment| segment.angle.to_degrees())
}

/// `known` holds, for each frame, which way the person faces and whether hair covered C7.
pub(super) fn read_backs(reader: &mut SeriesReader, known: &[(Facing, bool)]) -> Option<Vec<Back>> {
    let count = known.len();
    let drawn = reader.series(count)?;
    let curves = drawn.iter().filter(|drawn| **drawn != 0).count();
    let rows: Option<Vec<_>> = (0..CURVE_POINTS).map(|_| read_places(reader, curves)).collect();
    let rows = rows?;
    let mut curves = (0..curves).map(|frame| rows.iter().filter_map(|row| row.get(frame).copied()).collect());
    let levels: Option<Vec<_>> = (0..4).map(|_| read_places(reader, count)).collect();
    let angles: Option<Vec<_>> = (0..SEGMENTS).map(|_| read(reader, count, DEGREE)).collect();
    let (levels, angles) = (levels?, angles?);
    let mut backs = Vec::with_capacity(count);
    for (frame, ((facing, hair), drawn)) in known.iter().zip(drawn).enumerate() {
        let level = |level: usize| levels.get(level)?.get(frame).copied();
        let mut posture = Segments::default();
        for (segment, degrees) in segments(&mut posture).into_iter().zip(&angles) {
            *segment.angle = Angle::degrees(*degrees.get(frame)?);
        }
        backs.push(Back {
            facing: *facing,
            curve: if drawn == 0 { Vec::new() } else { curves.next()? },
            s1: level(0)?,
            t12: level(1)?,
            c7: if *hair { Err(HairOverNeck) } else { Ok(level(2)?) },
            hip: level(3)?,
            segments: posture,
        });
    }
    Some(backs)
}
