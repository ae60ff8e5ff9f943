//! The words of the map of a session: what it consists of, which set this is, what comes next.

use super::{Words, fill, section};
use crate::coach::guided::{Overview, Whereabouts};
use crate::pipeline::GuidedFrame;

section! {
    /// The words of the map of a session.
    MapWords {
        exercises, sets_of, one_set_of, sets_seconds, one_set_seconds, minutes, one_minute, joined, short_exercises, short_sets, short_seconds, set, last_set, only_set, exercise, next_set, next_last_set, next_drill,
    }
}

impl Words {
    /// What a session consists of: "3 sets of 8, about 5 minutes".
    pub fn overview(&self, overview: &Overview) -> String {
        let words = &self.map;
        let minutes = if overview.minutes == 1 { &words.one_minute } else { &words.minutes };
        let minutes = fill(minutes, &[("minutes", &overview.minutes)]);
        let what = match (overview.exercises, overview.timed, overview.sets) {
            (2.., ..) => &words.exercises,
            (_, false, 1) => &words.one_set_of,
            (_, false, _) => &words.sets_of,
            (_, true, 1) => &words.one_set_seconds,
            (_, true, _) => &words.sets_seconds,
        };
        let what =
            fill(what, &[("exercises", &overview.exercises), ("sets", &overview.sets), ("count", &overview.amount)]);
        fill(&words.joined, &[("what", &what), ("time", &minutes)])
    }

    /// The same in short, for the screen: "3 × 8 · 5 min".
    pub fn overview_in_short(&self, overview: &Overview) -> String {
        let words = &self.map;
        let short = match (overview.exercises, overview.timed) {
            (2.., _) => &words.short_exercises,
            (_, false) => &words.short_sets,
            (_, true) => &words.short_seconds,
        };
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("exercises", &overview.exercises),
            ("sets", &overview.sets),
            ("count", &overview.amount),
            ("minutes", &overview.minutes),
        ];
        fill(short, &values)
    }

    /// Which set this is: "Set 2 of 3", "Last set".
    pub fn whereabouts(&self, now: &Whereabouts) -> String {
        let words = &self.map;
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("set", &now.set), ("sets", &now.sets), ("exercise", &now.exercise), ("exercises", &now.exercises)];
        let set = match now.sets {
            1 => &words.only_set,
            of if of == now.set => &words.last_set,
            _ => &words.set,
        };
        let set = fill(set, &values);
        match now.exercises {
            1 => set,
            _ if now.sets == 1 => fill(&words.exercise, &values),
            _ => format!("{} · {set}", fill(&words.exercise, &values)),
        }
    }

    /// The set that comes next.
    pub(super) fn ahead(&self, set: usize, of: usize) -> String {
        let template = if set == of { &self.map.next_last_set } else { &self.map.next_set };
        fill(template, &[("set", &set), ("sets", &of)])
    }

    /// What comes after this round; `None` after the last.
    pub fn next_round(&self, guided: &GuidedFrame) -> Option<String> {
        let map = &guided.guidance.map;
        let next = map.next?;
        if !map.changes_exercise() {
            return (next.set != map.now.set).then(|| self.ahead(next.set, next.sets));
        }
        let drill = guided.next_drill.as_ref()?;
        Some(fill(&self.map.next_drill, &[("drill", &self.drill(drill).name)]))
    }
}
