//! Samples a row of a crop pixel by pixel, on every processor.

use super::grid::RowPositions;
use super::levels::Levels;
use super::source::CropSource;

/// Writes the row whose pixels are at `positions` into its parts of the planes red, green and blue.
pub(super) fn row(source: &CropSource<'_>, mut positions: RowPositions, levels: &Levels, out: [&mut [f32]; 3]) {
    let [red, green, blue] = out;
    for ((red, green), blue) in red.iter_mut().zip(green).zip(blue) {
        let sample = source.sample(positions.next());
        [*red, *green, *blue] = sample.map(|level| levels.value(level));
    }
}
