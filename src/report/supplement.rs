//! What a report takes over from elsewhere: the prescription, the scores of questionnaires, and the sets without feedback.

use jiff::Zoned;

use crate::i18n::ReportWords;

/// What is known beside the measurement; each part is left out of the page where it is empty.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// What was prescribed, and how much of it was done.
    pub prescribed: Vec<PrescribedWork>,
    /// Pain and function from session to session.
    pub scores: Vec<ScoreLine>,
    /// The numbers of the session's sets without feedback, which show what stayed: they are no practice.
    pub retention: Vec<u32>,
}

/// One line of a prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescribedWork {
    /// What it is, in the language of the report, with its unit.
    pub name: String,
    /// How much was prescribed.
    pub prescribed: u32,
    /// How much was done.
    pub done: u32,
}

/// The scores of one instrument, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// The instrument.
    pub instrument: ScoreInstrument,
    /// Which item of it, in the person's words; only for PSFS.
    pub item: Option<String>,
    /// When each was given, and its value in the instrument's own unit.
    pub points: Vec<(Zoned, f32)>,
}

/// An instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreInstrument {
    /// Pain before a session, numeric rating scale.
    NrsBefore,
    /// Pain after it.
    NrsAfter,
    /// Pain in the week before.
    NrsWeek,
    /// Patient-specific functional scale.
    Psfs,
    /// Oswestry disability index.
    Odi,
    /// Roland–Morris disability questionnaire.
    Rmdq,
}

impl ScoreInstrument {
    /// The instrument of this name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "nrs-before" => Self::NrsBefore,
            "nrs-after" => Self::NrsAfter,
            "nrs-week" => Self::NrsWeek,
            "psfs" => Self::Psfs,
            "odi" => Self::Odi,
            "rmdq" => Self::Rmdq,
            _ => return None,
        })
    }

    /// The largest value.
    pub(super) fn full(self) -> f32 {
        match self {
            Self::NrsBefore | Self::NrsAfter | Self::NrsWeek | Self::Psfs => 10.0,
            Self::Odi => 100.0,
            Self::Rmdq => 24.0,
        }
    }

    /// The smallest change that matters to people with low back pain (minimal important change; Ostelo 2008, Spine 33:90);
    /// `None` where that consensus gives none.
    pub(super) fn smallest_change(self) -> Option<f32> {
        match self {
            Self::NrsBefore | Self::NrsAfter | Self::NrsWeek => Some(2.0),
            Self::Odi => Some(10.0),
            Self::Rmdq => Some(5.0),
            Self::Psfs => None,
        }
    }

    /// Its name with its range.
    pub(super) fn name(self, words: &ReportWords) -> &str {
        match self {
            Self::NrsBefore => &words.nrs_before,
            Self::NrsAfter => &words.nrs_after,
            Self::NrsWeek => &words.nrs_week,
            Self::Psfs => &words.psfs,
            Self::Odi => &words.odi,
            Self::Rmdq => &words.rmdq,
        }
    }
}

impl ScoreLine {
    /// Its name with its range, and its item.
    pub(super) fn name(&self, words: &ReportWords) -> String {
        let name = self.instrument.name(words);
        self.item.as_ref().map_or_else(|| name.to_owned(), |item| format!("{name}: {item}"))
    }
}
