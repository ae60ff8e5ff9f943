//! Parses ffmpeg's error stream: the time of each picture, the duration of the file, and errors.

use std::io::BufRead;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What ffmpeg reported, apart from the times.
#[derive(Clone, Debug, Default)]
pub(super) struct FfmpegLog {
    /// The duration of the file.
    pub(super) duration: Option<Duration>,
    /// The number of pictures that could not be decoded.
    pub(super) undecodable: u64,
    /// The first error, which often says most, and the last.
    errors: Option<(String, String)>,
}

impl FfmpegLog {
    /// The errors, if there were any.
    pub(super) fn errors(&self) -> Option<String> {
        let (first, last) = self.errors.as_ref()?;
        Some(if first == last { first.clone() } else { format!("{first}; {last}") })
    }

    fn add(&mut self, line: &str) {
        self.duration = self.duration.or_else(|| duration_in(line));
        let Some(error) = error_in(line) else { return };
        // The wording up to ffmpeg 6, and since.
        let lost = ["Error while decoding stream", "Error submitting packet to decoder"];
        self.undecodable += u64::from(lost.iter().any(|words| error.contains(words)));
        let (_, last) = self.errors.get_or_insert_with(|| (error.to_owned(), String::new()));
        error.clone_into(last);
    }
}

/// Reads until the stream ends or the receiver of the times is dropped.
pub(super) fn read_log(stream: impl BufRead, times: &SyncSender<Duration>, log: &Mutex<FfmpegLog>) {
    for line in stream.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(time) = time_in(&line) {
            if times.send(time).is_err() {
                return;
            }
        } else {
            log.lock().unwrap_or_else(PoisonError::into_inner).add(&line);
        }
    }
}

/// The picture's time in a line of `showinfo`: `[Parsed_showinfo_3 @ 0x5] [info] n:   1 pts:   512 pts_time:0.04 ...`.
/// Negative times, which edited files have, count as zero.
fn time_in(line: &str) -> Option<Duration> {
    let (_, rest) = line.split_once("pts_time:").filter(|(before, _)| before.contains("showinfo"))?;
    let seconds = rest.split_whitespace().next()?.parse().unwrap_or(0.0);
    Some(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// The duration of the file: `[info]   Duration: 00:01:02.50, start: 0.000000, bitrate: 1205 kb/s`.
fn duration_in(line: &str) -> Option<Duration> {
    let clock = line.strip_prefix("[info]")?.trim_start().strip_prefix("Duration:")?.split(',').next()?.trim();
    let seconds = clock.split(':').try_fold(0.0, |seconds, part| Some(seconds * 60.0 + part.parse::<f64>().ok()?))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The text after the severity: `[h264 @ 0x5] [error] error while decoding MB 8 1`.
fn error_in(line: &str) -> Option<&str> {
    ["[error] ", "[fatal] ", "[panic] "].iter().find_map(|&severity| Some(line.split_once(severity)?.1.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_the_duration_are_read() {
        let line = "[Parsed_showinfo_3 @ 0x55d] [info] n:   1 pts:    512 pts_time:0.04    duration:    512 fmt:rgb24";
        assert_eq!(time_in(line), Some(Duration::from_millis(40)));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: -512 pts_time:-0.04 pos: 48"), Some(Duration::ZERO));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: NOPTS pts_time:NOPTS pos: 48"), Some(Duration::ZERO));
        assert_eq!(time_in("[Parsed_showinfo_3 @ 0x55d] config in time_base: 1/12800"), None);
        assert_eq!(duration_in("[info]   Duration: 00:01:02.50, start: 0.0"), Some(Duration::from_millis(62_500)));
        assert_eq!(duration_in("[info]   Duration: N/A, start: 0.0"), None);
    }

    #[test]
    fn the_first_and_the_last_error_are_kept_and_lost_pictures_counted() {
        let mut log = FfmpegLog::default();
        log.add("[info] Output #0, image2pipe, to 'pipe:1':");
        assert_eq!(log.errors(), None);
        log.add("[error] Unrecognized option 'fps_mode'.");
        assert_eq!(log.errors().unwrap(), "Unrecognized option 'fps_mode'.");
        log.add("[error] Error while decoding stream #0:0: Invalid data found when processing input");
        log.add("[vist#0:0/vp8 @ 0x5] [dec:vp8 @ 0x6] [error] Error submitting packet to decoder: Invalid data");
        log.add("[fatal] Error splitting the argument list: Option not found");
        let expected = "Unrecognized option 'fps_mode'.; Error splitting the argument list: Option not found";
        assert_eq!(log.errors().unwrap(), expected);
        assert_eq!(log.undecodable, 2);
    }
}
