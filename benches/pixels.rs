//! The cost of a camera frame before it is measured: the conversion from the driver's bytes to RGB, at 1280x720; and of what
//! is done to it before it is kept.

use bendwise::source::pixels::{self, Encoding, RawLayout};
use criterion::{Criterion, criterion_group, criterion_main};
use euclid::default::Box2D;
use euclid::point2;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;

fn scene() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb([(x / 5) as u8, (y / 3) as u8, (((x ^ y) & 63) + 64) as u8]))
}

fn converting(bench: &mut Criterion) {
    let bytes: Vec<u8> = (0..WIDTH * HEIGHT * 4).map(|at| (at % 251) as u8).collect();
    for encoding in [Encoding::Yuyv, Encoding::Nv12, Encoding::I420, Encoding::Bgrx, Encoding::Grey] {
        let layout = RawLayout::packed(encoding, WIDTH, HEIGHT);
        let name = format!("{} 720p to RGB", encoding.name());
        bench.bench_function(&name, |bench| bench.iter(|| pixels::from_raw(&bytes, &layout)));
    }
    let mut jpeg = Vec::new();
    if JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&scene()).is_ok() {
        bench.bench_function("MJPEG 720p to RGB", |bench| bench.iter(|| pixels::from_jpeg(&jpeg)));
    }
}

/// As needed for a session's video, and as `image` does it.
fn halving(bench: &mut Criterion) {
    let (scene, size) = (scene(), (WIDTH / 2, HEIGHT / 2));
    bench.bench_function("720p to half", |bench| bench.iter(|| pixels::scaled(&scene, size)));
    bench.bench_function("720p to half, image", |bench| bench.iter(|| imageops::thumbnail(&scene, size.0, size.1)));
}

/// A head in a frame of 720p, and in a small film.
fn covering(bench: &mut Criterion) {
    for (name, mut picture, side) in [
        ("a head of 720p covered", scene(), 120.0),
        ("in a small film", pixels::scaled(&scene(), (WIDTH / 2, HEIGHT / 2)), 60.0),
    ] {
        let head = Box2D::new(point2(200.0, 100.0), point2(200.0 + side, 100.0 + side));
        bench.bench_function(name, |bench| bench.iter(|| pixels::pixelate(&mut picture, head)));
    }
}

criterion_group!(benches, converting, halving, covering);
criterion_main!(benches);
