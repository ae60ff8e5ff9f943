//! Parses the text of a file into a [`Prescription`]. The fields are documented in `docs/people.md`.

use std::ops::RangeInclusive;

use euclid::Angle;
use jiff::civil::Date;

use super::{PrescribedGoal, PrescribedStop, Prescription};
use crate::coach::Goal;
use crate::coach::drill::{Drill, DrillError, DrillFault, Field, Fields, Item, Script, Task};
use crate::coach::feedback::{FeedbackPlan, Schedule};
use crate::drill_library::Library;
use crate::suggest;

const DAYS: RangeInclusive<u32> = 1..=7;
const PER_CENT: RangeInclusive<f32> = 0.0..=100.0;
/// Range of motion of the hip, degrees, as drills have it.
const HIPS: RangeInclusive<f32> = 0.0..=120.0;
/// The scale of pain.
const PAIN: RangeInclusive<u32> = 1..=10;
/// The most activities of a PSFS that are asked for.
const ACTIVITIES: usize = 3;
/// The longest activity and note, letters. [own]
const LONGEST_ACTIVITY: usize = 60;
const LONGEST_NOTE: usize = 500;
/// The most days of a prescription. [own]
const LONGEST: i32 = 366;

impl Prescription {
    /// Parses a prescription of the drills and programmes of this library. `file` is its path, as shown in messages.
    ///
    /// # Errors
    /// If it contains an error: the first one, with its line and field.
    pub fn parse(file: &str, text: &str, library: &Library) -> Result<Self, DrillError> {
        let script = Script { file, text };
        let table = script.parse()?;
        let mut fields = Fields::of(script, &table);
        let person = fields.need("person", "for whom it is, as in person = \"Anna\"")?.text(LONGEST_ACTIVITY)?;
        let (from, to) = days(&mut fields)?;
        let days_a_week = fields.need("days_a_week", "on how many days of a week")?.whole(DAYS)?;
        let (programme, mut drills) = drills(&mut fields, library)?;
        let goal = table_or_default(&mut fields, "goal", goal)?;
        aim(&mut drills, &goal);
        let feedback = table_or_default(&mut fields, "feedback", PrescribedFeedback::read)?;
        feedback.apply(&mut drills);
        let psfs = table_or_default(&mut fields, "ask", asked)?;
        let stop = table_or_default(&mut fields, "stop", stop)?;
        let note = table_or_default(&mut fields, "note", note)?;
        fields.finish()?;
        let amounts = (person, from, to, days_a_week, programme, drills);
        let (person, from, to, days_a_week, programme, drills) = amounts;
        Ok(Self {
            person,
            from,
            to,
            days_a_week,
            programme,
            drills,
            goal,
            feedback: feedback.words,
            tone: feedback.tone,
            retention_probe: feedback.retention_probe,
            psfs,
            stop,
            note,
            ended_early: false,
            pauses: Vec::new(),
        })
    }
}

