//! A recorded video as a source.
//!
//! What this program records itself, and most of what phones record, is H.264 in MP4: that is decoded here (`index` finds the
//! samples, `h264` decodes them, `turn` sets them upright). Everything else goes through ffmpeg if it is installed.

mod ffmpeg;
mod h264;
mod index;
mod mp4;
mod turn;

use std::fs::File;
use std::path::Path;

use self::ffmpeg::FfmpegVideo;
use self::index::Codec;
use self::mp4::Mp4Video;
use super::content::{self, Content};
use super::{Source, SourceError};

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
    open_with(path, FFMPEG)
}

fn open_with(path: &Path, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    match content::of(path)? {
        Content::Mp4 => open_mp4(path, ffmpeg),
        Content::Foreign(content) => by_ffmpeg(path, ffmpeg, content),
        Content::Picture => Err(SourceError::NotFrames { path: path.to_owned(), content: "a single picture" }),
        Content::Other(content) => Err(SourceError::NotFrames { path: path.to_owned(), content }),
    }
}

fn open_mp4(path: &Path, ffmpeg: &str) -> Result<Box<dyn Source>, SourceError> {
    let file = File::open(path).map_err(|cause| SourceError::reading(path, cause))?;
    let here = index::read(path, &file).and_then(|index| match index.codec {
        Codec::Foreign(content) => Err(SourceError::NeedsFfmpeg { path: path.to_owned(), content }),
        Codec::H264 { .. } => Mp4Video::open(path, file, index),
    });
    match here {
        Ok(video) => Ok(Box::new(video)),
        Err(SourceError::NeedsFfmpeg { content, .. }) => by_ffmpeg(path, ffmpeg, content),
        // ffmpeg reads more than we do; where it fails too, or is not there, our own sentence is the better one.
        Err(error @ (SourceError::Damaged { .. } | SourceError::Undecodable { .. })) => {
            by_ffmpeg(path, ffmpeg, "a damaged video").map_err(|_| error)
        }
        Err(error) => Err(error),
    }
}

fn by_ffmpeg(path: &Path, ffmpeg: &str, content: &'static str) -> Result<Box<dyn Source>, SourceError> {
    Ok(Box::new(FfmpegVideo::open(path, ffmpeg, content)?))
}
