//! The key: which repetition a clip shows, and what the program said of it. Raters must not see it.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{LARGEST_FILE, RatingError, RatingFileFault};
use crate::coach::Verdict;
use crate::input_file;

/// The version of the file.
const FORMAT: u32 = 1;

/// Who was told apart by whoever made the clips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonUnit {
    /// Persons, as they were named.
    Person,
    /// Sessions: nobody said which are of one person.
    Session,
}

/// The key of a set of clips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatingKey {
    /// The version of the file.
    format: u32,
    /// The version of bendwise that made the clips.
    pub bendwise: String,
    /// The name of the set, which stands in the form and in the ratings as well.
    pub set: String,
    /// The seed of the shuffle.
    pub seed: u32,
    /// What [`KeyClip::person`] tells apart.
    pub unit: PersonUnit,
    /// The clips, by their numbers.
    pub clips: Vec<KeyClip>,
}

/// A clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyClip {
    /// Its number, from 1.
    pub clip: u32,
    /// The id of the session.
    pub session: String,
    /// What the session is called on every machine.
    pub session_uid: String,
    /// The version of bendwise that measured it.
    pub measured_by: String,
    /// The person, or [`KeyClip::session_uid`] if nobody was named.
    pub person: String,
    /// The number of the repetition in the session, from 1, as `bendwise sessions show` has it.
    pub repetition: u32,
    /// Where the repetition begins in the session, seconds.
    pub start_s: f64,
    /// Where it ends, seconds.
    pub end_s: f64,
    /// The program's verdict: `hips`, `mixed`, `back` or `none`.
    pub verdict: String,
    /// How probable the program holds it.
    pub verdict_probability: Option<f64>,
    /// Lumbar flexion at the lowest point, degrees.
    pub lumbar_flexion_deg: f64,
    /// Half the width of its 90 % interval, degrees.
    pub lumbar_flexion_interval_deg: f64,
}

impl KeyClip {
    /// The program's verdict.
    pub fn program(&self) -> Option<Verdict> {
        Verdict::from_word(&self.verdict).flatten()
    }
}

impl RatingKey {
    /// The key of clips in their shuffled order, which get their numbers here.
    pub(super) fn new(seed: u32, unit: PersonUnit, mut clips: Vec<KeyClip>) -> Self {
        for (place, clip) in clips.iter_mut().enumerate() {
            clip.clip = place as u32 + 1;
        }
        let set = set_name(seed, &clips);
        Self { format: FORMAT, bendwise: env!("CARGO_PKG_VERSION").to_owned(), set, seed, unit, clips }
    }

    /// Reads a key.
    ///
    /// # Errors
    /// If the file cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Self, RatingError> {
        let file = path.to_string_lossy();
        let bytes = read_bytes(path).map_err(|fault| fault.of(&file))?;
        Self::parse(&bytes).map_err(|fault| fault.of(&file))
    }

    /// Reads the bytes of a key.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, RatingFileFault> {
        let not_a_key = |why: String| RatingFileFault::NotAKey(why);
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|cause| not_a_key(cause.to_string()))?;
        if value["format"].as_u64().is_some_and(|format| format > u64::from(FORMAT)) {
            return Err(RatingFileFault::NewerKey);
        }
        let key: Self = serde_json::from_value(value).map_err(|cause| not_a_key(cause.to_string()))?;
        let in_order = key.clips.iter().zip(1..).all(|(clip, number)| clip.clip == number);
        if !in_order || key.clips.is_empty() {
            return Err(not_a_key("its clips are not numbered from 1".to_owned()));
        }
        match key.clips.iter().find(|clip| Verdict::from_word(&clip.verdict).is_none()) {
            Some(clip) => Err(not_a_key(format!("{} is no verdict", clip.verdict))),
            None => Ok(key),
        }
    }

    /// Writes the key.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, self)?;
        writeln!(out)
    }

    /// The places of the clips of each person.
    pub fn persons(&self) -> Vec<Vec<usize>> {
        let mut persons: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, clip) in self.clips.iter().enumerate() {
            persons.entry(&clip.person).or_default().push(place);
        }
        persons.into_values().collect()
    }
}

/// A short name for a set that tells nothing of what is in it, and is the same for the same clips in the same order.
fn set_name(seed: u32, clips: &[KeyClip]) -> String {
    const BYTES: usize = 4;
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    for clip in clips {
        hash.update(clip.session_uid.as_bytes());
        hash.update(clip.repetition.to_le_bytes());
    }
    hash.finalize().iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a file that is not too large.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, RatingFileFault> {
    let mut bytes = Vec::new();
    let file = input_file::open(path).map_err(RatingFileFault::Unreadable)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(RatingFileFault::Unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(RatingFileFault::TooLarge) } else { Ok(bytes) }
}
