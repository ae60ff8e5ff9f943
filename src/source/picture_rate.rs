//! The picture rate at which still pictures are played.

use std::ops::RangeInclusive;

/// The default, pictures a second.
pub const DEFAULT_RATE: f64 = 2.0;

/// The accepted rates, pictures a second.
pub const RATES: RangeInclusive<f64> = 0.01..=240.0;
