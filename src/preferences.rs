//! What a person has chosen at the screen, remembered on this machine: `settings.toml` in the folder for configuration.
//!
//! The file is the person's: only the values that change are replaced, and whatever else is in it, comments too, stays as it is.
//! One that cannot be understood is never written to.

use std::io::{self, ErrorKind, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::atomic_file::{AtomicFile, AtomicFileError};
use crate::language::Language;
use crate::owner_only;
use crate::suggest;
use crate::text_file;
use crate::visible::visible;

/// The largest file that is read, bytes.
const LARGEST: u64 = 1 << 16;

/// Name of the file.
const FILE: &str = "settings.toml";

/// The longest name of a camera, bytes: that of a path on Linux. Of a longer one this much is written and read, by which the camera is
/// found as well.
const LONGEST: usize = 4096;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Whether the window fills the screen.
    pub full_screen: bool,
    /// The text size, in steps from the normal one.
    pub text_size: i8,
    /// Whether the picture is mirrored.
    pub mirror: bool,
    /// Whether the sound is off.
    pub muted: bool,
    /// How loud it is otherwise, percent.
    pub sound: u8,
    /// The camera, as `--source` names it; `None` is the first that works.
    pub camera: Option<String>,
    /// The language, by its code; `None` is that of the system.
    pub language: Option<String>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { full_screen: false, text_size: 0, mirror: true, muted: false, sound: 100, camera: None, language: None }
    }
}

/// One value: its name, what it has to be, how it is written, and how it is taken.
struct PreferenceKey {
    name: &'static str,
    expected: fn() -> String,
    /// As TOML has it; `None` if it is not set.
    written: fn(&Preferences) -> Option<String>,
    /// Takes it; `None` if it is something else than expected.
    take: fn(&mut Preferences, &DeValue) -> Option<()>,
}

const KEYS: [PreferenceKey; 7] = [
    PreferenceKey {
        name: "full_screen",
        expected: || "true or false".to_owned(),
        written: |preferences| Some(preferences.full_screen.to_string()),
        take: |preferences, value| value.as_bool().map(|value| preferences.full_screen = value),
    },
    PreferenceKey {
        name: "text_size",
        expected: || "a whole number from -2 to 2".to_owned(),
        written: |preferences| Some(preferences.text_size.to_string()),
        take: |preferences, value| whole(value, -2..=2).map(|value| preferences.text_size = value as i8),
    },
    PreferenceKey {
        name: "mirror",
        expected: || "true or false".to_owned(),
        written: |preferences| Some(preferences.mirror.to_string()),
        take: |preferences, value| value.as_bool().map(|value| preferences.mirror = value),
    },
    PreferenceKey {
        name: "muted",
        expected: || "true or false".to_owned(),
        written: |preferences| Some(preferences.muted.to_string()),
        take: |preferences, value| value.as_bool().map(|value| preferences.muted = value),
    },
    PreferenceKey {
        name: "sound",
        expected: || "a whole number from 0 to 100".to_owned(),
        written: |preferences| Some(preferences.sound.to_string()),
        take: |preferences, value| whole(value, 0..=100).map(|value| preferences.sound = value as u8),
    },
    PreferenceKey {
        name: "camera",
        expected: || "a camera as --source names it, in quotes".to_owned(),
        written: |preferences| preferences.camera.as_deref().and_then(camera_name).map(quoted),
        take: |preferences, value| {
            let name = value.as_str().and_then(camera_name);
            name.map(|name| preferences.camera = Some(name.to_owned()))
        },
    },
    PreferenceKey {
        name: "language",
        expected: || {
            let codes = Language::ALL.map(|language| quoted(language.code()));
            format!("one of {}: write one of them, or remove the line to follow the system", codes.join(", "))
        },
        written: |preferences| preferences.language.as_deref().map(quoted),
        take: |preferences, value| {
            let known = value.as_str().filter(|code| Language::of_code(code).is_some());
            known.map(|code| preferences.language = Some(code.to_owned()))
        },
    },
];

fn whole(value: &DeValue, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let number = value.as_integer()?;
    i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number))
}

