//! Answers about pain and scores of questionnaires: asked in a session, or typed in.
//!
//! The wording of ODI and RMDQ is not here: they are scored elsewhere, and only the score is kept, with the version of the
//! instrument.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp as Moment, Zoned};
use rusqlite::{Row, params};

use super::query::{checked, text};
use super::{PersonId, SessionEntry, Store, StoreError};
use crate::visible::visible;

/// What a score is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Instrument {
    /// Pain before a session, numeric rating scale.
    NrsBefore,
    /// Pain after a session.
    NrsAfter,
    /// Pain in the last week.
    NrsWeek,
    /// An activity of the Patient-Specific Functional Scale.
    Psfs,
    /// Oswestry Disability Index.
    Odi,
    /// Roland–Morris Disability Questionnaire.
    Rmdq,
}

impl Instrument {
    /// All instruments.
    pub const ALL: [Self; 6] = [Self::NrsBefore, Self::NrsAfter, Self::NrsWeek, Self::Psfs, Self::Odi, Self::Rmdq];

    /// Its word in the database and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NrsBefore => "nrs-before",
            Self::NrsAfter => "nrs-after",
            Self::NrsWeek => "nrs-week",
            Self::Psfs => "psfs",
            Self::Odi => "odi",
            Self::Rmdq => "rmdq",
        }
    }

    /// The instrument of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|instrument| instrument.word() == word)
    }

    /// The versions on which the range depends; none where it does not. RMDQ is called by the number of its statements.
    pub const fn versions(self) -> &'static [&'static str] {
        match self {
            Self::Rmdq => &["24", "23", "18"],
            _ => &[],
        }
    }

    /// The lowest and the highest score of a version. ODI is in per cent; RMDQ has as many points as statements, and of a version
    /// that is not known at most as many as the longest.
    pub fn range(self, version: &str) -> RangeInclusive<f64> {
        match self {
            Self::Odi => 0.0..=100.0,
            Self::Rmdq if self.versions().contains(&version) => 0.0..=version.parse().unwrap_or(24.0),
            Self::Rmdq => 0.0..=24.0,
            _ => 0.0..=10.0,
        }
    }

    /// The smallest change that people call important (minimal important change), in points of the score; `None` where we know
    /// no source for one, as for the shorter versions of RMDQ. Pain: Childs 2005, Farrar 2001; ODI, RMDQ: Ostelo 2008
    /// (`METHOD.md`).
    pub fn smallest_important(self, version: &str) -> Option<f64> {
        match self {
            Self::NrsBefore | Self::NrsAfter | Self::NrsWeek => Some(2.0),
            Self::Odi => Some(10.0),
            Self::Rmdq if version == "24" => Some(5.0),
            Self::Rmdq | Self::Psfs => None,
        }
    }

    /// The source of [`Self::smallest_important`]; for pain there are two (`METHOD.md`).
    pub const fn important_source(self) -> Option<&'static str> {
        match self {
            Self::NrsBefore | Self::NrsAfter | Self::NrsWeek => Some("Childs 2005, Ostelo 2008"),
            Self::Odi | Self::Rmdq => Some("Ostelo 2008"),
            Self::Psfs => None,
        }
    }

    /// Whether scores of different versions are not the same scale: those questionnaires have had other items.
    pub const fn differs_by_version(self) -> bool {
        matches!(self, Self::Odi | Self::Rmdq)
    }

    /// Whether it is pain.
    pub const fn is_pain(self) -> bool {
        matches!(self, Self::NrsBefore | Self::NrsAfter | Self::NrsWeek)
    }
}

/// Statement that reads scores.
const SCORES: &str = "SELECT given_ms, instrument, version, item, wording, value, sessions.id, scores.rowid
    FROM scores LEFT JOIN sessions ON sessions.key = scores.session";

/// The time in UTC at which a score stands that has a day alone.
const OF_A_DAY: Time = time(12, 0, 0, 0);

