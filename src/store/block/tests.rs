use std::time::Duration;

use euclid::{Angle, point2, point3};
use proptest::collection::vec;
use proptest::prelude::*;

use super::super::sample::{Back, Body, CURVE_POINTS, Sample};
use super::*;
use crate::geometry::{Origin, Segments};
use crate::pose::{CameraPoint, Joint, Landmark};
use crate::source::Timestamp;
use crate::spine::HairOverNeck;
use crate::spine::sagittal::Orientation;

fn angle() -> impl Strategy<Value = Angle<f32>> {
    (-3.2_f32..3.2).prop_map(Angle::radians)
}

fn place() -> impl Strategy<Value = CameraPoint> {
    (-500.0_f32..2500.0, -500.0_f32..2500.0).prop_map(|(x, y)| point2(x, y))
}

fn bend() -> impl Strategy<Value = Bend> {
    (angle(), angle(), angle(), angle()).prop_map(|(hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion)| {
        Bend { hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion }
    })
}

fn body() -> impl Strategy<Value = Body> {
    (vec((place(), 0.0_f32..=1.0, -1.0_f32..1.0), Joint::COUNT), 0.0_f32..=1.0, 10.0_f32..2000.0).prop_map(
        |(landmarks, presence, size)| {
            let of = |(point, visibility, metres)| Landmark {
                point,
                visibility,
                world: point3(metres, -metres, 0.5 * metres),
            };
            let landmarks: Vec<Landmark> = landmarks.into_iter().map(of).collect();
            Body { landmarks: landmarks.try_into().unwrap(), presence, size }
        },
    )
}

fn back() -> impl Strategy<Value = Back> {
    let segments = (angle(), angle()).prop_map(|(pelvis, knee)| Segments { pelvis, knee, ..Segments::default() });
    let curve = prop_oneof![Just(Vec::new()), vec(place(), CURVE_POINTS)];
    (any::<bool>(), curve, [place(), place(), place()], proptest::option::of(place()), segments).prop_map(
        |(left, curve, [s1, t12, hip], c7, segments)| {
            let facing = if left { Facing::Left } else { Facing::Right };
            Back { facing, curve, s1, t12, c7: c7.ok_or(HairOverNeck), hip, segments }
        },
    )
}

fn sample() -> impl Strategy<Value = Sample> {
    let measured =
        (proptest::option::of(bend()), proptest::option::of(bend()), proptest::option::of((angle(), angle())));
    let which = (0..State::ALL.len(), 0..4_u8, 0..4_u8, any::<[bool; 4]>());
    let seen = (any::<u8>(), proptest::option::of(body()), proptest::option::of(back()));
    (0..4_000_000_000_000_u64, any::<u64>(), 0.0_f32..=1.0, measured, which, seen).prop_map(
        |(
            time,
            number,
            confidence,
            (raw, filtered, half_width_90),
            (state, phase, verdict, [stood, held, interpolated, pictured]),
            seen,
        )| {
            Sample {
                time: Timestamp::new(Duration::from_nanos(time)),
                number,
                state: State::ALL[state],
                confidence,
                raw,
                filtered,
                half_width_90: half_width_90
                    .map(|(hip_flexion, lumbar_flexion)| HalfWidth90 { hip_flexion, lumbar_flexion }),
                stood,
                origin: match (held, interpolated) {
                    (true, _) => Origin::Held,
                    (false, true) => Origin::Interpolated,
                    (false, false) => Origin::Frame,
                },
                phase: Phase::from_code(phase).unwrap(),
                verdict: Code::from_code(verdict).unwrap(),
                pictured,
                people: seen.0,
                body: seen.1.map(Box::new),
                back: seen.2,
            }
        },
    )
}

/// The sample without its rounded parts.
fn measured(sample: &Sample) -> Sample {
    Sample { body: None, back: None, ..sample.clone() }
}

