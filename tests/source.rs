//! Sources on real files: what is written here is read back, and broken files are reported in a sentence.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bendwise::recording::mp4_writer::VideoWriter;
use bendwise::source::paced::Paced;
use bendwise::source::{Delivery, Frame, Options, Selection, Source, SourceError, Timestamp, open, video};
use common::World;
use image::{Rgb, RgbImage};
use tempfile::TempDir;

const WIDTH: u32 = 160;
const HEIGHT: u32 = 120;

/// A red square on grey that moves to the right.
fn picture(step: u32) -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let inside = (step * 5..step * 5 + 40).contains(&x) && (40..80).contains(&y);
        Rgb(if inside { [200, 30, 30] } else { [120, 120, 120] })
    })
}

/// Times like those of a camera: about 30 a second, with one gap.
fn times() -> Vec<Duration> {
    (0..20_u64)
        .map(|step| Duration::from_micros(step * 33_333 + step % 3 * 4_000 + if step > 12 { 500_000 } else { 0 }))
        .collect()
}

fn write_clip(path: &Path) {
    let mut writer = VideoWriter::create(path, WIDTH, HEIGHT).unwrap();
    for (step, time) in (0..).zip(times()) {
        writer.write(&picture(step), Timestamp::new(time)).unwrap();
    }
    writer.finish().unwrap();
}

fn clip() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.mp4");
    write_clip(&path);
    (folder, path)
}

fn frames(source: &mut dyn Source) -> Vec<Frame> {
    let mut frames = Vec::new();
    while let Delivery::Frame(frame) = source.next().unwrap() {
        frames.push(frame);
    }
    frames
}

#[test]
fn a_video_in_memory_gives_the_frames_of_the_file() {
    let (_folder, path) = clip();
    let bytes: &'static [u8] = fs::read(&path).unwrap().leak();
    let mut in_memory = video::open_bytes("clip.mp4", bytes).unwrap();
    let mut in_file = video::open(&path).unwrap();
    assert_eq!(in_memory.info().name, in_file.info().name);
    let told = |frames: Vec<Frame>| frames.into_iter().map(|frame| (frame.number, frame.time, frame.picture));
    assert!(told(frames(in_memory.as_mut())).eq(told(frames(in_file.as_mut()))));
    let refused = video::open_bytes("half.mp4", &bytes[..bytes.len() / 2]).err().unwrap();
    assert!(refused.to_string().starts_with("No frame of half.mp4 can be decoded"), "{refused}");
}

fn error(path: &Path) -> SourceError {
    video::open(path).err().unwrap()
}

fn near(one: Rgb<u8>, other: [u8; 3]) -> bool {
    one.0.iter().zip(other).all(|(&a, b)| a.abs_diff(b) <= 12)
}

fn shift(time: Timestamp) -> Duration {
    time.since(Timestamp::default())
}

#[test]
fn what_is_written_is_read_back_with_its_times_and_colours() {
    let (_folder, path) = clip();
    let mut source = video::open(&path).unwrap();
    assert_eq!(source.info().name, "clip.mp4");
    assert_eq!(source.info().frame_count, Some(20));
    let frames = frames(&mut *source);
    assert_eq!(frames.len(), 20);
    let tick = Duration::from_secs(1) / 90_000;
    for ((step, frame), wanted) in (0..).zip(&frames).zip(times()) {
        assert_eq!(frame.number, u64::from(step));
        assert!(shift(frame.time).abs_diff(wanted) <= tick, "frame {step}: {:?} is not {wanted:?}", frame.time);
        assert!(near(*frame.picture.get_pixel(step * 5 + 20, 60), [200, 30, 30]), "frame {step}");
        assert!(near(*frame.picture.get_pixel(step * 5 + 20, 20), [120, 120, 120]), "frame {step}");
    }
    assert_eq!(source.dropped(), 0);
}

#[test]
fn the_same_file_twice_gives_the_same_bytes() {
    let (_folder, path) = clip();
    let [one, other] = [0, 1].map(|_| frames(&mut *video::open(&path).unwrap()));
    assert!(one.iter().zip(&other).all(|(a, b)| a.picture == b.picture && a.time == b.time));
}

