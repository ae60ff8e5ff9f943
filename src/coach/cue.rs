//! Chooses the cue for a repetition: one at a time, the most useful first, never the same twice in a row, and less and
//! less often.

use std::time::Duration;

use euclid::Angle;

use crate::units::degrees;

use super::drill::CueName;
use super::feedback::{FeedbackDue, FeedbackPoint, Schedule, feedback_due};
use super::form::Form;
use super::squat::is_squat;
use super::{Goal, Verdict};

/// Knees that bend by less than this are locked, and the hamstrings then stop the hips early. [own]
const LOCKED_KNEE: Angle<f32> = degrees(3.0);

/// A neck extended more than this looks at the screen instead of the floor. [own]: the landmarks of ear and shoulder
/// are off by a few degrees; looking up out of a 60° bend takes some 40°.
const LOOKING_UP: Angle<f32> = degrees(25.0);

/// A descent that takes less than this share of the drill's tempo is too fast. [own]
const HURRIED: f32 = 0.6;

/// From this hip flexion on, "your back joined in at …" is more helpful than "push your hips back". [own]
const WORTH_TELLING: Angle<f32> = degrees(20.0);

/// Whether a low back that joined in at this hip flexion did so before the hips had moved to speak of.
pub fn joins_in_early(at: Angle<f32>) -> bool {
    at < WORTH_TELLING
}

/// A cue for a repetition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cue {
    /// It was not possible to decide where the bend came from.
    CouldNotTell,
    /// The knees travelled forward, as in a squat.
    Squat,
    /// The hips moved too little for the amount of back movement.
    PushHipsBack,
    /// The low back joined in at this hip flexion.
    BackJoinedIn(Angle<f32>),
    /// The knees were locked.
    SoftenKnees,
    /// The way down was too fast.
    Slower,
    /// The head looked up.
    LookDown,
    /// From the hips, but not far enough.
    Deeper,
    /// Well done.
    FromTheHips,
    /// Probably well done.
    ProbablyFromTheHips,
}

impl Cue {
    /// Returns the name used in drill files.
    pub fn name(self) -> CueName {
        match self {
            Self::CouldNotTell => CueName::CouldNotTell,
            Self::Squat => CueName::Squat,
            Self::PushHipsBack => CueName::PushHipsBack,
            Self::BackJoinedIn(_) => CueName::BackJoinedIn,
            Self::SoftenKnees => CueName::SoftenKnees,
            Self::Slower => CueName::Slower,
            Self::LookDown => CueName::LookDown,
            Self::Deeper => CueName::Deeper,
            Self::FromTheHips | Self::ProbablyFromTheHips => CueName::FromTheHips,
        }
    }

    /// Whether this cue asks for a change.
    pub fn corrects(self) -> bool {
        self.name() != CueName::FromTheHips
    }

    /// Whether two cues say the same, ignoring the angle and how probable it is.
    pub fn same(self, other: Self) -> bool {
        self.name() == other.name()
    }
}

/// What a drill asks of a repetition.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    /// Hip flexion at the bottom.
    pub hips: Goal,
    /// How long the way down should take.
    pub down: Duration,
    /// The cues that may be given.
    pub cues: Vec<CueName>,
}

/// Returns every cue that applies to a repetition and that the drill allows, the most useful first.
pub fn candidates(form: &Form, aim: &Aim) -> Vec<Cue> {
    all_candidates(form, aim).into_iter().filter(|cue| aim.cues.contains(&cue.name())).collect()
}

fn all_candidates(form: &Form, aim: &Aim) -> Vec<Cue> {
    match form.repetition.verdict {
        None if is_squat(&form.repetition.bend) => vec![Cue::Squat], // the knees are seen well enough, whatever the back did
        None => vec![Cue::CouldNotTell],
        Some(verdict) => faults(form, verdict, aim),
    }
}

fn faults(form: &Form, verdict: Verdict, aim: &Aim) -> Vec<Cue> {
    let bend = &form.repetition.bend;
    let squat = is_squat(bend);
    let probable = form.repetition.is_probable();
    let from_back = verdict != Verdict::Hips;
    let back = match form.joined {
        Some(angle) if !joins_in_early(angle) && form.reach.is_told() => Cue::BackJoinedIn(angle),
        _ => Cue::PushHipsBack,
    };
    let locked = from_back && bend.knee_flexion < LOCKED_KNEE;
    let shallow = bend.hip_flexion < aim.hips.least;
    let all = [
        (squat, Cue::Squat),
        (from_back, back),
        (locked, Cue::SoftenKnees),
        (form.down < aim.down.mul_f32(HURRIED), Cue::Slower),
        (form.neck_extension.is_some_and(|extension| extension > LOOKING_UP), Cue::LookDown),
        (shallow && !from_back, Cue::Deeper),
        (!from_back && !squat, if probable { Cue::ProbablyFromTheHips } else { Cue::FromTheHips }),
    ];
    all.into_iter().filter_map(|(applies, cue)| applies.then_some(cue)).collect()
}

