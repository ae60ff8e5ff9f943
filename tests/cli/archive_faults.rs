//! `bendwise archive` that is killed, has no room, has a rival, or finds its sessions changed by the next run.

use std::fs::{self, File};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bendwise::store::Store;
use parquet::record::Field;

use crate::archive::{archive, content, files, parts, rows, word};
use crate::common::{World, one_bend};
use crate::fails;
use crate::fortnight::fortnight;
#[cfg(target_os = "linux")]
use crate::full_disk::SmallDisk;

/// How many moments of a run it is killed at.
const KILLS: u32 = 12;

/// All files, without those that a killed run leaves for the next one to remove.
fn bundles(world: &World) -> Vec<(String, String)> {
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files(&world.path("archive/fhir")).iter().map(read).collect()
}

/// `kill -9` at moments all through a run: what is there can be read then, and the next run makes the same of it as one that went on.
#[test]
fn a_run_that_is_killed_is_completed_by_the_next() {
    let (world, ..) = fortnight();
    for options in [&["--fhir"][..], &["--fhir", "--compact"]] {
        let began = Instant::now();
        archive(&world, options);
        let (whole, told) = (content(&world), bundles(&world));
        let lasts = began.elapsed();
        let mut killed = 0;
        for moment in 0..KILLS {
            fs::remove_dir_all(world.path("archive")).unwrap();
            let arguments = [world.path("archive")].into_iter().chain(options.iter().map(Into::into));
            let mut run = world.start_bare(["archive".into()].into_iter().chain(arguments));
            sleep(lasts * moment / KILLS / 2); // runs on a busy machine differ
            run.kill().unwrap();
            killed += u32::from(!run.wait().unwrap().success());
            let left = content(&world);
            assert!(left.iter().all(|row| whole.contains(row)), "{options:?} at {moment}");
            archive(&world, options);
            assert_eq!((content(&world), bundles(&world)), (whole.clone(), told.clone()), "{options:?} at {moment}");
            let left_over = |path: &std::path::PathBuf| path.to_string_lossy().ends_with(".tmp");
            let left_over: Vec<_> = files(&world.path("archive")).into_iter().filter(left_over).collect();
            assert_eq!(left_over, [""; 0].map(std::path::PathBuf::from), "{options:?} at {moment}");
        }
        assert!(killed > 0, "no run was killed before it had ended");
        fs::remove_dir_all(world.path("archive")).unwrap();
    }
}

/// The same where an archive is there already, and its files of single sessions become months.
#[test]
fn a_merge_that_is_killed_is_completed_by_the_next() {
    let (world, store, _, ben, ids) = fortnight();
    archive(&world, &[]);
    let mut owner = store.named(&ids[0]).unwrap().person;
    for moment in 0..KILLS {
        // One session changes, the others are merged; or those of a merged month are taken apart from it.
        let other = store.persons().unwrap().iter().map(|person| person.id).find(|id| *id != owner).unwrap_or(ben.id);
        store.give_session(&ids[0], other, None).unwrap();
        owner = other;
        let mut run = world.start_bare(["archive".into(), world.path("archive"), "--compact".into()]);
        sleep(Duration::from_millis(u64::from(moment) * 4));
        run.kill().unwrap();
        run.wait().unwrap();
        content(&world); // every file is whole
        let mut there: Vec<_> = rows(&world, "sessions").iter().map(|row| word(row, "session")).collect();
        there.sort();
        there.dedup();
        assert_eq!(there.len(), 10, "none is missing meanwhile, at {moment}");
        archive(&world, &[]);
        let sessions: Vec<_> = rows(&world, "sessions").iter().map(|row| word(row, "session")).collect();
        let mut once = sessions.clone();
        once.sort();
        once.dedup();
        assert_eq!((sessions.len(), once.len()), (10, 10), "at {moment}");
        let entry = store.named(&ids[0]).unwrap();
        let row = rows(&world, "sessions").into_iter().find(|row| word(row, "session") == entry.uid).unwrap();
        assert_eq!(word(&row, "person"), entry.pseudonym, "at {moment}");
    }
}

/// The files with rows of sessions, in the order in which a run puts those of a session into place.
fn standing(world: &World) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let order = |path: &std::path::PathBuf| TABLES.iter().position(|table| path.starts_with(place(world, table)));
    let mut files: Vec<_> = parts(world).into_iter().map(|path| (fs::read(&path).unwrap(), path)).collect();
    files.sort_by_key(|(_, path)| order(path));
    files.into_iter().map(|(bytes, path)| (path, bytes)).collect()
}

