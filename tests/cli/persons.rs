//! Persons from one machine to another, sessions from one person to another, and prescriptions that end.

use std::fs;
use std::path::{Path, PathBuf};

use bendwise::store::{Person, SessionFilter, Store};
use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend};
use crate::fails;
use crate::fortnight::{CHILD, fortnight, keep_build};

/// What a command prints.
pub(crate) fn said(world: &World, arguments: &[&str]) -> String {
    let output = world.bare_bendwise().args(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

/// The home after the fortnight, with Anna in a folder: a score and a build beside the sessions.
pub(crate) fn exported() -> (World, PathBuf) {
    let (world, _, anna, ..) = fortnight();
    keep_build(&world, &anna, CHILD);
    said(&world, &["scores", "add", "odi", "24", "--version", "2.1a", "--person", "Anna"]);
    let folder = world.path("anna");
    said(&world, &["people", "export", "Anna", "-o", folder.to_str().unwrap()]);
    (world, folder)
}

pub(crate) fn anna_of(world: &World) -> Person {
    Store::open(&world.paths()).unwrap().0.person("Anna").unwrap()
}

pub(crate) fn import(world: &World, folder: &Path, options: &[&str]) -> assert_cmd::assert::Assert {
    world.bare_bendwise().args(["people", "import"]).arg(folder).args(options).assert()
}

#[test]
fn a_person_is_the_same_on_another_machine_and_a_second_import_adds_nothing() {
    let (world, folder) = exported();
    let there = World::new();
    let added = "Added: Anna, with 7 sessions, 1 prescription and 1 score\n";
    import(&there, &folder, &[]).success().stdout(contains(added));
    let (here, away) = (anna_of(&world), anna_of(&there));
    let known = |person: &Person| {
        (person.uid.clone(), person.pseudonym.clone(), person.created, person.height, person.side, person.name.clone())
    };
    assert_eq!(known(&here), known(&away));
    let ratios = |person: &Person| person.build.map(|build| build.mean.0.map(|ratio| (ratio * 1e4).round()));
    assert_eq!(ratios(&here), ratios(&away));
    let scores = |world: &World, person: &Person| Store::open(&world.paths()).unwrap().0.scores(person.id).unwrap();
    assert_eq!((scores(&world, &here).len(), scores(&there, &away)), (13, scores(&world, &here)));
    // The trend has movement, pain, scores and what was done of what was asked.
    assert_eq!(said(&there, &["trend", "--person", "Anna"]), said(&world, &["trend", "--person", "Anna"]));
    let again = "Anna was here already. Added: 0 sessions, 0 prescriptions and 0 scores; 7 sessions here before\n";
    let before = Store::open(&there.paths()).unwrap().0.persons().unwrap();
    import(&there, &folder.join("person.json"), &[]).success().stdout(contains(again));
    assert_eq!(Store::open(&there.paths()).unwrap().0.persons().unwrap(), before);
    // What is new comes along, and nothing of theirs is written over.
    said(&there, &["people", "set", "Anna", "--height", "1.8"]);
    said(&world, &["scores", "add", "odi", "20", "--version", "2.1a", "--person", "Anna"]);
    let newer = world.path("newer");
    said(&world, &["people", "export", "Anna", "-o", newer.to_str().unwrap()]);
    import(&there, &newer, &[]).success().stdout(contains("0 prescriptions and 1 score;"));
    assert_eq!(anna_of(&there).height, Some(1.8));
    // What is of somebody else there meanwhile is not told as hers.
    said(&there, &["people", "add", "Cleo"]);
    let id = Store::open(&there.paths()).unwrap().0.list().unwrap()[0].id.clone();
    said(&there, &["sessions", "give", &id, "--to", "Cleo"]);
    let counts = "; 6 sessions here before; 1 session is of somebody else here\n";
    import(&there, &newer, &[]).success().stdout(contains(counts));
    let german = said(&there, &["--lang", "de", "people", "import", newer.to_str().unwrap()]);
    assert!(german.contains("Anna war schon hier. Hinzugefügt: 0 Sitzungen"), "{german}");
    let german = said(&there, &["--lang", "de", "sessions", "give", &id, "--to", "Anna"]);
    assert!(german.contains("gehört jetzt Anna") && german.contains("--to \"Cleo\"` gibt sie zurück"), "{german}");
}

#[test]
fn somebody_else_of_that_name_stays_who_they_are() {
    let (_world, folder) = exported();
    let there = World::new();
    said(&there, &["people", "add", "anna"]);
    said(&there, &["scores", "add", "odi", "50", "--version", "2.1a"]);
    let persons = || Store::open(&there.paths()).unwrap().0.persons().unwrap();
    let before = persons();
    fails(
        import(&there, &folder, &[]),
        &["cannot be added as anna, as somebody else here is called that", "--as NAME"],
    );
    fails(import(&there, &folder, &["--as", "ANNA"]), &["somebody else here is called that"]);
    fails(import(&there, &folder, &["--as", "(without a name)"]), &["means something else"]);
    assert_eq!(persons(), before, "nothing was added");
    import(&there, &folder, &["--as", "Anna K."]).success().stdout(contains("Added: Anna K., with 7 sessions"));
    assert_eq!((persons()[0].clone(), persons().len()), (before[0].clone(), 2));
    fails(import(&there, &folder, &["--as", "Cleo"]), &["is of Anna K., who is here already: leave out --as"]);
    assert!(said(&there, &["trend", "--person", "Anna K."]).contains("Bow: 6 sessions"));
}

#[test]
fn a_folder_that_is_no_person_or_is_damaged_leaves_nothing_behind() {
    let (world, folder) = exported();
    let there = World::new();
    let text = world.read("anna/person.json");
    let refused = |said: &[&str]| {
        fails(import(&there, &folder, &[]), said);
        let (store, _) = Store::open(&there.paths()).unwrap();
        assert!(store.persons().unwrap().len() == 1 && store.list().unwrap().is_empty(), "{said:?}");
    };
    let damaged = ["is damaged, and nothing was imported: export the person again"];
    let changed = |from: &str, to: &str| world.write("anna/person.json", text.replace(from, to));
    world.write("anna/person.json", &text[..text.len() / 2]);
    refused(&damaged);
    for (from, to) in [
        ("\"height_m\": 1.71", "\"height_m\": 17.1"),
        ("\"side\": \"left\"", "\"side\": \"front\""),
        ("\"instrument\": \"odi\"", "\"instrument\": \"x\""),
        ("\"value\": 24.0", "\"value\": 1e9"),
        ("\"name\": \"Anna\"", "\"name\": \"An\\u202ena\""),
        ("\"pseudonym\": \"p-", "\"pseudonym\": \"../"),
        ("\"sessions\": [\n", "\"sessions\": [\n    \"../../etc\",\n"),
    ] {
        assert!(text.contains(from), "{from}");
        changed(from, to);
        refused(&damaged);
    }
    changed("\"format\": 1", "\"format\": 2");
    refused(&["was written by a newer bendwise"]);
    changed("\"format\": 1", "\"format\": \"one\"");
    refused(&["is not a person of bendwise", "was not written by bendwise"]);
    world.write("anna/person.json", "Anna, 1.71 m");
    refused(&["is not a person of bendwise", "it is not JSON"]);
    world.write("anna/person.json", &text);
    let session = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let session = session.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "bendwise")).unwrap();
    let bytes = fs::read(&session).unwrap();
    fs::write(folder.join("2020-01-01.bendwise"), &bytes).unwrap();
    changed("\"sessions\": [\n", "\"sessions\": [\n    \"2020-01-01\",\n");
    refused(&["holds a session that another file holds too"]);
    world.write("anna/person.json", &text);
    #[cfg(unix)]
    {
        fs::remove_file(&session).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&session).status().unwrap().success());
        refused(&["it is not a regular file"]); // and nobody waits for whoever would write into it
        fs::remove_file(&session).unwrap();
    }
    fs::write(&session, &bytes[..bytes.len() / 2]).unwrap();
    refused(&[damaged[0], "it is not a zip"]);
    fs::remove_file(&session).unwrap();
    refused(&["is not complete, and nothing was imported: there is no file"]);
    said(&world, &["people", "export", "Ben", "-o", world.path("ben").to_str().unwrap()]);
    let other = fs::read_dir(world.path("ben")).unwrap().map(|entry| entry.unwrap().path());
    let other = other.into_iter().find(|file| file.extension().is_some_and(|kind| kind == "bendwise")).unwrap();
    fs::copy(other, &session).unwrap();
    refused(&["is a session of somebody else than", "nothing was imported"]);
    fails(import(&there, &world.path("home"), &[]), &["is not a person of bendwise", "it has no person.json"]);
    fails(import(&there, Path::new("nowhere"), &[]), &["There is no file nowhere: check the name"]);
    let wrong = there.bare_bendwise().args(["sessions", "import"]).arg(&folder).assert();
    fails(wrong, &["everything of a person is added with `bendwise people import"]);
    fs::write(&session, bytes).unwrap();
    import(&there, &folder, &[]).success().stdout(contains("Added: Anna, with 7 sessions"));
}

