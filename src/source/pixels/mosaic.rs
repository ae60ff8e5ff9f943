//! Covers a part of a picture with few flat cells, which cannot be undone: a Gaussian can be in part.

use euclid::Box2D;
use image::RgbImage;

/// Cells along each side of the covered part: with six, nobody is recognised. [own]
const CELLS: u32 = 6;

/// Replaces each cell of the part, in pixels, by the mean of its pixels. What lies outside the picture is left out.
pub fn pixelate<Unit>(picture: &mut RgbImage, part: Box2D<f32, Unit>) {
    let (width, height) = picture.dimensions();
    let edges = |from: f32, to: f32, most: u32| {
        let (from, to) = (from.clamp(0.0, most as f32).floor() as u32, to.clamp(0.0, most as f32).ceil() as u32);
        // Of the part that is in the picture, so that one at its edge has no more cells than another.
        (0..=CELLS).map(move |cell| from + (to.max(from) - from) * cell / CELLS).collect::<Vec<u32>>()
    };
    let across = edges(part.min.x, part.max.x, width);
    let down = edges(part.min.y, part.max.y, height);
    for rows in down.windows(2) {
        for columns in across.windows(2) {
            flatten(picture, columns[0]..columns[1], rows[0]..rows[1]);
        }
    }
}

/// Fills a cell with the mean of its pixels.
fn flatten(picture: &mut RgbImage, columns: std::ops::Range<u32>, rows: std::ops::Range<u32>) {
    let stride = picture.width() as usize * 3;
    let row =
        |row: u32| row as usize * stride + columns.start as usize * 3..row as usize * stride + columns.end as usize * 3;
    let count = u64::from(columns.end - columns.start) * u64::from(rows.end - rows.start);
    if count == 0 {
        return;
    }
    let mut sums = [0_u64; 3];
    for line in rows.clone() {
        for pixel in picture.as_raw()[row(line)].chunks_exact(3) {
            sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u64::from(*value));
        }
    }
    let mean = sums.map(|sum| ((sum + count / 2) / count) as u8);
    for line in rows {
        let range = row(line);
        for pixel in (**picture)[range].chunks_exact_mut(3) {
            pixel.copy_from_slice(&mean);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use euclid::default::Box2D;
    use euclid::point2;
    use image::Rgb;

    use super::*;

    fn picture() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, ((x * 31 + y * 17) % 256) as u8]))
    }

    fn covered(part: Box2D<f32>) -> RgbImage {
        let mut picture = picture();
        pixelate(&mut picture, part);
        picture
    }

    #[test]
    fn the_part_has_36_colours_and_the_rest_is_untouched() {
        let part = Box2D::new(point2(10.0, 8.0), point2(40.0, 38.0));
        let (before, after) = (picture(), covered(part));
        let inside = |x: u32, y: u32| (10..40).contains(&x) && (8..38).contains(&y);
        let colours: BTreeSet<[u8; 3]> =
            after.enumerate_pixels().filter(|(x, y, _)| inside(*x, *y)).map(|(.., pixel)| pixel.0).collect();
        assert!(colours.len() <= 36, "{}", colours.len());
        assert!(after.enumerate_pixels().all(|(x, y, pixel)| inside(x, y) || pixel == before.get_pixel(x, y)));
        assert_ne!(after, before);
    }

    #[test]
    fn a_part_beyond_the_picture_covers_what_is_inside() {
        let all = covered(Box2D::new(point2(-50.0, -50.0), point2(500.0, 500.0)));
        assert_eq!(all.pixels().map(|pixel| pixel.0).collect::<BTreeSet<_>>().len(), 36);
        assert_eq!(covered(Box2D::new(point2(100.0, 100.0), point2(120.0, 120.0))), picture());
        assert_eq!(covered(Box2D::new(point2(f32::NAN, 0.0), point2(f32::NAN, 9.0))), picture());
    }
}
