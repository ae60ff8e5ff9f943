//! The zero of both measurements: the median of each while the person stands.

use super::numbers::median;
use super::requirements::MIN_STANDING;
use super::session::{ComparedFrame, ComparedSession};

/// The person stands where the trunk leans less than this, degrees: less than half of what begins a bend. [own]
const UPRIGHT: f64 = 10.0;

/// … and changes its lean by less than this, degrees a second. [own]
const STILL: f64 = 10.0;

/// Over which time to each side the change is taken, seconds.
const AROUND: f64 = 0.25;

/// The frames in which the person stands still, as one flag each.
pub fn standing(session: &ComparedSession) -> Vec<bool> {
    let trunk = session.series(|frame| frame.trunk);
    let still = |frame: &ComparedFrame| {
        let around = trunk.at(frame.time - AROUND).zip(trunk.at(frame.time + AROUND));
        around.is_some_and(|(before, after)| (after - before).abs() < STILL * 2.0 * AROUND)
    };
    session.frames.iter().map(|frame| frame.trunk.abs() < UPRIGHT && still(frame)).collect()
}

/// The medians of both measurements over these pairs, in which the person stands; `None` if that is too short.
pub fn zero(pairs: &[(f64, f64)], step: f64) -> Option<(f64, f64)> {
    let long = pairs.len() as f64 * step >= MIN_STANDING;
    let both = median(pairs.iter().map(|pair| pair.0)).zip(median(pairs.iter().map(|pair| pair.1)));
    both.filter(|_| long)
}
