//! Decodes any video with the ffmpeg program.
//!
//! ffmpeg shrinks the pictures and writes them as PPM (`ppm`), whose header states the size, so the file need not be
//! probed first. Its `showinfo` filter reports each picture's time and shape on the error stream (`log`) in the same
//! order. A file whose index was read here is left alone by ffmpeg: which pictures are shown, when, how turned and how
//! stretched is decided by the index (`guide`). Of any other file, ffmpeg turns the pictures and its times count. If
//! ffmpeg stops midway (`process`), that is an error: half a recording must not pass for a whole one.

mod guide;
mod log;
mod ppm;
mod process;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;

use self::guide::{Fate, FrameGuide};
use self::log::LoggedPicture;
use self::process::{Orders, Process};
use super::index::Index;
use super::mp4::Counts;
use super::orientation::Presenter;
use super::sample_entry::Content;
use crate::source::{Delivery, Frame, RecordingFacts, Source, SourceError, SourceInfo, Timestamp, name_of};

/// A video that ffmpeg decodes.
pub(super) struct FfmpegVideo {
    info: SourceInfo,
    facts: RecordingFacts,
    path: PathBuf,
    program: String,
    orders: Orders,
    process: Process,
    guide: Option<FrameGuide>,
    presenter: Presenter,
    first: Option<(RgbImage, LoggedPicture)>,
    /// The time of the first picture in the file, which is zero on this source's clock.
    start: Duration,
    last: Duration,
    longest_gap: Duration,
    /// How many pictures were due so far, and how many came.
    counts: Counts,
    /// Estimated number of pictures missing at the end of a file that was not described.
    missing: u64,
}

/// A file whose pictures end this long before its stated duration is truncated.
const CUT_SHORT: Duration = Duration::from_secs(1);

/// The picture with this number comes next, of a file that was described here.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) index: Arc<Index>,
    pub(super) from: usize,
}

impl FfmpegVideo {
    /// Starts `program` on the file and waits for its first picture.
    pub(super) fn open(
        path: &Path,
        program: &str,
        content: &Content,
        described: Option<Described>,
    ) -> Result<Self, SourceError> {
        let described = described.filter(|described| !described.index.timeline.shown.is_empty());
        let mut orders =
            Orders { stream: described.as_ref().map(|described| described.index.stream), ..Orders::default() };
        let mut outcome = Self::start(path, program, content, described.clone(), orders);
        // The option is called -fps_mode since ffmpeg 5.1, -vsync before.
        if matches!(&outcome, Err(SourceError::Ffmpeg { reason, .. }) if reason.contains("fps_mode")) {
            orders.old = true;
            outcome = Self::start(path, program, content, described.clone(), orders);
        }
        if outcome.as_ref().is_ok_and(|video| video.process.log().is_pq) {
            let mapped = Orders { tone_mapped: true, ..orders };
            // Not every ffmpeg has the filters for it.
            return Self::start(path, program, content, described, mapped).or(outcome);
        }
        outcome
    }

