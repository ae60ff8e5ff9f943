//! The available drills and programmes: the built-in ones and those in the user's own folder.
//!
//! A user's file with the name of a built-in one replaces it. A file with errors is recorded as a fault: other drills
//! stay available, and asking for this one reports what is wrong with it. The built-in files are in English; the file of
//! each language has the rest.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use crate::app_dirs::Paths;
use crate::coach::drill::{Drill, DrillError, Programme, Translation};
use crate::language::Language;
use crate::suggest;
use crate::text_file;

macro_rules! built_in {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        [$((concat!($name, ".toml"), include_str!(concat!("../assets/", $folder, "/", $name, ".toml")))),+]
    };
}

/// The built-in drills by file, in listing order: the default first, the openers last.
const DRILLS: [(&str, &str); 12] = built_in!["drills":
    "bow", "waiters-bow", "wall-tap", "dowel", "good-morning", "split-stance", "slow-eccentric", "box-lift",
    "hip-flexor-stretch", "ninety-ninety", "hamstring-floss", "cat-cow",
];

/// The built-in programmes by file.
const PROGRAMMES: [(&str, &str); 1] = built_in!["programmes": "first-week"];

/// The two parts of the mobility screen, with straight knees and with soft ones. It is not offered as an exercise.
const MOBILITY_SCREEN: [(&str, &str); 2] = built_in!["mobility": "mobility-straight", "mobility-soft"];

/// What each language says of the built-in files, by its code. A test prevents that one has an error.
static TRANSLATIONS: LazyLock<Vec<(&str, Translation)>> = LazyLock::new(|| {
    let read =
        |language: Language| Some((language.code(), Translation::parse(&language.file_name(), language.file()).ok()?));
    Language::ALL.into_iter().filter_map(read).collect()
});

/// Largest file of the user's own, bytes: hundreds of drills.
const LARGEST: u64 = 256 << 10;

/// The user's own folders, in [`Paths::data`].
const DRILL_FOLDER: &str = "drills";
const PROGRAMME_FOLDER: &str = "programmes";

/// Why a drill or a programme is not available.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Its file has an error.
    #[error(transparent)]
    Wrong(#[from] DrillError),
    /// Its file is not there.
    #[error("There is no file {0}: check the name")]
    Absent(String),
    /// Its file cannot be read.
    #[error("{path} cannot be read: check that it is a text file that you may open ({cause})")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's error.
        cause: String,
    },
    /// There is none with this name.
    #[error("There is no drill called \"{name}\"{hint} There are: {known}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// What was probably meant, as a question; otherwise a full stop.
        hint: String,
        /// All known names.
        known: String,
    },
}

/// All drills and programmes.
#[derive(Debug, Default)]
pub struct Library {
    drills: Vec<Drill>,
    programmes: Vec<Programme>,
    own: BTreeSet<String>,
    faults: Vec<(String, LibraryError)>,
}

