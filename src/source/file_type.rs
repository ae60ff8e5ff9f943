//! What a file is, by its first bytes: names lie.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::SourceError;

/// What frames can be got out of a file, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// An MP4 or QuickTime file: read here if the codec allows.
    Mp4,
    /// A JPEG or PNG picture.
    Picture,
    /// Something ffmpeg may decode; with its article.
    Foreign(&'static str),
    /// Something without frames; with its article.
    Other(&'static str),
}

const HEAD: u64 = 512;

/// Looks at the first bytes of a file.
///
/// # Errors
/// If it is missing, cannot be read, or is empty.
pub(super) fn of(path: &Path) -> Result<Content, SourceError> {
    let reading = |cause| SourceError::reading(path, cause);
    if path.is_dir() {
        return Ok(Content::Other("a folder"));
    }
    // Opening a named pipe waits for somebody to write into it; a device may never end.
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Ok(Content::Other("a pipe or a device"));
    }
    let mut head = Vec::new();
    File::open(path).map_err(reading)?.take(HEAD).read_to_end(&mut head).map_err(reading)?;
    if head.is_empty() {
        return Err(SourceError::Empty { path: path.to_owned() });
    }
    Ok(told_by(&head))
}

fn told_by(head: &[u8]) -> Content {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let holds = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    if starts(b"\xFF\xD8\xFF") || starts(b"\x89PNG\r\n\x1A\n") {
        Content::Picture
    } else if holds(4, b"ftyphei") || holds(4, b"ftypmif1") || holds(4, b"ftypavif") {
        Content::Other("a HEIC or AVIF picture")
    } else if [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide"].iter().any(|&name| holds(4, name)) {
        Content::Mp4
    } else if starts(b"\x1A\x45\xDF\xA3") {
        Content::Foreign("a WebM or Matroska video")
    } else if starts(b"RIFF") && holds(8, b"AVI ") {
        Content::Foreign("an AVI video")
    } else if starts(b"GIF8") {
        Content::Foreign("a GIF")
    } else if starts(b"OggS") {
        Content::Foreign("an Ogg file")
    } else if (starts(b"G") && holds(188, b"G")) || starts(b"\0\0\x01\xBA") {
        Content::Foreign("an MPEG stream")
    } else if starts(b"%PDF") {
        Content::Other("a PDF file")
    } else if starts(b"PK\x03\x04") {
        Content::Other("a ZIP archive")
    } else if is_text(head) {
        Content::Other("a text file")
    } else {
        Content::Foreign("a file of no kind known here")
    }
}

// The last character may be cut in half.
fn is_text(head: &[u8]) -> bool {
    let valid = std::str::from_utf8(head).map_or_else(|error| error.valid_up_to(), str::len);
    valid + 4 > head.len() && !head[..valid].contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let table: [(&[u8], Content); 9] = [
            (b"\0\0\0\x20ftypisom", Content::Mp4),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Content::Mp4),
            (b"\xFF\xD8\xFF\xE0", Content::Picture),
            (b"\x89PNG\r\n\x1A\n\0", Content::Picture),
            (b"\x1A\x45\xDF\xA3\x01", Content::Foreign("a WebM or Matroska video")),
            (b"RIFF\0\0\0\0AVI LIST", Content::Foreign("an AVI video")),
            (b"GIF89a", Content::Foreign("a GIF")),
            ("not a video, naïvely".as_bytes(), Content::Other("a text file")),
            (b"\0\0\0\x20ftypheic", Content::Other("a HEIC or AVIF picture")),
        ];
        for (head, wanted) in table {
            assert_eq!(told_by(head), wanted, "{head:?}");
        }
        assert!(matches!(told_by(&[0, 1, 2, 200, 201, 202, 203, 0]), Content::Foreign(_)));
        assert_eq!(told_by(&"é".repeat(300).as_bytes()[..511]), Content::Other("a text file"));
    }
}
