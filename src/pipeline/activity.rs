//! Decides which frames are measured: the networks rest while nothing moves.
//!
//! While the person stands still in their standing posture, or nobody is in view, a measurement a moment ago is as good
//! as one now. Every picture is compared with the last measured one, and with one of half a second ago, which somebody
//! who moves slowly has left; the first picture that differs is measured, and so is each one after it. Whoever bends,
//! walks, sits, or whose standing posture is not known yet is measured in every frame, however still they are; only of
//! recordings are frames left out between measured ones, as [`trend`](super::trend) has it.
//!
//! No clock is used here: the same frames give the same decisions.

use std::time::Duration;

use euclid::size2;
use image::RgbImage;

use super::cell_grid::CellGrid;
use super::trend::{Examined, Trend};
use crate::pose::{PoseResult, Region};
use crate::source::Timestamp;

/// How often a person who stands still is measured: seven times a second.
const STANDING: Duration = Duration::from_millis(143);

/// How often an empty picture is searched for people: five times a second.
const NOBODY: Duration = Duration::from_millis(200);

/// How often either is done once nothing has moved for [`LONG_STILL`]: five times in three seconds. Every picture is
/// still compared, so a movement is seen as soon as before; what lasts longer is only how long a measurement is held. [own]
const RESTING: Duration = Duration::from_millis(600);

/// After this long without a movement the pace is that of [`RESTING`] live: no sooner than a raised hand has been held long enough. [own]
const LONG_STILL: Duration = Duration::from_millis(1500);

/// Both in a recording, where nobody steers with a hand: once a second, as soon as there is an older picture to compare with. [own]
const RESTING_IN_RECORDING: Duration = Duration::from_secs(1);
const STILL_IN_RECORDING: Duration = SLOW;

/// Frames that come up to this much early are taken: a camera's times jitter. [own]
const JITTER: Duration = Duration::from_millis(4);

/// Times that are closer stand still: no camera takes a thousand pictures a second. [own]
const SHORTEST_STEP: Duration = Duration::from_millis(1);

/// A movement is seen against a picture that is at least this old, and at most twice as old and one measurement more:
/// at 5 degrees a second it shows after half a second, in drawn people (`activity_tests.rs`). [own]
const SLOW: Duration = Duration::from_millis(300);

/// The watched region follows the person once theirs differs by this fraction of its side, and is then watched anew: a
/// quarter is added round a person, so they are still within it. The tracked region of somebody who stands still varies
/// by some hundredths. [own]
const DRIFT: f32 = 0.1;

/// What is done with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// The networks look at it.
    Measure,
    /// The last measurement is held.
    Hold,
    /// It is left out, and interpolated once the next one is measured.
    LeaveOut,
}

/// What a measured frame showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Subject {
    /// Nobody is in view.
    Nobody,
    /// The person stands in this region as in their standing posture, which has all its frames.
    Standing(Region),
    /// The person does anything else.
    Active,
}

impl Subject {
    /// What the tracker saw in a frame; `stands` tells whether the person stood as in their standing posture.
    pub fn of(seen: &PoseResult, stands: bool) -> Self {
        match &seen.pose {
            None => Self::Nobody,
            Some(pose) if stands => Self::Standing(pose.region),
            Some(_) => Self::Active,
        }
    }
}

/// The gate before the networks.
#[derive(Debug, Default)]
pub(super) struct Activity {
    every_frame: bool,
    /// Whether the next frame is measured, whatever it shows.
    wanted: bool,
    /// How far apart measured frames may be, if those between them may be left out.
    trend: Option<Trend>,
    /// The time of the last measured frame, and how long after it the next may come, if others may be left out until then.
    apart: Option<(Timestamp, Duration)>,
    /// The time of the last frame, measured or held.
    last: Option<Timestamp>,
    watch: Option<StillnessWatch>,
}

impl Activity {
    /// Measures every frame from now on.
    pub fn measure_every_frame(&mut self) {
        (self.every_frame, self.trend) = (true, None);
        self.watch_anew();
    }

    /// Leaves frames between measured ones out from now on, as they will be interpolated; none if every frame is measured.
    pub fn leave_out_between(&mut self) {
        self.trend = (!self.every_frame).then(Trend::default);
    }

    /// Decides what is done with the next frame.
    pub fn pace(&mut self, picture: &RgbImage, time: Timestamp) -> Pace {
        // A source whose times stand still or go back tells nothing about how long ago the last measurement was.
        let step = self.last.replace(time).map(|last| time.since(last)).unwrap_or_default();
        if std::mem::take(&mut self.wanted) {
            return Pace::Measure;
        }
        let goes_on = step >= SHORTEST_STEP;
        if goes_on && self.watch.as_mut().is_some_and(|watch| watch.rests(picture, time)) {
            self.apart = None; // the first picture that moves is measured
            return Pace::Hold;
        }
        // The next picture, if it comes as soon as this one did, is still in time.
        let in_time = goes_on && self.apart.is_some_and(|(apart, reach)| time.since(apart) + step <= reach);
        if in_time { Pace::LeaveOut } else { Pace::Measure }
    }

