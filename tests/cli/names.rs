//! Names of persons and of sessions: however they are typed they are one name, and none that only looks like another is taken for
//! it.

use bendwise::store::Store;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;
use crate::persons::{exported, import, said};

/// Anna with a Cyrillic А.
const CYRILLIC: &str = "\u{410}nna";

#[test]
fn white_space_and_the_form_of_accents_make_no_other_name() {
    let world = World::new();
    let people = |arguments: &[&str]| world.bare_bendwise().arg("people").args(arguments).assert();
    people(&["add", " Zoe\u{308}\u{a0}  Lind\u{2009}\u{3000}"]).success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let name = store.persons().unwrap()[0].name.clone();
    assert_eq!(name.as_deref(), Some("Zo\u{eb} Lind"));
    for typed in ["Zo\u{eb} Lind", "Zo\u{eb}  Lind", "zoe\u{308}\u{a0}lind", "Zo\u{eb} Lind "] {
        fails(people(&["add", typed]), &["is here already"]);
        people(&["show", typed]).success().stdout(contains("Zo\u{eb} Lind, p-"));
        world.bare_bendwise().args(["scores", "list", "--person", typed]).assert().success();
    }
    people(&["rename", "Zo\u{eb} Lind", "Zo\u{eb}\u{a0}\u{a0}L."]).success().stdout(contains("called Zo\u{eb} L.\n"));
}

#[test]
fn a_name_that_only_looks_like_another_is_taken_when_that_is_meant() {
    let world = World::new();
    let people = |arguments: &[&str]| world.bare_bendwise().arg("people").args(arguments).assert();
    for name in ["Anna", "Ben"] {
        people(&["add", name]).success();
    }
    let looks = ["looks like Anna, who is here already, but has other letters", "--force"];
    for name in [CYRILLIC, "\u{410}NNA", "\u{ff21}nna", "An\u{200d}na"] {
        fails(people(&["add", name]), &looks);
        fails(people(&["rename", "Ben", name]), &looks);
    }
    let only_looks = ["Anna only looks the same, with other letters"];
    fails(people(&["show", CYRILLIC]), &only_looks);
    fails(world.bare_bendwise().args(["scores", "list", "--person", CYRILLIC]).assert(), &only_looks);
    people(&["add", CYRILLIC, "--force"]).success();
    people(&["set", CYRILLIC, "--height", "1.8"]).success();
    people(&["show", CYRILLIC]).success().stdout(contains("1.8"));
    people(&["show", "Anna"]).success().stdout(contains("1.8").not());
    // Other names, also of one script, are other names.
    for name in ["Anne", "\u{412}\u{435}\u{440}\u{430}", "Zo\u{eb}", "Zoe"] {
        people(&["add", name]).success();
    }
    // A prescription for one of them is for nobody else.
    let (home, folder) = exported();
    let there = World::new();
    said(&there, &["people", "add", CYRILLIC]);
    fails(import(&there, &folder, &[]), &["Anna looks like", "--force"]);
    import(&there, &folder, &["--force"]).success();
    import(&there, &folder, &[]).success();
    drop(home);
}

#[test]
fn no_session_gets_a_name_that_means_something_else() {
    let world = World::new();
    world.keep_demo("off");
    let rename = |name: &str| world.bare_bendwise().args(["sessions", "rename", "last", "--", name]).assert();
    for (name, why) in [
        ("last", "means something else on the command line"),
        ("LAST", "means something else on the command line"),
        (" last\u{a0}", "means something else on the command line"),
        ("--all", "means something else on the command line"),
        ("2026-11-22", "is like the id of a session"),
        ("1999-01-01b", "is like the id of a session"),
        ("1999-01-01B", "is like the id of a session"),
    ] {
        fails(rename(name), &[why, "give another name"]);
    }
    for (name, asked) in [
        ("7", "7"),
        ("Zoe\u{308}\u{a0} at  home", "zo\u{eb} at home"),
        ("22 November", "22  november"),
        ("\u{dc}bung", "u\u{308}BUNG"),
    ] {
        rename(name).success();
        world.bare_bendwise().args(["sessions", "show", asked]).assert().success();
    }
}
