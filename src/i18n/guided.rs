//! The words of a guided session: text that is both shown and spoken.

use euclid::Angle;

use super::{Language, Words, fill, section};
use crate::coach::cue::Cue;
use crate::coach::drill::{Check, Drill, Text};
use crate::coach::guided::{Line, QuestionKind, QuestionWording, Stage};
use crate::coach::mobility::Difference;
use crate::coach::progression::PortionChange;
use crate::coach::{NoVerdict, SetOutcome, SetStatement, Verdict, is_probable};
use crate::geometry::State;
use crate::pipeline::GuidedFrame;

section! {
    /// The prompts of a session.
    CourseWords {
        seen, well_placed, into_outline, stand_tall, stand_again, hold_still, hold_still_shown, standing_found, full_bend, full_bend_found, show_me, shown_me, stayed, stayed_less, stayed_more, begin, stop_if_hurts, ask_me, no_hurry, just_bend, or_leave_out,
        go_on, go_on_when_ready, other_side,
        repetition, counted, counted_shown, seconds_left, round_done, round_done_none, round_done_all, round_seen, round_seen_none, round_untold, half_kneeling, all_fours, unchecked, time_done, rest, rest_set, rest_on,
        rest_ends, try_hand, the_same_again, next_time, next_time_earlier, next_time_same, next_one, next_in_set, next_in_set_earlier, close, close_seen, close_timed, leave, leave_terminal, reach_more, reach_less, amount_more, amount_fewer,
    }
}

section! {
    /// The questions of a session: each with its title, the ends of its scale and how it is answered.
    QuestionWords {
        who, same, same_named, somebody_else, somebody_else_said, pain_before, pain_after, pain_week, activity, activity_named, how, how_who, noted, title_who, title_pain, title_week, title_activity,
        no_pain, worst_pain, unable, as_before, wait_who, wait, more_pain, much_pain, pain_limit, leave_it,
    }
}

impl QuestionWords {
    /// The title of a question, and the words for the least and the most on its scale; these are empty if it has none.
    pub fn frame(&self, kind: QuestionKind) -> [&str; 3] {
        match kind {
            QuestionKind::Who | QuestionKind::Same(_) => [&self.title_who, "", ""],
            QuestionKind::PainBefore | QuestionKind::PainAfter => [&self.title_pain, &self.no_pain, &self.worst_pain],
            QuestionKind::PainWeek => [&self.title_week, &self.no_pain, &self.worst_pain],
            QuestionKind::Activity(_) => [&self.title_activity, &self.unable, &self.as_before],
        }
    }

    fn asked(&self, kind: QuestionKind) -> &str {
        match kind {
            QuestionKind::Who => &self.who,
            QuestionKind::Same(_) => &self.same,
            QuestionKind::PainBefore => &self.pain_before,
            QuestionKind::PainAfter => &self.pain_after,
            QuestionKind::PainWeek => &self.pain_week,
            QuestionKind::Activity(_) => &self.activity,
        }
    }
}

section! {
    /// The feedback on one repetition.
    CueWords {
        could_not_tell, could_not_tell_some, squat, squat_next, push_hips_back, back_joined_in, soften_knees, slower, look_down, deeper,
        deeper_next, from_the_hips, probably_from_the_hips,
    }
}

section! {
    /// What a set tells.
    SetWords {
        alike, bends, range, numbered, hips, mixed, back, hips_probably, mixed_probably, back_probably, differ, unknown,
    }
}

impl SetWords {
    fn verdict(&self, verdict: Verdict, probably: bool) -> &str {
        match (verdict, probably) {
            (Verdict::Hips, false) => &self.hips,
            (Verdict::Hips, true) => &self.hips_probably,
            (Verdict::Mixed, false) => &self.mixed,
            (Verdict::Mixed, true) => &self.mixed_probably,
            (Verdict::Back, false) => &self.back,
            (Verdict::Back, true) => &self.back_probably,
        }
    }
}

/// Sentences of one moment, as one text to speak.
pub fn together(sentences: &[String]) -> String {
    let mut text = String::new();
    for sentence in sentences {
        let stop = if text.is_empty() || text.ends_with('?') { "" } else { "." };
        text = format!("{text}{stop} {sentence}");
    }
    text.trim_start().to_owned()
}

