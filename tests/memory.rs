//! A damaged film of a few kilobytes takes no more memory than a film of that size may. A program of its own, as the memory is
//! that of the whole process.

#![cfg(all(feature = "cli", target_os = "linux"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
#[path = "video/film.rs"]
mod film;

use std::fs;

use bendwise::source::video;
use bendwise::source::{Delivery, Source};
use film::{Film, with_size};
use image::RgbImage;

/// The most memory that a damaged film of a few kilobytes may take, kB.
const MOST: u64 = 100_000;

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
fn no_parameter_set_makes_the_decoder_take_much() {
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
