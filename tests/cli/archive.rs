//! `bendwise archive`: what is in its files after runs, deletions and kills, read by another program than wrote them: the row
//! reader of the `parquet` crate.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use bendwise::store::{Instrument, Score};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use predicates::str::contains;
use rusqlite::Connection;

use crate::accessible;
use crate::common::World;
use crate::fails;
use crate::fortnight::fortnight;

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<String, Field>;

/// The file of each table that is there even if no session is.
const WITHOUT_ROWS: &str = "year=0000/month=00/none.parquet";

const TABLES: [&str; 3] = ["sessions", "repetitions", "samples"];

/// The files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { found.extend(files(&entry)) } else { found.push(entry) }
    }
    found.sort();
    found
}

/// The files with rows of sessions.
pub(crate) fn parts(world: &World) -> Vec<PathBuf> {
    let of_table = |table: &&str| files(&world.path("archive").join(table));
    TABLES.iter().flat_map(of_table).filter(|path| !path.ends_with(WITHOUT_ROWS)).collect()
}

pub(crate) fn rows(world: &World, table: &str) -> Vec<Row> {
    let read = |path: PathBuf| {
        let file = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
        file.into_iter().map(|row| row.unwrap().into_columns().into_iter().collect()).collect::<Vec<Row>>()
    };
    // What other programs read: a run that was killed leaves files of other names.
    let tables = files(&world.path("archive").join(table)).into_iter();
    tables.filter(|path| path.extension().is_some_and(|ending| ending == "parquet")).flat_map(read).collect()
}

/// All rows of all tables, in an order that does not depend on their files.
pub(crate) fn content(world: &World) -> Vec<String> {
    let told = |table: &'static str| rows(world, table).into_iter().map(move |row| format!("{table} {row:?}"));
    let mut content: Vec<_> = TABLES.into_iter().flat_map(told).collect();
    content.sort();
    content
}

/// When each file of the archive was written.
fn times(world: &World) -> Vec<(PathBuf, SystemTime)> {
    let written = |path: PathBuf| (path.clone(), fs::metadata(path).unwrap().modified().unwrap());
    files(&world.path("archive")).into_iter().map(written).collect()
}

pub(crate) fn archive(world: &World, options: &[&str]) -> String {
    let mut bendwise = world.bare_bendwise();
    let done = bendwise.arg("archive").arg(world.path("archive")).args(options).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

pub(crate) fn word(row: &Row, column: &str) -> String {
    match &row[column] {
        Field::Str(word) => word.clone(),
        other => panic!("{column} is {other:?}"),
    }
}

fn of_person(world: &World, table: &str, pseudonym: &str) -> Vec<Row> {
    rows(world, table).into_iter().filter(|row| word(row, "person") == pseudonym).collect()
}

#[test]
fn a_fortnight_is_archived_once_with_its_numbers_and_without_a_name() {
    let (world, _, anna, ben, ids) = fortnight();
    assert!(archive(&world, &[]).ends_with("archive: 10 added\n"));
    assert_eq!((of_person(&world, "sessions", &anna.pseudonym).len(), ids.len()), (6, 10));
    let his = of_person(&world, "sessions", &ben.pseudonym);
    assert_eq!(his.len(), 4);
    for row in &his {
        let counts = ["sets", "repetitions", "judged", "prescribed_days_per_week"].map(|name| row[name].clone());
        assert_eq!(counts, [Field::Long(1), Field::Long(3), Field::Long(3), Field::Long(2)]);
        assert_eq!(row["pain_before"], Field::Double(2.0));
    }
    let first = &of_person(&world, "repetitions", &anna.pseudonym)[..];
    let shares = first.iter().filter(|row| row["compared"] == Field::Bool(true)).map(|row| match row["lumbar_share"] {
        Field::Double(share) => (share * 1000.0).round() as i64,
        _ => 0,
    });
    let mut shares: Vec<_> = shares.collect();
    shares.sort_unstable();
    // 10 of 70, 15 of 75, 20 of 80 and once 26 of 86 degrees: 22, 6, 5 and 1 bends, and none of those without feedback.
    assert_eq!(shares, [vec![143; 22], vec![200; 6], vec![250; 5], vec![302]].concat());
    for path in files(&world.path("archive")) {
        let bytes = fs::read(&path).unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()));
        assert!(!has("anna") && !has("ben\""), "{}", path.display());
    }
}

