//! Drills: what is practised, as data. One TOML file a drill, so that a clinician can add one without a compiler.
//!
//! [`Drill`] is what a file says, checked: whoever holds one need not check again. [`Drill::parse`] makes it from the
//! text of a file and names file, line and field of whatever is wrong. [`Programme`] puts drills in order. Nothing here
//! opens a file: `crate::drill_library` does.

mod fields;
mod figure;
mod programme;
mod read;
mod skeleton;
mod words;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use euclid::Angle;

use super::{Goal, Repetition, Verdict};

pub use fields::{DrillError, DrillFault};
pub use figure::{Figure, FigurePosture, Keyframe, Limb, Prop, Rests};
pub use programme::{Item, Programme};
pub(crate) use read::REPETITIONS;
pub use skeleton::{ANKLE_WIDTH, BOX, GRIP, HIP_WIDTH, KNEE_WIDTH, SHOULDER_WIDTH, SKULL, WRIST_WIDTH};
pub use skeleton::{FigureLeg, FigurePoint, FigureSkeleton, Stature};
pub use words::{Arms, Check, CueName, KneeSetting, Position, Sides, Word};

/// The language that every drill has.
const FALLBACK_LANGUAGE: &str = "en";

/// One exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// The name of its file without `.toml`: small letters, figures and hyphens.
    pub id: String,
    /// What is to be done, and how much of it.
    pub task: Task,
    /// How often the task is done, on each side: 1 to 10.
    pub sets: u32,
    /// Between two sets.
    pub rest: Duration,
    /// Whether it is done once for both sides of the body, or once for each.
    pub sides: Sides,
    /// The posture in which it is done.
    pub position: Position,
    /// Whether the camera can measure it. Where not, it is only shown and timed.
    pub checked: bool,
    /// The posture whose time counts, in what is not measured; `None` where all of it does.
    pub check: Option<Check>,
    /// Where the arms are.
    pub arms: Arms,
    /// What may be said of a repetition, the most wanted first. Empty for what is not measured.
    pub cues: Vec<CueName>,
    /// What is said and shown.
    pub texts: Texts<Text>,
    /// How it looks.
    pub figure: Figure,
}

/// What a drill asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Bends, counted and judged.
    Bend(Bends),
    /// A posture, held for so long on each side.
    Hold(Duration),
    /// A slow movement, kept going for so long on each side.
    Flow(Duration),
}

/// Bends and what they should be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Bends {
    /// How many in a set.
    pub repetitions: u32,
    /// How fast.
    pub tempo: Tempo,
    /// Hip flexion at the bottom, as change from standing.
    pub goal: Goal,
    /// What the knees do.
    pub knees: KneeSetting,
    /// Knee flexion at the bottom, as change from standing.
    pub knee_flexion: RangeInclusive<Angle<f32>>,
    /// Where the bend should come from.
    pub judged: Judged,
}

/// How fast a bend is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tempo {
    /// From standing to the bottom.
    pub down: Duration,
    /// At the bottom.
    pub hold: Duration,
    /// Back to standing.
    pub up: Duration,
}

/// Where the bends of a drill should come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Judged {
    /// From the hips, every set.
    Hips,
    /// From the hips in the first set and every second one after it, from the back in the others: to feel the
    /// difference. The figure is that of the bend from the back.
    Contrast(Figure),
    /// From the hips, each repetition either correct or not: the clinical test. [`Bends::passed`] tells.
    Test,
    /// It does not matter; no verdict is told.
    Not,
}

/// What is said in each language. There is always English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts<T> {
    /// In English, which also stands in for a language that is missing.
    pub english: T,
    /// In other languages, by their two letters.
    pub others: BTreeMap<String, T>,
}

impl<T> Texts<T> {
    /// In this language (two letters), else in English.
    pub fn of(&self, language: &str) -> &T {
        self.others.get(language).unwrap_or(&self.english)
    }
}

