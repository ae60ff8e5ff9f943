//! The real program, end to end: what it prints, what it writes, how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use std::fs;
use std::path::Path;

use assert_cmd::assert::Assert;
use common::{World, demo, demo_pictures};
use image::{Rgb, RgbImage, imageops};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

/// Failed, with exactly one sentence that contains each of `parts`.
fn fails(assert: Assert, parts: &[&str]) {
    let output = assert.failure().code(1).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    let sentences: Vec<_> = said.lines().filter(|line| line.starts_with("hinge: ")).collect();
    assert_eq!(sentences.len(), 1, "one sentence, not:\n{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    for trace in ["panicked", "RUST_BACKTRACE", "Error {", "Err("] {
        assert!(!said.contains(trace), "{trace:?} is in:\n{said}");
    }
}

/// Wall of one colour.
fn wall(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([120, 130, 140]))
}

mod command_line {
    use super::*;

    #[test]
    fn help_teaches_examples_exit_codes_and_safety() {
        let help = World::new().bare_hinge().arg("--help").assert().success();
        help.stdout(contains("Examples:").and(contains("Exit codes:")).and(contains("not a medical device")));
    }

    #[test]
    fn an_unknown_subcommand_is_not_understood() {
        World::new().bare_hinge().arg("stretch").assert().code(2).stderr(contains("unrecognized subcommand"));
    }

    #[test]
    fn analyze_wants_something_to_analyze() {
        World::new().bare_hinge().arg("analyze").assert().code(2).stderr(contains("<FILE|FOLDER>"));
    }

    #[test]
    fn a_rate_that_no_pictures_have_is_not_understood() {
        for rate in ["0", "-2", "NaN", "many"] {
            let fps = format!("--fps={rate}");
            World::new()
                .bare_hinge()
                .args(["analyze", "x", &fps])
                .assert()
                .code(2)
                .stderr(contains("from 0.01 to 240"));
        }
    }

    #[test]
    fn completions_name_the_subcommands() {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            World::new().bare_hinge().args(["completions", shell]).assert().success().stdout(contains("analyze"));
        }
    }
}

mod input {
    use super::*;

    #[test]
    fn missing_file() {
        let world = World::new();
        fails(world.hinge().args(["analyze", "nothing-here.mp4"]).assert(), &["nothing-here.mp4"]);
        fails(world.hinge().args(["live", "--source", "nothing-here.mp4"]).assert(), &["nothing-here.mp4"]);
    }

    #[test]
    fn empty_file() {
        let world = World::new();
        let file = world.write("empty.mp4", "");
        fails(world.hinge().arg("analyze").arg(file).assert(), &["empty.mp4", "empty"]);
    }

    #[test]
    fn a_text_that_calls_itself_a_video() {
        let world = World::new();
        let file = world.write("notes.mp4", "Monday: three sets of ten.\n".repeat(100));
        fails(world.hinge().arg("analyze").arg(file).assert(), &["notes.mp4"]);
    }

    #[test]
    fn a_video_that_breaks_off() {
        let world = World::new();
        let whole = fs::read(demo()).unwrap();
        for part in [3, 300, whole.len() / 50] {
            let file = world.write("cut.mp4", &whole[..part]);
            fails(world.hinge().arg("analyze").arg(file).assert(), &["cut.mp4"]);
        }
    }

    #[test]
    fn what_was_measured_before_a_video_breaks_off_is_kept() {
        let world = World::new();
        let whole = fs::read(demo()).unwrap();
        let file = world.write("cut.mp4", &whole[..whole.len() / 4]);
        let analysis = world.hinge().arg("analyze").arg(file).arg("--samples").arg(world.path("s.csv")).assert();
        analysis.success().stdout(contains("could not be decoded").and(contains("cut.mp4")));
        assert!(world.read("s.csv").lines().filter(|line| !line.starts_with('#')).count() > 10);
    }

    #[test]
    fn a_folder_without_pictures() {
        let world = World::new();
        world.write("letters/a.txt", "no picture");
        fails(world.hinge().arg("analyze").arg(world.path("letters")).assert(), &["letters", "picture"]);
    }

