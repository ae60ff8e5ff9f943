//! What comes from another machine: whose it is, when its clock was wrong, and what of it cannot be taken.

use std::path::{Path, PathBuf};

use bendwise::prescription::given::GivenPrescription;
use bendwise::store::{Store, write_prescription};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;
use crate::fortnight::fortnight;
use crate::persons::{anna_of, counting, exported, for_anna, import, said};

/// A package for Anna of so many sets from today on, given so many minutes from now by the clock of its machine.
fn package(world: &World, minutes: i64, (days, sets): (i64, u32), person: Option<&str>) -> PathBuf {
    let path = world.path(&format!("{sets}-{minutes}.bendwise"));
    let given = Timestamp::now() + SignedDuration::from_mins(minutes);
    let text = for_anna(Zoned::now().date(), days, sets);
    write_prescription(&GivenPrescription { given, text, ended: None }, None, person, &path).unwrap();
    path
}

fn bring(there: &World, package: &Path, options: &[&str]) -> assert_cmd::assert::Assert {
    there.bare_bendwise().args(["sessions", "import"]).arg(package).args(options).assert()
}

fn told(there: &World, package: &Path) -> String {
    String::from_utf8(bring(there, package, &[]).success().get_output().stdout.clone()).unwrap()
}

#[test]
fn of_two_packages_one_from_a_clock_that_is_ahead_the_same_counts_in_whatever_order_and_nothing_false_is_said() {
    let world = World::new();
    let right = package(&world, -10, (20, 3), None);
    for (minutes, counts) in [(180, "3 × 8"), (40, "4 × 8")] {
        let ahead = package(&world, minutes, (20, 4), None);
        let states = [[&right, &ahead], [&ahead, &right]].map(|order| {
            let there = World::new();
            said(&there, &["people", "add", "Anna"]);
            let all: String = order.iter().map(|package| told(&there, package)).collect();
            assert!(!all.contains("given later"), "{all}");
            assert_eq!(all.contains("by a clock that is ahead of this one"), minutes > 60, "{all}");
            assert!(counting(&there).contains(counts), "{minutes}: {}", counting(&there));
            for package in order {
                let again = told(&there, package);
                assert!(again.contains("is here already"), "{again}");
            }
            Store::open(&there.paths()).unwrap().0.prescriptions(anna_of(&there).id).unwrap()
        });
        let known = |state: &[bendwise::store::ReceivedPrescription]| {
            state.iter().map(|kept| (kept.received, kept.text.clone())).collect::<Vec<_>>()
        };
        assert_eq!(known(&states[0]), known(&states[1]));
    }
}

#[test]
fn what_is_written_anew_on_the_day_of_its_end_counts_where_it_arrives_and_what_was_written_before_stays_ended() {
    let clinic = World::new();
    let file = clinic.write("ex.toml", for_anna(Zoned::now().date(), 20, 3)).to_str().unwrap().to_owned();
    said(&clinic, &["prescribe", &file]);
    let written = |name: &str, what: &str| {
        let path = clinic.path(name);
        said(&clinic, &["prescribe", what, "-o", path.to_str().unwrap()]);
        path
    };
    let (first, late) = (written("1.bendwise", &file), written("2.bendwise", &file));
    let (end, anew) = (written("end.bendwise", "--end"), written("3.bendwise", &file));
    let home = || {
        let home = World::new();
        assert!(told(&home, &first).contains("Prescribed for Anna"));
        assert!(told(&home, &end).contains("Ended for Anna"));
        fails(bring(&home, &late, &[]), &["was ended here"]);
        home
    };
    // It is prescribed anew, and no package from before the end takes that back.
    let there = home();
    assert!(told(&there, &anew).contains("Prescribed for Anna"));
    for known in [&late, &anew, &first] {
        assert!(told(&there, known).contains("is here already"), "{}", known.display());
        assert!(counting(&there).contains("3 × 8"));
    }
    told(&there, &end);
    assert!(counting(&there).contains("3 × 8"), "the end is that of the one before");
    // Given by hand meanwhile: what arrives and has ended is not called prescribed.
    let there = home();
    said(&there, &["prescribe", &file]);
    assert!(told(&there, &late).contains("is here already"));
    assert!(told(&there, &anew).contains("Prescribed for Anna"));
    let kept = Store::open(&there.paths()).unwrap().0.prescriptions(anna_of(&there).id).unwrap();
    assert_eq!(kept.iter().filter(|kept| kept.ended.is_none()).count(), 2, "{kept:?}");
}

