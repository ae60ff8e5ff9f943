//! Recorded videos as a source.
//!
//! An MP4 or QuickTime file is described once, by `index`: which samples are shown, when, how coded, how turned and
//! stretched. This program and most phones record H.264, which is decoded in-process (`h264`); everything else goes
//! through ffmpeg if it is installed, by the same description. Files of other kinds are left to ffmpeg as a whole.

mod boxes;
mod ffmpeg;
mod fragments;
mod h264;
mod index;
mod media;
mod movie;
mod mp4;
mod orientation;
mod random_access;
mod sample_entry;
mod sample_table;
mod sps;
mod timeline;
mod with_ffmpeg;

use std::fs::File;
use std::io::Cursor;
use std::path::Path;

use self::ffmpeg::{Described, FfmpegVideo};
use self::sample_entry::Content;
use self::with_ffmpeg::Mp4OrFfmpeg;
use super::file_type::{self, FileType};
use super::{Source, SourceError};

#[cfg(test)]
pub(crate) use self::random_access::DECODER_STARTS;
pub use self::random_access::RandomAccessVideo;

/// The program that decodes everything else.
const FFMPEG: &str = "ffmpeg";

/// Opens a video file, whatever its extension. Its frames are upright and in proportion, have no side longer than
/// [`super::pixels::LONGEST_SIDE`] pixels, and keep the times of the movement in the file, from the first picture on.
///
/// A damaged file yields what can be decoded; [`Source::dropped`] counts the rest.
///
/// # Errors
/// If the file is missing, empty, not a video, has no index, or needs ffmpeg and there is none.
pub fn open(path: &Path) -> Result<Box<dyn Source>, SourceError> {
    open_as(path, file_type::detect(path)?)
}

/// Opens an H.264 MP4 video that is in memory, called `name`.
///
/// # Errors
/// If it is damaged, or in another form than H.264 in MP4.
pub fn open_bytes(name: &str, bytes: &'static [u8]) -> Result<Box<dyn Source>, SourceError> {
    let video = mp4::open(Path::new(name), Box::new(Cursor::new(bytes))).map_err(|refused| refused.error)?;
    Ok(Box::new(video))
}

/// Opens a file of known type.
pub(super) fn open_as(path: &Path, file_type: FileType) -> Result<Box<dyn Source>, SourceError> {
    open_with(path, file_type, FFMPEG)
}

fn open_with(path: &Path, file_type: FileType, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    match file_type {
        FileType::Mp4 => open_mp4(path, ffmpeg),
        FileType::Foreign(content) => by_ffmpeg(path, ffmpeg, &content.into(), None),
        FileType::Animation(content) => by_ffmpeg(path, ffmpeg, &content.into(), None).map_err(|error| match error {
            SourceError::NeedsFfmpeg { .. } => error,
            _ => SourceError::Animation { path: path.to_owned(), content },
        }),
        FileType::OtherPicture(content) => Err(SourceError::OtherPicture { path: path.to_owned(), content }),
        FileType::Picture => Err(SourceError::NotFrames { path: path.to_owned(), content: "a single picture" }),
        FileType::Other(content) => Err(SourceError::NotFrames { path: path.to_owned(), content }),
    }
}

fn open_mp4(path: &Path, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    let file = File::open(path).map_err(|cause| SourceError::reading(path, cause))?;
    let refused = match mp4::open(path, Box::new(file)) {
        Ok(video) => return Ok(Box::new(Mp4OrFfmpeg::new(path, video, ffmpeg))),
        Err(refused) => refused,
    };
    let described = refused.index.map(|index| Described { index, from: 0 });
    let has_pictures = described.as_ref().is_some_and(|described| !described.index.timeline.shown.is_empty());
    match refused.error {
        SourceError::NeedsFfmpeg { content, .. } => by_ffmpeg(path, ffmpeg, &content, described),
        // ffmpeg may read more. If it fails too, or is not installed, our own error is the better one, unless all pictures
        // are there: a film that was cut out of another may begin with one at which only ffmpeg can begin.
        error @ (SourceError::Damaged { .. } | SourceError::Undecodable { .. }) => {
            by_ffmpeg(path, ffmpeg, &UNDECODABLE.into(), described).map_err(|failed| match failed {
                SourceError::NeedsFfmpeg { .. } if has_pictures => failed,
                _ => error,
            })
        }
        error => Err(error),
    }
}

/// What a file is whose pictures are all there but cannot be decoded here.
const UNDECODABLE: &str = "a video that bendwise cannot decode by itself";

fn by_ffmpeg(
    path: &Path,
    ffmpeg: &str,
    content: &Content,
    described: Option<Described>,
) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(FfmpegVideo::open(path, ffmpeg, content, described)?))
}

#[cfg(test)]
#[cfg(feature = "store")] // which writes such files
mod tests {
    use std::fs;
    use std::time::Duration;

