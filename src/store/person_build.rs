//! The build of a person: the mean over the sessions that are theirs, each of which keeps its own. So it goes with a session that is
//! given to somebody else, or deleted.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{PersonId, Store, StoreError};
use crate::geometry::build::{Build, BuildDoubt, KnownBuild};

/// The build of one session.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SessionBuild {
    /// The uid of the session.
    pub session: String,
    pub build: Build,
    /// Whether it may be somebody else's, so that it does not count.
    pub doubted: bool,
}

/// Reads the column `sessions.build`; nothing of what this version does not know.
fn read(kept: Option<&str>) -> Option<Build> {
    let ratios: [f32; 3] = serde_json::from_str(kept?).ok()?;
    ratios.iter().all(|ratio| ratio.is_finite()).then_some(Build(ratios))
}

fn written(build: &Build) -> String {
    serde_json::to_string(&build.0).unwrap_or_default()
}

/// What is known of the build of each person, in the order of their keys; of whoever is not there nothing is.
pub(super) fn known(database: &Connection) -> rusqlite::Result<Vec<(PersonId, KnownBuild)>> {
    let sql = "SELECT person, build FROM sessions
               WHERE build IS NOT NULL AND NOT build_doubted AND person IS NOT NULL AND state <> 'leaving'
               ORDER BY person, began_ms, key";
    let mut rows = database.prepare_cached(sql)?;
    let rows = rows.query_map([], |row: &Row| Ok((PersonId(row.get(0)?), read(row.get_ref(1)?.as_str().ok()))))?;
    let mut all: Vec<(PersonId, KnownBuild)> = Vec::new();
    for row in rows {
        let (person, Some(build)) = row? else { continue };
        match all.last_mut().filter(|(last, _)| *last == person) {
            Some((_, known)) => *known = known.and(build),
            None => all.push((person, KnownBuild::first(build))),
        }
    }
    Ok(all)
}

/// Keeps the build of a session, which counts as its person's unless it is in doubt that it is them; `sure` if they said so.
pub(super) fn learn(transaction: &Transaction, session: i64, build: &Build, sure: bool) -> rusqlite::Result<usize> {
    let of = "SELECT person FROM sessions WHERE key = ?1 AND origin IS NULL AND person IS NOT NULL";
    let Some(person) = transaction.query_row(of, [session], |row| row.get(0).map(PersonId)).optional()? else {
        return Ok(0);
    };
    let all = known(transaction)?;
    let theirs = all.iter().find(|(other, _)| *other == person).map(|(_, known)| *known);
    let others: Vec<_> = all.iter().filter(|(other, _)| *other != person).map(|(_, known)| Some(*known)).collect();
    let doubted = !sure && theirs.is_some_and(|known| BuildDoubt::of(build, &known, &others).is_some());
    let sql = "UPDATE sessions SET build = ?2, build_doubted = ?3 WHERE key = ?1";
    transaction.execute(sql, params![session, written(build), doubted])
}

impl Store {
    /// The builds of a person's sessions, oldest first.
    pub(super) fn builds(&self, person: PersonId) -> Result<Vec<SessionBuild>, StoreError> {
        let builds = || -> rusqlite::Result<Vec<SessionBuild>> {
            let sql = "SELECT uid, build, build_doubted FROM sessions WHERE person = ?1 AND build IS NOT NULL
                       AND state <> 'leaving' ORDER BY began_ms, key";
            let mut rows = self.database.prepare(sql)?;
            let row = |row: &Row| Ok((row.get(0)?, read(row.get_ref(1)?.as_str().ok()), row.get(2)?));
            let rows = rows.query_map([person.0], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
            let kept = rows
                .into_iter()
                .filter_map(|(session, build, doubted)| Some(SessionBuild { session, build: build?, doubted }));
            Ok(kept.collect())
        };
        builds().map_err(self.failed())
    }

    /// Writes the builds of a person's sessions that have none yet.
    pub(super) fn complete_builds(&self, person: PersonId, builds: &[SessionBuild]) -> Result<(), StoreError> {
        let complete = || {
            let transaction = self.database.unchecked_transaction()?;
            for SessionBuild { session, build, doubted } in builds {
                let sql = "UPDATE sessions SET build = ?3, build_doubted = ?4 WHERE uid = ?2 AND person = ?1
                           AND origin IS NULL AND build IS NULL";
                transaction.execute(sql, params![person.0, session, written(build), doubted])?;
            }
            transaction.commit()
        };
        complete().map_err(self.failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_build_is_read_again_and_anything_else_is_nothing() {
        let (build, kept) = (Build([-0.25, -0.5, -1.0]), "[-0.25,-0.5,-1.0]");
        assert_eq!((written(&build).as_str(), read(Some(kept))), (kept, Some(build)));
        for other in ["", "{}", "[0,0]", "[0,0,0,0]", "[0,0,1e39]", "3"] {
            assert_eq!(read(Some(other)), None, "{other}");
        }
        assert_eq!(read(None), None);
    }
}
