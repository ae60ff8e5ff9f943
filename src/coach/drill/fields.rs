//! Reads a TOML file field by field, and reports errors with file, line and field, in words that non-programmers
//! understand.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Word;
use crate::suggest;
use crate::visible::is_hidden;

/// An error in a file of drills or of a programme, and its position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {field} {fault}")]
pub struct DrillError {
    /// The file, as it was given.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The field with its parent tables: `goal.hips_deg`.
    pub field: String,
    /// The error.
    pub fault: Box<DrillFault>,
}

/// What can be wrong with a field. Each message continues the field's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrillFault {
    /// The file is not TOML.
    #[error("cannot be read: check quotes, brackets and the equals sign ({0})")]
    Syntax(String),
    /// Unknown field.
    #[error("is not a field that belongs here{}", hint(.0.as_deref()))]
    Unknown(Option<String>),
    /// A required field is missing.
    #[error("is missing: {0}")]
    Missing(&'static str),
    /// A value of another type is needed.
    #[error("must be {needed}, not {found}")]
    Type {
        /// The type that is needed.
        needed: &'static str,
        /// The type that was found.
        found: &'static str,
    },
    /// The number is out of range.
    #[error("is {value}, but must be from {least} to {most}")]
    Range {
        /// The value that was found.
        value: String,
        /// The minimum.
        least: String,
        /// The maximum.
        most: String,
    },
    /// The word is not one of the allowed ones.
    #[error("is \"{value}\", but must be one of: {known}{}", hint(.meant.as_deref()))]
    Choice {
        /// The value that was found.
        value: String,
        /// The allowed words.
        known: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// The text does not fit on the screen.
    #[error("has {length} letters, but only {most} fit the screen")]
    Long {
        /// How many letters there are.
        length: usize,
        /// How many are allowed.
        most: usize,
    },
    /// Any other inconsistency.
    #[error("{0}")]
    Clash(String),
}

fn hint(meant: Option<&str>) -> String {
    meant.map(|meant| format!(" (did you mean {meant}?)")).unwrap_or_default()
}

/// A file being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script<'t> {
    /// Its name, for messages.
    pub file: &'t str,
    /// Its contents.
    pub text: &'t str,
}

impl<'t> Script<'t> {
    /// Parses the whole file as a table.
    ///
    /// # Errors
    /// If it is not TOML.
    pub fn parse(&self) -> Result<DeTable<'t>, DrillError> {
        DeTable::parse(self.text).map(Spanned::into_inner).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = self.text.lines().nth(self.line(at) - 1).unwrap_or_default();
            let field = line.split('=').next().map(str::trim).filter(|field| !field.is_empty());
            self.error(at, field.unwrap_or("the file"), DrillFault::Syntax(error.message().to_owned()))
        })
    }

    /// Returns an error at a position in the text.
    pub fn error(&self, at: usize, field: &str, fault: DrillFault) -> DrillError {
        DrillError { file: self.file.to_owned(), line: self.line(at), field: field.to_owned(), fault: Box::new(fault) }
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }
}

/// A table whose fields are read one by one; fields that were not read are unknown.
#[derive(Debug)]
pub(crate) struct Fields<'t> {
    script: Script<'t>,
    path: String,
    at: usize,
    table: &'t DeTable<'t>,
    asked: BTreeSet<&'static str>,
}

impl<'t> Fields<'t> {
    /// The root table of a file.
    pub fn of(script: Script<'t>, table: &'t DeTable<'t>) -> Self {
        Self { script, path: String::new(), at: 0, table, asked: BTreeSet::new() }
    }

    /// Returns the field with this name, if it exists.
    pub fn find(&mut self, key: &'static str) -> Option<Field<'t>> {
        self.asked.insert(key);
        let (key, value) = self.table.get_key_value(key)?;
        Some(self.field(key.get_ref(), key.span().start, value))
    }

    /// Returns the required field with this name; `why` says what it is for.
    pub fn need(&mut self, key: &'static str, why: &'static str) -> Result<Field<'t>, DrillError> {
        self.find(key).ok_or_else(|| self.script.error(self.at, &join(&self.path, key), DrillFault::Missing(why)))
    }

    /// Returns all fields, whatever their names.
    pub fn all(self) -> impl Iterator<Item = (&'t str, Field<'t>)> {
        let table = self.table;
        table.iter().map(move |(key, value)| {
            let name: &'t str = key.get_ref();
            (name, self.field(name, key.span().start, value))
        })
    }

    /// Ends reading this table: any field that was not read is an error.
    pub fn finish(self) -> Result<(), DrillError> {
        let unknown = self.table.keys().filter(|key| !self.asked.contains(key.get_ref().as_ref()));
        let Some(first) = unknown.min_by_key(|key| key.span().start) else { return Ok(()) };
        let meant = suggest::closest(first.get_ref(), self.asked.iter().copied()).map(str::to_owned);
        Err(self.script.error(first.span().start, &join(&self.path, first.get_ref()), DrillFault::Unknown(meant)))
    }

