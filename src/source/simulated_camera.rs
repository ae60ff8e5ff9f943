//! A recording that comes as from a camera: in real time, whoever reads it, and what there is no room for is dropped.
//!
//! It shows how a computer copes with a camera of that rate, where there is none: [`Paced`](super::paced) plays the same recording,
//! but waits for its reader.

use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Delivery, Frame, RecordingFacts, Source, SourceError, SourceInfo, paced};

/// How many frames wait for their reader, as in the buffers that a driver of Video4Linux fills (`camera/video4linux.rs`).
const BUFFERS: usize = 4;

/// The longest wait for a frame before it says that none has come, as a camera has to ([`Source::next`]).
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Delivers the frames of a recording when they are due. If all [`BUFFERS`] are full by then, a frame is dropped and counted. Whoever
/// finds nothing but such frames for [`LONGEST_WAIT`] gets the next one all the same, and the clock goes on from there: a recording
/// that cannot be decoded as fast as it plays would otherwise come later and later, and its reader wait longer and longer.
pub struct SimulatedCamera {
    recording: Box<dyn Source>,
    info: SourceInfo,
    /// When the clock began, and with a frame of which time; `None` before the first.
    began: Option<(Instant, Duration)>,
    /// The time of the last frame.
    last: Duration,
    /// The next frame, which was not due for long.
    waiting: Option<Frame>,
    /// For how long it has been waited for.
    silent: Duration,
    /// When the last [`BUFFERS`] frames were taken, the earliest first.
    taken: VecDeque<Instant>,
    dropped: u64,
}

impl SimulatedCamera {
    /// A camera that sends `recording`.
    pub fn new(recording: Box<dyn Source>) -> Self {
        let info = SourceInfo { live: true, frame_count: None, duration: None, ..recording.info().clone() };
        Self {
            recording,
            info,
            began: None,
            last: Duration::ZERO,
            waiting: None,
            silent: Duration::ZERO,
            taken: VecDeque::with_capacity(BUFFERS),
            dropped: 0,
        }
    }

    /// When a frame of this time is due, whose clock starts at `now` with the first frame, and where times go back.
    fn due(&mut self, time: Duration, now: Instant) -> Instant {
        let goes_back = time < std::mem::replace(&mut self.last, time);
        paced::due(self.began, time).filter(|_| !goes_back).unwrap_or_else(|| self.begin(time, now))
    }

    /// Lets the clock start at `now` with a frame of this time, which is due then.
    fn begin(&mut self, time: Duration, now: Instant) -> Instant {
        self.began = Some((now, time));
        now
    }

    /// When a frame of this time is due that is decoded at `now` for a reader who `asked` then; `None` if it is dropped.
    fn due_unless_dropped(&mut self, time: Duration, asked: Instant, now: Instant) -> Option<Instant> {
        let due = self.due(time, now);
        match self.is_full(due) {
            false => Some(due),
            true if now.saturating_duration_since(asked) < LONGEST_WAIT => None,
            true => Some(self.begin(time, now)),
        }
    }

    /// Whether there is no buffer for a frame that was due then.
    fn is_full(&self, due: Instant) -> bool {
        self.taken.len() == BUFFERS && self.taken.front().is_some_and(|taken| *taken > due)
    }

    fn take(&mut self, mut frame: Frame, due: Instant, now: Instant) -> Delivery {
        if self.taken.len() == BUFFERS {
            self.taken.pop_front();
        }
        self.taken.push_back(now);
        self.silent = Duration::ZERO;
        frame.captured_at = due;
        Delivery::Frame(frame)
    }
}

impl std::fmt::Debug for SimulatedCamera {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SimulatedCamera").field("info", &self.info).field("dropped", &self.dropped).finish()
    }
}

