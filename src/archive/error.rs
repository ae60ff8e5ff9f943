//! What can be wrong with an archive.

use std::io;
use std::path::PathBuf;

use crate::atomic_file::AtomicFileError;
use crate::export::ExportError;
use crate::store::StoreError;
use crate::visible::visible;

/// An archive cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The folder has something else in it.
    #[error("{} is not empty and no archive: name a folder that is empty or does not exist yet", visible(&path.display()))]
    NoArchive {
        /// The folder.
        path: PathBuf,
    },
    /// There is no archive to read.
    #[error("{} is no archive: `bendwise archive FOLDER` makes one", visible(&path.display()))]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// It was written by a newer bendwise.
    #[error("{} was written by a newer bendwise (schema {version}): update bendwise", visible(&path.display()))]
    Newer {
        /// The archive or the file in it.
        path: PathBuf,
        /// The version of its schema.
        version: u32,
    },
    /// It holds the sessions of another home.
    #[error(
        "{} is the archive of another machine or user: name a folder of its own, docs/archive.md reads several together",
        visible(&path.display())
    )]
    OfAnother {
        /// The folder.
        path: PathBuf,
    },
    /// Another bendwise writes it.
    #[error("{} is being written by another bendwise, and is neither read nor written meanwhile: wait until it is done", visible(&path.display()))]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// A file is not what it should be.
    #[error("{} is damaged: delete it, and `bendwise archive` writes it again ({cause})", visible(&path.display()))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: io::Error,
    },
    /// A file is of another program.
    #[error("{} was not written by bendwise: take it out of the archive, and `bendwise archive` writes what belongs there",
        visible(&path.display()))]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A table is not there.
    #[error("{} is missing: `bendwise archive` writes it again", visible(&path.display()))]
    Incomplete {
        /// Its folder.
        path: PathBuf,
    },
    /// A file beside ours.
    #[error("{} is beside the files of the archive, and programs that read them count its rows too: take it out",
        visible(&path.display()))]
    Stray {
        /// The file.
        path: PathBuf,
    },
    /// Another program has written a file again, with a compression that is not read here.
    #[error(
        "{} is compressed with {codec}, as another program wrote it: delete it, and `bendwise archive` writes it again",
        visible(&path.display())
    )]
    Compressed {
        /// The file.
        path: PathBuf,
        /// The name of the compression, as Parquet has it.
        codec: String,
    },
    /// What makes the folder an archive is not what it should be: whose it is, nothing else tells.
    #[error(
        "{} is damaged, and with it whose archive this is: restore it from a backup, or name a new folder, into which `bendwise archive` \
         writes everything but the list of what was deleted ({cause})",
        visible(&path.display())
    )]
    DamagedDataset {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: io::Error,
    },
    /// The list of what was deleted is not what it should be: nothing else knows it.
    #[error(
        "{} is damaged, and with it the list of sessions that were deleted before: restore it from a backup, or delete it to go on \
         without that list ({cause})",
        visible(&path.display())
    )]
    DamagedTombstones {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        cause: io::Error,
    },
    /// A column of a file is in another unit or of another type than the archive has it.
    #[error("{} has {column} in another {what} than this archive: delete the file, and `bendwise archive` writes it again",
        visible(&path.display()))]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
        /// `unit` or `type`.
        what: &'static str,
    },
    /// A file or folder cannot be read, created or removed.
    #[error("{} cannot be used: check that this user may read and write it ({cause})", visible(&path.display()))]
    File {
        /// Its path.
        path: PathBuf,
        /// The error of the system.
        #[source]
        cause: io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] AtomicFileError),
    /// A session cannot be made a bundle.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The sessions cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ArchiveError {
    /// Whether a file is one that another program has written in place of ours: it is left alone, and stops nothing else.
    pub(super) fn is_of_another_program(&self) -> bool {
        matches!(self, Self::Foreign { .. } | Self::Compressed { .. } | Self::Column { .. })
    }
}