#[test]
fn a_second_run_writes_nothing_and_a_third_only_what_changed() {
    let (world, store, anna, _, ids) = fortnight();
    archive(&world, &[]);
    let before = times(&world);
    assert!(archive(&world, &[]).ends_with("archive: 10 as they were\n"));
    assert_eq!(times(&world), before);
    let entry = store.named(&ids[0]).unwrap();
    let late = Score {
        given: entry.began.timestamp(),
        instrument: Instrument::NrsAfter,
        version: "1".into(),
        item: String::new(),
        wording: String::new(),
        value: Some(9.0),
        session: None,
    };
    store.add_score(anna.id, Some(&entry), &late).unwrap();
    assert!(archive(&world, &[]).ends_with("archive: 1 written again, 9 as they were\n"));
    let rows = rows(&world, "sessions");
    let pains = rows.iter().filter(|row| row["pain_after"] == Field::Double(9.0)).map(|row| word(row, "session"));
    assert_eq!(pains.collect::<Vec<_>>(), [entry.uid]);
    assert_eq!(rows.len(), 10);
}

#[test]
fn merged_months_have_the_same_rows_and_go_on_being_kept_up_to_date() {
    let (world, store, anna, ben, ids) = fortnight();
    archive(&world, &["--since", "2999-01-01"]);
    assert_eq!(parts(&world), Vec::<PathBuf>::new(), "none is that late");
    archive(&world, &["--person", "Anna"]);
    let hers = content(&world);
    archive(&world, &["--compact", "--person", "Anna"]);
    assert_eq!(content(&world), hers);
    assert!(parts(&world).iter().all(|path| path.ends_with("month.parquet")));
    let merged = times(&world);
    assert!(
        archive(&world, &["--compact", "--person", "Anna"]).ends_with("archive: 6 as they were; only those of Anna\n")
    );
    assert_eq!(times(&world), merged);
    // Others come later, beside the merged ones, and are merged with them.
    archive(&world, &[]);
    let all = content(&world);
    assert!(all.len() > hers.len() && hers.iter().all(|row| all.contains(row)));
    archive(&world, &["--compact"]);
    assert_eq!(content(&world), all);
    // One that changes leaves its month until it is merged again.
    let entry = store.named(&ids[0]).unwrap();
    store.give_session(&entry.id, ben.id, None).unwrap();
    assert!(archive(&world, &[]).ends_with("archive: 1 written again, 9 as they were\n"));
    assert_eq!(of_person(&world, "sessions", &anna.pseudonym).len(), 5);
    assert_eq!(content(&world).len(), all.len());
}

