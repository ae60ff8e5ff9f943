//! How many repetitions a drill asks for: a few more if the last sessions came from the hips, a few fewer if they did
//! not.
//!
//! Pure, and nothing of it is stored: it follows from the kept sessions. `METHOD.md`, "More or less of a drill".

use super::drill::{Bends, Drill, Judged, REPETITIONS, Task};

/// One step, in repetitions per set. [own]
const STEP: u32 = 2;

/// The range of steps from what the programme asks for: with eight repetitions, six to twelve. [own]
const LEAST: i32 = -1;
const MOST: i32 = 2;

/// With this share of repetitions from the hips a session went well: the usual criterion in practice to mastery. [own]
const WELL: f32 = 0.8;

/// Below this share more repetitions would only practise the wrong movement. [own]
const POORLY: f32 = 0.5;

/// A session with fewer judged repetitions is ignored. [own]
const FEWEST: usize = 4;

/// The minimum number of repetitions in a set.
const SMALLEST: u32 = 3;

/// The result of a drill's repetitions in one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionOutcome {
    /// Repetitions with a verdict.
    pub judged: usize,
    /// How many of them came from the hips.
    pub from_hips: usize,
}

/// How the last session changed the number of repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortionChange {
    /// It came from the hips: more are asked for than last time.
    More,
    /// It did not come from the hips: fewer are asked for.
    Fewer,
}

/// A drill as it is asked for in this session.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    /// The drill, with its repetitions.
    pub drill: Drill,
    /// How the last session changed it, if at all.
    pub change: Option<PortionChange>,
}

impl From<Drill> for Portion {
    /// The drill unchanged.
    fn from(drill: Drill) -> Self {
        Self { drill, change: None }
    }
}

impl Portion {
    /// Returns the drill adjusted to its past sessions, oldest first. Only bends from the hips are adjusted: not the
    /// clinical test, which is always the same, not contrast sets, and not timed drills.
    pub fn after(mut drill: Drill, sessions: &[SessionOutcome]) -> Self {
        let Task::Bend(bends @ Bends { judged: Judged::Hips, .. }) = &mut drill.task else { return drill.into() };
        let (usual, least) = (bends.repetitions, SMALLEST.min(bends.repetitions));
        let after = |sessions: &[SessionOutcome]| {
            let steps = steps(sessions);
            let (more, fewer) = (u32::try_from(steps).unwrap_or(0), u32::try_from(-steps).unwrap_or(0));
            (usual + STEP * more).saturating_sub(STEP * fewer).clamp(least, *REPETITIONS.end())
        };
        let (now, before) = (after(sessions), after(&sessions[..sessions.len().saturating_sub(1)]));
        let change = (now != before).then_some(if now > before { PortionChange::More } else { PortionChange::Fewer });
        bends.repetitions = now;
        Self { drill, change }
    }
}

fn steps(sessions: &[SessionOutcome]) -> i32 {
    let judged = sessions.iter().filter(|session| session.judged >= FEWEST);
    judged.fold(0, |steps, session| {
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

    /// A drill of eight repetitions after sessions of ten with these counts from the hips.
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
        let portion = Portion::after(short, &poorly);
        assert_eq!((portion.drill.bends().unwrap().repetitions, portion.change), (2, None), "there are no fewer");
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
