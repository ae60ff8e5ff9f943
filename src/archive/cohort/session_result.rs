//! What an archive tells of each session and drill: the medians that `bendwise trend` compares, read from its repetitions.

use std::collections::{HashMap, HashSet};

use euclid::Angle;
use jiff::Span;
use jiff::civil::Date;

use crate::archive::error::ArchiveError;
use crate::archive::folder::ArchiveFolder;
use crate::archive::schema::ArchiveTable;
use crate::archive::table_file::TableFile;
use crate::archive::tombstones::Tombstones;
use crate::coach::form::Reach;
use crate::export::parquet::{Cell, ColumnBuffer, TableBuffer};
use crate::store::has_practised;
use crate::store::trend::TrendPoint;

/// One drill in one session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SessionResult {
    /// Places in [`CohortSource::persons`] and [`CohortSource::drills`].
    pub person: usize,
    pub drill: usize,
    pub day: Date,
    /// When the session began, milliseconds since 1970: two can be of one day.
    pub began: i64,
    pub repetitions: u32,
    /// Repetitions without a verdict.
    pub undecided: u32,
    pub share: Option<TrendPoint>,
    pub reach: Option<TrendPoint>,
}

/// The sessions of a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PersonSessions {
    pub pseudonym: String,
    /// The days on which they practised; each once and in order, once all are known.
    pub days: Vec<Date>,
    /// On how many days a week the person should practise, by the newest session.
    pub prescribed: Option<u32>,
    /// The day of the first session since which that was prescribed.
    pub prescribed_since: Option<Date>,
    /// Whether a session is among those that were asked for.
    pub counts: bool,
    /// The day of each session, when it began, and what was prescribed then.
    pub prescriptions: Vec<(Date, i64, Option<u32>)>,
}

impl PersonSessions {
    /// The day of the first session, of whatever kind.
    pub(super) fn first_day(&self) -> Option<Date> {
        self.prescriptions.first().map(|(day, ..)| *day)
    }

    /// Puts the sessions in order, once all are known.
    pub(super) fn close(&mut self) {
        let prescriptions = &mut self.prescriptions;
        prescriptions.sort_by_key(|(day, began, _)| (*day, *began));
        self.days.sort_unstable();
        self.days.dedup();
        self.prescribed = prescriptions.last().and_then(|(.., prescribed)| *prescribed);
        let same = prescriptions.iter().rev().take_while(|(.., prescribed)| *prescribed == self.prescribed);
        self.prescribed_since = same.last().map(|(day, ..)| *day).filter(|_| self.prescribed.is_some());
    }
}

/// What a cohort is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct CohortSource {
    pub persons: Vec<PersonSessions>,
    /// The drills; `None` is without guidance.
    pub drills: Vec<Option<String>>,
    /// Oldest first.
    pub results: Vec<SessionResult>,
    /// How many sessions are of days after the last.
    pub later: usize,
}

/// The columns that are read of each table.
const OF_SESSIONS: [&str; 9] =
    ["session", "person", "began", "day", "remeasures", "prescribed_days_per_week", "plan", "sets", "repetitions"];
const OF_REPETITIONS: [&str; 12] = [
    "session",
    "person",
    "began",
    "day",
    "drill",
    "compared",
    "verdict",
    "lumbar_share",
    "lumbar_share_interval",
    "reach_deg",
    "reach_interval_deg",
    "reach_limited",
];

/// The repetitions of one drill in the session that is read.
#[derive(Default)]
struct OpenResult {
    drill: usize,
    repetitions: u32,
    undecided: u32,
    shares: Vec<TrendPoint>,
    reaches: Vec<Reach>,
}

/// Reads the repetitions, session by session: those of one are next to each other.
#[derive(Default)]
struct ResultReader {
    source: CohortSource,
    persons: HashMap<String, usize>,
    session: String,
    /// Whose it is, of which day, and when it began.
    whose: Option<(usize, Date, i64)>,
    open: Vec<OpenResult>,
}

