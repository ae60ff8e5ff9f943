//! The person's own standing posture: the zero of everything that is reported.
//!
//! It is found by itself, the first time the person stands upright and still, and refined whenever they stand so
//! again. No pose is asked for, no button is pressed.

use std::collections::VecDeque;
use std::time::Duration;

use euclid::Angle;

use crate::source::Timestamp;

use super::Segments;

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

/// The frames that make the posture: at most so many, the newest.
const REMEMBERED: usize = 300;

const fn degrees(degrees: f32) -> Angle<f32> {
    Angle { radians: degrees * std::f32::consts::PI / 180.0 }
}

/// Finds and keeps the standing posture.
#[derive(Debug, Default)]
pub struct Calibration {
    recent: VecDeque<(Timestamp, Segments)>,
    still: VecDeque<Segments>,
    standing: Option<Segments>,
}

impl Calibration {
    /// Takes one frame and says what standing is, once that is known.
    pub fn observe(&mut self, time: Timestamp, segments: Segments) -> Option<Segments> {
        self.recent.push_back((time, segments));
        // The oldest one kept is just older than the time asked for, so that the ones kept span it.
        while self.recent.get(1).is_some_and(|(second, _)| time.since(*second) >= STILL_FOR) {
            self.recent.pop_front();
        }
        let spans = self.recent.front().is_some_and(|(first, _)| time.since(*first) >= STILL_FOR);
        if spans && self.stands_still() {
            self.learn(segments);
        }
        self.standing
    }

    /// The standing posture, once known.
    pub fn standing(&self) -> Option<Segments> {
        self.standing
    }

    /// The chain of frames is broken: the person was not seen.
    pub fn interrupt(&mut self) {
        self.recent.clear();
    }

    fn stands_still(&self) -> bool {
        let all = || self.recent.iter().map(|(_, segments)| segments);
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

    fn learn(&mut self, newest: Segments) {
        match self.standing {
            None => self.still.extend(self.recent.iter().map(|(_, segments)| *segments)),
            Some(standing) if (newest.trunk - standing.trunk).radians.abs() <= SAME_STANDING.radians => {
                self.still.push_back(newest);
            }
            Some(_) => return,
        }
        while self.still.len() > REMEMBERED {
            self.still.pop_front();
        }
        self.standing = Some(typical(&self.still));
    }
}

/// The median of each value by itself: robust against the frames in which the outline went wrong.
fn typical(frames: &VecDeque<Segments>) -> Segments {
    let median = |value: fn(&Segments) -> f32| {
        let mut values: Vec<f32> = frames.iter().map(value).collect();
        let middle = values.len() / 2;
        values.sort_unstable_by(f32::total_cmp);
        values.get(middle).copied().unwrap_or_default()
    };
    Segments {
        pelvis: Angle::radians(median(|segments| segments.pelvis.radians)),
        upper_lumbar: Angle::radians(median(|segments| segments.upper_lumbar.radians)),
        thigh: Angle::radians(median(|segments| segments.thigh.radians)),
        trunk: Angle::radians(median(|segments| segments.trunk.radians)),
        knee: Angle::radians(median(|segments| segments.knee.radians)),
        confidence: median(|segments| segments.confidence),
    }
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

    /// Feeds one posture a frame at 15 frames a second.
    fn feed(calibration: &mut Calibration, from: f64, postures: impl Iterator<Item = Segments>) -> Option<Segments> {
        let times = (0..).map(|number| at(from + f64::from(number) / 15.0));
        times.zip(postures).map(|(time, segments)| calibration.observe(time, segments)).last().flatten()
    }

    #[test]
    fn standing_is_found_after_the_time_asked_for_and_not_before() {
        let mut calibration = Calibration::default();
        let sway = |number: i32| posture(3.0 + 0.5 * (number % 3) as f32, 4.0);
        assert_eq!(feed(&mut calibration, 0.0, (0..12).map(sway)), None);
        let standing = feed(&mut calibration, 0.8, (12..14).map(sway));
        assert!((standing.unwrap().trunk.to_degrees() - 3.5).abs() < 0.6);
    }

    #[test]
    fn bent_moving_or_squatting_people_do_not_stand() {
        let bent = std::iter::repeat_n(posture(40.0, 0.0), 60);
        let moving = (0..60).map(|number| posture((number % 20) as f32, 0.0));
        let squatting = std::iter::repeat_n(posture(5.0, 60.0), 60);
        assert_eq!(feed(&mut Calibration::default(), 0.0, bent), None);
        assert_eq!(feed(&mut Calibration::default(), 0.0, moving), None);
        assert_eq!(feed(&mut Calibration::default(), 0.0, squatting), None);
    }

    #[test]
    fn a_stillness_elsewhere_does_not_move_the_zero() {
        let mut calibration = Calibration::default();
        feed(&mut calibration, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 30));
        let after = feed(&mut calibration, 2.0, std::iter::repeat_n(posture(15.0, 0.0), 200));
        assert!(after.unwrap().trunk.to_degrees().abs() < 0.5);
    }

    #[test]
    fn a_gap_starts_the_wait_again() {
        let mut calibration = Calibration::default();
        feed(&mut calibration, 0.0, std::iter::repeat_n(posture(0.0, 0.0), 10));
        calibration.interrupt();
        assert_eq!(feed(&mut calibration, 0.7, std::iter::repeat_n(posture(0.0, 0.0), 10)), None);
    }
}
