//! Which frames of a recording the networks look at.

use std::path::Path;

use assert_cmd::assert::Assert;
use predicates::str::contains;

use crate::common::{World, at_rest, two_bends};

/// The columns of a frame that are looked at here.
#[derive(Debug)]
struct Row {
    hip: Option<f64>,
    lumbar: Option<f64>,
    held: bool,
    interpolated: bool,
}

fn rows(csv: &str) -> Vec<Row> {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<_> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let [hip, lumbar] = ["hip_flexion_deg", "lumbar_flexion_deg"].map(column);
    let [held, interpolated] = ["held", "interpolated"].map(column);
    lines
        .map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let number = |column: usize| fields[column].parse().ok();
            let [held, interpolated] = [held, interpolated].map(|column| fields[column] == "1");
            Row { hip: number(hip), lumbar: number(lumbar), held, interpolated }
        })
        .collect()
}

/// What `analyze` tells of a recording, and its samples.
fn analyzed(world: &World, recording: &Path, samples: &str, options: &[&str]) -> (Assert, String) {
    let mut bendwise = world.bendwise();
    bendwise.arg("analyze").arg(recording).args(["--stats", "--samples"]).arg(world.path(samples)).args(options);
    (bendwise.assert().success(), world.read(samples))
}

#[test]
fn rows_between_measured_frames_of_a_recording_are_interpolated_marked_and_close_to_what_is_measured_there() {
    let world = World::new();
    let recording = two_bends(&world);
    let (told, usual) = analyzed(&world, &recording, "usual.csv", &[]);
    told.stderr(contains(" interpolated"));
    let (_, every) = analyzed(&world, &recording, "every.csv", &["--every-frame"]);
    let (usual, every) = (rows(&usual), rows(&every));
    assert_eq!(usual.len(), every.len());
    assert!(every.iter().all(|row| !row.interpolated));
    let between: Vec<_> = usual.iter().zip(&every).filter(|(row, _)| row.interpolated).collect();
    let share = between.len() as f64 / usual.len() as f64;
    assert!((0.3..0.55).contains(&share), "{share:.2}");
    // What the fewer frames change: the smoothing by some degrees where the bend is fast.
    for (usual, every) in between {
        for (one, other) in [(usual.hip, every.hip), (usual.lumbar, every.lumbar)] {
            let (Some(one), Some(other)) = (one, other) else { panic!("{usual:?} beside {every:?}") };
            assert!((one - other).abs() < 6.0, "{usual:?} beside {every:?}");
        }
    }
    assert!(!usual.last().unwrap().interpolated, "the last frame has none after it");
}

#[test]
fn rows_in_which_nothing_moved_are_held_marked_and_the_same_each_time() {
    let world = World::new();
    let recording = at_rest(&world);
    let (told, once) = analyzed(&world, &recording, "once.csv", &[]);
    told.stderr(contains(" in which nothing moved"));
    let (_, again) = analyzed(&world, &recording, "again.csv", &[]);
    assert_eq!(once, again);
    let (_, every) = analyzed(&world, &recording, "every.csv", &["--every-frame"]);
    let (usual, every) = (rows(&once), rows(&every));
    assert_eq!(usual.len(), every.len());
    assert!(every.iter().all(|row| !row.held && !row.interpolated));
    let held = usual.iter().filter(|row| row.held && row.hip.is_some()).count();
    assert!((35..60).contains(&held), "{held} of {}", usual.len());
    for (row, every) in usual.iter().zip(&every).filter(|(row, _)| row.held) {
        assert!(!row.interpolated);
        for (one, other) in [(row.hip, every.hip), (row.lumbar, every.lumbar)] {
            if let (Some(one), Some(other)) = (one, other) {
                assert!((one - other).abs() < 1.0, "{row:?} beside {every:?}");
            }
        }
    }
}