#[test]
fn what_was_deleted_or_forgotten_is_gone_from_all_files_and_only_its_tombstone_stays() {
    let (world, store, anna, ben, ids) = fortnight();
    archive(&world, &["--compact"]);
    let deleted = store.named(&ids[1]).unwrap();
    assert_eq!(deleted.person, ben.id);
    world.bare_bendwise().args(["sessions", "delete", &ids[1], "--yes"]).assert().success();
    assert!(archive(&world, &[]).ends_with("archive: 1 removed, 9 as they were\n"));
    assert_eq!(of_person(&world, "sessions", &ben.pseudonym).len(), 3);
    world.bare_bendwise().args(["people", "forget", "Anna", "--yes"]).assert().success();
    assert!(archive(&world, &[]).ends_with("archive: 6 removed, 3 as they were\n"));
    let tombs = rows(&world, "tombstones");
    assert!(tombs.iter().any(|row| word(row, "session") == deleted.uid));
    assert_eq!(tombs.len(), 7);
    assert!(tombs.iter().all(|row| row.len() == 2));
    for table in TABLES {
        assert_eq!(of_person(&world, table, &anna.pseudonym), Vec::<Row>::new());
        assert!(!of_person(&world, table, &ben.pseudonym).is_empty());
    }
    for path in files(&world.path("archive")) {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(12).any(|window| window == anna.pseudonym.as_bytes()), "{}", path.display());
    }
    world.bare_bendwise().args(["people", "forget", "Ben", "--yes"]).assert().success();
    archive(&world, &["--compact"]);
    assert_eq!(parts(&world), Vec::<PathBuf>::new());
    // Who reads it finds all columns, and no row.
    let described = rows(&world, "columns");
    for table in TABLES {
        let file = File::open(world.path("archive").join(table).join(WITHOUT_ROWS)).unwrap();
        let metadata = SerializedFileReader::new(file).unwrap().metadata().file_metadata().clone();
        let columns = described.iter().filter(|row| word(row, "table") == table).count();
        assert_eq!((metadata.num_rows(), metadata.schema_descr().num_columns()), (0, columns), "{table}");
    }
    world.bare_bendwise().arg("cohort").arg(world.path("archive")).assert().success();
}

#[test]
fn what_a_kill_or_a_clumsy_hand_left_behind_is_made_good() {
    let (world, ..) = fortnight();
    archive(&world, &[]);
    let whole = content(&world);
    // Killed while it wrote, before a table had the session, and while a month was merged.
    let single = parts(&world);
    world.write("archive/sessions/year=2026/.bendwise-abc.tmp", "half");
    let of_table = |table: &str, at: usize| {
        let folder = world.path("archive").join(table);
        single.iter().filter(|path| path.starts_with(&folder)).nth(at).unwrap().clone()
    };
    fs::remove_file(of_table("sessions", 0)).unwrap();
    fs::remove_file(of_table("samples", 1)).unwrap();
    fs::write(of_table("sessions", 2), "no parquet").unwrap();
    let last = of_table("repetitions", 9);
    let copy = fs::read(&last).unwrap();
    let said = archive(&world, &[]);
    assert!(said.contains("7 as they were"), "{said}");
    assert_eq!(content(&world), whole);
    assert!(!world.path("archive/sessions/year=2026/.bendwise-abc.tmp").exists());
    archive(&world, &["--compact"]);
    fs::write(&last, copy).unwrap();
    assert!(content(&world).len() > whole.len());
    let told = |world: &World| {
        let done = world.bare_bendwise().arg("cohort").arg(world.path("archive")).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    let twice = told(&world);
    archive(&world, &[]);
    assert_eq!((content(&world), told(&world)), (whole.clone(), twice), "a session that is there twice counts once");
    // A file that lost its end.
    let month = parts(&world).into_iter().find(|path| path.ends_with("month.parquet")).unwrap();
    let bytes = fs::read(&month).unwrap();
    fs::write(&month, &bytes[..bytes.len() - 9]).unwrap();
    archive(&world, &["--compact"]);
    assert_eq!(content(&world), whole);
}

#[test]
fn another_folder_another_machine_and_a_newer_archive_are_left_alone() {
    let (world, ..) = fortnight();
    world.write("photos/one.jpg", "not ours");
    let mut bendwise = world.bare_bendwise();
    fails(bendwise.arg("archive").arg(world.path("photos")).assert(), &["is not empty and no archive"]);
    assert_eq!(files(&world.path("photos")).len(), 1);
    archive(&world, &[]);

    let (other, ..) = fortnight();
    let before = times(&world);
    fails(
        other.bare_bendwise().arg("archive").arg(world.path("archive")).assert(),
        &["archive of another machine or user", "folder of its own"],
    );
    let said = world.read("archive/dataset.json");
    world.write("archive/dataset.json", said.replace("\"schema_version\": 1", "\"schema_version\": 7"));
    let newer = ["archive was written by a newer bendwise (schema 7): update bendwise"];
    fails(world.bare_bendwise().arg("archive").arg(world.path("archive")).assert(), &newer);
    world.write("archive/dataset.json", &said[..99]);
    let damaged = ["dataset.json is damaged, and with it whose archive this is", "name a new folder"];
    fails(world.bare_bendwise().arg("archive").arg(world.path("archive")).assert(), &damaged);
    world.write("archive/dataset.json", said);
    let paths = |times: &[(PathBuf, SystemTime)]| times.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&times(&world)), paths(&before));
}

