//! Choosing along a scale without a keyboard: the elevation of a stretched arm picks, holding it still confirms.
//!
//! People stand side-on three metres away, so an arm that swings from hanging over forward to above the head moves in
//! the plane of the picture. Its elevation depends neither on how far away or how tall they are nor on a bent elbow's
//! height, and crossed arms or hands on the hips, which lie at heights in the middle of a scale, have none.

use std::time::Duration;

use euclid::Angle;

use crate::units::degrees;

/// How long an option has to be pointed at. [own]: longer than an arm takes to pass it.
const DWELL: Duration = Duration::from_millis(1500);

/// Without an arm or a key for this long, the question is left out. [own]: the question takes 3 s to be said.
const PATIENCE: Duration = Duration::from_secs(12);

/// Elevations of the first and of the last option. [own]: a hanging arm is well below, and stiff shoulders reach the last.
const FIRST: Angle<f32> = degrees(30.0);
const LAST: Angle<f32> = degrees(150.0);

/// From this elevation on an arm chooses, and below the second no longer. [own]: arms hang at up to 10°.
const RAISED: Angle<f32> = degrees(22.0);
const LOWERED: Angle<f32> = degrees(15.0);

/// The next option is chosen once the arm is this far beyond the middle between two, in steps: noise alone does not
/// change the choice.
const BEYOND: f32 = 0.2;

/// Time constant of the smoothing of the elevation. [own]
const SMOOTHING: f32 = 0.25;

/// An arm that is not seen for less than this is still there.
const FLICKER: Duration = Duration::from_millis(300);

/// A gap between frames during which anything may have happened. [own]
pub(super) const GAP: Duration = Duration::from_millis(500);

/// A choice by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChoiceKey {
    /// A digit, 0 to 9: the option with this number, or, right after a 1 on a scale from 0 to 10, its second digit.
    Digit(u8),
    /// The option before.
    Less,
    /// The next option.
    More,
    /// The chosen option is meant.
    Confirm,
}

/// How a choice has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceEnd {
    /// This option, from 0.
    Option(usize),
    /// None: nobody chose.
    LeftOut,
}

/// A choice in progress.
#[derive(Clone, Debug)]
pub struct Choice {
    options: usize,
    /// The number of the first option.
    first: usize,
    /// Since when no arm is raised, before it chooses: one that is still up from what was chosen before is no answer.
    down_since: Option<Duration>,
    /// Whether an arm that is raised chooses.
    armed: bool,
    began: Option<Duration>,
    /// The time of the last frame.
    last: Option<Duration>,
    /// When an arm or a key was last noticed.
    noticed: Duration,
    /// The smoothed elevation, and when an arm was last seen.
    arm: Option<(f32, Duration)>,
    /// The chosen option and since when.
    current: Option<(usize, Duration)>,
    /// Whether it was chosen by a key, so that no arm is needed to keep it.
    by_key: bool,
    /// The keys since the last frame.
    keys: Vec<ChoiceKey>,
    part: f32,
}

impl Choice {
    /// A choice on a scale of this many options, two or more, that is counted from 0.
    pub fn new(options: usize) -> Self {
        Self {
            options,
            first: 0,
            down_since: None,
            armed: false,
            began: None,
            last: None,
            noticed: Duration::ZERO,
            arm: None,
            current: None,
            by_key: false,
            keys: Vec::new(),
            part: 0.0,
        }
    }

    /// A choice among this many options, two or more, that are counted from 1.
    pub fn among(options: usize) -> Self {
        Self { first: 1, ..Self::new(options) }
    }

    /// Takes a key.
    pub fn press(&mut self, key: ChoiceKey) {
        self.keys.push(key);
    }

    /// Returns the option that is pointed at, from 0.
    pub fn current(&self) -> Option<usize> {
        self.current.map(|(option, _)| option)
    }

    /// Returns how far it is confirmed, from 0 to 1.
    pub fn part(&self) -> f32 {
        self.part
    }

    /// Begins anew after a pause: an arm that is still up, as of whoever ended it with both hands, is no answer.
    pub fn interrupt(&mut self) {
        (self.began, self.last, self.arm, self.current) = (None, None, None, None);
        (self.armed, self.down_since, self.by_key) = (false, None, false);
    }