#[test]
fn the_demo_is_whole() {
    let mut source = video::open(Path::new("assets/demo.mp4")).unwrap();
    let info = source.info().clone();
    let frames = frames(&mut *source);
    assert_eq!(info.frame_count, Some(frames.len() as u64));
    assert_eq!(source.dropped(), 0);
    assert!(frames.windows(2).all(|pair| pair[0].time < pair[1].time && pair[0].number + 1 == pair[1].number));
    let last = shift(frames[frames.len() - 1].time);
    let duration = info.duration.unwrap();
    assert!(last < duration && duration - last < Duration::from_millis(100), "{last:?} of {duration:?}");
    assert!(frames.iter().all(|frame| frame.picture.dimensions() == frames[0].picture.dimensions()));
    let rate = source.rate().unwrap();
    assert!((20.0..=60.0).contains(&rate), "{rate} fps");
}

#[test]
fn pictures_coded_out_of_order_and_lying_on_their_side_are_put_right() {
    // 12 frames of 64x48 with B-frames, rotated by 90 degrees: white on the left as coded, so at the bottom as seen; a
    // bar grows from frame to frame.
    let mut source = video::open(Path::new("tests/clips/b-frames-on-its-side.mp4")).unwrap();
    let frames = frames(&mut *source);
    assert_eq!(frames.len(), 12);
    assert_eq!(source.dropped(), 0);
    let brightness = |frame: &Frame| frame.picture.pixels().map(|pixel| u64::from(pixel.0[1])).sum::<u64>();
    assert!(frames.windows(2).all(|pair| brightness(&pair[0]) < brightness(&pair[1])), "not in the order of time");
    assert!(frames.windows(2).all(|pair| pair[0].time < pair[1].time));
    assert_eq!(shift(frames[0].time), Duration::ZERO);
    for frame in &frames {
        assert_eq!(frame.picture.dimensions(), (48, 64));
        assert!(frame.picture.get_pixel(24, 62).0[0] > 200 && frame.picture.get_pixel(24, 1).0[0] < 60);
    }
}

#[test]
fn a_clip_cut_short_gives_the_frames_it_has() {
    let (folder, path) = clip();
    let whole = fs::read(&path).unwrap();
    let cut = folder.path().join("cut.mp4");
    fs::write(&cut, &whole[..whole.len() - 100]).unwrap();
    let mut source = video::open(&cut).unwrap();
    let count = frames(&mut *source).len() as u64;
    assert!(count > 5 && count < 20, "{count} frames");
    assert_eq!(count + source.dropped(), 20);
}

#[test]
fn damaged_frames_are_left_out_and_counted() {
    let (folder, path) = clip();
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[length - 160..length - 100].fill(0xA5);
    let damaged = folder.path().join("damaged.mp4");
    fs::write(&damaged, &bytes).unwrap();
    let mut source = video::open(&damaged).unwrap();
    let count = frames(&mut *source).len() as u64;
    assert!(count > 5 && source.dropped() > 0, "{count} frames, {} dropped", source.dropped());
    assert_eq!(count + source.dropped(), 20);
}

#[test]
fn an_mp4_without_its_index_is_told_of() {
    let (folder, path) = clip();
    let whole = fs::read(&path).unwrap();
    let cut = folder.path().join("cut.mp4");
    fs::write(&cut, &whole[..64]).unwrap();
    let wanted = " is cut short, its index is missing: copy it again from the camera or phone that recorded it";
    assert_eq!(error(&cut).to_string(), format!("{}{wanted}", cut.display()));
}

