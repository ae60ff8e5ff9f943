//! A review where it cannot be had; what it shows is in `tests/screen`.

use predicates::str::contains;

use crate::common::{World, demo};
use crate::fails;

fn review(world: &World, what: &str) -> assert_cmd::assert::Assert {
    world.bare_hinge().env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").args(["review", what]).assert()
}

#[test]
fn what_cannot_be_looked_at_is_said() {
    let world = World::new();
    review(&world, "last").code(2).stderr(contains("No session is kept yet"));
    world.hinge().args(["analyze", "--keep", "--video", "off"]).arg(demo()).assert().success();
    review(&world, "2026-13").code(2).stderr(contains("`hinge sessions` lists them"));
    fails(review(&world, "nowhere.hinge"), &["nowhere.hinge cannot be read"]);
    let foreign = world.write("foreign.hinge", "no zip at all");
    fails(review(&world, foreign.to_str().unwrap()), &["foreign.hinge is no session of hinge"]);
}

#[test]
fn without_a_display_it_names_what_needs_none() {
    let world = World::new();
    world.hinge().args(["analyze", "--keep", "--video", "off"]).arg(demo()).assert().success();
    fails(review(&world, "last"), &["A review needs a display", "hinge report"]);
    let file = world.path("a.hinge");
    world.bare_hinge().args(["sessions", "export", "last", "-o"]).arg(&file).assert().success();
    fails(review(&world, file.to_str().unwrap()), &["A review needs a display"]);
    world.bare_hinge().arg("sessions").assert().stdout(contains("demo.mp4").count(1)); // a look is no import
}
