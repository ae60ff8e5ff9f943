//! What a report takes over from elsewhere: the prescription and the scores of questionnaires.

use jiff::Zoned;

use crate::i18n::ReportWords;
use crate::store::Instrument;

/// What is known beside the measurement; each part is left out of the page where it is empty.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Whose the session is, as the person is to be called in the report.
    pub person: Option<String>,
    /// What was prescribed, and how much of it was done.
    pub prescribed: Vec<PrescribedWork>,
    /// Pain and function from session to session.
    pub scores: Vec<ScoreLine>,
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
    pub instrument: Instrument,
    /// Which item of it, in the person's words; only for PSFS.
    pub item: Option<String>,
    /// When each was given, and its value in the instrument's own unit.
    pub points: Vec<(Zoned, f32)>,
}

/// The largest value of an instrument.
pub(super) fn full(instrument: Instrument) -> f64 {
    *instrument.range().end()
}

/// The name of an instrument with its range.
fn instrument_name(instrument: Instrument, words: &ReportWords) -> &str {
    match instrument {
        Instrument::NrsBefore => &words.nrs_before,
        Instrument::NrsAfter => &words.nrs_after,
        Instrument::NrsWeek => &words.nrs_week,
        Instrument::Psfs => &words.psfs,
        Instrument::Odi => &words.odi,
        Instrument::Rmdq => &words.rmdq,
    }
}

impl ScoreLine {
    /// Its name with its range, and its item.
    pub(super) fn name(&self, words: &ReportWords) -> String {
        let name = instrument_name(self.instrument, words);
        self.item.as_ref().map_or_else(|| name.to_owned(), |item| format!("{name}: {item}"))
    }
}
