//! A prescription in words for whoever reads a report: each of its terms, with its name.

use super::{ReportWords, Words, fill};
use crate::coach::drill::Drill;
use crate::coach::feedback::{FeedbackPlan, Schedule};
use crate::drill_library::Library;
use crate::prescription::Prescription;

/// One term of a prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescriptionTerm {
    /// What it is about.
    pub name: String,
    /// What was prescribed.
    pub text: String,
    /// Whether somebody wrote the text, who may have said in it who the person is.
    pub personal: bool,
}

impl Words {
    /// What was prescribed, in the order in which a clinician asks for it.
    pub fn terms(&self, prescription: &Prescription, library: &Library) -> Vec<PrescriptionTerm> {
        let words = &self.report;
        let goals = Some(self.goals(prescription)).filter(|goals| !goals.is_empty());
        let stop = prescription.stop.rule();
        let stop = fill(&words.terms_stop_text, &[("pain", &stop.most), ("rise", &stop.rise)]);
        let activities = prescription.psfs.join("; ");
        let own = [
            self.practice(prescription, library),
            (&words.terms_days, self.days(prescription)),
            (&words.terms_goal, goals.unwrap_or_else(|| words.terms_goal_none.clone())),
            (&words.terms_feedback, self.feedback(prescription)),
            (&words.terms_stop, stop),
        ];
        let written =
            [(&words.terms_asked, activities), (&words.terms_note, prescription.note.clone().unwrap_or_default())];
        let term = |personal: bool| {
            move |(name, text): (&String, String)| PrescriptionTerm { name: name.clone(), text, personal }
        };
        let written = written.into_iter().filter(|(_, text)| !text.is_empty()).map(term(true));
        own.into_iter().map(term(false)).chain(written).collect()
    }

    /// The drills with their amounts, after the name of their programme if they are one.
    fn practice(&self, prescription: &Prescription, library: &Library) -> (&String, String) {
        let (words, drills) = (&self.report, self.prescribed(prescription));
        let mut programmes = library.programmes().iter();
        match programmes.find(|programme| Some(&programme.id) == prescription.programme.as_ref()) {
            Some(programme) => {
                let name = &programme.texts.of(self.language().code()).name;
                (&words.terms_programme, format!("{name}: {drills}"))
            }
            None => (&words.terms_drills, drills),
        }
    }

    /// From when to when, and on how many days a week.
    fn days(&self, prescription: &Prescription) -> String {
        let words = &self.report;
        let [from, to] = [prescription.from, prescription.to].map(|day| self.prescription.dated(day, None));
        let days = fill(&words.terms_days_text, &[("days", &prescription.days_a_week), ("from", &from), ("to", &to)]);
        if prescription.ended_early { fill(&words.terms_ended, &[("days", &days)]) } else { days }
    }

    /// When a bend is spoken of, when the low note sounds, and whether sessions begin without either. One sentence where all
    /// drills have it alike.
    fn feedback(&self, prescription: &Prescription) -> String {
        let words = &self.report;
        let bends: Vec<&Drill> = prescription.drills.iter().filter(|drill| drill.bends().is_some()).collect();
        let told: Vec<(String, String)> =
            bends.iter().map(|drill| (self.drill(drill).name.clone(), words.plan(drill.feedback))).collect();
        let Some((_, first)) = told.first() else { return sentence_case(&words.terms_feedback_none) };
        let plans = if told.iter().all(|(_, plan)| plan == first) {
            first.clone()
        } else {
            let of_drill = |(drill, plan): &(String, String)| format!("{drill}: {plan}");
            told.iter().map(of_drill).collect::<Vec<_>>().join("; ")
        };
        let probe = if prescription.retention_probe { &words.terms_probe } else { &words.terms_no_probe };
        sentence_case(&format!("{plans}. {probe}"))
    }
}

