//! On a full disk what is kept can still be looked at, and taken elsewhere, and be deleted to make room.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use bendwise::store::{SessionState, Store};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend, two_bends};
use crate::fails;
use crate::long_session::session;

/// Files and the report do not depend on the session: they are there though it is not kept completely.
#[test]
fn an_analysis_whose_session_does_not_fit_is_written_and_printed_all_the_same() {
    let world = World::new();
    let mut bendwise = world.bendwise_with_room(300);
    bendwise.args(["analyze", "--keep", "--video", "off", "--samples"]).arg(world.path("s.csv")).arg(one_bend(&world));
    let analysis = bendwise.assert().code(1).stdout(contains("1 of 1 repetition came from the hips"));
    analysis.stderr(contains("The session was not kept completely"));
    let lines = world.read("s.csv").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lines, 1 + 125, "a line for each frame, below their names");
}

/// A small disk on a folder, taken away in the end.
pub(crate) struct SmallDisk<'f>(&'f Path);

impl<'f> SmallDisk<'f> {
    /// `None` where that is not allowed.
    pub(crate) fn mount(folder: &'f Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "none"]).arg(folder).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Self(folder))
    }

    /// Writes until nothing more goes in.
    pub(crate) fn fill(&self) {
        let mut size = 1 << 20;
        while size > 0 {
            let file = self.0.join(format!("filler-{size}-{}", fs::read_dir(self.0).unwrap().count()));
            if fs::write(file, vec![1; size]).is_err() {
                size /= 2;
            }
        }
    }

    /// Takes out again what filled it.
    pub(crate) fn empty(&self) {
        let files = fs::read_dir(self.0).unwrap().map(|entry| entry.unwrap().path());
        files
            .filter(|path| path.is_file() && path.to_string_lossy().contains("filler-"))
            .for_each(|filler| fs::remove_file(filler).unwrap());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0).status().ok();
    }
}

/// What only looks, or writes elsewhere.
const LOOKS: [&[&str]; 5] = [
    &["sessions"],
    &["sessions", "show", "last"],
    &["trend"],
    &["export", "last", "--format", "csv", "-o"],
    &["sessions", "export", "last", "-o"],
];

fn looks(world: &World) {
    for (number, arguments) in LOOKS.iter().enumerate() {
        let mut command = world.bare_bendwise();
        command.args(*arguments);
        if arguments.ends_with(&["-o"]) {
            let elsewhere = world.path(&format!("elsewhere-{number}"));
            fs::remove_file(&elsewhere).ok();
            command.arg(elsewhere);
        }
        command.assert().success();
    }
}

#[test]
fn on_a_full_disk_sessions_are_listed_exported_and_deleted() {
    let world = World::new();
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    let package = session(&world, 3000, 30, 1.0);
    for film in [true, false] {
        there.bare_bendwise().args(["sessions", "import"]).arg(&package).assert().success();
        if film {
            let folder = home.join("data/sessions/2026-11-22");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("video.mp4"), vec![1; 500_000]).unwrap();
        }
        disk.fill();
        assert!(fs::write(home.join("more"), [1; 9000]).is_err(), "the disk is full");
        looks(&there);
        let deleted = there.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
        deleted.stdout(contains("Deleted for good: 2026-11-22"));
        there.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
        let (store, _) = Store::open(&there.paths()).unwrap();
        assert_eq!((store.faults().unwrap(), store.list().unwrap().len()), (Vec::new(), 0));
        drop(store);
        assert!(fs::write(home.join("more"), vec![1; 200_000]).is_ok(), "the deletion made room, film: {film}");
        fs::remove_file(home.join("more")).unwrap();
        disk.empty();
    }
}

/// Without the room that is kept for deleting, a small film does not make enough of it: that the film is gone is told then,
/// by whoever deletes a session and by whoever forgets a person, and the rest goes once there is room.
#[test]
fn a_disk_too_full_to_delete_a_session_is_told_with_what_is_gone() {
    let world = World::new();
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    let package = session(&world, 900, 30, 1.0);
    there.bare_bendwise().args(["sessions", "import"]).arg(&package).assert().success();
    let person = Store::open(&there.paths()).unwrap().0.named("last").unwrap().pseudonym;
    let folder = home.join("data/sessions");
    for command in [&["sessions", "delete", "last", "--yes"][..], &["people", "forget", &person, "--yes"]] {
        fs::create_dir_all(folder.join("2026-11-22")).unwrap();
        fs::write(folder.join("2026-11-22/video.mp4"), "a film").unwrap();
        fs::remove_file(folder.join("reserve")).ok();
        disk.fill();
        let refused = there.bare_bendwise().args(command).assert().code(1);
        refused.stderr(contains("The video of 2026-11-22 is deleted, but the session is still in the list"));
        assert!(!folder.join("2026-11-22").exists());
        there.bare_bendwise().arg("sessions").assert().success().stdout(contains("2026-11-22"));
        disk.empty();
    }
    there.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
    there.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
}

