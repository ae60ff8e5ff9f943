//! Where a picture is so bright that nothing can be seen in it.
//!
//! A camera that exposes for the room cuts off what is brighter: a window, a white wall in the sun, a white shirt in front
//! of them all become one even white. Which level that is depends on the camera (235 in the video range, 255, or less
//! after its own gain), so evenness decides, and brightness only keeps dark even areas out.

use ndarray::{Array2, Zip, s};

/// From this level on, in every channel, a pixel may be burnt out; 0 to 1. [own]
const BRIGHT: f32 = 200.0 / 255.0;

/// How far the levels around a burnt-out pixel may be apart: the noise of a webcam and of a codec in plain white; 0 to 1.
/// [own]
const EVEN: f32 = 8.0 / 255.0;

/// How far around a pixel the picture must be even, in pixels of the crop: so that an edge between two samples of
/// `spine::overexposure` is within reach of one of them. [own]
const AROUND: usize = 2;

/// Whether each pixel of a crop is burnt out: whether everything within [`AROUND`] of it, in a square, is bright and even.
/// `darkest` is the level of its darkest channel, 0 to 1.
pub(super) fn burnt_out(darkest: &Array2<f32>) -> Array2<bool> {
    if !darkest.fold(false, |bright, level| bright | (*level >= BRIGHT)) {
        return Array2::from_elem(darkest.dim(), false);
    }
    let lowest = extreme_around(darkest, f32::MAX, |one, other| if other < one { other } else { one });
    let mut highest = extreme_around(darkest, f32::MIN, |one, other| if other > one { other } else { one });
    highest -= &lowest;
    Zip::from(&lowest).and(&highest).map_collect(|lowest, apart| (*lowest >= BRIGHT) & (*apart <= EVEN))
}

/// The extreme of the levels around each pixel, along its row first and then along its column; `beyond` is chosen before
/// no level. Rows of numbers without a branch, of which the compiler makes vectors.
fn extreme_around(levels: &Array2<f32>, beyond: f32, choose: impl Fn(f32, f32) -> f32 + Copy) -> Array2<f32> {
    let columns = levels.ncols();
    let mut along_rows = Array2::from_elem(levels.dim(), beyond);
    let mut padded = vec![beyond; columns + 2 * AROUND];
    for (row, mut extreme) in levels.rows().into_iter().zip(along_rows.rows_mut()) {
        padded[AROUND..].iter_mut().zip(row).for_each(|(padded, level)| *padded = *level);
        for offset in 0..=2 * AROUND {
            take_extreme(extreme.as_slice_mut().unwrap_or_default(), &padded[offset..], choose);
        }
    }
    let mut around = Array2::from_elem(levels.dim(), beyond);
    for (row, mut extreme) in around.rows_mut().into_iter().enumerate() {
        let last = (row + AROUND).min(levels.nrows() - 1);
        for other in along_rows.slice(s![row.saturating_sub(AROUND)..=last, ..]).rows() {
            take_extreme(extreme.as_slice_mut().unwrap_or_default(), other.to_slice().unwrap_or_default(), choose);
        }
    }
    around
}

/// Replaces each of `extremes` by the one that is chosen of it and the level at its place.
fn take_extreme(extremes: &mut [f32], levels: &[f32], choose: impl Fn(f32, f32) -> f32) {
    extremes.iter_mut().zip(levels).for_each(|(extreme, level)| *extreme = choose(*extreme, *level));
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
