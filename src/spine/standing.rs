//! The person's own standing posture: the zero of everything that is reported.
//!
//! It is found by itself, the first time the person stands upright and still, and refined while they go on standing or
//! stand so again. No pose is asked for, no button is pressed. What is kept is the outline, since the network tells the
//! change from one outline to another.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;

use super::Segments;
use super::outline::SIZE;
use crate::statistics::median;

/// How long the person must stand still.
const STILL_FOR: Duration = Duration::from_millis(800);

/// How far the trunk may lean. The line from hip to shoulder leans −6° to 3° in people who stand.
const UPRIGHT: Angle<f32> = degrees(20.0);

/// How far the knees may be bent.
const STRAIGHT_KNEE: Angle<f32> = degrees(30.0);

/// How much trunk and thigh may move meanwhile: twice the sway of quiet standing (about 1°) and the landmarks' jitter.
const STILL: Angle<f32> = degrees(4.0);

/// How far a later stillness may be from the known posture to be taken for the same standing.
const SAME_STANDING: Angle<f32> = degrees(6.0);

/// The frames that make the posture, at most: two seconds of a camera.
const ENOUGH: usize = 60;

/// So many new frames are worth working the posture out again.
const WORTHWHILE: usize = 15;

const fn degrees(degrees: f32) -> Angle<f32> {
    Angle { radians: degrees * std::f32::consts::PI / 180.0 }
}

/// One frame of somebody who stands.
#[derive(Clone, Debug)]
struct Still {
    segments: Segments,
    features: Box<[f32; SIZE]>,
}

/// Finds and keeps the standing posture.
#[derive(Debug, Default)]
pub struct StandingFinder {
    recent: VecDeque<(Timestamp, Still)>,
    still: Vec<Still>,
    standing: Option<Standing>,
}

/// The standing posture.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// How trunk, thigh and knee were: those of the landmarks.
    pub segments: Segments,
    /// The outline's numbers.
    pub features: Box<[f32; SIZE]>,
    /// How many frames it is made of.
    pub frames: usize,
}

impl StandingFinder {
    /// Takes one frame; `segments` need only those of the landmarks.
    pub fn observe(&mut self, time: Timestamp, segments: Segments, features: &[f32; SIZE]) {
        self.recent.push_back((time, Still { segments, features: Box::new(*features) }));
        // The oldest one kept is just older than the time asked for, so that the ones kept span it.
        while self.recent.get(1).is_some_and(|(second, _)| time.since(*second) >= STILL_FOR) {
            self.recent.pop_front();
        }
        let spans = self.recent.front().is_some_and(|(first, _)| time.since(*first) >= STILL_FOR);
        if spans && self.still.len() < ENOUGH && self.stands_still() {
            self.learn();
        }
    }

    /// The standing posture, once known.
    pub fn standing(&self) -> Option<&Standing> {
        self.standing.as_ref()
    }

    /// The frames that made the standing posture, or will be part of its next version.
    pub fn frames(&self) -> impl Iterator<Item = &[f32; SIZE]> {
        self.still.iter().map(|still| &*still.features)
    }

    /// The chain of frames is broken: the person was not seen.
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

    fn learn(&mut self) {
        match &self.standing {
            None => self.still.extend(self.recent.iter().map(|(_, still)| still.clone())),
            Some(standing) => {
                let newest = self.recent.back().map(|(_, still)| still);
                let same = |still: &&Still| {
                    (still.segments.trunk - standing.segments.trunk).radians.abs() <= SAME_STANDING.radians
                };
                self.still.extend(newest.filter(same).cloned());
            }
        }
        let known = self.standing.as_ref().map_or(0, |standing| standing.frames);
        let grown = self.still.len() - known;
        if known == 0 || grown >= WORTHWHILE || (grown > 0 && self.still.len() == ENOUGH) {
            self.standing = Some(typical(&self.still));
        }
    }
}

/// The median of each value by itself: robust against the frames in which the outline went wrong.
fn typical(frames: &[Still]) -> Standing {
    let angle = |angle: fn(&Segments) -> Angle<f32>| {
        Angle::radians(median(frames.iter().map(|still| angle(&still.segments).radians)).unwrap_or_default())
    };
    let segments = Segments {
        pelvis: angle(|segments| segments.pelvis),
        upper_lumbar: angle(|segments| segments.upper_lumbar),
        thigh: angle(|segments| segments.thigh),
        trunk: angle(|segments| segments.trunk),
        knee: angle(|segments| segments.knee),
    };
    let mut features = Box::new([0.0; SIZE]);
    for (index, feature) in features.iter_mut().enumerate() {
        *feature = median(frames.iter().map(|still| still.features[index])).unwrap_or_default();
    }
    Standing { segments, features, frames: frames.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posture(trunk: f32, knee: f32) -> Segments {
        Segments { trunk: Angle::degrees(trunk), knee: Angle::degrees(knee), ..Segments::default() }
    }

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_secs_f64(seconds)
    }

    /// Feeds one posture a frame at 15 frames a second; gives the standing posture then known.
    fn feed(finder: &mut StandingFinder, from: f64, postures: impl Iterator<Item = Segments>) -> Option<Segments> {
        for (number, segments) in postures.enumerate() {
            finder.observe(at(from + number as f64 / 15.0), segments, &[number as f32; SIZE]);
        }
        finder.standing().map(|standing| standing.segments)
    }

    #[test]
    fn standing_is_found_after_the_time_asked_for_and_not_before() {
        let mut finder = StandingFinder::default();
        let sway = |number: i32| posture(3.0 + 0.5 * (number % 3) as f32, 4.0);
        assert_eq!(feed(&mut finder, 0.0, (0..12).map(sway)), None);
        let standing = feed(&mut finder, 0.8, (12..14).map(sway));
        assert!((standing.unwrap().trunk.to_degrees() - 3.5).abs() < 0.6);
    }

    #[test]
    fn bent_moving_or_squatting_people_do_not_stand() {
        let bent = std::iter::repeat_n(posture(40.0, 0.0), 60);
        let moving = (0..60).map(|number| posture((number % 20) as f32, 0.0));
        let squatting = std::iter::repeat_n(posture(5.0, 60.0), 60);
        assert_eq!(feed(&mut StandingFinder::default(), 0.0, bent), None);
        assert_eq!(feed(&mut StandingFinder::default(), 0.0, moving), None);
        assert_eq!(feed(&mut StandingFinder::default(), 0.0, squatting), None);
    }

    #[test]
    fn a_stillness_elsewhere_does_not_move_the_zero() {
        let mut finder = StandingFinder::default();
        feed(&mut finder, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 30));
        let after = feed(&mut finder, 2.0, std::iter::repeat_n(posture(15.0, 0.0), 200));
        assert!(after.unwrap().trunk.to_degrees().abs() < 0.5);
    }

    #[test]
    fn a_gap_starts_the_wait_again() {
        let mut finder = StandingFinder::default();
        feed(&mut finder, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 10));
        finder.interrupt();
        assert_eq!(feed(&mut finder, 0.7, std::iter::repeat_n(posture(0.0, 0.0), 10)), None);
    }
}
