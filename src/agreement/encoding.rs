//! The text of a file, or what it is instead.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::file_fault::FileFault;
use super::requirements::LARGEST_FILE;
use crate::input_file;

/// The text of a file.
pub(super) fn text(file: &Path) -> Result<String, FileFault> {
    let mut opened = input_file::open(file).map_err(|cause| match cause.kind() {
        ErrorKind::IsADirectory => FileFault::Folder,
        ErrorKind::InvalidInput => FileFault::NoFile,
        _ => FileFault::Unreadable(cause),
    })?;
    let mut bytes = Vec::new();
    opened.by_ref().take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(FileFault::Unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(FileFault::TooLarge);
    }
    decoded(bytes)
}

/// Bytes as text, which has to be UTF-8.
fn decoded(bytes: Vec<u8>) -> Result<String, FileFault> {
    match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(other_encoding(text.as_bytes())),
        Ok(mut text) => {
            let marks = text.len() - text.trim_start_matches('\u{feff}').len();
            text.drain(..marks);
            Ok(text)
        }
        Err(other) => Err(other_encoding(other.as_bytes())),
    }
}

/// What bytes are that are not UTF-8.
fn other_encoding(bytes: &[u8]) -> FileFault {
    let begin = bytes.get(..1024).unwrap_or(bytes);
    let count = |wanted: fn(u8) -> bool| begin.iter().filter(|byte| wanted(**byte)).count();
    let nuls = count(|byte| byte == 0);
    let controls = count(|byte| byte < b' ' && !byte.is_ascii_whitespace() && byte != 0);
    let marked = [[0xff, 0xfe], [0xfe, 0xff]].iter().any(|mark| bytes.starts_with(mark));
    // Every second byte of ASCII in UTF-16 is 0.
    let alternates = controls == 0 && nuls * 3 > begin.len() && nuls * 2 <= begin.len() + 1;
    match () {
        () if marked || alternates => FileFault::Encoding("in UTF-16"),
        () if controls == 0 && nuls == 0 => FileFault::Encoding("not UTF-8, perhaps Latin-1 or Windows-1252"),
        () => FileFault::NotText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_encodings_are_told_with_the_way_out() {
        let fault = |bytes: &[u8]| decoded(bytes.to_vec()).unwrap_err().to_string();
        let wide = |marked: bool| -> Vec<u8> {
            let mark = marked.then_some(0xfeff_u16);
            mark.into_iter().chain("time_s,t12_deg\n0,1\n".encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        for bytes in [wide(true), wide(false)] {
            assert!(fault(&bytes).contains("in UTF-16: save it as UTF-8"), "{}", fault(&bytes));
        }
        assert!(fault(b"time_s,t12_deg,Hals\xf6ffnung\n").contains("Latin-1 or Windows-1252: save it as UTF-8"));
        for binary in [&b"PK\x03\x04\x00\xff"[..], b"\x7fELF\x02\x01\x01\0\0\0\xff"] {
            assert!(fault(binary).contains("it is not a text table"), "{}", fault(binary));
        }
        assert_eq!(decoded("\u{feff}a°".into()).unwrap(), "a°");
    }

    #[test]
    fn a_folder_and_a_device_are_no_tables() {
        let folder = tempfile::tempdir().unwrap();
        let fault = |path: &Path| text(path).unwrap_err().to_string();
        assert!(fault(folder.path()).starts_with("it is a folder"));
        if cfg!(unix) {
            assert!(fault(Path::new("/dev/null")).starts_with("it is a device or a pipe"));
        }
    }
}
