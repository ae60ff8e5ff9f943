//! Parses ffmpeg's error stream: the time and shape of each picture, what the file holds, and errors.

use std::io::BufRead;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What ffmpeg reported of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LoggedPicture {
    /// Seconds; `None` if the file states none.
    pub(super) seconds: Option<f64>,
    /// Its size before it was scaled, pixels.
    pub(super) size: Option<(u32, u32)>,
    /// The shape of its pixels, width to height, if known.
    pub(super) pixel_aspect: Option<(u32, u32)>,
}

/// What ffmpeg reported, apart from the pictures.
#[derive(Clone, Debug, Default)]
pub(super) struct FfmpegLog {
    /// The duration of the file.
    duration: Option<Duration>,
    /// The duration of the video alone.
    video_duration: Option<Duration>,
    /// The time at which the file begins.
    pub(super) start: Duration,
    /// Whether its durations may count from 0 and not from its beginning, as those that ffmpeg and browsers write into
    /// Matroska and WebM do.
    ends_count_from_zero: bool,
    /// Whether the brightness is coded as in HDR10 (SMPTE ST 2084, "PQ").
    pub(super) is_pq: bool,
    /// Whether the file said to end before its end.
    is_cut: bool,
    /// Whether it holds anything but one video, and where in the description of the file the log is.
    others: bool,
    section: Section,
    /// The number of pictures that could not be decoded.
    pub(super) undecodable: u64,
    /// The first error, which often says most, and the last.
    errors: Option<(String, String)>,
}

/// A part of ffmpeg's log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Section {
    #[default]
    File,
    Video,
    OtherStream,
    /// What ffmpeg writes.
    Output,
}

impl FfmpegLog {
    /// The errors, if there were any.
    pub(super) fn errors(&self) -> Option<String> {
        let (first, last) = self.errors.as_ref()?;
        Some(if first == last { first.clone() } else { format!("{first}; {last}") })
    }

    /// The time at which the video ends, if it is known: not that of the file, whose sound may be longer, unless it
    /// broke off.
    pub(super) fn video_end(&self) -> Option<Duration> {
        let end = self.video_duration.or(self.duration.filter(|_| self.is_cut || !self.others));
        end.map(|end| self.since_start(end))
    }

    /// The duration of the video, or else of the file.
    pub(super) fn stated_duration(&self) -> Option<Duration> {
        self.video_duration.or(self.duration).map(|end| self.since_start(end))
    }

    /// A stated duration of the file or of a stream, from the file's beginning.
    fn since_start(&self, stated: Duration) -> Duration {
        if self.ends_count_from_zero { stated.saturating_sub(self.start) } else { stated }
    }

    fn add(&mut self, line: &str) {
        self.describe(line);
        let Some(error) = error_in(line) else { return };
        // The wording up to ffmpeg 6, and since.
        let lost = ["Error while decoding stream", "Error submitting packet to decoder"];
        self.undecodable += u64::from(lost.iter().any(|words| error.contains(words)));
        self.is_cut |= error.contains("File ended prematurely");
        let (_, last) = self.errors.get_or_insert_with(|| (error.to_owned(), String::new()));
        error.clone_into(last);
    }

    /// What a line says of the file.
    fn describe(&mut self, line: &str) {
        let Some(text) = line.strip_prefix("[info]").map(str::trim_start) else { return };
        if text.starts_with("Stream mapping:") || text.starts_with("Output #") {
            self.section = Section::Output;
        }
        if self.section == Section::Output {
            return;
        }
        self.ends_count_from_zero |= text.starts_with("Input #0, matroska");
        if let Some(stated) = text.strip_prefix("Duration:") {
            self.duration = self.duration.or_else(|| clock(stated.split(',').next()?));
            let start = stated.split_once("start:").and_then(|(_, start)| start.split(',').next()?.trim().parse().ok());
            self.start = Duration::try_from_secs_f64(start.unwrap_or(0.0)).unwrap_or_default();
        } else if text.starts_with("Stream #") {
            let first = self.section == Section::File && text.contains("Video:");
            self.section = if first { Section::Video } else { Section::OtherStream };
            self.others |= !first;
            self.is_pq |= first && text.contains("smpte2084");
        } else if let Some(stated) = text.strip_prefix("DURATION")
            && self.section == Section::Video
        {
            self.video_duration = stated.trim_start().strip_prefix(':').and_then(clock);
        }
    }
}

/// Reads until the stream ends or the receiver of the pictures is dropped.
pub(super) fn read_log(stream: impl BufRead, pictures: &SyncSender<LoggedPicture>, log: &Mutex<FfmpegLog>) {
    let mut time_base = None;
    for line in stream.split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(picture) = picture_in(&line, time_base) {
            if pictures.send(picture).is_err() {
                return;
            }
        } else if let Some(stated) = time_base_in(&line) {
            time_base = Some(stated);
        } else {
            log.lock().unwrap_or_else(PoisonError::into_inner).add(&line);
        }
    }
}