impl Words {
    /// What a set tells, as a sentence.
    pub fn set_statement(&self, statement: &SetStatement) -> String {
        let words = &self.set;
        let [least, most] = [statement.least, statement.most].map(whole_degrees);
        let range = if least == most { least } else { fill(&words.range, &[("least", &least), ("most", &most)]) };
        let hidden = statement.outcome == SetOutcome::Unknown(NoVerdict::BottomHidden);
        let range = if hidden { format!("≥ {range}") } else { range };
        let outcome = match statement.outcome {
            SetOutcome::From(verdict, probability) => words.verdict(verdict, is_probable(probability)).to_owned(),
            SetOutcome::Differ => words.differ.clone(),
            SetOutcome::Unknown(reason) => fill(&words.unknown, &[("reason", &self.no_verdict(reason))]),
        };
        let template = if statement.alike && statement.count > 1 { &words.alike } else { &words.bends };
        fill(template, &[("count", &statement.count), ("range", &range), ("outcome", &outcome)])
    }

    /// What a set with this number, from 1, tells.
    pub fn numbered_set_statement(&self, number: u32, statement: &SetStatement) -> String {
        let statement = self.set_statement(statement);
        fill(&self.set.numbered, &[("number", &number), ("statement", &statement)])
    }

    /// The text in a drill's own file in this language.
    pub fn drill<'d>(&self, drill: &'d Drill) -> &'d Text {
        drill.text(self.language.code())
    }

    /// A prompt as it is shown and spoken during this drill.
    pub fn during(&self, line: Line, drill: &Drill) -> String {
        let text = self.drill(drill);
        match line {
            Line::Lesson(number) => text.how.get(number).cloned().unwrap_or_default(),
            line => self.line(line).unwrap_or_else(|| text.name.clone()),
        }
    }

    /// A prompt as it is shown and spoken in this frame: a question names the activity that it is about.
    pub fn prompt(&self, line: Line, guided: &GuidedFrame) -> String {
        match (line, &guided.guidance.stage) {
            (Line::Ask(QuestionKind::Activity(_)), Stage::Question(asking)) => {
                fill(&self.question.activity_named, &[("activity", &asking.item)])
            }
            (Line::Ask(QuestionKind::Same(_)), Stage::Question(asking)) => {
                let name = asking.names.first().map_or("", String::as_str);
                fill(&self.question.same_named, &[("name", &name)])
            }
            // In the frame in which a set ends, what is said of its last bend stands nowhere.
            (Line::Cue(cue), Stage::Review(_)) if guided.guidance.line == line => self.cue_of_set(cue),
            _ => self.during(line, &guided.drill),
        }
    }

    /// A prompt as it stands on the screen, where it may have to last until the next bend: then it says what to do, too.
    pub fn shown(&self, guided: &GuidedFrame) -> String {
        let course = &self.course;
        match (guided.guidance.line, &guided.guidance.stage) {
            (Line::Counted { done, of }, _) => fill(&course.counted_shown, &[("done", &done), ("of", &of)]),
            (Line::Obstacle(State::Nobody), Stage::Arrive) => course.into_outline.clone(),
            (Line::HoldStill, Stage::StandTall { .. }) => course.hold_still_shown.clone(),
            (Line::Rest(left), _) => self.rest(left, guided),
            (Line::NoDiagnosis, Stage::Close(_)) => self.mobility.no_diagnosis_shown.clone(),
            (Line::Cue(cue), Stage::Work { .. }) if is_instruction(cue) => self.later(&course.next_one, cue),
            (Line::Cue(cue), Stage::Review(_)) => self.advice(cue, guided.guidance.map.goes_on_with_exercise()),
            (line, _) => self.prompt(line, guided),
        }
    }

    /// When it goes on, and with what.
    fn rest(&self, left: u32, guided: &GuidedFrame) -> String {
        let (now, next) = (guided.guidance.map.now, guided.guidance.map.next);
        let is_set = next.is_some_and(|next| next.exercise == now.exercise && next.set != now.set);
        let template = if is_set { &self.course.rest_set } else { &self.course.rest_on };
        let left = guided.guidance.until_next.map_or(left, |until| until.left);
        fill(template, &[("seconds", &left)])
    }

    /// What to do in the next set, if the drill goes on, or next time: whoever looks at a set is not to bend at once.
    fn advice(&self, cue: Cue, goes_on: bool) -> String {
        let course = &self.course;
        let (later, earlier) = match goes_on {
            true => (&course.next_in_set, &course.next_in_set_earlier),
            false => (&course.next_time, &course.next_time_earlier),
        };
        match cue {
            Cue::BackJoinedIn(angle) => fill(earlier, &[("degrees", &format!("{:.0}", angle.to_degrees()))]),
            Cue::CouldNotTell | Cue::FromTheHips | Cue::ProbablyFromTheHips => self.cue_of_set(cue),
            cue => self.later(later, cue),
        }
    }

    /// A cue for a bend that is still to come.
    fn later(&self, template: &str, cue: Cue) -> String {
        fill(template, &[("cue", &after_colon(self.language, &self.cue_of_set(cue)))])
    }

    /// A cue as it is said of a whole set: what to do, in place of what one bend was.
    pub(super) fn cue_of_set(&self, cue: Cue) -> String {
        match cue {
            Cue::CouldNotTell => self.cue.could_not_tell_some.clone(),
            Cue::Squat => self.cue.squat_next.clone(),
            Cue::Deeper => self.cue.deeper_next.clone(),
            cue => self.cue(cue),
        }
    }

    /// The wording of the questions, each with its language, as it is kept with the answers.
    pub fn question_wording(&self) -> QuestionWording {
        let worded = |kind| {
            let [_, least, most] = self.question.frame(kind);
            format!("{}: {} (0: {least}, 10: {most})", self.language.code(), self.question.asked(kind))
        };
        QuestionWording {
            before: worded(QuestionKind::PainBefore),
            after: worded(QuestionKind::PainAfter),
            week: worded(QuestionKind::PainWeek),
            activity: worded(QuestionKind::Activity(0)),
        }
    }

    /// A cue as it is shown and spoken.
    pub fn cue(&self, cue: Cue) -> String {
        match cue {
            Cue::CouldNotTell => self.cue.could_not_tell.clone(),
            Cue::Squat => self.cue.squat.clone(),
            Cue::PushHipsBack => self.cue.push_hips_back.clone(),
            Cue::BackJoinedIn(angle) => {
                fill(&self.cue.back_joined_in, &[("degrees", &format!("{:.0}", angle.to_degrees()))])
            }
            Cue::SoftenKnees => self.cue.soften_knees.clone(),
            Cue::Slower => self.cue.slower.clone(),
            Cue::LookDown => self.cue.look_down.clone(),
            Cue::Deeper => self.cue.deeper.clone(),
            Cue::FromTheHips => self.cue.from_the_hips.clone(),
            Cue::ProbablyFromTheHips => self.cue.probably_from_the_hips.clone(),
        }
    }

    /// A prompt as it is shown and spoken; `None` for those of the drill, which are in its own file.
    pub fn line(&self, line: Line) -> Option<String> {
        let words = &self.course;
        let text = match line {
            Line::Drill | Line::Lesson(_) => return None,
            Line::Obstacle(state) => self.state(state).to_owned(),
            Line::TooDark => self.state.dark.clone(),
            Line::Seen => words.seen.clone(),
            Line::WellPlaced => words.well_placed.clone(),
            Line::StandTall => words.stand_tall.clone(),
            Line::StandAgain => words.stand_again.clone(),
            Line::Count(number) => number.to_string(),
            Line::HoldStill => words.hold_still.clone(),
            Line::StandingFound => words.standing_found.clone(),
            Line::FullBend => words.full_bend.clone(),
            Line::FullBendFound => words.full_bend_found.clone(),
            Line::Begin => words.begin.clone(),
            Line::StopIfHurts => words.stop_if_hurts.clone(),
            Line::AskMe => words.ask_me.clone(),
            Line::Ask(kind) => self.question.asked(kind).to_owned(),
            Line::HowToAnswer => self.question.how.clone(),
            Line::HowToName => self.question.how_who.clone(),
            Line::SomebodyElse => self.question.somebody_else_said.clone(),
            Line::Noted(value) => fill(&self.question.noted, &[("value", &value)]),
            Line::MorePain => self.question.more_pain.clone(),
            Line::MuchPain => self.question.much_pain.clone(),
            Line::PainLimit => self.question.pain_limit.clone(),
            Line::LeaveItForToday => self.question.leave_it.clone(),
            Line::ShowMe => words.show_me.clone(),
            Line::ShownMe => words.shown_me.clone(),
            Line::Stayed => words.stayed.clone(),
            Line::StayedLess(by) => fill(&words.stayed_less, &[("degrees", &format!("{:.0}", by.to_degrees()))]),
            Line::StayedMore(by) => fill(&words.stayed_more, &[("degrees", &format!("{:.0}", by.to_degrees()))]),
            Line::NoHurry => words.no_hurry.clone(),
            Line::JustBend => words.just_bend.clone(),
            Line::OrLeaveOut => words.or_leave_out.clone(),
            Line::GoOnWhenReady => words.go_on_when_ready.clone(),
            Line::OtherSide => words.other_side.clone(),
            Line::GoOn => words.go_on.clone(),
            Line::Repetition(number) => fill(&words.repetition, &[("number", &number)]),
            Line::Counted { done, of } => fill(&words.counted, &[("done", &done), ("of", &of)]),
            Line::During(cue) => self.live_cue(cue).to_owned(),
            Line::Cue(cue) => self.cue(cue),
            Line::Amount { change: PortionChange::More, count } => fill(&words.amount_more, &[("count", &count)]),
            Line::Amount { change: PortionChange::Fewer, count } => fill(&words.amount_fewer, &[("count", &count)]),
            Line::SecondsLeft(seconds) => fill(&words.seconds_left, &[("seconds", &seconds)]),
            Line::RoundDone { hips: 1, of: 1 } => self.cue.from_the_hips.clone(),
            Line::RoundDone { hips: 0, .. } => words.round_done_none.clone(),
            Line::RoundDone { hips, of } if hips == of => fill(&words.round_done_all, &[("of", &of)]),
            Line::RoundDone { hips, of } => fill(&words.round_done, &[("hips", &hips), ("of", &of)]),
            Line::RoundSeen { hips: 0, .. } => words.round_seen_none.clone(),
            Line::RoundSeen { hips, of } => fill(&words.round_seen, &[("hips", &hips), ("of", &of)]),
            Line::RoundUntold(of) => fill(&words.round_untold, &[("of", &of)]),
            Line::Set(statement) => self.set_statement(&statement),
            Line::Posture(Check::HalfKneeling) => words.half_kneeling.clone(),
            Line::Posture(Check::AllFours) => words.all_fours.clone(),
            Line::Unchecked => words.unchecked.clone(),
            Line::TimeDone => words.time_done.clone(),
            Line::Rest(_) => words.rest.clone(),
            Line::Overview(overview) => self.overview(&overview),
            Line::Ahead { set, of } => self.ahead(set, of),
            Line::TryHand => words.try_hand.clone(),
            Line::TheSameAgain => words.the_same_again.clone(),
            Line::NextTime(None) => words.next_time_same.clone(),
            Line::NextTime(Some(cue)) => self.advice(cue, false),
            Line::RestEnds => words.rest_ends.clone(),
            Line::Away => self.state.away.clone(),
            Line::Paused => self.state.paused.clone(),
            Line::Close { hips, of } => fill(&words.close, &[("hips", &hips), ("of", &of)]),
            Line::CloseSeen { hips, of } => fill(&words.close_seen, &[("hips", &hips), ("of", &of)]),
            Line::CloseTimed => words.close_timed.clone(),
            Line::ReachMore(by) => self.reach_changed(&words.reach_more, &by),
            Line::ReachLess(by) => self.reach_changed(&words.reach_less, &by),
            Line::TurnRound => self.mobility.turn_round.clone(),
            Line::TurnOrStay => self.mobility.turn_or_stay.clone(),
            Line::TurnOrLeave => self.mobility.turn_or_leave.clone(),
            Line::Missed(miss) => self.mobility.missed(miss).to_owned(),
            Line::GoesOnWithout => self.mobility.goes_on_without.clone(),
            Line::ScreenDone => self.mobility.done.clone(),
            Line::Found(finding) => self.mobility.found(&finding),
            Line::FoundNothing => self.mobility.nothing.clone(),
            Line::Leave => words.leave.clone(),
            Line::NoDiagnosis => self.mobility.no_diagnosis.clone(),
        };
        Some(text)
    }
}