impl Source for SimulatedCamera {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let asked = Instant::now();
        loop {
            let frame = match self.waiting.take() {
                Some(frame) => frame,
                None => match self.recording.next()? {
                    Delivery::Frame(frame) => frame,
                    other => return Ok(other),
                },
            };
            let now = Instant::now();
            let time = Duration::from_secs_f64(frame.time.as_secs_f64());
            let Some(due) = self.due_unless_dropped(time, asked, now) else {
                self.dropped += 1;
                continue;
            };
            let wait = due.saturating_duration_since(now);
            std::thread::sleep(wait.min(LONGEST_WAIT));
            if wait > LONGEST_WAIT {
                self.waiting = Some(frame);
                self.silent += LONGEST_WAIT;
                return Ok(Delivery::Silent(self.silent));
            }
            return Ok(self.take(frame, due, Instant::now()));
        }
    }

    fn dropped(&self) -> u64 {
        self.recording.dropped() + self.dropped
    }

    fn first_dropped(&self) -> Option<&Path> {
        self.recording.first_dropped()
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        self.recording.facts()
    }

    fn rate(&self) -> Option<f64> {
        self.recording.rate()
    }
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::super::Timestamp;
    use super::*;

    /// Frames at these times, milliseconds.
    struct Recording(SourceInfo, std::vec::IntoIter<u64>);

    impl Source for Recording {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            let frame = |ms: u64| Frame::new(RgbImage::new(1, 1), Timestamp::new(Duration::from_millis(ms)), ms);
            Ok(self.1.next().map_or(Delivery::End, |ms| Delivery::Frame(frame(ms))))
        }
    }

    fn camera(times: impl IntoIterator<Item = u64>) -> SimulatedCamera {
        let info = SourceInfo { frame_count: Some(9), duration: Some(Duration::from_secs(9)), ..SourceInfo::default() };
        SimulatedCamera::new(Box::new(Recording(info, times.into_iter().collect::<Vec<_>>().into_iter())))
    }

    /// The frames that come, by their times, and when each counts as captured.
    fn all(camera: &mut SimulatedCamera) -> Vec<(u64, Instant)> {
        let next = || match camera.next().unwrap() {
            Delivery::Frame(frame) => Some((frame.number, frame.captured_at)),
            Delivery::Silent(_) => panic!("no frame is that late"),
            Delivery::End => None,
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn it_says_that_it_is_live_and_how_long_it_lasts_nobody_knows() {
        let camera = camera([0]);
        assert!(camera.info().live && camera.info().duration.is_none() && camera.rate().is_some());
    }

    #[test]
    fn frames_come_when_they_are_due() {
        let began = Instant::now();
        let came = all(&mut camera([0, 20, 40]));
        assert!(began.elapsed() >= Duration::from_millis(40));
        let since_first: Vec<_> = came.iter().map(|(_, captured)| *captured - came[0].1).collect();
        assert_eq!(since_first, [0, 20, 40].map(Duration::from_millis));
    }

    /// However long the reader was away: four wait for it, as old as they are, and then the newest come.
    #[test]
    fn a_reader_who_was_away_gets_what_the_buffers_held_and_the_rest_is_dropped() {
        let (mut camera, start) = (camera([]), Instant::now());
        let kept = |time: &u64| {
            let now = start + Duration::from_millis(if (50..1_000).contains(time) { 1_000 } else { *time });
            let due = camera.due(Duration::from_millis(*time), now);
            let kept = !camera.is_full(due);
            kept.then(|| camera.take(Frame::new(RgbImage::new(1, 1), Timestamp::default(), 0), due, now)).is_some()
        };
        let came: Vec<_> = (0..110).map(|number| 10 * number).filter(kept).collect();
        let before = [0, 10, 20, 30, 40];
        let after = (100..110).map(|number| 10 * number);
        assert_eq!(came, before.into_iter().chain([50, 60, 70, 80]).chain(after).collect::<Vec<_>>());
    }

    /// Each of its frames takes four times as long to decode as until the next is due.
    #[test]
    fn whoever_decodes_too_slowly_is_never_kept_waiting_for_much_longer_than_a_second() {
        let (mut camera, start) = (camera([]), Instant::now());
        let (mut asked, mut waits, decoded) = (start, Vec::new(), Duration::from_millis(40));
        for number in 0..3_000 {
            let now = start + decoded * (number + 1);
            if let Some(due) = camera.due_unless_dropped(Duration::from_millis(10) * number, asked, now) {
                camera.take(Frame::new(RgbImage::new(1, 1), Timestamp::default(), 0), due, now);
                waits.push(now.saturating_duration_since(asked));
                asked = now;
            }
        }
        let longest = waits.iter().max().copied().unwrap_or_default();
        assert!(longest <= LONGEST_WAIT + decoded, "{longest:?}");
        assert!(waits.len() >= 120, "in two minutes at least one a second: {}", waits.len());
    }

    #[test]
    fn a_gap_is_told_and_the_next_frame_is_not_lost() {
        let mut camera = camera([0, 3_600_000]);
        camera.next().unwrap();
        assert!(matches!(camera.next().unwrap(), Delivery::Silent(silent) if silent == LONGEST_WAIT));
        assert_eq!(camera.waiting.map(|frame| frame.number), Some(3_600_000));
    }

    #[test]
    fn times_that_go_back_begin_anew() {
        let came: Vec<_> = all(&mut camera([900, 910, 0, 10, 20])).into_iter().map(|(time, _)| time).collect();
        assert_eq!(came, [900, 910, 0, 10, 20]);
    }
}