/// One score.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// When it was given; of one that was typed in, see [`Score::moment_of`].
    pub given: Moment,
    /// What it is of.
    pub instrument: Instrument,
    /// The version of the instrument and its wording.
    pub version: String,
    /// The activity of a PSFS item, in the person's words.
    pub item: String,
    /// The question as it was shown.
    pub wording: String,
    /// The score; `None` if it was asked and left out.
    pub value: Option<f64>,
    /// The id of the session in which it was asked; `None` if it was typed in.
    pub session: Option<String>,
}

impl Score {
    /// The moment at which a score stands that was given on a day, and of which no time is known: the same on every machine.
    ///
    /// # Errors
    /// If there is no such moment, as on the last days that can be counted.
    pub fn moment_of(day: Date) -> Result<Moment, jiff::Error> {
        Ok(day.to_datetime(OF_A_DAY).to_zoned(TimeZone::UTC)?.timestamp())
    }

    /// Whether a score that was typed in may have been given `by` then: one that has a day alone as soon as that day has begun
    /// anywhere, half a day before its noon and up to 14 hours before that of UTC.
    pub fn has_come(typed: Moment, by: Moment) -> bool {
        let is_day = typed.to_zoned(TimeZone::UTC).time() == OF_A_DAY;
        let earlier = SignedDuration::from_hours(if is_day { 12 + 14 } else { 0 });
        typed.checked_sub(earlier).unwrap_or(Moment::MIN) <= by
    }

    /// When it was given by the clocks of a zone. One that was typed in has a day alone, which is the same day in every zone: it
    /// stands at noon.
    pub fn given_in(&self, zone: &TimeZone) -> Zoned {
        let universal = self.given.to_zoned(TimeZone::UTC);
        let is_day = self.session.is_none() && universal.time() == OF_A_DAY;
        let noon = || universal.date().to_datetime(OF_A_DAY).to_zoned(zone.clone()).ok();
        is_day.then(noon).flatten().unwrap_or_else(|| self.given.to_zoned(zone.clone()))
    }

    /// The lowest and the highest score on its scale.
    pub fn range(&self) -> RangeInclusive<f64> {
        self.instrument.range(&self.version)
    }

    /// Whether both are on one scale, so that one can be held against the other.
    pub fn is_comparable_with(&self, other: &Self) -> bool {
        self.instrument == other.instrument
            && self.item == other.item
            && (!self.instrument.differs_by_version() || self.version == other.version)
    }
}

impl Store {
    /// Keeps a score of a person; `session` is the one in which it was asked.
    ///
    /// # Errors
    /// [`StoreError::ScoreVersion`] if the range of its version is not known, [`StoreError::Score`] if it is out of range, or if
    /// it cannot be written.
    pub fn add_score(&self, person: PersonId, session: Option<&SessionEntry>, score: &Score) -> Result<(), StoreError> {
        let (range, instrument, known) = (score.range(), score.instrument.word(), score.instrument.versions());
        if !known.is_empty() && !known.contains(&score.version.as_str()) {
            return Err(StoreError::ScoreVersion { instrument, version: visible(&score.version), known });
        }
        if let Some(value) = score.value.filter(|value| !range.contains(value)) {
            return Err(StoreError::Score { instrument, value, least: *range.start(), most: *range.end() });
        }
        let texts = [&score.version, &score.item, &score.wording];
        texts.into_iter().try_for_each(|text| checked(text).map(drop))?;
        let sql = "INSERT INTO scores (person, session, given_ms, instrument, version, item, wording, value)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let (given, word) = (score.given.as_millisecond(), score.instrument.word());
        let session = session.map(|session| session.key);
        let row = params![person.0, session, given, word, score.version, score.item, score.wording, score.value];
        self.database.execute(sql, row).map(drop).map_err(self.failed())
    }

