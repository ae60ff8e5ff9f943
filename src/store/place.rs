//! What stands where the sessions should be: nothing yet, a list of sessions, or something else, which must not pass for nothing.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::handle::LOCK;
use super::{StoreError, database, reserve};
use crate::recording::FILE as FILM;

/// Whether there is a list of sessions in this folder, be it an empty one.
///
/// # Errors
/// If that cannot be told, as this user may not look, a link leads to nothing, or something there is no file.
pub(super) fn holds_list(folder: &Path) -> Result<bool, StoreError> {
    check(folder)?;
    Ok(about(&database::path(folder))?.is_some())
}

/// Fails if something in the place of a file of the store is none: a pipe would be waited for, and what SQLite says of a folder is that
/// it cannot be opened.
///
/// # Errors
/// As [`holds_list`].
pub(super) fn check(folder: &Path) -> Result<(), StoreError> {
    for above in [folder.parent(), Some(folder)].into_iter().flatten() {
        about(above)?;
    }
    let journal = database::path(folder).with_extension("db-journal"); // SQLite looks for one of the other kind too
    for path in database::files(folder).into_iter().chain([journal, folder.join(LOCK)]) {
        if about(&path)?.is_some_and(|found| !found.is_file()) {
            return Err(StoreError::NoFile { path });
        }
    }
    Ok(())
}

/// What is at this path; `None` if nothing is.
fn about(path: &Path) -> Result<Option<Metadata>, StoreError> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(cause) if is_absent(&cause) => match fs::symlink_metadata(path) {
            Ok(_) => Err(StoreError::LinkToNothing { path: path.to_owned() }),
            Err(_) => Ok(None),
        },
        Err(cause) => Err(StoreError::File { path: path.to_owned(), cause }),
    }
}

fn is_absent(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// How many folders hold the film of a session although there is no list of sessions, or an empty one, and there was one: its reserve
/// is left, or a film. `None` where all is well.
pub(super) fn films_without_list(folder: &Path) -> Option<usize> {
    if fs::metadata(database::path(folder)).is_ok_and(|list| list.len() > 0) {
        return None;
    }
    let has_film = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.path().join(FILM).is_file());
    let films = fs::read_dir(folder).map_or(0, |entries| entries.map(has_film).filter(|film| *film).count());
    (films > 0 || reserve::path(folder).is_file()).then_some(films)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_looked_at_is_not_nothing() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sessions");
        assert!(!holds_list(&folder).unwrap());
        fs::create_dir(&folder).unwrap();
        assert!(!holds_list(&folder).unwrap());
        fs::create_dir(folder.join("sessions.db")).unwrap();
        assert!(matches!(holds_list(&folder), Err(StoreError::NoFile { .. })));
        fs::remove_dir(folder.join("sessions.db")).unwrap();
        #[cfg(unix)]
        {
            let link = |path: &Path| std::os::unix::fs::symlink("nowhere", path).unwrap();
            link(&folder.join("sessions.db"));
            assert!(matches!(holds_list(&folder), Err(StoreError::LinkToNothing { .. })));
            fs::remove_dir_all(&folder).unwrap();
            link(&folder);
            let told = holds_list(&folder).unwrap_err().to_string();
            assert!(told.ends_with("sessions is a link to a place that is not there: connect the disk that it is on, or take the link away"), "{told}");
        }
    }

    #[test]
    fn films_are_counted_where_the_list_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(films_without_list(folder.path()), None);
        for id in ["2026-11-22", "2026-11-23", "2026-11-24"] {
            fs::create_dir(folder.path().join(id)).unwrap();
        }
        for id in ["2026-11-22", "2026-11-23"] {
            fs::write(folder.path().join(id).join(FILM), "film").unwrap();
        }
        assert_eq!(films_without_list(folder.path()), Some(2));
        fs::write(folder.path().join("sessions.db"), "").unwrap();
        assert_eq!(films_without_list(folder.path()), Some(2));
        fs::write(folder.path().join("sessions.db"), "list").unwrap();
        assert_eq!(films_without_list(folder.path()), None);
        let without_films = tempfile::tempdir().unwrap();
        fs::write(reserve::path(without_films.path()), "room").unwrap();
        assert_eq!(films_without_list(without_films.path()), Some(0));
    }
}