    #[test]
    fn nobody_in_the_whole_recording() {
        let world = World::new();
        for number in 0..3 {
            world.picture(&format!("room/{number}.png"), &wall(320, 240));
        }
        let mut hinge = world.hinge();
        hinge.arg("analyze").arg(world.path("room")).arg("--summary").arg(world.path("s.json"));
        hinge.assert().success().stdout(contains("nobody was seen in").and(contains("room")));
        let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
        assert_eq!(summary["frames"], 3);
        assert_eq!(summary["measurable_fraction"], 0.0);
        assert_eq!(summary["state_fractions"]["nobody"], 1.0);
        assert_eq!(summary["reps"], serde_json::json!([]));
    }

    #[test]
    fn a_tiny_picture() {
        let world = World::new();
        let tiny = world.picture("tiny.png", &wall(16, 16));
        world.hinge().arg("analyze").arg(tiny).assert().success().stdout(contains("nobody was seen in"));
    }

    #[test]
    fn a_huge_picture() {
        let world = World::new();
        let huge = world.picture("huge.jpg", &wall(8000, 6000));
        world.hinge().arg("analyze").arg(huge).assert().success().stdout(contains("nobody was seen in"));
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
        let mut hinge = world.hinge();
        hinge.arg("analyze").arg(world.path("pair")).arg("--samples").arg(world.path("s.csv"));
        hinge.assert().success().stdout(contains("more than one person"));
        assert!(world.read("s.csv").contains(",several,"));
    }

    #[test]
    fn a_camera_that_does_not_exist() {
        fails(World::new().hinge().args(["live", "--source", "camera:77"]).assert(), &["no camera 77"]);
    }
}

