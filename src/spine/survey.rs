//! The standing postures of a whole recording, found before anything of it is measured.

use crate::pose::Pose;
use crate::source::Timestamp;

use super::network::Reader;
use super::outline_watch::{OutlineWatch, Turned, WatchedOutline};
use super::sagittal::inclination;
use super::standing::{FoundStanding, StandingFinder};
use super::standing_quality::arm_is_up;
use super::trunk_length::UPRIGHT;
use super::{Facing, Segments, SpineError, Unseen, thighs};

/// The standing posture of one stretch of a recording: one person who faces one way.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyedStanding {
    /// The posture.
    pub(super) found: FoundStanding,
    /// The length of the trunk, pixels.
    pub(super) trunk: Option<f32>,
}

/// Looks through a recording for standing postures. It follows the person by the very rules by which an
/// [`Estimator`](super::Estimator) does, so the stretches are the same when it measures them.
#[derive(Debug, Default)]
pub struct StandingSurvey {
    watch: OutlineWatch,
    finder: StandingFinder,
    ended: Vec<Option<SurveyedStanding>>,
    stands: bool,
    /// Trunk, thigh and knee of the person in the last frame, if they could be examined.
    posture: Option<Segments>,
}

impl StandingSurvey {
    /// Adds a frame. Until a standing posture is known, none is taken from a frame that is not `plain`: one in which somebody of whom
    /// nothing is known could not be measured, as another person may be in their outline.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn observe(
        &mut self,
        reader: &mut dyn Reader,
        time: Timestamp,
        pose: &Pose,
        plain: bool,
    ) -> Result<(), SpineError> {
        (self.stands, self.posture) = (false, None);
        if self.watch.is_new(time, pose) {
            self.stand_again();
        }
        let seen = self.watch.outline(pose).ok();
        let standing = self.finder.standing();
        let usable = seen
            .filter(|seen| seen.objection(standing) != Some(Unseen::Hidden))
            .filter(|_| plain || standing.is_some());
        match usable {
            Some(seen) if !is_spoilt(reader, &seen)? => {
                let segments = Segments::of(&seen.skeleton);
                self.finder.observe(time, segments, &seen.outline, arm_is_up(&seen.skeleton));
                (self.stands, self.posture) = (self.finder.stands(&segments), Some(segments));
            }
            Some(_) | None => self.interrupt(),
        }
        Ok(())
    }

    /// Whether the person of the last frame stood as in their standing posture, and that needs no more frames.
    pub fn stands(&self) -> bool {
        self.stands
    }

    /// Trunk, thigh and knee of the person in the last frame, from the landmarks; `None` if they could not be examined.
    pub fn posture(&self) -> Option<Segments> {
        self.posture
    }

    /// Whether the person of the last frame stood as in their standing posture, and that needs more frames.
    pub fn is_refined(&self) -> bool {
        self.posture.is_some_and(|segments| self.finder.is_refined_by(&segments))
    }

    /// Whether the person of this stretch has stood still.
    pub fn has_stood(&self) -> bool {
        self.finder.standing().is_some() && !self.finder.is_from_tops()
    }

    /// Reports that somebody was in view in this frame, but could not be examined.
    pub fn obstructed(&mut self, time: Timestamp) {
        self.interrupt();
        self.watch.obstructed(time);
    }

    /// Reports that nobody was in view in this frame.
    pub fn nobody(&mut self, time: Timestamp) {
        self.interrupt();
        self.watch.nobody(time);
    }

    /// Reports that nothing has moved up to this time since the last frame.
    pub fn hold(&mut self, time: Timestamp) {
        self.watch.hold(time);
    }

    /// Fixes which way the person faces; `None` returns to detecting it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.watch.face(facing);
    }

    /// Ends a stretch: from here on the standing posture is another.
    pub fn stand_again(&mut self) {
        self.end_stretch();
        self.watch.restart(None);
    }

    /// The standing posture of each stretch, in order; `None` where nobody was seen upright.
    pub fn finish(mut self) -> Vec<Option<SurveyedStanding>> {
        self.end_stretch();
        self.ended
    }

    /// Breaks the chain of frames in which the person may be standing.
    fn interrupt(&mut self) {
        (self.stands, self.posture) = (false, None);
        self.finder.interrupt();
    }

    fn end_stretch(&mut self) {
        let trunk = self.watch.trunk_length();
        let found = std::mem::take(&mut self.finder).best_found();
        self.ended.push(found.map(|found| SurveyedStanding { found, trunk }));
    }
}

/// Whether a person who may be standing is turned too far, something that is no clothes hides their legs, or the network says
/// nothing of them; of others no posture is taken anyway. How far they are turned takes the whole network, so where the small one
/// says that something hides the legs, it is not asked: it is no posture either way.
fn is_spoilt(reader: &mut dyn Reader, seen: &WatchedOutline) -> Result<bool, SpineError> {
    if inclination(seen.skeleton.trunk()).radians.abs() > UPRIGHT.radians {
        return Ok(false);
    }
    let features = &seen.outline.features;
    let legs_hidden =
        !thighs::are_covered(features) && reader.hidden_parts(features)?.is_some_and(|parts| parts.hide_legs(&parts));
    Ok(legs_hidden || reader.read(features)?.is_none_or(|reading| Turned::default().beyond(reading.yaw).0))
}