    /// Processes one frame: the elevation of the raised arm. Returns how the choice ended, once it has.
    pub fn observe(&mut self, now: Duration, raised: Option<Angle<f32>>) -> Option<ChoiceEnd> {
        if self.began.is_none() {
            (self.began, self.noticed) = (Some(now), now);
        }
        self.follow_gap(now);
        for key in std::mem::take(&mut self.keys) {
            if let Some(option) = self.take_key(key, now) {
                return Some(ChoiceEnd::Option(option));
            }
        }
        self.follow_arm(now, raised);
        let Some((option, since)) = self.current else {
            self.part = 0.0;
            return (now.saturating_sub(self.noticed) >= PATIENCE).then_some(ChoiceEnd::LeftOut);
        };
        self.noticed = now;
        self.part = (now.saturating_sub(since).as_secs_f32() / DWELL.as_secs_f32()).min(1.0);
        (self.part >= 1.0).then_some(ChoiceEnd::Option(option))
    }

    /// What an arm pointed at before a gap it has to point at for as long again.
    fn follow_gap(&mut self, now: Duration) {
        let is_gap = self.last.replace(now).is_some_and(|last| now.saturating_sub(last) > GAP);
        if is_gap && !self.by_key {
            self.current = self.current.map(|(option, _)| (option, now));
        }
    }

    /// Returns the option if this key confirms it.
    fn take_key(&mut self, key: ChoiceKey, now: Duration) -> Option<usize> {
        let last = self.options.saturating_sub(1);
        let current = self.current();
        let next = match key {
            ChoiceKey::Confirm => return current,
            ChoiceKey::Less => current.map_or(last, |current| current.saturating_sub(1)),
            ChoiceKey::More => current.map_or(0, |current| current + 1),
            ChoiceKey::Digit(digit) if self.by_key && current == Some(1) && self.first == 0 => 10 + usize::from(digit),
            ChoiceKey::Digit(digit) => usize::from(digit).checked_sub(self.first)?,
        };
        if next <= last {
            (self.current, self.by_key) = (Some((next, now)), true);
        }
        None
    }

    /// Whether an arm that is raised chooses: none has to have been up for a moment.
    fn is_armed(&mut self, now: Duration, raised: Option<Angle<f32>>) -> bool {
        if raised.is_some_and(|angle| angle >= LOWERED) {
            self.down_since = None;
        } else {
            let since = *self.down_since.get_or_insert(now);
            self.armed |= raised.is_some() || now.saturating_sub(since) >= FLICKER;
        }
        self.armed
    }

    fn follow_arm(&mut self, now: Duration, raised: Option<Angle<f32>>) {
        if !self.is_armed(now, raised) {
            return;
        }
        let least = if self.arm.is_some() { LOWERED } else { RAISED };
        match (raised.filter(|angle| *angle >= least), self.arm) {
            (Some(angle), before) => {
                let smoothed = before.map_or(angle.radians, |(smoothed, then)| {
                    let weight = 1.0 - (-now.saturating_sub(then).as_secs_f32() / SMOOTHING).exp();
                    smoothed + weight * (angle.radians - smoothed)
                });
                self.arm = Some((smoothed, now));
                self.point(smoothed, now);
            }
            (None, Some((_, then))) if now.saturating_sub(then) >= FLICKER || raised.is_some() => {
                self.arm = None;
                if !self.by_key {
                    self.current = None;
                }
            }
            (None, _) => {}
        }
    }