mod output {
    use super::*;

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
            let hinge = world.bare_hinge().current_dir(world.path(".")).args(arguments).assert();
            hinge.code(2).stderr(contains("is named twice"));
        }
        assert_eq!(fs::read(&clip).unwrap(), before);
        assert_eq!(
            fs::read_dir(world.path(".")).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count(),
            1
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_recording_and_nothing_waits_for_it() {
        let world = World::new();
        let made = std::process::Command::new("mkfifo").arg(world.path("pipe")).status().unwrap();
        assert!(made.success());
        let hinge = world.bare_hinge().arg("analyze").arg(world.path("pipe")).assert();
        fails(hinge, &["is a pipe or a device", "give a video"]);
    }

    #[test]
    fn an_unwritable_place_is_found_before_the_work_begins() {
        let world = World::new();
        for option in ["--samples", "--summary", "--annotate"] {
            let mut hinge = world.bare_hinge(); // no runtime library: it is not even looked for
            hinge.arg("analyze").arg(demo()).args([option, "no/such/folder/out.mp4"]);
            fails(hinge.assert(), &["no/such/folder/out.mp4", "cannot be written"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_permission_to_read() {
        use std::os::unix::fs::PermissionsExt;
        let world = World::new();
        let file = world.write("secret.mp4", fs::read(demo()).unwrap());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::File::open(&file).is_ok() {
            return; // root may read everything: nothing to see here
        }
        fails(world.hinge().arg("analyze").arg(file).assert(), &["secret.mp4", "ermission"]);
    }

    #[test]
    fn nothing_is_left_behind_when_the_work_fails() {
        let world = World::new();
        fs::create_dir(world.path("out")).unwrap();
        let mut hinge = world.hinge();
        hinge.args(["analyze", "nothing-here.mp4", "--samples"]).arg(world.path("out/s.csv"));
        fails(hinge.assert(), &["nothing-here.mp4"]);
        assert_eq!(fs::read_dir(world.path("out")).unwrap().count(), 0);
    }

    #[test]
    fn the_same_video_twice_gives_the_same_bytes() {
        let world = World::new();
        for name in ["a", "b"] {
            let mut hinge = world.hinge();
            hinge.arg("analyze").arg(demo());
            hinge.arg("--samples").arg(world.path(&format!("{name}.csv")));
            hinge.arg("--summary").arg(world.path(&format!("{name}.json")));
            hinge.assert().success();
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
        world.hinge().arg("analyze").arg(short).arg("--annotate").arg(&video).assert().success();
        let mut hinge = world.hinge();
        hinge.arg("analyze").arg(video).arg("--summary").arg(world.path("s.json")).assert().success();
        let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
        assert_eq!(summary["frames"], 5);
    }
}

mod parts {
    use super::*;

    #[test]
    fn a_missing_model() {
        let world = World::new();
        let analyze = || {
            let mut hinge = world.hinge();
            hinge.arg("analyze").arg(demo()).arg("--models").arg(world.path("models")).assert()
        };
        fs::create_dir(world.path("models")).unwrap();
        fails(analyze(), &["no models folder was found", "--models"]);
        let detector = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/detector.onnx");
        world.write("models/detector.onnx", fs::read(detector).unwrap());
        fails(analyze(), &["landmarks-full.onnx is missing", "--models"]);
    }

    #[test]
    fn a_corrupt_model() {
        let world = World::new();
        let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let names = ["detector.onnx", "landmarks-full.onnx", "back.onnx"];
        for corrupt in names {
            for name in names {
                world.write(&format!("models/{name}"), fs::read(good.join(name)).unwrap());
            }
            world.write(&format!("models/{corrupt}"), "not a network");
            let mut hinge = world.hinge();
            hinge.arg("analyze").arg(demo()).arg("--models").arg(world.path("models"));
            fails(hinge.assert(), &[corrupt, "checksum differs"]);
        }
    }

    /// A library that says of itself what ONNX Runtime 1.17.3 says.
    const TOO_OLD: &str = r#"
        typedef struct { const void *(*api)(unsigned); const char *(*version)(void); } Base;
        static const void *api(unsigned wanted) { (void)wanted; return 0; }
        static const char *version(void) { return "1.17.3"; }
        static const Base base = { api, version };
        const Base *OrtGetApiBase(void) { return &base; }
    "#;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_runtime_library_that_is_too_old() {
        let world = World::new();
        let (source, library) = (world.write("old.c", TOO_OLD), world.path("libonnxruntime.so"));
        // The linker that Rust itself needs.
        let cc = std::process::Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
        assert!(cc.unwrap().success());
        let mut hinge = world.bare_hinge();
        hinge.arg("analyze").arg(demo()).arg("--ort-lib").arg(&library);
        fails(hinge.assert(), &["it is version 1.17.3, and 1.20 or newer is needed", "--ort-lib"]);
    }

    #[test]
    fn a_runtime_library_that_is_not_there() {
        let world = World::new();
        let mut hinge = world.bare_hinge();
        hinge.arg("analyze").arg(demo()).args(["--ort-lib", "no-such-library.so"]);
        fails(hinge.assert(), &["no-such-library.so"]);
    }

    #[test]
    fn a_runtime_library_that_is_something_else() {
        let world = World::new();
        let library = world.write("library.so", "not a library");
        let mut hinge = world.bare_hinge();
        hinge.arg("analyze").arg(demo()).arg("--ort-lib").arg(library);
        fails(hinge.assert(), &["library.so"]);
    }

    #[test]
    fn no_way_to_get_a_runtime_library() {
        let world = World::new();
        fails(world.bare_hinge().arg("analyze").arg(demo()).assert(), &["pip", "npm", "--ort-lib"]);
    }

    #[test]
    fn the_doctor_names_each_part_and_what_to_do() {
        let world = World::new();
        let well = world.hinge().arg("doctor").assert().success();
        well.stdout(contains("✓ runtime").and(contains("✓ model")).and(contains("camera")).and(contains("ffmpeg")));
        fs::create_dir(world.path("models")).unwrap();
        let ill = world.hinge().arg("doctor").arg("--models").arg(world.path("models")).assert().code(1);
        ill.stdout(contains("✗ model"));
    }

    #[test]
    fn the_doctor_does_without_a_runtime_library_and_fetches_none() {
        let world = World::new();
        let ill = world.bare_hinge().arg("doctor").assert().code(1);
        ill.stdout(contains("✗ runtime library: not here yet").and(contains("✓ model"))).stderr("");
        let world = World::new();
        let library = world.write("library.so", "not a library");
        let ill = world.bare_hinge().arg("doctor").arg("--ort-lib").arg(library).assert().code(1);
        ill.stdout(contains("✗ runtime library: the ONNX Runtime library").and(contains("library.so")));
    }

    #[test]
    fn a_machine_without_cameras_is_told_a_way_out() {
        let cameras = World::new().bare_hinge().arg("cameras").assert().success();
        let output = String::from_utf8(cameras.get_output().stdout.clone()).unwrap();
        assert!(output.contains("no camera") || output.contains("camera:"), "{output}");
    }
}

mod demo {
    use super::*;

    #[test]
    fn without_a_display_it_goes_on_in_the_terminal_and_ends_with_the_summary() {
        let world = World::new();
        let played = world.hinge().args(["demo", "--once"]).assert().success();
        let output = played.get_output().clone();
        let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(err.contains("display"), "{err}");
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
}
