//! Down, bottom, up: one repetition cut out of the stream of frames.

use std::time::Duration;

use euclid::Angle;

use crate::angle::degrees;
use crate::geometry::{Bend, Interval, Measurement};
use crate::source::Timestamp;
use crate::statistics::median;

use super::{Bands, Event, Phase, Repetition, Verdict};

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

/// The frames that make the posture at the bottom: where the trunk leans at least this share of the deepest.
const AT_THE_BOTTOM: f32 = 0.9;

/// A repetition in which nothing was measured for longer than this is dropped: nobody knows what happened meanwhile.
const LONGEST_GAP: Duration = Duration::from_secs(1);

/// Follows the repetition that is going on.
#[derive(Debug, Default)]
pub struct RepetitionTracker {
    current: Option<Current>,
    /// The most upright since the last repetition. `None` where the person was not seen upright: a bend whose
    /// beginning nobody saw is no repetition.
    highest: Option<Angle<f32>>,
    /// When something was measured last.
    measured: Option<Timestamp>,
}

/// The posture at the bottom of a repetition, median over its frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posture {
    pub bend: Bend,
    pub interval: Interval,
    pub confidence: f32,
}

/// One frame of a repetition.
#[derive(Clone, Copy, Debug)]
struct Moment {
    time: Timestamp,
    posture: Posture,
}

impl Moment {
    fn lean(&self) -> Angle<f32> {
        self.posture.bend.trunk_inclination
    }
}

impl RepetitionTracker {
    /// Takes one frame; gives what happened in it.
    pub fn observe(&mut self, time: Timestamp, measurement: &Measurement, bands: &Bands) -> Option<Event> {
        if self.measured.is_some_and(|last| time.since(last) > LONGEST_GAP) {
            (self.current, self.highest) = (None, None);
        }
        let (bend, interval) = measurement.filtered.zip(measurement.interval)?;
        self.measured = Some(time);
        let moment = Moment { time, posture: Posture { bend, interval, confidence: measurement.confidence } };
        match &mut self.current {
            None => self.begin(moment),
            Some(current) if moment.lean() < current.end() => {
                let finished = current.counts().then(|| current.finish(time, bands));
                (self.current, self.highest) = (None, Some(moment.lean()));
                finished.map(Event::RepetitionFinished)
            }
            Some(current) => {
                current.push(moment);
                None
            }
        }
    }

    fn begin(&mut self, moment: Moment) -> Option<Event> {
        let lean = moment.lean();
        match self.highest {
            None if lean > BEGIN => None,
            Some(highest) if lean > BEGIN && lean > highest + TURNS => {
                self.current = Some(Current::new(highest, moment));
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
    pub fn posture(&self) -> Option<Posture> {
        self.current.as_ref().map(Current::posture)
    }
}

/// The repetition that is going on.
#[derive(Debug)]
struct Current {
    moments: Vec<Moment>,
    /// How the trunk leaned before.
    from: Angle<f32>,
    deepest: Angle<f32>,
    phase: Phase,
    /// The deepest since the person last turned to go down, or the highest since they turned to come up.
    farthest: Angle<f32>,
}

impl Current {
    fn new(from: Angle<f32>, first: Moment) -> Self {
        let lean = first.lean();
        Self { moments: vec![first], from, deepest: lean, phase: Phase::Down, farthest: lean }
    }

    fn push(&mut self, moment: Moment) {
        let lean = moment.lean();
        let comes_up = self.phase == Phase::Up;
        let back = if comes_up { lean - self.farthest } else { self.farthest - lean };
        let turned = back > TURNS;
        if turned || back.radians < 0.0 {
            self.farthest = lean;
        }
        self.phase = match (comes_up, turned) {
            (true, false) | (false, true) => Phase::Up,
            (true, true) => Phase::Down,
            (false, false) if self.sinks(&moment) => Phase::Down,
            (false, false) => Phase::Bottom,
        };
        if lean > self.deepest {
            self.deepest = lean;
        }
        self.moments.push(moment);
    }

    fn sinks(&self, now: &Moment) -> bool {
        let Some(before) = self.moments.iter().rev().find(|before| now.time.since(before.time) >= SPEED_OVER) else {
            return true; // it has only just begun
        };
        let least = if self.phase == Phase::Down { SINKING / 2.0 } else { SINKING };
        (now.lean() - before.lean()).radians > least.radians * now.time.since(before.time).as_secs_f32()
    }

    /// Where the trunk leans less than this, the repetition is over.
    fn end(&self) -> Angle<f32> {
        Angle::radians(END.radians.max(NEARLY_UP * self.deepest.radians))
    }

    fn counts(&self) -> bool {
        self.deepest >= COUNTS && self.deepest - self.from >= DEEPENS
    }

    fn posture(&self) -> Posture {
        let least = AT_THE_BOTTOM * self.deepest.radians;
        let bottom: Vec<&Posture> =
            self.moments.iter().filter(|moment| moment.lean().radians >= least).map(|moment| &moment.posture).collect();
        let typical =
            |value: fn(&Posture) -> f32| median(bottom.iter().map(|posture| value(posture))).unwrap_or_default();
        let angle = |value: fn(&Posture) -> f32| Angle::radians(typical(value));
        Posture {
            bend: Bend {
                hip_flexion: angle(|posture| posture.bend.hip_flexion.radians),
                lumbar_flexion: angle(|posture| posture.bend.lumbar_flexion.radians),
                trunk_inclination: angle(|posture| posture.bend.trunk_inclination.radians),
                knee_flexion: angle(|posture| posture.bend.knee_flexion.radians),
            },
            interval: Interval {
                hip_flexion: angle(|posture| posture.interval.hip_flexion.radians),
                lumbar_flexion: angle(|posture| posture.interval.lumbar_flexion.radians),
            },
            confidence: typical(|posture| posture.confidence),
        }
    }

    fn finish(&self, end: Timestamp, bands: &Bands) -> Repetition {
        let Posture { bend, interval, confidence } = self.posture();
        let deepest = self.moments.iter().find(|moment| moment.lean() >= self.deepest);
        Repetition {
            start: self.moments.first().map_or(end, |moment| moment.time),
            bottom: deepest.map_or(end, |moment| moment.time),
            end,
            bend,
            interval,
            verdict: Verdict::of(&bend, &interval, bands),
            confidence,
        }
    }
}

#[cfg(test)]
#[path = "repetition_tests.rs"]
mod tests;