const TABLES: [&str; 3] = ["samples", "repetitions", "sessions"];

fn place(world: &World, table: &str) -> std::path::PathBuf {
    world.path("archive").join(table)
}

/// Sessions go to another month where a clock was set right. Killed then, a run may leave them in both: in the new one in some
/// tables, each alone or merged as they were and as the run was asked for.
#[test]
fn sessions_that_a_killed_run_left_in_two_months_are_in_one_after_the_next() {
    let (alone, merged) = (&[][..], &["--compact"][..]);
    let of_others = &["--since", "2999-01-01", "--person", "Ben"][..];
    for (before, after, days) in
        [(merged, merged, 62), (merged, alone, -62), (alone, merged, -62), (alone, alone, 62), (alone, alone, -62)]
    {
        let (world, ..) = fortnight();
        archive(&world, before);
        let old = standing(&world);
        let database = files(&world.path("home")).into_iter().find(|path| path.ends_with("sessions.db")).unwrap();
        let moved = "UPDATE sessions SET began_ms = began_ms + ?1 * 86400000";
        rusqlite::Connection::open(database).unwrap().execute(moved, [days]).unwrap();
        archive(&world, after);
        let (new, moved) = (standing(&world), content(&world));
        for (tables, options) in
            [(1, alone), (2, alone), (3, alone), (1, merged), (2, merged), (3, merged), (3, of_others)]
        {
            parts(&world).iter().for_each(|path| fs::remove_file(path).unwrap());
            let is_there =
                |path: &std::path::PathBuf| TABLES[..tables].iter().any(|table| path.starts_with(place(&world, table)));
            for (path, bytes) in old.iter().chain(new.iter().filter(|(path, _)| is_there(path))) {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, bytes).unwrap();
            }
            assert!(content(&world).len() > moved.len());
            archive(&world, options);
            assert_eq!(content(&world).len(), moved.len(), "{before:?} {after:?} {days} {tables} {options:?}");
            if options == of_others {
                archive(&world, &[]); // of two files of one session the older may be the one that stays
            }
            assert!(content(&world) == moved, "{before:?} {after:?} {days} {tables} {options:?}");
            assert_eq!(archive(&world, &[]).matches("10 as they were").count(), 1, "{before:?} {after:?}");
        }
    }
}

/// As programs do that keep folders alike on two machines.
#[test]
fn a_copy_beside_the_files_of_an_archive_is_named_until_it_is_taken_out() {
    let (world, ..) = fortnight();
    archive(&world, &["--compact"]);
    let month = parts(&world).into_iter().find(|path| path.starts_with(place(&world, "samples"))).unwrap();
    let copies = [month.with_file_name("month (copy).parquet"), place(&world, "sessions").join("all.parquet")];
    for copy in &copies {
        fs::copy(&month, copy).unwrap();
        fs::write(copy.with_extension("txt"), "harmless").unwrap();
        let names = copy.file_name().unwrap().to_str().unwrap();
        let run = world.bare_bendwise().arg("archive").arg(world.path("archive")).assert();
        fails(run, &[names, "is beside the files of the archive", "take it out"]);
        fs::remove_file(copy).unwrap();
        assert!(archive(&world, &[]).contains("10 as they were"));
    }
    fs::remove_dir_all(place(&world, "repetitions")).unwrap();
    fails(
        world.bare_bendwise().arg("cohort").arg(world.path("archive")).assert(),
        &["repetitions is missing", "`bendwise archive` writes it again"],
    );
    archive(&world, &[]);
    world.bare_bendwise().arg("cohort").arg(world.path("archive")).assert().success();
}

#[test]
fn two_at_once_are_one_and_a_sentence() {
    let (world, ..) = fortnight();
    archive(&world, &[]);
    let lock = File::options().write(true).open(world.path("archive/lock")).unwrap();
    lock.lock().unwrap();
    fails(
        world.bare_bendwise().arg("archive").arg(world.path("archive")).assert(),
        &["is being written by another bendwise", "wait until it is done"],
    );
    drop(lock);
    assert!(archive(&world, &[]).contains("10 as they were"));
}

