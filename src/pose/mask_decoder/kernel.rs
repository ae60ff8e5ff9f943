//! The arithmetic of the mask decoder, a row at a time: plain Rust over pixels of eight channels, compiled once for any
//! processor and once for those whose registers hold eight numbers (AVX2). The order of the sums is the same in both, and
//! none is fused, so both give the same bits.

use multiversion::multiversion;

use super::weights::{CHANNELS, ResidualBlock, Tail};

/// Upper end of the network's clips; the lower one is 0.
const SIX: f32 = 6.0;
/// Shares of the nearer and the farther pixel when a map is doubled in size: a new pixel is a quarter pixel off the nearer.
const NEAR: f32 = 0.75;
const FAR: f32 = 0.25;

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
    fn plus(self, other: Self) -> Self {
        self.map(other, |a, b| a + b)
    }

    #[inline(always)]
    fn times(self, other: Self) -> Self {
        self.map(other, |a, b| a * b)
    }

    #[inline(always)]
    fn scaled(self, factor: f32) -> Self {
        self.times(Self([factor; CHANNELS]))
    }

    #[inline(always)]
    fn clipped(self) -> Self {
        // Not `f32::clamp` or `max`: these are one instruction each, and let what is not a number through, so that it is noticed.
        let floored = self.map(Self::ZERO, |a, zero| if zero > a { zero } else { a });
        floored.map(Self([SIX; CHANNELS]), |a, six| if six < a { six } else { a })
    }

    /// The sum of the channels.
    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}

/// Three rows above each other, each with a pixel of padding at both ends.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a>(pub [&'a [Pixel]; 3]);

impl Rows<'_> {
    /// The weighted sum of each channel over the 3 × 3 pixels whose left column is `x`.
    #[inline(always)]
    fn depthwise(&self, x: usize, weights: &[Pixel; 9], bias: Pixel) -> Pixel {
        let [above, middle, below] = self.0.map(|row| &row[x..x + 3]);
        let a =
            bias.plus(above[0].times(weights[0])).plus(middle[0].times(weights[3])).plus(below[0].times(weights[6]));
        let b = above[1].times(weights[1]).plus(middle[1].times(weights[4])).plus(below[1].times(weights[7]));
        let c = above[2].times(weights[2]).plus(middle[2].times(weights[5])).plus(below[2].times(weights[8]));
        a.plus(b.plus(c))
    }
}

/// The functions of one row, for one kind of processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kernel {
    /// Doubles a row: of `near` and `far`, the nearer and the farther row above each other, into one twice as wide.
    pub double: fn(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]),
    /// One residual block: a 3 × 3 convolution of each channel, one of 1 × 1 over all, and what came in added.
    pub block: fn(&ResidualBlock, Rows<'_>, out: &mut [Pixel]),
    /// The last convolution, to one channel.
    pub logits: fn(&Tail, Rows<'_>, out: &mut [f32]),
    /// Adds a row of a map whose channels lie one after the other, `plane` numbers each.
    pub add: fn(map: &[f32], plane: usize, out: &mut [Pixel]),
}

impl Kernel {
    /// The fastest of this processor.
    pub const DISPATCHED: Self =
        Self { double: dispatched::double, block: dispatched::block, logits: dispatched::logits, add: dispatched::add };
    /// The one of every processor.
    #[cfg(test)]
    pub const PLAIN: Self = Self { double, block, logits, add };
}

mod dispatched {
    use super::{Pixel, ResidualBlock, Rows, Tail, multiversion};

    #[multiversion(targets("x86_64+avx2"))]
    pub(super) fn double(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]) {
        super::double(near, far, out);
    }

    #[multiversion(targets("x86_64+avx2"))]
    pub(super) fn block(block: &ResidualBlock, rows: Rows<'_>, out: &mut [Pixel]) {
        super::block(block, rows, out);
    }

    #[multiversion(targets("x86_64+avx2"))]
    pub(super) fn logits(tail: &Tail, rows: Rows<'_>, out: &mut [f32]) {
        super::logits(tail, rows, out);
    }

    #[multiversion(targets("x86_64+avx2"))]
    pub(super) fn add(map: &[f32], plane: usize, out: &mut [Pixel]) {
        super::add(map, plane, out);
    }
}

#[inline(always)]
fn double(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]) {
    let between = |x: usize| near[x].scaled(NEAR).plus(far[x].scaled(FAR));
    let width = near.len() - 2;
    let (mut left, mut here) = (between(1), between(1));
    for (x, pair) in (1..=width).zip(out[1..].chunks_exact_mut(2)) {
        let right = if x < width { between(x + 1) } else { here };
        let most = here.scaled(NEAR);
        pair[0] = most.plus(left.scaled(FAR));
        pair[1] = most.plus(right.scaled(FAR));
        (left, here) = (here, right);
    }
}

/// Pixels that are computed together, so that each weight is loaded once for all of them.
const TOGETHER: usize = 4;

#[inline(always)]
fn block(block: &ResidualBlock, rows: Rows<'_>, out: &mut [Pixel]) {
    let width = out.len() - 2;
    for (group, out) in out[1..=width].chunks_exact_mut(TOGETHER).enumerate() {
        let x = group * TOGETHER;
        let mut deep = [Pixel::ZERO; TOGETHER];
        let mut sums = [Pixel::ZERO; TOGETHER];
        for at in 0..TOGETHER {
            deep[at] = rows.depthwise(x + at, &block.depthwise, block.depthwise_bias).clipped();
            sums[at] = rows.0[1][x + at + 1].plus(block.pointwise_bias);
        }
        for channel in 0..CHANNELS {
            for at in 0..TOGETHER {
                sums[at] = sums[at].plus(block.pointwise[channel].scaled(deep[at].0[channel]));
            }
        }
        for at in 0..TOGETHER {
            out[at] = sums[at].clipped();
        }
    }
}

#[inline(always)]
fn logits(tail: &Tail, rows: Rows<'_>, out: &mut [f32]) {
    for (x, out) in out.iter_mut().enumerate() {
        *out = rows.depthwise(x, &tail.weights, Pixel::ZERO).sum() + tail.bias;
    }
}

#[inline(always)]
fn add(map: &[f32], plane: usize, out: &mut [Pixel]) {
    let channels: [&[f32]; CHANNELS] = std::array::from_fn(|channel| &map[channel * plane..][..out.len()]);
    for (x, pixel) in out.iter_mut().enumerate() {
        *pixel = pixel.plus(Pixel(channels.map(|channel| channel[x])));
    }
}
