//! Reviews that cannot be shown; what a review shows is in `tests/screen`.

use predicates::str::contains;

use crate::common::World;
use crate::fails;

fn review(world: &World, what: &str) -> assert_cmd::assert::Assert {
    world.bare_bendwise().env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").args(["review", what]).assert()
}

#[test]
fn what_cannot_be_looked_at_is_said() {
    let world = World::new();
    review(&world, "last").code(1).stderr(contains("No session is kept yet"));
    world.keep_demo("off");
    review(&world, "2026-13")
        .code(1)
        .stderr(contains("`bendwise sessions` lists them. Nor is there a file of this name"));
    fails(review(&world, "tests"), &["There is no session tests", "What is called tests here is no session in a file"]);
    fails(review(&world, "nowhere.bendwise"), &["nowhere.bendwise cannot be read"]);
    let foreign = world.write("foreign.bendwise", "no zip at all");
    fails(review(&world, foreign.to_str().unwrap()), &["foreign.bendwise is not a session of bendwise"]);
}

#[test]
fn without_a_display_it_names_what_needs_none() {
    let world = World::new();
    world.keep_demo("off");
    fails(review(&world, "last"), &["A review needs a display", "bendwise report"]);
    let file = world.path("a.bendwise");
    world.bare_bendwise().args(["sessions", "export", "last", "-o"]).arg(&file).assert().success();
    fails(review(&world, file.to_str().unwrap()), &["A review needs a display"]);
    world.bare_bendwise().arg("sessions").assert().stdout(contains("demo.mp4").count(1)); // viewing does not import
}
