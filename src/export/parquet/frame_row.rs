//! The row of a frame, in an exported session and in an archive.

use super::buffer::{Cell, RowSink};
use super::column::{ColumnDefinition, ColumnKind};
use crate::coach::Verdict;
use crate::export::quantity::QUANTITIES;
use crate::export::{rounded, seconds};
use crate::geometry::Measurement;
use crate::source::Timestamp;
use crate::store::sample::Sample;
use crate::store::{Session, Set, StoredRepetition};

/// The columns after those that say which session it is.
pub(crate) fn columns() -> impl Iterator<Item = ColumnDefinition> {
    use ColumnKind::{Number, Text, Whole};
    let before = [
        ColumnDefinition::defined("time_s", Number),
        ColumnDefinition::defined("frame", Whole),
        ColumnDefinition::plain("state", Text, "what was measured, or why nothing was"),
    ];
    let after = [
        ColumnDefinition::plain("set", Whole, "number of the set, from 1; 0 for the bends without feedback"),
        ColumnDefinition::plain("drill", Text, "what was practised in the set"),
        ColumnDefinition::plain("repetition", Whole, "number of the repetition that went on, from 1"),
        ColumnDefinition::plain(
            "verdict",
            Text,
            "where that repetition came from: hips, mixed, back, or none where that cannot be told",
        ),
        ColumnDefinition::defined("verdict_probability", Number),
        ColumnDefinition::defined("no_verdict", Text),
    ];
    let quantities = QUANTITIES.iter().map(|quantity| ColumnDefinition::defined(quantity.name, Number));
    before.into_iter().chain(quantities).chain(after)
}

/// Puts the cells of these columns.
pub(crate) fn put(row: &mut impl RowSink, session: &Session, sample: &Sample, measurement: &Measurement) {
    row.put("time_s", Cell::number(seconds(sample.time)));
    row.put("frame", Cell::whole(i64::try_from(sample.number).ok()));
    row.put("state", Cell::Text(measurement.state.word()));
    for quantity in &QUANTITIES {
        row.put(quantity.name, Cell::number(quantity.of(measurement)));
    }
    let set = set(&session.sets, sample.time);
    row.put("set", Cell::whole(set.map(|set| i64::from(session.set_number(set.number)))));
    row.put("drill", Cell::text(set.and_then(|set| set.drill.as_deref())));
    let kept = repetition(&session.repetitions, sample.time);
    row.put("repetition", Cell::whole(kept.map(|kept| i64::from(kept.shown_number()))));
    put_verdict(row, kept);
}

/// Puts the verdict on a repetition.
pub(crate) fn put_verdict(row: &mut impl RowSink, kept: Option<&StoredRepetition>) {
    let repetition = kept.map(|kept| &kept.repetition);
    let probability = repetition.and_then(|repetition| rounded(repetition.verdict_probability?.into(), 3));
    let reason = repetition.and_then(|repetition| Some(repetition.no_verdict()?.word()));
    row.put("verdict", Cell::text(repetition.map(|repetition| Verdict::word(repetition.verdict))));
    row.put("verdict_probability", Cell::number(probability));
    row.put("no_verdict", Cell::text(reason));
}

/// The repetition that went on at a time.
fn repetition(repetitions: &[StoredRepetition], time: Timestamp) -> Option<&StoredRepetition> {
    let counts = |kept: &&StoredRepetition| kept.counts();
    repetitions.iter().filter(counts).find(|kept| (kept.repetition.start..=kept.repetition.end).contains(&time))
}

/// The set that went on at a time.
fn set(sets: &[Set], time: Timestamp) -> Option<&Set> {
    sets.iter().find(|set| set.began <= time && set.ended.is_none_or(|ended| time <= ended))
}