/// What is said of one repetition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CueChoice {
    /// The cue; `None` if none is due, or if there is nothing else to say than the last time.
    pub cue: Option<Cue>,
    /// Whether the schedule gives one.
    pub due: FeedbackDue,
}

/// Chooses the cues of one set.
#[derive(Debug, Default)]
pub struct Cueing {
    schedule: Schedule,
    set: usize,
    repetitions: usize,
    last: Option<Cue>,
    /// The most useful cue of each repetition, whether or not it was given.
    all: Vec<Cue>,
}

impl Cueing {
    /// Creates the chooser for the set with this number, from 0.
    pub fn new(schedule: Schedule, set: usize) -> Self {
        Self { schedule, set, ..Self::default() }
    }

    /// Returns what is said of this repetition.
    pub fn choose(&mut self, form: &Form, aim: &Aim) -> CueChoice {
        self.repetitions += 1;
        let candidates = candidates(form, aim);
        self.all.extend(candidates.first());
        let due = feedback_due(self.schedule, self.point(candidates.first(), false));
        if !due.is_due() {
            return CueChoice { cue: None, due };
        }
        let fresh = candidates.into_iter().find(|cue| self.last.is_none_or(|last| !cue.same(last)));
        self.last = fresh;
        CueChoice { cue: fresh, due }
    }

    /// Returns the answer to whoever asks for this repetition, the last one: also what was said before, or what the
    /// drill does not name if it names nothing that applies.
    pub fn answer(&mut self, form: &Form, aim: &Aim) -> CueChoice {
        let cue = candidates(form, aim).into_iter().chain(all_candidates(form, aim)).next();
        self.last = cue;
        CueChoice { cue, due: feedback_due(self.schedule, self.point(cue.as_ref(), true)) }
    }

    fn point(&self, cue: Option<&Cue>, requested: bool) -> FeedbackPoint {
        let outside = cue.is_some_and(|cue| cue.corrects());
        FeedbackPoint { set: self.set, repetition: self.repetitions, outside, requested }
    }