/// A block with this body and a correct checksum, as a bug or a forger could produce.
fn with_checksum(body: &[u8]) -> Vec<u8> {
    let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
    let mut encoder = DeflateEncoder::new(&mut bytes, Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap();
    let mut block = vec![VERSION];
    block.extend(crc32fast::hash(&bytes).to_le_bytes());
    block.extend(bytes);
    block
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_measured_comes_back_bit_for_bit_and_what_is_drawn_nearly(samples in vec(sample(), 0..40)) {
        let back = unpack(&pack(&samples)).unwrap();
        prop_assert_eq!(samples.len(), back.len());
        let frames = samples.len() as u64;
        let outlines: Vec<_> = back.iter().map(SampleOutline::of).collect();
        prop_assert_eq!(unpack_outlines((frames, &pack(&samples)), &mut decoder()).unwrap(), outlines);
        for with_yaw in [false, true] {
            let part = |sample: &Sample| MeasuredSample {
                sample: Sample { body: None, back: None, ..sample.clone() },
                facing: sample.back.as_ref().map(|back| back.facing),
                yaw: sample.body.as_ref().filter(|_| with_yaw).map(|body| Orientation::of_landmarks(&body.landmarks).yaw),
            };
            let expected: Vec<_> = back.iter().map(part).collect();
            prop_assert_eq!(unpack_measured((frames, &pack(&samples)), with_yaw, &mut decoder()).unwrap(), expected);
        }
        for (sample, back) in samples.iter().zip(&back) {
            prop_assert_eq!(measured(sample), measured(back));
            prop_assert_eq!(sample.body.is_some(), back.body.is_some());
            for (one, other) in sample.body.iter().zip(&back.body) {
                for (one, other) in one.landmarks.iter().zip(&other.landmarks) {
                    prop_assert!((one.point - other.point).length() <= 0.09);
                    prop_assert!((one.visibility - other.visibility).abs() < 0.002);
                    prop_assert!((one.world - other.world).length() < 0.001);
                }
            }
            prop_assert_eq!(sample.back.as_ref().map(|back| back.facing), back.back.as_ref().map(|back| back.facing));
            for (one, other) in sample.back.iter().zip(&back.back) {
                prop_assert_eq!(one.curve.len(), other.curve.len());
                prop_assert_eq!(one.c7.is_ok(), other.c7.is_ok());
                let drawn = |back: &Back| -> Vec<CameraPoint> {
                    back.curve.iter().chain(&back.c7).chain([&back.s1, &back.t12, &back.hip]).copied().collect()
                };
                for (one, other) in drawn(one).iter().zip(&drawn(other)) {
                    prop_assert!((*one - *other).length() <= 0.09);
                }
                prop_assert!((one.segments.pelvis - other.segments.pelvis).to_degrees().abs() < 0.006);
                prop_assert!((one.segments.knee - other.segments.knee).to_degrees().abs() < 0.006);
            }
        }
        prop_assert_eq!(unpack(&pack(&back)).unwrap(), back, "rounded once, it stays as it is");
    }

    #[test]
    fn any_bytes_are_refused_or_read_but_never_a_fault(bytes in vec(any::<u8>(), 0..400)) {
        let _ = unpack(&bytes);
        let _ = read_body(&bytes);
        let _ = unpack(&with_checksum(&bytes));
    }

    #[test]
    fn one_wrong_byte_is_damage(samples in vec(sample(), 1..4), place: prop::sample::Index, bit in 0..8) {
        let mut block = pack(&samples);
        let place = place.index(block.len());
        block[place] ^= 1_u8 << bit;
        let told = unpack(&block).unwrap_err();
        prop_assert_eq!(matches!(told, BlockError::Version(_)), place == 0);
    }

    #[test]
    fn a_wrong_byte_behind_the_checksum_is_no_fault(
        samples in vec(sample(), 1..4), place: prop::sample::Index, byte: u8, cut: bool,
    ) {
        let mut writer = SeriesWriter::default();
        write_body(&mut writer, &samples);
        let mut body = writer.into_bytes();
        let place = place.index(body.len());
        if cut { body.truncate(place) } else { body[place] = byte }
        let read = unpack(&with_checksum(&body));
        if cut { prop_assert_eq!(read, Err(BlockError::Damaged)) }
    }
}

#[test]
fn numbers_that_nobody_measures_are_not_seen_or_rounded_to_something() {
    let strange = Angle::radians(f32::NAN);
    let landmark = Landmark { point: point2(f32::INFINITY, f32::NAN), visibility: f32::NAN, ..Landmark::default() };
    let sample = Sample {
        time: Timestamp::new(Duration::MAX),
        confidence: f32::NEG_INFINITY,
        raw: Some(Bend { hip_flexion: strange, ..Bend::default() }),
        filtered: Some(Bend { knee_flexion: Angle::radians(f32::INFINITY), ..Bend::default() }),
        half_width_90: Some(HalfWidth90 { lumbar_flexion: strange, ..HalfWidth90::default() }),
        body: Some(Box::new(Body { landmarks: [landmark; Joint::COUNT], presence: f32::NAN, size: f32::MAX })),
        ..Sample::default()
    };
    let [back] = unpack(&pack(&[sample])).unwrap().try_into().unwrap();
    assert_eq!(nanoseconds(back.time), i64::MAX);
    assert_eq!((back.raw, back.filtered, back.half_width_90, back.confidence), (None, None, None, 0.0));
    assert!(back.body.unwrap().landmarks.iter().all(|landmark| landmark.point.is_finite()));
}

/// Found by fuzzing: such a point was read as 10¹⁷ pixels away.
#[test]
fn places_that_no_writer_writes_are_damage() {
    let body = include_bytes!("../../../tests/fuzz/corpus/block/points-beyond-the-world");
    assert_eq!(unpack(&with_checksum(body)), Err(BlockError::Damaged));
}

#[test]
fn a_block_that_unpacks_into_a_flood_is_refused() {
    let flood = vec![0_u8; LARGEST_BODY + 1];
    assert_eq!(unpack(&with_checksum(&flood)), Err(BlockError::Damaged));
    let mut liar = with_checksum(&flood);
    liar[5..9].copy_from_slice(&100_u32.to_le_bytes());
    let sum = crc32fast::hash(&liar[5..]).to_le_bytes();
    liar[1..5].copy_from_slice(&sum);
    assert_eq!(unpack(&liar), Err(BlockError::Damaged));
}

#[test]
fn a_full_block_with_everything_at_its_longest_is_within_the_limit() {
    let far = Landmark { point: point2(-1e30, 1e30), visibility: 1.0, world: point3(1e30, -1e30, 1e30) };
    let near = Landmark { point: point2(1e30, -1e30), visibility: 0.0, world: point3(-1e30, 1e30, -1e30) };
    let wild = |index: usize| {
        let landmark = if index.is_multiple_of(2) { far } else { near };
        Sample {
            number: if index.is_multiple_of(2) { 0 } else { u64::MAX / 2 },
            body: Some(Box::new(Body { landmarks: [landmark; Joint::COUNT], presence: 1.0, size: landmark.point.x })),
            back: Some(Back {
                facing: Facing::Left,
                curve: vec![landmark.point; CURVE_POINTS],
                s1: landmark.point,
                t12: landmark.point,
                c7: Ok(landmark.point),
                hip: landmark.point,
                segments: Segments::default(),
            }),
            ..Sample::default()
        }
    };
    let samples: Vec<Sample> = (0..MOST_FRAMES).map(wild).collect();
    assert_eq!(unpack(&pack(&samples)).unwrap().len(), MOST_FRAMES);
}

/// Covers every state, phase, verdict and facing, and everything that may be present or missing in a sample. Rounding
/// changes no value.
fn one_of_each() -> Vec<Sample> {
    let states = [
        State::Nobody,
        State::Several,
        State::CutOff,
        State::Far,
        State::Turned,
        State::NotStanding,
        State::Hidden,
        State::Covered,
        State::Calibrating,
        State::Measured,
    ];
    let phases = [Phase::Top, Phase::Down, Phase::Bottom, Phase::Up];
    let verdicts = [None, Some(Verdict::Hips), Some(Verdict::Mixed), Some(Verdict::Back)];
    let sample = |(number, state)| Sample {
        time: Timestamp::new(Duration::from_millis(40 * number as u64)),
        number: 2 * number as u64,
        state,
        phase: phases[number % 4],
        verdict: verdicts[number / 4],
        people: number as u8,
        stood: number == 8,
        pictured: number == 3,
        ..Sample::default()
    };
    let mut samples: Vec<Sample> = states.into_iter().enumerate().map(sample).collect();
    let landmark = |number: usize| Landmark {
        point: point2(100.0 + number as f32, 50.5),
        visibility: 51.0 / 255.0,
        world: point3(0.25, -0.5, 0.125),
    };
    samples[7].body = Some(Box::new(Body { landmarks: std::array::from_fn(landmark), presence: 1.0, size: 400.125 }));
    let curve = (0..CURVE_POINTS).map(|step| point2(200.0, 300.0 - step as f32)).collect();
    let [pelvis, upper_lumbar, thigh, trunk, knee] = [12.5, 7.25, -3.0, 2.0, 5.5].map(Angle::degrees);
    let back = Back {
        facing: Facing::Right,
        curve: Vec::new(),
        s1: point2(200.0, 300.0),
        t12: point2(200.25, 260.0),
        c7: Ok(point2(210.0, 180.0)),
        hip: point2(190.5, 310.0),
        segments: Segments { pelvis, upper_lumbar, thigh, trunk, knee },
    };
    samples[7].back = Some(back.clone());
    samples[8].back = Some(Back { facing: Facing::Left, curve, ..back.clone() });
    samples[9].back = Some(Back { facing: Facing::Left, c7: Err(HairOverNeck), ..back });
    let radians = Angle::radians;
    samples[9].verdict = Some(Verdict::Back);
    samples[9].confidence = 0.75;
    samples[9].half_width_90 = Some(HalfWidth90 { hip_flexion: radians(0.125), lumbar_flexion: radians(0.1) });
    samples[8].raw = Some(Bend { hip_flexion: radians(1.0), lumbar_flexion: radians(0.5), ..Bend::default() });
    samples[9].filtered =
        Some(Bend { trunk_inclination: radians(1.25), knee_flexion: radians(0.2), ..Bend::default() });
    samples
}

fn hex(bytes: &[u8]) -> String {
    let lines = bytes.chunks(40).map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n");
    lines.collect()
}

/// Guards the file format: both files in `tests/golden` must stay unchanged, so that blocks of earlier versions can be
/// read.
#[test]
fn the_bytes_of_a_block_stay_what_they_are() {
    let samples = one_of_each();
    assert_eq!(unpack(include_bytes!("../../../tests/golden/block")).unwrap(), samples);
    let mut writer = SeriesWriter::default();
    write_body(&mut writer, &samples);
    assert_eq!(hex(&writer.into_bytes()), include_str!("../../../tests/golden/block-body.hex"));
}