/// What such a session wrote last is still in the journal, for which the database has no room. Other things may have taken
/// the room of its film, and some sessions have none.
#[test]
fn a_session_that_filled_its_disk_is_listed_as_it_is_and_deleted() {
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    for film in ["off", "small"] {
        let mut analysis = there.start(&["analyze", "--keep", "--video", film, two_bends(&there).to_str().unwrap()]);
        let journal = home.join("data/sessions/sessions.db-wal");
        // A new database's tables are 150 kB of it, all measurements of the film 260.
        while fs::metadata(&journal).map_or(0, |file| file.len()) < 180_000 {
            assert!(analysis.try_wait().unwrap().is_none(), "it ended before the disk was filled");
            thread::sleep(Duration::from_millis(20));
        }
        disk.fill();
        analysis.wait().unwrap();
        there.bare_bendwise().arg("sessions").assert().success().stdout(contains("(recording)").not());
        there.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
        there.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
        disk.empty();
    }
}

/// The database cannot be written anew without room for a second one: that is the reason that is told, and it is made up for.
#[test]
fn whoever_is_forgotten_on_a_full_disk_is_overwritten_once_there_is_room() {
    let world = World::new();
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    let packages = ["one", "other"].map(|name| {
        let package = world.path(name);
        fs::rename(session(&world, 5500, 30, 1.0), &package).unwrap();
        package
    });
    let run = |line: &[&str]| there.bare_bendwise().args(line).assert().success();
    run(&["people", "add", "Anna"]);
    run(&["people", "add", "Ben"]);
    run(&["scores", "add", "psfs", "4", "--item", "marker-anna", "--person", "Anna"]);
    packages.iter().for_each(|package| {
        run(&["sessions", "import", package.to_str().unwrap(), "--person", "Ben"]);
    });
    let database = fs::metadata(home.join("data/sessions/sessions.db")).unwrap().len();
    assert!(database > 5 << 18, "larger than the room that is kept for deleting: {database}");
    disk.fill();
    let forgotten = run(&["people", "forget", "Anna", "--yes"]);
    forgotten.stdout(contains("Deleted: Anna with 0 sessions").and(contains("There is too little room on the disk")));
    run(&["people"]).stdout(contains("Ben").and(contains("Anna").not()));
    disk.empty();
    let pending = home.join("data/sessions/unwiped");
    assert!(pending.exists());
    run(&["people"]);
    assert!(!pending.exists(), "the next start has gone on");
    let files = fs::read_dir(home.join("data/sessions")).unwrap().map(|entry| entry.unwrap().path());
    let bytes: Vec<u8> = files.filter(|path| path.is_file()).flat_map(|path| fs::read(path).unwrap()).collect();
    assert!(!bytes.windows(11).any(|window| window == b"marker-anna"));
    run(&["sessions"]).stdout(contains("2026-11-22"));
}

/// The commands of a deletion take longer the longer a session is: being stopped in it must cost nobody else's session.
#[test]
fn a_deletion_on_a_full_disk_that_is_killed_harms_no_other_session() {
    let world = World::new();
    let short = world.path("short.bendwise");
    fs::rename(session(&world, 300, 30, 1.0), &short).unwrap();
    let long = session(&world, 4000, 30, 1.0);
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    there.bare_bendwise().args(["sessions", "import"]).arg(&short).assert().success();
    let other = Store::open(&there.paths()).unwrap().0.named("last").unwrap().uid;
    let mut killed = 0;
    for moment in 0..12 {
        there.bare_bendwise().args(["sessions", "import"]).arg(&long).assert().success();
        let (store, _) = Store::open(&there.paths()).unwrap();
        let id = store.list().unwrap().into_iter().find(|entry| entry.uid != other).unwrap().id;
        drop(store);
        disk.fill();
        let mut deletion = there.start(&["sessions", "delete", &id, "--yes"]);
        thread::sleep(Duration::from_millis(10 + 5 * moment));
        deletion.kill().unwrap();
        killed += u32::from(!deletion.wait().unwrap().success());
        there.bare_bendwise().arg("sessions").assert().success();
        disk.empty();
        let (store, _) = Store::open(&there.paths()).unwrap();
        assert_eq!(store.faults().unwrap(), Vec::<String>::new(), "at {moment}");
        let left = store.list().unwrap();
        assert!(left.iter().any(|entry| entry.uid == other), "at {moment}");
        left.iter().filter(|entry| entry.uid != other).for_each(|entry| store.delete(entry).unwrap());
    }
    assert!(killed > 0, "no deletion was killed before it had ended");
}

