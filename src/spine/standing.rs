//! The person's own standing posture: the baseline of everything that is reported.
//!
//! It is found automatically the first time the person stands upright and still, refined while they go on standing or
//! stand the same way again, and replaced if they later stand clearly better, or alone after somebody else was in
//! the outline. Whoever never stands still is taken at the tops between their bends, several of them together. No pose
//! or button is required. What is stored is the outline, since the network estimates the change from one outline to
//! another.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;
use crate::statistics::median;
use crate::units::degrees;

use super::outline::{Outline, SIZE};
use super::standing_quality::StandingQuality;
use super::tops::{FEWEST, TopCollector};
use super::upright_frame::{SAME_STANDING, UprightFrame, quality, same_standing, stands_still, typical_segments};
use super::{Segments, thighs};

/// How long the person must stand still. [own]
const STILL_FOR: Duration = Duration::from_millis(800);

/// Frames closer together than this show the same: a fast camera makes standing no more certain, only more expensive.
const APART: Duration = Duration::from_millis(45);

/// A posture whose doubt is smaller by this much replaces the known one. [own]
const SURER: Angle<f32> = degrees(3.0);

/// So many tops together are the standing posture of somebody who has not stood still so far. [own]
const ENOUGH_TOPS: usize = 2;

/// How much more area an outline may enclose than in standing. In a bend, arms become visible that were in front of the
/// trunk: of 39,644 generated views 53 are beyond this. With two people in one mask it is 1.5 in the median. [own]
pub(super) const MOST_GROWN: f32 = 1.3;

/// Maximum number of frames in the posture: two to four seconds. [own]
const ENOUGH: usize = 40;

/// Number of new frames after which the posture is computed again.
const RECOMPUTE_AFTER: usize = 15;

/// Number of frames used for the baseline, which is enough: each costs a run of the network.
const READ: usize = 16;

/// Finds and stores the standing posture.
#[derive(Debug, Default)]
pub struct StandingFinder {
    recent: VecDeque<(Timestamp, UprightFrame)>,
    tops: TopCollector,
    /// The frames of the posture, and newer ones that it was not computed from yet.
    frames: Vec<UprightFrame>,
    /// Number of frames that it was computed from.
    used: usize,
    known: Option<KnownStanding>,
}

#[derive(Debug)]
struct KnownStanding {
    standing: Standing,
    quality: StandingQuality,
    /// Whether it was taken from tops: any still posture that is no worse replaces it.
    from_tops: bool,
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

/// A standing posture with all that is needed to measure changes from it.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundStanding {
    /// The posture.
    pub standing: Standing,
    /// How well it serves as the baseline.
    pub quality: StandingQuality,
    /// The features of some of its frames, 16 at most.
    pub frames: Vec<[f32; SIZE]>,
}

impl StandingFinder {
    /// Adds a frame, of whose `segments` only those of the landmarks are used. Returns whether it changed the standing
    /// posture.
    pub fn observe(&mut self, time: Timestamp, segments: Segments, outline: &Outline, arm_up: bool) -> bool {
        if self.recent.back().is_some_and(|(last, _)| time.since(*last) < APART) {
            return false;
        }
        let frame = UprightFrame::new(segments, outline, arm_up);
        let left_top = self.tops.observe(time, &frame);
        self.recent.push_back((time, frame));
        // The oldest stored frame is just older than the required time, so that the stored ones span it.
        while self.recent.len() > FEWEST
            && self.recent.get(1).is_some_and(|(second, _)| time.since(*second) >= STILL_FOR)
        {
            self.recent.pop_front();
        }
        if self.has_stood_still(time) { self.learn() } else { left_top && self.take_tops() }
    }

    /// The posture, once known.
    pub fn standing(&self) -> Option<&Standing> {
        self.known.as_ref().map(|known| &known.standing)
    }

    /// Whether a person with these `segments` stands as in the posture, and that has all its frames.
    pub fn stands(&self, segments: &Segments) -> bool {
        let complete = self.known.as_ref().filter(|known| !known.from_tops && self.used >= ENOUGH);
        complete.is_some_and(|known| same_standing(segments, &known.standing.segments))
    }

    /// Whether a person with these `segments` stands as in the posture, and that needs more frames.
    pub fn is_refined_by(&self, segments: &Segments) -> bool {
        let lacking = self.known.as_ref().filter(|known| !known.from_tops && self.used < ENOUGH);
        lacking.is_some_and(|known| same_standing(segments, &known.standing.segments))
    }