#[test]
fn a_session_beside_somebody_without_a_name_names_ways_out_that_work() {
    let (world, _, _, _, ids) = fortnight();
    let package = world.path("a.bendwise");
    said(&world, &["sessions", "export", &ids[0], "-o", package.to_str().unwrap()]);
    for is_theirs in [true, false] {
        let there = World::new();
        said(&there, &["scores", "add", "odi", "50", "--version", "2.1a"]);
        there.keep_demo("off");
        let nobody = Store::open(&there.paths()).unwrap().0.persons().unwrap().remove(0);
        let bring = |person: &str| {
            let mut import = there.bare_bendwise();
            import.args(["sessions", "import"]).arg(&package);
            if person.is_empty() { import.assert() } else { import.args(["--person", person]).assert() }
        };
        fails(bring(""), &["without a name, say so with --person", &nobody.pseudonym, "`bendwise people add NAME`"]);
        if is_theirs {
            bring(&nobody.pseudonym).success();
        } else {
            said(&there, &["people", "add", "Anna"]);
            bring("Anna").success();
        }
        let (store, _) = Store::open(&there.paths()).unwrap();
        assert_eq!(store.persons().unwrap().len(), if is_theirs { 1 } else { 2 });
        assert_eq!(store.list().unwrap().len(), 2);
    }
}

#[test]
fn a_session_of_the_wrong_person_is_given_to_the_right_one_and_back() {
    let (world, store, anna, ben, ids) = fortnight();
    let trends = || ["Anna", "Ben"].map(|name| said(&world, &["trend", "--person", name]));
    let counts = || {
        let answers = |person: &Person| store.scores(person.id).unwrap().len();
        let sessions = |person: &Person| {
            store.count(&SessionFilter { person: Some(person.id), ..SessionFilter::default() }).unwrap()
        };
        [sessions(&anna), answers(&anna), sessions(&ben), answers(&ben)]
    };
    let give = |id: &str, to: &str| world.bare_bendwise().args(["sessions", "give", id, "--to", to]).assert();
    let before = trends();
    assert_eq!(counts(), [6, 12, 4, 8]);
    give(&ids[8], "ben").success().stdout(
        contains("now belongs to Ben, with what was answered in it")
            .and(contains(format!("`bendwise sessions give {} --to \"Anna\"` gives it back", ids[8]))),
    );
    assert_eq!(counts(), [5, 10, 5, 10]);
    assert!(trends()[0].contains("Bow: 5 sessions") && trends()[1].contains("Bow: 5 sessions"));
    assert!(said(&world, &["sessions", "show", &ids[8]]).contains("Given to Ben afterwards"));
    fails(give(&ids[8], "Ben"), &["already belongs to Ben"]);
    fails(give(&ids[8], "Bem"), &["There is no person Bem, did you mean Ben?"]);
    fails(give("1999-01-01", "Ben"), &["There is no session 1999-01-01"]);
    give(&ids[8], "Anna").success();
    assert_eq!((counts(), trends()), ([6, 12, 4, 8], before));
}

