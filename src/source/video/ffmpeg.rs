//! Any video at all, through the ffmpeg program.
//!
//! ffmpeg turns, unsqueezes and shrinks the pictures and writes them as PPM, whose header tells each one's size, so
//! nothing has to be asked beforehand. Its `showinfo` filter tells each picture's time on the error stream, in the same
//! order: times are kept as they are in the file, at a variable rate too.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use crate::source::pixels::{LONGEST_SIDE, check_size};
use crate::source::{Delivery, Frame, Source, SourceError, SourceInfo, Timestamp, name_of};

/// A running ffmpeg.
pub(super) struct FfmpegVideo {
    info: SourceInfo,
    process: Process,
    first: Option<(RgbImage, Duration)>,
    /// The file's time of its first picture: zero on this source's clock.
    start: Duration,
    last: Duration,
    number: u64,
}

struct Process {
    child: Child,
    pictures: BufReader<ChildStdout>,
    times: Receiver<Duration>,
    words: Arc<Mutex<Words>>,
}

/// What ffmpeg said beside the times.
#[derive(Debug, Default)]
struct Words {
    duration: Option<Duration>,
    last: String,
}

/// How far ffmpeg's words may run ahead of its pictures before it has to wait.
const TIMES_AHEAD: usize = 1024;

/// How long the time of a picture that is already there may take to be heard.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl FfmpegVideo {
    /// Starts `program` on the file and waits for its first picture.
    pub(super) fn open(path: &Path, program: &str, content: &'static str) -> Result<Self, SourceError> {
        // -fps_mode is its name since ffmpeg 5.1, -vsync before.
        let mut outcome = Self::start(path, program, content, "-fps_mode");
        if matches!(&outcome, Err(SourceError::Ffmpeg { said, .. }) if said.contains("fps_mode")) {
            outcome = Self::start(path, program, content, "-vsync");
        }
        outcome
    }

    fn start(path: &Path, program: &str, content: &'static str, mode: &str) -> Result<Self, SourceError> {
        let mut process = Process::start(path, program, mode).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => SourceError::NeedsFfmpeg { path: path.to_owned(), content },
            _ => SourceError::Ffmpeg { path: path.to_owned(), said: cause.to_string() },
        })?;
        let first = process.next();
        let Some((picture, start)) = first else {
            return Err(SourceError::Ffmpeg { path: path.to_owned(), said: process.last_words() });
        };
        let duration = process.words.lock().unwrap_or_else(PoisonError::into_inner).duration;
        let info = SourceInfo { name: name_of(path), live: false, frame_count: None, duration };
        Ok(Self { info, process, first: Some((picture, start)), start, last: Duration::ZERO, number: 0 })
    }
}

impl Source for FfmpegVideo {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let Some((picture, time)) = self.first.take().or_else(|| self.process.next()) else {
            return Ok(Delivery::End);
        };
        // Times never run backwards, even in a broken file.
        self.last = time.saturating_sub(self.start).max(self.last);
        let number = self.number;
        self.number += 1;
        let time = Timestamp::new(self.last);
        Ok(Delivery::Frame(Frame { picture: Arc::new(picture), time, captured_at: Instant::now(), number }))
    }
}

