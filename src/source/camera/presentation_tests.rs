//! Frames as drivers send them, and the pictures made of them.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use super::super::mode::PictureInterval;
use super::*;

const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

fn of(encoding: Encoding, width: u32, height: u32) -> Presentation {
    let mode = Mode { width, height, interval: PictureInterval::of_rate(25), encoding };
    Presentation::of_mode(mode, None)
}

/// A black disc on white, 40 rows high, in a picture whose pixels are `stretch` as wide as high.
fn disc(width: u32, height: u32, stretch: f64) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let across = (f64::from(x) + 0.5 - f64::from(width) / 2.0) * stretch;
        let down = f64::from(y) + 0.5 - f64::from(height) / 2.0;
        Rgb(if across.hypot(down) < 20.0 { BLACK } else { WHITE })
    })
}

fn dark(pixel: &Rgb<u8>) -> bool {
    pixel.0[0] < 128
}

/// The width and height of what is dark.
fn extent(picture: &RgbImage) -> (u32, u32) {
    let range = |of: fn((u32, u32)) -> u32| {
        let dark = || picture.enumerate_pixels().filter(|(_, _, pixel)| dark(pixel)).map(|(x, y, _)| of((x, y)));
        dark().max().unwrap() - dark().min().unwrap() + 1
    };
    (range(|(x, _)| x), range(|(_, y)| y))
}

#[test]
fn pixels_that_are_not_square_are_made_square() {
    // PAL, NTSC, 16:9 in 640x480 and in 720x576.
    let told = |text: &str| text.parse::<PictureAspect>().unwrap();
    let table = [
        (720, 576, 1.0927, Some(television_aspect(720, 576))),
        (720, 480, 0.9091, Some(television_aspect(720, 480))),
        (704, 576, 1.0909, Some(television_aspect(704, 576))),
        (1440, 1080, 1.3333, Some(television_aspect(1440, 1080))),
        (1920, 1080, 1.0, Some(television_aspect(1920, 1080))),
        (640, 480, 1.3333, Some(told("16:9"))),
        (720, 576, 1.4222, Some(told("16:9"))),
        (640, 480, 1.0, Some(told("4:3"))),
        (1280, 720, 1.0, None),
    ];
    for (width, height, stretch, aspect) in table {
        let presentation = Presentation { aspect, ..of(Encoding::Rgb, width, height) };
        let picture = presentation.picture(disc(width, height, stretch).as_raw(), &mut PicturePool::default()).unwrap();
        assert_eq!(picture.height(), height);
        let (across, down) = extent(&picture);
        assert!(across.abs_diff(down) <= 1, "{width}x{height}: {across} by {down}");
    }
}

#[test]
fn a_picture_with_square_pixels_is_not_touched() {
    let sent = disc(640, 480, 1.0);
    let presentation = Presentation { aspect: Some(television_aspect(640, 480)), ..of(Encoding::Rgb, 640, 480) };
    assert_eq!(presentation.picture(sent.as_raw(), &mut PicturePool::default()).unwrap(), sent);
}