    use image::RgbImage;

    use super::*;
    use crate::recording::mp4_writer::VideoWriter;
    use crate::source::{Delivery, Timestamp};

    /// A program that does not exist.
    const NO_FFMPEG: &str = "no-such-ffmpeg";

    /// Opens a file without ffmpeg.
    fn open_without_ffmpeg(path: &Path) -> Result<Box<dyn Source>, SourceError> {
        open_with(path, file_type::detect(path)?, NO_FFMPEG)
    }

    fn clip(path: &Path) {
        clip_of(path, 5, 40);
    }

    /// A clip of so many pictures, so many milliseconds apart.
    fn clip_of(path: &Path, count: u64, apart: u64) {
        let mut writer = VideoWriter::create(path, 64, 48).unwrap();
        for step in 0..count {
            let time = Timestamp::new(Duration::from_millis(step * apart));
            writer.write(&RgbImage::new(64, 48), time).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn no_damage_to_an_mp4_panics_or_hangs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let intact = fs::read(&path).unwrap();
        for (at, flip) in (0..intact.len()).zip([0x81, 0x08, 0xFF, 0x01].into_iter().cycle()) {
            let mut bytes = intact.clone();
            bytes[at] ^= flip;
            fs::write(&path, &bytes).unwrap();
            if let Ok(mut source) = open_without_ffmpeg(&path) {
                while let Ok(Delivery::Frame(_)) = source.next() {}
            }
        }
    }

    /// Reproducible pseudo-random numbers (xorshift).
    fn random(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 16) as usize
    }

    // Run it with limited memory, `ulimit -v 2000000`, to see excessive allocations.
    #[test]
    #[ignore = "takes a minute; run it after changes to how MP4 files are read"]
    fn two_thousand_damaged_indexes_are_opened_or_refused() {
        let intact = fs::read("assets/demo.mp4").unwrap();
        let index = intact.windows(4).position(|name| name == b"moov").unwrap();
        let length = u32::from_be_bytes(intact[index - 4..index].try_into().unwrap()) as usize;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let (mut state, mut opened) = (0x9E37_79B9_7F4A_7C15, 0);
        for _ in 0..2000 {
            let mut bytes = intact.clone();
            for _ in 0..1 + random(&mut state) % 4 {
                // Extreme values as well as single bits: counts and sizes do the most damage.
                let value = [0xFF, 0x00, 0x7F, bytes[index] ^ 1 << (random(&mut state) % 8)][random(&mut state) % 4];
                bytes[index + random(&mut state) % length] = value;
            }
            fs::write(&path, &bytes).unwrap();
            opened += usize::from(open_without_ffmpeg(&path).is_ok());
        }
        assert!(opened > 0 && opened < 2000, "{opened} opened");
    }

