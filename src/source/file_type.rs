//! Detects file types by their first bytes, as names are unreliable.

use std::io::{ErrorKind, Read};
use std::path::Path;

use super::SourceError;
use crate::input_file;

/// The type of a file, as far as it matters for reading frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileType {
    /// An MP4 or QuickTime file: decoded in-process if the codec allows.
    Mp4,
    /// A JPEG or PNG picture.
    Picture,
    /// A type that ffmpeg may decode; with its article.
    Foreign(&'static str),
    /// A picture in a format that is not read; with its article.
    OtherPicture(&'static str),
    /// An animation that only some versions of ffmpeg decode; with its article.
    Animation(&'static str),
    /// A type without frames; with its article.
    Other(&'static str),
}

/// Bytes read from the start of a file.
const HEAD: u64 = 512;

/// The same for a PNG, which may have a colour profile before the chunk that announces an animation.
const PNG_HEAD: u64 = 65_536;

/// The first bytes of a PNG.
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";

/// Detects the type of a file.
///
/// # Errors
/// If it is missing, cannot be read, or is empty.
pub(super) fn detect(path: &Path) -> Result<FileType, SourceError> {
    let reading = |cause| SourceError::reading(path, cause);
    let mut head = Vec::new();
    let mut file = match input_file::open(path) {
        Err(cause) if cause.kind() == ErrorKind::IsADirectory => return Ok(FileType::Other("a folder")),
        Err(cause) if cause.kind() == ErrorKind::InvalidInput => return Ok(FileType::Other("a pipe or a device")),
        opened => opened.map_err(reading)?,
    };
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(reading)?;
    if head.starts_with(PNG) {
        file.take(PNG_HEAD - HEAD).read_to_end(&mut head).map_err(reading)?;
    }
    if head.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    Ok(from_head(&head))
}

/// The boxes that an MP4 or QuickTime file, or a part of a stream, may begin with.
const FIRST_BOXES: [&[u8]; 13] = [
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp", b"sidx", b"moof", b"emsg", b"prft",
];

/// The first bytes of files of camcorders and of older programs, and what they are.
const CAMCORDERS: [(&[u8], &str); 5] = [
    (b"\x06\x0E\x2B\x34", "an MXF video"),
    (b"\x1F\x07\0", "a DV video"),
    (b"FLV\x01", "a Flash video"),
    (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "a Windows Media video"),
    (b"\0\0\0\x01", "a video stream without its container"),
];

fn from_head(head: &[u8]) -> FileType {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let holds = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if starts(PNG) && is_animated_png(head) {
        FileType::Foreign("an animated PNG picture")
    } else if starts(b"\xFF\xD8\xFF") || starts(PNG) {
        FileType::Picture
    } else if starts(b"RIFF") && holds(8, b"WEBP") {
        // The flags of an extended file tell whether it moves.
        let moves = holds(12, b"VP8X") && head.get(20).is_some_and(|flags| flags & 2 != 0);
        if moves { FileType::Animation("an animated WebP picture") } else { FileType::OtherPicture("a WebP picture") }
    } else if [&b"ftyphei"[..], b"ftypmif1", b"ftypavif", b"ftypmiaf"].iter().any(|brand| holds(4, brand)) {
        FileType::OtherPicture("a HEIC or AVIF picture")
    } else if FIRST_BOXES.iter().any(|&name| holds(4, name)) {
        FileType::Mp4
    } else if starts(b"\x1A\x45\xDF\xA3") {
        FileType::Foreign("a WebM or Matroska video")
    } else if starts(b"RIFF") && holds(8, b"AVI ") {
        FileType::Foreign("an AVI video")
    } else if starts(b"GIF8") {
        FileType::Foreign("a GIF")
    } else if starts(b"OggS") {
        FileType::Foreign("an Ogg file")
    } else if (starts(b"G") && holds(188, b"G")) || (holds(4, b"G") && holds(196, b"G")) || starts(b"\0\0\x01\xBA") {
        FileType::Foreign("an MPEG stream")
    } else if let Some((_, content)) = CAMCORDERS.iter().find(|(magic, _)| starts(magic)) {
        FileType::Foreign(content)
    } else if starts(b"%PDF") {
        FileType::Other("a PDF file")
    } else if starts(b"PK\x03\x04") {
        FileType::Other("a ZIP archive")
    } else if is_text(head) {
        FileType::Other("a text file")
    } else {
        FileType::Foreign("a file of unknown type")
    }
}

/// Whether the chunk that announces an animation stands before the picture's data, as it has to.
fn is_animated_png(head: &[u8]) -> bool {
    let mut rest = head.get(8..).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        match after.get(..4) {
            Some(b"acTL") => return true,
            Some(b"IDAT") | None => return false,
            _ => rest = after.get((u32::from_be_bytes(*length) as usize).saturating_add(8)..).unwrap_or_default(),
        }
    }
    false
}

// The last character may be truncated.
fn is_text(head: &[u8]) -> bool {
    let valid = std::str::from_utf8(head).map_or_else(|error| error.valid_up_to(), str::len);
    valid + 4 > head.len() && !head[..valid].contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_detected_by_the_first_bytes() {
        let in_packets = [&[0, 0, 0, 1][..], b"G", &[0; 191], b"G"].concat();
        let table: [(&[u8], FileType); 20] = [
            (&in_packets, FileType::Foreign("an MPEG stream")),
            (b"\x06\x0E\x2B\x34\x02\x05", FileType::Foreign("an MXF video")),
            (b"\x1F\x07\0\x3F", FileType::Foreign("a DV video")),
            (b"FLV\x01\x05", FileType::Foreign("a Flash video")),
            (b"\0\0\0\x01\x67\x42", FileType::Foreign("a video stream without its container")),
            (b"\0\0\0\x20ftypisom", FileType::Mp4),
            (b"\0\0\0\x08wide\0\0\0\0mdat", FileType::Mp4),
            (b"\xFF\xD8\xFF\xE0", FileType::Picture),
            (b"\x89PNG\r\n\x1A\n\0", FileType::Picture),
            (b"\x1A\x45\xDF\xA3\x01", FileType::Foreign("a WebM or Matroska video")),
            (b"RIFF\0\0\0\0AVI LIST", FileType::Foreign("an AVI video")),
            (b"GIF89a", FileType::Foreign("a GIF")),
            ("not a video, naïvely".as_bytes(), FileType::Other("a text file")),
            (b"\0\0\0\x20ftypheic", FileType::OtherPicture("a HEIC or AVIF picture")),
            (b"\0\0\0\x18stypmsdh", FileType::Mp4),
            (b"\x89PNG\r\n\x1A\n\0\0\0\x01tEXta....\0\0\0\x08acTL", FileType::Foreign("an animated PNG picture")),
            (b"\x89PNG\r\n\x1A\n\0\0\0\x01IDATa....\0\0\0\x08acTL", FileType::Picture),
            (b"\x89PNG\r\n\x1A\n\xFF\xFF\xFF\xFFtEXt", FileType::Picture),
            (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02", FileType::Animation("an animated WebP picture")),
            (b"RIFF\0\0\0\0WEBPVP8 ", FileType::OtherPicture("a WebP picture")),
        ];
        for (head, wanted) in table {
            assert_eq!(from_head(head), wanted, "{head:?}");
        }
        assert!(matches!(from_head(&[0, 1, 2, 200, 201, 202, 203, 0]), FileType::Foreign(_)));
        assert_eq!(from_head(&"é".repeat(300).as_bytes()[..511]), FileType::Other("a text file"));
    }
}
