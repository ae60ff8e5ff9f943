//! Detects file types by their first bytes, as names are unreliable.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::SourceError;

/// The type of a file, as far as it matters for reading frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileType {
    /// An MP4 or QuickTime file: decoded in-process if the codec allows.
    Mp4,
    /// A JPEG or PNG picture.
    Picture,
    /// A type that ffmpeg may decode; with its article.
    Foreign(&'static str),
    /// A type without frames; with its article.
    Other(&'static str),
}

/// Bytes read from the start of a file.
const HEAD: u64 = 512;

/// Detects the type of a file.
///
/// # Errors
/// If it is missing, cannot be read, or is empty.
pub(super) fn detect(path: &Path) -> Result<FileType, SourceError> {
    let reading = |cause| SourceError::reading(path, cause);
    if path.is_dir() {
        return Ok(FileType::Other("a folder"));
    }
    // Opening a named pipe waits for a writer; a device may never end.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(FileType::Other("a pipe or a device"));
    }
    let mut head = Vec::new();
    File::open(path).map_err(reading)?.take(HEAD).read_to_end(&mut head).map_err(reading)?;
    if head.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    Ok(from_head(&head))
}

fn from_head(head: &[u8]) -> FileType {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let holds = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if starts(b"\xFF\xD8\xFF") || starts(b"\x89PNG\r\n\x1A\n") {
        FileType::Picture
    } else if holds(4, b"ftyphei") || holds(4, b"ftypmif1") || holds(4, b"ftypavif") {
        FileType::Other("a HEIC or AVIF picture")
    } else if [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"].iter().any(|&name| holds(4, name)) {
        FileType::Mp4
    } else if starts(b"\x1A\x45\xDF\xA3") {
        FileType::Foreign("a WebM or Matroska video")
    } else if starts(b"RIFF") && holds(8, b"AVI ") {
        FileType::Foreign("an AVI video")
    } else if starts(b"GIF8") {
        FileType::Foreign("a GIF")
    } else if starts(b"OggS") {
        FileType::Foreign("an Ogg file")
    } else if (starts(b"G") && holds(188, b"G")) || starts(b"\0\0\x01\xBA") {
        FileType::Foreign("an MPEG stream")
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
        let table: [(&[u8], FileType); 9] = [
            (b"\0\0\0\x20ftypisom", FileType::Mp4),
            (b"\0\0\0\x08wide\0\0\0\0mdat", FileType::Mp4),
            (b"\xFF\xD8\xFF\xE0", FileType::Picture),
            (b"\x89PNG\r\n\x1A\n\0", FileType::Picture),
            (b"\x1A\x45\xDF\xA3\x01", FileType::Foreign("a WebM or Matroska video")),
            (b"RIFF\0\0\0\0AVI LIST", FileType::Foreign("an AVI video")),
            (b"GIF89a", FileType::Foreign("a GIF")),
            ("not a video, naïvely".as_bytes(), FileType::Other("a text file")),
            (b"\0\0\0\x20ftypheic", FileType::Other("a HEIC or AVIF picture")),
        ];
        for (head, wanted) in table {
            assert_eq!(from_head(head), wanted, "{head:?}");
        }
        assert!(matches!(from_head(&[0, 1, 2, 200, 201, 202, 203, 0]), FileType::Foreign(_)));
        assert_eq!(from_head(&"é".repeat(300).as_bytes()[..511]), FileType::Other("a text file"));
    }
}