    /// Returns the most useful change for the next set: the correction that was needed most often. "Could not tell" is
    /// only worth saying if it applied to at least half of the repetitions. `None` if there is nothing to correct.
    pub fn advice(&self) -> Option<Cue> {
        let count = |cue: Cue| self.all.iter().filter(|other| other.same(cue)).count();
        let useful = |cue: &Cue| cue.corrects() && (*cue != Cue::CouldNotTell || 2 * count(*cue) >= self.all.len());
        // On a tie the latest wins: it still needs correcting.
        self.all.iter().copied().filter(useful).max_by_key(|cue| count(*cue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coach::Repetition;
    use crate::coach::drill::Word;
    use crate::coach::form::Reach;
    use crate::geometry::{Bend, HalfWidth90};
    use crate::source::Timestamp;

    fn aim() -> Aim {
        let cues = CueName::WORDS.iter().map(|(name, _)| *name).collect();
        Aim { hips: Goal::default(), down: Duration::from_secs(2), cues }
    }

    /// A good hinge: hip 60°, lumbar 5°, knees soft, two seconds down.
    fn good() -> Form {
        let bend = Bend {
            hip_flexion: Angle::degrees(60.0),
            lumbar_flexion: Angle::degrees(5.0),
            trunk_inclination: Angle::degrees(65.0),
            knee_flexion: Angle::degrees(10.0),
        };
        let at = Timestamp::from_secs_f64;
        let repetition = Repetition {
            start: at(0.0),
            bottom: at(2.0),
            end: at(4.0),
            bend,
            half_width_90: HalfWidth90::default(),
            verdict: Some(Verdict::Hips),
            verdict_probability: Some(0.95),
            confidence: 0.9,
            bottom_hidden: false,
            standing_doubt: None,
        };
        Form {
            repetition,
            joined: None,
            reach: Reach::default(),
            neck_extension: Some(Angle::zero()),
            down: Duration::from_secs(2),
            facing: None,
        }
    }

    fn with(change: impl FnOnce(&mut Form)) -> Vec<Cue> {
        let mut form = good();
        change(&mut form);
        candidates(&form, &aim())
    }

    fn from_back(form: &mut Form) {
        form.repetition.verdict = Some(Verdict::Back);
    }

    #[test]
    fn each_fault_has_its_cue_and_the_most_useful_comes_first() {
        assert_eq!(with(|_| {}), [Cue::FromTheHips]);
        assert_eq!(with(|form| form.repetition.verdict = None), [Cue::CouldNotTell]);
        assert_eq!(with(from_back), [Cue::PushHipsBack]);
        let late = Angle::degrees(40.0);
        let joined = with(|form| {
            from_back(form);
            form.joined = Some(late);
        });
        assert_eq!(joined, [Cue::BackJoinedIn(late)]);
        let unsure = with(|form| {
            from_back(form);
            (form.joined, form.reach.half_width_90) = (Some(late), degrees(25.0));
        });
        assert_eq!(unsure, [Cue::PushHipsBack], "anywhere from 15° to 65°");
        let early = with(|form| {
            from_back(form);
            form.joined = Some(Angle::degrees(10.0));
            form.repetition.bend.knee_flexion = Angle::degrees(1.0);
        });
        assert_eq!(early, [Cue::PushHipsBack, Cue::SoftenKnees]);
        let squat = with(|form| {
            form.repetition.bend.knee_flexion = Angle::degrees(100.0);
        });
        assert_eq!(squat, [Cue::Squat]);
        let unknown = with(|form| {
            (form.repetition.bend.knee_flexion, form.repetition.verdict) = (Angle::degrees(100.0), None);
        });
        assert_eq!(unknown, [Cue::Squat], "the knees tell");
        let probable = with(|form| form.repetition.verdict_probability = Some(0.7));
        assert_eq!(probable, [Cue::ProbablyFromTheHips]);
        assert!(!Cue::ProbablyFromTheHips.corrects() && Cue::ProbablyFromTheHips.same(Cue::FromTheHips));
        assert_eq!(with(|form| form.down = Duration::from_secs(1)), [Cue::Slower, Cue::FromTheHips]);
        assert_eq!(with(|form| form.neck_extension = Some(degrees(40.0))), [Cue::LookDown, Cue::FromTheHips]);
        assert_eq!(with(|form| form.neck_extension = None), [Cue::FromTheHips]);
        assert_eq!(with(|form| form.repetition.bend.hip_flexion = degrees(35.0)), [Cue::Deeper, Cue::FromTheHips]);
    }

    #[test]
    fn what_the_drill_does_not_name_is_not_said() {
        let mut form = good();
        from_back(&mut form);
        form.repetition.bend.knee_flexion = Angle::zero();
        assert_eq!(candidates(&form, &Aim { cues: vec![CueName::SoftenKnees], ..aim() }), [Cue::SoftenKnees]);
        assert_eq!(candidates(&form, &Aim { cues: Vec::new(), ..aim() }), []);
    }

    #[test]
    fn nothing_is_said_twice_in_a_row() {
        let mut cueing = Cueing::new(Schedule::Every, 0);
        let mut fast = good();
        fast.down = Duration::from_millis(500);
        let said: Vec<_> = (0..4).map(|_| cueing.choose(&fast, &aim()).cue).collect();
        assert_eq!(said, [Some(Cue::Slower), Some(Cue::FromTheHips), Some(Cue::Slower), Some(Cue::FromTheHips)]);
        let mut cueing = Cueing::new(Schedule::Every, 0);
        let said: Vec<_> = (0..3).map(|_| cueing.choose(&good(), &aim()).cue).collect();
        assert_eq!(said, [Some(Cue::FromTheHips), None, Some(Cue::FromTheHips)]);
    }

    #[test]
    fn the_more_practised_the_less_is_said() {
        let spoken = |set| {
            let mut cueing = Cueing::new(Schedule::Fading, set);
            let mut alternating = [good(), good(), good(), good()];
            alternating[1].down = Duration::from_millis(500);
            alternating[3].repetition.verdict = None;
            alternating.iter().filter(|form| cueing.choose(form, &aim()).cue.is_some()).count()
        };
        assert_eq!([spoken(0), spoken(1), spoken(2), spoken(3)], [4, 2, 0, 0]);
    }

    #[test]
    fn within_the_aim_a_bandwidth_is_silent_and_whoever_asks_hears_it_again() {
        let mut cueing = Cueing::new(Schedule::Bandwidth, 0);
        let mut fast = good();
        fast.down = Duration::from_millis(500);
        let said = [good(), fast, good()].map(|form| cueing.choose(&form, &aim()).cue);
        assert_eq!(said, [None, Some(Cue::Slower), None]);
        let answer = CueChoice { cue: Some(Cue::FromTheHips), due: FeedbackDue::Requested };
        assert_eq!([cueing.answer(&good(), &aim()), cueing.answer(&good(), &aim())], [answer; 2]);
        let unnamed = Aim { cues: Vec::new(), ..aim() };
        assert_eq!(cueing.answer(&good(), &unnamed), answer, "a drill without cues has answers, too");
    }

    #[test]
    fn the_advice_is_what_was_to_be_mended_most_often() {
        let mut cueing = Cueing::new(Schedule::EndOfSet, 0);
        let mut fast = good();
        fast.down = Duration::from_millis(500);
        let mut round = good();
        from_back(&mut round);
        for form in [good(), fast, round, fast, good()] {
            cueing.choose(&form, &aim());
        }
        assert_eq!(cueing.advice(), Some(Cue::Slower));
        let mut cueing = Cueing::new(Schedule::EndOfSet, 0);
        cueing.choose(&good(), &aim());
        assert_eq!(cueing.advice(), None, "nothing to mend");
        let mut unseen = good();
        unseen.repetition.verdict = None;
        cueing.choose(&unseen, &aim());
        assert_eq!(cueing.advice(), Some(Cue::CouldNotTell), "half of them");
        cueing.choose(&good(), &aim());
        assert_eq!(cueing.advice(), None, "a third of them");
    }
}
