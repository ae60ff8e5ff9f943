//! Videos as phones, browsers, camcorders and apps write them: each test makes its own file, box by box.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
#[path = "video/film.rs"]
mod film;

#[path = "video/by_ffmpeg.rs"]
mod by_ffmpeg;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bendwise::source::{Delivery, Frame, RecordingFacts, SourceError, video};
use film::{Film, TIMESCALE, boxed, referring_to, with_number, with_pixel_aspect, with_size, words};
use image::{Rgb, RgbImage};
use tempfile::TempDir;

const WIDTH: u32 = 96;
const HEIGHT: u32 = 64;

/// The rate of an edit.
const NORMAL: i32 = 0x1_0000;

/// Grey, white in the top left corner, as bright as its number elsewhere.
fn picture(number: u32, (width, height): (u32, u32)) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([if x < width / 4 && y < height / 4 { 250 } else { brightness(number) }; 3])
    })
}

fn brightness(number: u32) -> u8 {
    (20 + 15 * number) as u8
}

/// A film of so many pictures, ten a second.
fn film(count: u32) -> Film {
    sized(count, (WIDTH, HEIGHT))
}

fn sized(count: u32, size: (u32, u32)) -> Film {
    Film::of(&(0..count).map(|number| picture(number, size)).collect::<Vec<_>>())
}

/// What was read of a file.
struct Read {
    frames: Vec<Frame>,
    facts: RecordingFacts,
    dropped: u64,
}

impl Read {
    /// The number of each picture by its brightness, and its time in milliseconds.
    fn told(&self) -> Vec<(u32, u64)> {
        let shown = |frame: &Frame| {
            let (width, height) = frame.picture.dimensions();
            let middle = frame.picture.get_pixel(width / 2, height / 2).0[0];
            let number = (0..14).min_by_key(|&number| brightness(number).abs_diff(middle)).unwrap();
            (number, (frame.time.as_secs_f64() * 1000.0).round() as u64)
        };
        self.frames.iter().map(shown).collect()
    }

    fn size(&self) -> (u32, u32) {
        self.frames[0].picture.dimensions()
    }

    /// Where the white corner is: left or right, top or bottom.
    fn corner(&self) -> (bool, bool) {
        let picture = &self.frames[0].picture;
        let (width, height) = picture.dimensions();
        let white = |x: u32, y: u32| picture.get_pixel(x, y).0[0] > 200;
        let places = [(false, false), (true, false), (false, true), (true, true)];
        let at = |far: bool, side: u32| if far { side - 3 } else { 2 };
        places.into_iter().find(|&(right, low)| white(at(right, width), at(low, height))).unwrap()
    }
}

/// A file with these bytes.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(bytes: &[u8]) -> Read {
    let (_folder, path) = file("film.mp4", bytes);
    read_file(&path)
}

fn read_file(path: &Path) -> Read {
    let mut source = video::open(path).unwrap();
    let mut frames = Vec::new();
    while let Delivery::Frame(frame) = source.next().unwrap() {
        frames.push(frame);
    }
    Read { frames, facts: source.facts().unwrap().clone(), dropped: source.dropped() }
}

fn refusal(path: &Path) -> SourceError {
    video::open(path).err().unwrap()
}

/// The numbers and times of pictures that are shown without change.
fn whole(count: u32) -> Vec<(u32, u64)> {
    (0..count).map(|number| (number, u64::from(number) * 100)).collect()
}

#[test]
fn an_ordinary_film_is_shown_as_it_is() {
    let read = read(&film(6).bytes());
    assert_eq!(read.told(), whole(6));
    assert_eq!((read.size(), read.corner(), read.dropped), ((WIDTH, HEIGHT), (false, false), 0));
    assert_eq!(read.facts, RecordingFacts::default());
}