/// A disc that moves 12 pixels between the two fields: together they would be a comb, wider than high.
#[test]
fn two_fields_never_draw_a_comb() {
    let moved = |by: u32| RgbImage::from_fn(96, 64, |x, y| *disc(140, 64, 1.0).get_pixel(x + by, y));
    let (first, second) = (moved(12), moved(24));
    let rows = |picture: &RgbImage, from: u32, step: usize| -> Vec<u8> {
        picture
            .rows()
            .skip(from as usize)
            .step_by(step)
            .flat_map(|row| row.flat_map(|pixel| pixel.0).collect::<Vec<_>>())
            .collect()
    };
    let (even, odd) = (rows(&first, 0, 2), rows(&second, 1, 2));
    let interleaved: Vec<u8> =
        even.chunks(96 * 3).zip(odd.chunks(96 * 3)).flat_map(|(even, odd)| [even, odd].concat()).collect();
    let layouts = [
        (TelevisionFields::Interleaved, of(Encoding::Rgb, 96, 64), interleaved.clone()),
        (TelevisionFields::Stacked, of(Encoding::Rgb, 96, 64), [even.clone(), odd].concat()),
        (TelevisionFields::Alone, of(Encoding::Rgb, 96, 32), even),
    ];
    for (fields, presentation, bytes) in layouts {
        let presentation = Presentation { fields, ..presentation };
        let picture = presentation.picture(&bytes, &mut PicturePool::default()).unwrap();
        assert_eq!(picture.dimensions(), (96, 64), "{fields:?}");
        let (across, down) = extent(&picture);
        assert!(across.abs_diff(40) <= 1 && down.abs_diff(40) <= 2, "{fields:?}: {across} by {down}");
    }
    // The same in a JPEG, where the rows are known only after decoding.
    let mut jpeg = Vec::new();
    let woven = RgbImage::from_raw(96, 64, interleaved).unwrap();
    JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&woven).unwrap();
    let presentation = Presentation { fields: TelevisionFields::Interleaved, ..of(Encoding::Mjpeg, 96, 64) };
    let (across, down) = extent(&presentation.picture(&jpeg, &mut PicturePool::default()).unwrap());
    assert!(across.abs_diff(40) <= 2 && down.abs_diff(40) <= 2, "JPEG: {across} by {down}");
    // What the driver sends, unlike that, is a comb.
    let comb = of(Encoding::Rgb, 96, 64).picture(woven.as_raw(), &mut PicturePool::default()).unwrap();
    assert_eq!(extent(&comb).0, 52);
}

#[test]
fn a_turned_or_mirrored_camera_gives_upright_pictures() {
    let mark = |picture: &RgbImage| -> (u32, u32) {
        picture.enumerate_pixels().find(|(_, _, pixel)| dark(pixel)).map(|(x, y, _)| (x, y)).unwrap()
    };
    let upright = RgbImage::from_fn(6, 4, |x, y| Rgb(if (x, y) == (1, 0) { BLACK } else { WHITE }));
    // A sensor that is mounted a quarter turn clockwise sends what the turn counter-clockwise makes upright.
    let table = [
        (Turn::of_degrees(0), upright.clone()),
        (Turn::of_degrees(90), imageops::rotate90(&upright)),
        (Turn::of_degrees(180), imageops::rotate180(&upright)),
        (Turn::of_degrees(-90), imageops::rotate270(&upright)),
        (Turn::of_degrees(45), upright.clone()),
    ];
    for (turn, sent) in table {
        for mirrored in [false, true] {
            let (width, height) = sent.dimensions();
            let presentation = Presentation { turn, mirrored, ..of(Encoding::Rgb, width, height) };
            let picture = presentation.picture(sent.as_raw(), &mut PicturePool::default()).unwrap();
            assert_eq!(picture.dimensions(), (6, 4), "{turn:?}");
            assert_eq!(mark(&picture), if mirrored { (4, 0) } else { (1, 0) }, "{turn:?}");
        }
    }
}

#[test]
fn a_frame_of_another_size_is_refused() {
    let presentation = Presentation { most_bytes: 5000, ..of(Encoding::Yuyv, 64, 32) };
    assert!(presentation.picture(&[128; 4096], &mut PicturePool::default()).is_ok(), "as long as the picture");
    assert!(presentation.picture(&[128; 5000], &mut PicturePool::default()).is_ok(), "a whole buffer");
    assert!(matches!(
        presentation.picture(&[128; 5001], &mut PicturePool::default()),
        Err(PixelError::Length { got: 5001, .. })
    ));
    assert!(matches!(
        presentation.picture(&[128; 4095], &mut PicturePool::default()),
        Err(PixelError::Length { got: 4095, .. })
    ));
}

#[test]
fn a_shape_is_told_in_words_or_refused() {
    let told = |text: &str| text.parse::<PictureAspect>().map(|aspect| aspect.to_string());
    for (text, wanted) in
        [("16:9", "1.78"), ("4:3", "1.33"), ("4/3", "1.33"), (" 16 : 9 ", "1.78"), ("1.5", "1.50"), ("9:16", "0.56")]
    {
        assert_eq!(told(text).as_deref(), Ok(wanted), "{text}");
    }
    for text in ["", "wide", "0:3", "16:", "-4:3", "100:1", "nan", "inf", "1:1:1"] {
        let refused = told(text).unwrap_err().to_string();
        assert!(refused.ends_with("give its width and height, as 16:9 or 4:3"), "{text}: {refused}");
    }
}
