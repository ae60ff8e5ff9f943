//! Hostile input, a bounded run of what the fuzz targets in `tests/fuzz` do without end: every stored seed, each
//! damaged in many ways, and every number of a session's file set to extremes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "fuzz/attack.rs"]
mod attack;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

/// How often each seed is damaged.
const DAMAGES: usize = 300;

/// A deterministic random number generator (xorshift).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit.max(1)
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The seed with a few bytes changed, or with its end or a piece of it missing or doubled.
fn damaged(seed: &[u8], draw: &mut Draw) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=draw.below(4) {
        let at = draw.below(bytes.len());
        let length = draw.below(16).min(bytes.len() - at);
        match draw.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + length)),
            2 => bytes.extend_from_within(at..at + length),
            _ => {
                let value = [0xFF, 0x00, 0x7F, 0x80][draw.below(4)];
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if draw.below(2) == 0 { value } else { *byte ^ 1 << draw.below(8) };
                }
            }
        }
    }
    bytes
}

#[test]
fn neither_a_seed_nor_damage_to_it_does_harm() {
    let mut draw = Draw(0x9E37_79B9_7F4A_7C15);
    for (target, attack) in attack::ALL {
        let seeds = seeds(target);
        assert!(!seeds.is_empty(), "{target} has no seed");
        for seed in &seeds {
            attack(seed);
            (0..DAMAGES).for_each(|_| attack(&damaged(seed, &mut draw)));
        }
    }
}

#[test]
fn the_seeds_get_as_far_as_they_can() {
    assert!(seeds("session").iter().all(|seed| attack::taken(&attack::as_package(seed))));
    assert!(seeds("package").iter().all(|seed| attack::taken(seed)));
}

/// Values that are likely to cause errors in place of an ordinary number.
fn extremes() -> [Value; 8] {
    [json!(0), json!(-1), json!(1), json!(1e30), json!(-1e30), json!(i64::MAX), json!(i64::MIN), json!(u32::MAX)]
}

/// The paths of all numbers in it.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| numbers(item, &format!("{at}/{index}"), found));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, field)| numbers(field, &format!("{at}/{name}"), found)),
        _ => {}
    }
}

#[test]
fn no_number_of_a_session_from_elsewhere_does_harm() {
    let seed = seeds("session").remove(0);
    let end = seed.iter().position(|byte| *byte == 0).unwrap();
    let rows: Value = serde_json::from_slice(&seed[..end]).unwrap();
    let mut places = Vec::new();
    numbers(&rows, "", &mut places);
    assert!(places.len() > 20, "{places:?}");
    for place in places {
        for extreme in extremes() {
            let mut rows = rows.clone();
            *rows.pointer_mut(&place).unwrap() = extreme;
            attack::session(&[rows.to_string().as_bytes(), &seed[end..]].concat());
        }
    }
}
