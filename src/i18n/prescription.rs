//! The words about prescriptions: what is due, and what was done of it.

use super::section;

section! {
    /// The words about prescriptions.
    PrescriptionWords {
        bends, holds, and, due, left, sets_left, done_today, week_done, week_part, not_yet, ended, last_day, heading, week, drill, extra, all, heading_before, earlier, stopped, stopped_hold, broke_off, broke_off_hold, day, day_year,
        given, named, before, later, goal, goal_hips, goal_depth, goal_reach, stop, stop_pain, stop_rise, note,
        head_number, head_from, head_to, head_days, head_drills, counts, counts_last, comes, over, replaced, back, here_already, newer, ahead, ended_early, withdrawn, unreadable, none, ends,
        taken_back, goes_on, no_number, none_counts, has_ended, is_withdrawn, end_written, written, ended_here, ended_there, withdrawn_there,
    }
}

#[cfg(feature = "store")]
mod told {
    use jiff::civil::Date;

    use super::PrescriptionWords;
    use crate::coach::drill::{Drill, Sides, Task};
    use crate::drill_library::Library;
    use crate::i18n::{Words, fill};
    use crate::prescription::Prescription;
    use crate::prescription::adherence::{Adherence, AdherenceWeek, DoneAmount, DueState, LeftToday, StoppedEarly};

