//! Drills as data: one TOML file per drill, so that a clinician can add one without a compiler.
//!
//! A [`Drill`] is the validated content of a file. [`Drill::parse`] creates it from the text of a file and reports
//! file, line and field of any error. A [`Programme`] puts drills in order. Nothing here opens files:
//! `crate::drill_library` does.

mod fields;
mod figure;
mod programme;
mod read;
mod skeleton;
mod translation;
mod words;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use euclid::Angle;

use super::feedback::FeedbackPlan;
use super::{Goal, Repetition, Verdict};

pub use fields::{DrillError, DrillFault};
#[cfg(feature = "store")]
pub(crate) use fields::{Field, Fields, Script};
pub use figure::{Figure, FigurePosture, Keyframe, Limb, Prop, Rests};
pub use programme::{Item, Programme, ProgrammeOutline};
pub(crate) use read::REPETITIONS;
pub use skeleton::{ANKLE_WIDTH, BOX, GRIP, HIP_WIDTH, KNEE_WIDTH, SHOULDER_WIDTH, SKULL, WRIST_WIDTH};
pub use skeleton::{FigureLeg, FigurePoint, FigureSkeleton, Stature};
pub use translation::{SECTIONS, Translation};
pub use words::{Arms, Check, CueName, KneeSetting, Position, Sides, Word};

/// The language that every drill includes.
const FALLBACK_LANGUAGE: &str = "en";

/// One exercise.
#[derive(Clone, Debug, PartialEq)]
pub struct Drill {
    /// The name of its file without `.toml`: lowercase letters, digits and hyphens.
    pub id: String,
    /// What to do, and how much of it.
    pub task: Task,
    /// How often the task is done, on each side: 1 to 10.
    pub sets: u32,
    /// The rest between two sets.
    pub rest: Duration,
    /// Whether it is done once for both sides of the body, or once per side.
    pub sides: Sides,
    /// The posture of the drill.
    pub position: Position,
    /// Whether the camera can measure it. If not, it is only shown and timed.
    pub checked: bool,
    /// The posture whose time counts, if the drill is not measured; `None` if all of the time counts.
    pub check: Option<Check>,
    /// Where the arms are.
    pub arms: Arms,
    /// The cues that may be given for a repetition, the most important first. Empty if the drill is not measured.
    pub cues: Vec<CueName>,
    /// When feedback on single bends is given.
    pub feedback: FeedbackPlan,
    /// The texts that are said and shown.
    pub texts: Texts<Text>,
    /// The animated figure.
    pub figure: Figure,
}

/// What a drill asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    /// Bends, counted and judged.
    Bend(Bends),
    /// A posture, held for this long on each side.
    Hold(Duration),
    /// A slow movement, kept going for this long on each side.
    Flow(Duration),
}

/// Bends and what they should be like.
#[derive(Clone, Debug, PartialEq)]
pub struct Bends {
    /// The number per set.
    pub repetitions: u32,
    /// The tempo.
    pub tempo: Tempo,
    /// Hip flexion at the bottom, as change from standing.
    pub goal: Goal,
    /// What the knees should do.
    pub knees: KneeSetting,
    /// Knee flexion at the bottom, as change from standing.
    pub knee_flexion: RangeInclusive<Angle<f32>>,
    /// Where the bend should come from.
    pub judged: Judged,
}

/// The tempo of a bend.
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
    /// From the hips in the first set and every second one after it, from the back in the others, to feel the
    /// difference. The figure shows the bend from the back.
    Contrast(Figure),
    /// From the hips, each repetition either correct or not: the clinical test. See [`Drill::passed`].
    Test,
    /// It does not matter; no verdict is given.
    Not,
}

/// The texts in each language. English is always present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts<T> {
    /// English, also the fallback for missing languages.
    pub english: T,
    /// Other languages, by two-letter code.
    pub others: BTreeMap<String, T>,
}

impl<T> Texts<T> {
    /// Returns the text in this language (two letters), or in English if it is missing.
    pub fn of(&self, language: &str) -> &T {
        self.others.get(language).unwrap_or(&self.english)
    }
}

/// The texts of a drill in one language. All of them fit on the screen: [`Text::LONGEST_SENTENCE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The name, a few words.
    pub name: String,
    /// The purpose: one sentence.
    pub purpose: String,
    /// The instructions: sentences that are spoken one after the other.
    pub how: Vec<String>,
    /// The precaution: one sentence.
    pub mind: String,
    /// The paper or practice it comes from.
    pub source: String,
}

impl Drill {
    /// Returns the texts in this language (two letters), or in English if it is missing.
    pub fn text(&self, language: &str) -> &Text {
        self.texts.of(language)
    }

    /// Returns the bends, if the task is bends.
    pub fn bends(&self) -> Option<&Bends> {
        match &self.task {
            Task::Bend(bends) => Some(bends),
            Task::Hold(_) | Task::Flow(_) => None,
        }
    }

    /// Returns where the bends of this set, counted from 0, should come from; `None` if it does not matter.
    pub fn wanted(&self, set: usize) -> Option<Verdict> {
        match &self.bends()?.judged {
            Judged::Contrast(_) if !set.is_multiple_of(2) => Some(Verdict::Back),
            Judged::Hips | Judged::Test | Judged::Contrast(_) => Some(Verdict::Hips),
            Judged::Not => None,
        }
    }

    /// Returns the figure for this set, counted from 0.
    pub fn figure(&self, set: usize) -> &Figure {
        match self.bends().map(|bends| &bends.judged) {
            Some(Judged::Contrast(other)) if !set.is_multiple_of(2) => other,
            _ => &self.figure,
        }
    }

    /// Returns the mean error of lumbar flexion in this drill, degrees; `None` if it was not measured: the arm position
    /// was not tested, a wall or a box is in the picture, or the person does not stand on both feet side by side.
    /// Source: [`Arms::accuracy`].
    pub fn accuracy(&self) -> Option<Angle<f32>> {
        let tested = self.position == Position::Standing && matches!(self.figure.prop, Prop::None | Prop::Dowel);
        self.arms.accuracy().filter(|_| self.checked && tested)
    }

    /// Whether the arm position makes the measurement clearly worse than crossed arms do.
    pub fn costs_accuracy(&self) -> bool {
        self.checked && self.arms.cost_accuracy()
    }

    /// Returns how long the drill takes as prescribed: movements, holds, and rests between sets and sides, without
    /// speech.
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
    /// Whether a repetition is correct by the clinical criterion of the waiter's bow: at least the goal's hip flexion
    /// without flexion of the low back (Luomajoki 2007). The tolerance is that of the verdict. `None` if it cannot be
    /// decided where the bend came from.
    pub fn passed(&self, repetition: &Repetition) -> Option<bool> {
        let verdict = repetition.verdict?;
        Some(verdict == Verdict::Hips && repetition.bend.hip_flexion >= self.goal.least)
    }
}

impl Tempo {
    /// Returns the duration of one repetition.
    pub fn duration(&self) -> Duration {
        self.down + self.hold + self.up
    }
}

impl Text {
    /// Maximum letters of a sentence in `purpose`, `how` or `mind`: two lines in the place of the state sentence on the
    /// live screen, which `tests/screen.rs` checks for all of ours.
    pub const LONGEST_SENTENCE: usize = 58;
    /// Maximum letters of a name.
    pub const LONGEST_NAME: usize = 32;
    /// Maximum letters of a source: it is only read up close, never from three metres.
    pub const LONGEST_SOURCE: usize = 200;
    /// Number of sentences in the instructions.
    pub const HOW: RangeInclusive<usize> = 2..=4;
}
