//! The person's own standing posture: the baseline of everything that is reported.
//!
//! It is found automatically the first time the person stands upright and still, refined while they go on standing or
//! stand the same way again, and replaced if they later stand clearly more upright, or alone after somebody else was in
//! the outline. No pose or button is required. What is stored is the outline, since the network estimates the change
//! from one outline to another.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;
use crate::units::degrees;

use super::Segments;
use super::outline::{Outline, SIZE};
use super::trunk_length::UPRIGHT;
use crate::statistics::median;

/// How long the person must stand still. [own]
const STILL_FOR: Duration = Duration::from_millis(800);

/// Frames closer together than this show the same: a fast camera makes standing no more certain, only more expensive.
const APART: Duration = Duration::from_millis(45);

/// How far the knees may be bent. [own]
const STRAIGHT_KNEE: Angle<f32> = degrees(30.0);

/// How much trunk and thigh may move meanwhile: twice the sway of quiet standing (about 1°) and the landmarks' jitter.
/// [own]
const STILL: Angle<f32> = degrees(4.0);

/// How much trunk, thigh and knee may differ from the known posture in a later still period to count as the same
/// standing posture; and how much more upright, trunk and knee together, a new one must be to replace it. [own]
const SAME_STANDING: Angle<f32> = degrees(6.0);

/// How much more area an outline may enclose than in standing. In a bend, arms become visible that were in front of the
/// trunk: of 39,644 generated views 53 are beyond this. With two people in one mask it is 1.5 in the median. [own]
pub(super) const MOST_GROWN: f32 = 1.3;

/// Maximum number of frames in the posture: two to four seconds. [own]
const ENOUGH: usize = 40;

/// Number of new frames after which the posture is computed again.
const RECOMPUTE_AFTER: usize = 15;

/// Number of frames used for the baseline, which is enough: each costs a run of the network.
const READ: usize = 16;

/// A frame of a standing person.
#[derive(Clone, Debug)]
struct StillOutline {
    segments: Segments,
    features: Box<[f32; SIZE]>,
    area: f32,
}

/// Finds and stores the standing posture.
#[derive(Debug, Default)]
pub struct StandingFinder {
    recent: VecDeque<(Timestamp, StillOutline)>,
    still: Vec<StillOutline>,
    standing: Option<Standing>,
    /// Number of still frames that the standing posture was computed from.
    used: usize,
}

/// The standing posture, each number the median over its frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Trunk, thigh and knee, from the landmarks.
    pub segments: Segments,
    /// The features of the outline.
    pub features: Box<[f32; SIZE]>,
    /// The area of the outline ([`Outline::area`](super::outline::Outline::area)).
    pub area: f32,
}

impl StandingFinder {
    /// Adds a frame, of whose `segments` only those of the landmarks are used. Returns the standing posture if this
    /// frame changed it.
    pub fn observe(&mut self, time: Timestamp, segments: Segments, outline: &Outline) -> Option<&Standing> {
        if self.recent.back().is_some_and(|(last, _)| time.since(*last) < APART) {
            return None;
        }
        let still = StillOutline { segments, features: outline.features.clone(), area: outline.area };
        self.recent.push_back((time, still));
        // The oldest stored frame is just older than the required time, so that the stored ones span it.
        while self.recent.get(1).is_some_and(|(second, _)| time.since(*second) >= STILL_FOR) {
            self.recent.pop_front();
        }
        let spans = self.recent.front().is_some_and(|(first, _)| time.since(*first) >= STILL_FOR);
        if !spans || !self.stands_still() || !self.learn() {
            return None;
        }
        self.used = self.still.len();
        self.standing = Some(median_standing(&self.still));
        self.standing.as_ref()
    }

    /// Frames of the standing posture, evenly selected, 16 at most.
    pub fn frames(&self) -> impl Iterator<Item = &[f32; SIZE]> {
        let apart = self.used.div_ceil(READ).max(1);
        self.still.iter().take(self.used).step_by(apart).map(|still| &*still.features)
    }

    /// Breaks the chain of frames, as the person was not seen.
    pub fn interrupt(&mut self) {
        self.recent.clear();
    }

