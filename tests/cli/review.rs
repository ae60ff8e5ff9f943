//! Reviews that cannot be shown, and somebody at the mouse of one; what a review shows is in `tests/screen`.

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
    fails(review(&world, "nowhere.bendwise"), &["There is no file nowhere.bendwise: check the name"]);
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

#[cfg(target_os = "linux")]
mod on_a_display {
    use std::process::{Command, Stdio};
    use std::thread;
    use std::time::Duration;

    use super::World;
    use crate::common::one_bend;
    use crate::start::on_a_display::{Desk, Ended};

    #[test]
    fn another_session_is_opened_by_key_and_one_that_is_gone_is_told_and_a_click_closes() {
        let Some(desk) = Desk::new() else { return };
        let world = World::new();
        world.keep_demo("small");
        for _ in 0..2 {
            world.bendwise().args(["analyze", "--keep", "--video", "off"]).arg(one_bend(&world)).assert().success();
        }
        let listed = world.bare_bendwise().arg("sessions").assert().success();
        let listed = String::from_utf8(listed.get_output().stdout.clone()).unwrap();
        let ids = listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|id| id.starts_with("20"));
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let [_, gone, oldest] = &ids[..] else { panic!("{ids:?}") };
        let folder = world.path("stills");
        std::fs::create_dir(&folder).unwrap();
        let mut bendwise = Command::new(env!("CARGO_BIN_EXE_bendwise"));
        bendwise.args(["review", "last"]);
        world.inhabit(&mut bendwise);
        bendwise.current_dir(&folder).env("DISPLAY", &desk.display).env_remove("XMODIFIERS");
        let mut playing = Ended(bendwise.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        desk.does_until(&["search", "--sync", "--name", "bendwise"], || {
            desk.does(&["search", "--onlyvisible", "--name", "bendwise"])
        });
        let stills =
            || std::fs::read_dir(&folder).unwrap().flatten().map(|file| file.file_name().into_string().unwrap());
        assert!(desk.does(&["mousemove", "683", "300"]));
        desk.does_until(&["key", "s"], || stills().next().is_some());
        assert!(desk.does(&["key", "o"]));
        thread::sleep(Duration::from_millis(500));
        world.bare_bendwise().args(["sessions", "delete", gone, "--yes"]).assert().success();
        for key in ["Down", "Return", "Down", "Return"] {
            assert!(desk.does(&["key", key])); // the first is gone and told, the second opens
            thread::sleep(Duration::from_millis(500));
        }
        desk.does_until(&["key", "s"], || stills().any(|name| name.starts_with(&format!("{oldest} "))));
        assert!(!stills().any(|name| name.starts_with(&format!("{gone} "))));
        // The trend, and back; then the button that closes, at the upper right.
        for key in ["t", "Escape"] {
            assert!(desk.does(&["key", key]));
            thread::sleep(Duration::from_millis(500));
        }
        assert!(playing.0.try_wait().unwrap().is_none(), "leaving the trend is not leaving the review");
        // It is pressed for no time at all, as by a tap on a touch pad.
        let click = ["mousemove", "1230", "70", "mousedown", "1", "mouseup", "1"];
        desk.does_until(&click, || playing.0.try_wait().unwrap().is_some());
        assert_eq!(playing.0.wait().unwrap().code(), Some(0));
    }
}