/// An output that fails ends the analysis; what was measured until then is kept.
#[test]
fn an_analysis_that_fails_keeps_what_was_measured() {
    let world = World::new();
    let out = world.path("out");
    let Some(disk) = SmallDisk::mount(&out) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    disk.fill();
    let mut analysis = world.bendwise();
    let analysis = analysis
        .args(["analyze", "--keep", "--samples"])
        .arg(out.join("s.csv"))
        .arg(two_bends(&world))
        .assert()
        .code(1);
    analysis.stderr(contains("Kept up to that point as 20").and(contains("there is not enough room")));
    let (store, notices) = Store::open(&world.paths()).unwrap();
    let entry = store.named("last").unwrap();
    assert_eq!((entry.state, notices), (SessionState::Recovered, Vec::new()));
    assert!(entry.frames > 0 && entry.frames < 190, "{}", entry.frames);
    assert_eq!(store.samples(&entry).unwrap().len() as u64, entry.frames);
}

/// Keeps a session there, in a list of an earlier version.
fn keep_in_earlier_form(world: &World, there: &World) {
    let package = session(world, 900, 30, 1.0);
    there.bare_bendwise().args(["sessions", "import"]).arg(&package).assert().success();
    let database = rusqlite::Connection::open(there.path("home/data/sessions/sessions.db")).unwrap();
    let back = "DROP INDEX sessions_with_build; ALTER TABLE sessions DROP COLUMN build; ALTER TABLE sessions DROP COLUMN build_doubted;
        ALTER TABLE persons ADD COLUMN outline TEXT; PRAGMA user_version = 7;";
    database.execute_batch(back).unwrap();
}

/// A list of an earlier version has to be changed to be read, which goes into the room that is kept for deleting.
#[test]
fn on_a_full_disk_a_list_of_an_earlier_version_is_read_exported_and_deleted_from() {
    let world = World::new();
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    keep_in_earlier_form(&world, &there);
    assert!(home.join("data/sessions/reserve").is_file());
    disk.fill();
    looks(&there);
    let person = Store::open(&there.paths()).unwrap().0.named("last").unwrap().pseudonym;
    let exported = world.path("person");
    there.bare_bendwise().args(["people", "export", &person, "-o"]).arg(&exported).assert().success();
    assert!(exported.join("person.json").is_file());
    there.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
    there.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
}

/// Where that room is gone, it is changed in memory: it can be read, and what would change it says why it cannot.
#[test]
fn on_a_disk_that_is_full_to_the_last_byte_a_list_of_an_earlier_version_is_read_and_stays_as_it_is() {
    let world = World::new();
    let there = World::new();
    let home = there.path("home");
    let Some(disk) = SmallDisk::mount(&home) else {
        eprintln!("left out: nothing can be mounted here");
        return;
    };
    keep_in_earlier_form(&world, &there);
    fs::remove_file(home.join("data/sessions/reserve")).unwrap();
    let list = fs::read(home.join("data/sessions/sessions.db")).unwrap();
    disk.fill();
    looks(&there);
    let person = Store::open(&there.paths()).unwrap().0.named("last").unwrap().pseudonym;
    let exported = world.path("person");
    there.bare_bendwise().args(["people", "export", &person, "-o"]).arg(&exported).assert().success();
    for line in [
        &["people", "add", "Anna"][..],
        &["sessions", "rename", "last", "X"],
        &["scores", "add", "odi", "24", "--version", "2.1a"],
        &["sessions", "delete", "last", "--yes"],
        &["people", "forget", &person, "--yes"],
    ] {
        fails(there.bare_bendwise().args(line).assert(), &["the disk is full, free some space"]);
    }
    looks(&there);
    assert!(list == fs::read(home.join("data/sessions/sessions.db")).unwrap(), "the list stays as it is");
    disk.empty();
    looks(&there);
    there.bare_bendwise().args(["sessions", "delete", "last", "--yes"]).assert().success();
    there.bare_bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
}
