//! Still pictures as a source: the JPEG and PNG files of a folder in natural order.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Cursor, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use super::file_type::{self, FileType};
use super::natural_order::natural_order;
use super::picture_rate::RATES;
use super::pixels::{MOST_PIXELS, PixelError, check_size, jpeg_file, within_longest_side};
use super::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp, name_of};
use crate::panic_guard::catch_panic;

/// A sequence of pictures. They may differ in size; each is turned upright by its EXIF tag and shrunk to
/// [`super::pixels::LONGEST_SIDE`].
#[derive(Debug)]
pub struct Pictures {
    info: SourceInfo,
    paths: Vec<PathBuf>,
    interval: Duration,
    next: usize,
    first: Option<RgbImage>,
    dropped: u64,
    first_bad: Option<(PathBuf, PictureError)>,
}

impl Pictures {
    /// The JPEG and PNG files directly in `folder`, "2.jpg" before "10.jpg", at `rate` pictures a second. Other files are ignored,
    /// except those that are called pictures: they take their time, and are counted as not decoded.
    ///
    /// # Errors
    /// If the folder cannot be read, or holds no picture that can be decoded.
    pub fn in_folder(folder: &Path, rate: f64) -> Result<Self, SourceError> {
        let mut paths = in_folder(folder)?;
        if paths.is_empty() {
            return Err(SourceError::NoPictures { path: folder.to_owned() });
        }
        paths.sort_by(|one, other| natural_order(&one.to_string_lossy(), &other.to_string_lossy()));
        Self::open(paths, name_of(folder), rate)
    }

    /// The given files, in this order, at `rate` pictures a second.
    ///
    /// # Errors
    /// If one is missing or not a picture, or none can be decoded.
    pub fn of_files(paths: &[PathBuf], rate: f64) -> Result<Self, SourceError> {
        for path in paths {
            if file_type::detect(path)? != FileType::Picture {
                return Err(SourceError::Mixed { path: path.clone() });
            }
        }
        match paths {
            [] => Err(SourceError::Nothing),
            [only] => Self::of_picture(only, rate),
            several => Self::open(several.to_vec(), format!("{} pictures", several.len()), rate),
        }
    }

    /// A file that is known to be a picture.
    pub(super) fn of_picture(path: &Path, rate: f64) -> Result<Self, SourceError> {
        Self::open(vec![path.to_owned()], name_of(path), rate)
    }

    fn open(paths: Vec<PathBuf>, name: String, rate: f64) -> Result<Self, SourceError> {
        if !RATES.contains(&rate) {
            return Err(SourceError::Rate { rate, allowed: RATES });
        }
        let interval = Duration::from_secs_f64(1.0 / rate);
        let count = paths.len() as u64;
        let duration = Some(Duration::from_secs_f64(count as f64 / rate));
        let info = SourceInfo { name, live: false, frame_count: Some(count), duration };
        let mut pictures = Self { info, paths, interval, next: 0, first: None, dropped: 0, first_bad: None };
        pictures.first = pictures.decode_next();
        match (&pictures.first, pictures.first_bad.take()) {
            (None, Some((path, reason))) => Err(reason.into_source_error(path, count)),
            (_, first_bad) => Ok(Self { first_bad, ..pictures }),
        }
    }

    /// The next picture that can be decoded. Broken ones are counted, logged and skipped.
    fn decode_next(&mut self) -> Option<RgbImage> {
        while let Some(path) = self.paths.get(self.next) {
            self.next += 1;
            match read(path) {
                Ok(picture) => return Some(picture),
                Err(reason) => {
                    tracing::warn!("{} was skipped: {reason}", path.display());
                    self.dropped += 1;
                    self.first_bad.get_or_insert_with(|| (path.clone(), reason));
                }
            }
        }
        None
    }
}

impl Source for Pictures {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let Some(picture) = self.first.take().or_else(|| self.decode_next()) else { return Ok(Delivery::End) };
        let number = self.next as u64 - 1;
        let time = Timestamp::from_secs_f64(self.interval.as_secs_f64() * number as f64);
        Ok(Delivery::Frame(Frame::new(picture, time, number)))
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }

    fn first_dropped(&self) -> Option<&Path> {
        self.first_bad.as_ref().map(|(path, _)| path.as_path())
    }
}

/// The JPEG and PNG files directly in `folder`, and those that are called so, in no particular order.
///
/// # Errors
/// If it is not a folder or cannot be read.
pub(crate) fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let reading = |cause| SourceError::reading(folder, cause);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        if path.is_file() && (is_picture(&path) || is_called_picture(&path)) {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    matches!(file_type::detect(path), Ok(FileType::Picture))
}

