//! A session that goes on in time, in the terminal.

use predicates::str::contains;

use crate::common::{World, demo};

#[test]
fn without_a_display_it_goes_on_in_the_terminal_and_ends_with_the_summary() {
    let world = World::new();
    let played = world.hinge().args(["demo", "--once"]).assert().success();
    let output = played.get_output().clone();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(err, "hinge: No display to open a window on: going on in the terminal\n");
    assert!(!out.contains('\r') && !out.contains('\x1b'), "plain lines, not:\n{out}");
    assert!(out.contains("HIPS") && out.contains("BACK"), "{out}");
}

/// Ctrl-C is how a session in the terminal ends: with what was done until then, and well.
#[cfg(unix)]
#[test]
fn an_interruption_ends_it_with_the_summary() {
    use std::io::{BufRead, BufReader, Read};
    let world = World::new();
    let mut playing = world.start(&["demo"]);
    let mut out = BufReader::new(playing.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("Standing posture found") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "the demo ended before it was interrupted");
    }
    let kill = std::process::Command::new("kill").args(["-INT", &playing.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("No repetitions"), "{rest}");
    assert_eq!(playing.wait().unwrap().code(), Some(0));
}

#[test]
fn its_four_bends_are_found_and_judged() {
    let world = World::new();
    world.hinge().arg("analyze").arg(demo()).arg("--summary").arg(world.path("s.json")).assert().success();
    let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
    let verdicts: Vec<_> = summary["reps"].as_array().unwrap().iter().map(|rep| &rep["verdict"]).collect();
    assert_eq!(verdicts, ["hips", "hips", "back", "hips"]);
}

#[test]
fn a_display_that_is_not_there_is_as_good_as_none() {
    let world = World::new();
    let played = world.hinge().env("DISPLAY", ":4711").args(["demo", "--once"]).assert().success();
    played.stderr(contains("No display to open a window on")).stdout(contains("repetitions came from the hips"));
}
