//! Malicious input for bendwise, as bytes: each ends in a value or in an error, never in a panic, a hang or more memory
//! than the number of bytes justifies. Run by the fuzz targets beside this file and by the test `tests/hostile.rs`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bendwise::app_dirs::Paths;
use bendwise::coach::drill::{Drill, Programme};
use bendwise::drill_library::Library;
use bendwise::export::{CsvDialect, ExportFormat, SessionExport};
use bendwise::i18n::{Language, Words};
use bendwise::recording;
use bendwise::report::Report;
use bendwise::review::SessionPlayer;
use bendwise::review::kept_frame::KeptFrames;
use bendwise::screen::terminal::Style;
use bendwise::screen::trend;
use bendwise::source::pixels::{self, Encoding, RawLayout};
use bendwise::source::video::RandomAccessVideo;
use bendwise::store::sample::Sample;
use bendwise::store::{Store, block};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Number of pictures decoded of a video.
const PICTURES: usize = 8;

/// An attack and its name.
pub type Attack = (&'static str, fn(&[u8]));

/// All attacks.
pub const ALL: [Attack; 6] = [
    ("video", video),
    ("pixels", picture),
    ("block", samples),
    ("session", session),
    ("package", package),
    ("drill", drill),
];

/// A video file: opened, recovered as after a power cut, and played in places.
pub fn video(bytes: &[u8]) {
    let place = Place::new();
    let path = place.file("a.mp4", bytes);
    if let Ok(mut strip) = RandomAccessVideo::open(&path) {
        let last = strip.len().saturating_sub(1);
        for number in (0..PICTURES).chain([last, last / 2, 0]) {
            strip.picture(number);
        }
    }
    recording::recover(&path).ok();
    SessionPlayer::with_times(&path, Arc::default()).ok();
}

/// How frames may be packed, by the first byte of the input; the first five have those numbers in the kept inputs.
const ENCODINGS: [Encoding; 23] = [
    Encoding::Mjpeg,
    Encoding::Yuyv,
    Encoding::Nv12,
    Encoding::Rgb,
    Encoding::Bgr,
    Encoding::Uyvy,
    Encoding::Yvyu,
    Encoding::Vyuy,
    Encoding::Nv21,
    Encoding::Nv16,
    Encoding::Nv61,
    Encoding::I420,
    Encoding::Yv12,
    Encoding::I422,
    Encoding::Rgbx,
    Encoding::Bgrx,
    Encoding::Xrgb,
    Encoding::Xbgr,
    Encoding::Rgb565,
    Encoding::Grey,
    Encoding::Y10,
    Encoding::Y12,
    Encoding::Y16,
];

/// A frame from a camera: one byte for its format, two each for width and height, and the frame. Its rows follow each
/// other without a gap, or with one as wide as the first byte is large.
pub fn picture(bytes: &[u8]) {
    let Some((head, frame)) = bytes.split_first_chunk::<5>() else { return };
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]));
    let (width, height) = (side(head[1], head[2]), side(head[3], head[4]));
    let [kind, gap] = [usize::from(head[0]) % ENCODINGS.len(), usize::from(head[0]) / ENCODINGS.len()];
    let layout = RawLayout {
        stride: if gap == 0 { 0 } else { width as usize + gap },
        interleaved: gap % 2 == 1,
        ..RawLayout::packed(ENCODINGS[kind], width, height)
    };
    let made = match layout.encoding {
        Encoding::Mjpeg => pixels::from_jpeg(frame),
        _ => pixels::from_raw(frame, &layout),
    };
    if let Ok(picture) = made {
        assert!(u64::from(picture.width()) * u64::from(picture.height()) <= pixels::MOST_PIXELS);
        pixels::within_longest_side(picture);
    }
}

/// A block of samples, as it is and as the body of a block with the correct length and checksum.
pub fn samples(bytes: &[u8]) {
    block::unpack(bytes).ok();
    if let Ok(samples) = block::unpack(&sealed(bytes)) {
        // What was read can be written, and its measured values are read unchanged. Compared as text, as a number may
        // be NaN.
        let measured = |mut samples: Vec<Sample>| {
            samples.iter_mut().for_each(|sample| (sample.body, sample.back) = (None, None));
            format!("{samples:?}")
        };
        let again = block::unpack(&block::pack(&samples)).unwrap();
        assert_eq!(measured(again), measured(samples));
    }
}

/// Stands between the bodies of two blocks in the input of [`session`].
const NEXT_BLOCK: &[u8] = b"<next block>";

/// A foreign session with correct checksums: `session.json`, a zero byte, the bodies of its blocks, with
/// [`NEXT_BLOCK`] between them. If it is imported, it is viewed in every way there is.
pub fn session(bytes: &[u8]) {
    taken(&as_package(bytes));
}