/// Whether a file has the name of a picture: it was meant to be one. Hidden ones are not: macOS puts one beside each file on a
/// foreign disk, of the same name with `._` before it.
fn is_called_picture(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let is = |ending: &str| path.extension().is_some_and(|found: &OsStr| found.eq_ignore_ascii_case(ending));
    !is_hidden && ["jpg", "jpeg", "png"].into_iter().any(is)
}

/// Why a picture is skipped.
#[derive(Debug, thiserror::Error)]
enum PictureError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Image(#[from] image::ImageError),
    #[error("{0}")]
    Size(#[from] PixelError),
    #[error("it breaks off before its end")]
    BreaksOff,
    #[error("its decoder failed ({0})")]
    Panicked(#[from] crate::panic_guard::Panicked),
}

impl PictureError {
    /// The error to show to the user, about the first of `count` pictures of which none can be used.
    fn into_source_error(self, path: PathBuf, count: u64) -> SourceError {
        match self {
            Self::Size(PixelError::TooLarge { width, height }) => SourceError::TooLarge { path, width, height },
            reason if count == 1 => SourceError::BadPicture { path, reason: reason.to_string() },
            reason => SourceError::BadPictures { count, path, reason: reason.to_string() },
        }
    }
}

/// Decodes a picture and turns it upright. Its size is checked before memory is allocated.
fn read(path: &Path) -> Result<RgbImage, PictureError> {
    let mut file = BufReader::new(File::open(path)?);
    if !file.fill_buf()?.starts_with(b"\xFF\xD8\xFF") {
        return decode(file);
    }
    let bytes = fs::read(path)?;
    if jpeg_file::breaks_off(&bytes) {
        Err(PictureError::BreaksOff)
    } else {
        decode(Cursor::new(jpeg_file::with_tables(&bytes)))
    }
}

fn decode(file: impl BufRead + Seek) -> Result<RgbImage, PictureError> {
    let mut reader = ImageReader::new(file).with_guessed_format()?;
    let mut limits = image::Limits::default();
    // Up to four channels of 16 bits per pixel.
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    let decoding = || -> Result<RgbImage, PictureError> {
        let mut decoder = reader.into_decoder()?;
        let (width, height) = decoder.dimensions();
        check_size(width, height)?;
        let orientation = decoder.orientation()?;
        let mut picture = DynamicImage::from_decoder(decoder)?;
        picture.apply_orientation(orientation);
        Ok(within_longest_side(picture.into_rgb8()))
    };
    catch_panic(decoding)?
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::codecs::jpeg::JpegEncoder;

    use super::*;

    /// A JPEG of two by one blocks, white on the left, with or without an EXIF orientation.
    fn jpeg(orientation: Option<u8>) -> Vec<u8> {
        let picture = RgbImage::from_fn(32, 16, |x, _| Rgb([if x < 16 { 255 } else { 0 }; 3]));
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&picture).unwrap();
        let Some(orientation) = orientation else { return jpeg };
        // APP1 with one TIFF entry: tag 0x0112, type 3 (short), count 1.
        let mut exif = b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        [&jpeg[..2], &exif, &jpeg[2..]].concat()
    }

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    fn frames(source: &mut Pictures) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Delivery::Frame(frame) = source.next().unwrap() {
            frames.push(frame);
        }
        frames
    }

    #[test]
    fn exif_orientation_turns_the_picture_upright() {
        // Where the white half ends up: 1 unchanged, 3 half a turn, 6 a quarter clockwise, 8 a quarter
        // counter-clockwise.
        let table = [(None, (4, 8)), (Some(1), (4, 8)), (Some(3), (28, 8)), (Some(6), (8, 4)), (Some(8), (8, 28))];
        for (orientation, (x, y)) in table {
            let folder = folder(&[("a.jpg", &jpeg(orientation))]);
            let picture = read(&folder.path().join("a.jpg")).unwrap();
            let turned = matches!(orientation, Some(6 | 8));
            assert_eq!(picture.dimensions(), if turned { (16, 32) } else { (32, 16) });
            assert!(picture.get_pixel(x, y).0[0] > 200, "{orientation:?}");
        }
    }

    #[test]
    fn a_folder_is_played_in_order_and_broken_pictures_are_counted() {
        let good = jpeg(None);
        let torn = &good[..40];
        let folder =
            folder(&[("p10.jpg", &good), ("p2.jpg", torn), ("p1.jpeg", &good), ("notes.txt", b"not a picture")]);
        let mut source = Pictures::in_folder(folder.path(), 2.0).unwrap();
        assert_eq!(source.info().frame_count, Some(3));
        assert_eq!(source.info().duration, Some(Duration::from_millis(1500)));
        let frames = frames(&mut source);
        let seen: Vec<(u64, f64)> = frames.iter().map(|frame| (frame.number, frame.time.as_secs_f64())).collect();
        assert_eq!(seen, [(0, 0.0), (2, 1.0)]);
        assert_eq!(source.dropped(), 1);
        assert_eq!(source.first_dropped(), Some(folder.path().join("p2.jpg").as_path()));
    }

    #[test]
    fn a_jpeg_that_breaks_off_is_not_made_up_and_an_empty_file_takes_its_time() {
        let good = jpeg(None);
        let folder = folder(&[
            ("1.jpg", &good),
            ("2.jpg", b""),
            ("3.jpg", &good[..good.len() - 20]),
            ("4.JPG", b"a web page"),
            ("._5.jpg", b"\0\x05\x16\x07"),
            ("6.jpg", &good),
        ]);
        let mut source = Pictures::in_folder(folder.path(), 2.0).unwrap();
        let numbers: Vec<u64> = frames(&mut source).iter().map(|frame| frame.number).collect();
        assert_eq!((numbers, source.dropped()), (vec![0, 4], 3));
        let only = Pictures::of_files(&[folder.path().join("3.jpg")], 2.0).unwrap_err().to_string();
        assert!(only.ends_with("save it again as a JPEG or PNG picture (it breaks off before its end)"), "{only}");
    }

    #[test]
    fn a_jpeg_without_huffman_tables_has_the_standard_ones() {
        let whole = jpeg(None);
        let tables = whole.windows(2).position(|marker| marker == [0xFF, 0xC4]).unwrap();
        let mut bare = whole.clone();
        while bare[tables..].starts_with(&[0xFF, 0xC4]) {
            let length = usize::from(u16::from_be_bytes([bare[tables + 2], bare[tables + 3]]));
            bare.drain(tables..tables + 2 + length);
        }
        let folder = folder(&[("whole.jpg", &whole), ("bare.jpg", &bare)]);
        let [whole, bare] = ["whole.jpg", "bare.jpg"].map(|name| read(&folder.path().join(name)).unwrap());
        assert_eq!(bare, whole);
    }

    #[test]
    fn anything_but_pictures_is_reported_in_a_sentence() {
        let message = |files: &[(&str, &[u8])]| {
            let folder = folder(files);
            Pictures::in_folder(folder.path(), 2.0).unwrap_err()
        };
        assert!(matches!(message(&[]), SourceError::NoPictures { .. }));
        assert!(matches!(message(&[("notes.txt", b"hello")]), SourceError::NoPictures { .. }));
        let torn = &jpeg(None)[..30];
        let one = message(&[("a.jpg", torn)]).to_string();
        assert!(one.contains("a.jpg is damaged: save it again as a JPEG or PNG picture ("), "{one}");
        let all = message(&[("a.jpg", torn), ("b.jpg", torn)]).to_string();
        assert!(all.starts_with("None of the 2 pictures can be shown, the first is "), "{all}");
        assert!(all.contains("a.jpg: save them again as JPEG or PNG pictures ("), "{all}");
        let folder = folder(&[("a.jpg", &jpeg(None)), ("b.txt", b"hello")]);
        let [a, b] = ["a.jpg", "b.txt"].map(|name| folder.path().join(name));
        assert!(matches!(Pictures::of_files(&[a.clone(), b], 2.0), Err(SourceError::Mixed { .. })));
        for rate in [0.0, 0.009, 240.1, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(Pictures::of_files(std::slice::from_ref(&a), rate), Err(SourceError::Rate { .. })));
        }
        assert!(Pictures::of_files(&[a], 2.0).is_ok());
    }

    #[test]
    fn an_enormous_picture_is_reported_with_its_size() {
        let mut png = Cursor::new(Vec::new());
        image::GrayImage::new(8001, 8000).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let folder = folder(&[("wall.png", png.get_ref())]);
        let message = Pictures::in_folder(folder.path(), 2.0).unwrap_err().to_string();
        assert!(
            message.ends_with(
                "wall.png is 8001x8000 pixels, more than the limit of 64 million: make it smaller and try again"
            ),
            "{message}"
        );
    }

    #[test]
    fn a_large_picture_is_shrunk() {
        let mut png = Cursor::new(Vec::new());
        RgbImage::new(8000, 600).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let folder = folder(&[("wide.png", png.get_ref())]);
        let mut source = Pictures::in_folder(folder.path(), 2.0).unwrap();
        assert_eq!(frames(&mut source)[0].picture.dimensions(), (1920, 144));
    }
}
