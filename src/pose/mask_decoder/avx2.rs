//! The arithmetic of `kernel.rs` for processors whose registers hold eight numbers: a pixel is one of them. Written out,
//! because the compiler does not find it by itself. It multiplies and adds in one step, which rounds once instead of
//! twice: the results are those of the plain functions but for that.

use std::arch::x86_64::{
    __m256, _mm256_add_ps, _mm256_fmadd_ps, _mm256_hadd_ps, _mm256_max_ps, _mm256_min_ps, _mm256_mul_ps,
    _mm256_permute2f128_ps, _mm256_set1_ps, _mm256_setr_ps, _mm256_setzero_ps,
};

use bytemuck::cast;

use super::kernel::{FAR, NEAR, Rows, TOGETHER};
use super::pixel::{CHANNELS, Pixel, SIX};
use super::weights::{ResidualBlock, Tail};

#[target_feature(enable = "avx2,fma")]
#[inline]
fn load(pixel: &Pixel) -> __m256 {
    cast(pixel.0)
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn store(value: __m256) -> Pixel {
    Pixel(cast(value))
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn clipped(value: __m256) -> __m256 {
    // Of two operands these return the second where one is not a number: it is let through, so that it is noticed.
    _mm256_min_ps(_mm256_set1_ps(SIX), _mm256_max_ps(_mm256_setzero_ps(), value))
}

/// The weighted sum of each channel over the 3 × 3 pixels whose left column is `x`.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn depthwise<const COUNT: usize>(rows: &[&[Pixel; COUNT]; 3], x: usize, weights: &[__m256; 9], bias: __m256) -> __m256 {
    let [above, middle, below] = rows;
    let mut sums = [bias, _mm256_setzero_ps(), _mm256_setzero_ps()];
    for column in 0..3 {
        let sum = _mm256_fmadd_ps(load(&above[x + column]), weights[column], sums[column]);
        let sum = _mm256_fmadd_ps(load(&middle[x + column]), weights[3 + column], sum);
        sums[column] = _mm256_fmadd_ps(load(&below[x + column]), weights[6 + column], sum);
    }
    _mm256_add_ps(sums[0], _mm256_add_ps(sums[1], sums[2]))
}

#[target_feature(enable = "avx2,fma")]
#[inline]
fn registers<const COUNT: usize>(pixels: &[Pixel; COUNT]) -> [__m256; COUNT] {
    let mut registers = [_mm256_setzero_ps(); COUNT];
    for (register, pixel) in registers.iter_mut().zip(pixels) {
        *register = load(pixel);
    }
    registers
}

/// The `COUNT` pixels of each row from `x` on, and two more.
fn parts<const COUNT: usize>(rows: Rows<'_>, x: usize) -> Option<[&[Pixel; COUNT]; 3]> {
    let [above, middle, below] = rows.0;
    Some([above[x..].first_chunk()?, middle[x..].first_chunk()?, below[x..].first_chunk()?])
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn block(block: &ResidualBlock, rows: Rows<'_>, out: &mut [Pixel]) {
    let deep_weights = registers(&block.depthwise);
    let [deep_bias, bias] = registers(&[block.depthwise_bias, block.pointwise_bias]);
    let width = out.len() - 2;
    for (group, out) in out[1..=width].as_chunks_mut::<TOGETHER>().0.iter_mut().enumerate() {
        let Some(rows) = parts::<{ TOGETHER + 2 }>(rows, group * TOGETHER) else { return };
        let mut deep = [Pixel::ZERO; TOGETHER];
        let mut sums = [bias; TOGETHER];
        for at in 0..TOGETHER {
            deep[at] = store(clipped(depthwise(&rows, at, &deep_weights, deep_bias)));
            sums[at] = _mm256_add_ps(bias, load(&rows[1][at + 1]));
        }
        for channel in 0..CHANNELS {
            let weights = load(&block.pointwise[channel]);
            for at in 0..TOGETHER {
                sums[at] = _mm256_fmadd_ps(_mm256_set1_ps(deep[at].0[channel]), weights, sums[at]);
            }
        }
        for at in 0..TOGETHER {
            out[at] = store(clipped(sums[at]));
        }
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn double(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]) {
    let (most, least) = (_mm256_set1_ps(NEAR), _mm256_set1_ps(FAR));
    let width = near.len() - 2;
    let mut sources = near[1..=width].iter().zip(&far[1..=width]);
    let Some((first_near, first_far)) = sources.next() else { return };
    let mut here = _mm256_fmadd_ps(load(first_near), most, _mm256_mul_ps(load(first_far), least));
    let mut left = here;
    for pair in out[1..=2 * width].as_chunks_mut::<2>().0 {
        let right = match sources.next() {
            Some((near, far)) => _mm256_fmadd_ps(load(near), most, _mm256_mul_ps(load(far), least)),
            None => here,
        };
        let share = _mm256_mul_ps(here, most);
        pair[0] = store(_mm256_fmadd_ps(left, least, share));
        pair[1] = store(_mm256_fmadd_ps(right, least, share));
        (left, here) = (here, right);
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn logits(tail: &Tail, rows: Rows<'_>, out: &mut [f32]) {
    let (weights, bias) = (registers(&tail.weights), _mm256_set1_ps(tail.bias));
    let zero = _mm256_setzero_ps();
    for (group, out) in out.as_chunks_mut::<8>().0.iter_mut().enumerate() {
        let Some(rows) = parts::<10>(rows, group * 8) else { return };
        let mut sums = [zero; 8];
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum = depthwise(&rows, at, &weights, zero);
        }
        let [a, b, c, d, e, f, g, h] = sums;
        let low = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        let high = _mm256_hadd_ps(_mm256_hadd_ps(e, f), _mm256_hadd_ps(g, h));
        let halves = [_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high)];
        *out = cast(_mm256_add_ps(_mm256_add_ps(halves[0], halves[1]), bias));
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn add(map: &[f32], plane: usize, out: &mut [Pixel]) {
    let width = out.len();
    let channel = |channel: usize| &map[channel * plane..][..width];
    let (a, b, c, d) = (channel(0), channel(1), channel(2), channel(3));
    let (e, f, g, h) = (channel(4), channel(5), channel(6), channel(7));
    for (x, pixel) in out.iter_mut().enumerate() {
        let added = _mm256_setr_ps(a[x], b[x], c[x], d[x], e[x], f[x], g[x], h[x]);
        *pixel = store(_mm256_add_ps(load(pixel), added));
    }
}