    /// The posture, once known, with evenly selected frames of it.
    pub fn found(&self) -> Option<FoundStanding> {
        let KnownStanding { standing, quality, .. } = self.known.as_ref()?;
        let used = self.frames.iter().take(self.used);
        Some(FoundStanding { standing: standing.clone(), quality: *quality, frames: selected(used) })
    }

    /// The best posture after a whole recording: tops count, however few, where nothing better is known.
    pub fn best_found(&self) -> Option<FoundStanding> {
        let tops = self.tops.together().map(|tops| FoundStanding {
            standing: median_standing(&tops.frames),
            quality: tops.quality,
            frames: selected(tops.frames.iter()),
        });
        let worse = |found: &FoundStanding, tops: &FoundStanding| found.quality.doubt() > tops.quality.doubt();
        match (self.found(), tops) {
            (Some(found), Some(tops)) => Some(if worse(&found, &tops) { tops } else { found }),
            (found, tops) => found.or(tops),
        }
    }

    /// Breaks the chain of frames, as the person was not seen.
    pub fn interrupt(&mut self) {
        self.recent.clear();
        self.tops.interrupt();
    }

    fn has_stood_still(&self, now: Timestamp) -> bool {
        let spans = self.recent.front().is_some_and(|(first, _)| now.since(*first) >= STILL_FOR);
        spans && self.recent.len() >= FEWEST && stands_still(self.recent())
    }

    fn recent(&self) -> impl Iterator<Item = &UprightFrame> + Clone {
        self.recent.iter().map(|(_, frame)| frame)
    }

    /// Adds the new frames of a still period. Returns whether the posture was computed again.
    fn learn(&mut self) -> bool {
        let refined = self.known.as_ref().filter(|known| !self.replaces(known)).map(|known| known.standing.segments);
        let Some(segments) = refined else {
            self.frames = self.recent().cloned().collect();
            return self.compute(false);
        };
        let newest = self.recent.back().map(|(_, frame)| frame).filter(|_| !self.is_from_tops());
        let same = newest.filter(|frame| same_standing(&frame.segments, &segments)).cloned();
        if self.frames.len() < ENOUGH {
            self.frames.extend(same);
        }
        let grown = self.frames.len() - self.used;
        (grown >= RECOMPUTE_AFTER || (grown > 0 && self.frames.len() == ENOUGH)) && self.compute(false)
    }

    /// Computes the posture from all frames. Returns `true`.
    fn compute(&mut self, from_tops: bool) -> bool {
        let (standing, quality) = (median_standing(&self.frames), quality(self.frames.iter()));
        self.used = self.frames.len();
        self.known = Some(KnownStanding { standing, quality, from_tops });
        true
    }

    /// Takes the tops so far as the posture of somebody who has not stood still. Returns whether they are enough.
    fn take_tops(&mut self) -> bool {
        let wanted = self.known.is_none() || self.is_from_tops();
        let Some(tops) = self.tops.together().filter(|tops| wanted && tops.count >= ENOUGH_TOPS) else { return false };
        self.frames = tops.frames;
        self.compute(true);
        self.known = self.known.take().map(|known| KnownStanding { quality: tops.quality, ..known });
        true
    }

    /// Whether the posture was taken from tops, so that one of standing still may replace it.
    pub fn is_from_tops(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.from_tops)
    }

    /// Whether the recent stillness is a better standing posture than the known one.
    fn replaces(&self, known: &KnownStanding) -> bool {
        let now = quality(self.recent());
        let surer = known.quality.doubt() - now.doubt();
        let least = if known.from_tops { Angle::zero() } else { SURER };
        surer >= least
            || more_upright(&typical_segments(&self.recent()), &known.standing.segments)
            || self.included_others(&known.standing)
            || self.uncovered(&known.standing)
    }

    /// Whether the thighs were covered in standing, perhaps by something that was held before them, and no longer are.
    fn uncovered(&self, standing: &Standing) -> bool {
        thighs::are_covered(&standing.features) && !self.recent().any(|frame| thighs::are_covered(&frame.features))
    }

    /// Whether the outline encloses so much less than in standing that the standing outline must have included more
    /// than this person.
    fn included_others(&self, standing: &Standing) -> bool {
        median(self.recent().map(|frame| frame.area)).is_some_and(|area| standing.area > MOST_GROWN * area)
    }
}

/// The median of each value by itself: robust against frames with a wrong outline.
fn median_standing(frames: &[UprightFrame]) -> Standing {
    let mut features = Box::new([0.0; SIZE]);
    for (index, feature) in features.iter_mut().enumerate() {
        *feature = median(frames.iter().map(|frame| frame.features[index])).unwrap_or_default();
    }
    let area = median(frames.iter().map(|frame| frame.area)).unwrap_or_default();
    Standing { segments: typical_segments(&frames.iter()), features, area }
}

