//! The trend of a drill from session to session.

use predicates::str::contains;

use crate::common::{World, two_bends};

#[test]
fn two_sessions_of_the_same_are_compared_and_no_change_is_made_up() {
    let world = World::new();
    for _ in 0..2 {
        world.bendwise().args(["analyze", "--keep", "--video", "off"]).arg(two_bends(&world)).assert().success();
    }
    let trend = |arguments: &[&str]| world.bare_bendwise().arg("trend").args(arguments).assert();
    trend(&[]).success().stdout(contains("2 sessions")).stdout(contains("No sure change since"));
    let told = trend(&["--csv"]).success().get_output().stdout.clone();
    let told = String::from_utf8(told).unwrap();
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0][0], rows[1][3]), (3, "session", "2"), "{told}");
    assert_eq!(rows[1][3..], rows[2][3..], "the same file twice gives the same numbers");
    let share: f32 = rows[1][5].parse().unwrap();
    assert!((0.0..1.0).contains(&share), "{told}");
}

#[test]
fn the_drawing_is_a_file_that_takes_no_others_place() {
    let world = World::new();
    world.keep_demo("off");
    let path = world.path("trend.svg");
    let draw = || world.bare_bendwise().args(["trend", "--svg"]).arg(&path).assert();
    draw().success().stdout(contains("Written: "));
    let drawn = world.read("trend.svg");
    assert!(drawn.starts_with("<svg xmlns") && drawn.contains("Less from the low back: better"), "{drawn}");
    draw().code(1).stderr(contains("already exists: give another name with --svg"));
    world.bare_bendwise().args(["trend", "--csv", "--svg", "a.svg"]).assert().code(2);
}

#[test]
fn what_has_no_course_is_said() {
    let world = World::new();
    world.bare_bendwise().arg("trend").assert().code(1).stderr(contains("No repetition is kept yet"));
    world.keep_demo("off");
    let unknown = world.bare_bendwise().args(["trend", "--drill", "fre"]).assert();
    unknown.code(2).stderr(contains("did you mean free?"));
}
