//! `summary.json`: the results of a set, described by `assets/summary.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{DEFINITIONS, degrees, rounded, seconds};
use crate::coach::{NoVerdict, Phase, Progress, Repetition, Verdict};
use crate::geometry::{Measurement, StandingDoubt, StandingFlaw, State, StateHistory};
use crate::source::{RecordingFacts, Timestamp};
use crate::store::{FieldValue, StoredField, StoredFields, StoredPosture, StoredRepetition};

/// Collects states, standing postures and repetitions, frame by frame.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    states: StateHistory,
    standings: Vec<StoredPosture>,
    repetitions: Arc<[Repetition]>,
    bent: bool,
    /// The greatest doubt about a standing posture that a measurement rests on.
    doubt: Option<StandingDoubt>,
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The version of the program that measured.
    pub version: String,
    /// The name of the recording.
    pub source: String,
    /// Time from the first frame to the last, seconds.
    pub duration_s: Option<f64>,
    /// Frames a second, the mean; `None` of fewer than two.
    pub rate_hz: Option<f64>,
    /// The time of the first frame on the file's own clock, seconds; left out if it is 0 or not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_time_s: Option<f64>,
    /// What was corrected to show the recording as it is meant; left out if nothing was or if it is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<String>,
    /// Frames that were measured.
    pub frames: u64,
    /// Frames that could not be decoded.
    pub dropped_frames: u64,
    /// The fraction of the frames in which hip and lumbar flexion were measured, 0 to 1.
    pub measurable_fraction: Option<f64>,
    /// For each state that occurred, the fraction of the frames in it, 0 to 1.
    pub state_fractions: BTreeMap<&'static str, Option<f64>>,
    /// The standing postures, the baseline of every angle, degrees from the vertical, positive forward, each with the
    /// time from which it is used; oldest first, empty if none was found.
    pub standings: Vec<SummaryRow>,
    /// The repetitions, oldest first.
    pub reps: Vec<SummaryRow>,
    /// The meaning of each quantity.
    pub definitions: BTreeMap<&'static str, &'static str>,
    /// The unit of each quantity.
    pub units: BTreeMap<&'static str, &'static str>,
}

/// The fields of a repetition, in order: the angles are those at its deepest point.
const REPETITION: [&str; 18] = [
    NUMBER,
    "start_s",
    "bottom_s",
    "end_s",
    "hip_flexion_deg",
    "lumbar_flexion_deg",
    "hip_flexion_interval_deg",
    "lumbar_flexion_interval_deg",
    "trunk_inclination_deg",
    "knee_flexion_deg",
    SHARE,
    "verdict",
    "verdict_probability",
    NO_VERDICT,
    "confidence",
    "bottom_hidden",
    "standing_doubt_deg",
    "standing_flaw",
];

/// The number by which a repetition is called wherever somebody reads of it, from 1.
const NUMBER: &str = "number";

/// The fields derived from the other values of a repetition.
const SHARE: &str = "lumbar_share";
const NO_VERDICT: &str = "no_verdict";