/// The features of evenly selected frames, [`READ`] at most.
fn selected<'f>(frames: impl ExactSizeIterator<Item = &'f UprightFrame>) -> Vec<[f32; SIZE]> {
    let apart = frames.len().div_ceil(READ).max(1);
    frames.step_by(apart).map(|frame| *frame.features).collect()
}

fn more_upright(one: &Segments, other: &Segments) -> bool {
    let from_upright = |segments: &Segments| segments.trunk.radians.abs() + segments.knee.radians.abs();
    from_upright(other) - from_upright(one) >= SAME_STANDING.radians
}

#[cfg(test)]
mod tests {
    use super::super::sagittal::SagittalPoint;
    use super::super::standing_quality::StandingFlaw;
    use super::*;

    fn posture(trunk: f32, knee: f32) -> Segments {
        Segments { trunk: Angle::degrees(trunk), knee: Angle::degrees(knee), ..Segments::default() }
    }

    /// An outline of which nothing but these features and an area is known.
    fn outline(features: Box<[f32; SIZE]>) -> Outline {
        let (dorsal, lit, origin) = (Vec::new(), Vec::new(), SagittalPoint::zero());
        Outline { features, dorsal, lit, lit_ends: [false; 2], origin, area: 1.0 }
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
            let outline = outline(features);
            found += usize::from(finder.observe(time, segments, &outline, false));
        }
        (finder.standing().map(|standing| standing.segments), found)
    }

    fn feed(finder: &mut StandingFinder, from: f64, postures: impl Iterator<Item = Segments>) -> Option<Segments> {
        feed_at(15.0, finder, from, postures).0
    }

    #[test]
    fn standing_is_found_after_the_time_asked_for_and_not_before_at_any_rate() {
        let sway = |number: usize| posture(3.0 + 0.5 * (number % 3) as f32, 4.0);
        for rate in [2.0, 2.5, 6.0, 15.0, 30.0, 60.0, 120.0] {
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
            assert!((10..=READ).contains(&finder.found().unwrap().frames.len()), "{rate}");
            assert!(finder.recent.len() <= 20, "{rate}: {} frames for 0.8 s", finder.recent.len());
            assert!((2..=3).contains(&found), "{rate}: worked out {found} times");
        }
    }

    #[test]
    fn whoever_stands_is_known_to_stand_once_the_posture_has_its_frames() {
        let (upright, leaning) = (posture(1.0, 3.0), posture(9.0, 3.0));
        let mut finder = StandingFinder::default();
        feed(&mut finder, 0.0, std::iter::repeat_n(upright, 10));
        assert!(!finder.stands(&upright), "not known yet");
        feed(&mut finder, 10.0 / 15.0, std::iter::repeat_n(upright, 20));
        assert!(finder.known.is_some() && !finder.stands(&upright), "not all of its frames yet");
        feed(&mut finder, 2.0, std::iter::repeat_n(upright, 30));
        assert_eq!([upright, leaning].map(|one| finder.stands(&one)), [true, false]);
        let mut finder = StandingFinder::default();
        bend(30.0, &mut finder, 0.0, 9.0, 1.0);
        assert!(finder.is_from_tops());
        let top = finder.standing().unwrap().segments;
        assert!(!finder.stands(&top), "tops are replaced by the first stillness");
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

    /// Bends of 60° without any pause, one in three seconds; the most upright is `top` degrees. Feeds this many seconds.
    fn bend(rate: f64, finder: &mut StandingFinder, from: f64, seconds: f64, top: f32) {
        let lean = |time: f64| top + 30.0 * (1.0 - (time / 3.0 * std::f64::consts::TAU).cos() as f32);
        let postures = (0..(seconds * rate) as usize).map(|number| posture(lean(number as f64 / rate), 4.0));
        feed_at(rate, finder, from, postures);
    }

    #[test]
    fn at_the_second_top_whoever_never_stood_still_is_known_at_any_rate() {
        for rate in [6.0, 15.0, 30.0, 60.0] {
            let mut finder = StandingFinder::default();
            bend(rate, &mut finder, 0.0, 2.9, 1.0);
            assert!(finder.known.is_none(), "{rate}: one top is not enough to go by");
            bend(rate, &mut finder, 3.0, 0.8, 1.0);
            let found = finder.found().unwrap();
            assert!(found.standing.segments.trunk.to_degrees() < 5.0, "{rate}");
            assert_eq!(found.quality.in_frame(false).flaw, Some(StandingFlaw::NotStill), "{rate}");
            let known = found.quality.doubt();
            bend(rate, &mut finder, 3.8, 8.0, 1.0);
            assert!(finder.found().unwrap().quality.doubt() <= known, "{rate}: more tops are surer");
        }
    }

    #[test]
    fn a_still_second_replaces_the_tops_and_tops_never_replace_it() {
        let mut finder = StandingFinder::default();
        bend(30.0, &mut finder, 0.0, 9.0, 5.0);
        assert!(finder.is_from_tops());
        feed(&mut finder, 9.0, std::iter::repeat_n(posture(2.0, 4.0), 30));
        assert_eq!(finder.found().unwrap().quality.doubt(), Angle::zero());
        let still = finder.found();
        bend(30.0, &mut finder, 12.0, 9.0, 5.0);
        assert_eq!((finder.found(), finder.best_found()), (still.clone(), still));
    }

    #[test]
    fn after_a_whole_recording_a_single_top_is_better_than_nothing_and_than_a_bad_stillness() {
        let mut finder = StandingFinder::default();
        bend(30.0, &mut finder, 0.0, 2.9, 1.0);
        let alone = finder.best_found().unwrap().quality.doubt();
        bend(30.0, &mut finder, 3.0, 9.0, 1.0);
        assert!(finder.best_found().unwrap().quality.doubt() < alone);
        let mut leaning = StandingFinder::default();
        feed(&mut leaning, 0.0, std::iter::repeat_n(posture(17.0, 20.0), 30));
        bend(30.0, &mut leaning, 3.0, 9.0, 1.0);
        let (found, best) = (leaning.found().unwrap(), leaning.best_found().unwrap());
        assert!(found.standing.segments.trunk.to_degrees() > 15.0 && best.standing.segments.trunk.to_degrees() < 5.0);
        assert_eq!(StandingFinder::default().best_found(), None);
    }

    #[test]
    fn a_surer_stillness_replaces_a_doubtful_one() {
        let mut finder = StandingFinder::default();
        let arm = |finder: &mut StandingFinder, from: f64, arm_up: bool| {
            for number in 0..30 {
                let time = Timestamp::from_secs_f64(from + f64::from(number) / 15.0);
                let features = Box::new([0.0; SIZE]);
                let outline = outline(features);
                finder.observe(time, posture(1.0, 2.0), &outline, arm_up);
            }
            finder.found().unwrap().quality.doubt()
        };
        assert!(arm(&mut finder, 0.0, true) > SURER, "waving");
        assert_eq!(arm(&mut finder, 3.0, false), Angle::zero());
        assert_eq!(arm(&mut finder, 6.0, true), Angle::zero(), "and waving again changes nothing");
    }

    #[test]
    fn thighs_that_were_covered_in_standing_and_are_no_longer_give_a_new_baseline() {
        let mut finder = StandingFinder::default();
        let mut stand = |from: f64, broad: f32| {
            let mut features = Box::new([0.0; SIZE]);
            features[0] = -broad;
            let outline = outline(features);
            for number in 0..30 {
                finder.observe(
                    Timestamp::from_secs_f64(from + f64::from(number) / 15.0),
                    posture(1.0, 2.0),
                    &outline,
                    false,
                );
            }
            finder.standing().unwrap().features[0]
        };
        assert_eq!([stand(0.0, 0.8), stand(3.0, 0.4), stand(6.0, 0.8)], [-0.8, -0.4, -0.4]);
    }

    #[test]
    fn a_posture_is_refined_by_whoever_stands_so_until_it_has_its_frames() {
        let (mut finder, upright, bent) = (StandingFinder::default(), posture(2.0, 3.0), posture(40.0, 3.0));
        assert!(!finder.is_refined_by(&upright), "nothing to refine");
        feed(&mut finder, 0.0, std::iter::repeat_n(upright, 20));
        assert!(finder.is_refined_by(&upright) && !finder.is_refined_by(&bent) && !finder.stands(&upright));
        feed(&mut finder, 20.0 / 15.0, std::iter::repeat_n(upright, 40));
        assert!(!finder.is_refined_by(&upright) && finder.stands(&upright));
    }

    #[test]
    fn a_gap_starts_the_wait_again() {
        let mut finder = StandingFinder::default();
        feed(&mut finder, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 10));
        finder.interrupt();
        assert_eq!(feed(&mut finder, 0.7, std::iter::repeat_n(posture(0.0, 0.0), 10)), None);
    }
}