impl CohortSource {
    /// Reads it from an archive: what lies between two days, both included.
    pub(super) fn read(folder: &ArchiveFolder, from: Option<Date>, to: Date) -> Result<Self, ArchiveError> {
        let gone = Tombstones::read(folder)?;
        folder.check_tables(&[ArchiveTable::Sessions, ArchiveTable::Repetitions])?;
        let mut reader = ResultReader::default();
        // How often somebody practises is told of the last weeks, wherever the sessions asked for begin.
        let is_there = |uid: &str| !gone.has(uid);
        let counts = |uid: &str, day: Date| day <= to && is_there(uid) && from.is_none_or(|from| from <= day);
        each_group(folder, ArchiveTable::Sessions, &OF_SESSIONS, |group| {
            reader.take_sessions(group, to, &is_there, &counts);
        })?;
        each_group(folder, ArchiveTable::Repetitions, &OF_REPETITIONS, |group| {
            reader.take_repetitions(group, &counts);
        })?;
        reader.close_session();
        Ok(reader.finish())
    }
}

fn each_group(
    folder: &ArchiveFolder,
    table: ArchiveTable,
    columns: &[&str],
    mut take: impl FnMut(&TableBuffer),
) -> Result<(), ArchiveError> {
    let files = folder.files(table)?;
    let mut merged = HashSet::new();
    for (_, _, path) in files.iter().filter(|(_, uid, _)| uid.is_none()) {
        merged.extend(TableFile::open(path, table)?.sessions().into_keys());
    }
    // A session that is alone besides being in its month is there twice: whoever merged it was interrupted.
    for (_, _, path) in files.iter().filter(|(_, uid, _)| uid.as_ref().is_none_or(|uid| !merged.contains(uid))) {
        TableFile::open(path, table)?.each_group(columns, |group| {
            take(group);
            Ok::<_, ArchiveError>(())
        })?;
    }
    Ok(())
}

/// The cells of columns, row by row.
fn rows<'g, const N: usize>(group: &'g TableBuffer, names: &[&str; N]) -> impl Iterator<Item = [Cell<'g>; N]> {
    let mut columns = names.map(|name| group.column(name).map(ColumnBuffer::cells));
    (0..group.len())
        .map(move |_| std::array::from_fn(|at| columns[at].as_mut().and_then(Iterator::next).unwrap_or(Cell::Null)))
}

/// A day by its number since 1970-01-01.
fn date(cell: Cell<'_>) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(Span::new().try_days(cell.as_whole()?).ok()?).ok()
}

impl ResultReader {
    fn person(&mut self, pseudonym: &str) -> usize {
        if let Some(place) = self.persons.get(pseudonym) {
            return *place;
        }
        let place = self.source.persons.len();
        self.source.persons.push(PersonSessions { pseudonym: pseudonym.to_owned(), ..PersonSessions::default() });
        self.persons.insert(pseudonym.to_owned(), place);
        place
    }

    fn drill(&mut self, drill: Option<&str>) -> usize {
        let known = self.source.drills.iter().position(|known| known.as_deref() == drill);
        known.unwrap_or_else(|| {
            self.source.drills.push(drill.map(str::to_owned));
            self.source.drills.len() - 1
        })
    }

    fn take_sessions(
        &mut self,
        group: &TableBuffer,
        to: Date,
        is_there: &impl Fn(&str) -> bool,
        counts: &impl Fn(&str, Date) -> bool,
    ) {
        for row in rows(group, &OF_SESSIONS) {
            let [session, person, began, day, remeasures, prescribed, plan, sets, repetitions] = row;
            let (Some(uid), Some(pseudonym), Some(day)) = (session.as_text(), person.as_text(), date(day)) else {
                continue;
            };
            if remeasures != Cell::Null || !is_there(uid) {
                continue;
            }
            if day > to {
                self.source.later += 1;
                continue;
            }
            let place = self.person(pseudonym);
            let person = &mut self.source.persons[place];
            person.counts |= counts(uid, day);
            let prescribed = prescribed.as_whole().and_then(|days| u32::try_from(days).ok());
            person.prescriptions.push((day, began.as_whole().unwrap_or_default(), prescribed));
            let [repetitions, sets] = [repetitions, sets].map(|cell| cell.as_whole().unwrap_or_default());
            if has_practised(repetitions, sets, plan != Cell::Null) {
                person.days.push(day);
            }
        }
    }

