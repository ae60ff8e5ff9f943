//! One frame's view, standing posture and smoothing put together.

use crate::pose::Sighting;
use crate::source::Timestamp;
use crate::spine::{Dorsal, Facing, Unseen};

use super::calibration::Calibration;
use super::smoothing::BendFilter;
use super::{Measurement, Segments, State, view};

/// Turns what is seen into hip and lumbar flexion.
#[derive(Debug, Default)]
pub struct Meter {
    calibration: Calibration,
    filter: BendFilter,
    facing: Option<Facing>,
}

impl Meter {
    /// Measures one frame.
    pub fn measure(&mut self, time: Timestamp, sighting: &Sighting, dorsal: Result<&Dorsal, Unseen>) -> Measurement {
        match self.segments(sighting, dorsal) {
            Ok(segments) => self.bend(time, segments),
            Err(state) => {
                self.calibration.interrupt();
                Measurement { state, standing: self.calibration.standing(), ..Measurement::default() }
            }
        }
    }

    /// Forgets the standing posture; it is found again when the person next stands tall and still.
    pub fn stand_again(&mut self) {
        *self = Self::default();
    }

    fn segments(&mut self, sighting: &Sighting, dorsal: Result<&Dorsal, Unseen>) -> Result<Segments, State> {
        let facing = dorsal.map_or(Facing::Right, |dorsal| dorsal.facing);
        if let Some(obstacle) = view::obstacle(sighting, facing) {
            return Err(obstacle);
        }
        // Before the standing posture is known it is open whose it would be.
        if sighting.people > 1 && self.calibration.standing().is_none() {
            return Err(State::Several);
        }
        let pose = sighting.pose.as_ref().ok_or(State::Nobody)?;
        let dorsal = dorsal.map_err(|unseen| match unseen {
            Unseen::NotSideOn => State::Turned,
            Unseen::Hidden => State::Hidden,
        })?;
        if self.facing.is_some_and(|facing| facing != dorsal.facing) {
            self.stand_again();
        }
        self.facing = Some(dorsal.facing);
        Ok(Segments::of(pose, dorsal))
    }

    fn bend(&mut self, time: Timestamp, segments: Segments) -> Measurement {
        let Some(standing) = self.calibration.observe(time, segments) else {
            return Measurement { state: State::Calibrating, ..Measurement::default() };
        };
        let raw = segments.bend_from(&standing);
        Measurement {
            state: State::Measured,
            // A change is no better known than the worse of its two ends.
            confidence: segments.confidence.min(standing.confidence),
            raw: Some(raw),
            filtered: Some(self.filter.smooth(time, raw)),
            standing: Some(standing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::{Joint, Pose};
    use crate::spine::Estimator;
    use crate::spine::made::{Posture, pose};

    /// Runs made frames at 15 frames a second through spine and geometry.
    #[derive(Default)]
    struct Room {
        estimator: Estimator,
        meter: Meter,
        frames: u32,
    }

    impl Room {
        fn see(&mut self, pose: Option<Pose>, people: usize) -> Measurement {
            let time = Timestamp::from_secs_f64(f64::from(self.frames) / 15.0);
            self.frames += 1;
            let sighting = Sighting { pose, people };
            let dorsal = match &sighting.pose {
                Some(pose) => self.estimator.estimate(pose),
                None => Err(Unseen::Hidden),
            };
            self.meter.measure(time, &sighting, dorsal.as_ref().map_err(|unseen| *unseen))
        }

        fn see_for(&mut self, frames: u32, posture: Posture) -> Measurement {
            let pose = pose(&posture);
            (0..frames).map(|_| self.see(Some(pose.clone()), 1)).last().unwrap_or_default()
        }
    }

    fn state_of(pose: Pose) -> State {
        Room::default().see(Some(pose), 1).state
    }

    #[test]
    fn first_no_angles_then_zero_then_the_bend() {
        let mut room = Room::default();
        let calibrating = room.see_for(10, Posture::default());
        assert_eq!((calibrating.state, calibrating.filtered), (State::Calibrating, None));
        let standing = room.see_for(10, Posture::default());
        assert_eq!(standing.state, State::Measured);
        assert!(standing.filtered.unwrap().total().to_degrees().abs() < 0.5);
        let bent = room.see_for(20, Posture { pelvis: 45.0, thigh: -9.0, ..Posture::default() });
        let bend = bent.filtered.unwrap();
        assert!((bend.hip_flexion.to_degrees() - 54.0).abs() < 8.0, "{bend:?}");
        assert!(bend.lumbar_flexion.to_degrees().abs() < 8.0, "{bend:?}");
        assert!((bend.knee_flexion.to_degrees() - 9.0).abs() < 1.0, "{bend:?}");
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let mut cut_off = pose(&Posture::default());
        for joint in [Joint::LeftAnkle, Joint::RightAnkle] {
            cut_off.landmarks[joint as usize].point.y = 970.0;
        }
        let mut hidden_feet = pose(&Posture::default());
        for joint in [Joint::LeftAnkle, Joint::RightAnkle] {
            hidden_feet.landmarks[joint as usize].visibility = 0.2;
        }
        let lying = pose(&Posture { roll: 90.0, ..Posture::default() });
        let frontal = pose(&Posture { yaw: 80.0, ..Posture::default() });
        let mut hidden = pose(&Posture::default());
        hidden.mask.likelihood.fill(0.0);
        assert_eq!(Room::default().see(None, 0).state, State::Nobody);
        assert_eq!(Room::default().see(Some(pose(&Posture::default())), 2).state, State::Several);
        assert_eq!(state_of(cut_off), State::CutOff);
        assert_eq!(state_of(hidden_feet), State::CutOff);
        assert_eq!(state_of(pose(&Posture { trunk: 30.0, ..Posture::default() })), State::Far);
        assert_eq!(state_of(lying), State::NotStanding);
        assert_eq!(state_of(frontal), State::Turned);
        assert_eq!(state_of(hidden), State::Hidden);
    }

    #[test]
    fn nothing_is_measured_while_anything_is_in_the_way() {
        let mut room = Room::default();
        room.see_for(20, Posture::default());
        let turned = room.see_for(1, Posture { yaw: 80.0, ..Posture::default() });
        assert_eq!((turned.raw, turned.filtered, turned.confidence), (None, None, 0.0));
        assert!(turned.standing.is_some(), "the standing posture outlives a turn");
        assert_eq!(room.see_for(1, Posture::default()).state, State::Measured);
    }

    #[test]
    fn a_passer_by_does_not_stop_a_set_that_is_going_on() {
        let mut room = Room::default();
        room.see_for(20, Posture::default());
        assert_eq!(room.see(Some(pose(&Posture::default())), 2).state, State::Measured);
    }

    #[test]
    fn whoever_turns_round_stands_anew() {
        let mut room = Room::default();
        room.see_for(20, Posture::default());
        let turned = room.see_for(30, Posture { facing: Facing::Left, ..Posture::default() });
        assert_eq!(turned.state, State::Calibrating);
    }
}
