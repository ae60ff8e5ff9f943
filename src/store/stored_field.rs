//! Field lists of the types that are stored in rows, used by the database, packages and exports.

use std::fmt;
use std::marker::PhantomData;

use euclid::Angle;
use rusqlite::Row;
use rusqlite::types::Value;
use serde::de::{Error, IgnoredAny, MapAccess, Unexpected, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::stored_time::{nanoseconds, timestamp};
use crate::coach::Verdict;
use crate::coach::form::Reach;
use crate::geometry::{StandingDoubt, StandingFlaw};
use crate::source::Timestamp;

/// A type that is stored field by field.
pub(crate) trait StoredFields: Clone + Default {
    /// All fields, in the order of `session.json`.
    fn fields(&mut self) -> Vec<StoredField<'_>>;

    /// Works out fields that a package of an earlier version lacks, given their keys.
    fn fill_missing(&mut self, _missing: &[&str]) {}
}

/// One field: its names and a reference to its value.
#[derive(Debug)]
pub(crate) struct StoredField<'t> {
    /// Its key in `session.json`.
    key: &'static str,
    /// Its column in the database.
    column: &'static str,
    /// Its name in exports, if they have it.
    pub exported: Option<&'static str>,
    /// Whether packages of earlier versions lack it.
    added_later: bool,
    /// A reference to its value.
    pub value: FieldValue<'t>,
}