    fn take_repetitions(&mut self, group: &TableBuffer, counts: &impl Fn(&str, Date) -> bool) {
        for row in rows(group, &OF_REPETITIONS) {
            let [session, person, began, day, drill, compared, rest @ ..] = row;
            if compared != Cell::Flag(true) {
                continue;
            }
            let (Some(uid), Some(pseudonym), Some(day)) = (session.as_text(), person.as_text(), date(day)) else {
                continue;
            };
            if uid != self.session {
                self.close_session();
                uid.clone_into(&mut self.session);
                let began = began.as_whole().unwrap_or_default();
                self.whose = counts(uid, day).then(|| (self.person(pseudonym), day, began));
            }
            if self.whose.is_some() {
                let drill = self.drill(drill.as_text());
                self.open_result(drill).add(rest);
            }
        }
    }

    fn open_result(&mut self, drill: usize) -> &mut OpenResult {
        let place = self.open.iter().position(|open| open.drill == drill).unwrap_or_else(|| {
            self.open.push(OpenResult { drill, ..OpenResult::default() });
            self.open.len() - 1
        });
        &mut self.open[place]
    }

    fn close_session(&mut self) {
        let open = std::mem::take(&mut self.open);
        let Some((person, day, began)) = self.whose.take() else { return };
        self.source.results.extend(open.iter().map(|open| open.result(person, day, began)));
    }

    fn finish(mut self) -> CohortSource {
        self.source.persons.iter_mut().for_each(PersonSessions::close);
        // Files are read in the order of their names, which says nothing of the order of the sessions of a day.
        self.source.results.sort_by_key(|result| (result.day, result.began));
        self.source
    }
}

impl OpenResult {
    fn add(&mut self, [verdict, share, share_interval, reach, reach_interval, limited]: [Cell<'_>; 6]) {
        let is_told = verdict.as_text().is_some_and(|verdict| verdict != "none");
        self.repetitions += 1;
        self.undecided += u32::from(!is_told);
        let share = share.as_number().zip(share_interval.as_number()).filter(|_| is_told);
        self.shares.extend(share.map(|(share, half_width_90)| TrendPoint {
            value: 100.0 * share,
            half_width_90: 100.0 * half_width_90,
            at_least: false,
        }));
        let reach = reach.as_number().zip(reach_interval.as_number());
        self.reaches.extend(reach.map(|(angle, half_width_90)| Reach {
            angle: Angle::degrees(angle),
            half_width_90: Angle::degrees(half_width_90),
            limited: limited == Cell::Flag(true),
        }));
    }

    fn result(&self, person: usize, day: Date, began: i64) -> SessionResult {
        let (share, reach) = (TrendPoint::median(&self.shares), Reach::median(&self.reaches).map(TrendPoint::from));
        let Self { drill, repetitions, undecided, .. } = *self;
        SessionResult { person, drill, day, began, repetitions, undecided, share, reach }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_one_day_are_in_the_order_in_which_they_began() {
        let (day, open) = (Date::constant(2026, 11, 28), OpenResult::default());
        let mut reader = ResultReader::default();
        let person = reader.person("p-0");
        // In the order of their files, which have random names.
        let before = day.yesterday().unwrap();
        for (day, began, prescribed) in [(day, 300, 3), (day, 100, 2), (before, 50, 2), (day, 200, 5)] {
            reader.source.results.push(open.result(person, day, began));
            reader.source.persons[person].prescriptions.push((day, began, Some(prescribed)));
            reader.source.persons[person].days.push(day);
        }
        let source = reader.finish();
        assert_eq!(source.results.iter().map(|result| result.began).collect::<Vec<_>>(), [50, 100, 200, 300]);
        let person = &source.persons[person];
        assert_eq!((person.days.len(), person.prescribed, person.prescribed_since), (2, Some(3), Some(day)));
    }
}
