//! What a column of a table is.

use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::schema::types::Type;

use crate::export::definition;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// UTF-8.
    Text,
    /// A number of 64 bits.
    Number,
    /// A whole number of 64 bits.
    Whole,
    /// Milliseconds since 1970, UTC.
    Moment,
    /// Days since 1970-01-01, by the local calendar.
    Day,
    /// True or false.
    Flag,
}

/// A column of a table. Every one may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnDefinition {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnKind,
    /// Its unit as a word; `1` for a plain number and for words.
    pub unit: &'static str,
    /// Its meaning, with sign and range.
    pub meaning: &'static str,
}

impl ColumnKind {
    /// The name of the type, as SQL has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "VARCHAR",
            Self::Number => "DOUBLE",
            Self::Whole => "BIGINT",
            Self::Moment => "TIMESTAMP WITH TIME ZONE",
            Self::Day => "DATE",
            Self::Flag => "BOOLEAN",
        }
    }

    fn parquet(self) -> (Physical, Option<LogicalType>) {
        match self {
            Self::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Number => (Physical::DOUBLE, None),
            Self::Whole => (Physical::INT64, None),
            Self::Moment => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
            Self::Day => (Physical::INT32, Some(LogicalType::Date)),
            Self::Flag => (Physical::BOOLEAN, None),
        }
    }
}

impl ColumnDefinition {
    /// A column without a unit.
    pub(crate) const fn plain(name: &'static str, kind: ColumnKind, meaning: &'static str) -> Self {
        Self { name, kind, unit: "1", meaning }
    }

    /// A column in a unit.
    pub(crate) const fn of(name: &'static str, kind: ColumnKind, unit: &'static str, meaning: &'static str) -> Self {
        Self { name, kind, unit, meaning }
    }

    /// A column with a definition that is common to all files.
    pub(crate) fn defined(name: &'static str, kind: ColumnKind) -> Self {
        let (unit, meaning) = definition(name).map_or(("1", ""), |definition| (definition.unit, definition.meaning));
        Self { name, kind, unit, meaning }
    }

    pub(super) fn field(&self) -> Result<Arc<Type>, ParquetError> {
        let (physical, logical) = self.kind.parquet();
        let field = Type::primitive_type_builder(self.name, physical).with_logical_type(logical);
        field.with_repetition(Repetition::OPTIONAL).build().map(Arc::new)
    }
}
