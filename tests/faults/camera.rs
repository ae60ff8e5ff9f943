//! A camera that can be unplugged (`camera.c`): it sends the demo over and over, each picture with its number in a corner.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use crate::common::demo_pictures;
use crate::tools::{half, shared};

/// How many pictures there are before they begin anew.
pub const COUNT: usize = 357;

/// Width and height of a bit of the number, pixels.
const BIT: u32 = 16;
const BITS: u32 = 9;

/// A camera in a folder.
pub struct Camera;

impl Camera {
    pub fn plug_in(folder: &Path) -> Self {
        for name in ["dev", "none"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        fs::write(folder.join("dev/video0"), "").unwrap();
        std::os::unix::fs::symlink(film(), folder.join("film")).unwrap();
        Self
    }
}

/// The film, as `camera.c` describes it.
fn film() -> &'static Path {
    static FILM: OnceLock<PathBuf> = OnceLock::new();
    FILM.get_or_init(|| {
        let pictures: Vec<RgbImage> = demo_pictures(COUNT).iter().map(half).collect();
        let (width, height) = pictures[0].dimensions();
        let encoded: Vec<Vec<u8>> = pictures.into_iter().enumerate().map(encoded).collect();
        let largest = encoded.iter().map(Vec::len).max().unwrap();
        let head = [width, height, encoded.len() as u32, largest as u32];
        let mut film: Vec<u8> = head.into_iter().flat_map(u32::to_ne_bytes).collect();
        for picture in encoded {
            film.extend((picture.len() as u32).to_ne_bytes());
            film.extend(picture);
        }
        let path = shared().join("film");
        fs::write(&path, film).unwrap();
        path
    })
}

/// The JPEG of a picture, with its number written into it.
fn encoded((number, mut picture): (usize, RgbImage)) -> Vec<u8> {
    for (x, y) in (0..BITS * BIT).flat_map(|x| (0..BIT).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([if number >> (x / BIT) & 1 == 1 { 255 } else { 0 }; 3]));
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).unwrap();
    bytes
}

/// The number in a picture of a film, whatever its size.
pub fn number_in(picture: &RgbImage) -> usize {
    let bit = |bit: u32| {
        let [x, y] = [bit * BIT + BIT / 2, BIT / 2].map(|at| at * picture.width() / WIDTH);
        picture.get_pixel(x, y).0[1] > 127
    };
    (0..BITS).map(|at| usize::from(bit(at)) << at).sum()
}

/// Width of the camera's pictures, pixels.
const WIDTH: u32 = 640;