#[test]
fn a_session_that_is_still_recorded_is_not_given_away() {
    let (world, _, anna, ben, _) = fortnight();
    let new =
        bendwise::store::NewSession { began: Zoned::now(), source: "made".into(), plan: None, person: Some(anna.id) };
    let writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let give = |id: &str| world.bare_bendwise().args(["sessions", "give", id, "--to", "Ben"]).assert();
    for id in [writer.id(), "last"] {
        fails(give(id), &["is still being recorded: end it first"]);
    }
    // Half a session is none that could be imported.
    let folder = world.path("half");
    for export in [["people", "export", "Anna"], ["sessions", "export", writer.id()]] {
        let export = world.bare_bendwise().args(export).arg("-o").arg(&folder).assert();
        fails(export, &["is still being recorded: end it first"]);
        assert!(!folder.exists());
    }
    let (store, _) = Store::open(&world.paths()).unwrap();
    assert_eq!(store.count(&SessionFilter { person: Some(ben.id), ..SessionFilter::default() }).unwrap(), 4);
}

/// One of somebody else that began later and has ended is no newer one of theirs.
#[test]
fn while_somebody_is_recorded_their_session_before_is_neither_deleted_nor_given_away() {
    let (world, store, anna, ..) = fortnight();
    let began = store.named("last").unwrap().began.checked_sub(1.hour()).unwrap(); // Ben's
    let new = bendwise::store::NewSession { began, source: "made".into(), plan: None, person: Some(anna.id) };
    let writer = Store::open(&world.paths()).unwrap().0.begin(&new).unwrap();
    let of = |name: &str, command: &[&str]| {
        world.bare_bendwise().arg("sessions").args(command).args(["--person", name]).assert()
    };
    for command in [&["delete", "last", "--yes"][..], &["give", "last", "--to", "Ben"]] {
        fails(of("Anna", command), &[writer.id(), "is still being recorded: end it first"]);
    }
    let hers = SessionFilter { person: Some(anna.id), ended: true, ..SessionFilter::default() };
    assert_eq!(store.count(&hers).unwrap(), 6);
    of("Ben", &["delete", "last", "--yes"]).success();
}

/// Prescribes so many sets of the bow for Ben on these days.
fn prescribe(world: &World, from: Date, to: Date, sets: u32) {
    let text = format!(
        "person = \"Ben\"\nfrom = {from}\nto = {to}\ndays_a_week = 2\n[[drill]]\nid = \"bow\"\nsets = {sets}\n"
    );
    let file = world.write("next.toml", text);
    said(world, &["prescribe", file.to_str().unwrap()]);
}

#[test]
fn a_prescription_is_listed_and_ends_with_today_and_does_not_come_back() {
    let (world, store, _, ben, _) = fortnight();
    let today = Zoned::now().date();
    let day = |days: i64| today.checked_add(days.days()).unwrap();
    prescribe(&world, today, day(20), 3);
    prescribe(&world, day(5), day(9), 4);
    let list = || said(&world, &["prescribe", "--list", "--person", "Ben"]);
    let row = |sets: &str| list().lines().find(|line| line.contains(sets)).unwrap().to_owned();
    assert!(row("4 × 8").contains("begins later") && row("3 × 8").contains("counts today"), "{}", list());
    assert!(row("Bow 1").contains("replaced on"), "another counts in its place: {}", list());
    let numbers: Vec<i64> = store.prescriptions(ben.id).unwrap().iter().map(|kept| kept.number).collect();
    let end = |number: &[&str]| {
        world.bare_bendwise().args([&["prescribe", "--person", "Ben", "--end"], number].concat()).assert()
    };
    let later = format!("Number {} still begins on {}: Bow 4 × 8", numbers[0], day(5).strftime("%-d %B %Y"));
    end(&[]).success().stdout(contains("Today is its last day: Bow 3 × 8").and(contains(later)));
    assert!(row("3 × 8").contains("ended: counts today for the last time"), "{}", list());
    fails(end(&[]), &["has ended already, its last day is", "Bow 3 × 8"]);
    fails(end(&[&numbers[1].to_string()]), &["has ended already, its last day is"]);
    assert!(row("3 × 8").contains(&today.to_string()) && row("4 × 8").contains("begins later"), "{}", list());
    let shown = said(&world, &["people", "show", "Ben"]);
    assert!(shown.contains("Bow 4 × 8") && shown.contains(&day(5).strftime("%-d %B %Y").to_string()), "{shown}");
    end(&[&numbers[0].to_string()]).success().stdout(contains("Withdrawn before it began: Bow 4 × 8"));
    assert!(row("4 × 8").contains("withdrawn"), "{}", list());
    assert!(!said(&world, &["people", "show", "Ben"]).contains("Bow 4 × 8"));
    fails(end(&[&numbers[0].to_string()]), &["was withdrawn already, before it began"]);
    fails(end(&["999"]), &["There is no prescription 999 of Ben", "--list"]);
    // As on the days after: what was in force before does not come back.
    for kept in store.prescriptions(ben.id).unwrap() {
        store.end_prescription(ben.id, kept.number, day(-1)).unwrap();
    }
    fails(end(&[]), &["No prescription of Ben counts today"]);
    assert!(said(&world, &["people", "show", "Ben"]).contains("The prescription ended on"));
    let written = &store.prescriptions(ben.id).unwrap()[1].text;
    assert!(written.contains(&day(20).to_string()), "the text stays as it was written");
    world.bare_bendwise().args(["prescribe", "--list", "--end"]).assert().code(2);
    assert!(said(&world, &["prescribe", "--list", "--person", "Anna"]).contains("counts today"));
    assert!(said(&world, &["--lang", "de", "prescribe", "--list", "--person", "Ben"]).contains("vorzeitig beendet"));
}

