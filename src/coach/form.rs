//! How a repetition was done, beyond where its bend came from: the basis for choosing cues.

use std::time::Duration;

use euclid::Angle;

use crate::geometry::limb_pose::LimbPose;
use crate::geometry::{HalfWidth90, Measurement};
use crate::source::Timestamp;
use crate::spine::Facing;
use crate::statistics::{median, median_is_lower_bound};
use crate::units::degrees;

use super::repetition::HIDES_BOTTOM;
use super::{BottomStay, Event, Lean, Phase, Progress, Repetition};

/// The upright posture of the neck is taken over this last part of the time at the top.
const UPRIGHT: Duration = Duration::from_secs(1);

/// The low back has joined in once it stays out of its zone for this long; a single noisy frame does not count. [own]
const STAYS: Duration = Duration::from_millis(200);

/// So many frames of a bend are held one by one: its way down, which takes no longer than 17 s at 60 frames/s. [own]
const WAY_DOWN: usize = 1024;

/// The most frames of a bend that are held: of what follows the way down every second one, then every fourth, so that whoever
/// stays bent, or works bent over, costs no memory. [own]
const MOST: usize = 2 * WAY_DOWN;

/// One finished repetition and how it was done.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Form {
    /// The repetition.
    pub repetition: Repetition,
    /// Hip flexion at which the low back left its neutral zone on the way down for good; `None` if it did not.
    pub joined: Option<Angle<f32>>,
    /// How far the hips moved before that.
    pub reach: Reach,
    /// Neck extension at the bottom relative to the last second before the repetition, positive when looking up; `None` if nothing was
    /// measured in that.
    pub neck_extension: Option<Angle<f32>>,
    /// Time from leaving the upright to the deepest point, without a pause there ([`BottomStay::time_down`]); the longest that it may
    /// have been, where nothing was measured when the bend began.
    pub down: Duration,
    /// Which way the person faced at the bottom; `None` if that was not settled.
    pub facing: Option<Facing>,
}

/// A hip reach with a larger half width than this is not told: people with short hamstrings and without differ by 20° (52 ± 9° and
/// 72 ± 4°, Clin Biomech 7:38, 1992), so it could be either's. The same holds for one bend and for several together.
pub const MOST_UNCERTAIN_REACH: Angle<f32> = degrees(20.0);

/// Hip reach: how far the hips bend before the low back joins in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reach {
    /// Hip flexion where the low back joined in, or at the bottom if it never did.
    pub angle: Angle<f32>,
    /// Half width of its 90 % interval. Source: `METHOD.md`, "Hip mobility".
    pub half_width_90: Angle<f32>,
    /// Whether the low back joined in. If it did not, the hips may be able to go further than the person went.
    pub limited: bool,
}

impl Reach {
    /// Whether it is known well enough to be told.
    pub fn is_told(&self) -> bool {
        self.half_width_90 <= MOST_UNCERTAIN_REACH
    }

    /// Returns the median of several reaches of one session, with the median half width of their intervals: the errors
    /// of one session have a common cause, the person's shape and clothes, so more repetitions do not reduce them. What
    /// comes of a reach that may have gone further: [`median_is_lower_bound`]. `None` if it [cannot be told](Reach::is_told).
    pub fn median(reaches: &[Self]) -> Option<Self> {
        let angle = median(reaches.iter().map(|reach| reach.angle.radians))?;
        let half_width_90 = median(reaches.iter().map(|reach| reach.half_width_90.radians))?;
        let limited = !median_is_lower_bound(reaches.iter().map(|reach| (reach.angle.radians, !reach.limited)));
        let together = Self { angle: Angle::radians(angle), half_width_90: Angle::radians(half_width_90), limited };
        Some(together).filter(Self::is_told)
    }
}

/// Tracks the limbs through repetitions.
#[derive(Debug, Default)]
pub struct FormTracker {
    /// The measured frames of the last second at the top.
    top: Vec<(Timestamp, LimbPose)>,
    current: BendSamples,
    /// Whether the next frame that is measured is of somebody else, or from another standing posture.
    stretch_begins: bool,
}

/// The frames of the current bend, at most [`MOST`].
#[derive(Debug, Default)]
struct BendSamples {
    held: Vec<FormSample>,
    /// How many times every second frame after the way down was dropped.
    thinned: u32,
    /// The frames since the last one that is held.
    passed: usize,
}