/// Reads a table that may be left out.
fn table_or_default<T: Default>(
    fields: &mut Fields<'_>,
    key: &'static str,
    read: fn(&mut Fields<'_>) -> Result<T, DrillError>,
) -> Result<T, DrillError> {
    let Some(field) = fields.find(key) else { return Ok(T::default()) };
    let mut table = field.fields()?;
    let value = read(&mut table)?;
    table.finish()?;
    Ok(value)
}

fn days(fields: &mut Fields<'_>) -> Result<(Date, Date), DrillError> {
    let from = day(&fields.need("from", "the first day, as in from = 2026-11-16")?)?;
    let field = fields.need("to", "the last day, as in to = 2026-11-29")?;
    let to = day(&field)?;
    let clash = |fault: String| Err(field.error(DrillFault::Clash(fault)));
    match to.since(from).map(|span| span.get_days()) {
        Ok(days) if days < 0 => clash(format!("is {to}, which is before the first day, {from}")),
        Ok(days) if days >= LONGEST => clash(format!("is {to}, more than a year after the first day, {from}")),
        _ => Ok((from, to)),
    }
}

fn day(field: &Field<'_>) -> Result<Date, DrillError> {
    let text = field.date()?;
    let impossible = |_| field.error(DrillFault::Clash(format!("is {text}, which is no day: write it as 2026-11-16")));
    Date::strptime("%Y-%m-%d", &text).map_err(impossible)
}

/// The programme, if one is named, and the drills with their amounts.
fn drills(fields: &mut Fields<'_>, library: &Library) -> Result<(Option<String>, Vec<Drill>), DrillError> {
    if let Some(field) = fields.find("programme") {
        if fields.find("drill").is_some() {
            let fault = "stands beside [[drill]]: a prescription has either a programme or drills";
            return Err(field.error(DrillFault::Clash(fault.to_owned())));
        }
        let id = field.text(usize::MAX)?;
        let Some(programme) = library.programmes().iter().find(|programme| programme.id == id) else {
            let known = || library.programmes().iter().map(|programme| programme.id.as_str());
            let meant = suggest::closest(&id, known()).map(str::to_owned);
            let known = known().collect::<Vec<_>>().join(", ");
            return Err(field.error(DrillFault::Choice { value: id, known, meant }));
        };
        return Ok((Some(id), library.drills_of(programme)));
    }
    let list = fields.need("drill", "what is practised: each a [[drill]], or programme = \"first-week\"")?;
    let mut drills: Vec<Drill> = Vec::new();
    for entry in list.list("a list of drills")? {
        let item = Item::read(entry.fields()?, library.drills())?;
        if drills.iter().any(|drill| drill.id == item.drill) {
            return Err(entry.error(DrillFault::Clash(format!("has {} a second time: give it more sets", item.drill))));
        }
        drills.extend(library.drills().iter().find(|drill| drill.id == item.drill).map(|drill| item.adjust(drill)));
    }
    if drills.is_empty() {
        return Err(list.error(DrillFault::Clash("must hold at least one drill".to_owned())));
    }
    Ok((None, drills))
}

fn goal(fields: &mut Fields<'_>) -> Result<PrescribedGoal, DrillError> {
    Ok(PrescribedGoal {
        from_hips: fields.find("from_hips").map(|field| field.number(PER_CENT)).transpose()?,
        depth: fields.find("depth_deg").map(|field| field.range(HIPS)).transpose()?,
        reach: fields.find("reach_deg").map(|field| field.number(HIPS)).transpose()?,
    })
}

/// Gives the bends of the drills the depth of the goal.
fn aim(drills: &mut [Drill], goal: &PrescribedGoal) {
    let Some(depth) = &goal.depth else { return };
    for drill in drills {
        if let Task::Bend(bends) = &mut drill.task {
            bends.goal = Goal { least: Angle::degrees(*depth.start()), most: Angle::degrees(*depth.end()) };
        }
    }
}

/// When feedback is given, in words and by the tone, and whether sessions begin with bends without any.
#[derive(Clone, Copy, Debug, PartialEq)]
struct PrescribedFeedback {
    words: Option<Schedule>,
    tone: Option<Schedule>,
    retention_probe: bool,
}

impl Default for PrescribedFeedback {
    fn default() -> Self {
        Self { words: None, tone: None, retention_probe: true }
    }
}

impl PrescribedFeedback {
    fn read(fields: &mut Fields<'_>) -> Result<Self, DrillError> {
        let mut schedule = |key| fields.find(key).map(|field| field.word()).transpose();
        let (words, tone) = (schedule("words")?, schedule("tone")?);
        let probe = fields.find("retention_probe").map(|field| field.flag()).transpose()?;
        Ok(Self { words, tone, retention_probe: probe.unwrap_or(true) })
    }

    /// Gives each drill these schedules; a tone without one of its own follows the words.
    fn apply(self, drills: &mut [Drill]) {
        for drill in drills {
            let FeedbackPlan { words, tone } = drill.feedback;
            let tone = self.tone.or(self.words).unwrap_or(tone);
            drill.feedback = FeedbackPlan { words: self.words.unwrap_or(words), tone };
        }
    }
}

fn asked(fields: &mut Fields<'_>) -> Result<Vec<String>, DrillError> {
    let Some(field) = fields.find("psfs") else { return Ok(Vec::new()) };
    let list = field.list("a list of activities in quotes")?;
    if list.len() > ACTIVITIES {
        let fault = format!("has {} activities, but up to three are asked for", list.len());
        return Err(field.error(DrillFault::Clash(fault)));
    }
    let mut activities: Vec<String> = Vec::new();
    for activity in list {
        let text = activity.text(LONGEST_ACTIVITY)?;
        if activities.iter().any(|known| known.to_lowercase() == text.to_lowercase()) {
            return Err(field.error(DrillFault::Clash(format!("has \"{text}\" twice: it would be asked for twice"))));
        }
        activities.push(text);
    }
    Ok(activities)
}

fn stop(fields: &mut Fields<'_>) -> Result<PrescribedStop, DrillError> {
    let mut pain = |key| fields.find(key).map(|field| field.whole(PAIN)).transpose();
    Ok(PrescribedStop { pain: pain("pain")?, rise: pain("rise")? })
}

fn note(fields: &mut Fields<'_>) -> Result<Option<String>, DrillError> {
    fields.find("text").map(|field| field.text(LONGEST_NOTE)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const EXAMPLE: &str = include_str!("../../docs/prescription-example.toml");

    fn read(text: &str) -> Result<Prescription, String> {
        Prescription::parse("anna.toml", text, &Library::built_in()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_in_the_documentation_says_what_it_says() {
        let read = read(EXAMPLE).unwrap();
        assert_eq!((read.person.as_str(), read.days_a_week, read.plan()), ("Anna", 3, "prescription"));
        assert_eq!((read.from.to_string(), read.to.to_string()), ("2026-11-16".into(), "2026-11-29".into()));
        let amounts: Vec<_> = read
            .drills
            .iter()
            .map(|drill| (drill.id.as_str(), super::super::sets_a_day(drill), super::super::amount_of_set(drill)))
            .collect();
        assert_eq!(amounts, [("bow", 3, (8, 0.0)), ("hip-flexor-stretch", 2, (0, 30.0))], "one set on each side");
        let goal = read.drills[0].bends().unwrap().goal;
        assert!((goal.least.to_degrees() - 50.0).abs() < 1e-3 && (goal.most.to_degrees() - 70.0).abs() < 1e-3);
        assert_eq!(read.goal, PrescribedGoal { from_hips: Some(80.0), depth: Some(50.0..=70.0), reach: Some(45.0) });
        assert_eq!((read.feedback, read.tone), (Some(Schedule::EverySecond), Some(Schedule::Bandwidth)));
        let given = FeedbackPlan { words: Schedule::EverySecond, tone: Schedule::Bandwidth };
        assert!(read.drills.iter().all(|drill| drill.feedback == given));
        assert!(read.retention_probe && read.psfs.len() == 2 && read.note.is_some());
        assert_eq!(read.stop, PrescribedStop { pain: Some(6), rise: Some(2) });
    }

    #[test]
    fn the_documentation_shows_the_very_example() {
        assert!(include_str!("../../docs/people.md").contains(EXAMPLE));
    }

    #[test]
    fn a_programme_stands_for_its_drills() {
        let text =
            "person = \"Ben\"\nfrom = \"2026-11-16\"\nto = 2026-11-20\ndays_a_week = 5\nprogramme = \"first-week\"";
        let read = read(text).unwrap();
        assert_eq!((read.plan(), read.retention_probe, read.feedback), ("first-week", true, None));
        assert!(read.drills.len() > 3 && read.goal == PrescribedGoal::default());
    }

    #[test]
    fn whatever_is_wrong_is_told_with_line_and_field() {
        for (from, to, expected) in [
            ("person = \"Anna\"", "", "line 1: person is missing: for whom it is"),
            ("2026-11-29", "2026-11-15", "line 4: to is 2026-11-15, which is before the first day, 2026-11-16"),
            ("2026-11-29", "2028-11-29", "line 4: to is 2028-11-29, more than a year"),
            ("2026-11-29", "\"29.11.\"", "line 4: to is 29.11., which is no day: write it as"),
            ("2026-11-29", "\"2026-02-30\"", "line 4: to is 2026-02-30, which is no day"),
            ("2026-11-29", "2026-02-30", "line 4: to "),
            ("2026-11-29", "3", "line 4: to must be a day, not a whole number"),
            ("2026-11-29", "2026-11-29T10:00:00", "line 4: to is 2026-11-29T10:00:00, which is no day"),
            ("days_a_week = 3", "days_a_week = 8", "line 5: days_a_week is 8, but must be from 1 to 7"),
            ("id = \"bow\"", "id = \"bew\"", "line 10: drill[1].id is \"bew\", but must be one of"),
            ("id = \"hip-flexor-stretch\"", "id = \"bow\"", "line 17: drill[2].seconds is not a field"),
            ("sets = 3", "sets = 30", "line 11: drill[1].sets is 30, but must be from 1 to 10"),
            ("from_hips = 80", "from_hips = 180", "line 20: goal.from_hips is 180, but must be from 0 to 100"),
            (
                "\"every-second\"",
                "\"every-scond\"",
                "line 25: feedback.words is \"every-scond\", but must be one of: every,",
            ),
            ("pain = 6", "pain = 11", "line 33: stop.pain is 11, but must be from 1 to 10"),
            ("\"Putting on socks\"", "\"b\", \"c\", \"d\"", "line 30: ask.psfs has 4 activities"),
            ("\"Putting on socks\"", "\"lifting my child\"", "line 30: ask.psfs has \"lifting my child\" twice"),
            ("rise = 2", "rose = 2", "line 34: stop.rose is not a field that belongs here (did you mean rise?)"),
            (
                "person = \"Anna\"",
                "person = \"Anna\"\nprogramme = \"first-week\"",
                "line 3: programme stands beside [[drill]]",
            ),
        ] {
            assert!(EXAMPLE.contains(from), "{from}");
            let said = read(&EXAMPLE.replacen(from, to, 1)).unwrap_err();
            let expected = format!("anna.toml, {expected}");
            assert!(said.starts_with(&expected), "instead of\n  {expected}\nthere is\n  {said}");
        }
    }
}
