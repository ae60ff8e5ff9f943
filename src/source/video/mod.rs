//! A recorded video as a source.
//!
//! What this program records itself, and most of what phones record, is H.264 in MP4: that is decoded here (`index`
//! finds the samples, `h264` decodes them, `turn` sets them upright). Everything else goes through ffmpeg if it is
//! installed.

mod boxes;
mod ffmpeg;
mod h264;
mod index;
mod mp4;
mod orientation;
mod random_access;

use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use self::ffmpeg::FfmpegVideo;
use self::index::Codec;
use self::mp4::Mp4Video;
use super::file_type::{self, Content};
use super::{Source, SourceError};

pub use self::random_access::Strip;

/// What the bytes of an MP4 file are read from: a file, or memory.
trait Media: Read + Seek + Send {}

impl<T: Read + Seek + Send> Media for T {}

/// The program that decodes what is not decoded here.
const FFMPEG: &str = "ffmpeg";

/// Opens a video file, whatever its name ends in. Its frames stand upright, in proportion, with no side above
/// [`super::pixels::LONGEST_SIDE`] pixels, and at the times that the file gives.
///
/// A file that is damaged gives what can be decoded; [`Source::dropped`] counts the rest.
///
/// # Errors
/// If the file is missing, empty, no video, without its index, or needs ffmpeg and there is none.
pub fn open(path: &Path) -> Result<Box<dyn Source>, SourceError> {
    open_as(path, file_type::of(path)?)
}

/// Opens an H.264 MP4 video that lies in memory, called `name`.
///
/// # Errors
/// If it is damaged, or in another form than H.264 in MP4.
pub fn open_bytes(name: &str, bytes: &'static [u8]) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(open_media(Path::new(name), Box::new(Cursor::new(bytes)))?))
}

/// Opens a file of which it is known what it is.
pub(super) fn open_as(path: &Path, content: Content) -> Result<Box<dyn Source>, SourceError> {
    open_with(path, content, FFMPEG)
}

fn open_with(path: &Path, content: Content, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    match content {
        Content::Mp4 => open_mp4(path, ffmpeg),
        Content::Foreign(content) => by_ffmpeg(path, ffmpeg, content),
        Content::Picture => Err(SourceError::NotFrames { path: path.to_owned(), content: "a single picture" }),
        Content::Other(content) => Err(SourceError::NotFrames { path: path.to_owned(), content }),
    }
}

fn open_mp4(path: &Path, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    let file = File::open(path).map_err(|cause| SourceError::reading(path, cause))?;
    match open_media(path, Box::new(file)) {
        Ok(video) => Ok(Box::new(video)),
        Err(SourceError::NeedsFfmpeg { content, .. }) => by_ffmpeg(path, ffmpeg, content),
        // ffmpeg reads more than we do; where it fails too, or is not there, our own sentence is the better one.
        Err(error @ (SourceError::Damaged { .. } | SourceError::Undecodable { .. })) => {
            by_ffmpeg(path, ffmpeg, "a damaged video").map_err(|_| error)
        }
        Err(error) => Err(error),
    }
}

fn open_media(path: &Path, mut media: Box<dyn Media>) -> Result<Mp4Video, SourceError> {
    let index = index::read(path, media.as_mut())?;
    match index.codec {
        Codec::Foreign(content) => Err(SourceError::NeedsFfmpeg { path: path.to_owned(), content }),
        Codec::H264 { .. } => Mp4Video::open(path, media, index),
    }
}

fn by_ffmpeg(path: &Path, ffmpeg: &str, content: &'static str) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(FfmpegVideo::open(path, ffmpeg, content)?))
}

#[cfg(all(test, feature = "store"))] // which writes such files
mod tests {
    use std::fs;
    use std::time::Duration;

    use image::RgbImage;

    use super::*;
    use crate::recording::mp4_writer::VideoWriter;
    use crate::source::{Delivery, Timestamp};

    /// A program that is certainly not there.
    const NO_FFMPEG: &str = "no-such-ffmpeg";

    /// Opens it where there is no ffmpeg.
    fn open_alone(path: &Path) -> Result<Box<dyn Source>, SourceError> {
        open_with(path, file_type::of(path)?, NO_FFMPEG)
    }

