//! `session.json`: the rows of a session. Times in nanoseconds on the clock of its source, angles in radians.

use std::fmt;
use std::marker::PhantomData;

use euclid::Angle;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::coach::{ChainRequest, SetGoal, SetPurpose};
use crate::store::read::REQUEST;
use crate::store::stored_time::{nanoseconds, timestamp};
use crate::store::{
    Happening, Instrument, LostCounts, NewSession, PersonId, Score, Session, SessionState, Set, StoredCalibration,
    StoredPosture, StoredRepetition, query,
};
use crate::visible::visible;

/// The most sets, repetitions, standing postures and ranges of a session: a bend every second of eight hours. [own]
const MOST_ROWS: usize = 30_000;

/// The most events: seven for each bend. [own]
const MOST_EVENTS: usize = 200_000;

/// The most answers. [own]
const MOST_ANSWERS: usize = 1000;

/// Reads a list of at most so many rows: a few kilobytes in a zip may be millions of empty ones.
fn at_most<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MOST: usize>(from: D) -> Result<Vec<T>, D::Error> {
    struct BoundedRows<T, const MOST: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for BoundedRows<T, MOST> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            write!(formatter, "a list of at most {MOST} rows")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<T>, A::Error> {
            let mut rows = Vec::new();
            while let Some(row) = from.next_element()? {
                if rows.len() == MOST {
                    return Err(de::Error::invalid_length(MOST + 1, &self));
                }
                rows.push(row);
            }
            Ok(rows)
        }
    }

    from.deserialize_seq(BoundedRows::<T, MOST>(PhantomData))
}

