//! What is told of persons, prescriptions, sessions and trends: in the language that is asked for, in the width that there is, and
//! with one exit code for one meaning.

use std::collections::HashSet;

use bendwise::store::{NewSession, Store};
use jiff::{ToSpan, Zoned};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;
use crate::fortnight::fortnight;
use crate::persons::{for_anna, said};

/// All that these commands print in a language, in a home after the fortnight.
fn walk(language: &str) -> String {
    let (world, _, _, _, ids) = fortnight();
    let today = Zoned::now().date();
    let path = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let next = world.write("next.toml", for_anna(today, 20, 3)).to_str().unwrap().to_owned();
    let later = for_anna(today.checked_add(3.days()).unwrap(), 20, 4);
    let later = world.write("later.toml", later).to_str().unwrap().to_owned();
    let mut told = String::new();
    let mut run = |line: &[&str]| {
        let output = world.bare_bendwise().args(["--lang", language]).args(line).output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{line:?}: {printed}");
        told += &printed;
    };
    for line in [
        &["people"][..],
        &["people", "add", "Cleo", "--height", "1.8", "--side", "right", "--language", "de"],
        &["people", "set", "Cleo", "--height", "1.81"],
        &["people", "show", "Cleo"],
        &["people", "show", "Anna"],
        &["people", "rename", "Cleo", "Dora"],
        &["people", "export", "Ben", "-o", &path("ben")],
        &["people", "import", &path("ben")],
        &["prescribe", &later],
        &["prescribe", &next],
        &["prescribe", &next, "-o", &path("next.bendwise")],
        &["sessions", "import", &path("next.bendwise")],
        &["sessions", "import", &path("next.bendwise")],
        &["prescribe", "--list", "--person", "Anna"],
        &["people", "show", "Anna"],
        &["prescribe", "--end", "--person", "Anna", "-o", &path("end.bendwise")],
        &["sessions", "import", &path("end.bendwise")],
        &["people", "show", "Anna"],
        &["prescribe", "--list", "--person", "Dora"],
        &["scores", "--person", "Dora"],
        &["scores", "add", "odi", "24.5", "--version", "2.1a", "--person", "Dora"],
        &["scores", "add", "psfs", "4", "--item", "X", "--person", "Dora"],
        &["scores", "--person", "Dora"],
        &["scores", "--person", "Anna"],
        &["scores", "remove", "1", "--person", "Anna"],
        &["trend", "--person", "Anna"],
        &["trend", "--person", "Dora"],
        &["trend", "--person", "Ben", "--svg", &path("ben.svg")],
        &["report", "last", "--person", "Ben", "-o", &path("ben.html")],
        &["sessions"],
        &["sessions", "--person", "Dora"],
        &["sessions", "--drill", "cat-cow"],
        &["sessions", "--person", "Anna", "--limit", "2"],
        &["sessions", "show", &ids[0]],
        &["sessions", "show", "last"],
        &["sessions", "rename", &ids[0], "X"],
        &["sessions", "rename", &ids[0]],
        &["sessions", "note", &ids[0], "X"],
        &["sessions", "note", &ids[0]],
        &["sessions", "give", &ids[0], "--to", "Ben"],
        &["sessions", "export", &ids[1], &ids[1], &ids[2], "-o", world.path("").to_str().unwrap()],
        &["sessions", "delete", &ids[1], "--yes"],
        &["sessions", "import", &path(&format!("{}.bendwise", ids[1]))],
        &["people", "forget", "Ben", "--yes"],
    ] {
        run(line);
    }
    let world = World::new();
    for line in [&["sessions"][..], &["people"], &["scores"]] {
        let output = world.bare_bendwise().args(["--lang", language]).args(line).output().unwrap();
        told += &String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    }
    told
}

/// Whether a line is more than three words of a language: numbers, signs and names of files are the same in each.
fn is_sentence(line: &str) -> bool {
    let is_word = |word: &&str| word.chars().any(char::is_alphabetic) && !word.contains(['/', '`', '-', '2']);
    line.split_whitespace().filter(is_word).count() > 3
}

