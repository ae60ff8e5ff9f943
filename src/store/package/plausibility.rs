//! Values in `session.json` that bendwise never writes. The checksums are right where somebody made them so.

use std::collections::BTreeSet;
use std::f32::consts::PI;

use euclid::Angle;

use super::MOST_FRAMES;
use super::portable::Portable;
use crate::store::query::is_too_long;
use crate::store::{FieldValue, StoredFields, StoredRepetition};

/// No joint turns farther, and no interval is wider, radians.
const FARTHEST: f32 = PI;

/// The larger side of a picture, pixels: beyond what any camera gives.
const LARGEST_PICTURE: u32 = 16_384;

/// The years in which a clock may have believed itself to be, in milliseconds since 1970.
const TIMES: std::ops::RangeInclusive<i64> = 0..=4_102_444_800_000;

/// The time zones that there are, seconds east of Greenwich.
const OFFSETS: std::ops::RangeInclusive<i32> = -12 * 3600..=14 * 3600;

/// The longest word, bytes. [own]
const LONGEST_WORD: usize = 1000;

/// What is impossible in a session, if anything.
pub(super) fn impossible(session: &Portable) -> Option<String> {
    let lost = [session.samples_lost, session.pictures_lost, session.missed];
    let side = |side: Option<u32>| side.is_none_or(|side| (1..=LARGEST_PICTURE).contains(&side));
    let told = |is_wrong: bool, what: &str| is_wrong.then(|| what.to_owned());
    told(!TIMES.contains(&session.began_ms), "its time")
        .or_else(|| told(lost.iter().any(|count| *count > MOST_FRAMES), "a count of lost frames"))
        .or_else(|| told(!side(session.width) || !side(session.height), "the size of its picture"))
        .or_else(|| told(session.origin.as_ref() == Some(&session.uid), "a re-measurement of itself"))
        .or_else(|| told(!OFFSETS.contains(&session.offset_s), "its time zone"))
        .or_else(|| told(has_long_word(session), "a name of more than 1,000 letters"))
        .or_else(|| told(session.texts().any(is_too_long), "a text of more than 10,000 letters"))
        .or_else(|| told(!all_different(session.models.iter().map(|(file, _)| file)), "a network listed twice"))
        .or_else(|| told(!all_different(session.set_numbers()), "two sets of one number"))
        .or_else(|| impossible_repetition(session))
}

/// Whether a word that stands in lists and tables is longer than bendwise lets anybody type, or names anything.
fn has_long_word(session: &Portable) -> bool {
    let words = [&session.plan, &session.name].into_iter().flatten().map(String::as_str);
    let words = words.chain([session.id.as_str(), &session.program]).chain(session.drills());
    words.chain(session.models.iter().map(|(file, _)| file.as_str())).any(|word| word.len() > LONGEST_WORD)
}

fn impossible_repetition(session: &Portable) -> Option<String> {
    let sets: BTreeSet<u32> = session.set_numbers().collect();
    if !all_different(session.repetitions.iter().map(|repetition| repetition.number)) {
        return Some("two repetitions of one number".to_owned());
    }
    let is_wrong = |kept: &&StoredRepetition| {
        let StoredRepetition { set, repetition, .. } = kept;
        let in_order = repetition.start <= repetition.bottom && repetition.bottom <= repetition.end;
        !in_order || set.is_some_and(|set| !sets.contains(&set)) || !has_possible_values(kept)
    };
    session.repetitions.iter().find(is_wrong).map(|kept| format!("repetition {}", u64::from(kept.number) + 1))
}

/// Whether each value of a repetition is in the range of its kind.
fn has_possible_values(kept: &StoredRepetition) -> bool {
    let is_angle = |angle: Angle<f32>| angle.radians.abs() <= FARTHEST;
    let is_width = |angle: Angle<f32>| (0.0..=FARTHEST).contains(&angle.radians);
    let is_fraction = |value: f32| (0.0..=1.0).contains(&value);
    let half_width_90 = kept.repetition.half_width_90;
    let mut fields = kept.clone();
    is_width(half_width_90.hip_flexion)
        && is_width(half_width_90.lumbar_flexion)
        && fields.fields().into_iter().all(|field| match field.value {
            FieldValue::Angle(angle) => is_angle(*angle),
            FieldValue::Fraction(value) => is_fraction(*value),
            FieldValue::MaybeFraction(value) => value.is_none_or(is_fraction),
            FieldValue::Reach(reach) => {
                reach.as_ref().is_none_or(|reach| is_angle(reach.angle) && is_width(reach.half_width_90))
            }
            FieldValue::Doubt(doubt) => doubt.as_ref().is_none_or(|doubt| is_width(doubt.angle)),
            _ => true,
        })
}

fn all_different<T: Ord>(values: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    values.into_iter().all(|value| seen.insert(value))
}