/// The `.bendwise` file for [`session`].
pub fn as_package(bytes: &[u8]) -> Vec<u8> {
    let at = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (rows, mut rest) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    let mut blocks = Vec::new();
    while let Some(end) = rest.windows(NEXT_BLOCK.len()).position(|window| window == NEXT_BLOCK) {
        blocks.push(sealed(&rest[..end]));
        rest = &rest[end + NEXT_BLOCK.len()..];
    }
    blocks.push(sealed(rest));
    packed(rows, &blocks)
}

/// A `.bendwise` file.
pub fn package(bytes: &[u8]) {
    taken(bytes);
}

/// Imports and views such a file. Returns whether it was imported.
pub fn taken(bytes: &[u8]) -> bool {
    let place = Place::new();
    let path = place.file("a.bendwise", bytes);
    let (store, _) = Store::open(&place.paths()).unwrap();
    let taken = store.import(None, &path).is_ok();
    if taken {
        look(&place.paths());
    }
    taken
}

/// A drill or programme written by a user.
pub fn drill(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Drill::parse("a.toml", text) {
        Ok(drill) => {
            for set in 0..2 {
                let figure = drill.figure(set);
                assert!(figure.round_of(4).all(|skeleton| skeleton.outline().count() > 0));
            }
            drill.duration();
        }
        Err(fault) => drop(fault.to_string()),
    }
    let ours = Library::built_in();
    match Programme::parse("a.toml", text, ours.drills()) {
        Ok(programme) => drop(ours.drills_of(&programme)),
        Err(fault) => drop(fault.to_string()),
    }
}

/// Views the only session of the store as `bendwise report`, `export`, `trend`, `review` and `sessions show` do.
fn look(paths: &Paths) {
    let (store, _) = Store::open(paths).unwrap();
    let entry = store.named("last").unwrap();
    let (Ok(session), samples) = (store.session(&entry), store.samples_of(&entry)) else { return };
    let whole = SessionExport::new(session, &samples);
    use ExportFormat::{C3d, Csv, Json, Mot, Parquet, Trc};
    for format in [Csv, Json, Parquet, Trc, Mot, C3d] {
        for file in whole.files(format, CsvDialect::Standard).into_iter().flatten() {
            file.write(io::sink()).ok();
        }
    }
    let history = store.history(entry.person, None, None).unwrap();
    for language in Language::ALL {
        let words = Words::read(language).unwrap();
        trend::told("", (&history, history.len()), &words.trend, 2026, Style::Plain);
        let screen = store.screen(&entry).unwrap().map(|screen| (screen, None));
        let (session, history, words) = (&whole.session, &history[..], &words);
        let samples = &samples;
        Report {
            session,
            samples,
            drill: "",
            history,
            screen,
            player: None,
            faces: false,
            course: &bendwise::report::Course::default(),
            anonymous: false,
            words,
        }
        .write(io::sink())
        .ok();
    }
    let Ok(mut again) = KeptFrames::new(store.session(&entry).unwrap(), &samples, None) else { return };
    let frames = again.times().len();
    for number in [0, frames / 2, frames] {
        again.scene(number);
        again.cut_out(number, 1e9);
        again.standing(bendwise::source::Timestamp::from_secs_f64(number as f64));
    }
}

/// A `.bendwise` file with correct checksums, of these rows and these blocks.
fn packed(rows: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    let frames: usize = blocks.iter().map(|block| block::unpack(block).map_or(0, |samples| samples.len())).sum();
    let rows = match serde_json::from_slice::<Value>(rows) {
        // With a correct count and id, so that the other checks are tested, too.
        Ok(mut value) if value.is_object() => {
            value["frames"] = json!(frames);
            value["uid"] = json!("0123456789abcdef0123456789abcdef");
            value.to_string().into_bytes()
        }
        _ => rows.to_vec(),
    };
    let samples: Vec<u8> =
        blocks.iter().flat_map(|block| [&(block.len() as u32).to_le_bytes(), &block[..]].concat()).collect();
    let sum = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let seals: BTreeMap<_, _> = [("session.json", &rows), ("samples", &samples)]
        .map(|(name, bytes)| (name, json!({ "bytes": bytes.len(), "sha256": sum(bytes) })))
        .into();
    let manifest = json!({ "format": 1, "program": "fuzz", "files": seals }).to_string().into_bytes();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("manifest.json", &manifest), ("session.json", &rows), ("samples", &samples)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A block with this body.
fn sealed(body: &[u8]) -> Vec<u8> {
    let mut sealed = (body.len() as u32).to_le_bytes().to_vec();
    let mut encoder = DeflateEncoder::new(&mut sealed, Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap();
    let sum = crc32fast::hash(&sealed).to_le_bytes();
    [&[1][..], &sum, &sealed].concat()
}

/// A temporary folder, in memory if the system supports that.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        Self(if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn paths(&self) -> Paths {
        Paths::below(self.0.path())
    }
}
