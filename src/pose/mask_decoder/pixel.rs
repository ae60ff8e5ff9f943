//! The channels of one place of a map, and their arithmetic.

use wide::f32x8;

/// Channels of every map of the decoder.
pub(super) const CHANNELS: usize = 8;

/// Upper end of the network's clips; the lower one is 0.
pub(super) const SIX: f32 = 6.0;
/// The channels of one place of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C, align(32))]
pub(super) struct Pixel(pub [f32; CHANNELS]);

impl Pixel {
    pub(super) const ZERO: Self = Self([0.0; CHANNELS]);

    #[inline(always)]
    fn of(lanes: f32x8) -> Self {
        Self(lanes.to_array())
    }

    #[inline(always)]
    fn lanes(self) -> f32x8 {
        f32x8::from(self.0)
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self::of(self.lanes() + other.lanes())
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        Self::of(self.lanes() * other.lanes())
    }

    #[inline(always)]
    pub(super) fn scaled(self, factor: f32) -> Self {
        Self::of(self.lanes() * f32x8::splat(factor))
    }

    #[inline(always)]
    pub(super) fn clipped(self) -> Self {
        // In this order, and not `max` and `min`: these are one instruction each, and let what is not a number through, so
        // that it is noticed.
        Self::of(f32x8::splat(SIX).fast_min(f32x8::ZERO.fast_max(self.lanes())))
    }

    /// The sum of the channels.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}