#[test]
fn pixels_that_are_not_square_are_made_square_whatever_states_it() {
    let stretched = (WIDTH * 4 / 3, HEIGHT);
    let shape = with_pixel_aspect(&film(1).parameters()[0], (0x4444, 0x3333));
    let [_, pps] = film(1).parameters();
    let films = [
        film(2).with_box(&boxed(b"pasp", &[&words(&[4, 3])])),
        film(2).with_parameters(Some(&[shape, pps])),
        Film { display: stretched, ..film(2) },
        Film { display: stretched, ..film(2).with_box(&boxed(b"pasp", &[&words(&[4, 3])])) },
        Film { track_matrix: [4, 0, 0, 3], ..film(2) },
    ];
    for (number, film) in films.iter().enumerate() {
        let read = read(&film.bytes());
        assert_eq!((read.size(), read.told()), (stretched, whole(2)), "film {number}");
        assert!(read.facts.corrections[0].starts_with("pixels 1.3333 times"), "{:?}", read.facts.corrections);
    }
    let turned = read(&Film { track_matrix: [0, 1, -1, 0], ..films[0].clone() }.bytes());
    assert_eq!(turned.size(), (HEIGHT, WIDTH * 4 / 3), "made square before it is turned");
    for nonsense in [[0, 3], [u32::MAX, 1], [1, u32::MAX], [9, 2]] {
        let read = read(&film(2).with_box(&boxed(b"pasp", &[&words(&nonsense)])).bytes());
        assert_eq!((read.size(), read.facts.corrections.len()), ((WIDTH, HEIGHT), 0), "{nonsense:?}");
    }
}

#[test]
fn a_size_that_is_stated_for_the_clean_aperture_is_no_shape_of_pixels() {
    let part = (WIDTH, HEIGHT / 2);
    let clap = |numbers: [u32; 8]| boxed(b"clap", &[&words(&numbers)]);
    let within = |clap: Vec<u8>| read(&Film { display: part, ..film(2).with_box(&clap) }.bytes());
    for (across, down) in [((WIDTH, 1), (HEIGHT / 2, 1)), ((WIDTH * 5, 5), (HEIGHT * 3, 6))] {
        let read = within(clap([across.0, across.1, down.0, down.1, 0, 1, 0, 1]));
        assert_eq!(
            (read.size(), read.facts.corrections.len()),
            ((WIDTH, HEIGHT), 0),
            "what lies around it does no harm"
        );
    }
    let twice = boxed(b"clap", &[&words(&[WIDTH / 2, 1, HEIGHT / 2, 1, 0, 1, 0, 1])]);
    let read = read(&Film { display: part, ..film(2).with_box(&twice) }.bytes());
    assert_eq!(read.size(), (WIDTH * 2, HEIGHT), "the part is stretched, and so is the whole");
    for nonsense in
        [[0, 1, 0, 1, 0, 1, 0, 1], [WIDTH, 0, HEIGHT, 0, 0, 0, 0, 0], [u32::MAX, 1, 1, u32::MAX, 0, 1, 0, 1]]
    {
        assert_eq!(within(clap(nonsense)).size(), (WIDTH * 2, HEIGHT), "{nonsense:?} states nothing");
    }
}

/// Every matrix that turns or mirrors, and where the corner at the top left goes: right, low.
const ORIENTATIONS: [([i32; 4], (bool, bool)); 8] = [
    ([1, 0, 0, 1], (false, false)),
    ([0, 1, -1, 0], (true, false)),
    ([-1, 0, 0, -1], (true, true)),
    ([0, -1, 1, 0], (false, true)),
    ([-1, 0, 0, 1], (true, false)),
    ([1, 0, 0, -1], (false, true)),
    ([0, 1, 1, 0], (false, false)),
    ([0, -1, -1, 0], (true, true)),
];

#[test]
fn every_orientation_is_made_upright() {
    let film = film(1);
    for (matrix, corner) in ORIENTATIONS {
        let size = if matrix[0] == 0 { (HEIGHT, WIDTH) } else { (WIDTH, HEIGHT) };
        for turned in [Film { track_matrix: matrix, ..film.clone() }, Film { movie_matrix: matrix, ..film.clone() }] {
            let read = read(&turned.bytes());
            assert_eq!((read.size(), read.corner()), (size, corner), "{matrix:?}");
            assert_eq!(read.facts.corrections.len(), usize::from(matrix != film::UPRIGHT), "{matrix:?}");
        }
    }
    let both = read(&Film { track_matrix: [0, 1, -1, 0], movie_matrix: [0, 1, -1, 0], ..film.clone() }.bytes());
    assert_eq!((both.size(), both.corner()), ((WIDTH, HEIGHT), (true, true)));
    let none = read(&Film { track_matrix: [0; 4], movie_matrix: [0; 4], ..film.clone() }.bytes());
    assert!(!none.facts.odd_orientation && none.corner() == (false, false), "zeros turn nothing");
    let odd = read(&Film { track_matrix: [1, 1, -1, 1], ..film }.bytes());
    assert!(odd.facts.odd_orientation && odd.size() == (WIDTH, HEIGHT));
}

