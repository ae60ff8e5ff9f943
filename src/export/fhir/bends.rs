//! The bends of each drill: a panel with the medians, its repetitions as members, and how far the hips went.

use euclid::Angle;

use super::codes::{self, CodeEntry};
use super::component::{
    absent, angle, angle_bounds, bounded_angle, bounded_percent, choice, count, flag, percent, seconds, text,
};
use super::identity::reference;
use super::parts::Parts;
use super::resource::{FhirComponent, FhirConcept, FhirEffective, FhirObservation, FhirQuantity, FhirValue};
use crate::coach::form::Reach;
use crate::coach::{MOST_PROBABLE, NoVerdict, SetGoal, SetPurpose, Verdict};
use crate::geometry::{Bend, State};
use crate::statistics::median;
use crate::store::trend::TrendPoint;
use crate::store::{Session, StoredRepetition};

/// The repetitions of one drill that were for the same and asked for the same.
#[derive(Debug)]
struct DrillBends<'s> {
    drill: Option<&'s str>,
    purpose: SetPurpose,
    goal: SetGoal,
    repetitions: Vec<&'s StoredRepetition>,
}

/// Why an angle that was kept is none: its number is too large for FHIR.
const OVERFLOW: (CodeEntry, CodeEntry) = (codes::UNKNOWN, codes::NOT_KEPT);

/// All observations of bends: of each drill its panel, its reach and its repetitions.
pub(super) fn observations(parts: &Parts<'_>) -> Vec<FhirObservation> {
    let drills = DrillBends::of(&parts.whole.session);
    drills.iter().enumerate().flat_map(|(at, drill)| drill.observations(parts, at)).collect()
}

/// The code of all that says how far joints moved: ours, and the wider one of SNOMED CT.
fn movement(own: CodeEntry) -> FhirConcept {
    FhirConcept::translated(codes::RANGE_OF_MOVEMENT, own)
}

impl<'s> DrillBends<'s> {
    /// The drills of a session in the order of their first sets; of one that does not lead, and of one in which no set began, one.
    fn of(session: &'s Session) -> Vec<Self> {
        let mut drills: Vec<Self> = Vec::new();
        for set in &session.sets {
            Self::take(&mut drills, (set.drill.as_deref(), set.purpose, set.goal));
        }
        for kept in session.repetitions.iter().filter(|kept| kept.counts()) {
            let set = session.sets.iter().find(|set| Some(set.number) == kept.set);
            let key = set.map(|set| (set.drill.as_deref(), set.purpose, set.goal)).unwrap_or_default();
            Self::take(&mut drills, key).repetitions.push(kept);
        }
        if drills.is_empty() {
            Self::take(&mut drills, Default::default());
        }
        drills
    }

