//! Input files: each kind of bad input has its message and exit code.

use std::fs;

use image::{RgbImage, imageops};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, demo_pictures};
use crate::{fails, wall};

#[test]
fn missing_file() {
    let world = World::new();
    fails(
        world.bendwise().args(["analyze", "nothing-here.mp4"]).assert(),
        &["There is no file or folder nothing-here.mp4: check the name"],
    );
    fails(
        world.bendwise().args(["live", "--source", "nothing-here.mp4"]).assert(),
        &["There is no file or folder nothing-here.mp4: check the name"],
    );
}

#[test]
fn empty_file() {
    let world = World::new();
    let file = world.write("empty.mp4", "");
    fails(world.bendwise().arg("analyze").arg(file).assert(), &["empty.mp4 is empty: record or copy it again"]);
}

#[test]
fn a_text_that_calls_itself_a_video() {
    let world = World::new();
    let file = world.write("notes.mp4", "Monday: three sets of ten.\n".repeat(100));
    fails(world.bendwise().arg("analyze").arg(file).assert(), &["notes.mp4 is a text file", "give a video"]);
}

#[test]
fn a_video_that_breaks_off() {
    let world = World::new();
    let whole = fs::read(demo()).unwrap();
    for (part, told) in [(300, "is cut short, its index is missing: copy it again"), (whole.len() / 50, "try again")] {
        let file = world.write("cut.mp4", &whole[..part]);
        fails(world.bendwise().arg("analyze").arg(file).assert(), &["cut.mp4", told]);
    }
}

#[test]
fn what_was_measured_before_a_video_breaks_off_is_kept() {
    let world = World::new();
    let whole = fs::read(demo()).unwrap();
    let file = world.write("cut.mp4", &whole[..whole.len() / 4]);
    let analysis = world.bendwise().arg("analyze").arg(file).arg("--samples").arg(world.path("s.csv")).assert();
    fails(analysis, &["could not be decoded", "cut.mp4"]); // most of it is lost, and what was measured is written
    assert!(world.read("s.csv").lines().filter(|line| !line.starts_with('#')).count() > 10);
}

#[test]
fn a_folder_without_pictures() {
    let world = World::new();
    world.write("letters/a.txt", "no picture");
    fails(
        world.bendwise().arg("analyze").arg(world.path("letters")).assert(),
        &["letters holds no JPEG or PNG picture: give a folder that does, or a video"],
    );
}

#[test]
fn nobody_in_the_whole_recording() {
    let world = World::new();
    for number in 0..3 {
        world.picture(&format!("room/{number}.png"), &wall(320, 240));
    }
    let mut bendwise = world.bendwise();
    bendwise.arg("analyze").arg(world.path("room")).arg("--summary").arg(world.path("s.json"));
    bendwise.assert().code(1).stderr(contains("Nobody was seen in").and(contains("room")));
    let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
    assert_eq!(summary["frames"], 3);
    assert_eq!(summary["measurable_fraction"], 0.0);
    assert_eq!(summary["state_fractions"]["nobody"], 1.0);
    assert_eq!(summary["reps"], serde_json::json!([]));
}

#[test]
fn an_analysis_without_a_measurement_fails_and_keeps_nothing() {
    let world = World::new();
    let standing = world.picture("standing.png", &demo_pictures(1)[0]);
    let analyze = |world: &World| world.bendwise().args(["analyze", "--keep"]).arg(&standing).assert();
    let told =
        analyze(&world).code(1).stderr(contains("Not kept, as nothing was measured").and(contains("Kept as").not()));
    told.stderr(contains("is a single picture").and(contains("never seen").not()));
    world.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
}

