//! Where things lie on this machine. `BENDWISE_HOME` moves all of it to one folder; tests and portable copies use that.

use std::env;
use std::path::PathBuf;

/// The folders that are bendwise's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Things that can be fetched again: the ONNX Runtime library.
    pub cache: PathBuf,
    /// Things that are the person's own: their drills and programmes.
    pub data: PathBuf,
}

/// The system told of no home folder.
#[derive(Debug, thiserror::Error)]
#[error("no home folder is known for this user: set BENDWISE_HOME to a folder where bendwise may keep its files")]
pub struct NoHome;

impl Paths {
    /// The folders of this user: `$BENDWISE_HOME/cache` and `$BENDWISE_HOME/data`, else the system's usual places (on Linux
    /// those of the XDG base directories).
    ///
    /// # Errors
    /// When `BENDWISE_HOME` is not set and the system knows no home folder.
    pub fn discover() -> Result<Self, NoHome> {
        if let Some(home) = env::var_os("BENDWISE_HOME").filter(|home| !home.is_empty()) {
            let home = PathBuf::from(home);
            return Ok(Self { cache: home.join("cache"), data: home.join("data") });
        }
        let folders = directories::ProjectDirs::from("", "", "bendwise").ok_or(NoHome)?;
        Ok(Self { cache: folders.cache_dir().to_owned(), data: folders.data_dir().to_owned() })
    }
}
