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

/// The rows or columns that are looked at for one.
const KERNEL: usize = 2 * AROUND + 1;

/// Whether each pixel of a crop is burnt out: whether everything within [`AROUND`] of it, in a square, is bright and even in
/// every channel. `crop` is the planes red, green and blue of so many rows and columns, 0 to 1.
///
/// Row by row, of which [`KERNEL`] are remembered; numbers without a branch, of which the compiler makes vectors.
pub(super) fn burnt_out(crop: &[f32], (rows, columns): (usize, usize)) -> Array2<bool> {
    let mut burnt_out = vec![false; rows * columns];
    let [red, green, blue]: [&[f32]; 3] =
        std::array::from_fn(|plane| &crop[plane * rows * columns..][..rows * columns]);
    let mut ring = std::array::from_fn::<_, KERNEL, _>(|_| RowExtremes::new(columns));
    for row in 0..if columns > 0 { rows + AROUND } else { 0 } {
        if row < rows {
            let part = row * columns..(row + 1) * columns;
            ring[row % KERNEL].read([&red[part.clone()], &green[part.clone()], &blue[part]]);
        }
        if let Some(middle) = row.checked_sub(AROUND) {
            // Beyond the first and the last row that one counts once more.
            let around = std::array::from_fn(|at| (middle + at).saturating_sub(AROUND).min(rows - 1) % KERNEL);
            even_white(around.map(|slot| &ring[slot]), &mut burnt_out[middle * columns..(middle + 1) * columns]);
        }
    }
    Array2::from_shape_vec((rows, columns), burnt_out).unwrap_or_default()
}

/// What is remembered of a row.
struct RowExtremes {
    /// The level of the darkest channel, the first and the last pixel repeated on the outside.
    darkest: Vec<f32>,
    /// Whether any of them is bright; if not, the rest is not known.
    bright: bool,
    /// The lowest and the highest level within [`AROUND`] along the row.
    lowest: Vec<f32>,
    highest: Vec<f32>,
}

impl RowExtremes {
    fn new(columns: usize) -> Self {
        let [lowest, highest] = [(); 2].map(|()| vec![0.0; columns]);
        Self { darkest: vec![0.0; columns + 2 * AROUND], bright: false, lowest, highest }
    }

    fn read(&mut self, [red, green, blue]: [&[f32]; 3]) {
        let columns = red.len();
        let darkest = &mut self.darkest[AROUND..AROUND + columns];
        for (((darkest, red), green), blue) in darkest.iter_mut().zip(red).zip(green).zip(blue) {
            *darkest = lower(lower(*red, *green), *blue);
        }
        self.bright = darkest.iter().fold(false, |bright, level| bright | (*level >= BRIGHT));
        if !self.bright {
            return;
        }
        let (first, last) = (darkest[0], darkest[columns - 1]);
        self.darkest[..AROUND].fill(first);
        self.darkest[AROUND + columns..].fill(last);
        let shifted: [&[f32]; KERNEL] = std::array::from_fn(|by| &self.darkest[by..by + columns]);
        choose(shifted, &mut self.lowest, lower);
        choose(shifted, &mut self.highest, higher);
    }
}

/// Of one row, the result of those around it.
fn even_white(around: [&RowExtremes; KERNEL], burnt_out: &mut [bool]) {
    if around.iter().any(|row| !row.bright) {
        return;
    }
    let columns = burnt_out.len();
    let lowest = around.map(|row| &row.lowest[..columns]);
    let highest = around.map(|row| &row.highest[..columns]);
    for (column, burnt_out) in burnt_out.iter_mut().enumerate() {
        let lowest = chosen(lowest, column, lower);
        *burnt_out = (lowest >= BRIGHT) & (chosen(highest, column, higher) - lowest <= EVEN);
    }
}

/// Chooses among the numbers at each place of the rows.
#[inline(always)]
fn choose(rows: [&[f32]; KERNEL], out: &mut [f32], better: impl Fn(f32, f32) -> f32 + Copy) {
    let rows = rows.map(|row| &row[..out.len()]);
    for (column, out) in out.iter_mut().enumerate() {
        *out = chosen(rows, column, better);
    }
}