    fn point(&mut self, elevation: f32, now: Duration) {
        let last = self.options.saturating_sub(1) as f32;
        let place = (last * (elevation - FIRST.radians) / (LAST - FIRST).radians).clamp(0.0, last);
        let stays = |(option, _): (usize, _)| !self.by_key && (place - option as f32).abs() <= 0.5 + BEYOND;
        if !self.current.is_some_and(stays) {
            (self.current, self.by_key) = (Some((place.round() as usize, now)), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: usize = 11;

    /// Plays these (seconds, elevation in degrees) at 15 frames a second. Returns how it ended and when.
    fn chosen(choice: &mut Choice, acts: &[(f64, Option<f32>)]) -> Option<(ChoiceEnd, f64)> {
        let mut time = 0.0;
        if let Some(chosen) = choice.observe(Duration::ZERO, Some(Angle::zero())) {
            return Some((chosen, time)); // by a key; otherwise it begins with hanging arms
        }
        for (seconds, elevation) in acts {
            for _ in 0..(seconds * 15.0) as u32 {
                let raised = elevation.map(Angle::degrees);
                if let Some(chosen) = choice.observe(Duration::from_secs_f64(time), raised) {
                    return Some((chosen, time));
                }
                time += 1.0 / 15.0;
            }
        }
        None
    }

    fn of(acts: &[(f64, Option<f32>)]) -> Option<ChoiceEnd> {
        chosen(&mut Choice::new(SCALE), acts).map(|(chosen, _)| chosen)
    }

    #[test]
    fn an_arm_held_still_chooses_and_one_that_is_lowered_does_not() {
        assert_eq!(of(&[(1.0, Some(4.0)), (3.0, Some(90.0))]), Some(ChoiceEnd::Option(5)));
        assert_eq!(of(&[(3.0, Some(30.0))]), Some(ChoiceEnd::Option(0)));
        assert_eq!(of(&[(3.0, Some(176.0))]), Some(ChoiceEnd::Option(10)));
        let lowered = [(1.2, Some(90.0)), (0.6, Some(5.0)), (1.2, Some(42.0)), (0.6, None)];
        assert_eq!(of(&lowered), None);
        let changed = [(1.2, Some(90.0)), (3.0, Some(114.0))];
        assert_eq!(of(&changed), Some(ChoiceEnd::Option(7)));
        let lost_for_a_moment = chosen(&mut Choice::new(SCALE), &[(1.0, Some(90.0)), (0.2, None), (1.0, Some(90.0))]);
        assert!(lost_for_a_moment.is_some_and(|(_, time)| time < 1.8), "{lost_for_a_moment:?}");
    }

    #[test]
    fn an_arm_that_is_still_up_is_no_answer() {
        let played = |acts: &[(f64, Option<f32>)]| {
            let (mut choice, mut frame) = (Choice::new(SCALE), 0_u32);
            let mut ended = None;
            for (seconds, elevation) in acts {
                for _ in 0..(seconds * 15.0) as u32 {
                    let now = Duration::from_secs_f64(f64::from(frame) / 15.0);
                    ended = ended.or(choice.observe(now, elevation.map(Angle::degrees)));
                    frame += 1;
                }
            }
            ended
        };
        assert_eq!(played(&[(5.0, Some(150.0))]), None);
        assert_eq!(played(&[(1.0, Some(150.0)), (0.2, None), (3.0, Some(150.0))]), None, "lost for a moment");
        assert_eq!(played(&[(1.0, Some(150.0)), (0.2, Some(8.0)), (2.0, Some(90.0))]), Some(ChoiceEnd::Option(5)));
        assert_eq!(played(&[(1.0, Some(150.0)), (0.5, None), (2.0, Some(90.0))]), Some(ChoiceEnd::Option(5)));
    }

    #[test]
    fn an_arm_that_is_up_before_and_after_a_gap_was_not_held_meanwhile() {
        let mut choice = Choice::new(SCALE);
        let mut ended = |(seconds, elevation): (f64, f32)| {
            choice.observe(Duration::from_secs_f64(seconds), Some(Angle::degrees(elevation)))
        };
        let before = [(0.0, 4.0), (0.1, 90.0), (0.5, 90.0)];
        let after = [(1.7, 90.0), (2.1, 90.0), (2.5, 90.0), (2.9, 90.0)];
        assert!(before.into_iter().chain(after).all(|frame| ended(frame).is_none()));
        assert_eq!(ended((3.3, 90.0)), Some(ChoiceEnd::Option(5)));
    }

    #[test]
    fn waiting_leaves_out_and_hanging_arms_are_no_answer() {
        for hanging in [None, Some(3.0), Some(12.0)] {
            let (ended, time) = chosen(&mut Choice::new(SCALE), &[(15.0, hanging)]).unwrap();
            assert_eq!(ended, ChoiceEnd::LeftOut);
            assert!((time - PATIENCE.as_secs_f64()).abs() < 0.1, "{time}");
        }
    }

    #[test]
    fn keys_choose_as_well() {
        let pressed = |keys: &[ChoiceKey]| {
            let mut choice = Choice::new(SCALE);
            keys.iter().for_each(|key| choice.press(*key));
            chosen(&mut choice, &[(2.0, Some(5.0))]).map(|(chosen, time)| (chosen, time > 1.0))
        };
        use ChoiceKey::{Confirm, Digit, Less, More};
        assert_eq!(pressed(&[Digit(3)]), Some((ChoiceEnd::Option(3), true)), "it is confirmed by waiting");
        assert_eq!(pressed(&[Digit(3), Confirm]), Some((ChoiceEnd::Option(3), false)));
        assert_eq!(pressed(&[Digit(1), Digit(0), Confirm]), Some((ChoiceEnd::Option(10), false)));
        assert_eq!(pressed(&[Digit(4), More, More, Less, Confirm]), Some((ChoiceEnd::Option(5), false)));
        assert_eq!(pressed(&[Less, More, Confirm]), Some((ChoiceEnd::Option(10), false)));
        assert_eq!(pressed(&[Confirm]), None);
        let mut names = Choice::among(2);
        [Digit(0), Digit(1), Confirm].into_iter().for_each(|key| names.press(key));
        assert_eq!(chosen(&mut names, &[(0.1, None)]).map(|(chosen, _)| chosen), Some(ChoiceEnd::Option(0)));
        let mut two = Choice::new(2);
        [Digit(7), More, More, Confirm].into_iter().for_each(|key| two.press(key));
        assert_eq!(chosen(&mut two, &[(0.1, None)]).map(|(chosen, _)| chosen), Some(ChoiceEnd::Option(1)));
    }

    /// A generator of noise that is the same on every machine: SplitMix64.
    struct Noise(u64);

    impl Noise {
        fn uniform(&mut self) -> f32 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((bits ^ (bits >> 31)) >> 40) as f32 / (1u32 << 24) as f32
        }

        fn normal(&mut self) -> f32 {
            (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
        }
    }

    /// The share of right answers, and the longest time to one, with this noise (metres, standard deviation of each
    /// coordinate) of the shoulder's and the wrist's landmarks, at this frame rate. Whoever points is up to 3° beside.
    fn hits(options: usize, deviation: f32, rate: f64) -> (f32, f64) {
        const ARM: f32 = 0.56; // metres from shoulder to wrist: 0.33 of 1.70 m
        let mut noise = Noise(7);
        let (mut right, mut slowest, rounds) = (0, 0.0f64, 200);
        for round in 0..rounds {
            let wanted = round % options;
            let step = (LAST - FIRST).to_degrees() / (options - 1) as f32;
            let aimed = FIRST.to_degrees() + step * wanted as f32 + 6.0 * (noise.uniform() - 0.5);
            let mut choice = Choice::new(options);
            for frame in 0..(8.0 * rate) as u32 {
                let time = f64::from(frame) / rate;
                let elevation = aimed * (time as f32 / 0.8).min(1.0); // the arm takes 0.8 s to go up
                let (sin, cos) = elevation.to_radians().sin_cos();
                let x = ARM * sin + deviation * (noise.normal() + noise.normal());
                let y = ARM * cos + deviation * (noise.normal() + noise.normal());
                let seen = Angle::radians(x.abs().atan2(y));
                if let Some(chosen) = choice.observe(Duration::from_secs_f64(time), Some(seen)) {
                    right += usize::from(chosen == ChoiceEnd::Option(wanted));
                    slowest = slowest.max(time);
                    break;
                }
            }
        }
        (right as f32 / rounds as f32, slowest)
    }

    #[test]
    fn the_right_number_is_hit_through_the_noise_of_real_landmarks() {
        for (options, rate) in [(11, 30.0), (11, 15.0), (11, 7.0), (2, 15.0), (5, 15.0)] {
            let (share, slowest) = hits(options, 0.02, rate);
            eprintln!("{options} options, {rate} frames/s: {share:.3} right, the slowest after {slowest:.1} s");
            assert!(share >= 0.95, "{options} options at {rate} frames/s: {share}");
        }
    }
}
