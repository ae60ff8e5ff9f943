//! Exports of stored sessions for other programs.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::assert::Assert;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bendwise::spine::HairOverNeck;
use bendwise::store::{Instrument, Score, SessionEntry, Store, block};
use image::imageops::thumbnail;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use rusqlite::Connection;

use crate::common::{World, demo_pictures};
use crate::fails;
use crate::fortnight::fortnight;

/// The Python whose packages read the files; without it, reading them is skipped.
const PYTHON: &str = "BENDWISE_EXPORT_PYTHON";

const FORMATS: [&str; 7] = ["csv", "json", "parquet", "trc", "mot", "c3d", "fhir"];

/// Of the demo's pictures, which a black one stands for: most of its first bend.
const HIDDEN: std::ops::Range<usize> = 70..98;

fn export(world: &World, arguments: &[&str]) -> Assert {
    world.bare_bendwise().current_dir(world.path("")).arg("export").args(arguments).assert()
}

/// Keeps the demo's first bend, hidden for most of it.
fn keep_gap(world: &World) {
    keep_hidden(world, 125, |number| HIDDEN.contains(&number));
}

/// Keeps the demo's first two bends, which are seen for little more than a second at a time.
fn keep_short(world: &World) {
    keep_hidden(world, 180, |number| number % 45 >= 30);
}

fn keep_hidden(world: &World, count: usize, is_hidden: impl Fn(usize) -> bool) {
    for (number, picture) in demo_pictures(count).iter().enumerate() {
        let mut half = thumbnail(picture, picture.width() / 2, picture.height() / 2);
        if is_hidden(number) {
            half.fill(0);
        }
        world.picture(&format!("gap/{number:03}.png"), &half);
    }
    world.bendwise().args(["analyze", "--keep", "--fps", "25"]).arg(world.path("gap")).assert().success();
}

/// Keeps a session in which nobody was ever seen.
fn keep_nobody(world: &World) {
    for (number, picture) in demo_pictures(12).iter_mut().enumerate() {
        picture.fill(0);
        world.picture(&format!("nobody/{number:03}.png"), picture);
    }
    let mut live = world.bendwise();
    let played = live.args(["live", "--free", "--silent", "--source"]).arg(world.path("nobody")).assert();
    played.code(1).stderr(contains("Kept as 20").and(contains("Nobody was seen in")));
}

fn database(world: &World) -> Connection {
    Connection::open(world.path("home/data/sessions/sessions.db")).unwrap()
}

/// Lets hair hang over the neck in the kept session from a frame on.
fn let_hair_down(world: &World, from: u64) {
    let database = database(world);
    let mut blocks = database.prepare("SELECT rowid, data FROM blocks").unwrap();
    let rows = blocks.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    for (row, packed) in rows.collect::<Result<Vec<(i64, Vec<u8>)>, _>>().unwrap() {
        let mut samples = block::unpack(&packed).unwrap();
        for back in samples.iter_mut().filter(|sample| sample.number >= from).filter_map(|sample| sample.back.as_mut())
        {
            back.c7 = Err(HairOverNeck);
        }
        database.execute("UPDATE blocks SET data = ?2 WHERE rowid = ?1", (row, block::pack(&samples))).unwrap();
    }
}