    #[test]
    fn crafted_counts_allocate_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let intact = fs::read(&path).unwrap();
        let place = |name: &[u8; 4]| intact.windows(4).position(|found| found == name).unwrap();
        let message = |patches: &[(usize, u32)]| {
            let mut bytes = intact.clone();
            for &(at, value) in patches {
                bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
            }
            fs::write(&path, &bytes).unwrap();
            open_without_ffmpeg(&path).err().unwrap().to_string()
        };
        // All samples of one byte, in one chunk, one tick apart: only the count is wrong.
        let [sizes, times, chunks] = [b"stsz", b"stts", b"stsc"].map(place);
        let consistent = [(sizes + 8, 1), (sizes + 12, 0xFFFF_FFF0), (times + 12, u32::MAX), (chunks + 16, u32::MAX)];
        assert!(message(&consistent).contains("enormous index, which needs ffmpeg"), "{}", message(&consistent));
        for (at, name) in
            [(sizes + 12, "stsz"), (times + 8, "stts"), (chunks + 8, "stsc"), (place(b"stco") + 8, "stco")]
        {
            let message = message(&[(at, 0xFFFF_FFF0)]);
            assert!(message.contains("is damaged") && message.contains(name), "{message}");
        }
    }

    #[test]
    fn without_ffmpeg_a_foreign_video_says_how_to_get_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.webm");
        fs::write(&path, b"\x1A\x45\xDF\xA3 and more").unwrap();
        let message = open_without_ffmpeg(&path).err().unwrap().to_string();
        assert!(
            message.contains("clip.webm is a WebM or Matroska video, which needs ffmpeg: install ffmpeg"),
            "{message}"
        );
    }

    /// A script that gives four pictures, ten a second, and does what the name of its input says.
    #[cfg(unix)]
    const FAKE_FFMPEG: &str = "tests/fake-ffmpeg";

    /// The times of the frames, milliseconds, and how many were dropped.
    #[cfg(unix)]
    fn played(path: &Path, ffmpeg: &str) -> (Vec<u128>, u64) {
        let mut source = open_with(path, file_type::detect(path).unwrap(), ffmpeg).unwrap();
        let mut times = Vec::new();
        while let Ok(Delivery::Frame(frame)) = source.next() {
            times.push(frame.time.since(Timestamp::default()).as_millis());
        }
        (times, source.dropped())
    }

    #[cfg(unix)]
    #[test]
    fn any_other_codec_goes_through_ffmpeg_and_keeps_the_times_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [(b"apcn", "a ProRes video"), (b"hvc1", "an HEVC"), (b"xyz1", "the codec \"xyz1\"")] {
            let path = folder.path().join("whole.mp4");
            clip_of(&path, 4, 100);
            let mut bytes = fs::read(&path).unwrap();
            let at = bytes
                .windows(4)
                .position(|found| found == b"avc1")
                .filter(|at| *at > 40)
                .unwrap_or_else(|| 40 + bytes[40..].windows(4).position(|found| found == b"avc1").unwrap());
            bytes[at..at + 4].copy_from_slice(name);
            fs::write(&path, &bytes).unwrap();
            let message = open_without_ffmpeg(&path).err().unwrap().to_string();
            assert!(message.contains(content) && message.contains("which needs ffmpeg"), "{message}");
            assert_eq!(played(&path, FAKE_FFMPEG), (vec![0, 100, 200, 300], 0));
        }
        // Where the index says that there is more, that is missing.
        let path = folder.path().join("whole.mp4");
        clip_of(&path, 6, 100);
        let mut bytes = fs::read(&path).unwrap();
        let at = 40 + bytes[40..].windows(4).position(|found| found == b"avc1").unwrap();
        bytes[at..at + 4].copy_from_slice(b"hev1");
        fs::write(&path, &bytes).unwrap();
        assert_eq!(played(&path, FAKE_FFMPEG), (vec![0, 100, 200, 300], 2));
    }

    #[cfg(unix)]
    #[test]
    fn ffmpeg_is_asked_where_half_of_a_file_fails_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole.mp4");
        clip_of(&path, 4, 100);
        let mut bytes = fs::read(&path).unwrap();
        let place = |name: &[u8; 4]| bytes.windows(4).position(|found| found == name).unwrap();
        let (sizes, places) = (place(b"stsz"), place(b"stco"));
        let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let second = word(places + 12) + word(sizes + 16);
        bytes[second..].fill(0xA5);
        fs::write(&path, &bytes).unwrap();
        assert_eq!(played(&path, NO_FFMPEG), (vec![0], 3));
        assert_eq!(played(&path, FAKE_FFMPEG), (vec![0, 100, 200, 300], 0));
    }

    #[test]
    fn what_only_ffmpeg_may_begin_to_decode_needs_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gives-nothing.mp4");
        clip_of(&path, 4, 100);
        let whole = fs::read(&path).unwrap();
        let place = |name: &[u8; 4]| whole.windows(4).position(|found| found == name).unwrap();
        let first = u32::from_be_bytes(whole[place(b"stco") + 12..place(b"stco") + 16].try_into().unwrap()) as usize;
        let mut filled = whole.clone();
        filled[first..].fill(0xA5);
        let message = |bytes: &[u8], ffmpeg: &str| {
            fs::write(&path, bytes).unwrap();
            open_with(&path, FileType::Mp4, ffmpeg).err().unwrap().to_string()
        };
        let told = message(&filled, NO_FFMPEG);
        assert!(told.contains("cannot decode by itself, which needs ffmpeg: install"), "{told}");
        assert!(message(&whole[..first], NO_FFMPEG).starts_with("No frame of"), "nothing of it is left for ffmpeg");
        #[cfg(unix)]
        assert!(message(&filled, FAKE_FFMPEG).starts_with("No frame of"), "ffmpeg was asked");
    }

    #[test]
    fn an_animation_that_ffmpeg_cannot_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gives-nothing.webp");
        fs::write(&path, b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02").unwrap();
        let message = open_without_ffmpeg(&path).err().unwrap().to_string();
        assert!(message.contains("an animated WebP picture, which needs ffmpeg"), "{message}");
        #[cfg(unix)]
        {
            let refused = open_with(&path, file_type::detect(&path).unwrap(), FAKE_FFMPEG).err().unwrap().to_string();
            assert!(refused.contains("an animated WebP picture, which cannot be decoded"), "{refused}");
        }
    }

    #[test]
    fn an_mp4_in_an_unsupported_codec_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let mut bytes = fs::read(&path).unwrap();
        // The profile in the decoder configuration, 110: ten bits.
        let at = bytes.windows(4).position(|name| name == b"avcC").unwrap();
        bytes[at + 5] = 110;
        fs::write(&path, &bytes).unwrap();
        let message = open_without_ffmpeg(&path).err().unwrap().to_string();
        assert!(message.contains("more than 8 bits") && message.contains("needs ffmpeg"), "{message}");
    }
}
