//! The languages that a person may be spoken to in. All there is of one: its file in `assets/words/` and its row here.

/// What a language needs besides its file.
struct LanguageRow {
    code: &'static str,
    name: &'static str,
    /// What stands between the whole and its tenths.
    decimal: char,
    /// The voice of macOS, whose `say` takes a voice and no language.
    say: &'static str,
    /// What raters may type in a file by hand, in small letters: from the hips, mixed, from the back, cannot tell.
    typed: [&'static [&'static str]; 4],
    file: &'static str,
}

/// Makes the enum and its rows, in the order in which people are offered them; the first is the one to fall back on.
macro_rules! languages {
    ($($(#[$default:meta])* $language:ident $code:literal, $name:literal, $decimal:literal, $say:literal, $typed:expr;)+) => {
        /// A supported language.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum Language {
            $($(#[$default])* #[doc = $name] $language),+
        }

        impl Language {
            /// All languages.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$language),+];

            const fn row(self) -> &'static LanguageRow {
                match self {
                    $(Self::$language => &LanguageRow {
                        code: $code,
                        name: $name,
                        decimal: $decimal,
                        say: $say,
                        typed: $typed,
                        file: include_str!(concat!("../assets/words/", $code, ".toml")),
                    }),+
                }
            }
        }
    };
}

languages! {
    #[default] English "en", "English", '.', "Samantha",
        [&["hip", "from the hips"], &["mix", "both"], &["from the back"], &["can't tell", "can’t tell"]];
    German "de", "Deutsch", ',', "Anna",
        [
            &["hüfte", "huefte", "hüften", "aus der hüfte"],
            &["gemischt", "beides", "aus beidem"],
            &["rücken", "ruecken", "r", "aus dem rücken"],
            &["unklar", "nicht erkennbar"],
        ];
    Spanish "es", "Español", ',', "Mónica",
        [
            &["cadera", "de la cadera"],
            &["ambas", "mixto", "de ambas"],
            &["espalda", "de la espalda"],
            &["no se ve", "no se sabe"],
        ];
}

impl Language {
    /// Its ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// Its name, in itself.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The name of its file, for messages.
    pub fn file_name(self) -> String {
        format!("{}.toml", self.code())
    }

    /// All of its texts, as TOML.
    pub const fn file(self) -> &'static str {
        self.row().file
    }

    /// The voice of macOS that speaks it.
    pub const fn mac_voice(self) -> &'static str {
        self.row().say
    }

    /// What raters may type by hand, in small letters: from the hips, mixed, from the back, cannot tell.
    pub const fn typed_judgements(self) -> [&'static [&'static str]; 4] {
        self.row().typed
    }

    /// A number as this language writes it, from one with a decimal point.
    pub fn number(self, number: &str) -> String {
        number.replace('.', self.row().decimal.encode_utf8(&mut [0; 4]))
    }

    /// What separates the fields of a table for a spreadsheet: a semicolon where the comma is decimal.
    pub const fn list_separator(self) -> char {
        if self.row().decimal == ',' { ';' } else { ',' }
    }

    /// The language that is offered after this one, and after the last the first.
    pub fn next(self) -> Self {
        Self::ALL.into_iter().cycle().skip_while(|language| *language != self).nth(1).unwrap_or_default()
    }

    /// The language with an ISO 639-1 code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// The codes of all languages, with this word before the last: `en, de and es`.
    pub fn codes(and: &str) -> String {
        let codes = Self::ALL.map(Self::code);
        let (last, others) = codes.split_last().unwrap_or((&"", &[]));
        format!("{} {and} {last}", others.join(", "))
    }

    /// The first supported language of these locales, such as `de_AT.UTF-8` or `de-AT`, in order of preference; English
    /// if there is none. The bare locales `C` and `POSIX` mean English.
    pub fn of_locales(locales: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let known = |locale: &str| match locale.split(['_', '-', '.', '@']).next().unwrap_or_default() {
            "C" | "POSIX" => Some(Self::default()),
            code => Self::of_code(code),
        };
        locales.into_iter().find_map(|locale| known(locale.as_ref())).unwrap_or_default()
    }

    /// The language of this system.
    #[cfg(feature = "i18n")]
    pub fn of_system() -> Self {
        Self::of_locales(sys_locale::get_locales())
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, German, Spanish};

    #[test]
    fn the_first_supported_locale_selects_the_language() {
        for (locales, language) in [
            (&["de_AT.UTF-8"][..], German),
            (&["de"], German),
            (&["de-CH", "en"], German),
            (&["es_MX.UTF-8"], Spanish),
            (&["es-419", "en"], Spanish),
            (&["en_GB", "de"], English),
            (&["fr_FR", "de_DE"], German),
            (&["C", "de_DE"], English),
            (&["C.UTF-8", "de_DE"], English),
            (&["fr_FR"], English),
            (&[""], English),
            (&[], English),
        ] {
            assert_eq!(Language::of_locales(locales), language, "{locales:?}");
        }
    }

    #[test]
    fn languages_are_told_apart_and_offered_in_turn() {
        assert_eq!(Language::codes("and"), "en, de and es");
        assert_eq!([English, German, Spanish].map(Language::next), [German, Spanish, English]);
        assert_eq!(Language::of_code("ES"), Some(Spanish));
        assert_eq!(Language::default(), English);
    }

    #[test]
    fn numbers_are_written_as_people_there_do() {
        assert_eq!([English, German, Spanish].map(|language| language.number("−4.5")), ["−4.5", "−4,5", "−4,5"]);
        assert_eq!([English, German, Spanish].map(Language::list_separator), [',', ';', ';']);
    }
}
