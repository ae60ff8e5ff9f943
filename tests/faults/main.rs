//! Faults on purpose, at random moments of a session: the program is killed, the disk is full, fails, waits or freezes, the
//! display goes away, the clock jumps, the camera is unplugged. Afterwards what was kept opens, plays and reports, and at most a second of what was
//! measured before the fault is missing. `docs/faults.md` has the rounds that were run.
//!
//! A few rounds run with every `cargo test`; many by hand:
//! `FAULT_ROUNDS=200 FAULT_SEED=1 cargo test --release --test faults -- --ignored --nocapture`.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod camera;
mod check;
#[path = "../common/mod.rs"]
#[allow(dead_code, reason = "the other programs need the rest")]
mod common;
mod fault;
mod random;
mod round;
mod session;
mod tally;
mod tools;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use fault::Fault;
use round::{Outcome, Round};
use tally::Tally;

/// Runs these rounds, on `jobs` threads, and returns their outcomes.
fn run(rounds: &[Round], jobs: usize) -> Vec<Outcome> {
    let next = AtomicU64::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some(round) = rounds.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            let outcome = round.run();
            eprintln!("{outcome}");
            done.lock().unwrap().push(outcome);
        }
    };
    thread::scope(|scope| {
        (0..jobs).for_each(|_| drop(scope.spawn(work)));
    });
    done.into_inner().unwrap()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap())
}

/// All outcomes as a table; fails if one of them is bad.
fn judge(outcomes: &[Outcome]) {
    eprintln!("\n{}", Tally::of(outcomes));
    let bad: Vec<String> = outcomes.iter().filter(|outcome| outcome.is_bad()).map(ToString::to_string).collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn a_few_faults_hurt_nothing() {
    let faults = [
        Fault::FreezesLong, // the longest, so first
        Fault::Kill,
        Fault::SyncFails,
        Fault::PowerLost,
        Fault::UnpluggedShortly,
        Fault::CameraFailsWhilePaused,
    ];
    judge(&run(&faults.map(|fault| Round { fault, seed: 7 }), 2));
}

/// A file that has its name is there after a power cut only if its folder was synced then.
#[test]
fn the_folder_of_a_result_is_synced_once_it_has_its_name() {
    let Some(shim) = tools::shim() else { return };
    let world = common::World::new();
    let [out, noted] = ["out", "noted"].map(|name| world.path(name));
    std::fs::create_dir(&out).unwrap();
    std::fs::create_dir(&noted).unwrap();
    let mut analysis = std::process::Command::new(env!("CARGO_BIN_EXE_bendwise"));
    analysis.args(["analyze", "--samples"]).arg(out.join("s.csv")).arg(tools::recording());
    world.inhabit(&mut analysis);
    analysis.env("LD_PRELOAD", shim).env("FAULTS_FOLDER", &out).env("FAULTS_SYNCED", &noted);
    assert!(analysis.output().unwrap().status.success());
    let names = |synced: &str| std::fs::read_to_string(noted.join(synced.replace('/', "%"))).unwrap_or_default();
    let folder = names(out.to_str().unwrap());
    assert!(
        folder.lines().any(|name| name == "s.csv") && !folder.contains(".tmp"),
        "the folder as it was synced: {folder:?}"
    );
}

#[test]
#[ignore = "by hand: minutes"]
fn many_faults_hurt_nothing() {
    let (count, first) = (number("FAULT_ROUNDS", 200), number("FAULT_SEED", 1));
    let only = std::env::var("FAULT_ONLY").ok(); // by name, to look at one kind again
    let faults: Vec<Fault> =
        Fault::ALL.into_iter().filter(|fault| only.as_ref().is_none_or(|only| *only == format!("{fault:?}"))).collect();
    let fault = |seed: u64| faults[seed as usize % faults.len()];
    let rounds: Vec<Round> = (first..first + count).map(|seed| Round { fault: fault(seed), seed }).collect();
    judge(&run(&rounds, number("FAULT_JOBS", 2) as usize));
}