/// The names and values of a repetition or standing posture, in file order.
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryRow(Vec<(&'static str, SummaryValue)>);

/// One value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum SummaryValue {
    /// Rounded, in the unit that ends its name.
    Number(Option<f64>),
    /// A number in a row.
    Place(u32),
    /// The name of a verdict.
    Word(&'static str),
    /// The name of something that there may be none of.
    MaybeWord(Option<&'static str>),
    /// Yes or no.
    Flag(bool),
}

impl Ledger {
    /// Adds one frame.
    pub fn record(&mut self, time: Timestamp, measurement: &Measurement, progress: &Progress) {
        self.states.observe(time, measurement.state);
        let known = self.standings.last().map(|standing| standing.segments);
        if let Some(segments) = measurement.standing.filter(|standing| Some(*standing) != known) {
            self.standings.push(StoredPosture { from: time, segments });
        }
        let greater = |doubt: &StandingDoubt| self.doubt.is_none_or(|known| doubt.angle > known.angle);
        if let Some(doubt) = measurement.standing_doubt.filter(greater) {
            self.doubt = Some(doubt);
        }
        self.repetitions = Arc::clone(&progress.repetitions);
        self.bent = progress.phase != Phase::Top;
    }

    /// The states so far.
    pub fn states(&self) -> &StateHistory {
        &self.states
    }

    /// The repetitions so far, oldest first.
    pub fn repetitions(&self) -> &[Repetition] {
        &self.repetitions
    }

    /// Whether a bend was unfinished in the last frame: it is not among the repetitions.
    pub fn ends_in_a_bend(&self) -> bool {
        self.bent
    }

    /// The greatest doubt about a standing posture that something was measured from.
    pub fn standing_doubt(&self) -> Option<StandingDoubt> {
        self.doubt
    }

    /// The number of frames in this state.
    pub fn count(&self, state: State) -> u64 {
        self.states.frames_in(state)
    }

    /// The time from the first frame to the last.
    pub fn duration(&self) -> Duration {
        self.states.duration()
    }

    /// The number of frames.
    pub fn frames(&self) -> u64 {
        self.states.frames()
    }

    /// The most frequent state; in a tie the first in [`State::ALL`].
    pub fn most_frequent(&self) -> Option<State> {
        self.states.most_frequent()
    }

    /// The summary of the recording called `source`, measured by this version of the program.
    pub fn summary(&self, source: &str, program: &str, dropped_frames: u64) -> Summary {
        let fraction = |count: u64| rounded(count as f64 / self.frames().max(1) as f64, 4);
        let duration = self.duration().as_secs_f64();
        Summary {
            version: program.to_owned(),
            source: source.to_owned(),
            duration_s: rounded(duration, 4),
            rate_hz: if duration > 0.0 { rounded(self.frames().saturating_sub(1) as f64 / duration, 3) } else { None },
            first_time_s: None,
            corrections: Vec::new(),
            frames: self.frames(),
            dropped_frames,
            measurable_fraction: fraction(self.count(State::Measured)),
            state_fractions: self.states.occurred().map(|(state, count)| (state.word(), fraction(count))).collect(),
            standings: self.standings.iter().map(SummaryRow::of).collect(),
            reps: (1..).zip(&*self.repetitions).map(|(number, one)| SummaryRow::of_repetition(number, one)).collect(),
            definitions: DEFINITIONS.iter().map(|quantity| (quantity.name, quantity.meaning)).collect(),
            units: DEFINITIONS.iter().map(|quantity| (quantity.name, quantity.unit)).collect(),
        }
    }
}

impl Summary {
    /// Adds what the recording states beyond its frames.
    #[must_use]
    pub fn with_facts(mut self, facts: &RecordingFacts) -> Self {
        self.first_time_s = rounded(facts.first_time.as_secs_f64(), 4).filter(|time| *time > 0.0);
        self.corrections.clone_from(&facts.corrections);
        if facts.size_changes {
            self.corrections.push("pictures of another size fitted into the first".to_owned());
        }
        self
    }

    /// Gives each repetition its number in the kept session that it is of, in which others may not count.
    #[must_use]
    pub fn with_numbers(mut self, numbers: impl IntoIterator<Item = u32>) -> Self {
        for (SummaryRow(told), number) in self.reps.iter_mut().zip(numbers) {
            let numbered = told.iter_mut().filter(|(name, _)| *name == NUMBER);
            numbered.for_each(|(_, value)| *value = SummaryValue::Place(number));
        }
        self
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)
    }
}

impl SummaryRow {
    fn of<T: StoredFields>(kept: &T) -> Self {
        let mut kept = kept.clone();
        Self(kept.fields().into_iter().flat_map(|field| Self::of_field(&field)).collect())
    }

    /// What is told of a field: one value; of a doubt each of its own.
    fn of_field(field: &StoredField) -> Vec<(&'static str, SummaryValue)> {
        match &field.value {
            FieldValue::Doubt(Some(doubt)) => Self::of(doubt).0,
            FieldValue::Doubt(None) => Self::of_none::<StandingDoubt>(),
            value => field.exported.zip(SummaryValue::of(value)).into_iter().collect(),
        }
    }

    /// The names of a type that there is none of.
    fn of_none<T: StoredFields>() -> Vec<(&'static str, SummaryValue)> {
        let names = T::default().fields().into_iter().filter_map(|field| field.exported).collect::<Vec<_>>();
        names.into_iter().map(|name| (name, SummaryValue::MaybeWord(None))).collect()
    }

    fn of_repetition(number: u32, repetition: &Repetition) -> Self {
        let Self(mut told) = Self::of(&StoredRepetition { repetition: *repetition, ..StoredRepetition::default() });
        let share = repetition.bend.lumbar_share().and_then(|share| rounded(share.into(), 3));
        told.push((NUMBER, SummaryValue::Place(number)));
        told.push((SHARE, SummaryValue::Number(share)));
        told.push((NO_VERDICT, SummaryValue::MaybeWord(repetition.no_verdict().map(NoVerdict::word))));
        told.sort_by_key(|(name, _)| REPETITION.iter().position(|known| known == name));
        Self(told)
    }
}

impl SummaryValue {
    /// The value of a field; `None` for types that summaries do not contain.
    fn of(value: &FieldValue) -> Option<Self> {
        Some(match value {
            FieldValue::Time(time) => Self::Number(seconds(**time)),
            FieldValue::Angle(angle) => Self::Number(degrees(**angle)),
            FieldValue::Fraction(fraction) => Self::Number(rounded(f64::from(**fraction), 3)),
            FieldValue::MaybeFraction(fraction) => {
                Self::Number(fraction.and_then(|fraction| rounded(f64::from(fraction), 3)))
            }
            FieldValue::Verdict(verdict) => Self::Word(Verdict::word(**verdict)),
            FieldValue::Flag(flag) => Self::Flag(**flag),
            FieldValue::Flaw(flaw) => Self::MaybeWord(flaw.map(StandingFlaw::word)),
            FieldValue::Count(_) | FieldValue::MaybeCount(_) | FieldValue::Reach(_) | FieldValue::Doubt(_) => {
                return None;
            }
        })
    }
}

impl Serialize for SummaryRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::geometry::{self, Bend};

    const SCHEMA: &str = include_str!("../../assets/summary.schema.json");

    fn json(summary: &Summary) -> serde_json::Value {
        let mut out = Vec::new();
        summary.write(&mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn ledger() -> Ledger {
        let second = |seconds| Timestamp::from_secs_f64(seconds);
        let repetition = Repetition {
            half_width_90: geometry::HalfWidth90::default(),
            start: second(1.0),
            bottom: second(2.0),
            end: second(3.0),
            bend: Bend { hip_flexion: Angle::degrees(60.0), lumbar_flexion: Angle::degrees(20.0), ..Bend::default() },
            verdict: Some(Verdict::Mixed),
            verdict_probability: Some(0.625),
            confidence: 0.8,
            bottom_hidden: false,
            standing_doubt: Some(StandingDoubt { angle: Angle::degrees(2.5), flaw: Some(StandingFlaw::BentKnees) }),
        };
        let measured = Measurement {
            state: State::Measured,
            standing: Some(geometry::Segments::default()),
            ..Measurement::default()
        };
        let done = Progress { repetitions: [repetition].into(), ..Progress::default() };
        let mut ledger = Ledger::default();
        ledger.record(second(0.0), &Measurement::default(), &Progress::default());
        ledger.record(second(3.5), &measured, &done);
        ledger
    }

    #[test]
    fn a_set_becomes_numbers() {
        let value = json(&ledger().summary("clip.mp4", "1.2.3", 3));
        assert_eq!(value["duration_s"], 3.5);
        assert_eq!(value["rate_hz"], 0.286);
        assert_eq!(value["frames"], 2);
        assert_eq!(value["dropped_frames"], 3);
        assert_eq!(value["measurable_fraction"], 0.5);
        assert_eq!(value["state_fractions"]["nobody"], 0.5);
        assert_eq!(value["reps"][0]["verdict"], "mixed");
        assert_eq!(value["reps"][0]["hip_flexion_deg"], 60.0);
        assert_eq!(value["reps"][0]["lumbar_share"], 0.25);
        assert_eq!(value["standings"][0]["pelvis_deg"], 0.0);
    }

    #[test]
    fn what_a_recording_states_beyond_its_frames_is_told_if_there_is_anything() {
        let facts = RecordingFacts {
            first_time: Duration::from_millis(2080),
            corrections: vec!["turned by 90 degrees".to_owned()],
            size_changes: true,
            ..RecordingFacts::default()
        };
        let told = json(&ledger().summary("clip.mp4", "1.2.3", 3).with_facts(&facts));
        assert_eq!(told["first_time_s"], 2.08);
        assert_eq!(told["corrections"].as_array().unwrap().len(), 2);
        let plain = json(&ledger().summary("clip.mp4", "1.2.3", 3).with_facts(&RecordingFacts::default()));
        assert!(plain.get("first_time_s").is_none() && plain.get("corrections").is_none());
    }

    #[test]
    fn every_standing_posture_is_told_once_with_the_time_from_which_it_counts() {
        let mut ledger = Ledger::default();
        for (time, pelvis) in [(0.0, None), (1.0, Some(12.5)), (2.0, Some(12.5)), (3.0, None), (4.0, Some(11.0))] {
            let standing = pelvis
                .map(|pelvis| geometry::Segments { pelvis: Angle::degrees(pelvis), ..geometry::Segments::default() });
            let measurement = Measurement { standing, ..Measurement::default() };
            ledger.record(Timestamp::from_secs_f64(time), &measurement, &Progress::default());
        }
        let told = json(&ledger.summary("clip.mp4", "1.2.3", 0))["standings"].take();
        let told: Vec<_> = told.as_array().unwrap().iter().map(|one| (&one["from_s"], &one["pelvis_deg"])).collect();
        assert_eq!(told, [(&1.0.into(), &12.5.into()), (&4.0.into(), &11.0.into())]);
    }

    #[test]
    fn every_summary_keeps_to_the_schema() {
        let schema = serde_json::from_str(SCHEMA).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        for summary in [Ledger::default().summary("nothing", "1.2.3", 0), ledger().summary("clip.mp4", "1.2.3", 0)] {
            let errors: Vec<_> = validator.iter_errors(&json(&summary)).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
        let mut broken = json(&ledger().summary("clip.mp4", "1.2.3", 0));
        broken["reps"][0]["verdict"] = "perhaps".into();
        assert!(!validator.is_valid(&broken), "a schema that takes everything says nothing");
    }

    /// Formulas such as "hip to shoulder against the vertical": the schema, and the definitions that each file has, mean the same.
    #[test]
    fn an_angle_of_a_repetition_is_between_the_same_lines_in_the_schema_and_in_the_file() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let described = &schema["properties"]["reps"]["items"]["properties"];
        let mut angles = 0;
        for one in DEFINITIONS.iter().filter(|one| one.meaning.contains(" against ")) {
            let Some(told) = described[one.name]["description"].as_str() else { continue };
            let (lines, _) = one.meaning.split_once(',').unwrap();
            assert!(told.starts_with(lines), "{}: {told}", one.name);
            angles += 1;
        }
        assert_eq!(angles, 4, "hip, low back, trunk and knee");
    }

    /// Guards names, order and rounding: the file in `tests/golden` must stay unchanged.
    #[test]
    fn the_text_of_a_summary_stays_what_it_is() {
        let mut told = Vec::new();
        ledger().summary("clip.mp4", "1.2.3", 3).write(&mut told).unwrap();
        assert_eq!(String::from_utf8(told).unwrap(), include_str!("../../tests/golden/summary.json"));
    }

    #[test]
    fn the_most_frequent_state_is_the_reason_given() {
        let mut ledger = ledger();
        assert_eq!(Ledger::default().most_frequent(), None);
        let turned = Measurement { state: State::Turned, ..Measurement::default() };
        ledger.record(Timestamp::default(), &turned, &Progress::default());
        ledger.record(Timestamp::default(), &turned, &Progress::default());
        assert_eq!(ledger.most_frequent(), Some(State::Turned));
    }
}