/// The name of a camera as it is written and read; `None` if it is empty.
fn camera_name(text: &str) -> Option<&str> {
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end))?;
    text.get(..end).filter(|name| !name.is_empty())
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted += &format!("\\u{:04X}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// The file, and what is remembered in it.
#[derive(Clone, Debug)]
pub struct PreferencesFile {
    path: PathBuf,
    /// What it holds; the defaults for what it does not.
    pub values: Preferences,
    /// Whether it may be written: it was understood, or is not there.
    is_ours: bool,
}

impl PreferencesFile {
    /// Reads the file in the folder for configuration, if there is one. Returns a sentence for each thing in it that is not
    /// understood, with its line; everything else counts.
    pub fn read(config: &Path) -> (Self, Vec<String>) {
        let path = config.join(FILE);
        let mut file = Self { path, values: Preferences::default(), is_ours: true };
        let faults = match text_file::read(&file.path, LARGEST) {
            Ok(text) => file.take(&text),
            Err(cause) if cause.kind() == ErrorKind::NotFound => Vec::new(),
            Err(cause) => {
                file.is_ours = false;
                vec![format!(
                    "{} cannot be read: check that it is a text file that you may open; without it everything is as at first ({cause})",
                    visible(&file.path.display())
                )]
            }
        };
        (file, faults)
    }

    fn take(&mut self, text: &str) -> Vec<String> {
        let name = visible(&self.path.display());
        let table = match DeTable::parse(text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                self.is_ours = false;
                let line = line_of(text, error.span().unwrap_or_default().start);
                let why = visible(&error.message());
                return vec![format!(
                    "{name}, line {line}: {why}: mend it or remove the file; until then everything is as at first"
                )];
            }
        };
        let mut faults = Vec::new(); // with their places, as a table has no order
        for (key, value) in &table {
            let place = key.span().start;
            let line = line_of(text, place);
            let word: &str = key.get_ref();
            match KEYS.iter().find(|known| known.name == word) {
                Some(known) if (known.take)(&mut self.values, value.get_ref()).is_some() => {}
                Some(known) => {
                    faults.push((place, format!("{name}, line {line}: {word} has to be {}", (known.expected)())));
                }
                None => {
                    let told = format!("{name}, line {line}: {} is not known here{}", visible(&word), hint(word));
                    faults.push((place, told));
                }
            }
        }
        faults.sort_unstable();
        faults.into_iter().map(|(_, told)| told).collect()
    }

    /// Remembers these values, if they are others. What else is in the file by now stays.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn remember(&mut self, values: &Preferences) -> Result<(), AtomicFileError> {
        let before = std::mem::replace(&mut self.values, values.clone());
        if before == *values || !self.is_ours {
            return Ok(());
        }
        let written = self.write(&before);
        self.is_ours = written.is_ok(); // what cannot be written is told once
        written
    }

    fn write(&self, before: &Preferences) -> Result<(), AtomicFileError> {
        let text = match text_file::read(&self.path, LARGEST) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => String::new(),
            Err(_) => return Ok(()), // it is not ours any more
        };
        let Some(text) = changed(&text, before, &self.values) else { return Ok(()) };
        let failed = |cause: io::Error| AtomicFileError::Unwritable { path: self.path.clone(), cause };
        self.path.parent().map_or(Ok(()), owner_only::folder).map_err(failed)?;
        let mut file = AtomicFile::create(&self.path)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.finish()
    }
}

/// The text of the file with the values that have changed; `None` if it is not understood.
fn changed(text: &str, before: &Preferences, now: &Preferences) -> Option<String> {
    let mut text = text.to_owned();
    for key in &KEYS {
        let Some(value) = (key.written)(now).filter(|value| Some(value) != (key.written)(before).as_ref()) else {
            continue;
        };
        match place_of(&text, key.name)? {
            Some(place) => text.replace_range(place, &value),
            None => text.insert_str(0, &format!("{} = {value}\n", key.name)), // above any table
        }
    }
    Some(text)
}

/// Where the value of a key stands in the text, if it does; `None` if the text is not understood.
fn place_of(text: &str, key: &str) -> Option<Option<Range<usize>>> {
    let table = DeTable::parse(text).ok()?.into_inner();
    let found = table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| Spanned::span(value));
    Some(found)
}

fn line_of(text: &str, place: usize) -> usize {
    text.get(..place).unwrap_or(text).matches('\n').count() + 1
}

