//! Down, bottom, up: one repetition cut out of the stream of frames.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::geometry::Measurement;
use crate::source::Timestamp;
use crate::units::degrees;

use super::bands::Bands;
use super::deepest_posture::{BendPosture, DeepestPosture};
use super::progress::{Event, Phase, Repetition};
use super::verdict::Verdict;

/// A repetition begins where the trunk leans this much. [own] with the next four: hysteresis wide enough for sway and
/// noise (about 3°), and below the least bend that is worth a verdict. The measured trunk leans some 4° less than
/// the true one (`METHOD.md`, "Definitions").
const BEGIN: Angle<f32> = degrees(12.0);

/// It ends where the trunk leans less than this again, or less than [`NEARLY_UP`] of the deepest.
const END: Angle<f32> = degrees(8.0);

/// Whoever goes on with the next repetition does not always stand up tall in between.
const NEARLY_UP: f32 = 0.25;

/// It counts if the trunk leaned at least this much meanwhile,
const COUNTS: Angle<f32> = degrees(15.0);

/// and by at least this much more than before.
const DEEPENS: Angle<f32> = degrees(10.0);

/// Moving the other way by this much is turning round: from down to up, from up to down.
const TURNS: Angle<f32> = degrees(5.0);

/// Sinking faster than this is going down, per second; whoever does so goes on until slower than half of it.
const SINKING: Angle<f32> = degrees(10.0);

/// The time over which that speed is taken: over single frames at 60 a second it would be noise.
const SPEED_OVER: Duration = Duration::from_millis(150);

/// A repetition in which nothing was measured for longer than this is dropped: nobody knows what happened meanwhile.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// Follows the repetition that is going on.
#[derive(Debug, Default)]
pub struct RepetitionTracker {
    current: Option<CurrentBend>,
    /// The most upright since the last repetition. `None` where the person was not seen upright: a bend whose
    /// beginning nobody saw is no repetition.
    highest: Option<Angle<f32>>,
    /// When something was measured last.
    measured: Option<Timestamp>,
}

impl RepetitionTracker {
    /// Takes one frame; gives what happened in it.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement, bands: &Bands) -> Option<Event> {
        if self.measured.is_some_and(|last| time.since(last) > LONGEST_GAP) {
            (self.current, self.highest) = (None, None);
        }
        let (bend, half_width_90) = measurement.filtered.zip(measurement.half_width_90)?;
        self.measured = Some(time);
        let posture = BendPosture { bend, half_width_90, confidence: measurement.confidence };
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

    /// Where in a repetition the person is.
    pub fn phase(&self) -> Phase {
        self.current.as_ref().map_or(Phase::Top, |current| current.phase)
    }

    /// The posture at the bottom of the repetition that is going on, as far as it went.
    pub fn posture(&self) -> Option<BendPosture> {
        self.current.as_ref().map(|current| current.deepest.posture())
    }
}

/// The repetition that is going on.
#[derive(Debug)]
struct CurrentBend {
    start: Timestamp,
    /// How the trunk leaned before.
    from: Angle<f32>,
    deepest: DeepestPosture,
    /// How the trunk leaned in the last [`SPEED_OVER`], and in the one frame before.
    recent: VecDeque<(Timestamp, Angle<f32>)>,
    phase: Phase,
    /// The deepest since the person last turned to go down, or the highest since they turned to come up.
    farthest: Angle<f32>,
}

impl CurrentBend {
    fn new(from: Angle<f32>, start: Timestamp, first: BendPosture) -> Self {
        let lean = first.lean();
        let recent = VecDeque::from([(start, lean)]);
        Self { start, from, deepest: DeepestPosture::new(start, first), recent, phase: Phase::Down, farthest: lean }
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
        self.phase = match (comes_up, turned) {
            (true, false) | (false, true) => Phase::Up,
            (true, true) => Phase::Down,
            (false, false) if sinks => Phase::Down,
            (false, false) => Phase::Bottom,
        };
        self.deepest.push(time, posture);
    }

    /// Whether the trunk sinks, by this frame and those before it.
    fn sinks(&mut self, now: Timestamp, lean: Angle<f32>) -> bool {
        self.recent.push_back((now, lean));
        while self.recent.get(1).is_some_and(|(time, _)| now.since(*time) >= SPEED_OVER) {
            self.recent.pop_front();
        }
        let before = self.recent.front().map(|(time, before)| (now.since(*time), *before));
        let Some((passed, before)) = before.filter(|(passed, _)| *passed >= SPEED_OVER) else {
            return true; // it has only just begun
        };
        let least = if self.phase == Phase::Down { SINKING / 2.0 } else { SINKING };
        (lean - before).radians > least.radians * passed.as_secs_f32()
    }

    /// Where the trunk leans less than this, the repetition is over.
    fn end(&self) -> Angle<f32> {
        Angle::radians(END.radians.max(NEARLY_UP * self.deepest.lean().radians))
    }

    fn counts(&self) -> bool {
        self.deepest.lean() >= COUNTS && self.deepest.lean() - self.from >= DEEPENS
    }

    fn finish(&self, end: Timestamp, bands: &Bands) -> Repetition {
        let BendPosture { bend, half_width_90, confidence } = self.deepest.posture();
        let verdict = Verdict::of(&bend, &half_width_90, bands);
        Repetition { start: self.start, bottom: self.deepest.time(), end, bend, half_width_90, verdict, confidence }
    }
}

#[cfg(test)]
#[path = "repetition_tests.rs"]
mod tests;
