//! A place that cannot be looked into, or of which something is missing, is never told as one in which nothing was kept.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use bendwise::store::Store;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::World;
use crate::fails;
use crate::full_disk::SmallDisk;
use crate::long_session::session;

/// What only looks.
const LOOKS: [&[&str]; 4] = [&["sessions"], &["trend"], &["report"], &["people"]];

#[test]
fn a_folder_of_another_user_is_not_an_empty_one() {
    let world = World::new();
    session(&world, 60, 30, 1.0);
    let data = Store::folder(&world.paths());
    let permit = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    [world.path("home"), world.path("home/data")].iter().for_each(|above| permit(above, 0o755));
    permit(&data, 0o000);
    for look in LOOKS {
        let mut bendwise = world.ordinary_bendwise();
        let told = bendwise.args(look).assert();
        fails(told, &["cannot be used: this user may not read or write there, run it as the user who may"]);
    }
    permit(&data, 0o700); // so that the world can be taken away
}

#[test]
fn a_link_to_a_disk_that_is_away_is_told_as_that() {
    let world = World::new();
    session(&world, 60, 30, 1.0);
    let (folder, elsewhere) = (Store::folder(&world.paths()), world.path("disk"));
    fs::rename(&folder, &elsewhere).unwrap();
    symlink(&elsewhere, &folder).unwrap();
    world.bendwise().arg("sessions").assert().success();
    fs::rename(&elsewhere, world.path("away")).unwrap();
    for look in LOOKS {
        let told = world.bendwise().args(look).assert();
        fails(told, &["sessions is a link to a place that is not there: connect the disk that it is on"]);
    }
    fs::remove_file(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    symlink("nowhere.db", folder.join("sessions.db")).unwrap();
    fails(world.bendwise().arg("sessions").assert(), &["sessions.db is a link to a place that is not there"]);
}

#[test]
fn what_is_no_file_is_named_and_not_waited_for() {
    let world = World::new();
    session(&world, 60, 30, 1.0);
    let folder = Store::folder(&world.paths());
    for name in ["sessions.db-wal", "sessions.db-shm", "sessions.db-journal", "lock"] {
        let path = folder.join(name);
        for make in ["mkdir", "mkfifo"] {
            fs::remove_file(&path).ok();
            assert!(Command::new(make).arg(&path).status().unwrap().success());
            let told = world.bendwise().arg("sessions").assert();
            fails(told, &[name, "is not a file: move it elsewhere"]);
            fs::remove_dir(&path).or_else(|_| fs::remove_file(&path)).unwrap();
        }
    }
    world.bendwise().arg("sessions").assert().success();
}

#[test]
fn a_list_that_is_gone_is_told_also_where_no_films_are_left() {
    for (video, told) in
        [("small", "a folder there with the film of a session"), ("off", "was begun: put the old list back")]
    {
        let world = World::new();
        world.keep_demo(video);
        let list = Store::folder(&world.paths()).join("sessions.db");
        for gone in [true, false] {
            fs::remove_file(&list).unwrap();
            if !gone {
                fs::write(&list, "").unwrap();
            }
            let listed = world.bendwise().arg("sessions").assert().success();
            listed.stderr(contains("was gone or empty").and(contains(told)));
        }
        world.bendwise().arg("sessions").assert().success().stderr("");
    }
}

/// Changes a name, as a program does that is killed before it moves its last rows from the journal into the list.
fn leave_in_journal(folder: &Path) {
    let files = ["sessions.db", "sessions.db-wal"].map(|name| folder.join(name));
    let database = rusqlite::Connection::open(&files[0]).unwrap();
    database.execute("UPDATE sessions SET name = 'in the journal'", []).unwrap();
    let killed = files.each_ref().map(|file| fs::read(file).unwrap());
    drop(database);
    files.iter().zip(killed).for_each(|(file, bytes)| fs::write(file, bytes).unwrap());
}

#[test]
fn on_a_disk_that_can_only_be_read_sessions_are_listed_and_taken_elsewhere() {
    let world = World::new();
    let home = world.path("home");
    let Some(_disk) = SmallDisk::mount(&home) else { return eprintln!("no disk may be mounted here") };
    session(&world, 60, 30, 1.0);
    let remount = |how: &str| Command::new("mount").args(["-o", how]).arg(&home).status().unwrap().success();
    for with_journal in [false, true] {
        if with_journal {
            leave_in_journal(&Store::folder(&world.paths()));
        }
        assert!(remount("remount,ro"));
        for look in [&["sessions"][..], &["sessions", "show", "last"], &["trend"], &["people"]] {
            world.bendwise().args(look).assert().success();
        }
        for (look, out) in [
            (&["report", "last", "-o"][..], "r.html"),
            (&["export", "last", "--format", "csv", "-o"], "s.csv"),
            (&["sessions", "export", "last", "-o"], "s.bendwise"),
        ] {
            let out = world.path(&format!("{with_journal}-{out}"));
            world.bendwise().args(look).arg(&out).assert().success();
        }
        let told = world.bendwise().args(["sessions", "delete", "last", "--yes"]).assert();
        fails(told, &["its disk can only be read, so that nothing there can be changed or added"]);
        let inside = home.join("s.csv");
        let told = world.bendwise().args(["export", "last", "--format", "csv", "-o"]).arg(inside).assert();
        fails(told, &["s.csv cannot be written: its disk can only be read, choose another place"]);
        if with_journal {
            world.bendwise().arg("sessions").assert().success().stdout(contains("in the journal"));
        }
        assert!(remount("remount,rw"));
    }
}