/// With a capital at the beginning.
fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl ReportWords {
    fn plan(&self, FeedbackPlan { words, tone }: FeedbackPlan) -> String {
        let tone = match tone {
            // It sounds only in a bend that is outside the aim, and after a set there is nothing to sound in.
            Schedule::EndOfSet => &self.tone_never,
            Schedule::Bandwidth | Schedule::Every => &self.tone_every,
            Schedule::EverySecond => &self.tone_every_second,
            alike if alike == words => &self.tone_alike,
            other => self.schedule(other),
        };
        fill(&self.terms_plan, &[("words", self.schedule(words)), ("tone", tone)])
    }

    fn schedule(&self, schedule: Schedule) -> &String {
        match schedule {
            Schedule::Every => &self.schedule_every,
            Schedule::EverySecond => &self.schedule_every_second,
            Schedule::EndOfSet => &self.schedule_end_of_set,
            Schedule::Bandwidth => &self.schedule_bandwidth,
            Schedule::OnRequest => &self.schedule_on_request,
            Schedule::Fading => &self.schedule_fading,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill_library::Library;
    use crate::i18n::Language;

    fn terms(text: &str, language: Language) -> Vec<(String, String)> {
        let prescription = Prescription::parse("a.toml", text, &Library::built_in()).unwrap();
        let terms = Words::read(language).unwrap().terms(&prescription, &Library::built_in()).into_iter();
        terms.map(|term| (term.name, term.text)).collect()
    }

    #[test]
    fn the_example_is_told_in_words_in_each_language() {
        let example = include_str!("../../docs/prescription-example.toml").replacen("= 80", "= 82.5", 1);
        for (language, expected) in [
            (
                Language::English,
                [
                    ("Drills", "Bow 3 × 8, Hip flexor stretch 1 × 30 s each side"),
                    ("Days", "3 days a week, 16 November 2026 to 29 November 2026"),
                    ("Goal", "82.5 of 100 bends from the hips, depth 50° to 70°, hip reach 45°"),
                    (
                        "Feedback",
                        "Words after every second bend; low note in every bend outside the aim. Sessions begin with three \
                         bends without feedback",
                    ),
                    ("Stop rule", "Pain of 6 or more of 10, or 2 points more than before the session"),
                    ("Asked once a fortnight (PSFS)", "Lifting my child; Putting on socks"),
                    ("Note", "Start with the dowel if it feels stiff."),
                ],
            ),
            (
                Language::German,
                [
                    ("Übungen", "Verbeugung 3 × 8, Hüftbeuger dehnen 1 × 30 s je Seite"),
                    ("Tage", "3 Tage je Woche, 16.11.2026 bis 29.11.2026"),
                    ("Ziel", "82,5 von 100 Beugungen aus der Hüfte, Tiefe 50° bis 70°, Hüftreichweite 45°"),
                    (
                        "Rückmeldung",
                        "Worte nach jeder zweiten Beugung; tiefer Ton in jeder Beugung außerhalb des Ziels. Sitzungen beginnen \
                         mit drei Beugungen ohne Rückmeldung",
                    ),
                    ("Aufhören bei", "Schmerz von 6 oder mehr von 10, oder 2 Punkten mehr als vor der Sitzung"),
                    ("Alle zwei Wochen gefragt (PSFS)", "Lifting my child; Putting on socks"),
                    ("Hinweis", "Start with the dowel if it feels stiff."),
                ],
            ),
        ] {
            let told = terms(&example, language);
            let told: Vec<_> = told.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            assert_eq!(told, expected);
        }
        assert_eq!(terms(&example, Language::Spanish).len(), 7);
    }

    #[test]
    fn what_is_left_out_is_told_as_the_program_has_it() {
        let text = "person = \"Ben\"\nfrom = 2026-11-16\nto = 2026-11-20\ndays_a_week = 1\nprogramme = \"first-week\"\n
            [feedback]\nretention_probe = false\n";
        let told = terms(text, Language::English);
        let names: Vec<_> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Programme", "Days", "Goal", "Feedback", "Stop rule"]);
        assert!(told[1].1.starts_with("1 day a week") && told[2].1 == "none named", "{told:?}");
        assert!(told[3].1.contains("then when asked for; low note alike. No bends without feedback"), "{told:?}");
        assert!(told[4].1.starts_with("Pain of 7 or more of 10, or 2 points more"), "{told:?}");
    }

    #[test]
    fn drills_with_feedback_of_their_own_are_told_apart() {
        let text = "person = \"Ben\"\nfrom = 2026-11-16\nto = 2026-11-20\ndays_a_week = 1\n
            [[drill]]\nid = \"bow\"\n[[drill]]\nid = \"wall-tap\"\n";
        let (library, words) = (Library::built_in(), Words::read(Language::English).unwrap());
        let mut prescription = Prescription::parse("a.toml", text, &library).unwrap();
        prescription.drills[0].feedback = FeedbackPlan { words: Schedule::OnRequest, tone: Schedule::EndOfSet };
        prescription.drills[1].feedback = FeedbackPlan { words: Schedule::Bandwidth, tone: Schedule::EverySecond };
        let told = words.terms(&prescription, &library);
        let expected = "Bow: words only when asked for; low note never; Wall tap: words only after a bend outside the aim; low \
                        note in every second bend, if it is outside the aim. Sessions begin with three bends without feedback";
        assert_eq!(told[3].text, expected);
        let held = text.replace("bow", "cat-cow").replace("wall-tap", "hip-flexor-stretch");
        assert_eq!(terms(&held, Language::English)[3].1, "None: no drill of it is measured");
    }
}
