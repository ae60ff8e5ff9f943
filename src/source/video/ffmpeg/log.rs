//! What ffmpeg says on its error stream: the time of each picture, the length of the file, and what goes wrong.

use std::io::BufRead;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What was said beside the times.
#[derive(Clone, Debug, Default)]
pub(super) struct FfmpegLog {
    /// How long the file lasts.
    pub(super) duration: Option<Duration>,
    /// Pictures that could not be decoded.
    pub(super) undecodable: u64,
    /// The first complaint, which often says most, and the last.
    complaints: Option<(String, String)>,
}

impl FfmpegLog {
    /// The complaints, if there were any.
    pub(super) fn complaints(&self) -> Option<String> {
        let (first, last) = self.complaints.as_ref()?;
        Some(if first == last { first.clone() } else { format!("{first}; {last}") })
    }

    fn hear(&mut self, line: &str) {
        self.duration = self.duration.or_else(|| duration_in(line));
        let Some(complaint) = complaint_in(line) else { return };
        // As ffmpeg says it up to version 6, and since.
        let lost = ["Error while decoding stream", "Error submitting packet to decoder"];
        self.undecodable += u64::from(lost.iter().any(|words| complaint.contains(words)));
        let (_, last) = self.complaints.get_or_insert_with(|| (complaint.to_owned(), String::new()));
        complaint.clone_into(last);
    }
}

/// Listens until the stream ends or nobody wants the times any more.
pub(super) fn listen(errors: impl BufRead, times: &SyncSender<Duration>, heard: &Mutex<FfmpegLog>) {
    for line in errors.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(time) = time_in(&line) {
            if times.send(time).is_err() {
                return;
            }
        } else {
            heard.lock().unwrap_or_else(PoisonError::into_inner).hear(&line);
        }
    }
}

/// The picture's time in a line of `showinfo`: `[Parsed_showinfo_3 @ 0x5] [info] n:   1 pts:   512 pts_time:0.04 ...`.
/// Times before zero, which edited files have, count as zero.
fn time_in(line: &str) -> Option<Duration> {
    let (_, rest) = line.split_once("pts_time:").filter(|(before, _)| before.contains("showinfo"))?;
    let seconds = rest.split_whitespace().next()?.parse().unwrap_or(0.0);
    Some(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

/// The length of the file: `[info]   Duration: 00:01:02.50, start: 0.000000, bitrate: 1205 kb/s`.
fn duration_in(line: &str) -> Option<Duration> {
    let clock = line.strip_prefix("[info]")?.trim_start().strip_prefix("Duration:")?.split(',').next()?.trim();
    let seconds = clock.split(':').try_fold(0.0, |seconds, part| Some(seconds * 60.0 + part.parse::<f64>().ok()?))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// What is behind the word for how bad it is: `[h264 @ 0x5] [error] error while decoding MB 8 1`.
fn complaint_in(line: &str) -> Option<&str> {
    ["[error] ", "[fatal] ", "[panic] "].iter().find_map(|&badness| Some(line.split_once(badness)?.1.trim()))
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
    fn the_first_and_the_last_complaint_are_kept_and_lost_pictures_counted() {
        let mut words = FfmpegLog::default();
        words.hear("[info] Output #0, image2pipe, to 'pipe:1':");
        assert_eq!(words.complaints(), None);
        words.hear("[error] Unrecognized option 'fps_mode'.");
        assert_eq!(words.complaints().unwrap(), "Unrecognized option 'fps_mode'.");
        words.hear("[error] Error while decoding stream #0:0: Invalid data found when processing input");
        words.hear("[vist#0:0/vp8 @ 0x5] [dec:vp8 @ 0x6] [error] Error submitting packet to decoder: Invalid data");
        words.hear("[fatal] Error splitting the argument list: Option not found");
        let told = "Unrecognized option 'fps_mode'.; Error splitting the argument list: Option not found";
        assert_eq!(words.complaints().unwrap(), told);
        assert_eq!(words.undecodable, 2);
    }
}
