//! The words of the report, and of what goes on from session to session.

use super::section;

section! {
    /// The words on the page of `bendwise report`.
    ReportWords {
        title, day, moment, name, when, drill, length, number, time, down, no_verdict, no_verdict_because, repetition, standing,
        bottom, caption, contrast, curves, curves_text, repetitions, screen, straight, soft, trend,
        trend_text, pictures, pictures_text, private, meaning, hip, hip_text, depth, medians, back,
        back_text, share, share_text, reach, reach_text, verdicts, verdicts_text, interval, interval_text,
        error, errors,
    }
}

section! {
    /// The words of `bendwise trend`, and of the same part of the report.
    TrendWords {
        share, depth, reach, head_one, head, detectable, more, less, within, open, free, others, earlier, day,
    }
}