#[test]
fn a_recording_that_shows_one_picture_for_a_minute_is_told_with_its_times() {
    let world = World::new();
    let picture = &demo_pictures(1)[0];
    for number in 0..63 {
        world.picture(&format!("stuck/{number:02}.png"), picture);
    }
    let analyze = |rate| world.bendwise().arg("analyze").arg(world.path("stuck")).args(["--fps", rate]).assert();
    let told = "From 00:00 to 01:02 ";
    analyze("1").stdout(contains(told).and(contains("shows one and the same picture: nothing that moved then")));
    analyze("2").stdout(contains("one and the same picture").not());
}

#[test]
fn a_tiny_picture() {
    let world = World::new();
    let tiny = world.picture("tiny.png", &wall(16, 16));
    world.bendwise().arg("analyze").arg(tiny).assert().code(1).stderr(contains("Nobody was seen in"));
}

#[test]
fn a_huge_picture() {
    let world = World::new();
    let huge = world.picture("huge.jpg", &wall(8000, 6000));
    world.bendwise().arg("analyze").arg(huge).assert().code(1).stderr(contains("Nobody was seen in"));
}

#[test]
fn two_people() {
    let world = World::new();
    for (number, picture) in demo_pictures(6).iter().enumerate() {
        // The person stands in the middle: that part of the picture twice, side by side.
        let half = picture.width() / 2;
        let person = imageops::crop_imm(picture, half / 2, 0, half, picture.height()).to_image();
        let mut pair = RgbImage::new(half * 2, picture.height());
        imageops::replace(&mut pair, &person, 0, 0);
        imageops::replace(&mut pair, &person, half.into(), 0);
        world.picture(&format!("pair/{number}.png"), &pair);
    }
    let mut bendwise = world.bendwise();
    bendwise.arg("analyze").arg(world.path("pair")).arg("--samples").arg(world.path("s.csv"));
    bendwise.assert().code(1).stderr(contains("More than one person"));
    assert!(world.read("s.csv").contains(",several,"));
}

#[test]
fn a_camera_that_does_not_exist() {
    fails(World::new().bendwise().args(["live", "--source", "camera:77"]).assert(), &["There is no camera 77: "]);
}

#[test]
fn the_shape_of_a_picture_is_stated_of_cameras_alone_and_in_numbers() {
    let live = |arguments: &[&str]| World::new().bare_bendwise().arg("live").args(arguments).assert().code(2);
    let demo = demo().display().to_string();
    live(&["--source", &demo, "--aspect", "16:9"]).stderr(contains("--aspect is for a camera: a recording says"));
    live(&["--aspect", "wide"])
        .stderr(contains("\"wide\" is no shape of a picture: give its width and height, as 16:9"));
    let mobility = World::new().bare_bendwise().args(["mobility", "--aspect", "0:3"]).assert().code(2);
    mobility.stderr(contains("as 16:9 or 4:3"));
}

#[test]
fn only_a_recording_can_come_as_from_a_camera() {
    let live = |arguments: &[&str]| World::new().bare_bendwise().arg("live").args(arguments).assert().code(2);
    live(&["--as-camera"]).stderr(contains("--source"));
    let told = "--as-camera is for a recording: a camera comes as one already";
    live(&["--as-camera", "--source", "camera:77"]).stderr(contains(told));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_recording_and_nothing_waits_for_it() {
    let world = World::new();
    let bendwise = world.bare_bendwise().arg("analyze").arg(world.pipe("pipe")).assert();
    fails(bendwise, &["is a pipe or a device", "give a video"]);
}

#[cfg(unix)]
#[test]
fn no_permission_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let file = world.write("secret.mp4", fs::read(demo()).unwrap());
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    let refused = world.ordinary_bendwise().arg("analyze").arg(file).assert();
    fails(refused, &["secret.mp4 cannot be read", "check its permissions"]);
}