    fn start(
        path: &Path,
        program: &str,
        content: &Content,
        described: Option<Described>,
        orders: Orders,
    ) -> Result<Self, SourceError> {
        let failed = |reason| SourceError::Ffmpeg { path: path.to_owned(), reason };
        let mut process = Process::start(path, program, orders).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => SourceError::NeedsFfmpeg { path: path.to_owned(), content: content.clone() },
            _ => failed(cause.to_string()),
        })?;
        let first = process.next().map_err(failed)?;
        let Some((picture, logged)) = first else {
            return Err(SourceError::Undecodable { path: path.to_owned() });
        };
        let counts = Counts { due: described.as_ref().map_or(0, |described| described.from), delivered: 0 };
        let counts = Counts { delivered: counts.due, ..counts };
        let presenter = described.as_ref().map(|described| described.index.presenter()).unwrap_or_default();
        // A film that was described has times of its own.
        let start = logged.seconds.filter(|_| described.is_none()).unwrap_or(0.0).max(0.0);
        let start = Duration::try_from_secs_f64(start).unwrap_or_default();
        let mut video = Self {
            info: SourceInfo {
                name: name_of(path),
                duration: process.log().stated_duration(),
                ..SourceInfo::default()
            },
            facts: RecordingFacts::default(),
            path: path.to_owned(),
            program: program.to_owned(),
            orders,
            process,
            guide: described.map(|described| FrameGuide::new(described.index, described.from)),
            presenter,
            first: Some((picture, logged)),
            start,
            last: Duration::ZERO,
            longest_gap: Duration::ZERO,
            counts,
            missing: 0,
        };
        video.describe();
        Ok(video)
    }

    /// What is known once the first picture is there.
    fn describe(&mut self) {
        let Some((picture, logged)) = &self.first else { return };
        let (size, aspects) = (logged.size.unwrap_or(picture.dimensions()), self.aspects(0, logged));
        let mut corrections = Vec::new();
        self.presenter.clone().present_first(picture.clone(), size, aspects, &mut corrections);
        if self.orders.tone_mapped {
            corrections.push("high dynamic range mapped to ordinary brightness".to_owned());
        }
        self.facts.first_time = self.process.log().start + self.start;
        if let Some(guide) = &self.guide {
            let timeline = &guide.index.timeline;
            self.info.duration = Some(timeline.duration);
            self.info.frame_count = Some(timeline.shown.len() as u64 + timeline.lost);
            self.facts = guide.index.facts();
            corrections.extend(guide.index.edits());
        }
        self.facts.corrections = corrections;
    }

    /// What is stated of the shape of a picture's pixels: by its sample entry, and by the picture. If the matrix has a
    /// shape of its own, ffmpeg reports that as the picture's; with a clean aperture, the size stated for that part against the
    /// whole picture.
    fn aspects(&self, number: usize, logged: &LoggedPicture) -> [Option<(u32, u32)>; 2] {
        let Some(guide) = &self.guide else { return [logged.pixel_aspect, None] };
        let index = &guide.index;
        let sample = index.timeline.shown.get(number).and_then(|shown| index.samples.get(shown.sample as usize));
        let entry = sample.and_then(|sample| index.entries.get(usize::from(sample.entry)));
        let is_derived = self.presenter.stretches_by_matrix() || entry.is_some_and(|entry| entry.aperture.is_some());
        let own = logged.pixel_aspect.filter(|_| !is_derived);
        [entry.and_then(|entry| entry.pixel_aspect), own]
    }

    /// The next picture from ffmpeg that is shown, and its number.
    fn next_shown(&mut self) -> Result<Option<(RgbImage, LoggedPicture, usize)>, SourceError> {
        loop {
            let path = &self.path;
            let failed = |reason| SourceError::BrokenOff { path: path.clone(), reason };
            let next =
                self.first.take().map_or_else(|| self.process.next().map_err(failed), |first| Ok(Some(first)))?;
            let Some(guide) = self.guide.as_mut() else {
                return Ok(next.map(|(picture, logged)| (picture, logged, self.counts.delivered)));
            };
            let fate = next.as_ref().map_or(Fate::Rewind, |(_, logged)| guide.fate(logged.seconds));
            match (fate, next) {
                (Fate::Shown(number), Some((picture, logged))) => return Ok(Some((picture, logged, number))),
                (Fate::Rewind, _) => {
                    guide.rewind();
                    if !guide.has_more() {
                        return Ok(None);
                    }
                    self.process = Process::start(&self.path, &self.program, self.orders)
                        .map_err(|cause| SourceError::Ffmpeg { path: self.path.clone(), reason: cause.to_string() })?;
                }
                _ => {}
            }
        }
    }

    /// The time of the picture with this number.
    fn time(&mut self, number: usize, logged: &LoggedPicture) -> Duration {
        if let Some(guide) = &self.guide {
            return guide
                .index
                .timeline
                .shown
                .get(number)
                .map_or(self.last, |shown| shown.time.saturating_sub(self.start));
        }
        let time = Duration::try_from_secs_f64(logged.seconds.unwrap_or(0.0)).unwrap_or_default();
        // Times never run backwards, even in a broken file.
        time.saturating_sub(self.start).max(self.last)
    }

    /// Lets the times of a film that was described begin at the first picture that can be decoded: one that was cut out of
    /// another may begin with pictures that refer to some before it.
    fn begin_at(&mut self, number: usize) {
        let Some(guide) = self.guide.as_ref().filter(|_| number > 0) else { return };
        self.start = guide.index.timeline.shown.get(number).map_or(Duration::ZERO, |shown| shown.time);
        self.facts.first_time += self.start;
    }

    /// Checks whether the file is truncated, which is not an error for ffmpeg.
    fn check_length(&mut self) {
        if let Some(guide) = &self.guide {
            self.counts.due = guide.index.timeline.shown.len();
            return;
        }
        let Some(end) = self.process.log().video_end() else { return };
        let absent = end.saturating_sub(self.start + self.last);
        // A slide show shows each picture for seconds, including the last.
        if self.missing > 0 || absent <= CUT_SHORT.max(self.longest_gap * 2) {
            return;
        }
        let path = self.path.display();
        tracing::warn!("{path} is cut short: its last {:.1} seconds are missing", absent.as_secs_f64());
        let interval = self.last.as_secs_f64() / self.counts.delivered.saturating_sub(1).max(1) as f64;
        // The last picture has a display time of its own.
        self.missing = if interval > 0.0 { (absent.as_secs_f64() / interval - 1.0).round().max(1.0) as u64 } else { 1 };
    }
}

