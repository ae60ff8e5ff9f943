//! A fake session for the tests of the exports.

use std::time::Duration;

use euclid::{Angle, point2, point3};

use super::KeptSession;
use crate::coach::{Repetition, SetGoal, SetPurpose, Verdict};
use crate::geometry::{Bend, HalfWidth90, Segments, State};
use crate::pose::{CameraPoint, Joint, Landmark};
use crate::source::Timestamp;
use crate::spine::Facing;
use crate::store::sample::{Back, Body, Sample};
use crate::store::{
    LostCounts, Session, SessionEntry, SessionState as Ending, Set, StoredCalibration, StoredRepetition,
};

/// A person facing right, on a floor at 400 pixels, 200 pixels per metre; the right little finger is hidden.
pub(super) fn standing_body() -> Body {
    let mut landmarks =
        [Landmark { visibility: 0.9, point: point2(300.0, 100.0), ..Landmark::default() }; Joint::COUNT];
    let heights = [
        (Joint::LeftShoulder, 1.4),
        (Joint::LeftHip, 0.9),
        (Joint::LeftKnee, 0.5),
        (Joint::LeftAnkle, 0.1),
        (Joint::LeftHeel, 0.0),
        (Joint::LeftFootIndex, 0.0),
    ];
    for (joint, height) in heights {
        let ahead = if joint == Joint::LeftFootIndex { 40.0 } else { 0.0 };
        for side in [0, 1] {
            let landmark = &mut landmarks[joint as usize + side];
            landmark.point = point2(300.0 + ahead, 400.0 - 200.0 * height);
            landmark.world = point3(0.0, 0.9 - height, 0.1);
        }
    }
    landmarks[Joint::RightPinky as usize].visibility = 0.2;
    Body { landmarks, presence: 0.9, size: 400.0 }
}

fn mirrored(point: &mut CameraPoint) {
    point.x = 600.0 - point.x;
}

/// Four frames: nobody, then a bend that is measured in two of three.
pub(crate) fn session(facing: Facing) -> KeptSession {
    let mut body = standing_body();
    let mut levels: [CameraPoint; 4] = [1.0, 1.2, 1.5, 0.9].map(|height: f32| point2(280.0, 400.0 - 200.0 * height));
    if facing == Facing::Left {
        body.landmarks.iter_mut().for_each(|landmark| mirrored(&mut landmark.point));
        levels.iter_mut().for_each(mirrored);
    }
    let [s1, t12, c7, hip] = levels;
    let back = Back { facing, curve: Vec::new(), s1, t12, c7: Ok(c7), hip, segments: segments(30.0) };
    let there = Sample { people: 1, stood: true, body: Some(Box::new(body)), back: Some(back), ..Sample::default() };
    let measured = |hip: f32| Sample {
        state: State::Measured,
        confidence: 0.9,
        raw: Some(bend(hip + 1.0)),
        filtered: Some(bend(hip)),
        half_width_90: Some(HalfWidth90 { hip_flexion: Angle::degrees(7.0), lumbar_flexion: Angle::degrees(8.5) }),
        ..there.clone()
    };
    let hidden = Sample { state: State::Hidden, back: None, ..there.clone() };
    let mut samples = vec![Sample::default(), measured(40.0), hidden, measured(20.0)];
    for (number, sample) in samples.iter_mut().enumerate() {
        (sample.number, sample.time) = (number as u64, at(number as u64 * 100));
    }
    KeptSession { session: told(), samples }
}

fn told() -> Session {
    let repetition = Repetition {
        start: at(100),
        bottom: at(100),
        end: at(200),
        bend: bend(40.0),
        verdict: Some(Verdict::Hips),
        verdict_probability: Some(0.75),
        ..Repetition::default()
    };
    Session {
        entry: entry(),
        sets: vec![Set {
            number: 0,
            drill: Some("bow".to_owned()),
            goal: SetGoal::Hips,
            purpose: SetPurpose::Practice,
            began: at(100),
            ended: None,
        }],
        repetitions: vec![StoredRepetition { number: 0, set: Some(0), repetition, reach: None }],
        calibrations: vec![(at(100), StoredCalibration::Standing(segments(12.5)))],
        events: Vec::new(),
        models: vec![("back.onnx".to_owned(), "0123abcd".to_owned())],
    }
}

fn entry() -> SessionEntry {
    SessionEntry::made(
        "2026-11-22",
        "2026-11-22T08:05:00+01:00[Europe/Berlin]",
        Ending::Finished,
        LostCounts::default(),
    )
}

fn segments(pelvis: f32) -> Segments {
    Segments { pelvis: Angle::degrees(pelvis), ..Segments::default() }
}

fn bend(hip: f32) -> Bend {
    Bend { hip_flexion: Angle::degrees(hip), lumbar_flexion: Angle::degrees(10.0), ..Bend::default() }
}

/// A time in milliseconds.
pub(super) fn at(milliseconds: u64) -> Timestamp {
    Timestamp::new(Duration::from_millis(milliseconds))
}