impl BendSamples {
    fn push(&mut self, sample: FormSample) {
        self.passed += 1;
        if self.passed < 1 << self.thinned.min(usize::BITS - 1) {
            return;
        }
        self.passed = 0;
        self.held.push(sample);
        if self.held.len() > MOST {
            let mut number = 0;
            self.held.retain(|_| {
                number += 1;
                number <= WAY_DOWN || number % 2 == 1
            });
            self.thinned += 1;
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct FormSample {
    time: Timestamp,
    limbs: LimbPose,
    hip: Angle<f32>,
    lumbar: Angle<f32>,
    trunk: Angle<f32>,
    half_width_90: HalfWidth90,
}

impl FormTracker {
    /// Reports that what follows is of somebody else, or measured from another standing posture: their neck upright is another.
    pub fn begin_stretch(&mut self) {
        self.stretch_begins = true;
    }

    /// Processes one frame, with the limbs of whoever is seen in it. Returns the form of the repetition that was just finished.
    pub fn observe(
        &mut self,
        time: Timestamp,
        measurement: &Measurement,
        limbs: Option<&LimbPose>,
        progress: &Progress,
    ) -> Option<Form> {
        let finished = progress.events.iter().find_map(|event| match event {
            Event::RepetitionFinished(repetition) => Some(*repetition),
            _ => None,
        });
        let form = finished.map(|repetition| self.form(repetition, progress.bands().hips));
        let measured = measurement.filtered.zip(measurement.half_width_90).zip(limbs);
        if progress.phase == Phase::Top {
            self.current = BendSamples::default();
            self.top.retain(|(then, _)| time.since(*then) <= UPRIGHT);
        }
        if let Some(((bend, half_width_90), limbs)) = measured {
            if std::mem::take(&mut self.stretch_begins) {
                self.top.clear();
            }
            if progress.phase == Phase::Top {
                self.top.push((time, *limbs));
            } else {
                let (hip, lumbar, trunk) = (bend.hip_flexion, bend.lumbar_flexion, bend.trunk_inclination);
                self.current.push(FormSample { time, limbs: *limbs, hip, lumbar, trunk, half_width_90 });
            }
        }
        form
    }

    fn form(&self, repetition: Repetition, zone: Angle<f32>) -> Form {
        let upright = median(self.top.iter().map(|(_, limbs)| limbs.neck.radians)).map(Angle::radians);
        let bottom = self.current.held.iter().min_by_key(|sample| distance(sample.time, repetition.bottom));
        let down = self.time_down(&repetition);
        let joined = self.leaves(down, zone, |sample| sample.lumbar);
        Form {
            repetition,
            joined: joined.map(|sample| sample.hip),
            reach: self.reach(&repetition, joined, down, zone),
            neck_extension: upright.zip(bottom).map(|(upright, bottom)| upright - bottom.limbs.neck),
            down: down + self.unseen_start(),
            facing: bottom.and_then(|bottom| bottom.limbs.facing),
        }
    }

    fn time_down(&self, repetition: &Repetition) -> Duration {
        let leans: Vec<Lean> = self.current.held.iter().map(|sample| (sample.time, sample.trunk.radians)).collect();
        repetition.time_down(BottomStay::of(&leans))
    }

    /// How long nothing was measured right before the bend was first seen: it may have begun anywhere in that. Zero if that is no
    /// longer than a gap that hides nothing else.
    fn unseen_start(&self) -> Duration {
        let gap = self.current.held.first().zip(self.top.last()).map(|(first, (time, _))| first.time.since(*time));
        gap.filter(|gap| *gap > HIDES_BOTTOM).unwrap_or_default()
    }

    /// Returns where the low back joined in. The uncertainty follows from those of hip and lumbar flexion: with a
    /// larger or smaller lumbar flexion, by its half width, all the way down, the low back would have joined in earlier
    /// or later. Where nothing was measured just before, it may have joined in anywhere in that gap.
    fn reach(&self, repetition: &Repetition, joined: Option<&FormSample>, down: Duration, zone: Angle<f32>) -> Reach {
        let (bend, half_width_90) = (&repetition.bend, &repetition.half_width_90);
        let angle = joined.map_or(bend.hip_flexion, |sample| sample.hip);
        let hip = joined.map_or(half_width_90, |sample| &sample.half_width_90).hip_flexion;
        let more = |sample: &FormSample| sample.lumbar + sample.half_width_90.lumbar_flexion;
        let less = |sample: &FormSample| sample.lumbar - sample.half_width_90.lumbar_flexion;
        let earliest = self.leaves(down, zone, more).map_or(angle, |sample| sample.hip);
        let latest = self.leaves(down, zone, less).map_or(bend.hip_flexion, |sample| sample.hip);
        let from_back = (larger(latest, angle).radians - earliest.radians.min(angle.radians)) / 2.0;
        let unseen = joined.map_or(Angle::zero(), |sample| self.unseen_before(sample));
        Reach {
            angle,
            half_width_90: Angle::radians(hip.radians.hypot(from_back)) + unseen,
            limited: joined.is_some() || bend.lumbar_flexion > zone,
        }
    }

    /// How far the hips bent in the gap that ends with this sample, from the last measured frame on: from standing, if that was at the
    /// top. Zero if the gap is no longer than one that hides nothing else.
    fn unseen_before(&self, sample: &FormSample) -> Angle<f32> {
        let in_bend = self.current.held.iter().rfind(|before| before.time < sample.time);
        let before = in_bend.map(|before| (before.time, before.hip));
        let before = before.or_else(|| self.top.last().map(|(time, _)| (*time, Angle::zero())));
        match before {
            Some((time, _)) if sample.time.since(time) <= HIDES_BOTTOM => Angle::zero(),
            Some((_, hip)) => larger(sample.hip - hip, Angle::zero()),
            None => larger(sample.hip, Angle::zero()),
        }
    }

    /// Returns the first frame from which lumbar flexion stays out of the `zone` for the rest of the way `down`, for at least
    /// [`STAYS`].
    fn leaves(
        &self,
        down: Duration,
        zone: Angle<f32>,
        lumbar: impl Fn(&FormSample) -> Angle<f32>,
    ) -> Option<&FormSample> {
        let start = self.current.held.first()?.time;
        let way: Vec<_> = self.current.held.iter().filter(|sample| sample.time.since(start) <= down).collect();
        let inside = way.iter().rposition(|sample| lumbar(sample) <= zone);
        let first = way.get(inside.map_or(0, |inside| inside + 1))?;
        (down.saturating_sub(first.time.since(start)) >= STAYS).then_some(*first)
    }
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
    use crate::coach::fixtures::set;
    use crate::geometry::Bend;

    /// A repetition of 70° with `lumbar` from the low back; `limbs` gives the limb pose for each depth, from 0 to 1.
    fn form(lumbar: f32, limbs: impl Fn(f32) -> LimbPose) -> Form {
        known_to(HalfWidth90::default(), lumbar, limbs)
    }

    fn known_to(half_width_90: HalfWidth90, lumbar: f32, limbs: impl Fn(f32) -> LimbPose) -> Form {
        let mut coach = Coach::default();
        let mut tracker = FormTracker::default();
        let forms = set(15.0, 70.0, lumbar).into_iter().filter_map(|(time, mut measurement)| {
            measurement.half_width_90 = Some(half_width_90);
            let depth = measurement.filtered.unwrap().trunk_inclination.to_degrees() / 70.0;
            let progress = coach.observe(time, &measurement);
            tracker.observe(time, &measurement, Some(&limbs(depth)), &progress)
        });
        let forms: Vec<_> = forms.collect();
        assert_eq!(forms.len(), 1);
        forms[0]
    }

    /// Measured standing.
    fn upright() -> Measurement {
        let half_width_90 = Some(HalfWidth90::default());
        Measurement { filtered: Some(Bend::default()), half_width_90, ..Measurement::default() }
    }

    #[test]
    fn where_the_back_joined_in_is_the_hip_flexion_at_that_moment() {
        // Lumbar flexion is 40° of 70°: it passes 12° where hip flexion is 9°.
        let joined = form(40.0, |_| LimbPose::default()).joined.unwrap();
        assert!((joined.to_degrees() - 9.0).abs() < 2.5, "{joined:?}");
        let hinge = form(5.0, |_| LimbPose::default());
        assert_eq!(hinge.joined, None);
        assert!((hinge.reach.angle.to_degrees() - 65.0).abs() < 3.0 && !hinge.reach.limited);
    }

    #[test]
    fn how_sure_the_reach_is_follows_from_both_intervals() {
        let half_width_90 = |hip, lumbar| HalfWidth90 { hip_flexion: degrees(hip), lumbar_flexion: degrees(lumbar) };
        let reach = |hip, lumbar, bend| known_to(half_width_90(hip, lumbar), bend, |_| LimbPose::default()).reach;
        let sure = |reach: Reach| reach.half_width_90.to_degrees();
        assert!((sure(reach(6.0, 0.0, 40.0)) - 6.0).abs() < 0.1, "the hip's own");
        // Hip flexion grows by 30° for every 40° of lumbar flexion: ±8° there is ±6° here, a frame is 3°.
        assert!((sure(reach(0.0, 8.0, 40.0)) - 6.0).abs() < 1.6, "{:?}", reach(0.0, 8.0, 40.0));
        assert!(sure(reach(6.0, 8.0, 40.0)) > sure(reach(6.0, 0.0, 40.0)) + 1.0);
        // Lumbar flexion of 10° may be 15°, and then the low back joined in before the bottom.
        let near = reach(6.0, 5.0, 10.0);
        assert!(!near.limited && sure(near) > 10.0, "{near:?}");
        assert!((sure(reach(6.0, 5.0, 3.0)) - 6.0).abs() < 0.1, "far from joining in");
    }

    #[test]
    fn a_low_back_that_joined_in_while_nothing_was_measured_did_so_anywhere_in_that_gap() {
        // It leaves its zone where hip flexion is 9°, a third of a second after the bend began.
        let form = |hidden: std::ops::Range<f64>| {
            let (mut coach, mut tracker) = (Coach::default(), FormTracker::default());
            let forms = set(15.0, 70.0, 40.0).into_iter().filter_map(|(time, measurement)| {
                let is_hidden = hidden.contains(&time.as_secs_f64());
                let measurement = if is_hidden { Measurement::default() } else { measurement };
                let progress = coach.observe(time, &measurement);
                tracker.observe(time, &measurement, Some(&LimbPose::default()), &progress)
            });
            forms.last().unwrap()
        };
        for (from, to) in [(1.22, 1.75), (1.02, 1.75)] {
            let Form { reach: Reach { angle, half_width_90, .. }, down, .. } = form(from..to);
            let within = (angle - degrees(9.0)).radians.abs() <= half_width_90.radians;
            assert!(angle > degrees(20.0) && within, "{from}: {angle:?} ± {half_width_90:?}");
            assert!(down >= form(0.0..0.0).down.mul_f32(0.9), "{from}: {down:?} is told as too fast");
        }
        assert!(form(0.0..0.0).reach.half_width_90 < degrees(1.0));
    }

    #[test]
    fn reaches_that_leave_everything_open_are_not_told() {
        let reach = |angle, half_width_90| Reach {
            angle: degrees(angle),
            half_width_90: degrees(half_width_90),
            limited: false,
        };
        let together = |half_width_90| Reach::median(&[reach(70.0, half_width_90), reach(73.0, half_width_90)]);
        assert!(together(19.0).is_some());
        assert_eq!(together(61.0), None, "at least 73° ± 61 is everything from sitting to touching the floor");
    }

    #[test]
    fn a_median_between_two_is_open_if_the_larger_one_is() {
        let reach = |angle, limited| Reach { angle: degrees(angle), half_width_90: degrees(5.0), limited };
        let is_limited = |limited| {
            let reaches = [reach(40.0, true), reach(42.0, true), reach(60.0, limited), reach(64.0, false)];
            Reach::median(&reaches).unwrap().limited
        };
        assert_eq!([true, false].map(is_limited), [true, false]);
        assert!(Reach::median(&[reach(40.0, true), reach(42.0, true), reach(60.0, false)]).unwrap().limited);
    }

    #[test]
    fn whoever_stays_bent_for_an_hour_costs_no_memory_and_where_the_back_joined_in_is_still_known() {
        let mut tracker = FormTracker::default();
        tracker.observe(Timestamp::default(), &upright(), Some(&LimbPose::default()), &Progress::default());
        let (mut most, mut form) = (0, None);
        let frames = 60 * 60 * 60;
        for frame in 0..frames {
            // Down in a second, the low back from 30° of the hips on; deepest after half an hour.
            let depth = (frame as f32 / 60.0).min(1.0);
            let lumbar = degrees((60.0 * depth - 30.0).max(0.0));
            let bend = Bend {
                hip_flexion: degrees(60.0 * depth),
                lumbar_flexion: lumbar,
                trunk_inclination: degrees(60.0 * depth),
                ..Bend::default()
            };
            let half_width_90 = Some(HalfWidth90::default());
            let measurement = Measurement { filtered: Some(bend), half_width_90, ..Measurement::default() };
            let time = |frame: u32| Timestamp::from_secs_f64(f64::from(frame) / 60.0);
            let finished = Repetition { bottom: time(frames / 2), bend, ..Repetition::default() };
            let events = (frame + 1 == frames).then_some(Event::RepetitionFinished(finished));
            let phase = Phase::Bottom;
            let progress = Progress { phase, events: events.into_iter().collect(), ..Progress::default() };
            let limbs = LimbPose { neck: degrees(if frame < frames / 4 { 20.0 } else { 0.0 }), ..LimbPose::default() };
            form = tracker.observe(time(frame), &measurement, Some(&limbs), &progress);
            most = most.max(tracker.current.held.len());
        }
        assert!(most <= MOST + 1, "{most}");
        let form = form.unwrap();
        assert!((form.joined.unwrap().to_degrees() - 42.5).abs() < 1.5, "{form:?}");
        assert_eq!(form.neck_extension, Some(Angle::zero()), "the bottom, not the way down");
    }

    #[test]
    fn frames_in_which_nobody_is_seen_say_nothing_of_the_neck() {
        // Nobody is seen for most of the second before the bend; the neck is at 40° upright, at 5° at the bottom.
        let (mut coach, mut tracker) = (Coach::default(), FormTracker::default());
        let forms = set(15.0, 70.0, 5.0).into_iter().filter_map(|(time, measurement)| {
            let seen = !(0.2..0.9).contains(&time.as_secs_f64());
            let measurement = if seen { measurement } else { Measurement::default() };
            let depth = measurement.filtered.map_or(0.0, |bend| bend.trunk_inclination.to_degrees() / 70.0);
            let limbs = LimbPose { neck: degrees(40.0 - 35.0 * depth), ..LimbPose::default() };
            let progress = coach.observe(time, &measurement);
            tracker.observe(time, &measurement, seen.then_some(&limbs), &progress)
        });
        let neck = forms.last().unwrap().neck_extension.unwrap().to_degrees();
        assert!((neck - 35.0).abs() < 1.5, "{neck}");
    }

    /// The neck's extension in a bend that follows these frames at the top at once, each the neck, degrees, and whether a stretch
    /// begins with it; upright, the neck is at 0° at the bottom.
    fn neck_after(top: &[(f32, bool)]) -> Option<f32> {
        let mut tracker = FormTracker::default();
        let limbs = |neck| LimbPose { neck: degrees(neck), ..LimbPose::default() };
        for (neck, stretch_begins) in top {
            if *stretch_begins {
                tracker.begin_stretch();
            }
            tracker.observe(Timestamp::default(), &upright(), Some(&limbs(*neck)), &Progress::default());
        }
        let bent = Progress { phase: Phase::Bottom, ..Progress::default() };
        tracker.observe(Timestamp::default(), &upright(), Some(&limbs(0.0)), &bent);
        let events = vec![Event::RepetitionFinished(Repetition::default())];
        let form = tracker.observe(Timestamp::default(), &upright(), None, &Progress { events, ..Progress::default() });
        form.unwrap().neck_extension.map(|extension| extension.to_degrees().round())
    }

    #[test]
    fn the_neck_upright_is_that_of_the_same_person_and_unknown_where_they_were_not_measured() {
        assert_eq!(neck_after(&[(30.0, false), (30.0, false), (30.0, false)]), Some(30.0));
        assert_eq!(neck_after(&[(30.0, false), (30.0, false), (10.0, true)]), Some(10.0), "somebody else");
        assert_eq!(neck_after(&[]), None);
    }

    #[test]
    fn the_neck_is_told_as_change_from_before_the_repetition() {
        let form = form(5.0, |depth| LimbPose { neck: Angle::degrees(10.0 - 35.0 * depth), ..LimbPose::default() });
        assert!((form.neck_extension.unwrap().to_degrees() - 35.0).abs() < 1.5, "{form:?}");
        assert!((form.down.as_secs_f64() - 0.87).abs() < 0.16, "without the second that it stays there: {form:?}");
    }
}