fn hint(word: &str) -> String {
    let closest = suggest::closest(word, KEYS.iter().map(|key| key.name));
    closest.map_or_else(String::new, |meant| format!(": is {meant} meant?"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(text: &str) -> (tempfile::TempDir, PreferencesFile, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        let (file, faults) = PreferencesFile::read(folder.path());
        (folder, file, faults)
    }

    fn kept(folder: &tempfile::TempDir) -> String {
        fs::read_to_string(folder.path().join(FILE)).unwrap()
    }

    #[test]
    fn what_was_chosen_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        let (mut file, faults) = PreferencesFile::read(&config);
        assert_eq!((&file.values, faults.len()), (&Preferences::default(), 0));
        let chosen = Preferences {
            full_screen: true,
            text_size: -1,
            mirror: false,
            muted: true,
            sound: 40,
            camera: Some("a \"new\" one \\ \u{7}".to_owned()),
            language: Some("de".to_owned()),
        };
        file.remember(&chosen).unwrap();
        let (again, faults) = PreferencesFile::read(&config);
        assert_eq!((again.values, faults), (chosen, Vec::new()));
    }

    #[test]
    fn what_is_remembered_of_a_camera_is_understood_again_however_long_its_name() {
        let long = "Übertragung ".repeat(1000);
        for (name, kept) in [
            ("x".repeat(201), Some("x".repeat(201))),
            (long.clone(), Some(long[..4095].to_owned())), // 4096 is within an Ü
            (String::new(), None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let (mut file, _) = PreferencesFile::read(folder.path());
            file.remember(&Preferences { camera: Some(name), muted: true, ..Preferences::default() }).unwrap();
            let (again, faults) = PreferencesFile::read(folder.path());
            assert_eq!((again.values.camera, again.values.muted, faults), (kept, true, Vec::new()));
        }
    }

    #[test]
    fn nothing_is_written_where_nothing_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (mut file, _) = PreferencesFile::read(folder.path());
        file.remember(&Preferences::default()).unwrap();
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn what_a_person_has_written_stays() {
        let text = "# mine\nmirror = true # as in a mirror\n\n[other]\nkey = 1\n";
        let (folder, mut file, faults) = read(text);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].ends_with("settings.toml, line 4: other is not known here"), "{faults:?}");
        file.remember(&Preferences { mirror: false, muted: true, ..file.values.clone() }).unwrap();
        assert_eq!(kept(&folder), "muted = true\n# mine\nmirror = false # as in a mirror\n\n[other]\nkey = 1\n");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_counts() {
        let (_folder, file, faults) = read("sound = 400\nfull_screen = true\nmiror = false\ntext_size = 0x2\n");
        assert_eq!(file.values, Preferences { full_screen: true, text_size: 2, ..Preferences::default() });
        assert!(faults[0].contains("line 1: sound has to be a whole number from 0 to 100"), "{faults:?}");
        assert!(faults[1].contains("line 3: miror is not known here: is mirror meant?"), "{faults:?}");
        assert_eq!(faults.len(), 2);
    }

    #[test]
    fn a_byte_order_mark_stays_no_part_of_a_key() {
        let (folder, mut file, faults) = read("\u{feff}mirror = false\n");
        assert_eq!((faults.len(), file.values.mirror), (0, false));
        file.remember(&Preferences { muted: true, ..file.values.clone() }).unwrap();
        let (again, faults) = PreferencesFile::read(folder.path());
        assert_eq!((faults.len(), again.values.mirror, again.values.muted), (0, false, true));
    }

    #[test]
    fn what_is_no_file_or_no_settings_is_left_unread() {
        let (folder, mut file, faults) = read(&"# much\n".repeat(10_000));
        assert!(faults.len() == 1 && faults[0].contains("larger than 64 kB"), "{faults:?}");
        file.remember(&Preferences { muted: true, ..Preferences::default() }).unwrap();
        assert_eq!(kept(&folder).len(), 70_000);
    }

    #[test]
    fn a_file_that_is_not_understood_is_never_written_to() {
        for text in ["mirror = true\nsound = = 3\n", "mirror = true\nmirror = false\n"] {
            let (folder, mut file, faults) = read(text);
            assert!(faults.len() == 1 && faults[0].contains("line 2"), "{faults:?}");
            file.remember(&Preferences { muted: true, ..Preferences::default() }).unwrap();
            assert_eq!(kept(&folder), text);
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), b"\xff\xfe").unwrap();
        let (mut file, faults) = PreferencesFile::read(folder.path());
        assert!(faults[0].contains("cannot be read"), "{faults:?}");
        file.remember(&Preferences { muted: true, ..Preferences::default() }).unwrap();
        assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), b"\xff\xfe");
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in ["", "\n", "sound", "sound = 1e9", "camera = \"\"", "text_size = -9223372036854775808", "[[sound]]"]
        {
            let (_folder, file, _) = read(text);
            assert_eq!(file.values, Preferences::default(), "{text}");
        }
    }

    #[test]
    fn a_language_that_is_not_there_is_told_with_its_line_and_the_way_out() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), "muted = true\nlanguage = \"fr\"\n").unwrap();
        let (file, faults) = PreferencesFile::read(home.path());
        let told = "line 2: language has to be one of \"en\", \"de\", \"es\": write one of them, or remove the line to follow the system";
        assert!(faults.len() == 1 && faults[0].ends_with(told), "{faults:?}");
        assert!(file.values.muted && file.values.language.is_none());
    }
}
