//! The words for pain, scores of questionnaires, and for what stayed without feedback.

use super::section;

section! {
    /// The words for scores and for what stayed.
    ScoreWords {
        nrs_before, nrs_after, nrs_week, psfs, odi, rmdq, given, important, more, less, within, retention, retained, share, lumbar,
        retained_more, retained_less, retained_within, day, day_year,
        added, removed, none_kept, head_number, head_day, head_of, head_score, head_version, head_item, head_session, left_out,
    }
}

#[cfg(feature = "store")]
pub use told::{points, retained_point};

#[cfg(feature = "store")]
mod told {
    use jiff::Zoned;

    use super::ScoreWords;
    use crate::i18n::{TrendWords, error, fill, value};
    use crate::store::retention::{RetainedQuantity, Retention};
    use crate::store::trend::{TrendChange, TrendPoint, TrendQuantity};
    use crate::store::{Instrument, Score};

    impl ScoreWords {
        /// What a score is of, with its scale.
        pub fn instrument(&self, score: &Score) -> String {
            let template = match score.instrument {
                Instrument::NrsBefore => &self.nrs_before,
                Instrument::NrsAfter => &self.nrs_after,
                Instrument::NrsWeek => &self.nrs_week,
                Instrument::Psfs => &self.psfs,
                Instrument::Odi => &self.odi,
                Instrument::Rmdq => &self.rmdq,
            };
            fill(template, &[("item", &score.item), ("version", &score.version)])
        }

        /// A score and its day.
        pub fn given(&self, value: f64, day: &Zoned, year: i16) -> String {
            fill(&self.given, &[("value", &self.points(value)), ("day", &self.day(day, year))])
        }

        /// The day of a score, in short form: without the year if it is this one, which goes without saying.
        pub fn day(&self, day: &Zoned, year: i16) -> String {
            day.strftime(if day.year() == year { &self.day } else { &self.day_year }).to_string()
        }

        /// The smallest change that people call important, and whether the last of these scores differs by that from the first,
        /// on the scale of one of them. `None` for fewer than two, or if no such change is known.
        pub fn change(&self, scale: &Score, (first, day): (f64, &str), last: f64) -> Option<[String; 2]> {
            let least = scale.instrument.smallest_important(&scale.version)?;
            let change = last - first;
            let template = match () {
                () if change.abs() < least => &self.within,
                () if change > 0.0 => &self.more,
                () => &self.less,
            };
            let told = fill(template, &[("value", &self.points(change.abs())), ("day", &day)]);
            Some([fill(&self.important, &[("value", &self.points(least))]), told])
        }

        /// What stayed in one session: a line for each quantity that is known.
        pub fn retained(&self, retention: &Retention, trend: &TrendWords, year: i16) -> Vec<String> {
            let quantities = [
                (&self.share, retention.share, TrendQuantity::Share),
                (&self.lumbar, retention.lumbar, TrendQuantity::Depth),
            ];
            let line = |(name, found, unit): (&String, Option<RetainedQuantity>, TrendQuantity)| {
                let found = found?;
                let values: [(&str, &dyn std::fmt::Display); 6] = [
                    ("day", &trend.day(&retention.began, year)),
                    ("quantity", name),
                    ("now", &retained_point(unit, &found.retained)),
                    ("before", &retained_point(unit, &found.practised)),
                    ("session", &retention.before),
                    ("outcome", &self.outcome(&found)),
                ];
                Some(fill(&self.retained, &values))
            };
            quantities.into_iter().filter_map(line).collect()
        }

        /// Whether what stayed is more or less than before, beyond the error.
        pub fn outcome(&self, found: &RetainedQuantity) -> &str {
            match found.outcome() {
                TrendChange::More => &self.retained_more,
                TrendChange::Less => &self.retained_less,
                TrendChange::Within | TrendChange::Open => &self.retained_within,
            }
        }
    }

    /// A mean of a set with its error.
    pub fn retained_point(unit: TrendQuantity, point: &TrendPoint) -> String {
        format!("{} {}", value(unit, point.value), error(point))
    }

    impl ScoreWords {
        /// A score or a difference of scores, as people write it.
        pub fn points(&self, value: f64) -> String {
            self.language.number(&points(value))
        }
    }

    /// A score or a difference of scores: a whole number, or with one decimal.
    pub fn points(value: f64) -> String {
        let tenths = (value * 10.0).round() / 10.0;
        if tenths.fract() == 0.0 { format!("{tenths:.0}") } else { format!("{tenths:.1}") }
    }
}
