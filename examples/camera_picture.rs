//! What pictures a camera gives: `cargo run --release --example camera_picture -- camera:0 [16:9]`
//!
//! Prints the mode, the size of the picture, which of the eight colours of a test chart its eight columns have, and how
//! wide and high the patch of one colour in its middle is, and how many of a thousand pixels belong to a comb, as two fields in one
//! picture draw it. Made for the test drivers of `tests/camera`.

use std::error::Error;

use bendwise::image::{Rgb, RgbImage};
use bendwise::source::camera::{CameraSource, PictureAspect, Selector};
use bendwise::source::{Delivery, Source};

/// The colours of the chart by their first letters; K is black.
const CHART: [(char, [u8; 3]); 8] = [
    ('W', [255, 255, 255]),
    ('Y', [255, 255, 0]),
    ('C', [0, 255, 255]),
    ('G', [0, 255, 0]),
    ('M', [255, 0, 255]),
    ('R', [255, 0, 0]),
    ('B', [0, 0, 255]),
    ('K', [0, 0, 0]),
];
/// How far a channel may be from that of the chart: codecs round, and the colour spaces of drivers differ a little.
const TOLERANCE: u8 = 28;
/// The first pictures of some drivers are empty.
const PICTURES_LEFT_OUT: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let selector: Selector = arguments.next().unwrap_or_default().parse()?;
    let aspect: Option<PictureAspect> = arguments.next().map(|aspect| aspect.parse()).transpose()?;
    let mut camera = CameraSource::open_shaped(&selector, aspect)?;
    let mut left_out = 0;
    loop {
        match camera.next()? {
            Delivery::Frame(frame) if left_out == PICTURES_LEFT_OUT => {
                let (width, height) = frame.picture.dimensions();
                let (across, down) = patch_in_the_middle(&frame.picture);
                let (colours, comb) = (columns(&frame.picture), comb(&frame.picture));
                println!("{}; {width}x{height}; {colours}; patch {across}x{down}; comb {comb}", camera.mode());
                camera.remarks().iter().for_each(|remark| println!("{remark}"));
                return Ok(());
            }
            Delivery::Frame(_) => left_out += 1,
            Delivery::Silent(_) => {}
            Delivery::End => return Err("the camera ended".into()),
        }
    }
}

/// The letters of the eight columns, half-way between top and bottom; "?" where there is another colour.
fn columns(picture: &RgbImage) -> String {
    let (width, y) = (picture.width(), picture.height() * 2 / 5);
    let column = |number: u32| {
        let Rgb(got) = *picture.get_pixel((2 * number + 1) * width / 16, y);
        let near = |wanted: [u8; 3]| got.iter().zip(wanted).all(|(&a, b)| a.abs_diff(b) <= TOLERANCE);
        CHART.iter().find(|(_, colour)| near(*colour)).map_or('?', |&(letter, _)| letter)
    };
    (0..8).map(column).collect()
}

/// How far the colour of the middle reaches to the left and the right, and up and down, pixels.
fn patch_in_the_middle(picture: &RgbImage) -> (u32, u32) {
    let (width, height) = picture.dimensions();
    let (x, y) = (width / 2, height / 2);
    let Rgb(middle) = *picture.get_pixel(x, y);
    let same = |x: u32, y: u32| picture.get_pixel(x, y).0.iter().zip(middle).all(|(&a, b)| a.abs_diff(b) < 100);
    let run = |places: &mut dyn Iterator<Item = bool>| places.take_while(|same| *same).count() as u32;
    let across = run(&mut (0..x).rev().map(|x| same(x, y))) + run(&mut (x..width).map(|x| same(x, y)));
    let down = run(&mut (0..y).rev().map(|y| same(x, y))) + run(&mut (y..height).map(|y| same(x, y)));
    (across, down)
}

/// Of a thousand pixels, how many differ from those above and below, which are like each other.
fn comb(picture: &RgbImage) -> u64 {
    let (width, height) = picture.dimensions();
    let green = |x: u32, y: u32| picture.get_pixel(x, y).0[1];
    let differ = |a: u8, b: u8| a.abs_diff(b) > 60;
    let tooth = |x: u32, y: u32| {
        let (above, here, below) = (green(x, y - 1), green(x, y), green(x, y + 1));
        differ(here, above) && differ(here, below) && !differ(above, below)
    };
    let teeth = (1..height.saturating_sub(1)).map(|y| (0..width).filter(|&x| tooth(x, y)).count() as u64).sum::<u64>();
    (1000 * teeth).div_ceil(u64::from(width * height).max(1))
}
