//! Chooses the arithmetic for the processor: that of `avx2.rs` where it has AVX2 and FMA, otherwise the plain one.

use multiversion::multiversion;
use multiversion::target::match_target;

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::kernel::{self, Rows};
use super::pixel::Pixel;
use super::weights::{ResidualBlock, Tail};

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
    pub const DISPATCHED: Self = Self { double, block, logits, add };
    /// The one of every processor.
    #[cfg(test)]
    pub const PLAIN: Self =
        Self { double: kernel::double, block: kernel::block, logits: kernel::logits, add: kernel::add };
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn double(near: &[Pixel], far: &[Pixel], out: &mut [Pixel]) {
    match_target! {
        "x86_64+avx2+fma" => avx2::double(near, far, out),
        _ => kernel::double(near, far, out),
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn block(block: &ResidualBlock, rows: Rows<'_>, out: &mut [Pixel]) {
    match_target! {
        "x86_64+avx2+fma" => avx2::block(block, rows, out),
        _ => kernel::block(block, rows, out),
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn logits(tail: &Tail, rows: Rows<'_>, out: &mut [f32]) {
    match_target! {
        "x86_64+avx2+fma" => avx2::logits(tail, rows, out),
        _ => kernel::logits(tail, rows, out),
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn add(map: &[f32], plane: usize, out: &mut [Pixel]) {
    match_target! {
        "x86_64+avx2+fma" => avx2::add(map, plane, out),
        _ => kernel::add(map, plane, out),
    }
}