/// Makes a mobility screen of the kept session that found something with straight knees only.
fn screen(world: &World) {
    let known = r#"{"bends":3,"hip_reach_deg":52.5,"hip_reach_interval_deg":7.0,"at_least":true}"#;
    let unknown = r#"{"bends":2,"hip_reach_deg":null,"hip_reach_interval_deg":null,"at_least":false}"#;
    let record = format!(r#"{{"format":1,"right":{{"straight_knees":{known},"soft_knees":{unknown}}},"left":null}}"#);
    let insert = "INSERT INTO events (session, time_ns, kind, detail) SELECT key, 0, 'mobility', ?1 FROM sessions";
    database(world).execute(insert, [record]).unwrap();
}

/// Gives the last session answers: pain before it, left out after it, and a score that was typed in on its day.
fn answer(world: &World) {
    let (store, _) = Store::open(&world.paths()).unwrap();
    let entry = store.named("last").unwrap();
    let add = |instrument, value, session: Option<&SessionEntry>| {
        let (version, wording) = ("v1".to_owned(), "How strong is your pain?".to_owned());
        let given = entry.began.timestamp();
        let score = Score { given, instrument, version, item: String::new(), wording, value, session: None };
        store.add_score(entry.person, session, &score).unwrap();
    };
    add(Instrument::NrsBefore, Some(3.0), Some(&entry));
    add(Instrument::NrsAfter, None, Some(&entry));
    add(Instrument::Odi, Some(22.5), None);
}

/// Exports the last session in every format and has it read; `kind` is what the script has to find.
fn read_back(world: &World, python: &OsString, kind: &str) {
    for format in FORMATS {
        let written = export(world, &["last", "--format", format, "-o", &format!("s.{format}")]);
        if (kind, format) == ("never", "mot") {
            fails(written, &["has no motion: 0 of its 12 frames were measured", "nobody is in view", "csv"]);
        } else {
            written.success().stdout(contains("Written: s"));
        }
    }
    export(world, &["last", "--format", "csv", "--csv-dialect", "excel-de", "-o", "s.excel.csv"]).success();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/read.py");
    let read = Command::new(python).arg(script).arg(world.path("")).arg(kind).output().unwrap();
    assert!(read.status.success(), "{kind}: {}", String::from_utf8_lossy(&read.stderr));
    eprintln!("{}", String::from_utf8_lossy(&read.stdout).trim());
}

#[test]
fn every_format_is_read_by_the_programs_it_is_meant_for() {
    let Some(python) = std::env::var_os(PYTHON) else {
        eprintln!("left out: set {PYTHON} to a Python that has the packages of tests/exports/requirements.txt");
        return;
    };
    let [whole, hair, hair_later, gap, short, nobody] = std::array::from_fn(|_| World::new());
    [&whole, &hair, &hair_later].into_iter().for_each(|world| world.keep_demo("off"));
    let_hair_down(&hair, 0);
    let_hair_down(&hair_later, 200);
    gap.bare_bendwise().args(["people", "add", "Erika"]).assert().success();
    keep_gap(&gap);
    keep_short(&short);
    keep_nobody(&nobody);
    for world in [&whole, &hair, &hair_later, &gap, &short, &nobody] {
        answer(world);
        screen(world);
    }
    read_back(&whole, &python, "whole");
    read_back(&hair, &python, "hair");
    read_back(&hair_later, &python, "hair-later");
    read_back(&gap, &python, "gap");
    read_back(&short, &python, "short");
    read_back(&nobody, &python, "never");
}

#[test]
fn a_motion_with_a_gap_is_a_file_a_stretch_and_one_of_nothing_is_none() {
    let world = World::new();
    keep_gap(&world);
    let written = export(&world, &["last", "--format", "mot", "-o", "a.mot"]).success();
    written.stdout(
        contains("Written: a-1.mot, seconds 0.0 to 2.8 of the session").and(contains("Written: a-2.mot, seconds 3.9")),
    );
    assert!(!world.path("a.mot").exists());
    for (name, stretch) in [("a-1.mot", "Stretch 1 of 2"), ("a-2.mot", "Stretch 2 of 2")] {
        assert!(world.read(name).contains(stretch), "{name}");
    }
    fs::remove_file(world.path("a-1.mot")).unwrap();
    fails(export(&world, &["last", "--format", "mot", "-o", "a.mot"]), &["a-2.mot already exists", "-o"]);
    assert!(!world.path("a-1.mot").exists(), "all are written or none");

    let empty = World::new();
    keep_nobody(&empty);
    fails(export(&empty, &["last", "--format", "mot", "-o", "b.mot"]), &["has no motion", "nobody is in view"]);
    assert!(!empty.path("b.mot").exists());
    export(&empty, &["last", "--format", "trc", "-o", "b.trc"]).success();
    let row = empty.read("b.trc").lines().last().unwrap().to_owned();
    assert_eq!(row.split('\t').filter(|cell| *cell == "nan").count(), 108);
}

#[test]
fn an_anonymous_export_tells_neither_whose_it_is_nor_when_it_was() {
    let world = World::new();
    world.keep_demo("off");
    let sessions = |arguments: &[&str]| world.bare_bendwise().arg("sessions").args(arguments).assert().success();
    sessions(&["rename", "last", "Erika Mustermann"]);
    sessions(&["note", "last", "limps on the left"]);
    let listed = String::from_utf8(sessions(&[]).get_output().stdout.clone()).unwrap();
    let id = listed.lines().find_map(|line| line.split_whitespace().find(|word| word.starts_with("20"))).unwrap();
    answer(&world);
    for format in FORMATS {
        let name = format!("x.{format}");
        export(&world, &["last", "--format", format, "--anonymous", "-o", &name]).success();
        let bytes = fs::read(world.path(&name)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for told in ["Erika", "limps", "demo.mp4", id] {
            assert!(!text.contains(told), "{name} has {told}");
        }
    }
    export(&world, &["last", "--format", "csv", "--anonymous"]).success().stdout(contains("Written: p-"));
    // A package as well; another machine reads it and knows no more.
    let file = world.path("x.bendwise");
    sessions(&["export", "last", "--anonymous", "-o", file.to_str().unwrap()]).stdout(contains("without video"));
    let there = World::new();
    there.bare_bendwise().args(["sessions", "import"]).arg(&file).assert().success();
    let shown = there.bare_bendwise().args(["sessions", "show", "last"]).assert().success().get_output().stdout.clone();
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("357 frames") && shown.contains("from anonymous"), "{shown}");
    assert!(!shown.contains("Erika") && !shown.contains("limps") && !shown.contains("demo.mp4"), "{shown}");
    for machine in [&world, &there] {
        export(machine, &["last", "--format", "csv", "--anonymous", "-o", "h.csv"]).success();
    }
    assert_eq!(world.read("h.csv"), there.read("h.csv"), "nothing that was measured is lost");
}

#[test]
fn a_bundle_is_the_same_twice_and_has_no_name_no_picture_and_no_page_unless_it_is_wanted() {
    let world = World::new();
    world.keep_demo("small");
    answer(&world);
    let sessions = |arguments: &[&str]| world.bare_bendwise().arg("sessions").args(arguments).assert().success();
    sessions(&["rename", "last", "Erika Mustermann"]);
    sessions(&["note", "last", "limps on the left"]);
    let bundle = |name: &str, more: &[&str]| {
        export(&world, &[&["last", "--format", "fhir", "-o", name], more].concat()).success();
        serde_json::from_str::<serde_json::Value>(&world.read(name)).unwrap()
    };
    let with_page = bundle("a.json", &[]);
    bundle("b.json", &[]);
    assert_eq!(world.read("a.json"), world.read("b.json"));
    let page = |bundle: &serde_json::Value| {
        let entries = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        let report = entries.clone().find(|resource| resource["resourceType"] == "DiagnosticReport").unwrap();
        report["presentedForm"][0]["data"].as_str().map(str::to_owned)
    };
    let coded = page(&with_page).unwrap();
    let html = String::from_utf8(STANDARD.decode(coded).unwrap()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("p-"), "{}", &html[..200]);
    for told in ["Erika", "limps", "image/jpeg", "demo.mp4"] {
        assert!(!html.contains(told) && !world.read("a.json").contains(told), "{told}");
    }
    assert_eq!(page(&bundle("c.json", &["--no-report"])), None);
    assert_eq!(page(&bundle("d.json", &["--anonymous"])), None);
    export(&world, &["last", "--format", "fhir"]).success().stdout(contains(".fhir.json"));
}

#[test]
fn a_table_for_a_german_spreadsheet_has_the_same_numbers() {
    let world = World::new();
    world.keep_demo("off");
    for (dialect, name) in [("standard", "a.csv"), ("excel-de", "b.csv")] {
        export(&world, &["last", "--format", "csv", "--csv-dialect", dialect, "-o", name]).success();
    }
    let (standard, german) = (world.read("a.csv"), world.read("b.csv"));
    let rows = |text: &str| text.lines().filter(|line| !line.contains('#')).map(str::to_owned).collect::<Vec<_>>();
    let translated: Vec<_> = rows(&standard).iter().map(|row| row.replace(',', ";").replace('.', ",")).collect();
    assert!(german.starts_with('\u{feff}') && !standard.starts_with('\u{feff}'));
    assert_eq!(rows(&german), translated);
    let trend = |arguments: &[&str]| world.bare_bendwise().arg("trend").args(arguments).assert();
    trend(&["--csv", "--csv-dialect", "excel-de"]).success().stdout(contains("session;began;drill;"));
    let german = world.read("b.csv");
    assert!(german.lines().filter(|line| line.starts_with('#')).all(|line| !line.contains(';')), "{german}");
    assert!(german.contains("# source: demo.mp4\n"), "without its folder, which may say whose it is");
    trend(&["--csv-dialect", "excel-de"]).code(2).stderr(contains("--csv"));
    // What is written for a spreadsheet is read by `compare` as well.
    let told = |csv: &str, page: &str| {
        let mut compare = world.bare_bendwise();
        compare.args(["compare", "last"]).arg(world.path(csv)).arg("-o").arg(world.path(page));
        let told = compare.assert().success().get_output().stdout.clone();
        String::from_utf8(told).unwrap().replace(csv, "").replace(page, "")
    };
    assert_eq!(told("a.csv", "a.html"), told("b.csv", "b.html"));
}

#[test]
fn several_sessions_are_exported_in_one_call_and_one_that_is_not_there_does_not_stop_the_others() {
    let world = World::new();
    world.keep_demo("off");
    world.bendwise().args(["analyze", "--keep"]).arg(crate::common::one_bend(&world)).assert().success();
    let listed = world.bare_bendwise().arg("sessions").assert().success().get_output().stdout.clone();
    let listed = String::from_utf8(listed).unwrap();
    let ids: Vec<_> =
        listed.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with("20"))).collect();
    let [first, second] = ids[..] else { panic!("{listed}") };
    let usage = export(&world, &[first, second, "--format", "csv", "-o", "both.csv"]);
    usage.code(2).stderr(contains("-o names one file for several sessions"));
    fs::create_dir(world.path("out")).unwrap();
    let asked = export(&world, &[first, "2020-01-01", second, "--format", "csv", "-o", "out"]);
    asked.code(1).stderr(contains("1 of 3 failed: 2020-01-01").and(contains("`bendwise sessions` lists them")));
    for id in [first, second] {
        assert!(world.path(&format!("out/{id}.csv")).exists(), "{id}");
    }
    fs::remove_dir_all(world.path("out")).unwrap();
    fs::create_dir(world.path("out")).unwrap();
    export(&world, &[first, second, "--format", "csv", "-o", "out"]).success();
}