/// What a drill says and shows in one language. All of it fits the screen: [`Text::LONGEST_SENTENCE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// A few words.
    pub name: String,
    /// What it is for: one sentence.
    pub purpose: String,
    /// How it is done: sentences to be spoken one after the other.
    pub how: Vec<String>,
    /// What to be careful of: one sentence.
    pub mind: String,
    /// The paper or the practice it comes from.
    pub source: String,
}

impl Drill {
    /// What is said and shown in this language (two letters), else in English.
    pub fn text(&self, language: &str) -> &Text {
        self.texts.of(language)
    }

    /// The bends, if that is what is done.
    pub fn bends(&self) -> Option<&Bends> {
        match &self.task {
            Task::Bend(bends) => Some(bends),
            Task::Hold(_) | Task::Flow(_) => None,
        }
    }

    /// Where the bends of this set, counted from 0, should come from; `None` when it does not matter.
    pub fn wanted(&self, set: usize) -> Option<Verdict> {
        match &self.bends()?.judged {
            Judged::Contrast(_) if !set.is_multiple_of(2) => Some(Verdict::Back),
            Judged::Hips | Judged::Test | Judged::Contrast(_) => Some(Verdict::Hips),
            Judged::Not => None,
        }
    }

    /// How this set, counted from 0, looks.
    pub fn figure(&self, set: usize) -> &Figure {
        match self.bends().map(|bends| &bends.judged) {
            Some(Judged::Contrast(other)) if !set.is_multiple_of(2) => other,
            _ => &self.figure,
        }
    }

    /// How many degrees the measured low back is off in this drill, in the mean; `None` where nobody measured it: the
    /// arms are held as in no test, a wall or a box is in the picture, or the person does not stand on both feet side by
    /// side. Source: [`Arms::accuracy`].
    pub fn accuracy(&self) -> Option<Angle<f32>> {
        let tested = self.position == Position::Standing && matches!(self.figure.prop, Prop::None | Prop::Dowel);
        self.arms.accuracy().filter(|_| self.checked && tested)
    }

    /// Whether the arms of this drill make the measurement clearly worse than crossed ones do.
    pub fn costs_accuracy(&self) -> bool {
        self.checked && self.arms.cost_accuracy()
    }

    /// How long the drill takes as asked for: movements, holds, and rests between sets and sides. Without the talking.
    pub fn duration(&self) -> Duration {
        let set = match &self.task {
            Task::Bend(Bends { repetitions, tempo, .. }) => tempo.duration() * *repetitions,
            Task::Hold(time) | Task::Flow(time) => *time,
        };
        let sets = self.sets * self.sides.count();
        set * sets + self.rest * sets.saturating_sub(1)
    }
}

impl Bends {
    /// Whether a repetition is correct as the waiter's bow is judged in the clinic: at least the goal's hip flexion
    /// without flexion of the low back (Luomajoki 2007). The tolerance is that of the verdict. `None` when it cannot be
    /// told where the bend came from.
    pub fn passed(&self, repetition: &Repetition) -> Option<bool> {
        let verdict = repetition.verdict?;
        Some(verdict == Verdict::Hips && repetition.bend.hip_flexion >= self.goal.least)
    }
}

impl Tempo {
    /// One repetition.
    pub fn duration(&self) -> Duration {
        self.down + self.hold + self.up
    }
}

impl Text {
    /// A sentence of `purpose`, `how` or `mind` has at most so many letters: two lines of the state sentence's place on
    /// the live screen, which `tests/screen.rs` holds for all of ours.
    pub const LONGEST_SENTENCE: usize = 58;
    /// A name has at most so many letters.
    pub const LONGEST_NAME: usize = 32;
    /// A source has at most so many letters: it is only read, never from three metres.
    pub const LONGEST_SOURCE: usize = 200;
    /// So many sentences tell how a drill is done.
    pub const HOW: RangeInclusive<usize> = 2..=4;
}
