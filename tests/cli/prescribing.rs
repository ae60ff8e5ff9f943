//! A prescription from the example to the person it is for, and in which language it is told.

use bendwise::store::Store;
use jiff::{ToSpan, Zoned};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, two_bends};
use crate::fails;

/// The printed example as a file.
fn example(world: &World) -> String {
    let printed = world.bare_bendwise().args(["prescribe", "--example"]).assert().success();
    world.write("anna.toml", &printed.get_output().stdout).to_str().unwrap().to_owned()
}

#[test]
fn the_example_is_for_six_weeks_from_today_and_names_whoever_practises_first() {
    let world = World::new();
    let before = Zoned::now().date();
    let file = example(&world);
    let days = [before, Zoned::now().date()].map(|day| (day, day.checked_add(41.days()).unwrap())); // midnight may have passed
    let text = world.read("anna.toml");
    let is_for = |(from, to)| text.contains(&format!("\nfrom = {from} ")) && text.contains(&format!("\nto = {to}\n"));
    assert!(days.into_iter().any(is_for), "{text}");
    let given = world.bare_bendwise().args(["prescribe", &file]).assert().success();
    given.stdout(
        contains("Prescribed for Anna: Bow 3 × 8, Hip flexor stretch 1 × 30 s each side, on 3 days a week")
            .and(contains("is called Anna from now on")),
    );
    let again = world.bare_bendwise().args(["prescribe", &file]).assert().success();
    again.stdout(contains("Prescribed for Anna").and(contains("from now on").not()));
    let shown = world.bare_bendwise().args(["people", "show", "anna"]).assert().success();
    shown.stdout(contains("Hip flexor stretch 1 × 30 s each side (day 1 of 3"));
}

#[test]
fn what_is_kept_of_somebody_without_a_name_is_not_taken_for_that_of_another() {
    let world = World::new();
    world.keep_demo("off");
    let file = example(&world);
    let package = world.path("for-anna.bendwise").to_str().unwrap().to_owned();
    world.bare_bendwise().args(["prescribe", &file, "-o", &package]).assert().success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let nobody = store.person_or_only(None).unwrap();
    let rename = format!("`bendwise people rename {} \"Anna\"`", nobody.pseudonym);
    for line in [["prescribe", &file].as_slice(), &["sessions", "import", &package]] {
        let refused = world.bare_bendwise().args(line).assert().code(1);
        refused.stderr(contains(&rename).and(contains("`bendwise people add \"Anna\"`")).and(contains("--person p-")));
    }
    assert!(store.prescriptions(nobody.id).unwrap().is_empty() && store.persons().unwrap() == [nobody.clone()]);
    let shown = || world.bare_bendwise().args(["people", "show"]).assert().success();
    shown().stdout(contains(format!("Somebody without a name, {} in files", nobody.pseudonym)));
    world.bare_bendwise().args(["people", "rename", &nobody.pseudonym, "Anna"]).assert().success();
    world.bare_bendwise().args(["sessions", "import", &package]).assert().success();
    assert_eq!(store.prescriptions(nobody.id).unwrap().len(), 1);
}

#[test]
fn a_file_that_is_not_there_is_called_so() {
    let world = World::new();
    for line in [&["prescribe", "no.toml"][..], &["drills", "--check", "no.toml"], &["sessions", "import", "no.toml"]] {
        let missing = world.bare_bendwise().args(line).assert();
        fails(missing, &["There is no file no.toml: check the name"]);
    }
}

#[test]
fn what_cannot_be_written_for_another_machine_has_not_ended_here() {
    let world = World::new();
    let file = example(&world);
    world.bare_bendwise().args(["prescribe", &file]).assert().success();
    let (store, _) = Store::open(&world.paths()).unwrap();
    let anna = store.person("Anna").unwrap();
    let ended = || store.prescriptions(anna.id).unwrap().remove(0).ended;
    let end = |name: &str| world.bare_bendwise().args(["prescribe", "--end", "-o"]).arg(world.path(name)).assert();
    fails(end("nowhere/end.bendwise"), &["end.bendwise cannot be written"]);
    assert_eq!(ended(), None);
    end("end.bendwise").success().stdout(contains("end.bendwise"));
    assert!(ended().is_some() && world.path("end.bendwise").exists());
}