#[test]
fn what_cannot_be_exported_is_said() {
    let world = World::new();
    let export = |arguments: &[&str]| world.bare_bendwise().arg("export").args(arguments).assert();
    export(&["last", "--format", "csv"]).code(1).stderr(contains("No session is kept yet"));
    export(&["last", "--format", "fhir"]).code(1).stderr(contains("No session is kept yet"));
    export(&["last", "--format", "xls"]).code(2).stderr(contains("parquet"));
    world.keep_demo("off");
    export(&["2026-13", "--format", "csv"]).code(1).stderr(contains("`bendwise sessions` lists them"));
    let there = world.write("there.csv", "kept");
    fails(export(&["last", "--format", "csv", "-o", there.to_str().unwrap()]), &["there.csv already exists", "-o"]);
    let nowhere = world.path("no/such/a.trc");
    fails(export(&["last", "--format", "trc", "-o", nowhere.to_str().unwrap()]), &["a.trc cannot be written"]);
    assert_eq!(world.read("there.csv"), "kept");
}

#[test]
fn what_has_no_meaning_is_refused_and_what_is_named_twice_is_written_once() {
    let (world, _, _, _, ids) = fortnight();
    for (arguments, said) in [
        (["--format", "json", "--csv-dialect", "excel-de"], "--csv-dialect is for --format csv: leave it out"),
        (["--format", "csv", "--no-report", "--anonymous"], "--no-report is for --format fhir: leave it out"),
        (["--format", "csv", "-o", "-"], "- is not the standard output here"),
    ] {
        export(&world, &[&[ids[0].as_str()], &arguments[..]].concat()).code(2).stderr(contains(said));
    }
    assert!(!world.path("-").exists());
    let last = ids.last().unwrap().as_str();
    let twice = export(&world, &[last, last, "--format", "csv"]).success();
    twice.stdout(contains(format!("Written: {last}.csv")).and(contains(format!("The session {last} is named twice"))));
}

