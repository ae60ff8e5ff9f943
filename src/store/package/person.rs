//! Everything of a person in a folder: each session as a `.bendwise` file, and the rest in `person.json`.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::PackageError;
use crate::atomic_file::AtomicFile;
use crate::owner_only;
use crate::spine::Facing;
use crate::store::person_build::SessionBuild;
use crate::store::{Person, SessionEntry, SessionFilter, SessionState, Store, StoreError};

/// The format version of `person.json`.
pub(super) const FORMAT: u32 = 1;

/// The file beside the sessions.
pub(super) const PERSON: &str = "person.json";

/// `person.json`. Times are UTC, angles degrees.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PersonFile {
    pub format: u32,
    pub program: String,
    pub uid: String,
    pub name: Option<String>,
    pub pseudonym: String,
    pub created: String,
    pub height_m: Option<f64>,
    pub side: Option<String>,
    pub language: Option<String>,
    pub full_bend: Option<FullBendRow>,
    pub prescriptions: Vec<PrescriptionRow>,
    pub scores: Vec<ScoreRow>,
    pub sessions: Vec<String>,
    /// The builds of the sessions; missing in files of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds: Vec<BuildRow>,
    /// In files of older versions, in the place of these.
    #[serde(default, skip_serializing)]
    pub build: Option<MeanBuildRow>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FullBendRow {
    pub measured: String,
    pub lumbar_flexion_deg: f64,
    pub lumbar_flexion_interval_deg: f64,
}

/// The build of a session: lengths relative to the trunk.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BuildRow {
    /// The uid of the session.
    pub session: String,
    pub shank: f32,
    pub thigh: f32,
    pub shoulder_to_ear: f32,
    /// Whether it may be somebody else's, so that it does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubted: bool,
}

/// The mean build of the newest sessions.
#[derive(Debug, Deserialize)]
pub(super) struct MeanBuildRow {
    /// Of how many.
    pub sessions: usize,
    pub shank: f32,
    pub thigh: f32,
    pub shoulder_to_ear: f32,
}

impl From<SessionBuild> for BuildRow {
    fn from(SessionBuild { session, build, doubted }: SessionBuild) -> Self {
        let [shank, thigh, shoulder_to_ear] = build.0.map(f32::exp);
        Self { session, shank, thigh, shoulder_to_ear, doubted }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PrescriptionRow {
    pub received: String,
    pub toml: String,
    /// The last day on which it counts, if it was ended early; missing in files of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ScoreRow {
    pub given: String,
    pub session: Option<String>,
    pub instrument: String,
    pub version: String,
    pub item: String,
    pub wording: String,
    pub value: Option<f64>,
}

impl Store {
    /// Writes everything of a person into a new folder. Returns the number of sessions, and the ids of those whose video is no longer
    /// there.
    ///
    /// # Errors
    /// [`StoreError::Recording`] if a session of theirs has not ended; if the folder is there already, or something cannot be read or
    /// written. Nothing of it stays then.
    pub fn export_person(&self, person: &Person, folder: &Path) -> Result<(usize, Vec<String>), PackageError> {
        let filter = SessionFilter { person: Some(person.id), ..SessionFilter::default() };
        let sessions = self.select(&filter)?;
        if let Some(going_on) = sessions.iter().find(|session| session.state == SessionState::Recording) {
            return Err(StoreError::Recording { id: going_on.id.clone() }.into());
        }
        let ids = sessions.iter().map(|session| session.id.clone()).collect();
        let file = self.person_file(person, ids)?;
        owner_only::new_folder(folder).map_err(|cause| StoreError::File { path: folder.to_owned(), cause })?;
        let written = self.write_person(&file, &sessions, folder);
        if written.is_err() {
            fs::remove_dir_all(folder).ok(); // a part of a person is no use, and the folder would be in the way of the next try
        }
        written.map(|filmless| (sessions.len(), filmless))
    }

    /// Writes the files. Returns the ids of the sessions whose video is no longer there.
    fn write_person(
        &self,
        file: &PersonFile,
        sessions: &[SessionEntry],
        folder: &Path,
    ) -> Result<Vec<String>, PackageError> {
        let mut filmless = Vec::new();
        for session in sessions {
            let is_filmed = self.export(session, &folder.join(format!("{}.bendwise", session.id)))?;
            filmless.extend((session.video.is_some() && !is_filmed).then(|| session.id.clone()));
        }
        let mut out = AtomicFile::create(&folder.join(PERSON))?;
        let text = serde_json::to_string_pretty(file).unwrap_or_default() + "\n";
        out.write_all(text.as_bytes()).map_err(|cause| out.failed(cause))?;
        out.finish()?;
        Ok(filmless)
    }

    fn person_file(&self, person: &Person, sessions: Vec<String>) -> Result<PersonFile, StoreError> {
        let Person { uid, name, pseudonym, created, height, side, language, full_bend, .. } = person.clone();
        let prescriptions = self.prescriptions(person.id)?.into_iter();
        let scores = self.scores(person.id)?.into_iter();
        Ok(PersonFile {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            uid,
            name,
            pseudonym,
            created: created.to_string(),
            height_m: height,
            side: side.map(|side| if side == Facing::Left { "left" } else { "right" }.to_owned()),
            language,
            full_bend: full_bend.map(|bend| FullBendRow {
                measured: bend.measured.to_string(),
                lumbar_flexion_deg: bend.lumbar.to_degrees(),
                lumbar_flexion_interval_deg: bend.half_width_90.to_degrees(),
            }),
            prescriptions: prescriptions
                .map(|kept| PrescriptionRow {
                    received: kept.received.to_string(),
                    toml: kept.text,
                    ended: kept.ended.map(|day| day.to_string()),
                })
                .collect(),
            scores: scores
                .map(|score| ScoreRow {
                    given: score.given.to_string(),
                    session: score.session,
                    instrument: score.instrument.word().to_owned(),
                    version: score.version,
                    item: score.item,
                    wording: score.wording,
                    value: score.value,
                })
                .collect(),
            sessions,
            builds: self.builds(person.id)?.into_iter().map(BuildRow::from).collect(),
            build: None,
        })
    }
}