    fn stands_still(&self) -> bool {
        let all = || self.recent.iter().map(|(_, still)| &still.segments);
        let within = |limit: Angle<f32>, angle: fn(&Segments) -> Angle<f32>| {
            all().all(|segments| angle(segments).radians.abs() <= limit.radians)
        };
        let spread = |angle: fn(&Segments) -> Angle<f32>| {
            let range = all().map(|segments| angle(segments).radians);
            range.clone().fold(f32::MIN, f32::max) - range.fold(f32::MAX, f32::min)
        };
        within(UPRIGHT, |segments| segments.trunk)
            && within(STRAIGHT_KNEE, |segments| segments.knee)
            && spread(|segments| segments.trunk) <= STILL.radians
            && spread(|segments| segments.thigh) <= STILL.radians
    }

    /// Adds the new frames of a still period. Returns whether the posture should be computed again.
    fn learn(&mut self) -> bool {
        let recent = || self.recent.iter().map(|(_, still)| still);
        let now = typical_segments(&recent().map(|still| &still.segments).collect::<Vec<_>>());
        match &self.standing {
            Some(standing) if !more_upright(&now, &standing.segments) && !self.included_others(standing) => {
                let newest = self.recent.back().map(|(_, still)| still);
                let same = newest.filter(|still| same_standing(&still.segments, &standing.segments));
                if self.still.len() < ENOUGH {
                    self.still.extend(same.cloned());
                }
                let grown = self.still.len() - self.used;
                grown >= RECOMPUTE_AFTER || (grown > 0 && self.still.len() == ENOUGH)
            }
            _ => {
                self.still = recent().cloned().collect();
                true
            }
        }
    }

    /// Whether the outline encloses so much less than in standing that the standing outline must have included more
    /// than this person.
    fn included_others(&self, standing: &Standing) -> bool {
        median(self.recent.iter().map(|(_, still)| still.area)).is_some_and(|area| standing.area > MOST_GROWN * area)
    }
}

fn same_standing(one: &Segments, other: &Segments) -> bool {
    [one.trunk - other.trunk, one.thigh - other.thigh, one.knee - other.knee]
        .into_iter()
        .all(|difference| difference.radians.abs() <= SAME_STANDING.radians)
}

fn more_upright(one: &Segments, other: &Segments) -> bool {
    let from_upright = |segments: &Segments| segments.trunk.radians.abs() + segments.knee.radians.abs();
    from_upright(other) - from_upright(one) >= SAME_STANDING.radians
}

/// The median of each value by itself: robust against frames with a wrong outline.
fn median_standing(frames: &[StillOutline]) -> Standing {
    let mut features = Box::new([0.0; SIZE]);
    for (index, feature) in features.iter_mut().enumerate() {
        *feature = median(frames.iter().map(|still| still.features[index])).unwrap_or_default();
    }
    let segments = typical_segments(&frames.iter().map(|still| &still.segments).collect::<Vec<_>>());
    Standing { segments, features, area: median(frames.iter().map(|still| still.area)).unwrap_or_default() }
}

