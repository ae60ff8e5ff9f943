//! The one function for angles that `euclid` lacks.

use euclid::Angle;

/// An angle from degrees, for named constants: the one in `euclid` is not `const`.
pub const fn degrees(degrees: f32) -> Angle<f32> {
    Angle { radians: degrees * std::f32::consts::PI / 180.0 }
}