#[cfg(unix)]
#[test]
fn at_a_limit_on_files_what_is_there_stays_readable() {
    let (world, store, _, ben, ids) = fortnight();
    archive(&world, &["--compact"]);
    let whole = content(&world);
    let entry = store.named(&ids[0]).unwrap();
    store.give_session(&entry.id, ben.id, None).unwrap();
    // Small files fit, and those of a session do not.
    let mut full = world.bendwise_with_room(4);
    let failed = full.arg("archive").arg(world.path("archive")).assert();
    fails(failed, &["files may not become that large there, raise the limit (ulimit -f) or choose another place"]);
    let left = content(&world);
    assert_eq!(left, whole, "it stays as it was until it is there anew");
    archive(&world, &[]);
    assert_eq!(content(&world).len(), whole.len());
}

/// A disk that is full in truth, and not by a limit.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_what_was_there() {
    let (world, store, _, ben, ids) = fortnight();
    let folder = world.path("archive");
    let Some(disk) = SmallDisk::mount(&folder) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    archive(&world, &["--compact"]);
    let whole = content(&world);
    store.give_session(&store.named(&ids[0]).unwrap().id, ben.id, None).unwrap();
    disk.fill();
    let failed = world.bare_bendwise().arg("archive").arg(world.path("archive")).assert();
    fails(failed, &["there is not enough room, make some or choose another place"]);
    let left = content(&world);
    assert!(left.len() <= whole.len() && left.iter().all(|row| whole.contains(row)));
    disk.empty();
    archive(&world, &[]);
    assert_eq!(content(&world).len(), whole.len());
}

/// Somebody is forgotten by another bendwise while this one writes: the archive may have rows of theirs, and the next run takes them out.
#[test]
fn who_is_forgotten_during_a_run_is_gone_after_the_next() {
    let (world, _, anna, _, _) = fortnight();
    let mut run = world.start_bare(["archive".into(), world.path("archive"), "--fhir".into()]);
    world.bare_bendwise().args(["people", "forget", "Anna", "--yes"]).assert().success();
    run.wait().unwrap(); // 0, or 1 with each session that was gone when its turn came
    archive(&world, &["--fhir"]);
    assert_eq!(rows(&world, "sessions").len(), 4);
    for path in files(&world.path("archive")) {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(12).any(|window| window == anna.pseudonym.as_bytes()), "{}", path.display());
    }
}

/// Measured again and deleted between runs that write bundles.
#[test]
fn a_remeasured_session_is_told_as_that_and_both_are_gone_when_the_first_is_deleted() {
    let world = World::new();
    world.bendwise().args(["analyze", "--keep"]).arg(one_bend(&world)).assert().success();
    assert!(archive(&world, &["--fhir"]).ends_with("archive: 1 added; 1 as FHIR\n"));
    let before = parts(&world);
    world.bendwise().args(["sessions", "remeasure"]).assert().success();
    assert!(archive(&world, &[]).ends_with("archive: 1 added, 1 as they were\n"), "a new one is no bundle unasked");
    let said = archive(&world, &["--fhir", "--compact"]);
    assert!(said.contains("2 as they were; ") && said.ends_with("; 1 as FHIR\n"), "{said}");
    let (store, _) = Store::open(&world.paths()).unwrap();
    let (first, again) = {
        let entries = store.list().unwrap();
        let of = |again: bool| entries.iter().find(|entry| entry.origin.is_some() == again).unwrap().clone();
        (of(false), of(true))
    };
    drop(store);
    let sessions = rows(&world, "sessions");
    let remeasures: Vec<_> = sessions.iter().map(|row| (word(row, "session"), row["remeasures"].clone())).collect();
    assert!(remeasures.contains(&(first.uid.clone(), Field::Null)));
    assert!(remeasures.contains(&(again.uid.clone(), Field::Str(first.uid.clone()))));
    for row in rows(&world, "repetitions") {
        let is_first = word(&row, "session") == first.uid;
        assert_eq!(row["compared"], Field::Bool(is_first), "a session counts once");
    }
    let told = bundles(&world);
    let of = |uid: &str| &told.iter().find(|(name, _)| *name == format!("{uid}.json")).unwrap().1;
    let note = "Measured again from the video of a session that was measured before";
    assert!(of(&again.uid).contains(note) && !of(&first.uid).contains(note));
    assert!(!before.is_empty());

    world.bare_bendwise().args(["sessions", "delete", &first.id, "--yes"]).assert().success();
    assert!(archive(&world, &[]).ends_with("archive: 2 removed\n"), "the second goes with the first");
    assert_eq!((parts(&world).len(), rows(&world, "tombstones").len()), (0, 2));
    let left: Vec<_> = bundles(&world).into_iter().map(|(name, _)| name).collect();
    assert_eq!(left, ["index.json"]);
}
