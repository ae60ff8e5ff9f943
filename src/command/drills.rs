//! `hinge drills`: which drills there are, how each is done, and whether a file of one's own is right.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use euclid::Angle;

use super::arguments::Drills;
use super::setup::Setup;
use super::{Exit, ending};
use crate::coach::drill::{Arms, Drill, Judged, Programme, Sides, Task, Word};
use crate::library::{Entry, Library, LibraryError};

/// The language of what is told here; the rest of the command line is English too.
const LANGUAGE: &str = "en";

pub(super) fn run(setup: &Setup, asked: &Drills) -> Result<Exit> {
    let library = Library::open(&setup.paths);
    let told = match (&asked.check, &asked.name) {
        (Some(file), _) => checked(setup, &library, file)?,
        (None, None) => list(&library),
        (None, Some(name)) => match library.find(name) {
            Ok(Entry::Drill(drill)) => card(drill),
            Ok(Entry::Programme(programme)) => contents(&library, programme),
            Err(unknown @ LibraryError::Unknown { .. }) => {
                ending::tell(&unknown.to_string());
                return Ok(Exit::Usage);
            }
            Err(wrong) => return Err(wrong.into()),
        },
    };
    ending::print(&told)?;
    Ok(Exit::Done)
}

/// A file of one's own that is right, and what to do with it.
fn checked(setup: &Setup, library: &Library, file: &Path) -> Result<String> {
    let name = library.check(file)?;
    let folder = Library::drill_folder(&setup.paths);
    Ok(format!("{name} is right. Put it into {} to practise it\n", folder.display()))
}

/// Every drill and programme, narrow enough for any terminal, then what is wrong in the person's own folders.
fn list(library: &Library) -> String {
    let mut told = String::new();
    let mut entry = |id: &str, amount: &str, camera: &str, purpose: &str| {
        let head = format!("{:<26}{amount:<23}{camera}", named(library, id));
        writeln!(told, "{}\n    {purpose}", head.trim_end()).ok();
    };
    for drill in library.drills() {
        entry(&drill.id, &amount(drill), camera(drill), &drill.text(LANGUAGE).purpose);
    }
    for programme in library.programmes() {
        let drills = format!("{} drills", programme.items.len());
        entry(&programme.id, &drills, "", &programme.texts.of(LANGUAGE).purpose);
    }
    for fault in library.faults() {
        writeln!(told, "✗ {fault}").ok();
    }
    told + "\n`hinge drills NAME` tells how one is done\n"
}

fn named(library: &Library, id: &str) -> String {
    if library.is_own(id) { format!("{id} (yours)") } else { id.to_owned() }
}

/// "3 × 8 bends", "2 × 30 s each side".
fn amount(drill: &Drill) -> String {
    let each = if drill.sides == Sides::Both { "" } else { " each side" };
    match &drill.task {
        Task::Bend(bends) => format!("{} × {} bends{each}", drill.sets, bends.repetitions),
        Task::Hold(time) | Task::Flow(time) => format!("{} × {} s{each}", drill.sets, time.as_secs()),
    }
}

fn camera(drill: &Drill) -> &'static str {
    match drill.accuracy() {
        _ if !drill.checked => "only shown and timed",
        _ if drill.costs_accuracy() => "measures, less exactly",
        Some(_) => "measures",
        None => "measures; error unknown",
    }
}

/// Everything about one drill.
fn card(drill: &Drill) -> String {
    let text = drill.text(LANGUAGE);
    let mut card = format!("{} ({})\n{}\n\n", text.name, drill.id, text.purpose);
    for (number, sentence) in text.how.iter().enumerate() {
        writeln!(card, "  {}. {sentence}", number + 1).ok();
    }
    let rows =
        [("Amount", amount(drill)), ("Goal", goal(drill)), ("Camera", accuracy(drill)), ("Mind", text.mind.clone())];
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        write!(card, "\n{name:<8}{value}").ok();
    }
    write!(card, "\n{:<8}{}\n", "Source", text.source).ok();
    card
}

fn goal(drill: &Drill) -> String {
    let Some(bends) = drill.bends() else { return String::new() };
    let (from, to) = (bends.goal.least.to_degrees(), bends.goal.most.to_degrees());
    let back = match bends.judged {
        Judged::Hips => "from the hips",
        Judged::Test => "from the hips, each bend correct or not",
        Judged::Contrast(_) => "from the hips in one set, from the back in the next",
        Judged::Not => "from wherever it comes",
    };
    let (down, up) = (bends.tempo.down.as_secs_f32(), bends.tempo.up.as_secs_f32());
    format!("{from:.0}–{to:.0}° at the hips, knees {}, {back}; {down} s down, {up} s up", bends.knees.word())
}

fn accuracy(drill: &Drill) -> String {
    let off = |arms: Arms| arms.accuracy().map_or(0.0, Angle::to_degrees);
    match drill.accuracy() {
        _ if !drill.checked => "only shows and times this: it measures people who stand".to_owned(),
        Some(own) if drill.costs_accuracy() => format!(
            "measures it less exactly: with the arms so, the low back is {:.1}° off on average, with crossed arms {:.1}°",
            own.to_degrees(),
            off(Arms::Crossed)
        ),
        Some(own) => format!("measures it; the low back is {:.1}° off on average", own.to_degrees()),
        None => "measures it; how exactly, nobody has tested for this drill".to_owned(),
    }
}

/// The drills of a programme.
fn contents(library: &Library, programme: &Programme) -> String {
    let text = programme.texts.of(LANGUAGE);
    let mut card = format!("{} ({})\n{}\n\n", text.name, programme.id, text.purpose);
    for (number, drill) in library.drills_of(programme).iter().enumerate() {
        writeln!(card, "  {}. {}, {}", number + 1, drill.id, amount(drill)).ok();
    }
    card
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card_of(name: &str) -> String {
        match Library::ours().find(name).unwrap() {
            Entry::Drill(drill) => card(drill),
            Entry::Programme(programme) => contents(&Library::ours(), programme),
        }
    }

    #[test]
    fn every_drill_is_in_the_list_with_its_amount() {
        let told = list(&Library::ours());
        for part in ["bow", "3 × 8 bends", "2 × 30 s each side", "only shown and timed", "first-week", "7 drills"] {
            assert!(told.contains(part), "{part:?} is not in\n{told}");
        }
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    }

    #[test]
    fn a_drill_that_costs_accuracy_says_so() {
        assert!(card_of("dowel").contains("less exactly: with the arms so, the low back is 6.2° off on average"));
        assert!(card_of("bow").contains("measures it; the low back is 4.8° off on average"));
        assert!(card_of("box-lift").contains("nobody has tested"));
        assert!(
            card_of("split-stance").contains("nobody has tested") && card_of("wall-tap").contains("nobody has tested")
        );
        assert!(card_of("cat-cow").contains("only shows and times this"));
    }

    #[test]
    fn a_card_tells_how_the_goal_and_the_source() {
        let card = card_of("waiters-bow");
        for part in ["1. Cross your arms", "50–70° at the hips", "each bend correct or not", "Luomajoki 2007"] {
            assert!(card.contains(part), "{part:?} is not in\n{card}");
        }
        assert!(card_of("first-week").contains("4. wall-tap, 2 × 6 bends"));
    }
}