/// The whole session except its samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Portable {
    pub uid: String,
    pub id: String,
    pub began_ms: i64,
    pub offset_s: i32,
    pub source: String,
    pub plan: Option<String>,
    pub name: Option<String>,
    pub note: Option<String>,
    pub program: String,
    pub recovered: bool,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub frames: u64,
    pub samples_lost: u64,
    pub pictures_lost: u64,
    #[serde(default)] // missing in files of older versions
    pub missed: u64,
    /// For a re-measurement, the uid of the original session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The pseudonym of whoever it is; missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(deserialize_with = "at_most::<_, _, 64>")]
    pub models: Vec<(String, String)>,
    #[serde(deserialize_with = "at_most::<_, _, MOST_ROWS>")]
    pub sets: Vec<PortableSet>,
    #[serde(deserialize_with = "at_most::<_, _, MOST_ROWS>")]
    pub repetitions: Vec<StoredRepetition>,
    #[serde(deserialize_with = "at_most::<_, _, MOST_ROWS>")]
    pub standings: Vec<StoredPosture>,
    #[serde(deserialize_with = "at_most::<_, _, MOST_ROWS>")]
    pub ranges: Vec<PortableRange>,
    #[serde(deserialize_with = "at_most::<_, _, MOST_EVENTS>")]
    pub events: Vec<PortableEvent>,
    /// What the person answered; missing in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "at_most::<_, _, MOST_ANSWERS>")]
    pub answers: Vec<PortableAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableSet {
    number: u32,
    drill: Option<String>,
    /// The word of a [`SetGoal`]; left out if it is the hips, and in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    goal: Option<String>,
    /// The word of a [`SetPurpose`]; left out if it is practice, and in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    began_ns: i64,
    ended_ns: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableRange {
    time_ns: i64,
    lumbar: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableEvent {
    time_ns: i64,
    kind: String,
    detail: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableAnswer {
    time_ns: i64,
    /// The word of an [`Instrument`].
    instrument: String,
    version: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    item: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    wording: String,
    /// Missing where it was asked and left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
}

impl From<&Session> for Portable {
    fn from(session: &Session) -> Self {
        let entry = &session.entry;
        let mut standings = Vec::new();
        let mut ranges = Vec::new();
        for (time, calibration) in &session.calibrations {
            let time_ns = nanoseconds(*time);
            match calibration {
                StoredCalibration::Standing(segments) => {
                    standings.push(StoredPosture { from: *time, segments: *segments });
                }
                StoredCalibration::Range(lumbar) => ranges.push(PortableRange { time_ns, lumbar: lumbar.radians }),
            }
        }
        Self {
            uid: entry.uid.clone(),
            id: entry.id.clone(),
            began_ms: entry.began.timestamp().as_millisecond(),
            offset_s: entry.began.offset().seconds(),
            source: entry.source.clone(),
            plan: entry.plan.clone(),
            name: entry.name.clone(),
            note: entry.note.clone(),
            program: entry.program.clone(),
            recovered: entry.state == SessionState::Recovered,
            width: entry.picture.map(|(width, _)| width),
            height: entry.picture.map(|(_, height)| height),
            frames: entry.frames,
            samples_lost: entry.lost.samples,
            pictures_lost: entry.lost.pictures,
            missed: entry.missed,
            origin: entry.origin.clone(),
            person: Some(entry.pseudonym.clone()).filter(|pseudonym| !pseudonym.is_empty()),
            models: session.models.clone(),
            sets: session.sets.iter().map(PortableSet::from).collect(),
            repetitions: session.repetitions.clone(),
            standings,
            ranges,
            events: session
                .events
                .iter()
                .map(|(time, kind, detail)| PortableEvent {
                    time_ns: nanoseconds(*time),
                    kind: kind.clone(),
                    detail: detail.clone(),
                })
                .collect(),
            answers: Vec::new(),
        }
    }
}

impl Portable {
    /// Adds what the person answered in it.
    pub(super) fn with_answers(mut self, scores: &[Score]) -> Self {
        let began_ms = self.began_ms;
        let answer = |score: &Score| PortableAnswer {
            time_ns: score.given.as_millisecond().saturating_sub(began_ms).max(0).saturating_mul(1_000_000),
            instrument: score.instrument.word().to_owned(),
            version: score.version.clone(),
            item: score.item.clone(),
            wording: score.wording.clone(),
            value: score.value,
        };
        self.answers = scores.iter().map(answer).collect();
        self
    }

    /// Makes every text harmless to whoever shows it: the file may come from anybody.
    pub(super) fn made_visible(mut self) -> Self {
        let texts = [&mut self.source, &mut self.program].into_iter();
        let optional =
            [&mut self.plan, &mut self.name, &mut self.note, &mut self.person].into_iter().filter_map(Option::as_mut);
        let models = self.models.iter_mut().flat_map(|(file, sum)| [file, sum]);
        let drills = self.sets.iter_mut().filter_map(|set| set.drill.as_mut());
        let events = self.events.iter_mut().flat_map(|event| [&mut event.kind, &mut event.detail]);
        let answers = self.answers.iter_mut();
        let answers = answers.flat_map(|answer| [&mut answer.version, &mut answer.item, &mut answer.wording]);
        let texts = texts.chain(optional).chain(models).chain(drills).chain(events).chain(answers);
        texts.for_each(|text| *text = visible(text));
        self
    }

    /// What is known about the session when it begins.
    pub(super) fn beginning(&self, person: PersonId) -> NewSession {
        let began = query::moment(self.began_ms, self.offset_s);
        NewSession { began, source: self.source.clone(), plan: self.plan.clone(), person: Some(person) }
    }

    /// The counts of lost frames.
    pub(super) fn lost(&self) -> LostCounts {
        LostCounts { samples: self.samples_lost, pictures: self.pictures_lost }
    }

    /// The numbers of its sets.
    pub(super) fn set_numbers(&self) -> impl Iterator<Item = u32> {
        self.sets.iter().map(|set| set.number)
    }

    /// The drills of its sets.
    pub(super) fn drills(&self) -> impl Iterator<Item = &str> {
        self.sets.iter().filter_map(|set| set.drill.as_deref())
    }

    /// All texts in which somebody may have written a whole sentence.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let events = self.events.iter().flat_map(|event| [&event.kind, &event.detail]);
        let answers = self.answers.iter().flat_map(|answer| [&answer.version, &answer.item, &answer.wording]);
        self.note.iter().chain([&self.source]).chain(events).chain(answers).map(String::as_str)
    }

    /// Size of the camera's picture.
    pub(super) fn picture(&self) -> Option<(u32, u32)> {
        self.width.zip(self.height)
    }

    /// Converts all rows. Returns `None` if a word or time is invalid.
    pub(super) fn happened(&self) -> Option<Vec<Happening>> {
        let mut happened = vec![Happening::Missed(self.missed)];
        for set in &self.sets {
            let (number, time) = (set.number, timestamp(set.began_ns)?);
            let goal = set.goal.as_deref().map_or(Some(SetGoal::default()), SetGoal::from_word)?;
            let purpose = set.purpose.as_deref().map_or(Some(SetPurpose::default()), SetPurpose::from_word)?;
            happened.push(Happening::SetBegan { number, drill: set.drill.clone(), goal, purpose, time });
            if let Some(ended) = set.ended_ns {
                happened.push(Happening::SetEnded { number, time: timestamp(ended)? });
            }
        }
        happened.extend(self.repetitions.iter().cloned().map(Happening::Repetition));
        for StoredPosture { from, segments } in &self.standings {
            happened.push(Happening::Calibrated { time: *from, to: StoredCalibration::Standing(*segments) });
        }
        for range in &self.ranges {
            let to = StoredCalibration::Range(Some(Angle::radians(range.lumbar)).filter(|angle| angle.is_finite())?);
            happened.push(Happening::Calibrated { time: timestamp(range.time_ns)?, to });
        }
        for event in &self.events {
            if event.kind == REQUEST {
                ChainRequest::from_code(&event.detail)?;
            }
            let (kind, detail) = (event.kind.clone().into(), event.detail.clone());
            happened.push(Happening::Event { time: timestamp(event.time_ns)?, kind, detail });
        }
        for answer in &self.answers {
            happened.push(answer.happened()?);
        }
        Some(happened)
    }
}

impl PortableAnswer {
    /// `None` if its instrument is not known, its time is none, or its value is out of range.
    fn happened(&self) -> Option<Happening> {
        let Self { time_ns, instrument, version, item, wording, value } = self;
        let instrument = Instrument::of_word(instrument)?;
        value.is_none_or(|value| instrument.range(version).contains(&value)).then_some(())?;
        Some(Happening::Answer {
            time: timestamp(*time_ns)?,
            instrument: instrument.word(),
            version: version.clone().into(),
            item: item.clone(),
            wording: wording.clone(),
            value: *value,
        })
    }
}

impl From<&Set> for PortableSet {
    fn from(set: &Set) -> Self {
        let (began_ns, ended_ns) = (nanoseconds(set.began), set.ended.map(nanoseconds));
        let goal = Some(set.goal).filter(|goal| *goal != SetGoal::default()).map(|goal| goal.word().to_owned());
        let purpose = Some(set.purpose).filter(|purpose| *purpose != SetPurpose::default());
        let purpose = purpose.map(|purpose| purpose.word().to_owned());
        Self { number: set.number, drill: set.drill.clone(), goal, purpose, began_ns, ended_ns }
    }
}
