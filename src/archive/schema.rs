//! The tables of an archive and their columns. A column is never renamed and never changes its type, unit or meaning: what
//! is new gets a name of its own, and is null in files that were written before. `tests/golden/archive-schema.txt` holds them.

use std::sync::LazyLock;

use crate::export::parquet::{ColumnDefinition, ColumnKind, frame_row};

/// The version of the schema, which grows with every new column. An archive of a greater one is left alone.
pub const SCHEMA_VERSION: u32 = 1;

/// Columns that came after the first version: table, column, and the version that brought them.
const ADDED_LATER: [(ArchiveTable, &str, u32); 0] = [];

/// A table of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveTable {
    /// A row a session.
    Sessions,
    /// A row a repetition.
    Repetitions,
    /// A row a frame.
    Samples,
    /// A row a session that was deleted.
    Tombstones,
}

use ColumnKind::{Day, Flag, Moment, Number, Text, Whole};

static SESSIONS: LazyLock<Vec<ColumnDefinition>> = LazyLock::new(|| {
    let plain = ColumnDefinition::plain;
    let of = ColumnDefinition::of;
    [
        &key()[..],
        &[
            plain("time_zone", Text, "how far local time was ahead of UTC, as +01:00"),
            plain("remeasures", Text, "the session that this one measured again; null for a first measurement"),
            plain("state", Text, "finished, or recovered: interrupted and kept up to its last second"),
            plain("plan", Text, "the drill or programme that led it; null without guidance"),
            plain("device", Text, "a pseudonym of the camera or file, the same within this archive"),
            plain("program", Text, "the version of bendwise that measured"),
            plain("models", Text, "the networks that measured, each with its SHA-256, as FILE=SUM with spaces between"),
            plain("side", Text, "the side before the camera in most measured frames: left or right"),
            plain("side_share", Number, "the share of the measured frames with that side, 0 to 1"),
            of("fps", Number, "Hz", "frames a second, the mean"),
            plain("frames", Whole, "number of kept frames"),
            of("duration_s", Number, "s", "time from the first frame to the last"),
            plain("missed_frames", Whole, "frames of the source that were never measured"),
            plain("lost_samples", Whole, "frames that were measured but not kept"),
            plain("measured_share", Number, "the share of the frames with somebody in view that were measured, 0 to 1"),
            of(
                "yaw_deg",
                Number,
                "degree",
                "how far the person was turned out of side-on, 0 to 90, median of some seconds throughout",
            ),
            plain("standing_postures", Whole, "how often the standing posture was taken"),
            plain("sets", Whole, "number of sets of practice"),
            plain("repetitions", Whole, "number of repetitions in sets of practice"),
            plain("judged", Whole, "number of those with a verdict"),
            plain("as_asked", Whole, "number of those that came from where their set asked for"),
            plain("pain_before", Number, "pain before the session, 0 to 10; null if not answered"),
            plain("pain_after", Number, "pain after the session, 0 to 10; null if not answered"),
            plain(
                "prescribed_days_per_week",
                Whole,
                "on how many days a week the person should have practised then; null without a prescription",
            ),
        ],
    ]
    .concat()
});

static REPETITIONS: LazyLock<Vec<ColumnDefinition>> = LazyLock::new(|| {
    let plain = ColumnDefinition::plain;
    let of = ColumnDefinition::of;
    let defined = ColumnDefinition::defined;
    [
        &key()[..],
        &[
            plain(
                "set",
                Whole,
                "number of the set, from 1; 0 for the bends without feedback, null for a bend between sets",
            ),
            plain("drill", Text, "what was practised in the set; null without guidance"),
            plain("goal", Text, "where the bends of the set should come from: hips, back or any"),
            plain("purpose", Text, "what the set was for: practice, or retention (bends without feedback)"),
            plain("repetition", Whole, "number of the repetition in the session, from 1"),
            plain(
                "compared",
                Flag,
                "whether sessions are compared by it: practised, not meant to come from the back, first measurement",
            ),
            of("start_s", Number, "s", "when the person left standing, since the first frame"),
            of("bottom_s", Number, "s", "the middle of the time for which the bend was deepest, since the first frame"),
            of("end_s", Number, "s", "when the person was upright again, since the first frame"),
            defined("hip_flexion_deg", Number),
            of("hip_flexion_interval_deg", Number, "degree", "half the width of the 90 % interval of hip flexion"),
            defined("lumbar_flexion_deg", Number),
            of(
                "lumbar_flexion_interval_deg",
                Number,
                "degree",
                "half the width of the 90 % interval of lumbar flexion",
            ),
            defined("lumbar_share", Number),
            plain("lumbar_share_interval", Number, "half the width of the 90 % interval of the lumbar share"),
            defined("trunk_inclination_deg", Number),
            defined("knee_flexion_deg", Number),
            of("reach_deg", Number, "degree", "hip flexion at which the low back joined in, or the deepest"),
            of("reach_interval_deg", Number, "degree", "half the width of the 90 % interval of the reach"),
            plain("reach_limited", Flag, "whether the low back joined in; if not, the reach is at least this"),
            of("pause_s", Number, "s", "how long the trunk stayed within 3 degrees of its deepest lean"),
            plain("verdict", Text, "where it came from: hips, mixed, back, or none where that cannot be told"),
            defined("verdict_probability", Number),
            defined("no_verdict", Text),
            defined("confidence", Number),
            defined("bottom_hidden", Flag),
            defined("standing_doubt_deg", Number),
            defined("standing_flaw", Text),
        ],
    ]
    .concat()
});

