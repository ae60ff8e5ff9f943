//! What a report takes over from elsewhere: the prescription and the scores of questionnaires.

use jiff::Zoned;

use crate::i18n::{PrescriptionTerm, ReportWords, fill};
use crate::store::Instrument;

/// What is known beside the measurement; each part is left out of the page where it is empty.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Whose the session is, as the person is to be called in the report.
    pub person: Option<String>,
    /// What was prescribed, in words.
    pub terms: Vec<PrescriptionTerm>,
    /// How much of it was done.
    pub prescribed: Vec<PrescribedWork>,
    /// That some weeks are in the sums alone, if so.
    pub weeks_cut: Option<String>,
    /// On which days pain was so much that the rule of the session stops it, in one sentence.
    pub stop_reached: Option<String>,
    /// Where days ended before all was done, a sentence each.
    pub ended_early: Vec<String>,
    /// That more days did, if so.
    pub ended_cut: Option<String>,
    /// What stayed from the time before, without feedback.
    pub stayed: Vec<StayedQuantity>,
    /// How often what stayed was more, less or the same, a sentence for each quantity.
    pub stayed_sums: Vec<String>,
    /// Pain and function from session to session.
    pub scores: Vec<ScoreLine>,
    /// That scores were given after the day until which this is known, if so.
    pub later_scores: Option<String>,
}

impl Course {
    /// The same without what somebody wrote, who may have said in it who the person is: the clinician's note is left out, and
    /// activities get numbers.
    #[must_use]
    pub fn anonymous(mut self, words: &ReportWords) -> Self {
        self.terms.retain(|term| !term.personal);
        let activities = self.scores.iter_mut().filter_map(|line| line.item.as_mut());
        for (number, item) in (1..).zip(activities) {
            *item = fill(&words.activity, &[("number", &number)]);
        }
        self
    }
}

/// One line of a prescription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrescribedWork {
    /// What it is, in the language of the report.
    pub name: String,
    /// How much was prescribed, with its unit.
    pub prescribed: String,
    /// How much was done, or what was reached, with its error.
    pub done: String,
}

/// A quantity of bends without feedback against the last set before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayedQuantity {
    /// The day of the bends without feedback.
    pub day: String,
    /// What it is, in the language of the report.
    pub name: String,
    /// Without feedback, with its error.
    pub retained: String,
    /// In the last set before, with its error.
    pub practised: String,
    /// The session of that set.
    pub session: String,
    /// Whether that is more or less, beyond the error.
    pub outcome: String,
}

/// The scores of one instrument, which are on one scale, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreLine {
    /// The instrument.
    pub instrument: Instrument,
    /// Which item of it, in the person's words; only for PSFS.
    pub item: Option<String>,
    /// The version of the instrument, where other versions are another scale.
    pub version: Option<String>,
    /// When each was given, and its value in the instrument's own unit.
    pub points: Vec<(Zoned, f32)>,
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
    fn version(&self) -> &str {
        self.version.as_deref().unwrap_or_default()
    }

    /// The largest value on its scale.
    pub(super) fn full(&self) -> f64 {
        *self.instrument.range(self.version()).end()
    }

    /// The smallest change that people call important, if one is known.
    pub(super) fn smallest_important(&self) -> Option<f64> {
        self.instrument.smallest_important(self.version())
    }

    /// Its name with its range, and its version or item.
    pub(super) fn name(&self, words: &ReportWords) -> String {
        let name = fill(instrument_name(self.instrument, words), &[("most", &self.full())]);
        let version = self.version.as_ref().map(|version| format!(" ({version})")).unwrap_or_default();
        let item = self.item.as_ref().map(|item| format!(": {item}")).unwrap_or_default();
        format!("{name}{version}{item}")
    }
}