#[test]
fn no_sentence_is_told_in_english_in_another_language() {
    let plain = |told: String| -> HashSet<String> { told.lines().map(|line| line.trim().to_owned()).collect() };
    let english = plain(walk("en"));
    assert!(english.iter().filter(|line| is_sentence(line)).count() > 60, "{english:?}");
    for language in ["de", "es"] {
        let other = plain(walk(language));
        let same: Vec<_> = other.intersection(&english).filter(|line| is_sentence(line)).collect();
        assert!(same.is_empty(), "{language}: {same:#?}");
    }
}

#[test]
fn every_list_fits_into_a_narrow_terminal_and_breaks_no_word() {
    let (world, ..) = fortnight();
    let today = Zoned::now().date();
    for sets in [3, 4] {
        let file = world.write("next.toml", for_anna(today.checked_add(2.days()).unwrap(), 20, sets));
        said(&world, &["prescribe", file.to_str().unwrap()]);
    }
    said(&world, &["scores", "add", "psfs", "4", "--item", "Lifting my child", "--person", "Anna"]);
    said(&world, &["people", "add", "Somebody with a name of forty characters"]);
    for language in ["en", "de", "es"] {
        for columns in ["80", "60", "40"] {
            for line in [
                &["prescribe", "--list", "--person", "Anna"][..],
                &["people"],
                &["sessions"],
                &["scores", "--person", "Anna"],
                &["trend", "--person", "Anna"],
            ] {
                let mut list = world.bare_bendwise();
                let output = list.env("COLUMNS", columns).args(["--lang", language]).args(line).assert().success();
                let told = String::from_utf8(output.get_output().stdout.clone()).unwrap();
                let wide = said(&world, &[&["--lang", language][..], line].concat());
                let words: HashSet<&str> = told.split_whitespace().collect();
                let is_list = |line: &&str| {
                    line.contains(['─', '═', '│', '┤']) || line.trim_start().starts_with("20") && !line.contains(',')
                };
                let too_wide: Vec<_> =
                    told.lines().filter(is_list).filter(|row| row.chars().count() > columns.parse().unwrap()).collect();
                assert!(too_wide.is_empty(), "{line:?} at {columns}: {too_wide:#?}");
                if line[0] != "trend" {
                    let lost: Vec<_> = wide.split_whitespace().filter(|word| !words.contains(word)).collect();
                    let lost: Vec<_> = lost.into_iter().filter(|word| !word.contains(['─', '═'])).collect();
                    let headings = lost.iter().filter(|word| !word.ends_with(char::is_alphabetic)).count();
                    assert_eq!(headings, 0, "{line:?} at {columns}: {lost:?} in\n{told}");
                }
            }
        }
    }
}

#[test]
fn a_number_that_is_none_is_told_with_the_range() {
    let world = World::new();
    for (line, told) in [
        (&["sessions", "--limit", "x"][..], "give a whole number from 1 to 1000000"),
        (&["sessions", "--limit", "0"], "give a whole number from 1 to 1000000"),
        (&["sessions", "--limit", "-3"], "give a whole number from 1 to 1000000"),
        (&["sessions", "--limit", "99999999999999999999999"], "give a whole number from 1 to 1000000"),
        (&["scores", "remove", "x"], "give a whole number from 1, as the list has it"),
        (&["scores", "remove", "-1"], "give a whole number from 1, as the list has it"),
        (&["prescribe", "--end", "x"], "give a whole number from 1, as the list has it"),
        (&["rate", "make", "last", "-o", "x", "--seed", "-1"], "give a whole number from 0 to 4294967295"),
        (&["rate", "make", "last", "-o", "x", "--seed", "1.5"], "give a whole number from 0 to 4294967295"),
        (&["live", "--volume", "101"], "give a whole number from 0 to 100"),
        (&["analyze", "x", "--fps", "x"], "give a number from 0.01 to 240"),
        (&["compare", "last", "x", "--offset", "x"], "give a number of seconds"),
        (&["people", "add", "Anna", "--height", "171"], "give metres, from 0.8 to 2.5"),
        (&["scores", "add", "odi", "x", "--version", "2"], "write a number, as 3 or 3.5"),
    ] {
        let refused = world.bare_bendwise().args(line).assert().code(2);
        let own = contains("invalid digit").or(contains("number too large")).or(contains("is not in")).not();
        refused.stderr(contains(told).and(own));
    }
}