    /// Returns what was answered in a session, in order. Those of instruments that this version does not know are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn answers(&self, session: &SessionEntry) -> Result<Vec<Score>, StoreError> {
        let scores = || -> rusqlite::Result<Vec<Option<Score>>> {
            let sql = format!("{SCORES} WHERE scores.session = ?1 ORDER BY given_ms, scores.rowid");
            self.database.prepare_cached(&sql)?.query_map([session.key], score)?.collect()
        };
        Ok(scores().map_err(self.failed())?.into_iter().flatten().collect())
    }

    /// Returns the scores of a person, oldest first. Those of instruments that this version does not know are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn scores(&self, person: PersonId) -> Result<Vec<Score>, StoreError> {
        Ok(self.numbered_scores(person)?.into_iter().map(|(_, score)| score).collect())
    }

    /// Returns the scores of a person with their numbers in this store, which stay, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn numbered_scores(&self, person: PersonId) -> Result<Vec<(i64, Score)>, StoreError> {
        let scores = || -> rusqlite::Result<Vec<Option<(i64, Score)>>> {
            let sql = format!("{SCORES} WHERE scores.person = ?1 ORDER BY given_ms, scores.rowid");
            self.database.prepare_cached(&sql)?.query_map([person.0], numbered)?.collect()
        };
        Ok(scores().map_err(self.failed())?.into_iter().flatten().collect())
    }

    /// Deletes a score of a person by its number. Returns it, or `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn remove_score(&self, person: PersonId, number: i64) -> Result<Option<Score>, StoreError> {
        let Some((_, score)) = self.numbered_scores(person)?.into_iter().find(|(found, _)| *found == number) else {
            return Ok(None);
        };
        let sql = "DELETE FROM scores WHERE person = ?1 AND rowid = ?2";
        self.database.execute(sql, params![person.0, number]).map_err(self.failed())?;
        Ok(Some(score))
    }
}

/// The number of a score, and the score.
fn numbered(row: &Row) -> rusqlite::Result<Option<(i64, Score)>> {
    let number = row.get(7)?;
    Ok(score(row)?.map(|score| (number, score)))
}

fn score(row: &Row) -> rusqlite::Result<Option<Score>> {
    let Some(instrument) = Instrument::of_word(&row.get::<_, String>(1)?) else { return Ok(None) };
    Ok(Some(Score {
        given: Moment::from_millisecond(row.get(0)?).unwrap_or_default(),
        instrument,
        version: text(row, 2)?,
        item: text(row, 3)?,
        wording: text(row, 4)?,
        value: row.get(5)?,
        session: row.get(6)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_come_from_its_first_hour_on() {
        let typed = Score::moment_of(jiff::civil::date(2026, 11, 16)).unwrap();
        let at = |time: &str| time.parse::<Moment>().unwrap();
        assert!(
            Score::has_come(typed, at("2026-11-16T00:30:00Z")) && Score::has_come(typed, at("2026-11-15T10:00:00Z"))
        );
        assert!(!Score::has_come(typed, at("2026-11-15T09:59:00Z")), "it is the 15th everywhere");
        assert!(!Score::has_come(at("2026-11-16T12:00:01Z"), at("2026-11-16T12:00:00Z")), "that has a time");
    }

    #[test]
    fn a_day_is_the_same_day_in_every_zone() {
        let day = jiff::civil::date(2026, 11, 16);
        let typed = Score {
            given: Score::moment_of(day).unwrap(),
            instrument: Instrument::Odi,
            version: "2.1a".into(),
            item: String::new(),
            wording: String::new(),
            value: Some(24.0),
            session: None,
        };
        let zone = |hours| TimeZone::fixed(jiff::tz::offset(hours));
        for hours in -12..=14 {
            assert_eq!(typed.given_in(&zone(hours)).date(), day, "{hours}");
        }
        // What was answered in a session has a time.
        let answered = Score { session: Some("2026-11-16".into()), ..typed.clone() };
        assert_eq!(answered.given_in(&zone(14)).date(), day.tomorrow().unwrap());
        // So has what was typed in before days were kept.
        let older = Score { given: "2026-11-16T11:00:00Z".parse().unwrap(), ..typed };
        assert_eq!(older.given_in(&zone(1)).hour(), 12);
    }
}