/// What a name refers to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LibraryEntry<'l> {
    /// One drill.
    Drill(&'l Drill),
    /// Several drills in a fixed order.
    Programme(&'l Programme),
}

impl Library {
    /// The built-in drills and programmes only.
    pub fn built_in() -> Self {
        Self::with(&[], &[])
    }

    /// Returns the two drills of the mobility screen: with straight knees, then with soft ones.
    ///
    /// # Errors
    /// If a built-in file has an error; a test prevents that.
    pub fn mobility_screen() -> Result<[Drill; 2], LibraryError> {
        let [straight, soft] = MOBILITY_SCREEN.map(|(file, text)| Self::built_in_drill(file, text));
        Ok([straight?, soft?])
    }

    /// Parses a drill that is built in: its English is in its own file, all other languages in theirs.
    ///
    /// # Errors
    /// If its file has an error; a test prevents that.
    pub fn built_in_drill(file: &str, text: &str) -> Result<Drill, DrillError> {
        let mut drill = Drill::parse(file, text)?;
        TRANSLATIONS.iter().for_each(|(code, translation)| translation.add_to(&mut drill, code));
        Ok(drill)
    }

    /// The built-in drills and programmes and those in the user's own folders. Errors found there are in
    /// [`Library::faults`].
    pub fn open(paths: &Paths) -> Self {
        Self::with(&toml_files(&Self::drill_folder(paths)), &toml_files(&paths.data.join(PROGRAMME_FOLDER)))
    }

    fn with(own_drills: &[PathBuf], own_programmes: &[PathBuf]) -> Self {
        let mut library = Self::default();
        let add_drill = |library: &mut Self, new| insert(&mut library.drills, new, |drill: &Drill| &drill.id);
        for (file, text) in DRILLS {
            library.add(file, Self::built_in_drill(file, text).map_err(LibraryError::from), add_drill);
        }
        for (file, text) in own(own_drills) {
            let read = text.and_then(|text| Ok(Drill::parse(&file, &text)?));
            library.add(&file, read, add_drill);
        }
        let add_programme =
            |library: &mut Self, new| insert(&mut library.programmes, new, |programme: &Programme| &programme.id);
        for (file, text) in PROGRAMMES {
            let read = built_in_programme(file, text, &library.drills).map_err(LibraryError::from);
            library.add(file, read, add_programme);
        }
        for (file, text) in own(own_programmes) {
            let read = text.and_then(|text| Ok(Programme::parse(&file, &text, &library.drills)?));
            library.add(&file, read, add_programme);
        }
        library.own = own_drills.iter().chain(own_programmes).map(|path| stem(path)).collect();
        library
    }

    fn add<T>(&mut self, file: &str, read: Result<T, LibraryError>, insert: fn(&mut Self, T)) {
        match read {
            Ok(new) => insert(self, new),
            Err(fault) => self.faults.push((stem(Path::new(file)), fault)),
        }
    }

    /// Returns the folder of the user's own drills.
    pub fn drill_folder(paths: &Paths) -> PathBuf {
        paths.data.join(DRILL_FOLDER)
    }

    /// Reads one file, a drill or a programme, as if it were in the user's own folder. Returns its name.
    ///
    /// # Errors
    /// If it cannot be read or has an error.
    pub fn check(&self, path: &Path) -> Result<String, LibraryError> {
        let (file, text) = (path.display().to_string(), read(path)?);
        let is_programme = text.lines().any(|line| line.trim_start().starts_with("[[drill]]"));
        Ok(if is_programme { Programme::parse(&file, &text, &self.drills)?.id } else { Drill::parse(&file, &text)?.id })
    }

    /// Returns all drills: the built-in ones in listing order, then the user's own by name.
    pub fn drills(&self) -> &[Drill] {
        &self.drills
    }

    /// Returns all programmes, in the same order.
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// Returns the errors found in the user's own folders.
    pub fn faults(&self) -> impl Iterator<Item = &LibraryError> {
        self.faults.iter().map(|(_, fault)| fault)
    }

    /// Whether a drill or programme is the user's own.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.contains(id)
    }

    /// Returns the drill or programme with this name.
    ///
    /// # Errors
    /// If there is none (the message lists the known names), or if the user's own file of this name has an error.
    pub fn find(&self, name: &str) -> Result<LibraryEntry<'_>, LibraryError> {
        if let Some((_, fault)) = self.faults.iter().find(|(id, _)| id == name) {
            return Err(fault.clone());
        }
        let drill = || self.drills.iter().find(|drill| drill.id == name).map(LibraryEntry::Drill);
        let programme = || self.programmes.iter().find(|programme| programme.id == name).map(LibraryEntry::Programme);
        drill().or_else(programme).ok_or_else(|| self.unknown(name))
    }

    /// Returns the drills of a programme, adjusted as the programme asks.
    pub fn drills_of(&self, programme: &Programme) -> Vec<Drill> {
        let found = |id: &str| self.drills.iter().find(|drill| drill.id == id);
        programme.items.iter().filter_map(|item| Some(item.adjust(found(&item.drill)?))).collect()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let programmes = self.programmes.iter().map(|programme| programme.id.as_str());
        self.drills.iter().map(|drill| drill.id.as_str()).chain(programmes)
    }

    fn unknown(&self, name: &str) -> LibraryError {
        let meant = suggest::closest(name, self.names());
        LibraryError::Unknown {
            name: name.to_owned(),
            hint: meant.map_or(".".to_owned(), |meant| format!(": did you mean {meant}?")),
            known: self.names().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Replaces the entry with the same id, or appends a new one.
fn insert<T>(known: &mut Vec<T>, new: T, id: fn(&T) -> &str) {
    match known.iter_mut().find(|known| id(known) == id(&new)) {
        Some(known) => *known = new,
        None => known.push(new),
    }
}

/// The same of a programme.
fn built_in_programme(file: &str, text: &str, drills: &[Drill]) -> Result<Programme, DrillError> {
    let mut programme = Programme::parse(file, text, drills)?;
    TRANSLATIONS.iter().for_each(|(code, translation)| translation.add_to_programme(&mut programme, code));
    Ok(programme)
}

/// Returns the user's own files, each with its contents.
fn own(paths: &[PathBuf]) -> impl Iterator<Item = (String, Result<String, LibraryError>)> {
    paths.iter().map(|path| (path.display().to_string(), read(path)))
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<String, LibraryError> {
    let shown = || path.display().to_string();
    text_file::read(path, LARGEST).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => LibraryError::Absent(shown()),
        _ => LibraryError::Unreadable { path: shown(), cause: cause.to_string() },
    })
}

/// Returns the TOML files of a folder, by name; empty if the folder does not exist.
fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    files.sort();
    files
}

#[cfg(test)]
#[path = "drill_library_tests.rs"]
mod tests;