/// An output never overwrites a picture in the input folder, whatever its name.
#[test]
fn a_picture_among_the_input_is_no_place_for_an_output() {
    let world = World::new();
    let picture = world.picture("room/1.png", &wall(320, 240));
    let before = fs::read(&picture).unwrap();
    let mut bendwise = world.bare_bendwise();
    bendwise.arg("analyze").arg(world.path("room")).arg("--samples").arg(&picture);
    bendwise.assert().code(2).stderr(contains("1.png would be overwritten"));
    assert_eq!(fs::read(picture).unwrap(), before);
}

/// As left by an interrupted transfer, in a folder with good pictures.
#[test]
fn the_first_picture_that_cannot_be_read_is_named() {
    let world = World::new();
    world.picture("room/1.png", &wall(320, 240));
    world.write("room/2.png", b"\x89PNG\r\n\x1a\nbroken");
    world.write("room/3.png", b"\x89PNG\r\n\x1a\nbroken");
    let done = world.bendwise().arg("analyze").arg(world.path("room")).assert().code(1);
    done.stderr(contains("2 of the pictures of").and(contains("2.png")).and(contains("3.png").not()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_a_file_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9.mp4");
    let refused = World::new().bare_bendwise().args(["live", "--source"]).arg(name).assert();
    fails(refused, &["There is no file or folder caf\u{fffd}.mp4: check the name"]);
}

/// Wherever a file is given: to open a pipe would wait for whoever writes into it, and a device may never end.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_in_one_sentence_wherever_a_file_is_given() {
    let world = World::new();
    let (pipe, socket, device) = (world.pipe("pipe"), world.path("socket"), std::path::Path::new("/dev/zero"));
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let csv = world.write("other.csv", "clip,rating\n");
    let csv = csv.to_str().unwrap();
    let page = world.path("page.html");
    let page = page.to_str().unwrap();
    let commands: [&[&str]; 19] = [
        &["analyze", "FILE"],
        &["live", "--source", "FILE"],
        &["mobility", "--source", "FILE"],
        &["prescribe", "FILE"],
        &["sessions", "import", "FILE"],
        &["sessions", "import", "FILE.bendwise"],
        &["sessions", "import", "FILE.toml"],
        &["people", "import", "FILE"],
        &["people", "import", "FOLDER/person.json"],
        &["drills", "--check", "FILE"],
        &["compare", "FILE.csv", csv, "-o", page],
        &["compare", csv, "FILE.csv", "-o", page],
        &["compare", "FILE.bendwise", csv, "-o", page],
        &["rate", "score", "FILE", csv, "-o", page],
        &["rate", "make", "FILE.bendwise", "-o", page],
        &["review", "FILE.bendwise"],
        &["report", "FILE.bendwise", "-o", page],
        &["--ort-lib", "FILE", "demo", "--once"],
        &["--models", "FOLDER", "demo", "--once"],
    ];
    for (number, kind) in [pipe.as_path(), &socket, device].into_iter().enumerate() {
        let folder = world.path(&format!("folder-{number}"));
        fs::create_dir(&folder).unwrap();
        let named = |name: &str| {
            let link = folder.join(name);
            std::os::unix::fs::symlink(kind, &link).unwrap();
            link.to_str().unwrap().to_owned()
        };
        let endings = ["", ".bendwise", ".csv", ".toml"];
        let files = endings.map(|ending| named(&format!("given{ending}")));
        for name in ["person.json", "detector.onnx"] {
            named(name);
        }
        for command in commands {
            let argument = |word: &&str| match word.strip_prefix("FILE") {
                Some(ending) => files[endings.iter().position(|known| *known == ending).unwrap()].clone(),
                None => word.replace("FOLDER", folder.to_str().unwrap()),
            };
            let line: Vec<String> = command.iter().map(argument).collect();
            let output = world.bendwise().args(&line).timeout(std::time::Duration::from_secs(20)).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(matches!(output.status.code(), Some(1 | 2)), "{line:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{line:?}: {said}");
            assert!(said.starts_with("bendwise: ") && !said.contains("A fault in bendwise"), "{line:?}: {said}");
        }
    }
}
