use super::*;
use euclid::{Angle, point2};
use image::Rgb;
use proptest::prelude::*;

const BYTES: (f32, f32) = (0.0, 255.0);

/// 16 × 8 pixels, each of a different colour.
fn picture() -> RgbImage {
    RgbImage::from_fn(16, 8, |x, y| Rgb([10 * x as u8, 20 * y as u8, (100 + x + y) as u8]))
}

fn region(x: f32, y: f32, size: f32, degrees: f32) -> Region {
    Region { center: point2(x, y), size, rotation: Angle::degrees(degrees) }
}

fn pixel(values: &[f32], side: usize, x: usize, y: usize) -> [u8; 3] {
    std::array::from_fn(|c| values[c * side * side + y * side + x].round() as u8)
}

#[test]
fn a_crop_of_the_same_size_is_the_picture() {
    let picture = picture();
    let mut cropper = Cropper::new(8, Border::Zero, BYTES);
    let values = cropper.crop(&picture, &region(8.0, 4.0, 8.0, 0.0));
    for (x, y) in (0..8).flat_map(|x| (0..8).map(move |y| (x, y))) {
        assert_eq!(pixel(values, 8, x, y), picture.get_pixel(x as u32 + 4, y as u32).0, "at {x}, {y}");
    }
}

#[test]
fn a_quarter_turn_clockwise_puts_the_pictures_right_on_top() {
    let picture = picture();
    let mut cropper = Cropper::new(4, Border::Zero, BYTES);
    let values = cropper.crop(&picture, &region(8.0, 4.0, 4.0, 90.0));
    // Crop pixel (0, 0) is the region's top-left corner, which is at (10, 2) of the picture.
    assert_eq!(pixel(values, 4, 0, 0), picture.get_pixel(10, 2).0);
    assert_eq!(pixel(values, 4, 1, 0), picture.get_pixel(10, 3).0);
    assert_eq!(pixel(values, 4, 0, 1), picture.get_pixel(9, 2).0);
}

#[test]
fn between_pixels_the_levels_are_mixed() {
    let mut cropper = Cropper::new(4, Border::Zero, BYTES);
    let values = cropper.crop(&picture(), &region(6.5, 4.25, 4.0, 0.0));
    // At (4.5, 2.25): 10·4.5, 20·2.25, 100 + 6.75 rounded.
    assert_eq!(pixel(values, 4, 0, 0), [45, 45, 107]);
}

#[test]
fn outside_is_black_or_the_nearest_pixel() {
    let picture = picture();
    let beyond = region(-10.0, -10.0, 4.0, 0.0);
    let zero = Cropper::new(4, Border::Zero, BYTES).crop(&picture, &beyond).to_vec();
    assert!(zero.iter().all(|&value| value == 0.0));
    let nearest = Cropper::new(4, Border::Replicate, BYTES).crop(&picture, &beyond).to_vec();
    assert_eq!(pixel(&nearest, 4, 3, 3), picture.get_pixel(0, 0).0);
}

#[test]
fn the_zero_border_is_mixed_into_the_last_pixel() {
    let white = RgbImage::from_pixel(4, 4, Rgb([255; 3]));
    let values = Cropper::new(1, Border::Zero, BYTES).crop(&white, &region(3.75, 1.5, 1.0, 0.0)).to_vec();
    assert_eq!(pixel(&values, 1, 0, 0), [191; 3], "a quarter of the sample at x = 3.25 is black");
}

#[test]
fn levels_become_the_range_asked_for() {
    let picture = RgbImage::from_fn(2, 1, |x, _| Rgb([255 * x as u8; 3]));
    let values = Cropper::new(2, Border::Replicate, (-1.0, 1.0)).crop(&picture, &region(1.0, 1.0, 2.0, 0.0)).to_vec();
    assert_eq!(&values[..2], &[-1.0, 1.0]);
}