    fn clip(path: &Path) {
        let mut writer = VideoWriter::create(path, 64, 48).unwrap();
        for step in 0..5_u64 {
            let time = Timestamp::new(Duration::from_millis(step * 40));
            writer.write(&RgbImage::new(64, 48), time).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn no_damage_to_an_mp4_panics_or_hangs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let whole = fs::read(&path).unwrap();
        for (at, flip) in (0..whole.len()).zip([0x81, 0x08, 0xFF, 0x01].into_iter().cycle()) {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            fs::write(&path, &bytes).unwrap();
            if let Ok(mut source) = open_alone(&path) {
                while let Ok(Delivery::Frame(_)) = source.next() {}
            }
        }
    }

    /// Numbers that look drawn at random and are the same each time (xorshift).
    fn draw(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 16) as usize
    }

    // What it is for shows only where memory is short: `ulimit -v 2000000` before it.
    #[test]
    #[ignore = "takes a minute; for after a change to how MP4 files are read"]
    fn two_thousand_damaged_indexes_are_opened_or_refused() {
        let whole = fs::read("assets/demo.mp4").unwrap();
        let index = whole.windows(4).position(|name| name == b"moov").unwrap();
        let length = u32::from_be_bytes(whole[index - 4..index].try_into().unwrap()) as usize;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let (mut state, mut opened) = (0x9E37_79B9_7F4A_7C15, 0);
        for _ in 0..2000 {
            let mut bytes = whole.clone();
            for _ in 0..1 + draw(&mut state) % 4 {
                // High values as often as single bits: counts and sizes are what hurts.
                let value = [0xFF, 0x00, 0x7F, bytes[index] ^ 1 << (draw(&mut state) % 8)][draw(&mut state) % 4];
                bytes[index + draw(&mut state) % length] = value;
            }
            fs::write(&path, &bytes).unwrap();
            opened += usize::from(open_alone(&path).is_ok());
        }
        assert!(opened > 0 && opened < 2000, "{opened} opened");
    }

    #[test]
    fn crafted_counts_ask_for_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let whole = fs::read(&path).unwrap();
        let place = |name: &[u8; 4]| whole.windows(4).position(|found| found == name).unwrap();
        let told = |patches: &[(usize, u32)]| {
            let mut bytes = whole.clone();
            for &(at, value) in patches {
                bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
            }
            fs::write(&path, &bytes).unwrap();
            open_alone(&path).err().unwrap().to_string()
        };
        // All samples of one byte, in one chunk, one tick apart: nothing but the count is wrong.
        let [sizes, times, chunks] = [b"stsz", b"stts", b"stsc"].map(place);
        let consistent = [(sizes + 8, 1), (sizes + 12, 0xFFFF_FFF0), (times + 12, u32::MAX), (chunks + 16, u32::MAX)];
        assert!(told(&consistent).contains("enormous index, which needs ffmpeg"), "{}", told(&consistent));
        for (at, name) in
            [(sizes + 12, "stsz"), (times + 8, "stts"), (chunks + 8, "stsc"), (place(b"stco") + 8, "stco")]
        {
            let told = told(&[(at, 0xFFFF_FFF0)]);
            assert!(told.contains("is damaged") && told.contains(name), "{told}");
        }
    }

    #[test]
    fn without_ffmpeg_a_foreign_video_says_how_to_get_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.webm");
        fs::write(&path, b"\x1A\x45\xDF\xA3 and more").unwrap();
        let told = open_alone(&path).err().unwrap().to_string();
        assert!(told.contains("clip.webm is a WebM or Matroska video, which needs ffmpeg: install ffmpeg"), "{told}");
    }

    #[test]
    fn an_mp4_in_another_codec_says_which() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        clip(&path);
        let mut bytes = fs::read(&path).unwrap();
        // The profile in the decoder configuration, 110: ten bits.
        let at = bytes.windows(4).position(|name| name == b"avcC").unwrap();
        bytes[at + 5] = 110;
        fs::write(&path, &bytes).unwrap();
        let told = open_alone(&path).err().unwrap().to_string();
        assert!(told.contains("more than 8 bits") && told.contains("needs ffmpeg"), "{told}");
    }
}
