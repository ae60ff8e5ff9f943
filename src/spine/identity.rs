//! Whether it is still the same person: another person has another standing posture.

use std::time::Duration;

use crate::pose::{CameraPoint, Joint, Pose};
use crate::source::Timestamp;

/// A person who was out of view for longer may have moved, or be somebody else: the standing posture is found again.
/// [own]
const AWAY: Duration = Duration::from_secs(3);

/// Returns the time of the last frame if the next one, at `time`, comes so late that whoever was seen in it counts as out of view since
/// then, as after a pause or where a camera was unplugged.
pub fn away_since(last: Option<Timestamp>, time: Timestamp) -> Option<Timestamp> {
    last.filter(|last| time.since(*last) > AWAY)
}

/// Hips that moved by more trunk lengths than this within [`AT_ONCE`] belong to another person.
const FARTHEST_STEP: f32 = 1.0;

/// Maximum time between consecutive frames.
const AT_ONCE: Duration = Duration::from_millis(400);

/// Remembers when and where somebody was seen.
#[derive(Debug, Default)]
pub struct Identity {
    absent_since: Option<Timestamp>,
    /// How long nobody was in view before that, since somebody was last examined.
    absent_for: Duration,
    /// Time and position of the hips when last seen.
    last_hip: Option<(Timestamp, CameraPoint)>,
}

impl Identity {
    /// Adds a frame in which somebody is examined; `trunk` is the trunk length of the person seen before, pixels.
    pub fn may_be_somebody_else(&mut self, time: Timestamp, pose: &Pose, trunk: Option<f32>) -> bool {
        self.obstructed(time);
        let was_away = std::mem::take(&mut self.absent_for) > AWAY;
        let hip = pose.point(Joint::LeftHip).lerp(pose.point(Joint::RightHip), 0.5);
        let last = self.last_hip.replace((time, hip)).filter(|(last, _)| time.since(*last) <= AT_ONCE);
        let jumped = last.zip(trunk).is_some_and(|((_, last), trunk)| (hip - last).length() > FARTHEST_STEP * trunk);
        was_away || jumped
    }

    /// Reports that somebody was in view in this frame who could not be examined, as while they sit, or are partly outside the
    /// picture. They have not left; but who was away before that is still somebody else once they can be examined.
    pub fn obstructed(&mut self, time: Timestamp) {
        if let Some(since) = self.absent_since.take() {
            self.absent_for = self.absent_for.saturating_add(time.since(since));
        }
    }

    /// Reports that nobody was in view in this frame.
    pub fn nobody(&mut self, time: Timestamp) {
        self.absent_since.get_or_insert(time);
    }

    /// Reports that nothing has moved up to this time since the last frame: whoever was seen in it is still where they were.
    pub fn hold(&mut self, time: Timestamp) {
        if self.absent_since.is_none() && self.absent_for.is_zero() {
            self.last_hip = self.last_hip.map(|(_, hip)| (time, hip));
        }
    }
}