/// A reference to a value, by type.
#[derive(Debug)]
pub(crate) enum FieldValue<'t> {
    /// A count.
    Count(&'t mut u32),
    /// An optional count.
    MaybeCount(&'t mut Option<u32>),
    /// A boolean.
    Flag(&'t mut bool),
    /// Stored as nanoseconds.
    Time(&'t mut Timestamp),
    /// Stored as radians.
    Angle(&'t mut Angle<f32>),
    /// From 0 to 1.
    Fraction(&'t mut f32),
    /// From 0 to 1, if known.
    MaybeFraction(&'t mut Option<f32>),
    /// Stored as its word.
    Verdict(&'t mut Option<Verdict>),
    /// Stored as an object of its own; in the database as columns beside the others.
    Reach(&'t mut Option<Reach>),
    /// Stored as its word, if there is one.
    Flaw(&'t mut Option<StandingFlaw>),
    /// Stored as an object of its own, as [`FieldValue::Reach`].
    Doubt(&'t mut Option<StandingDoubt>),
}

/// A field with the same name in packages and in the database.
pub(super) fn field<'t>(key: &'static str, value: impl Into<FieldValue<'t>>) -> StoredField<'t> {
    StoredField { key, column: key, exported: None, added_later: false, value: value.into() }
}

impl StoredField<'_> {
    /// Sets a different name in the database.
    pub(super) fn column(self, column: &'static str) -> Self {
        Self { column, ..self }
    }

    /// Sets the name in exports.
    pub(super) fn exported(self, name: &'static str) -> Self {
        Self { exported: Some(name), ..self }
    }

    /// Says that packages of earlier versions lack it ([`StoredFields::fill_missing`]).
    pub(super) fn added_later(self) -> Self {
        Self { added_later: true, ..self }
    }

    /// Whether it may be missing in a package.
    fn may_be_missing(&self) -> bool {
        self.added_later || self.value.may_be_missing()
    }
}

macro_rules! values {
    ($($kind:ident: $of:ty),* $(,)?) => {
        $(impl<'t> From<&'t mut $of> for FieldValue<'t> {
            fn from(value: &'t mut $of) -> Self {
                Self::$kind(value)
            }
        })*
    };
}

values! {
    Count: u32, MaybeCount: Option<u32>, Flag: bool, Time: Timestamp, Angle: Angle<f32>, Fraction: f32,
    MaybeFraction: Option<f32>, Verdict: Option<Verdict>, Reach: Option<Reach>, Flaw: Option<StandingFlaw>,
    Doubt: Option<StandingDoubt>,
}

impl StoredFields for Reach {
    fn fields(&mut self) -> Vec<StoredField<'_>> {
        let Self { angle, half_width_90, limited } = self;
        vec![
            field("angle", angle).column("reach"),
            field("interval", half_width_90).column("reach_interval"),
            field("limited", limited).column("reach_limited"),
        ]
    }
}

impl StoredFields for StandingDoubt {
    fn fields(&mut self) -> Vec<StoredField<'_>> {
        let Self { angle, flaw } = self;
        vec![
            field("angle", angle).column("standing_doubt").exported("standing_doubt_deg"),
            field("flaw", flaw).column("standing_flaw").exported("standing_flaw"),
        ]
    }
}

/// Fails for a number that is too large for its type.
fn finite<E: Error>(number: f32) -> Result<f32, E> {
    let infinite = || E::invalid_value(Unexpected::Float(number.into()), &"a number that can be measured");
    if number.is_finite() { Ok(number) } else { Err(infinite()) }
}

/// The database columns, in the order of [`to_params`] and [`from_row`].
pub(super) fn columns<T: StoredFields>() -> Vec<&'static str> {
    let mut any = T::default();
    let columns = |field: StoredField| match field.value {
        FieldValue::Reach(_) => columns::<Reach>(),
        FieldValue::Doubt(_) => columns::<StandingDoubt>(),
        _ => vec![field.column],
    };
    any.fields().into_iter().flat_map(columns).collect()
}

/// The values for the database.
pub(super) fn to_params<T: StoredFields>(kept: &T) -> Vec<Value> {
    let mut kept = kept.clone();
    kept.fields().into_iter().flat_map(|field| field.value.to_params()).collect()
}

/// Reads the values from the database, starting at column `first`.
pub(super) fn from_row<T: StoredFields>(row: &Row, first: usize) -> rusqlite::Result<T> {
    let mut kept = T::default();
    let mut column = first;
    for field in kept.fields() {
        column += field.value.read_columns(row, column)?;
    }
    Ok(kept)
}

impl FieldValue<'_> {
    fn to_params(&self) -> Vec<Value> {
        vec![match self {
            Self::Count(count) => Value::from(**count),
            Self::MaybeCount(count) => Value::from(**count),
            Self::Flag(flag) => Value::from(**flag),
            Self::Time(time) => Value::from(nanoseconds(**time)),
            Self::Angle(angle) => Value::from(angle.radians),
            Self::Fraction(fraction) => Value::from(**fraction),
            Self::MaybeFraction(fraction) => Value::from(**fraction),
            Self::Verdict(verdict) => Value::from(Verdict::word(**verdict).to_owned()),
            Self::Flaw(flaw) => Value::from(flaw.map(|flaw| flaw.word().to_owned())),
            Self::Reach(reach) => return group_to_params(reach.as_ref()),
            Self::Doubt(doubt) => return group_to_params(doubt.as_ref()),
        }]
    }

    /// Reads the value. Returns the number of columns it took.
    fn read_columns(self, row: &Row, column: usize) -> rusqlite::Result<usize> {
        match self {
            Self::Count(count) => *count = row.get(column)?,
            Self::MaybeCount(count) => *count = row.get(column)?,
            Self::Flag(flag) => *flag = row.get(column)?,
            Self::Time(time) => *time = timestamp(row.get(column)?).unwrap_or_default(),
            Self::Angle(angle) => *angle = Angle::radians(row.get(column)?),
            Self::Fraction(fraction) => *fraction = row.get(column)?,
            Self::MaybeFraction(fraction) => *fraction = row.get(column)?,
            Self::Verdict(verdict) => *verdict = Verdict::from_word(&row.get::<_, String>(column)?).flatten(),
            Self::Flaw(flaw) => {
                *flaw = row.get::<_, Option<String>>(column)?.and_then(|word| StandingFlaw::from_word(&word));
            }
            Self::Reach(reach) => return read_group(reach, row, column),
            Self::Doubt(doubt) => return read_group(doubt, row, column),
        }
        Ok(1)
    }

    fn write_entry<M: SerializeMap>(&self, map: &mut M, key: &str) -> Result<(), M::Error> {
        match self {
            Self::Count(count) => map.serialize_entry(key, count),
            Self::MaybeCount(count) => map.serialize_entry(key, count),
            Self::Flag(flag) => map.serialize_entry(key, flag),
            Self::Time(time) => map.serialize_entry(key, &nanoseconds(**time)),
            Self::Angle(angle) => map.serialize_entry(key, &angle.radians),
            Self::Fraction(fraction) => map.serialize_entry(key, fraction),
            Self::MaybeFraction(fraction) => map.serialize_entry(key, fraction),
            Self::Verdict(verdict) => map.serialize_entry(key, Verdict::word(**verdict)),
            Self::Flaw(flaw) => map.serialize_entry(key, &flaw.map(StandingFlaw::word)),
            Self::Reach(reach) => map.serialize_entry(key, &reach.map(AsObject)),
            Self::Doubt(doubt) => map.serialize_entry(key, &doubt.map(AsObject)),
        }
    }

    fn read_entry<'de, M: MapAccess<'de>>(&mut self, map: &mut M) -> Result<(), M::Error> {
        match self {
            Self::Count(count) => **count = map.next_value()?,
            Self::MaybeCount(count) => **count = map.next_value()?,
            Self::Flag(flag) => **flag = map.next_value()?,
            Self::Time(time) => {
                let kept = map.next_value()?;
                let unknown = || M::Error::invalid_value(Unexpected::Signed(kept), &"nanoseconds from 0 on");
                **time = timestamp(kept).ok_or_else(unknown)?;
            }
            Self::Angle(angle) => **angle = Angle::radians(finite(map.next_value()?)?),
            Self::Fraction(fraction) => **fraction = finite(map.next_value()?)?,
            Self::MaybeFraction(fraction) => **fraction = map.next_value::<Option<f32>>()?.map(finite).transpose()?,
            Self::Verdict(verdict) => {
                let word = map.next_value::<String>()?;
                let unknown = || M::Error::invalid_value(Unexpected::Str(&word), &"the word of a verdict");
                **verdict = Verdict::from_word(&word).ok_or_else(unknown)?;
            }
            Self::Flaw(flaw) => {
                let word = map.next_value::<Option<String>>()?;
                let unknown = |word: &str| M::Error::invalid_value(Unexpected::Str(word), &"the word of a flaw");
                let known = |word: String| StandingFlaw::from_word(&word).ok_or_else(|| unknown(&word));
                **flaw = word.map(known).transpose()?;
            }
            Self::Reach(reach) => **reach = map.next_value::<Option<AsObject<_>>>()?.map(|AsObject(reach)| reach),
            Self::Doubt(doubt) => **doubt = map.next_value::<Option<AsObject<_>>>()?.map(|AsObject(doubt)| doubt),
        }
        Ok(())
    }

    fn may_be_missing(&self) -> bool {
        matches!(self, Self::MaybeCount(_) | Self::MaybeFraction(_) | Self::Reach(_) | Self::Flaw(_) | Self::Doubt(_))
    }
}

/// The values of a type in columns beside the others; each is null if there is none.
fn group_to_params<T: StoredFields>(group: Option<&T>) -> Vec<Value> {
    group.map_or_else(|| vec![Value::Null; columns::<T>().len()], to_params)
}

/// Reads what [`group_to_params`] wrote: there is none if the first is null.
fn read_group<T: StoredFields>(group: &mut Option<T>, row: &Row, column: usize) -> rusqlite::Result<usize> {
    let known = row.get::<_, Option<f32>>(column)?.is_some();
    *group = known.then(|| from_row(row, column)).transpose()?;
    Ok(columns::<T>().len())
}

/// Writes the fields as an object with one key per field.
pub(super) fn serialize<T: StoredFields, S: Serializer>(kept: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut kept = kept.clone();
    let fields = kept.fields();
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for field in &fields {
        field.value.write_entry(&mut map, field.key)?;
    }
    map.end()
}

/// Reads what [`serialize`] wrote; unknown keys are skipped.
pub(super) fn deserialize<'de, T: StoredFields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(FieldsVisitor(PhantomData))
}

/// Serializes the fields as an object.
struct AsObject<T>(T);

impl<T: StoredFields> Serialize for AsObject<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, serializer)
    }
}

impl<'de, T: StoredFields> Deserialize<'de> for AsObject<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer).map(Self)
    }
}

struct FieldsVisitor<T>(PhantomData<T>);

impl<'de, T: StoredFields> Visitor<'de> for FieldsVisitor<T> {
    type Value = T;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<T, M::Error> {
        let mut kept = T::default();
        let mut fields = kept.fields();
        let mut found = Vec::with_capacity(fields.len());
        while let Some(key) = map.next_key::<String>()? {
            match fields.iter_mut().find(|field| field.key == key) {
                Some(field) if found.contains(&field.key) => return Err(M::Error::duplicate_field(field.key)),
                Some(field) => {
                    field.value.read_entry(&mut map)?;
                    found.push(field.key);
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let missing = || fields.iter().filter(|field| !found.contains(&field.key));
        if let Some(field) = missing().find(|field| !field.may_be_missing()) {
            return Err(M::Error::missing_field(field.key));
        }
        let missing: Vec<_> = missing().map(|field| field.key).collect();
        kept.fill_missing(&missing);
        Ok(kept)
    }
}
