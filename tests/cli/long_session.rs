//! However long a session is, it is never held as a whole where it only passes through: at import, in a report, and
//! when it is written to a file of any format.

use std::path::{Path, PathBuf};
use std::time::Duration;

use assert_cmd::Command;
use bendwise::coach::{Repetition, SetGoal, SetPurpose, Verdict};
use bendwise::geometry::{Bend, HalfWidth90, Segments, State};
use bendwise::pose::{Joint, Landmark};
use bendwise::source::Timestamp;
use bendwise::spine::Facing;
use bendwise::store::sample::{Back, Body, CURVE_POINTS, Sample};
use bendwise::store::{Happening, LostCounts, NewSession, Store, StoredCalibration, StoredRepetition};
use euclid::{Angle, point2, point3};

use crate::common::World;

/// Frames of a block of the fast sessions here, near the most that one holds.
const DENSE: u64 = 1000;

/// The memory of a program, kilobytes of address space: half as much again as it needs for a short session, and a third of what
/// the samples of the long one take.
const ROOM: u32 = 130_000;

/// Frames of the long session, and of the short one, which shows that the room is enough for all else.
const LONG: u64 = 300_000;
const SHORT: u64 = 2 * DENSE;

/// Frames of the session that is exported: its samples take more than the room.
const LONG_EXPORT: u64 = 120_000;

/// A frame in which the person bends once in four seconds, with a tremor, so that it packs as a real one does.
fn frame(number: u64, tremor: f32) -> Sample {
    let seconds = number as f64 / 30.0;
    let wave = (seconds * std::f64::consts::FRAC_PI_2).sin() as f32;
    let noise = |of: u64| ((number * 31 + of * 17) * 7919 % 1009) as f32 / 1009.0 * tremor;
    let bend = Bend {
        hip_flexion: Angle::degrees(40.0 + 40.0 * wave + noise(1)),
        lumbar_flexion: Angle::degrees(10.0 + 5.0 * wave + noise(2)),
        trunk_inclination: Angle::degrees(40.0 + 40.0 * wave + noise(3)),
        knee_flexion: Angle::degrees(10.0 + noise(4)),
    };
    let place = |of: u64| point2(300.0 + 100.0 * wave + noise(of), 200.0 + of as f32 * 5.0 + noise(of + 50));
    let landmark = |of: usize| Landmark {
        point: place(of as u64),
        visibility: 0.9,
        world: point3(noise(of as u64) / 10.0, of as f32 / 30.0, 0.1),
    };
    let back = Back {
        facing: Facing::Right,
        curve: (0..CURVE_POINTS as u64).map(|of| place(of + 100)).collect(),
        s1: place(200),
        t12: place(201),
        c7: Ok(place(202)),
        hip: place(203),
        segments: Segments { pelvis: bend.hip_flexion, ..Segments::default() },
    };
    Sample {
        time: Timestamp::from_secs_f64(seconds),
        number,
        state: State::Measured,
        confidence: 0.9,
        raw: Some(bend),
        filtered: Some(bend),
        half_width_90: Some(HalfWidth90 { hip_flexion: Angle::degrees(6.0), lumbar_flexion: Angle::degrees(7.0) }),
        stood: true,
        people: 1,
        body: Some(Box::new(Body {
            landmarks: std::array::from_fn::<_, { Joint::COUNT }, _>(landmark),
            presence: 1.0,
            size: 400.0,
        })),
        back: Some(back),
        ..Sample::default()
    }
}

fn repetition(number: u32, start: f64) -> Happening {
    let at = Timestamp::from_secs_f64;
    let (start, bottom, end) = (at(start), at(start + 1.0), at(start + 2.0));
    let verdict = Some(Verdict::Hips);
    let repetition = Repetition { start, bottom, end, verdict, confidence: 0.9, ..Repetition::default() };
    Happening::Repetition(StoredRepetition { number, set: Some(0), repetition, reach: None })
}

/// A session of this many frames, this many a block, as a file.
pub(crate) fn session(world: &World, frames: u64, a_block: u64, tremor: f32) -> PathBuf {
    filmed_session(world, frames, a_block, tremor, None)
}