impl Process {
    fn start(path: &Path, program: &str, mode: &str) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments(path, mode))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(pictures), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("its output cannot be read"));
        };
        let (sender, times) = sync_channel(TIMES_AHEAD);
        let words = Arc::new(Mutex::new(Words::default()));
        let heard = Arc::clone(&words);
        let listening = move || listen(BufReader::new(errors), &sender, &heard);
        std::thread::Builder::new().name("ffmpeg".to_owned()).spawn(listening)?;
        Ok(Self { child, pictures: BufReader::with_capacity(1 << 16, pictures), times, words })
    }

    /// The next picture with its time; `None` when there are no more.
    fn next(&mut self) -> Option<(RgbImage, Duration)> {
        let picture = read_ppm(&mut self.pictures).ok().flatten()?;
        // The time was said before the picture was written; it may still be on its way. An ffmpeg that says none must
        // not hang us.
        let time = self.times.recv_timeout(LONGEST_WAIT).ok()?;
        Some((picture, time))
    }

    fn last_words(&mut self) -> String {
        // The listener is done when the child is, so nothing is missing.
        let _ = self.child.wait();
        while self.times.recv().is_ok() {}
        let words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.last.clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be in the middle of the file, and a child not waited for stays behind as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn arguments(path: &Path, mode: &str) -> Vec<OsString> {
    // "file:" in front: a name that starts with "-" or looks like an address stays a name. No other protocol is let in:
    // a play list must not fetch anything.
    let mut input = OsString::from("file:");
    input.push(path);
    let filter = format!(
        "scale='max(1,trunc(iw*sar))':ih,setsar=1,\
         scale='min({LONGEST_SIDE},iw)':'min({LONGEST_SIDE},ih)':force_original_aspect_ratio=decrease,showinfo"
    );
    let before =
        ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info", "-protocol_whitelist", "file,pipe", "-i"];
    let after = ["-map", "0:v:0", "-an", "-vf", &filter, mode, "passthrough"];
    let output = ["-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe", "pipe:1"];
    let mut arguments: Vec<OsString> = before.map(OsString::from).to_vec();
    arguments.push(input);
    arguments.extend(after.into_iter().chain(output).map(OsString::from));
    arguments
}

fn listen(errors: impl BufRead, times: &SyncSender<Duration>, heard: &Mutex<Words>) {
    for line in errors.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(time) = time_in(&line) {
            if times.send(time).is_err() {
                return;
            }
        } else if !line.contains("showinfo") && !line.trim().is_empty() {
            let mut words = heard.lock().unwrap_or_else(PoisonError::into_inner);
            words.duration = words.duration.or_else(|| duration_in(&line));
            line.trim().clone_into(&mut words.last);
        }
    }
}

/// The picture's time in a line of `showinfo`: `[Parsed_showinfo_3 @ 0x5] n:   1 pts:   512 pts_time:0.04   duration:
/// ...`. Times before zero, which edited files have, count as zero.
fn time_in(line: &str) -> Option<Duration> {
    let (_, rest) = line.split_once("pts_time:").filter(|(before, _)| before.contains("showinfo"))?;
    let seconds = rest.split_whitespace().next()?.parse().unwrap_or(0.0);
    Some(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// The length of the file: `  Duration: 00:01:02.50, start: 0.000000, bitrate: 1205 kb/s`.
fn duration_in(line: &str) -> Option<Duration> {
    let clock = line.trim_start().strip_prefix("Duration:")?.split(',').next()?.trim();
    let seconds = clock.split(':').try_fold(0.0, |seconds, part| Some(seconds * 60.0 + part.parse::<f64>().ok()?))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Reads one picture of a stream of binary PPMs; `None` at its end.
fn read_ppm(stream: &mut impl BufRead) -> io::Result<Option<RgbImage>> {
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

/// The characters up to the next white space, which is taken too.
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
    fn times_and_the_duration_are_read_from_what_ffmpeg_says() {
        let line = "[Parsed_showinfo_3 @ 0x55d] n:   1 pts:    512 pts_time:0.04    duration:    512 fmt:rgb24";
        assert_eq!(time_in(line), Some(Duration::from_millis(40)));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: -512 pts_time:-0.04 pos: 48"), Some(Duration::ZERO));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: NOPTS pts_time:NOPTS pos: 48"), Some(Duration::ZERO));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] config in time_base: 1/12800"), None);
        assert_eq!(duration_in("  Duration: 00:01:02.50, start: 0.0"), Some(Duration::from_millis(62_500)));
        assert_eq!(duration_in("  Duration: N/A, start: 0.0"), None);
    }

    #[test]
    fn pictures_are_read_one_after_another() {
        let mut stream: &[u8] = b"P6\n2 1\n255\nabcdefP6\n1 1\n255\nxyz";
        assert_eq!(read_ppm(&mut stream).unwrap().unwrap().as_raw(), b"abcdef");
        assert_eq!(read_ppm(&mut stream).unwrap().unwrap().as_raw(), b"xyz");
        assert!(read_ppm(&mut stream).unwrap().is_none());
    }

    #[test]
    fn half_a_picture_or_none_at_all_is_an_error() {
        for bytes in ["P6\n2 1\n255\nabc", "P5\n1 1\n255\nx", "P6\n99999 99999\n255\n", "P6", "P6\nx y\n255\n"] {
            assert!(read_ppm(&mut bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
