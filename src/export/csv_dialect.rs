//! How tables are written as CSV: which character separates fields, and which the decimals.

use super::rounded;
use crate::visible::visible;

/// What a field begins with that a spreadsheet computes.
const COMPUTED: [char; 4] = ['=', '+', '-', '@'];

/// The form of CSV files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum CsvDialect {
    /// Comma between fields, decimal point: for programs
    #[default]
    Standard,
    /// Semicolon between fields, decimal comma: for a spreadsheet set to German, French and others, which opens it with a double click
    ExcelDe,
}

impl CsvDialect {
    /// What the file begins with: Excel takes a file without a byte order mark for one in the system's old character set.
    pub(crate) fn start(self) -> &'static str {
        match self {
            Self::Standard => "",
            Self::ExcelDe => "\u{feff}",
        }
    }

    /// Lines that are no rows: each stays in the first field.
    pub(super) fn comments(self, lines: String) -> String {
        match self {
            Self::Standard => lines,
            Self::ExcelDe => lines.replace(';', ","),
        }
    }

    /// The header line of these columns.
    pub(crate) fn header<'c>(self, columns: impl Iterator<Item = &'c str>) -> String {
        self.row(&columns.map(str::to_owned).collect::<Vec<_>>())
    }

    /// A line of these fields.
    pub(crate) fn row(self, fields: &[String]) -> String {
        fields.join(self.separator())
    }

    /// A number with fixed decimals, never minus zero, or an empty field, as of what is no number.
    pub(crate) fn number(self, value: Option<f64>, decimals: usize) -> String {
        let value = value.and_then(|value| rounded(value, decimals as i32));
        self.decimal(value.map(|value| format!("{value:.decimals$}")))
    }

    /// A number with as many decimals as it has, or an empty field.
    pub(super) fn short_number(self, value: Option<f64>) -> String {
        self.decimal(value.map(|value| value.to_string()))
    }

    /// A text of somebody's as a field: what cannot be seen is made visible, what a spreadsheet would compute stays text, and what
    /// would not be one field stands in quotes.
    pub(crate) fn text(self, text: &str) -> String {
        let is_computed = text.len() > 1 && text.starts_with(COMPUTED); // one of these alone is a text
        let guard = if is_computed { "'" } else { "" };
        let text = format!("{guard}{}", visible(&text));
        if text.contains([',', ';', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    }

    /// A text of somebody's in a line that is no row, in which each separator begins a field: what cannot be seen is made visible,
    /// and what a spreadsheet would compute there, or take for the quote of a field that goes on over the rows, stays text.
    pub(super) fn comment(text: &str) -> String {
        let text = visible(&text);
        let parts = text.split_inclusive([',', ';']).enumerate().map(|(at, part)| {
            let begun = part.trim_start();
            let is_taken = at > 0 && (begun.starts_with(COMPUTED) || begun.starts_with('"'));
            format!("{}{part}", if is_taken { "'" } else { "" })
        });
        parts.collect()
    }

    fn decimal(self, number: Option<String>) -> String {
        let number = number.unwrap_or_default();
        match self {
            Self::Standard => number,
            Self::ExcelDe => number.replace('.', ","),
        }
    }

    fn separator(self) -> &'static str {
        match self {
            Self::Standard => ",",
            Self::ExcelDe => ";",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_has_its_own_commas() {
        let row = |dialect: CsvDialect| {
            let number = dialect.number(Some(1.5), 2);
            dialect.row(&[number, dialect.number(None, 2), dialect.short_number(Some(-0.25)), dialect.text("a;b")])
        };
        assert_eq!(row(CsvDialect::Standard), "1.50,,-0.25,\"a;b\"");
        assert_eq!(row(CsvDialect::ExcelDe), "1,50;;-0,25;\"a;b\"");
    }

    #[test]
    fn a_number_is_rounded_as_everywhere_and_never_minus_zero() {
        let told = |value, decimals| CsvDialect::Standard.number(Some(value), decimals);
        assert_eq!([told(-0.04, 1), told(0.25, 1), told(-1.26, 1), told(f64::NAN, 1)], ["0.0", "0.3", "-1.3", ""]);
    }

    #[test]
    fn a_name_in_a_comment_begins_no_formula_and_no_quoted_field() {
        assert_eq!(CsvDialect::comment("-1, Anna; 2 = 2.mp4"), "-1, Anna; 2 = 2.mp4");
        assert_eq!(CsvDialect::comment("a,=1+1; @b,\"c,d"), "a,'=1+1;' @b,'\"c,d");
        assert_eq!(CsvDialect::comment("a\n=1+1"), "a\u{fffd}=1+1");
    }

    #[test]
    fn a_text_is_no_formula_and_has_nothing_that_cannot_be_seen() {
        let text = |text| CsvDialect::Standard.text(text);
        assert_eq!(text("=SUM(A1,2)"), "\"'=SUM(A1,2)\"");
        assert_eq!((text("bow").as_str(), text("-").as_str(), text("-1").as_str()), ("bow", "-", "'-1"));
        assert!(!text("a\u{1b}[2J\nb").contains(['\u{1b}', '\n']));
    }
}