#[test]
fn absurd_regions_and_empty_pictures_do_not_stop_the_program() {
    let mut cropper = Cropper::new(4, Border::Replicate, BYTES);
    for wild in [f32::MAX, f32::INFINITY, f32::NAN] {
        cropper.crop(&picture(), &region(wild, -wild, wild, 33.0));
    }
    assert!(cropper.crop(&RgbImage::new(0, 0), &region(0.0, 0.0, 4.0, 0.0)).iter().all(|&value| value == 0.0));
}

/// The crop of any processor, which is that of this one, too, bit for bit.
fn crop_of_any(picture: &RgbImage, (side, border, range): (usize, Border, (f32, f32)), region: &Region) -> Vec<u32> {
    let [plain, dispatched] = [RowSampler::PLAIN, RowSampler::DISPATCHED].map(|sampler| {
        let mut cropper = Cropper::with(side, border, range, sampler);
        cropper.crop(picture, region).iter().map(|value| value.to_bits()).collect::<Vec<_>>()
    });
    assert!(plain == dispatched, "{:?}, {side}, {border:?}, {region:?}", picture.dimensions());
    plain
}

/// Levels without any order, of a generator that always gives the same.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut number = 1_u32;
    RgbImage::from_fn(width, height, |_, _| {
        Rgb([(); 3].map(|()| {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 24) as u8
        }))
    })
}

#[test]
fn every_processor_gives_the_same_crop_at_the_edges_of_the_picture() {
    let sizes = [(1, 1), (1, 9), (9, 1), (2, 1), (2, 2), (3, 2), (64, 48)];
    for (width, height) in sizes {
        let picture = noise(width, height);
        for (border, degrees) in [Border::Zero, Border::Replicate]
            .into_iter()
            .flat_map(|border| [0.0, 90.0, 180.0, 33.0].map(|turn| (border, turn)))
        {
            for (x, y, size) in [
                (0.0, 0.0, 8.0),
                (width as f32, height as f32, 8.0),
                (width as f32 / 2.0, height as f32 / 2.0, width.max(height) as f32),
                (width as f32 / 2.0, height as f32 / 2.0, 300.0),
                (-40.0, 500.0, 16.0),
            ] {
                crop_of_any(&picture, (24, border, (0.0, 1.0)), &region(x, y, size, degrees));
            }
        }
    }
}

#[test]
fn every_processor_gives_the_same_crop_however_absurd_the_region() {
    let places = [0.0, 1e5, -1e5, 3e7, 6.7e7, -6.8e7, 1e9, -1e12, f32::MAX, f32::INFINITY, f32::NAN];
    for (x, y) in places.into_iter().flat_map(|x| places.map(|y| (x, y))) {
        for size in [0.0, 1e-9, 16.0, -16.0, 1e8, 3e9, 1e19, f32::MAX, f32::NAN] {
            crop_of_any(&picture(), (16, Border::Replicate, (-1.0, 1.0)), &region(x, y, size, 12.0));
        }
    }
}

#[test]
fn a_picture_with_more_bytes_than_it_needs_is_cropped_the_same() {
    let bytes = [noise(5, 4).into_raw(), vec![77; 4]].concat();
    let picture = RgbImage::from_raw(5, 4, bytes).unwrap();
    let corner = region(5.0, 4.0, 8.0, 0.0);
    let options = (16, Border::Replicate, (0.0, 1.0));
    assert_eq!(crop_of_any(&picture, options, &corner), crop_of_any(&noise(5, 4), options, &corner));
}

proptest! {
    #[test]
    fn every_processor_gives_the_same_crop(
        (width, height) in (1_u32..90, 1_u32..90), side in 1_usize..60, replicated in any::<bool>(),
        (x, y) in (-60.0_f32..150.0, -60.0_f32..150.0), size in 0.01_f32..400.0, degrees in -200.0_f32..200.0,
        (low, high) in (-2.0_f32..2.0, -2.0_f32..2.0),
    ) {
        let border = if replicated { Border::Replicate } else { Border::Zero };
        crop_of_any(&noise(width, height), (side, border, (low, high)), &region(x, y, size, degrees));
    }
}