/// The picture in a line of `showinfo`:
/// `[Parsed_showinfo_0 @ 0x5] [info] n:   1 pts:   512 pts_time:0.04 ... sar:64/45 s:720x576 ...`. The time in seconds
/// has six digits, so that in ticks counts.
fn picture_in(line: &str, time_base: Option<f64>) -> Option<LoggedPicture> {
    let (_, rest) =
        line.split_once(" n:").filter(|(before, rest)| before.contains("showinfo") && rest.contains("pts_time:"))?;
    let value = |name: &str| rest.split_once(name).and_then(|(_, value)| value.split_whitespace().next());
    let ticks = value(" pts:").and_then(|ticks| ticks.parse::<i64>().ok());
    let exact = ticks.zip(time_base).map(|(ticks, base)| ticks as f64 * base);
    let seconds = exact.or_else(|| value(" pts_time:")?.parse().ok());
    let pair = |text: Option<&str>, between: char| {
        let (one, other) = text?.split_once(between)?;
        Some((one.parse::<u32>().ok()?, other.parse::<u32>().ok()?)).filter(|&(one, other)| one > 0 && other > 0)
    };
    Some(LoggedPicture { seconds, size: pair(value(" s:"), 'x'), pixel_aspect: pair(value(" sar:"), '/') })
}

/// The length of a tick, seconds: `[Parsed_showinfo_0 @ 0x5] [info] config in time_base: 1/12800, frame_rate: 25/1`.
fn time_base_in(line: &str) -> Option<f64> {
    let (_, rest) = line.split_once("config in time_base:").filter(|(before, _)| before.contains("showinfo"))?;
    let (one, other) = rest.split(',').next()?.trim().split_once('/')?;
    let base = one.parse::<f64>().ok()? / other.parse::<f64>().ok()?;
    Some(base).filter(|base| base.is_finite() && *base > 0.0)
}

/// Reads "00:01:02.50".
fn clock(text: &str) -> Option<Duration> {
    let seconds =
        text.trim().split(':').try_fold(0.0, |seconds, part| Some(seconds * 60.0 + part.parse::<f64>().ok()?))?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The text after the severity: `[h264 @ 0x5] [error] error while decoding MB 8 1`.
fn error_in(line: &str) -> Option<&str> {
    ["[error] ", "[fatal] ", "[panic] "].iter().find_map(|&severity| Some(line.split_once(severity)?.1.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> FfmpegLog {
        let mut log = FfmpegLog::default();
        lines.iter().for_each(|line| log.add(line));
        log
    }

    #[test]
    fn times_and_shapes_are_read() {
        let line = "[Parsed_showinfo_0 @ 0x55d] [info] n:   1 pts: 123457 pts_time:1234.57 pos: 9 fmt:yuv420p sar:64/45 s:720x576 i:P";
        let picture = picture_in(line, Some(0.01)).unwrap();
        assert!((picture.seconds.unwrap() - 1234.57).abs() < 1e-9);
        assert_eq!((picture.size, picture.pixel_aspect), (Some((720, 576)), Some((64, 45))));
        assert_eq!(picture_in(line, None).unwrap().seconds, Some(1234.57));
        let bare =
            picture_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: -512 pts_time:-0.04 pos: 48 sar:0/1", None).unwrap();
        assert_eq!(bare, LoggedPicture { seconds: Some(-0.04), size: None, pixel_aspect: None });
        let unknown = picture_in("[Parsed_showinfo_3 @ 0x55d] n: 0 pts: NOPTS pts_time:NOPTS pos: 48", Some(0.1));
        assert_eq!(unknown.unwrap().seconds, None);
        let base = "[Parsed_showinfo_3 @ 0x55d] [info] config in time_base: 1/12800, frame_rate: 25/1";
        assert_eq!(picture_in(base, None), None);
        assert_eq!(time_base_in(base), Some(1.0 / 12800.0));
        assert_eq!(time_base_in("[Parsed_showinfo_3 @ 0x55d] [info] config in time_base: 1/0,"), None);
    }

    #[test]
    fn the_video_ends_when_it_says_and_not_when_the_sound_does() {
        let duration = "[info]   Duration: 00:00:08.73, start: 2.500000, bitrate: 1205 kb/s";
        let video = "[info]   Stream #0:0: Video: hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/smpte2084), 640x360";
        let tag = "[info]       DURATION        : 00:00:06.240000000";
        let sound = "[info]   Stream #0:1: Audio: opus, 48000 Hz";
        let output = ["[info] Stream mapping:", "[info]   Stream #0:0: Video: ppm", tag];
        let seconds = |log: FfmpegLog| log.video_end().map(|end| end.as_secs_f64());
        let alone = log(&[&[duration, video][..], &output].concat());
        assert_eq!(alone.start, Duration::from_millis(2500));
        assert!(alone.is_pq);
        assert_eq!(seconds(alone), Some(8.73));
        assert_eq!(seconds(log(&[duration, video, sound])), None);
        assert_eq!(seconds(log(&[duration, video, tag, sound])), Some(6.24));
        assert_eq!(seconds(log(&[duration, sound, tag, video])), None);
        let late = ["[info] Input #0, matroska,webm, from 'a.mkv':", duration, video];
        assert_eq!(seconds(log(&late)), Some(6.23), "its durations count from 0");
        assert_eq!(log(&late).stated_duration().unwrap().as_secs_f64(), 6.23);
        let cut = "[matroska,webm @ 0x5] [error] File ended prematurely at pos. 1234 (0x4d2)";
        assert_eq!(seconds(log(&[duration, video, sound, cut])), Some(8.73));
        assert_eq!(log(&["[info]   Duration: N/A, start: 0.0"]).stated_duration(), None);
    }

    #[test]
    fn the_first_and_the_last_error_are_kept_and_lost_pictures_counted() {
        let mut log = log(&["[info] Output #0, image2pipe, to 'pipe:1':"]);
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
