//! Persons: who practises on this machine. Whatever is compared over time, told or exported stays within one person.

use jiff::Timestamp as Moment;
use rusqlite::{ErrorCode, OptionalExtension, Row, params};

use super::name::{BLANK, is_blank, is_same_name, looks_same, normal};
use super::query::{LAST, checked, optional_text, text};
use super::{PersonId, SessionFilter, Store, StoreError, person_build};
use crate::geometry::build::KnownBuild;
use crate::spine::Facing;
use crate::suggest;

/// What pseudonyms begin with; hexadecimal digits follow.
const PSEUDONYM: &str = "p-";

/// The key of a new person: never that of one who was forgotten, whom a window that is open may still know by it.
pub(super) const NEW_KEY: &str =
    "max((SELECT ifnull(max(key), 0) FROM persons) + 1, CAST(unixepoch('subsec') * 1000 AS INTEGER))";

/// Statement that adds a person with a name, or without one.
fn insert() -> String {
    format!(
        "INSERT INTO persons (key, uid, name, pseudonym, created_ms) VALUES ({NEW_KEY}, lower(hex(randomblob(16))), ?1,
         'p-' || lower(hex(randomblob(5))), CAST(unixepoch('subsec') * 1000 AS INTEGER))"
    )
}

/// Whether a word is a pseudonym as this program makes them.
pub(super) fn is_pseudonym(word: &str) -> bool {
    let digits = word.strip_prefix(PSEUDONYM).unwrap_or_default();
    digits.len() == 10 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// Who practises.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The person in this store.
    pub id: PersonId,
    /// Unique across machines.
    pub uid: String,
    /// Given by the user; the person to whom a migration gave earlier sessions has none.
    pub name: Option<String>,
    /// Random, for files that leave the house. Only the database says whose it is.
    pub pseudonym: String,
    /// When the person was added.
    pub created: Moment,
    /// Body height, metres.
    pub height: Option<f64>,
    /// The side they like to show to the camera: whoever faces left in the picture shows the left one.
    pub side: Option<Facing>,
    /// Two letters.
    pub language: Option<String>,
    /// Their own full bend, the newest.
    pub full_bend: Option<OwnFullBend>,
    /// Their build: the mean over the sessions that are theirs.
    pub build: Option<KnownBuild>,
}

/// A person's own full bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnFullBend {
    /// When it was measured.
    pub measured: Moment,
    /// Lumbar flexion, radians, change from standing.
    pub lumbar: f64,
    /// Half the width of its 90 % interval, radians.
    pub half_width_90: f64,
}

impl Person {
    /// The longest name, letters: it has to fit on the screen. [own]
    pub const LONGEST_NAME: usize = 40;

    /// Body height, metres: what is plausible of whoever stands before the camera. [own]
    pub const HEIGHT: std::ops::RangeInclusive<f64> = 0.8..=2.5;

    /// What stands for the name of somebody who has none.
    pub const UNNAMED: &str = "(without a name)";

    /// What the person is called on the command line: the name, or the pseudonym of one without.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.pseudonym)
    }

    /// Whether this is what the user typed: the name, in small or capital letters, or the pseudonym.
    pub fn is_called(&self, asked: &str) -> bool {
        self.pseudonym == asked || self.name.as_deref().is_some_and(|name| is_same_name(name, asked))
    }
}

