//! `bendwise drills`: lists the drills, shows how one is done, and checks a drill file.

use std::fmt::{Display, Write as _};
use std::path::Path;

use anyhow::Result;
use euclid::Angle;

use super::arguments::DrillsArgs;
use super::setup::Setup;
use super::{Exit, exit};
use crate::coach::drill::{Arms, Drill, Judged, KneeSetting, Programme, Sides, Task};
use crate::drill_library::{Library, LibraryEntry, LibraryError};
use crate::i18n::{Words, fill};

pub(super) fn run(setup: &Setup, args: &DrillsArgs) -> Result<Exit> {
    let library = Library::open(&setup.paths);
    let card = DrillCard { library: &library, words: &setup.words };
    let text = match (&args.check, &args.name) {
        (Some(file), _) => check(setup, &library, file)?,
        (None, None) => card.list(),
        (None, Some(name)) => match library.find(name) {
            Ok(LibraryEntry::Drill(drill)) => card.drill(drill),
            Ok(LibraryEntry::Programme(programme)) => card.programme(programme),
            Err(unknown @ LibraryError::Unknown { .. }) => {
                exit::report(&unknown.to_string());
                return Ok(Exit::Usage);
            }
            Err(error) => return Err(error.into()),
        },
    };
    exit::print(&text)?;
    Ok(Exit::Done)
}

/// Checks a drill file and says what to do with it.
fn check(setup: &Setup, library: &Library, file: &Path) -> Result<String> {
    let name = library.check(file)?;
    let folder = Library::drill_folder(&setup.paths);
    Ok(format!("{name} is valid. Put it into {} to practise it\n", folder.display()))
}

/// Formats the library in one language.
struct DrillCard<'a> {
    library: &'a Library,
    words: &'a Words,
}

