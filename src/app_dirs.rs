//! The folders that bendwise uses on this machine. `BENDWISE_HOME` moves all of them into one folder; tests and
//! portable copies rely on it.

use std::env;
use std::path::{Path, PathBuf};

/// The folders that bendwise uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Files that can be downloaded again: the ONNX Runtime library.
    pub cache: PathBuf,
    /// The user's own files: their drills and programmes.
    pub data: PathBuf,
    /// What was chosen for this machine: `settings.toml`.
    pub config: PathBuf,
    /// Where pages are written that the user asked for without naming a file: their documents.
    pub reports: PathBuf,
}

/// The system reports no home folder.
#[derive(Debug, thiserror::Error)]
#[error("no home folder is known for this user: set BENDWISE_HOME to a folder where bendwise may keep its files")]
pub struct NoHome;

/// The folder of a user's documents: the one that the system names; where it names none (on Linux without xdg-user-dirs), `Documents` in
/// their home, if that is there.
fn documents(named: Option<&Path>, home: &Path) -> Option<PathBuf> {
    let usual = home.join("Documents");
    named.map(Path::to_owned).or_else(|| usual.is_dir().then_some(usual))
}

impl Paths {
    /// The folders of this user: `$BENDWISE_HOME/cache` and `$BENDWISE_HOME/data` if it is set, otherwise the
    /// platform's usual places (on Linux the XDG base directories).
    ///
    /// # Errors
    /// If `BENDWISE_HOME` is not set and the system reports no home folder.
    pub fn discover() -> Result<Self, NoHome> {
        if let Some(home) = env::var_os("BENDWISE_HOME").filter(|home| !home.is_empty()) {
            let home = PathBuf::from(home);
            return Ok(Self::below(&home));
        }
        let folders = directories::ProjectDirs::from("", "", "bendwise").ok_or(NoHome)?;
        let data = folders.data_dir().to_owned();
        let reports = directories::UserDirs::new().and_then(|user| documents(user.document_dir(), user.home_dir()));
        let reports = reports.unwrap_or_else(|| data.join("reports"));
        Ok(Self { cache: folders.cache_dir().to_owned(), config: folders.config_dir().to_owned(), data, reports })
    }

    /// All of them in one folder.
    pub fn below(home: &Path) -> Self {
        let folder = |name| home.join(name);
        Self { cache: folder("cache"), data: folder("data"), config: folder("config"), reports: folder("reports") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_lie_among_the_documents_also_where_the_system_does_not_name_their_folder() {
        let home = tempfile::tempdir().unwrap();
        let usual = home.path().join("Documents");
        assert_eq!(documents(None, home.path()), None);
        std::fs::create_dir(&usual).unwrap();
        assert_eq!(documents(None, home.path()), Some(usual));
        let named = home.path().join("Dokumente");
        assert_eq!(documents(Some(&named), home.path()), Some(named));
    }
}
