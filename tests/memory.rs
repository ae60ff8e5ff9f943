//! A damaged film of a few kilobytes takes no more memory than a film of that size may, and `analyze` no more than it is said
//! to. A program of its own, as the memory is that of the whole process.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod common;
#[allow(dead_code, reason = "each test program uses a part of it")]
#[path = "video/film.rs"]
mod film;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bendwise::source::video;
use bendwise::source::{Delivery, Source};
use film::{Film, boxed, with_size, words};
use image::RgbImage;

/// The most memory that a damaged film of a few kilobytes may take, kB.
const MOST: u64 = 100_000;

/// Held while memory is measured: tests run at the same time.
static ALONE: Mutex<()> = Mutex::new(());

/// The memory of this process in kB: now (`VmRSS`) or at most since [`forget`] (`VmHWM`).
fn memory(name: &str) -> u64 {
    memory_of("self", name).unwrap()
}

/// The same of any process; `None` once it has ended.
fn memory_of(process: &str, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

/// Lets the most be counted anew.
fn forget() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// How much more memory reading the film takes, kB.
fn taken(bytes: &[u8]) -> u64 {
    forget();
    let before = memory("VmRSS:");
    if let Ok(mut source) = video::open_bytes("film.mp4", bytes.to_vec().leak()) {
        play(source.as_mut());
    }
    memory("VmHWM:").saturating_sub(before)
}

fn play(source: &mut dyn Source) {
    while let Ok(Delivery::Frame(_)) = source.next() {}
}

#[test]
fn no_lie_about_samples_takes_much() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let film = Film::of(&vec![RgbImage::new(96, 64); 3]);
    // Each fragment has samples of so many bytes, which lie at the beginning of the file.
    let lying = |fragments: u32, runs: usize, count: u32, size: u32| {
        let trun = boxed(b"trun", &[&words(&[1, count, 0])]);
        let tfhd = boxed(b"tfhd", &[&words(&[0x2_0018, 1, 1, size])]);
        let moof = boxed(b"moof", &[&boxed(b"traf", &[&tfhd, &trun.repeat(runs)])]);
        [film.fragmented_head(), moof.repeat(fragments as usize)].concat()
    };
    let films = [
        lying(1, 1, u32::MAX, 0),
        lying(200, 1, 19_000, 0),
        lying(1, 1, 3_900_000, 1),
        lying(1, 200, 4_000, 1),
        lying(40, 10, 9_000, 1),
        lying(1, 200, 3, 1000),
        lying(1, 1, 3_900_000, u32::MAX),
    ];
    for (number, bytes) in films.iter().enumerate() {
        let taken = taken(bytes);
        assert!(taken < MOST, "{} MB by film {number} of {} bytes", taken / 1000, bytes.len());
        println!("{} MB by film {number} of {} bytes", taken / 1000, bytes.len());
    }
}

#[test]
fn no_parameter_set_makes_the_decoder_take_much() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let film = Film::of(&vec![RgbImage::new(96, 64); 3]);
    let [sps, pps] = film.parameters();
    let mut most = (0, Vec::new());
    for first in 8..sps.len() * 8 {
        for second in (first..sps.len() * 8).step_by(3) {
            let mut damaged = sps.clone();
            damaged[first / 8] ^= 0x80 >> (first % 8);
            if second > first {
                damaged[second / 8] ^= 0x80 >> (second % 8);
            }
            let bytes = film.clone().with_parameters(Some(&[damaged.clone(), pps.clone()])).bytes();
            most = most.max((taken(&bytes), damaged));
        }
    }
    // 4096 x 2304 pixels is the largest picture of level 5.2.
    for size in [(256, 144), (240, 135), (240, 256), (512, 288), (1000, 36), (6, 6000), (4096, 4096)] {
        for references in [0, 1, 4, 5, 16, 100] {
            let damaged = with_size(&sps, size, references);
            let bytes = film.clone().with_parameters(Some(&[damaged.clone(), pps.clone()])).bytes();
            most = most.max((taken(&bytes), damaged));
        }
    }
    assert!(most.0 < MOST, "{} MB by {:02x?}", most.0 / 1000, most.1);
    println!("the most was {} MB by {:02x?}", most.0 / 1000, most.1);
}

/// What `analyze` takes at most of the demo, 1280 × 720, kB: as BENCHMARKS.md has it, and as much more as runs differ.
const ANALYSIS: u64 = 140_000;

#[test]
fn an_analysis_takes_no_more_than_it_is_said_to() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let world = common::World::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bendwise"));
    world.inhabit(&mut command);
    let quiet = command.arg("analyze").arg(common::demo()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = memory_of(&child.id().to_string(), "VmHWM:").map_or(most, |now| now.max(most));
        thread::sleep(Duration::from_millis(20));
    }
    assert!(child.wait().unwrap().success());
    println!("the demo took {} MB", most / 1000);
    assert!((20_000..ANALYSIS).contains(&most), "{} MB", most / 1000);
}