    /// The one of this key, which is added if there is none.
    fn take<'d>(drills: &'d mut Vec<Self>, key: (Option<&'s str>, SetPurpose, SetGoal)) -> &'d mut Self {
        let (drill, purpose, goal) = key;
        let known = drills.iter().position(|one| (one.drill, one.purpose, one.goal) == key);
        let at = known.unwrap_or(drills.len());
        if known.is_none() {
            drills.push(Self { drill, purpose, goal, repetitions: Vec::new() });
        }
        &mut drills[at]
    }

    fn observations(&self, parts: &Parts<'_>, at: usize) -> Vec<FhirObservation> {
        let repetitions: Vec<_> = self.repetitions.iter().map(|kept| repetition(parts, kept)).collect();
        let members: Vec<_> = repetitions.iter().map(|one| reference(&one.id)).collect();
        let panel = FhirObservation {
            value: repetitions.is_empty().then(|| no_bend(parts)),
            has_member: members.clone(),
            component: self.components(),
            ..parts.measurement(parts.id("bends", &at.to_string()), movement(codes::BENDS))
        };
        let reach =
            self.reach().map(|reach| FhirObservation { derived_from: members, ..reached(parts, at, &reach, self) });
        [panel].into_iter().chain(reach).chain(repetitions).collect()
    }

    fn reach(&self) -> Option<Reach> {
        Reach::median(&self.repetitions.iter().filter_map(|kept| kept.reach).collect::<Vec<_>>())
    }

    /// What the drill was, and what came of it.
    fn components(&self) -> Vec<FhirComponent> {
        let told: Vec<_> = self.repetitions.iter().filter(|kept| kept.repetition.verdict.is_some()).copied().collect();
        let of = |verdict| told.iter().filter(|kept| kept.repetition.verdict == Some(verdict)).count();
        let counts = [
            (codes::REPETITIONS, self.repetitions.len()),
            (codes::JUDGED, told.len()),
            (codes::FROM_HIPS, of(Verdict::Hips)),
            (codes::FROM_BOTH, of(Verdict::Mixed)),
            (codes::FROM_BACK, of(Verdict::Back)),
        ];
        let counts = counts.map(|(code, number)| count(code, number));
        let medians = if self.repetitions.is_empty() { Vec::new() } else { medians(&told) };
        self.described().into_iter().chain(counts).chain(medians).collect()
    }

    /// Which drill it was, for what, and what it asked for.
    fn described(&self) -> Vec<FhirComponent> {
        let purpose = match self.purpose {
            SetPurpose::Practice => codes::PRACTICE,
            SetPurpose::Retention => codes::WITHOUT_FEEDBACK,
        };
        let goal = match self.goal {
            SetGoal::Hips => codes::GOAL_HIPS,
            SetGoal::Back => codes::GOAL_BACK,
            SetGoal::Any => codes::GOAL_ANY,
        };
        let drill = self.drill.and_then(|drill| text(codes::DRILL, drill));
        drill.into_iter().chain([choice(codes::PURPOSE, purpose), choice(codes::GOAL, goal)]).collect()
    }
}

/// The medians over the repetitions with a verdict: `METHOD.md`, "Files for other programs".
fn medians(told: &[&StoredRepetition]) -> Vec<FhirComponent> {
    let why = (codes::UNKNOWN, codes::NONE_JUDGED);
    let point = |of: fn(&StoredRepetition) -> Option<TrendPoint>| {
        TrendPoint::median(&told.iter().filter_map(|kept| of(kept)).collect::<Vec<_>>())
    };
    let middle = |of: fn(&Bend) -> Angle<f32>| {
        median(told.iter().map(|kept| of(&kept.repetition.bend).radians)).map(Angle::radians)
    };
    let mut components = bounded_angle(codes::HIP_FLEXION, point(|kept| Some(TrendPoint::depth(kept))), why);
    components.extend(bounded_angle(codes::LUMBAR_FLEXION, point(|kept| Some(TrendPoint::lumbar(kept))), why));
    components.extend(bounded_percent(codes::LUMBAR_SHARE, point(TrendPoint::share), why));
    components.push(angle(codes::TRUNK, middle(|bend| bend.trunk_inclination), codes::NONE_JUDGED));
    components.push(angle(codes::KNEE, middle(|bend| bend.knee_flexion), codes::NONE_JUDGED));
    components
}

/// Why there is no bend.
fn no_bend(parts: &Parts<'_>) -> FhirValue {
    let session = &parts.whole.session;
    let outside = session.outside_sets();
    if outside > 0 {
        let sets = if session.sets.is_empty() { "No set was begun" } else { "No bend was made in this set" };
        let bends = if outside == 1 { "1 bend".to_owned() } else { format!("{outside} bends") };
        let text = format!("{sets}; {bends} outside the sets, not counted");
        return FhirValue::absent_because(codes::NOT_APPLICABLE, codes::OUTSIDE_SETS, text);
    }
    let states = &parts.states;
    if states.frames_in(State::Measured) > 0 {
        return FhirValue::absent(codes::NOT_PERFORMED, codes::NO_BEND);
    }
    let obstacle = states.main_obstacle().and_then(|state| codes::of_word("state", state.word()));
    FhirValue::absent(codes::UNKNOWN, obstacle.unwrap_or(codes::NO_FRAMES))
}

/// How far the hips went: the value, its bounds, and the drill.
fn reached(parts: &Parts<'_>, at: usize, reach: &Reach, drill: &DrillBends<'_>) -> FhirObservation {
    let point = TrendPoint::from(*reach);
    let value = FhirQuantity::degrees(point.value).map(|value| FhirValue::Quantity(value.at_least(point.at_least)));
    let bounds = if value.is_some() { angle_bounds(codes::HIP_REACH, &point) } else { Vec::new() };
    FhirObservation {
        value: Some(value.unwrap_or_else(|| FhirValue::absent(OVERFLOW.0, OVERFLOW.1))),
        component: drill.described().into_iter().chain(bounds).collect(),
        ..parts.measurement(parts.id("reach", &at.to_string()), movement(codes::REACH))
    }
}

/// One bend.
fn repetition(parts: &Parts<'_>, kept: &StoredRepetition) -> FhirObservation {
    let repetition = &kept.repetition;
    let [start, end] = [repetition.start, repetition.end].map(|time| time.since(crate::source::Timestamp::default()));
    FhirObservation {
        effective: parts.between(start, end).map(FhirEffective::Period),
        component: repetition_components(kept),
        ..parts.measurement(parts.id("repetition", &kept.number.to_string()), movement(codes::REPETITION))
    }
}

fn repetition_components(kept: &StoredRepetition) -> Vec<FhirComponent> {
    let repetition = &kept.repetition;
    let bend = &repetition.bend;
    let mut components = vec![count(codes::NUMBER, kept.number as usize + 1)];
    let times = [(codes::START, repetition.start), (codes::BOTTOM, repetition.bottom), (codes::END, repetition.end)];
    components.extend(times.map(|(code, time)| seconds(code, time.as_secs_f64())));
    components.extend(bounded_angle(codes::HIP_FLEXION, Some(TrendPoint::depth(kept)), OVERFLOW));
    components.extend(bounded_angle(codes::LUMBAR_FLEXION, Some(TrendPoint::lumbar(kept)), OVERFLOW));
    components.extend(share(kept));
    components.push(angle(codes::TRUNK, Some(bend.trunk_inclination), codes::NOT_KEPT));
    components.push(angle(codes::KNEE, Some(bend.knee_flexion), codes::NOT_KEPT));
    components
        .extend(kept.reach.into_iter().flat_map(|reach| bounded_angle(codes::HIP_REACH, Some(reach.into()), OVERFLOW)));
    components.extend(verdict(kept));
    components.push(percent(codes::CONFIDENCE, Some(repetition.confidence), codes::NOT_KEPT));
    components.push(flag(codes::HIDDEN, repetition.bottom_hidden));
    components.extend(doubt(kept));
    components
}

/// The lumbar share, or why there is none: the deepest posture seen does not tell it at a bottom that was not.
fn share(kept: &StoredRepetition) -> Vec<FhirComponent> {
    if kept.repetition.bottom_hidden {
        return vec![absent(codes::LUMBAR_SHARE.value, codes::UNKNOWN, codes::BOTTOM_HIDDEN)];
    }
    bounded_percent(codes::LUMBAR_SHARE, TrendPoint::share(kept), (codes::NOT_APPLICABLE, codes::TOO_SMALL))
}

/// Where it came from and how probable that is, or why it cannot be told.
fn verdict(kept: &StoredRepetition) -> Vec<FhirComponent> {
    let repetition = &kept.repetition;
    let chosen = repetition.verdict.map(|verdict| match verdict {
        Verdict::Hips => codes::HIPS,
        Verdict::Mixed => codes::MIXED,
        Verdict::Back => codes::BACK,
    });
    match (chosen, repetition.no_verdict()) {
        (Some(chosen), _) => {
            let probability = repetition.verdict_probability.map(|probability| probability.min(MOST_PROBABLE));
            let probability = percent(codes::PROBABILITY, probability, codes::NOT_KEPT);
            vec![choice(codes::VERDICT, chosen), probability]
        }
        (None, reason) => {
            let (group, reason) = match reason {
                Some(NoVerdict::TooSmall) => (codes::NOT_APPLICABLE, codes::TOO_SMALL),
                Some(NoVerdict::BottomHidden) => (codes::UNKNOWN, codes::BOTTOM_HIDDEN),
                _ => (codes::UNKNOWN, codes::LEFT_OPEN),
            };
            vec![absent(codes::VERDICT, group, reason)]
        }
    }
}

/// How doubtful the standing posture is, if that was kept.
fn doubt(kept: &StoredRepetition) -> Vec<FhirComponent> {
    let Some(doubt) = kept.repetition.standing_doubt else { return Vec::new() };
    let flaw = doubt.flaw.and_then(|flaw| codes::of_word("flaw", flaw.word()));
    let flaw = flaw.map(|flaw| choice(codes::FLAW, flaw));
    [angle(codes::DOUBT, Some(doubt.angle), codes::NOT_KEPT)].into_iter().chain(flaw).collect()
}
