//! Where a picture is so bright that nothing can be seen in it.
//!
//! A camera that exposes for the room cuts off what is brighter: a window, a white wall in the sun, a white shirt in front
//! of them all become one even white. Which level that is depends on the camera (235 in the video range, 255, or less
//! after its own gain), so evenness decides, and brightness only keeps dark even areas out.

use ndarray::Array2;

/// From this level on, in every channel, a pixel may be burnt out; 0 to 1. [own]
const BRIGHT: f32 = 200.0 / 255.0;

/// How far the levels around a burnt-out pixel may be apart: the noise of a webcam and of a codec in plain white; 0 to 1.
/// [own]
const EVEN: f32 = 8.0 / 255.0;

/// How far around a pixel the picture must be even, in pixels of the crop: so that an edge between two samples of
/// `spine::overexposure` is within reach of one of them. [own]
const AROUND: usize = 2;

/// Whether each pixel of a crop is burnt out, given the level of its darkest channel, 0 to 1.
pub(super) fn burnt_out(darkest: &Array2<f32>) -> Array2<bool> {
    let levels = Levels { levels: darkest.iter().copied().collect(), size: darkest.dim() };
    let mut burnt_out = Array2::from_elem(levels.size, false);
    for (at, burnt_out) in burnt_out.iter_mut().enumerate() {
        // Most pixels of most pictures are too dark: only of the others the surroundings are looked at.
        *burnt_out = levels.levels[at] >= BRIGHT && levels.are_even_around(at);
    }
    burnt_out
}

/// The levels of a crop, row by row.
struct Levels {
    levels: Vec<f32>,
    /// Rows and columns.
    size: (usize, usize),
}

impl Levels {
    /// Whether everything within [`AROUND`] of a pixel, in a square, is bright and even.
    fn are_even_around(&self, at: usize) -> bool {
        let (rows, columns) = self.size;
        let around = |place: usize, length: usize| place.saturating_sub(AROUND)..(place + AROUND + 1).min(length);
        let across = around(at % columns, columns);
        let square = around(at / columns, rows)
            .flat_map(|row| &self.levels[row * columns + across.start..row * columns + across.end]);
        let (lowest, highest) =
            square.fold((f32::MAX, f32::MIN), |(lowest, highest), level| (lowest.min(*level), highest.max(*level)));
        lowest >= BRIGHT && highest - lowest <= EVEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: f32 = 229.0 / 255.0;

    #[test]
    fn even_white_is_burnt_out_at_any_level() {
        for level in [205.0, 229.0, 255.0] {
            assert!(burnt_out(&Array2::from_elem((9, 12), level / 255.0)).iter().all(|burnt_out| *burnt_out));
        }
        assert!(burnt_out(&Array2::from_elem((9, 12), 190.0 / 255.0)).iter().all(|burnt_out| !burnt_out));
    }

    #[test]
    fn beside_an_edge_something_is_seen() {
        let step = |contrast: f32| {
            let levels = Array2::from_shape_fn((9, 12), |(_, column)| WHITE - if column < 6 { 0.0 } else { contrast });
            burnt_out(&levels).row(4).to_vec()
        };
        assert!(step(4.0 / 255.0).into_iter().all(|burnt_out| burnt_out));
        let seen: Vec<_> = step(12.0 / 255.0).into_iter().map(|burnt_out| !burnt_out).collect();
        assert_eq!(seen, [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0].map(|seen| seen == 1));
    }

    #[test]
    fn a_dark_pixel_is_seen_in_every_direction() {
        let mut levels = Array2::from_elem((9, 9), WHITE);
        levels[(4, 4)] = 0.2;
        let seen = burnt_out(&levels).iter().filter(|burnt_out| !**burnt_out).count();
        assert_eq!(seen, (2 * AROUND + 1).pow(2));
    }

    #[test]
    fn crops_of_a_few_pixels_are_no_matter() {
        for size in [(0, 0), (1, 1), (2, 1)] {
            assert_eq!(burnt_out(&Array2::from_elem(size, 1.0)).dim(), size);
        }
    }
}
