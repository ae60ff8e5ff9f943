//! A programme: drills in order, each unchanged or with a different amount.

use std::time::Duration;

use super::fields::{Fields, Script};
use super::{Drill, DrillError, DrillFault, Task, Text, Texts, read};
use crate::suggest;

/// Drills in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// The name of its file without `.toml`.
    pub id: String,
    /// Its name and what it is for.
    pub texts: Texts<ProgrammeOutline>,
    /// The drills, in this order. At least one.
    pub items: Vec<Item>,
    /// Whether the repetitions adapt to the results of the last sessions; otherwise they stay as written.
    pub adapts: bool,
}

/// The name and purpose of a programme in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeOutline {
    /// The name, a few words.
    pub name: String,
    /// The purpose: one sentence.
    pub purpose: String,
}

/// One drill of a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The drill's id.
    pub drill: String,
    /// Replaces the drill's own number of sets.
    pub sets: Option<u32>,
    /// Replaces the drill's own number of repetitions; only for bends.
    pub repetitions: Option<u32>,
    /// Replaces the drill's own seconds; only for holds and flows.
    pub seconds: Option<u32>,
}

impl Item {
    /// Reads one `[[drill]]` of a programme or a prescription made of these drills.
    pub(crate) fn read(mut fields: Fields<'_>, drills: &[Drill]) -> Result<Self, DrillError> {
        let name = fields.need("id", "the name of a drill")?;
        let id = name.text(usize::MAX)?;
        let Some(drill) = drills.iter().find(|drill| drill.id == id) else {
            let known = || drills.iter().map(|drill| drill.id.as_str());
            let meant = suggest::closest(&id, known()).map(str::to_owned);
            let known = known().collect::<Vec<_>>().join(", ");
            return Err(name.error(DrillFault::Choice { value: id, known, meant }));
        };
        let mut whole = |key, range| fields.find(key).map(|field| field.whole(range)).transpose();
        let sets = whole("sets", read::SETS)?;
        let (repetitions, seconds) = match drill.task {
            Task::Bend(_) => (whole("repetitions", read::REPETITIONS)?, None),
            Task::Hold(_) | Task::Flow(_) => (None, whole("seconds", read::SECONDS)?),
        };
        fields.finish()?;
        Ok(Self { drill: id, sets, repetitions, seconds })
    }

    /// Returns the drill as adjusted by this programme.
    pub fn adjust(&self, drill: &Drill) -> Drill {
        let mut drill = drill.clone();
        drill.sets = self.sets.unwrap_or(drill.sets);
        match &mut drill.task {
            Task::Bend(bends) => bends.repetitions = self.repetitions.unwrap_or(bends.repetitions),
            Task::Hold(time) | Task::Flow(time) => {
                *time = self.seconds.map_or(*time, |seconds| Duration::from_secs(seconds.into()));
            }
        }
        drill
    }
}

impl Programme {
    /// Parses a programme made of these drills. `file` is its path, as shown in messages; the file name without `.toml`
    /// becomes the programme's id.
    ///
    /// # Errors
    /// If it contains an error: the first one, with its line and field.
    pub fn parse(file: &str, text: &str, drills: &[Drill]) -> Result<Self, DrillError> {
        let script = Script { file, text };
        let id = read::id(script)?;
        if drills.iter().any(|drill| drill.id == id) {
            let fault = DrillFault::Clash(format!("is taken: {id} is a drill, and nobody could tell which is meant"));
            return Err(script.error(0, "the name of the file", fault));
        }
        let table = script.parse()?;
        let mut fields = Fields::of(script, &table);
        let list = fields.need("drill", "the drills in their order, each a [[drill]]")?;
        let items = list.list("a list of drills")?.into_iter().map(|entry| Item::read(entry.fields()?, drills));
        let items = items.collect::<Result<_, _>>()?;
        let adapts = fields.find("adapts").map(|field| field.flag()).transpose()?.unwrap_or(false);
        let programme = Self { id, items, adapts, texts: read::texts(&mut fields, outline)? };
        if programme.items.is_empty() {
            return Err(list.error(DrillFault::Clash("must hold at least one drill".to_owned())));
        }
        fields.finish()?;
        Ok(programme)
    }
}

pub(super) fn outline(mut fields: Fields<'_>) -> Result<ProgrammeOutline, DrillError> {
    let outline = ProgrammeOutline {
        name: fields.need("name", "a few words")?.text(Text::LONGEST_NAME)?,
        purpose: fields.need("purpose", "one sentence that tells what it is for")?.text(Text::LONGEST_SENTENCE)?,
    };
    fields.finish()?;
    Ok(outline)
}