#[inline(always)]
fn chosen(rows: [&[f32]; KERNEL], column: usize, better: impl Fn(f32, f32) -> f32) -> f32 {
    let [first, rest @ ..] = rows;
    rest.iter().fold(first[column], |best, row| better(best, row[column]))
}

/// Not `f32::min` and `f32::max`: these are one instruction each.
fn lower(one: f32, other: f32) -> f32 {
    if other < one { other } else { one }
}

fn higher(one: f32, other: f32) -> f32 {
    if other > one { other } else { one }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHITE: f32 = 229.0 / 255.0;

    /// Of a crop without colours.
    fn of_grey(levels: &Array2<f32>) -> Array2<bool> {
        let crop: Vec<f32> = [levels; 3].into_iter().flatten().copied().collect();
        burnt_out(&crop, levels.dim())
    }

    /// As it is defined: pixel by pixel.
    fn by_definition(levels: &Array2<f32>) -> Array2<bool> {
        let (rows, columns) = levels.dim();
        Array2::from_shape_fn((rows, columns), |(row, column)| {
            let near = |at: usize, count: usize| at.saturating_sub(AROUND)..(at + AROUND + 1).min(count);
            let near = levels.slice(ndarray::s![near(row, rows), near(column, columns)]);
            let (lowest, highest) =
                near.iter().fold((1.0_f32, 0.0_f32), |(low, high), level| (low.min(*level), high.max(*level)));
            lowest >= BRIGHT && highest - lowest <= EVEN
        })
    }

    #[test]
    fn even_white_is_burnt_out_at_any_level() {
        for level in [205.0, 229.0, 255.0] {
            assert!(of_grey(&Array2::from_elem((9, 12), level / 255.0)).iter().all(|burnt_out| *burnt_out));
        }
        assert!(of_grey(&Array2::from_elem((9, 12), 190.0 / 255.0)).iter().all(|burnt_out| !burnt_out));
    }

    #[test]
    fn beside_an_edge_something_is_seen() {
        let step = |contrast: f32| {
            let levels = Array2::from_shape_fn((9, 12), |(_, column)| WHITE - if column < 6 { 0.0 } else { contrast });
            of_grey(&levels).row(4).to_vec()
        };
        assert!(step(4.0 / 255.0).into_iter().all(|burnt_out| burnt_out));
        let seen: Vec<_> = step(12.0 / 255.0).into_iter().map(|burnt_out| !burnt_out).collect();
        assert_eq!(seen, [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0].map(|seen| seen == 1));
    }

    #[test]
    fn a_dark_pixel_is_seen_in_every_direction() {
        let mut levels = Array2::from_elem((9, 9), WHITE);
        levels[(4, 4)] = 0.2;
        let seen = of_grey(&levels).iter().filter(|burnt_out| !**burnt_out).count();
        assert_eq!(seen, (2 * AROUND + 1).pow(2));
    }

    #[test]
    fn crops_of_a_few_pixels_are_no_matter() {
        for size in [(0, 0), (1, 1), (2, 1)] {
            assert_eq!(of_grey(&Array2::from_elem(size, 1.0)).dim(), size);
        }
    }

    proptest! {
        #[test]
        fn any_crop_is_burnt_out_where_it_should_be(
            (rows, columns) in (1_usize..12, 1_usize..20),
            specks in proptest::collection::vec((0_usize..240, 0.0_f32..0.3), 0..8),
        ) {
            let mut levels = Array2::from_shape_fn((rows, columns), |(row, column)| WHITE + 0.004 * ((row * 7 + column) % 9) as f32);
            for (place, darker) in specks {
                levels[(place / 20 % rows, place % 20 % columns)] -= darker;
            }
            prop_assert_eq!(of_grey(&levels), by_definition(&levels));
        }
    }
}
