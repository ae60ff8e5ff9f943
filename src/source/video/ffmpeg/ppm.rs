//! Reads a stream of binary PPM pictures, as ffmpeg writes them to a pipe.

use std::io::{self, BufRead, Read};

use image::RgbImage;

use crate::source::pixels::check_size;

/// Reads one picture; `None` at the end of the stream.
pub(super) fn read(stream: &mut impl BufRead) -> io::Result<Option<RgbImage>> {
    if stream.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut fields = [0_u32; 3];
    if word(stream)? != "P6" {
        return Err(io::ErrorKind::InvalidData.into());
    }
    for field in &mut fields {
        *field = word(stream)?.parse().map_err(io::Error::other)?;
    }
    let [width, height, _most] = fields;
    check_size(width, height).map_err(io::Error::other)?;
    let mut picture = RgbImage::new(width, height);
    stream.read_exact(&mut picture)?;
    Ok(Some(picture))
}

/// The characters up to the next white space, which is consumed.
fn word(stream: &mut impl Read) -> io::Result<String> {
    const LONGEST: usize = 12;
    let mut word = String::new();
    let mut byte = [0];
    while word.len() < LONGEST {
        stream.read_exact(&mut byte)?;
        if byte[0].is_ascii_whitespace() {
            break;
        }
        word.push(char::from(byte[0]));
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_read_one_after_another() {
        let mut stream: &[u8] = b"P6\n2 1\n255\nabcdefP6\n1 1\n255\nxyz";
        assert_eq!(read(&mut stream).unwrap().unwrap().as_raw(), b"abcdef");
        assert_eq!(read(&mut stream).unwrap().unwrap().as_raw(), b"xyz");
        assert!(read(&mut stream).unwrap().is_none());
    }

    #[test]
    fn half_a_picture_or_none_at_all_is_an_error() {
        for bytes in ["P6\n2 1\n255\nabc", "P5\n1 1\n255\nx", "P6\n99999 99999\n255\n", "P6", "P6\nx y\n255\n"] {
            assert!(read(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
