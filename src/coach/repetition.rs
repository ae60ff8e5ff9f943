//! Detects repetitions (down, bottom, up) in the stream of frames.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::geometry::Measurement;
use crate::source::Timestamp;
use crate::units::degrees;

use super::bands::Bands;
use super::bottom_stay::TURNS;
use super::class_probabilities::ClassProbabilities;
use super::deepest_posture::{BendPosture, DeepestPosture};
use super::progress::{Event, Phase, Repetition};
use super::verdict::Verdict;

/// A repetition begins when the trunk leans this much. [own], as are the next four: hysteresis wide enough for sway and
/// noise (about 3°), and below the smallest bend that is worth a verdict. The measured trunk leans some 4° less than
/// the true one (`METHOD.md`, "Definitions").
const BEGIN: Angle<f32> = degrees(12.0);

/// A repetition ends when the trunk leans less than this again, or less than [`NEARLY_UP`] of the deepest lean.
const END: Angle<f32> = degrees(8.0);

/// People do not always stand up tall between two repetitions.
const NEARLY_UP: f32 = 0.25;

/// A repetition counts if the trunk leaned at least this much,
const COUNTS: Angle<f32> = degrees(15.0);

/// and at least this much more than before.
const DEEPENS: Angle<f32> = degrees(10.0);

/// The person goes down once the trunk sinks faster than this, per second, and until it is slower than half of it.
const SINKING: Angle<f32> = degrees(10.0);

/// The window over which that speed is measured: between single frames at 60 fps it would be noise.
const SPEED_OVER: Duration = Duration::from_millis(150);

/// After a gap in the measurement longer than this, where a bend begins is unknown.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// The bottom of a bend may have been in frames without a measurement, or that are missing, if they took longer than this: people who bend as they like turn within some tenths of a
/// second, and a shorter gap there hides a few degrees of the trunk's lean. [own]
pub(super) const HIDES_BOTTOM: Duration = Duration::from_millis(300);

/// Frames are missing before one that comes more than this many times as late after the last as that came after the one before: halfway
/// between none and one. [own]
const MISSING: f32 = 1.5;

/// A repetition goes on over a gap up to this length: no whole bend is done in it, so it is the same one. [own]
pub const LONGEST_HIDDEN: Duration = Duration::from_secs(2);

/// Tracks the current repetition.
#[derive(Debug, Default)]
pub struct RepetitionTracker {
    current: Option<CurrentBend>,
    /// The most upright lean since the last repetition. `None` if the person was not seen upright: a bend whose start
    /// was not seen does not count as a repetition.
    highest: Option<Angle<f32>>,
    /// Time of the last measurement.
    measured: Option<Timestamp>,
    /// Whether nothing could be measured in a frame since then.
    unmeasured: bool,
    /// Time of the last frame, measured or not, and how long after the one before it came.
    last_frame: Option<Timestamp>,
    step: Option<Duration>,
    /// Whether the next measurement is of somebody else than the last one, or from another standing posture.
    stretch_begins: bool,
}

impl RepetitionTracker {
    /// Reports that what follows is of somebody else, or measured from another standing posture. A bend may have ended at that border,
    /// but none goes on over it, and one that is seen to go on after it began unseen.
    pub fn begin_stretch(&mut self) {
        self.stretch_begins = true;
    }

    /// Processes one frame. Returns the event that happened in it, if any.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement, bands: &Bands) -> Option<Event> {
        let misses_frames = self.misses_frames(time);
        let gap = self.measured.map_or(Duration::ZERO, |last| time.since(last));
        if gap > LONGEST_GAP {
            self.highest = None;
            self.current.take_if(|_| gap > LONGEST_HIDDEN);
        }
        let measured = measurement.filtered.zip(measurement.half_width_90);
        let hidden = std::mem::replace(&mut self.unmeasured, measured.is_none());
        let (bend, half_width_90) = measured?;
        let stretch_begins = std::mem::take(&mut self.stretch_begins);
        self.measured = Some(time);
        let Measurement { confidence, standing_doubt, .. } = *measurement;
        let posture = BendPosture { bend, half_width_90, confidence, standing_doubt };
        if stretch_begins {
            self.highest = None;
            self.current.take_if(|current| posture.lean() >= current.end());
        }
        let is_hole = gap > HIDES_BOTTOM && (hidden || misses_frames);
        let hides_bottom = stretch_begins || gap > LONGEST_GAP || is_hole;
        if let Some(current) = self.current.as_mut().filter(|_| hides_bottom) {
            current.bridge_gap(posture.lean());
        }
        match &mut self.current {
            None => self.begin(time, posture),
            Some(current) if posture.lean() < current.end() => {
                let finished = current.counts().then(|| current.finish(time, bands));
                (self.current, self.highest) = (None, Some(posture.lean()));
                finished.map(Event::RepetitionFinished)
            }
            Some(current) => {
                current.push(time, posture);
                None
            }
        }
    }

    /// Takes note of a frame at this time. Returns whether frames are missing right before it, which a camera or a slow computer dropped: where
    /// all of them come as far apart, none is.
    fn misses_frames(&mut self, time: Timestamp) -> bool {
        let step = self.last_frame.replace(time).map(|last| time.since(last));
        let before = std::mem::replace(&mut self.step, step);
        before.zip(step).is_some_and(|(before, step)| step.as_secs_f32() > MISSING * before.as_secs_f32())
    }

    fn begin(&mut self, time: Timestamp, posture: BendPosture) -> Option<Event> {
        let lean = posture.lean();
        match self.highest {
            None if lean > BEGIN => None,
            Some(highest) if lean > BEGIN && lean > highest + TURNS => {
                self.current = Some(CurrentBend::new(highest, time, posture));
                Some(Event::RepetitionStarted)
            }
            highest => {
                self.highest = Some(highest.filter(|highest| *highest < lean).unwrap_or(lean));
                None
            }
        }
    }

    /// Returns the phase of the current repetition.
    pub fn phase(&self) -> Phase {
        self.current.as_ref().map_or(Phase::Top, |current| current.phase)
    }

    /// Returns the posture at the bottom of the current repetition so far; `None` if the bottom was hidden.
    pub fn posture(&self) -> Option<BendPosture> {
        let current = self.current.as_ref().filter(|current| !current.bottom_was_hidden());
        current.map(|current| current.deepest.posture())
    }
}

