//! How far apart the measured frames of a recording may be: the steadier what the last ones showed, the farther.
//!
//! Frames between measured ones are interpolated, so what matters is whether the angles between two of them are a straight
//! line. That is foretold from the last three: nothing is measured afterwards, as the tracker follows a person forward.

use std::time::Duration;

use euclid::Angle;

use crate::pose::Region;
use crate::source::Timestamp;
use crate::spine::Segments;
use crate::units::degrees;

/// Measured frames are at most this far apart while a person moves unsteadily: every second frame of 24 to 30 a second,
/// every fifth of 60. Between frames 80 ms apart the angles of bends are straight lines to some tenths of a degree
/// (`METHOD.md`, "Frames at rest"). [own]
const UNSTEADY: Duration = Duration::from_millis(84);

/// They are at most this far apart otherwise: every second frame of 15 a second, every third of 24 or 25, every fourth
/// of 30. [own]
const STEADY: Duration = Duration::from_millis(135);

/// How far trunk and hip of a frame in the middle of two measured ones may be off the line between them, as foretold: the
/// acceleration of a bend of 60° in one second. With 1° and 1.5° the errors on the rendered clips grow. [own]
const OFF_THE_LINE: Angle<f32> = degrees(0.7);

/// The times of frames jitter by this much. [own]
const JITTER: Duration = Duration::from_millis(5);

/// What is measured farther apart than this tells nothing of how the movement goes on. [own]
const CONNECTED: Duration = Duration::from_millis(200);

/// The tracked region may move by this fraction of its side until the next measured frame: the tracker looks for the
/// person anew if they left it by 0.08, which costs more than is saved. [own]
const FARTHEST_MOVE: f32 = 0.05;

/// What a measured frame of a recording showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Examined {
    /// Nobody, or somebody who is turned, hidden or cut off.
    Unmeasurable,
    /// Somebody whose standing posture is still to be found.
    Unknown,
    /// Somebody who stands as in their standing posture, which needs more frames.
    Wanted,
    /// Somebody whose standing posture is known.
    Known(Segments),
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    time: Timestamp,
    examined: Examined,
    region: Option<Region>,
}

/// The last measured frames, the newest last.
#[derive(Debug, Default)]
pub(super) struct Trend {
    moments: [Option<Moment>; 3],
}

impl Trend {
    /// Adds a measured frame, and the region of the person in it.
    pub fn add(&mut self, time: Timestamp, examined: Examined, region: Option<Region>) {
        self.moments.rotate_left(1);
        self.moments[2] = Some(Moment { time, examined, region });
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How long after the last measured frame the next may come; `None` if no frame may be left out.
    pub fn reach(&self) -> Option<Duration> {
        let steady = || if self.is_steady() { STEADY } else { UNSTEADY };
        match self.moments[2]?.examined {
            Examined::Unknown => None,
            Examined::Wanted => Some(UNSTEADY),
            Examined::Known(_) => Some(steady()),
            Examined::Unmeasurable => self.is_steady().then(|| if self.lasts() { STEADY } else { UNSTEADY }),
        }
    }

    /// Whether the last three measured frames are as far apart as the next two may be at most: what flickers at a high frame
    /// rate does not last.
    fn lasts(&self) -> bool {
        let [Some(first), _, Some(last)] = &self.moments else { return false };
        last.time.since(first.time) + JITTER >= STEADY
    }

    /// Whether the last three measured frames show the same kind of thing, and foretell the next.
    fn is_steady(&self) -> bool {
        let [Some(first), Some(second), Some(third)] = &self.moments else { return false };
        let connected = |one: &Moment, next: &Moment| {
            let step = next.time.since(one.time);
            !step.is_zero() && step <= CONNECTED
        };
        let straight = match (first.examined, second.examined, third.examined) {
            (Examined::Known(one), Examined::Known(two), Examined::Known(three)) => {
                let at = |angle: fn(&Segments) -> Angle<f32>| {
                    [(first.time, angle(&one)), (second.time, angle(&two)), (third.time, angle(&three))]
                };
                is_straight(at(|segments| segments.trunk))
                    && is_straight(at(|segments| segments.trunk - segments.thigh))
            }
            (Examined::Unmeasurable, Examined::Unmeasurable, Examined::Unmeasurable) => true,
            _ => false,
        };
        connected(first, second) && connected(second, third) && straight && stays(second, third)
    }
}

/// Whether, if an angle goes on to bend as it did, the middle of the next interval is near the line between its ends.
fn is_straight([first, second, third]: [(Timestamp, Angle<f32>); 3]) -> bool {
    let step = |one: (Timestamp, _), next: (Timestamp, _)| next.0.since(one.0).as_secs_f32();
    let speed = |one: (_, Angle<f32>), next: (_, Angle<f32>)| (next.1 - one.1).signed().radians / step(one, next);
    let (one, other) = (speed(first, second), speed(second, third));
    let acceleration = 2.0 * (other - one) / step(first, third);
    acceleration.abs() * STEADY.as_secs_f32().powi(2) / 8.0 <= OFF_THE_LINE.radians
}

/// Whether a person who goes on as from `one` to `next` is still in the region that the tracker looks at.
fn stays(one: &Moment, next: &Moment) -> bool {
    let (Some(from), Some(to)) = (one.region, next.region) else {
        return one.region.is_none() == next.region.is_none();
    };
    let part = STEADY.as_secs_f32() / next.time.since(one.time).as_secs_f32();
    (to.center - from.center).length() * part <= FARTHEST_MOVE * to.size
}

#[cfg(test)]
mod tests {
    use euclid::point2;

