//! A damaged film of a few kilobytes takes no more memory than a film of that size may. A program of its own, as the memory is
//! that of the whole process.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
#[path = "video/film.rs"]
mod film;

use std::fs;
use std::sync::{Mutex, PoisonError};

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
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap()
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
