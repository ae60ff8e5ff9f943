//! The real program, end to end: its output, its files, its exit codes. One file per topic.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod accessible;
mod archive;
mod archive_faults;
mod arriving;
mod command_line;
#[path = "../common/mod.rs"]
mod common;
mod compare;
mod drills;
mod export;
mod fortnight;
mod full_disk;
#[cfg(unix)]
mod hostile_text;
mod input;
mod interruption;
mod keeping;
mod language;
#[cfg(target_os = "linux")]
mod long_session;
mod machine;
mod man;
mod measured_frames;
mod mobility;
mod names;
mod output;
mod parts;
mod persons;
#[cfg(unix)]
mod place;
mod prescribing;
mod printing;
mod rate;
mod remeasure;
mod report;
mod report_pages;
mod review;
mod session;
mod start;
mod states;
mod told;
mod trend;
mod videos;

use assert_cmd::assert::Assert;
use common::World;
use image::{Rgb, RgbImage};

/// Failed, with exactly one sentence that contains each of `parts`.
fn fails(assert: Assert, parts: &[&str]) {
    let output = assert.failure().code(1).get_output().clone();
    let said = String::from_utf8(output.stderr).unwrap();
    let sentences: Vec<_> = said.lines().filter(|line| line.starts_with("bendwise: ")).collect();
    assert_eq!(sentences.len(), 1, "one sentence, not:\n{said}");
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in:\n{said}");
    }
    for trace in ["panicked", "RUST_BACKTRACE", "Error {", "Err("] {
        assert!(!said.contains(trace), "{trace:?} is in:\n{said}");
    }
}

/// A wall of one colour.
fn wall(width: u32, height: u32) -> RgbImage {
    RgbImage::from_pixel(width, height, Rgb([120, 130, 140]))
}

/// The contents of a folder of a world.
fn names(world: &World, folder: &str) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(world.path(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
