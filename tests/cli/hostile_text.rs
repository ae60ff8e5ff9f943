//! Text from outside: on the command line, in names of files, in kept sessions. None of it controls the terminal, ends a
//! line of a message, or hides in a page or table.

use std::fs;

use assert_cmd::Command;
use rusqlite::Connection;

use crate::common::{World, demo};

/// Sets the title of a terminal, rings, goes back, clears by a C1 code, turns letters round, isolates them, marks a
/// direction, colours, and begins a line that looks like one of the program.
const HOSTILE: &str = "x\u{1b}]0;t\u{7}\r\u{9b}2J\u{202e}\u{2066}\u{200f}\u{1b}[31m\nbendwise: forged\u{7f}";

/// Fails if a text holds anything of it; a file may have line breaks of its own.
fn assert_harmless(text: &str, from: &str) {
    let hidden = text.chars().find(|letter| {
        letter.is_control() && !matches!(letter, '\n' | '\t')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    });
    assert_eq!(hidden, None, "{from}: {text:?}");
    let forged = text.lines().find(|line| line.starts_with("bendwise: forged"));
    assert_eq!(forged, None, "{from}: {text}");
}

/// Runs it and returns what it printed, which is harmless.
fn run(mut command: Command, from: &str) -> String {
    let output = command.timeout(std::time::Duration::from_secs(120)).output().unwrap();
    for stream in [&output.stdout, &output.stderr] {
        assert_harmless(&String::from_utf8_lossy(stream), from);
    }
    let said = [output.stdout, output.stderr].concat();
    assert!(!said.is_empty(), "{from} says nothing");
    String::from_utf8_lossy(&said).into_owned()
}

fn bendwise(world: &World, arguments: &[&str]) -> String {
    let mut command = world.bare_bendwise();
    command.current_dir(world.path(".")).args(arguments);
    run(command, &format!("{arguments:?}"))
}

/// A world with a session of the demo whose every text is hostile, as an earlier version may have written it.
fn poisoned() -> World {
    let world = World::new();
    world.keep_demo("off");
    let database = Connection::open(world.path("home/data/sessions/sessions.db")).unwrap();
    let texts = "name = ?1, note = ?1, source = ?1, plan = ?1, program = ?1";
    assert_eq!(database.execute(&format!("UPDATE sessions SET {texts}"), [HOSTILE]).unwrap(), 1);
    assert!(database.execute("UPDATE sets SET drill = ?1", [HOSTILE]).unwrap() > 0);
    let note = "INSERT INTO events (session, time_ns, kind, detail) SELECT key, 1000000000, 'note', ?1 FROM sessions";
    assert_eq!(database.execute(note, [HOSTILE]).unwrap(), 1);
    world
}

#[test]
fn a_kept_session_s_texts_reach_no_terminal_page_or_table_as_they_are() {
    let world = poisoned();
    for arguments in [&["sessions"][..], &["sessions", "show", "last"], &["trend"], &["trend", "--csv"]] {
        let told = bendwise(&world, arguments);
        assert!(told.contains("x\u{fffd}]0;t") && told.contains("forged"), "{arguments:?}: {told}");
    }
    bendwise(&world, &["trend", "--drill", "other"]);
    bendwise(&world, &["review"]);
    bendwise(&world, &["sessions", "path", "last"]);
    bendwise(&world, &["sessions", "delete", "last"]);
    bendwise(&world, &["-vvv", "sessions", "show", "last"]);
    for format in ["csv", "json", "trc", "mot"] {
        let out = format!("out.{format}");
        bendwise(&world, &["export", "last", "--format", format, "-o", &out]);
        assert_harmless(&world.read(&out), &out);
    }
    bendwise(&world, &["report", "-o", "out.html"]);
    let page = world.read("out.html");
    assert_harmless(&page, "out.html");
    assert!(page.contains("x\u{fffd}]0;t"), "it is there, but visible");
    // The page of a comparison, and another machine.
    let samples = world.read("out.csv");
    fs::write(world.path("sensors.csv"), samples.replace("hip_flexion_deg", "other")).unwrap();
    bendwise(&world, &["compare", "last", "sensors.csv", "-o", "compare.html", "--json", "compare.json"]);
    assert_harmless(&world.read("compare.html"), "compare.html");
    assert_harmless(&world.read("compare.json"), "compare.json");
    bendwise(&world, &["sessions", "export", "last", "-o", "a.bendwise"]);
    bendwise(&world, &["compare", "a.bendwise", "sensors.csv", "-o", "compare-2.html"]);
    let there = World::new();
    let package = world.path("a.bendwise");
    bendwise(&there, &["sessions", "import", package.to_str().unwrap()]);
    assert!(bendwise(&there, &["sessions", "show", "last"]).contains("x\u{fffd}]0;t"));
}