/// Files that DuckDB and pyarrow have made or written again, in the place of ours.
#[test]
fn files_of_other_programs_are_named_and_left_alone() {
    let (world, _, _, ben, _) = fortnight();
    archive(&world, &["--compact"]);
    let place = parts(&world).into_iter().find(|path| path.starts_with(world.path("archive/repetitions"))).unwrap();
    let whole = fs::read(&place).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/archive");
    let compressed = "as another program wrote it: delete it, and `bendwise archive` writes it again";
    for (file, said) in [
        ("snappy", ["is compressed with snappy", compressed]),
        ("zstd", ["is compressed with zstd", compressed]),
        ("foreign", ["was not written by bendwise", "take it out of the archive"]),
        ("newer", ["was written by a newer bendwise (schema 7)", "update bendwise"]),
        ("lies", ["has hip_flexion_deg in another unit", "delete the file"]),
    ] {
        fs::copy(golden.join(file).with_extension("parquet"), &place).unwrap();
        let before = times(&world);
        for command in ["archive", "cohort"] {
            fails(world.bare_bendwise().arg(command).arg(world.path("archive")).assert(), &said);
        }
        assert_eq!(times(&world), before, "{file}");
    }
    // What was deleted is gone from all other files, and no view shows it any more.
    fs::copy(golden.join("snappy.parquet"), &place).unwrap();
    world.bare_bendwise().args(["people", "forget", "Ben", "--yes"]).assert().success();
    let run = world.bare_bendwise().arg("archive").arg(world.path("archive")).assert();
    let told = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    fails(run, &["nothing of its month was written, and a session that has moved out of it since is in both"]);
    assert!(told.contains("4 removed"), "{told}");
    let counts = told.split([':', ',']).filter(|part| part.contains("as they were") || part.contains("left alone"));
    let counts = counts.filter_map(|part| part.split_whitespace().next()?.parse::<usize>().ok());
    assert_eq!(counts.sum::<usize>(), 6, "each session is in the sum, also of a month of another program: {told}");
    assert_eq!((rows(&world, "tombstones").len(), rows(&world, "sessions").len()), (4, 6));
    for table in ["sessions", "samples"] {
        assert_eq!(of_person(&world, table, &ben.pseudonym), Vec::<Row>::new());
    }
    // That gzip is read, and the sessions that are missing now are written again.
    fs::copy(golden.join("gzip.parquet"), &place).unwrap();
    let read = world.bare_bendwise().arg("cohort").arg(world.path("archive")).assert().success();
    read.stdout(contains("No repetition that is compared"));
    fs::write(&place, whole).unwrap();
    assert!(archive(&world, &[]).ends_with("6 as they were\n"));
    assert_eq!(of_person(&world, "repetitions", &ben.pseudonym), Vec::<Row>::new());
}

#[test]
fn whose_sessions_alone_were_written_is_said() {
    let (world, ..) = fortnight();
    let mut bendwise = world.bare_bendwise();
    let done = bendwise.env("BENDWISE_PERSON", "Ben").arg("archive").arg(world.path("archive")).assert().success();
    done.stdout(contains("archive: 4 added; only those of Ben\n"));
    let dash = world.bare_bendwise().args(["archive", "-"]).current_dir(world.path("")).assert().code(2);
    dash.stderr(contains("- is not the standard output here"));
    assert!(!world.path("-").exists());
}