#[test]
fn edits_show_what_players_show_at_the_times_of_the_movement() {
    let edited = |edits: &[(u32, i32, i32)]| read(&Film { edits: edits.to_vec(), ..film(8) }.bytes());
    let trim = edited(&[(300, 20_000, NORMAL)]);
    assert_eq!(trim.told(), [(2, 0), (3, 100), (4, 200)]);
    assert_eq!((trim.facts.corrections.len(), trim.dropped), (1, 0));
    let delayed = edited(&[(2500, -1, NORMAL), (800, 0, NORMAL)]);
    assert_eq!((delayed.told(), delayed.facts.first_time), (whole(8), Duration::from_millis(2500)));
    let parts = edited(&[(200, 50_000, NORMAL), (300, -1, NORMAL), (200, 10_000, NORMAL)]);
    assert_eq!(parts.told(), [(5, 0), (6, 100), (1, 500), (2, 600)]);
    let slow = edited(&[(200, 0, NORMAL), (3200, 20_000, NORMAL / 8), (200, 60_000, NORMAL)]);
    assert_eq!((slow.told(), slow.dropped), (whole(8), 0));
    let odd = edited(&[(300, 20_000, -NORMAL)]);
    assert!(odd.told() == whole(8) && odd.facts.odd_edits);
}

#[test]
fn parameter_sets_may_be_in_the_stream() {
    let plain = film(5);
    let mut film = plain.clone().with_parameters(None).renamed(b"avc3");
    let unit = |set: &Vec<u8>| [&(set.len() as u32).to_be_bytes()[..], set].concat();
    let sets: Vec<u8> = plain.parameters().iter().flat_map(unit).collect();
    film.samples[0].bytes.splice(0..0, sets);
    let read = read(&film.bytes());
    assert_eq!((read.told(), read.dropped), (whole(5), 0));
    let (_folder, path) = file("film.mp4", &plain.renamed(b"avc3").bytes());
    assert!(video::open(&path).is_ok(), "its parameter sets may be in the entry all the same");
}

#[test]
fn of_several_parameter_sets_each_picture_has_its_own() {
    let plain = film(4);
    let [sps, pps] = plain.parameters();
    let (other, second) = (with_size(&sps, (2, 2), 1), with_number(&sps, 1));
    let film = plain.with_several(&[other, second], &[referring_to(&pps, 1)]);
    let read = read(&film.bytes());
    assert_eq!((read.told(), read.size(), read.dropped), (whole(4), (WIDTH, HEIGHT), 0));
}

#[test]
fn pictures_of_several_sample_entries_and_sizes_are_fitted_into_the_first() {
    let joined = |size: (u32, u32)| {
        let second: Vec<RgbImage> = (3..6).map(|number| picture(number, size)).collect();
        read(&film(3).join(Film::of(&second)).bytes())
    };
    let same = joined((WIDTH, HEIGHT));
    assert_eq!((same.told(), same.dropped, same.facts.size_changes), (whole(6), 0, false));
    for size in [(WIDTH * 2, HEIGHT * 2), (WIDTH / 2, HEIGHT * 2)] {
        let changed = joined(size);
        assert_eq!((changed.told(), changed.dropped, changed.facts.size_changes), (whole(6), 0, true), "{size:?}");
        assert!(changed.frames.iter().all(|frame| frame.picture.dimensions() == (WIDTH, HEIGHT)));
    }
}

#[test]
fn the_size_may_change_in_the_stream_of_one_sample_entry() {
    let (first, second) = (film(3), sized(3, (WIDTH / 2, HEIGHT)));
    let unit = |set: &Vec<u8>| [&(set.len() as u32).to_be_bytes()[..], set].concat();
    let sets: Vec<u8> = second.parameters().iter().flat_map(unit).collect();
    let mut film = first.clone();
    film.samples.extend(second.samples);
    film.samples[3].bytes.splice(0..0, sets);
    let read = read(&film.bytes());
    let numbers: Vec<u32> = read.told().iter().map(|(number, _)| *number).collect();
    assert_eq!((numbers, read.dropped), (vec![0, 1, 2, 0, 1, 2], 0));
    assert!(read.facts.size_changes);
}

