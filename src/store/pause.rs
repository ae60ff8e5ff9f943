//! How long a repetition stayed at its bottom, from the samples.

use std::time::Duration;

use super::sample::Sample;
use super::{SampleSource, StoreError, StoredRepetition};
use crate::coach::{BottomStay, Lean};

/// The time for which the trunk stayed at the bottom; `None` if it was hidden, or nothing is kept of it.
///
/// # Errors
/// If the samples cannot be read.
pub fn stay_at_bottom(samples: &dyn SampleSource, kept: &StoredRepetition) -> Result<Option<BottomStay>, StoreError> {
    let repetition = &kept.repetition;
    if repetition.bottom_hidden {
        return Ok(None);
    }
    let within = samples.within(repetition.start, repetition.end)?;
    Ok(BottomStay::of(&within.iter().filter_map(lean).collect::<Vec<_>>()))
}

fn lean(sample: &Sample) -> Option<Lean> {
    sample.filtered.map(|bend| (sample.time, bend.trunk_inclination.radians))
}

/// The pauses of all repetitions of a session in one pass over its samples.
#[derive(Debug)]
pub struct PauseFollower<'r> {
    repetitions: &'r [StoredRepetition],
    /// The leans of each repetition that goes on.
    leans: Vec<Vec<Lean>>,
    pauses: Vec<Option<Duration>>,
    /// How many of them are over.
    over: usize,
}

impl<'r> PauseFollower<'r> {
    /// Of these repetitions, oldest first.
    pub fn of(repetitions: &'r [StoredRepetition]) -> Self {
        let none = || (0..repetitions.len()).map(|_| Vec::new()).collect();
        Self { repetitions, leans: none(), pauses: vec![None; repetitions.len()], over: 0 }
    }

    /// Takes the next sample.
    pub fn observe(&mut self, sample: &Sample) {
        while self.repetitions.get(self.over).is_some_and(|kept| kept.repetition.end < sample.time) {
            self.end();
        }
        let Some(lean) = lean(sample) else { return };
        for (kept, leans) in self.repetitions.iter().zip(&mut self.leans).skip(self.over) {
            if kept.repetition.start > sample.time {
                return;
            }
            leans.push(lean);
        }
    }

    fn end(&mut self) {
        let leans = std::mem::take(&mut self.leans[self.over]);
        if !self.repetitions[self.over].repetition.bottom_hidden {
            self.pauses[self.over] = BottomStay::of(&leans).map(|stay| stay.length());
        }
        self.over += 1;
    }

    /// The pause of each repetition: the length of its [`stay_at_bottom`].
    pub fn finish(mut self) -> Vec<Option<Duration>> {
        while self.over < self.repetitions.len() {
            self.end();
        }
        self.pauses
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::coach::Repetition;
    use crate::geometry::Bend;
    use crate::source::Timestamp;

    /// Samples every 40 ms of a trunk that leans as this function of the seconds says.
    fn samples(lean: impl Fn(f32) -> f32, seconds: f32) -> Vec<Sample> {
        let sample = |step: u16| {
            let time = f32::from(step) * 0.04;
            let bend = Bend { trunk_inclination: Angle::degrees(lean(time)), ..Bend::default() };
            Sample { time: Timestamp::from_secs_f64(time.into()), filtered: Some(bend), ..Sample::default() }
        };
        (0..(seconds / 0.04) as u16).map(sample).collect()
    }

    #[test]
    fn one_pass_finds_what_each_repetition_alone_does() {
        let samples = samples(|time| 30.0 * (1.0 - (time * std::f32::consts::PI / 2.0).cos()), 12.0);
        let kept = |start: f64, end: f64, bottom_hidden| {
            let [start, end] = [start, end].map(Timestamp::from_secs_f64);
            let repetition = Repetition { start, end, bottom_hidden, ..Repetition::default() };
            StoredRepetition { repetition, ..StoredRepetition::default() }
        };
        // The first two share the sample between them.
        let repetitions =
            [kept(0.2, 4.0, false), kept(4.0, 8.0, false), kept(8.2, 11.0, true), kept(20.0, 21.0, false)];
        let mut follower = PauseFollower::of(&repetitions);
        samples.iter().for_each(|sample| follower.observe(sample));
        let alone =
            repetitions.each_ref().map(|kept| stay_at_bottom(&samples, kept).unwrap().map(|stay| stay.length()));
        assert!(alone[0].is_some() && alone[1].is_some() && alone[2].is_none() && alone[3].is_none());
        assert_eq!(follower.finish(), alone);
    }
}