impl Source for FfmpegVideo {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let Some((picture, logged, number)) = self.next_shown()? else {
            self.check_length();
            return Ok(Delivery::End);
        };
        if self.guide.is_some() && self.counts.delivered == 0 {
            self.counts.delivered = number; // pictures before the first that can be decoded are no damage
            self.begin_at(number);
        }
        let shown = self.time(number, &logged);
        self.longest_gap = self.longest_gap.max(shown.saturating_sub(self.last));
        self.last = shown;
        let (size, aspects) = (logged.size.unwrap_or(picture.dimensions()), self.aspects(number, &logged));
        let picture = self.presenter.present(picture, size, aspects);
        self.facts.size_changes = self.presenter.has_changed();
        self.counts.deliver(number);
        Ok(Delivery::Frame(Frame::new(picture, Timestamp::new(self.last), number as u64)))
    }

    fn dropped(&self) -> u64 {
        match &self.guide {
            Some(guide) => guide.index.timeline.lost + self.counts.missing(),
            None => self.missing + self.process.log().undecodable,
        }
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        Some(&self.facts)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A script that behaves as the name of its input says.
    const FAKE_FFMPEG: &str = "tests/fake-ffmpeg";

    fn open(behaviour: &str) -> Result<FfmpegVideo, SourceError> {
        FfmpegVideo::open(Path::new(behaviour), FAKE_FFMPEG, &Content::Borrowed("a video"), None)
    }

    /// The number of frames before the end or the failure, and the outcome.
    fn played(source: &mut FfmpegVideo) -> (u64, Result<(), String>) {
        let mut frames = 0;
        loop {
            match source.next() {
                Ok(Delivery::Frame(frame)) => frames = frame.number + 1,
                Ok(_) => return (frames, Ok(())),
                Err(error) => return (frames, Err(error.to_string())),
            }
        }
    }

    #[test]
    fn a_whole_recording_ends_well() {
        let mut source = open("whole").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 0);
        assert!(matches!(source.next(), Ok(Delivery::End)), "the end is repeated");
    }

    #[test]
    fn a_recording_that_stops_midway_is_an_error() {
        for (behaviour, reason) in [
            ("fails", "Conversion failed!; exit status: 3"),
            ("is-killed", "signal: 9"),
            ("stops-in-a-picture", "exit status: 0"),
            ("stalls", "no picture came for 2 s"),
            ("says-no-picture", "out of memory; signal: 9"), // and would keep running
        ] {
            let began = Instant::now();
            let (frames, outcome) = played(&mut open(behaviour).unwrap());
            let message = outcome.unwrap_err();
            assert_eq!(frames, 4, "{behaviour}");
            assert!(message.starts_with(&format!("{behaviour} breaks off")) && message.contains(reason), "{message}");
            assert!(began.elapsed() < Duration::from_secs(30), "{behaviour} was waited for");
        }
    }

    #[test]
    fn an_ffmpeg_without_output_says_why() {
        let message = open("dies-at-once").err().unwrap().to_string();
        assert!(message.starts_with("dies-at-once cannot be decoded") && message.contains("signal: 9"), "{message}");
        assert!(matches!(open("gives-nothing"), Err(SourceError::Undecodable { .. })));
    }

    #[test]
    fn an_older_ffmpeg_gets_its_own_option() {
        assert_eq!(played(&mut open("is-old").unwrap()), (4, Ok(())));
    }

    #[test]
    fn a_video_that_begins_later_and_ends_before_its_sound_is_whole() {
        let mut source = open("is-late").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!((source.dropped(), source.facts().unwrap().first_time), (0, Duration::from_secs(2)));
    }

    #[test]
    fn a_truncated_file_is_recognised_and_lost_pictures_are_counted() {
        let mut source = open("is-cut-short").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 12, "0.4 of 1.6 seconds are present, at ten a second");
        let mut source = open("stumbles").unwrap();
        assert_eq!(played(&mut source), (4, Ok(())));
        assert_eq!(source.dropped(), 2);
    }
}
