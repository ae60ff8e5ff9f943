//! The texts of drills and programmes in another language, as the file of that language has them: `[drill.bow]`,
//! `[programme.first-week]`.

use std::collections::BTreeMap;

use super::fields::{Fields, Script};
use super::{Drill, DrillError, Programme, ProgrammeOutline, Text, programme, read};

/// The sections of a language's file that hold drills and programmes.
pub const SECTIONS: [&str; 2] = ["drill", "programme"];

/// The texts of drills and programmes in one language, by their names.
#[derive(Debug, Default)]
pub struct Translation {
    drills: BTreeMap<String, Text>,
    programmes: BTreeMap<String, ProgrammeOutline>,
}

impl Translation {
    /// Parses what the file of a language says of drills and programmes; its other sections are left alone.
    ///
    /// # Errors
    /// If the file is not TOML, or a text lacks a part or is too long for the screen.
    pub fn parse(file: &str, text: &str) -> Result<Self, DrillError> {
        let script = Script { file, text };
        let table = script.parse()?;
        let mut fields = Fields::of(script, &table);
        let [drill, programme] = SECTIONS;
        Ok(Self {
            drills: named(&mut fields, drill, read::text_of)?,
            programmes: named(&mut fields, programme, programme::outline)?,
        })
    }

    /// Gives a drill its text in this language, if there is one.
    pub fn add_to(&self, drill: &mut Drill, code: &str) {
        let text = self.drills.get(&drill.id).map(|text| (code.to_owned(), text.clone()));
        drill.texts.others.extend(text);
    }

    /// Gives a programme its text in this language, if there is one.
    pub fn add_to_programme(&self, programme: &mut Programme, code: &str) {
        let text = self.programmes.get(&programme.id).map(|text| (code.to_owned(), text.clone()));
        programme.texts.others.extend(text);
    }
}

fn named<T>(
    fields: &mut Fields<'_>,
    section: &'static str,
    read: fn(Fields<'_>) -> Result<T, DrillError>,
) -> Result<BTreeMap<String, T>, DrillError> {
    let Some(section) = fields.find(section) else { return Ok(BTreeMap::new()) };
    section.fields()?.all().map(|(name, field)| Ok((name.to_owned(), read(field.fields()?)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOW: &str = include_str!("../../../assets/drills/bow.toml");
    const SPANISH: &str = "[label]\nhips = 'Cadera'\n[drill.bow]\nname = 'Reverencia'\npurpose = 'Inclinarse'\n\
                           how = ['Cruza los brazos', 'Sube']\nmind = 'Despacio'\nsource = 'Luomajoki 2007'\n";

    #[test]
    fn a_drill_takes_its_text_from_the_file_of_a_language() {
        let mut bow = Drill::parse("bow.toml", BOW).unwrap();
        Translation::parse("es.toml", SPANISH).unwrap().add_to(&mut bow, "es");
        assert_eq!([bow.text("es").name.as_str(), bow.text("de").name.as_str()], ["Reverencia", "Bow"]);
        let mut other = Drill::parse("dowel.toml", BOW).unwrap();
        Translation::parse("es.toml", SPANISH).unwrap().add_to(&mut other, "es");
        assert!(other.texts.others.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_file_and_line() {
        let fault = |text: &str| Translation::parse("es.toml", text).unwrap_err().to_string();
        let missing = SPANISH.replace("mind = 'Despacio'\n", "");
        assert!(fault(&missing).starts_with("es.toml, line 3: drill.bow.mind is missing: "), "{}", fault(&missing));
        let long = SPANISH.replace("Despacio", &"Despacio ".repeat(9));
        assert!(fault(&long).starts_with("es.toml, line 7: drill.bow.mind has 80 letters"), "{}", fault(&long));
    }
}
