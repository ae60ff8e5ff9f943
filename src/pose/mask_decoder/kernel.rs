//! The arithmetic of the mask decoder, a row at a time: plain Rust over pixels of eight channels, which the compiler turns
//! into the instructions of whatever processor it is inlined for.

use super::pixel::{CHANNELS, Pixel};
use super::weights::{ResidualBlock, Tail};

/// Shares of the nearer and the farther pixel when a map is doubled in size: a new pixel is a quarter pixel off the nearer.
pub(super) const NEAR: f32 = 0.75;
pub(super) const FAR: f32 = 0.25;

/// Three rows above each other, each with a pixel of padding at both ends.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a>(pub [&'a [Pixel]; 3]);

impl Rows<'_> {
    /// The weighted sum of each channel over the 3 × 3 pixels whose left column is `x`.
    #[inline(always)]
    fn depthwise(&self, x: usize, weights: &[Pixel; 9], bias: Pixel) -> Pixel {
        let [above, middle, below] = self.0;
        let (above, middle, below) = (&above[x..x + 3], &middle[x..x + 3], &below[x..x + 3]);
        let a =
            bias.plus(above[0].times(weights[0])).plus(middle[0].times(weights[3])).plus(below[0].times(weights[6]));
        let b = above[1].times(weights[1]).plus(middle[1].times(weights[4])).plus(below[1].times(weights[7]));
        let c = above[2].times(weights[2]).plus(middle[2].times(weights[5])).plus(below[2].times(weights[8]));
        a.plus(b.plus(c))
    }
}

#[inline(always)]
pub(super) fn double(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]) {
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
pub(super) const TOGETHER: usize = 4;

#[inline(always)]
pub(super) fn block(block: &ResidualBlock, rows: Rows<'_>, out: &mut [Pixel]) {
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
pub(super) fn logits(tail: &Tail, rows: Rows<'_>, out: &mut [f32]) {
    for (x, out) in out.iter_mut().enumerate() {
        *out = rows.depthwise(x, &tail.weights, Pixel::ZERO).sum() + tail.bias;
    }
}

#[inline(always)]
pub(super) fn add(map: &[f32], plane: usize, out: &mut [Pixel]) {
    let [a, b, c, d, e, f, g, h]: [&[f32]; CHANNELS] =
        std::array::from_fn(|channel| &map[channel * plane..][..out.len()]);
    for (x, pixel) in out.iter_mut().enumerate() {
        *pixel = pixel.plus(Pixel([a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]]));
    }
}
