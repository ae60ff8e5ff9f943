//! The drills and programmes there are: those that come with bendwise, and those in the person's own folder.
//!
//! A file of one's own with the name of one of ours takes its place. One that is broken is kept as a fault: it stops
//! nobody from practising another drill, and whoever asks for it hears what is wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::app_dirs::Paths;
use crate::coach::drill::{Drill, DrillError, Programme};
use crate::suggest;

macro_rules! ours {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        [$((concat!($name, ".toml"), include_str!(concat!("../assets/", $folder, "/", $name, ".toml")))),+]
    };
}

/// Our drills by their files, in the order in which they are listed: the default first, the openers last.
const DRILLS: [(&str, &str); 12] = ours!["drills":
    "bow", "waiters-bow", "wall-tap", "dowel", "good-morning", "split-stance", "slow-eccentric", "box-lift",
    "hip-flexor-stretch", "ninety-ninety", "hamstring-floss", "cat-cow",
];

/// Our programmes by their files.
const PROGRAMMES: [(&str, &str); 1] = ours!["programmes": "first-week"];

/// The two parts of the mobility screen, which is no exercise to choose: with straight knees, with soft ones.
const SCREEN: [(&str, &str); 2] = ours!["mobility": "mobility-straight", "mobility-soft"];

/// The person's own folders, in [`Paths::data`].
const DRILL_FOLDER: &str = "drills";
const PROGRAMME_FOLDER: &str = "programmes";

/// Why a drill or a programme is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Its file is wrong.
    #[error(transparent)]
    Wrong(#[from] DrillError),
    /// Its file cannot be read.
    #[error("{path} cannot be read: check that it is a text file that you may open ({cause})")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// There is none of this name.
    #[error("There is no drill called \"{name}\"{hint} There are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What was probably meant, as a question; else a full stop.
        hint: String,
        /// Every name there is.
        known: String,
    },
}

/// Every drill and programme there is.
#[derive(Debug, Default)]
pub struct Library {
    drills: Vec<Drill>,
    programmes: Vec<Programme>,
    own: BTreeSet<String>,
    faults: Vec<(String, LibraryError)>,
}

/// What a name can stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LibraryEntry<'l> {
    /// One drill.
    Drill(&'l Drill),
    /// Several, in an order.
    Programme(&'l Programme),
}

impl Library {
    /// What comes with bendwise, without the person's own.
    pub fn ours() -> Self {
        Self::with(&[], &[])
    }

    /// What is done in the mobility screen: with straight knees, then with soft ones.
    ///
    /// # Errors
    /// When a file that was built in is wrong; a test keeps them right.
    pub fn screen() -> Result<[Drill; 2], LibraryError> {
        let [straight, soft] = SCREEN.map(|(file, text)| Drill::parse(file, text));
        Ok([straight?, soft?])
    }

    /// What comes with bendwise and what is in the person's own folders. What is wrong there is in [`Library::faults`].
    pub fn open(paths: &Paths) -> Self {
        Self::with(&toml_files(&Self::drill_folder(paths)), &toml_files(&paths.data.join(PROGRAMME_FOLDER)))
    }

    fn with(own_drills: &[PathBuf], own_programmes: &[PathBuf]) -> Self {
        let mut library = Self::default();
        for (file, text) in all(&DRILLS, own_drills) {
            let read = text.and_then(|text| Ok(Drill::parse(&file, &text)?));
            library.keep(&file, read, |library, drill| put(&mut library.drills, drill, |drill| &drill.id));
        }
        for (file, text) in all(&PROGRAMMES, own_programmes) {
            let read = text.and_then(|text| Ok(Programme::parse(&file, &text, &library.drills)?));
            library.keep(&file, read, |library, new| put(&mut library.programmes, new, |programme| &programme.id));
        }
        library.own = own_drills.iter().chain(own_programmes).map(|path| stem(path)).collect();
        library
    }

    fn keep<T>(&mut self, file: &str, read: Result<T, LibraryError>, put: fn(&mut Self, T)) {
        match read {
            Ok(new) => put(self, new),
            Err(fault) => self.faults.push((stem(Path::new(file)), fault)),
        }
    }

    /// Where the person's own drills are.
    pub fn drill_folder(paths: &Paths) -> PathBuf {
        paths.data.join(DRILL_FOLDER)
    }

    /// Reads one file, a drill or a programme, as if it were in the person's own folder; gives its name.
    ///
    /// # Errors
    /// When it cannot be read or anything in it is wrong.
    pub fn check(&self, path: &Path) -> Result<String, LibraryError> {
        let (file, text) = (path.display().to_string(), read(path)?);
        let is_programme = text.lines().any(|line| line.trim_start().starts_with("[[drill]]"));
        Ok(if is_programme { Programme::parse(&file, &text, &self.drills)?.id } else { Drill::parse(&file, &text)?.id })
    }

    /// Every drill: ours in our order, then the person's own by name.
    pub fn drills(&self) -> &[Drill] {
        &self.drills
    }

    /// Every programme, in the same order.
    pub fn programmes(&self) -> &[Programme] {
        &self.programmes
    }

    /// What is wrong in the person's own folders.
    pub fn faults(&self) -> impl Iterator<Item = &LibraryError> {
        self.faults.iter().map(|(_, fault)| fault)
    }

    /// Whether a drill or programme is the person's own.
    pub fn is_own(&self, id: &str) -> bool {
        self.own.contains(id)
    }

    /// The drill or the programme of this name.
    ///
    /// # Errors
    /// When there is none; the message lists those that there are. When the person's own file of this name is wrong.
    pub fn find(&self, name: &str) -> Result<LibraryEntry<'_>, LibraryError> {
        if let Some((_, fault)) = self.faults.iter().find(|(id, _)| id == name) {
            return Err(fault.clone());
        }
        let drill = || self.drills.iter().find(|drill| drill.id == name).map(LibraryEntry::Drill);
        let programme = || self.programmes.iter().find(|programme| programme.id == name).map(LibraryEntry::Programme);
        drill().or_else(programme).ok_or_else(|| self.unknown(name))
    }

    /// The drills of a programme, each as the programme wants it.
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

/// A new one in the place of the one with its name, else at the end.
fn put<T>(known: &mut Vec<T>, new: T, id: fn(&T) -> &str) {
    match known.iter_mut().find(|known| id(known) == id(&new)) {
        Some(known) => *known = new,
        None => known.push(new),
    }
}

/// The files that come with bendwise, then one's own, each with what is in it.
fn all(
    ours: &[(&'static str, &'static str)],
    own: &[PathBuf],
) -> impl Iterator<Item = (String, Result<String, LibraryError>)> {
    let own = own.iter().map(|path| (path.display().to_string(), read(path)));
    ours.iter().map(|(file, text)| ((*file).to_owned(), Ok((*text).to_owned()))).chain(own)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<String, LibraryError> {
    fs::read_to_string(path)
        .map_err(|cause| LibraryError::Unreadable { path: path.display().to_string(), cause: cause.to_string() })
}

/// The TOML files of a folder by name; none where there is no such folder.
fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect();
    files.sort();
    files
}

#[cfg(test)]
#[path = "drill_library_tests.rs"]
mod tests;
