//! The parts that bendwise needs: models, runtime library, cameras; and `bendwise doctor`, which checks them.

use std::fs;
use std::path::{Path, PathBuf};

use bendwise::source::camera;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, one_bend};
use crate::fails;

#[test]
fn the_program_needs_no_file_beside_it() {
    let world = World::new();
    let well = world.bendwise_alone().arg("doctor").assert().success();
    well.stdout(contains("✓ models: in the program itself"));
    let beside = fs::read_dir(world.path("alone")).unwrap().count();
    assert_eq!(beside, 1, "only the program");
}

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models")
}

#[test]
fn a_missing_model() {
    let world = World::new();
    let analyze = || {
        let mut bendwise = world.bendwise();
        bendwise.arg("analyze").arg(demo()).arg("--models").arg(world.path("models")).assert()
    };
    fs::create_dir(world.path("models")).unwrap();
    fails(analyze(), &["no models folder was found", "--models"]);
    world.write("models/detector.onnx", fs::read(models().join("detector.onnx")).unwrap());
    fails(analyze(), &["landmarks-full.onnx is missing", "--models"]);
    for of_older_version in ["landmarks-full.onnx", "mask-full.weights", "back.onnx"] {
        world.write(&format!("models/{of_older_version}"), fs::read(models().join(of_older_version)).unwrap());
    }
    fails(analyze(), &["back-hidden.onnx is missing", "--models"]);
    let mut doctor = world.bendwise();
    let ill = doctor.arg("doctor").arg("--models").arg(world.path("models")).assert().code(1);
    ill.stdout(contains("back-hidden.onnx is missing").and(contains("back-frame.onnx is missing")));
}

#[test]
fn a_corrupt_model() {
    let world = World::new();
    let parts_of_back = ["back-hidden.onnx", "back-frame.onnx", "back-change.onnx"];
    let names = [["detector.onnx", "landmarks-full.onnx", "mask-full.weights"], parts_of_back].concat();
    for corrupt in &names {
        for name in &names {
            world.write(&format!("models/{name}"), fs::read(models().join(name)).unwrap());
        }
        world.write(&format!("models/{corrupt}"), "not a network");
        let mut bendwise = world.bendwise();
        bendwise.arg("analyze").arg(demo()).arg("--models").arg(world.path("models"));
        fails(bendwise.assert(), &[*corrupt, "checksum differs"]);
    }
}

/// A library that reports the version of ONNX Runtime 1.17.3.
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
    let mut bendwise = world.bare_bendwise();
    bendwise.arg("analyze").arg(demo()).arg("--ort-lib").arg(&library);
    fails(bendwise.assert(), &["it is version 1.17.3, and 1.20 or newer is needed", "--ort-lib"]);
}

#[test]
fn a_runtime_library_that_is_not_there() {
    let world = World::new();
    let mut bendwise = world.bare_bendwise();
    bendwise.arg("analyze").arg(demo()).args(["--ort-lib", "no-such-library.so"]);
    fails(bendwise.assert(), &["no-such-library.so"]);
}

#[test]
fn a_runtime_library_that_is_something_else() {
    let world = World::new();
    let library = world.write("library.so", "not a library");
    let mut bendwise = world.bare_bendwise();
    bendwise.arg("analyze").arg(demo()).arg("--ort-lib").arg(library);
    fails(bendwise.assert(), &["library.so"]);
}

#[test]
fn no_way_to_get_a_runtime_library() {
    let world = World::new();
    fails(world.bare_bendwise().arg("analyze").arg(demo()).assert(), &["pip", "npm", "--ort-lib"]);
}

#[test]
fn the_doctor_names_each_part_and_what_to_do() {
    let world = World::new();
    let well = world.bendwise().arg("doctor").assert().success();
    well.stdout(contains("✓ runtime").and(contains("✓ model")).and(contains("camera")).and(contains("ffmpeg")));
    fs::create_dir(world.path("models")).unwrap();
    let ill = world.bendwise().arg("doctor").arg("--models").arg(world.path("models")).assert().code(1);
    ill.stdout(contains("✗ model"));
}

#[test]
fn the_doctor_does_without_a_runtime_library_and_fetches_none() {
    let world = World::new();
    let ill = world.bare_bendwise().arg("doctor").assert().code(1);
    ill.stdout(contains("✗ runtime library: not installed yet").and(contains("✓ model"))).stderr("");
    let world = World::new();
    let library = world.write("library.so", "not a library");
    let ill = world.bare_bendwise().arg("doctor").arg("--ort-lib").arg(library).assert().code(1);
    ill.stdout(contains("✗ runtime library: the ONNX Runtime library").and(contains("library.so")));
}

