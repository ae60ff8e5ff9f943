//! How a repetition was done, beyond where its bend came from: what the cues are chosen by.

use std::time::Duration;

use euclid::Angle;

use crate::geometry::Measurement;
use crate::geometry::limbs::Limbs;
use crate::source::Timestamp;
use crate::statistics::median;

use super::{Event, Phase, Progress, Repetition};

/// Frames at the top that make the upright posture of shank and neck: the last second of them.
const UPRIGHT: Duration = Duration::from_secs(1);

/// The low back has joined in once it stays out of its zone for this long: one noisy frame does not count. [own]
const STAYS: Duration = Duration::from_millis(200);

/// One finished repetition and how it was done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form {
    /// The repetition.
    pub repetition: Repetition,
    /// Hip flexion at which the low back left its neutral zone on the way down and stayed out of it; `None` if it did not.
    pub joined: Option<Angle<f32>>,
    /// How far the knees travelled forward: largest shank inclination less that before the repetition.
    pub knee_travel: Angle<f32>,
    /// How far the neck was extended at the bottom against before the repetition, positive when looking up.
    pub neck_extension: Angle<f32>,
    /// From leaving the upright to the deepest point.
    pub down: Duration,
}

impl Form {
    /// How far the hips went before the low back joined in: hip flexion then, or at the bottom if it never did. `None`
    /// when it cannot be told where the bend came from.
    pub fn reach(&self) -> Option<Angle<f32>> {
        self.repetition.verdict.map(|_| self.joined.unwrap_or(self.repetition.bend.hip_flexion))
    }
}

/// Follows the limbs through repetitions.
#[derive(Debug, Default)]
pub struct FormTracker {
    top: Vec<(Timestamp, Limbs)>,
    current: Vec<Moment>,
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    time: Timestamp,
    limbs: Limbs,
    hip: Angle<f32>,
    lumbar: Angle<f32>,
}

impl FormTracker {
    /// Takes one frame; gives the form of the repetition that has just been finished.
    pub fn observe(
        &mut self,
        time: Timestamp,
        measurement: &Measurement,
        limbs: &Limbs,
        progress: &Progress,
    ) -> Option<Form> {
        let finished = progress.events.iter().find_map(|event| match event {
            Event::RepetitionFinished(repetition) => Some(*repetition),
            _ => None,
        });
        let form = finished.map(|repetition| self.form(repetition, progress.bands().hips));
        match (progress.phase, measurement.filtered) {
            (Phase::Top, _) => {
                self.current.clear();
                self.top.push((time, *limbs));
                self.top.retain(|(then, _)| time.since(*then) <= UPRIGHT);
            }
            (_, Some(bend)) => {
                self.current.push(Moment { time, limbs: *limbs, hip: bend.hip_flexion, lumbar: bend.lumbar_flexion });
            }
            (_, None) => {}
        }
        form
    }

    fn form(&self, repetition: Repetition, zone: Angle<f32>) -> Form {
        let upright = |of: fn(&Limbs) -> Angle<f32>| middle(self.top.iter().map(|(_, limbs)| of(limbs)));
        let bottom = self.current.iter().min_by_key(|moment| distance(moment.time, repetition.bottom));
        let knee = self.current.iter().map(|moment| moment.limbs.shank).fold(Angle::radians(f32::MIN), larger);
        Form {
            repetition,
            joined: self.joined(repetition.bottom, zone),
            knee_travel: if self.current.is_empty() { Angle::zero() } else { knee - upright(|limbs| limbs.shank) },
            neck_extension: bottom.map_or(Angle::zero(), |bottom| upright(|limbs| limbs.neck) - bottom.limbs.neck),
            down: repetition.bottom.since(repetition.start),
        }
    }

    /// Hip flexion in the first frame from which on the low back stays out of its `zone` for [`STAYS`].
    fn joined(&self, bottom: Timestamp, zone: Angle<f32>) -> Option<Angle<f32>> {
        let down: Vec<_> = self.current.iter().filter(|moment| moment.time <= bottom).collect();
        let inside = down.iter().rposition(|moment| moment.lumbar <= zone);
        let first = down.get(inside.map_or(0, |inside| inside + 1))?;
        (bottom.since(first.time) >= STAYS).then_some(first.hip)
    }
}

fn middle(angles: impl Iterator<Item = Angle<f32>>) -> Angle<f32> {
    Angle::radians(median(angles.map(|angle| angle.radians)).unwrap_or_default())
}

fn larger(one: Angle<f32>, other: Angle<f32>) -> Angle<f32> {
    if other > one { other } else { one }
}

fn distance(one: Timestamp, other: Timestamp) -> Duration {
    one.since(other).max(other.since(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Coach;
    use crate::coach::made::set;

    /// A repetition of 70° in which the low back gives `lumbar` and the limbs do as `limbs` says of the depth, 0 to 1.
    fn form(lumbar: f32, limbs: impl Fn(f32) -> Limbs) -> Form {
        let mut coach = Coach::default();
        let mut tracker = FormTracker::default();
        let forms = set(15.0, 70.0, lumbar).into_iter().filter_map(|(time, measurement)| {
            let depth = measurement.filtered.unwrap().trunk_inclination.to_degrees() / 70.0;
            let progress = coach.observe(time, &measurement);
            tracker.observe(time, &measurement, &limbs(depth), &progress)
        });
        let forms: Vec<_> = forms.collect();
        assert_eq!(forms.len(), 1);
        forms[0]
    }

    #[test]
    fn where_the_back_joined_in_is_the_hip_flexion_at_that_moment() {
        // Lumbar flexion is 40° of 70°: it passes 12° where hip flexion is 9°.
        let joined = form(40.0, |_| Limbs::default()).joined.unwrap();
        assert!((joined.to_degrees() - 9.0).abs() < 2.5, "{joined:?}");
        let hinge = form(5.0, |_| Limbs::default());
        assert_eq!(hinge.joined, None);
        assert!((hinge.reach().unwrap().to_degrees() - 65.0).abs() < 3.0);
    }

    #[test]
    fn knees_and_neck_are_told_as_change_from_before_the_repetition() {
        let form = form(5.0, |depth| Limbs {
            shank: Angle::degrees(4.0 + 20.0 * depth),
            neck: Angle::degrees(10.0 - 35.0 * depth),
            ..Limbs::default()
        });
        assert!((form.knee_travel.to_degrees() - 20.0).abs() < 1.5, "{form:?}");
        assert!((form.neck_extension.to_degrees() - 35.0).abs() < 1.5, "{form:?}");
        assert!((form.down.as_secs_f64() - 1.0).abs() < 0.3, "{form:?}");
    }
}
