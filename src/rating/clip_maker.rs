//! Cuts clips of single repetitions out of the videos of sessions, and shuffles them.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::clip;
use super::error::RatingError;
use super::key::{KeyClip, PersonUnit, RatingKey};
use super::ratings::COLUMNS;
use super::shuffle::SeededRandom;
use crate::owner_only;
use crate::recording::mp4_writer::VideoWriter;
use crate::review::SessionPlayer;
use crate::source::Timestamp;
use crate::store::{SampleSource, Session, SessionEntry, StoredRepetition};

/// The folder that the raters get.
const FOR_RATERS: &str = "for-raters";

/// The folder of the clips in it.
const CLIPS: &str = "clips";

/// The day that every clip is dated: the order in which they were cut must not show. 1 January 2000, seconds since 1970.
const DATED: u64 = 946_684_800;

/// A repetition that makes no clip: the video misses part of it, or cannot be decoded there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkippedRepetition;

/// Clips being made. Without [`ClipMaker::finish`], nothing is left of them.
#[derive(Debug)]
pub struct ClipMaker {
    folder: PathBuf,
    /// The clips so far, each under a name of its own.
    clips: Vec<(KeyClip, PathBuf)>,
    finished: bool,
}

/// A set of shuffled clips.
#[derive(Debug)]
pub struct ClipSet {
    /// Which repetition each clip shows.
    pub key: RatingKey,
    /// The folder of everything.
    pub folder: PathBuf,
    /// The clips, by their numbers.
    pub clips: Vec<PathBuf>,
}

impl ClipMaker {
    /// Creates a folder that must not exist yet, closed to other users.
    ///
    /// # Errors
    /// If it exists or cannot be created.
    pub fn create(folder: &Path) -> Result<Self, RatingError> {
        let failed = |cause| RatingError::Unwritable { path: folder.to_owned(), cause };
        owner_only::new_folder(folder).map_err(failed)?;
        let maker = Self { folder: folder.to_owned(), clips: Vec::new(), finished: false };
        owner_only::new_folder(&folder.join(FOR_RATERS)).map_err(failed)?;
        owner_only::new_folder(&folder.join(FOR_RATERS).join(CLIPS)).map_err(failed)?;
        Ok(maker)
    }

    /// Cuts the clip of a repetition, given by its place in the session.
    ///
    /// # Errors
    /// If the clip cannot be written, or the samples cannot be read.
    pub fn add(
        &mut self,
        session: &Session,
        samples: &dyn SampleSource,
        player: &mut SessionPlayer,
        person: &str,
        place: usize,
    ) -> Result<Option<SkippedRepetition>, RatingError> {
        let all = &session.repetitions;
        let Some(kept) = all.get(place) else { return Ok(Some(SkippedRepetition)) };
        let earlier = place.checked_sub(1).and_then(|before| all.get(before)).map(|kept| kept.repetition.end);
        let later = all.get(place + 1).map(|kept| kept.repetition.start);
        let [from, to] = clip::reach(&kept.repetition);
        let samples = samples.within(from, to)?;
        let span = clip::span(&samples, &kept.repetition, earlier, later);
        let Some(times) = clip::pictures(&samples, span, &kept.repetition) else {
            return Ok(Some(SkippedRepetition));
        };
        let path = self.clip(&format!("part-{}", self.clips.len()));
        if !write_clip(&path, player, &times)? {
            return Ok(Some(SkippedRepetition));
        }
        self.clips.push((key_clip(&session.entry, kept, person), path));
        Ok(None)
    }

    fn clip(&self, name: &str) -> PathBuf {
        self.folder.join(FOR_RATERS).join(CLIPS).join(format!("{name}.mp4"))
    }

