//! The ffmpeg process: pictures from one stream, their times from the other, and its exit status.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::RgbImage;

use super::log::{FfmpegLog, LoggedPicture, read_log};
use super::ppm;
use crate::source::pixels::LONGEST_SIDE;

/// A running ffmpeg, which is killed on drop.
pub(super) struct Process {
    child: Child,
    pictures: Receiver<io::Result<Option<RgbImage>>>,
    times: Receiver<LoggedPicture>,
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
    /// Starts `program` on the file.
    pub(super) fn start(path: &Path, program: &str, orders: Orders) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments(path, orders))
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

    /// The next picture with what was reported of it; `None` when there are no more and ffmpeg succeeded.
    ///
    /// # Errors
    /// Why ffmpeg failed: its own errors and its exit status.
    pub(super) fn next(&mut self) -> Result<Option<(RgbImage, LoggedPicture)>, String> {
        match self.pictures.recv_timeout(LONGEST_SILENCE) {
            // The time is reported before the picture is written, but may arrive later. An ffmpeg that reports none
            // must not hang the program.
            Ok(Ok(Some(picture))) => match self.times.recv_timeout(LONGEST_WAIT) {
                Ok(logged) => Ok(Some((picture, logged))),
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

/// What ffmpeg is asked to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Orders {
    /// The number of the stream of a file that was described here: ffmpeg leaves its pictures and their times alone.
    pub(super) stream: Option<usize>,
    /// Whether it is older than the option `-fps_mode`, which it got in 5.1.
    pub(super) old: bool,
    /// Whether to make the brightness of HDR10 that of an ordinary video.
    pub(super) tone_mapped: bool,
}

/// Makes the brightness of HDR10 that of an ordinary video: to linear light at 100 candela, to the usual colours,
/// compressed, and back.
const TONE_MAPPING: &str = "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=hable:desat=0,\
                            zscale=transfer=bt709:matrix=bt709:range=tv,format=yuv420p,";

fn arguments(path: &Path, orders: Orders) -> Vec<OsString> {
    // The "file:" prefix keeps a name that starts with "-" or looks like a URL a file name. No other protocol is
    // allowed: a playlist must not fetch anything.
    let mut input = OsString::from("file:");
    input.push(path);
    // The pictures are described before they are scaled, which ffmpeg itself does too if their size changes.
    let filter = format!(
        "showinfo,{}scale='min({LONGEST_SIDE},iw)':'min({LONGEST_SIDE},ih)':force_original_aspect_ratio=decrease",
        if orders.tone_mapped { TONE_MAPPING } else { "" }
    );
    let stream = orders.stream.map(|number| format!("0:{number}"));
    let before =
        ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+info", "-protocol_whitelist", "file,pipe"];
    let ours: &[&str] = if stream.is_some() { &["-noautorotate", "-ignore_editlist", "1", "-copyts"] } else { &[] };
    // Without `-map`, ffmpeg takes the largest video that is not a cover picture.
    let map = stream.as_deref().map_or(vec!["-sn", "-dn"], |stream| vec!["-map", stream]);
    let after = ["-an", "-vf", &filter, if orders.old { "-vsync" } else { "-fps_mode" }, "passthrough"];
    let output = ["-pix_fmt", "rgb24", "-c:v", "ppm", "-f", "image2pipe", "pipe:1"];
    let mut arguments: Vec<OsString> = before.iter().chain(ours).chain(&["-i"]).map(OsString::from).collect();
    arguments.push(input);
    arguments.extend(map.into_iter().chain(after).chain(output).map(OsString::from));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(orders: Orders) -> String {
        arguments(Path::new("-a.mp4"), orders).join(std::ffi::OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn a_described_file_is_neither_turned_nor_edited_by_ffmpeg() {
        let described = told(Orders { stream: Some(3), ..Orders::default() });
        assert!(described.contains("-noautorotate -ignore_editlist 1 -copyts -i file:-a.mp4 -map 0:3 "), "{described}");
        let foreign = told(Orders::default());
        assert!(foreign.contains(" -i file:-a.mp4 -sn -dn -an ") && !foreign.contains("-map"), "{foreign}");
    }

    #[test]
    fn brightness_is_mapped_only_on_demand() {
        assert!(!told(Orders::default()).contains("tonemap"));
        assert!(told(Orders { tone_mapped: true, old: true, ..Orders::default() }).contains("tonemap=hable"));
    }
}