static SAMPLES: LazyLock<Vec<ColumnDefinition>> =
    LazyLock::new(|| key().into_iter().chain(frame_row::columns()).collect());

static TOMBSTONES: LazyLock<Vec<ColumnDefinition>> = LazyLock::new(|| {
    vec![
        ColumnDefinition::plain("session", Text, "the session that is no longer here"),
        ColumnDefinition::of("deleted", Moment, "ms", "when the archive noticed"),
    ]
});

/// The columns that a row of every table begins with.
fn key() -> [ColumnDefinition; 4] {
    [
        ColumnDefinition::plain("session", Text, "the session, the same on every machine"),
        ColumnDefinition::plain("person", Text, "pseudonym of the person"),
        ColumnDefinition::of("began", Moment, "ms", "when the session began, UTC"),
        ColumnDefinition::plain("day", Day, "the day on which it began, local time"),
    ]
}

impl ArchiveTable {
    /// The tables with rows of sessions, in the order in which they are written: a session is there once all three have it.
    pub const OF_SESSIONS: [Self; 3] = [Self::Samples, Self::Repetitions, Self::Sessions];

    /// All tables.
    pub const ALL: [Self; 4] = [Self::Sessions, Self::Repetitions, Self::Samples, Self::Tombstones];

    /// Its name, which is that of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Repetitions => "repetitions",
            Self::Samples => "samples",
            Self::Tombstones => "tombstones",
        }
    }

    /// What a row is.
    pub(super) fn row(self) -> &'static str {
        match self {
            Self::Sessions => "a session",
            Self::Repetitions => "a repetition",
            Self::Samples => "a frame",
            Self::Tombstones => "a session that was deleted",
        }
    }

    /// Its columns, in order.
    pub(super) fn columns(self) -> &'static [ColumnDefinition] {
        match self {
            Self::Sessions => &SESSIONS,
            Self::Repetitions => &REPETITIONS,
            Self::Samples => &SAMPLES,
            Self::Tombstones => &TOMBSTONES,
        }
    }

    /// The version of the schema that brought a column.
    pub(super) fn since(self, column: &str) -> u32 {
        let added = ADDED_LATER.iter().find(|(table, name, _)| *table == self && *name == column);
        added.map_or(1, |(.., version)| *version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every column as it was given out: a line may be added, and none may change.
    const GOLDEN: &str = include_str!("../../tests/golden/archive-schema.txt");

    #[test]
    fn no_column_was_renamed_retyped_or_dropped() {
        let line = |table: ArchiveTable, column: &ColumnDefinition| {
            let (since, kind) = (table.since(column.name), column.kind.word());
            format!("{since} {} {} {kind} {}\n", table.name(), column.name, column.unit)
        };
        let lines = ArchiveTable::ALL
            .into_iter()
            .flat_map(|table| table.columns().iter().map(move |column| line(table, column)));
        assert_eq!(lines.collect::<String>(), GOLDEN);
    }

    #[test]
    fn every_column_is_explained_and_named_once() {
        for table in ArchiveTable::ALL {
            for column in table.columns() {
                assert!(!column.meaning.is_empty(), "{}", column.name);
                assert_eq!(column.unit == "degree", column.name.ends_with("_deg"), "{}", column.name);
                assert_eq!(
                    table.columns().iter().filter(|other| other.name == column.name).count(),
                    1,
                    "{}",
                    column.name
                );
            }
        }
    }
}