    /// Shuffles and numbers the clips. The order depends on the seed and on which clips there are, not on the order in
    /// which they were added.
    ///
    /// # Errors
    /// [`RatingError::NoClips`] if there are none; if a clip cannot be renamed.
    pub fn finish(mut self, seed: u32, unit: PersonUnit) -> Result<ClipSet, RatingError> {
        if self.clips.is_empty() {
            return Err(RatingError::NoClips);
        }
        let mut clips = std::mem::take(&mut self.clips);
        clips.sort_by(|(one, _), (other, _)| {
            (&one.session_uid, one.repetition).cmp(&(&other.session_uid, other.repetition))
        });
        SeededRandom::new(u64::from(seed)).shuffle(&mut clips);
        let digits = clips.len().to_string().len().max(3);
        let mut numbered = Vec::new();
        for (number, (_, part)) in clips.iter().enumerate() {
            let path = self.clip(&format!("{:0digits$}", number + 1));
            let renamed = fs::rename(part, &path).and_then(|()| date(&path));
            renamed.map_err(|cause| RatingError::Unwritable { path: path.clone(), cause })?;
            numbered.push(path);
        }
        self.finished = true;
        let key = RatingKey::new(seed, unit, clips.into_iter().map(|(clip, _)| clip).collect());
        Ok(ClipSet { key, folder: self.folder.clone(), clips: numbered })
    }
}

impl Drop for ClipMaker {
    fn drop(&mut self) {
        if !self.finished {
            fs::remove_dir_all(&self.folder).ok(); // nothing can be done if it fails: the work has failed already
        }
    }
}

impl ClipSet {
    /// The file of a name in the folder that the raters get.
    pub fn for_raters(&self, name: &str) -> PathBuf {
        self.folder.join(FOR_RATERS).join(name)
    }

    /// Writes an empty table of ratings, to be filled in by a spreadsheet program.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_table(&self, separator: char, mut out: impl Write) -> io::Result<()> {
        let separator = separator.to_string();
        write!(out, "\u{feff}{}\r\n", COLUMNS.join(&separator))?; // the mark tells spreadsheet programs that it is UTF-8
        for clip in &self.key.clips {
            write!(out, "{}\r\n", [self.key.set.as_str(), &clip.clip.to_string(), "", ""].join(&separator))?;
        }
        Ok(())
    }
}

/// Writes a clip of the pictures at these times. Returns `false`, and leaves no file, if one of them cannot be decoded.
fn write_clip(path: &Path, player: &mut SessionPlayer, times: &[Timestamp]) -> Result<bool, RatingError> {
    let mut writer: Option<VideoWriter> = None;
    let begin = times.first().copied().unwrap_or_default();
    for time in times {
        let Some(picture) = player.picture(*time) else { return Ok(false) };
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(VideoWriter::create(path, picture.width(), picture.height())?),
        };
        writer.write(&picture, Timestamp::new(time.since(begin)))?;
    }
    match writer {
        Some(writer) => writer.finish().map(|()| true).map_err(RatingError::from),
        None => Ok(false),
    }
}

/// Dates a file, so that its order among the others says nothing.
fn date(path: &Path) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(DATED))
}

fn key_clip(entry: &SessionEntry, kept: &StoredRepetition, person: &str) -> KeyClip {
    let repetition = &kept.repetition;
    let rounded = |value: f64, scale: f64| (value * scale).round() / scale;
    let degrees = |angle: euclid::Angle<f32>| rounded(f64::from(angle.to_degrees()), 100.0);
    KeyClip {
        clip: 0,
        session: entry.id.clone(),
        session_uid: entry.uid.clone(),
        measured_by: entry.program.clone(),
        person: person.to_owned(),
        repetition: kept.shown_number(),
        start_s: rounded(repetition.start.as_secs_f64(), 1e3),
        end_s: rounded(repetition.end.as_secs_f64(), 1e3),
        verdict: crate::coach::Verdict::word(repetition.verdict).to_owned(),
        verdict_probability: repetition.verdict_probability.map(|value| rounded(f64::from(value), 100.0)),
        lumbar_flexion_deg: degrees(repetition.bend.lumbar_flexion),
        lumbar_flexion_interval_deg: degrees(repetition.half_width_90.lumbar_flexion),
    }
}