    fn field(&self, key: &str, at: usize, value: &'t Spanned<DeValue<'t>>) -> Field<'t> {
        Field { script: self.script, path: join(&self.path, key), at, value: value.get_ref() }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// One value in a file.
#[derive(Clone, Debug)]
pub(crate) struct Field<'t> {
    script: Script<'t>,
    path: String,
    at: usize,
    value: &'t DeValue<'t>,
}

impl<'t> Field<'t> {
    /// Parses an integer.
    pub fn whole(&self, range: RangeInclusive<u32>) -> Result<u32, DrillError> {
        let DeValue::Integer(digits) = self.value else { return Err(self.wrong_type("a whole number")) };
        let found = u32::from_str_radix(digits.as_str(), digits.radix()).ok().filter(|value| range.contains(value));
        found.ok_or_else(|| self.out_of(digits, &range))
    }

    /// Parses a number, integer or not.
    pub fn number(&self, range: RangeInclusive<f32>) -> Result<f32, DrillError> {
        let text = match self.value {
            DeValue::Integer(digits) if digits.radix() == 10 => digits.as_str(),
            DeValue::Float(digits) => digits.as_str(),
            _ => return Err(self.wrong_type("a number")),
        };
        text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| self.out_of(text, &range))
    }

    /// Parses two numbers, the smaller one first: `[50, 70]`.
    pub fn range(&self, range: RangeInclusive<f32>) -> Result<RangeInclusive<f32>, DrillError> {
        const NEEDED: &str = "two numbers in brackets, the smaller one first";
        let list = self.list(NEEDED)?;
        let [from, to] = list.as_slice() else {
            return Err(self.error(DrillFault::Clash(format!("must be {NEEDED}"))));
        };
        let (from, to) = (from.number(range.clone())?, to.number(range)?);
        if from > to {
            return Err(self.error(DrillFault::Clash(format!("must be {NEEDED}"))));
        }
        Ok(from..=to)
    }

    /// Parses a boolean.
    pub fn flag(&self) -> Result<bool, DrillError> {
        self.value.as_bool().ok_or_else(|| self.wrong_type("true or false"))
    }

    /// Parses a text that is not empty and has at most `most` letters.
    pub fn text(&self, most: usize) -> Result<String, DrillError> {
        let text = self.value.as_str().ok_or_else(|| self.wrong_type("a text in quotes"))?.trim();
        let length = text.chars().count();
        match length {
            0 => Err(self.error(DrillFault::Clash("must not be empty".to_owned()))),
            _ if length > most => Err(self.error(DrillFault::Long { length, most })),
            _ if text.contains(is_hidden) => {
                Err(self.error(DrillFault::Clash("must hold no line break and no control character".to_owned())))
            }
            _ => Ok(text.to_owned()),
        }
    }

    /// Returns a day, with or without quotes, as it is written.
    #[cfg(feature = "store")]
    pub fn date(&self) -> Result<String, DrillError> {
        match self.value {
            DeValue::Datetime(day) => Ok(day.to_string()),
            DeValue::String(_) => self.text(usize::MAX),
            _ => Err(self.wrong_type("a day")),
        }
    }

    /// Parses one of the words for a choice.
    pub fn word<W: Word>(&self) -> Result<W, DrillError> {
        let word = self.value.as_str().ok_or_else(|| self.wrong_type("a word in quotes"))?;
        W::from_word(word).ok_or_else(|| {
            let known = || W::WORDS.iter().map(|(_, word)| *word);
            let meant = suggest::closest(word, known()).map(str::to_owned);
            self.error(DrillFault::Choice {
                value: word.to_owned(),
                known: known().collect::<Vec<_>>().join(", "),
                meant,
            })
        })
    }

    /// Parses a list; each entry is named by its number, counted from 1.
    pub fn list(&self, needed: &'static str) -> Result<Vec<Self>, DrillError> {
        let list = self.value.as_array().ok_or_else(|| self.wrong_type(needed))?;
        let entries = list.iter().enumerate().map(|(number, value)| Self {
            script: self.script,
            path: format!("{}[{}]", self.path, number + 1),
            at: value.span().start,
            value: value.get_ref(),
        });
        Ok(entries.collect())
    }

    /// Parses a table.
    pub fn fields(&self) -> Result<Fields<'t>, DrillError> {
        let table = self.value.as_table().ok_or_else(|| self.wrong_type("a table"))?;
        Ok(Fields { script: self.script, path: self.path.clone(), at: self.at, table, asked: BTreeSet::new() })
    }

    /// Returns an error about this field.
    pub fn error(&self, fault: DrillFault) -> DrillError {
        self.script.error(self.at, &self.path, fault)
    }

    fn wrong_type(&self, needed: &'static str) -> DrillError {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a point",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(DrillFault::Type { needed, found })
    }

    fn out_of<T: Display>(&self, value: impl Display, range: &RangeInclusive<T>) -> DrillError {
        self.error(DrillFault::Range {
            value: value.to_string(),
            least: range.start().to_string(),
            most: range.end().to_string(),
        })
    }
}