/// The current repetition.
#[derive(Debug)]
struct CurrentBend {
    start: Timestamp,
    /// Trunk lean before the repetition.
    from: Angle<f32>,
    deepest: DeepestPosture,
    /// Trunk lean in the last [`SPEED_OVER`], and in one frame before it.
    recent: VecDeque<(Timestamp, Angle<f32>)>,
    phase: Phase,
    /// The deepest lean since the person last started down, or the most upright since they last started up.
    farthest: Angle<f32>,
    /// The deepest lean at the edges of a gap into which the trunk was sinking: it may have been deeper in the gap.
    deeper_than: Option<Angle<f32>>,
}

impl CurrentBend {
    fn new(from: Angle<f32>, start: Timestamp, first: BendPosture) -> Self {
        let lean = first.lean();
        let recent = VecDeque::from([(start, lean)]);
        let deepest = DeepestPosture::new(start, first);
        Self { start, from, deepest, recent, phase: Phase::Down, farthest: lean, deeper_than: None }
    }

    /// Goes on after a gap that ends with the trunk at this lean.
    fn bridge_gap(&mut self, lean: Angle<f32>) {
        self.recent.clear();
        if self.phase == Phase::Down {
            self.deeper_than = Some(if lean > self.deepest.lean() { lean } else { self.deepest.lean() });
        }
    }

    /// Whether the bottom may have been in a gap: the trunk was sinking before it, and since then it neither sank deeper
    /// nor stayed as deep.
    fn bottom_was_hidden(&self) -> bool {
        self.deeper_than.is_some_and(|edge| self.deepest.lean() < edge + TURNS)
    }

    fn push(&mut self, time: Timestamp, posture: BendPosture) {
        let lean = posture.lean();
        let comes_up = self.phase == Phase::Up;
        let back = if comes_up { lean - self.farthest } else { self.farthest - lean };
        let turned = back > TURNS;
        if turned || back.radians < 0.0 {
            self.farthest = lean;
        }
        let sinks = self.sinks(time, lean);
        if self.pauses(time, lean) {
            self.deeper_than = None;
        }
        self.phase = match (comes_up, turned) {
            (true, false) | (false, true) => Phase::Up,
            (true, true) => Phase::Down,
            (false, false) if sinks => Phase::Down,
            (false, false) => Phase::Bottom,
        };
        self.deepest.push(time, posture);
    }

    /// Whether the trunk is sinking, judged by this frame and the ones before it.
    fn sinks(&mut self, now: Timestamp, lean: Angle<f32>) -> bool {
        self.recent.push_back((now, lean));
        while self.recent.get(1).is_some_and(|(time, _)| now.since(*time) >= SPEED_OVER) {
            self.recent.pop_front();
        }
        let before = self.recent.front().map(|(time, before)| (now.since(*time), *before));
        let Some((passed, before)) = before.filter(|(passed, _)| *passed >= SPEED_OVER) else {
            return true; // the repetition has only just begun
        };
        let least = if self.phase == Phase::Down { SINKING / 2.0 } else { SINKING };
        (lean - before).radians > least.radians * passed.as_secs_f32()
    }

    /// Whether the trunk is neither sinking nor rising, at the deepest so far.
    fn pauses(&self, now: Timestamp, lean: Angle<f32>) -> bool {
        let before = self.recent.front().map(|(time, before)| (now.since(*time), *before));
        let deep = lean >= self.deepest.lean() - TURNS;
        let slow = |(passed, before): (Duration, Angle<f32>)| {
            passed >= SPEED_OVER && (lean - before).radians.abs() <= SINKING.radians * passed.as_secs_f32()
        };
        deep && before.is_some_and(slow)
    }

    /// Returns the lean below which the repetition is over.
    fn end(&self) -> Angle<f32> {
        Angle::radians(END.radians.max(NEARLY_UP * self.deepest.lean().radians))
    }

    fn counts(&self) -> bool {
        self.deepest.lean() >= COUNTS && self.deepest.lean() - self.from >= DEEPENS
    }

    fn finish(&self, end: Timestamp, bands: &Bands) -> Repetition {
        let BendPosture { bend, half_width_90, confidence, standing_doubt } = self.deepest.posture();
        let bottom_hidden = self.bottom_was_hidden();
        // A posture that may not be the deepest says nothing about the bottom.
        let (verdict, confidence) = match bottom_hidden {
            true => (None, 0.0),
            false => (Verdict::of(&bend, &half_width_90, bands), confidence),
        };
        let probabilities = ClassProbabilities::of(bend.lumbar_flexion, half_width_90.lumbar_flexion, bands);
        Repetition {
            start: self.start,
            bottom: self.deepest.time(),
            end,
            bend,
            half_width_90,
            verdict,
            verdict_probability: verdict.map(|verdict| probabilities.get(verdict)),
            confidence,
            bottom_hidden,
            standing_doubt,
        }
    }
}

#[cfg(test)]
#[path = "repetition_tests.rs"]
mod tests;