    use super::*;

    fn region(across: f32) -> Region {
        Region { center: point2(across, 240.0), size: 400.0, rotation: Angle::zero() }
    }

    fn known(trunk: f32) -> Examined {
        Examined::Known(Segments { trunk: Angle::degrees(trunk), ..Segments::default() })
    }

    /// The reach after each frame that is measured by it, of a recording with 60 frames a second.
    fn reaches(seconds: f32, shown: impl Fn(f32) -> (Examined, Option<Region>)) -> Vec<(f32, Option<Duration>)> {
        let (mut trend, mut reaches, mut due) = (Trend::default(), Vec::new(), 0.0);
        for number in 0..(60.0 * seconds) as u32 {
            let time = number as f32 / 60.0;
            if time + 1e-4 < due {
                continue;
            }
            let (examined, region) = shown(time);
            trend.add(Timestamp::from_secs_f64(time.into()), examined, region);
            let reach = trend.reach();
            reaches.push((time, reach));
            due = time + reach.map_or(0.0, |reach| reach.as_secs_f32() - 1.0 / 60.0);
        }
        reaches
    }

    #[test]
    fn a_bend_that_takes_its_time_is_steady_from_the_third_measured_frame_on_though_its_landmarks_tremble() {
        let lean = |time: f32| 20.0 - 20.0 * (2.0 * time).cos() + 0.15 * (500.0 * time).sin();
        let reaches = reaches(4.0, |time| (known(lean(time)), Some(region(300.0))));
        assert!(reaches[..2].iter().all(|(_, reach)| *reach == Some(UNSTEADY)), "{reaches:?}");
        assert!(reaches[2..].iter().all(|(_, reach)| *reach == Some(STEADY)), "{reaches:?}");
    }

    #[test]
    fn what_turns_suddenly_is_measured_oftener_until_it_is_a_line_again() {
        // Down by 150 degrees a second, and up again from one moment to the next.
        let reaches = reaches(2.0, |time| (known(150.0 * (1.0 - (time - 1.0).abs())), Some(region(300.0))));
        let after = |time: f32| reaches.iter().filter(move |(at, _)| *at >= time).map(|(_, reach)| *reach);
        assert!(after(0.5).take(3).all(|reach| reach == Some(STEADY)), "{reaches:?}");
        assert_eq!(after(1.05).next(), Some(Some(UNSTEADY)), "{reaches:?}");
        assert!(after(1.4).all(|reach| reach == Some(STEADY)), "{reaches:?}");
    }

    #[test]
    fn nothing_is_left_out_of_somebody_whose_posture_is_unknown_nor_much_of_one_whose_posture_needs_frames() {
        let of = |examined| reaches(1.0, |_| (examined, Some(region(300.0))));
        assert!(of(Examined::Unknown).iter().all(|(_, reach)| reach.is_none()));
        assert!(of(Examined::Wanted).iter().all(|(_, reach)| *reach == Some(UNSTEADY)));
    }

    #[test]
    fn what_cannot_be_measured_is_looked_at_seldom_once_it_lasts_and_what_changes_is_always() {
        let turned = reaches(1.0, |_| (Examined::Unmeasurable, Some(region(300.0))));
        assert!(turned[..2].iter().all(|(_, reach)| reach.is_none()), "{turned:?}");
        assert_eq!(turned[2].1, Some(UNSTEADY), "{turned:?}");
        assert!(turned[5..].iter().all(|(_, reach)| *reach == Some(STEADY)), "{turned:?}");
        let nobody = reaches(1.0, |_| (Examined::Unmeasurable, None));
        assert!(nobody[5..].iter().all(|(_, reach)| *reach == Some(STEADY)), "{nobody:?}");
        let hides = |time: f32| if time % 0.2 < 0.1 { Examined::Unmeasurable } else { known(40.0) };
        let flickers = reaches(2.0, |time| (hides(time), Some(region(300.0))));
        assert!(flickers.iter().all(|(_, reach)| *reach != Some(STEADY)), "{flickers:?}");
        let comes = reaches(1.0, |time| (Examined::Unmeasurable, (time > 0.5).then(|| region(300.0))));
        let (_, first) = comes.iter().find(|(time, _)| *time > 0.5).unwrap();
        assert_eq!(*first, None, "{comes:?}");
    }

    #[test]
    fn whoever_walks_is_measured_before_they_leave_the_region() {
        for examined in [known(2.0), Examined::Unmeasurable] {
            let walks = reaches(1.0, |time| (examined, Some(region(400.0 * time))));
            assert!(walks.iter().all(|(_, reach)| *reach != Some(STEADY)), "{walks:?}");
            let sways = reaches(1.0, |time| (examined, Some(region(100.0 * time))));
            assert!(sways[5..].iter().all(|(_, reach)| *reach == Some(STEADY)), "{sways:?}");
        }
    }

    #[test]
    fn frames_far_apart_or_of_one_time_foretell_nothing() {
        for step in [0.0, 0.25, -0.1] {
            let mut trend = Trend::default();
            for number in 0..6 {
                let time = Timestamp::from_secs_f64(3.0 + step * f64::from(number));
                trend.add(time, known(0.0), Some(region(300.0)));
                assert_eq!(trend.reach(), Some(UNSTEADY), "{step}");
            }
        }
        assert_eq!(Trend::default().reach(), None);
    }
}
