//! What is kept of a person's build: the mean over their sessions, and how many these are.

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::geometry::build::{Build, BuildDoubt, KnownBuild};

/// The build in the column `persons.outline`, as JSON. Ratios are natural logarithms.
#[derive(Debug, Serialize, Deserialize)]
struct KeptBuild {
    /// The number of sessions.
    sessions: u32,
    /// Shank, thigh, and shoulder to ear, each relative to the trunk.
    ratios: [f32; 3],
}

/// Reads what is kept; nothing of what this version does not know.
pub(super) fn read(outline: Option<&str>) -> Option<KnownBuild> {
    let KeptBuild { sessions, ratios } = serde_json::from_str(outline?).ok()?;
    let plausible = sessions > 0 && ratios.iter().all(|ratio| ratio.is_finite());
    plausible.then_some(KnownBuild { sessions, mean: Build(ratios) })
}

pub(super) fn written(known: KnownBuild) -> String {
    let outline = KeptBuild { sessions: known.sessions, ratios: known.mean.0 };
    serde_json::to_string(&outline).unwrap_or_default()
}

/// Adds the build of a session to what is known of its person, unless it is in doubt that it is them; `sure` if they said so.
pub(super) fn learn(transaction: &Transaction, session: i64, build: &Build, sure: bool) -> rusqlite::Result<usize> {
    let of = "SELECT person FROM sessions WHERE key = ?1 AND origin IS NULL AND person IS NOT NULL";
    let Some(person) = transaction.query_row(of, [session], |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(0);
    };
    let outlines: Vec<(i64, Option<KnownBuild>)> = transaction
        .prepare("SELECT key, outline FROM persons")?
        .query_map([], |row| Ok((row.get(0)?, read(row.get::<_, Option<String>>(1)?.as_deref()))))?
        .collect::<rusqlite::Result<_>>()?;
    let known = outlines.iter().find(|(key, _)| *key == person).and_then(|(_, known)| *known);
    let others: Vec<_> = outlines.iter().filter(|(key, _)| *key != person).map(|(_, known)| *known).collect();
    if !sure && known.is_some_and(|known| BuildDoubt::of(build, &known, &others).is_some()) {
        return Ok(0);
    }
    let known = known.map_or_else(|| KnownBuild::first(*build), |known| known.and(*build));
    transaction.execute("UPDATE persons SET outline = ?2 WHERE key = ?1", params![person, written(known)])
}

/// Forgets the build of whoever has no session any more: with the last of them goes what was learnt from them.
pub(super) fn forget_without_sessions(database: &Connection) -> rusqlite::Result<usize> {
    let kept = "SELECT 1 FROM sessions WHERE sessions.person = persons.key AND origin IS NULL";
    let sql = format!("UPDATE persons SET outline = NULL WHERE outline IS NOT NULL AND NOT EXISTS ({kept})");
    database.execute(&sql, [])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_build_is_read_again_and_anything_else_is_nothing() {
        let known = KnownBuild { sessions: 3, mean: Build([-0.25, -0.5, -1.0]) };
        let kept = r#"{"sessions":3,"ratios":[-0.25,-0.5,-1.0]}"#;
        assert_eq!((written(known).as_str(), read(Some(kept))), (kept, Some(known)));
        for other in ["", "{}", r#"{"sessions":0,"ratios":[0,0,0]}"#, r#"{"sessions":3,"ratios":[0,0]}"#, "3"] {
            assert_eq!(read(Some(other)), None, "{other}");
        }
        assert_eq!(read(None), None);
    }
}
