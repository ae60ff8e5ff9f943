//! The running ffmpeg: its pictures from one stream, their times from the other, and how it ended.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::log::{FfmpegLog, listen};
use super::ppm;
use crate::source::pixels::LONGEST_SIDE;

/// A running ffmpeg. Dropping it ends it.
pub(super) struct Process {
    child: Child,
    pictures: Receiver<io::Result<Option<RgbImage>>>,
    times: Receiver<Duration>,
    words: Arc<Mutex<FfmpegLog>>,
}

/// How far ffmpeg's words may run ahead of its pictures before it has to wait.
const TIMES_AHEAD: usize = 1024;

/// How long a picture may take. A recording on a share that has gone away stalls for ever. The slowest picture there may
/// be, of 8K video on one core behind a sleeping disk, is there within seconds.
const LONGEST_SILENCE: Duration = if cfg!(test) { Duration::from_secs(2) } else { Duration::from_secs(30) };

/// How long the time of a picture that is already there may take to be heard, and ffmpeg to end after its last picture.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long an ffmpeg that broke off may take to end by itself, so that it can be told how.
const GRACE: Duration = Duration::from_secs(1);

impl Process {
    /// Starts `program` on the file; `mode` is its name for the option that keeps times as they are.
    pub(super) fn start(path: &Path, program: &str, mode: &str) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments(path, mode))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::Error::other("its output cannot be read"));
        };
        let (sender, times) = sync_channel(TIMES_AHEAD);
        let words = Arc::new(Mutex::new(FfmpegLog::default()));
        let heard = Arc::clone(&words);
        let listening = move || listen(BufReader::new(errors), &sender, &heard);
        let (sender, pictures) = sync_channel(1);
        let reading = move || read_all(BufReader::with_capacity(1 << 16, output), &sender);
        std::thread::Builder::new().name("ffmpeg words".to_owned()).spawn(listening)?;
        std::thread::Builder::new().name("ffmpeg pictures".to_owned()).spawn(reading)?;
        Ok(Self { child, pictures, times, words })
    }

    /// What was said so far.
    pub(super) fn words(&self) -> FfmpegLog {
        self.words.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The next picture with its time; `None` when there are no more and ffmpeg ended well.
    ///
    /// # Errors
    /// Why ffmpeg broke off, in its words or by how it ended.
    pub(super) fn next(&mut self) -> Result<Option<(RgbImage, Duration)>, String> {
        match self.pictures.recv_timeout(LONGEST_SILENCE) {
            // The time was said before the picture was written; it may still be on its way. An ffmpeg that says none
            // must not hang us.
            Ok(Ok(Some(picture))) => match self.times.recv_timeout(LONGEST_WAIT) {
                Ok(time) => Ok(Some((picture, time))),
                Err(_) => Err("it tells no times".to_owned()),
            },
            Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => match self.end(LONGEST_WAIT) {
                Ok(status) if status.success() => {
                    self.hear_out();
                    Ok(None)
                }
                ended => Err(self.reason(ended)),
            },
            Err(RecvTimeoutError::Timeout) => Err(format!("no picture came for {} s", LONGEST_SILENCE.as_secs())),
            Ok(Err(_)) => {
                let ended = self.end(GRACE);
                Err(self.reason(ended))
            }
        }
    }

    /// How it ended. One that does not end by itself in time is ended.
    fn end(&mut self, timeout: Duration) -> io::Result<ExitStatus> {
        const LOOK: Duration = Duration::from_millis(5);
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(LOOK);
        }
        self.child.kill()?;
        self.child.wait()
    }

    /// Waits until all it said was heard: the listener is done when the error stream ends. Something that ffmpeg left
    /// behind may hold that open.
    fn hear_out(&self) {
        let deadline = Instant::now() + GRACE;
        while self.times.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok() {}
    }

    fn reason(&self, ended: io::Result<ExitStatus>) -> String {
        self.hear_out();
        let ended = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
        self.words().complaints().map_or_else(|| ended.clone(), |words| format!("{words}; {ended}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be in the middle of the file, and a child not waited for stays behind as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on each picture of the stream until it ends, breaks off, or nobody wants more.
fn read_all(mut stream: impl BufRead, pictures: &SyncSender<io::Result<Option<RgbImage>>>) {
    loop {
        let picture = ppm::read(&mut stream);
        let more = matches!(picture, Ok(Some(_)));
        if pictures.send(picture).is_err() || !more {
            return;
        }
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
        ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info", "-protocol_whitelist", "file,pipe", "-i"];
    let after = ["-map", "0:v:0", "-an", "-vf", &filter, mode, "passthrough"];
    let output = ["-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe", "pipe:1"];
    let mut arguments: Vec<OsString> = before.map(OsString::from).to_vec();
    arguments.push(input);
    arguments.extend(after.into_iter().chain(output).map(OsString::from));
    arguments
}
