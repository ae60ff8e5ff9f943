//! The score as a JSON file.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::bootstrap::RESAMPLES;
use super::key::PersonUnit;
use super::score::{CommonKappas, JudgeCounts, KappaEstimate, PairScore, RatingScore};

/// What the numbers mean.
const DEFINITIONS: [(&str, &str); 7] = [
    (
        "kappa_linear",
        "Cohen's kappa weighted by the number of steps between hips, mixed and back; null where undefined",
    ),
    ("kappa_quadratic", "the same, weighted by the square of the steps"),
    ("kappa_unweighted", "the same, each disagreement alike"),
    ("interval_95", "percentile bootstrap over persons and over the clips of each; null where undefined in many draws"),
    (
        "cannot_tell",
        "clips that a rater could not tell, or without a verdict of the program; left out of kappa, as missing ones are",
    ),
    ("table", "rows: the first judge said hips, mixed, back; columns: the second did"),
    (
        "common",
        "over the clips that each rater and the program gave a verdict, so that both can be compared, as in difference",
    ),
];

impl RatingScore {
    /// Writes the score.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_json(&self, mut out: impl Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut out, &self.file())?;
        writeln!(out)
    }

    fn file(&self) -> Value {
        let unit = if self.unit == PersonUnit::Person { "person" } else { "session" };
        let method = format!("percentile bootstrap, {RESAMPLES} draws of {unit}s and of the clips of each");
        let definitions: serde_json::Map<String, Value> =
            DEFINITIONS.iter().map(|(name, meaning)| ((*name).to_owned(), json!(meaning))).collect();
        json!({
            "bendwise": env!("CARGO_PKG_VERSION"),
            "sessions_measured_by": self.measured_by,
            "set": self.set,
            "clips": self.clips,
            "interval": { "method": method, "unit": unit, "units": self.persons },
            "judges": self.judges.iter().map(judge).collect::<Vec<_>>(),
            "pairs": self.pairs.iter().map(|score| self.pair(score)).collect::<Vec<_>>(),
            "mean_kappa_linear": {
                "between_raters": self.between_raters.map(estimate),
                "program_with_raters": estimate(self.with_program),
                "difference": self.common.map(|common| estimate(common.difference)),
                "common": self.common.map(common),
            },
            "definitions": definitions,
        })
    }

    fn pair(&self, score: &PairScore) -> Value {
        let [linear, quadratic, unweighted] = score.kappa.map(estimate);
        json!({
            "judges": self.names(score),
            "clips": score.table.count(),
            "left_out": score.left_out,
            "opposite": score.table.opposite(),
            "agreement": estimate(score.agreement),
            "kappa_linear": linear,
            "kappa_quadratic": quadratic,
            "kappa_unweighted": unweighted,
            "table": score.table.0,
        })
    }
}

fn judge(counts: &JudgeCounts) -> Value {
    let [hips, mixed, back] = counts.verdicts;
    json!({
        "name": counts.name, "file": counts.file, "hips": hips, "mixed": mixed, "back": back,
        "cannot_tell": counts.cannot_tell, "missing": counts.missing,
    })
}

fn common(common: CommonKappas) -> Value {
    json!({
        "clips": common.clips,
        "between_raters": estimate(common.between_raters),
        "program_with_raters": estimate(common.with_program),
        "difference": estimate(common.difference),
    })
}

fn estimate(estimate: KappaEstimate) -> Value {
    json!({
        "value": estimate.value.map(rounded),
        "interval_95": estimate.interval_95.map(|ends| ends.map(rounded)),
    })
}

/// Ten thousandths are more than such a number tells.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4 + 0.0
}
