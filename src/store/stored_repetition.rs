//! A stored repetition.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stored_field::{self, StoredField, StoredFields, field};
use crate::coach::Repetition;
use crate::coach::form::Reach;
use crate::geometry::{Bend, HalfWidth90};

/// A stored repetition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredRepetition {
    /// Its number in the session, from 0.
    pub number: u32,
    /// The set it belongs to.
    pub set: Option<u32>,
    /// What was measured.
    pub repetition: Repetition,
    /// How far the hips went before the low back joined in; `None` if unknown.
    pub reach: Option<Reach>,
}

/// The same rule as [`Session::counted`](super::Session::counted) in SQL.
pub(super) const COUNTS: &str = "in_set IS NOT NULL AND (SELECT purpose FROM sets
    WHERE sets.session = repetitions.session AND sets.number = in_set) IS NOT 'retention'";

/// Whether it came from where its set asked for, in SQL: [`SetGoal::is_met`](crate::coach::SetGoal::is_met).
pub(super) const AS_ASKED: &str =
    "CASE (SELECT goal FROM sets WHERE sets.session = repetitions.session AND sets.number = in_set)
    WHEN 'any' THEN 1 WHEN 'back' THEN verdict = 'back' ELSE verdict = 'hips' END";

/// The sets whose repetitions are compared from session to session, in SQL: not those that should come from the back, and not
/// those without feedback, which show what stayed and have figures of their own.
pub(super) const COMPARED: &str = "goal <> 'back' AND purpose = 'practice'";

impl StoredRepetition {
    /// Whether it counts wherever repetitions of a session are counted or compared: only those of a set do. A session
    /// without guidance is one set; in a guided one, bends before and between the sets are kept, but they are no answer to
    /// what was asked.
    pub fn counts(&self) -> bool {
        self.set.is_some()
    }

    /// The number by which it is called wherever somebody reads of it, in files too: its place among all of its session, from 1.
    /// One that does not count keeps it, so that no other is called by it.
    pub fn shown_number(&self) -> u32 {
        self.number.saturating_add(1)
    }
}

impl StoredFields for StoredRepetition {
    fn fields(&mut self) -> Vec<StoredField<'_>> {
        let Self { number, set, repetition, reach } = self;
        let Repetition { start, bottom, end, bend, half_width_90, verdict, verdict_probability, .. } = repetition;
        let Repetition { confidence, bottom_hidden, standing_doubt, .. } = repetition;
        let Bend { hip_flexion, lumbar_flexion, trunk_inclination, knee_flexion } = bend;
        let HalfWidth90 { hip_flexion: hip_interval, lumbar_flexion: lumbar_interval } = half_width_90;
        vec![
            field("number", number),
            field("set", set).column("in_set"),
            field("start_ns", start).exported("start_s"),
            field("bottom_ns", bottom).exported("bottom_s"),
            field("end_ns", end).exported("end_s"),
            field("hip", hip_flexion).exported("hip_flexion_deg"),
            field("lumbar", lumbar_flexion).exported("lumbar_flexion_deg"),
            field("trunk", trunk_inclination).exported("trunk_inclination_deg"),
            field("knee", knee_flexion).exported("knee_flexion_deg"),
            field("hip_interval", hip_interval).exported("hip_flexion_interval_deg"),
            field("lumbar_interval", lumbar_interval).exported("lumbar_flexion_interval_deg"),
            field("verdict", verdict).exported("verdict"),
            field("verdict_probability", verdict_probability).exported("verdict_probability"),
            field("confidence", confidence).exported("confidence"),
            field("reach", reach),
            field("bottom_hidden", bottom_hidden).exported("bottom_hidden").added_later(),
            field("standing_doubt", standing_doubt),
        ]
    }

    fn fill_missing(&mut self, missing: &[&str]) {
        if missing.contains(&"bottom_hidden") {
            let repetition = &mut self.repetition;
            repetition.bottom_hidden = repetition.verdict.is_none() && repetition.confidence == 0.0;
        }
    }
}

impl Serialize for StoredRepetition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        stored_field::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for StoredRepetition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        stored_field::deserialize(deserializer)
    }
}
