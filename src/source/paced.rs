//! Plays a recording in real time: each frame when it is due, as a camera would have sent it.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{Delivery, RecordingFacts, Source, SourceError, SourceInfo};

/// Delivers the frames of a recording at the pace at which they were taken. If the reader is slower, frames come as
/// fast as it takes them and none is skipped; the clock is then reset, so the recording never races to catch up.
pub struct Paced {
    source: Box<dyn Source>,
    /// When the clock began, and with a frame of which time. When that of time zero was due need not be told: it may be before the
    /// computer was started, which not every system can say.
    clock: Option<(Instant, Duration)>,
    /// The time of the last frame.
    last: Duration,
}

/// The most lateness to catch up with; beyond it the clock is reset.
const MOST_CATCH_UP: Duration = Duration::from_millis(100);

/// The longest wait for a frame: a gap of minutes is of no use, and quitting has to wait as long.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Paced {
    /// Paces `source`. A camera paces itself and should not be wrapped.
    pub fn new(source: Box<dyn Source>) -> Self {
        Self { source, clock: None, last: Duration::ZERO }
    }
}

impl std::fmt::Debug for Paced {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Paced").field("info", self.source.info()).field("clock", &self.clock).finish()
    }
}

impl Source for Paced {
    fn info(&self) -> &SourceInfo {
        self.source.info()
    }

    fn next(&mut self) -> Result<Delivery, SourceError> {
        let delivery = self.source.next()?;
        let Delivery::Frame(mut frame) = delivery else { return Ok(delivery) };
        let time = Duration::from_secs_f64(frame.time.as_secs_f64());
        let captured = captured_at(self.clock, std::mem::replace(&mut self.last, time), time);
        std::thread::sleep(wait(&mut self.clock, time, Instant::now()));
        let now = Instant::now();
        frame.captured_at = captured.map_or(now, |due| due.min(now));
        Ok(Delivery::Frame(frame))
    }

    fn dropped(&self) -> u64 {
        self.source.dropped()
    }

    fn first_dropped(&self) -> Option<&Path> {
        self.source.first_dropped()
    }

    fn facts(&self) -> Option<&RecordingFacts> {
        self.source.facts()
    }

    fn rate(&self) -> Option<f64> {
        self.source.rate()
    }
}

/// When a frame counts as captured: when it was due by the clock so far; `None` for the first, and where times go back. If it waited
/// for its reader, however long, that counts as display latency, as it would of a camera's. (After a gap that is shortened it is
/// due later than it comes.)
fn captured_at(clock: Option<(Instant, Duration)>, last: Duration, time: Duration) -> Option<Instant> {
    due(clock, time).filter(|_| time >= last)
}

/// When a frame of this time is due; `None` before the first, and of a time before that with which the clock began.
pub(super) fn due(clock: Option<(Instant, Duration)>, time: Duration) -> Option<Instant> {
    let (began, first) = clock?;
    Some(began + time.checked_sub(first)?)
}

/// How long to wait at `now` for a frame of this time. Begins the clock at the first frame, and anew when late.
fn wait(clock: &mut Option<(Instant, Duration)>, time: Duration, now: Instant) -> Duration {
    let Some(due) = due(*clock, time).filter(|due| now.saturating_duration_since(*due) <= MOST_CATCH_UP) else {
        *clock = Some((now, time));
        return Duration::ZERO;
    };
    let wait = due.saturating_duration_since(now);
    if wait > LONGEST_WAIT {
        *clock = Some((now + LONGEST_WAIT, time));
    }
    wait.min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::super::{Frame, Timestamp};
    use super::*;

    const fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_long_gap_is_shortened_and_the_clock_continues_from_there() {
        let start = Instant::now();
        let mut clock = None;
        assert_eq!(wait(&mut clock, ms(0), start), ms(0));
        assert_eq!(wait(&mut clock, ms(120_000), start), LONGEST_WAIT);
        assert_eq!(wait(&mut clock, ms(120_040), start + LONGEST_WAIT), ms(40));
    }

    #[test]
    fn a_recording_may_have_gone_on_for_longer_than_the_computer() {
        let (start, long) = (Instant::now(), Duration::from_secs(u64::MAX - 1));
        let mut clock = None;
        assert_eq!(wait(&mut clock, long, start), ms(0));
        assert_eq!(wait(&mut clock, long + ms(40), start), ms(40));
        assert_eq!(captured_at(clock, long, long + ms(40)), Some(start + ms(40)));
    }

    #[test]
    fn frames_wait_until_they_are_due_and_never_race() {
        let start = Instant::now();
        let mut clock = None;
        assert_eq!(captured_at(clock, ms(0), ms(0)), None);
        assert_eq!(wait(&mut clock, ms(0), start), ms(0));
        // Time of the frame, when it is requested, how long to wait, when it counts as captured.
        let table = [
            (40, 10, 30, 40),
            (80, 95, 0, 80),     // a little late: delivered at once, and it counts as late
            (120, 100, 20, 120), // the next is on time again
            (160, 600, 0, 160),  // far too late: the clock is reset
            (200, 610, 30, 640), // and the next follows 40 ms later
        ];
        for (time, requested, wanted, captured) in table {
            assert_eq!(captured_at(clock, ms(0), ms(time)), Some(start + ms(captured)), "frame at {time}");
            assert_eq!(wait(&mut clock, ms(time), start + ms(requested)), ms(wanted), "frame at {time}");
        }
        assert_eq!(captured_at(clock, ms(200), ms(40)), None, "a recording that starts over is not late");
    }

    /// Frames at these times, seconds, last one first.
    struct Times(SourceInfo, Vec<f64>);

    impl Source for Times {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self) -> Result<Delivery, SourceError> {
            let frame = |seconds| Frame::new(RgbImage::new(1, 1), Timestamp::from_secs_f64(seconds), 0);
            Ok(self.1.pop().map_or(Delivery::End, |seconds| Delivery::Frame(frame(seconds))))
        }
    }

    #[test]
    fn a_frame_that_waited_counts_as_captured_when_it_was_due_however_long_that_is() {
        let mut paced = Paced::new(Box::new(Times(SourceInfo::default(), vec![0.01, 0.04, 0.0])));
        let mut captured = |waits: Duration| {
            std::thread::sleep(waits);
            let began = Instant::now();
            match paced.next().unwrap() {
                Delivery::Frame(frame) => (frame.captured_at, began, Instant::now()),
                _ => panic!("a frame"),
            }
        };
        let first = captured(ms(0));
        assert!(first.0 >= first.1 && first.0 <= first.2);
        let second = captured(ms(200));
        assert!(second.0 <= first.0 + ms(40), "it was due 0.04 s after the first");
        let third = captured(ms(0));
        assert!(third.0 >= third.1, "times that go back: it was due no sooner than now");
    }
}
