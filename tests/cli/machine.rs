//! What a machine may be like: a dumb or a narrow terminal, no home folder or one that cannot be written, other time zones, the
//! locale `C`.

use std::process::Command;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::common::{World, one_bend};

/// What a session writes to a terminal of this kind and this many columns; `None` without the programs that make one.
fn in_a_terminal(kind: &str, columns: usize) -> Option<String> {
    let [script, stty] = ["script", "stty"].map(|name| which::which(name).ok());
    let (Some(script), Some(stty)) = (script, stty) else {
        eprintln!("not tried: there is no `script` or no `stty`");
        return None;
    };
    let world = World::new();
    let (program, film) = (assert_cmd::cargo::cargo_bin!("bendwise").display(), one_bend(&world));
    let session = format!(
        "'{}' cols {columns} rows 24; exec '{program}' live --no-keep --free --source '{}'",
        stty.display(),
        film.display()
    );
    let mut command = Command::new(script);
    command.args(["-qec", &session, "/dev/null"]);
    world.inhabit(&mut command);
    let output = command.env("TERM", kind).env("SHELL", "/bin/sh").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Characters without what colours them.
fn seen(line: &str) -> usize {
    let mut parts = line.split('\x1b');
    let first = parts.next().unwrap_or_default().chars().count();
    first + parts.map(|part| part.split_once('m').map_or(0, |(_, text)| text.chars().count())).sum::<usize>()
}

#[cfg(target_os = "linux")]
#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let Some(told) = in_a_terminal("dumb", 80) else { return };
    assert!(told.contains("● HIPS") && told.contains("1 of 1 repetition came from the hips"), "{told}");
    assert!(!told.contains('\x1b'), "{told:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_narrow_terminal_is_redrawn_in_one_line() {
    const COLUMNS: usize = 40;
    let Some(told) = in_a_terminal("xterm-256color", COLUMNS) else { return };
    let redrawn: Vec<&str> = told.split("\r\x1b[2K").skip(1).filter(|line| !line.contains('\n')).collect();
    assert!(redrawn.len() > 20, "{told:?}");
    for line in redrawn {
        assert!(seen(line) < COLUMNS, "{} of {COLUMNS}: {line:?}", seen(line));
    }
    assert!(told.contains("\x1b[38;2;"), "coloured");
}

#[cfg(target_os = "linux")]
#[test]
fn a_home_that_is_not_there_or_takes_nothing_is_in_nobodys_way() {
    let world = World::new();
    let film = one_bend(&world);
    for home in ["/nowhere/at/all", "/proc/self"] {
        let bendwise = || {
            let mut bendwise = world.bendwise();
            bendwise
                .env_remove("BENDWISE_HOME")
                .env_remove("XDG_DATA_HOME")
                .env_remove("XDG_CACHE_HOME")
                .env("HOME", home);
            bendwise
        };
        bendwise().arg("drills").assert().success().stdout(contains("bow"));
        bendwise().arg("sessions").assert().success().stdout(contains("No session is kept yet"));
        bendwise().arg("analyze").arg(&film).assert().success().stdout(contains("1 of 1 repetition"));
    }
    let mut homeless = world.bendwise();
    homeless.env_remove("BENDWISE_HOME").env_remove("HOME").arg("drills").assert().success().stdout(contains("bow"));
}

/// A session says when it was where it was, and is found from everywhere.
#[test]
fn a_session_is_found_from_every_time_zone() {
    let world = World::new();
    world.bendwise().env("TZ", "UTC").args(["analyze", "--keep"]).arg(one_bend(&world)).assert().success();
    for zone in ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Nowhere/AtAll", ""] {
        let mut bendwise = world.bendwise();
        bendwise.env("TZ", zone).args(["sessions", "show", "last"]);
        bendwise.assert().success().stdout(contains("1 of 1 repetition"));
        world
            .bendwise()
            .env("TZ", zone)
            .arg("sessions")
            .assert()
            .success()
            .stdout(contains("analyze").or(contains("2")));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_locale_c_is_fine() {
    let world = World::new();
    for (variable, locale) in [("LANG", "C"), ("LC_ALL", "POSIX")] {
        let mut bendwise = world.bendwise();
        bendwise.env_remove("BENDWISE_LANG").env(variable, locale).arg("analyze").arg(one_bend(&world));
        bendwise.assert().success().stdout(contains("● HIPS").and(contains("1 of 1 repetition")));
    }
}
