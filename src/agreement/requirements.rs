//! What a comparison needs at least; its errors name these values.

/// The largest file that is read, bytes: two hours of a phone at 200 values a second are 100 MB.
pub const LARGEST_FILE: u64 = 256 << 20;

/// The longest recording, hours. [own]
pub const LONGEST: f64 = 4.0;

/// The fewest values a second. [own]
pub const MIN_RATE: f64 = 5.0;

/// How far the time may go back, seconds: sensors of a phone deliver a few values late. [own]
pub const LATE: f64 = 0.1;

/// The least time that both measure, seconds. [own]
pub const MIN_OVERLAP: f64 = 10.0;

/// The least correlation of an alignment. [own]
pub const MIN_CORRELATION: f64 = 0.8;

/// How long both have to measure the standing person, seconds in total. [own]
pub const MIN_STANDING: f64 = 1.0;
