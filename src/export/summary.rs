//! `summary.json`: what the set came to. `assets/summary.schema.json` says what may stand in it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::{DEFINITIONS, degrees, rounded, seconds};
use crate::coach::{Phase, Progress, Repetition, Verdict};
use crate::geometry::{self, Measurement, State};
use crate::source::Timestamp;

/// What there was, gathered frame by frame: states, standing postures and repetitions.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    frames: u64,
    first: Option<Timestamp>,
    last: Timestamp,
    states: BTreeMap<&'static str, u64>,
    standings: Vec<(Timestamp, geometry::Segments)>,
    repetitions: Arc<[Repetition]>,
    bent: bool,
}

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The version of the program that measured.
    pub version: String,
    /// What was analysed, as the person named it.
    pub source: String,
    /// Time from the first frame to the last, seconds.
    pub duration_s: Option<f64>,
    /// Frames that were measured.
    pub frames: u64,
    /// Frames that could not be decoded.
    pub dropped_frames: u64,
    /// The part of the frames in which hip and lumbar flexion were measured, 0 to 1.
    pub measurable_fraction: Option<f64>,
    /// For each state that occurred, the part of the frames in it, 0 to 1.
    pub state_fractions: BTreeMap<&'static str, Option<f64>>,
    /// The standing postures, the zero of every angle, oldest first; none when it was never found.
    pub standings: Vec<StandingRecord>,
    /// The repetitions, oldest first.
    pub reps: Vec<Rep>,
    /// What each quantity is.
    pub definitions: BTreeMap<&'static str, &'static str>,
    /// The unit of each quantity.
    pub units: BTreeMap<&'static str, &'static str>,
}

/// A standing posture, degrees from the vertical, positive forward, and the time from which it counts.
#[allow(missing_docs, reason = "the names are those of `geometry::Segments`")]
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StandingRecord {
    pub from_s: Option<f64>,
    pub pelvis_deg: Option<f64>,
    pub upper_lumbar_deg: Option<f64>,
    pub thigh_deg: Option<f64>,
    pub trunk_deg: Option<f64>,
    pub knee_deg: Option<f64>,
}

/// One repetition; the angles are those at its deepest point.
#[allow(missing_docs, reason = "the names are those of `coach::Repetition` and `geometry::Bend`")]
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rep {
    pub start_s: Option<f64>,
    pub bottom_s: Option<f64>,
    pub end_s: Option<f64>,
    pub hip_flexion_deg: Option<f64>,
    pub lumbar_flexion_deg: Option<f64>,
    pub hip_flexion_interval_deg: Option<f64>,
    pub lumbar_flexion_interval_deg: Option<f64>,
    pub trunk_inclination_deg: Option<f64>,
    pub knee_flexion_deg: Option<f64>,
    pub lumbar_share: Option<f64>,
    pub verdict: &'static str,
    pub confidence: Option<f64>,
}

impl Ledger {
    /// Adds one frame.
    pub fn record(&mut self, time: Timestamp, measurement: &Measurement, progress: &Progress) {
        self.frames += 1;
        self.first.get_or_insert(time);
        self.last = time;
        *self.states.entry(measurement.state.word()).or_default() += 1;
        let known = self.standings.last().map(|(_, standing)| standing);
        if let Some(standing) = measurement.standing.filter(|standing| Some(standing) != known) {
            self.standings.push((time, standing));
        }
        self.repetitions = Arc::clone(&progress.repetitions);
        self.bent = progress.phase != Phase::Top;
    }

    /// The repetitions so far, oldest first.
    pub fn repetitions(&self) -> &[Repetition] {
        &self.repetitions
    }

    /// Whether a bend was going on in the last frame: it is not among the repetitions.
    pub fn ends_in_a_bend(&self) -> bool {
        self.bent
    }

    /// How many frames were in this state.
    pub fn count(&self, state: State) -> u64 {
        self.states.get(state.word()).copied().unwrap_or(0)
    }

    /// How many frames there were.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The state that most frames were in; of equals the one that comes first in [`State::ALL`].
    pub fn most_frequent(&self) -> Option<State> {
        State::ALL.into_iter().rev().filter(|state| self.count(*state) > 0).max_by_key(|state| self.count(*state))
    }

    /// The summary of `source`, as the person named it, measured by this version of the program.
    pub fn summary(&self, source: &str, program: &str, dropped_frames: u64) -> Summary {
        let fraction = |count: u64| rounded(count as f64 / self.frames.max(1) as f64, 4);
        Summary {
            version: program.to_owned(),
            source: source.to_owned(),
            duration_s: rounded(self.last.since(self.first.unwrap_or_default()).as_secs_f64(), 4),
            frames: self.frames,
            dropped_frames,
            measurable_fraction: fraction(self.count(State::Measured)),
            state_fractions: self.states.iter().map(|(word, count)| (*word, fraction(*count))).collect(),
            standings: self.standings.iter().map(StandingRecord::of).collect(),
            reps: self.repetitions.iter().map(Rep::of).collect(),
            definitions: DEFINITIONS.iter().map(|quantity| (quantity.name, quantity.meaning)).collect(),
            units: DEFINITIONS.iter().map(|quantity| (quantity.name, quantity.unit)).collect(),
        }
    }
}

impl Summary {
    /// Writes the file.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)
    }
}

impl StandingRecord {
    fn of((from, standing): &(Timestamp, geometry::Segments)) -> Self {
        Self {
            from_s: seconds(*from),
            pelvis_deg: degrees(standing.pelvis),
            upper_lumbar_deg: degrees(standing.upper_lumbar),
            thigh_deg: degrees(standing.thigh),
            trunk_deg: degrees(standing.trunk),
            knee_deg: degrees(standing.knee),
        }
    }
}

impl Rep {
    fn of(repetition: &Repetition) -> Self {
        let bend = &repetition.bend;
        Self {
            start_s: seconds(repetition.start),
            bottom_s: seconds(repetition.bottom),
            end_s: seconds(repetition.end),
            hip_flexion_deg: degrees(bend.hip_flexion),
            lumbar_flexion_deg: degrees(bend.lumbar_flexion),
            hip_flexion_interval_deg: degrees(repetition.interval.hip_flexion),
            lumbar_flexion_interval_deg: degrees(repetition.interval.lumbar_flexion),
            trunk_inclination_deg: degrees(bend.trunk_inclination),
            knee_flexion_deg: degrees(bend.knee_flexion),
            lumbar_share: bend.lumbar_share().and_then(|share| rounded(share.into(), 3)),
            verdict: Verdict::word(repetition.verdict),
            confidence: rounded(repetition.confidence.into(), 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use euclid::Angle;

    use super::*;
    use crate::geometry::Bend;

    const SCHEMA: &str = include_str!("../../assets/summary.schema.json");

    fn json(summary: &Summary) -> serde_json::Value {
        let mut out = Vec::new();
        summary.write(&mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn ledger() -> Ledger {
        let second = |seconds| Timestamp::from_secs_f64(seconds);
        let repetition = Repetition {
            interval: geometry::HalfWidth90::default(),
            start: second(1.0),
            bottom: second(2.0),
            end: second(3.0),
            bend: Bend { hip_flexion: Angle::degrees(60.0), lumbar_flexion: Angle::degrees(20.0), ..Bend::default() },
            verdict: Some(Verdict::Mixed),
            confidence: 0.8,
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