#[test]
fn the_end_of_a_prescription_travels_with_its_person_and_in_a_package() {
    let (world, store, anna, ..) = fortnight();
    let today = Zoned::now().date();
    let state = |there: &World| said(there, &["prescribe", "--list", "--person", "Anna"]);
    let text = |from: Date, sets: u32| {
        let to = from.checked_add(20.days()).unwrap();
        format!(
            "person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 2\n[[drill]]\nid = \"bow\"\nsets = {sets}\n"
        )
    };
    let file = world.write("next.toml", text(today, 5));
    let live = world.path("live.bendwise");
    said(&world, &["prescribe", file.to_str().unwrap(), "-o", live.to_str().unwrap()]);
    said(&world, &["prescribe", file.to_str().unwrap()]);
    let later = world.write("later.toml", text(today.checked_add(5.days()).unwrap(), 6));
    said(&world, &["prescribe", later.to_str().unwrap()]);
    // Her own machine has her as she was, and the same prescription from a package, too.
    let there = World::new();
    let folder = world.path("before");
    said(&world, &["people", "export", "Anna", "-o", folder.to_str().unwrap()]);
    import(&there, &folder, &[]).success();
    said(&there, &["sessions", "import", live.to_str().unwrap()]);
    assert!(state(&there).contains("counts today") && state(&there).contains("begins later"), "{}", state(&there));
    let other = World::new();
    said(&other, &["people", "add", "Anna"]);
    said(&other, &["sessions", "import", live.to_str().unwrap(), "--person", "Anna"]);
    // Ended and withdrawn here.
    let number = |sets: &str| {
        let kept = store.prescriptions(anna.id).unwrap().into_iter();
        kept.filter(|kept| kept.text.contains(sets)).map(|kept| kept.number).next().unwrap().to_string()
    };
    let end = world.path("end.bendwise");
    let line = ["prescribe", "--person", "Anna", "--end", "-o", end.to_str().unwrap()];
    assert!(said(&world, &line).contains("ends it on the other machine, too"));
    said(&world, &["prescribe", "--person", "Anna", "--end", &number("sets = 6")]);
    let folder = world.path("after");
    said(&world, &["people", "export", "Anna", "-o", folder.to_str().unwrap()]);
    // By the person: whatever of it is there has ended, and a second import changes nothing.
    for told in [true, false] {
        let ended = contains("prescriptions ended here, as on the other machine").count(usize::from(told));
        import(&there, &folder, &[]).success().stdout(contains("0 prescriptions").and(ended));
        let listed = state(&there);
        assert!(!listed.contains("begins later") && listed.contains("withdrawn"), "{listed}");
        let kept = Store::open(&there.paths()).unwrap().0;
        let kept = kept.prescriptions(anna_of(&there).id).unwrap();
        let fifth: Vec<_> = kept.iter().filter(|kept| kept.text.contains("sets = 5")).collect();
        assert_eq!((fifth.len(), fifth.iter().all(|kept| kept.ended == Some(today))), (2, true));
    }
    let fresh = World::new();
    import(&fresh, &folder, &[]).success();
    assert!(state(&fresh).contains("withdrawn") && !state(&fresh).contains("begins later"), "{}", state(&fresh));
    // By a package, and the first package does not bring it to life again.
    let ended = said(&other, &["sessions", "import", end.to_str().unwrap()]);
    assert!(ended.contains("Ended for Anna, the last day is"), "{ended}");
    let again = other.bare_bendwise().args(["sessions", "import"]).arg(&live).assert();
    fails(again, &["was ended here", "another first day"]);
    let kept = Store::open(&other.paths()).unwrap().0.prescriptions(anna_of(&other).id).unwrap();
    assert_eq!((kept.len(), kept[0].ended), (1, Some(today)));
    // The end alone, where nothing of it is known, is kept, too.
    let new = World::new();
    said(&new, &["people", "add", "Anna"]);
    said(&new, &["sessions", "import", end.to_str().unwrap(), "--person", "Anna"]);
    fails(new.bare_bendwise().args(["sessions", "import"]).arg(&live).assert(), &["was ended here"]);
    // What is given anew on purpose counts.
    said(&other, &["prescribe", world.write("new.toml", text(today, 5)).to_str().unwrap()]);
    assert!(state(&other).contains("counts today"));
}

/// A prescription for Anna from this day on: so many sets.
pub(crate) fn for_anna(from: Date, days: i64, sets: u32) -> String {
    let to = from.checked_add(days.days()).unwrap();
    format!("person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 2\n[[drill]]\nid = \"bow\"\nsets = {sets}\n")
}

/// Which of the rows counts today.
pub(crate) fn counting(world: &World) -> String {
    let listed = said(world, &["prescribe", "--list", "--person", "Anna"]);
    listed.lines().find(|line| line.contains("counts today")).unwrap_or_else(|| panic!("{listed}")).to_owned()
}

#[test]
fn what_is_given_here_counts_before_and_after_one_from_a_machine_whose_clock_is_ahead() {
    let (world, folder) = exported();
    let there = World::new();
    let text = world.read("anna/person.json");
    let received = text.split("\"received\": \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let ahead = |days: i64| {
        let received_then = Zoned::now().checked_add(days.days()).unwrap().timestamp();
        world.write("anna/person.json", text.replace(received, &received_then.to_string()));
    };
    ahead(400);
    let wrong =
        ["more than a year ahead of this machine's clock, and nothing was imported", "set the clock that is wrong"];
    fails(import(&there, &folder, &[]), &wrong);
    assert!(Store::open(&there.paths()).unwrap().0.list().unwrap().is_empty());
    ahead(200);
    import(&there, &folder, &[]).success();
    let today = Zoned::now().date();
    said(&there, &["prescribe", there.write("now.toml", for_anna(today, 9, 9)).to_str().unwrap()]);
    assert!(counting(&there).contains("9 × "), "{}", counting(&there));
    import(&there, &folder, &[]).success().stdout(contains("0 prescriptions"));
    // Given before, on a machine that knows her otherwise.
    let before = World::new();
    world.write("anna/person.json", text.replace("sets = 2", "sets = 7"));
    import(&before, &folder, &[]).success();
    said(&before, &["prescribe", before.write("now.toml", for_anna(today, 9, 9)).to_str().unwrap()]);
    ahead(200);
    import(&before, &folder, &[]).success().stdout(contains("1 prescription"));
    assert!(counting(&before).contains("9 × "), "{}", counting(&before));
}

