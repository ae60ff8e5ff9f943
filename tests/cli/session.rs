//! A live session in the terminal.

use bendwise::source::{Delivery, Options, Selection, open};
use image::RgbImage;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, demo, one_bend};
use crate::names;

/// The demo is in the program, as all else is.
#[test]
fn without_a_display_it_goes_on_in_the_terminal_and_ends_with_the_summary() {
    let world = World::new();
    let played = world.bendwise_alone().args(["demo", "--free", "--once"]).assert().success();
    assert_eq!(names(&world, "alone"), ["bendwise"], "only the program");
    let output = played.get_output().clone();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(err, "bendwise: No display to open a window on: continuing in the terminal\n");
    assert!(!out.contains('\r') && !out.contains('\x1b'), "plain lines, not:\n{out}");
    assert!(out.contains("HIPS") && out.contains("BACK"), "{out}");
    assert!(out.contains("3 of 4 repetitions came from the hips"), "{out}");
}

/// The person in the demo follows what the coach says, also in time: the set is finished, and the session closed.
#[test]
fn the_demo_is_a_session_that_the_coach_leads_to_its_end() {
    let world = World::new();
    let played = world.bendwise().args(["demo", "--once"]).assert().success();
    let out = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    assert!(out.contains("2 of 3 repetitions came from the hips"), "{out}");
    assert!(out.ends_with("Now you: type bendwise in a terminal\n"), "{out}");
    let told = ["Stand tall and still", "Cross your arms on your chest", "Done for today: 2 of 3 from the hips"];
    let places: Vec<_> = told.iter().map(|line| out.find(line)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{out}");
}

/// Ctrl-C is the normal end of a session in the terminal: it prints the summary and succeeds.
#[cfg(unix)]
#[test]
fn an_interruption_ends_it_with_the_summary() {
    use std::io::{BufRead, BufReader, Read};
    let world = World::new();
    let mut playing = world.start(&["demo", "--free"]);
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
fn a_display_that_is_not_there_is_as_good_as_none() {
    let world = World::new();
    let mut bendwise = world.bendwise();
    bendwise.env("DISPLAY", ":4711").args(["live", "--free", "--stats", "--source"]).arg(one_bend(&world));
    let played = bendwise.assert().success();
    // People are counted between two frames, not in one.
    let said = contains("No display to open a window on").and(contains("counting people"));
    played.stderr(said).stdout(contains("repetition came from the hips"));
}

/// How many frames are dropped depends on what else the machine does, and with it what is seen of the bend.
#[test]
fn a_recording_that_comes_as_from_a_camera_ends_with_its_last_frame() {
    let world = World::new();
    let mut bendwise = world.bendwise();
    bendwise.args(["live", "--free", "--no-keep", "--as-camera", "--stats", "--source"]).arg(one_bend(&world));
    bendwise.assert().success().stderr(contains("frames dropped"));
}

/// The pictures of a recording's first seconds, at half their size, each with its time in seconds.
fn first_seconds(recording: &std::path::Path, seconds: f64) -> Vec<(f64, RgbImage)> {
    let mut source = open(&Selection::Files(vec![recording.to_owned()]), &Options::default()).unwrap();
    let next = || match source.next().unwrap() {
        Delivery::Frame(frame) => Some(frame),
        _ => None,
    };
    let frames = std::iter::from_fn(next).map(|frame| (frame.time.as_secs_f64(), frame.picture));
    let half = |picture: &RgbImage| image::imageops::thumbnail(picture, picture.width() / 2, picture.height() / 2);
    frames.take_while(|(time, _)| *time < seconds).map(|(time, picture)| (time, half(&picture))).collect()
}

/// A source that fails loses nothing: the summary comes before the error.
#[cfg(unix)]
#[test]
fn what_was_done_before_the_source_fails_is_told() {
    use std::fmt::Write as _;
    use std::io::Write as _;
    let world = World::new();
    let (mut pictures, mut times) = (Vec::new(), String::new());
    for (time, picture) in first_seconds(&demo(), 5.0) {
        write!(pictures, "P6\n{} {}\n255\n", picture.width(), picture.height()).unwrap();
        pictures.extend_from_slice(picture.as_raw());
        writeln!(times, "[Parsed_showinfo_3 @ 0x1] [info] n: 0 pts: 0 pts_time:{time} pos: 0").unwrap();
    }
    let (pictures, times) = (world.write("pictures", pictures), world.write("times", times));
    world.install("ffmpeg", &format!("/bin/cat {} >&2; /bin/cat {}; kill -9 $$", times.display(), pictures.display()));
    let recording = world.write("bends.webm", b"\x1A\x45\xDF\xA3");
    let played = world.bendwise().args(["live", "--source"]).arg(recording).assert().code(1);
    played.stdout(contains("1 of 1 repetition came from the hips")).stderr(contains("breaks off before its end"));
}

/// As by `analyze`: whoever plays a file is told what is wrong with it.
#[test]
fn a_recording_of_which_most_cannot_be_decoded_or_in_which_nobody_is_ends_with_its_reason() {
    let world = World::new();
    let whole = std::fs::read(demo()).unwrap();
    let cut = world.write("cut.mp4", &whole[..60_000]);
    let live = |file: &std::path::Path| world.bendwise().args(["live", "--no-keep", "--source"]).arg(file).assert();
    live(&cut).code(1).stderr(contains("could not be decoded: the file is damaged or cut short"));
    for number in 0..3 {
        world.picture(&format!("wall/{number}.png"), &RgbImage::from_pixel(320, 240, image::Rgb([90, 120, 90])));
    }
    live(&world.path("wall")).code(1).stderr(contains("Nobody was seen in "));
}

#[test]
fn a_drill_leads_from_the_first_sentence_on_and_bends_before_its_first_set_do_not_count() {
    let world = World::new();
    let played = world
        .bendwise()
        .args(["live", "--silent", "--drill", "bow", "--source"])
        .arg(one_bend(&world))
        .assert()
        .success();
    let told = String::from_utf8(played.get_output().stdout.clone()).unwrap();
    for sentence in ["I can see you", "Stand tall and still"] {
        assert!(told.contains(sentence), "{told}");
    }
    let bends = told.lines().filter(|line| line.contains("  not counted  ")).count();
    assert!(!told.contains("  rep "), "a number that is in no table: {told}");
    assert!(bends > 0 && told.ends_with("\nNo repetitions\n"), "{told}");
    world.bare_bendwise().arg("sessions").assert().success().stdout(contains("0 of 0"));
    let shown = world.bare_bendwise().args(["sessions", "show", "last"]).assert().success();
    shown.stdout(contains("No repetitions").and(contains("outside the sets: kept, but not counted")));

    let outside = format!("{bends} bend{} outside the sets", if bends == 1 { "" } else { "s" });
    let bundle = world.path("bundle.json");
    world.bare_bendwise().args(["export", "last", "--format", "fhir", "-o"]).arg(&bundle).assert().success();
    let told = world.read("bundle.json");
    assert!(told.contains(&format!("No set was begun; {outside}, not counted")), "{outside}");
    world.bare_bendwise().args(["sessions", "rename", "last", "led"]).assert().success();
    // Sessions of no drill are not those of this one.
    for _ in 0..2 {
        world.bendwise().args(["analyze", "--keep", "--video", "off"]).arg(one_bend(&world)).assert().success();
    }
    let free = page(&world, "last");
    assert!(free.contains("From session to session") && !free.contains("outside the sets"));
    let led = page(&world, "led");
    assert!(led.contains(&format!("{outside}: kept, but not counted")) && !led.contains("From session to session"));
}

/// The page of a session.
fn page(world: &World, session: &str) -> String {
    let name = format!("{session}.html");
    world.bare_bendwise().args(["report", session, "-o"]).arg(world.path(&name)).assert().success();
    world.read(&name)
}

#[test]
fn a_drill_that_is_not_there_is_told_with_the_closest() {
    let world = World::new();
    let refused = world.bare_bendwise().args(["live", "--drill", "bov"]).assert().code(2);
    refused.stderr(contains("did you mean bow?").and(contains("waiters-bow")));
}

/// The third of the demo's four bends comes from the back.
#[cfg(unix)]
#[test]
fn the_hum_sounds_while_the_back_rounds_and_only_then() {
    let world = World::new();
    let heard = world.path("heard");
    world.install("paplay", &format!("exec /bin/cat >{}", heard.display()));
    world
        .bendwise()
        .args(["live", "--silent", "--tone", "--source"])
        .arg(demo())
        .assert()
        .success()
        .stdout(contains("BACK"));
    let samples = std::fs::read(heard).unwrap();
    let silent = samples.chunks(2).filter(|sample| *sample == [0, 0]).count() as f64 / (samples.len() / 2) as f64;
    assert!(samples.iter().any(|byte| *byte != 0) && silent > 0.6, "{silent:.2} of {} bytes are silent", samples.len());
}

#[test]
fn a_hum_that_nothing_can_play_is_said_to_be_missing() {
    let world = World::new();
    let refused = world.bare_bendwise().args(["live", "--tone", "--source", "nothing-here.mp4"]).assert().code(1);
    refused.stderr(contains("There will be no hum: ").and(contains("nothing-here.mp4")));
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_network_everything_works_that_works_with_one() {
    let world = World::new();
    let Some(mut live) = world.bendwise_without_a_network() else {
        eprintln!("not tried: this system lets nobody make a network namespace");
        return;
    };
    live.args(["live", "--source"]).arg(one_bend(&world)).assert().success().stdout(contains("1 of 1 repetition"));
    let page = world.path("page.html");
    for arguments in [&["sessions", "show", "last"][..], &["trend"], &["report", "last", "-o", page.to_str().unwrap()]]
    {
        world.bendwise_without_a_network().unwrap().args(arguments).assert().success();
    }
    assert!(world.read("page.html").contains("</html>"));
}
