//! `bendwise drills`: the list, one drill, and a user's drill file.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use super::common::World;
use super::fails;

#[test]
fn are_listed_and_shown() {
    let world = World::new();
    let list = world.bare_bendwise().arg("drills").assert().success();
    list.stdout(contains("waiters-bow").and(contains("only shown and timed")).and(contains("first-week")));
    let bow = world.bare_bendwise().args(["drills", "bow"]).assert().success();
    bow.stdout(contains("1. Cross your arms").and(contains("50–70°")).and(contains("Luomajoki")));
}

#[test]
fn a_wrong_name_lists_the_right_ones_and_the_closest() {
    let asked = World::new().bare_bendwise().args(["drills", "boww"]).assert().code(2);
    asked.stderr(contains("There is no drill called \"boww\": did you mean bow?").and(contains("cat-cow")));
}

#[test]
fn a_file_of_ones_own_is_checked_and_used() {
    let world = World::new();
    let bow = include_str!("../../assets/drills/bow.toml");
    let broken = world.write("deep-bow.toml", bow.replace("knees =", "knes ="));
    let refused = world.bare_bendwise().args(["drills", "--check"]).arg(&broken).assert();
    fails(refused, &["deep-bow.toml, line 11: goal.knees is missing"]);
    world.write("home/data/drills/deep-bow.toml", bow.replace("[50, 70]", "[60, 90]"));
    let good = world.path("home/data/drills/deep-bow.toml");
    let checked = world.bare_bendwise().args(["drills", "--check"]).arg(&good).assert().success();
    checked.stdout(contains("deep-bow is valid").and(contains("home/data/drills")));
    let shown = world.bare_bendwise().args(["drills", "deep-bow"]).assert().success();
    shown.stdout(contains("60–90°"));
    let missing = world.bare_bendwise().args(["drills", "--check", "nothing-here.toml"]).assert();
    fails(missing, &["There is no file nothing-here.toml"]);
}

#[test]
fn a_broken_file_is_told_of_in_the_list_and_stops_nothing() {
    let world = World::new();
    world.write("home/data/drills/mine.toml", "sets = ");
    let list = world.bare_bendwise().arg("drills").assert().success();
    list.stdout(contains("mine.toml, line 1: sets cannot be read").and(contains("good-morning")));
    fails(world.bare_bendwise().args(["drills", "mine"]).assert(), &["mine.toml, line 1: sets cannot be read"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_drills_is_not_waited_for() {
    let world = World::new();
    world.write("home/data/drills/mine.txt", "");
    world.pipe("home/data/drills/mine.toml");
    let list = world.bare_bendwise().arg("drills").timeout(std::time::Duration::from_secs(20)).assert().success();
    list.stdout(contains("it is a pipe or a device, not a file").and(contains("good-morning")));
}