#[test]
fn of_packages_in_whatever_order_the_one_that_was_given_last_counts_and_one_that_comes_twice_is_one() {
    let world = World::new();
    let today = Zoned::now().date();
    let package = |name: &str, text: String| {
        let file = world.write("next.toml", text);
        let package = world.path(name);
        said(&world, &["prescribe", file.to_str().unwrap(), "-o", package.to_str().unwrap()]);
        std::thread::sleep(std::time::Duration::from_millis(5)); // given one after the other
        package.to_str().unwrap().to_owned()
    };
    let packages = [package("a.bendwise", for_anna(today, 20, 3)), package("b.bendwise", for_anna(today, 9, 4))];
    let states = [[0, 1], [1, 0]].map(|order| {
        let there = World::new();
        said(&there, &["people", "add", "Anna"]);
        let told = order.map(|place: usize| said(&there, &["sessions", "import", &packages[place]]));
        let last = today.checked_add(9.days()).unwrap();
        let [from, to] = [today, last].map(|day| day.strftime("%-d %B %Y").to_string());
        let late = format!("From {from} to {to} another one counts in its place: Bow 4 × 8");
        assert_eq!(told[1].contains(&late), order == [1, 0], "{told:?}");
        assert!(counting(&there).contains("4 × 8"));
        let again = said(&there, &["sessions", "import", &packages[0]]);
        assert!(again.contains("This prescription of Anna is here already: Bow 3 × 8"), "{again}");
        let (store, _) = Store::open(&there.paths()).unwrap();
        let listed = said(&there, &["prescribe", "--list"]);
        assert!(
            listed.contains(&format!("counts again from {}", today.checked_add(10.days()).unwrap().strftime("%-d %B"))),
            "{listed}"
        );
        store
            .prescriptions(anna_of(&there).id)
            .unwrap()
            .into_iter()
            .map(|kept| (kept.received, kept.text))
            .collect::<Vec<_>>()
    });
    assert_eq!(states[0], states[1]);
    let far = world.write("far.toml", for_anna(today.checked_add(400.days()).unwrap(), 9, 4));
    let refused = world.bare_bendwise().arg("prescribe").arg(&far).assert();
    fails(refused, &["begins on", "more than a year from now: check its first day (from)"]);
}

#[test]
fn the_same_prescription_by_hand_and_in_a_package_is_one() {
    let world = World::new();
    said(&world, &["people", "add", "Anna"]);
    let text = for_anna(Zoned::now().date().checked_add(5.days()).unwrap(), 9, 4);
    let package = world.path("next.bendwise");
    let file = world.write("next.toml", text.clone());
    said(&world, &["prescribe", file.to_str().unwrap(), "-o", package.to_str().unwrap()]);
    said(&world, &["prescribe", file.to_str().unwrap()]);
    said(&world, &["prescribe", world.write("again.toml", format!("# As we said.\n{text}")).to_str().unwrap()]);
    said(&world, &["sessions", "import", package.to_str().unwrap()]);
    let list = || said(&world, &["prescribe", "--list", "--person", "Anna"]);
    let shown = || said(&world, &["people", "show", "Anna"]);
    assert_eq!((list().matches("4 × 8").count(), shown().matches("4 × 8").count()), (1, 1), "{}{}", list(), shown());
    let (store, _) = Store::open(&world.paths()).unwrap();
    let kept = || store.prescriptions(anna_of(&world).id).unwrap();
    assert_eq!(kept().len(), 3, "each is kept as it came");
    // Withdrawn by any of its numbers, and none of it comes back.
    let number = kept()[1].number.to_string();
    let told = said(&world, &["prescribe", "--person", "Anna", "--end", &number]);
    assert_eq!(told.matches("4 × 8").count(), 1, "{told}");
    assert!(told.contains("Withdrawn before it began"), "{told}");
    assert!(kept().iter().all(|kept| kept.ended.is_some()) && !shown().contains("4 × 8"), "{}", shown());
    assert_eq!((list().matches("4 × 8").count(), list().matches("withdrawn").count()), (1, 1), "{}", list());
}

#[test]
fn a_package_is_for_whoever_has_its_pseudonym_whatever_they_are_called() {
    let (world, folder) = exported();
    let there = World::new();
    import(&there, &folder, &[]).success();
    said(&there, &["people", "rename", "Anna", "Anna K."]);
    let end = world.path("end.bendwise");
    let told = said(&world, &["--lang", "de", "prescribe", "--person", "Anna", "--end", "-o", end.to_str().unwrap()]);
    assert!(told.contains("Geschrieben: ") && told.contains(" für Anna. "), "{told}");
    let ended = said(&there, &["sessions", "import", end.to_str().unwrap()]);
    assert!(ended.starts_with("Ended for Anna K., the last day is"), "{ended}");
    // Somebody else who is called Anna there is not meant.
    said(&there, &["people", "add", "Anna"]);
    let next = world.write("next.toml", for_anna(Zoned::now().date(), 9, 4));
    let live = world.path("live.bendwise");
    said(&world, &["prescribe", next.to_str().unwrap(), "-o", live.to_str().unwrap()]);
    let given = said(&there, &["sessions", "import", live.to_str().unwrap()]);
    assert!(given.starts_with("Prescribed for Anna K.: Bow 4 × 8"), "{given}");
}

#[test]
fn the_days_after_a_return_belong_to_the_one_that_came_back_also_once_it_is_replaced_for_good() {
    let (world, store, anna, ..) = fortnight();
    // She practised on the days 0, 2, 4, 7, 9 and 11 of the fortnight.
    let first = Zoned::now().date().checked_sub(13.days()).unwrap();
    let day = |number: i64| first.checked_add(number.days()).unwrap();
    let now = Zoned::now().timestamp();
    store
        .add_prescription(anna.id, now, &for_anna(day(2), 1, 3).replace("sets = 3", "sets = 1\nrepetitions = 3"))
        .unwrap();
    store.add_prescription(anna.id, now, &for_anna(day(10), 30, 4)).unwrap();
    for told in [said(&world, &["people", "show", "Anna"]), said(&world, &["trend", "--person", "Anna"])] {
        let before = told.split_once("Prescribed before\n").expect(&told).1;
        // Of the first: the days 0, 4, 7 and 9, two sets each, of three days of each of two weeks.
        assert!(before.contains("Bow 2 × 3: 4 of 6 days, 8 of 12 sets"), "{told}");
        assert!(before.contains("Bow 1 × 3: 1 of 2 days, 2 of 2 sets"), "{told}");
    }
    let listed = said(&world, &["prescribe", "--list", "--person", "Anna"]);
    let row = listed.lines().find(|line| line.contains("Bow 2 × 3")).unwrap();
    assert!(row.contains(&format!("replaced on {}", day(10).strftime("%-d %B"))), "{listed}");
}