impl DrillCard<'_> {
    /// All drills and programmes, narrow enough for any terminal, then the errors in the user's own folders.
    fn list(&self) -> String {
        let (library, words) = (self.library, &self.words.drills);
        let mut list = String::new();
        let mut entry = |id: &str, amount: &str, camera: &str, purpose: &str| {
            let head = format!("{:<26}{amount:<25}{camera}", self.named(id));
            writeln!(list, "{}\n    {purpose}", head.trim_end()).ok();
        };
        for drill in library.drills() {
            entry(&drill.id, &self.amount(drill), self.camera(drill), &self.words.drill(drill).purpose);
        }
        for programme in library.programmes() {
            let drills = fill(&words.programme, &[("count", &programme.items.len())]);
            entry(&programme.id, &drills, "", &programme.texts.of(self.words.language().code()).purpose);
        }
        for fault in library.faults() {
            writeln!(list, "✗ {fault}").ok();
        }
        format!("{list}\n{}\n", words.hint)
    }

    fn named(&self, id: &str) -> String {
        if self.library.is_own(id) { fill(&self.words.drills.own, &[("name", &id)]) } else { id.to_owned() }
    }

    /// "3 × 8 bends", "2 × 30 s each side".
    fn amount(&self, drill: &Drill) -> String {
        let words = &self.words.drills;
        let amount = match &drill.task {
            Task::Bend(bends) => fill(&words.bends, &[("sets", &drill.sets), ("count", &bends.repetitions)]),
            Task::Hold(time) | Task::Flow(time) => {
                fill(&words.time, &[("sets", &drill.sets), ("count", &time.as_secs())])
            }
        };
        if drill.sides == Sides::Both { amount } else { fill(&words.each_side, &[("amount", &amount)]) }
    }

    fn camera(&self, drill: &Drill) -> &str {
        let words = &self.words.drills;
        match drill.accuracy() {
            _ if drill.check.is_some() => &words.posture,
            _ if !drill.checked => &words.shown,
            _ if drill.costs_accuracy() => &words.measures_less,
            Some(_) => &words.measures,
            None => &words.measures_untested,
        }
    }

    /// The description of one drill.
    fn drill(&self, drill: &Drill) -> String {
        let (text, words) = (self.words.drill(drill), &self.words.drills);
        let mut card = format!("{} ({})\n{}\n\n", text.name, drill.id, text.purpose);
        for (number, sentence) in text.how.iter().enumerate() {
            writeln!(card, "  {}. {sentence}", number + 1).ok();
        }
        let rows = [
            (&words.head_amount, self.amount(drill)),
            (&words.head_goal, self.goal(drill)),
            (&words.head_camera, self.accuracy(drill)),
            (&words.head_mind, text.mind.clone()),
        ];
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            write!(card, "\n{name:<8}{value}").ok();
        }
        write!(card, "\n{:<8}{}\n", words.head_source, text.source).ok();
        card
    }

    fn goal(&self, drill: &Drill) -> String {
        let (Some(bends), words) = (drill.bends(), &self.words.drills) else { return String::new() };
        let [from, to] = [bends.goal.least, bends.goal.most].map(|angle| angle.to_degrees().round());
        let judged = match bends.judged {
            Judged::Hips => &words.hips,
            Judged::Test => &words.test,
            Judged::Contrast(_) => &words.contrast,
            Judged::Not => &words.either,
        };
        let knees = match bends.knees {
            KneeSetting::Straight => &words.straight,
            KneeSetting::Soft => &words.soft,
            KneeSetting::Bent => &words.bent,
        };
        let [down, up] =
            [bends.tempo.down, bends.tempo.up].map(|time| words.language.number(&time.as_secs_f32().to_string()));
        let values: [(&str, &dyn Display); 6] =
            [("from", &from), ("to", &to), ("knees", knees), ("judged", judged), ("down", &down), ("up", &up)];
        fill(&words.goal, &values)
    }

    fn accuracy(&self, drill: &Drill) -> String {
        let words = &self.words.drills;
        let degrees = |error: Angle<f32>| words.language.number(&format!("{:.1}", error.to_degrees()));
        match drill.accuracy() {
            _ if drill.check.is_some() => words.about_posture.clone(),
            _ if !drill.checked => words.about_shown.clone(),
            Some(own) if drill.costs_accuracy() => {
                let crossed = Arms::Crossed.accuracy().unwrap_or_default();
                fill(&words.about_less, &[("error", &degrees(own)), ("crossed", &degrees(crossed))])
            }
            Some(own) => fill(&words.about_measures, &[("error", &degrees(own))]),
            None => words.about_untested.clone(),
        }
    }

    /// The drills of a programme.
    fn programme(&self, programme: &Programme) -> String {
        let text = programme.texts.of(self.words.language().code());
        let mut card = format!("{} ({})\n{}\n\n", text.name, programme.id, text.purpose);
        for (number, drill) in self.library.drills_of(programme).iter().enumerate() {
            writeln!(card, "  {}. {}, {}", number + 1, drill.id, self.amount(drill)).ok();
        }
        card
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn card_of(name: &str) -> String {
        let (library, words) = (Library::built_in(), Words::read(Language::English).unwrap());
        let card = DrillCard { library: &library, words: &words };
        match library.find(name).unwrap() {
            LibraryEntry::Drill(drill) => card.drill(drill),
            LibraryEntry::Programme(programme) => card.programme(programme),
        }
    }

    #[test]
    fn every_drill_is_in_the_list_with_its_amount() {
        for (language, parts) in [
            (
                Language::English,
                ["3 × 8 bends", "2 × 30 s each side", "only shown and timed", "timed, posture checked", "7 drills"],
            ),
            (
                Language::German,
                [
                    "3 × 8 Beugungen",
                    "2 × 30 s je Seite",
                    "nur gezeigt, mit Zeit",
                    "mit Zeit, prüft Haltung",
                    "7 Übungen",
                ],
            ),
        ] {
            let (library, words) = (Library::built_in(), Words::read(language).unwrap());
            let list = DrillCard { library: &library, words: &words }.list();
            for part in ["bow", "first-week"].into_iter().chain(parts) {
                assert!(list.contains(part), "{part:?} is not in\n{list}");
            }
            assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
        }
    }

    #[test]
    fn a_drill_says_how_exactly_it_is_measured() {
        assert!(card_of("dowel").contains("less exactly: with the arms so, the low back is 7.8° off on average"));
        assert!(card_of("bow").contains("measures it; the low back is 6.2° off on average"));
        let with_a_bar = include_str!("../../assets/drills/bow.toml").replace("arms = \"crossed\"", "arms = \"bar\"");
        let bar = Drill::parse("bow.toml", &with_a_bar).unwrap();
        let (library, words) = (Library::built_in(), Words::read(Language::English).unwrap());
        let card = DrillCard { library: &library, words: &words }.drill(&bar);
        assert!(card.contains("measures it; the low back is 7.1° off on average"), "{card}");
        assert!(card_of("box-lift").contains("nobody has tested"));
        assert!(
            card_of("split-stance").contains("nobody has tested") && card_of("wall-tap").contains("nobody has tested")
        );
        assert!(card_of("ninety-ninety").contains("only shows and times this"));
        for checked in ["cat-cow", "hip-flexor-stretch"] {
            assert!(card_of(checked).contains("counts the seconds while it sees you in this posture"));
        }
    }

    #[test]
    fn a_card_shows_the_steps_the_goal_and_the_source() {
        let card = card_of("waiters-bow");
        for part in ["1. Cross your arms", "50–70° at the hips", "each bend correct or not", "Luomajoki 2007"] {
            assert!(card.contains(part), "{part:?} is not in\n{card}");
        }
        assert!(card_of("first-week").contains("4. wall-tap, 2 × 6 bends"));
    }
}