#[test]
fn what_is_typed_comes_back_harmless() {
    let world = poisoned();
    let sensors = world.write("sensors.csv", "time_s,lumbar_flexion_deg\n0,1\n0.1,2\n");
    let sensors = sensors.to_str().unwrap();
    let below = format!("{HOSTILE}/out");
    let film = demo();
    let film = film.to_str().unwrap(); // there, so that what follows it is looked at
    for arguments in [
        &[HOSTILE][..],
        &["analyze", "--fps", HOSTILE],
        &["analyze", HOSTILE],
        &["analyze", "x.mp4", "--samples", &below],
        &["analyze", "x.mp4", "--annotate", &below],
        &["analyze", film, "--ort-lib", HOSTILE],
        &["analyze", film, "--models", HOSTILE],
        &["live", "--drill", HOSTILE],
        &["live", "--source", HOSTILE],
        &["mobility", "--source", HOSTILE],
        &["mobility", "--source", "x.mp4", "--summary", &below],
        &["drills", HOSTILE],
        &["drills", "--check", HOSTILE],
        &["drills", "--lang", HOSTILE],
        &["sessions", "show", HOSTILE],
        &["sessions", "rename", HOSTILE, "name"],
        &["sessions", "delete", HOSTILE],
        &["sessions", "remeasure", HOSTILE],
        &["sessions", "import", HOSTILE],
        &["sessions", "export", "last", "-o", &below],
        &["export", HOSTILE, "--format", "csv"],
        &["export", "last", "--format", "csv", "-o", &below],
        &["export", "last", "--format", HOSTILE],
        &["review", HOSTILE],
        &["report", HOSTILE],
        &["report", "-o", &below],
        &["trend", "--drill", HOSTILE],
        &["compare", HOSTILE, sensors],
        &["compare", "last", HOSTILE],
        &["compare", "last", sensors, "-o", &below],
        &["compare", "last", sensors, "--json", &below],
        &["man", "sensors.csv/x"],
        &["completions", HOSTILE],
    ] {
        bendwise(&world, arguments);
    }
    let mut logged = world.bare_bendwise();
    logged.env("RUST_LOG", format!("bendwise={HOSTILE}")).arg("sessions");
    run(logged, "RUST_LOG");
    for (what, told) in [("rename", "Character 2 (U+001B)"), ("note", "Character 2 (U+001B)")] {
        let refused = bendwise(&world, &["sessions", what, "last", "a\u{1b}[31m"]);
        assert!(refused.contains(told) && refused.contains("leave it out"), "{refused}");
    }
    assert!(bendwise(&world, &["sessions", "rename", "last", "Übung 👩\u{200d}🔬"]).contains("is now"));
}

#[test]
fn the_name_of_a_file_is_harmless_wherever_it_goes() {
    let world = poisoned();
    let folder = format!("folder {HOSTILE}");
    for (name, content) in
        [("a.mp4", "text"), ("b.png", "\u{89}PNG\r\n\u{1a}\nbroken"), ("c.csv", "a\n"), ("d.bendwise", "no zip")]
    {
        let path = world.write(&format!("{folder}/{name}"), content);
        let path = path.to_str().unwrap();
        bendwise(&world, &["analyze", path]);
        bendwise(&world, &["live", "--source", path]);
        bendwise(&world, &["drills", "--check", path]);
        bendwise(&world, &["sessions", "import", path]);
        bendwise(&world, &["compare", path, "c.csv"]);
        bendwise(&world, &["compare", "last", path]);
        bendwise(&world, &["review", path]);
        bendwise(&world, &["report", "-o", path]);
        bendwise(&world, &["compare", path, path]);
    }
    let out = |name: &str| world.path(&format!("{folder}/{name}")).display().to_string();
    for (arguments, file) in [
        (&["report", "-o"][..], out("r.html")),
        (&["export", "last", "--format", "csv", "-o"], out("e.csv")),
        (&["sessions", "export", "last", "-o"], out("s.bendwise")),
    ] {
        let told = bendwise(&world, &[arguments, &[file.as_str()]].concat());
        assert!(told.contains("Written: ") && fs::exists(&file).unwrap(), "{told}");
    }
    // A recording of this name, measured and kept.
    let pictures = world.path(&format!("{folder}/pictures {HOSTILE}"));
    for (number, picture) in crate::common::demo_pictures(60).iter().enumerate() {
        world.picture(&format!("{folder}/pictures {HOSTILE}/{number:03}.png"), picture);
    }
    let mut analyze = world.bendwise();
    let outputs = ["--samples", "s.csv", "--summary", "s.json", "--keep", "--video", "off"];
    analyze.current_dir(world.path(".")).arg("analyze").arg(pictures).args(outputs);
    run(analyze, "analyze");
    let summary: serde_json::Value = serde_json::from_str(&world.read("s.json")).unwrap();
    assert_harmless(summary["source"].as_str().unwrap(), "s.json");
    assert_harmless(&world.read("s.csv"), "s.csv");
    bendwise(&world, &["sessions", "show", "last"]);
}

#[test]
fn a_drill_of_one_s_own_holds_no_control_characters() {
    let world = World::new();
    let bow = fs::read_to_string(demo().with_file_name("drills").join("bow.toml")).unwrap();
    let name = bow.lines().find(|line| line.trim_start().starts_with("name")).unwrap().to_owned();
    let file = world.write("mine.toml", bow.replacen(&name, "name = \"x\\u001b[2J\"", 1));
    let told = bendwise(&world, &["drills", "--check", file.to_str().unwrap()]);
    assert!(told.contains("no control character"), "{told}");
}