#[test]
fn a_file_of_a_person_of_an_older_version_keeps_the_build_of_the_newest_sessions() {
    let (world, folder) = exported();
    let text = world.read("anna/person.json");
    let begins = text.find(",\n  \"builds\"").unwrap();
    let older = "{\"sessions\": 2, \"shank\": 0.66, \"thigh\": 0.69, \"shoulder_to_ear\": 0.58}";
    world.write("anna/person.json", format!("{},\n  \"build\": {older}\n}}\n", &text[..begins]));
    let there = World::new();
    import(&there, &folder, &[]).success().stdout(contains("Added: Anna, with 7 sessions"));
    let known = anna_of(&there).build.unwrap();
    assert_eq!((known.sessions, known.mean.0.map(|ratio| (100.0 * ratio.exp()).round())), (2, [66.0, 69.0, 58.0]));
    world
        .write("anna/person.json", format!("{},\n  \"build\": {}\n}}\n", &text[..begins], older.replace("0.66", "-1")));
    fails(import(&there, &folder, &[]), &["is damaged, and nothing was imported", "build"]);
}

#[test]
fn a_session_that_broke_off_is_told_so_and_not_as_a_day_that_ended_early() {
    let (world, store, anna, ..) = fortnight();
    let number = store.prescriptions(anna.id).unwrap()[0].number;
    assert!(number > 0);
    let early = "ended in set 2 of 2 of Bow, after 1 of 3 repetitions";
    assert!(said(&world, &["people", "show", "Anna"]).contains(early));
    let last =
        store.select(&SessionFilter { person: Some(anna.id), limit: Some(1), ..SessionFilter::default() }).unwrap();
    let database = rusqlite::Connection::open(Store::folder(&world.paths()).join("sessions.db")).unwrap();
    database.execute("UPDATE sessions SET state = 'recovered' WHERE id = ?1", [&last[0].id]).unwrap();
    let page = world.path("page.html");
    said(&world, &["report", &last[0].id, "--person", "Anna", "-o", page.to_str().unwrap()]);
    let told = "the recording broke off in set 2 of 2 of Bow, after 1 of 3 repetitions";
    for shown in [
        said(&world, &["people", "show", "Anna"]),
        said(&world, &["trend", "--person", "Anna"]),
        world.read("page.html"),
    ] {
        assert!(shown.contains(told) && !shown.contains(early), "{shown}");
    }
    let kept = "It broke off: what was measured until then is kept";
    assert!(world.read("page.html").contains(kept) && said(&world, &["sessions", "show", &last[0].id]).contains(kept));
    let german = said(&world, &["--lang", "de", "people", "show", "Anna"]);
    assert!(german.contains("Die Aufzeichnung bricht ab in Satz 2 von 2"), "{german}");
}

#[test]
fn a_prescription_that_is_no_package_says_how_it_is_given() {
    let world = World::new();
    let file = world.write("anna.toml", said(&world, &["prescribe", "--example"]));
    let taken = world.bare_bendwise().args(["sessions", "import"]).arg(&file).assert();
    fails(taken, &["anna.toml is no session", "is given with `bendwise prescribe \""]);
}

#[test]
fn what_was_done_of_the_prescriptions_before_stays_in_sight() {
    let (world, store, anna, ..) = fortnight();
    let today = Zoned::now().date();
    let count = "In all, 6 of 6 days: 11 of 12 sets";
    let shown = || said(&world, &["people", "show", "Anna"]);
    assert!(shown().contains(count) && !shown().contains("Prescribed before"), "{}", shown());
    let text = |from: Date, sets: u32| {
        let to = from.checked_add(20.days()).unwrap();
        format!(
            "person = \"Anna\"\nfrom = {from}\nto = {to}\ndays_a_week = 1\n[[drill]]\nid = \"bow\"\nsets = {sets}\n"
        )
    };
    let give = |from: Date, sets| {
        let file = world.write("next.toml", text(from, sets));
        said(&world, &["prescribe", file.to_str().unwrap()]);
    };
    give(today.checked_add(5.days()).unwrap(), 7);
    assert!(shown().contains(count) && !shown().contains("Prescribed before"), "it still counts: {}", shown());
    // From the second week on: of the first, its first week is left.
    give(today.checked_sub(6.days()).unwrap(), 4);
    for told in [shown(), said(&world, &["trend", "--person", "Anna"])] {
        let (current, before) = told.split_once("Prescribed before\n").expect(&told);
        assert!(current.contains("In all, ") && before.contains("Bow 2 × 3: 3 of 3 days, 6 of 6 sets"), "{told}");
    }
    give(today, 5);
    let told = shown();
    let before: Vec<&str> = told.split_once("Prescribed before\n").unwrap().1.lines().take(2).collect();
    assert!(before[0].contains("Bow 4 × 8") && before[1].contains("Bow 2 × 3"), "the newest first: {told}");
    let listed = said(&world, &["prescribe", "--list", "--person", "Anna"]);
    assert_eq!(listed.matches("replaced on").count(), 2, "{listed}");
    let page = world.path("page.html");
    said(&world, &["report", "last", "--person", "Anna", "-o", page.to_str().unwrap()]);
    assert!(world.read("page.html").contains("Before, "), "the page has it, too");
    assert_eq!(store.prescriptions(anna.id).unwrap().len(), 4);
}