#[test]
fn the_cameras_of_this_machine_are_listed_or_a_way_out_is_told() {
    let told = World::new().bare_bendwise().arg("cameras").assert().success();
    match camera::cameras().as_slice() {
        [] => drop(told.stdout(contains("No camera was found: plug one in, play a recording"))),
        some => drop(some.iter().fold(told, |told, camera| told.stdout(contains(format!("camera:{}", camera.number))))),
    }
}

#[test]
fn the_doctor_believes_only_what_it_has_tried() {
    let world = World::new();
    world.write("programs/ffmpeg", "not to be run"); // without execute permission
    let told = world.bendwise().env("DISPLAY", ":4711").arg("doctor").assert().success();
    let told = told.stdout(contains("✗ display (optional): No display to open a window on"));
    if cfg!(unix) {
        told.stdout(contains("✗ ffmpeg"));
    }
}

#[test]
fn the_doctor_says_what_the_voice_needs() {
    let silent = World::new().bendwise().args(["doctor", "--sound"]).assert().success();
    let silent = silent.stdout(contains("✗ voice (optional): none found; install"));
    let silent = silent.stdout(contains("✗ chimes (optional)"));
    silent.stdout(contains("✗ hum (optional)").and(contains("You should hear").not()));
}

#[cfg(target_os = "linux")]
#[test]
fn the_doctor_says_which_program_was_not_heard_and_how_it_failed() {
    let world = World::new();
    world.install("espeak-ng", "echo 'no \x1b[31mvoice' >&2; exit 3");
    world.install("paplay", "echo 'Connection refused' >&2; exit 1");
    let told = world.bendwise().args(["doctor", "--sound"]).assert().success().stderr("");
    let told = told.stdout(contains("espeak-ng ended with an error (exit status: 3: no "));
    let told = told.stdout(contains("paplay ended with an error (exit status: 1: Connection refused)"));
    told.stdout(contains("\x1b").not().and(contains("A program marked ✗ was not heard")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_session_says_what_can_no_longer_be_heard() {
    let world = World::new();
    world.install("paplay", "echo 'Connection refused' >&2; exit 1");
    let live = ["live", "--tone", "--no-keep", "--source"];
    let told = world.bendwise().args(live).arg(one_bend(&world)).assert().success();
    told.stderr(contains("The hum is silent: paplay does not work (exit status: 1: Connection refused)").count(1));
}

#[cfg(target_os = "linux")]
#[test]
fn the_doctor_lets_everything_be_heard() {
    let world = World::new();
    let log = world.path("log");
    world.install("espeak-ng", &format!("echo \"said $*\" >> {}", log.display()));
    let player = format!("echo \"played $*\" >> {}; while read -r line; do :; done", log.display());
    world.install("paplay", &player);
    let heard = world.bendwise().args(["doctor", "--sound"]).assert().success();
    let parts = ["✓ voice: ", "✓ chimes: ", "✓ hum: ", "You should hear", "a hum that grows"];
    parts.into_iter().fold(heard.stderr(""), |heard, part| heard.stdout(contains(part)));
    let log = world.read("log");
    let order = ["-v en -- I can see you", "start.wav", "back-joined.wav", "tick.wav", "end.wav", "--raw"];
    assert_eq!(log.lines().count(), order.len(), "{log}");
    assert!(log.lines().zip(order).all(|(line, part)| line.contains(part)), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_player_that_always_fails_is_told_of_once() {
    let world = World::new();
    world.install("paplay", "exit 1");
    let deaf = world.bendwise().args(["doctor", "--sound"]).env("RUST_LOG", "bendwise::voice=warn").assert().success();
    let told = String::from_utf8(deaf.get_output().stderr.clone()).unwrap();
    assert_eq!(told.matches("There will be no chimes").count(), 1, "{told}");
    assert_eq!(told.matches("There will be no hum").count(), 1, "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
}

/// What is missing is named with its command, and without a terminal nothing is run.
#[cfg(unix)]
#[test]
fn what_is_missing_can_be_had_and_nobody_is_overridden() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let tools = world.path("tools");
    fs::create_dir_all(&tools).unwrap();
    let manager = tools.join("apt-get");
    fs::write(&manager, format!("#!/bin/sh\ntouch {}\n", world.path("ran").display())).unwrap();
    fs::set_permissions(&manager, fs::Permissions::from_mode(0o755)).unwrap();
    let told = world.bendwise().env("PATH", &tools).args(["doctor", "--fix"]).assert().code(1);
    told.stdout(
        contains("H.264 in MP4: apt-get install ffmpeg\n")
            .and(contains("speaks was found: apt-get install espeak-ng\n")),
    );
    assert!(!world.path("ran").exists());
}