#[test]
fn what_is_kept_is_told_in_every_language() {
    let world = World::new();
    let film = two_bends(&world);
    let told = |language: &str, line: &[&str]| {
        let mut bendwise = world.bendwise();
        let output = bendwise.args(["--lang", language]).args(line).assert().success().get_output().clone();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let file = example(&world);
    for (language, given, side, kept, outside, shown) in [
        (
            "de",
            "Verordnet für Anna: Verbeugung 3 × 8",
            "30 s je Seite, an 3 Tagen der Woche",
            "Aufbewahrt als 20",
            "weitere Beugungen außerhalb der Sätze: aufbewahrt, aber nicht gezählt",
            [
                "Ziel: 80 von 100 Beugungen aus der Hüfte",
                "Aufhören bei: Schmerz von 6 oder mehr",
                "Hinweis: Start with",
            ],
        ),
        (
            "es",
            "Prescrito para Anna: ",
            "30 s por lado, 3 días por semana",
            "Guardada como 20",
            "flexiones más fuera de las series: guardadas, pero no contadas",
            ["Objetivo: 80 de 100 flexiones desde la cadera", "Parar con: dolor de 6 o más", "Nota: Start with"],
        ),
    ] {
        let holds = |told: &str, parts: &[&str]| {
            parts.iter().for_each(|part| assert!(told.contains(part), "{part} is not in {told}"));
            for english in
                ["Goal", "Stop at", "Kept as", "Note:", "Prescribed", "more bends", "sessions,", " from ", "frames"]
            {
                assert!(!told.contains(english), "{english} is in {told}");
            }
        };
        holds(&told(language, &["prescribe", &file]), &[given, side]);
        let live = ["live", "--silent", "--drill", "bow", "--source", film.to_str().unwrap()];
        let live = told(language, &live);
        assert!(live.contains(kept) && !live.contains("Kept as"), "{live}");
        holds(&told(language, &["sessions", "show", "last"]), &[outside]);
        holds(&told(language, &["people", "show"]), &shown);
    }
}

/// Persons, sessions and prescriptions, told from their beginning to their end: none of it in English.
#[test]
fn what_is_listed_changed_exported_and_deleted_is_told_in_every_language() {
    let english = [
        "Added", "Sessions", "Last", "shows", "called", "Written", "Anyone", "Imported", "today", "Deleted", "removed",
        "is now", "Nothing", "Length", "one;", "without", "videos", "of 2", "Session ", "kept",
    ];
    for (language, added, listed, deleted) in [
        ("de", "Hinzugefügt: Anna K., in Dateien p-", "Wie verlangt", "Endgültig gelöscht"),
        ("es", "Añadida: Anna K., en archivos p-", "Como se pidió", "Borrado para siempre"),
    ] {
        let world = World::new();
        let told = |line: &[&str]| {
            let mut bendwise = world.bendwise();
            let output = bendwise.args(["--lang", language]).args(line).assert().success().get_output().clone();
            let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            for word in english {
                assert!(!told.contains(word), "{word} is in {told}");
            }
            assert!(!told.contains("K..") && !told.contains('{'), "{told}");
            told
        };
        world.keep_demo("off");
        told(&["people"]);
        let nobody = Store::open(&world.paths()).unwrap().0.persons().unwrap()[0].pseudonym.clone();
        assert!(told(&["people", "add", "Anna K."]).contains(added));
        told(&["people", "rename", &nobody, "Ben"]);
        assert!(told(&["sessions"]).contains(listed));
        told(&["people", "show", "Anna K."]);
        for line in [["rename", "last", "Probe"], ["note", "last", "Probe"]] {
            told(&[&["sessions"][..], &line].concat());
            told(&[&["sessions"][..], &line[..2]].concat());
        }
        let package = world.path("a.bendwise").to_str().unwrap().to_owned();
        told(&["sessions", "export", "last", "-o", &package]);
        let anonymous = world.path("b.bendwise").to_str().unwrap().to_owned();
        told(&["sessions", "export", "last", "--anonymous", "-o", &anonymous]);
        told(&["people", "export", "Ben", "-o", world.path("ben").to_str().unwrap()]);
        assert!(told(&["sessions", "delete", "last", "--yes"]).contains(deleted));
        told(&["sessions", "import", &package, "--person", "Ben"]);
        let file = world.write(
            "k.toml",
            world
                .read(&{
                    example(&world);
                    "anna.toml".to_owned()
                })
                .replace("\"Anna\"", "\"Anna K.\""),
        );
        let prescription = world.path("for-anna.bendwise").to_str().unwrap().to_owned();
        told(&["prescribe", file.to_str().unwrap(), "-o", &prescription]);
        told(&["sessions", "import", &prescription]);
        told(&["prescribe", "--list", "--person", "Anna K."]);
        told(&["prescribe", "--end", "--person", "Anna K.", "-o", world.path("end.bendwise").to_str().unwrap()]);
        assert!(told(&["people", "forget", "Anna K.", "--yes"]).contains(deleted));
        assert!(told(&["people", "forget", "Ben", "--yes"]).contains(deleted));
    }
}
