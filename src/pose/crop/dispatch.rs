//! Chooses how rows are sampled for the processor: as in `avx2.rs` where it has AVX2 and FMA, otherwise the plain way.

use multiversion::multiversion;
use multiversion::target::match_target;

#[cfg(target_arch = "x86_64")]
use super::avx2;
use super::grid::RowPositions;
use super::levels::Levels;
use super::plain;
use super::source::CropSource;

/// The sampling of a row, for one kind of processor.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowSampler {
    /// Writes the row whose pixels are at these positions into its parts of the planes red, green and blue.
    pub row: fn(&CropSource<'_>, RowPositions, &Levels, out: [&mut [f32]; 3]),
}

impl RowSampler {
    /// The fastest of this processor.
    pub const DISPATCHED: Self = Self { row };
    /// The one of every processor.
    #[cfg(test)]
    pub const PLAIN: Self = Self { row: plain::row };
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn row(source: &CropSource<'_>, positions: RowPositions, levels: &Levels, out: [&mut [f32]; 3]) {
    match_target! {
        "x86_64+avx2+fma" => avx2::row(source, positions, levels, out),
        _ => plain::row(source, positions, levels, out),
    }
}
