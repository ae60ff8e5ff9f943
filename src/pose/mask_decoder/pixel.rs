//! The channels of one place of a map, and their arithmetic.

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
    fn map(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        let mut result = Self::ZERO;
        for channel in 0..CHANNELS {
            result.0[channel] = f(self.0[channel], other.0[channel]);
        }
        result
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        self.map(other, |a, b| a + b)
    }

    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        self.map(other, |a, b| a * b)
    }

    #[inline(always)]
    pub(super) fn scaled(self, factor: f32) -> Self {
        self.times(Self([factor; CHANNELS]))
    }

    #[inline(always)]
    pub(super) fn clipped(self) -> Self {
        // Not `f32::clamp` or `max`: these are one instruction each, and let what is not a number through, so that it is noticed.
        let floored = self.map(Self::ZERO, |a, zero| if zero > a { zero } else { a });
        floored.map(Self([SIX; CHANNELS]), |a, six| if six < a { six } else { a })
    }

    /// The sum of the channels.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}