#[test]
fn what_is_no_video_is_told_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    assert!(matches!(error(&folder.path().join("missing.mp4")), SourceError::Missing { .. }));
    assert!(matches!(error(&file("empty.mp4", b"")), SourceError::Empty { .. }));
    let text = file("text.mp4", b"Dear diary, today I bent down.");
    let wanted = " is a text file, neither a video nor a picture: \
                  give a video, a JPEG or PNG picture, or a folder of pictures";
    assert_eq!(error(&text).to_string(), format!("{}{wanted}", text.display()));
    let told = error(folder.path()).to_string();
    assert!(told.contains("is a folder, neither"), "{told}");
}

#[test]
fn every_kind_of_place_is_opened() {
    let (folder, path) = clip();
    let options = Options::default();
    let opened = |paths: Vec<PathBuf>| open(&Selection::Files(paths), &options);
    assert_eq!(frames(&mut *opened(vec![path.clone()]).unwrap()).len(), 20);

    let pictures = folder.path().join("pictures");
    fs::create_dir(&pictures).unwrap();
    assert!(matches!(opened(vec![pictures.clone()]), Err(SourceError::NoPictures { .. })));
    let paths: Vec<PathBuf> = (0..3).map(|step| pictures.join(format!("{step}.png"))).collect();
    for (step, path) in (0..).zip(&paths) {
        picture(step).save(path).unwrap();
    }
    for selection in [vec![pictures], paths.clone()] {
        let seen = frames(&mut *opened(selection).unwrap());
        assert_eq!(seen.iter().map(|frame| frame.time.as_secs_f64()).collect::<Vec<_>>(), [0.0, 0.5, 1.0]);
        assert_eq!(*seen[2].picture, picture(2));
    }
    assert!(matches!(opened(vec![paths[0].clone(), path]), Err(SourceError::Mixed { .. })));
}

#[test]
fn the_smallest_picture_is_a_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.mp4");
    let mut writer = VideoWriter::create(&path, 16, 16).unwrap();
    writer.write(&RgbImage::new(16, 16), Timestamp::default()).unwrap();
    writer.finish().unwrap();
    let frames = frames(&mut *video::open(&path).unwrap());
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].picture.dimensions(), (16, 16));
}

#[test]
fn a_paced_recording_takes_as_long_as_it_lasts() {
    let (_folder, path) = clip();
    let mut source = Paced::new(video::open(&path).unwrap());
    let began = Instant::now();
    let count = frames(&mut source).len();
    assert_eq!(count, 20);
    assert!(began.elapsed() >= times()[19] - Duration::from_millis(1), "{:?}", began.elapsed());
}

/// A folder with a fake program `ffmpeg` that does what the name of the file says.
#[cfg(unix)]
fn made_ffmpeg(world: &World) -> PathBuf {
    let programs = world.path("programs");
    fs::create_dir(&programs).unwrap();
    std::os::unix::fs::symlink(fs::canonicalize("tests/fake-ffmpeg").unwrap(), programs.join("ffmpeg")).unwrap();
    programs
}

#[cfg(unix)]
#[test]
fn a_recording_that_breaks_off_is_measured_so_far_and_told_of() {
    let world = World::new();
    let path = format!("{}:/usr/bin:/bin", made_ffmpeg(&world).display()); // the script needs a shell and `sleep`
    let analyze = |name: &str| {
        let (file, summary) = (world.write(name, b"\x1A\x45\xDF\xA3"), world.path("summary.json"));
        let mut bendwise = world.bendwise();
        let done = bendwise.env("PATH", &path).arg("analyze").arg(file).arg("--summary").arg(summary).assert();
        let output = done.get_output();
        let [out, told] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        (output.status.code(), out, told)
    };
    let (code, out, told) = analyze("is-killed.webm");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("is-killed.webm breaks off before its end: copy it again"), "{told}");
    assert!(world.path("summary.json").is_file(), "{out}");
    let (code, _, told) = analyze("is-cut-short.webm");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("12 of the frames of") && told.contains("damaged or cut short"), "{told}");
    // In these pictures nobody is seen, which ends with 1 as well.
    let (code, out, told) = analyze("whole.webm");
    assert_eq!((code, told.contains("Nobody was seen")), (Some(1), true), "{told}");
    assert!(!out.contains("cut short"), "{out}");
}
