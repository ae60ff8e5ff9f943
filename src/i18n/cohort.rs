//! The words for a cohort.

use super::section;

section! {
    /// The words for a cohort.
    CohortWords {
        title, span, persons_count, lagging_count, lagging_text, person, month, drill, persons, sessions, days, repetitions,
        untold, share, reach, share_change, reach_change, lags, of_prescribed, away, below, range, no_range, more, less, within, open, counts, counts_open,
        share_text, reach_text, interval_person, interval_group, change_text, untold_text, days_text, later_text, lagging_group_text,
        whose_text, rounded_text, method, empty,
    }
}
