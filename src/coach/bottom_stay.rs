//! How long the trunk stayed at the bottom of a bend, and how long it took to get there.

use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;
use crate::units::degrees;

/// The trunk is at the bottom while it leans at most this much less than at its deepest: what sway and noise amount to.
/// [own] A bend that turns at once, as a sine of 60° and four seconds, is there for 0.6 s.
pub const AT_THE_BOTTOM: Angle<f32> = degrees(3.0);

/// A movement of this much in the other direction is a turning point, from down to up or from up to down. [own]
pub(super) const TURNS: Angle<f32> = degrees(5.0);

/// When the trunk leant how far, radians.
pub type Lean = (Timestamp, f32);

/// The time for which the trunk stayed at the bottom of a bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BottomStay {
    from: Timestamp,
    to: Timestamp,
    deepest: Lean,
    /// The first lean of the bend.
    first: Lean,
}

impl BottomStay {
    /// The time around the deepest of the leans of a bend, which are in the order of their times, for which the trunk did not leave
    /// the bottom; `None` of none.
    pub fn of(leans: &[Lean]) -> Option<Self> {
        let (at, deepest) = leans.iter().enumerate().max_by(|(_, one), (_, other)| one.1.total_cmp(&other.1))?;
        let is_there = |(_, lean): &&Lean| *lean >= deepest.1 - AT_THE_BOTTOM.radians;
        let (from, _) = leans[..=at].iter().rev().take_while(is_there).last()?;
        let (to, _) = leans[at..].iter().take_while(is_there).last()?;
        Some(Self { from: *from, to: *to, deepest: *deepest, first: *leans.first()? })
    }

    /// How long it lasted.
    pub fn length(&self) -> Duration {
        self.to.since(self.from)
    }

    /// How long the trunk went down from the first lean: to the deepest one, but no longer than a bend that sinks as a sine would
    /// have, by the time that it took to the bottom. What is longer is a pause, in which noise decides when the trunk is deepest. [own]
    pub fn time_down(&self) -> Duration {
        let (start, first) = self.first;
        let (deepest, most) = self.deepest;
        let phase = |lean: f32| (1.0 - 2.0 * lean / most).clamp(-1.0, 1.0).acos();
        let (began, reached) = (phase(first), phase(most - AT_THE_BOTTOM.radians));
        let foretold = self.from.since(start).as_secs_f32() * (std::f32::consts::PI - began) / (reached - began);
        let to_deepest = deepest.since(start);
        // Whose first lean is at the bottom already tells no speed.
        let foretold = Duration::try_from_secs_f32(foretold).ok().filter(|time| !time.is_zero());
        foretold.map_or(to_deepest, |foretold| foretold.min(to_deepest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leans of a trunk, degrees by seconds, looked at every 40 ms while it leans by more than 12°.
    fn bend(lean: impl Fn(f32) -> f32, seconds: f32) -> Vec<Lean> {
        let times = (0..(seconds / 0.04) as u16).map(|step| f32::from(step) * 0.04);
        let leans = times.map(|time| (Timestamp::from_secs_f64(time.into()), lean(time)));
        leans.filter(|(_, lean)| *lean > 12.0).map(|(time, lean)| (time, lean.to_radians())).collect()
    }

    fn stay(lean: impl Fn(f32) -> f32, seconds: f32) -> BottomStay {
        BottomStay::of(&bend(lean, seconds)).unwrap()
    }

    /// A bend that goes down as a sine, stays, and comes up again.
    fn sine(depth: f32, down: f32, pause: f32) -> impl Fn(f32) -> f32 {
        move |time| {
            let part = (time / down).min((2.0 * down + pause - time) / down).clamp(0.0, 1.0);
            depth / 2.0 * (1.0 - (std::f32::consts::PI * part).cos())
        }
    }

    #[test]
    fn it_is_the_time_around_the_deepest_lean() {
        let seconds = |stay: BottomStay| stay.length().as_secs_f32();
        assert!((seconds(stay(sine(60.0, 2.0, 0.0), 4.0)) - 0.57).abs() < 0.05, "a bend that turns at once");
        let held = |time: f32| (time * 30.0).min(60.0).min((5.0 - time) * 30.0);
        assert!((seconds(stay(held, 5.0)) - 1.2).abs() < 0.05, "one second, and a tenth of one to and from it");
        let twice = |time: f32| if (1.0..2.0).contains(&time) { 50.0 } else { 60.0 };
        assert!(seconds(stay(twice, 3.0)) < 1.05, "only around the deepest");
        assert_eq!(BottomStay::of(&[]), None);
    }

    #[test]
    fn a_pause_is_no_part_of_the_way_down_and_what_is_no_pause_is_whole() {
        for (depth, down) in [(60.0_f32, 2.0_f32), (60.0, 5.0), (25.0, 3.0), (20.0, 4.0), (90.0, 1.0)] {
            let began = down / std::f32::consts::PI * (1.0 - 24.0 / depth).acos();
            for pause in [0.0, 1.0, 5.0] {
                // In a pause, the deepest lean is where noise has it.
                let noise = |time: f32| if (time - down - 0.9 * pause).abs() < 0.02 { 0.3 } else { 0.0 };
                let bend = sine(depth, down, pause);
                let told = stay(|time| bend(time) + noise(time), 2.0 * down + pause).time_down().as_secs_f32();
                let off = told - (down - began);
                assert!(off.abs() < 0.06 + 0.1 * down, "{depth}° in {down} s, and {pause} s there: {told} s");
            }
        }
    }

    #[test]
    fn a_bend_that_hardly_begins_is_timed_to_its_deepest_lean() {
        let flat: Vec<Lean> = [13.0, 14.0, 15.5, 14.0]
            .map(f32::to_radians)
            .into_iter()
            .enumerate()
            .map(|(second, lean)| (Timestamp::from_secs_f64(second as f64), lean))
            .collect();
        assert_eq!(BottomStay::of(&flat).unwrap().time_down(), Duration::from_secs(2));
        let nothing = [(Timestamp::from_secs_f64(1.0), 0.0), (Timestamp::from_secs_f64(3.0), 0.0)];
        assert_eq!(BottomStay::of(&nothing).unwrap().time_down(), Duration::from_secs(2));
    }
}
