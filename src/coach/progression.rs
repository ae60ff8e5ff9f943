//! How much of a drill is asked for: a little more where the last sessions came from the hips, a little less where they
//! did not.
//!
//! Pure, and nothing of it is stored: the sessions that are kept say it. `METHOD.md`, "More or less of a drill".

use super::drill::{Bends, Drill, Judged, REPETITIONS, Task};

/// So many repetitions a set are one step. [own]
const STEP: u32 = 2;

/// The steps that there are, from what the programme asks for: with eight repetitions, six to twelve. [own]
const LEAST: i32 = -1;
const MOST: i32 = 2;

/// From this share of repetitions from the hips on, a session has gone well: the usual mark of practice to mastery. [own]
const WELL: f32 = 0.8;

/// Below this share more repetitions would only practise the other movement. [own]
const POORLY: f32 = 0.5;

/// A session with fewer repetitions that could be judged says nothing. [own]
const FEWEST: usize = 4;

/// A set never has fewer.
const SMALLEST: u32 = 3;

/// What the repetitions of a drill in one session came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionOutcome {
    /// Repetitions whose verdict could be told.
    pub judged: usize,
    /// Those of them that came from the hips.
    pub from_hips: usize,
}

/// What the last session changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortionChange {
    /// It came from the hips: more are asked for than in it.
    More,
    /// It did not: fewer are asked for.
    Fewer,
}

/// A drill as it is asked for in this session.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    /// The drill, with its repetitions.
    pub drill: Drill,
    /// What the last session changed of it, if anything.
    pub change: Option<PortionChange>,
}

impl From<Drill> for Portion {
    /// The drill as it is.
    fn from(drill: Drill) -> Self {
        Self { drill, change: None }
    }
}

impl Portion {
    /// The drill after these sessions of it, oldest first. Only what is bends from the hips changes: neither the clinic's
    /// test, which is always the same, nor what is to be felt as a contrast, nor what is timed.
    pub fn after(mut drill: Drill, sessions: &[SessionOutcome]) -> Self {
        let Task::Bend(bends @ Bends { judged: Judged::Hips, .. }) = &mut drill.task else { return drill.into() };
        let (now, before) = (steps(sessions), steps(&sessions[..sessions.len().saturating_sub(1)]));
        let change = (now != before).then_some(if now > before { PortionChange::More } else { PortionChange::Fewer });
        let more = STEP * u32::try_from(now).unwrap_or(0);
        let fewer = STEP * u32::try_from(-now).unwrap_or(0);
        let least = SMALLEST.min(bends.repetitions);
        bends.repetitions = (bends.repetitions + more).saturating_sub(fewer).clamp(least, *REPETITIONS.end());
        Self { drill, change }
    }
}

fn steps(sessions: &[SessionOutcome]) -> i32 {
    let told = sessions.iter().filter(|session| session.judged >= FEWEST);
    told.fold(0, |steps, session| {
        let share = session.from_hips as f32 / session.judged as f32;
        let step = i32::from(share >= WELL) - i32::from(share < POORLY);
        (steps + step).clamp(LEAST, MOST)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill_library::Library;

    fn drill(id: &str) -> Drill {
        Library::built_in().drills().iter().find(|drill| drill.id == id).unwrap().clone()
    }

    /// What a drill of eight is after sessions of ten with so many from the hips.
    fn after(from_hips: &[usize]) -> (u32, Option<PortionChange>) {
        let mut bow = drill("bow");
        let Task::Bend(bends) = &mut bow.task else { panic!() };
        bends.repetitions = 8;
        let sessions: Vec<SessionOutcome> =
            from_hips.iter().map(|&from_hips| SessionOutcome { judged: 10, from_hips }).collect();
        let Portion { drill, change } = Portion::after(bow, &sessions);
        (drill.bends().unwrap().repetitions, change)
    }

    #[test]
    fn what_goes_well_becomes_more_and_what_does_not_less() {
        assert_eq!(after(&[]), (8, None));
        assert_eq!(after(&[8]), (10, Some(PortionChange::More)));
        assert_eq!(after(&[7]), (8, None));
        assert_eq!(after(&[5]), (8, None));
        assert_eq!(after(&[4]), (6, Some(PortionChange::Fewer)));
        assert_eq!(after(&[10, 4]), (8, Some(PortionChange::Fewer)));
        assert_eq!(after(&[10, 6]), (10, None), "said once");
    }

    #[test]
    fn it_stays_within_its_bounds() {
        assert_eq!(after(&[10; 9]), (12, None));
        assert_eq!(after(&[0; 9]), (6, None));
        assert_eq!(after(&[0, 0, 0, 10]), (8, Some(PortionChange::More)), "what was long ago does not weigh");
        let mut short = drill("bow");
        let Task::Bend(bends) = &mut short.task else { panic!() };
        bends.repetitions = 2;
        let poorly = [SessionOutcome { judged: 10, from_hips: 0 }];
        assert_eq!(Portion::after(short, &poorly).drill.bends().unwrap().repetitions, 2);
    }

    #[test]
    fn few_repetitions_and_other_tasks_change_nothing() {
        let few = [SessionOutcome { judged: 3, from_hips: 3 }];
        assert_eq!(Portion::after(drill("bow"), &few), drill("bow").into());
        let well = [SessionOutcome { judged: 10, from_hips: 10 }];
        for same in ["waiters-bow", "box-lift", "cat-cow"] {
            assert_eq!(Portion::after(drill(same), &well), drill(same).into(), "{same}");
        }
        assert_ne!(Portion::after(drill("bow"), &well), drill("bow").into());
    }
}