#[test]
fn a_package_for_another_anna_is_not_taken_for_this_one() {
    let (world, there) = (World::new(), World::new());
    said(&there, &["people", "add", "Anna"]);
    let here = anna_of(&there).pseudonym;
    let first = package(&world, -9, (20, 3), Some("p-0123456789"));
    let refused = bring(&there, &first, &[]);
    fails(refused, &["Anna who is p-0123456789 in files", &here, "--person \"Anna\"", "`bendwise people add NAME`"]);
    let kept = |name: &str| {
        let (store, _) = Store::open(&there.paths()).unwrap();
        store.prescriptions(store.person(name).unwrap().id).unwrap().len()
    };
    assert_eq!(kept("Anna"), 0);
    // It is of somebody else, who is here under another name, or new.
    said(&there, &["people", "add", "Anna K."]);
    bring(&there, &first, &["--person", "Anna K."]).success().stdout(contains("Prescribed for Anna K.: Bow 3"));
    assert_eq!((kept("Anna"), kept("Anna K.")), (0, 1));
    // She is known by it from then on, so that the next one needs no word.
    let next = package(&world, -8, (20, 4), Some("p-0123456789"));
    bring(&there, &next, &[]).success().stdout(contains("Prescribed for Anna K.: Bow 4"));
    let wrong = bring(&there, &next, &["--person", "Anna"]);
    fails(wrong, &["is for Anna K., not for Anna"]);
    // Of whom something was kept under another pseudonym, the name has to be said each time.
    let clinic = package(&world, -7, (20, 5), Some("p-abcdefabcd"));
    bring(&there, &clinic, &["--person", "Anna K."]).success();
    assert_eq!(Store::open(&there.paths()).unwrap().0.person("Anna K.").unwrap().pseudonym, "p-0123456789");
    // Whoever is the first on a machine is the one that the package is for.
    let new = World::new();
    bring(&new, &first, &[]).success().stdout(contains("is called Anna from now on"));
    bring(&new, &next, &[]).success();
}

#[test]
fn somebody_of_the_same_pseudonym_and_another_name_is_not_imported_as_whoever_is_here() {
    let (world, folder) = exported();
    let there = World::new();
    let anna = anna_of(&world);
    // The pseudonym came with a session, so only the name can tell.
    let text = world.read("anna/person.json").replace(&anna.uid, "0123456789abcdef0123456789abcdef");
    import(&there, &folder, &[]).success();
    world.write("anna/person.json", text.replace("\"name\": \"Anna\"", "\"name\": \"Cleo\""));
    fails(import(&there, &folder, &[]), &["is of Cleo, who has the pseudonym of Anna here, and nothing was imported"]);
    world.write("anna/person.json", text);
    import(&there, &folder, &[]).success();
}

#[test]
fn what_cannot_be_taken_of_a_person_is_left_out_told_and_added_once_it_can() {
    let (world, folder) = exported();
    let text = world.read("anna/person.json");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        world.write("anna/person.json", text.replace(from, to));
    };
    let there = World::new();
    changed("id = \\\"bow\\\"", "id = \\\"my-own\\\"");
    let left_out = import(&there, &folder, &[]).code(1);
    left_out.stdout(contains("Added: Anna, with 7 sessions, 0 prescriptions and 1 score")).stderr(
        contains("was left out, as it cannot be read here").and(contains("my-own")).and(contains("the same command")),
    );
    world.write("anna/person.json", &text);
    import(&there, &folder, &[]).success().stdout(contains("1 prescription and 0 scores"));
    let there = World::new();
    changed("\"language\": null", "\"language\": \"fr\"");
    let told = "The language fr was left out: bendwise speaks en, de / es";
    import(&there, &folder, &[]).code(1).stdout(contains("Added: Anna")).stderr(contains(told));
    assert_eq!(anna_of(&there).language, None);
    let given = text.split("\"odi\"").next().unwrap().rsplit("\"given\": \"").next().unwrap();
    let given = &given[..given.find('"').unwrap()];
    let there = World::new();
    changed(given, &Zoned::now().checked_add(3.days()).unwrap().timestamp().to_string());
    let told = import(&there, &folder, &[]).code(1).stdout(contains("1 prescription and 0 scores"));
    told.stderr(contains("1 score was left out, of a time that has not come by the clock of this machine"));
    world.write("anna/person.json", &text);
    import(&there, &folder, &[]).success().stdout(contains("1 score"));
    for wrong in ["101.0", "-1.0"] {
        changed("\"value\": 24.0", &format!("\"value\": {wrong}"));
        fails(import(&there, &folder, &[]), &["is damaged, and nothing was imported", "scores"]);
    }
}

#[test]
fn a_session_of_somebody_unknown_is_not_of_whoever_typed_in_a_score_without_a_name() {
    let (world, _, _, _, ids) = fortnight();
    let file = world.path("a.bendwise");
    said(&world, &["sessions", "export", &ids[0], "-o", file.to_str().unwrap()]);
    let there = World::new();
    said(&there, &["scores", "add", "odi", "24", "--version", "2.1a"]);
    fails(bring(&there, &file, &[]), &["is a session of somebody who is not known here", "--person p-"]);
    bring(&World::new(), &file, &[]).success();
}
