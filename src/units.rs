//! The one thing that angles need beyond what `euclid` has.

use euclid::Angle;

/// An angle from degrees, for named constants: `euclid`'s own is not `const`.
pub const fn degrees(degrees: f32) -> Angle<f32> {
    Angle { radians: degrees * std::f32::consts::PI / 180.0 }
}
