//! From a pose to the back: combines outline, standing posture and network.

use std::collections::VecDeque;

use crate::pose::Pose;
use crate::source::Timestamp;

use super::baseline::Baseline;
use super::network::{FrameReading, HiddenParts, Reader};
use super::outline::nearest;
use super::outline_watch::{OutlineWatch, Turned, WatchedOutline};
use super::plausibility;
use super::sagittal::SagittalPoint;
use super::standing::StandingFinder;
use super::standing_quality::{StandingDoubt, arm_is_up};
use super::survey::SurveyedStanding;
use super::{BackEstimate, BackSight, Change, Facing, HairOverNeck, Segments, SpineError, Unseen, thighs};

/// How far below S1 the drawn curve begins, in points of the outline's back. [own]
const BELOW_S1: usize = 4;

/// Where the standing posture comes from.
#[derive(Debug)]
enum StandingSource {
    /// It is found in the frames that are measured.
    Finder(Box<StandingFinder>),
    /// The whole recording was surveyed before: one of each stretch that is still to come.
    Survey(VecDeque<Option<SurveyedStanding>>),
}

/// Finds the back on the person's silhouette, frame by frame.
#[derive(Debug)]
pub struct Estimator {
    reader: Box<dyn Reader>,
    watch: OutlineWatch,
    turned_by_outline: Turned,
    source: StandingSource,
    /// The posture of the stretch that has just begun.
    surveyed: Option<SurveyedStanding>,
    baseline: Option<Baseline>,
    doubt: Option<StandingDoubt>,
    stands: bool,
    /// Whether another stretch of a surveyed recording has begun since that was asked for.
    stretch_begun: bool,
}

impl Estimator {
    /// Creates an estimator without any history.
    pub fn new(reader: Box<dyn Reader>) -> Self {
        Self::with_source(reader, StandingSource::Finder(Box::default()))
    }

    fn with_source(reader: Box<dyn Reader>, source: StandingSource) -> Self {
        Self {
            reader,
            watch: OutlineWatch::default(),
            turned_by_outline: Turned::default(),
            source,
            surveyed: None,
            baseline: None,
            doubt: None,
            stands: false,
            stretch_begun: false,
        }
    }

    /// This estimator without any history, for a recording whose standing postures are known from a
    /// [`StandingSurvey`](super::StandingSurvey) of the same frames.
    pub fn after_survey(self, standings: Vec<Option<SurveyedStanding>>) -> Self {
        let mut estimator = Self::with_source(self.reader, StandingSource::Survey(standings.into()));
        estimator.stand_again();
        estimator
    }

    /// Finds the back of the person in `pose`.
    ///
    /// # Errors
    /// If the network fails to run.
    pub fn estimate(&mut self, time: Timestamp, pose: &Pose) -> Result<BackSight, SpineError> {
        (self.doubt, self.stands) = (None, false);
        if self.watch.is_new(time, pose) {
            self.stand_again();
        }
        match self.watch.outline(pose) {
            Ok(seen) => self.measure(time, pose, &seen),
            Err(reason) => Ok(self.interrupted(reason)),
        }
    }

    /// Measures the outline seen in this frame.
    fn measure(&mut self, time: Timestamp, pose: &Pose, seen: &WatchedOutline) -> Result<BackSight, SpineError> {
        if let Some(found) = self.surveyed.take() {
            self.baseline = Baseline::of(self.reader.as_mut(), found.found)?;
        }
        let reading = match self.read_person(seen)? {
            Ok(reading) => reading,
            Err(reason) => return Ok(self.interrupted(reason)),
        };
        if Turned::default().beyond(reading.yaw).0 {
            self.interrupt(); // no part of a standing posture, as where the landmarks see it
        } else {
            self.find_standing(time, seen)?;
        }
        if let Some(objection) = self.objection(seen) {
            return Ok(BackSight::Unseen(objection));
        }
        self.turned_by_outline = self.turned_by_outline.beyond(reading.yaw);
        if self.turned_by_outline.0 {
            return Ok(BackSight::Unseen(Unseen::NotSideOn));
        }
        let change = self.change(&reading)?;
        if self.baseline.is_some() && change.is_none() {
            return Ok(self.interrupted(Unseen::Hidden));
        }
        let light = seen.doubt_by_light(&reading);
        // Whether the back is seen well enough does not depend on how well the person stood.
        let objection = change.as_ref().and_then(|change| plausibility::objection_to_change(change, light));
        let change = change.map(|change| change.less_sure(light));
        self.doubt = self.baseline.as_ref().map(|baseline| baseline.quality.in_frame(arm_is_up(&seen.skeleton)));
        let Some(back) = self.back_estimate(pose, seen, &reading, change) else {
            return Ok(BackSight::Unseen(Unseen::Hidden));
        };
        Ok(objection.map_or(BackSight::Seen(back), BackSight::Unseen))
    }

    /// The network, for a survey of the same frames.
    pub(crate) fn reader(&mut self) -> &mut dyn Reader {
        self.reader.as_mut()
    }

    /// The standing posture, once known.
    pub fn standing(&self) -> Option<Segments> {
        self.baseline.as_ref().map(|baseline| baseline.standing.segments)
    }

    /// How doubtful the standing posture makes the last estimate; `None` if nothing was estimated from it.
    pub fn standing_doubt(&self) -> Option<StandingDoubt> {
        self.doubt
    }