#[test]
fn a_drill_that_is_none_is_no_command_line_that_is_understood() {
    let world = World::new();
    let none = || contains("There is no drill called \"bwo\": did you mean bow?");
    let sessions = |line: &[&str]| world.bare_bendwise().args(["sessions"]).args(line).assert();
    sessions(&["--drill", "bwo"]).code(2).stderr(none());
    let (world, ..) = fortnight();
    for line in [
        &["sessions", "--drill", "bwo"][..],
        &["sessions", "--person", "Anna", "--drill", "bwo"],
        &["sessions", "export", "--drill", "bwo"],
        &["export", "--drill", "bwo", "--format", "csv"],
        &["trend", "--drill", "bwo", "--person", "Anna"],
        &["live", "--drill", "bwo"],
        &["drills", "bwo"],
    ] {
        world.bare_bendwise().args(line).assert().code(2).stderr(none());
    }
    for plan in ["cat-cow", "first-week", "mobility", "prescription"] {
        let listed = world.bare_bendwise().args(["sessions", "--drill", plan]).assert().success();
        listed.stdout(contains("No session is like that"));
    }
    // One that is kept, and gone from the library.
    let database = rusqlite::Connection::open(Store::folder(&world.paths()).join("sessions.db")).unwrap();
    database.execute("UPDATE sets SET drill = 'my-own' WHERE number = 0", []).unwrap();
    said(&world, &["sessions", "--drill", "my-own"]);
    fails(
        world.bare_bendwise().args(["trend", "--drill", "cat-cow", "--person", "Anna"]).assert(),
        &["No repetition of cat-cow is kept"],
    );
}

#[test]
fn whose_something_is_has_to_be_said_is_one_failure_wherever_it_comes_from() {
    let (world, _, _, _, ids) = fortnight();
    let path = |name: &str| world.path(name).to_str().unwrap().to_owned();
    let next = world.write("next.toml", for_anna(Zoned::now().date(), 20, 3)).to_str().unwrap().to_owned();
    said(&world, &["prescribe", &next, "-o", &path("next.bendwise")]);
    said(&world, &["sessions", "export", &ids[0], "-o", &path("a.bendwise")]);
    let there = World::new();
    there.keep_demo("off");
    for line in [
        &["prescribe", &next][..],
        &["sessions", "import", &path("next.bendwise")],
        &["sessions", "import", &path("a.bendwise")],
    ] {
        fails(there.bare_bendwise().args(line).assert(), &["--person p-"]);
    }
}

#[test]
fn the_last_day_of_a_prescription_is_told_when_it_is_ended() {
    let (world, ..) = fortnight();
    let last = "Today is the last day of the prescription";
    let show = || said(&world, &["people", "show", "Anna"]);
    let file = world.write("next.toml", for_anna(Zoned::now().date(), 20, 3));
    said(&world, &["prescribe", file.to_str().unwrap()]);
    assert!(!show().contains(last), "{}", show());
    said(&world, &["prescribe", "--end", "--person", "Anna"]);
    assert!(show().contains(last), "{}", show());
}

#[test]
fn a_session_that_is_being_recorded_is_counted_when_it_has_ended() {
    let (world, _, anna, ..) = fortnight();
    let before = said(&world, &["people"]);
    let shown = said(&world, &["people", "show", "Anna"]);
    let new = NewSession { began: Zoned::now(), source: "made".into(), plan: None, person: Some(anna.id) };
    let writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    assert!(said(&world, &["sessions"]).contains("(recording)"));
    assert_eq!((said(&world, &["people"]), said(&world, &["people", "show", "Anna"])), (before, shown));
    drop(writer);
}