impl Store {
    /// Returns all persons, the first added first. There is always one.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn persons(&self) -> Result<Vec<Person>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Person>> {
            let sql =
                "SELECT key, uid, name, pseudonym, created_ms, height, side, language, measured_ms, lumbar, interval
                       FROM persons LEFT JOIN full_bends ON person = key AND
                       measured_ms = (SELECT max(measured_ms) FROM full_bends WHERE person = key) ORDER BY key";
            let builds = person_build::known(&self.database)?;
            let build = |of: PersonId| builds.iter().find(|(id, _)| *id == of).map(|(_, known)| *known);
            let mut persons = self.database.prepare(sql)?;
            let persons = persons.query_map([], person)?;
            persons.map(|person| person.map(|person| Person { build: build(person.id), ..person })).collect()
        };
        read().map_err(self.failed())
    }

    /// Returns the person of this name or pseudonym.
    ///
    /// # Errors
    /// [`StoreError::UnknownPerson`] with the closest name if there is none.
    pub fn person(&self, asked: &str) -> Result<Person, StoreError> {
        let persons = self.persons()?;
        if let Some(found) = persons.iter().find(|person| person.is_called(asked.trim())) {
            return Ok(found.clone());
        }
        if let Some(other) = self.look_alike(asked, None)? {
            return Err(StoreError::LooksAlike { name: asked.to_owned(), other });
        }
        let small: Vec<String> = persons.iter().map(|person| person.label().to_lowercase()).collect();
        let closest = suggest::closest(asked, small.iter().map(String::as_str));
        let closest = closest.and_then(|closest| persons.iter().zip(&small).find(|(_, small)| *small == closest));
        let closest = closest.map(|(person, _)| person.label().to_owned());
        Err(StoreError::UnknownPerson { name: asked.to_owned(), closest })
    }

    /// The name of somebody else than `of` that only looks like this one, if there is any.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn look_alike(&self, name: &str, of: Option<PersonId>) -> Result<Option<String>, StoreError> {
        let others = self.persons()?.into_iter().filter(|person| Some(person.id) != of && !person.is_called(name));
        Ok(others.filter_map(|person| person.name).find(|other| looks_same(name, other)))
    }

    /// Returns the person whom the user named, or else the only one.
    ///
    /// # Errors
    /// [`StoreError::UnknownPerson`], or [`StoreError::WhichPerson`] if none is named and there are several.
    pub fn person_or_only(&self, asked: Option<&str>) -> Result<Person, StoreError> {
        if let Some(asked) = asked {
            return self.person(asked);
        }
        let mut persons = self.persons()?;
        match (persons.len(), persons.pop()) {
            (1, Some(only)) => Ok(only),
            (_, last) => {
                let names = persons.iter().chain(&last).map(|person| person.label().to_owned());
                Err(StoreError::WhichPerson { names: names.collect() })
            }
        }
    }

    /// Returns the person with this key.
    ///
    /// # Errors
    /// If the database cannot be read, or the person was forgotten meanwhile.
    pub fn person_with(&self, id: PersonId) -> Result<Person, StoreError> {
        let found = self.persons()?.into_iter().find(|person| person.id == id);
        found.ok_or_else(|| StoreError::UnknownPerson { name: "of this session".to_owned(), closest: None })
    }

    /// Returns all persons, who practised last first; those who never did follow in their order.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn persons_by_last(&self) -> Result<Vec<Person>, StoreError> {
        let last = || -> rusqlite::Result<Vec<(PersonId, i64)>> {
            let sql = "SELECT person, max(began_ms) FROM sessions WHERE person IS NOT NULL GROUP BY person";
            let read = |row: &Row| Ok((PersonId(row.get(0)?), row.get(1)?));
            self.database.prepare(sql)?.query_map([], read)?.collect()
        };
        let last = last().map_err(self.failed())?;
        let of = |person: &Person| last.iter().find(|(id, _)| *id == person.id).map(|(_, began)| *began);
        let mut persons = self.persons()?;
        persons.sort_by_key(|person| std::cmp::Reverse(of(person)));
        Ok(persons)
    }

    /// Gives a person the pseudonym that they have elsewhere, if nothing was kept under the one they have: then they are known by it
    /// from now on.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn adopt_pseudonym(&self, person: PersonId, pseudonym: &str) -> Result<(), StoreError> {
        let has_sessions = self.count(&SessionFilter { person: Some(person), ..SessionFilter::default() })? > 0;
        if has_sessions || !is_pseudonym(pseudonym) || !self.prescriptions(person)?.is_empty() {
            return Ok(());
        }
        self.take_pseudonym(person, pseudonym)
    }

    /// Gives a person the pseudonym that they have elsewhere.
    pub(super) fn take_pseudonym(&self, person: PersonId, pseudonym: &str) -> Result<(), StoreError> {
        let sql = "UPDATE persons SET pseudonym = ?2 WHERE key = ?1";
        self.database.execute(sql, params![person.0, pseudonym]).map(drop).map_err(self.failed())
    }

    /// Adds a person. As long as nobody has a name and nothing was kept, the first name is that of the one who is there.
    ///
    /// # Errors
    /// If the name cannot be one or is taken, or it cannot be written.
    pub fn add_person(&self, name: &str) -> Result<Person, StoreError> {
        let name = self.free_name(name, None)?;
        match self.nobody()? {
            Some(nobody) => self.database.execute("UPDATE persons SET name = ?2 WHERE key = ?1", params![nobody, name]),
            None => self.database.execute(&insert(), [&name]),
        }
        .map_err(|error| match error.sqlite_error_code() {
            // Somebody else has added the same name since.
            Some(ErrorCode::ConstraintViolation) => StoreError::NameTaken { name: name.clone() },
            _ => self.failed()(error),
        })?;
        self.person(&name)
    }

    /// Writes the name, height, side and language of a person as they are given here.
    ///
    /// # Errors
    /// As [`Store::add_person`]; [`StoreError::UnknownPerson`] if they were forgotten meanwhile.
    pub fn change_person(&self, person: &Person) -> Result<(), StoreError> {
        let name = person.name.as_deref().map(|name| self.free_name(name, Some(person.id))).transpose()?;
        let sql = "UPDATE persons SET name = ?2, height = ?3, side = ?4, language = ?5 WHERE key = ?1 AND uid = ?6";
        let side = person.side.map(word);
        let row = params![person.id.0, name, person.height, side, person.language, person.uid];
        match self.database.execute(sql, row).map_err(self.failed())? {
            0 => Err(StoreError::UnknownPerson { name: person.label().to_owned(), closest: None }),
            _ => Ok(()),
        }
    }

    /// Adds a person without a name if nobody is left.
    pub(super) fn keep_somebody(&self) -> rusqlite::Result<()> {
        let none: bool = self.database.query_row("SELECT NOT EXISTS (SELECT 1 FROM persons)", [], |row| row.get(0))?;
        if none {
            self.database.execute(&insert(), [None::<String>])?;
        }
        Ok(())
    }

    /// Whether nobody has a name and nothing was kept: then the first name is that of the one who is there.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn knows_nobody(&self) -> Result<bool, StoreError> {
        Ok(self.nobody()?.is_some())
    }

    fn nobody(&self) -> Result<Option<i64>, StoreError> {
        self.nobody_key().map_err(self.failed())
    }

    /// The key of the only person, if that one has neither a name nor anything that was kept.
    pub(super) fn nobody_key(&self) -> rusqlite::Result<Option<i64>> {
        let sql = "SELECT key FROM persons WHERE name IS NULL AND (SELECT count(*) FROM persons) = 1
                   AND NOT EXISTS (SELECT 1 FROM sessions WHERE person = persons.key)
                   AND NOT EXISTS (SELECT 1 FROM scores WHERE person = persons.key)
                   AND NOT EXISTS (SELECT 1 FROM prescriptions WHERE person = persons.key)";
        self.database.query_row(sql, [], |row| row.get(0)).optional()
    }

    /// The name as it is kept, if nobody but `of` has it.
    pub(super) fn free_name(&self, name: &str, of: Option<PersonId>) -> Result<String, StoreError> {
        let name = &normal(checked(name.trim())?);
        let unfit = |why| Err(StoreError::UnfitName { name: name.to_owned(), why });
        if name.is_empty() {
            return unfit("is empty");
        }
        if is_blank(name) {
            return unfit(BLANK);
        }
        if name.chars().count() > Person::LONGEST_NAME {
            return unfit("has more than 40 letters");
        }
        if is_same_name(name, LAST)
            || is_same_name(name, Person::UNNAMED)
            || name.starts_with(PSEUDONYM)
            || name.starts_with('-')
        {
            return unfit("means something else on the command line");
        }
        let taken = |person: &Person| Some(person.id) != of && person.is_called(name);
        match self.persons()?.into_iter().find(taken) {
            Some(other) => Err(StoreError::NameTaken { name: other.label().to_owned() }),
            None => Ok(name.to_owned()),
        }
    }
}

/// The word for a side in the database.
fn word(side: Facing) -> &'static str {
    match side {
        Facing::Left => "left",
        Facing::Right => "right",
    }
}

/// What the table of persons has of one: not the build, which the sessions have.
fn person(row: &Row) -> rusqlite::Result<Person> {
    let moment = |milliseconds| Moment::from_millisecond(milliseconds).unwrap_or_default();
    let bend = match row.get::<_, Option<i64>>(8)? {
        Some(measured) => {
            Some(OwnFullBend { measured: moment(measured), lumbar: row.get(9)?, half_width_90: row.get(10)? })
        }
        None => None,
    };
    Ok(Person {
        id: PersonId(row.get(0)?),
        uid: row.get(1)?,
        name: optional_text(row, 2)?,
        pseudonym: text(row, 3)?,
        created: moment(row.get(4)?),
        height: row.get(5)?,
        side: row.get::<_, Option<String>>(6)?.map(|side| if side == "left" { Facing::Left } else { Facing::Right }),
        language: optional_text(row, 7)?,
        full_bend: bend,
        build: None,
    })
}
