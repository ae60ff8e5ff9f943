//! Videos as ffmpeg writes them, of pictures whose numbers can be read from them. Skipped where there is no ffmpeg, and each
//! kind whose encoder it lacks.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use super::*;
use crate::film::{Boxes, matrix, replaced};

/// The pictures that are made, and how many a second.
const COUNT: u32 = 12;
const RATE: u32 = 25;

/// A video that ffmpeg made, in a folder of its own.
struct Made {
    folder: TempDir,
    name: String,
}

impl Made {
    fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn read(&self) -> Read {
        read_file(&self.path())
    }
}

/// Whether ffmpeg is there and has this encoder.
fn can_encode(encoder: &str) -> bool {
    static LISTED: LazyLock<String> = LazyLock::new(|| {
        let listed = Command::new("ffmpeg").args(["-hide_banner", "-v", "error", "-encoders"]).output();
        listed.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default()
    });
    let found = LISTED.contains(&format!(" {encoder} "));
    if !found {
        println!("skipped: there is no ffmpeg that encodes with {encoder}");
    }
    found
}

/// A file of these pictures, `rate` a second, by these options; `None` where ffmpeg is missing.
fn made(name: &str, rate: u32, size: (u32, u32), options: &str) -> Option<Made> {
    let words = || options.split_whitespace();
    let encoder = words().skip_while(|word| *word != "-c:v").nth(1).unwrap();
    if !can_encode(encoder) {
        return None;
    }
    let made = Made { folder: tempfile::tempdir().unwrap(), name: name.to_owned() };
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.current_dir(made.folder.path()).args(["-hide_banner", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]);
    ffmpeg.args(["-video_size", &format!("{}x{}", size.0, size.1), "-framerate", &rate.to_string(), "-i", "pipe:0"]);
    ffmpeg.args(words()).arg(name).stdin(Stdio::piped());
    let mut child = ffmpeg.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    (0..COUNT).for_each(|number| input.write_all(picture(number, size).as_raw()).unwrap());
    drop(input);
    assert!(child.wait().unwrap().success(), "{name}: {options}");
    Some(made)
}

/// The numbers of all pictures, so many a second.
fn steady(rate: u32) -> Vec<(u32, u64)> {
    (0..COUNT).map(|number| (number, u64::from(number * 1000 / rate))).collect()
}

/// Whether these are the pictures at their times, to a millisecond.
fn same(told: &[(u32, u64)], wanted: &[(u32, u64)]) -> bool {
    let near = |(one, other): (&(u32, u64), &(u32, u64))| one.0 == other.0 && one.1.abs_diff(other.1) <= 1;
    told.len() == wanted.len() && told.iter().zip(wanted).all(near)
}

const X264: &str = "-c:v libx264 -bf 2 -g 6 -crf 10 -pix_fmt yuv420p";
const X265: &str = "-c:v libx265 -crf 10 -pix_fmt yuv420p -tag:v hvc1 -x265-params log-level=none:bframes=2:keyint=6";

/// H.264 that is read here, and two codecs that ffmpeg decodes: one with pictures out of order, one without.
const THREE: [(&str, &str); 3] =
    [("here.mp4", X264), ("hevc.mp4", X265), ("mpeg4.mp4", "-c:v mpeg4 -q:v 2 -pix_fmt yuv420p")];