/// A clock that was wrong once: such a session is in no number until its day, which is said.
#[test]
fn sessions_of_the_future_are_counted_by_the_note() {
    let (world, ..) = fortnight();
    archive(&world, &[]);
    let cohort = |until: &str| {
        let mut bendwise = world.bare_bendwise();
        let done = bendwise.arg("cohort").arg(world.path("archive")).args(["--until", until]).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    let said = cohort("2000-01-01");
    assert!(said.contains("Sessions after 2000-01-01 are not counted: 10"), "{said}");
    assert!(!cohort("2999-01-01").contains("not counted"));
}

/// The Python that runs the lines of docs/archive.md; without it, they are not run.
const PYTHON: &str = "BENDWISE_ARCHIVE_PYTHON";

#[test]
fn the_lines_of_the_documentation_do_what_it_says() {
    let Some(python) = std::env::var_os(PYTHON) else {
        eprintln!("left out: set {PYTHON} to a Python that has the packages of tests/exports/archive-requirements.txt");
        return;
    };
    let (world, ..) = fortnight();
    // Some sessions merged, others beside them, and one that is gone.
    for options in [&["--person", "Anna", "--compact"][..], &[]] {
        world.bare_bendwise().arg("archive").arg(world.path("clinic")).args(options).assert().success();
    }
    world.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
    world.bare_bendwise().arg("archive").arg(world.path("clinic")).assert().success();
    // And one in which there is nobody.
    let since = ["--since", "2999-01-01"];
    world.bare_bendwise().arg("archive").arg(world.path("nobody/clinic")).args(since).assert().success();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut script = Command::new(python);
    script.arg(root.join("tests/exports/archive.py")).arg(root.join("docs/archive.md")).arg(world.path(""));
    let read = script.output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
}

#[test]
fn a_cohort_is_told_as_a_table_as_csv_and_as_a_page() {
    let (world, _, anna, ben, _) = fortnight();
    archive(&world, &["--compact"]);
    let cohort = |options: &[&str]| {
        let mut bendwise = world.bare_bendwise();
        let done = bendwise.arg("cohort").arg(world.path("archive")).args(options).assert().success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    let (csv, page) = (world.path("cohort.csv"), world.path("cohort.html"));
    let said = cohort(&["--csv", csv.to_str().unwrap(), "--html", page.to_str().unwrap()]);
    assert!(said.contains(&anna.pseudonym) && said.contains("Can’t tell"), "{said}");
    let rows = world.read("cohort.csv");
    let of = |person: &str| rows.lines().find(|line| line.starts_with(person)).unwrap().split(',').collect::<Vec<_>>();
    // Six sessions: medians of 25, 20, and four of 14.3 per cent; from 25 to 14.3 is within the error of 14 per cent.
    let hers = of(&anna.pseudonym);
    assert_eq!((hers[2], hers[4], hers[5], hers[6], hers[7]), ("bow", "6", "34", "0", "14.3"));
    assert_eq!((hers[15], hers[16]), ("-10.7", "within"));
    // Six days in the fourteen since the first session, of three a week; four of Ben's two a week since his.
    assert_eq!((hers[25], hers[26], hers[27]), ("3.00", "3", ""));
    assert_eq!((of(&ben.pseudonym)[7], of(&ben.pseudonym)[27]), ("50.0", ""));
    let by_drill = cohort(&["--by", "drill"]);
    assert!(by_drill.contains("Bow") && by_drill.contains("Persons who lag: those of the row"), "{by_drill}");
    assert!(world.read("cohort.html").contains(&ben.pseudonym));
    accessible::check(&world, &page);
    let later = cohort(&["--until", "2999-01-01"]);
    assert!(later.contains("days away"), "{later}");
    let (csv, mut lost) = (world.path("b.csv"), world.bare_bendwise());
    lost.arg("cohort")
        .arg(world.path("archive"))
        .arg("--csv")
        .arg(&csv)
        .arg("--html")
        .arg(world.path("no/such/b.html"));
    fails(lost.assert(), &["b.html cannot be written"]);
    assert!(!csv.exists(), "nothing is written if one of two cannot be");
    fails(
        world.bare_bendwise().arg("cohort").arg(world.path("home")).assert(),
        &["is no archive", "bendwise archive FOLDER"],
    );
}

/// A session whose samples are damaged in the database is named, and neither keeps others out nor those in that were deleted.
#[test]
fn a_session_that_cannot_be_read_stops_no_other_and_no_deletion() {
    let (world, store, anna, ben, ids) = fortnight();
    archive(&world, &[]);
    let database = files(&world.path("home")).into_iter().find(|path| path.ends_with("sessions.db")).unwrap();
    let database = Connection::open(database).unwrap();
    let hers =
        "(SELECT min(sessions.key) FROM sessions JOIN persons ON persons.key = person WHERE persons.pseudonym = ?1)";
    database.execute(&format!("UPDATE blocks SET data = x'00' WHERE session = {hers}"), [&anna.pseudonym]).unwrap();
    let incomplete = |folder: &str, options: &[&str]| {
        let mut bendwise = world.bare_bendwise();
        let done = bendwise.arg("archive").arg(world.path(folder)).args(options).assert().code(1);
        let kept = if folder == "archive" { "stays in the archive as it was: " } else { "is not in the archive: " };
        let done = done.stderr(contains(kept));
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    for (folder, options) in [("alone", &[][..]), ("merged", &["--compact"])] {
        assert!(incomplete(folder, options).contains("9 added"), "{folder}");
    }
    // Its rows are there since before the damage; its bundle cannot be made any more.
    assert!(incomplete("archive", &["--fhir"]).contains("9 as FHIR"));
    // Nor do its rows go when it has changed since.
    let before = content(&world);
    store.give_session(&ids[0], ben.id, None).unwrap();
    for options in [&[][..], &["--compact"]] {
        incomplete("archive", options);
        assert_eq!(content(&world), before, "{options:?}");
    }
    store.give_session(&ids[0], anna.id, None).unwrap();
    fs::remove_file(parts(&world).into_iter().find(|path| path.to_string_lossy().contains("samples")).unwrap())
        .unwrap();
    world.bare_bendwise().args(["people", "forget", "Ben", "--yes"]).assert().success();
    for folder in ["alone", "merged"] {
        let said = incomplete(folder, &["--compact"]);
        assert!(said.contains("4 removed"), "{said}");
        let left = files(&world.path(folder).join("sessions"));
        let has = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains(&ben.pseudonym);
        assert!(!left.is_empty() && !left.iter().any(has), "{folder}");
    }
}

#[test]
fn each_session_is_a_bundle_as_well_where_that_is_asked_for() {
    let (world, _, anna, ben, _) = fortnight();
    archive(&world, &[]);
    assert!(!world.path("archive/fhir").exists());
    assert!(archive(&world, &["--fhir"]).ends_with("10 as they were; 10 as FHIR\n"));
    let bundles = || {
        let all = files(&world.path("archive/fhir")).into_iter();
        all.filter(|path| !path.ends_with("index.json")).collect::<Vec<_>>()
    };
    assert_eq!(bundles().len(), 10);
    let hers = |path: &PathBuf| fs::read_to_string(path).unwrap().contains(&anna.pseudonym);
    assert_eq!(bundles().iter().filter(|path| hers(path)).count(), 6);
    for path in bundles() {
        let bundle: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!((&bundle["resourceType"], &bundle["type"]), (&"Bundle".into(), &"collection".into()));
    }
    let before = times(&world);
    assert!(archive(&world, &["--fhir"]).ends_with("10 as they were\n"));
    assert_eq!(times(&world), before, "nothing is written twice");
    fs::remove_file(&bundles()[0]).unwrap();
    assert!(archive(&world, &["--fhir", "--compact"]).ends_with("; 1 as FHIR\n"));
    world.bare_bendwise().args(["people", "forget", "Ben", "--yes"]).assert().success();
    archive(&world, &[]);
    assert!(bundles().len() == 6 && bundles().iter().all(hers));
    assert!(!bundles().iter().any(|path| fs::read_to_string(path).unwrap().contains(&ben.pseudonym)));
    let index: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&world.read("archive/fhir/index.json")).unwrap();
    assert_eq!(index.len(), 6);
}

/// A bundle must not go on telling what was corrected, whether bundles are asked for in that run or not.
#[test]
fn a_bundle_stays_true_while_its_session_changes() {
    let (world, store, anna, ben, ids) = fortnight();
    archive(&world, &["--fhir", "--person", "Anna", "--since", "2026-01-01"]);
    let bundle = |uid: &str| {
        let all = files(&world.path("archive/fhir"));
        all.into_iter().find(|path| path.to_string_lossy().ends_with(&format!("{uid}.json")))
    };
    let entry = store.named(&ids[0]).unwrap();
    let text = || fs::read_to_string(bundle(&entry.uid).unwrap()).unwrap();
    assert!(text().contains(&anna.pseudonym));
    // Cut, and then somebody else's.
    let whole = text();
    fs::write(bundle(&entry.uid).unwrap(), &whole[..whole.len() / 2]).unwrap();
    assert!(archive(&world, &[]).ends_with("4 added, 6 as they were; 1 as FHIR\n"));
    assert_eq!(text(), whole);
    store.give_session(&entry.id, ben.id, None).unwrap();
    // A run that was killed may leave bundles that no index knows of.
    fs::remove_file(world.path("archive/fhir/index.json")).unwrap();
    // Others may follow: what stayed is told against the session before.
    let said = archive(&world, &[]);
    assert!(said.contains("1 written again, 9 as they were; ") && said.ends_with(" as FHIR\n"), "{said}");
    assert!(text().contains(&ben.pseudonym) && !text().contains(&anna.pseudonym));
    // What was typed in of its day is in no table, and in its bundle.
    let typed = Score {
        given: entry.began.timestamp(),
        instrument: Instrument::Odi,
        version: "1".into(),
        item: String::new(),
        wording: String::new(),
        value: Some(22.5),
        session: None,
    };
    store.add_score(ben.id, None, &typed).unwrap();
    assert!(archive(&world, &[]).contains("; 1 as FHIR") && text().contains("22.5"));
    assert!(archive(&world, &[]).ends_with("10 as they were\n"));
    // One that can be written no more leaves the others as they are; and one that is gone is gone.
    let others = files(&world.path("archive/fhir")).len();
    world.bare_bendwise().args(["sessions", "delete", &entry.id, "--yes"]).assert().success();
    archive(&world, &["--since", "2999-01-01", "--person", "Anna"]);
    assert_eq!((bundle(&entry.uid), files(&world.path("archive/fhir")).len()), (None, others - 1));
}

/// The folder is its user's: it keeps its rights, and what a link in it leads to is none of ours.
#[cfg(unix)]
#[test]
fn rights_stay_and_links_are_not_followed() {
    use std::os::unix::fs::PermissionsExt;
    let (world, ..) = fortnight();
    let folder = world.path("archive");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o2775)).unwrap();
    archive(&world, &[]);
    world.write("elsewhere/.bendwise-abcdef.tmp", "not of this archive");
    std::os::unix::fs::symlink(world.path("elsewhere"), folder.join("link")).unwrap();
    std::os::unix::fs::symlink(world.path("elsewhere"), folder.join("samples/year=1999")).unwrap();
    archive(&world, &[]);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o7777, 0o2775);
    assert!(world.path("elsewhere/.bendwise-abcdef.tmp").exists());
}