    /// Whether the person of the last frame stood as in their standing posture, and that needs no more frames; not known
    /// after a survey, which has told it already.
    pub fn stands(&self) -> bool {
        self.stands
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

    /// Whether another stretch of a surveyed recording has begun since this was asked last: what was measured before is of somebody
    /// else, or a change from another standing posture. Without a survey nothing is measured until that posture is found.
    pub fn take_stretch_begun(&mut self) -> bool {
        std::mem::take(&mut self.stretch_begun)
    }

    /// Fixes which way the person faces; `None` returns to detecting it from the picture.
    pub fn face(&mut self, facing: Option<Facing>) {
        self.watch.face(facing);
    }

    /// Discards the standing posture; it is found again when the person next stands tall and still, or is that of the
    /// next stretch of a surveyed recording.
    pub fn stand_again(&mut self) {
        self.baseline = None;
        self.surveyed = match &mut self.source {
            StandingSource::Finder(finder) => {
                **finder = StandingFinder::default();
                None
            }
            StandingSource::Survey(standings) => {
                self.stretch_begun = true;
                standings.pop_front().flatten()
            }
        };
        self.watch.restart(self.surveyed.as_ref().and_then(|surveyed| surveyed.trunk));
    }

    /// Breaks the chain of frames in which the person may be standing.
    fn interrupt(&mut self) {
        (self.doubt, self.stands) = (None, false);
        if let StandingSource::Finder(finder) = &mut self.source {
            finder.interrupt();
        }
    }

    fn interrupted(&mut self, reason: Unseen) -> BackSight {
        self.interrupt();
        BackSight::Unseen(reason)
    }

    fn objection(&self, seen: &WatchedOutline) -> Option<Unseen> {
        seen.objection(self.baseline.as_ref().map(|baseline| &baseline.standing))
    }

    /// Reads an outline that may become part of the standing posture: that of this person alone, the legs included.
    fn read_person(&mut self, seen: &WatchedOutline) -> Result<Result<FrameReading, Unseen>, SpineError> {
        if self.objection(seen) == Some(Unseen::Hidden) {
            return Ok(Err(Unseen::Hidden));
        }
        let Some(reading) = self.reader.read(&seen.outline.features)? else { return Ok(Err(Unseen::Hidden)) };
        let hidden = reading.legs_hidden(self.hidden_in_standing(&reading)) && !self.may_be_clothes(seen);
        Ok(if hidden { Err(Unseen::LegsHidden) } else { Ok(reading) })
    }

    /// What is hidden in standing; until the posture is known, what would be if the person stood as they do now.
    fn hidden_in_standing<'a>(&'a self, reading: &'a FrameReading) -> &'a HiddenParts {
        self.baseline.as_ref().map_or(&reading.hidden, |baseline| &baseline.hidden)
    }

    /// The change from the standing posture, once that is known, as the network says it.
    fn change(&mut self, reading: &FrameReading) -> Result<Option<Change>, SpineError> {
        let Some(baseline) = &self.baseline else { return Ok(None) };
        self.reader.change(&reading.code, &baseline.code)
    }

    /// Whether what hides the legs may be a skirt or a coat. Like nothing that is picked up for a bend, it is there in
    /// standing already, and it hangs down beside the thighs.
    fn may_be_clothes(&self, seen: &WatchedOutline) -> bool {
        let standing = self.baseline.as_ref().map_or(&seen.outline.features, |baseline| &baseline.standing.features);
        thighs::are_covered(standing)
    }

    /// Takes the standing posture from the frames that are measured, unless it is known from a survey.
    fn find_standing(&mut self, time: Timestamp, seen: &WatchedOutline) -> Result<(), SpineError> {
        let StandingSource::Finder(finder) = &mut self.source else { return Ok(()) };
        let segments = Segments::of(&seen.skeleton);
        let changed = finder.observe(time, segments, &seen.outline, arm_is_up(&seen.skeleton));
        self.stands = finder.stands(&segments);
        if changed && let Some(found) = finder.found() {
            self.baseline = Baseline::of(self.reader.as_mut(), found)?;
        }
        Ok(())
    }

    fn back_estimate(
        &self,
        pose: &Pose,
        seen: &WatchedOutline,
        reading: &FrameReading,
        change: Option<Change>,
    ) -> Option<BackEstimate> {
        let WatchedOutline { facing, skeleton, trunk, outline } = seen;
        let [s1, t12, c7] = reading.levels.map(|level| outline.origin + level * *trunk);
        let (low, high) = (nearest(&outline.dorsal, s1)?, nearest(&outline.dorsal, c7)?);
        let curve = outline.dorsal.get(low.saturating_sub(BELOW_S1)..=high)?;
        let camera = |point: SagittalPoint| facing.camera_from_sagittal().transform_point(point);
        let on_back = |point: SagittalPoint| outline.on_back(point).map(camera);
        let doubt = self.doubt.unwrap_or_default();
        let change = change.zip(self.baseline.as_ref()).map(|(change, baseline)| change.relative_to(&baseline.change));
        let hair_over_neck = self.hidden_in_standing(reading).hair_over_neck;
        Some(BackEstimate {
            facing: *facing,
            curve: curve.iter().map(|point| camera(*point)).collect(),
            s1: on_back(s1)?,
            t12: on_back(t12)?,
            c7: if hair_over_neck { Err(HairOverNeck) } else { Ok(on_back(c7)?) },
            hip: camera(skeleton.hip.middle()),
            segments: Segments { pelvis: reading.pelvis, upper_lumbar: reading.upper_lumbar, ..Segments::of(skeleton) },
            change: change.map(|change| change.less_sure(doubt.angle)),
            presence: pose.presence,
        })
    }
}

#[cfg(test)]
#[path = "estimator_tests.rs"]
mod tests;
