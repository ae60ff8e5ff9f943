//! How long a repetition stayed at its bottom, from the samples.

use std::io;
use std::time::Duration;

use euclid::Angle;

use crate::store::sample::Sample;
use crate::store::{SampleSource, StoredRepetition};
use crate::units::degrees;

/// The trunk is at the bottom while it leans at most this much less than at its deepest: what sway and noise amount to.
/// [own] A bend that turns at once, as a sine of 60° and four seconds, is there for 0.6 s.
pub(super) const AT_THE_BOTTOM: Angle<f32> = degrees(3.0);

/// The time that the trunk stayed at the bottom; `None` if it was hidden, or nothing is kept of it.
///
/// # Errors
/// If the samples cannot be read.
pub(super) fn pause_at_bottom(samples: &dyn SampleSource, kept: &StoredRepetition) -> io::Result<Option<Duration>> {
    let repetition = &kept.repetition;
    if repetition.bottom_hidden {
        return Ok(None);
    }
    let within = samples.within(repetition.start, repetition.end).map_err(io::Error::other)?;
    Ok(longest_at_bottom(&within))
}

/// The time around the deepest lean of the trunk for which it did not leave the bottom.
fn longest_at_bottom(samples: &[Sample]) -> Option<Duration> {
    let lean = |sample: &Sample| sample.filtered.map(|bend| bend.trunk_inclination.radians);
    let leans: Vec<_> = samples.iter().filter_map(|sample| Some((sample.time, lean(sample)?))).collect();
    let (deepest, (_, most)) = leans.iter().enumerate().max_by(|(_, one), (_, other)| one.1.total_cmp(&other.1))?;
    let is_there = |(_, lean): &&(_, f32)| *lean >= most - AT_THE_BOTTOM.radians;
    let first = leans[..=deepest].iter().rev().take_while(is_there).last()?;
    let last = leans[deepest..].iter().take_while(is_there).last()?;
    Some(last.0.since(first.0))
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn seconds(samples: &[Sample]) -> f32 {
        longest_at_bottom(samples).unwrap().as_secs_f32()
    }

    #[test]
    fn a_pause_is_the_time_around_the_deepest_lean() {
        let sine = |time: f32| 30.0 * (1.0 - (time * std::f32::consts::PI / 2.0).cos());
        assert!((seconds(&samples(sine, 4.0)) - 0.57).abs() < 0.05, "a bend that turns at once");
        let held = |time: f32| (time * 30.0).min(60.0).min((5.0 - time) * 30.0);
        assert!((seconds(&samples(held, 5.0)) - 1.2).abs() < 0.05, "one second, and a tenth of one to and from it");
        let twice = |time: f32| if (1.0..2.0).contains(&time) { 50.0 } else { 60.0 };
        assert!(seconds(&samples(twice, 3.0)) < 1.05, "only around the deepest");
        assert_eq!(longest_at_bottom(&[Sample::default()]), None);
    }
}