#[test]
fn fragments_keep_every_picture_at_its_time_from_the_first_on() {
    let mut film = film(8);
    for (sample, composition) in film.samples.iter_mut().zip([0, 100, -100, 0].into_iter().cycle()) {
        sample.composition = composition; // a tick of a picture's time, signed
    }
    let part = |samples: std::ops::Range<usize>, start: u64, run| film.fragment(samples, start, run);
    let second = u64::from(TIMESCALE);
    let head = film.fragmented_head();
    let segment = boxed(b"styp", &[b"msdhmsdh"]);
    let file = [
        head,
        segment.clone(),
        part(0..3, 5 * second, 2),
        segment,
        part(3..5, 5 * second + 30_000, 1),
        part(5..8, 7 * second, 3),
    ];
    let read = read(&file.concat());
    let numbers: Vec<u32> = read.told().iter().map(|(number, _)| *number).collect();
    assert_eq!((numbers, read.dropped), ((0..8).collect::<Vec<_>>(), 0));
    let expected = [0, 101, 199, 300, 400, 2001, 2099, 2200];
    for ((_, time), expected) in read.told().iter().zip(expected) {
        assert!(time.abs_diff(expected) <= 1, "{:?}", read.told());
    }
    assert_eq!(read.facts.first_time, Duration::from_secs(5));
}

#[test]
fn a_segment_without_its_head_and_a_head_without_segments_are_named() {
    let film = film(3);
    let segment = [boxed(b"styp", &[b"msdhmsdh"]), film.fragment(0..3, 0, 1)].concat();
    let told = |name: &str, bytes: &[u8]| {
        let (_folder, path) = file(name, bytes);
        refusal(&path).to_string()
    };
    let alone = told("y0.m4s", &segment);
    assert!(alone.contains("y0.m4s is a segment of a stream") && alone.contains("initialization segment"), "{alone}");
    let head = told("init.mp4", &film.fragmented_head());
    assert!(head.contains("init.mp4 is a recording without pictures"), "{head}");
}

#[test]
fn the_largest_track_that_is_on_is_the_video() {
    let (video, cover) = (film(4), sized(1, (WIDTH * 4, HEIGHT * 4)));
    let off = Film { enabled: false, ..sized(4, (WIDTH * 2, HEIGHT * 2)) };
    let small = sized(4, (WIDTH / 2, HEIGHT / 2));
    let films = [&cover, &off, &small, &video];
    let head = boxed(b"ftyp", &[b"isom\0\0\0\0isom"]);
    let moov = |at: u32| {
        let mut place = at;
        let trak = |(id, film): (u32, &&Film)| {
            let trak = film.trak(id, place);
            place += film.mdat().len() as u32;
            trak
        };
        video.moov(&(1..).zip(&films).map(trak).collect::<Vec<_>>(), &[])
    };
    let at = head.len() + moov(8).len() + 8;
    let data: Vec<u8> = films.iter().flat_map(|film| film.mdat()).collect();
    let read = read(&[head, moov(at as u32), data].concat());
    assert_eq!((read.size(), read.told()), ((WIDTH, HEIGHT), whole(4)));
}

#[test]
fn pictures_of_chapters_are_no_film() {
    let (video, chapters) = (film(4), sized(2, (WIDTH * 4, HEIGHT * 4)));
    let head = boxed(b"ftyp", &[b"isom\0\0\0\0isom"]);
    let tref = boxed(b"tref", &[&boxed(b"chap", &[&words(&[2])])]);
    let of = |mut trak: Vec<u8>| {
        trak.extend(&tref);
        let length = trak.len() as u32;
        trak[..4].copy_from_slice(&length.to_be_bytes());
        trak
    };
    let data = [video.mdat(), chapters.mdat()].concat();
    let moov = |at: u32| {
        let after = at + video.mdat().len() as u32;
        video.moov(&[of(video.trak(1, at)), chapters.trak(2, after)], &[])
    };
    let at = head.len() + moov(8).len() + 8;
    let read = read(&[&head[..], &moov(at as u32), &data].concat());
    assert_eq!((read.size(), read.told()), ((WIDTH, HEIGHT), whole(4)));
    let alone = Film { enabled: true, ..film(3) };
    let moov = |at: u32| video.moov(&[alone.trak(2, at), of(vec![0, 0, 0, 0, b't', b'r', b'a', b'k'])], &[]);
    let at = head.len() + moov(8).len() + 8;
    assert_eq!(self::read(&[head, moov(at as u32), alone.mdat()].concat()).told(), whole(3), "there is nothing else");
}