/// The files of a folder, by name.
fn listed(world: &World, folder: &str) -> Vec<String> {
    let names = fs::read_dir(world.path(folder)).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// `export` and `sessions export` take the same: several ids, or all that are somebody's, of a drill, or of a day and later.
#[test]
fn sessions_go_into_files_named_or_described() {
    let (world, store, anna, ben, _) = fortnight();
    let entries = store.list().unwrap();
    let of = |person| entries.iter().filter(move |entry| entry.person == person).map(|entry| entry.id.clone());
    let mut bens: Vec<_> = of(ben.id).collect();
    bens.sort();
    let since = entries[2].began.date();
    let late = entries.iter().filter(|entry| entry.began.date() >= since).map(|entry| entry.id.clone());
    let mut late: Vec<_> = late.collect();
    late.sort();
    let named = [of(anna.id).next().unwrap(), bens[1].clone()];
    let since = since.to_string();
    for (command, ending) in [(&["sessions", "export"][..], "bendwise"), (&["export", "--format", "json"], "json")] {
        for (number, (selected, ids)) in [
            (named.each_ref().map(String::as_str).to_vec(), named.to_vec()),
            (vec!["--person", "Ben", "--all"], bens.clone()),
            (vec!["--since", &since], late.clone()),
        ]
        .into_iter()
        .enumerate()
        {
            let folder = format!("{ending}-{number}");
            fs::create_dir(world.path(&folder)).unwrap();
            let mut bendwise = world.bare_bendwise();
            bendwise.current_dir(world.path("")).args(command).args(&selected).args(["-o", &folder]).assert().success();
            let mut expected: Vec<_> = ids.iter().map(|id| format!("{id}.{ending}")).collect();
            expected.sort();
            assert_eq!(listed(&world, &folder), expected, "{command:?} {selected:?}");
        }
        let refused = |arguments: &[&str]| {
            world.bare_bendwise().current_dir(world.path("")).args(command).args(arguments).assert()
        };
        refused(&[]).code(2).stderr(contains("<ID"));
        refused(&["last", "--all"]).code(2).stderr(contains("--all"));
        refused(&["--all", "-o", "one"]).code(2).stderr(contains("give it a folder that exists"));
        refused(&["--drill", "no-such"]).code(2).stderr(contains("There is no drill called \"no-such\""));
        fails(refused(&["--since", "2999-01-01"]), &["No session is like that: `bendwise sessions` lists all"]);
        fails(refused(&["--person", "Carl", "--all"]), &["Carl"]);
    }
    // One that is there already stops no other.
    let mut bendwise = world.bare_bendwise();
    bendwise.current_dir(world.path("")).args(["sessions", "export", "--anonymous", "--all", "-o", "bendwise-1"]);
    bendwise.assert().success();
    assert_eq!(listed(&world, "bendwise-1").len(), bens.len() + entries.len());
    let again =
        world.bare_bendwise().args(["sessions", "export", "--all", "-o"]).arg(world.path("bendwise-1")).assert();
    again.code(1).stderr(contains("already exists").and(contains(format!(
        "{} of {} failed",
        bens.len(),
        entries.len()
    ))));
    assert_eq!(listed(&world, "bendwise-1").len(), 2 * entries.len());
}
