//! `session.json`: the rows of a session. Times in nanoseconds on the clock of its source, angles in radians.

use std::time::Duration;

use euclid::Angle;
use serde::{Deserialize, Serialize};

use crate::coach::form::Reach;
use crate::coach::{ChainRequest, Repetition, Verdict};
use crate::geometry::{Bend, HalfWidth90, Segments};
use crate::source::Timestamp;
use crate::store::block::nanoseconds;
use crate::store::query::moment;
use crate::store::read::REQUEST;
use crate::store::{
    Happening, LostCounts, NewSession, Session, SessionState, Set, StoredCalibration, StoredRepetition,
};

/// All of a session but its samples.
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
    #[serde(default)] // files of bendwises that did not keep it
    pub missed: u64,
    /// The uid of the session that this one measures anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    pub models: Vec<(String, String)>,
    pub sets: Vec<PortableSet>,
    pub repetitions: Vec<PortableRepetition>,
    pub standings: Vec<PortableStanding>,
    pub ranges: Vec<PortableRange>,
    pub events: Vec<PortableEvent>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableSet {
    number: u32,
    drill: Option<String>,
    began_ns: i64,
    ended_ns: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableRepetition {
    number: u32,
    set: Option<u32>,
    start_ns: i64,
    bottom_ns: i64,
    end_ns: i64,
    hip: f32,
    lumbar: f32,
    trunk: f32,
    knee: f32,
    hip_interval: f32,
    lumbar_interval: f32,
    verdict: String,
    confidence: f32,
    reach: Option<PortableReach>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableReach {
    angle: f32,
    interval: f32,
    limited: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PortableStanding {
    time_ns: i64,
    pelvis: f32,
    upper_lumbar: f32,
    thigh: f32,
    trunk: f32,
    knee: f32,
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

impl From<&Session> for Portable {
    fn from(session: &Session) -> Self {
        let entry = &session.entry;
        let mut standings = Vec::new();
        let mut ranges = Vec::new();
        for (time, calibration) in &session.calibrations {
            let time_ns = nanoseconds(*time);
            match calibration {
                StoredCalibration::Standing(standing) => standings.push(PortableStanding {
                    time_ns,
                    pelvis: standing.pelvis.radians,
                    upper_lumbar: standing.upper_lumbar.radians,
                    thigh: standing.thigh.radians,
                    trunk: standing.trunk.radians,
                    knee: standing.knee.radians,
                }),
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
            models: session.models.clone(),
            sets: session.sets.iter().map(PortableSet::from).collect(),
            repetitions: session.repetitions.iter().map(PortableRepetition::from).collect(),
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
        }
    }
}

impl Portable {
    /// What is known of the session when it begins.
    pub(super) fn beginning(&self) -> NewSession {
        let began = moment(self.began_ms, self.offset_s);
        NewSession { began, source: self.source.clone(), plan: self.plan.clone() }
    }

    /// What could not be kept of it.
    pub(super) fn lost(&self) -> LostCounts {
        LostCounts { samples: self.samples_lost, pictures: self.pictures_lost }
    }

    /// The size of the camera's picture.
    pub(super) fn picture(&self) -> Option<(u32, u32)> {
        self.width.zip(self.height)
    }

    /// Everything that happened in it; `None` where a word or a time means nothing.
    pub(super) fn happened(&self) -> Option<Vec<Happening>> {
        let mut happened = vec![Happening::Missed(self.missed)];
        for set in &self.sets {
            let (number, time) = (set.number, time(set.began_ns)?);
            happened.push(Happening::SetBegan { number, drill: set.drill.clone(), time });
            if let Some(ended) = set.ended_ns {
                happened.push(Happening::SetEnded { number, time: self::time(ended)? });
            }
        }
        for repetition in &self.repetitions {
            happened.push(Happening::Repetition(repetition.kept()?));
        }
        for standing in &self.standings {
            let time = time(standing.time_ns)?;
            happened.push(Happening::Calibrated { time, to: StoredCalibration::Standing(standing.segments()) });
        }
        for range in &self.ranges {
            let to = StoredCalibration::Range(Angle::radians(range.lumbar));
            happened.push(Happening::Calibrated { time: time(range.time_ns)?, to });
        }
        for event in &self.events {
            if event.kind == REQUEST {
                ChainRequest::from_code(&event.detail)?;
            }
            let (kind, detail) = (event.kind.clone().into(), event.detail.clone());
            happened.push(Happening::Event { time: time(event.time_ns)?, kind, detail });
        }
        Some(happened)
    }
}

impl From<&Set> for PortableSet {
    fn from(set: &Set) -> Self {
        let (began_ns, ended_ns) = (nanoseconds(set.began), set.ended.map(nanoseconds));
        Self { number: set.number, drill: set.drill.clone(), began_ns, ended_ns }
    }
}

impl From<&StoredRepetition> for PortableRepetition {
    fn from(kept: &StoredRepetition) -> Self {
        let Repetition { start, bottom, end, bend, interval, verdict, confidence } = kept.repetition;
        let reach = kept.reach.map(|reach| PortableReach {
            angle: reach.angle.radians,
            interval: reach.interval.radians,
            limited: reach.limited,
        });
        Self {
            number: kept.number,
            set: kept.set,
            start_ns: nanoseconds(start),
            bottom_ns: nanoseconds(bottom),
            end_ns: nanoseconds(end),
            hip: bend.hip_flexion.radians,
            lumbar: bend.lumbar_flexion.radians,
            trunk: bend.trunk_inclination.radians,
            knee: bend.knee_flexion.radians,
            hip_interval: interval.hip_flexion.radians,
            lumbar_interval: interval.lumbar_flexion.radians,
            verdict: Verdict::word(verdict).to_owned(),
            confidence,
            reach,
        }
    }
}

impl PortableRepetition {
    fn kept(&self) -> Option<StoredRepetition> {
        let angle = Angle::radians;
        let reach = self.reach.map(|reach| Reach {
            angle: angle(reach.angle),
            interval: angle(reach.interval),
            limited: reach.limited,
        });
        let repetition = Repetition {
            start: time(self.start_ns)?,
            bottom: time(self.bottom_ns)?,
            end: time(self.end_ns)?,
            bend: Bend {
                hip_flexion: angle(self.hip),
                lumbar_flexion: angle(self.lumbar),
                trunk_inclination: angle(self.trunk),
                knee_flexion: angle(self.knee),
            },
            interval: HalfWidth90 {
                hip_flexion: angle(self.hip_interval),
                lumbar_flexion: angle(self.lumbar_interval),
            },
            verdict: Verdict::from_word(&self.verdict)?,
            confidence: self.confidence,
        };
        Some(StoredRepetition { number: self.number, set: self.set, repetition, reach })
    }
}

impl PortableStanding {
    fn segments(&self) -> Segments {
        Segments {
            pelvis: Angle::radians(self.pelvis),
            upper_lumbar: Angle::radians(self.upper_lumbar),
            thigh: Angle::radians(self.thigh),
            trunk: Angle::radians(self.trunk),
            knee: Angle::radians(self.knee),
        }
    }
}

/// A moment; `None` before the beginning of time.
fn time(nanoseconds: i64) -> Option<Timestamp> {
    u64::try_from(nanoseconds).ok().map(|nanoseconds| Timestamp::new(Duration::from_nanos(nanoseconds)))
}