#[test]
fn an_encrypted_film_and_a_compressed_index_are_named() {
    let told = |bytes: &[u8]| {
        let (_folder, path) = file("film.mp4", bytes);
        refusal(&path)
    };
    let encrypted = told(&film(2).renamed(b"encv").bytes());
    assert!(encrypted.to_string().contains("film.mp4 is encrypted: give a recording that is not"), "{encrypted}");
    let compressed = boxed(b"moov", &[&boxed(b"cmov", &[&[0; 16]])]);
    let compressed = told(&[boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]), compressed].concat());
    let asked = matches!(compressed, SourceError::NeedsFfmpeg { .. } | SourceError::Ffmpeg { .. });
    assert!(asked || matches!(compressed, SourceError::Undecodable { .. }), "{compressed}");
}

#[test]
fn times_that_make_no_sense_are_damage() {
    let told = |film: &Film, timescale: u32| {
        let mut bytes = film.bytes();
        let at = bytes.windows(4).position(|name| name == b"mdhd").unwrap() + 16;
        bytes[at..at + 4].copy_from_slice(&timescale.to_be_bytes());
        let (_folder, path) = file("film.mp4", &bytes);
        video::open(&path).map(drop).map_err(|error| error.to_string())
    };
    let film = film(6);
    assert_eq!(told(&film, TIMESCALE), Ok(()));
    for timescale in [0, 1, u32::MAX] {
        let told = told(&film, timescale).unwrap_err();
        assert!(told.contains("film.mp4 is damaged") && told.contains("times of its pictures"), "{timescale}: {told}");
    }
    let at_once = Film { edits: vec![(u32::MAX, -1, NORMAL); 3], ..film.clone() };
    assert_eq!(read(&at_once.bytes()).told(), whole(6));
}

#[test]
fn a_file_may_begin_with_any_box() {
    let mut bytes = film(3).bytes();
    for name in [b"wide", b"free", b"skip", b"uuid", b"pnot", b"styp"] {
        bytes[4..8].copy_from_slice(name);
        assert_eq!(read(&bytes).told(), whole(3));
    }
}

#[test]
fn pictures_in_other_formats_are_named() {
    let named = |name: &str, bytes: &[u8]| {
        let (_folder, path) = file(name, bytes);
        refusal(&path).to_string()
    };
    let heic = named("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    assert!(
        heic.ends_with(
            "a.heic is a HEIC or AVIF picture, which is not read: save it as a JPEG or PNG picture and try again"
        ),
        "{heic}"
    );
    let webp = named("a.webp", b"RIFF\0\0\0\0WEBPVP8 ");
    assert!(webp.contains("is a WebP picture, which is not read"), "{webp}");
}

#[test]
fn lies_about_edits_shapes_and_rates_do_no_harm() {
    let extremes = [0, 1, -1, i32::MAX, i32::MIN, NORMAL, -NORMAL];
    for duration in [0, 1, u32::MAX] {
        for media in extremes {
            for rate in extremes {
                let edits = vec![(duration, media, rate); 3];
                let read = read(&Film { edits, ..film(2) }.bytes());
                assert!(!read.frames.is_empty(), "{duration} {media} {rate}");
            }
        }
    }
    for (across, down) in [(0, 0), (u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
        let read = read(&film(1).with_box(&boxed(b"pasp", &[&words(&[across, down])])).bytes());
        assert!(read.size().0 >= WIDTH / 4 && read.size().0 <= WIDTH * 4);
    }
    for display in [(0, 0), (0xFFFF, 1), (1, 0xFFFF)] {
        assert!(read(&Film { display, ..film(1) }.bytes()).size().0 <= WIDTH * 4);
    }
}
