//! The back estimator: the network's output for a synthetic frame, and the demo against its true angles.
#![cfg(feature = "video")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use bendwise::app_dirs::Paths;
use bendwise::coach::{ChainRequest, Repetition, Verdict};
use bendwise::geometry::{Origin, StandingFlaw, State};
use bendwise::inference::{Network, Runtime, models};
use bendwise::pipeline::{Chain, RecordingSurvey};
use bendwise::pose::Landmarker;
use bendwise::source::{Delivery, Frame, Timestamp, video};
use bendwise::spine::network::{BackNetwork, FrameReading, Reader};
use bendwise::spine::outline::SIZE;
use bendwise::spine::{Change, Facing};
use image::imageops;
use serde::Deserialize;

fn runtime() -> Runtime {
    Runtime::open(None, &Paths::discover().unwrap(), &mut |line| eprintln!("{line}")).unwrap()
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The output of `models/train/make_example.py`.
#[derive(Deserialize)]
struct Example {
    frames: Vec<ExampleFrame>,
    outputs: NetworkOutputs,
}

#[derive(Deserialize)]
struct ExampleFrame {
    features: Vec<f32>,
}

#[derive(Deserialize)]
struct NetworkOutputs {
    inclination: Vec<Vec<f32>>,
    change: Vec<Vec<f32>>,
    change_interval: Vec<Vec<f32>>,
    neck_hidden: Vec<[f32; 1]>,
    legs_hidden: Vec<[f32; 2]>,
}

fn example() -> Example {
    let example = std::fs::read_to_string(repository("models/train/example.json")).unwrap();
    serde_json::from_str(&example).unwrap()
}

impl Example {
    fn features(&self) -> Vec<[f32; SIZE]> {
        self.frames.iter().map(|frame| frame.features[..].try_into().unwrap()).collect()
    }
}

#[test]
fn the_network_says_what_it_said_in_training() {
    let example = example();
    let frames = example.features();
    let mut network = BackNetwork::open(&runtime(), &models::find(None).unwrap()).unwrap();
    let NetworkOutputs { inclination, change, change_interval, neck_hidden, legs_hidden } = example.outputs;
    let standing = network.read(&frames[0]).unwrap().unwrap();
    assert_eq!(standing.hidden.hair_over_neck, neck_hidden[0][0] > 0.5);
    for (index, frame) in frames.iter().enumerate() {
        let reading = network.read(frame).unwrap().unwrap();
        assert_eq!(reading.legs_hidden(&standing.hidden), legs_hidden[index].iter().any(|output| *output > 0.5));
        let changed = network.change(&reading.code, &standing.code).unwrap().unwrap();
        let said = [
            (reading.pelvis, inclination[index][0]),
            (reading.upper_lumbar, inclination[index][1]),
            (changed.pelvis.angle, change[index][0]),
            (changed.lumbar_flexion.angle, change[index][3]),
            (changed.hip_flexion.angle, change[index][4]),
            (changed.lumbar_flexion.half_width_90, change_interval[index][3]),
        ];
        for (number, (ours, theirs)) in said.into_iter().enumerate() {
            assert!((ours.radians - theirs).abs() < 1e-3, "frame {index}, number {number}: {ours:?}, not {theirs}");
        }
    }
}

/// What the whole network says of two frames in one run, in the order of [`said_by_parts`].
fn said_by_whole(whole: &mut Network, now: &[f32; SIZE], standing: &[f32; SIZE]) -> Vec<f32> {
    let outputs = whole.run_rows(&[("now", now), ("standing", standing)]).unwrap();
    let [pelvis, upper_lumbar, _] = *outputs.values::<3>("inclination").unwrap();
    let mut said = vec![pelvis, upper_lumbar];
    said.extend(outputs.values::<1>("yaw").unwrap());
    said.extend(outputs.values::<6>("points").unwrap());
    said.extend(outputs.values::<2>("legs_hidden").unwrap());
    let (change, half_width_90) =
        (outputs.values::<5>("change").unwrap(), outputs.values::<5>("change_interval").unwrap());
    said.extend(change.iter().zip(half_width_90).flat_map(|(angle, half_width_90)| [angle, half_width_90]));
    said
}

/// The same, of readings of one frame each.
fn said_by_parts(now: &FrameReading, standing: &FrameReading, change: &Change) -> Vec<f32> {
    let mut said = [now.pelvis, now.upper_lumbar, now.yaw].map(|angle| angle.radians).to_vec();
    said.extend(now.levels.iter().flat_map(|level| level.to_array()));
    said.extend([now.hidden.legs, standing.hidden.legs_in_standing]);
    let Change { pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion } = *change;
    let estimates = [pelvis, upper_lumbar, thigh, lumbar_flexion, hip_flexion];
    said.extend(estimates.iter().flat_map(|estimate| [estimate.angle.radians, estimate.half_width_90.radians]));
    said
}

#[test]
fn the_parts_of_the_network_say_bit_for_bit_what_the_whole_one_says() {
    let runtime = runtime();
    let mut whole = runtime.network("whole", &std::fs::read(repository("models/back.onnx")).unwrap()).unwrap();
    let mut parts = BackNetwork::open(&runtime, &models::find(None).unwrap()).unwrap();
    let frames = example().features();
    for (now, standing) in frames.iter().flat_map(|now| frames.iter().map(move |standing| (now, standing))) {
        let readings = [now, standing].map(|frame| parts.read(frame).unwrap().unwrap());
        let change = parts.change(&readings[0].code, &readings[1].code).unwrap().unwrap();
        let ours = said_by_parts(&readings[0], &readings[1], &change);
        let theirs = said_by_whole(&mut whole, now, standing);
        assert_eq!(
            ours.iter().map(|number| number.to_bits()).collect::<Vec<_>>(),
            theirs.iter().map(|number| number.to_bits()).collect::<Vec<_>>()
        );
        assert_eq!(parts.hidden_parts(now).unwrap().unwrap(), readings[0].hidden);
    }
}

/// True hip and lumbar flexion at the bottom of the demo's repetitions, degrees: it was rendered from these angles.
const TRUTH: [(f32, f32, Verdict); 4] =
    [(79.4, 2.1, Verdict::Hips), (91.1, 2.8, Verdict::Hips), (36.4, 46.3, Verdict::Back), (86.5, 1.6, Verdict::Hips)];

#[test]
fn the_demos_bends_come_out_as_they_were_put_in() {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let (mut repetitions, mut forms) = (Arc::default(), Vec::new());
    while let Delivery::Frame(frame) = source.next().unwrap() {
        let seen = chain.observe(frame).unwrap();
        repetitions = seen.progress.repetitions;
        forms.extend(seen.form);
        assert_eq!(seen.limbs.is_some(), seen.pose_result.pose.is_some());
    }
    assert_eq!(repetitions.len(), TRUTH.len());
    assert_eq!(forms.iter().map(|form| form.repetition).collect::<Vec<_>>(), *repetitions, "each has its form");
    for (repetition, (hip, lumbar, verdict)) in repetitions.iter().zip(TRUTH) {
        let measured = (repetition.bend.hip_flexion.to_degrees(), repetition.bend.lumbar_flexion.to_degrees());
        assert_eq!(repetition.verdict, Some(verdict), "{measured:?}");
        assert!(
            (measured.0 - hip).abs() < 5.0 && (measured.1 - lumbar).abs() < 5.0,
            "{measured:?}, not {hip} {lumbar}"
        );
        let half_width_90 = repetition.half_width_90.lumbar_flexion.to_degrees();
        assert!((1.0..20.0).contains(&half_width_90), "interval {half_width_90}");
    }
}

/// When the demo's person stands, seconds: for more than a second before the first bend, for most of one between two.
const STANDS: [std::ops::Range<f64>; 5] = [0.0..2.3, 4.55..5.1, 7.4..8.0, 10.3..10.9, 13.2..99.0];

/// One in `every` of the demo's 25 frames a second, as if the person never stood still: what is left of each top is 0.3 s.
fn demo_without_standing(every: usize) -> Vec<Frame> {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let frames = std::iter::from_fn(|| match source.next().unwrap() {
        Delivery::Frame(frame) => Some(frame),
        _ => None,
    });
    let moving = frames.filter(|frame| !STANDS.iter().any(|range| range.contains(&frame.time.as_secs_f64())));
    let timed = |(number, frame): (usize, Frame)| Frame {
        time: Timestamp::from_secs_f64(number as f64 * every as f64 / 25.0),
        number: number as u64,
        ..frame
    };
    moving.step_by(every).enumerate().map(timed).collect()
}

#[test]
fn a_recording_in_which_nobody_stands_still_is_measured_from_its_first_frame_on() {
    for every in [1, 4] {
        let frames = demo_without_standing(every);
        let chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
        let mut survey = RecordingSurvey::new(chain, Box::new(Cursor::new(Vec::new())));
        frames.iter().for_each(|frame| survey.observe(frame).unwrap());
        assert_eq!(survey.frames(), frames.len() as u64);
        let mut chain = survey.finish().unwrap();
        let seen: Vec<_> = frames.into_iter().map(|frame| chain.observe(frame).unwrap()).collect();
        assert!(seen.iter().all(|seen| seen.measurement.state == State::Measured), "one in {every}");
        let doubt = seen[0].measurement.standing_doubt.unwrap();
        assert_eq!(doubt.flaw, Some(StandingFlaw::NotStill));
        let repetitions = &seen.last().unwrap().progress.repetitions;
        assert_eq!(repetitions.len(), TRUTH.len(), "one in {every}");
        for (repetition, (hip, lumbar, _)) in repetitions.iter().zip(TRUTH) {
            let (bend, half_width) = (repetition.bend, repetition.half_width_90.lumbar_flexion.to_degrees());
            let measured = (bend.hip_flexion.to_degrees(), bend.lumbar_flexion.to_degrees());
            assert!(
                (measured.0 - hip).abs() < 7.0 && (measured.1 - lumbar).abs() < 7.0,
                "{measured:?}, not {hip} {lumbar}"
            );
            assert!(half_width > doubt.angle.to_degrees(), "the doubt is in the interval");
        }
    }
}

/// The first seconds of the demo with three gaps of 0.9 s, as of a camera that paused.
fn demo_with_gaps() -> Vec<Frame> {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let frames = std::iter::from_fn(|| match source.next().unwrap() {
        Delivery::Frame(frame) => Some(frame),
        _ => None,
    });
    let late = |frame: Frame| {
        let gaps = [62, 73, 85].iter().filter(|gap| frame.number >= **gap).count() as f64;
        Frame { time: Timestamp::from_secs_f64(frame.time.as_secs_f64() + 0.9 * gaps), ..frame }
    };
    frames.take(110).map(late).collect()
}

#[test]
fn nothing_is_interpolated_over_a_gap() {
    let frames = demo_with_gaps();
    let chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut survey = RecordingSurvey::new(chain, Box::new(Cursor::new(Vec::new())));
    survey.interpolate();
    frames.iter().for_each(|frame| survey.observe(frame).unwrap());
    let mut chain = survey.finish().unwrap();
    let seen: Vec<_> = frames.into_iter().map(|frame| chain.observe(frame).unwrap()).collect();
    let interpolated = seen.iter().filter(|seen| seen.measurement.origin == Origin::Interpolated).count();
    assert!(interpolated > 30, "{interpolated}");
    let measured: Vec<_> = seen.iter().filter(|seen| seen.measurement.origin == Origin::Frame).collect();
    for pair in measured.windows(2) {
        let apart = pair[1].frame.time.since(pair[0].frame.time).as_secs_f64();
        let between = pair[1].frame.number - pair[0].frame.number - 1;
        assert!(between == 0 || apart < 0.14, "{between} frames within {apart} s after {:?}", pair[0].frame.time);
    }
}

#[test]
fn live_whoever_never_stands_still_is_measured_after_the_second_top() {
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let seen: Vec<_> = demo_without_standing(1).into_iter().map(|frame| chain.observe(frame).unwrap()).collect();
    assert_eq!(seen[20].measurement.state, State::Calibrating);
    let repetitions = &seen.last().unwrap().progress.repetitions;
    assert_eq!(
        repetitions.len(),
        2,
        "before the first bend 0.1 s is left, too little for a top: the tops are those before the second and the third"
    );
    let doubt = seen.last().unwrap().measurement.standing_doubt.unwrap();
    assert_eq!(doubt.flaw, Some(StandingFlaw::NotStill));
}

#[test]
fn what_was_asked_of_the_measurement_is_told_with_the_next_frame_and_once() {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut next = |asked: &[ChainRequest]| {
        asked.iter().for_each(|request| chain.request(*request));
        let Delivery::Frame(frame) = source.next().unwrap() else { panic!("the demo is longer") };
        chain.observe(frame).unwrap().progress
    };
    let on = [ChainRequest::Face(Some(Facing::Left)), ChainRequest::AwaitFullBend(true)];
    let off = [ChainRequest::AwaitFullBend(false), ChainRequest::Recalibrate, ChainRequest::Recalibrate];
    for (asked, awaited) in [(&[][..], false), (&on, true), (&[], true), (&off, false), (&[], false)] {
        let progress = next(asked);
        assert_eq!((&progress.requests().collect::<Vec<_>>()[..], progress.awaits_full_bend), (asked, awaited));
    }
}

/// As on a computer that turns out to be slow.
#[test]
fn with_the_simpler_network_it_goes_on_from_a_new_standing_posture() {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let (mut states, mut repetitions) = (Vec::new(), Arc::default());
    while let Delivery::Frame(frame) = source.next().unwrap() {
        if states.len() == 105 {
            assert!(chain.simplify().unwrap() && !chain.simplify().unwrap(), "there is one step");
        }
        let seen = chain.observe(frame).unwrap();
        let recalibrated = states.len() == 105;
        let requests: Vec<_> = seen.progress.requests().collect();
        assert_eq!(requests, if recalibrated { vec![ChainRequest::Recalibrate] } else { Vec::new() });
        states.push(seen.measurement.state);
        repetitions = seen.progress.repetitions;
    }
    assert_eq!((states[104], states[105]), (State::Measured, State::Calibrating));
    let verdicts: Vec<_> = repetitions.iter().map(|repetition: &Repetition| repetition.verdict).collect();
    assert_eq!(verdicts, TRUTH.map(|(_, _, verdict)| Some(verdict)));
}

/// As after Space, or a camera that was unplugged: who comes back may be somebody else, or the laptop's lid may have been moved.
#[test]
fn after_three_seconds_without_a_frame_the_standing_posture_is_found_anew() {
    let mut source = video::open(&repository("assets/demo.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut state_of_next = |pause: f64| {
        let Delivery::Frame(frame) = source.next().unwrap() else { panic!("the demo is longer") };
        let time = Timestamp::from_secs_f64(frame.time.as_secs_f64() + pause);
        chain.observe(Frame { time, ..frame }).unwrap().measurement.state
    };
    let standing: Vec<_> = (0..45).map(|_| state_of_next(0.0)).collect();
    assert_eq!(standing[44], State::Measured);
    assert_eq!(state_of_next(2.9), State::Measured);
    assert_eq!(state_of_next(6.0), State::Calibrating);
}

/// In an eighth of its light the detector finds nobody in most of these 20 seconds, once somebody stands there.
#[test]
fn whoever_rests_in_the_dark_need_not_be_found_anew() {
    let mut source = video::open(&repository("tests/session/film.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let (mut states, mut held) = (Vec::new(), 0);
    while let Delivery::Frame(mut frame) = source.next().unwrap() {
        if frame.time.as_secs_f64() > 20.0 {
            break;
        }
        Arc::make_mut(&mut frame.picture).iter_mut().for_each(|level| *level /= 8);
        let measurement = chain.observe(frame).unwrap().measurement;
        states.push(measurement.state);
        held += usize::from(measurement.origin == Origin::Held && measurement.state == State::Measured);
    }
    let found = states.iter().position(|state| *state == State::Measured).unwrap();
    assert!(states[found..].iter().all(|state| *state == State::Measured), "{:?}", &states[found..]);
    assert!(held > 60, "the networks rested in {held} frames");
}

/// Somebody else steps into the picture, beyond where the one who rests is watched: only the count tells.
#[test]
fn whoever_comes_beside_somebody_who_rests_is_told_in_the_frame_after_the_count() {
    let mut source = video::open(&repository("tests/session/film.mp4")).unwrap();
    let mut chain = Chain::open(&runtime(), &models::find(None).unwrap(), Landmarker::Full).unwrap();
    let mut seen = Vec::new();
    while let Delivery::Frame(mut frame) = source.next().unwrap()
        && frame.time.as_secs_f64() < 16.0
    {
        if frame.time.as_secs_f64() > 12.0 {
            let other = imageops::crop_imm(&*frame.picture, 280, 30, 70, 280).to_image();
            imageops::replace(Arc::make_mut(&mut frame.picture), &other, 540, 30);
        }
        let observed = chain.observe(frame).unwrap();
        seen.push((observed.measurement.origin, observed.pose_result.people));
    }
    let two = seen.iter().position(|(_, people)| *people == 2).unwrap();
    let before = [two - 2, two - 1, two].map(|number| seen[number].0);
    assert_eq!(before, [Origin::Held, Origin::Frame, Origin::Frame], "{seen:?}");
    assert_eq!(seen[two + 1].0, Origin::Held, "that one alone, as nothing moves: {seen:?}");
    assert!(seen[two..].iter().all(|(_, people)| *people == 2), "{seen:?}");
}
