//! The output files of an analysis: complete and in place, or not there at all.

use std::fs;
#[cfg(unix)]
use std::path::Path;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, demo_pictures, one_bend};
use crate::{fails, names, wall};

/// The options that name a file to write.
const OPTIONS: [&str; 3] = ["--samples", "--summary", "--annotate"];

#[test]
fn an_output_that_would_overwrite_a_recording_or_another_output_is_refused() {
    let world = World::new();
    let clip = world.path("clip.mp4");
    fs::copy(demo(), &clip).unwrap();
    let before = fs::read(&clip).unwrap();
    for arguments in [
        ["analyze", "clip.mp4", "--annotate", "./clip.mp4", "--samples", "s.csv"],
        ["analyze", "clip.mp4", "--samples", "out.csv", "--summary", "./out.csv"],
    ] {
        let bendwise = world.bare_bendwise().current_dir(world.path(".")).args(arguments).assert();
        bendwise.code(2).stderr(contains("would be overwritten"));
    }
    assert_eq!(fs::read(&clip).unwrap(), before);
    assert_eq!(names(&world, "."), ["clip.mp4", "programs"]);
}

#[test]
fn an_unwritable_place_is_found_before_the_work_begins() {
    let world = World::new();
    for option in OPTIONS {
        let mut bendwise = world.bare_bendwise(); // no runtime library: it is not even looked for
        bendwise.arg("analyze").arg(demo()).args([option, "no/such/folder/out"]);
        fails(bendwise.assert(), &["no/such/folder/out cannot be written: there is no such folder"]);
    }
}

#[test]
fn nothing_is_left_behind_when_the_work_fails() {
    let world = World::new();
    fs::create_dir(world.path("out")).unwrap();
    let mut bendwise = world.bendwise();
    bendwise.args(["analyze", "nothing-here.mp4", "--samples"]).arg(world.path("out/s.csv"));
    fails(bendwise.assert(), &["nothing-here.mp4"]);
    assert_eq!(names(&world, "out"), [""; 0]);
}

#[test]
fn a_bend_that_the_end_of_the_recording_cuts_off_is_told() {
    let world = World::new();
    for (number, picture) in demo_pictures(85).iter().enumerate().step_by(2) {
        world.picture(&format!("bent/{number:03}.png"), picture);
    }
    let done = world.bendwise().arg("analyze").arg(world.path("bent")).args(["--fps", "12.5"]).assert().success();
    done.stdout(contains("No whole bend was found").and(contains("A bend was not finished when")));
}

#[test]
fn the_same_video_twice_gives_the_same_bytes() {
    let world = World::new();
    let film = one_bend(&world);
    for name in ["a", "b"] {
        let mut bendwise = world.bendwise();
        bendwise.arg("analyze").arg(&film);
        bendwise.arg("--samples").arg(world.path(&format!("{name}.csv")));
        bendwise.arg("--summary").arg(world.path(&format!("{name}.json")));
        bendwise.assert().success();
    }
    assert_eq!(world.read("a.csv"), world.read("b.csv"));
    assert_eq!(world.read("a.json"), world.read("b.json"));
}

#[test]
fn the_annotated_video_has_every_frame() {
    let world = World::new();
    let short = world.path("short");
    for (number, picture) in demo_pictures(5).iter().enumerate() {
        world.picture(&format!("short/{number}.png"), picture);
    }
    let video = world.path("seen.mp4");
    world.bendwise().arg("analyze").arg(short).arg("--annotate").arg(&video).assert().success();
    let mut bendwise = world.bendwise();
    bendwise.arg("analyze").arg(video).arg("--summary").arg(world.path("s.json")).assert().success();
    let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
    assert_eq!(summary["frames"], 5);
}

#[test]
fn an_existing_file_that_is_kept_from_writing_stays_as_it_is() {
    let world = World::new();
    let kept = world.write("out/kept.txt", "old");
    let mut permissions = fs::metadata(&kept).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&kept, permissions).unwrap();
    for option in OPTIONS {
        let refused = world.bare_bendwise().arg("analyze").arg(demo()).arg(option).arg(&kept).assert();
        fails(refused, &["kept.txt cannot be written: this user may not write there, choose another place"]);
    }
    assert_eq!((names(&world, "out"), world.read("out/kept.txt")), (vec!["kept.txt".to_owned()], "old".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_to() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    fs::create_dir(world.path("locked")).unwrap();
    fs::set_permissions(world.path("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    for option in OPTIONS {
        let mut bendwise = world.ordinary_bendwise();
        let refused = bendwise.args(["analyze", "x.mp4", option]).arg(world.path("locked/out")).assert();
        fails(refused, &["locked/out cannot be written: this user may not write there, choose another place"]);
    }
}

/// Opening a pipe that nobody reads would block for ever.
#[cfg(unix)]
#[test]
fn a_pipe_a_device_or_a_folder_is_no_place_for_a_result() {
    let world = World::new();
    let pipe = world.pipe("pipe");
    for option in OPTIONS {
        for (place, what) in [
            (pipe.as_path(), "is a pipe or a device"),
            (Path::new("/dev/null"), "is a pipe or a device"),
            (Path::new("/dev/stdout"), "is what the program prints"),
            (&world.path("."), "is a folder"),
        ] {
            let refused = world.bare_bendwise().arg("analyze").arg(demo()).arg(option).arg(place).assert();
            fails(refused, &[what, "cannot hold a result: give the name of a file"]);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_limit_on_files_is_told_and_nothing_stays_on_the_disk() {
    let world = World::new();
    fs::create_dir(world.path("out")).unwrap();
    world.picture("room/1.png", &wall(320, 240));
    for option in OPTIONS {
        let mut bendwise = world.bendwise_on_a_full_disk();
        bendwise.arg("analyze").arg(world.path("room")).arg(option).arg(world.path("out/result"));
        fails(
            bendwise.assert(),
            &["out/result cannot be written: files may not become that large there, raise the limit"],
        );
        assert_eq!(names(&world, "out"), [""; 0]);
    }
}

#[test]
fn how_long_each_stage_took_is_told_when_asked_for() {
    let world = World::new();
    world.picture("room/0.png", &demo_pictures(1)[0]);
    let analyze =
        |option: &[&str]| world.bendwise().arg("analyze").arg(world.path("room")).args(option).assert().code(1);
    analyze(&[]).stderr(contains("p95").not());
    let told = String::from_utf8(analyze(&["--stats"]).get_output().stderr.clone()).unwrap();
    let rows: Vec<Vec<&str>> = told.lines().map(|line| line.split_whitespace().collect()).collect();
    let head = rows.iter().position(|row| row == &["p50", "p95", "p99", "longest"]).unwrap();
    for (row, stage) in rows[head + 1..].iter().zip(["pose", "spine", "judgement"]) {
        let [name, half, "ms", most, "ms", nearly, "ms", longest, "ms"] = row[..] else { panic!("{told}") };
        let times = [half, most, nearly, longest].map(|time| time.parse::<f64>().unwrap());
        assert!(name == stage && times.is_sorted(), "{told}");
    }
    assert!(told.lines().any(|line| line == "0 frames dropped"), "{told}");
}