/// The same with a video that has a picture for each frame.
fn filmed_session(world: &World, frames: u64, a_block: u64, tremor: f32, film: Option<&Path>) -> PathBuf {
    let beginning = NewSession {
        began: "2026-11-22T08:05:00+00:00[UTC]".parse().unwrap(),
        source: "Webcam".into(),
        plan: None,
        person: None,
    };
    let mut writer = Store::open(&world.paths()).unwrap().0.begin(&beginning).unwrap();
    let (goal, purpose, time) = (SetGoal::Hips, SetPurpose::Practice, Timestamp::new(Duration::ZERO));
    let set = Happening::SetBegan { number: 0, drill: None, goal, purpose, time };
    let standing = StoredCalibration::Standing(Segments::default());
    let calibrated = Happening::Calibrated { time: Timestamp::new(Duration::ZERO), to: standing };
    let repetitions = (0..8).map(|at| repetition(at, f64::from(at) * 4.0));
    let happened: Vec<_> = [set, calibrated].into_iter().chain(repetitions).collect();
    writer.keep(&[], &happened).unwrap();
    if let Some(film) = film {
        std::fs::copy(film, writer.home().join("video.mp4")).unwrap();
        writer.keep(&[], &[Happening::Pictured { size: (64, 48), video: Some("video.mp4") }]).unwrap();
    }
    let frame = |number| Sample { pictured: film.is_some(), ..frame(number, tremor) };
    for first in (0..frames).step_by(a_block as usize) {
        let block: Vec<_> = (first..(first + a_block).min(frames)).map(frame).collect();
        writer.keep(&block, &[]).unwrap();
    }
    writer.finish(LostCounts::default()).unwrap();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let path = world.path("long.bendwise");
    store.export(&store.named("last").unwrap(), &path).unwrap();
    path
}

fn within_room(world: &World, arguments: &[&str]) -> Command {
    let mut command = world.bendwise_after(&format!("ulimit -v {ROOM}"));
    command.args(arguments);
    command
}

/// What only passes through is read a second at a time, so it does not matter how much it is.
#[test]
fn a_long_session_takes_no_more_memory_than_a_short_one() {
    for frames in [SHORT, LONG] {
        let (there, here) = (World::new(), World::new());
        let file = session(&there, frames, DENSE, 0.0);
        within_room(&here, &["sessions", "import", file.to_str().unwrap()]).assert().success();
        let page = here.path("report.html");
        within_room(&here, &["report", "last", "-o", page.to_str().unwrap()]).assert().success();
        let again = here.path("again.bendwise");
        within_room(&here, &["sessions", "export", "last", "-o", again.to_str().unwrap()]).assert().success();
        assert!(page.exists() && again.exists());
    }
}

/// The formats differ in what they have to know of the whole session before the first row.
#[test]
fn a_long_export_takes_no_more_memory_than_a_short_one() {
    for frames in [SHORT, LONG_EXPORT] {
        let world = World::new();
        session(&world, frames, DENSE, 0.0);
        for format in ["csv", "parquet", "mot", "c3d"] {
            let file = world.path(&format!("long.{format}"));
            within_room(&world, &["export", "last", "--format", format, "-o", file.to_str().unwrap()])
                .assert()
                .success();
            std::fs::remove_file(file).unwrap();
        }
    }
}

/// Writes a session of `LONG_SESSION_HOURS` hours as it is recorded, a block a second, to `LONG_SESSION_FILE`, to be
/// measured by hand; with the video `LONG_SESSION_FILM`, if that is set, of 30 pictures a second and at least that long.
#[test]
#[ignore = "makes a file to measure with"]
fn make_a_long_session() {
    let asked = std::env::var("LONG_SESSION_HOURS").ok().zip(std::env::var("LONG_SESSION_FILE").ok());
    let Some((hours, file)) = asked else { return };
    let hours: f64 = hours.parse().unwrap();
    let world = World::new();
    let film = std::env::var_os("LONG_SESSION_FILM").map(PathBuf::from);
    let path = filmed_session(&world, (hours * 3600.0 * 30.0) as u64, 30, 1.0, film.as_deref());
    std::fs::copy(path, file).unwrap();
}