#[test]
fn what_was_asked_until_the_end_is_what_is_counted() {
    let (world, ..) = fortnight();
    let before = said(&world, &["people", "show", "Anna"]);
    assert!(before.contains("In all, 6 of 6 days: 11 of 12 sets"), "{before}");
    let (store, _) = Store::open(&world.paths()).unwrap();
    let anna = store.person("Anna").unwrap();
    let number = store.prescriptions(anna.id).unwrap()[0].number;
    let last = Zoned::now().date().checked_sub(7.days()).unwrap(); // the last day of the first week
    store.end_prescription(anna.id, number, last).unwrap();
    let ended = said(&world, &["people", "show", "Anna"]);
    assert!(ended.contains("In all, 3 of 3 days: 6 of 6 sets"), "{ended}");
}

#[test]
fn scores_of_a_person_who_never_practised_are_in_a_trend() {
    let (world, ..) = fortnight();
    said(&world, &["people", "add", "Cleo"]);
    fails(world.bare_bendwise().args(["trend", "--person", "Cleo"]).assert(), &["No repetition of Cleo is kept yet"]);
    let score = |value: &str, on: &str, version: &str| {
        let line = ["scores", "add", "rmdq", value, "--version", version, "--person", "Cleo", "--on", on];
        said(&world, &line);
    };
    for (version, first) in [("24", "14"), ("18", "12")] {
        score(first, "2026-10-01", version);
        score("6", "2026-11-01", version);
    }
    let trend = said(&world, &["trend", "--person", "Cleo"]);
    for part in [
        "No repetition of Cleo is kept yet\n",
        "Roland-Morris 24, statements that apply\n  14 on 1 Oct, 6 on 1 Nov\n  People call a change of 5 important\n  8 less",
        "Roland-Morris 18, statements that apply\n  12 on 1 Oct, 6 on 1 Nov\n",
    ] {
        assert!(trend.contains(part), "{part:?} is not in\n{trend}");
    }
    assert_eq!(trend.matches("important").count(), 1, "of the shorter one no such change is known");
    let csv = said(&world, &["trend", "--csv", "--person", "Cleo"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!((rows[0], rows.len()), ("given,instrument,version,item,value,session", 5));
    assert!(rows[1].starts_with("2026-10-01T") && rows[1].contains(",rmdq,") && rows[1].ends_with(",14,"), "{csv}");
    let drawn = world.path("cleo.svg");
    said(&world, &["trend", "--svg", drawn.to_str().unwrap(), "--person", "Cleo"]);
    let drawing = world.read("cleo.svg");
    assert!(
        ["RMDQ, 0 to 24 (24)", "RMDQ, 0 to 18 (18)", "<circle"].iter().all(|part| drawing.contains(part)),
        "{drawing}"
    );
    said(&world, &["people", "add", "Dora"]);
    for line in [&["--csv"][..], &["--svg", world.path("dora.svg").to_str().unwrap()], &["--drill", "bow"]] {
        let nothing = world.bare_bendwise().args(["trend", "--person", "Dora"]).args(line).assert();
        fails(nothing, &["No repetition of Dora is kept yet"]);
    }
    let german = world.bare_bendwise().args(["--lang", "de", "trend", "--person", "Dora"]).assert();
    fails(german, &["Von Dora ist noch keine Wiederholung aufbewahrt"]);
}

#[test]
fn whoever_has_no_session_is_named_where_others_have_some() {
    let (world, ..) = fortnight();
    said(&world, &["people", "add", "Cleo"]);
    let none = "No session of Cleo is kept yet";
    assert!(said(&world, &["sessions", "--person", "Cleo"]).starts_with(none));
    for line in [
        &["sessions", "show", "last"][..],
        &["report", "last"],
        &["export", "last", "--format", "csv"],
        &["sessions", "delete", "--all"],
    ] {
        fails(world.bare_bendwise().args(line).args(["--person", "Cleo"]).assert(), &[none]);
    }
    fails(
        world.bare_bendwise().args(["people", "add", "(Without a name)"]).assert(),
        &["means something else on the command line"],
    );
}

#[test]
fn a_report_names_the_week_that_it_is_about() {
    let (world, ..) = fortnight();
    let first = Zoned::now().date().checked_sub(13.days()).unwrap();
    let week = |from: i64| {
        let day = |days: i64| first.checked_add(days.days()).unwrap().strftime("%-d %B %Y").to_string();
        format!("Bow: sets, {} to {}", day(from), day(from + 6))
    };
    let report = |options: &[&str]| {
        let page = world.path("page.html");
        let line = ["report", "--person", "Anna", "--force", "-o", page.to_str().unwrap()];
        said(&world, &[&line[..], options].concat());
        world.read("page.html")
    };
    let course = report(&["last", "--since", &first.to_string()]);
    assert!(course.contains(&week(7)) && !course.contains("this week"), "{}", week(7));
    // Each week of it, and until the day on which it is written.
    let until = format!("All sets until {}", Zoned::now().date().strftime("%-d %B %Y"));
    assert!(course.contains(&week(0)) && course.contains(&until), "{course}");
    let id = said(&world, &["sessions", "--person", "Anna", "--limit", "6"]);
    let id = id.lines().rev().find(|line| line.trim().starts_with("20")).unwrap().trim().to_owned();
    let past = report(&[id.split_whitespace().next().unwrap()]);
    assert!(past.contains(&week(0)) && !past.contains(&week(7)), "{id}");
}

#[test]
fn what_was_done_beyond_the_prescription_is_told_apart_and_ways_out_can_be_pasted() {
    let (world, ..) = fortnight();
    let today = Zoned::now().date();
    let first = today.checked_sub(13.days()).unwrap();
    let text = format!(
        "person = \"Anna\"\nfrom = {first}\nto = {today}\ndays_a_week = 1\n[[drill]]\nid = \"bow\"\nsets = 1\nrepetitions = 2\n"
    );
    let file = world.write("one.toml", text);
    said(&world, &["prescribe", file.to_str().unwrap()]);
    let shown = said(&world, &["people", "show", "Anna"]);
    let all = shown.lines().find(|line| line.starts_with("In all")).unwrap();
    let (_, more) = all.split_once(", and ").unwrap();
    let more = more.trim_end_matches(" more");
    let page = world.path("page.html");
    let line = ["report", "last", "--person", "Anna", "--since", &first.to_string(), "-o", page.to_str().unwrap()];
    said(&world, &line);
    let page = world.read("page.html");
    assert!(page.contains(&format!("<td>2</td><td>2, and {more} more</td>")), "{all}: {page}");
    // An activity is the same however it is typed; and who it is about is in each command that is given as a way out.
    for (value, item) in [("3", "Lifting my child"), ("9", "lifting  my child ")] {
        said(&world, &["scores", "--person", "Anna", "add", "psfs", value, "--item", item]);
    }
    assert_eq!(said(&world, &["scores", "--person", "Anna"]).matches("Lifting my child").count(), 2);
    let refused = |arguments: &[&str], way_out: &str| {
        fails(world.bare_bendwise().args(arguments).assert(), &[way_out]);
    };
    refused(&["scores", "remove", "99", "--person", "Anna"], "`bendwise scores --person \"Anna\"` lists them");
    refused(
        &["prescribe", "--end", "99", "--person", "Anna"],
        "`bendwise prescribe --list --person \"Anna\"` lists them",
    );
    refused(&["people", "show"], "as in `bendwise people show NAME`");
    let by_variable = world.bare_bendwise().env("BENDWISE_PERSON", "Ben").args(["people", "show"]).assert();
    by_variable.success().stdout(contains("Ben, p-"));
    let by_nothing = world.bare_bendwise().env("BENDWISE_PERSON", "").args(["people", "show"]).assert();
    fails(by_nothing, &["as in `bendwise people show NAME`"]);
    let typed: [&[&str]; 4] = [
        &["sessions", "delete", "last", "--person=", "--yes"],
        &["trend", "--person", " "],
        &["people", "show", ""],
        &["scores", "--person", ""],
    ];
    for line in typed {
        world
            .bare_bendwise()
            .env("BENDWISE_PERSON", "Ben")
            .args(line)
            .assert()
            .code(2)
            .stderr(contains("an empty name is nobody's"));
    }
}

#[test]
fn a_recording_counts_as_practised_on_its_day_if_its_drill_is_named() {
    let (world, ..) = fortnight();
    let clip = one_bend(&world);
    said(&world, &["people", "add", "Cleo"]);
    let (today, day) = (Zoned::now().date(), Zoned::now().date().checked_sub(2.days()).unwrap());
    let text = format!(
        "person = \"Cleo\"\nfrom = {day}\nto = {today}\ndays_a_week = 1\n[[drill]]\nid = \"bow\"\nsets = 1\nrepetitions = 1\n"
    );
    let file = world.write("cleo.toml", text);
    said(&world, &["prescribe", file.to_str().unwrap()]);
    let analyse = |options: &[&str]| {
        let line = ["analyze", clip.to_str().unwrap(), "--keep", "--person", "Cleo"];
        world.bendwise().args([&line[..], options].concat()).assert()
    };
    let done = |sets: &str| said(&world, &["people", "show", "Cleo"]).contains(sets);
    analyse(&[]).success();
    assert!(done("0 of 1 day: 0 of 1 set\n"), "nobody said that these bends are bows");
    analyse(&["--drill", "bow", "--on", &day.to_string()]).success();
    assert!(done("1 of 1 day: 1 of 1 set\n"), "{}", said(&world, &["people", "show", "Cleo"]));
    let listed = said(&world, &["sessions", "--person", "Cleo", "--drill", "bow"]);
    assert!(listed.contains(&day.to_string()), "{listed}");
    assert!(said(&world, &["trend", "--drill", "bow", "--person", "Cleo"]).contains("Bow: 1 session"));
    analyse(&["--drill", "cat-cow"]).code(2).stderr(contains("cat-cow is not a drill of bends"));
    analyse(&["--drill", "bwo"]).code(2).stderr(contains("did you mean bow?"));
    fails(analyse(&["--drill", "bow", "--on", "2199-01-01"]), &["2199-01-01 has not come yet"]);
    fails(analyse(&["--drill", "bow", "--on", "1969-12-31"]), &["1969-12-31 is before there were digital videos"]);
}

#[test]
fn a_screen_is_of_whoever_is_named_and_in_front_of_a_camera_it_asks() {
    let (world, store, _, ben, _) = fortnight();
    let clip = one_bend(&world);
    let screen = |source: &str, options: &[&str]| {
        let line = ["mobility", "--silent", "--source", source];
        world.bendwise().args([&line[..], options].concat()).assert()
    };
    // A recording cannot be asked.
    fails(screen(clip.to_str().unwrap(), &[]), &["Several persons practise here (Anna, Ben)", "--person NAME"]);
    fails(screen("camera:97", &["--person", "Bem"]), &["There is no person Bem, did you mean Ben?"]);
    screen("camera:97", &[]).failure().stderr(contains("Several persons").not().and(contains("97")));
    screen(clip.to_str().unwrap(), &["--person", "Ben"]).success();
    let newest = store.select(&SessionFilter { limit: Some(1), ..SessionFilter::default() }).unwrap().remove(0);
    assert_eq!((newest.person, newest.plan.as_deref()), (ben.id, Some("mobility")));
}

#[test]
fn a_recording_that_is_played_says_that_the_build_is_anothers() {
    let world = World::new();
    for name in ["Anna", "Ben"] {
        said(&world, &["people", "add", name]);
    }
    let clip = one_bend(&world);
    let anna = anna_of(&world);
    (0..2).for_each(|_| keep_build(&world, &anna, CHILD));
    let play = |options: &[&str]| {
        let line = ["live", "--silent", "--source", clip.to_str().unwrap()];
        world.bendwise().args([&line[..], options].concat()).assert().success()
    };
    let question = "Is this Anna?";
    play(&["--person", "Ben"]).stderr(contains("Is this").not());
    play(&["--person", "Ben"]).stderr(contains("Is this").not());
    play(&["--person", "Anna"])
        .stderr(contains("Is this Anna? The build is more like that of Ben").and(contains("--to \"Ben\"")));
    play(&["--person", "Anna", "--no-keep"]).stderr(contains(question).not());
}
