#!/usr/bin/env bash
# Question  A C3D holds a take of 90 s with events: start, lowest point and end of a bend. When does the Rust crate c3dio say that they were?
# Guess     When they were, in seconds, as other readers do. (Taken for granted, and seen to be wrong while the markers were looked at.)
# Seen      2026-11-28, c3dio 0.8.0 (Rust 1.95) with a file of ezc3d 1.7.2 (Python 3.11, Linux x86-64). All at 0: it takes the remainder of the length of
#           EVENT:TIMES by 2, which is 0, for the number of times, where half of it is meant, and gives every event the time 0.0, with its right label
#           and context. EVENT:TIMES itself is no longer among the parameters that it hands out. Markers, frame rate and units are right.
# Matters   Repetitions, steps and contacts all fall on the first frame: durations are 0, and a table cut by them is empty. The labels and their number
#           are right, which is what a test looks at. Read the events with another program.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check numpy==2.4.6 ezc3d==1.7.2
venv/bin/python -W ignore - <<'PY'
import ezc3d
import numpy as np

LABELS, SECONDS = ["start", "bottom", "end"], [0.5, 2.25, 61.5]
take = ezc3d.c3d()
take["parameters"]["POINT"]["RATE"]["value"] = [30.0]
take["parameters"]["POINT"]["LABELS"]["value"] = ["S1"]
take["parameters"]["POINT"]["UNITS"]["value"] = ["m"]
take["data"]["points"] = np.ones((4, 1, 2700))
take.add_parameter("EVENT", "USED", len(LABELS))
take.add_parameter("EVENT", "CONTEXTS", ["General"] * len(LABELS))
take.add_parameter("EVENT", "LABELS", LABELS)
take.add_parameter("EVENT", "TIMES", np.array([np.divide(SECONDS, 60) // 1, np.remainder(SECONDS, 60)]))
take.write("a.c3d")
minutes, seconds = ezc3d.c3d("a.c3d")["parameters"]["EVENT"]["TIMES"]["value"]
print("ezc3d:", dict(zip(LABELS, (60 * minutes + seconds).tolist())))
assert (60 * minutes + seconds).tolist() == SECONDS
PY
mkdir -p look/src
cat >look/Cargo.toml <<'TOML'
[package]
name = "look"
version = "0.1.0"
edition = "2021"

[dependencies]
c3dio = "=0.8.0"
TOML
cat >look/src/main.rs <<'RUST'
use c3dio::prelude::*;

fn main() {
    let take = C3d::load("a.c3d").expect("a valid file");
    assert_eq!((take.points.frame_rate, take.points.points.rows()), (30.0, 2700));
    let seen: Vec<_> = take.events.iter().map(|event| (event.label.as_str(), event.time)).collect();
    println!("c3dio: {seen:?}, EVENT:TIMES {:?}", take.parameters.get("EVENT", "TIMES"));
    assert_eq!(seen, [("start", 0.0), ("bottom", 0.0), ("end", 0.0)]);
    assert!(take.parameters.get("EVENT", "TIMES").is_none());
}
RUST
CARGO_TARGET_DIR="$work/target" cargo run --quiet --manifest-path look/Cargo.toml