    impl Words {
        /// What a prescription asks for `today`, in one sentence; of what is due, what is `left` once some of its sets are done.
        pub fn due(&self, prescription: &Prescription, due: DueState, left: &[LeftToday<'_>], today: Date) -> String {
            let words = &self.prescription;
            let date = |day| words.dated(day, Some(today.year()));
            match due {
                DueState::NotYet(from) => fill(&words.not_yet, &[("day", &date(from))]),
                DueState::Ended(to) => fill(&words.ended, &[("day", &date(to))]),
                DueState::DoneToday => words.done_today.clone(),
                DueState::WeekDone => fill(&words.week_done, &[("of", &prescription.days_a_week)]),
                DueState::SetsMissing { done, sets } => {
                    let values: [(&str, &dyn std::fmt::Display); 3] =
                        [("of", &prescription.days_a_week), ("done", &done), ("sets", &sets)];
                    fill(&words.week_part, &values)
                }
                DueState::Due(number, of) => {
                    let all = prescription.drills.len() == left.len() && left.iter().all(|one| one.left == one.sets);
                    let (template, drills) = match all {
                        true => (&words.due, self.prescribed(prescription)),
                        false => (&words.left, self.left(left)),
                    };
                    fill(template, &[("drills", &drills), ("number", &number), ("of", &of)])
                }
            }
        }

        /// The drills of a prescription with their amounts.
        pub fn prescribed(&self, prescription: &Prescription) -> String {
            let drills = prescription.drills.iter().map(|drill| self.amount_prescribed(drill));
            drills.collect::<Vec<_>>().join(&self.prescription.and)
        }

        /// The drills of which sets are left, those that were not begun with their amounts.
        fn left(&self, left: &[LeftToday<'_>]) -> String {
            let told = left.iter().map(|LeftToday { drill, left, sets }| {
                if left == sets {
                    return self.amount_prescribed(drill);
                }
                let name = &self.drill(drill).name;
                fill(&self.prescription.sets_left, &[("drill", name), ("left", left), ("sets", sets)])
            });
            told.collect::<Vec<_>>().join(&self.prescription.and)
        }

        fn amount_prescribed(&self, drill: &Drill) -> String {
            let (words, name) = (&self.prescription, &self.drill(drill).name);
            let values: [(&str, &dyn std::fmt::Display); 2] = [("drill", name), ("sets", &drill.sets)];
            let amount = match &drill.task {
                Task::Bend(bends) => fill(&fill(&words.bends, &values), &[("repetitions", &bends.repetitions)]),
                Task::Hold(time) | Task::Flow(time) => {
                    fill(&fill(&words.holds, &values), &[("seconds", &time.as_secs())])
                }
            };
            if drill.sides == Sides::Both { amount } else { fill(&self.drills.each_side, &[("amount", &amount)]) }
        }

        /// What the person should reach, in one line; empty if nothing is asked for.
        pub(in crate::i18n) fn goals(&self, Prescription { goal, .. }: &Prescription) -> String {
            let (words, number) = (&self.prescription, |value: f32| self.scores.points(value.into()));
            let depth = |depth: &std::ops::RangeInclusive<f32>| {
                fill(&words.goal_depth, &[("least", &number(*depth.start())), ("most", &number(*depth.end()))])
            };
            let goals = [
                goal.from_hips.map(|share| fill(&words.goal_hips, &[("share", &number(share))])),
                goal.depth.as_ref().map(depth),
                goal.reach.map(|reach| fill(&words.goal_reach, &[("reach", &number(reach))])),
            ];
            goals.into_iter().flatten().collect::<Vec<_>>().join(&words.and)
        }

        /// What the clinician wants beside the drills: a line each.
        pub fn wishes(&self, prescription: &Prescription) -> Vec<String> {
            let (words, Prescription { stop, note, .. }) = (&self.prescription, prescription);
            let stops = [
                stop.pain.map(|pain| fill(&words.stop_pain, &[("pain", &pain)])),
                stop.rise.map(|rise| fill(&words.stop_rise, &[("rise", &rise)])),
            ];
            let stops = stops.into_iter().flatten().collect::<Vec<_>>().join(&words.and);
            let lines = [
                (&words.goal, "goals", self.goals(prescription)),
                (&words.stop, "stops", stops),
                (&words.note, "note", note.clone().unwrap_or_default()),
            ];
            let told = lines.into_iter().filter(|(_, _, text)| !text.is_empty());
            told.map(|(line, name, text)| fill(line, &[(name, &text)])).collect()
        }

        /// What was done against what was asked until `today`: a line a week with its drills, one for all, and where practice ended
        /// early.
        pub fn adherence(&self, adherence: &Adherence, library: &Library, today: Date) -> String {
            let (words, year) = (&self.prescription, Some(today.year()));
            let name = |id: &str| self.drill_named(library, Some(id));
            let mut lines = vec![words.heading.clone()];
            for week in &adherence.weeks {
                lines.push(words.week(week, year));
                for (id, amount) in &week.drills {
                    let counts = words.counts(&words.drill, *amount);
                    lines.push(fill(&counts, &[("drill", &name(id))]));
                }
            }
            lines.push(words.days(&words.counts(&words.all, adherence.sets), adherence.days));
            lines.extend(adherence.stopped.iter().map(|stopped| self.stopped(stopped, library, year)));
            lines.join("\n") + "\n"
        }

        /// A prescription that counted before, and what was done of it, in one line.
        pub fn earlier(&self, prescription: &Prescription, adherence: &Adherence, today: Date) -> String {
            let (words, year) = (&self.prescription, Some(today.year()));
            let counts = words.days(&words.counts(&words.earlier, adherence.sets), adherence.days);
            let [from, to] = [prescription.from, prescription.to].map(|day| words.dated(day, year));
            fill(&counts, &[("from", &from), ("to", &to), ("drills", &self.prescribed(prescription))])
        }

        /// Where a day ended before all was done; the `year` is that which goes without saying.
        pub fn stopped(&self, stopped: &StoppedEarly, library: &Library, year: Option<i16>) -> String {
            self.prescription.stopped(stopped, &self.drill_named(library, Some(&stopped.drill)), year)
        }
    }

    impl PrescriptionWords {
        /// A day, with its year unless that is the one which goes without saying.
        pub fn dated(&self, day: Date, year: Option<i16>) -> String {
            day.strftime(if Some(day.year()) == year { &self.day } else { &self.day_year }).to_string()
        }

        fn week(&self, week: &AdherenceWeek, year: Option<i16>) -> String {
            let counts = self.days(&self.counts(&self.week, week.sets), week.days);
            fill(&counts, &[("from", &self.dated(week.from, year)), ("to", &self.dated(week.to, year))])
        }

        fn counts(&self, template: &str, sets: DoneAmount) -> String {
            let line = fill(template, &[("done", &sets.done), ("prescribed", &sets.prescribed)]);
            if sets.extra == 0 { line } else { line + &fill(&self.extra, &[("count", &sets.extra)]) }
        }

        fn days(&self, template: &str, days: DoneAmount) -> String {
            fill(template, &[("days", &days.done), ("of_days", &days.prescribed)])
        }

        fn stopped(&self, stopped: &StoppedEarly, drill: &str, year: Option<i16>) -> String {
            let (set, sets) = stopped.set;
            let day = self.dated(stopped.day, year);
            let place: [(&str, &dyn std::fmt::Display); 5] =
                [("day", &day), ("session", &stopped.session), ("drill", &drill), ("set", &set), ("sets", &sets)];
            let (counted, held) = match stopped.broke_off {
                true => (&self.broke_off, &self.broke_off_hold),
                false => (&self.stopped, &self.stopped_hold),
            };
            match stopped.repetitions {
                None => fill(held, &place),
                Some((repetitions, of)) => {
                    let line = fill(counted, &place);
                    fill(&line, &[("repetitions", &repetitions), ("of", &of)])
                }
            }
        }
    }
}