/// Whether a cue is nothing but what to do, so that it has to be said in which bend.
fn is_instruction(cue: Cue) -> bool {
    matches!(cue, Cue::PushHipsBack | Cue::SoftenKnees | Cue::Slower | Cue::LookDown)
}

/// A sentence as it goes on after a colon: in German one begins with a capital there, too; elsewhere none does but "I".
fn after_colon(language: Language, sentence: &str) -> String {
    let mut letters = sentence.chars();
    let is_kept = language == Language::German || sentence.starts_with("I ");
    match letters.next() {
        Some(first) if !is_kept => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

impl Words {
    /// By how much the hips went further or less far; at least that if they may have gone further in the larger of both.
    fn reach_changed(&self, template: &str, by: &Difference) -> String {
        let least = if by.at_least { self.mobility.least.as_str() } else { "" };
        fill(template, &[("least", &least), ("degrees", &format!("{:.0}", by.angle.to_degrees()))])
    }
}

/// An angle in whole degrees, never "-0°".
fn whole_degrees(angle: Angle<f32>) -> String {
    format!("{}°", angle.to_degrees().round() as i32).replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_capital_stands_in_the_middle_of_a_sentence() {
        for (language, told) in [
            (Language::English, "Next time: push your hips back first"),
            (Language::German, "Nächstes Mal: Schieb"),
            (Language::Spanish, "La próxima vez: "),
        ] {
            let words = Words::read(language).unwrap();
            let line = words.line(Line::NextTime(Some(Cue::PushHipsBack))).unwrap();
            let after = line.split(": ").nth(1).and_then(|after| after.chars().next()).unwrap();
            assert_eq!(after.is_uppercase(), language == Language::German, "{line}");
            assert!(language == Language::English || line.starts_with(told), "{line}");
        }
        assert_eq!(after_colon(Language::English, "I could not see"), "I could not see");
    }

    /// An answer is kept with its wording, which has to say by itself what hurts.
    #[test]
    fn a_question_about_pain_names_the_back_in_each_language() {
        for (language, back) in
            [(Language::English, "your back"), (Language::German, "dein Rücken"), (Language::Spanish, "la espalda")]
        {
            let words = Words::read(language).unwrap();
            for kind in [QuestionKind::PainBefore, QuestionKind::PainWeek] {
                let asked = words.line(Line::Ask(kind)).unwrap();
                assert!(asked.contains(back), "{asked}");
            }
        }
    }

    #[test]
    fn what_to_do_next_time_is_no_verdict_on_a_bend_and_speaks_of_a_next_set_only_where_there_is_one() {
        let words = Words::read(Language::English).unwrap();
        for (cue, in_set, next_time) in [
            (
                Cue::Squat,
                "Rest. In the next set: keep your knees from going forward",
                "Next time: keep your knees from going forward",
            ),
            (Cue::Deeper, "Rest. In the next set: you may go a little deeper", "Next time: you may go a little deeper"),
            (Cue::CouldNotTell, "Some of them I could not see well enough", "Some of them I could not see well enough"),
            (
                Cue::Slower,
                "Rest. In the next set: a little slower on the way down",
                "Next time: a little slower on the way down",
            ),
        ] {
            assert_eq!([words.advice(cue, true), words.advice(cue, false)], [in_set, next_time]);
            assert_eq!(words.line(Line::NextTime(Some(cue))).as_deref(), Some(next_time));
        }
        let untold = [1, 8].map(|of| words.line(Line::RoundUntold(of)).unwrap());
        assert_eq!(untold, ["I could not tell where it came from", "I could not tell where they came from"]);
    }

    #[test]
    fn a_set_is_told_in_one_sentence() {
        let statement = |outcome| SetStatement {
            count: 10,
            least: Angle::degrees(14.4),
            most: Angle::degrees(19.9),
            alike: true,
            outcome,
        };
        let told = |language, statement: &SetStatement| Words::read(language).unwrap().set_statement(statement);
        let probably = statement(SetOutcome::From(Verdict::Mixed, 0.6));
        assert_eq!(
            told(Language::English, &probably),
            "10 alike: probably some of it from the back (low back rounded 14° to 20°)"
        );
        assert_eq!(
            told(Language::German, &probably),
            "10 gleiche: wohl zum Teil aus dem Rücken (Rücken 14° bis 20° rund)"
        );
        for (outcome, ends) in [
            (SetOutcome::From(Verdict::Hips, 0.9), ": from the hips ("),
            (SetOutcome::From(Verdict::Back, 0.7), ": probably from the back ("),
            (SetOutcome::Differ, ": some rounder than others ("),
            (SetOutcome::Unknown(NoVerdict::BottomHidden), "its bottom was hidden (low back rounded ≥ 14° to 20°)"),
            (SetOutcome::Unknown(NoVerdict::LeftOpen(Angle::degrees(13.6))), ": can’t tell, ±14° leaves it open ("),
        ] {
            assert!(told(Language::English, &statement(outcome)).contains(ends), "{ends}");
        }
        let apart = SetStatement { alike: false, least: Angle::degrees(-3.0), ..statement(SetOutcome::Differ) };
        assert_eq!(told(Language::English, &apart), "10 bends: some rounder than others (low back rounded −3° to 20°)");
        let narrow = SetStatement { most: Angle::degrees(14.3), ..probably };
        assert!(told(Language::English, &narrow).ends_with(" (low back rounded 14°)"));
        let words = Words::read(Language::English).unwrap();
        assert!(words.numbered_set_statement(1, &narrow).starts_with("Set 1: 10 alike"));
    }
}