fn typical_segments(all: &[&Segments]) -> Segments {
    let angle = |angle: fn(&Segments) -> Angle<f32>| {
        Angle::radians(median(all.iter().map(|segments| angle(segments).radians)).unwrap_or_default())
    };
    Segments {
        thigh: angle(|segments| segments.thigh),
        trunk: angle(|segments| segments.trunk),
        knee: angle(|segments| segments.knee),
        ..Segments::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sagittal::SagittalPoint;
    use super::*;

    fn posture(trunk: f32, knee: f32) -> Segments {
        Segments { trunk: Angle::degrees(trunk), knee: Angle::degrees(knee), ..Segments::default() }
    }

    /// Feeds a posture at a frame rate from a time in seconds. Returns the last standing posture and how often it was
    /// computed.
    fn feed_at(
        rate: f64,
        finder: &mut StandingFinder,
        from: f64,
        postures: impl Iterator<Item = Segments>,
    ) -> (Option<Segments>, usize) {
        let mut found = 0;
        for (number, segments) in postures.enumerate() {
            let time = Timestamp::from_secs_f64(from + number as f64 / rate);
            let features = Box::new([number as f32; SIZE]);
            let outline = Outline { features, dorsal: Vec::new(), origin: SagittalPoint::zero(), area: 1.0 };
            found += usize::from(finder.observe(time, segments, &outline).is_some());
        }
        (finder.standing.as_ref().map(|standing| standing.segments), found)
    }

    fn feed(finder: &mut StandingFinder, from: f64, postures: impl Iterator<Item = Segments>) -> Option<Segments> {
        feed_at(15.0, finder, from, postures).0
    }

    #[test]
    fn standing_is_found_after_the_time_asked_for_and_not_before_at_any_rate() {
        let sway = |number: usize| posture(3.0 + 0.5 * (number % 3) as f32, 4.0);
        for rate in [2.0, 15.0, 30.0, 60.0, 120.0] {
            let within = |seconds: f64| {
                let frames = (seconds * rate) as usize + 1;
                feed_at(rate, &mut StandingFinder::default(), 0.0, (0..frames).map(sway)).0
            };
            assert_eq!(within(0.75), None, "{rate}");
            let standing = within(0.8 + 1.0 / rate + 0.045);
            assert!((standing.unwrap().trunk.to_degrees() - 3.5).abs() < 0.6, "{rate}");
        }
    }

    #[test]
    fn however_fast_the_frames_come_only_so_many_make_the_posture_and_seldom() {
        for rate in [15.0, 30.0, 60.0, 120.0] {
            let mut finder = StandingFinder::default();
            let still = std::iter::repeat_n(posture(1.0, 3.0), (rate * 10.0) as usize);
            let (_, found) = feed_at(rate, &mut finder, 0.0, still);
            assert_eq!(finder.used, ENOUGH, "{rate}");
            assert!((10..=READ).contains(&finder.frames().count()), "{rate}");
            assert!(finder.recent.len() <= 20, "{rate}: {} frames for 0.8 s", finder.recent.len());
            assert!((2..=3).contains(&found), "{rate}: worked out {found} times");
        }
    }

    #[test]
    fn bent_moving_or_squatting_people_do_not_stand() {
        for rate in [2.0, 15.0, 60.0] {
            let bent = std::iter::repeat_n(posture(40.0, 0.0), 60);
            let moving = (0..60).map(|number| posture((20.0 * f64::from(number) / rate) as f32 % 19.0, 0.0));
            let squatting = std::iter::repeat_n(posture(5.0, 60.0), 60);
            assert_eq!(feed_at(rate, &mut StandingFinder::default(), 0.0, bent).0, None);
            assert_eq!(feed_at(rate, &mut StandingFinder::default(), 0.0, moving).0, None);
            assert_eq!(feed_at(rate, &mut StandingFinder::default(), 0.0, squatting).0, None);
        }
    }

    #[test]
    fn a_stillness_elsewhere_does_not_move_the_baseline() {
        let upright = posture(0.0, 0.0);
        let on_soft_knees = Segments { thigh: Angle::degrees(-9.0), ..posture(0.0, 17.0) };
        for elsewhere in [posture(15.0, 0.0), on_soft_knees] {
            let mut finder = StandingFinder::default();
            feed(&mut finder, 0.0, std::iter::repeat_n(upright, 30));
            let after = feed(&mut finder, 2.0, std::iter::repeat_n(elsewhere, 200));
            assert_eq!(after, Some(upright));
        }
    }

    #[test]
    fn whoever_later_stands_more_upright_gives_a_new_baseline() {
        for (first, later) in [(posture(12.0, 0.0), posture(3.0, 0.0)), (posture(0.0, 20.0), posture(0.0, 2.0))] {
            let mut finder = StandingFinder::default();
            feed(&mut finder, 0.0, std::iter::repeat_n(first, 60));
            let after = feed(&mut finder, 5.0, std::iter::repeat_n(later, 30));
            assert_eq!(after, Some(later));
            let back = feed(&mut finder, 8.0, std::iter::repeat_n(first, 60));
            assert_eq!(back, Some(later), "and it stays");
        }
    }

    #[test]
    fn a_gap_starts_the_wait_again() {
        let mut finder = StandingFinder::default();
        feed(&mut finder, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 10));
        finder.interrupt();
        assert_eq!(feed(&mut finder, 0.7, std::iter::repeat_n(posture(0.0, 0.0), 10)), None);
    }
}
