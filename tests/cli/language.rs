//! Which language the program speaks.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend};

#[test]
fn a_session_and_its_end_follow_the_language() {
    let world = World::new();
    let mut bendwise = world.bendwise();
    bendwise.args(["live", "--lang", "de", "--silent", "--drill", "bow", "--source"]).arg(one_bend(&world));
    let said = contains("Ich sehe dich").and(contains("Steh aufrecht und still")).and(contains("Kein Medizinprodukt"));
    bendwise.assert().success().stdout(said.and(contains("I can see you").not()));
}

#[test]
fn an_analysis_follows_the_language_and_its_files_do_not() {
    let world = World::new();
    let mut bendwise = world.bendwise();
    bendwise.args(["--lang", "de", "analyze"]).arg(one_bend(&world)).arg("--summary").arg(world.path("s.json"));
    let told = contains("● HÜFTE").and(contains("1 von 1 Wiederholung kam aus der Hüfte"));
    bendwise.assert().success().stdout(told);
    assert!(world.read("s.json").contains("\"hips\""));
}

#[test]
fn a_language_that_is_not_there_is_told_with_those_that_are() {
    let refused = World::new().bare_bendwise().args(["drills", "--lang", "fr"]).assert().code(2);
    refused.stderr(contains("bendwise speaks en, de and es"));
}

#[test]
fn a_language_that_is_typed_is_not_empty() {
    let world = World::new();
    let people = |line: &[&str]| world.bare_bendwise().arg("people").args(line).assert();
    people(&["add", "Anna", "--language", "de"]).success();
    for line in [&["set", "Anna", "--language", ""][..], &["add", "Ben", "--language="], &["--lang", ""]] {
        people(line).code(2).stderr(contains("bendwise speaks en, de and es, not \"\""));
    }
    for line in [&["set", "Anna", "--height", ""][..], &["set", "Anna", "--side", ""]] {
        people(line).code(2);
    }
    people(&["list"]).success().stdout(contains("Anna").and(contains("Ben").not()));
    people(&["show", "Anna"]).success().stdout(contains("Language: Deutsch"));
}

/// Elsewhere the system settings apply, and a test cannot change those.
#[cfg(target_os = "linux")]
#[test]
fn without_a_word_the_locale_chooses() {
    let world = World::new();
    let drills = |variables: &[(&str, &str)]| {
        let mut bendwise = world.bare_bendwise();
        bendwise.env_remove("BENDWISE_LANG").envs(variables.iter().copied()).arg("drills");
        bendwise.assert().success()
    };
    let (english, german) = (|| contains("3 × 8 bends"), || contains("3 × 8 Beugungen"));
    drills(&[]).stdout(english());
    drills(&[("LANG", "de_AT.UTF-8")]).stdout(german());
    drills(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "en_GB.UTF-8")]).stdout(english());
    drills(&[("LANG", "fr_FR.UTF-8")]).stdout(english());
    drills(&[("LANG", "de_DE.UTF-8"), ("BENDWISE_LANG", "")]).stdout(german());
    drills(&[("LANG", "de_DE.UTF-8"), ("BENDWISE_LANG", "en")]).stdout(english());
}
