//! Runs the examples on the recording that comes with bendwise: it has four bends, the third from the back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "cli")]

use std::env;
use std::path::Path;

use assert_cmd::Command;

/// Returns the output of an example for the recording.
fn output(example: &str) -> String {
    // Next to the folder of this test: `cargo test` builds both.
    let tests = env::current_exe().unwrap();
    let examples = tests.ancestors().nth(2).unwrap().join("examples");
    let program = examples.join(example).with_extension(env::consts::EXE_EXTENSION);
    assert!(
        program.is_file(),
        "{} is not built: cargo build --examples, with --release where the tests have it",
        program.display()
    );
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.mp4");
    let ran = Command::new(program).arg(recording).assert().success();
    String::from_utf8(ran.get_output().stdout.clone()).unwrap()
}

#[test]
fn a_file_is_measured_in_some_25_lines() {
    let printed = output("measure_file");
    let verdicts: Vec<&str> = printed.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(verdicts, ["hips", "hips", "back", "hips"], "{printed}");
    assert!(printed.lines().all(|line| line.contains(" s: hips ") && line.contains("°, back ")), "{printed}");
}

#[test]
fn live_events_come_in_some_25_lines() {
    let printed = output("live_events");
    let happened: Vec<&str> = printed.lines().filter_map(|line| line.split(": ").nth(1)).collect();
    let bend = |verdict| ["RepetitionStarted", verdict];
    let bends = ["from the hips", "from the hips", "from the back", "from the hips"].map(bend);
    assert_eq!(happened, [&["StandingFound"][..], bends.as_flattened()].concat(), "{printed}");
}
