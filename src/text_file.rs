//! Text files that people write by hand: settings, drills, prescriptions. They are never large.

use std::io::{self, Read};
use std::path::Path;

use crate::input_file;

/// Returns the text of a file of at most `largest` bytes, without the byte order mark of editors on Windows.
///
/// # Errors
/// If it cannot be read, is no file, is larger, or is not UTF-8.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<String> {
    let mut text = String::new();
    let file = input_file::open(path)?;
    if file.metadata()?.len() > largest {
        return Err(io::Error::other(format!("it is larger than {} kB", largest >> 10)));
    }
    file.take(largest).read_to_string(&mut text)?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_text_file_that_is_not_too_large_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let read_back = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            read(&path, 1 << 10).map_err(|cause| cause.to_string())
        };
        assert_eq!(read_back("\u{feff}a = 1".as_bytes()).unwrap(), "a = 1");
        assert_eq!(read_back(&[b'#'; 1025]).unwrap_err(), "it is larger than 1 kB");
        assert!(read_back(&[0xff, 0xfe]).unwrap_err().contains("UTF-8"));
        assert_eq!(read(folder.path(), 9).unwrap_err().to_string(), "it is a folder");
    }
}