#[test]
fn every_codec_and_container_gives_every_picture_at_its_time() {
    let large = (320, 192);
    let kinds = [
        ("a.mp4", large, X264),
        ("a.mov", large, X264),
        ("a.3gp", large, X264),
        ("no-b-frames.mp4", large, "-c:v libx264 -bf 0 -crf 10 -pix_fmt yuv420p"),
        ("open-gop.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv420p -x264-params keyint=4:open-gop=1"),
        ("slices.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv420p -x264-params slices=4"),
        ("index-first.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv420p -movflags +faststart"),
        (
            "fragments.mp4",
            large,
            "-c:v libx264 -bf 2 -g 4 -crf 10 -pix_fmt yuv420p -movflags +frag_keyframe+empty_moov",
        ),
        (
            "based.mp4",
            large,
            "-c:v libx264 -bf 2 -g 4 -crf 10 -pix_fmt yuv420p -movflags +frag_keyframe+default_base_moof",
        ),
        (
            "cmaf.mp4",
            large,
            "-c:v libx264 -bf 2 -g 4 -crf 10 -pix_fmt yuv420p -movflags +cmaf+frag_keyframe+negative_cts_offsets",
        ),
        ("every.mp4", large, "-c:v libx264 -bf 2 -g 4 -crf 10 -pix_fmt yuv420p -movflags +frag_every_frame+empty_moov"),
        ("signed.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv420p -movflags +negative_cts_offsets"),
        ("interlaced.mp4", large, "-c:v libx264 -crf 10 -pix_fmt yuv420p -flags +ilme+ildct -x264-params tff=1"),
        ("10-bit.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv420p10le"),
        ("422.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv422p"),
        ("444.mp4", large, "-c:v libx264 -bf 2 -crf 10 -pix_fmt yuv444p"),
        ("hevc.mp4", large, X265),
        ("hevc.mov", large, X265),
        (
            "hevc-in-band.mp4",
            large,
            "-c:v libx265 -crf 10 -pix_fmt yuv420p -tag:v hev1 -x265-params log-level=none:repeat-headers=1",
        ),
        (
            "hevc-fragments.mp4",
            large,
            "-c:v libx265 -crf 10 -pix_fmt yuv420p -x265-params log-level=none:keyint=4 -movflags +cmaf+frag_keyframe",
        ),
        ("av1.mp4", large, "-c:v libaom-av1 -cpu-used 8 -crf 10 -pix_fmt yuv420p"),
        ("vp9.mp4", large, "-c:v libvpx-vp9 -crf 10 -b:v 0 -pix_fmt yuv420p"),
        ("prores.mov", large, "-c:v prores_ks -pix_fmt yuv422p10le"),
        ("mpeg4.mp4", large, "-c:v mpeg4 -q:v 2 -bf 2 -pix_fmt yuv420p"),
        ("mpeg4.3gp", large, "-c:v mpeg4 -q:v 2 -pix_fmt yuv420p"),
        ("jpeg.mov", large, "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
        ("mpeg2.mp4", large, "-c:v mpeg2video -q:v 2 -bf 2 -pix_fmt yuv420p"),
        ("uncompressed.mov", large, "-c:v rawvideo -pix_fmt uyvy422"),
        ("png.mov", large, "-c:v png -pix_fmt rgb24"),
        ("vp8.webm", large, "-c:v libvpx -crf 4 -b:v 2M -pix_fmt yuv420p"),
        ("vp9.webm", large, "-c:v libvpx-vp9 -crf 10 -b:v 0 -pix_fmt yuv420p"),
        ("h264.mkv", large, X264),
        ("mpeg4.avi", large, "-c:v mpeg4 -q:v 2 -pix_fmt yuv420p"),
        ("h264.ts", large, X264),
        ("a.gif", large, "-filter_complex [0]split[a][b];[a]palettegen[p];[b][p]paletteuse=dither=none -c:v gif"),
        ("a.apng", large, "-c:v apng -f apng"),
    ];
    for (name, size, options) in kinds {
        let Some(made) = made(name, RATE, size, options) else { continue };
        let read = made.read();
        let (told, wanted) = (read.told(), steady(RATE));
        assert!(same(&told, &wanted), "{name}: {told:?}");
        assert_eq!((read.size(), read.corner(), read.dropped), (size, (false, false), 0), "{name}");
        assert_eq!(read.facts.corrections, [""; 0], "{name}");
    }
}

#[test]
fn h263_has_pixels_of_12_to_11() {
    if let Some(made) = made("h263.3gp", RATE, (352, 288), "-c:v h263 -q:v 2 -pix_fmt yuv420p") {
        let read = made.read();
        assert!(same(&read.told(), &steady(RATE)), "{:?}", read.told());
        assert_eq!((read.size(), read.dropped), ((384, 288), 0));
    }
}

#[test]
fn a_dv_camcorder_films_in_its_own_shape() {
    let kinds = [
        ("wide.mov", (720, 576), "-pix_fmt yuv420p -aspect 16:9", (1024, 576)),
        ("narrow.mov", (720, 576), "-pix_fmt yuv420p -aspect 4:3", (768, 576)),
        ("wide.avi", (720, 576), "-pix_fmt yuv420p -aspect 16:9", (1024, 576)),
        ("wide.dv", (720, 576), "-pix_fmt yuv420p -aspect 16:9", (1024, 576)),
    ];
    for (name, size, options, wanted) in kinds {
        let Some(made) = made(name, RATE, size, &format!("-c:v dvvideo {options}")) else { return };
        let read = made.read();
        assert!(same(&read.told(), &steady(RATE)), "{name}: {:?}", read.told());
        assert!(near(read.size(), wanted), "{name}: {:?}, not {wanted:?}", read.size());
    }
}

/// Whether sizes differ by no more than a hundredth.
fn near(one: (u32, u32), other: (u32, u32)) -> bool {
    one.1 == other.1 && one.0.abs_diff(other.0) * 100 <= other.0
}

#[test]
fn pixels_that_are_not_square_are_made_square_whoever_decodes_them() {
    let (size, wanted) = ((240, 192), (320, 192));
    for (name, options) in THREE {
        let options = format!("-vf setsar=4/3 {options}");
        let Some(film) = made(name, RATE, size, &options) else { continue };
        let whole = film.bytes();
        let display = |width: u32| words(&[width << 16, size.1 << 16]);
        let header = Boxes::of(&whole).find(&[b"moov", b"trak", b"tkhd"]).unwrap();
        let sized = |bytes: &[u8], width: u32| {
            let mut bytes = bytes.to_vec();
            bytes[header.end - 8..header.end].copy_from_slice(&display(width));
            bytes
        };
        let unsaid = |bytes: &[u8]| replaced(bytes, b"pasp", b"skip");
        let plain = |bytes: &[u8]| sized(&unsaid(bytes), size.0);
        let by_all = read(&whole);
        assert!(near(by_all.size(), wanted) && same(&by_all.told(), &steady(RATE)), "{name}: {:?}", by_all.size());
        assert!(near(read(&sized(&whole, size.0)).size(), wanted), "{name} by its pasp");
        assert!(near(read(&unsaid(&whole)).size(), wanted), "{name} by its header");
        assert!(near(read(&plain(&whole)).size(), wanted), "{name} by its stream");
        let square = made(name, RATE, size, &options.replace("4/3", "1")).unwrap().bytes();
        let scaled = with_matrix(&sized(&square, size.0), b"tkhd", [4, 0, 0, 3]);
        assert!(near(read(&scaled).size(), wanted), "{name} by its matrix: {:?}", read(&scaled).size());
        let turned = with_matrix(&whole, b"tkhd", [0, 1, -1, 0]);
        let turned = read(&turned).size();
        assert!(near((turned.1, turned.0), wanted), "{name}, made square before it is turned: {turned:?}");
    }
}

/// The file with a box added to its first sample entry, and the size at which it is to be shown.
fn with_entry_box(file: &[u8], added: &[u8], display: (u32, u32)) -> Vec<u8> {
    let boxes = Boxes::of(file);
    let path: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"];
    let entry = boxes.find(&path).unwrap().start + 8;
    let size = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let end = entry + size(entry) as usize;
    let mut bytes = [&file[..end], added, &file[end..]].concat();
    let around = (1..=path.len()).map(|depth| boxes.find(&path[..depth]).unwrap().start - 8);
    for at in around.chain([entry]) {
        bytes[at..at + 4].copy_from_slice(&(size(at) + added.len() as u32).to_be_bytes());
    }
    let header = boxes.find(&[b"moov", b"trak", b"tkhd"]).unwrap().end;
    bytes[header - 8..header].copy_from_slice(&words(&[display.0 << 16, display.1 << 16]));
    bytes
}

#[test]
fn a_size_that_is_stated_for_the_clean_aperture_is_no_shape_of_pixels_whoever_decodes() {
    for (name, options) in THREE {
        let Some(made) = made(name, RATE, (320, 256), options) else { continue };
        let clap = boxed(b"clap", &[&words(&[320, 1, 192, 1, 0, 1, 0, 1])]);
        let read = read(&with_entry_box(&made.bytes(), &clap, (320, 192)));
        // Newer versions of ffmpeg leave out what lies around it.
        assert!([(320, 256), (320, 192)].contains(&read.size()), "{name}: {:?}", read.size());
        assert_eq!(read.facts.corrections, [""; 0], "{name}");
        assert!(same(&read.told(), &steady(RATE)), "{name}: {:?}", read.told());
    }
}

#[test]
fn hdv_is_shown_in_its_own_shape() {
    for (name, options) in [
        ("hdv.mov", "-c:v mpeg2video -q:v 4 -pix_fmt yuv420p -aspect 16:9"),
        ("avchd.mp4", "-c:v libx264 -pix_fmt yuv420p -aspect 16:9"),
    ] {
        let Some(made) = made(name, RATE, (1440, 1080), options) else { continue };
        let read = made.read();
        let (width, height) = read.size();
        assert!((f64::from(width) / f64::from(height) - 16.0 / 9.0).abs() < 0.01, "{name}: {width}x{height}");
        assert!(same(&read.told(), &steady(RATE)), "{name}");
    }
}

/// The file with another matrix in this header.
fn with_matrix(file: &[u8], name: &[u8; 4], numbers: [i32; 4]) -> Vec<u8> {
    let path: &[&[u8; 4]] = if name == b"tkhd" { &[b"moov", b"trak", b"tkhd"] } else { &[b"moov", b"mvhd"] };
    let contents = Boxes::of(file).find(path).unwrap();
    let at = contents.start + if name == b"tkhd" { 40 } else { 36 };
    let mut bytes = file.to_vec();
    bytes[at..at + 36].copy_from_slice(&matrix(numbers));
    bytes
}

#[test]
fn every_orientation_is_made_upright_whoever_decodes_it() {
    for (name, options) in THREE {
        let Some(made) = made(name, RATE, (320, 192), options) else { continue };
        let file = made.bytes();
        for (numbers, corner) in ORIENTATIONS {
            let size = if numbers[0] == 0 { (192, 320) } else { (320, 192) };
            for header in [b"tkhd", b"mvhd"] {
                let read = read(&with_matrix(&file, header, numbers));
                assert_eq!((read.size(), read.corner()), (size, corner), "{name} {numbers:?}");
                assert!(same(&read.told(), &steady(RATE)), "{name} {numbers:?}: {:?}", read.told());
            }
        }
        let quarter = [0, 1, -1, 0];
        let both = read(&with_matrix(&with_matrix(&file, b"tkhd", quarter), b"mvhd", quarter));
        assert_eq!((both.size(), both.corner()), ((320, 192), (true, true)), "{name}");
        let odd = read(&with_matrix(&file, b"tkhd", [1, 1, -1, 1]));
        assert!(odd.facts.odd_orientation && odd.size() == (320, 192), "{name}");
    }
}

/// An edit list: durations in milliseconds, places in pictures from the first, -1 for nothing, and rates.
type Edits<'a> = &'a [(u32, i32, i32)];

/// The numbers of pictures and their times in milliseconds.
type Told = Vec<(u32, u64)>;

/// The file with this edit list, its index at the end.
fn with_edits(file: &[u8], edits: Edits<'_>) -> Vec<u8> {
    let boxes = Boxes::of(file);
    let media = boxes.find(&[b"moov", b"trak", b"mdia", b"mdhd"]).unwrap();
    let timescale = u32::from_be_bytes(file[media.start + 12..media.start + 16].try_into().unwrap());
    // Pictures that are coded out of order begin after the start of the media, which ffmpeg's own edit list says.
    let start = boxes
        .find(&[b"moov", b"trak", b"edts", b"elst"])
        .map_or(0, |list| u32::from_be_bytes(file[list.start + 12..list.start + 16].try_into().unwrap()));
    let place = |number: i32| if number < 0 { -1 } else { (start + number as u32 * timescale / RATE) as i32 };
    let rows = edits.iter().map(|&(duration, at, rate)| [duration, place(at).cast_unsigned(), rate.cast_unsigned()]);
    let rows: Vec<u32> = rows.flatten().collect();
    let list = boxed(b"edts", &[&boxed(b"elst", &[&words(&[0, edits.len() as u32]), &words(&rows)])]);
    boxes.with_first(&[b"moov", b"trak"], b"edts", &list)
}

#[test]
fn edits_show_the_same_whoever_decodes_them() {
    let shown =
        |numbers: &[u32], times: &[u64]| -> Told { numbers.iter().copied().zip(times.iter().copied()).collect() };
    let table: [(&str, Edits<'_>, Told); 7] = [
        ("both ends", &[(160, 3, NORMAL)], shown(&[3, 4, 5, 6], &[0, 40, 80, 120])),
        ("a delay", &[(1000, -1, NORMAL), (480, 0, NORMAL)], steady(RATE)),
        ("a delay and a trim", &[(1000, -1, NORMAL), (80, 10, NORMAL)], shown(&[10, 11], &[0, 40])),
        ("a gap", &[(80, 2, NORMAL), (200, -1, NORMAL), (80, 8, NORMAL)], shown(&[2, 3, 8, 9], &[0, 40, 280, 320])),
        ("backwards in the media", &[(80, 8, NORMAL), (80, 2, NORMAL)], shown(&[8, 9, 2, 3], &[0, 40, 80, 120])),
        ("twice", &[(80, 5, NORMAL), (80, 5, NORMAL)], shown(&[5, 6, 5, 6], &[0, 40, 80, 120])),
        ("slow motion", &[(80, 0, NORMAL), (1280, 2, NORMAL / 8), (240, 6, NORMAL)], steady(RATE)),
    ];
    let all = THREE.into_iter().chain([("422.mp4", "-c:v libx264 -bf 2 -g 6 -crf 10 -pix_fmt yuv422p")]);
    for (name, options) in all {
        let Some(made) = made(name, RATE, (320, 192), options) else { continue };
        for (what, edits, wanted) in &table {
            let read = read(&with_edits(&made.bytes(), edits));
            assert!(same(&read.told(), wanted), "{name}, {what}: {:?}", read.told());
            assert_eq!((read.dropped, read.facts.odd_edits), (0, false), "{name}, {what}");
        }
    }
}

#[test]
fn high_low_and_uneven_rates_keep_their_times() {
    for (name, options) in THREE {
        for rate in [5, 10, 120, 240] {
            let Some(made) = made(name, rate, (320, 192), options) else { continue };
            let read = made.read();
            assert!(same(&read.told(), &steady(rate)), "{name} at {rate}: {:?}", read.told());
            assert!(read.facts.corrections.is_empty());
        }
        // Two gaps of 0.8 s, and 25 a second between.
        let late =
            |number: u32| u64::from(number * 40 + if number > 3 { 760 } else { 0 } + if number > 8 { 760 } else { 0 });
        let uneven = "-vf setpts='N*40/TB/1000+gt(N,3)*0.76/TB+gt(N,8)*0.76/TB' -fps_mode passthrough -video_track_timescale 90000";
        let Some(made) = made(name, RATE, (320, 192), &format!("{uneven} {options}")) else { continue };
        let wanted: Vec<(u32, u64)> = (0..COUNT).map(|number| (number, late(number))).collect();
        assert!(same(&made.read().told(), &wanted), "{name}: {:?}", made.read().told());
    }
}

#[test]
fn brightness_of_a_high_dynamic_range_is_mapped_and_said() {
    let filters = Command::new("ffmpeg").args(["-hide_banner", "-filters"]).output();
    let maps = filters.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(" zscale "));
    let colours = "-color_primaries bt2020 -colorspace bt2020nc -color_trc";
    for (kind, is_pq) in [("smpte2084", true), ("arib-std-b67", false)] {
        let options = format!("{} {colours} {kind}", X265.replace("yuv420p", "yuv420p10le"));
        let options =
            options.replace("log-level", &format!("transfer={kind}:colorprim=bt2020:colormatrix=bt2020nc:log-level"));
        for name in ["a.mp4", "a.mov", "a.mkv"] {
            let Some(made) = made(name, RATE, (320, 192), &options) else { return };
            let read = made.read();
            assert_eq!((read.frames.len() as u32, read.dropped), (COUNT, 0), "{name} {kind}");
            let said = read.facts.corrections.iter().any(|said| said.contains("high dynamic range"));
            assert_eq!(said, is_pq && maps, "{name} {kind}: {:?}", read.facts.corrections);
            let times: Vec<u64> = read.told().iter().map(|(_, time)| *time).collect();
            assert_eq!(times, steady(RATE).iter().map(|(_, time)| *time).collect::<Vec<_>>(), "{name} {kind}");
        }
    }
}

#[test]
fn of_several_tracks_the_largest_is_decoded_whoever_does() {
    for (name, options) in THREE {
        let split = "-filter_complex [0]split=3[a][b][c];[b]scale=80:48[small];[c]trim=end_frame=1,scale=640:384[cover] \
                     -map [small] -map [cover] -map [a] -disposition:v default";
        let Some(made) = made(name, RATE, (320, 192), &format!("{split} {options}")) else { continue };
        let read = made.read();
        assert_eq!(read.size(), (320, 192), "{name}");
        assert!(same(&read.told(), &steady(RATE)), "{name}: {:?}", read.told());
    }
}

#[test]
fn joined_segments_begin_at_0_wherever_they_begin() {
    for (name, options) in &THREE[..2] {
        let dash = format!(
            "{options} -f dash -seg_duration 0.24 -use_template 1 -use_timeline 1 -init_seg_name init.mp4 \
                            -media_seg_name part-$Number%03d$.m4s"
        );
        let Some(made) = made("list.mpd", RATE, (320, 192), &dash) else { continue };
        let part = |name: &str| fs::read(made.folder.path().join(name)).unwrap();
        let whole = read(&[part("init.mp4"), part("part-001.m4s"), part("part-002.m4s")].concat());
        assert!(same(&whole.told(), &steady(RATE)), "{name}: {:?}", whole.told());
        let second = read(&[part("init.mp4"), part("part-002.m4s")].concat());
        let first = second.told()[0].0;
        let late = steady(RATE).into_iter().skip(first as usize);
        let wanted: Vec<(u32, u64)> = late.map(|(number, time)| (number, time - u64::from(first) * 40)).collect();
        assert!(first > 4 && same(&second.told(), &wanted), "{name}: {:?}", second.told());
        assert!(second.facts.first_time.as_millis() >= u128::from(first) * 40, "{name}: {:?}", second.facts.first_time);
        assert_eq!((whole.dropped, second.dropped), (0, 0), "{name}");
    }
}

#[test]
fn pictures_that_refer_to_some_before_the_cut_are_left_out_and_time_begins_after_them() {
    // HEVC of an open GOP: some pictures after its first are shown before it and refer to the GOP before.
    let options = "-c:v libx265 -crf 10 -pix_fmt yuv420p -tag:v hvc1 -x265-params \
                   log-level=none:keyint=6:min-keyint=1:bframes=2:b-adapt=0:scenecut=0:open-gop=1 \
                   -movflags frag_keyframe+empty_moov+default_base_moof";
    let Some(made) = made("open.mp4", RATE, (320, 192), options) else { return };
    let whole = made.read();
    let bytes = made.bytes();
    let place = |name: &[u8; 4]| bytes.windows(4).position(|found| found == name).unwrap() - 4;
    let first = place(b"moof");
    let second = first + 4 + bytes[first + 8..].windows(4).position(|found| found == b"moof").unwrap();
    let cut = read(&[&bytes[..first], &bytes[second..]].concat());
    assert!(same(&whole.told(), &steady(RATE)) && whole.dropped == 0);
    let (number, _) = cut.told()[0];
    let wanted: Vec<(u32, u64)> = (number..COUNT).map(|shown| (shown, u64::from(shown - number) * 40)).collect();
    assert!(number > 4 && same(&cut.told(), &wanted) && cut.dropped == 0, "{:?}", cut.told());
    // By when the pictures that were left out would have been shown.
    assert!(cut.facts.first_time.as_millis() >= u128::from(number) * 40, "{:?}", cut.facts.first_time);
}

#[test]
fn sound_that_is_longer_or_begins_earlier_is_no_damage() {
    let sound = |delay: &str, length: u32, codec: &str| {
        format!(
            "-f lavfi -t {length} -i sine -filter_complex [0]setpts=PTS+{delay}/TB[v] -map [v] -map 1:a -fps_mode passthrough {codec}"
        )
    };
    let kinds = [
        ("a.mp4", sound("0", 3, &format!("{X264} -c:a aac"))),
        ("a.mp4", sound("2.5", 4, &format!("{X264} -c:a aac"))),
        ("hevc.mp4", sound("2.5", 4, &format!("{X265} -c:a aac"))),
        ("vp8.webm", sound("0", 3, "-c:v libvpx -crf 4 -b:v 2M -pix_fmt yuv420p -c:a libopus")),
        ("vp8.webm", sound("2.5", 4, "-c:v libvpx -crf 4 -b:v 2M -pix_fmt yuv420p -c:a libopus")),
        ("h264.mkv", sound("2.5", 4, &format!("{X264} -c:a aac"))),
        ("h264.mkv", format!("{X264} -output_ts_offset 10")),
        ("vp8.webm", "-c:v libvpx -crf 4 -b:v 2M -pix_fmt yuv420p -output_ts_offset 10".to_owned()),
        ("mpeg4.avi", sound("0", 4, "-c:v mpeg4 -q:v 2 -pix_fmt yuv420p -c:a pcm_s16le")),
        ("h264.ts", sound("2.5", 4, &format!("{X264} -c:a aac"))),
    ];
    for (name, options) in kinds {
        let Some(made) = made(name, RATE, (320, 192), &options) else { continue };
        let read = made.read();
        assert!(same(&read.told(), &steady(RATE)), "{name} {options}: {:?}", read.told());
        assert_eq!(read.dropped, 0, "{name} {options}");
    }
}

#[test]
fn what_is_missing_at_the_end_is_counted_whoever_decodes() {
    for (name, options) in THREE {
        let Some(made) = made(name, RATE, (320, 192), &format!("{options} -movflags +faststart")) else { continue };
        let mut bytes = made.bytes();
        let media = Boxes::of(&bytes).find(&[b"mdat"]).unwrap();
        bytes.truncate(media.end - 40);
        let read = read(&bytes);
        let there = read.frames.len() as u64;
        assert!(there > 0 && there < u64::from(COUNT), "{name}: {there}");
        assert_eq!(there + read.dropped, u64::from(COUNT), "{name}");
    }
}
