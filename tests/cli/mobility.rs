//! `bendwise mobility`: its first sentences, its end, its file.

use std::fs;

use predicates::str::contains;

use crate::common::{World, demo, one_bend};
use crate::{fails, names, wall};

#[test]
fn a_recording_that_ends_too_early_tells_so_and_keeps_an_empty_record() {
    let world = World::new();
    let record = world.path("hips.json");
    let mut bendwise = world.bendwise();
    bendwise.args(["mobility", "--silent", "--source"]).arg(one_bend(&world)).arg("--summary").arg(&record);
    let played = bendwise.assert().success();
    let told = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    assert!(told.contains("I can see you") && told.contains("Stand tall and still"), "{told}");
    assert!(told.ends_with("I have not seen enough bends to tell anything\n"), "{told}");
    assert!(!told.contains("came from the hips"), "the screen has its own end: {told}");
    let kept: serde_json::Value = serde_json::from_str(&world.read("hips.json")).unwrap();
    assert_eq!(kept, serde_json::json!({ "format": 1, "right": null, "left": null }));
}

#[test]
fn a_recording_with_nobody_in_it_is_a_failure_with_its_reason() {
    let world = World::new();
    for number in 1..=9 {
        world.picture(&format!("room/{number}.png"), &wall(320, 240));
    }
    let mut bendwise = world.bendwise();
    bendwise.args(["mobility", "--silent", "--source"]).arg(world.path("room"));
    bendwise.assert().code(1).stderr(contains("Nobody was seen in room"));
}

#[test]
fn its_file_overwrites_no_recording_and_is_tried_before_the_work_begins() {
    let world = World::new();
    fs::copy(demo(), world.path("clip.mp4")).unwrap();
    let screened = |summary: &str| {
        let mut bendwise = world.bare_bendwise();
        bendwise.current_dir(world.path(".")).args(["mobility", "--source", "clip.mp4", "--summary", summary]);
        bendwise.assert()
    };
    screened("./clip.mp4").code(2).stderr(contains("./clip.mp4 would be overwritten"));
    fails(screened("no/such/folder/hips.json"), &["hips.json cannot be written: there is no such folder"]);
    assert_eq!(names(&world, "."), ["clip.mp4", "programs"]);
}