    /// Whether a frame comes so late that the one before it was left out in vain: nothing may be interpolated over a gap.
    pub fn is_late(&self, time: Timestamp) -> bool {
        self.apart.is_some_and(|(measured, reach)| time.since(measured) > reach + JITTER)
    }

    /// Takes what was seen in a frame that was measured.
    pub fn measured(&mut self, picture: &RgbImage, time: Timestamp, subject: Subject) {
        let (region, interval) = match subject {
            Subject::Nobody => {
                let (width, height) = picture.dimensions();
                (Region::whole(size2(width as f32, height as f32)), NOBODY - JITTER)
            }
            Subject::Standing(region) => (region, STANDING - JITTER),
            Subject::Active => {
                self.watch = None;
                return;
            }
        };
        if self.every_frame {
            return;
        }
        let rest = match self.trend {
            Some(_) => LongRest { after: STILL_IN_RECORDING, interval: RESTING_IN_RECORDING - JITTER },
            None => LongRest { after: LONG_STILL, interval: RESTING - JITTER },
        };
        match self.watch.as_mut().filter(|watch| watch.shows(&region, picture) && time >= watch.measured.0) {
            Some(watch) => watch.renew(picture, time, interval, rest),
            None => self.watch = Some(StillnessWatch::new(region, picture, time, interval)),
        }
    }

    /// Takes what a measured frame of a recording showed, and the region of the person in it.
    pub fn examined(&mut self, time: Timestamp, examined: Examined, region: Option<Region>) {
        let Some(trend) = &mut self.trend else { return };
        trend.add(time, examined, region);
        self.apart = trend.reach().map(|reach| (time, reach));
    }

    /// Measures the next frame; what was seen to be still stays so.
    pub fn measure_next(&mut self) {
        self.wanted = true;
    }

    /// Forgets what was seen: the next frames are measured.
    pub fn watch_anew(&mut self) {
        (self.watch, self.apart) = (None, None);
        self.trend.iter_mut().for_each(Trend::clear);
    }
}

/// From when on, and how often, somebody who has been still for long is measured.
#[derive(Clone, Copy, Debug)]
struct LongRest {
    after: Duration,
    interval: Duration,
}

/// What is known of the pictures in which nothing moves.
#[derive(Debug)]
struct StillnessWatch {
    region: Region,
    size: (u32, u32),
    interval: Duration,
    /// When something moved for the last time, or the watch began.
    still_since: Timestamp,
    /// The last measured picture.
    measured: (Timestamp, CellGrid),
    /// A picture from [`SLOW`] ago or longer; `None` if the watch is younger.
    older: Option<CellGrid>,
    /// The picture that replaces it.
    next_older: (Timestamp, CellGrid),
}

impl StillnessWatch {
    fn new(region: Region, picture: &RgbImage, time: Timestamp, interval: Duration) -> Self {
        let measured = (time, CellGrid::of(picture, &region));
        let next_older = measured.clone();
        Self { region, size: picture.dimensions(), interval, still_since: time, measured, older: None, next_older }
    }

    /// Whether a person in `region` of `picture` is where this watch looks.
    fn shows(&self, region: &Region, picture: &RgbImage) -> bool {
        let most = DRIFT * self.region.size;
        self.size == picture.dimensions()
            && (region.center - self.region.center).length() <= most
            && (region.size - self.region.size).abs() <= most
    }

    /// Whether this frame need not be measured.
    fn rests(&mut self, picture: &RgbImage, time: Timestamp) -> bool {
        let due = time.since(self.measured.0) >= self.interval;
        if due || self.older.is_none() || self.size != picture.dimensions() {
            return false;
        }
        let now = CellGrid::of(picture, &self.region);
        let moved = self.moved(&now);
        self.note(now, time, moved);
        !moved
    }

    /// Whether something moved since the last measured picture or the older one.
    fn moved(&self, now: &CellGrid) -> bool {
        self.measured.1.moved(now) || self.older.as_ref().is_some_and(|older| older.moved(now))
    }

    /// Remembers a picture, for the next ones to be compared with, and when something moved.
    fn note(&mut self, now: CellGrid, time: Timestamp, moved: bool) {
        if moved {
            self.still_since = time;
        }
        if time.since(self.next_older.0) >= SLOW {
            let next = std::mem::replace(&mut self.next_older, (time, now));
            self.older = Some(next.1);
        }
    }

    /// Takes a picture that was measured, at the pace of one who has not been still for long.
    fn renew(&mut self, picture: &RgbImage, time: Timestamp, interval: Duration, rest: LongRest) {
        let now = CellGrid::of(picture, &self.region);
        let moved = self.moved(&now);
        self.note(now.clone(), time, moved);
        self.interval = if time.since(self.still_since) >= rest.after { rest.interval } else { interval };
        self.measured = (time, now);
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
