//! At how many pictures a second still pictures are measured.

use std::ops::RangeInclusive;

/// Pictures a second if nothing else is said.
pub const DEFAULT_RATE: f64 = 2.0;

/// The rates that are taken for meant, pictures a second.
pub const RATES: RangeInclusive<f64> = 0.01..=240.0;
