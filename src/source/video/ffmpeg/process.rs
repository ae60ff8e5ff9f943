//! The ffmpeg process: pictures from one stream, their times from the other, and its exit status.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::log::{FfmpegLog, read_log};
use super::ppm;
use crate::source::pixels::LONGEST_SIDE;

/// A running ffmpeg, which is killed on drop.
pub(super) struct Process {
    child: Child,
    pictures: Receiver<io::Result<Option<RgbImage>>>,
    times: Receiver<Duration>,
    log: Arc<Mutex<FfmpegLog>>,
}

/// How many times ffmpeg may report ahead of its pictures before it has to wait.
const TIMES_AHEAD: usize = 1024;

/// How long a picture may take. A recording on a network share that has gone away stalls forever. The slowest
/// legitimate picture, of 8K video on one core from a sleeping disk, takes seconds.
const LONGEST_SILENCE: Duration = if cfg!(test) { Duration::from_secs(2) } else { Duration::from_secs(30) };

/// How long to wait for the time of a picture already received, and for ffmpeg to exit after its last picture.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long to wait for a failed ffmpeg to exit by itself, so that its exit status is known.
const GRACE: Duration = Duration::from_secs(1);

impl Process {
    /// Starts `program` on the file; `mode` is its option for keeping times as they are.
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
        let log = Arc::new(Mutex::new(FfmpegLog::default()));
        let shared = Arc::clone(&log);
        let logging = move || read_log(BufReader::new(errors), &sender, &shared);
        let (sender, pictures) = sync_channel(1);
        let reading = move || read_all(BufReader::with_capacity(1 << 16, output), &sender);
        std::thread::Builder::new().name("ffmpeg log".to_owned()).spawn(logging)?;
        std::thread::Builder::new().name("ffmpeg pictures".to_owned()).spawn(reading)?;
        Ok(Self { child, pictures, times, log })
    }

    /// The log so far.
    pub(super) fn log(&self) -> FfmpegLog {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The next picture with its time; `None` when there are no more and ffmpeg succeeded.
    ///
    /// # Errors
    /// Why ffmpeg failed: its own errors and its exit status.
    pub(super) fn next(&mut self) -> Result<Option<(RgbImage, Duration)>, String> {
        match self.pictures.recv_timeout(LONGEST_SILENCE) {
            // The time is reported before the picture is written, but may arrive later. An ffmpeg that reports none
            // must not hang the program.
            Ok(Ok(Some(picture))) => match self.times.recv_timeout(LONGEST_WAIT) {
                Ok(time) => Ok(Some((picture, time))),
                Err(_) => Err("it reported no frame time".to_owned()),
            },
            Ok(Ok(None)) | Err(RecvTimeoutError::Disconnected) => match self.end(LONGEST_WAIT) {
                Ok(status) if status.success() => {
                    self.drain_log();
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

    /// Waits for it to exit and returns its status. It is killed after `timeout`.
    fn end(&mut self, timeout: Duration) -> io::Result<ExitStatus> {
        const POLL: Duration = Duration::from_millis(5);
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(POLL);
        }
        self.child.kill()?;
        self.child.wait()
    }

    /// Waits until its log is read: the reading thread ends with the error stream. A process that ffmpeg left behind
    /// may keep the stream open.
    fn drain_log(&self) {
        let deadline = Instant::now() + GRACE;
        while self.times.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok() {}
    }

    fn reason(&self, ended: io::Result<ExitStatus>) -> String {
        self.drain_log();
        let ended = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
        self.log().errors().map_or_else(|| ended.clone(), |errors| format!("{errors}; {ended}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be in the middle of the file, and an unreaped child stays behind as a zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends each picture of the stream until it ends, fails, or the receiver is dropped.
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
    // The "file:" prefix keeps a name that starts with "-" or looks like a URL a file name. No other protocol is
    // allowed: a playlist must not fetch anything.
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
